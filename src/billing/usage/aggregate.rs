//! Aggregations of plain values: sum, count, unique, extremes, latest, average.
//!
//! All of them are functions of a set: the order of the input never matters, and equal times are
//! resolved by the value itself.

use std::collections::BTreeSet;

use chrono::{DateTime, Utc};

use super::{UsageEvent, nano, ratio_of_nano};
use crate::billing::{Quantity, Ratio};

/// By what two events count as one in a unique count.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum UniqueBy {
    /// The subject of the event.
    Subject,
    /// The value of a named attribute; events without it are left out.
    Dim(String),
}

/// Number of events.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct EventCount(pub u64);

/// The exact sum; zero of nothing. `None` when it cannot be kept exactly.
pub fn sum(values: impl IntoIterator<Item = Quantity>) -> Option<Ratio> {
    let mut total = 0i128;
    for value in values {
        total = total.checked_add(nano(value)?)?;
    }
    ratio_of_nano(total, 1)
}

/// Number of distinct subjects or attribute values.
pub fn unique<'a>(events: impl IntoIterator<Item = &'a UsageEvent>, by: &UniqueBy) -> EventCount {
    let seen: BTreeSet<&str> = events
        .into_iter()
        .filter_map(|event| match by {
            UniqueBy::Subject => Some(event.subject.as_str()),
            UniqueBy::Dim(name) => event.dims.get(name).map(String::as_str),
        })
        .collect();
    EventCount(u64::try_from(seen.len()).unwrap_or(u64::MAX))
}

/// The largest value.
pub fn maximum(values: impl IntoIterator<Item = Quantity>) -> Option<Quantity> {
    values.into_iter().max()
}

/// The smallest value.
pub fn minimum(values: impl IntoIterator<Item = Quantity>) -> Option<Quantity> {
    values.into_iter().min()
}

/// The value with the latest time; of several at that time the largest.
pub fn latest(values: impl IntoIterator<Item = (DateTime<Utc>, Quantity)>) -> Option<Quantity> {
    values.into_iter().max().map(|(_, value)| value)
}

/// The exact arithmetic mean. `None` of nothing, or when it cannot be kept exactly.
pub fn average(values: impl IntoIterator<Item = Quantity>) -> Option<Ratio> {
    let (mut total, mut count) = (0i128, 0i128);
    for value in values {
        total = total.checked_add(nano(value)?)?;
        count = count.checked_add(1)?;
    }
    ratio_of_nano(total, count)
}
