//! Jobs and their failures.

use axum::extract::{Path, State};
use axum::http::{HeaderMap, Uri};
use axum::response::Response;
use chrono::{DateTime, Utc};
use serde::Serialize;
use utoipa::ToSchema;

use super::super::router::Shared;
use super::asked::{Asked, id};
use super::bearer::By;
use super::refusal::Refusal;
use super::shown::{Page, page, record};
use crate::db::jobs::feed::{JobFilter, KnownJob};
use crate::usecases::records;

const LIST: &str = "jobs";

/// Where a job stands.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
#[expect(dead_code, reason = "describes the codes, which the store has as text")]
pub(super) enum JobState {
    /// Waits, or waits for its next attempt.
    Queued,
    /// A worker has it.
    Leased,
    /// It is done.
    Done,
    /// It failed too often, and waits for a person.
    Failed,
}

/// Work that is done once.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct Job {
    id: i64,
    /// What is to be done.
    #[schema(example = "issue-run")]
    kind: String,
    /// To what.
    key: String,
    /// Where it stands.
    #[schema(value_type = JobState)]
    state: String,
    /// Not before this instant.
    due_at: DateTime<Utc>,
    /// Until when a worker has it.
    leased_until: Option<DateTime<Utc>>,
    /// How often it was tried.
    attempts: u32,
    /// Why the last attempt failed.
    last_error: Option<String>,
}

impl From<KnownJob> for Job {
    fn from(found: KnownJob) -> Self {
        let KnownJob {
            id,
            kind,
            key,
            state,
            due_at,
            leased_until,
            attempts,
            last_error,
        } = found;
        Self {
            id,
            kind,
            key,
            state,
            due_at,
            leased_until,
            attempts,
            last_error,
        }
    }
}

/// Jobs
///
/// The last one enqueued first.
#[utoipa::path(get, path = "/api/v1/jobs", tag = "Jobs",
    params(
        ("state" = Option<JobState>, Query, description = "Where they stand."),
        ("kind" = Option<String>, Query, description = "What is to be done.",
            min_length = 1, max_length = 200, example = "issue-run"),
    ),
    responses((status = 200, description = "A page of jobs.", body = Page<Job>)))]
pub(super) async fn list(
    State(shared): State<Shared>,
    By(by): By,
    uri: Uri,
    headers: HeaderMap,
) -> Result<Response, Refusal> {
    let mut asked = Asked::of(&uri, &["state", "kind", "limit", "cursor"]);
    let states = ["queued", "leased", "done", "failed"].map(|code| (code, code));
    let filter = JobFilter {
        state: asked.one_of("state", &states),
        kind: asked.text("kind"),
        id: None,
    };
    let from = (asked.cursor(LIST, id), asked.limit());
    asked.done()?;
    let (found, next) = records::jobs(&shared.app, &by.principal, &filter, from).await?;
    let data: Vec<Job> = found.into_iter().map(Job::from).collect();
    page(
        &headers,
        &asked,
        data,
        (LIST, next.map(|id| id.to_string())),
    )
}

/// A job
#[utoipa::path(get, path = "/api/v1/jobs/{id}", tag = "Jobs",
    params(("id" = i64, Path, description = "Id of the job.", example = 1, minimum = 1)),
    responses((status = 200, description = "The job.", body = Job)))]
pub(super) async fn show(
    State(shared): State<Shared>,
    By(by): By,
    Path(job): Path<String>,
    uri: Uri,
    headers: HeaderMap,
) -> Result<Response, Refusal> {
    Asked::of(&uri, &[]).done()?;
    let unknown = || Refusal::not_found(format!("there is no job {job}"));
    let filter = JobFilter {
        id: Some(id(&job).ok_or_else(unknown)?),
        ..JobFilter::default()
    };
    let (found, _) = records::jobs(&shared.app, &by.principal, &filter, (None, 1)).await?;
    record(
        &headers,
        &Job::from(found.into_iter().next().ok_or_else(unknown)?),
    )
}
