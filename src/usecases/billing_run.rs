//! A billing run between people: one prepares, another approves, and what was approved is issued.
//!
//! What is prepared is kept with its hash. It is computed again before it is issued, and when it is
//! no longer what was approved, nothing is issued: it has to be prepared anew.

mod issue;
mod step;

use chrono::NaiveDate;
use serde::{Deserialize, Serialize};

use super::Failure;
use super::bill::{Report, Request, of_closed};
use super::close_readings::close_all;
use crate::access::principal::Denied;
use crate::access::{Permission, Principal};
use crate::app::App;
use crate::db::audit::{self, AuditEvent};
use crate::db::browse::{Pages, Window};
use crate::db::proposals::{self, Done, Proposal, ProposalOrder, ProposalState};
use crate::db::runs;
use crate::db::{Txn, sha256_hex};
use crate::error::Problem;

pub use issue::{Outcome, progress, work};
pub use step::{Step, step, step_in};

/// The job that issues an approved run.
pub const JOB: &str = "issue-run";

/// What the job is told.
#[derive(Debug, Clone, Serialize, Deserialize)]
struct Order {
    proposal: i64,
    actor: String,
}

fn require(by: &Principal, permission: Permission) -> Result<(), Failure> {
    let asked = by.require(permission).map(|_| ());
    asked.map_err(|denied: Denied| Failure::of(denied.code(), &denied))
}

fn unknown() -> Failure {
    Problem::new("run.unknown", "there is no such billing run").into()
}

fn not_now(state: &ProposalState) -> Failure {
    let text = match state {
        ProposalState::Prepared => "the run waits for its approval",
        ProposalState::Approved { .. } => "the run is approved",
        ProposalState::Issuing { .. } => "the run is being issued",
        ProposalState::Issued { .. } => "the run was issued",
        ProposalState::Withdrawn { .. } => "the run was withdrawn",
    };
    Problem::new("run.state", text).into()
}

/// A page of runs in an order.
///
/// # Errors
/// `access.denied`.
pub async fn browse(
    app: &App,
    by: &Principal,
    window: &Window<ProposalOrder>,
) -> Result<(Vec<Proposal>, Pages), Failure> {
    require(by, Permission::ReadRuns)?;
    Ok(proposals::page(&app.db.reader(), window).await?)
}

/// One run.
///
/// # Errors
/// `access.denied`, `run.unknown`.
pub async fn one(app: &App, by: &Principal, id: i64) -> Result<Proposal, Failure> {
    require(by, Permission::ReadRuns)?;
    let found = proposals::get(&app.db.reader(), id).await?;
    found.ok_or_else(unknown)
}

/// The last run before one that issued something: the day it billed for, and its report. None where
/// the last few issued nothing.
///
/// # Errors
/// `access.denied`, `db.*`.
pub async fn last_before(
    app: &App,
    by: &Principal,
    proposal: &Proposal,
) -> Result<Option<(NaiveDate, Report)>, Failure> {
    require(by, Permission::ReadRuns)?;
    for skip in 0..LOOKED_AT {
        let found = runs::finished_before(&app.db.reader(), proposal.as_of, skip).await?;
        let Some((run, end)) = found.and_then(|run| Some((run.request, run.finished?))) else {
            return Ok(None);
        };
        let report: Report = serde_json::from_str(&end.report)
            .map_err(|error| Failure::of("internal.unlisted", &error))?;
        if !report.issued.is_empty() {
            return Ok(Some((run.as_of, report)));
        }
    }
    Ok(None)
}

/// How many runs that issued nothing are passed over on the way to one that did.
const LOOKED_AT: u64 = 5;

/// Prepares a run: closes the readings that are due, computes what would be billed and keeps it for
/// approval. Returns its id.
///
/// # Errors
/// `access.denied`, `db.*`.
pub async fn prepare(app: &App, by: &Principal, request: Request) -> Result<i64, Failure> {
    let proposal = proposed(app, by, request).await?;
    let (own, by) = (app.clone(), by.clone());
    let kept = app
        .db
        .write(async move |txn: &Txn| keep_in(txn, &own, &by, &proposal).await)
        .await?;
    Ok(kept.id)
}

/// What would be billed, ready to be kept; nothing but closed readings is stored yet.
///
/// # Errors
/// `access.denied`, `db.*`.
pub async fn proposed(app: &App, by: &Principal, request: Request) -> Result<Proposal, Failure> {
    require(by, Permission::PreviewRun)?;
    let (body, digest) = computed(&acting(app, by), request).await?;
    Ok(Proposal {
        id: 0,
        as_of: request.as_of,
        service_until: request.service_until,
        prepared: Done {
            by: by.account(),
            at: app.clock.business(),
        },
        digest,
        body,
        run: None,
        state: ProposalState::Prepared,
    })
}

/// Keeps what was computed for approval.
///
/// # Errors
/// `access.denied`, `db.*`.
pub async fn keep_in(
    txn: &Txn,
    app: &App,
    by: &Principal,
    proposal: &Proposal,
) -> Result<Proposal, Failure> {
    require(by, Permission::PreviewRun)?;
    let id = proposals::insert(txn, proposal).await?;
    let told = serde_json::json!({ "as_of": proposal.as_of, "digest": proposal.digest });
    note(txn, &acting(app, by), "run.prepared", id, &told).await?;
    let mut kept = proposal.clone();
    kept.id = id;
    Ok(kept)
}

/// The application with the principal as the one who acts.
fn acting(app: &App, by: &Principal) -> App {
    App {
        actor: by.actor(),
        ..app.clone()
    }
}

/// What would be billed, as text, and its hash.
async fn computed(app: &App, request: Request) -> Result<(String, String), Failure> {
    let waiting = close_all(app, request.as_of).await?;
    let mut report = of_closed(app, request).await?;
    for row in waiting {
        if !report.blocked.contains(&row) {
            report.blocked.push(row);
        }
    }
    let body =
        serde_json::to_string(&report).map_err(|error| Failure::of("internal.unlisted", &error))?;
    let digest = sha256_hex(body.as_bytes());
    Ok((body, digest))
}

async fn note(
    txn: &Txn,
    app: &App,
    action: &str,
    id: i64,
    payload: &serde_json::Value,
) -> Result<(), Failure> {
    let event = AuditEvent {
        actor: app.actor.clone(),
        action: action.to_owned(),
        subject: format!("run/{id}"),
        payload: payload.to_string(),
    };
    audit::append(txn, app.clock.business(), &[event]).await?;
    Ok(())
}

/// The first day that a run may be asked for: the day of the newest one, whose books it closed.
///
/// # Errors
/// `db.*`.
pub async fn closed_until(app: &App) -> Result<Option<NaiveDate>, Failure> {
    Ok(runs::closed_until(&app.db.reader()).await?)
}
