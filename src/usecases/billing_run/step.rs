//! The steps of a run: approve, withdraw, issue.

use super::{JOB, Order, acting, not_now, note, require, unknown};
use crate::access::four_eyes::FourEyesError;
use crate::access::principal::Kind;
use crate::access::{FourEyes, Permission, Principal};
use crate::app::App;
use crate::db::proposals::{self, Done, Proposal, ProposalState};
use crate::db::{Txn, jobs};
use crate::usecases::Failure;

/// A step of a run.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Step {
    /// Approves what another person prepared.
    Approve,
    /// Gives a run up before it is issued: who may prepare may, and who may approve.
    Withdraw,
    /// Starts to issue an approved run. A job does it, so that it goes on whatever happens to this
    /// process.
    Issue,
}

impl Step {
    const fn action(self) -> &'static str {
        match self {
            Self::Approve => "run.approved",
            Self::Withdraw => "run.withdrawn",
            Self::Issue => "run.issuing",
        }
    }
}

/// Takes a step of a run.
///
/// # Errors
/// `access.denied`, `access.four-eyes`, `access.approval-by-token`, `run.state`, `run.unknown`.
pub async fn step(app: &App, by: &Principal, id: i64, step: Step) -> Result<(), Failure> {
    let (own, by) = (app.clone(), by.clone());
    app.db
        .write(async move |txn: &Txn| step_in(txn, &own, &by, (id, step)).await)
        .await
        .map(drop)
}

/// The same in a transaction: its row, its audit record, and the job when it begins to be issued.
///
/// # Errors
/// Those of [`step`].
pub async fn step_in(
    txn: &Txn,
    app: &App,
    by: &Principal,
    (id, step): (i64, Step),
) -> Result<Proposal, Failure> {
    match step {
        Step::Approve => {
            // Before anything is looked up: a token does not even learn whether there is a run.
            if let Kind::Token { id } = by.kind() {
                let refused = FourEyesError::NotAPerson { token: id.clone() };
                return Err(Failure::of(refused.code(), &refused));
            }
            require(by, Permission::ApproveRun)?;
        }
        Step::Withdraw if by.may(Permission::ApproveRun) => {}
        Step::Withdraw => require(by, Permission::PreviewRun)?,
        Step::Issue => require(by, Permission::IssueRun)?,
    }
    let before = proposals::lock(txn, id).await?.ok_or_else(unknown)?;
    let state = next(app, by, &before, step)?;
    let after = Proposal { state, ..before };
    proposals::save(txn, &after).await?;
    let own = acting(app, by);
    if step == Step::Issue {
        let order = Order {
            proposal: id,
            actor: own.actor.clone(),
        };
        jobs::enqueue(txn, JOB, &id.to_string(), &order).await?;
    }
    let told = serde_json::json!({ "digest": after.digest });
    note(txn, &own, step.action(), id, &told).await?;
    Ok(after)
}

/// Where a run stands after a step.
fn next(
    app: &App,
    by: &Principal,
    before: &Proposal,
    step: Step,
) -> Result<ProposalState, Failure> {
    let at = app.clock.business();
    match (step, before.state.clone()) {
        (Step::Approve, state) => {
            let prepared_by = before.prepared.by;
            let approval = FourEyes { prepared_by }.approve(by, Permission::ApproveRun);
            let approval =
                approval.map_err(|error: FourEyesError| Failure::of(error.code(), &error))?;
            if state != ProposalState::Prepared {
                return Err(not_now(&state));
            }
            let by = approval.approved_by();
            let approved = Done { by, at };
            Ok(ProposalState::Approved { approved })
        }
        (Step::Withdraw, ProposalState::Prepared | ProposalState::Approved { .. }) => {
            Ok(ProposalState::Withdrawn {
                ended_at: at,
                outcome: "by-hand".to_owned(),
            })
        }
        (Step::Issue, ProposalState::Approved { approved }) => {
            let by = by.account();
            let issued = Done { by, at };
            Ok(ProposalState::Issuing { approved, issued })
        }
        (_, other) => Err(not_now(&other)),
    }
}
