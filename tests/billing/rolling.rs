//! Hours are rolled within bounds, and beside others who roll them: what they say is the same.

use chrono::{DateTime, TimeDelta, Utc};
use harness::on_both;
use herdbook::app::App;
use herdbook::db::evidence::{self, DirtyHour};
use herdbook::db::{Db, Txn, partials};
use herdbook::telemetry::encode::{Outgoing, OutgoingPoint, remote_write_v1};
use herdbook::telemetry::evidence::Request;
use herdbook::telemetry::{PayloadKind, SampleKind};
use herdbook::usecases::delete_evidence::{Order, delete_evidence};
use herdbook::usecases::ingest::ingest_all;
use herdbook::usecases::roll_hours::{Bounds, Rolled, roll_due, roll_within, store, work_of};

use crate::fixture::{Fixture, date, noon};
use crate::metering::{february, instant, storage};
use crate::retracted::{INSTANCE, event, with_support};

async fn marks(db: &Db) -> Vec<DirtyHour> {
    let reader = db.telemetry.reader();
    let found = partials::dirty_after(&reader, i64::MAX, (i64::MIN, i64::MIN), 10_000).await;
    found.expect("marks")
}

/// All partials: hour, meter, and what they say.
async fn hours(db: &Db) -> Vec<(i64, i64, String)> {
    let reader = db.telemetry.reader();
    let versions = partials::meters(&reader).await.expect("meters");
    let meters: Vec<i64> = versions.iter().map(|one| one.id).collect();
    let instance = partials::instance(&reader, INSTANCE).await.expect("asked");
    let instance = instance.expect("known");
    let span = (0, 1_000_000);
    let rows = partials::of_instance(&reader, instance, &meters, span).await;
    let rows = rows.expect("rows").into_iter();
    let mut told: Vec<_> = rows.map(|row| (row.hour, row.meter, row.body)).collect();
    told.sort();
    told
}

/// Has every hour read again that was rolled.
async fn read_again(db: &Db, marks: &[DirtyHour]) {
    let marks = marks.to_vec();
    let marked = db.telemetry.write(async move |txn: &Txn| {
        for DirtyHour { hour, source, .. } in &marks {
            evidence::mark_again(txn, *source, &[*hour].into()).await?;
        }
        Ok::<_, herdbook::db::DbError>(())
    });
    marked.await.expect("marked");
}

async fn rolled(app: &App, bounds: Bounds) -> Rolled {
    let rolled = roll_within(app, bounds).await.expect("rolled");
    assert_eq!(rolled.unreadable, [""; 0]);
    rolled
}

on_both! {
    async fn what_cannot_be_held_together_is_not_read_together(db: &Db) {
        let fixture = Fixture::with(db, "reading_missing").await;
        let app = fixture.app.at(noon("2026-03-01"));
        ingest_all(&app, february()).await.expect("kept");
        let all = marks(db).await;
        let usual = rolled(&app, Bounds::USUAL).await;
        assert!(usual.most_requests > 1, "two days are rolled together: {usual:?}");
        let said = hours(db).await;
        assert_eq!(said.len(), 2 * 672, "storage is billed in two units");
        let few = Bounds { requests: 1, ..Bounds::USUAL };
        let small = Bounds { bytes: 1, ..Bounds::USUAL };
        let little = Bounds { held: 2_000, ..Bounds::USUAL };
        for bounds in [few, small, little] {
            read_again(db, &all).await;
            let again = rolled(&app, bounds).await;
            // Each request is about a day of its own.
            assert_eq!((again.most_requests, again.marks), (1, 672), "{bounds:?}");
            assert_eq!(hours(db).await, said, "{bounds:?}");
        }
    }
}

/// A collector's request about thirty buckets of an instance, at an instant.
fn buckets(at: DateTime<Utc>, value: i64) -> Request {
    let names: Vec<String> = (0..30).map(|n| format!("bucket-{n}")).collect();
    let labels: Vec<_> = names
        .iter()
        .map(|name| [("bucket", name.as_str())])
        .collect();
    let points = [OutgoingPoint {
        time: at,
        start: None,
        value,
    }];
    let series = labels.iter().map(|labels| Outgoing {
        instance: INSTANCE,
        metric: "mastodon_media_storage_bytes",
        labels,
        kind: SampleKind::Gauge,
        points: &points,
    });
    let series: Vec<_> = series.collect();
    Request {
        source: "bucket".to_owned(),
        instance: Some(INSTANCE.to_owned()),
        received_at: at + TimeDelta::minutes(1),
        kind: PayloadKind::RemoteWrite1,
        bytes: remote_write_v1(&series).expect("a request"),
    }
}

on_both! {
    async fn an_hour_too_large_to_be_held_is_read_several_times_and_says_the_same(db: &Db) {
        let fixture = Fixture::with(db, "reading_missing").await;
        let app = fixture.app.at(noon("2026-03-01"));
        let start = instant("2026-02-10T10:00:00Z");
        let mut requests: Vec<Request> =
            (0..12).map(|n| buckets(start + TimeDelta::minutes(5 * n), 1_000 + n)).collect();
        // One sample comes twice, another one is contradicted.
        let twice = buckets(start + TimeDelta::minutes(5), 1_001);
        requests.push(Request { received_at: twice.received_at + TimeDelta::hours(1), ..twice });
        let other = buckets(start + TimeDelta::minutes(10), 7);
        requests.push(Request { received_at: other.received_at + TimeDelta::hours(1), ..other });
        let event = event("desk", "1", "2026-02-10T10:30:00Z", 60, noon("2026-02-11"));
        requests.push(Request { source: "bucket".to_owned(), ..event });
        ingest_all(&app, requests).await.expect("kept");
        let all = marks(db).await;
        let held = Bounds { held: 8_000, ..Bounds::USUAL };
        let divided = rolled(&app, held).await;
        assert!(divided.most_passes > 2 && divided.most_passes < 64, "{divided:?}");
        let said = hours(db).await;
        read_again(db, &all).await;
        let whole = rolled(&app, Bounds::USUAL).await;
        assert_eq!((whole.most_passes, whole.marks), (1, divided.marks));
        assert_eq!(hours(db).await, said);
    }
}

on_both! {
    async fn a_mark_that_was_taken_away_and_set_again_is_another_one(db: &Db) {
        let fixture = Fixture::with(db, "reading_missing").await;
        let app = fixture.app.at(noon("2026-03-01"));
        let start = instant("2026-02-10T10:00:00Z");
        ingest_all(&app, [storage("bucket", start, 3, 200)]).await.expect("kept");
        let first = marks(db).await;
        let slow = work_of(&app, &first).await.expect("read").expect("held");
        // Meanwhile another node rolls the hour, and a request comes for it.
        roll_due(&app).await.expect("rolled");
        assert_eq!(marks(db).await, []);
        let more = storage("bucket", start + TimeDelta::minutes(10), 2, 300);
        ingest_all(&app, [more]).await.expect("kept");
        assert_eq!(marks(db).await, first, "the same count: only the requests tell");
        assert!(!store(&app, slow, true).await.expect("stored"));
        assert_eq!(marks(db).await, first);
        roll_due(&app).await.expect("rolled");
        assert_eq!(marks(db).await, []);
    }
}

on_both! {
    async fn a_late_void_marks_no_hour_whose_requests_were_deleted(db: &Db) {
        let fixture = with_support(db).await;
        let app = fixture.app.at(noon("2026-03-10"));
        let came = noon("2026-03-05");
        // One request tells of February and of March, and stays; the other one goes.
        let february = event("desk", "1", "2026-02-10T10:00:00Z", 600, came);
        let march = event("desk", "2", "2026-03-04T10:00:00Z", 600, came);
        let gone = event("desk", "3", "2026-02-10T10:20:00Z", 60, came);
        let batch = [&b"["[..], &february.bytes, b",", &march.bytes, b"]"].concat();
        let batch = Request { kind: PayloadKind::CloudEventBatch, bytes: batch, ..february };
        ingest_all(&app, [batch, gone]).await.expect("kept");
        roll_due(&app).await.expect("rolled");
        let order = Order {
            before: date("2026-03-01"),
            reason: "the disk is small".to_owned(),
            decision: Some("minutes of 2 March".to_owned()),
            approved_by: "head of finance".to_owned(),
        };
        let deleted = delete_evidence(&app, &order).await.expect("deleted").expect("some");
        assert_eq!(deleted.requests, 1);
        let said = hours(db).await;
        let void = event("desk", "4!1", "2026-03-09T08:00:00Z", 0, noon("2026-03-09"));
        ingest_all(&app, [void]).await.expect("kept");
        // The hour of February can never be read again: only that of the void is.
        assert_eq!(marks(db).await.len(), 1);
        assert_eq!(roll_due(&app).await.expect("rolled").unreadable, [""; 0]);
        assert_eq!(marks(db).await, []);
        let now = hours(db).await;
        assert!(said.iter().all(|hour| now.contains(hour)), "{said:?} {now:?}");
    }
}
