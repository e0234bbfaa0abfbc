//! Events that take others back and cannot, or not wholly: without a number, with another target,
//! of another's instance, at the same moment, or when what they name was deleted.

use std::collections::BTreeSet;
use std::sync::Arc;

use chrono::Duration;
use harness::{on_both, raw_at};
use herdbook::db::evidence::{Arrival, append_all};
use herdbook::db::{Db, DbError, DbUrl, Txn, quarantine, sources};
use herdbook::telemetry::PayloadKind;
use herdbook::telemetry::evidence::Request;
use herdbook::usecases::delete_evidence::{Order, delete_evidence};
use herdbook::usecases::ingest::prepare::prepare;
use sea_orm::{ConnectionTrait, DatabaseConnection, Statement};
use tokio::sync::Semaphore;

use crate::fixture::{date, noon};
use crate::metering::{collector, instant, proved};
use crate::retracted::{INSTANCE, event, hours, kept, told, with_support};

/// The same event without what its meter bills.
fn without_minutes(request: Request) -> Request {
    let text = String::from_utf8(request.bytes).expect("text");
    let (before, after) = text.split_once("\"data\":{\"minutes\":").expect("minutes");
    let rest = after.trim_start_matches(|sign: char| sign.is_ascii_digit());
    let bytes = format!("{before}\"data\":{{\"note\":\"none\"{rest}").into_bytes();
    Request { bytes, ..request }
}

/// What was kept aside: reason, what and how often.
async fn aside(db: &Db) -> Vec<(String, String, i64)> {
    let rows = quarantine::list(&db.telemetry.reader(), None, (None, 10)).await;
    let rows = rows.expect("rows").into_iter();
    let mut told: Vec<_> = rows.map(|row| (row.reason, row.what, row.count)).collect();
    told.sort();
    told
}

fn row(reason: &str, what: &str) -> (String, String, i64) {
    (reason.to_owned(), what.to_owned(), 1)
}

fn hour(time: &str) -> i64 {
    instant(time).timestamp() / 3_600
}

fn of(id: &str, minutes: &str) -> Vec<(String, String)> {
    vec![(id.to_owned(), minutes.to_owned())]
}

const JANUARY: &str = "2026-01-10T10:00:00Z";
const FEBRUARY: &str = "2026-02-10T10:00:00Z";
const NEXT_DAY: &str = "2026-02-11T10:00:00Z";
const MARCH: &str = "2026-03-02T10:00:00Z";

on_both! {
    async fn a_replacement_without_a_number_leaves_the_original_billed(db: &Db) {
        let fixture = with_support(db).await;
        let app = fixture.app.at(noon("2026-03-01"));
        let came = noon("2026-02-12");
        let wrong = without_minutes(event("desk", "r>x", NEXT_DAY, 0, came));
        let january = event("desk", "0", JANUARY, 60, came);
        kept(&app, [january, event("desk", "x", FEBRUARY, 60, came), wrong]).await;
        let before = (hour(JANUARY), of("0", "60"), 0);
        assert_eq!(hours(db).await, [before.clone(), (hour(FEBRUARY), of("x", "60"), 0)]);
        let missing = [row("telemetry.value-missing", "desk r: minutes")];
        assert_eq!(aside(db).await, missing);
        fixture.bill("2026-03-01").await;
        assert_eq!(told(db, "2026-02-01").await, [(1, "1".to_owned())]);
        assert!(proved(&app).await.readings_from_evidence > 0);
        // The number comes under an id of its own, in the place of both.
        let right = event("desk", "s>r", NEXT_DAY, 90, noon("2026-03-01"));
        kept(&app, [right]).await;
        let expected = [
            before,
            (hour(FEBRUARY), Vec::new(), 1),
            (hour(NEXT_DAY), of("s", "90"), 0),
        ];
        assert_eq!(hours(db).await, expected);
        assert_eq!(aside(db).await, missing);
    }
}

on_both! {
    async fn the_same_id_with_another_target_is_kept_aside(db: &Db) {
        let fixture = with_support(db).await;
        let app = fixture.app.at(noon("2026-03-20"));
        let mut came = noon("2026-02-12");
        let all = ["x", "y", "r>x", "r>y", "v!r", "v!y"];
        for name in all {
            came += Duration::seconds(1);
            kept(&app, [event("desk", name, FEBRUARY, 60, came)]).await;
        }
        // The first v takes the first r back, so that x stands; nothing happened to y.
        let both = [of("x", "60"), of("y", "60")].concat();
        assert_eq!(hours(db).await, [(hour(FEBRUARY), both, 1)]);
        let expected = ["desk r", "desk v"].map(|what| row("telemetry.conflict", what));
        assert_eq!(aside(db).await, expected);
        // Rolled again they are told no second time.
        kept(&app, [event("desk", "z", FEBRUARY, 30, came)]).await;
        assert_eq!(aside(db).await, expected);
    }
}

on_both! {
    /// In one request, under one id: first without a number, then as a void.
    async fn a_void_under_a_name_that_said_nothing_is_found_from_the_hour_it_voids(db: &Db) {
        let fixture = with_support(db).await;
        let app = fixture.app.at(noon("2026-03-20"));
        let plain = without_minutes(event("desk", "v", MARCH, 0, noon("2026-03-03")));
        let void = event("desk", "v!x", MARCH, 0, noon("2026-03-03"));
        let text = |one: &Request| String::from_utf8(one.bytes.clone()).expect("text");
        let both = Request {
            kind: PayloadKind::CloudEventBatch,
            bytes: format!("[{},{}]", text(&plain), text(&void)).into_bytes(),
            ..void
        };
        kept(&app, [event("desk", "x", FEBRUARY, 60, noon("2026-02-12")), both]).await;
        assert_eq!(hours(db).await, [(hour(FEBRUARY), Vec::new(), 1)]);
    }
}

async fn count(raw: &DatabaseConnection, sql: &str) -> i64 {
    let backend = raw.get_database_backend();
    let found = raw
        .query_one_raw(Statement::from_string(backend, sql))
        .await;
    let found = found.expect(sql).expect("a row");
    found.try_get("", "n").expect("a number")
}

on_both! {
    async fn events_of_instances_that_a_source_does_not_speak_for_have_no_names(db: &Db) {
        let fixture = with_support(db).await;
        let app = fixture.app.at(noon("2026-03-20"));
        collector(db, "collector").await;
        let came = noon("2026-03-03");
        let foreign = |request: Request| {
            let text = String::from_utf8(request.bytes).expect("text");
            let bytes = text.replace(INSTANCE, "elsewhere.example").into_bytes();
            Request { bytes, ..request }
        };
        let collected = |request: Request| Request {
            source: "collector".to_owned(),
            instance: None,
            ..request
        };
        let own = event("desk", "x", FEBRUARY, 60, came);
        let other = foreign(event("desk", "v!x", MARCH, 0, came));
        // By an import, bound and collected, and as the doors prepare it.
        let listed = BTreeSet::from([INSTANCE.to_owned()]);
        for request in [own.clone(), other.clone()] {
            let named = prepare(1, &request, &listed).expect("prepared").arrival.events;
            assert_eq!(named.len(), usize::from(request == own));
        }
        kept(&app, [own.clone(), other.clone()]).await;
        kept(&app, [own, other].map(collected)).await;
        let raw = raw_at(db.url(), "telemetry.db").await;
        let named = "SELECT count(*) AS n FROM event_name";
        assert_eq!(count(&raw, named).await, 2);
        // Nor when they are named later than they came.
        for sql in [
            "DELETE FROM event_name",
            "INSERT INTO unnamed_request (request) SELECT id FROM evidence",
        ] {
            raw.execute_unprepared(sql).await.expect(sql);
        }
        kept(&app, []).await;
        assert_eq!(count(&raw, named).await, 2);
        raw.close().await.expect("closed");
    }
}

/// A request on its way into the log, as the doors prepare it.
async fn arrival(db: &Db, request: &Request) -> Arrival {
    let source = sources::by_name(&db.telemetry.reader(), "tickets").await;
    let source = source.expect("read").expect("the source");
    prepare(source.id, request, &source.instances)
        .expect("prepared")
        .arrival
}

on_both! {
    async fn an_event_and_what_voids_it_may_come_in_two_open_transactions(db: &Db) {
        let fixture = with_support(db).await;
        let app = fixture.app.at(noon("2026-03-20"));
        kept(&app, [event("desk", "0", JANUARY, 30, noon("2026-01-11"))]).await;
        let void = arrival(db, &event("desk", "v!x", MARCH, 0, noon("2026-03-03"))).await;
        let x = arrival(db, &event("desk", "x", FEBRUARY, 60, noon("2026-03-03"))).await;
        let (stored, open) = (Arc::new(Semaphore::new(0)), Arc::new(Semaphore::new(0)));
        let (store, told, gate) = (db.telemetry.clone(), stored.clone(), open.clone());
        let voiding = tokio::spawn(async move {
            let write = async move |txn: &Txn| {
                append_all(txn, std::slice::from_ref(&void)).await?;
                told.add_permits(1);
                let _passed = gate.acquire().await.expect("a gate");
                Ok::<_, DbError>(())
            };
            store.write(write).await.expect("stored");
        });
        let _stored = stored.acquire().await.expect("stored");
        let store = db.telemetry.clone();
        let coming = tokio::spawn(async move {
            let write = async move |txn: &Txn| append_all(txn, std::slice::from_ref(&x)).await;
            store.write(write).await.expect("stored");
        });
        // It is through, or it waits for the other one: then nothing was missed. SQLite has one
        // writer, so that there it cannot but wait.
        if let DbUrl::Postgres(_) = db.url() {
            let raw = raw_at(db.url(), "telemetry.db").await;
            let waits = "SELECT count(*) AS n FROM pg_locks l JOIN pg_database d \
                         ON d.oid = l.database WHERE d.datname = current_database() \
                         AND l.locktype = 'advisory' AND NOT l.granted";
            while !coming.is_finished() && count(&raw, waits).await == 0 {}
            raw.close().await.expect("closed");
            if coming.is_finished() {
                kept(&app, []).await;
            }
        }
        open.add_permits(1);
        voiding.await.expect("ended");
        coming.await.expect("ended");
        kept(&app, []).await;
        let expected = [
            (hour(JANUARY), of("0", "30"), 0),
            (hour(FEBRUARY), Vec::new(), 1),
        ];
        assert_eq!(hours(db).await, expected);
    }
}

on_both! {
    /// What is related to it by name is neither read again nor read with it.
    async fn a_retraction_reaches_no_evidence_that_was_deleted(db: &Db) {
        let fixture = with_support(db).await;
        let app = fixture.app.at(noon("2026-03-01"));
        let came = noon("2026-01-12");
        let first = event("desk", "x", JANUARY, 60, came);
        let second = event("desk", "r>x", "2026-01-11T10:00:00Z", 90, came);
        kept(&app, [first, second]).await;
        fixture.bill("2026-03-01").await;
        let order = Order {
            before: date("2026-02-01"),
            reason: "the disk is small".to_owned(),
            decision: Some("minutes of 2 March".to_owned()),
            approved_by: "head of finance".to_owned(),
        };
        let deleted = delete_evidence(&app, &order).await;
        assert!(deleted.is_ok_and(|done| done.is_some_and(|done| done.requests == 2)));
        let before = hours(db).await;
        let app = fixture.app.at(noon("2026-03-20"));
        kept(&app, [event("desk", "s>r", MARCH, 120, noon("2026-03-03"))]).await;
        let mut expected = before;
        expected.push((hour(MARCH), of("s", "120"), 0));
        assert_eq!(hours(db).await, expected);
    }
}
