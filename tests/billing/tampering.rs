//! What is changed by hand is found by verification.

use harness::{Shell, on_both};
use herdbook::db::documents;
use herdbook::usecases::verify::{Finding, Selection, verify};

use super::fixture::{Fixture, noon};

async fn findings(fixture: &Fixture) -> Vec<Finding> {
    let app = fixture.app.at(noon("2026-03-01"));
    let silent = herdbook::usecases::bill::Silent;
    let report = verify(&app, &Selection::default(), &silent).await;
    report.expect("verified").findings
}

on_both! {
    async fn a_byte_of_a_document_an_amount_and_an_audit_row_are_found(db: &Db) {
        let fixture = Fixture::with_reference(db).await;
        fixture.bill("2026-03-01").await;
        assert_eq!(findings(&fixture).await, []);

        let kept = documents::all(&db.reader()).await.expect("documents");
        let victim = kept.iter().find(|record| record.kind == "pdf").expect("a PDF");
        let file = fixture.folder.path().join(&victim.storage_key);
        let whole = std::fs::read(&file).expect("read");
        let mut spoilt = whole.clone();
        let middle = spoilt.len() / 2;
        spoilt[middle] ^= 1;
        std::fs::write(&file, spoilt).expect("written");
        let found = findings(&fixture).await;
        assert_eq!(found.len(), 1, "{found:?}");
        assert_eq!(found[0].level, 1);
        std::fs::write(&file, whole).expect("written");

        let changes = [
            ("invoice", "gross_minor = gross_minor + 1, net_minor = net_minor + 1, \
              payable_minor = payable_minor + 1",
             "gross_minor = gross_minor - 1, net_minor = net_minor - 1, \
              payable_minor = payable_minor - 1"),
            ("invoice_line", "amount_minor = amount_minor + 1", "amount_minor = amount_minor - 1"),
            ("audit_record", "actor = 'nobody'", "actor = 'test'"),
        ];
        for (table, change, back) in changes {
            let of = |set: &str| {
                format!("UPDATE {table} SET {set} WHERE id = (SELECT max(id) FROM {table})")
            };
            let raw = Shell::open(db).await.without_triggers(table).await;
            let raw = raw.run(&of(change)).await;
            let found = findings(&fixture).await;
            assert!(!found.is_empty(), "{table}: {change} was not found");
            let _ = raw.run(&of(back)).await;
            assert_eq!(findings(&fixture).await, [], "{table} is as it was");
        }
    }
}
