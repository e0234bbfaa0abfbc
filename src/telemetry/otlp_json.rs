//! OTLP metrics in JSON. Own structures, because the JSON rules of OTLP differ from protobuf's in
//! ways that matter here: 64-bit integers come as strings *or* numbers, enums as integers, unknown
//! fields anywhere are ignored, and a double may be the text `NaN`, which refuses one point, not
//! the request. <https://opentelemetry.io/docs/specs/otlp/#json-protobuf-encoding>

use std::borrow::Cow;
use std::fmt;

use serde::Deserialize;
use serde::de::{Deserializer, Visitor};

use super::Context;
use super::error::{DecodeError, Reason};
use super::otlp::{Head, Identity, RawPoint, kind_of, number_point};
use super::sample::{Decoded, SampleKind};
use super::value::SampleValue;

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Request<'a> {
    #[serde(borrow, default)]
    resource_metrics: Vec<ResourceMetrics<'a>>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct ResourceMetrics<'a> {
    #[serde(borrow, default)]
    resource: Option<Resource<'a>>,
    #[serde(borrow, default)]
    scope_metrics: Vec<ScopeMetrics<'a>>,
}

#[derive(Deserialize)]
struct Resource<'a> {
    #[serde(borrow, default)]
    attributes: Vec<Attribute<'a>>,
}

#[derive(Deserialize)]
struct ScopeMetrics<'a> {
    #[serde(borrow, default)]
    scope: Option<Scope<'a>>,
    #[serde(borrow, default)]
    metrics: Vec<Metric<'a>>,
}

#[derive(Deserialize)]
struct Scope<'a> {
    #[serde(borrow, default)]
    name: Cow<'a, str>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Metric<'a> {
    #[serde(borrow, default)]
    name: Cow<'a, str>,
    #[serde(borrow, default)]
    unit: Cow<'a, str>,
    #[serde(borrow, default)]
    gauge: Option<Points<'a>>,
    #[serde(borrow, default)]
    sum: Option<Points<'a>>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Points<'a> {
    #[serde(borrow, default)]
    aggregation_temporality: Option<Number<'a>>,
    #[serde(default)]
    is_monotonic: bool,
    #[serde(borrow, default)]
    data_points: Vec<DataPoint<'a>>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct DataPoint<'a> {
    #[serde(borrow, default)]
    attributes: Vec<Attribute<'a>>,
    #[serde(borrow, default)]
    start_time_unix_nano: Option<Number<'a>>,
    #[serde(borrow, default)]
    time_unix_nano: Option<Number<'a>>,
    #[serde(borrow, default)]
    as_int: Option<Number<'a>>,
    #[serde(borrow, default)]
    as_double: Option<Number<'a>>,
    #[serde(borrow, default)]
    flags: Option<Number<'a>>,
}

#[derive(Deserialize)]
struct Attribute<'a> {
    #[serde(borrow, default)]
    key: Cow<'a, str>,
    #[serde(borrow, default)]
    value: Option<Value<'a>>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Value<'a> {
    #[serde(borrow, default)]
    string_value: Option<Cow<'a, str>>,
    #[serde(default)]
    bool_value: Option<bool>,
    #[serde(borrow, default)]
    int_value: Option<Number<'a>>,
    #[serde(borrow, default)]
    double_value: Option<Number<'a>>,
}

/// A JSON number or the text of one.
enum Number<'a> {
    Unsigned(u64),
    Signed(i64),
    Float(f64),
    Text(Cow<'a, str>),
}

/// By hand: an untagged enum would buffer every number before it tries its variants.
impl<'de: 'a, 'a> Deserialize<'de> for Number<'a> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(NumberVisitor)
    }
}

struct NumberVisitor;

impl<'de> Visitor<'de> for NumberVisitor {
    type Value = Number<'de>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a number or the text of one")
    }

    fn visit_u64<E>(self, number: u64) -> Result<Self::Value, E> {
        Ok(Number::Unsigned(number))
    }

    fn visit_i64<E>(self, number: i64) -> Result<Self::Value, E> {
        Ok(Number::Signed(number))
    }

    fn visit_f64<E>(self, number: f64) -> Result<Self::Value, E> {
        Ok(Number::Float(number))
    }

    fn visit_borrowed_str<E>(self, text: &'de str) -> Result<Self::Value, E> {
        Ok(Number::Text(Cow::Borrowed(text)))
    }

    fn visit_str<E>(self, text: &str) -> Result<Self::Value, E> {
        Ok(Number::Text(Cow::Owned(text.to_owned())))
    }
}

impl Number<'_> {
    /// An unsigned 64-bit field; `None` if it is not one.
    fn unsigned(&self) -> Option<u64> {
        match self {
            Self::Unsigned(number) => Some(*number),
            Self::Text(text) => text.parse().ok(),
            Self::Signed(_) | Self::Float(_) => None,
        }
    }

    fn exact(&self) -> Result<SampleValue, Reason> {
        match self {
            Self::Unsigned(number) => i64::try_from(*number)
                .map(SampleValue::Integer)
                .map_err(|_| Reason::OutOfRange),
            Self::Signed(number) => Ok(SampleValue::Integer(*number)),
            Self::Float(number) => SampleValue::from_float(*number),
            Self::Text(text) => SampleValue::parse(text),
        }
    }

    fn text(&self) -> Cow<'_, str> {
        match self {
            Self::Unsigned(number) => number.to_string().into(),
            Self::Signed(number) => number.to_string().into(),
            Self::Float(number) => number.to_string().into(),
            Self::Text(text) => Cow::Borrowed(text),
        }
    }
}

/// Decodes an OTLP metrics export request in JSON.
///
/// # Errors
/// [`DecodeError::TooLarge`], [`DecodeError::TooMany`], [`DecodeError::Json`]; single points are
/// refused in [`Decoded::rejected`].
pub fn decode(body: &[u8], context: &Context<'_>) -> Result<Decoded, DecodeError> {
    let limits = &context.limits;
    if body.len() > limits.body_bytes {
        return Err(DecodeError::TooLarge {
            bytes: body.len(),
            limit: limits.body_bytes,
        });
    }
    let request: Request<'_> =
        serde_json::from_slice(body).map_err(|error| DecodeError::json(&error))?;
    let mut decoded = Decoded::default();
    for resource in &request.resource_metrics {
        let mut identity = Identity::default();
        for attribute in resource
            .resource
            .iter()
            .flat_map(|resource| &resource.attributes)
        {
            identity.resource(&attribute.key, text_of(attribute.value.as_ref()).into());
        }
        for scope in &resource.scope_metrics {
            let scope_name = scope.scope.as_ref().map_or("", |scope| scope.name.as_ref());
            for metric in &scope.metrics {
                metric_points(metric, &identity, scope_name, context, &mut decoded)?;
            }
        }
    }
    Ok(decoded)
}

fn metric_points(
    metric: &Metric<'_>,
    identity: &Identity,
    scope: &str,
    context: &Context<'_>,
    decoded: &mut Decoded,
) -> Result<(), DecodeError> {
    let (kind, points) = match (&metric.gauge, &metric.sum) {
        (Some(gauge), None) => (Ok(SampleKind::Gauge), &gauge.data_points),
        (None, Some(sum)) => {
            let temporality = sum
                .aggregation_temporality
                .as_ref()
                .and_then(Number::unsigned);
            let temporality = temporality
                .and_then(|code| i64::try_from(code).ok())
                .unwrap_or(0);
            (kind_of(temporality, sum.is_monotonic), &sum.data_points)
        }
        _ => {
            // A histogram or summary (not read here), or nothing at all.
            decoded.reject(Reason::Unsupported, &metric.name);
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
        let labels = point.attributes.iter();
        let labels = labels.map(|pair| (pair.key.as_ref(), text_of(pair.value.as_ref())));
        let nanos = |number: &Option<Number<'_>>| match number {
            None => 0,
            // Not a number: u64::MAX is outside the accepted range and refuses the point.
            Some(number) => number.unsigned().unwrap_or(u64::MAX),
        };
        let raw = RawPoint {
            flags: point.flags.as_ref().and_then(Number::unsigned).unwrap_or(0),
            start: nanos(&point.start_time_unix_nano),
            time: nanos(&point.time_unix_nano),
            value: value_of(point),
        };
        number_point(&head, &raw, labels, context, decoded)?;
    }
    Ok(())
}

fn value_of(point: &DataPoint<'_>) -> Result<SampleValue, Reason> {
    match (&point.as_int, &point.as_double) {
        (Some(number), None) => match number.exact() {
            Ok(SampleValue::Decimal(_)) => Err(Reason::OutOfRange),
            other => other,
        },
        (None, Some(number)) => number.exact(),
        _ => Err(Reason::ValueMissing),
    }
}

fn text_of<'a>(value: Option<&'a Value<'_>>) -> Cow<'a, str> {
    let Some(value) = value else {
        return Cow::default();
    };
    let number = || value.int_value.as_ref().or(value.double_value.as_ref());
    match (&value.string_value, value.bool_value) {
        (Some(text), _) => Cow::Borrowed(text),
        (None, Some(flag)) => flag.to_string().into(),
        (None, None) => number().map_or_else(|| "(composite)".into(), Number::text),
    }
}
