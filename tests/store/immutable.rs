//! What must not change refuses to, whoever asks.

use harness::facts::{self, noon};
use harness::{on_both, raw_at};
use herdbook::access::Program;
use herdbook::db::evidence::{self, NewEvidence};
use herdbook::db::{
    Db, DbError, Txn, audit, audit_chain, documents, invoices, ledger, outbox, readings, runs,
    service_levels,
};
use sea_orm::ConnectionTrait;

on_both! {
    async fn what_must_not_change_refuses_update_and_delete(db: &Db) {
        facts::parties(db, 1).await;
        fill_immutable_tables(db).await;
        let book = [
            "seller_version", "customer_version", "contract_version", "index_value", "reading",
            "sla_result", "invoice_line", "ledger_entry", "posting", "document", "template_set",
            "audit_record", "audit_payload", "audit_seal", "retention_protocol", "outbox",
            "invoice", "number_series", "billing_run", "evidence",
        ];
        for table in book {
            let file = if table == "evidence" { "telemetry.db" } else { "book.db" };
            let raw = raw_at(db.url(), file).await;
            let column = match table {
                "posting" => "account = 'x'",
                "number_series" => "next = 1",
                "audit_payload" | "template_set" => "record = record",
                "audit_seal" => "sealed_at = 0",
                "invoice" => "net_minor = 0, gross_minor = tax_minor",
                "billing_run" => "as_of = '2020-01-01'",
                "evidence" => "kind = 'x'",
                _ => "id = id + 1",
            };
            let column = if table == "template_set" { "hash = 'x'" } else { column };
            for sql in [format!("UPDATE {table} SET {column}"), format!("DELETE FROM {table}")] {
                let error = raw.execute_unprepared(&sql).await.expect_err(&sql);
                assert_eq!(DbError::from(error).code(), "db.immutable", "{sql}");
            }
            raw.close().await.expect("closed");
        }
    }
}

async fn fill_immutable_tables(db: &Db) {
    let run = facts::run(db).await;
    let invoice = facts::freeze(db, run, 1, "hosting").await.expect("frozen");
    facts::number_all(db).await;
    let end = runs::FinishedRun {
        at: noon(),
        report: "{}".into(),
        audit_head: None,
    };
    db.write(async move |txn: &Txn| {
        readings::put_index_value(txn, &facts::index_value()).await?;
        readings::put_all(txn, &[facts::reading()]).await?;
        service_levels::put_result(txn, &facts::sla_result()).await?;
        ledger::post(txn, &[facts::entry("k", Some(invoice))]).await?;
        documents::put(txn, &facts::document(invoice)).await?;
        documents::keep_template_set(txn, "h", b"tar", noon()).await?;
        audit::append(txn, noon(), &[facts::event("c", 1), facts::event("c", 2)]).await?;
        let first = audit::of_subject(txn, "c").await?[0].id;
        audit::erase_payloads(txn, &[first], "r", "dpo", noon()).await?;
        let event = outbox::OutboxEvent {
            topic: "t".into(),
            subject: "s".into(),
            body: "{}".into(),
        };
        outbox::write(txn, noon(), &[event]).await?;
        runs::finish(txn, run, &end).await
    })
    .await
    .expect("filled");
    while audit_chain::seal(&db.book, "test").await.expect("sealed") == 0 {
        tokio::task::yield_now().await;
    }
    db.telemetry
        .write(async move |txn: &Txn| {
            let source = evidence::ensure_source(txn, "s", "i", "otlp", noon()).await?;
            evidence::append(txn, &chunk(source, b"x", 0, 1)).await
        })
        .await
        .expect("evidence");
}

fn chunk(source: i64, body: &[u8], from: i64, to: i64) -> NewEvidence {
    NewEvidence {
        source,
        received_at: to,
        hash: evidence::hash_of(body),
        kind: "otlp".into(),
        span_from: from,
        span_to: to,
        codec: "none".into(),
        body: body.to_vec(),
        instance: None,
        limits: 1,
    }
}

on_both! {
    async fn an_issued_invoice_can_only_be_cancelled_and_that_once(db: &Db) {
        facts::parties(db, 2).await;
        let run = facts::run(db).await;
        let issued = facts::freeze(db, run, 1, "hosting").await.expect("frozen");
        facts::number_all(db).await;
        let frozen = facts::freeze(db, run, 2, "hosting").await.expect("frozen");
        db.write(async move |txn: &Txn| invoices::give_up(txn, frozen).await).await.expect("gone");
        let kept = db.write(async move |txn: &Txn| invoices::give_up(txn, issued).await).await;
        assert_eq!(kept.expect_err("kept").code(), "db.immutable");
        let cancel = async |id| {
            db.write(async move |txn: &Txn| invoices::cancel(txn, id, noon()).await).await
        };
        cancel(issued).await.expect("cancelled");
        assert_eq!(cancel(issued).await.expect_err("once").code(), "db.immutable");
        let stored = invoices::get(&db.reader(), Program::itself(), issued).await.expect("there");
        assert_eq!(stored.number(), Some("RE-2026-0001"));
        assert!(matches!(stored.state, invoices::InvoiceState::Cancelled { .. }));
    }
}
