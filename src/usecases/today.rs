//! What needs somebody today: runs to approve and to issue, what is due, what is blocked, late or
//! missing. Each kind only for those who may act on it.

use std::collections::BTreeSet;

use super::Failure;
use super::alerts::{self, Told};
use super::outlook::{self, Agreed, Booked, Cache, Known, Pending};
use crate::access::{Permission, Principal};
use crate::app::App;
use crate::db::payments::PaymentId;
use crate::db::payments::held::{self, Held, RefundUnderWay};
use crate::db::proposals::{self, Proposal, ProposalState};
use crate::db::today::{self, FailedJob};

/// Runs that are looked at.
const RUNS: u64 = 25;

/// Rows of one kind that are listed; of more, how many there are.
pub const ROWS: usize = 8;

/// Some of several things, and how many there are.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Several<T> {
    /// The first of them.
    pub first: Vec<T>,
    /// How many there are.
    pub count: u64,
}

impl<T> Default for Several<T> {
    fn default() -> Self {
        Self {
            first: Vec::new(),
            count: 0,
        }
    }
}

/// What needs somebody. What one may not act on is empty.
#[derive(Debug, Default)]
pub struct Work {
    /// Runs that somebody else prepared.
    pub approve: Vec<Proposal>,
    /// Runs that are approved.
    pub issue: Vec<Proposal>,
    /// What follows from what is agreed; none for those who may not see contracts.
    pub agreed: Option<Known<Agreed>>,
    /// What follows from what is booked; none for those who may not see invoices.
    pub booked: Option<Known<Booked>>,
    /// Refunds that somebody else asked for.
    pub approve_refunds: Vec<RefundUnderWay>,
    /// Money that is held for customers, and of which nothing is being given back.
    pub give_back: Several<Held>,
    /// Whether what is due waits for a run to be prepared.
    pub prepare: bool,
    /// Numbered documents without their files.
    pub pending: Pending,
    /// Jobs that were given up.
    pub failed: Several<FailedJob>,
    /// Use that has reached a threshold in a period that still runs.
    pub alerts: Vec<Told>,
}

fn to_give_back(held: &[Held], refunds: &[RefundUnderWay]) -> Several<Held> {
    let busy: BTreeSet<PaymentId> = refunds.iter().map(|one| one.payment).collect();
    let free = held.iter().filter(|one| !busy.contains(&one.payment));
    Several {
        first: free.clone().take(ROWS).cloned().collect(),
        count: free.count() as u64,
    }
}

/// What needs somebody today.
///
/// # Errors
/// `db.*`, `outlook.not-made`.
pub async fn work(app: &App, by: &Principal, cache: &Cache) -> Result<Work, Failure> {
    let may = |permission| by.may(permission);
    let on = app.db.reader();
    let mut work = Work::default();
    if may(Permission::ReadRuns) {
        let runs = proposals::under_way(&on, RUNS).await?;
        work.prepare = may(Permission::PreviewRun) && runs.is_empty();
        for run in runs {
            match run.state {
                ProposalState::Prepared
                    if may(Permission::ApproveRun) && run.prepared.by != by.account() =>
                {
                    work.approve.push(run);
                }
                ProposalState::Approved { .. } if may(Permission::IssueRun) => work.issue.push(run),
                _ => {}
            }
        }
    }
    if may(Permission::ReadContracts) {
        work.agreed = Some(outlook::agreed(app, by, cache).await?);
    }
    if may(Permission::ReadInvoices) {
        work.booked = Some(outlook::booked(app, by, cache).await?);
    }
    let decides = by.require(Permission::ApproveRefund);
    let refunds = match decides.or_else(|_| by.require(Permission::RefundPayment)) {
        Ok(granted) => held::under_way(&on, granted.scope()).await?,
        Err(_) => Vec::new(),
    };
    if let (true, Some(booked)) = (may(Permission::RefundPayment), &work.booked) {
        work.give_back = to_give_back(&booked.figure.held, &refunds);
    }
    if may(Permission::ApproveRefund) {
        let others = refunds.into_iter();
        let others = others.filter(|one| one.waits && one.requested_by != Some(by.account()));
        work.approve_refunds = others.collect();
    }
    if may(Permission::IssueRun) {
        work.pending = outlook::pending(app, by, cache)
            .await?
            .figure
            .as_ref()
            .clone();
    }
    if may(Permission::ReadUsage) {
        work.alerts = alerts::running_now(app, by).await?;
    }
    if may(Permission::RetryJob) {
        let (first, count) = today::failed_jobs(&on, ROWS as u64).await?;
        work.failed = Several { first, count };
    }
    Ok(work)
}
