//! Records of the audit trail.

use axum::extract::State;
use axum::http::{HeaderMap, Uri};
use axum::response::Response;
use chrono::{DateTime, Utc};
use serde::Serialize;
use serde_json::Value;
use utoipa::ToSchema;

use super::super::router::Shared;
use super::asked::{Asked, id};
use super::bearer::By;
use super::refusal::Refusal;
use super::shown::{Page, page};
use crate::db::audit::AuditEntry;
use crate::db::audit::feed::TrailFilter;
use crate::usecases::records;

const LIST: &str = "audit";

/// Who did what to what, and when.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct AuditRecord {
    id: i64,
    /// When it happened, in business time.
    recorded_at: DateTime<Utc>,
    /// Who: an account, a token, a job, or the program.
    actor: String,
    /// What: a verb of the trade.
    #[schema(example = "run.prepared")]
    action: String,
    /// To what.
    #[schema(example = "run/1")]
    subject: String,
    /// The content; null when a retention protocol erased it.
    #[schema(value_type = Object, nullable = true)]
    content: Value,
}

impl From<AuditEntry> for AuditRecord {
    fn from(found: AuditEntry) -> Self {
        let AuditEntry {
            id,
            recorded_at,
            actor,
            action,
            subject,
            payload,
        } = found;
        let content =
            payload.map(|text| serde_json::from_str(&text).unwrap_or(Value::String(text)));
        Self {
            id,
            recorded_at,
            actor,
            action,
            subject,
            content: content.unwrap_or(Value::Null),
        }
    }
}

/// Audit records
///
/// The last one first.
#[utoipa::path(get, path = "/api/v1/audit-records", tag = "Audit",
    params(
        ("subject" = Option<String>, Query, description = "To what it happened.",
            min_length = 1, max_length = 200, example = "run/1"),
        ("actor" = Option<String>, Query, description = "Who did it.",
            min_length = 1, max_length = 200),
        ("action" = Option<String>, Query, description = "What was done.",
            min_length = 1, max_length = 200, example = "run.prepared"),
    ),
    responses((status = 200, description = "A page of records.", body = Page<AuditRecord>)))]
pub(super) async fn list(
    State(shared): State<Shared>,
    By(by): By,
    uri: Uri,
    headers: HeaderMap,
) -> Result<Response, Refusal> {
    let mut asked = Asked::of(&uri, &["subject", "actor", "action", "limit", "cursor"]);
    let filter = TrailFilter {
        subject: asked.text("subject"),
        actor: asked.text("actor"),
        action: asked.text("action"),
    };
    let from = (asked.cursor(LIST, id), asked.limit());
    asked.done()?;
    let (found, next) = records::trail(&shared.app, &by.principal, &filter, from).await?;
    let data: Vec<AuditRecord> = found.into_iter().map(AuditRecord::from).collect();
    page(
        &headers,
        &asked,
        data,
        (LIST, next.map(|id| id.to_string())),
    )
}
