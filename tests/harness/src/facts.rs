//! Small facts to fill a store with.

use chrono::{DateTime, NaiveDate, Utc};
use herdbook::billing::tax::TaxSettings;
use herdbook::billing::{Currency, Money};
use herdbook::db::audit::AuditEvent;
use herdbook::db::contracts::ContractParties;
use herdbook::db::documents::DocumentRecord;
use herdbook::db::invoices::{InvoiceHead, InvoiceId, LineRecord};
use herdbook::db::ledger::{EntryRecord, PostingRecord};
use herdbook::db::readings::{IndexValue, ReadingRecord};
use herdbook::db::runs::{RunId, RunRequest};
use herdbook::db::service_levels::SlaRecord;
use herdbook::db::{Db, DbError, Txn, contracts, customers, invoices, numbering, runs, sellers};
use serde_json::json;

pub const SERIES: &str = "seller/RE/2026";

pub fn date(text: &str) -> NaiveDate {
    text.parse().expect("a date")
}

pub fn at(text: &str) -> DateTime<Utc> {
    text.parse().expect("an instant")
}

pub fn noon() -> DateTime<Utc> {
    at("2026-02-01T12:00:00Z")
}

/// A seller, a series and `contracts` contracts `C-0001`… of as many customers.
pub async fn parties(db: &Db, contracts: u32) {
    db.write(async move |txn: &Txn| {
        let since = date("2026-01-01");
        sellers::put(txn, "seller", since, noon(), &json!({"name": "Herd gGmbH"})).await?;
        numbering::ensure_series(txn, SERIES, "seller", "RE", 2026).await?;
        for n in 1..=contracts {
            let customer = format!("{}", 10_000 + n);
            customers::put(txn, &customer, since, noon(), &json!({"name": "City"})).await?;
            let parties = contract(n);
            contracts::put(txn, &parties, since, noon(), &json!({"items": [n]})).await?;
        }
        Ok::<_, DbError>(())
    })
    .await
    .expect("parties");
}

pub fn contract(n: u32) -> ContractParties {
    ContractParties {
        id: format!("C-{n:04}"),
        seller: "seller".into(),
        customer: format!("{}", 10_000 + n),
    }
}

pub async fn run(db: &Db) -> RunId {
    let request = RunRequest {
        as_of: date("2026-02-01"),
        service_until: date("2026-02-01"),
        as_known_at: noon(),
        tax: TaxSettings::default(),
    };
    db.write(async move |txn: &Txn| runs::start(txn, runs::Purpose::Billing, request, noon()).await)
        .await
        .expect("a run")
        .id
}

pub fn head(run: RunId, n: u32) -> InvoiceHead {
    let ContractParties {
        id,
        seller: _,
        customer,
    } = contract(n);
    InvoiceHead {
        run,
        contract: id,
        customer,
        series: SERIES.into(),
        issue_date: date("2026-02-01"),
        due_date: date("2026-03-03"),
        currency: Currency::EUR,
        net_minor: 10_000,
        tax_minor: 1_900,
        gross_minor: 11_900,
        payable_minor: 11_900,
        frozen_at: noon(),
    }
}

pub fn line(n: u32, item: &str) -> LineRecord {
    LineRecord {
        contract: contract(n).id,
        item: item.into(),
        service_from: date("2026-01-01"),
        service_to: date("2026-02-01"),
        kind: "recurring".into(),
        cause: "base".into(),
        amount: Money::new(10_000, Currency::EUR),
        body: "{}".into(),
    }
}

/// Freezes one invoice with one line.
pub async fn freeze(db: &Db, run: RunId, n: u32, item: &str) -> Result<InvoiceId, DbError> {
    let line = line(n, item);
    db.write(async move |txn: &Txn| {
        contracts::lock_for_billing(txn, &line.contract).await?;
        invoices::freeze(
            txn,
            &head(run, n),
            &json!({"n": n}),
            std::slice::from_ref(&line),
        )
        .await
    })
    .await
}

/// Numbers every frozen invoice of the series: `RE-2026-0001`…
pub async fn number_all(db: &Db) {
    use herdbook::db::leases;
    let name = numbering::lease_name(SERIES);
    let length = std::time::Duration::from_secs(30);
    let lease = leases::acquire(&db.book, &name, "numberer", length)
        .await
        .expect("a lease");
    let lease = lease.expect("nobody else numbers");
    loop {
        let lease = lease.clone();
        let batch = db
            .write(async move |txn: &Txn| {
                let none = async |_: &Txn, _: &[invoices::StoredInvoice]| Ok::<_, DbError>(());
                numbering::take_batch(txn, SERIES, &lease, noon(), number, none).await
            })
            .await
            .expect("numbered");
        if batch.is_empty() {
            return;
        }
    }
}

/// How the tests print a number.
pub fn number(series: &numbering::Series, place: u64) -> String {
    format!("{}-{}-{place:04}", series.prefix, series.year)
}

/// An audit event about a subject; `n` tells its payload from others.
pub fn event(subject: &str, n: u32) -> AuditEvent {
    AuditEvent {
        actor: "clerk".into(),
        action: "invoice.issued".into(),
        subject: subject.into(),
        payload: format!("{{\"n\":{n}}}"),
    }
}

/// A balanced entry of one euro.
pub fn entry(key: &str, invoice: Option<InvoiceId>) -> EntryRecord {
    let side = |account: &str, debit_minor, credit_minor| PostingRecord {
        account: account.into(),
        debit_minor,
        credit_minor,
        currency: Currency::EUR,
    };
    EntryRecord {
        key: key.into(),
        booked_on: date("2026-02-01"),
        invoice,
        memo: "hosting".into(),
        recorded_at: noon(),
        postings: vec![side("1400", 100, 0), side("8400", 0, 100)],
    }
}

pub fn document(invoice: InvoiceId) -> DocumentRecord {
    DocumentRecord {
        invoice,
        kind: "pdf".into(),
        sha256: "a".repeat(64),
        bytes: 1,
        media_type: "application/pdf".into(),
        storage_key: "aa/aa".into(),
        render_id: "r".into(),
        recorded_at: noon(),
    }
}

/// Freezes many invoices of the first contract in one transaction.
pub async fn freeze_many(db: &Db, run: RunId, many: u32) {
    db.write(async move |txn: &Txn| {
        for n in 0..many {
            let line = line(1, &format!("item {n}"));
            let lines = std::slice::from_ref(&line);
            invoices::freeze(txn, &head(run, 1), &json!({"n": n}), lines).await?;
        }
        Ok::<_, DbError>(())
    })
    .await
    .expect("frozen");
}

pub fn index_value() -> IndexValue {
    IndexValue {
        series: "vpi".into(),
        month: "2026-01".into(),
        value: "1".into(),
        source: "s".into(),
        recorded_at: noon(),
    }
}

pub fn reading() -> ReadingRecord {
    ReadingRecord {
        contract: "C-0001".into(),
        instance: "i".into(),
        meter: "m".into(),
        from: date("2026-01-01"),
        to: date("2026-02-01"),
        revision: 0,
        quantity: "1".into(),
        coverage: "1/1".into(),
        evidence_hash: "0".repeat(64),
        tzdb_version: "2026a".into(),
        body: "{}".into(),
        recorded_at: noon(),
    }
}

pub fn sla_result() -> SlaRecord {
    SlaRecord {
        contract: "C-0001".into(),
        objective: "availability".into(),
        from: date("2026-01-01"),
        to: date("2026-02-01"),
        revision: 0,
        ratio: "44599/44640".into(),
        met: false,
        body: "{}".into(),
        recorded_at: noon(),
    }
}
