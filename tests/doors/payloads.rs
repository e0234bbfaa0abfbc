//! Every kind of payload comes in through its door and becomes the quantities it states.

use std::io::Write as _;

use flate2::Compression;
use flate2::write::GzEncoder;
use harness::on_both;
use herdbook::billing::calendar::Period;
use herdbook::db::quarantine;
use herdbook::telemetry::meters::{EGRESS, MEDIA_STORAGE, SUPPORT_HOURS, metering};
use herdbook::telemetry::readings::{Read, readings_from_chunks};
use opentelemetry_proto::tonic::collector::metrics::v1::ExportMetricsServiceResponse;
use prost::Message;

use crate::fixture::{Fixture, INSTANCE, payload};

const PROTOBUF: (&str, &str) = ("content-type", "application/x-protobuf");
const JSON: (&str, &str) = ("content-type", "application/json");

/// What the log says about a meter in February and March.
async fn read(it: &Fixture, meter: &str, instance: &str) -> Read {
    let chunks = it.chunks(instance).await;
    let from = "2026-02-01".parse().expect("a day");
    let period = Period::new(from, "2026-04-01".parse().expect("a day")).expect("a period");
    let metering = metering(meter).expect("a meter");
    let zone = chrono_tz::UTC;
    readings_from_chunks(&chunks, &metering, instance, period, zone).expect("a reading")
}

on_both! {
    async fn otlp_comes_in_in_both_encodings_and_compressed(db: &Db) {
        let it = Fixture::new(db);
        let doors = it.doors(&it.source("agent", INSTANCE).await);
        let binary = payload("otlp-metrics.pb");
        let answer = doors.post("/v1/metrics", &[PROTOBUF], binary.clone()).await;
        assert_eq!(answer.status, 200, "{}", String::from_utf8_lossy(&answer.body));
        assert_eq!(answer.header("content-type"), "application/x-protobuf");
        let said = ExportMetricsServiceResponse::decode(answer.body.as_slice()).expect("an answer");
        assert_eq!(said.partial_success, None);
        let mut packed = GzEncoder::new(Vec::new(), Compression::fast());
        packed.write_all(&binary).expect("packed");
        let packed = packed.finish().expect("packed");
        let gzip = [PROTOBUF, ("content-encoding", "gzip")];
        let again = doors.post("/v1/metrics", &gzip, packed).await;
        assert_eq!(again.status, 200, "the same content again is acknowledged");
        let json = doors.post("/v1/metrics", &[JSON], payload("otlp-metrics.json")).await;
        assert_eq!((json.status, json.body.as_slice()), (200, &b"{}"[..]));
        assert_eq!(it.chunks(INSTANCE).await.len(), 2, "two encodings, each once");
        let storage = read(&it, MEDIA_STORAGE, INSTANCE).await;
        assert_eq!(storage.reading.quantity.to_string(), "442.381631488");
        assert!(storage.duplicates >= 1, "both encodings say the same");
    }
}

on_both! {
    async fn a_partial_success_counts_what_is_not_taken(db: &Db) {
        let it = Fixture::new(db);
        let doors = it.doors(&it.source("agent", "example").await);
        let body = payload("otlp-upstream-example.json");
        let answer = doors.post("/v1/metrics", &[JSON], body).await;
        assert_eq!(answer.status, 200);
        let partial = answer.json()["partialSuccess"].clone();
        let rejected: u64 = partial["rejectedDataPoints"]
            .as_str()
            .and_then(|text| text.parse().ok())
            .expect("64-bit integers are text");
        // Two histograms are refused by the decoder; its points of 2018 lie years back.
        assert_eq!(rejected, 4, "{partial}");
        let text = partial["errorMessage"].as_str().unwrap_or_default();
        assert!(text.contains("telemetry.type-unsupported: 2"), "{text}");
    }
}

on_both! {
    async fn remote_write_comes_in_in_both_versions(db: &Db) {
        let it = Fixture::new(db);
        let doors = it.doors(&it.source("prometheus", INSTANCE).await);
        let first = doors.write(payload("remote-write-1.bin")).await;
        assert_eq!(first.status, 204, "{}", String::from_utf8_lossy(&first.body));
        let samples = "x-prometheus-remote-write-samples-written";
        // Two of the counter with its stale marker, one of the gauge.
        assert_eq!(first.header(samples), "4");
        // The first value adds nothing: when the counter began is not known.
        let egress = read(&it, EGRESS, INSTANCE).await;
        assert_eq!(egress.reading.quantity.to_string(), "0.25");
        let two = ("content-type", "application/x-protobuf;proto=io.prometheus.write.v2.Request");
        let headers = [two, ("content-encoding", "snappy"),
            ("x-prometheus-remote-write-version", "2.0.0")];
        for name in ["remote-write-2.bin", "remote-write-2-older-start.bin"] {
            let answer = doors.post("/api/v1/write", &headers, payload(name)).await;
            assert_eq!(answer.status, 204, "{name} {}", String::from_utf8_lossy(&answer.body));
            assert_eq!(answer.header("x-prometheus-remote-write-histograms-written"), "0");
        }
    }
}

on_both! {
    async fn events_come_in_structured_batched_and_binary(db: &Db) {
        let it = Fixture::new(db);
        let instance = "social.land.example";
        let doors = it.doors(&it.source("tickets", instance).await);
        let single = [("content-type", "application/cloudevents+json")];
        let batch = [("content-type", "application/cloudevents-batch+json; charset=utf-8")];
        let one = doors.post("/api/v1/events", &single, payload("cloud-event.json")).await;
        assert_eq!(one.status, 200, "{}", one.json());
        let many = doors.post("/api/v1/events", &batch, payload("cloud-events-batch.json")).await;
        assert_eq!(many.status, 200, "{}", many.json());
        // 45 minutes once, of two senders 20: three quarters of an hour and two.
        let hours = read(&it, SUPPORT_HOURS, instance).await;
        assert_eq!(hours.reading.quantity.to_string(), "1.25");
        let binary = [
            ("content-type", "application/json"),
            ("ce-specversion", "1.0"),
            ("ce-id", "by-hand-1"),
            ("ce-source", "/tickets"),
            ("ce-type", "herdbook.support.time_entry"),
            ("ce-subject", instance),
            ("ce-time", "2026-03-01T00:05:00Z"),
        ];
        let data = "{\"minutes\": 40, \"who\": {\"name\": \"not kept\"}}";
        let sent = doors.post("/api/v1/events", &binary, data).await;
        assert_eq!((sent.status, sent.json()["accepted"].as_u64()), (200, Some(1)));
        let again = doors.post("/api/v1/events", &binary, data).await;
        assert_eq!(again.json()["duplicate"], true);
        // Forty minutes are three started quarters of an hour.
        let hours = read(&it, SUPPORT_HOURS, instance).await;
        assert_eq!(hours.reading.quantity.to_string(), "2");
    }
}

/// An hour of support on the last day of February, with further members.
fn hour_of(id: &str, kind: &str, more: &serde_json::Value) -> serde_json::Value {
    let mut event = serde_json::json!({ "specversion": "1.0", "id": id, "source": "/tickets",
        "type": kind, "subject": "social.land.example", "time": "2026-02-28T09:00:00Z",
        "data": { "minutes": "60" } });
    let all = event.as_object_mut().expect("members");
    all.extend(more.as_object().expect("members").clone());
    event
}

on_both! {
    async fn events_that_retract_others_come_in_in_every_mode_and_by_hand(db: &Db) {
        let it = Fixture::new(db);
        let instance = "social.land.example";
        let doors = it.doors(&it.source("tickets", instance).await);
        let single = [("content-type", "application/cloudevents+json")];
        let entry = "herdbook.support.time_entry";
        let send = async |event: serde_json::Value| {
            doors.post("/api/v1/events", &single, event.to_string()).await
        };
        let hours = async || {
            read(&it, SUPPORT_HOURS, instance).await.reading.quantity.to_string()
        };
        for id in ["1", "2", "3", "4"] {
            assert_eq!(send(hour_of(id, entry, &serde_json::json!({}))).await.status, 200);
        }
        assert_eq!(hours().await, "4");
        // A void has a type of its own and no amount; nothing of it is kept aside.
        let mut void = hour_of("5", "tickets.deleted", &serde_json::json!({ "voids": "1" }));
        void.as_object_mut().expect("members").remove("data");
        let sent = send(void).await;
        assert_eq!((sent.status, sent.json()["accepted"].as_u64()), (200, Some(1)));
        let kept = quarantine::list(&db.telemetry.reader(), None, (None, 100)).await;
        assert_eq!(kept.expect("rows"), []);
        assert_eq!(hours().await, "3");
        let batch = [("content-type", "application/cloudevents-batch+json")];
        let longer = hour_of("6", entry, &serde_json::json!({ "replaces": "2",
            "data": { "minutes": 90 } }));
        let body = serde_json::json!([longer]).to_string();
        assert_eq!(doors.post("/api/v1/events", &batch, body).await.status, 200);
        assert_eq!(hours().await, "3.5");
        let binary = [
            ("ce-specversion", "1.0"),
            ("ce-id", "7"),
            ("ce-source", "/tickets"),
            ("ce-type", "tickets.deleted"),
            ("ce-subject", instance),
            ("ce-time", "2026-02-28T10:00:00Z"),
            ("ce-voids", "3"),
        ];
        assert_eq!(doors.post("/api/v1/events", &binary, "").await.status, 200);
        assert_eq!(hours().await, "2.5");
        // By hand: the id of the ticket system's event, and its source.
        let by = it.principal(herdbook::access::Role::Operations);
        let entry = herdbook::usecases::enter_usage::Entry {
            instance: instance.to_owned(),
            note: "the customer's mail of 1 March".to_owned(),
            samples: Vec::new(),
            events: vec![hour_of("by hand", "correction", &serde_json::json!({ "voids": "4" }))],
        };
        let ready = herdbook::usecases::enter_usage::read(&it.app, &by, &entry).expect("ready");
        let own = it.app.clone();
        let entered = it.app.db.write(async move |txn: &herdbook::db::Txn| {
            herdbook::usecases::enter_usage::enter_in(txn, &own, "test", &ready).await
        });
        assert!(entered.await.expect("entered"));
        assert_eq!(hours().await, "1.5");
        for wrong in [
            serde_json::json!({ "voids": "1", "replaces": "2" }),
            serde_json::json!({ "voids": "8" }),
            serde_json::json!({ "replaces": "" }),
        ] {
            let refused = send(hour_of("8", "tickets.deleted", &wrong)).await;
            let told = (refused.status, refused.code());
            assert_eq!(told, (422, "telemetry.retraction".to_owned()));
        }
    }
}

on_both! {
    async fn a_file_and_an_entry_by_hand_are_evidence_too(db: &Db) {
        use herdbook::usecases::enter_usage::{self, Entry};
        let it = Fixture::new(db);
        let doors = it.doors(&it.source("files", INSTANCE).await);
        let file = "metric;time;value;unit;kind\n\
            mastodon_egress_bytes_total;2026-03-01T00:00:00Z;1000000000;By;cumulative\n\
            mastodon_egress_bytes_total;2026-03-01T00:05:00Z;3000000000;By;cumulative\n";
        let answer = doors.csv(file).await;
        assert_eq!((answer.status, answer.json()["accepted"].as_u64()), (200, Some(2)));
        let read = read(&it, EGRESS, INSTANCE).await;
        assert_eq!(read.reading.quantity.to_string(), "2");
        let forged = "{\"by\": \"somebody\", \"samples\": []}";
        let refused = doors.post("/api/v1/usage/upload", &[JSON], forged).await;
        assert_eq!((refused.status, refused.code().as_str()), (400, "telemetry.upload"));

        let entry = Entry {
            instance: INSTANCE.to_owned(),
            note: "bucket statement of 1 March".to_owned(),
            samples: vec![serde_json::json!({ "metric": "mastodon.media.storage.bytes",
                "time": "2026-03-01T00:00:00Z", "value": "442000000000", "unit": "By" })],
            events: Vec::new(),
        };
        let by = it.principal(herdbook::access::Role::Operations);
        let ready = enter_usage::read(&it.app, &by, &entry).expect("ready");
        let own = it.app.clone();
        let actor = by.actor();
        let entered = it.app.db.write(async move |txn: &herdbook::db::Txn| {
            enter_usage::enter_in(txn, &own, &actor, &ready).await
        });
        assert!(entered.await.expect("entered"));
        let auditor = it.principal(herdbook::access::Role::Auditor);
        let denied = enter_usage::read(&it.app, &auditor, &entry).map(|_| ());
        let denied = herdbook::error::Problem::from(denied.expect_err("denied"));
        assert_eq!(denied.code(), "access.denied");
        let silent = Entry { note: " ".to_owned(), ..entry };
        let refused = enter_usage::read(&it.app, &by, &silent).map(|_| ());
        let refused = herdbook::error::Problem::from(refused.expect_err("no note"));
        assert_eq!(refused.code(), "usage.entry");
        let storage = self::read(&it, MEDIA_STORAGE, INSTANCE).await;
        assert_eq!(storage.reading.quantity.to_string(), "442");
    }
}

on_both! {
    async fn an_entry_that_was_stored_and_not_recorded_is_recorded_when_it_comes_again(db: &Db) {
        use herdbook::db::{Txn, audit};
        use herdbook::usecases::enter_usage::{self, Entry};
        use herdbook::usecases::sources::done_by_program;
        let it = Fixture::new(db);
        let entry = Entry {
            instance: INSTANCE.to_owned(),
            note: "bucket statement of 1 March".to_owned(),
            samples: vec![serde_json::json!({ "metric": "mastodon.media.storage.bytes",
                "time": "2026-03-01T00:00:00Z", "value": "442000000000", "unit": "By" })],
            events: Vec::new(),
        };
        let by = it.principal(herdbook::access::Role::Operations);
        let enter = async |dies: bool| {
            let ready = enter_usage::read(&it.app, &by, &entry).expect("ready");
            let actor = by.actor();
            let done = done_by_program(&it.app, async move |txn: &Txn, app| {
                let new = enter_usage::enter_in(txn, app, &actor, &ready).await?;
                if dies {
                    let text = "the program dies before the book is committed";
                    return Err(herdbook::error::Problem::new("internal.unlisted", text).into());
                }
                Ok(new)
            });
            done.await.ok()
        };
        let recorded = async || {
            let subject = format!("instance/{INSTANCE}");
            let found = audit::of_subject(&it.app.db.reader(), &subject).await.expect("read");
            found.iter().filter(|entry| entry.action == "usage.entered").count()
        };
        assert_eq!((enter(true).await, recorded().await), (None, 0));
        assert_eq!(it.chunks(INSTANCE).await.len(), 1, "the evidence is there already");
        assert_eq!((enter(false).await, recorded().await), (Some(false), 1));
        assert_eq!((enter(false).await, recorded().await), (Some(false), 1), "and once");
        assert_eq!(it.chunks(INSTANCE).await.len(), 1);
    }
}
