//! Sample payloads of every shape decode to the figures they state, and damaged ones are refused by
//! name. The payloads' origins are in fixtures/telemetry/SOURCES.md.

use chrono::{DateTime, TimeDelta, Utc};
use herdbook::telemetry::{
    Context, DecodeError, Decoded, Limits, PayloadKind, Reason, SampleKind, SampleValue, decode,
};

const INSTANCE: &str = "social.stadt.example";

fn instant(text: &str) -> DateTime<Utc> {
    text.parse().unwrap()
}

fn context(instance: Option<&str>) -> Context<'_> {
    Context {
        instance,
        received_at: instant("2026-03-01T00:06:00Z"),
        limits: Limits::DEFAULT,
    }
}

fn fixture(name: &str) -> Vec<u8> {
    let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/fixtures/telemetry/");
    std::fs::read(format!("{folder}{name}")).unwrap()
}

fn decoded(kind: PayloadKind, name: &str) -> Decoded {
    decode(kind, &fixture(name), &context(None)).unwrap()
}

/// Metric, kind, and (time, value) of a series, as one reads them off the payload.
type Summary = (String, SampleKind, Vec<(DateTime<Utc>, SampleValue)>);

fn summary(decoded: &Decoded) -> Vec<Summary> {
    let series = decoded.series.iter().map(|series| {
        let points = decoded.points_of(series).iter();
        let points = points.map(|point| (point.time, point.value)).collect();
        (series.key.metric().to_owned(), series.kind, points)
    });
    series.collect()
}

#[test]
fn otlp_says_the_same_in_both_encodings() {
    let binary = decoded(PayloadKind::OtlpProtobuf, "otlp-metrics.pb");
    let json = decoded(PayloadKind::OtlpJson, "otlp-metrics.json");
    assert_eq!(binary, json);
    let time = instant("2026-03-01T00:00:00Z");
    let expected = vec![
        (
            "mastodon.media.storage.bytes".to_owned(),
            SampleKind::Gauge,
            vec![(time, SampleValue::Integer(442_381_631_488))],
        ),
        (
            "mastodon.egress.bytes".to_owned(),
            SampleKind::Cumulative,
            vec![(time, SampleValue::Integer(91_811_234_567))],
        ),
    ];
    assert_eq!(summary(&binary), expected);
    assert_eq!(binary.points[1].start, Some(time - TimeDelta::hours(1)));
    assert_eq!(binary.series[0].unit.as_deref(), Some("By"));
    assert!(
        binary
            .series
            .iter()
            .all(|series| series.key.instance() == INSTANCE)
    );
    let labels: Vec<(&str, &str)> = binary.series[0].key.labels().collect();
    let service = ("resource.service.name", "mastodon/meter-agent");
    assert_eq!(
        labels,
        [
            ("bucket", "media"),
            ("otel.scope.name", "meter-agent"),
            service
        ]
    );
}

#[test]
fn the_published_otlp_example_keeps_its_numbers_and_names_what_it_leaves_out() {
    let body = fixture("otlp-upstream-example.json");
    let decoded = decode(PayloadKind::OtlpJson, &body, &context(Some("example"))).unwrap();
    let kinds: Vec<_> = summary(&decoded)
        .into_iter()
        .map(|one| (one.0, one.1))
        .collect();
    let delta = ("my.counter".to_owned(), SampleKind::Delta);
    assert_eq!(kinds, [delta, ("my.gauge".to_owned(), SampleKind::Gauge)]);
    assert!(
        decoded
            .rejected
            .iter()
            .all(|one| one.reason == Reason::Unsupported)
    );
    assert_eq!(decoded.rejected.len(), 2);
    // Without an instance anywhere the points are refused, not guessed at.
    let nobody = decode(PayloadKind::OtlpJson, &body, &context(None)).unwrap();
    assert!(nobody.series.is_empty() && nobody.points.is_empty());
    assert!(
        nobody
            .rejected
            .iter()
            .any(|one| one.reason == Reason::InstanceMissing)
    );
}

#[test]
fn a_series_of_otlp_is_its_resource_scope_name_and_attributes() {
    let request = |service: &str, scope: &str, attributes: &[&str]| {
        let text = |(key, value): (&str, &str)| {
            let value = serde_json::json!({ "stringValue": value });
            serde_json::json!({ "key": key, "value": value })
        };
        let [bucket, region] = [("bucket", "media"), ("region", "north")];
        let pair = |name: &&str| text(if *name == "bucket" { bucket } else { region });
        let attributes: Vec<_> = attributes.iter().map(pair).collect();
        let point = serde_json::json!({ "asInt": "7", "timeUnixNano": "1751320800000000000",
            "attributes": attributes });
        let metric = serde_json::json!({ "name": "mastodon.media.storage.bytes",
            "gauge": { "dataPoints": [point] } });
        let body = serde_json::json!({ "resourceMetrics": [{
            "resource": { "attributes": [text(("service.name", service))] },
            "scopeMetrics": [{ "scope": { "name": scope }, "metrics": [metric] }],
        }]});
        let body = body.to_string().into_bytes();
        let decoded = decode(PayloadKind::OtlpJson, &body, &context(Some(INSTANCE))).unwrap();
        decoded.series[0].key.clone()
    };
    let one = request("agent", "a", &["bucket", "region"]);
    assert_eq!(
        one,
        request("agent", "a", &["region", "bucket"]),
        "order is nothing"
    );
    for other in [
        request("other", "a", &["bucket", "region"]),
        request("agent", "b", &["bucket", "region"]),
        request("agent", "a", &["bucket"]),
    ] {
        assert_ne!(one, other);
    }
}

#[test]
fn remote_write_reads_counters_gauges_and_stale_markers() {
    let decoded = decoded(PayloadKind::RemoteWrite1, "remote-write-1.bin");
    let time = instant("2026-03-01T00:00:00Z");
    let later = time + TimeDelta::minutes(5);
    let egress = vec![
        (time, SampleValue::Integer(5_000_000_000)),
        (later, 5_250_000_000_i64.into()),
    ];
    let storage = vec![(time, SampleValue::Integer(442_381_631_488))];
    let expected = vec![
        (
            "mastodon_egress_bytes_total".to_owned(),
            SampleKind::Cumulative,
            egress,
        ),
        (
            "mastodon_media_storage_bytes".to_owned(),
            SampleKind::Gauge,
            storage,
        ),
    ];
    assert_eq!(summary(&decoded), expected);
    assert_eq!((decoded.without_value, decoded.rejected.len()), (1, 0));
}

#[test]
fn both_places_of_the_start_stamp_are_read() {
    let start = Some(instant("2026-02-28T23:00:00Z"));
    for name in ["remote-write-2.bin", "remote-write-2-older-start.bin"] {
        let decoded = decoded(PayloadKind::RemoteWrite2, name);
        assert!(
            decoded.points.iter().all(|point| point.start == start),
            "{name}"
        );
        assert_eq!(decoded.points[0].value, SampleValue::Integer(5_000_000_000));
        assert_eq!(decoded.series[0].kind, SampleKind::Cumulative);
    }
    let newer = decoded(PayloadKind::RemoteWrite2, "remote-write-2.bin");
    assert_eq!(newer.series[0].unit.as_deref(), Some("bytes"));
}

#[test]
fn events_keep_their_identity_and_their_scalar_members() {
    let batch = decoded(PayloadKind::CloudEventBatch, "cloud-events-batch.json");
    assert_eq!(batch.events.len(), 3);
    assert_eq!(batch.events[0], batch.events[1]);
    assert_ne!(batch.events[0].source, batch.events[2].source);
    assert_eq!(batch.events[0].number("minutes"), "45".parse().ok());
    assert_eq!(batch.events[2].number("minutes"), "20".parse().ok());
    assert_eq!(batch.events[0].number("ticket"), None);
    assert_eq!(batch.events[0].time, instant("2026-02-03T09:15:00Z"));
    let names: Vec<&str> = batch.events[0]
        .fields
        .iter()
        .map(|(name, _)| name.as_str())
        .collect();
    assert_eq!(names, ["billable", "minutes", "rate", "ticket"]);
    let single = decoded(PayloadKind::CloudEvent, "cloud-event.json");
    assert_eq!(single.events, batch.events[..1]);
}

#[test]
fn exposition_text_is_read_with_and_without_the_prefix() {
    let body = fixture("exporter-process.txt");
    let process = decode(PayloadKind::PrometheusText, &body, &context(Some(INSTANCE))).unwrap();
    let names: Vec<String> = summary(&process).into_iter().map(|one| one.0).collect();
    let distribution = "ruby_http_request_duration_seconds";
    assert_eq!(
        names,
        [
            "ruby_collector_working",
            "ruby_http_requests_total",
            "ruby_http_requests_total",
            &format!("{distribution}_sum"),
            &format!("{distribution}_count"),
            "ruby_rss",
        ]
    );
    assert_eq!(process.series[3].kind, SampleKind::Cumulative);
    assert_eq!(process.rejected.len(), 2, "the two quantiles");
    let inside = decoded(PayloadKind::PrometheusText, "exporter-in-process.txt");
    assert!(
        inside
            .series
            .iter()
            .all(|series| series.key.instance() == INSTANCE)
    );
    assert_eq!(inside.points[0].time, instant("2026-03-01T00:05:00Z"));
    let odd = inside.series.last().unwrap();
    let text = odd.key.labels().next().unwrap().1;
    assert_eq!(text, "a \"quoted\" \\ path\nand a line");
    assert_eq!(
        inside.points_of(odd)[0].value,
        SampleValue::Integer(1_500_000_000)
    );
    assert_eq!(
        inside.points_of(odd)[0].time,
        instant("2026-03-01T00:00:00Z")
    );
}

#[test]
fn distinct_people_are_taken_as_a_total_and_reports_by_day() {
    let body = fixture("admin-measures.json");
    let decoded = decode(PayloadKind::AdminMeasures, &body, &context(Some(INSTANCE))).unwrap();
    let measures = summary(&decoded);
    let end = instant("2026-03-03T23:59:59.999Z");
    let total = vec![(end, SampleValue::Integer(612))];
    let active = (
        "mastodon.admin.active_users".to_owned(),
        SampleKind::Gauge,
        total,
    );
    assert_eq!(measures[0], active);
    let values: Vec<SampleValue> = measures[1].2.iter().map(|point| point.1).collect();
    assert_eq!(values, [2, 1, 3].map(SampleValue::Integer));
    assert_eq!(measures[1].1, SampleKind::Delta);
}

#[test]
fn a_body_above_the_limit_is_refused_by_every_decoder() {
    let limits = Limits {
        body_bytes: 64,
        decoded_bytes: 64,
        ..Limits::DEFAULT
    };
    let small = Context {
        limits,
        ..context(Some(INSTANCE))
    };
    for kind in PayloadKind::ALL {
        let error = decode(kind, &[b' '; 65], &small).unwrap_err();
        assert_eq!(
            error,
            DecodeError::TooLarge {
                bytes: 65,
                limit: 64
            },
            "{kind:?}"
        );
    }
    // A tiny block that claims to hold 4 GiB.
    let bomb = [0xff, 0xff, 0xff, 0xff, 0x0f, 0x00];
    let error = decode(PayloadKind::RemoteWrite1, &bomb, &small).unwrap_err();
    assert_eq!(error.code(), "telemetry.too-large");
}

#[test]
fn values_that_are_no_quantities_are_refused_one_by_one() {
    let text = "# TYPE a_total counter\n\
                a_total -1\nb NaN\nb +Inf\nb 1e300\nb 1e16\nb 18446744073709551616\nb 7\n";
    let body = text.as_bytes();
    let decoded = decode(PayloadKind::PrometheusText, body, &context(Some(INSTANCE))).unwrap();
    let reasons: Vec<&str> = decoded
        .rejected
        .iter()
        .map(|one| one.reason.code())
        .collect();
    assert_eq!(
        reasons,
        [
            "telemetry.counter-negative",
            "telemetry.value-not-finite",
            "telemetry.value-not-finite",
            "telemetry.value-inexact",
            "telemetry.value-inexact",
        ]
    );
    let last: Vec<SampleValue> = decoded.points.iter().map(|point| point.value).collect();
    assert_eq!(last[1], SampleValue::Integer(7));
}

#[test]
fn malformed_payloads_have_named_errors() {
    let cases: [(PayloadKind, &[u8], &str); 9] = [
        (PayloadKind::OtlpProtobuf, b"\x0a\xff", "telemetry.protobuf"),
        (
            PayloadKind::OtlpJson,
            b"{\"resourceMetrics\": [",
            "telemetry.json",
        ),
        (PayloadKind::RemoteWrite1, b"not snappy", "telemetry.snappy"),
        (
            PayloadKind::RemoteWrite1,
            b"\x02\x04\x0a\xff",
            "telemetry.protobuf",
        ),
        (
            PayloadKind::RemoteWrite2,
            b"\x07\x18\x2a\x05\x0a\x03\x01\x02\x03",
            "telemetry.symbol",
        ),
        (PayloadKind::CloudEvent, b"[]]", "telemetry.json"),
        (
            PayloadKind::PrometheusText,
            b"metric{a=\"b} 1",
            "telemetry.text",
        ),
        (PayloadKind::PrometheusText, b"\xff\xfe 1", "telemetry.utf8"),
        (
            PayloadKind::AdminMeasures,
            b"{\"error\":\"forbidden\"}",
            "telemetry.json",
        ),
    ];
    for (kind, body, code) in cases {
        let error = decode(kind, body, &context(Some(INSTANCE))).unwrap_err();
        assert_eq!(error.code(), code, "{kind:?}: {error}");
    }
    let event = br#"{"specversion":"0.3","id":"1","source":"s","type":"t","subject":"x"}"#;
    let decoded = decode(PayloadKind::CloudEvent, event, &context(None)).unwrap();
    assert_eq!(decoded.rejected[0].reason, Reason::Event);
}
