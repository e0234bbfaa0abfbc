//! OTLP metrics in protobuf, decoded by the types of `opentelemetry-proto`.
//! <https://opentelemetry.io/docs/specs/otlp/> and the data model's rules on temporality:
//! <https://opentelemetry.io/docs/specs/otel/metrics/data-model/>
//!
//! The instance is the resource attribute `service.instance.id`. The rest of the resource and the
//! scope's name join the labels, because OTLP's own identity of a point includes them.

use std::borrow::Cow;

use opentelemetry_proto::tonic::collector::metrics::v1::ExportMetricsServiceRequest;
use opentelemetry_proto::tonic::common::v1::{KeyValue, any_value};
use opentelemetry_proto::tonic::metrics::v1::{Metric, NumberDataPoint, metric, number_data_point};
use prost::Message;

use super::Context;
use super::error::{DecodeError, Reason};
use super::remote_write::key_of;
use super::sample::{Decoded, SampleKind};
use super::value::{SampleValue, instant_from_nanos};
use super::wire::{Field, Reader};

pub(super) const INSTANCE: &str = "service.instance.id";
pub(super) const SCOPE: &str = "otel.scope.name";
const RESOURCE_PREFIX: &str = "resource.";
/// Bit 0 of a data point's flags: no value was recorded, the point only marks the gap.
pub(super) const NO_RECORDED_VALUE: u64 = 1;

/// A resource's attributes as label pairs, the instance apart.
#[derive(Debug, Default)]
pub(super) struct Identity {
    pub instance: Option<String>,
    pub labels: Vec<(String, String)>,
}

impl Identity {
    /// Adds a resource attribute.
    pub fn resource(&mut self, name: &str, text: String) {
        if name == INSTANCE {
            self.instance = Some(text);
        } else {
            self.labels.push((format!("{RESOURCE_PREFIX}{name}"), text));
        }
    }
}

/// Decodes an `ExportMetricsServiceRequest` in protobuf.
///
/// # Errors
/// [`DecodeError::TooLarge`], [`DecodeError::TooMany`], [`DecodeError::Protobuf`]; single points
/// are refused in [`Decoded::rejected`], which is OTLP's partial success.
pub fn decode(body: &[u8], context: &Context<'_>) -> Result<Decoded, DecodeError> {
    let limits = &context.limits;
    if body.len() > limits.decoded_bytes {
        return Err(DecodeError::TooLarge {
            bytes: body.len(),
            limit: limits.decoded_bytes,
        });
    }
    bounded(body, context)?;
    let request = ExportMetricsServiceRequest::decode(body).map_err(|_| DecodeError::Protobuf {
        offset: 0,
        reason: "not an ExportMetricsServiceRequest",
    })?;
    let mut decoded = Decoded::default();
    for resource in &request.resource_metrics {
        let mut identity = Identity::default();
        for attribute in resource
            .resource
            .iter()
            .flat_map(|resource| &resource.attributes)
        {
            identity.resource(&attribute.key, pair_text(attribute).into());
        }
        for scope in &resource.scope_metrics {
            let scope_name = scope.scope.as_ref().map_or("", |scope| scope.name.as_str());
            for metric in &scope.metrics {
                metric_points(metric, &identity, scope_name, context, &mut decoded)?;
            }
        }
    }
    Ok(decoded)
}

/// Counts data points and their attributes before anything is allocated for them: a two-byte empty
/// point would otherwise become a structure fifty times its size.
fn bounded(body: &[u8], context: &Context<'_>) -> Result<(), DecodeError> {
    let mut budget = context.limits.points.saturating_mul(4);
    count(body, &[1, 2, 2], &mut budget, context)
}

/// Walks nested messages along `path` (resource, scope, metric), then a metric's points.
fn count(
    message: &[u8],
    path: &[u32],
    budget: &mut usize,
    context: &Context<'_>,
) -> Result<(), DecodeError> {
    let mut reader = Reader::new(message);
    while let Some((number, field)) = reader.next()? {
        let Field::Bytes(inner) = field else { continue };
        *budget = budget.checked_sub(1).ok_or(DecodeError::TooMany {
            what: "points",
            limit: context.limits.points,
        })?;
        match path.split_first() {
            Some((step, rest)) if *step == number => count(inner, rest, budget, context)?,
            // A metric's shapes, gauge (5) to summary (11), hold their points in field 1.
            None if matches!(number, 5 | 7 | 9 | 10 | 11) => {
                let mut nested = Reader::new(inner);
                while let Some((number, field)) = nested.next()? {
                    let (1, Field::Bytes(point)) = (number, field) else {
                        continue;
                    };
                    let fields = attributes(point, context)?;
                    *budget = budget
                        .checked_sub(1 + fields / 16)
                        .ok_or(DecodeError::TooMany {
                            what: "points",
                            limit: context.limits.points,
                        })?;
                }
            }
            _ => {}
        }
    }
    Ok(())
}

/// Nested fields of one data point (attributes, exemplars, buckets).
fn attributes(point: &[u8], context: &Context<'_>) -> Result<usize, DecodeError> {
    let mut fields = 0;
    let mut reader = Reader::new(point);
    while let Some((_, field)) = reader.next()? {
        fields += usize::from(matches!(field, Field::Bytes(_)));
    }
    let limit = context.limits.labels_per_series * 4;
    if fields > limit {
        Err(DecodeError::TooMany {
            what: "labels",
            limit,
        })
    } else {
        Ok(fields)
    }
}

fn metric_points(
    metric: &Metric,
    identity: &Identity,
    scope: &str,
    context: &Context<'_>,
    decoded: &mut Decoded,
) -> Result<(), DecodeError> {
    let (kind, points) = match &metric.data {
        Some(metric::Data::Gauge(gauge)) => (Ok(SampleKind::Gauge), &gauge.data_points),
        Some(metric::Data::Sum(sum)) => (
            kind_of(sum.aggregation_temporality.into(), sum.is_monotonic),
            &sum.data_points,
        ),
        Some(_) => {
            decoded.reject(Reason::Unsupported, &metric.name);
            return Ok(());
        }
        None => {
            decoded.reject(Reason::ValueMissing, &metric.name);
            return Ok(());
        }
    };
    let head = Head {
        name: &metric.name,
        unit: &metric.unit,
        kind,
        identity,
        scope,
    };
    for point in points {
        let labels = point
            .attributes
            .iter()
            .map(|pair| (pair.key.as_str(), pair_text(pair)));
        let raw = RawPoint {
            flags: point.flags.into(),
            start: point.start_time_unix_nano,
            time: point.time_unix_nano,
            value: value_of(point),
        };
        number_point(&head, &raw, labels, context, decoded)?;
    }
    Ok(())
}

/// What all points of one metric share, in either encoding.
pub(super) struct Head<'a> {
    pub name: &'a str,
    pub unit: &'a str,
    pub kind: Result<SampleKind, Reason>,
    pub identity: &'a Identity,
    pub scope: &'a str,
}

/// A number data point, in either encoding.
pub(super) struct RawPoint {
    pub flags: u64,
    pub start: u64,
    pub time: u64,
    pub value: Result<SampleValue, Reason>,
}

/// Adds one number data point as a series of its own: OTLP gives each its own attributes.
pub(super) fn number_point<'a>(
    head: &Head<'a>,
    point: &RawPoint,
    attributes: impl Iterator<Item = (&'a str, Cow<'a, str>)>,
    context: &Context<'_>,
    decoded: &mut Decoded,
) -> Result<(), DecodeError> {
    if point.flags & NO_RECORDED_VALUE != 0 {
        decoded.without_value += 1;
        return Ok(());
    }
    let kind = match head.kind {
        Ok(kind) => kind,
        Err(reason) => {
            decoded.reject(reason, head.name);
            return Ok(());
        }
    };
    let shared = &head.identity.labels;
    let scope = Some((SCOPE, head.scope)).filter(|(_, scope)| !scope.is_empty());
    let room = attributes.size_hint().0.saturating_add(shared.len());
    let mut labels: Vec<(&str, Cow<'_, str>)> = Vec::with_capacity(room.saturating_add(1));
    labels.extend(attributes);
    labels.extend(
        shared
            .iter()
            .map(|(name, text)| (name.as_str(), text.into())),
    );
    labels.extend(scope.map(|(name, scope)| (name, scope.into())));
    let limits = &context.limits;
    if labels.len() > limits.labels_per_series {
        return Err(DecodeError::TooMany {
            what: "labels",
            limit: limits.labels_per_series,
        });
    }
    let instance = head
        .identity
        .instance
        .as_deref()
        .or(context.instance)
        .unwrap_or_default();
    let from = decoded.points.len();
    let (time, start) = (
        instant_from_nanos(point.time),
        instant_from_nanos(point.start),
    );
    decoded.push_point(kind, time, start, point.value, head.name, limits)?;
    let key = key_of(instance, head.name, &mut labels, limits);
    decoded.close_series(from, key, head.name, kind, Some(head.unit), limits)
}

/// The kind of a sum: 1 = delta, 2 = cumulative; a cumulative sum that may fall is a level.
pub(super) fn kind_of(temporality: i64, monotonic: bool) -> Result<SampleKind, Reason> {
    match (temporality, monotonic) {
        (1, _) => Ok(SampleKind::Delta),
        (2, true) => Ok(SampleKind::Cumulative),
        (2, false) => Ok(SampleKind::Gauge),
        _ => Err(Reason::Temporality),
    }
}

fn value_of(point: &NumberDataPoint) -> Result<SampleValue, Reason> {
    match point.value {
        Some(number_data_point::Value::AsInt(integer)) => Ok(SampleValue::Integer(integer)),
        Some(number_data_point::Value::AsDouble(float)) => SampleValue::from_float(float),
        None => Err(Reason::ValueMissing),
    }
}

/// An attribute value as label text. Arrays and maps are not identities anyone bills by: they are
/// kept as their kind only.
fn pair_text(pair: &KeyValue) -> Cow<'_, str> {
    match pair.value.as_ref().and_then(|value| value.value.as_ref()) {
        Some(any_value::Value::StringValue(text)) => text.as_str().into(),
        Some(any_value::Value::BoolValue(flag)) => flag.to_string().into(),
        Some(any_value::Value::IntValue(integer)) => integer.to_string().into(),
        Some(any_value::Value::DoubleValue(float)) => float.to_string().into(),
        Some(_) => "(composite)".into(),
        None => Cow::default(),
    }
}
