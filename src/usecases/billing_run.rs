//! A billing run between people: one prepares, another approves, and what was approved is issued.
//!
//! What is prepared is kept with its hash. It is computed again before it is issued, and when it is
//! no longer what was approved, nothing is issued: it has to be prepared anew.

mod step;

use std::time::Duration;

use chrono::NaiveDate;
use serde::{Deserialize, Serialize};

use super::Failure;
use super::bill::{Report, Request, Silent, bill, preview};
use super::close_readings::close_all;
use crate::access::principal::Denied;
use crate::access::{Permission, Principal};
use crate::app::App;
use crate::db::audit::{self, AuditEvent};
use crate::db::browse::{Pages, Window};
use crate::db::jobs::{self, LeasedJob};
use crate::db::proposals::{self, Done, Proposal, ProposalOrder, ProposalState};
use crate::db::runs;
use crate::db::{Txn, audit_chain, sha256_hex};
use crate::error::Problem;

pub use step::{Step, step, step_in};

/// The job that issues an approved run.
pub const JOB: &str = "issue-run";

/// How long a failed attempt waits.
const PAUSE: Duration = Duration::from_secs(60);

/// What the job is told.
#[derive(Debug, Clone, Serialize, Deserialize)]
struct Order {
    proposal: i64,
    actor: String,
    /// The newest run before it.
    after: Option<i64>,
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
    seal(app).await?;
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

/// Seals the trail after a step of a run.
///
/// # Errors
/// `db.*`.
pub async fn seal(app: &App) -> Result<(), Failure> {
    audit_chain::seal_all(&app.db.book, &app.actor, super::SEALING).await?;
    Ok(())
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
    let mut report = preview(app, request).await?;
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

/// Does the job: computes again, and issues when it is still what was approved. Done twice it does
/// nothing the second time; killed half-way, the next attempt goes on.
///
/// # Errors
/// `db.*`, `db.lease-lost`.
pub async fn work(app: &App, job: &LeasedJob) -> Result<(), Failure> {
    match carry_out(app, job).await {
        Ok(()) => Ok(()),
        Err(failure) => {
            let problem = Problem::from(failure);
            let (job, text) = (job.clone(), problem.to_string());
            problem.log();
            app.db
                .write(async move |txn: &Txn| {
                    jobs::fail(txn, &job, &text, PAUSE).await?;
                    Ok::<_, Failure>(())
                })
                .await
        }
    }
}

async fn carry_out(app: &App, job: &LeasedJob) -> Result<(), Failure> {
    let order: Order = job.read_body()?;
    let own = App {
        actor: order.actor.clone(),
        ..app.clone()
    };
    let found = proposals::get(&app.db.reader(), order.proposal).await?;
    let proposal = found.ok_or_else(unknown)?;
    let ProposalState::Issuing { approved, issued } = proposal.state.clone() else {
        return done(&own, job, None).await;
    };
    let request = Request {
        as_of: proposal.as_of,
        service_until: proposal.service_until,
    };
    // An attempt that was killed may have issued a part: then the preview is no longer the whole,
    // and what was approved is finished.
    let newest = runs::latest(&app.db.reader()).await?.map(|run| run.id.0);
    if newest == order.after {
        let (_, digest) = computed(&own, request).await?;
        if digest != proposal.digest {
            let state = ProposalState::Withdrawn {
                ended_at: own.clock.business(),
                outcome: "changed".to_owned(),
            };
            return done(&own, job, Some(Proposal { state, ..proposal })).await;
        }
    }
    let report = bill(&own, request, &Silent).await?;
    let state = ProposalState::Issued {
        approved,
        issued,
        ended_at: own.clock.business(),
        outcome: outcome(&report)?,
    };
    done(&own, job, Some(Proposal { state, ..proposal })).await
}

/// The end of a run in numbers.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Outcome {
    /// Invoices and credit notes that were issued.
    pub issued: u64,
    /// Contracts that could not be billed.
    pub blocked: u64,
    /// Documents that wait for their files.
    pub pending: u64,
}

fn outcome(report: &Report) -> Result<String, Failure> {
    let outcome = Outcome {
        issued: report.issued.len() as u64,
        blocked: report.blocked.len() as u64,
        pending: report.pending.len() as u64,
    };
    serde_json::to_string(&outcome).map_err(|error| Failure::of("internal.unlisted", &error))
}

async fn done(app: &App, job: &LeasedJob, after: Option<Proposal>) -> Result<(), Failure> {
    let (own, job) = (app.clone(), job.clone());
    app.db
        .write(async move |txn: &Txn| {
            if let Some(after) = &after {
                proposals::lock(txn, after.id).await?;
                proposals::save(txn, after).await?;
                let action = match after.state {
                    ProposalState::Issued { .. } => "run.issued",
                    _ => "run.withdrawn",
                };
                let told = serde_json::json!({ "digest": after.digest });
                note(txn, &own, action, after.id, &told).await?;
            }
            jobs::acknowledge(txn, &job).await?;
            Ok::<_, Failure>(())
        })
        .await?;
    seal(app).await
}

/// How much of a run that is being issued has its number: of how many.
///
/// # Errors
/// `db.unreachable`.
pub async fn progress(app: &App, proposal: &Proposal) -> Result<(u64, u64), Failure> {
    let planned: Report = serde_json::from_str(&proposal.body)
        .map_err(|error| Failure::of("internal.unlisted", &error))?;
    let since = match &proposal.state {
        ProposalState::Issuing { issued, .. } => issued.at,
        _ => return Ok((0, planned.issued.len() as u64)),
    };
    let done = crate::db::invoices::issued_since(&app.db.reader(), since).await?;
    Ok((done, planned.issued.len() as u64))
}

/// The first day that a run may be asked for: the day of the newest one, whose books it closed.
///
/// # Errors
/// `db.*`.
pub async fn closed_until(app: &App) -> Result<Option<NaiveDate>, Failure> {
    Ok(runs::closed_until(&app.db.reader()).await?)
}
