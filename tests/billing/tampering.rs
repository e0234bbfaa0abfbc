//! What is changed by hand is found by verification.

use harness::{Shell, on_both};
use herdbook::access::Program;
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

        let kept = documents::all(&db.reader(), Program::itself()).await.expect("documents");
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

/// Every finding as `level subject: what`.
async fn told(fixture: &Fixture) -> String {
    let lines = findings(fixture).await.into_iter().map(|finding| {
        let Finding {
            level,
            subject,
            what,
        } = finding;
        format!("{level} {subject}: {what}\n")
    });
    lines.collect()
}

on_both! {
    /// The newest invoice with all that belongs to it, and the counter set back: the ledger and the
    /// series agree again, the audit trail does not.
    async fn an_invoice_that_was_removed_whole_is_missed(db: &Db) {
        let fixture = Fixture::with_reference(db).await;
        fixture.bill("2026-02-01").await;
        let newest = "(SELECT max(id) FROM invoice)";
        let mut shell = Shell::open(db).await;
        let tables = [
            "document", "posting", "ledger_entry", "invoice_line", "invoice", "number_series",
        ];
        for table in tables {
            shell = shell.without_triggers(table).await;
        }
        let entries = format!("(SELECT id FROM ledger_entry WHERE invoice = {newest})");
        shell
            .run(&format!("DELETE FROM document WHERE invoice = {newest}")).await
            .run(&format!("DELETE FROM posting WHERE entry IN {entries}")).await
            .run(&format!("DELETE FROM ledger_entry WHERE invoice = {newest}")).await
            .run(&format!("DELETE FROM invoice_line WHERE invoice = {newest}")).await
            .run(&format!("DELETE FROM open_document WHERE invoice = {newest}")).await
            .run(&format!("DELETE FROM invoice WHERE id = {newest}")).await
            .run("UPDATE number_series SET next = next - 1").await;
        let told = told(&fixture).await;
        assert!(told.contains("the audit trail tells of its issue, and it is gone"), "{told}");
    }
}

on_both! {
    async fn a_cut_tail_of_the_audit_chain_is_missed_by_the_run_that_reported_it(db: &Db) {
        let fixture = Fixture::with_reference(db).await;
        fixture.bill("2026-02-01").await;
        assert_eq!(told(&fixture).await, "");
        Shell::open(db).await
            .without_triggers("audit_seal").await
            .run("DELETE FROM audit_seal WHERE place = (SELECT max(place) FROM audit_seal)").await;
        let told = told(&fixture).await;
        assert!(told.starts_with("1 audit chain: a run reported the head"), "{told}");
    }
}

on_both! {
    async fn entries_without_an_invoice_and_changed_results_are_found(db: &Db) {
        let fixture = Fixture::with_reference(db).await;
        fixture.bill("2026-02-01").await;
        let entry = "INSERT INTO ledger_entry (key, booked_on, invoice, memo, recorded_at) VALUES";
        Shell::open(db).await
            .run(&format!("{entry} ('issue/RE-2026-99999', '2026-02-01', NULL, 'x', 'x')")).await
            .run(&format!("{entry} ('by hand', '2026-02-01', NULL, 'x', 'x')")).await
            .without_triggers("sla_result").await
            .run("UPDATE sla_result SET met = 1 WHERE id = (SELECT min(id) FROM sla_result)").await;
        let told = told(&fixture).await;
        let expected = [
            "2 issue/RE-2026-99999: the ledger books an invoice that is not there",
            "2 by hand: the ledger entry has no cause",
            "its columns and its content differ",
        ];
        for one in expected {
            assert!(told.contains(one), "{one} is not in {told}");
        }
        assert_eq!(told.lines().count(), 3, "{told}");
    }
}

on_both! {
    /// Finance changes a word; what was issued before is verified with the words of its day.
    async fn changed_templates_change_no_old_document(db: &Db) {
        let fixture = Fixture::with_reference(db).await;
        fixture.bill("2026-02-01").await;
        let folder = tempfile::tempdir().expect("a folder");
        for (name, bytes) in fixture.app.templates.files() {
            let path = folder.path().join(name);
            std::fs::create_dir_all(path.parent().expect("a parent")).expect("made");
            std::fs::write(&path, bytes).expect("written");
        }
        let brand = folder.path().join("brand.toml");
        let words = std::fs::read_to_string(&brand).expect("the wording");
        let changed = words.replace("Netto", "Nettobetrag").replace("Net,", "Net amount,");
        assert_ne!(words, changed);
        std::fs::write(&brand, changed).expect("written");
        let later = fixture.with_templates(folder.path());
        let silent = herdbook::usecases::bill::Silent;
        let report = verify(&later.at(noon("2026-03-01")), &Selection::default(), &silent).await;
        let report = report.expect("verified");
        assert_eq!(report.findings, []);
        assert_eq!((report.rendered_bytes, report.rendered_content), (10, 0));
    }
}
