//! Sources that push telemetry are made, and their credentials exchanged and revoked.

use std::collections::BTreeSet;

use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::response::Response;
use chrono::{DateTime, TimeDelta, Utc};
use serde::{Deserialize, Serialize};
use serde_json::Value;
use utoipa::ToSchema;

use super::super::router::Shared;
use super::bearer::{By, Caller};
use super::refusal::Refusal;
use super::runs::answered;
use super::sent::{Sent, misread};
use crate::access::SecretText;
use crate::access::source_token::{Door, MAX_LIFE_DAYS, shown_id};
use crate::app::App;
use crate::db::Txn;
use crate::db::access::answers::KeptAnswer;
use crate::error::Problem;
use crate::usecases::Failure;
use crate::usecases::once::{before, once};
use crate::usecases::sources::{self, Drafted, NewSource};

/// Days for which a credential works unless it is said.
const USUAL_LIFE_DAYS: i64 = 365;

/// A source that is asked for.
#[derive(Debug, Deserialize, Serialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct CreateSource {
    /// 1 to 64 of the signs a-z, 0-9, point, hyphen, underscore.
    #[schema(example = "meadow-collector")]
    name: String,
    /// The instance it is bound to; leave it out for a collector.
    #[serde(default)]
    #[schema(example = "social.example.org")]
    instance: Option<String>,
    /// The instances a collector speaks for.
    #[serde(default)]
    instances: BTreeSet<String>,
    /// What its credential opens: `metrics`, `write`, `events`, `upload`.
    doors: BTreeSet<String>,
    /// First moment at which the credential no longer works; in a year unless given.
    #[serde(default)]
    expires_at: Option<DateTime<Utc>>,
}

/// A credential that is exchanged for a new one.
#[derive(Debug, Deserialize, Serialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct RotateSource {
    /// Hours for which the old credential works beside the new one, up to 744; a day unless given.
    #[serde(default = "one_day")]
    #[schema(minimum = 0, maximum = 744)]
    overlap_hours: u32,
    /// First moment at which the new one no longer works; in a year unless given.
    #[serde(default)]
    expires_at: Option<DateTime<Utc>>,
}

const fn one_day() -> u32 {
    24
}

/// What is revoked.
#[derive(Debug, Deserialize, Serialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct RevokeSource {
    /// Id of the credential; all of the source unless given.
    #[serde(default)]
    #[schema(example = "hbs_0123456789abcdef")]
    credential: Option<String>,
}

/// A credential as it is shown once.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct SourceIssued {
    name: String,
    #[schema(example = "hbs_0123456789abcdef")]
    credential: String,
    /// The text to send as a bearer token, or as the password of Basic; null when the answer is
    /// that of an earlier request with the same key.
    token: Option<String>,
    /// First moment at which it no longer works.
    expires_at: DateTime<Utc>,
}

/// What became of revoking.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct SourceRevoked {
    name: String,
    /// How many credentials worked until now.
    revoked: u64,
}

fn read<'a, T: Deserialize<'a>>(sent: &'a Sent) -> Result<T, Refusal> {
    // The object is small and was read once: reading it again names the field that is wrong.
    let value = Value::Object(sent.fields.clone());
    serde_path_to_error::deserialize::<_, T>(value).map_err(|error| misread(&error).into())
}

fn in_a_year(shared: &Shared, given: Option<DateTime<Utc>>) -> DateTime<Utc> {
    let life = TimeDelta::days(USUAL_LIFE_DAYS.min(MAX_LIFE_DAYS));
    given.unwrap_or_else(|| shared.app.clock.system() + life)
}

fn answer(drafted: &Drafted, text: Option<&str>) -> Result<KeptAnswer, Failure> {
    let issued = SourceIssued {
        name: drafted.source.name.clone(),
        credential: drafted.token.display_prefix(),
        token: text.map(str::to_owned),
        expires_at: drafted.token.expires_at,
    };
    kept(StatusCode::CREATED, &issued)
}

fn kept(status: StatusCode, shown: &impl Serialize) -> Result<KeptAnswer, Failure> {
    let body = serde_json::to_string(shown);
    Ok(KeptAnswer {
        status: status.as_u16(),
        location: None,
        etag: None,
        body: body.map_err(|error| Failure::of("internal.unlisted", &error))?,
    })
}

/// Stores what was drafted once for the key. The kept answer holds no secret.
async fn issued(
    shared: &Shared,
    by: &Caller,
    (sent, drafted): (&Sent, (SecretText, Drafted)),
    deed: impl AsyncFn(&Txn, &App, &str, &Drafted) -> Result<(), Failure> + Send + 'static,
) -> Result<Response, Refusal> {
    let (text, drafted) = drafted;
    let (app, actor, stored) = (shared.app.clone(), by.principal.actor(), drafted.clone());
    let work = async move |txn: &Txn| {
        deed(txn, &app, &actor, &stored).await?;
        answer(&stored, None)
    };
    let (known, replayed) = once(&shared.app, sent.receipt(by), work).await?;
    sources::seal(&shared.app).await?;
    let shown = if replayed {
        known
    } else {
        answer(&drafted, Some(text.reveal()))?
    };
    Ok(answered((shown, replayed)))
}

/// Make a source
///
/// With its first credential, whose text the answer shows this once.
#[utoipa::path(post, path = "/api/v1/sources", tag = "Telemetry", request_body = CreateSource,
    responses((status = 201, description = "The credential.", body = SourceIssued)))]
pub(super) async fn create(
    State(shared): State<Shared>,
    By(by): By,
    sent: Sent,
) -> Result<Response, Refusal> {
    sources::may_manage(&by.principal)?;
    if let Some(known) = before(&shared.app, &sent.receipt(&by)).await? {
        return Ok(answered((known, true)));
    }
    let asked: CreateSource = read(&sent)?;
    let doors = asked.doors.iter().map(|door| {
        door.parse::<Door>()
            .map_err(|error| Refusal::from(Problem::of(error.code(), &error)))
    });
    let source = NewSource {
        doors: doors.collect::<Result<_, _>>()?,
        expires_at: in_a_year(&shared, asked.expires_at),
        name: asked.name,
        instance: asked.instance,
        instances: asked.instances,
    };
    let drafted = sources::draft(&shared.app, source)?;
    issued(&shared, &by, (&sent, drafted), sources::create_in).await
}

/// Exchange a credential
///
/// A new one for the same doors; those before it end after the overlap.
#[utoipa::path(post, path = "/api/v1/sources/{name}/rotate", tag = "Telemetry",
    params(("name" = String, Path, description = "Name of the source.")),
    request_body = RotateSource,
    responses((status = 201, description = "The new credential.", body = SourceIssued)))]
pub(super) async fn rotate(
    State(shared): State<Shared>,
    By(by): By,
    Path(name): Path<String>,
    sent: Sent,
) -> Result<Response, Refusal> {
    sources::may_manage(&by.principal)?;
    if let Some(known) = before(&shared.app, &sent.receipt(&by)).await? {
        return Ok(answered((known, true)));
    }
    let asked: RotateSource = read(&sent)?;
    let overlap = TimeDelta::hours(i64::from(asked.overlap_hours));
    let expires_at = in_a_year(&shared, asked.expires_at);
    let drafted = sources::draft_rotation(&shared.app, &name, overlap, expires_at).await?;
    issued(&shared, &by, (&sent, drafted), sources::rotate_in).await
}

/// Revoke credentials
///
/// One of a source, or all. What they sent stays; they open nothing from now on, on other servers
/// over the same database within five seconds.
#[utoipa::path(post, path = "/api/v1/sources/{name}/revoke", tag = "Telemetry",
    params(("name" = String, Path, description = "Name of the source.")),
    request_body = RevokeSource,
    responses((status = 200, description = "How many.", body = SourceRevoked)))]
pub(super) async fn revoke(
    State(shared): State<Shared>,
    By(by): By,
    Path(name): Path<String>,
    sent: Sent,
) -> Result<Response, Refusal> {
    sources::may_manage(&by.principal)?;
    let asked: RevokeSource = read(&sent)?;
    let id = asked.credential.as_deref().map(|text| {
        let malformed = || Refusal::not_found(format!("there is no credential {text}"));
        shown_id(text).map(str::to_owned).ok_or_else(malformed)
    });
    let id = id.transpose()?;
    let (app, actor) = (shared.app.clone(), by.principal.actor());
    let work = async move |txn: &Txn| {
        let which = (name.as_str(), id.as_deref());
        let revoked = sources::revoke_in(txn, &app, &actor, which).await?;
        let shown = SourceRevoked {
            name: name.clone(),
            revoked,
        };
        kept(StatusCode::OK, &shown)
    };
    let done = once(&shared.app, sent.receipt(&by), work).await?;
    shared.senders.forget();
    sources::seal(&shared.app).await?;
    Ok(answered(done))
}
