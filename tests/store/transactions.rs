//! Transactions: whole or not at all, alone or beside others, and failures with a name.

use std::sync::Arc;

use harness::facts::{self, at, date, noon};
use harness::{behind_its_back, on_both};
use herdbook::db::{Db, DbError, DbUrl, Txn, contracts, sellers};
use sea_orm::{ConnectionTrait, DbBackend, Statement};
use serde_json::json;

on_both! {
    async fn a_failed_write_leaves_nothing(db: &Db) {
        let failed = db
            .write(async |txn: &Txn| {
                sellers::put(txn, "s", date("2026-01-01"), noon(), &json!(1)).await?;
                Err::<(), _>(DbError::Refused("by the test".into()))
            })
            .await;
        assert_eq!(failed.expect_err("refused").code(), "db.refused");
        let ids = sellers::ids(&db.reader(), at("2027-01-01T00:00:00Z")).await.expect("ids");
        assert!(ids.is_empty());
    }
}

on_both! {
    async fn readers_do_not_write(db: &Db) {
        let tried = db
            .snapshot(async |txn: &Txn| {
                sellers::put(txn, "s", date("2026-01-01"), noon(), &json!(1)).await
            })
            .await;
        assert!(tried.is_err());
    }
}

on_both! {
    async fn a_vanished_caller_does_not_cut_a_write_off(db: &Db) {
        let (store, writing) = (db.clone(), Arc::new(tokio::sync::Notify::new()));
        let began = writing.clone();
        let caller = tokio::spawn(async move {
            store
                .write(async move |txn: &Txn| {
                    sellers::put(txn, "s", date("2026-01-01"), noon(), &json!(1)).await?;
                    began.notify_one();
                    sellers::put(txn, "t", date("2026-01-01"), noon(), &json!(1)).await
                })
                .await
        });
        writing.notified().await;
        caller.abort();
        let mut ids = Vec::new();
        while ids.len() < 2 {
            ids = sellers::ids(&db.reader(), noon()).await.expect("ids");
            tokio::task::yield_now().await;
        }
        assert_eq!(ids, ["s", "t"]);
    }
}

on_both! {
    async fn strict_tables_refuse_the_wrong_kind(db: &Db) {
        let sql = "INSERT INTO lease (name, holder, fence, lease_until) VALUES ('a', 'b', 'x', 1)";
        behind_its_back(db, sql).await.expect_err("text is no integer");
        let raw = harness::raw(db).await;
        if raw.get_database_backend() == DbBackend::Sqlite {
            let loose = "SELECT name FROM pragma_table_list WHERE type = 'table' AND strict = 0 \
                         AND name NOT LIKE 'sqlite_%' AND name NOT LIKE '%_migration'";
            let loose = Statement::from_string(DbBackend::Sqlite, loose);
            assert!(raw.query_all_raw(loose).await.expect("a list").is_empty());
        }
    }
}

on_both! {
    async fn the_rows_of_the_program_are_those_of_the_database(db: &Db) {
        let drift = herdbook::db::schema_drift(db).await.expect("compared");
        assert!(drift.is_empty(), "{drift:#?}");
    }
}

on_both! {
    async fn a_drifted_schema_is_named(db: &Db) {
        behind_its_back(db, "ALTER TABLE lease RENAME TO leash").await.expect("renamed");
        let rename = "ALTER TABLE outbox RENAME COLUMN body TO corpse";
        behind_its_back(db, rename).await.expect("renamed");
        let drift = herdbook::db::schema_drift(db).await.expect("compared");
        assert_eq!(drift, ["outbox.body is missing", "outbox.corpse is unknown to the program"]);
    }
}

#[tokio::test]
async fn a_store_that_is_not_there_is_named() {
    // Port 1 is nobody's: the server is down, as after a crash.
    let down = DbUrl::Postgres("postgres://herdbook@127.0.0.1:1/book".into());
    let folder = tempfile::tempdir().expect("a folder");
    let missing = DbUrl::folder(folder.path().join("nowhere"));
    for url in [down, missing] {
        let error = Db::open(&url).await.expect_err("nothing is there");
        assert_eq!(error.code(), "db.unreachable", "{error}");
    }
}

#[tokio::test]
async fn an_old_schema_is_named_before_anything_is_read() {
    let folder = tempfile::tempdir().expect("a folder");
    for file in ["book.db", "telemetry.db"] {
        std::fs::write(folder.path().join(file), b"").expect("an empty database");
    }
    let error = Db::open(&DbUrl::folder(folder.path()))
        .await
        .expect_err("no schema");
    assert_eq!(error.code(), "db.schema-behind");
}

on_both! {
    async fn transactions_in_each_others_way_both_succeed(db: &Db) {
        facts::parties(db, 2).await;
        let lock_both = |first: &'static str, second: &'static str| {
            let db = db.clone();
            tokio::spawn(async move {
                for _ in 0..25 {
                    db.write(async move |txn: &Txn| {
                        contracts::lock_for_billing(txn, first).await?;
                        tokio::task::yield_now().await;
                        contracts::lock_for_billing(txn, second).await
                    })
                    .await?;
                }
                Ok::<_, DbError>(())
            })
        };
        let (one, two) = (lock_both("C-0001", "C-0002"), lock_both("C-0002", "C-0001"));
        one.await.expect("ended").expect("locked");
        two.await.expect("ended").expect("locked");
    }
}

on_both! {
    async fn two_processes_share_one_store(db: &Db) {
        // A second pool has its own connections, as another process would.
        let other = Db::open(db.url()).await.expect("the same store");
        let write = |db: Db, name: &'static str| {
            tokio::spawn(async move {
                for n in 0..50 {
                    let id = format!("{name}-{n}");
                    db.write(async move |txn: &Txn| {
                        sellers::put(txn, &id, date("2026-01-01"), noon(), &json!(n)).await
                    })
                    .await?;
                }
                Ok::<_, DbError>(())
            })
        };
        let (one, two) = (write(db.clone(), "one"), write(other.clone(), "two"));
        one.await.expect("ended").expect("written");
        two.await.expect("ended").expect("written");
        assert_eq!(sellers::ids(&other.reader(), noon()).await.expect("ids").len(), 100);
        other.close().await.expect("closed");
    }
}
