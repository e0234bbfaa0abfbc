//! The small tables that triggers keep beside large ones: they say what is so, from the first
//! document on and in a book from before, and what is wrong in them is noticed.

use harness::facts::{at, date};
use harness::{behind_its_back, numbers, on_both};
use herdbook::access::Program;
use herdbook::billing::{Currency, Money};
use herdbook::db::invoices::InvoiceId;
use herdbook::db::kept::amiss;
use herdbook::db::payments::held::held;
use herdbook::db::payments::receivables::misplaced;
use herdbook::db::payments::refunds::{self, Refund, RefundState};
use herdbook::db::today::pending_documents;
use herdbook::db::{Db, DbUrl, Txn};

use crate::payments::{payment, settled};
use crate::standing::six;

const TABLES: [&str; 4] = [
    "credit_note",
    "pending_document",
    "held_payment",
    "issued_day",
];

/// Their triggers.
const KEEPERS: [&str; 11] = [
    "credit_note_numbered",
    "credit_note_loaded",
    "pending_document_numbered",
    "pending_document_loaded",
    "pending_document_made",
    "held_payment_received",
    "held_payment_allocated",
    "held_payment_returned",
    "held_payment_settled",
    "issued_day_numbered",
    "issued_day_loaded",
];

/// Six documents, of which one is a credit note and one has its PDF, and a payment of which 81
/// euros are left.
async fn book(db: &Db) {
    six(db).await;
    let ids = numbers(db, "SELECT id FROM invoice ORDER BY id").await;
    let made = format!(
        "INSERT INTO document \
         (invoice, kind, sha256, bytes, media_type, storage_key, render_id, recorded_at) \
         VALUES ({}, 'pdf', '{}', 1, 'application/pdf', 'k', 'r', '2026-02-01T00:00:00Z')",
        ids[1],
        "0".repeat(64)
    );
    behind_its_back(db, &made).await.expect("made");
    let last = InvoiceId(ids[5]);
    let record = payment("stripe/pi_6", 10_006, 20_000, Some(last));
    settled(db, record, last, 11_900).await;
}

async fn said(db: &Db) -> (Vec<String>, u64, Vec<Money>, [i64; 2]) {
    let on = db.reader();
    let (first, count) = pending_documents(&on, 2).await.expect("read");
    let left = held(&on, Program::itself()).await.expect("read");
    let credit_notes = numbers(db, "SELECT count(*) FROM credit_note").await;
    let days = numbers(db, "SELECT many FROM issued_day").await;
    (
        first.into_iter().map(|one| one.number).collect(),
        count,
        left.into_iter().map(|one| one.amount).collect(),
        [credit_notes[0], days[0]],
    )
}

async fn wrong(db: &Db) -> Vec<String> {
    let all = amiss(&db.reader()).await.expect("read");
    all.into_iter().map(|one| one.subject).collect()
}

fn eur(minor: i64) -> Money {
    Money::new(minor, Currency::EUR)
}

fn expected() -> (Vec<String>, u64, Vec<Money>, [i64; 2]) {
    let first = ["RE-2026-0001", "RE-2026-0003"].map(str::to_owned);
    (first.to_vec(), 5, vec![eur(8_100)], [1, 6])
}

on_both! {
    async fn what_stands_beside_is_what_is_so(db: &Db) {
        book(db).await;
        assert_eq!(said(db).await, expected());
        assert_eq!(wrong(db).await, Vec::<String>::new());
        let left = held(&db.reader(), Program::itself()).await.expect("read").remove(0).payment;
        let refund = Refund {
            id: 0,
            key: "stripe/re_6".into(),
            payment: left,
            amount: eur(8_100),
            reference: Some("re_6".into()),
            requested_by: None,
            requested_at: at("2026-02-12T09:00:00Z"),
            state: RefundState::Returned { approved: None, on: date("2026-02-13") },
        };
        let given = db.write(async move |txn: &Txn| refunds::insert(txn, &refund).await);
        given.await.expect("stored");
        assert_eq!(said(db).await.2, []);
        // What comes back from the customer's bank is held again.
        let failed = "UPDATE refund SET state = 'failed', failed_on = '2026-02-14'";
        behind_its_back(db, failed).await.expect("failed");
        assert_eq!(said(db).await.2, [eur(8_100)]);
        assert_eq!(wrong(db).await, Vec::<String>::new());
    }
}

on_both! {
    async fn what_is_wrong_beside_is_noticed(db: &Db) {
        book(db).await;
        for (table, subjects) in [
            ("credit_note", vec!["RE-2026-0005"]),
            ("held_payment", vec!["stripe/pi_6"]),
        ] {
            behind_its_back(db, &format!("DELETE FROM {table}")).await.expect("deleted");
            assert_eq!(wrong(db).await, subjects, "{table}");
            let all = format!("INSERT INTO {table} SELECT {}", match table {
                "credit_note" => "id FROM invoice WHERE number = 'RE-2026-0005'",
                _ => "id FROM payment WHERE key = 'stripe/pi_6'",
            });
            behind_its_back(db, &all).await.expect("put back");
            assert_eq!(wrong(db).await, Vec::<String>::new());
        }
        behind_its_back(db, "DELETE FROM pending_document").await.expect("deleted");
        assert_eq!(wrong(db).await.len(), 5);
        behind_its_back(db, "UPDATE issued_day SET many = 7").await.expect("changed");
        let all = wrong(db).await;
        assert_eq!(all.len(), 6);
        assert!(all[5].ends_with(" 2026-02-01"), "{all:?}");
    }
}

on_both! {
    async fn a_book_from_before_gets_them_once_it_is_migrated(db: &Db) {
        book(db).await;
        let sqlite = matches!(db.url(), DbUrl::Folder(_));
        for name in KEEPERS {
            let sql = match sqlite {
                true => format!("DROP TRIGGER {name}"),
                false => format!("DROP FUNCTION herdbook_{name} CASCADE"),
            };
            behind_its_back(db, &sql).await.expect(name);
        }
        for table in TABLES {
            behind_its_back(db, &format!("DROP TABLE {table}")).await.expect(table);
        }
        // What open documents are over was added last.
        if sqlite {
            for table in ["posting", "allocation"] {
                let sql = format!("DROP TRIGGER {table}_opens");
                behind_its_back(db, &sql).await.expect(table);
            }
        }
        for column in ["owed_minor", "allocated_minor"] {
            let sql = format!("ALTER TABLE open_document DROP COLUMN {column}");
            behind_its_back(db, &sql).await.expect(column);
        }
        let before = "DELETE FROM book_migration WHERE version BETWEEN 'm20261128_0001' AND \
                      'm20261128_0002' AND version NOT LIKE '%ended_payments'";
        behind_its_back(db, before).await.expect("taken back");
        assert_eq!(db.pending_migrations().await.expect("asked"), 5);
        let migrated = Db::open_migrated(db.url()).await.expect("migrated");
        assert_eq!(said(&migrated).await, expected());
        assert_eq!(wrong(&migrated).await, Vec::<String>::new());
        let out_of_place = misplaced(&migrated.reader(), Program::itself()).await;
        assert_eq!(out_of_place.expect("read"), Vec::<String>::new());
        migrated.close().await.expect("closed");
    }
}
