//! From requests to lines: hours are rolled, periods closed and corrected, and proved again.

use std::collections::BTreeSet;

use chrono::{DateTime, TimeDelta, Utc};
use harness::on_both;
use herdbook::access::Program;
use herdbook::app::App;
use herdbook::db::{Db, Txn, partials, quarantine, readings, sources};
use herdbook::telemetry::encode::{Outgoing, OutgoingPoint, otlp_protobuf};
use herdbook::telemetry::evidence::Request;
use herdbook::telemetry::{PayloadKind, SampleKind};
use herdbook::usecases::bill::{Report, Silent, preview};
use herdbook::usecases::close_readings::close_all;
use herdbook::usecases::ingest::ingest_all;
use herdbook::usecases::roll_hours::roll_due;
use herdbook::usecases::verify::{Selection, VerifyReport, verify};

use crate::fixture::{Fixture, date, noon, request};

const INSTANCE: &str = "social.beispielstadt.example";

pub(crate) fn instant(text: &str) -> DateTime<Utc> {
    text.parse().expect("an instant")
}

/// A bucket that holds so many GB, told every twenty minutes from an instant on.
pub(crate) fn storage(source: &str, from: DateTime<Utc>, count: i64, gigabytes: i64) -> Request {
    let points: Vec<OutgoingPoint> = (0..count)
        .map(|n| OutgoingPoint {
            time: from + TimeDelta::minutes(20 * n),
            start: None,
            value: gigabytes * 1_000_000_000,
        })
        .collect();
    let bytes = otlp_protobuf(&Outgoing {
        instance: INSTANCE,
        metric: "mastodon.media.storage.bytes",
        labels: &[],
        kind: SampleKind::Gauge,
        points: &points,
    });
    Request {
        source: source.to_owned(),
        instance: Some(INSTANCE.to_owned()),
        received_at: from + TimeDelta::days(1),
        kind: PayloadKind::OtlpProtobuf,
        bytes,
    }
}

/// February in Berlin, a request a day.
pub(crate) fn february() -> Vec<Request> {
    let start = instant("2026-01-31T23:00:00Z");
    let days = (0..28).map(|day| storage("bucket", start + TimeDelta::days(day), 72, 200));
    days.collect()
}

async fn told(db: &Db) -> Vec<(u32, String)> {
    let now = noon("2030-01-01");
    let all = readings::of_contract(&db.reader(), Program::itself(), "C-1", now)
        .await
        .expect("readings");
    let february = all
        .into_iter()
        .filter(|one| one.from.to_string() == "2026-02-01");
    february.map(|one| (one.revision, one.quantity)).collect()
}

pub(crate) async fn proved(app: &App) -> VerifyReport {
    let report = verify(app, &Selection::default(), &Silent)
        .await
        .expect("verified");
    assert_eq!(report.findings, []);
    report
}

on_both! {
    async fn what_was_measured_is_rolled_billed_corrected_and_proved(db: &Db) {
        let fixture = Fixture::with(db, "reading_missing").await;
        let app = fixture.app.at(noon("2026-03-01"));
        assert_eq!(ingest_all(&app, february()).await.expect("kept"), 28);
        let rolled = roll_due(&app).await.expect("rolled");
        assert_eq!((rolled.partials, rolled.unreadable), (2 * 672, Vec::new()));
        assert_eq!(roll_due(&app).await.expect("rolled").marks, 0);
        let report = fixture.bill("2026-03-01").await;
        assert_eq!((report.issued.len(), report.blocked.len()), (2, 0), "{report:?}");
        assert_eq!(told(db).await, [(1, "200".to_owned())]);
        assert_eq!(proved(&app).await.readings_from_evidence, 1);
        // Ten days later it turns out that the bucket held more on one day.
        let more = storage("bucket", instant("2026-02-10T23:10:00Z"), 72, 480);
        let late = fixture.app.at(noon("2026-03-11"));
        assert_eq!(ingest_all(&late, [more.clone(), more]).await.expect("kept"), 1);
        let report = fixture.bill("2026-03-12").await;
        // Five GB more over the month, in the tier of 15 cents.
        let nets: Vec<i64> = report.issued.iter().map(|row| row.net.minor()).collect();
        assert_eq!(nets, [75], "{report:?}");
        let now = told(db).await;
        let [(2, corrected)] = now.as_slice() else { panic!("{now:?}") };
        assert_eq!(corrected, "205");
        assert_eq!(partials::unread(&db.telemetry.reader()).await.expect("marks"), []);
        assert_eq!(fixture.bill("2026-03-13").await.issued.len(), 0);
        assert_eq!(told(db).await.len(), 1);
        proved(&late).await;
    }
}

on_both! {
    async fn what_comes_late_is_previewed_and_a_look_at_an_earlier_day_leaves_it(db: &Db) {
        let fixture = Fixture::with(db, "reading_missing").await;
        ingest_all(&fixture.app.at(noon("2026-03-01")), february()).await.expect("kept");
        fixture.bill("2026-03-01").await;
        // The last hours of February are looked at once more: some zone's March has them.
        fixture.bill("2026-03-03").await;
        assert_eq!(partials::unread(&db.telemetry.reader()).await.expect("marks"), []);
        let late = fixture.app.at(noon("2026-03-12"));
        let more = storage("bucket", instant("2026-02-10T23:10:00Z"), 72, 480);
        ingest_all(&late, [more]).await.expect("kept");
        // February has its reading already and ends after that day.
        assert_eq!(close_all(&late, date("2026-02-15")).await.expect("closed"), []);
        let seen = preview(&late, request("2026-03-12")).await.expect("previewed");
        assert_eq!(told(db).await, [(1, "200".to_owned())], "a preview stores no reading");
        let nets = |report: &Report| -> Vec<i64> {
            report.issued.iter().map(|row| row.net.minor()).collect()
        };
        assert_eq!(nets(&seen), [75], "{seen:?}");
        assert_eq!(nets(&fixture.bill("2026-03-12").await), [75]);
        proved(&late).await;
    }
}

on_both! {
    async fn requests_that_come_while_hours_are_rolled_are_never_lost(db: &Db) {
        let fixture = Fixture::with(db, "reading_missing").await;
        let app = fixture.app.at(noon("2026-03-01"));
        let mut requests = february();
        // The same days again from another source of the same bucket, in another order.
        requests.extend(february().into_iter().rev().map(|one| Request {
            source: "second".to_owned(),
            ..one
        }));
        let sender = app.clone();
        let sending = tokio::spawn(async move {
            for request in requests {
                ingest_all(&sender, [request]).await.expect("kept");
            }
        });
        let other = app.clone();
        let rolling = tokio::spawn(async move {
            for _ in 0..8 {
                roll_due(&other).await.expect("rolled");
            }
        });
        for _ in 0..8 {
            roll_due(&app).await.expect("rolled");
        }
        rolling.await.expect("rolled");
        sending.await.expect("sent");
        roll_due(&app).await.expect("rolled");
        let reader = db.telemetry.reader();
        let left = partials::dirty_after(&reader, i64::MAX, (i64::MIN, 0), 10).await;
        assert_eq!(left.expect("marks"), []);
        fixture.bill("2026-03-01").await;
        assert_eq!(told(db).await, [(1, "200".to_owned())]);
        // What was billed of hours equals what all requests say.
        assert_eq!(proved(&app).await.readings_from_evidence, 1);
    }
}

/// Makes a collector that may speak for the instance.
pub(crate) async fn collector(db: &Db, name: &'static str) {
    let instances = BTreeSet::from([INSTANCE.to_owned()]);
    let made = db.telemetry.write(async move |txn: &Txn| {
        let of = (None, &instances);
        sources::create(txn, (name, "otlp-protobuf"), of, noon("2026-02-01")).await
    });
    made.await.expect("made");
}

on_both! {
    async fn another_value_for_what_came_first_is_kept_aside_once(db: &Db) {
        let fixture = Fixture::with(db, "reading_missing").await;
        let app = fixture.app.at(noon("2026-03-01"));
        ingest_all(&app, february()).await.expect("kept");
        let day = instant("2026-02-09T23:00:00Z");
        let other = Request {
            received_at: day + TimeDelta::days(2),
            ..storage("bucket", day, 3, 700)
        };
        ingest_all(&app, [other]).await.expect("kept");
        fixture.bill("2026-03-01").await;
        assert_eq!(told(db).await, [(1, "200".to_owned())]);
        let reader = db.telemetry.reader();
        let kept = quarantine::list(&reader, None, (None, 100)).await.expect("rows");
        assert_eq!(kept.len(), 3, "{kept:?}");
        // The hour is rolled again, and nothing is counted twice.
        let again = storage("bucket", day + TimeDelta::minutes(10), 1, 200);
        ingest_all(&app, [again]).await.expect("kept");
        roll_due(&app).await.expect("rolled");
        let again = quarantine::list(&reader, None, (None, 100)).await.expect("rows");
        assert_eq!(again, kept);
        assert!(kept.iter().all(|row| row.reason == "telemetry.conflict" && row.count == 1));
    }
}

on_both! {
    async fn a_collector_of_many_instances_is_heard_and_a_source_of_another_one_is_not(db: &Db) {
        let fixture = Fixture::with(db, "reading_missing").await;
        let app = fixture.app.at(noon("2026-03-01"));
        let collected = february().into_iter().map(|one| Request {
            source: "collector".to_owned(),
            instance: None,
            ..one
        });
        collector(db, "collector").await;
        ingest_all(&app, collected).await.expect("kept");
        // A collector that may speak for another instance only says something about this one.
        let unasked = Request {
            source: "unasked".to_owned(),
            instance: None,
            ..storage("unasked", instant("2026-01-31T23:05:00Z"), 72, 900)
        };
        ingest_all(&app, [unasked]).await.expect("kept");
        let start = instant("2026-01-31T23:05:00Z");
        let stranger = Request {
            instance: Some("elsewhere.example".to_owned()),
            ..storage("stranger", start, 72, 900)
        };
        ingest_all(&app, [stranger]).await.expect("kept");
        fixture.bill("2026-03-01").await;
        assert_eq!(told(db).await, [(1, "200".to_owned())]);
        assert_eq!(proved(&app).await.readings_from_evidence, 1);
    }
}
