//! Issuing an approved run: the job that begins its billing run, or goes on with it.

use std::time::Duration;

use serde::{Deserialize, Serialize};

use super::{Order, computed, note, unknown};
use crate::app::App;
use crate::db::jobs::{self, LeasedJob};
use crate::db::proposals::{self, Proposal, ProposalState};
use crate::db::runs::{self, Purpose, RunRecord};
use crate::db::{Txn, documents, invoices};
use crate::error::Problem;
use crate::usecases::Failure;
use crate::usecases::bill::{PDF, Report, Request, Silent, go_on, run_request};
use crate::usecases::close_readings::close_all;

/// How long a failed attempt waits.
const PAUSE: Duration = Duration::from_secs(60);
/// How often the approved run is compared again because another run of billing began meanwhile.
const LOOKS: u32 = 3;

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
    let run = match proposal.run {
        // An attempt that was cut off began it: what was approved is finished.
        Some(id) => Some(runs::get(&app.db.reader(), id).await?),
        None => begin(&own, &proposal).await?,
    };
    let Some(run) = run else {
        let state = ProposalState::Withdrawn {
            ended_at: own.clock.business(),
            outcome: "changed".to_owned(),
        };
        return done(&own, job, Some(Proposal { state, ..proposal })).await;
    };
    let outcome = issue(&own, &run).await?;
    let outcome = serde_json::to_string(&outcome)
        .map_err(|error| Failure::of("internal.unlisted", &error))?;
    let after = Proposal {
        run: Some(run.id),
        state: ProposalState::Issued {
            approved,
            issued,
            ended_at: own.clock.business(),
            outcome,
        },
        ..proposal
    };
    done(&own, job, Some(after)).await
}

/// Begins the billing run of what was approved; none when something else would be billed by now.
/// What is compared and what is billed are known at the same instant, and no other run of billing
/// begins in between.
async fn begin(app: &App, proposal: &Proposal) -> Result<Option<RunRecord>, Failure> {
    let request = Request {
        as_of: proposal.as_of,
        service_until: proposal.service_until,
    };
    for _ in 0..LOOKS {
        let newest = runs::latest(&app.db.reader()).await?.map(|run| run.id);
        let now = app.clock.business();
        let (_, digest) = computed(&app.at(now), request).await?;
        if digest != proposal.digest {
            return Ok(None);
        }
        let wanted = run_request(app, request, now);
        let id = proposal.id;
        let begun = app
            .db
            .write(async move |txn: &Txn| {
                let known = proposals::lock(txn, id).await?.ok_or_else(unknown)?;
                if let Some(run) = known.run {
                    return Ok(Some(runs::get(txn, run).await?));
                }
                if runs::latest(txn).await?.map(|run| run.id) != newest {
                    return Ok(None);
                }
                let run = runs::start(txn, Purpose::Billing, wanted, now).await?;
                let after = Proposal {
                    run: Some(run.id),
                    ..known
                };
                proposals::save(txn, &after).await?;
                Ok::<_, Failure>(Some(run))
            })
            .await?;
        if begun.is_some() {
            return Ok(begun);
        }
    }
    Err(Problem::new("run.state", "other billing runs begin all the time").into())
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

/// Does what is left of a run. What it issued is counted in the store: an earlier attempt may have
/// done a part of it.
async fn issue(app: &App, run: &RunRecord) -> Result<Outcome, Failure> {
    let report = match &run.finished {
        Some(end) => serde_json::from_str::<Report>(&end.report)
            .map_err(|error| Failure::of("internal.unlisted", &error))?,
        None => {
            let waiting = close_all(app, run.request.as_of).await?;
            go_on(app, run, waiting, &Silent).await?
        }
    };
    let on = app.db.reader();
    Ok(Outcome {
        issued: invoices::numbered_of(&on, run.id).await?,
        blocked: report.blocked.len() as u64,
        pending: documents::pending_of(&on, run.id, PDF).await?,
    })
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
        .await
}

/// How much of a run that is being issued has its number: of how many.
///
/// # Errors
/// `db.unreachable`.
pub async fn progress(app: &App, proposal: &Proposal) -> Result<(u64, u64), Failure> {
    let planned: Report = serde_json::from_str(&proposal.body)
        .map_err(|error| Failure::of("internal.unlisted", &error))?;
    let done = match proposal.run {
        Some(run) => invoices::numbered_of(&app.db.reader(), run).await?,
        None => 0,
    };
    Ok((done, planned.issued.len() as u64))
}
