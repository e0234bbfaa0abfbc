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

use super::{Sample, UsageEvent};

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
pub fn dedupe_samples(mut records: Vec<Stamped<Sample>>) -> Deduped<Sample> {
    // Each identity's records side by side, the winner first; records mostly come sorted by time,
    // which this sort is quick about.
    records.sort_by(|one, two| {
        let key = |sample: &Stamped<Sample>| (sample.record.time, sample.received);
        let series = one.record.series.cmp(&two.record.series);
        let then = series.then_with(|| key(one).cmp(&key(two)));
        then.then_with(|| one.record.cmp(&two.record))
    });
    let mut unique: Vec<Sample> = Vec::with_capacity(records.len());
    let mut duplicates = 0u64;
    let mut conflicts: Vec<Stamped<Sample>> = Vec::new();
    for stamped in records {
        let same =
            |won: &&Sample| won.time == stamped.record.time && won.series == stamped.record.series;
        match unique.last().filter(same) {
            None => unique.push(stamped.record),
            Some(winner) if same_sample(winner, &stamped.record) => {
                duplicates = duplicates.saturating_add(1);
            }
            Some(_) => conflicts.push(stamped),
        }
    }
    conflicts.sort_unstable();
    Deduped {
        unique,
        duplicates,
        conflicts,
    }
}

/// Whether two samples of one series and time say the same.
fn same_sample(one: &Sample, two: &Sample) -> bool {
    let starts = one.start.zip(two.start);
    let agree = starts.is_none_or(|(one, two)| one == two);
    agree && (one.kind, one.value) == (two.kind, two.value)
}

/// Events by (source, id), the pair and never a joined text.
pub fn dedupe_events(mut records: Vec<Stamped<UsageEvent>>) -> Deduped<UsageEvent> {
    // The record itself is the last key of the order: two different records of one chunk under one
    // identity still have a defined winner.
    records.sort_unstable();
    let mut winners: BTreeMap<(String, String), UsageEvent> = BTreeMap::new();
    let mut duplicates = 0u64;
    let mut conflicts: Vec<Stamped<UsageEvent>> = Vec::new();
    for stamped in records {
        let identity = (stamped.record.source.clone(), stamped.record.id.clone());
        match winners.get(&identity) {
            None => {
                winners.insert(identity, stamped.record);
            }
            Some(winner) if *winner == stamped.record => {
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
