//! What must hold for any bytes whatever: one function a decoder, for the fuzzer and its replay.
//!
//! None of them may panic by itself; the assertions state what every accepted result satisfies.

use chrono::{DateTime, Utc};

use super::evidence::{Request, seal};
use super::mastodon::figures::{self, Origin};
use super::mastodon::reports::{self, Message};
use super::{Context, Decoded, Limits, PayloadKind, SampleKind, cloud_events, decode};

/// Small limits, so that a fuzzer reaches them.
const LIMITS: Limits = Limits {
    body_bytes: 1 << 16,
    decoded_bytes: 1 << 18,
    series: 1_000,
    points: 4_000,
    events: 500,
    labels_per_series: 32,
    text_bytes: 512,
    ahead_seconds: i64::MAX,
    behind_seconds: i64::MAX,
};

/// A fuzz target: its name, as the corpus folder is called, and its function.
pub type Target = (&'static str, fn(&[u8]));

/// Every target: first a decoder each, in the order of [`PayloadKind::ALL`].
pub const TARGETS: [Target; 14] = [
    ("otlp_protobuf", otlp_protobuf),
    ("otlp_json", otlp_json),
    ("remote_write_1", remote_write_1),
    ("remote_write_2", remote_write_2),
    ("cloud_event", cloud_event),
    ("cloud_event_batch", cloud_event_batch),
    ("prometheus_text", prometheus_text),
    ("admin_measures", admin_measures),
    ("cloud_event_binary", cloud_event_binary),
    ("usage_csv", usage_csv),
    ("usage_json", usage_json),
    ("mastodon_reports", mastodon_reports),
    ("mastodon_figures", mastodon_figures),
    ("evidence", evidence),
];

/// OTLP in protobuf.
pub fn otlp_protobuf(bytes: &[u8]) {
    check(PayloadKind::OtlpProtobuf, bytes);
}

/// OTLP in JSON.
pub fn otlp_json(bytes: &[u8]) {
    check(PayloadKind::OtlpJson, bytes);
}

/// Remote write 1.0: the bytes as a block, and as the message inside one, which a fuzzer would
/// otherwise hardly ever reach.
pub fn remote_write_1(bytes: &[u8]) {
    check(PayloadKind::RemoteWrite1, bytes);
    check(PayloadKind::RemoteWrite1, &block(bytes));
}

/// Remote write 2.0, likewise.
pub fn remote_write_2(bytes: &[u8]) {
    check(PayloadKind::RemoteWrite2, bytes);
    check(PayloadKind::RemoteWrite2, &block(bytes));
}

/// A single CloudEvent, alone and as a batch of two.
pub fn cloud_event(bytes: &[u8]) {
    check(PayloadKind::CloudEvent, bytes);
    cloud_event_batch(&[b"[", bytes, b",", bytes, b"]"].concat());
}

/// A batch of CloudEvents: most are read by us, and then `serde_json` says the same.
pub fn cloud_event_batch(bytes: &[u8]) {
    check(PayloadKind::CloudEventBatch, bytes);
    let context = context();
    if cloud_events::check_size(bytes, &context.limits).is_ok() {
        let whole = cloud_events::whole_batch(bytes, &context);
        assert_eq!(cloud_events::decode_batch(bytes, &context), whole);
    }
}

/// Exposition text.
pub fn prometheus_text(bytes: &[u8]) {
    check(PayloadKind::PrometheusText, bytes);
}

/// Mastodon's admin measures.
pub fn admin_measures(bytes: &[u8]) {
    check(PayloadKind::AdminMeasures, bytes);
}

/// A CloudEvent in binary mode.
pub fn cloud_event_binary(bytes: &[u8]) {
    check(PayloadKind::CloudEventBinary, bytes);
}

/// An upload as CSV.
pub fn usage_csv(bytes: &[u8]) {
    check(PayloadKind::UsageCsv, bytes);
}

/// An upload as JSON.
pub fn usage_json(bytes: &[u8]) {
    check(PayloadKind::UsageJson, bytes);
}

/// Reports: what is stored of them, and what comes in. Whatever is kept of a message decodes, and
/// the same message is kept as the same bytes.
pub fn mastodon_reports(bytes: &[u8]) {
    check(PayloadKind::MastodonReports, bytes);
    if let Ok(Message::Report { bytes: kept }) = reports::minimised_message(bytes) {
        let again = reports::minimised_message(bytes);
        assert_eq!(
            again,
            Ok(Message::Report {
                bytes: kept.clone()
            })
        );
        check(PayloadKind::MastodonReports, &kept);
        let context = Context {
            instance: Some("social.example"),
            received_at: DateTime::<Utc>::UNIX_EPOCH,
            limits: Limits::DEFAULT,
        };
        let decoded = decode(PayloadKind::MastodonReports, &kept, &context);
        assert!(decoded.is_ok_and(|decoded| decoded.rejected.is_empty()));
    }
    if let Ok(list) = reports::read_list(bytes, &LIMITS) {
        for kept in reports::minimised_list(list, &LIMITS) {
            check(PayloadKind::MastodonReports, &kept);
        }
    }
}

/// Figures: what is stored of them, and the three answers that come in.
pub fn mastodon_figures(bytes: &[u8]) {
    check(PayloadKind::MastodonFigures, bytes);
    for origin in [Origin::NodeInfo, Origin::Instance, Origin::Space] {
        if let Ok(kept) = figures::minimised(origin, bytes, DateTime::<Utc>::UNIX_EPOCH) {
            check(PayloadKind::MastodonFigures, &kept);
        }
    }
}

/// Sealing and opening evidence: the first byte chooses the kind.
pub fn evidence(bytes: &[u8]) {
    let Some((first, body)) = bytes.split_first() else {
        return;
    };
    let kind = PayloadKind::ALL[usize::from(*first) % PayloadKind::ALL.len()];
    let request = Request {
        source: "fuzzer".to_owned(),
        instance: Some("social.example".to_owned()),
        received_at: DateTime::UNIX_EPOCH,
        kind,
        bytes: body.to_vec(),
    };
    if let Ok((chunk, decoded)) = seal(&request) {
        assert_eq!(chunk.bytes().as_deref(), Ok(body));
        assert_eq!(chunk.decoded(), Ok(decoded));
        assert!(chunk.span_from <= chunk.span_to);
    }
}

fn block(bytes: &[u8]) -> Vec<u8> {
    snap::raw::Encoder::new()
        .compress_vec(bytes)
        .unwrap_or_default()
}

fn context() -> Context<'static> {
    Context {
        instance: Some("social.example"),
        received_at: DateTime::<Utc>::UNIX_EPOCH,
        limits: LIMITS,
    }
}

fn check(kind: PayloadKind, bytes: &[u8]) {
    let context = context();
    match decode(kind, bytes, &context) {
        Ok(decoded) => {
            assert_sound(&decoded);
            assert!(decoded.events.is_empty() || kind.tells_events());
            let again = decode(kind, bytes, &context);
            assert_eq!(again, Ok(decoded), "the same bytes, another result");
        }
        Err(error) => assert!(error.code().starts_with("telemetry.")),
    }
}

fn assert_sound(decoded: &Decoded) {
    let mut next = 0;
    for series in &decoded.series {
        assert_eq!(series.range.start, next, "points belong to one series");
        assert!(series.range.end > series.range.start);
        next = series.range.end;
        assert!(!series.key.instance().is_empty() && !series.key.metric().is_empty());
        let names: Vec<&str> = series.key.labels().map(|(name, _)| name).collect();
        assert!(names.is_sorted_by(|one, two| one < two), "{names:?}");
        let points = decoded.points_of(series);
        let counts = series.kind == SampleKind::Cumulative;
        assert!(!counts || points.iter().all(|point| !point.value.is_negative()));
    }
    assert_eq!(next, decoded.points.len(), "no point without a series");
    assert!(decoded.series.len() <= LIMITS.series);
    assert!(decoded.points.len() <= LIMITS.points);
    assert!(decoded.events.len() <= LIMITS.events);
    let complete = |event: &super::Event| !event.id.is_empty() && !event.source.is_empty();
    assert!(decoded.events.iter().all(complete));
    let other = |event: &super::Event| event.retracts.as_ref().is_none_or(|of| of.id() != event.id);
    assert!(decoded.events.iter().all(other), "no event retracts itself");
}
