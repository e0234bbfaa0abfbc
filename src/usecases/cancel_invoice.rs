//! Cancelling an issued invoice: a credit note takes it back as a whole, through the same three
//! stages as every document.
//!
//! It may be asked for again: the same invoice with the same reason is the same cancellation, and
//! what was interrupted is finished.

use chrono::NaiveDate;

use super::Failure;
use super::bill::{
    Report, Row, Silent, finish, freeze_one, number_all, placeholder, render_all, series_of,
};
use super::facts::{ContractFacts, billed};
use super::payments;
use crate::access::principal::Denied;
use crate::access::{Granted, Permission, Principal, Program, Scope};
use crate::app::App;
use crate::billing::Money;
use crate::billing::biller::{
    Billed, CancelError, Cancellation, Facts, Run, bill_until_blocked, cancellation, reason_of,
};
use crate::billing::invoice::{Invoice, PrecedingDocument, StateError};
use crate::db::audit::{self, AuditEvent};
use crate::db::invoices::{self, StoredInvoice};
use crate::db::runs::{self, Purpose, RunRecord, RunRequest};
use crate::db::{DbError, Source, Txn, contracts};
use crate::error::Problem;

/// The invoice that is to be cancelled, and what would come of it.
#[derive(Debug, Clone)]
pub struct Consequence {
    /// The invoice.
    pub invoice: Invoice,
    /// The credit note, without its number.
    pub note: Invoice,
    /// What the next run bills more, with tax, because the invoice is cancelled: less than nothing
    /// when it bills less. None where the contract is blocked.
    pub again: Option<Money>,
}

/// What was done.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Cancelled {
    /// Number of the invoice.
    pub invoice: String,
    /// Number of the credit note.
    pub by: String,
    /// What the credit note gives back, with tax.
    pub gross: Money,
    /// False when it had been cancelled before, for the same reason.
    pub new: bool,
    /// False while its files are still to be made.
    pub rendered: bool,
}

fn granted(by: &Principal) -> Result<Granted, Failure> {
    by.require(Permission::CancelInvoice)
        .map_err(|denied: Denied| Failure::of(denied.code(), &denied))
}

fn refused(error: &CancelError) -> Failure {
    Failure::of(error.code(), error)
}

async fn find(
    on: &impl Source,
    scope: Scope,
    number: &str,
) -> Result<(StoredInvoice, Invoice), Failure> {
    let found = invoices::by_number(on, scope, number).await?;
    let stored = found.into_iter().next().ok_or_else(|| {
        let text = format!("there is no invoice {number}");
        Problem::new("explain.unknown-invoice", text)
    })?;
    let view = stored.read_view()?;
    Ok((stored, view))
}

/// What is known of the contract of an invoice, and the day its credit note would have.
struct Known {
    facts: ContractFacts,
    billed: Billed,
    day: NaiveDate,
    closed: Option<NaiveDate>,
}

impl Known {
    async fn load(on: &impl Source, app: &App, contract: &str) -> Result<Self, Failure> {
        let now = app.clock.business();
        let billed = billed(on, contract, None).await?;
        let closed = runs::closed_until(on).await?;
        let day = [Some(now.date_naive()), billed.newest, closed];
        let day = day.into_iter().flatten().max().unwrap_or_default();
        Ok(Self {
            facts: ContractFacts::load(on, contract, day, now).await?,
            billed,
            day,
            closed,
        })
    }

    fn note(
        &self,
        facts: &Facts<'_>,
        invoice: &Invoice,
        (number, reason): (&str, &str),
    ) -> Result<Invoice, CancelError> {
        let of = Cancellation {
            invoice,
            number,
            day: self.day,
            reason,
        };
        cancellation(facts, &self.billed, of)
    }
}

/// What would come of cancelling an invoice; nothing is written.
///
/// # Errors
/// `access.denied`, `explain.unknown-invoice`, or why it cannot be cancelled.
pub async fn preview(app: &App, by: &Principal, number: &str) -> Result<Consequence, Failure> {
    let scope = granted(by)?.scope();
    let on = app.db.reader();
    let (_, invoice) = find(&on, scope, number).await?;
    let known = Known::load(&on, app, &invoice.contract).await?;
    let facts = known.facts.facts(&app.tax)?;
    // A reason is asked for with the form.
    let note = known.note(&facts, &invoice, (number, "–"));
    let note = note.map_err(|error| refused(&error))?;
    let again = again(&known, &facts, &note)?;
    Ok(Consequence {
        invoice,
        note,
        again,
    })
}

/// What a run on the day of the credit note would bill with it, less what it would without.
fn again(known: &Known, facts: &Facts<'_>, note: &Invoice) -> Result<Option<Money>, Failure> {
    let run = Run {
        as_of: note.issue_date,
        not_before: known.closed,
        service_until: None,
    };
    let stand_in = |invoice: &Invoice| PrecedingDocument {
        number: placeholder(&series_of(invoice).0),
        issue_date: invoice.issue_date,
    };
    let money = |error: crate::billing::MoneyError| Failure::of(error.code(), &error);
    let mut after = known.billed.clone();
    after.add(note, Some(&stand_in(note))).map_err(money)?;
    let mut sums = [Money::zero(note.currency); 2];
    for (sum, billed) in sums.iter_mut().zip([&after, &known.billed]) {
        let (documents, stop) = bill_until_blocked(facts, billed, run, |one| Some(stand_in(one)));
        if stop.is_some() {
            return Ok(None);
        }
        for document in &documents {
            *sum = sum.plus(Row::of(document, None).gross).map_err(money)?;
        }
    }
    let [after, before] = sums;
    after.minus(before).map(Some).map_err(money)
}

/// Cancels an invoice: freezes the credit note, numbers it with its entries, and makes its files.
///
/// # Errors
/// `access.denied`, `explain.unknown-invoice`, `invoice.already-cancelled` (for another reason),
/// `cancel.credit-note`, `cancel.credited-in-part`, `cancel.reason`, or what the document lacks.
pub async fn cancel(
    app: &App,
    by: &Principal,
    number: &str,
    reason: &str,
) -> Result<Cancelled, Failure> {
    let scope = granted(by)?.scope();
    let own = App {
        actor: by.actor(),
        ..app.clone()
    };
    carry_out(&own, scope, number, reason).await
}

/// As [`cancel`], by whoever runs the program.
///
/// # Errors
/// As [`cancel`].
pub async fn cancel_by_program(
    app: &App,
    number: &str,
    reason: &str,
) -> Result<Cancelled, Failure> {
    carry_out(app, Program::itself().into(), number, reason).await
}

async fn carry_out(
    app: &App,
    scope: Scope,
    number: &str,
    reason: &str,
) -> Result<Cancelled, Failure> {
    let (stored, view) = find(&app.db.reader(), scope, number).await?;
    let (app_, number_) = (app.clone(), number.to_owned());
    let (invoice, reason_) = (view.clone(), reason.to_owned());
    let frozen = app
        .db
        .write(async move |txn: &Txn| freeze(txn, &app_, &invoice, (&number_, &reason_)).await)
        .await?;
    number_all(app, &Silent).await?;
    // Nobody is to pay what is no longer owed.
    payments::observe::close_of(app, stored.id).await;
    let mut report = Report::default();
    render_all(app, &mut report, &Silent).await?;
    let taken = taken_back(app, scope, &stored, number).await?;
    let Some((note, by)) = taken else {
        return Err(DbError::Missing {
            table: "credit note of invoice",
            id: number.to_owned(),
        }
        .into());
    };
    if let Some(run) = &frozen {
        report.issued.push(Row::of(&note, Some(&by)));
        finish(app, run, &mut report).await?;
    } else if reason_of(&note) != Some(reason.trim()) {
        let number = number.to_owned();
        return Err(refused(&StateError::AlreadyCancelled { number, by }.into()));
    }
    Ok(Cancelled {
        invoice: number.to_owned(),
        by,
        gross: note.totals.gross,
        new: frozen.is_some(),
        rendered: report.pending.is_empty(),
    })
}

/// Stage one: the credit note is frozen under the contract's lock. None when one is there already.
async fn freeze(
    txn: &Txn,
    app: &App,
    invoice: &Invoice,
    (number, reason): (&str, &str),
) -> Result<Option<RunRecord>, Failure> {
    let parties = contracts::lock_for_billing(txn, &invoice.contract).await?;
    let known = Known::load(txn, app, &invoice.contract).await?;
    let facts = known.facts.facts(&app.tax)?;
    let note = match known.note(&facts, invoice, (number, reason)) {
        Err(CancelError::State(StateError::AlreadyCancelled { .. })) => return Ok(None),
        other => other.map_err(|error| refused(&error))?,
    };
    let now = app.clock.business();
    let request = RunRequest {
        as_of: known.day,
        service_until: note.issue_date,
        as_known_at: now,
        tax: app.tax.settings,
    };
    let run = runs::start(txn, Purpose::Cancellation, request, now).await?;
    let id = freeze_one(txn, (run.id, &parties), &note, now).await?;
    let event = AuditEvent {
        actor: app.actor.clone(),
        action: "invoice.cancelling".to_owned(),
        subject: format!("invoice/{number}"),
        payload: serde_json::json!({
            "invoice": id.0,
            "run": run.id.0,
            "issue_date": note.issue_date,
            "gross": note.totals.gross,
            "reason": reason_of(&note),
        })
        .to_string(),
    };
    audit::append(txn, now, &[event]).await?;
    Ok(Some(run))
}

/// The credit note that took an invoice back, with its number.
async fn taken_back(
    app: &App,
    scope: Scope,
    stored: &StoredInvoice,
    number: &str,
) -> Result<Option<(Invoice, String)>, Failure> {
    let found = invoices::reversing(&app.db.reader(), scope, &stored.head.contract, number).await?;
    let Some(note) = found else { return Ok(None) };
    let by = note.number().unwrap_or_default().to_owned();
    Ok(Some((note.read_view()?, by)))
}
