//! The audit chain: what happened cannot be changed, dropped or added to without a finding.

use std::time::Duration;

use harness::facts::{event, noon};
use harness::{Shell, behind_its_back, on_both};
use herdbook::db::audit_chain::{self, ChainFinding, ChainReport};
use herdbook::db::{Db, DbError, Txn, audit};

async fn append(db: &Db, subject: &str, events: u32) {
    let events: Vec<_> = (1..=events).map(|n| event(subject, n)).collect();
    db.write(async move |txn: &Txn| audit::append(txn, noon(), &events).await)
        .await
        .expect("appended");
}

/// Seals until nothing waits. Other databases of the cluster may hold the sealer back for a moment.
async fn seal(db: &Db, expected: u64) {
    let mut sealed = 0;
    while sealed < expected {
        sealed += audit_chain::seal(&db.book, "sealer").await.expect("sealed");
        tokio::task::yield_now().await;
    }
    assert_eq!(sealed, expected);
}

async fn verify(db: &Db) -> ChainReport {
    db.snapshot(async |txn: &Txn| audit_chain::verify_chain(txn).await)
        .await
        .expect("verified")
}

/// A trail of five sealed records, then one statement by somebody who takes the triggers away
/// first.
async fn tampered(db: &Db, table: &str, sql: &str) -> Vec<ChainFinding> {
    append(db, "invoice/1", 5).await;
    seal(db, 5).await;
    assert_eq!(verify(db).await.findings, []);
    Shell::open(db)
        .await
        .without_triggers(table)
        .await
        .run(sql)
        .await;
    verify(db).await.findings
}

on_both! {
    async fn an_untouched_trail_verifies(db: &Db) {
        append(db, "invoice/1", 3).await;
        append(db, "invoice/2", 2).await;
        seal(db, 5).await;
        let report = verify(db).await;
        assert_eq!((report.links, report.findings.len()), (5, 0));
        let head = audit_chain::head(&db.reader()).await.expect("a head");
        assert_eq!(report.head, head);
        append(db, "invoice/3", 1).await;
        seal(db, 1).await;
        assert_ne!(audit_chain::head(&db.reader()).await.expect("a head"), head);
    }
}

on_both! {
    async fn a_changed_record_is_found(db: &Db) {
        let sql = "UPDATE audit_record SET actor = 'nobody' WHERE id = 3";
        let found = tampered(db, "audit_record", sql).await;
        assert_eq!(found, [ChainFinding::RecordChanged { place: 3, record: 3 }]);
    }
}

on_both! {
    async fn a_changed_payload_is_found(db: &Db) {
        let sql = "UPDATE audit_payload SET body = '{\"n\":9}' WHERE record = 2";
        let found = tampered(db, "audit_payload", sql).await;
        assert_eq!(found, [ChainFinding::PayloadChanged { record: 2 }]);
    }
}

on_both! {
    async fn a_dropped_payload_is_found(db: &Db) {
        let sql = "DELETE FROM audit_payload WHERE record = 2";
        let found = tampered(db, "audit_payload", sql).await;
        assert_eq!(found, [ChainFinding::PayloadMissing { record: 2 }]);
    }
}

on_both! {
    async fn a_replaced_link_is_found(db: &Db) {
        let forged = "0".repeat(64);
        let sql = format!("UPDATE audit_seal SET hash = '{forged}' WHERE place = 2");
        let found = tampered(db, "audit_seal", &sql).await;
        assert_eq!(found, [ChainFinding::LinkBroken { place: 2 }]);
    }
}

on_both! {
    async fn a_dropped_link_is_found(db: &Db) {
        let sql = "DELETE FROM audit_seal WHERE place = 3";
        let found = tampered(db, "audit_seal", sql).await;
        assert!(found.contains(&ChainFinding::LinkBroken { place: 3 }), "{found:?}");
    }
}

on_both! {
    async fn a_payload_erased_by_protocol_is_no_fault(db: &Db) {
        append(db, "ticket/7", 2).await;
        seal(db, 2).await;
        let trail = audit::of_subject(&db.reader(), "ticket/7").await.expect("a trail");
        let record = trail[0].id;
        let protocol = db
            .write(async move |txn: &Txn| {
                audit::erase_payloads(txn, &[record], "two years passed", "dpo", noon()).await
            })
            .await
            .expect("erased");
        let report = verify(db).await;
        assert_eq!(report.findings, []);
        assert_eq!(report.erased, [(record, protocol)]);
        let trail = audit::of_subject(&db.reader(), "ticket/7").await.expect("a trail");
        assert_eq!(trail[0].payload, None);
        assert!(trail[1].payload.is_some());
    }
}

on_both! {
    async fn a_record_unsealed_for_more_than_a_minute_is_found(db: &Db) {
        let sql = "INSERT INTO audit_record \
                   (recorded_at, written_at, actor, action, subject, payload_hash) \
                   VALUES ('2026-01-01T00:00:00.000000Z', 1, 'a', 'b', 'c', 'd')";
        append(db, "invoice/1", 1).await;
        assert_eq!(verify(db).await.findings, []);
        behind_its_back(db, sql).await.expect("inserted");
        assert_eq!(verify(db).await.findings, [ChainFinding::Unsealed { record: 2 }]);
    }
}

on_both! {
    async fn two_sealers_make_one_chain(db: &Db) {
        append(db, "invoice/1", 40).await;
        let (one, two) = (db.clone(), db.clone());
        let seal = |db: Db, name: &'static str| async move {
            audit_chain::seal(&db.book, name).await.expect("sealed")
        };
        let first = tokio::spawn(seal(one, "one"));
        let second = tokio::spawn(seal(two, "two"));
        let mut sealed = first.await.expect("ended") + second.await.expect("ended");
        while sealed < 40 {
            sealed += audit_chain::seal(&db.book, "one").await.expect("sealed");
            sealed += audit_chain::seal(&db.book, "two").await.expect("sealed");
        }
        let report = verify(db).await;
        assert_eq!((report.links, report.findings.len()), (40, 0));
    }
}

/// Ids are given out before transactions commit: the later id may be seen first.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_record_that_commits_late_is_sealed_in_its_place_on_postgres() {
    let Some(place) = harness::Place::postgres().await else {
        return;
    };
    let db = &place.db;
    let (began, go) = (tokio::sync::Notify::new(), tokio::sync::Notify::new());
    let (began, go) = (std::sync::Arc::new(began), std::sync::Arc::new(go));
    let slow = {
        let (db, began, go) = (db.clone(), began.clone(), go.clone());
        tokio::spawn(async move {
            db.write(async move |txn: &Txn| {
                audit::append(txn, noon(), &[event("slow", 1)]).await?;
                began.notify_one();
                go.notified().await;
                Ok::<_, DbError>(())
            })
            .await
        })
    };
    began.notified().await;
    append(db, "fast", 1).await;
    let held = audit_chain::seal(&db.book, "sealer")
        .await
        .expect("held back");
    assert_eq!(held, 0, "the older transaction may still write");
    go.notify_one();
    slow.await.expect("ended").expect("committed");
    seal(db, 2).await;
    let report = verify(db).await;
    assert_eq!((report.links, report.findings.len()), (2, 0));
    let slow = audit::of_subject(&db.reader(), "slow")
        .await
        .expect("a trail");
    let fast = audit::of_subject(&db.reader(), "fast")
        .await
        .expect("a trail");
    assert!(slow[0].id < fast[0].id);
    let order = harness::numbers(db, "SELECT record FROM audit_seal ORDER BY place").await;
    assert_eq!(order, [slow[0].id, fast[0].id]);
    place.clear().await;
}

on_both! {
    async fn the_sealer_follows_a_busy_trail(db: &Db) {
        let writers: Vec<_> = (0..8)
            .map(|n| {
                let db = db.clone();
                tokio::spawn(async move { append(&db, &format!("invoice/{n}"), 50).await })
            })
            .collect();
        let mut sealed = 0;
        while sealed < 400 {
            sealed += audit_chain::seal(&db.book, "sealer").await.expect("sealed");
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
        for writer in writers {
            writer.await.expect("ended");
        }
        let report = verify(db).await;
        assert_eq!((report.links, report.findings.len()), (400, 0));
    }
}

on_both! {
    async fn commands_of_one_name_leave_nothing_unsealed(db: &Db) {
        let commands: Vec<_> = (0..4)
            .map(|n| {
                let db = db.clone();
                tokio::spawn(async move {
                    append(&db, &format!("invoice/{n}"), 20).await;
                    let patience = Duration::from_secs(30);
                    audit_chain::seal_all(&db.book, "clerk", patience).await.expect("sealed")
                })
            })
            .collect();
        let mut sealed = 0;
        for command in commands {
            sealed += command.await.expect("ended");
        }
        assert_eq!(sealed, 80);
        let report = verify(db).await;
        assert_eq!((report.links, report.findings.len()), (80, 0));
    }
}
