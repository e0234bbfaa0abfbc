//! Stage one: one short transaction a contract freezes its invoices, under the contract's lock.

use chrono::{DateTime, Utc};

use super::super::Failure;
use super::super::facts::{ContractFacts, billed};
use super::BlockedRow;
use crate::app::App;
use crate::billing::biller::{self, Stop, bill_until_blocked};
use crate::billing::invoice::Invoice;
use crate::db::audit::{self, AuditEvent};
use crate::db::contracts::ContractParties;
use crate::db::invoices::{self, InvoiceHead, InvoiceId, LineRecord};
use crate::db::runs::{RunId, RunRecord};
use crate::db::{Txn, contracts, numbering};
use crate::documents::einvoice;
use crate::documents::view::{ViewContext, invoice_view};
use crate::error::Problem;

/// The number series an invoice takes its number from: prefix and year of issue.
pub(crate) fn series_of(invoice: &Invoice) -> (String, i32) {
    let year = chrono::Datelike::year(&invoice.issue_date);
    (format!("{}-{year}", invoice.seller.series), year)
}

/// A number of final length, for checks before the real one exists.
pub(crate) fn placeholder(series: &str) -> String {
    format!("{series}-00000")
}

/// Rates a contract and freezes what is due. Returns why it is blocked, and from when.
pub(super) async fn contract(
    app: &App,
    run: &RunRecord,
    asked: biller::Run,
    number: &str,
) -> Result<Option<BlockedRow>, Failure> {
    let (app_, run_, number_) = (app.clone(), run.clone(), number.to_owned());
    let outcome = app
        .db
        .write(async move |txn: &Txn| freeze(txn, &app_, &run_, asked, &number_).await)
        .await;
    match outcome {
        Ok(stop) => Ok(stop.map(|stop| BlockedRow::of(number, &stop))),
        Err(failure) => BlockedRow::or_stop::<()>(number, Err(failure)),
    }
}

async fn freeze(
    txn: &Txn,
    app: &App,
    run: &RunRecord,
    asked: biller::Run,
    number: &str,
) -> Result<Option<Stop>, Failure> {
    let parties = contracts::lock_for_billing(txn, number).await?;
    let request = &run.request;
    let facts = ContractFacts::load(txn, number, request.as_of, request.as_known_at).await?;
    let before = billed(txn, number, None).await?;
    let frozen_at = app.clock.business();
    let (due, stop) = bill_until_blocked(&facts.facts(&app.tax)?, &before, asked, |_| None);
    for invoice in due {
        let id = freeze_one(txn, (run.id, &parties), &invoice, frozen_at).await?;
        let event = AuditEvent {
            actor: app.actor.clone(),
            action: "invoice.frozen".to_owned(),
            subject: format!("contract/{number}"),
            payload: serde_json::json!({
                "invoice": id.0,
                "run": run.id.0,
                "issue_date": invoice.issue_date,
                "gross": invoice.totals.gross,
            })
            .to_string(),
        };
        audit::append(txn, frozen_at, &[event]).await?;
    }
    Ok(stop)
}

/// Freezes one document, after what must hold before it may take a number. Call it under the
/// contract's lock.
pub(crate) async fn freeze_one(
    txn: &Txn,
    (run, parties): (RunId, &ContractParties),
    invoice: &Invoice,
    frozen_at: DateTime<Utc>,
) -> Result<InvoiceId, Failure> {
    let (series, year) = series_of(invoice);
    check(invoice, &placeholder(&series))?;
    let prefix = &invoice.seller.series;
    numbering::ensure_series(txn, &series, &parties.seller, prefix, year).await?;
    let head = InvoiceHead {
        run,
        contract: parties.id.clone(),
        customer: parties.customer.clone(),
        series,
        issue_date: invoice.issue_date,
        due_date: invoice.payment.due_date,
        currency: invoice.currency,
        net_minor: invoice.totals.net.minor(),
        tax_minor: invoice.totals.tax.minor(),
        gross_minor: invoice.totals.gross.minor(),
        payable_minor: invoice.totals.payable.minor(),
        frozen_at,
    };
    Ok(invoices::freeze(txn, &head, invoice, &line_records(invoice)?).await?)
}

/// What must hold before a document may take a number: the e-invoice rules of its receiver, and a
/// view that the template can be given.
fn check(invoice: &Invoice, placeholder: &str) -> Result<(), Failure> {
    if let Err(failures) = einvoice::check(invoice, placeholder) {
        let listed: Vec<String> = failures.iter().map(ToString::to_string).collect();
        return Err(Problem::new("einvoice.rules", listed.join("; ")).into());
    }
    let context = ViewContext {
        number: Some(placeholder),
        ..ViewContext::default()
    };
    invoice_view(invoice, &context).map_err(|error| Failure::of(error.code(), &error))?;
    Ok(())
}

/// The lines as "already billed" counts them.
pub(crate) fn line_records(invoice: &Invoice) -> Result<Vec<LineRecord>, Failure> {
    let mut records = Vec::with_capacity(invoice.lines.len());
    for line in &invoice.lines {
        records.push(LineRecord {
            contract: invoice.contract.clone(),
            item: line.key.item.clone(),
            service_from: line.key.service.start(),
            service_to: line.key.service.end(),
            kind: line.key.kind.to_string(),
            cause: line.key.cause.to_string(),
            amount: line.net,
            body: serde_json::to_string(line)
                .map_err(|error| Failure::of("internal.unlisted", &error))?,
        });
    }
    Ok(records)
}
