//! Level two for one invoice: head, lines, ledger and the whole view, computed again.

use super::super::Failure;
use super::super::bill::{CANCELLED, biller_run, entry_records, line_records};
use super::super::facts::{ContractFacts, billed};
use super::VerifyReport;
use crate::access::Program;
use crate::app::App;
use crate::billing::biller::{
    Billed, Cancellation, Facts, bill_until_blocked, cancellation, cancelled, reason_of,
};
use crate::billing::invoice::{Invoice, PrecedingDocument};
use crate::db::audit;
use crate::db::invoices::{self, InvoiceState, StoredInvoice};
use crate::db::{DbError, Reader, ledger, runs};
use crate::error::Problem;

/// Checks the stored rows of an invoice against its view, and its view against the facts.
pub(super) async fn check(
    app: &App,
    stored: &StoredInvoice,
    report: &mut VerifyReport,
) -> Result<(), Failure> {
    let number = stored.number().unwrap_or("without number").to_owned();
    let view: Invoice = match stored.read_view() {
        Ok(view) => view,
        Err(error) => {
            report.found(1, number, error.to_string());
            return Ok(());
        }
    };
    head(stored, &view, &number, report);
    recorded(app, stored, &number, report).await?;
    match rows(app, stored, &view, &number, report).await {
        Err(Failure::Db(error @ DbError::CorruptRow { .. })) => {
            report.found(1, number.as_str(), error.to_string());
        }
        outcome => outcome?,
    }
    match recompute(app, stored, &view).await {
        Ok(Some(difference)) => report.found(2, number, difference),
        Ok(None) => report.recomputed += 1,
        Err(Failure::Db(error @ DbError::Unreachable(_))) => return Err(error.into()),
        Err(failure) => report.found(2, number, Problem::from(failure).to_string()),
    }
    Ok(())
}

/// The audit trail tells of the issue, with the hash of the view that was issued.
async fn recorded(
    app: &App,
    stored: &StoredInvoice,
    number: &str,
    report: &mut VerifyReport,
) -> Result<(), Failure> {
    let reader = app.db.reader();
    let is_cancelled = matches!(stored.state, InvoiceState::Cancelled { .. });
    let by = invoices::reversing(&reader, Program::itself(), &stored.head.contract, number).await?;
    let by = by.filter(|note| note.number().is_some());
    match (is_cancelled, by.is_some()) {
        (true, false) => report.found(2, number, "it is cancelled, but no document reverses it"),
        (false, true) => report.found(2, number, "a document reverses it, but it stands"),
        _ => {}
    }
    let trail = audit::of_subject(&reader, &format!("invoice/{number}")).await?;
    if is_cancelled && !trail.iter().any(|entry| entry.action == CANCELLED) {
        report.found(
            1,
            number,
            "the audit trail does not tell of its cancellation",
        );
    }
    let told = trail
        .iter()
        .filter(|entry| entry.action == "invoice.issued")
        .any(|entry| {
            // A payload that a retention protocol erased is for the chain to judge.
            entry
                .payload
                .as_ref()
                .is_none_or(|payload| payload.contains(&stored.view_hash))
        });
    if !told {
        report.found(
            1,
            number,
            "the audit trail does not tell of its issue with this view",
        );
    }
    Ok(())
}

fn head(stored: &StoredInvoice, view: &Invoice, number: &str, report: &mut VerifyReport) {
    let totals = &view.totals;
    let amounts = [
        ("net", stored.head.net_minor, totals.net.minor()),
        ("tax", stored.head.tax_minor, totals.tax.minor()),
        ("gross", stored.head.gross_minor, totals.gross.minor()),
        ("payable", stored.head.payable_minor, totals.payable.minor()),
    ];
    for (name, row, frozen) in amounts {
        if row != frozen {
            report.found(
                2,
                number,
                format!("{name}: row has {row}, frozen view has {frozen}"),
            );
        }
    }
    let same = stored.head.currency == view.currency
        && stored.head.issue_date == view.issue_date
        && stored.head.due_date == view.payment.due_date
        && stored.head.contract == view.contract
        && stored.head.customer == view.customer.number.to_string();
    if !same {
        report.found(
            2,
            number,
            "the row's dates, parties or currency differ from the frozen view",
        );
    }
}

async fn rows(
    app: &App,
    stored: &StoredInvoice,
    view: &Invoice,
    number: &str,
    report: &mut VerifyReport,
) -> Result<(), Failure> {
    let reader = app.db.reader();
    if invoices::lines(&reader, Program::itself(), stored.id).await? != line_records(view)? {
        report.found(2, number, "the stored lines differ from the frozen view");
    }
    let mut booked = ledger::of_invoice(&reader, Program::itself(), stored.id).await?;
    let mut expected = entry_records(stored, view, number)?;
    for entry in booked.iter_mut().chain(&mut expected) {
        entry.recorded_at = stored.head.frozen_at;
        entry.postings.sort_by(|a, b| {
            (&a.account, a.debit_minor, a.credit_minor).cmp(&(
                &b.account,
                b.debit_minor,
                b.credit_minor,
            ))
        });
    }
    booked.retain(|entry| entry.key.starts_with("issue/"));
    if booked != expected {
        report.found(2, number, "the ledger entry differs from the frozen view");
    }
    Ok(())
}

/// Bills the contract again with the facts and the earlier invoices of that run. Says what differs.
async fn recompute(
    app: &App,
    stored: &StoredInvoice,
    view: &Invoice,
) -> Result<Option<String>, Failure> {
    let reader = app.db.reader();
    let run = runs::get(&reader, stored.head.run).await?;
    let (date, known) = (run.request.as_of, run.request.as_known_at);
    let facts = ContractFacts::load(&reader, &view.contract, date, known).await?;
    let rules = app.tax.under(run.request.tax);
    let before = billed(&reader, &view.contract, Some(stored.id)).await?;
    let facts = facts.facts(&rules)?;
    if let Some(of) = cancelled(view) {
        return reversed_again(&reader, (&facts, &before), view, of).await;
    }
    let (again, stop) = bill_until_blocked(&facts, &before, biller_run(&run), |_| None);
    let Some(same) = again.iter().find(|again| {
        (again.issue_date, again.document_type) == (view.issue_date, view.document_type)
    }) else {
        let why = stop
            .map(|stop| format!(": {}", stop.reason))
            .unwrap_or_default();
        return Ok(Some(format!(
            "computed again, there would be no such invoice{why}"
        )));
    };
    if same == view {
        return Ok(None);
    }
    Ok(Some(if same.totals == view.totals {
        "computed again, the totals agree but the content differs".to_owned()
    } else {
        format!(
            "computed again, the amount due would be {}",
            same.totals.payable
        )
    }))
}

/// Takes the cancelled invoice back again. Says what differs.
async fn reversed_again(
    on: &Reader,
    (facts, before): (&Facts<'_>, &Billed),
    view: &Invoice,
    of: &PrecedingDocument,
) -> Result<Option<String>, Failure> {
    let named = invoices::by_number(on, Program::itself().into(), &of.number).await?;
    let own = named.iter().find(|one| one.head.contract == view.contract);
    let Some(invoice) = own else {
        return Ok(Some(format!(
            "it takes back {}, which is not there",
            of.number
        )));
    };
    let again = cancellation(
        facts,
        before,
        Cancellation {
            invoice: &invoice.read_view()?,
            number: &of.number,
            day: view.issue_date,
            reason: reason_of(view).unwrap_or_default(),
        },
    );
    Ok(match again {
        Ok(same) if same == *view => None,
        Ok(_) => Some(format!("it is not what takes {} back", of.number)),
        Err(error) => Some(format!("{} could not be taken back: {error}", of.number)),
    })
}
