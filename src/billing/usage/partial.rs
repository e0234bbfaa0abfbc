//! What a meter found in one hour: the step between samples and a reading.
//!
//! The partial of an hour is a pure function of the set of records that fall into it. It keeps what
//! neighbouring hours need of each other (the first and the last sample of each series), so that a
//! reading folded from the hours of its period equals the reading of all their records.

use std::collections::BTreeSet;

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

use super::{Meter, Sample, SampleKind, SeriesKey, Stamped, UsageError, UsageEvent};
use crate::billing::Quantity;

/// What one meter found at one instance in one hour.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Partial {
    /// Chunks of the evidence log that hold its records, by their numbers, sorted.
    pub chunks: Vec<i64>,
    /// How many records were exact repetitions.
    #[serde(default, skip_serializing_if = "is_zero")]
    pub duplicates: u64,
    /// How many contradicted a record that came first.
    #[serde(default, skip_serializing_if = "is_zero")]
    pub conflicts: u64,
    /// How many events were taken back by others.
    #[serde(default, skip_serializing_if = "is_zero")]
    pub taken_back: u64,
    /// Each series by itself, in the order of their keys.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub series: Vec<SeriesHour>,
    /// Each event: a copy may come in another hour, so they are told apart when hours meet.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub events: Vec<Stamped<UsageEvent>>,
}

impl Partial {
    /// True when there is nothing to keep.
    pub fn is_empty(&self) -> bool {
        self.series.is_empty() && self.events.is_empty() && self.taken_back == 0
    }

    /// Together with what other series of the same hour say.
    #[must_use]
    pub fn joined(mut self, other: Self) -> Self {
        let chunks = self.chunks.drain(..).chain(other.chunks);
        self.chunks = chunks.collect::<BTreeSet<_>>().into_iter().collect();
        self.duplicates = self.duplicates.saturating_add(other.duplicates);
        self.conflicts = self.conflicts.saturating_add(other.conflicts);
        self.taken_back = self.taken_back.saturating_add(other.taken_back);
        self.series.extend(other.series);
        // As keys are ordered: by rank, then by text.
        self.series
            .sort_by(|one, two| (one.rank, &one.key).cmp(&(two.rank, &two.key)));
        self.events.extend(other.events);
        self
    }

    /// The partial of an hour of which other events took some back: those are counted and their
    /// chunks, like those of whoever decided, stay part of the evidence.
    #[must_use]
    pub fn decided(mut self, taken_back: u64, chunks: &BTreeSet<i64>) -> Self {
        let known = self.chunks.drain(..).chain(chunks.iter().copied());
        self.chunks = known.collect::<BTreeSet<_>>().into_iter().collect();
        self.taken_back = taken_back;
        self
    }
}

#[expect(
    clippy::trivially_copy_pass_by_ref,
    reason = "serde asks for a reference"
)]
fn is_zero(count: &u64) -> bool {
    *count == 0
}

/// What one series says about the hour.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SeriesHour {
    /// Canonical text of the series.
    pub key: String,
    /// Rank of the source.
    #[serde(default, skip_serializing_if = "is_best")]
    pub rank: u32,
    /// The first sample: it meets the last one of an earlier hour.
    pub first: Edge,
    /// The last sample: it is carried into later hours.
    pub last: Edge,
    /// Chunks that hold the last sample.
    pub last_in: Vec<i64>,
    /// What lies between the two.
    pub between: Between,
    /// A sample that cannot be read as the meter asks.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub refused: Option<Refusal>,
}

#[expect(
    clippy::trivially_copy_pass_by_ref,
    reason = "serde asks for a reference"
)]
fn is_best(rank: &u32) -> bool {
    *rank == 0
}

/// A sample at the edge of an hour.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Edge {
    /// When the value was true.
    pub time: DateTime<Utc>,
    /// When its counter began, where that is known.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub start: Option<DateTime<Utc>>,
    /// How the value relates to the one before.
    pub kind: SampleKind,
    /// The value.
    pub value: Quantity,
}

impl Edge {
    pub(super) fn of(sample: &Sample) -> Self {
        let Sample {
            series: _,
            time,
            start,
            kind,
            value,
        } = sample;
        let (time, start, kind, value) = (*time, *start, *kind, *value);
        Self {
            time,
            start,
            kind,
            value,
        }
    }

    /// The sample again.
    pub(super) fn sample(&self, series: &SeriesKey) -> Sample {
        let (series, time, start) = (series.clone(), self.time, self.start);
        Sample {
            series,
            time,
            start,
            kind: self.kind,
            value: self.value,
        }
    }
}

/// What a meter needs of the samples of an hour, by what it computes.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", deny_unknown_fields)]
pub enum Between {
    /// A counter: what the samples after the first added.
    Counted {
        /// Amount in ninth decimal places.
        #[serde(with = "whole")]
        total: i128,
        /// How often the counter began anew.
        resets: u32,
        /// From when on the amount was counted; none of a single sample.
        since: Option<DateTime<Utc>>,
        /// Milliseconds over which it was counted.
        millis: i64,
    },
    /// A counter's five-minute slots: number, amount in ninth decimal places, milliseconds.
    Rates(Vec<(i64, String, i64)>),
    /// A gauge: the time its values held up to the last sample, and the values themselves.
    Levels {
        /// Value times milliseconds, in ninth decimal places of the value.
        #[serde(with = "whole")]
        area: i128,
        /// Milliseconds for which a value is known.
        millis: i64,
        /// How many values.
        count: u64,
        /// Their sum in ninth decimal places; for an average only.
        #[serde(with = "whole")]
        sum: i128,
        /// The largest.
        max: Quantity,
        /// The smallest.
        min: Quantity,
        /// All of them, sorted; for a percentile only.
        #[serde(default, skip_serializing_if = "Vec::is_empty")]
        values: Vec<Quantity>,
    },
}

/// Whole numbers beyond 64 bits as text: readers of JSON turn them into floats.
mod whole {
    use serde::{Deserialize, Deserializer, Serializer, de::Error};

    pub(super) fn serialize<S: Serializer>(value: &i128, to: S) -> Result<S::Ok, S::Error> {
        to.collect_str(value)
    }

    pub(super) fn deserialize<'de, D: Deserializer<'de>>(from: D) -> Result<i128, D::Error> {
        String::deserialize(from)?.parse().map_err(D::Error::custom)
    }
}

/// Why a sample cannot be read.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Refusal {
    /// Samples of this kind cannot be aggregated so.
    Kind(SampleKind),
    /// A counter below zero.
    Negative,
    /// A total beyond the exact range.
    Overflow,
}

impl Refusal {
    /// The refusal as an error of the meter.
    pub(super) fn error(self, meter: &Meter, series: &SeriesKey) -> UsageError {
        match self {
            Self::Kind(kind) => UsageError::KindMismatch {
                series: series.clone(),
                kind,
                aggregation: meter.aggregation.clone(),
            },
            Self::Negative => UsageError::NegativeCounter {
                series: series.clone(),
            },
            Self::Overflow => meter.overflow(),
        }
    }

    pub(super) fn of(error: &UsageError) -> Self {
        match error {
            UsageError::NegativeCounter { .. } => Self::Negative,
            _ => Self::Overflow,
        }
    }
}
