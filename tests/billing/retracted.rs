//! Events that void or replace others: what they do to hours, to closed periods and to invoices.

use std::collections::BTreeSet;

use chrono::{DateTime, TimeDelta, Utc};
use harness::{on_both, raw_at};
use herdbook::access::Program;
use herdbook::app::App;
use herdbook::billing::contract::Price;
use herdbook::billing::invoice::Invoice;
use herdbook::book::Book;
use herdbook::db::partials::{self, PartialRow};
use herdbook::db::{Db, invoices, quarantine, readings};
use herdbook::telemetry::PayloadKind;
use herdbook::telemetry::evidence::{Request, sha256_hex};
use herdbook::usecases::explain_evidence::tell;
use herdbook::usecases::import::import;
use herdbook::usecases::ingest::ingest_all;
use herdbook::usecases::roll_hours::roll_due;
use sea_orm::ConnectionTrait;
use serde_json::{Value, json};

use crate::fixture::{Fixture, noon, scenario};
use crate::metering::{instant, proved};

pub(crate) const INSTANCE: &str = "social.beispielstadt.example";

/// Hours of support from January to March, each for a cent per hour of the first hundred.
fn book() -> Book {
    let mut book = scenario("reading_missing");
    for contract in &mut book.contracts {
        for item in &mut contract.items {
            if let Price::Usage { meter, .. } = &mut item.price {
                "support_hours".clone_into(meter);
            }
        }
    }
    book.readings.clear();
    book
}

pub(crate) async fn with_support(db: &Db) -> Fixture {
    let mut fixture = Fixture::new(db);
    let book = book();
    fixture.app.tax = std::sync::Arc::new(book.tax.clone());
    import(&fixture.app, &book).await.expect("imported");
    fixture
}

/// An event of a desk that came at an instant: `id`, `id!of` for a void, `id>of` for a replacement.
pub(crate) fn event(
    desk: &str,
    name: &str,
    time: &str,
    minutes: u32,
    came: DateTime<Utc>,
) -> Request {
    let (id, retracts) = match (name.split_once('!'), name.split_once('>')) {
        (Some((id, of)), _) => (id, Some(("voids", of))),
        (_, Some((id, of))) => (id, Some(("replaces", of))),
        _ => (name, None),
    };
    let mut event = json!({ "specversion": "1.0", "id": id, "source": desk,
        "type": "herdbook.support.time_entry", "subject": INSTANCE, "time": time,
        "data": { "minutes": minutes } });
    if let (Some((how, of)), Value::Object(members)) = (retracts, &mut event) {
        members.insert(how.to_owned(), json!(of));
    }
    Request {
        source: "tickets".to_owned(),
        instance: Some(INSTANCE.to_owned()),
        received_at: came,
        kind: PayloadKind::CloudEvent,
        bytes: event.to_string().into_bytes(),
    }
}

/// Revisions of the reading of a month.
pub(crate) async fn told(db: &Db, first: &str) -> Vec<(u32, String)> {
    let all =
        readings::of_contract(&db.reader(), Program::itself(), "C-1", noon("2030-01-01")).await;
    let all = all.expect("readings").into_iter();
    let month = all.filter(|one| one.from.to_string() == first);
    month.map(|one| (one.revision, one.quantity)).collect()
}

pub(crate) async fn kept(app: &App, requests: impl IntoIterator<Item = Request>) {
    ingest_all(app, requests).await.expect("kept");
    assert_eq!(roll_due(app).await.expect("rolled").unreadable, [""; 0]);
}

on_both! {
    async fn a_late_void_is_corrected_under_the_period_of_what_it_takes_back(db: &Db) {
        let fixture = with_support(db).await;
        let app = fixture.app.at(noon("2026-03-01"));
        let came = noon("2026-02-27");
        let january = event("desk", "0", "2026-01-10T10:00:00Z", 600, came);
        let wrong = event("desk", "1", "2026-02-10T10:00:00Z", 6_000, came);
        let right = event("desk", "2", "2026-02-11T10:00:00Z", 600, came);
        kept(&app, [january, wrong, right]).await;
        let report = fixture.bill("2026-03-01").await;
        let nets: Vec<i64> = report.issued.iter().map(|row| row.net.minor()).collect();
        // A hundred hours at 20 cents and ten at 15.
        assert_eq!(nets, [200, 2_150], "{report:?}");
        assert_eq!(told(db, "2026-02-01").await, [(1, "110".to_owned())]);
        // In March it turns out that the hundred hours were never worked.
        let late = fixture.app.at(noon("2026-03-20"));
        let march = event("desk", "3", "2026-03-05T10:00:00Z", 6_000, noon("2026-03-06"));
        let void = event("desk", "4!1", "2026-03-19T08:00:00Z", 0, noon("2026-03-19"));
        let hash = sha256_hex(&void.bytes);
        kept(&late, [march, void]).await;
        let report = fixture.bill("2026-04-01").await;
        let nets: Vec<i64> = report.issued.iter().map(|row| row.net.minor()).collect();
        assert_eq!(nets, [2_000 - 1_950], "March, less what February was charged: {report:?}");
        let [(2, corrected)] = &told(db, "2026-02-01").await[..] else { panic!("no revision") };
        assert_eq!(corrected, "10");
        assert_eq!(told(db, "2026-03-01").await, [(1, "100".to_owned())]);
        let number = report.issued[0].number.as_deref().expect("a number");
        let scope = herdbook::access::Scope::of_program();
        let found = invoices::by_number(&db.reader(), scope, number).await;
        let frozen: Invoice = found.expect("found")[0].read_view().expect("a view");
        let lines = frozen.lines.iter().map(|line| {
            (line.key.service.start().to_string(), line.net.minor())
        });
        let lines: BTreeSet<(String, i64)> = lines.collect();
        let expected = [("2026-02-01", -1_950), ("2026-03-01", 2_000)];
        assert_eq!(lines, expected.map(|(first, net)| (first.to_owned(), net)).into());
        assert_eq!(fixture.bill("2026-04-02").await.issued.len(), 0);
        let said = tell(&late, &hash).await.expect("told").said;
        assert!(said[0].2.starts_with("voids=1"), "{said:?}");
        // From the requests themselves the same quantities and the same evidence.
        assert_eq!(proved(&late).await.readings_from_evidence, 3);
    }
}

/// Every order of some requests.
fn orders(requests: &[Request]) -> Vec<Vec<Request>> {
    let Some((last, before)) = requests.split_last() else {
        return vec![Vec::new()];
    };
    let mut all = Vec::new();
    for order in orders(before) {
        for place in 0..=order.len() {
            let mut order = order.clone();
            order.insert(place, last.clone());
            all.push(order);
        }
    }
    all
}

/// What the stored hours of support say: hour, events and how many were taken back.
pub(crate) async fn hours(db: &Db) -> Vec<(i64, Vec<(String, String)>, u64)> {
    let reader = db.telemetry.reader();
    let versions = partials::meters(&reader).await.expect("meters");
    let support = versions.iter().find(|one| one.name == "support_hours");
    let instance = partials::instance(&reader, INSTANCE).await.expect("asked");
    let (Some(support), Some(instance)) = (support, instance) else {
        return Vec::new();
    };
    let span = (
        instant("2026-01-01T00:00:00Z"),
        instant("2026-04-01T00:00:00Z"),
    );
    let span = (span.0.timestamp() / 3_600, span.1.timestamp() / 3_600);
    let rows = partials::of_instance(&reader, instance, &[support.id], span).await;
    let told = rows
        .expect("rows")
        .into_iter()
        .map(|PartialRow { hour, body, .. }| {
            let partial: herdbook::billing::usage::Partial =
                serde_json::from_str(&body).expect("one");
            let events = partial
                .events
                .into_iter()
                .map(|one| (one.record.id, one.record.quantity.to_string()));
            (hour, events.collect(), partial.taken_back)
        });
    let mut told: Vec<_> = told.collect();
    told.sort();
    told
}

on_both! {
    async fn whatever_the_order_of_arrival_the_hours_say_the_same(db: &Db) {
        let fixture = with_support(db).await;
        let app = fixture.app.at(noon("2026-03-20"));
        let mut expected = Vec::new();
        let mut sent = 0i64;
        // x in February is replaced in March, and the replacement of y is void again.
        let names = [
            ("x", "2026-02-10T10:00:00Z", 60),
            ("r>x", "2026-03-02T10:00:00Z", 120),
            ("y", "2026-02-11T10:00:00Z", 180),
            ("s>y", "2026-03-03T10:00:00Z", 240),
            ("v!s", "2026-03-04T10:00:00Z", 0),
        ];
        let came = noon("2026-03-06");
        let all = names.map(|(name, time, minutes)| event("desk", name, time, minutes, came));
        for (round, order) in orders(&all).into_iter().enumerate().step_by(7) {
            // Another desk each time, so that all orders fit into one store.
            let desk = format!("desk {round:03}");
            for mut request in order {
                let text = String::from_utf8(request.bytes).expect("text");
                request.bytes = text.replace("\"desk\"", &format!("{desk:?}")).into_bytes();
                sent += 1;
                request.received_at = noon("2026-03-06") + TimeDelta::seconds(sent);
                // Each is rolled before the next one comes.
                kept(&app, [request]).await;
            }
            expected.push(round);
        }
        let count = expected.len();
        let told = hours(db).await;
        let at = |time: &str| instant(time).timestamp() / 3_600;
        let of = |id: &str, minutes: &str| vec![(id.to_owned(), minutes.to_owned()); count];
        let back = u64::try_from(count).expect("few");
        assert_eq!(told, [
            (at("2026-02-10T10:00:00Z"), Vec::new(), back),
            (at("2026-02-11T10:00:00Z"), of("y", "180"), 0),
            (at("2026-03-02T10:00:00Z"), of("r", "120"), 0),
            (at("2026-03-03T10:00:00Z"), Vec::new(), back),
        ]);
    }
}

on_both! {
    async fn an_event_that_comes_again_in_another_period_counts_where_it_came_first(db: &Db) {
        let fixture = with_support(db).await;
        let app = fixture.app.at(noon("2026-03-20"));
        let first = event("desk", "x", "2026-02-10T10:00:00Z", 60, noon("2026-02-11"));
        let again = event("desk", "x", "2026-03-10T10:00:00Z", 60, noon("2026-03-11"));
        kept(&app, [again]).await;
        assert_eq!(hours(db).await.len(), 1);
        // It was received first, and reached the log last.
        kept(&app, [first]).await;
        let hour = instant("2026-02-10T10:00:00Z").timestamp() / 3_600;
        assert_eq!(hours(db).await, [(hour, vec![("x".to_owned(), "60".to_owned())], 0)]);
        let rows = quarantine::list(&db.telemetry.reader(), None, (None, 10)).await.expect("rows");
        let told = rows.iter().map(|row| (row.reason.as_str(), row.what.as_str()));
        let told: Vec<_> = told.collect();
        assert_eq!(told, [("telemetry.conflict", "desk x")]);
    }
}

on_both! {
    async fn retractions_that_cannot_be_followed_are_kept_aside(db: &Db) {
        let fixture = with_support(db).await;
        let app = fixture.app.at(noon("2026-03-20"));
        let at = "2026-02-10T10:00:00Z";
        let all = ["x", "r>x", "s>x", "a>b", "b>a"];
        kept(&app, all.map(|name| event("desk", name, at, 60, noon("2026-02-11")))).await;
        let hour = instant(at).timestamp() / 3_600;
        assert_eq!(hours(db).await, [(hour, vec![("s".to_owned(), "60".to_owned())], 4)]);
        let told = async || {
            let rows = quarantine::list(&db.telemetry.reader(), None, (None, 10)).await;
            let rows = rows.expect("rows").into_iter();
            let mut told: Vec<_> = rows.map(|row| (row.reason, row.what, row.count)).collect();
            told.sort();
            told
        };
        let row = |what: &str| ("telemetry.retraction".to_owned(), format!("desk {what}"), 1);
        assert_eq!(told().await, ["a", "b", "r"].map(row));
        // Rolled again they are told no second time.
        kept(&app, [event("desk", "y", at, 30, noon("2026-02-12"))]).await;
        assert_eq!(told().await, ["a", "b", "r"].map(row));
    }
}

on_both! {
    async fn events_that_were_received_before_they_had_names_can_be_taken_back(db: &Db) {
        let fixture = with_support(db).await;
        let app = fixture.app.at(noon("2026-03-20"));
        kept(&app, [event("desk", "x", "2026-02-10T10:00:00Z", 60, noon("2026-02-11"))]).await;
        let raw = raw_at(db.url(), "telemetry.db").await;
        for sql in [
            "DELETE FROM event_name",
            "INSERT INTO unnamed_request (request) SELECT id FROM evidence",
        ] {
            raw.execute_unprepared(sql).await.expect(sql);
        }
        raw.close().await.expect("closed");
        // The void comes first: its event has no name at that moment.
        kept(&app, [event("desk", "v!x", "2026-03-10T10:00:00Z", 0, noon("2026-03-11"))]).await;
        let hour = instant("2026-02-10T10:00:00Z").timestamp() / 3_600;
        assert_eq!(hours(db).await, [(hour, Vec::new(), 1)]);
    }
}

on_both! {
    /// India's months end within an hour of UTC: what voids an event stands in that same hour.
    async fn a_void_in_the_hour_that_two_periods_share_is_read(db: &Db) {
        let mut fixture = Fixture::new(db);
        let mut book = book();
        for contract in &mut book.contracts {
            contract.zone = chrono_tz::Asia::Kolkata;
        }
        fixture.app.tax = std::sync::Arc::new(book.tax.clone());
        import(&fixture.app, &book).await.expect("imported");
        let app = fixture.app.at(noon("2026-02-02"));
        let came = noon("2026-02-01");
        let kept_on = event("desk", "0", "2026-01-10T10:00:00Z", 600, came);
        let wrong = event("desk", "1", "2026-01-20T10:00:00Z", 6_000, came);
        let void = event("desk", "2!1", "2026-01-31T18:40:00Z", 0, came);
        kept(&app, [kept_on, wrong, void]).await;
        fixture.bill("2026-03-01").await;
        assert_eq!(told(db, "2026-01-01").await, [(1, "10".to_owned())]);
    }
}

on_both! {
    /// A name that comes again and only then takes another back: hours that are rolled alone and
    /// the requests as a whole say the same.
    async fn a_name_that_comes_again_as_a_replacement_is_read_alike(db: &Db) {
        let fixture = with_support(db).await;
        let app = fixture.app.at(noon("2026-02-02"));
        let came = noon("2026-02-01");
        let first = event("desk", "77", "2026-01-02T10:00:00Z", 600, came);
        let plain = event("desk", "78", "2026-01-20T10:00:00Z", 1_200, came);
        let again = event("desk", "78>77", "2026-01-20T10:00:00Z", 1_200, came);
        for request in [first, plain, again] {
            kept(&app, [request]).await;
        }
        fixture.bill("2026-03-01").await;
        assert_eq!(told(db, "2026-01-01").await.len(), 1);
        assert!(proved(&app).await.readings_from_evidence > 0);
    }
}
