//! Stage two: one leader a series numbers what is frozen and writes what issuing entails.

use super::super::Failure;
use super::{LEASE, POLL, Progress, Row};
use crate::access::Program;
use crate::app::App;
use crate::billing::Money;
use crate::billing::biller::{cancelled, reason_of};
use crate::billing::invoice::Invoice;
use crate::billing::ledger::{AccountMap, entries_for_issue};
use crate::billing::payment::settle;
use crate::db::audit::{self, AuditEvent};
use crate::db::invoices::{self, InvoiceId, StoredInvoice};
use crate::db::ledger::{self, EntryRecord, PostingRecord};
use crate::db::numbering::{self, Series};
use crate::db::outbox::{self, OutboxEvent};
use crate::db::payments::{self, Allocation, PaymentFile, SettledBy};
use crate::db::{DbError, Txn, leases};

/// The audit event of an invoice that was taken back.
pub(crate) const CANCELLED: &str = "invoice.cancelled";

/// `RE-2026-00001`: prefix, year, place of at least five digits.
pub(crate) fn number_of(series: &Series, place: u64) -> String {
    format!("{}-{place:05}", series.id)
}

/// Numbers every frozen invoice; returns those that this process numbered. While another process
/// leads, waits until it is done or silent for too long.
pub(crate) async fn number_all(app: &App, progress: &dyn Progress) -> Result<Vec<Row>, Failure> {
    let mut rows = Vec::new();
    let holder = format!("{}/{}", app.actor, uuid::Uuid::now_v7());
    loop {
        let waiting = invoices::series_with_frozen(&app.db.reader()).await?;
        let Some(series) = waiting.first() else { break };
        let name = numbering::lease_name(series);
        let Some(lease) = leases::acquire(&app.db.book, &name, &holder, LEASE).await? else {
            tokio::time::sleep(POLL).await;
            continue;
        };
        let (id, held, app_) = (series.clone(), lease.clone(), app.clone());
        let issued_at = app.clock.business();
        let batch = app
            .db
            .write(async move |txn: &Txn| {
                let app = app_.clone();
                let issued =
                    async move |txn: &Txn, batch: &[StoredInvoice]| issued(txn, &app, batch).await;
                numbering::take_batch(txn, &id, &held, issued_at, number_of, issued).await
            })
            .await;
        let batch = match batch {
            // Slower than its lease: another process leads now, or this one does again.
            Err(Failure::Db(DbError::LeaseLost { .. })) => continue,
            other => other?,
        };
        leases::release(&app.db.book, lease).await?;
        for invoice in &batch {
            let view: Invoice = invoice.read_view()?;
            rows.push(Row::of(&view, invoice.number()));
        }
        progress.at("number", rows.len() as u64, rows.len() as u64);
    }
    Ok(rows)
}

/// Ledger, audit trail and outbox of a batch, in the transaction that numbers it.
async fn issued(txn: &Txn, app: &App, batch: &[StoredInvoice]) -> Result<(), Failure> {
    let recorded_at = app.clock.business();
    let mut entries = Vec::with_capacity(batch.len());
    let mut events = Vec::with_capacity(batch.len());
    let mut outgoing = Vec::with_capacity(batch.len());
    for stored in batch {
        let view: Invoice = stored.read_view()?;
        let number = stored.number().unwrap_or_default();
        entries.extend(entry_records(stored, &view, number)?);
        events.push(AuditEvent {
            actor: app.actor.clone(),
            action: "invoice.issued".to_owned(),
            subject: format!("invoice/{number}"),
            payload: serde_json::json!({
                "contract": view.contract,
                "gross": view.totals.gross,
                "view_sha256": stored.view_hash,
            })
            .to_string(),
        });
        if let Some(of) = cancelled(&view) {
            events.push(cancel(txn, app, (stored, &view), &of.number).await?);
        }
        outgoing.push(OutboxEvent {
            topic: "invoice.issued".to_owned(),
            subject: number.to_owned(),
            body: serde_json::json!({ "invoice": stored.id.0, "number": number }).to_string(),
        });
    }
    outbox::write(txn, recorded_at, &outgoing).await?;
    ledger::post(txn, &entries).await?;
    audit::append(txn, recorded_at, &events).await?;
    Ok(())
}

/// The invoice that a credit note takes back is cancelled by it, in the transaction that numbers
/// the credit note.
async fn cancel(
    txn: &Txn,
    app: &App,
    (stored, note): (&StoredInvoice, &Invoice),
    number: &str,
) -> Result<AuditEvent, Failure> {
    let by = stored.number().unwrap_or_default();
    let named = invoices::by_number(txn, Program::itself().into(), number).await?;
    let mut own = named
        .into_iter()
        .filter(|one| one.head.contract == note.contract);
    let invoice = own.next().ok_or_else(|| DbError::Missing {
        table: "invoice",
        id: number.to_owned(),
    })?;
    let now = app.clock.business();
    invoices::cancel(txn, invoice.id, now).await?;
    let settled = set_off(txn, invoice.id, (stored.id, note)).await?;
    payments::allocate(txn, &settled, now).await?;
    Ok(AuditEvent {
        actor: app.actor.clone(),
        action: CANCELLED.to_owned(),
        subject: format!("invoice/{number}"),
        payload: serde_json::json!({
            "before": "issued",
            "after": "cancelled",
            "by": by,
            "gross": note.totals.gross,
            "reason": reason_of(note),
        })
        .to_string(),
    })
}

/// A credit note that takes an invoice back settles it: what payments had settled is theirs again,
/// to be allocated elsewhere or given back.
async fn set_off(
    txn: &Txn,
    invoice: InvoiceId,
    (by, note): (InvoiceId, &Invoice),
) -> Result<Vec<Allocation>, Failure> {
    payments::lock_invoice(txn, invoice).await?;
    let owed = payments::owed(txn, invoice).await?;
    let files = payments::of_invoice(txn, Program::itself(), invoice).await?;
    // Money of another currency settles nothing of it, and has nothing to be freed.
    let same = |file: &&PaymentFile| file.record.payment.amount.currency() == note.currency;
    let receipts = files.iter().filter(same).map(|file| file.receipt(invoice));
    let receipts: Vec<_> = receipts.collect::<Result<_, _>>()?;
    let freed = settle(Money::zero(note.currency), &receipts)
        .map_err(|error| Failure::of(error.code(), &error))?;
    let on = note.issue_date;
    let mut found = Vec::new();
    for shift in freed {
        let own = files
            .iter()
            .find(|file| file.record.payment.key == shift.key);
        found.extend(own.map(|file| Allocation {
            invoice,
            by: SettledBy::Payment(file.record.id),
            on,
            amount: shift.amount,
        }));
    }
    if owed.minor() > 0 {
        found.push(Allocation {
            invoice,
            by: SettledBy::CreditNote(by),
            on,
            amount: owed,
        });
    }
    Ok(found)
}

/// The ledger entries that follow from an issued invoice.
pub(crate) fn entry_records(
    stored: &StoredInvoice,
    view: &Invoice,
    number: &str,
) -> Result<Vec<EntryRecord>, Failure> {
    let accounts = AccountMap::builtin(view.seller.chart);
    let entries = entries_for_issue(view, number, &accounts)
        .map_err(|error| Failure::of(error.code(), &error))?;
    let mut records = Vec::with_capacity(entries.len());
    for entry in entries {
        let mut postings = Vec::new();
        for posting in entry.postings() {
            let minor = posting.amount.minor();
            postings.push(PostingRecord {
                account: posting.account.to_string(),
                debit_minor: minor.max(0),
                credit_minor: minor.min(0).saturating_neg(),
                currency: posting.amount.currency(),
            });
        }
        records.push(EntryRecord {
            key: format!("issue/{}", entry.document()),
            booked_on: entry.date(),
            invoice: Some(stored.id),
            memo: entry.text().to_owned(),
            recorded_at: stored.head.frozen_at,
            postings,
        });
    }
    Ok(records)
}
