//! The sample payloads that are fetched or come as messages: what they say is what is kept of them,
//! and none of the samples is left out (fixtures/telemetry/samples, told by its MANIFEST.json).

use std::collections::{BTreeMap, BTreeSet};

use chrono::NaiveDate;
use data_encoding::BASE64;
use harness::on_both;
use herdbook::app::App;
use herdbook::billing::calendar::Period;
use herdbook::telemetry::evidence::{Chunk, Request};
use herdbook::telemetry::mastodon::hook::sign;
use herdbook::telemetry::meters::{ACTIVE_USERS, MEDIA_STORAGE, REPORTS, metering};
use herdbook::telemetry::readings::readings_from_chunks;
use herdbook::telemetry::{Context, Limits, PayloadKind, SampleKind, SampleValue, decode};
use herdbook::usecases::ingest::ingest_all;
use herdbook::usecases::pull::put;
use serde_json::Value;

use crate::fixture::Fixture;
use crate::hooks::Door;
use crate::instance::Instance;
use crate::kept::{chunks, events};
use crate::pulls::{INSTANCE, at, fetched, target};

fn folder() -> std::path::PathBuf {
    std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures/telemetry/samples")
}

fn sample(name: &str) -> Vec<u8> {
    std::fs::read(folder().join(name)).expect(name)
}

fn parsed(name: &str) -> Value {
    serde_json::from_slice(&sample(name)).expect(name)
}

/// Where each sample is tried. What says nothing about usage is tried too: nothing may come of it.
const TRIED: [(&str, &str); 24] = [
    ("admin_dimensions.json", "fetched"),
    ("admin_measures.json", "measures"),
    ("admin_measures_billing_june.json", "measures"),
    ("admin_report.json", "fetched"),
    ("cloudevents_batch.json", "doors/samples.rs"),
    ("health.json", "nothing"),
    ("instance_activity_v1.json", "nothing"),
    ("instance_v2.json", "fetched"),
    ("nodeinfo_2_0.json", "fetched"),
    ("otlp_metrics_storage_egress.json", "doors/samples.rs"),
    ("otlp_metrics_storage_egress.pb", "doors/samples.rs"),
    ("otlp_metrics_upstream_example.json", "doors/payloads.rs"),
    ("prometheus_sidekiq_local.txt", "scraped"),
    ("prometheus_streaming.txt", "scraped"),
    ("prometheus_web_exporter_server.txt", "scraped"),
    ("remote_write_v1.json", "doors/samples.rs"),
    ("remote_write_v2.json", "doors/samples.rs"),
    ("streaming_health.txt", "nothing"),
    ("tootctl_media_usage.txt", "nothing"),
    ("webhook_report_created.json", "messages"),
    ("webhook_report_updated_resolved.json", "messages"),
    ("webhook_signed_request.json", "messages"),
    ("well_known_nodeinfo.json", "fetched"),
    ("MANIFEST.json", "itself"),
];

#[test]
fn no_sample_is_left_out() {
    let manifest = parsed("MANIFEST.json");
    let told: BTreeSet<&str> = manifest
        .as_object()
        .expect("files")
        .keys()
        .map(String::as_str)
        .collect();
    let tried: BTreeSet<&str> = TRIED.iter().map(|(name, _)| *name).collect();
    let untried: Vec<_> = told.difference(&tried).collect();
    assert!(untried.is_empty(), "{untried:?}");
    // The published example of OpenTelemetry lies beside the folder, under its own licence.
    for (name, _) in TRIED
        .iter()
        .filter(|(_, place)| *place != "doors/payloads.rs")
    {
        assert!(folder().join(name).exists(), "{name}");
    }
}

/// What a request said: value and kind by series.
fn said(chunk: &Chunk) -> BTreeMap<String, (SampleValue, SampleKind)> {
    let decoded = chunk.decoded().expect("decodes");
    let of = |series: &herdbook::telemetry::Series| {
        let last = decoded.points_of(series).last().expect("a point");
        let labels: Vec<String> = series
            .key
            .labels()
            .map(|(k, v)| format!("{k}={v}"))
            .collect();
        let name = format!("{} {}", series.key.metric(), labels.join(","));
        (name.trim_end().to_owned(), (last.value, series.kind))
    };
    decoded.series.iter().map(of).collect()
}

/// A series with its value and kind.
type Expected = (String, i64, SampleKind);

async fn only(app: &App) -> Chunk {
    chunks(app, INSTANCE).await.pop().expect("a request")
}

on_both! {
    async fn exporters_are_scraped_with_their_counters_and_without_quantiles(db: &Db) {
        use SampleKind::{Cumulative, Gauge};
        let it = Fixture::new(db);
        let server = Instance::start().await;
        put(&it.app, target("prometheus-text", server.url("/metrics")), None).await.expect("put");
        let jobs = |class, queue| format!("sidekiq_jobs_total job_name={class},queue={queue}");
        let inbox = "ruby_http_requests_total action=create,controller=inboxes,status=202";
        let cases: [(&str, usize, usize, Vec<Expected>); 3] = [
            ("prometheus_sidekiq_local.txt", 21, 0, vec![
                (jobs("ActionMailer::MailDeliveryJob", "mailers"), 4_821, Cumulative),
                (jobs("ActivityPub::ProcessingWorker", "ingress"), 5_500_121, Cumulative),
                ("sidekiq_queue_backlog queue=pull".to_owned(), 190, Gauge),
                ("sidekiq_stats_processed".to_owned(), 884_120_394, Gauge),
            ]),
            ("prometheus_streaming.txt", 17, 0, vec![
                ("connected_clients type=websocket".to_owned(), 183, Gauge),
                ("messages_sent_total type=websocket".to_owned(), 7_712_003, Cumulative),
                ("redis_messages_received_total".to_owned(), 9_981_233, Cumulative),
            ]),
            ("prometheus_web_exporter_server.txt", 18, 6, vec![
                (inbox.to_owned(), 901_377, Cumulative),
                ("ruby_collector_rss".to_owned(), 60_473_344, Gauge),
            ]),
        ];
        for (number, (name, series, refused, expected)) in cases.into_iter().enumerate() {
            server.text("/metrics", sample(name));
            let moment = format!("2026-03-0{}T00:05:00Z", number + 1);
            assert_eq!(fetched(&it.app, &moment).await, Ok(1), "{name}");
            let chunk = only(&it.app).await;
            let said = said(&chunk);
            assert_eq!(said.len(), series, "{name}: {said:#?}");
            let decoded = chunk.decoded().expect("decodes");
            assert_eq!(decoded.rejected.len(), refused, "{name}: quantiles cannot be added up");
            for (key, value, kind) in expected {
                assert_eq!(said.get(&key), Some(&(value.into(), kind)), "{name}: {key}");
            }
        }
    }
}

on_both! {
    async fn figures_of_the_instance_are_those_it_stated(db: &Db) {
        let it = Fixture::new(db);
        let server = Instance::start().await;
        let known = String::from_utf8(sample("well_known_nodeinfo.json")).expect("a text");
        let here = known.replace("https://social.example.de", &server.url(""));
        server.text("/.well-known/nodeinfo", here);
        server.text("/nodeinfo/2.0", sample("nodeinfo_2_0.json"));
        server.text("/api/v2/instance", sample("instance_v2.json"));
        server.text("/api/v1/admin/dimensions", sample("admin_dimensions.json"));
        let nodeinfo = "mastodon.nodeinfo.";
        let part = "mastodon.space_usage.bytes part=";
        for (day, kind, expected) in [
            (1, "nodeinfo", vec![
                (format!("{nodeinfo}local_posts"), 48_211),
                (format!("{nodeinfo}users_active_halfyear"), 1_107),
                (format!("{nodeinfo}users_active_month"), 612),
                (format!("{nodeinfo}users_total"), 1_834),
            ]),
            (2, "instance", vec![("mastodon.instance.users_active_month".to_owned(), 279_347)]),
            (3, "admin-dimensions", vec![
                (format!("{part}media"), 837_837_315_424),
                (format!("{part}postgresql"), 49_581_359_907),
                (format!("{part}redis"), 100_765_744),
            ]),
        ] {
            put(&it.app, target(kind, server.url("/")), None).await.expect("put");
            let moment = format!("2026-03-0{day}T00:05:00Z");
            assert_eq!(fetched(&it.app, &moment).await, Ok(1), "{kind}");
            let chunk = only(&it.app).await;
            let found: Vec<(String, SampleValue)> =
                said(&chunk).into_iter().map(|(name, (value, _))| (name, value)).collect();
            let expected: Vec<_> = expected.into_iter().map(|(name, n)| (name, n.into())).collect();
            assert_eq!(found, expected, "{kind}");
            let text = String::from_utf8(chunk.bytes().expect("unpacks")).expect("text");
            assert!(!text.contains("Musterstadt") && !text.contains("mastodon.social"), "{text}");
        }
        // None of them is billed by: the month that people are active in is another, and space is
        // the bucket's.
        let all = chunks(&it.app, INSTANCE).await;
        let march = Period::new(day("2026-03-01"), day("2026-04-01")).expect("a period");
        for meter in [ACTIVE_USERS, MEDIA_STORAGE] {
            let metering = metering(meter).expect("a meter");
            let read = readings_from_chunks(&all, &metering, INSTANCE, march, chrono_tz::UTC);
            let code = read.expect_err("nothing was measured").code();
            assert_eq!(code, "usage.nothing-measured", "{meter}");
        }
    }
}

fn day(text: &str) -> NaiveDate {
    text.parse().expect("a day")
}

on_both! {
    async fn june_has_its_people_and_its_reports(db: &Db) {
        let it = Fixture::new(db);
        let request = |name: &str, received_at| Request {
            source: "admin".to_owned(),
            instance: Some(INSTANCE.to_owned()),
            received_at,
            kind: PayloadKind::AdminMeasures,
            bytes: sample(name),
        };
        let june = request("admin_measures_billing_june.json", at("2025-07-01T00:20:00Z"));
        let published = request("admin_measures.json", at("2022-09-23T00:20:00Z"));
        assert_eq!(ingest_all(&it.app, [june, published]).await.expect("kept"), 2);
        let all = chunks(&it.app, INSTANCE).await;
        for (meter, from, to, quantity) in [
            (ACTIVE_USERS, "2025-06-01", "2025-07-01", "612"),
            (REPORTS, "2025-06-01", "2025-07-01", "35"),
            (ACTIVE_USERS, "2022-09-01", "2022-10-01", "2"),
            (REPORTS, "2022-09-01", "2022-10-01", "0"),
        ] {
            let metering = metering(meter).expect("a meter");
            let period = Period::new(day(from), day(to)).expect("a period");
            // Days of UTC, whatever the contract's zone says: Mastodon counts no others.
            let zone = metering.zone(chrono_tz::Europe::Berlin);
            let read = readings_from_chunks(&all, &metering, INSTANCE, period, zone);
            let read = read.expect("a reading");
            assert_eq!(read.reading.quantity.to_string(), quantity, "{meter} {from}");
            assert_eq!(read.findings, []);
        }
        // The published example asked for one end and got two: eight days of people, nine of what
        // is counted in the database.
        let (new_users, kind) = said(&all[0])["mastodon.admin.new_users"];
        assert_eq!((new_users, kind), (0.into(), SampleKind::Delta));
        let decoded = all[0].decoded().expect("decodes");
        let of = |name: &str| {
            let found = decoded.series.iter().find(|one| one.key.metric() == name);
            decoded.points_of(found.expect(name)).to_vec()
        };
        assert_eq!(of("mastodon.admin.new_users").len(), 9);
        let people = of("mastodon.admin.active_users");
        assert_eq!(people[0].time, at("2022-09-21T23:59:59.999Z"));
    }
}

on_both! {
    async fn a_report_that_is_opened_again_changes_no_day_that_was_read(db: &Db) {
        let it = Fixture::new(db);
        let mut later = parsed("admin_measures_billing_june.json");
        let measures = later.as_array_mut().expect("measures");
        let resolved = measures.iter_mut().find(|measure| measure["key"] == "resolved_reports");
        let day_of_two = resolved.expect("the measure")["data"].as_array_mut().expect("days");
        let first = day_of_two.iter_mut().find(|day| day["value"] != "0").expect("a resolved one");
        first["value"] = "0".into();
        let request = |bytes: Vec<u8>, received_at| Request {
            source: "admin".to_owned(),
            instance: Some(INSTANCE.to_owned()),
            received_at,
            kind: PayloadKind::AdminMeasures,
            bytes,
        };
        let sent = [
            request(sample("admin_measures_billing_june.json"), at("2025-07-01T00:20:00Z")),
            request(later.to_string().into_bytes(), at("2025-07-09T00:20:00Z")),
        ];
        assert_eq!(ingest_all(&it.app, sent).await.expect("kept"), 2);
        let metering = metering(REPORTS).expect("a meter");
        let june = Period::new(day("2025-06-01"), day("2025-07-01")).expect("a period");
        let all = chunks(&it.app, INSTANCE).await;
        let read = readings_from_chunks(&all, &metering, INSTANCE, june, chrono_tz::UTC);
        let read = read.expect("a reading");
        assert_eq!(read.reading.quantity.to_string(), "35");
        assert_eq!(read.findings.len(), 1, "it is told as a contradiction: {:?}", read.findings);
    }
}

on_both! {
    async fn a_report_of_the_documentation_is_listed_as_open(db: &Db) {
        let it = Fixture::new(db);
        let server = Instance::start().await;
        let text = String::from_utf8(sample("admin_report.json")).expect("a text");
        let plain: Vec<&str> = text.lines().filter(|line| !line.contains("// ...")).collect();
        // Without its comments the example has a comma too many.
        let plain = plain.join("").replace(' ', "").replace(",}", "}");
        let report: Value = serde_json::from_str(&plain).expect("JSON");
        let listed = Value::Array(vec![report]);
        server.json("/api/v1/admin/reports?limit=200", &listed);
        server.text("/api/v1/admin/reports?resolved=true&limit=200", "[]");
        put(&it.app, target("reports", server.url("/")), Some("t")).await.expect("put");
        assert_eq!(fetched(&it.app, "2022-09-10T00:30:00Z").await, Ok(1));
        let all = chunks(&it.app, INSTANCE).await;
        let names: Vec<String> = events(&all).into_iter().map(|event| event.name).collect();
        assert_eq!(names, ["mastodon.report.created", "mastodon.report.updated"]);
        let kept = String::from_utf8(all[0].bytes().expect("unpacks")).expect("text");
        assert!(!kept.contains("goody") && !kept.contains("mastodon.local"), "{kept}");
    }
}

on_both! {
    async fn messages_are_taken_by_their_signature(db: &Db) {
        let signed = parsed("webhook_signed_request.json");
        let body = signed["body_base64"].as_str().expect("a body");
        let body = BASE64.decode(body.as_bytes()).expect("base 64");
        let signature = signed["headers"]["X-Hub-Signature"].as_str().expect("a signature");
        let door = Door::new(db).await;
        let mut tampered = body.clone();
        let last = tampered.len() - 2;
        tampered[last] ^= 1;
        let refused = door.send(INSTANCE, signature, tampered).await;
        assert!((400..500).contains(&refused.status), "{}", refused.text);
        let taken = door.send(INSTANCE, signature, body).await;
        assert_eq!((taken.status, taken.text.as_str()), (200, "taken"));
        let secret = signed["secret"].as_str().expect("a secret");
        for name in ["webhook_report_created.json", "webhook_report_updated_resolved.json"] {
            let body = sample(name);
            let own = sign(&body, secret.as_bytes());
            for answer in ["taken", "taken before"] {
                let taken = door.send(INSTANCE, &own, body.clone()).await;
                assert_eq!((taken.status, taken.text.as_str()), (200, answer), "{name}");
            }
        }
        let all = chunks(&door.app, INSTANCE).await;
        let resolved = events(&all).into_iter().filter(|event| event.name.ends_with("resolved"));
        let resolved: Vec<String> = resolved.map(|event| event.time.to_rfc3339()).collect();
        // The hour that there is twice in Berlin: the instant is one.
        assert_eq!(resolved, ["2025-10-26T01:12:09.371+00:00"]);
    }
}

#[test]
fn what_says_nothing_about_usage_becomes_none() {
    let context = Context {
        instance: Some(INSTANCE),
        received_at: at("2026-03-01T00:00:00Z"),
        limits: Limits::DEFAULT,
    };
    for (name, _) in TRIED.iter().filter(|(_, place)| *place == "nothing") {
        for kind in PayloadKind::ALL {
            let Ok(decoded) = decode(kind, &sample(name), &context) else {
                continue;
            };
            let nothing = decoded.points.is_empty() && decoded.events.is_empty();
            assert!(nothing, "{name} as {kind:?}: {decoded:?}");
        }
    }
}
