//! What is fetched from instances on a schedule, and how each target went.

use axum::extract::{Path, State};
use axum::http::{HeaderMap, Uri};
use axum::response::Response;
use chrono::{DateTime, NaiveDate, Utc};
use serde::Serialize;
use utoipa::ToSchema;

use super::super::router::Shared;
use super::asked::{Asked, name};
use super::bearer::By;
use super::refusal::Refusal;
use super::shown::{Page, few, record};
use crate::db::pull::{PullState, PullTarget};
use crate::usecases::source_pages;

const LIST: &str = "targets";

/// The last failure of a target.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct TargetFailure {
    at: DateTime<Utc>,
    /// Stable code of the reason.
    #[schema(example = "pull.timeout")]
    code: String,
}

/// What is fetched from an instance.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct Target {
    #[schema(example = "meadow-exporter")]
    name: String,
    /// Code of what is fetched.
    #[schema(example = "prometheus-text")]
    kind: String,
    /// The instance that it tells of.
    #[schema(example = "social.example.org")]
    instance: String,
    /// When it is asked.
    schedule: String,
    /// Does it stand in the configuration?
    configured: bool,
    /// When it last went well.
    last_success_at: Option<DateTime<Utc>>,
    /// The last day whose measures are in; null for what has no days.
    covered: Option<NaiveDate>,
    /// What failed last; null after a success.
    failure: Option<TargetFailure>,
    /// Failures since the last success.
    failures: u32,
    /// When it is tried again, while it fails.
    next_try_at: Option<DateTime<Utc>>,
}

impl From<(PullTarget, PullState)> for Target {
    // Neither the address nor the token: both may open the instance.
    fn from((target, state): (PullTarget, PullState)) -> Self {
        Self {
            name: target.name,
            kind: target.kind,
            instance: target.instance,
            schedule: target.schedule,
            configured: target.configured,
            last_success_at: state.last_success_at,
            covered: state.covered,
            failure: state
                .last_error
                .map(|(at, code)| TargetFailure { at, code }),
            failures: state.failures,
            next_try_at: state.next_try_at,
        }
    }
}

/// Targets
///
/// What is fetched, by name, with how each went. Addresses and tokens are shown nowhere.
#[utoipa::path(get, path = "/api/v1/targets", tag = "Telemetry",
    responses((status = 200, description = "A page of targets.", body = Page<Target>)))]
pub(super) async fn list(
    State(shared): State<Shared>,
    By(by): By,
    uri: Uri,
    headers: HeaderMap,
) -> Result<Response, Refusal> {
    let all = source_pages::targets(&shared.app, &by.principal);
    let shown = (
        |one: &(PullTarget, PullState)| one.0.name.clone(),
        Target::from,
    );
    few((&uri, &headers), LIST, all, shown).await
}

/// A target
///
/// With how it went.
#[utoipa::path(get, path = "/api/v1/targets/{name}", tag = "Telemetry",
    params(("name" = String, Path, description = "Name of the target.",
        example = "meadow-exporter")),
    responses((status = 200, description = "The target.", body = Target)))]
pub(super) async fn show(
    State(shared): State<Shared>,
    By(by): By,
    Path(target): Path<String>,
    uri: Uri,
    headers: HeaderMap,
) -> Result<Response, Refusal> {
    Asked::of(&uri, &[]).done()?;
    let unknown = || Refusal::not_found(format!("there is no target {target}"));
    let known = name(&target).ok_or_else(unknown)?;
    let found = source_pages::target(&shared.app, &by.principal, known).await?;
    record(&headers, &Target::from(found.ok_or_else(unknown)?))
}
