//! Prometheus remote write 1.0 and 2.0: snappy block, then protobuf, decoded by hand and borrowed.
//!
//! * 1.0 <https://prometheus.io/docs/specs/prw/remote_write_spec/>: labels as text, no type with
//!   the series; the kind comes from metadata in the same request, else from the `_total`
//!   convention.
//! * 2.0 <https://prometheus.io/docs/specs/prw/remote_write_spec_2_0/>: a symbol table, the type
//!   with each series, and a start stamp with each sample (field 3). Encoders of earlier drafts put
//!   one stamp on the series instead (field 6, reserved since); both are read.

use std::collections::BTreeMap;

use super::Context;
use super::error::{DecodeError, Reason};
use super::limits::Limits;
use super::sample::{Decoded, SampleKind, SeriesKey};
use super::value::{STALE_NAN_BITS, SampleValue, instant_from_millis};
use super::wire::{Field, Reader};

const NAME: &str = "__name__";
const INSTANCE: &str = "instance";

/// Unpacks a snappy block after checking the length it declares.
///
/// # Errors
/// [`DecodeError::TooLarge`] and [`DecodeError::Snappy`].
pub fn unpack(body: &[u8], limits: &Limits) -> Result<Vec<u8>, DecodeError> {
    if body.len() > limits.body_bytes {
        return Err(DecodeError::TooLarge {
            bytes: body.len(),
            limit: limits.body_bytes,
        });
    }
    let corrupt = |error: snap::Error| DecodeError::Snappy {
        reason: error.to_string(),
    };
    let bytes = snap::raw::decompress_len(body).map_err(corrupt)?;
    if bytes > limits.decoded_bytes {
        return Err(DecodeError::TooLarge {
            bytes,
            limit: limits.decoded_bytes,
        });
    }
    snap::raw::Decoder::new()
        .decompress_vec(body)
        .map_err(corrupt)
}

/// Decodes a remote write 1.0 request (snappy block of `prometheus.WriteRequest`).
///
/// # Errors
/// Any [`DecodeError`] but JSON and text; single samples are refused in [`Decoded::rejected`].
pub fn decode_v1(body: &[u8], context: &Context<'_>) -> Result<Decoded, DecodeError> {
    let message = unpack(body, &context.limits)?;
    let (kinds, series) = metadata_kinds(&message)?;
    let mut decoded = roomy(series, &context.limits);
    let mut labels = Vec::new();
    let mut reader = Reader::new(&message);
    while let Some((number, field)) = reader.next()? {
        if number == 1 {
            series_v1(field.bytes()?, &kinds, context, &mut labels, &mut decoded)?;
        }
    }
    Ok(decoded)
}

/// With room for so many series of a sample each, so that nothing is moved while they are read.
fn roomy(series: usize, limits: &Limits) -> Decoded {
    let series = series.min(limits.series);
    Decoded {
        series: Vec::with_capacity(series),
        points: Vec::with_capacity(series),
        ..Decoded::default()
    }
}

/// Metric types from the request's metadata (field 3), if it carries any, and how many series the
/// request has.
fn metadata_kinds(message: &[u8]) -> Result<(BTreeMap<&str, SampleKind>, usize), DecodeError> {
    let (mut kinds, mut series) = (BTreeMap::new(), 0usize);
    let mut reader = Reader::new(message);
    while let Some((number, field)) = reader.next()? {
        if number != 3 {
            series = series.saturating_add(usize::from(number == 1));
            continue;
        }
        let (mut family, mut kind) = ("", 0);
        let mut metadata = Reader::new(field.bytes()?);
        while let Some((number, field)) = metadata.next()? {
            match number {
                1 => kind = field.varint()?,
                2 => family = field.text()?,
                _ => {}
            }
        }
        match kind {
            1 => kinds.insert(family, SampleKind::Cumulative),
            2 => kinds.insert(family, SampleKind::Gauge),
            _ => None,
        };
    }
    Ok((kinds, series))
}

fn series_v1<'a>(
    message: &'a [u8],
    kinds: &BTreeMap<&str, SampleKind>,
    context: &Context<'a>,
    labels: &mut Vec<(&'a str, &'a str)>,
    decoded: &mut Decoded,
) -> Result<(), DecodeError> {
    labels.clear();
    let from = decoded.points.len();
    // Labels come first in every encoder, but protobuf does not promise it: the samples are read in
    // a second walk, when the name, and with it the kind, is known.
    let mut reader = Reader::new(message);
    while let Some((number, field)) = reader.next()? {
        if number == 1 {
            push_label(labels, label_v1(field.bytes()?)?, &context.limits)?;
        }
    }
    let (name, instance) = take_identity(labels, context);
    let kind = kinds
        .get(name)
        .copied()
        .unwrap_or_else(|| kind_by_name(name));
    let mut reader = Reader::new(message);
    while let Some((number, field)) = reader.next()? {
        match number {
            2 => sample(field.bytes()?, None, kind, name, context, decoded)?,
            4 => decoded.reject(Reason::Unsupported, name),
            _ => {}
        }
    }
    let key = key_of(instance, name, labels, &context.limits);
    decoded.close_series(from, key, name, kind, None, &context.limits)
}

fn label_v1(message: &[u8]) -> Result<(&str, &str), DecodeError> {
    let (mut name, mut text) = ("", "");
    let mut reader = Reader::new(message);
    while let Some((number, field)) = reader.next()? {
        match number {
            1 => name = field.text()?,
            2 => text = field.text()?,
            _ => {}
        }
    }
    Ok((name, text))
}

/// Decodes a remote write 2.0 request (snappy block of `io.prometheus.write.v2.Request`).
///
/// # Errors
/// As [`decode_v1`], and [`DecodeError::Symbol`].
pub fn decode_v2(body: &[u8], context: &Context<'_>) -> Result<Decoded, DecodeError> {
    let message = unpack(body, &context.limits)?;
    let (mut symbols, mut series) = (Vec::new(), 0usize);
    let mut reader = Reader::new(&message);
    while let Some((number, field)) = reader.next()? {
        series = series.saturating_add(usize::from(number == 5));
        if number == 4 {
            // At most four symbols (two labels) a label slot: far above any real request.
            if symbols.len() >= context.limits.points {
                let limit = context.limits.points;
                return Err(DecodeError::TooMany {
                    what: "symbols",
                    limit,
                });
            }
            symbols.push(field.text()?);
        }
    }
    if symbols.first().is_some_and(|first| !first.is_empty()) {
        return Err(DecodeError::Symbol {
            reference: 0,
            symbols: symbols.len(),
        });
    }
    let mut decoded = roomy(series, &context.limits);
    let mut labels = Vec::new();
    let mut reader = Reader::new(&message);
    while let Some((number, field)) = reader.next()? {
        if number == 5 {
            series_v2(field.bytes()?, &symbols, context, &mut labels, &mut decoded)?;
        }
    }
    Ok(decoded)
}

fn series_v2<'a>(
    message: &'a [u8],
    symbols: &[&'a str],
    context: &Context<'a>,
    labels: &mut Vec<(&'a str, &'a str)>,
    decoded: &mut Decoded,
) -> Result<(), DecodeError> {
    labels.clear();
    let from = decoded.points.len();
    let (mut created, mut kind, mut unit) = (0, None, "");
    let mut pending = None;
    let mut reader = Reader::new(message);
    while let Some((number, field)) = reader.next()? {
        match number {
            1 => label_references(field, symbols, &mut pending, labels, &context.limits)?,
            5 => (kind, unit) = metadata_v2(field.bytes()?, symbols)?,
            6 => created = field.int64()?,
            _ => {}
        }
    }
    if let Some(reference) = pending {
        return Err(DecodeError::Symbol {
            reference,
            symbols: symbols.len(),
        });
    }
    let (name, instance) = take_identity(labels, context);
    let kind = kind.unwrap_or_else(|| kind_by_name(name));
    let created = if created == 0 { None } else { Some(created) };
    let mut reader = Reader::new(message);
    while let Some((number, field)) = reader.next()? {
        match number {
            2 => sample(field.bytes()?, created, kind, name, context, decoded)?,
            3 => decoded.reject(Reason::Unsupported, name),
            _ => {}
        }
    }
    let key = key_of(instance, name, labels, &context.limits);
    decoded.close_series(from, key, name, kind, Some(unit), &context.limits)
}

/// Label references come packed (name, value, name, value …); an unpacked field is one of them.
fn label_references<'a>(
    field: Field<'_>,
    symbols: &[&'a str],
    pending: &mut Option<u32>,
    labels: &mut Vec<(&'a str, &'a str)>,
    limits: &Limits,
) -> Result<(), DecodeError> {
    let mut take = |bits: u64| {
        let reference = u32::try_from(bits).unwrap_or(u32::MAX);
        match pending.take() {
            None => *pending = Some(reference),
            Some(name) => {
                let pair = (symbol(symbols, name)?, symbol(symbols, reference)?);
                push_label(labels, pair, limits)?;
            }
        }
        Ok(())
    };
    match field {
        Field::Varint(bits) => take(bits),
        other => {
            let mut packed = Reader::new(other.bytes()?);
            while !packed.is_empty() {
                take(packed.varint()?)?;
            }
            Ok(())
        }
    }
}

fn symbol<'a>(symbols: &[&'a str], reference: u32) -> Result<&'a str, DecodeError> {
    let missing = DecodeError::Symbol {
        reference,
        symbols: symbols.len(),
    };
    usize::try_from(reference)
        .ok()
        .and_then(|index| symbols.get(index))
        .copied()
        .ok_or(missing)
}

fn metadata_v2<'a>(
    message: &[u8],
    symbols: &[&'a str],
) -> Result<(Option<SampleKind>, &'a str), DecodeError> {
    let (mut kind, mut unit) = (None, "");
    let mut reader = Reader::new(message);
    while let Some((number, field)) = reader.next()? {
        match (number, field) {
            (1, Field::Varint(1)) => kind = Some(SampleKind::Cumulative),
            (1, Field::Varint(2)) => kind = Some(SampleKind::Gauge),
            (4, Field::Varint(bits)) => {
                unit = symbol(symbols, u32::try_from(bits).unwrap_or(u32::MAX))?;
            }
            _ => {}
        }
    }
    Ok((kind, unit))
}

/// One sample: value 1, time 2 and, in 2.0 only, start 3; all times in milliseconds.
#[inline]
fn sample(
    message: &[u8],
    created: Option<i64>,
    kind: SampleKind,
    name: &str,
    context: &Context<'_>,
    decoded: &mut Decoded,
) -> Result<(), DecodeError> {
    let (mut value, mut time, mut start) = (0.0_f64, 0_i64, created);
    let mut reader = Reader::new(message);
    while let Some((number, field)) = reader.next()? {
        match number {
            1 => value = field.double()?,
            2 => time = field.int64()?,
            3 => {
                start = Some(field.int64()?)
                    .filter(|millis| *millis != 0)
                    .or(created);
            }
            _ => {}
        }
    }
    if value.to_bits() == STALE_NAN_BITS {
        decoded.without_value += 1;
        return Ok(());
    }
    let start = start.and_then(instant_from_millis);
    let value = SampleValue::from_float(value);
    decoded.push_point(
        kind,
        instant_from_millis(time),
        start,
        value,
        name,
        &context.limits,
    )
}

fn push_label<'a>(
    labels: &mut Vec<(&'a str, &'a str)>,
    label: (&'a str, &'a str),
    limits: &Limits,
) -> Result<(), DecodeError> {
    if labels.len() >= limits.labels_per_series {
        return Err(DecodeError::TooMany {
            what: "labels",
            limit: limits.labels_per_series,
        });
    }
    labels.push(label);
    Ok(())
}

/// Takes the name and the instance out of the labels.
fn take_identity<'a>(
    labels: &mut Vec<(&'a str, &'a str)>,
    context: &Context<'a>,
) -> (&'a str, &'a str) {
    let mut take = |wanted: &str| {
        let index = labels.iter().position(|(name, _)| *name == wanted)?;
        Some(labels.remove(index).1)
    };
    let name = take(NAME).unwrap_or_default();
    (
        name,
        take(INSTANCE).or(context.instance).unwrap_or_default(),
    )
}

/// The key, unless a label is longer than allowed.
pub(super) fn key_of<T: AsRef<str> + Ord>(
    instance: &str,
    metric: &str,
    labels: &mut [(&str, T)],
    limits: &Limits,
) -> Result<SeriesKey, Reason> {
    let longest = labels
        .iter()
        .map(|(name, text)| name.len().max(text.as_ref().len()))
        .max();
    let longest = longest
        .unwrap_or_default()
        .max(instance.len())
        .max(metric.len());
    if longest > limits.text_bytes {
        return Err(Reason::Label);
    }
    SeriesKey::of(instance, metric, labels)
}

/// Prometheus' naming convention, used where no type is stated.
/// <https://prometheus.io/docs/practices/naming/>
pub(super) fn kind_by_name(name: &str) -> SampleKind {
    let counters = ["_total", "_count", "_sum", "_bucket"];
    let counter = counters.iter().any(|suffix| name.ends_with(suffix));
    if counter {
        SampleKind::Cumulative
    } else {
        SampleKind::Gauge
    }
}
