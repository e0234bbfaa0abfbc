//! Removing duplicates, whatever order the records arrived in.
//!
//! Every delivery is at least once, so equal records come twice; a faulty exporter may also send
//! two *different* records under one identity. Of those the one received first wins; the others are
//! kept aside as conflicts for a person to look at: usage must not depend on which of two chunks
//! was decoded first.
//!
//! A protocol may say when a counter began, or leave it out. The same value with and without that
//! is one sample twice; it counts as it came first, so that nothing that was counted changes by it.

use std::collections::BTreeMap;

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

use super::{Sample, SeriesKey, UsageEvent};

/// Where a record came in: the first by (time of receipt, chunk) wins a conflict.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct Received {
    /// When the chunk was received, in UTC.
    pub at: DateTime<Utc>,
    /// Identity of the evidence chunk.
    pub chunk: i64,
}

/// A record together with its receipt.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Stamped<T> {
    /// Receipt of the chunk that held the record.
    pub received: Received,
    /// The record.
    pub record: T,
}

/// What is left after removing duplicates.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Deduped<T> {
    /// One record an identity, sorted by identity.
    pub unique: Vec<T>,
    /// How many records were exact repetitions.
    pub duplicates: u64,
    /// Records that contradict the winner of their identity, sorted.
    pub conflicts: Vec<Stamped<T>>,
}

/// Samples by (series, time).
pub fn dedupe_samples(records: Vec<Stamped<Sample>>) -> Deduped<Sample> {
    let key =
        |sample: &Sample| -> (SeriesKey, DateTime<Utc>) { (sample.series.clone(), sample.time) };
    dedupe_by(records, key, same_sample)
}

/// Whether two samples of one series and time say the same.
fn same_sample(one: &Sample, two: &Sample) -> bool {
    let starts = one.start.zip(two.start);
    let agree = starts.is_none_or(|(one, two)| one == two);
    agree && (one.kind, one.value) == (two.kind, two.value)
}

/// Events by (source, id), the pair and never a joined text.
pub fn dedupe_events(records: Vec<Stamped<UsageEvent>>) -> Deduped<UsageEvent> {
    let key = |event: &UsageEvent| (event.source.clone(), event.id.clone());
    dedupe_by(records, key, UsageEvent::eq)
}

fn dedupe_by<T: Ord, K: Ord>(
    mut records: Vec<Stamped<T>>,
    key: impl Fn(&T) -> K,
    same: impl Fn(&T, &T) -> bool,
) -> Deduped<T> {
    // The record itself is the last key of the order: two different records of one chunk under one
    // identity still have a defined winner.
    records.sort_unstable();
    let mut winners: BTreeMap<K, T> = BTreeMap::new();
    let mut duplicates = 0u64;
    let mut conflicts: Vec<Stamped<T>> = Vec::new();
    for stamped in records {
        match winners.get(&key(&stamped.record)) {
            None => {
                winners.insert(key(&stamped.record), stamped.record);
            }
            Some(winner) if same(winner, &stamped.record) => {
                duplicates = duplicates.saturating_add(1);
            }
            Some(_) => conflicts.push(stamped),
        }
    }
    Deduped {
        unique: winners.into_values().collect(),
        duplicates,
        conflicts,
    }
}
