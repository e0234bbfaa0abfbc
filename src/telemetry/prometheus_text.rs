//! The Prometheus text exposition format, as Mastodon's exporters write it.
//! <https://prometheus.io/docs/instrumenting/exposition_formats/#text-based-format>
//!
//! A line without a time stamp was measured when it was scraped, so the scraper says when: either
//! by the context, or (what the evidence keeps) by a comment as the first line,
//! `# herdbook-scrape at=2026-03-01T00:05:00Z instance=social.example.org`.
//! Names are kept as written; that Ruby's exporter prefixes them is the meter catalogue's concern.

use std::borrow::Cow;
use std::collections::BTreeMap;

use chrono::{DateTime, Utc};

use super::Context;
use super::error::{DecodeError, Reason};
use super::remote_write::{key_of, kind_by_name};
use super::sample::{Decoded, SampleKind};
use super::value::{SampleValue, instant_from_millis, instant_from_text};

/// Opens the comment by which our scraper states time and instance.
pub const SCRAPE_MARK: &str = "# herdbook-scrape ";

/// A metric family's type, as its TYPE line states it.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Family {
    Counter,
    Gauge,
    /// Summary or histogram: only `_sum` and `_count` are quantities.
    Distribution,
}

/// Decodes one scrape.
///
/// # Errors
/// [`DecodeError::TooLarge`], [`DecodeError::TooMany`], [`DecodeError::Utf8`],
/// [`DecodeError::Text`]; single lines are refused in [`Decoded::rejected`].
pub fn decode(body: &[u8], context: &Context<'_>) -> Result<Decoded, DecodeError> {
    let limits = &context.limits;
    if body.len() > limits.body_bytes {
        return Err(DecodeError::TooLarge {
            bytes: body.len(),
            limit: limits.body_bytes,
        });
    }
    let text = std::str::from_utf8(body).map_err(|_| DecodeError::Utf8)?;
    let mut families = BTreeMap::new();
    let mut decoded = Decoded::default();
    let mut scrape = Scrape {
        at: Some(context.received_at),
        instance: context.instance,
    };
    for (index, line) in text.lines().enumerate() {
        let line = line.trim();
        let wrong = |reason| DecodeError::Text {
            line: index + 1,
            reason,
        };
        if let Some(stated) = line.strip_prefix(SCRAPE_MARK) {
            scrape = scrape_of(stated, scrape).map_err(wrong)?;
        } else if let Some(comment) = line.strip_prefix('#') {
            if let Some((name, family)) = family_of(comment) {
                families.insert(name, family);
            }
        } else if !line.is_empty() {
            let sample = Sample::parse(line, limits.labels_per_series).map_err(wrong)?;
            accept(&sample, &families, &scrape, context, &mut decoded)?;
        }
    }
    Ok(decoded)
}

/// When and where the text was scraped.
struct Scrape<'a> {
    at: Option<DateTime<Utc>>,
    instance: Option<&'a str>,
}

fn scrape_of<'a>(stated: &'a str, known: Scrape<'a>) -> Result<Scrape<'a>, &'static str> {
    let mut scrape = known;
    for part in stated.split_ascii_whitespace() {
        match part.split_once('=') {
            Some(("at", time)) => {
                scrape.at =
                    Some(instant_from_text(time).ok_or("the scrape's time is no RFC 3339")?);
            }
            Some(("instance", instance)) => scrape.instance = Some(instance),
            _ => return Err("an unknown word in the scrape comment"),
        }
    }
    Ok(scrape)
}

fn family_of(comment: &str) -> Option<(&str, Family)> {
    let mut words = comment.split_ascii_whitespace();
    if words.next() != Some("TYPE") {
        return None;
    }
    let name = words.next()?;
    match words.next()? {
        "counter" => Some((name, Family::Counter)),
        "gauge" => Some((name, Family::Gauge)),
        "summary" | "histogram" => Some((name, Family::Distribution)),
        _ => None,
    }
}

fn accept(
    sample: &Sample<'_>,
    families: &BTreeMap<&str, Family>,
    scrape: &Scrape<'_>,
    context: &Context<'_>,
    decoded: &mut Decoded,
) -> Result<(), DecodeError> {
    let name = sample.name;
    let Some(kind) = kind_of(name, families) else {
        decoded.reject(Reason::Unsupported, name);
        return Ok(());
    };
    let mut labels: Vec<(&str, &str)> = sample
        .labels
        .iter()
        .map(|(name, text)| (*name, text.as_ref()))
        .collect();
    let own = labels.iter().position(|(name, _)| *name == "instance");
    let own = own.map(|index| labels.remove(index).1);
    let instance = own.or(scrape.instance).unwrap_or_default();
    let time = match sample.millis {
        Some(millis) => instant_from_millis(millis),
        None => scrape.at,
    };
    let from = decoded.points.len();
    let value = SampleValue::parse(sample.value);
    decoded.push_point(kind, time, None, value, name, &context.limits)?;
    let key = key_of(instance, name, &mut labels, &context.limits);
    decoded.close_series(from, key, name, kind, None, &context.limits)
}

/// `None` for quantiles and buckets, which cannot be aggregated.
fn kind_of(name: &str, families: &BTreeMap<&str, Family>) -> Option<SampleKind> {
    match families.get(name) {
        Some(Family::Counter) => return Some(SampleKind::Cumulative),
        Some(Family::Gauge) => return Some(SampleKind::Gauge),
        Some(Family::Distribution) => return None,
        None => {}
    }
    for suffix in ["_sum", "_count"] {
        let family = name
            .strip_suffix(suffix)
            .and_then(|base| families.get(base));
        if family == Some(&Family::Distribution) {
            return Some(SampleKind::Cumulative);
        }
    }
    let bucket = name
        .strip_suffix("_bucket")
        .and_then(|base| families.get(base));
    if bucket == Some(&Family::Distribution) {
        None
    } else {
        Some(kind_by_name(name))
    }
}

/// One parsed line.
struct Sample<'a> {
    name: &'a str,
    labels: Vec<(&'a str, Cow<'a, str>)>,
    value: &'a str,
    millis: Option<i64>,
}

impl<'a> Sample<'a> {
    fn parse(line: &'a str, most_labels: usize) -> Result<Self, &'static str> {
        let end = line
            .find(|mark: char| mark == '{' || mark.is_ascii_whitespace())
            .ok_or("a name without a value")?;
        let (name, mut rest) = line.split_at(end);
        if name.is_empty() || !name.bytes().all(is_name_byte) {
            return Err("not a metric name");
        }
        let mut labels = Vec::new();
        if let Some(inner) = rest.strip_prefix('{') {
            rest = parse_labels(inner, &mut labels, most_labels)?;
        }
        let mut words = rest.split_ascii_whitespace();
        let value = words.next().ok_or("no value")?;
        let millis = match words.next() {
            None => None,
            Some(stamp) => Some(stamp.parse().map_err(|_| "the time stamp is no integer")?),
        };
        if words.next().is_some() {
            return Err("more after the time stamp");
        }
        Ok(Self {
            name,
            labels,
            value,
            millis,
        })
    }
}

fn is_name_byte(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b':')
}

/// Reads `name="text",…}` and returns what follows the brace.
fn parse_labels<'a>(
    mut rest: &'a str,
    labels: &mut Vec<(&'a str, Cow<'a, str>)>,
    most: usize,
) -> Result<&'a str, &'static str> {
    loop {
        rest = rest.trim_start();
        if let Some(after) = rest.strip_prefix('}') {
            return Ok(after);
        }
        if labels.len() >= most {
            return Err("too many labels");
        }
        let (name, after) = rest.split_once('=').ok_or("a label without a value")?;
        let name = name.trim_end();
        if name.is_empty() || !name.bytes().all(is_name_byte) {
            return Err("not a label name");
        }
        let quoted = after
            .trim_start()
            .strip_prefix('"')
            .ok_or("a label value without quotes")?;
        let (text, after) = unquote(quoted)?;
        labels.push((name, text));
        rest = after.trim_start();
        match rest.strip_prefix(',') {
            Some(after) => rest = after,
            None if rest.starts_with('}') => {}
            None => return Err("neither a comma nor a brace after a label"),
        }
    }
}

/// The text up to the closing quote, `\\`, `\"` and `\n` resolved, and what follows.
fn unquote(text: &str) -> Result<(Cow<'_, str>, &str), &'static str> {
    let end = text.find(['"', '\\']).ok_or("a label value does not end")?;
    let (plain, rest) = text.split_at(end);
    if let Some(after) = rest.strip_prefix('"') {
        return Ok((Cow::Borrowed(plain), after));
    }
    let mut owned = plain.to_owned();
    let mut marks = rest.char_indices();
    while let Some((index, mark)) = marks.next() {
        match mark {
            '"' => return Ok((Cow::Owned(owned), rest.get(index + 1..).unwrap_or_default())),
            '\\' => match marks.next() {
                Some((_, 'n')) => owned.push('\n'),
                Some((_, escaped @ ('\\' | '"'))) => owned.push(escaped),
                _ => return Err("an unknown escape in a label value"),
            },
            other => owned.push(other),
        }
    }
    Err("a label value does not end")
}
