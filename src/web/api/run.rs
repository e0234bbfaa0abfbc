//! A billing run as the API shows it.

use std::collections::BTreeMap;

use chrono::{DateTime, NaiveDate, Utc};
use serde::Serialize;
use utoipa::ToSchema;

use super::core::{Amount, Core, DocumentKind};
use crate::billing::{Currency, Money};
use crate::db::proposals::{self, Proposal, ProposalState};
use crate::usecases::Failure;
use crate::usecases::bill::{self, BlockedRow, Report};
use crate::usecases::billing_run::Outcome;

/// Where a run stands.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub(super) enum RunState {
    /// Waits for the approval of somebody else than who prepared it.
    Prepared,
    /// May be issued.
    Approved,
    /// Is being issued.
    Issuing,
    /// Was issued.
    Issued,
    /// Was given up, or the facts have changed since it was approved.
    Withdrawn,
}

/// Who did something, and when.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct Done {
    /// Id of the account.
    #[schema(format = "uuid")]
    by: String,
    /// When, in business time.
    at: DateTime<Utc>,
}

impl From<proposals::Done> for Done {
    fn from(done: proposals::Done) -> Self {
        Self {
            by: done.by.to_string(),
            at: done.at,
        }
    }
}

/// What came of a run.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct RunOutcome {
    /// Invoices and credit notes that were issued.
    issued: u64,
    /// Contracts that could not be billed.
    blocked: u64,
    /// Documents that wait for their files.
    pending: u64,
}

/// A billing run.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct Run {
    #[schema(example = 1)]
    id: i64,
    /// Everything due by this day.
    as_of: NaiveDate,
    /// Service that starts after this day is left for later.
    service_until: Option<NaiveDate>,
    /// Where it stands.
    state: RunState,
    /// Who prepared it.
    prepared: Done,
    /// Who approved it.
    approved: Option<Done>,
    /// Who started to issue it.
    issued: Option<Done>,
    /// When it came to its end.
    ended_at: Option<DateTime<Utc>>,
    /// Why it was withdrawn: `by-hand`, or `changed` when the facts were no longer those that were
    /// approved.
    reason: Option<String>,
    /// What came of it.
    outcome: Option<RunOutcome>,
    /// SHA-256 of what was prepared: what is approved is exactly this.
    #[schema(pattern = "^[0-9a-f]{64}$")]
    digest: String,
}

impl Run {
    pub(super) fn of(proposal: &Proposal) -> Self {
        let mut run = Self {
            id: proposal.id,
            as_of: proposal.as_of,
            service_until: proposal.service_until,
            state: RunState::Prepared,
            prepared: proposal.prepared.into(),
            approved: None,
            issued: None,
            ended_at: None,
            reason: None,
            outcome: None,
            digest: proposal.digest.clone(),
        };
        match &proposal.state {
            ProposalState::Prepared => {}
            ProposalState::Approved { approved } => {
                run.state = RunState::Approved;
                run.approved = Some((*approved).into());
            }
            ProposalState::Issuing { approved, issued } => {
                run.state = RunState::Issuing;
                run.approved = Some((*approved).into());
                run.issued = Some((*issued).into());
            }
            ProposalState::Issued {
                approved,
                issued,
                ended_at,
                outcome,
            } => {
                run.state = RunState::Issued;
                run.approved = Some((*approved).into());
                run.issued = Some((*issued).into());
                run.ended_at = Some(*ended_at);
                let found: Option<Outcome> = serde_json::from_str(outcome).ok();
                run.outcome = found.map(|found| RunOutcome {
                    issued: found.issued,
                    blocked: found.blocked,
                    pending: found.pending,
                });
            }
            ProposalState::Withdrawn { ended_at, outcome } => {
                run.state = RunState::Withdrawn;
                run.ended_at = Some(*ended_at);
                run.reason = Some(outcome.clone());
            }
        }
        run
    }
}

/// What a run bills under one contract.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct RunDocument {
    /// Number of the customer.
    customer: u32,
    /// Name of the customer.
    name: String,
    /// Number of the contract.
    contract: String,
    /// Type of document.
    kind: DocumentKind,
    /// Issue date.
    date: NaiveDate,
    /// Without tax; negative for what gives back, like tax and gross.
    net: Amount,
    /// Tax.
    tax: Amount,
    /// Net and tax.
    gross: Amount,
}

/// A contract that a run cannot bill.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct BlockedContract {
    /// Number of the contract.
    contract: String,
    /// Stable code of the reason.
    code: String,
    /// The reason.
    reason: String,
}

/// The sums of a run in one currency.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct RunSum {
    /// Without tax.
    net: Amount,
    /// Tax.
    tax: Amount,
    /// Net and tax.
    gross: Amount,
}

/// A billing run with what it bills.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct RunSheet {
    #[serde(flatten)]
    run: Run,
    /// What it bills.
    documents: Vec<RunDocument>,
    /// Contracts that it cannot bill.
    blocked: Vec<BlockedContract>,
    /// Sums, one a currency.
    sums: Vec<RunSum>,
    /// How many documents have their number while it is being issued.
    done: u64,
}

fn document(row: bill::Row) -> RunDocument {
    RunDocument {
        customer: row.customer,
        name: row.name,
        contract: row.contract,
        kind: Core(row.document_type),
        date: row.date,
        net: Core(row.net),
        tax: Core(row.tax),
        gross: Core(row.gross),
    }
}

fn sums(rows: &[bill::Row]) -> Result<Vec<RunSum>, Failure> {
    let mut sums: BTreeMap<Currency, [Money; 3]> = BTreeMap::new();
    for row in rows {
        let zero = Money::zero(row.gross.currency());
        let sum = sums.entry(row.gross.currency()).or_insert([zero; 3]);
        for (sum, one) in sum.iter_mut().zip([row.net, row.tax, row.gross]) {
            let more = sum.plus(one);
            *sum = more.map_err(|error| Failure::of(error.code(), &error))?;
        }
    }
    let sums = sums.into_values().map(|[net, tax, gross]| RunSum {
        net: Core(net),
        tax: Core(tax),
        gross: Core(gross),
    });
    Ok(sums.collect())
}

impl RunSheet {
    pub(super) fn of(proposal: &Proposal, (done, _): (u64, u64)) -> Result<Self, Failure> {
        let report: Report = serde_json::from_str(&proposal.body)
            .map_err(|error| Failure::of("internal.unlisted", &error))?;
        let blocked = report
            .blocked
            .into_iter()
            .map(|row: BlockedRow| BlockedContract {
                contract: row.contract,
                code: row.code,
                reason: row.reason,
            });
        Ok(Self {
            run: Run::of(proposal),
            blocked: blocked.collect(),
            sums: sums(&report.issued)?,
            documents: report.issued.into_iter().map(document).collect(),
            done,
        })
    }
}
