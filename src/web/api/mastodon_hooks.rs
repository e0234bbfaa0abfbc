//! Webhooks of instances: register, rotate, settle, close.

use axum::extract::{Path, State};
use axum::http::{HeaderMap, StatusCode, Uri};
use axum::response::Response;
use chrono::{DateTime, Utc};
use serde::Serialize;
use utoipa::ToSchema;

use super::super::router::Shared;
use super::asked::Asked;
use super::bearer::{By, Caller};
use super::refusal::Refusal;
use super::runs::answered;
use super::sent::{Fields, Sent};
use super::shown::{IfMatch, Page, few, record};
use crate::access::{Permission, SecretText};
use crate::db::Txn;
use crate::db::access::answers::KeptAnswer;
use crate::db::mastodon_hooks::MastodonHook;
use crate::usecases::Failure;
use crate::usecases::mastodon_hooks::{self, Fresh, Step, require};
use crate::usecases::once::once;

const LIST: &str = "mastodon-hooks";

/// The webhook of an instance.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct Hook {
    /// The instance that sends.
    #[schema(example = "social.example.org")]
    instance: String,
    /// Where it sends to.
    #[schema(example = "https://billing.example.org/hooks/mastodon/social.example.org")]
    address: String,
    /// When it was registered.
    registered_at: DateTime<Utc>,
    /// When its secret was last rotated.
    rotated_at: Option<DateTime<Utc>>,
    /// Does the secret before count too?
    two_secrets: bool,
    /// When its last message was taken.
    last_at: Option<DateTime<Utc>>,
    /// Messages that became evidence.
    taken: u64,
    /// Messages whose bytes had come before.
    repeated: u64,
    /// Messages of which nothing is kept.
    ignored: u64,
    /// When a message was last refused; noted once a minute at most.
    refused_at: Option<DateTime<Utc>>,
    /// Code of the reason.
    refusal: Option<String>,
    /// The secret that was made here: in the first answer, and never again.
    #[serde(skip_serializing_if = "Option::is_none")]
    secret: Option<String>,
}

impl Hook {
    fn of(shared: &Shared, hook: MastodonHook) -> Self {
        let (refused_at, refusal) = hook.refused.unzip();
        Self {
            address: shared.address(&format!("/hooks/mastodon/{}", hook.instance)),
            instance: hook.instance,
            registered_at: hook.registered_at,
            rotated_at: hook.rotated_at,
            two_secrets: hook.older.is_some(),
            last_at: hook.last_at,
            taken: hook.taken,
            repeated: hook.repeated,
            ignored: hook.ignored,
            refused_at,
            refusal,
            secret: None,
        }
    }
}

/// Webhooks of instances
///
/// By instance. Secrets are shown nowhere.
#[utoipa::path(get, path = "/api/v1/mastodon-hooks", tag = "Usage",
    responses((status = 200, description = "A page of webhooks.", body = Page<Hook>)))]
pub(super) async fn list(
    State(shared): State<Shared>,
    By(by): By,
    uri: Uri,
    headers: HeaderMap,
) -> Result<Response, Refusal> {
    let all = mastodon_hooks::list(&shared.app, &by.principal);
    let shown = (
        |one: &MastodonHook| one.instance.clone(),
        |one| Hook::of(&shared, one),
    );
    few((&uri, &headers), LIST, all, shown).await
}

/// A webhook of an instance
#[utoipa::path(get, path = "/api/v1/mastodon-hooks/{instance}", tag = "Usage",
    params(("instance" = String, Path, description = "The instance.",
        example = "social.example.org")),
    responses((status = 200, description = "The webhook.", body = Hook)))]
pub(super) async fn show(
    State(shared): State<Shared>,
    By(by): By,
    Path(instance): Path<String>,
    uri: Uri,
    headers: HeaderMap,
) -> Result<Response, Refusal> {
    Asked::of(&uri, &[]).done()?;
    let found = mastodon_hooks::one(&shared.app, &by.principal, &instance).await?;
    record(&headers, &Hook::of(&shared, found))
}

// Describe the bodies; `Fields` reads them and names every fault.
/// A webhook to be registered.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct NewHook {
    /// The instance that sends.
    #[schema(example = "social.example.org")]
    instance: String,
    /// The signing secret that Mastodon shows; without it one is made, and shown once.
    #[schema(
        min_length = 12,
        max_length = 255,
        example = "0123456789abcdef0123456789abcdef01234567"
    )]
    secret: Option<String>,
}

/// A new secret.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct NewSecret {
    /// The signing secret that Mastodon shows; without it one is made, and shown once.
    #[schema(
        min_length = 12,
        max_length = 255,
        example = "0123456789abcdef0123456789abcdef01234567"
    )]
    secret: Option<String>,
}

/// What one request does.
struct Work {
    instance: String,
    step: Step,
    made: Option<SecretText>,
    status: StatusCode,
    read: Option<IfMatch>,
}

impl Work {
    fn of(fresh: Fresh, step: fn(crate::access::Sealed) -> Step, status: StatusCode) -> Self {
        Self {
            instance: fresh.instance,
            step: step(fresh.sealed),
            made: fresh.made,
            status,
            read: None,
        }
    }
}

/// Does the work once. The secret is in no kept answer: whoever sends the request again gets the
/// answer without it.
async fn done(shared: &Shared, by: &Caller, sent: Sent, work: Work) -> Result<Response, Refusal> {
    require(&by.principal, Permission::EditSettings)?;
    let (own, actor) = (shared.clone(), by.principal.actor());
    let Work {
        instance,
        step,
        made,
        status,
        read,
    } = work;
    let in_txn = async move |txn: &Txn| {
        if let Some(read) = &read {
            let now = mastodon_hooks::found(txn, &instance).await?;
            read.check(&text(&Hook::of(&own, now))?)?;
        }
        let at = (instance.as_str(), &step);
        let after = mastodon_hooks::step_in(txn, &own.app, &actor, at).await?;
        let gone = step == Step::Close;
        Ok(KeptAnswer {
            status: status.as_u16(),
            location: (!gone).then(|| format!("/api/v1/mastodon-hooks/{instance}")),
            etag: None,
            body: text(&Hook::of(&own, after))?,
        })
    };
    let (mut answer, replayed) = once(&shared.app, sent.receipt(by), in_txn).await?;
    mastodon_hooks::seal(&shared.app).await?;
    if let Some(made) = made.filter(|_| !replayed) {
        let body = serde_json::from_str(&answer.body);
        let mut body: serde_json::Value =
            body.map_err(|error| Failure::of("internal.unlisted", &error))?;
        body["secret"] = made.reveal().into();
        answer.body = body.to_string();
    }
    Ok(answered((answer, replayed)))
}

fn text(hook: &Hook) -> Result<String, Failure> {
    serde_json::to_string(hook).map_err(|error| Failure::of("internal.unlisted", &error))
}

/// Register a webhook
///
/// The address in the answer goes into Mastodon's settings, with the events `report.created` and
/// `report.updated`. Mastodon makes the signing secret itself: give it here.
#[utoipa::path(post, path = "/api/v1/mastodon-hooks", tag = "Usage", request_body = NewHook,
    responses((status = 201, description = "The webhook, with its secret when that was made here.",
        body = Hook)))]
pub(super) async fn register(
    State(shared): State<Shared>,
    By(by): By,
    sent: Sent,
) -> Result<Response, Refusal> {
    let mut fields = Fields::of(&sent.fields);
    let instance = fields.text("instance");
    let secret = fields.maybe_text("secret");
    fields.done()?;
    let fresh = mastodon_hooks::fresh(
        &shared.app,
        &instance.unwrap_or_default(),
        secret.as_deref(),
    )?;
    let work = Work::of(fresh, Step::Register, StatusCode::CREATED);
    done(&shared, &by, sent, work).await
}

/// Rotate the secret of a webhook
///
/// The one it has counts beside the new one until the webhook is settled: messages that are under
/// way are taken.
#[utoipa::path(post, path = "/api/v1/mastodon-hooks/{instance}/rotate", tag = "Usage",
    params(("instance" = String, Path, description = "The instance.",
        example = "social.example.org")),
    request_body = NewSecret,
    responses((status = 200, description = "The webhook, with its secret when that was made here.",
        body = Hook)))]
pub(super) async fn rotate(
    State(shared): State<Shared>,
    By(by): By,
    Path(instance): Path<String>,
    headers: HeaderMap,
    sent: Sent,
) -> Result<Response, Refusal> {
    let mut fields = Fields::of(&sent.fields);
    let secret = fields.maybe_text("secret");
    fields.done()?;
    let known = mastodon_hooks::known(&instance)?;
    let fresh = mastodon_hooks::fresh(&shared.app, &known, secret.as_deref())?;
    let mut work = Work::of(fresh, Step::Rotate, StatusCode::OK);
    work.read = IfMatch::of(&headers);
    done(&shared, &by, sent, work).await
}

async fn plain(
    shared: &Shared,
    by: &Caller,
    (instance, headers): (&str, &HeaderMap),
    (sent, step): (Sent, Step),
) -> Result<Response, Refusal> {
    sent.nothing()?;
    let work = Work {
        instance: mastodon_hooks::known(instance)?,
        step,
        made: None,
        status: StatusCode::OK,
        read: IfMatch::of(headers),
    };
    done(shared, by, sent, work).await
}

/// Settle a webhook
///
/// Only its newest secret counts from now on.
#[utoipa::path(post, path = "/api/v1/mastodon-hooks/{instance}/settle", tag = "Usage",
    params(("instance" = String, Path, description = "The instance.",
        example = "social.example.org")),
    responses((status = 200, description = "The webhook.", body = Hook)))]
pub(super) async fn settle(
    State(shared): State<Shared>,
    By(by): By,
    Path(instance): Path<String>,
    headers: HeaderMap,
    sent: Sent,
) -> Result<Response, Refusal> {
    plain(&shared, &by, (&instance, &headers), (sent, Step::Settle)).await
}

/// Close a webhook
///
/// It is taken away with its secrets; what it brought stays as evidence.
#[utoipa::path(post, path = "/api/v1/mastodon-hooks/{instance}/close", tag = "Usage",
    params(("instance" = String, Path, description = "The instance.",
        example = "social.example.org")),
    responses((status = 200, description = "The webhook as it was.", body = Hook)))]
pub(super) async fn close(
    State(shared): State<Shared>,
    By(by): By,
    Path(instance): Path<String>,
    headers: HeaderMap,
    sent: Sent,
) -> Result<Response, Refusal> {
    plain(&shared, &by, (&instance, &headers), (sent, Step::Close)).await
}
