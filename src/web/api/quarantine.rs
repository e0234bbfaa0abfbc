//! What of telemetry was kept aside, and what was decided about it.

use axum::extract::{Path, State};
use axum::http::{HeaderMap, Uri};
use axum::response::Response;
use chrono::{DateTime, Utc};
use serde::Serialize;
use utoipa::ToSchema;

use super::super::router::Shared;
use super::asked::{Asked, id};
use super::bearer::{By, Caller};
use super::refusal::Refusal;
use super::runs::answered;
use super::sent::{Fields, Sent};
use super::shown::{Page, page};
use crate::db::Txn;
use crate::db::access::answers::KeptAnswer;
use crate::db::quarantine::KeptAside;
use crate::usecases::Failure;
use crate::usecases::once::{before, once};
use crate::usecases::quarantine;

const LIST: &str = "quarantine";

/// Something that was kept aside: of one source, for one reason.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct Kept {
    id: i64,
    /// Name of the source.
    source: String,
    /// Stable code of the reason.
    #[schema(example = "telemetry.time-ahead")]
    reason: String,
    /// Series, metric or event it is about.
    what: String,
    /// How often it came.
    count: i64,
    first_seen_at: Option<DateTime<Utc>>,
    last_seen_at: Option<DateTime<Utc>>,
    /// SHA-256 of the newest request it stood in.
    evidence: String,
    /// `open`, `dismissed` or `replayed`.
    state: &'static str,
    /// Who decided; null while it is open.
    decided_by: Option<String>,
    decided_at: Option<DateTime<Utc>>,
    /// Why, in the words of whoever decided.
    note: Option<String>,
}

/// Why something is left out for good.
// Describes the body; `Fields` reads it and names every fault.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct DismissKept {
    /// The reason, for whoever looks at it later.
    #[schema(example = "a test of the collector", min_length = 3, max_length = 500)]
    note: Option<String>,
}

impl From<KeptAside> for Kept {
    fn from(found: KeptAside) -> Self {
        let at = DateTime::from_timestamp_micros;
        let (decided_by, decided_at) = found.decided.unzip();
        Self {
            id: found.id,
            source: found.source_name,
            reason: found.reason,
            what: found.what,
            count: found.count,
            first_seen_at: at(found.first_seen),
            last_seen_at: at(found.last_seen),
            evidence: found.evidence,
            state: found.state.as_str(),
            decided_by,
            decided_at: decided_at.and_then(at),
            note: found.note,
        }
    }
}

/// Kept aside
///
/// The newest first: what no reading takes, with its reason.
#[utoipa::path(get, path = "/api/v1/quarantine", tag = "Telemetry",
    responses((status = 200, description = "A page of what was kept aside.", body = Page<Kept>)))]
pub(super) async fn list(
    State(shared): State<Shared>,
    By(by): By,
    uri: Uri,
    headers: HeaderMap,
) -> Result<Response, Refusal> {
    let mut asked = Asked::of(&uri, &["limit", "cursor"]);
    let (before, limit) = (asked.cursor(LIST, id), asked.limit());
    asked.done()?;
    let from = (before, limit.saturating_add(1));
    let mut found = quarantine::list(&shared.app, &by.principal, None, from).await?;
    let limit = usize::try_from(limit).unwrap_or(usize::MAX);
    let more = found.len() > limit;
    found.truncate(limit);
    let next = found
        .last()
        .filter(|_| more)
        .map(|last| last.id.to_string());
    let data: Vec<Kept> = found.into_iter().map(Kept::from).collect();
    page(&headers, &asked, data, (LIST, next))
}

enum Decision {
    Dismiss(Option<String>),
    Replay,
}

async fn decide(
    shared: &Shared,
    by: &Caller,
    (text, sent): (&str, &Sent),
    decision: Decision,
) -> Result<Response, Refusal> {
    let unknown = || Refusal::not_found(format!("nothing was kept aside under {text}"));
    let id = id(text).ok_or_else(unknown)?;
    let receipt = sent.receipt(by);
    if let Some(known) = before(&shared.app, &receipt).await? {
        return Ok(answered((known, true)));
    }
    // A decision stands once; the second of two at once is told so.
    let decided = match decision {
        Decision::Dismiss(note) => {
            quarantine::dismiss(&shared.app, &by.principal, id, note.as_deref()).await?
        }
        Decision::Replay => quarantine::replay(&shared.app, &by.principal, id).await?,
    };
    let body = serde_json::to_string(&Kept::from(decided));
    let body = body.map_err(|error| Failure::of("internal.unlisted", &error))?;
    let work = async move |_: &Txn| {
        Ok(KeptAnswer {
            status: 200,
            location: None,
            etag: None,
            body: body.clone(),
        })
    };
    Ok(answered(once(&shared.app, receipt, work).await?))
}

/// Dismiss
///
/// It stays out of readings; what comes again is counted.
#[utoipa::path(post, path = "/api/v1/quarantine/{id}/dismiss", tag = "Telemetry",
    params(("id" = i64, Path, description = "Id of what was kept aside.", minimum = 1)),
    request_body = Option<DismissKept>,
    responses((status = 200, description = "As it was decided.", body = Kept)))]
pub(super) async fn dismiss(
    State(shared): State<Shared>,
    By(by): By,
    Path(id): Path<String>,
    sent: Sent,
) -> Result<Response, Refusal> {
    let mut fields = Fields::of(&sent.fields);
    let note = fields.maybe_text("note");
    fields.done()?;
    decide(&shared, &by, (&id, &sent), Decision::Dismiss(note)).await
}

/// Replay
///
/// Reads the evidence again under today's meters, instances and clock. Refused when it would be
/// left out again.
#[utoipa::path(post, path = "/api/v1/quarantine/{id}/replay", tag = "Telemetry",
    params(("id" = i64, Path, description = "Id of what was kept aside.", minimum = 1)),
    responses((status = 200, description = "As it was decided.", body = Kept)))]
pub(super) async fn replay(
    State(shared): State<Shared>,
    By(by): By,
    Path(id): Path<String>,
    sent: Sent,
) -> Result<Response, Refusal> {
    sent.nothing()?;
    decide(&shared, &by, (&id, &sent), Decision::Replay).await
}
