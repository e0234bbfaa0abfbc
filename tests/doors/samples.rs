//! The sample payloads that are pushed come in through their doors, and what they say is what is
//! read: fixtures/telemetry/samples, told by its MANIFEST.json.

use chrono::{DateTime, NaiveDate, Utc};
use data_encoding::BASE64;
use harness::on_both;
use herdbook::billing::calendar::Period;
use herdbook::billing::usage::{Aggregation, Meter, SeriesRule};
use herdbook::telemetry::evidence::Chunk;
use herdbook::telemetry::meters::{EGRESS, Feed, MEDIA_STORAGE, Metering, metering};
use herdbook::telemetry::readings::{Read, readings_from_chunks};
use serde_json::Value;

use crate::fixture::{Answer, Doors, Fixture, payload};

const SERVER: &str = "social.example.de";

fn sample(name: &str) -> Vec<u8> {
    payload(&format!("samples/{name}"))
}

/// The samples were taken at the end of June 2025.
fn july() -> DateTime<Utc> {
    "2025-07-01T06:00:00Z".parse().expect("an instant")
}

fn read(chunks: &[Chunk], metering: &Metering, instance: &str) -> Read {
    let day = |text: &str| text.parse::<NaiveDate>().expect("a day");
    let period = Period::new(day("2025-06-01"), day("2025-07-01")).expect("a period");
    readings_from_chunks(chunks, metering, instance, period, chrono_tz::UTC).expect("a reading")
}

/// A meter of the same kind over something that nobody is billed for.
fn counting(aggregation: Aggregation, feed: Feed) -> Metering {
    let like = metering(EGRESS).expect("a meter");
    let meter = Meter {
        aggregation,
        unit_size: 1,
        unit: None,
        series_rule: SeriesRule::Sum,
        ..like.meter
    };
    Metering {
        meter,
        feed,
        ..like
    }
}

/// Posts a stored request: its headers, and its body in base 64.
async fn replayed(doors: &Doors, name: &str) -> (Answer, Value) {
    let stored: Value = serde_json::from_slice(&sample(name)).expect("JSON");
    let headers = stored["headers"].as_object().expect("headers");
    let headers: Vec<(&str, &str)> = headers
        .iter()
        .map(|(name, value)| (name.as_str(), value.as_str().expect("a text")))
        .collect();
    let body = stored["body_base64"].as_str().expect("a body");
    let body = BASE64.decode(body.as_bytes()).expect("base 64");
    let answer = doors.post("/api/v1/write", &headers, body).await;
    (answer, stored)
}

on_both! {
    async fn storage_and_egress_of_otlp_are_the_same_in_both_encodings(db: &Db) {
        let it = Fixture::new(db);
        let doors = it.doors_at(&it.source("agent", SERVER).await, july());
        for (name, kind) in [
            ("otlp_metrics_storage_egress.json", "application/json"),
            ("otlp_metrics_storage_egress.pb", "application/x-protobuf"),
        ] {
            let answer = doors.post("/v1/metrics", &[("content-type", kind)], sample(name)).await;
            assert_eq!(answer.status, 200, "{name}");
        }
        let chunks = it.chunks(SERVER).await;
        assert_eq!(chunks.len(), 2);
        for some in [&chunks[..1], &chunks[1..], &chunks[..]] {
            let storage = read(some, &metering(MEDIA_STORAGE).expect("a meter"), SERVER);
            assert_eq!(storage.reading.quantity.to_string(), "442.381631488");
            // Its start is known, so the counter is known from zero.
            let egress = read(some, &metering(EGRESS).expect("a meter"), SERVER);
            assert_eq!(egress.reading.quantity.to_string(), "91.811234567");
            assert_eq!((storage.findings, egress.findings), (vec![], vec![]));
        }
    }
}

on_both! {
    async fn a_counter_of_remote_write_counts_from_its_start_where_that_is_stated(db: &Db) {
        let it = Fixture::new(db);
        let doors = it.doors_at(&it.source("prometheus", SERVER).await, july());
        let jobs = Feed::Metrics { names: &["sidekiq_jobs_total"], unit: "1" };
        let jobs = counting(Aggregation::Increase, jobs);
        for (name, kind, counted) in [
            // 1,209,887, then 1,210,001: what was before the first is not known.
            ("remote_write_v1.json", "remote-write-1", "114"),
            ("remote_write_v2.json", "remote-write-2", "1210001"),
        ] {
            let (answer, stored) = replayed(&doors, name).await;
            assert_eq!(answer.status, 204, "{name}");
            assert_eq!(answer.header("x-prometheus-remote-write-samples-written"), "2");
            let chunks = it.chunks(SERVER).await;
            let own: Vec<Chunk> = chunks.into_iter().filter(|c| c.kind.code() == kind).collect();
            let decoded = own[0].decoded().expect("decodes");
            let [series] = decoded.series.as_slice() else { panic!("one series") };
            assert_eq!(series.key.instance(), stored["decoded"]["labels"]["instance"]);
            for (label, text) in series.key.labels() {
                assert_eq!(stored["decoded"]["labels"][label], text, "{name}");
            }
            let read = read(&own, &jobs, SERVER);
            assert_eq!(read.reading.quantity.to_string(), counted, "{name}");
        }
        // Both together are one counter: a start that comes later contradicts nothing, what came
        // first counts, and no sample counts twice.
        let both = read(&it.chunks(SERVER).await, &jobs, SERVER);
        assert_eq!(both.reading.quantity.to_string(), "114");
        assert_eq!((both.duplicates, both.findings.len()), (2, 0));
    }
}

on_both! {
    async fn of_a_batch_of_events_the_repeated_one_counts_once(db: &Db) {
        let it = Fixture::new(db);
        let (town, other) = ("customer:stadt-musterstadt", "customer:other");
        let token = it.made("desk", None, &[town, other], &[
            herdbook::access::source_token::Door::Events,
        ]).await;
        let doors = it.doors_at(&token, july());
        let kind = [("content-type", "application/cloudevents-batch+json")];
        let answer = doors.post("/api/v1/events", &kind, sample("cloudevents_batch.json")).await;
        assert_eq!(answer.status, 200, "{}", answer.json());
        let event = |field| Feed::Events { name: "mastodon.report.resolved", field, step: 1 };
        for (subject, minutes, repeated) in [(town, "7", 1), (other, "2", 0)] {
            let chunks = it.chunks(subject).await;
            let count = read(&chunks, &counting(Aggregation::Count, event("minutes")), subject);
            assert_eq!(count.reading.quantity.to_string(), "1", "{subject}");
            assert_eq!(count.duplicates, repeated, "{subject}: of another source it is another");
            let sum = read(&chunks, &counting(Aggregation::Sum, event("minutes")), subject);
            assert_eq!(sum.reading.quantity.to_string(), minutes, "{subject}");
        }
    }
}
