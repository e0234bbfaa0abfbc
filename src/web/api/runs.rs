//! Billing runs: prepare, approve, issue, withdraw.

use axum::extract::{Path, State};
use axum::http::{HeaderMap, HeaderValue, StatusCode, Uri, header};
use axum::response::{IntoResponse, Response};
use chrono::NaiveDate;
use serde::Serialize;
use utoipa::ToSchema;

use super::super::router::Shared;
use super::asked::{Asked, id};
use super::bearer::{By, Caller};
use super::refusal::Refusal;
use super::run::{Run, RunSheet};
use super::sent::{Fields, Sent};
use super::shown::{IfMatch, Page, page, record};
use crate::app::App;
use crate::db::Txn;
use crate::db::access::answers::KeptAnswer;
use crate::db::proposals::{self, Proposal};
use crate::usecases::Failure;
use crate::usecases::bill::Request;
use crate::usecases::billing_run::{self, Step};
use crate::usecases::once::{before, once};
use crate::usecases::records;

const LIST: &str = "runs";

fn unknown(id: &str) -> Refusal {
    Refusal::not_found(format!("there is no billing run {id}"))
}

/// Billing runs
///
/// The newest first.
#[utoipa::path(get, path = "/api/v1/runs", tag = "Billing runs",
    responses((status = 200, description = "A page of runs.", body = Page<Run>)))]
pub(super) async fn list(
    State(shared): State<Shared>,
    By(by): By,
    uri: Uri,
    headers: HeaderMap,
) -> Result<Response, Refusal> {
    let mut asked = Asked::of(&uri, &["limit", "cursor"]);
    let from = (asked.cursor(LIST, id), asked.limit());
    asked.done()?;
    let (found, next) = records::runs(&shared.app, &by.principal, from).await?;
    let data: Vec<Run> = found.iter().map(Run::of).collect();
    page(
        &headers,
        &asked,
        data,
        (LIST, next.map(|id| id.to_string())),
    )
}

/// A billing run
///
/// With what it would bill or has billed, contract by contract.
#[utoipa::path(get, path = "/api/v1/runs/{id}", tag = "Billing runs",
    params(("id" = i64, Path, description = "Id of the run.", example = 1, minimum = 1)),
    responses((status = 200, description = "The run.", body = RunSheet)))]
pub(super) async fn show(
    State(shared): State<Shared>,
    By(by): By,
    Path(run): Path<String>,
    uri: Uri,
    headers: HeaderMap,
) -> Result<Response, Refusal> {
    Asked::of(&uri, &[]).done()?;
    let id = id(&run).ok_or_else(|| unknown(&run))?;
    let found = billing_run::one(&shared.app, &by.principal, id).await?;
    let progress = billing_run::progress(&shared.app, &found).await?;
    record(&headers, &RunSheet::of(&found, progress)?)
}

// Describes the body; `Fields` reads it and names every fault.
/// What a run is asked to bill.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct PrepareRun {
    /// Everything due by this day; not in the future.
    #[schema(example = "2027-01-04")]
    as_of: NaiveDate,
    /// Service that starts after this day is left for later.
    service_until: Option<NaiveDate>,
}

fn request(app: &App, sent: &Sent) -> Result<Request, Refusal> {
    let mut fields = Fields::of(&sent.fields);
    let as_of = fields.day("as_of");
    let service_until = fields.maybe_day("service_until");
    // A day in the future would close the books up to it.
    if as_of.is_some_and(|day| day > app.clock.business().date_naive()) {
        fields.refuse("as_of", "the day lies in the future");
    }
    fields.done()?;
    Ok(Request {
        as_of: as_of.unwrap_or_default(),
        service_until,
    })
}

/// The answer of the first time, or of now.
pub(super) fn answered((answer, replayed): (KeptAnswer, bool)) -> Response {
    let status = StatusCode::from_u16(answer.status).unwrap_or(StatusCode::OK);
    let kind = [(header::CONTENT_TYPE, "application/json")];
    let mut response = (status, kind, answer.body).into_response();
    let location = answer.location.map(HeaderValue::try_from);
    if let Some(Ok(location)) = location {
        response.headers_mut().insert(header::LOCATION, location);
    }
    if let Some(Ok(etag)) = answer.etag.map(HeaderValue::try_from) {
        response.headers_mut().insert(header::ETAG, etag);
    }
    if replayed {
        let yes = HeaderValue::from_static("true");
        response.headers_mut().insert("idempotency-replayed", yes);
    }
    response
}

fn answer(status: StatusCode, run: &Proposal) -> Result<KeptAnswer, Failure> {
    let body = serde_json::to_string(&Run::of(run));
    Ok(KeptAnswer {
        status: status.as_u16(),
        location: Some(format!("/api/v1/runs/{}", run.id)),
        etag: None,
        body: body.map_err(|error| Failure::of("internal.unlisted", &error))?,
    })
}

/// Prepare a run
///
/// Closes the readings that are due, computes what would be billed and keeps it for approval.
#[utoipa::path(post, path = "/api/v1/runs", tag = "Billing runs", request_body = PrepareRun,
    responses((status = 201, description = "The run waits for its approval.", body = Run)))]
pub(super) async fn prepare(
    State(shared): State<Shared>,
    By(by): By,
    sent: Sent,
) -> Result<Response, Refusal> {
    let request = request(&shared.app, &sent)?;
    let receipt = sent.receipt(&by);
    if let Some(known) = before(&shared.app, &receipt).await? {
        return Ok(answered((known, true)));
    }
    let proposal = billing_run::proposed(&shared.app, &by.principal, request).await?;
    let (app, principal) = (shared.app.clone(), by.principal.clone());
    let work = async move |txn: &Txn| {
        let kept = billing_run::keep_in(txn, &app, &principal, &proposal).await?;
        answer(StatusCode::CREATED, &kept)
    };
    let done = once(&shared.app, receipt, work).await?;
    Ok(answered(done))
}

/// One step of a run, once, and only from the state that `If-Match` names, where it names one.
async fn step(
    shared: &Shared,
    by: &Caller,
    (run, headers): (&str, &HeaderMap),
    (sent, step): (Sent, Step),
) -> Result<Response, Refusal> {
    sent.nothing()?;
    let id = id(run).ok_or_else(|| unknown(run))?;
    let (app, principal) = (shared.app.clone(), by.principal.clone());
    let read = IfMatch::of(headers);
    let work = async move |txn: &Txn| {
        if let Some(read) = &read {
            unchanged(txn, &app, id, read).await?;
        }
        let after = billing_run::step_in(txn, &app, &principal, (id, step)).await?;
        answer(StatusCode::OK, &after)
    };
    let done = once(&shared.app, sent.receipt(by), work).await?;
    Ok(answered(done))
}

/// Refuses when the run is no longer what the caller has read.
async fn unchanged(txn: &Txn, app: &App, id: i64, read: &IfMatch) -> Result<(), Failure> {
    let Some(now) = proposals::lock(txn, id).await? else {
        return Ok(());
    };
    let progress = billing_run::progress(app, &now).await?;
    let sheet = RunSheet::of(&now, progress)?;
    let body = serde_json::to_string(&sheet);
    let body = body.map_err(|error| Failure::of("internal.unlisted", &error))?;
    Ok(read.check(&body)?)
}

/// Approve a run
///
/// Only people approve: a token is always refused. The address is here so that a program learns the
/// reason.
#[utoipa::path(post, path = "/api/v1/runs/{id}/approve", tag = "Billing runs",
    params(("id" = i64, Path, description = "Id of the run.", example = 1, minimum = 1)),
    responses((status = 200, description = "Never answered to a token.", body = Run)))]
pub(super) async fn approve(
    State(shared): State<Shared>,
    By(by): By,
    Path(run): Path<String>,
    headers: HeaderMap,
    sent: Sent,
) -> Result<Response, Refusal> {
    step(&shared, &by, (&run, &headers), (sent, Step::Approve)).await
}

/// Issue a run
///
/// Starts to issue an approved run; a job does it. Read the run until its state is `issued`.
#[utoipa::path(post, path = "/api/v1/runs/{id}/issue", tag = "Billing runs",
    params(("id" = i64, Path, description = "Id of the run.", example = 1, minimum = 1)),
    responses((status = 200, description = "The run is being issued.", body = Run)))]
pub(super) async fn issue(
    State(shared): State<Shared>,
    By(by): By,
    Path(run): Path<String>,
    headers: HeaderMap,
    sent: Sent,
) -> Result<Response, Refusal> {
    step(&shared, &by, (&run, &headers), (sent, Step::Issue)).await
}

/// Withdraw a run
///
/// Gives it up before it is issued.
#[utoipa::path(post, path = "/api/v1/runs/{id}/withdraw", tag = "Billing runs",
    params(("id" = i64, Path, description = "Id of the run.", example = 1, minimum = 1)),
    responses((status = 200, description = "The run was withdrawn.", body = Run)))]
pub(super) async fn withdraw(
    State(shared): State<Shared>,
    By(by): By,
    Path(run): Path<String>,
    headers: HeaderMap,
    sent: Sent,
) -> Result<Response, Refusal> {
    step(&shared, &by, (&run, &headers), (sent, Step::Withdraw)).await
}
