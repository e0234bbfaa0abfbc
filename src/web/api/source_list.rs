//! Sources of telemetry: a list, and one, with credentials and what they have sent.

use axum::extract::{Path, State};
use axum::http::{HeaderMap, Uri};
use axum::response::Response;
use chrono::{DateTime, Utc};
use serde::Serialize;
use utoipa::ToSchema;

use super::super::router::Shared;
use super::asked::{Asked, name};
use super::bearer::By;
use super::refusal::Refusal;
use super::shown::{Page, few, record};
use crate::billing::usage::Retracts;
use crate::db::quarantine::Tally;
use crate::db::sources::{Credential, ListedSource, SourceState};
use crate::usecases::source_pages::{self, SourceHealth};
use crate::usecases::waiting_retractions::Waiting;

const LIST: &str = "sources";

/// A source of telemetry.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct TelemetrySource {
    #[schema(example = "meadow-collector")]
    name: String,
    /// The instance it is bound to; null for a collector.
    #[schema(example = "social.example.org")]
    instance: Option<String>,
    /// The instances it may speak for.
    instances: Vec<String>,
    /// `pushed`, or the kind of payload of what the program reads itself.
    #[schema(example = "pushed")]
    kind: String,
    /// Its credentials, the newest first. Secrets are shown nowhere.
    credentials: Vec<SourceCredential>,
    /// When it was last heard of; null before the first request.
    last_seen_at: Option<DateTime<Utc>>,
    /// Requests that were acknowledged.
    requests: i64,
    /// Those of them whose bytes had come before.
    duplicates: i64,
    /// Samples in them.
    samples: i64,
    /// Events in them.
    events: i64,
    /// Samples, events and requests that were refused or kept aside.
    refused: i64,
    /// What of it was kept aside, by reason. The things themselves are `/api/v1/quarantine`.
    kept_aside: Vec<KeptTally>,
}

/// How much of a source was kept aside for one reason.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct KeptTally {
    /// Stable code of the reason.
    #[schema(example = "telemetry.time-ahead")]
    reason: String,
    /// Things that were kept aside.
    things: u64,
    /// Those of them that nobody has decided about.
    open: u64,
    /// How often they came.
    count: u64,
    /// When one of them came last.
    last_seen_at: Option<DateTime<Utc>>,
}

impl From<Tally> for KeptTally {
    fn from(found: Tally) -> Self {
        Self {
            reason: found.reason,
            things: found.things,
            open: found.open,
            count: found.count,
            last_seen_at: DateTime::from_timestamp_micros(found.last_seen),
        }
    }
}

/// A credential of a source, without its secret.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct SourceCredential {
    #[schema(example = "hbs_0123456789abcdef")]
    id: String,
    /// What it opens: `metrics`, `write`, `events`, `upload`.
    doors: Vec<&'static str>,
    /// Who made it.
    created_by: String,
    created_at: DateTime<Utc>,
    /// First moment at which it no longer works.
    expires_at: DateTime<Utc>,
    /// When it was revoked.
    revoked_at: Option<DateTime<Utc>>,
    /// When it was used last, within a minute.
    last_seen_at: Option<DateTime<Utc>>,
}

impl From<Credential> for SourceCredential {
    fn from(found: Credential) -> Self {
        let Credential {
            token,
            created_by,
            created_at,
            last_seen_at,
        } = found;
        Self {
            id: token.display_prefix(),
            doors: token.doors.iter().map(|door| door.as_str()).collect(),
            created_by,
            created_at,
            expires_at: token.expires_at,
            revoked_at: token.revoked_at,
            last_seen_at,
        }
    }
}

impl From<SourceHealth> for TelemetrySource {
    fn from(found: SourceHealth) -> Self {
        let SourceHealth {
            listed,
            last_heard,
            aside,
        } = found;
        let ListedSource {
            source,
            credentials,
            state,
        } = listed;
        let SourceState {
            last_seen: _,
            requests,
            duplicates,
            samples,
            events,
            refused,
        } = state.unwrap_or_default();
        Self {
            name: source.name,
            instance: source.instance,
            instances: source.instances.into_iter().collect(),
            kind: source.kind,
            credentials: credentials
                .into_iter()
                .map(SourceCredential::from)
                .collect(),
            last_seen_at: last_heard,
            requests,
            duplicates,
            samples,
            events,
            refused,
            kept_aside: aside.into_iter().map(KeptTally::from).collect(),
        }
    }
}

/// An event that takes back or replaces one that did not come yet.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct WaitingRetraction {
    /// Its own id.
    id: String,
    /// The instance that it is about.
    instance: String,
    /// Id of the event that it takes back; null for one that it replaces.
    voids: Option<String>,
    /// Id of the event that it replaces; null for one that it takes back.
    replaces: Option<String>,
    received_at: DateTime<Utc>,
}

impl From<Waiting> for WaitingRetraction {
    fn from(found: Waiting) -> Self {
        let (voids, replaces) = match found.retracts {
            Retracts::Voids(id) => (Some(id), None),
            Retracts::Replaces(id) => (None, Some(id)),
        };
        Self {
            id: found.id,
            instance: found.instance,
            voids,
            replaces,
            received_at: found.received_at,
        }
    }
}

/// A source with what of it waits.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct SourceSheet {
    #[serde(flatten)]
    source: TelemetrySource,
    /// How many of its events take back or replace one that did not come yet.
    waiting: u64,
    /// Those of them that wait longest.
    waiting_longest: Vec<WaitingRetraction>,
}

/// Sources
///
/// By name, with their credentials and what they have sent; those included that the program reads
/// itself.
#[utoipa::path(get, path = "/api/v1/sources", tag = "Telemetry",
    responses((status = 200, description = "A page of sources.", body = Page<TelemetrySource>)))]
pub(super) async fn list(
    State(shared): State<Shared>,
    By(by): By,
    uri: Uri,
    headers: HeaderMap,
) -> Result<Response, Refusal> {
    let all = source_pages::all(&shared.app, &by.principal);
    let shown = (
        |one: &SourceHealth| one.listed.source.name.clone(),
        TelemetrySource::from,
    );
    few((&uri, &headers), LIST, all, shown).await
}

/// A source
///
/// With its credentials, what it has sent, and what of it waits.
#[utoipa::path(get, path = "/api/v1/sources/{name}", tag = "Telemetry",
    params(("name" = String, Path, description = "Name of the source.",
        example = "meadow-collector")),
    responses((status = 200, description = "The source.", body = SourceSheet)))]
pub(super) async fn show(
    State(shared): State<Shared>,
    By(by): By,
    Path(source): Path<String>,
    uri: Uri,
    headers: HeaderMap,
) -> Result<Response, Refusal> {
    Asked::of(&uri, &[]).done()?;
    let unknown = || Refusal::not_found(format!("there is no source {source}"));
    let known = name(&source).ok_or_else(unknown)?;
    let found = source_pages::one(&shared.app, &by.principal, known).await?;
    let shown = SourceSheet {
        source: found.health.into(),
        waiting: found.waiting,
        waiting_longest: found
            .waiting_longest
            .into_iter()
            .map(WaitingRetraction::from)
            .collect(),
    };
    record(&headers, &shown)
}
