//! The way out: payloads as a collector sends them, for the generated year, for benchmarks, and for
//! trying a door by hand. The encoders are independent of the decoders (`opentelemetry-proto` and
//! a writer of the wire format), so a shared misunderstanding would show.

use std::fmt::Write;

use chrono::{DateTime, SecondsFormat, Utc};
use opentelemetry_proto::tonic::collector::metrics::v1::ExportMetricsServiceRequest;
use opentelemetry_proto::tonic::common::v1::{
    AnyValue, InstrumentationScope, KeyValue, any_value::Value,
};
use opentelemetry_proto::tonic::metrics::v1::{
    AggregationTemporality, Gauge, Metric, NumberDataPoint, ResourceMetrics, ScopeMetrics, Sum,
    metric::Data, number_data_point,
};
use opentelemetry_proto::tonic::resource::v1::Resource;
use prost::Message;
use serde_json::json;

use super::prometheus_text::SCRAPE_MARK;
use super::sample::SampleKind;

/// A series to be written: whole numbers, as bytes and counts are.
#[derive(Debug, Clone)]
pub struct Outgoing<'a> {
    pub instance: &'a str,
    pub metric: &'a str,
    /// Further labels, sorted by name.
    pub labels: &'a [(&'a str, &'a str)],
    pub kind: SampleKind,
    pub points: &'a [OutgoingPoint],
}

/// One measurement to be written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct OutgoingPoint {
    pub time: DateTime<Utc>,
    pub start: Option<DateTime<Utc>>,
    pub value: i64,
}

/// A time entry or another event to be written.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OutgoingEvent {
    pub source: String,
    pub id: String,
    pub name: &'static str,
    pub subject: String,
    pub time: DateTime<Utc>,
    pub minutes: u32,
}

/// An OTLP request in protobuf.
pub fn otlp_protobuf(series: &Outgoing<'_>) -> Vec<u8> {
    otlp_protobuf_of(std::slice::from_ref(series))
}

/// An OTLP request of several series of one instance in protobuf.
pub fn otlp_protobuf_of(series: &[Outgoing<'_>]) -> Vec<u8> {
    otlp_request(series).encode_to_vec()
}

/// The same request in OTLP's JSON.
///
/// # Errors
/// What serde reports; the types have no value that JSON cannot express.
pub fn otlp_json(series: &Outgoing<'_>) -> Result<Vec<u8>, serde_json::Error> {
    otlp_json_of(std::slice::from_ref(series))
}

/// Several series of one instance in OTLP's JSON.
///
/// # Errors
/// As [`otlp_json`].
pub fn otlp_json_of(series: &[Outgoing<'_>]) -> Result<Vec<u8>, serde_json::Error> {
    serde_json::to_vec(&otlp_request(series))
}

fn text(key: &str, text: &str) -> KeyValue {
    KeyValue {
        key: key.to_owned(),
        value: Some(AnyValue {
            value: Some(Value::StringValue(text.to_owned())),
        }),
        ..KeyValue::default()
    }
}

fn otlp_metric(series: &Outgoing<'_>) -> Metric {
    let attributes: Vec<KeyValue> = series
        .labels
        .iter()
        .map(|(key, own)| text(key, own))
        .collect();
    let nanos = |time: DateTime<Utc>| {
        time.timestamp_nanos_opt()
            .and_then(|nanos| u64::try_from(nanos).ok())
            .unwrap_or_default()
    };
    let points = series.points.iter().map(|point| NumberDataPoint {
        attributes: attributes.clone(),
        start_time_unix_nano: point.start.map(nanos).unwrap_or_default(),
        time_unix_nano: nanos(point.time),
        value: Some(number_data_point::Value::AsInt(point.value)),
        ..NumberDataPoint::default()
    });
    let data_points: Vec<NumberDataPoint> = points.collect();
    let sum = |temporality: AggregationTemporality| {
        Data::Sum(Sum {
            data_points: data_points.clone(),
            aggregation_temporality: temporality.into(),
            is_monotonic: true,
        })
    };
    let data = match series.kind {
        SampleKind::Cumulative => sum(AggregationTemporality::Cumulative),
        SampleKind::Delta => sum(AggregationTemporality::Delta),
        SampleKind::Gauge => Data::Gauge(Gauge { data_points }),
    };
    Metric {
        name: series.metric.to_owned(),
        unit: "By".to_owned(),
        data: Some(data),
        ..Metric::default()
    }
}

fn otlp_request(series: &[Outgoing<'_>]) -> ExportMetricsServiceRequest {
    let scope = InstrumentationScope {
        name: "meter-agent".to_owned(),
        version: "1.4.0".to_owned(),
        ..InstrumentationScope::default()
    };
    let instance = series.first().map_or("", |one| one.instance);
    let resource = Resource {
        attributes: vec![
            text("service.name", "mastodon/meter-agent"),
            text("service.instance.id", instance),
        ],
        ..Resource::default()
    };
    ExportMetricsServiceRequest {
        resource_metrics: vec![ResourceMetrics {
            resource: Some(resource),
            scope_metrics: vec![ScopeMetrics {
                scope: Some(scope),
                metrics: series.iter().map(otlp_metric).collect(),
                ..ScopeMetrics::default()
            }],
            ..ResourceMetrics::default()
        }],
    }
}

/// A remote write 1.0 request: protobuf in a snappy block.
///
/// # Errors
/// What snappy reports for a block above its 4 GiB.
pub fn remote_write_v1(series: &[Outgoing<'_>]) -> Result<Vec<u8>, snap::Error> {
    let mut request = Vec::new();
    for one in series {
        let mut message = Vec::new();
        for (name, text) in label_pairs(one) {
            let mut label = Vec::new();
            put_bytes(&mut label, 1, name.as_bytes());
            put_bytes(&mut label, 2, text.as_bytes());
            put_bytes(&mut message, 1, &label);
        }
        for point in one.points {
            put_bytes(&mut message, 2, &sample(point, false));
        }
        put_bytes(&mut request, 1, &message);
    }
    snap::raw::Encoder::new().compress_vec(&request)
}

/// A remote write 2.0 request: symbols, types, and start stamps with each sample.
///
/// # Errors
/// As [`remote_write_v1`].
pub fn remote_write_v2(series: &[Outgoing<'_>]) -> Result<Vec<u8>, snap::Error> {
    let mut symbols = vec![""];
    let mut messages = Vec::new();
    for one in series {
        let mut references = Vec::new();
        for text in label_pairs(one)
            .into_iter()
            .flat_map(|(name, text)| [name, text])
        {
            let known = symbols.iter().position(|symbol| *symbol == text);
            put_varint(&mut references, known.unwrap_or(symbols.len()) as u64);
            if known.is_none() {
                symbols.push(text);
            }
        }
        let mut message = Vec::new();
        put_bytes(&mut message, 1, &references);
        for point in one.points {
            put_bytes(&mut message, 2, &sample(point, true));
        }
        let kind = if one.kind == SampleKind::Cumulative {
            1
        } else {
            2
        };
        put_bytes(&mut message, 5, &[0x08, kind]);
        messages.push(message);
    }
    let mut request = Vec::new();
    for symbol in symbols {
        put_bytes(&mut request, 4, symbol.as_bytes());
    }
    for message in messages {
        put_bytes(&mut request, 5, &message);
    }
    snap::raw::Encoder::new().compress_vec(&request)
}

fn label_pairs<'a>(series: &Outgoing<'a>) -> Vec<(&'a str, &'a str)> {
    let mut labels = vec![("__name__", series.metric), ("instance", series.instance)];
    labels.extend(series.labels);
    labels.sort_unstable();
    labels
}

fn sample(point: &OutgoingPoint, with_start: bool) -> Vec<u8> {
    let mut message = vec![0x09];
    #[expect(
        clippy::cast_precision_loss,
        reason = "the format has no integers; below 2^53"
    )]
    message.extend((point.value as f64).to_le_bytes());
    message.push(0x10);
    put_varint(&mut message, point.time.timestamp_millis().cast_unsigned());
    if let Some(start) = point.start.filter(|_| with_start) {
        message.push(0x18);
        put_varint(&mut message, start.timestamp_millis().cast_unsigned());
    }
    message
}

fn put_bytes(out: &mut Vec<u8>, number: u8, bytes: &[u8]) {
    out.push(number << 3 | 2);
    put_varint(out, bytes.len() as u64);
    out.extend_from_slice(bytes);
}

fn put_varint(out: &mut Vec<u8>, mut bits: u64) {
    while bits > 0x7f {
        out.push((bits & 0x7f) as u8 | 0x80);
        bits >>= 7;
    }
    out.push(bits as u8);
}

/// A scrape in exposition text: the scraper's comment, then the last point of each series.
pub fn prometheus_text(at: DateTime<Utc>, series: &[Outgoing<'_>]) -> Vec<u8> {
    let at = at.to_rfc3339_opts(SecondsFormat::Secs, true);
    let mut text = format!("{SCRAPE_MARK}at={at}\n");
    for one in series {
        let kind = if one.kind == SampleKind::Cumulative {
            "counter"
        } else {
            "gauge"
        };
        let Some(point) = one.points.last() else {
            continue;
        };
        // Writing into a String cannot fail.
        let _ = write!(
            text,
            "# TYPE {0} {kind}\n{0}{{instance=\"{1}\"",
            one.metric, one.instance
        );
        for (name, own) in one.labels {
            let _ = write!(text, ",{name}={own:?}");
        }
        let _ = writeln!(text, "}} {}", point.value);
    }
    text.into_bytes()
}

/// A batch of CloudEvents; the minutes are text, as a careful ticket system sends numbers.
///
/// # Errors
/// What serde reports; the values are plain.
pub fn cloud_event_batch(events: &[OutgoingEvent]) -> Result<Vec<u8>, serde_json::Error> {
    let batch = events.iter().map(|event| {
        json!({
            "specversion": "1.0",
            "id": event.id,
            "source": event.source,
            "type": event.name,
            "subject": event.subject,
            "time": event.time.to_rfc3339_opts(SecondsFormat::Secs, true),
            "datacontenttype": "application/json",
            "data": { "ticket": event.id, "minutes": event.minutes.to_string() },
        })
    });
    serde_json::to_vec(&batch.collect::<Vec<_>>())
}
