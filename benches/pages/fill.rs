//! Filling a book: import, bill, freeze, number, seal.

use std::time::{Duration, Instant};

use chrono::{DateTime, Months, NaiveDate, Utc};
use herdbook::app::App;
use herdbook::billing::invoice::Invoice;
use herdbook::billing::ledger::{AccountMap, Entry, entries_for_issue, payment_entry};
use herdbook::billing::payment::{Method, Payment};
use herdbook::billing::tax::TaxSettings;
use herdbook::book::Book;
use herdbook::book::simulate::{Simulation, Span};
use herdbook::db::audit::{self, AuditEvent};
use herdbook::db::documents::{self, DocumentRecord};
use herdbook::db::invoices::{self, Freezing, InvoiceHead, InvoiceId, LineRecord, StoredInvoice};
use herdbook::db::ledger::{self, EntryRecord, PostingRecord};
use herdbook::db::numbering::{self, Series};
use herdbook::db::outbox::{self, OutboxEvent};
use herdbook::db::payments::{self, Allocation, PaymentId, PaymentRecord, SettledBy};
use herdbook::db::runs::{self, FinishedRun, Purpose, RunId, RunRequest};
use herdbook::db::{DbError, Txn, audit_chain, leases};
use herdbook::usecases::access::demonstrate;
use herdbook::usecases::import::import;

use crate::book;
use crate::place::Place;

/// Customers whose invoices one transaction freezes.
const CHUNK: u32 = 10;
/// The last month that is billed.
const LAST: (i32, u32, u32) = (2026, 12, 1);
/// What was issued before is paid: customers pay, and two months are open or late.
const PAID_BEFORE: (i32, u32, u32) = (2026, 10, 1);

/// Fills an empty place.
pub async fn fill(place: &Place, customers: u32, invoices: u32) {
    let app = place.app().await;
    let begun = Instant::now();
    let said = |what: &str| println!("{:>6.0} s  {what}", begun.elapsed().as_secs_f64());
    let months = invoices.div_ceil(customers.max(1) * book::CONTRACTS).max(1);
    let all = book::book(customers);
    import(&app, &all).await.expect("an imported book");
    said(&format!("{customers} customers and contracts"));
    demonstrate::accounts(&app).await.expect("accounts");
    demonstrate::guests(&app)
        .await
        .expect("customers' accounts");
    let run = run(&app).await;
    for first in (0..customers).step_by(CHUNK as usize) {
        freeze(&app, run, part(&all, first), months).await;
        if first % 1_000 == 0 {
            said(&format!("contracts of {first} customers billed"));
        }
    }
    said("all contracts billed");
    let numbered = number(&app).await;
    said(&format!("{numbered} invoices issued"));
    finish(&app, run).await;
    let patience = Duration::from_secs(3_600);
    let sealed = audit_chain::seal_all(&app.db.book, "load", patience).await;
    said(&format!("{} audit records sealed", sealed.expect("sealed")));
    app.db.close().await.expect("closed connections");
}

/// The seller with some of the customers, their contracts and their readings.
fn part(all: &Book, first: u32) -> Book {
    let part = |each: u32| {
        let (from, until) = (first * each, (first + CHUNK) * each);
        (from as usize, until as usize)
    };
    let (from, until) = part(1);
    let customers = all.customers.iter().take(until).skip(from);
    let (from, until) = part(book::CONTRACTS);
    let contracts = all.contracts.iter().take(until).skip(from);
    let (from, until) = part(book::CONTRACTS * book::READINGS);
    let readings = all.readings.iter().take(until).skip(from);
    Book {
        customers: customers.cloned().collect(),
        contracts: contracts.cloned().collect(),
        readings: readings.cloned().collect(),
        sellers: all.sellers.clone(),
        tax: all.tax.clone(),
        ..Book::default()
    }
}

async fn run(app: &App) -> RunId {
    let (year, month, day) = LAST;
    let last = NaiveDate::from_ymd_opt(year, month, day).expect("a date");
    let now = app.clock.business();
    let request = RunRequest {
        as_of: last,
        service_until: last,
        as_known_at: now,
        tax: TaxSettings::default(),
    };
    let started = app
        .db
        .write(async move |txn: &Txn| runs::start(txn, Purpose::Billing, request, now).await);
    started.await.expect("a run").id
}

async fn finish(app: &App, run: RunId) {
    let at = app.clock.business();
    let end = FinishedRun {
        at,
        report: "{}".to_owned(),
        audit_head: None,
    };
    let finished = app
        .db
        .write(async move |txn: &Txn| runs::finish(txn, run, &end).await);
    finished.await.expect("an end");
}

/// Bills the last months of a part and freezes what is due.
async fn freeze(app: &App, run: RunId, mut part: Book, months: u32) {
    let (year, month, day) = LAST;
    let until = NaiveDate::from_ymd_opt(year, month, day).expect("a date");
    let first = until.checked_sub_months(Months::new(months - 1));
    let first = first.expect("a date");
    for item in part.contracts.iter_mut().flat_map(|one| &mut one.items) {
        item.billed_until = Some(first.max(item.from));
    }
    let span = Span {
        until,
        service_until: None,
    };
    let billed = Simulation::of(&part, span).expect("booked");
    assert!(billed.blocked.is_empty(), "{:?}", billed.blocked);
    let frozen_at = app.clock.business();
    let rows: Vec<Freezing<Invoice>> = billed
        .invoices
        .into_iter()
        .map(|one| freezing(run, one.invoice, frozen_at))
        .collect();
    let frozen = app.db.write(async move |txn: &Txn| {
        for (head, invoice, _) in &rows {
            let year = chrono::Datelike::year(&head.issue_date);
            let (id, prefix) = (&head.series, &invoice.seller.series);
            numbering::ensure_series(txn, id, &invoice.seller.code, prefix, year).await?;
        }
        invoices::freeze_all(txn, rows.clone()).await
    });
    frozen.await.expect("frozen");
}

fn freezing(run: RunId, invoice: Invoice, frozen_at: DateTime<Utc>) -> Freezing<Invoice> {
    let year = chrono::Datelike::year(&invoice.issue_date);
    let head = InvoiceHead {
        run,
        contract: invoice.contract.clone(),
        customer: invoice.customer.number.to_string(),
        series: format!("{}-{year}", invoice.seller.series),
        issue_date: invoice.issue_date,
        due_date: invoice.payment.due_date,
        currency: invoice.currency,
        net_minor: invoice.totals.net.minor(),
        tax_minor: invoice.totals.tax.minor(),
        gross_minor: invoice.totals.gross.minor(),
        payable_minor: invoice.totals.payable.minor(),
        frozen_at,
    };
    let lines = invoice.lines.iter().map(|line| LineRecord {
        contract: invoice.contract.clone(),
        item: line.key.item.clone(),
        service_from: line.key.service.start(),
        service_to: line.key.service.end(),
        kind: line.key.kind.to_string(),
        cause: line.key.cause.to_string(),
        amount: line.net,
        body: serde_json::to_string(line).expect("JSON"),
    });
    let lines = lines.collect();
    (head, invoice, lines)
}

/// Numbers what is frozen, with everything that issuing entails.
async fn number(app: &App) -> usize {
    let mut numbered = 0;
    loop {
        let waiting = invoices::series_with_frozen(&app.db.reader()).await;
        let Some(series) = waiting.expect("the series").first().cloned() else {
            return numbered;
        };
        let name = numbering::lease_name(&series);
        let lease = leases::acquire(&app.db.book, &name, "load", Duration::from_secs(600)).await;
        let lease = lease.expect("a lease").expect("nobody else numbers");
        loop {
            let (id, held, at) = (series.clone(), lease.clone(), app.clock.business());
            let batch = app.db.write(async move |txn: &Txn| {
                let issued =
                    async move |txn: &Txn, batch: &[StoredInvoice]| entail(txn, batch, at).await;
                numbering::take_batch(txn, &id, &held, at, number_of, issued).await
            });
            match batch.await.expect("numbered").len() {
                0 => break,
                some => numbered += some,
            }
        }
        leases::release(&app.db.book, lease)
            .await
            .expect("released");
    }
}

fn number_of(series: &Series, place: u64) -> String {
    format!("{}-{place:05}", series.id)
}

async fn entail(txn: &Txn, batch: &[StoredInvoice], at: DateTime<Utc>) -> Result<(), DbError> {
    let (mut entries, mut events) = (Vec::new(), Vec::new());
    let (mut told, mut papers) = (Vec::new(), Vec::new());
    for stored in batch {
        let view: Invoice = stored.read_view()?;
        let number = stored.number().unwrap_or_default();
        entries.extend(booked(stored, &view, number));
        events.push(AuditEvent {
            actor: "load".to_owned(),
            action: "invoice.issued".to_owned(),
            subject: format!("invoice/{number}"),
            payload: serde_json::json!({ "view_sha256": stored.view_hash }).to_string(),
        });
        told.push(OutboxEvent {
            topic: "invoice.issued".to_owned(),
            subject: number.to_owned(),
            body: serde_json::json!({ "invoice": stored.id.0 }).to_string(),
        });
        for (kind, media_type) in [("pdf", "application/pdf"), ("xml", "application/xml")] {
            papers.push(DocumentRecord {
                invoice: stored.id,
                kind: kind.to_owned(),
                sha256: stored.view_hash.clone(),
                bytes: 40_000,
                media_type: media_type.to_owned(),
                storage_key: stored.view_hash.clone(),
                render_id: "load".to_owned(),
                recorded_at: at,
            });
        }
    }
    outbox::write(txn, at, &told).await?;
    ledger::post(txn, &entries).await?;
    audit::append(txn, at, &events).await?;
    documents::put_all(txn, papers).await?;
    pay(txn, batch, at).await
}

/// The payments of a batch by transfer, each on the day it was due, in the way a statement of the
/// bank would be booked.
async fn pay(txn: &Txn, batch: &[StoredInvoice], at: DateTime<Utc>) -> Result<(), DbError> {
    let (year, month, day) = PAID_BEFORE;
    let bound = NaiveDate::from_ymd_opt(year, month, day).expect("a date");
    let paid = batch.iter().filter(|one| one.head.issue_date < bound);
    let paid: Vec<&StoredInvoice> = paid.filter(|one| one.head.gross_minor > 0).collect();
    let (mut records, mut entries) = (Vec::new(), Vec::new());
    for stored in &paid {
        let view: Invoice = stored.read_view()?;
        let number = stored.number().unwrap_or_default();
        let payment = Payment {
            key: format!("book/{number}"),
            customer: view.customer.number,
            method: Method::Transfer,
            received_on: stored.head.due_date,
            amount: view.totals.gross,
            reference: number.to_owned(),
        };
        let accounts = AccountMap::builtin(view.seller.chart);
        let entry = payment_entry(&payment, &accounts).expect("booked");
        let key = format!("payment/{}", payment.key);
        entries.push(recorded(key, entry, None, stored.head.frozen_at));
        records.push(PaymentRecord {
            id: PaymentId(0),
            payment,
            meant_for: Some(stored.id),
            chart: view.seller.chart,
            recorded_at: at,
        });
    }
    let ids = payments::insert_several(txn, &records).await?;
    let settled = ids.iter().zip(&records).zip(&paid);
    let settled = settled.map(|((id, record), stored)| Allocation {
        invoice: stored.id,
        by: SettledBy::Payment(*id),
        on: record.payment.received_on,
        amount: record.payment.amount,
    });
    payments::allocate(txn, &settled.collect::<Vec<_>>(), at).await?;
    ledger::post(txn, &entries).await
}

fn booked(stored: &StoredInvoice, view: &Invoice, number: &str) -> Vec<EntryRecord> {
    let accounts = AccountMap::builtin(view.seller.chart);
    let entries = entries_for_issue(view, number, &accounts).expect("booked");
    let record = |entry: Entry| {
        let key = format!("issue/{}", entry.document());
        recorded(key, entry, Some(stored.id), stored.head.frozen_at)
    };
    entries.into_iter().map(record).collect()
}

fn recorded(
    key: String,
    entry: Entry,
    invoice: Option<InvoiceId>,
    recorded_at: DateTime<Utc>,
) -> EntryRecord {
    EntryRecord {
        key,
        booked_on: entry.date(),
        invoice,
        memo: entry.text().to_owned(),
        recorded_at,
        postings: entry
            .postings()
            .iter()
            .map(|posting| PostingRecord {
                account: posting.account.to_string(),
                debit_minor: posting.amount.minor().max(0),
                credit_minor: posting.amount.minor().min(0).saturating_neg(),
                currency: posting.amount.currency(),
            })
            .collect(),
    }
}
