//! Billing a date: rate, number, render. Three committed stages, each of which can be restarted.
//!
//! Whatever was interrupted, the next run goes on: what is frozen is not rated again, what is
//! numbered keeps its number, and what has a document is not rendered again.

mod number;
mod preview;
mod rate;
mod render;

use std::collections::BTreeSet;
use std::time::Duration;

use chrono::{DateTime, NaiveDate, Utc};
use serde::{Deserialize, Serialize};

use super::Failure;
use crate::access::Program;
use crate::app::App;
use crate::billing::Money;
use crate::billing::biller::{self, Stop};
use crate::billing::invoice::{DocumentType, Invoice};
use crate::billing::party::InvoiceFormat;
use crate::db::contracts::ContractParties;
use crate::db::runs::{self, Blocked, FinishedRun, Purpose, RunRecord, RunRequest};
use crate::db::{DbError, Txn, audit_chain, contracts};
use crate::error::Problem;

pub(crate) use number::{CANCELLED, entry_records, number_all, number_of};
pub(crate) use preview::of_closed;
pub use preview::preview;
pub(crate) use rate::{freeze_one, line_records, placeholder, series_of};
pub(crate) use render::{ARCHIVED, PDF, Rendered, XML, render, render_all, told};

/// Stands in the store for "no limit".
pub(crate) const NO_LIMIT: NaiveDate = match NaiveDate::from_ymd_opt(9999, 12, 31) {
    Some(day) => day,
    None => NaiveDate::MAX,
};

/// How long a leader may be silent before another one takes over.
pub(crate) const LEASE: Duration = Duration::from_secs(5);
/// How often a follower looks whether the leader is done.
pub(crate) const POLL: Duration = Duration::from_millis(50);

/// How often a run looks at the contracts that it has just issued documents for. Two are needed for
/// a credit note that follows an invoice; many would be documents without end.
const PASSES: u32 = 16;

/// What is to be billed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Request {
    /// Everything due by this day.
    pub as_of: NaiveDate,
    /// Service that starts after this day is left for later.
    pub service_until: Option<NaiveDate>,
}

/// An invoice in a report.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Row {
    /// Number; none in a preview.
    pub number: Option<String>,
    /// Issue date.
    pub date: NaiveDate,
    /// Customer number.
    pub customer: u32,
    /// Customer name.
    pub name: String,
    /// Contract number.
    pub contract: String,
    /// Type of document.
    pub document_type: DocumentType,
    /// Net total (BT-109); negative for documents that give back, like tax and gross.
    pub net: Money,
    /// Tax total (BT-110).
    pub tax: Money,
    /// Gross total (BT-112).
    pub gross: Money,
    /// What the receiver gets.
    pub format: InvoiceFormat,
    /// SHA-256, in hex, of all that the document of a preview will say but its number: whoever
    /// approves the row approves its parties and lines, not its sums alone. Empty once it has one.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub content: String,
}

impl Row {
    /// The row of an invoice.
    #[must_use]
    pub fn of(invoice: &Invoice, number: Option<&str>) -> Self {
        let gives_back = invoice.document_type == DocumentType::CreditNote;
        let sign = if gives_back { -1 } else { 1 };
        // Amounts of a document are far from the ends of their range.
        let signed =
            |money: Money| Money::new(money.minor().saturating_mul(sign), money.currency());
        Self {
            number: number.map(str::to_owned),
            date: invoice.issue_date,
            customer: invoice.customer.number,
            name: invoice.customer.legal_name.clone(),
            contract: invoice.contract.clone(),
            document_type: invoice.document_type,
            net: signed(invoice.totals.net),
            tax: signed(invoice.totals.tax),
            gross: signed(invoice.totals.gross),
            format: invoice.customer.routing.format,
            content: String::new(),
        }
    }
}

/// A contract that could not be billed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct BlockedRow {
    /// Contract number.
    pub contract: String,
    /// Stable code of the reason.
    pub code: String,
    /// The reason.
    pub reason: String,
}

impl BlockedRow {
    /// A contract that the biller could not bill beyond a day.
    pub(crate) fn of(contract: &str, stop: &Stop) -> Self {
        Self {
            contract: contract.to_owned(),
            code: stop.reason.code().to_owned(),
            reason: format!("from {}: {}", stop.from, stop.reason),
        }
    }

    /// What a failure means for the run: a problem of the contract blocks the contract, a failure
    /// of the store stops the run.
    pub(crate) fn or_stop<T>(
        contract: &str,
        outcome: Result<T, Failure>,
    ) -> Result<Option<Self>, Failure> {
        let problem = match outcome {
            Ok(_) => return Ok(None),
            Err(Failure::Problem(problem)) => *problem,
            Err(Failure::Db(
                error @ (DbError::CorruptRow { .. }
                | DbError::Missing { .. }
                | DbError::Duplicate(_)
                | DbError::Refused(_)),
            )) => Problem::of(error.code(), &error),
            Err(error) => return Err(error),
        };
        Ok(Some(Self {
            contract: contract.to_owned(),
            code: problem.code().to_owned(),
            reason: problem.to_string(),
        }))
    }
}

/// What a run did.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Report {
    /// Invoices numbered by this run, in order of their numbers.
    pub issued: Vec<Row>,
    /// Contracts that could not be billed.
    pub blocked: Vec<BlockedRow>,
    /// Documents rendered by this run.
    pub rendered: u64,
    /// Documents that could not be rendered, with the reason; they are tried again.
    pub pending: Vec<BlockedRow>,
    /// Head of the audit chain after the run.
    pub audit_head: Option<String>,
}

/// Told about progress: stage, done, of how many.
pub trait Progress: Send + Sync {
    /// `done` of `total` steps of a stage are done.
    fn at(&self, stage: &'static str, done: u64, total: u64);
}

/// Tells nobody.
pub struct Silent;

impl Progress for Silent {
    fn at(&self, _: &'static str, _: u64, _: u64) {}
}

/// Bills everything due by a date.
///
/// # Errors
/// `db.*` when the store fails. Contracts that cannot be billed and documents that cannot be
/// rendered are listed in the report instead.
pub async fn bill(app: &App, request: Request, progress: &dyn Progress) -> Result<Report, Failure> {
    let waiting = super::close_readings::close_all(app, request.as_of).await?;
    let now = app.clock.business();
    let wanted = run_request(app, request, now);
    let run = app
        .db
        .write(async move |txn: &Txn| runs::start(txn, Purpose::Billing, wanted, now).await)
        .await?;
    go_on(app, &run, waiting, progress).await
}

/// What a run is asked for, by what is known at an instant.
pub(crate) fn run_request(app: &App, request: Request, as_known_at: DateTime<Utc>) -> RunRequest {
    RunRequest {
        as_of: request.as_of,
        service_until: request.service_until.unwrap_or(NO_LIMIT),
        as_known_at,
        tax: app.tax.settings,
    }
}

/// Does what a run was begun for, or what is left of it, and ends it. `waiting` are contracts whose
/// readings could not be closed.
pub(crate) async fn go_on(
    app: &App,
    run: &RunRecord,
    waiting: Vec<BlockedRow>,
    progress: &dyn Progress,
) -> Result<Report, Failure> {
    let mut report = Report {
        blocked: waiting,
        ..Report::default()
    };
    // A credit note names the document it gives back from, which may get its number in this run:
    // contracts that were just issued are looked at once more.
    let mut only = None;
    for pass in 0.. {
        if pass == PASSES {
            let text = format!("{pass} passes over the contracts, and still something is due");
            return Err(Problem::new("bill.no-end", text).into());
        }
        rate(app, run, &mut report, only.as_ref(), progress).await?;
        let issued = number::number_all(app, progress).await?;
        if issued.is_empty() {
            break;
        }
        only = Some(
            issued
                .iter()
                .map(|row| row.contract.clone())
                .collect::<BTreeSet<_>>(),
        );
        report.issued.extend(issued);
    }
    render::render_all(app, &mut report, progress).await?;
    finish(app, run, &mut report).await?;
    Ok(report)
}

/// What a run asks the biller for: books of finished runs stay closed.
pub(crate) fn biller_run(run: &RunRecord) -> biller::Run {
    let until = run.request.service_until;
    biller::Run {
        as_of: run.request.as_of,
        not_before: run.not_before,
        service_until: (until != NO_LIMIT).then_some(until),
    }
}

async fn rate(
    app: &App,
    run: &RunRecord,
    report: &mut Report,
    only: Option<&BTreeSet<String>>,
    progress: &dyn Progress,
) -> Result<(), Failure> {
    let asked = biller_run(run);
    let contracts =
        contracts::all(&app.db.reader(), Program::itself(), run.request.as_known_at).await?;
    let wanted = |parties: &ContractParties| only.is_none_or(|only| only.contains(&parties.id));
    let contracts: Vec<ContractParties> = contracts.into_iter().filter(wanted).collect();
    let total = contracts.len() as u64;
    for (done, contract) in (1_u64..).zip(contracts) {
        if let Some(blocked) = rate::contract(app, run, asked, &contract.id).await? {
            let (id, row) = (run.id, blocked.clone());
            app.db
                .write(async move |txn: &Txn| {
                    let BlockedRow {
                        contract,
                        code,
                        reason,
                    } = row.clone();
                    runs::block(
                        txn,
                        id,
                        &Blocked {
                            contract,
                            code,
                            reason,
                        },
                    )
                    .await
                })
                .await?;
            // The second pass over contracts that were just issued finds the same again.
            if !report.blocked.contains(&blocked) {
                report.blocked.push(blocked);
            }
        }
        progress.at("rate", done, total);
    }
    Ok(())
}

/// Ends a run with its report, once the trail of it is sealed.
pub(crate) async fn finish(app: &App, run: &RunRecord, report: &mut Report) -> Result<(), Failure> {
    audit_chain::seal_all(&app.db.book, &app.actor, super::SEALING).await?;
    report.audit_head = audit_chain::head(&app.db.reader())
        .await?
        .map(|head| head.hash);
    let end = FinishedRun {
        at: app.clock.business(),
        report: serde_json::to_string(report).unwrap_or_default(),
        audit_head: report.audit_head.clone(),
    };
    let id = run.id;
    app.db
        .write(async move |txn: &Txn| runs::finish(txn, id, &end).await)
        .await?;
    Ok(())
}
