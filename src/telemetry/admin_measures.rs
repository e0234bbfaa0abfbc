//! The answer of Mastodon's `POST /api/v1/admin/measures`.
//! <https://docs.joinmastodon.org/entities/Admin_Measure/>
//!
//! A day's figure is stamped with the last millisecond of its day: midnight would lie in the next
//! month. Only the measures counted by day in the database become samples: new users and reports,
//! one delta per UTC day. Distinct counts (`active_users`) must be taken as the total of the whole
//! range, because the days' figures share people; the total is a gauge at the end of the last
//! bucket, and it is only as right as the range that was asked for (its end date is exclusive for
//! `active_users` and `interactions`, inclusive for the others).

use std::borrow::Cow;

use chrono::{DateTime, Days, TimeDelta, Utc};
use serde::Deserialize;

use super::Context;
use super::error::{DecodeError, Reason};
use super::sample::{Decoded, SampleKind, SeriesKey};
use super::value::{SampleValue, instant_from_text};

/// Prefix of the metric names made of measure keys.
pub const PREFIX: &str = "mastodon.admin.";
/// Measures whose days add up.
const COUNTED_BY_DAY: [&str; 4] = [
    "new_users",
    "interactions",
    "opened_reports",
    "resolved_reports",
];

#[derive(Deserialize)]
struct Measure<'a> {
    #[serde(borrow)]
    key: Cow<'a, str>,
    #[serde(borrow, default)]
    unit: Option<Cow<'a, str>>,
    #[serde(borrow)]
    total: Cow<'a, str>,
    #[serde(borrow, default)]
    data: Vec<Bucket<'a>>,
}

#[derive(Deserialize)]
struct Bucket<'a> {
    #[serde(borrow)]
    date: Cow<'a, str>,
    #[serde(borrow)]
    value: Cow<'a, str>,
}

/// Decodes an answer; the instance is the one that was asked, so it comes from the context.
///
/// # Errors
/// [`DecodeError::TooLarge`], [`DecodeError::TooMany`], [`DecodeError::Json`]; single values are
/// refused in [`Decoded::rejected`].
pub fn decode(body: &[u8], context: &Context<'_>) -> Result<Decoded, DecodeError> {
    let limits = &context.limits;
    if body.len() > limits.body_bytes {
        return Err(DecodeError::TooLarge {
            bytes: body.len(),
            limit: limits.body_bytes,
        });
    }
    let measures: Vec<Measure<'_>> =
        serde_json::from_slice(body).map_err(|error| DecodeError::json(&error))?;
    let mut decoded = Decoded::default();
    for measure in &measures {
        let from = decoded.points.len();
        let by_day = COUNTED_BY_DAY.contains(&measure.key.as_ref());
        let kind = if by_day {
            SampleKind::Delta
        } else {
            SampleKind::Gauge
        };
        if by_day {
            for bucket in &measure.data {
                let start = instant_from_text(&bucket.date);
                let value = number(&bucket.value);
                let end = start.and_then(end_of_day);
                decoded.push_point(kind, end, start, value, &measure.key, limits)?;
            }
        } else {
            let last = measure
                .data
                .last()
                .and_then(|bucket| instant_from_text(&bucket.date));
            let time = last.and_then(end_of_day);
            decoded.push_point(
                kind,
                time,
                None,
                number(&measure.total),
                &measure.key,
                limits,
            )?;
        }
        let name = format!("{PREFIX}{}", measure.key);
        let key = if measure.key.is_empty() {
            Err(Reason::NameMissing)
        } else {
            SeriesKey::new(context.instance.unwrap_or_default(), &name, &mut [])
        };
        let unit = measure.unit.as_deref();
        decoded.close_series(from, key, &measure.key, kind, unit, limits)?;
    }
    Ok(decoded)
}

/// Counts are whole and never negative.
fn number(text: &str) -> Result<SampleValue, Reason> {
    match SampleValue::parse(text)? {
        value @ SampleValue::Integer(count) if count >= 0 => Ok(value),
        SampleValue::Integer(_) => Err(Reason::NegativeCounter),
        SampleValue::Decimal(_) => Err(Reason::OutOfRange),
    }
}

fn end_of_day(start: DateTime<Utc>) -> Option<DateTime<Utc>> {
    let next = start.checked_add_days(Days::new(1))?;
    next.checked_sub_signed(TimeDelta::milliseconds(1))
}
