//! What a meter found in one hour: the step between samples and a reading.
//!
//! The partial of an hour is a pure function of the set of records that fall into it. It keeps what
//! neighbouring hours need of each other (the first and the last sample of each series), so that a
//! reading folded from the hours of its period equals the reading of all their records.

use std::collections::{BTreeMap, BTreeSet};

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

use super::counter::contribution;
use super::meter::fits;
use super::rate::{Slots, spread};
use super::{
    Aggregation, Meter, Sample, SampleKind, SeriesKey, Stamped, UsageError, UsageEvent,
    dedupe_events, dedupe_samples, nano,
};
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
    fn of(sample: &Sample) -> Self {
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

    fn of(error: &UsageError) -> Self {
        match error {
            UsageError::NegativeCounter { .. } => Self::Negative,
            _ => Self::Overflow,
        }
    }
}

/// The partial of the samples of one hour, with those that contradict a sample that came first.
pub fn roll_samples(
    meter: &Meter,
    samples: Vec<Stamped<Sample>>,
) -> (Partial, Vec<Stamped<Sample>>) {
    let mut of: BTreeMap<SeriesKey, Vec<Stamped<Sample>>> = BTreeMap::new();
    for sample in samples {
        match of.get_mut(&sample.record.series) {
            Some(own) => own.push(sample),
            None => {
                of.insert(sample.record.series.clone(), vec![sample]);
            }
        }
    }
    roll_series(meter, of.into_values())
}

/// Numbers of chunks that are held before repeated ones are dropped.
const MANY: usize = 4_096;

/// As [`roll_samples`], of samples that come a series at a time, in the order of their keys.
pub fn roll_series(
    meter: &Meter,
    series: impl IntoIterator<Item = Vec<Stamped<Sample>>>,
) -> (Partial, Vec<Stamped<Sample>>) {
    let mut partial = Partial::default();
    let mut conflicts = Vec::new();
    let (mut chunks, mut enough): (Vec<i64>, usize) = (Vec::new(), MANY);
    for samples in series {
        let last = samples.iter().map(|one| one.record.time).max();
        let in_chunk = |one: &Stamped<Sample>| one.received.chunk;
        let at_last = samples.iter().filter(|one| Some(one.record.time) == last);
        let last_in: BTreeSet<i64> = at_last.map(in_chunk).collect();
        chunks.extend(samples.iter().map(in_chunk));
        // Series of one request share their chunks: kept short, so that an hour of many series does
        // not hold each number as often as there are series.
        if chunks.len() > enough {
            chunks.sort_unstable();
            chunks.dedup();
            enough = chunks.len().saturating_mul(2).max(MANY);
        }
        let found = dedupe_samples(samples);
        partial.duplicates = partial.duplicates.saturating_add(found.duplicates);
        conflicts.extend(found.conflicts);
        let hour = one_series(meter, &found.unique, last_in.into_iter().collect());
        partial.series.extend(hour);
    }
    chunks.sort_unstable();
    chunks.dedup();
    conflicts.sort_unstable();
    partial.chunks = chunks;
    partial.conflicts = u64::try_from(conflicts.len()).unwrap_or(u64::MAX);
    (partial, conflicts)
}

/// The partial of the events of one hour, with those that contradict an event that came first.
pub fn roll_events(events: Vec<Stamped<UsageEvent>>) -> (Partial, Vec<Stamped<UsageEvent>>) {
    let chunks: BTreeSet<i64> = events.iter().map(|one| one.received.chunk).collect();
    let mut first: BTreeMap<(String, String), &Stamped<UsageEvent>> = BTreeMap::new();
    let mut sorted: Vec<&Stamped<UsageEvent>> = events.iter().collect();
    sorted.sort_unstable();
    for event in sorted {
        let key = (event.record.source.clone(), event.record.id.clone());
        first.entry(key).or_insert(event);
    }
    let winners = first.into_values().cloned().collect();
    let found = dedupe_events(events);
    let partial = Partial {
        chunks: chunks.into_iter().collect(),
        duplicates: found.duplicates,
        conflicts: u64::try_from(found.conflicts.len()).unwrap_or(u64::MAX),
        taken_back: 0,
        series: Vec::new(),
        events: winners,
    };
    (partial, found.conflicts)
}

/// One series, sorted by time, each instant once.
fn one_series(meter: &Meter, points: &[Sample], last_in: Vec<i64>) -> Option<SeriesHour> {
    let (first, last) = (points.first()?, points.last()?);
    let mixed = |sample: &&Sample| {
        let counts = meter.aggregation == Aggregation::Count;
        !fits(&meter.aggregation, sample.kind) || counts && sample.kind != first.kind
    };
    let wrong = points.iter().find(mixed);
    let found = match wrong {
        Some(sample) => Err(Refusal::Kind(sample.kind)),
        None => between(meter, points),
    };
    let nothing = Between::Rates(Vec::new());
    let (between, refused) = match found {
        Ok(between) => (between, None),
        Err(refused) => (nothing, Some(refused)),
    };
    Some(SeriesHour {
        key: first.series.as_str().to_owned(),
        rank: first.series.rank(),
        first: Edge::of(first),
        last: Edge::of(last),
        last_in,
        between,
        refused,
    })
}

fn between(meter: &Meter, points: &[Sample]) -> Result<Between, Refusal> {
    match meter.aggregation {
        Aggregation::Sum | Aggregation::Increase => counted(meter, points),
        Aggregation::P95Rate => rates(meter, points),
        _ => levels(meter, points).ok_or(Refusal::Overflow),
    }
}

fn counted(meter: &Meter, points: &[Sample]) -> Result<Between, Refusal> {
    let (mut total, mut resets, mut millis) = (0i128, 0u32, 0i64);
    let mut since: Option<DateTime<Utc>> = None;
    for (before, sample) in points.iter().zip(points.iter().skip(1)) {
        let step = contribution(Some(before), sample, meter.reset_rule);
        let step = step.map_err(|error| Refusal::of(&error))?;
        total = total.checked_add(step.amount).ok_or(Refusal::Overflow)?;
        resets = resets.saturating_add(u32::from(step.reset));
        let length = sample.time.signed_duration_since(step.since);
        millis = millis.saturating_add(length.num_milliseconds());
        since = Some(since.map_or(step.since, |known| known.min(step.since)));
    }
    Ok(Between::Counted {
        total,
        resets,
        since,
        millis,
    })
}

fn rates(meter: &Meter, points: &[Sample]) -> Result<Between, Refusal> {
    let mut slots = Slots::new();
    for (before, sample) in points.iter().zip(points.iter().skip(1)) {
        let step = contribution(Some(before), sample, meter.reset_rule);
        let step = step.map_err(|error| Refusal::of(&error))?;
        let pair = (
            step.since.timestamp_millis(),
            sample.time.timestamp_millis(),
        );
        spread(pair, step.amount, meter.hold_millis(), &mut slots).ok_or(Refusal::Overflow)?;
    }
    let slots = slots.into_iter();
    let told = slots.map(|(number, slot)| (number, slot.amount.to_string(), slot.covered_millis));
    Ok(Between::Rates(told.collect()))
}

fn levels(meter: &Meter, points: &[Sample]) -> Option<Between> {
    let (mut area, mut millis, mut sum) = (0i128, 0i64, 0i128);
    let gauge = |sample: &Sample| sample.kind == SampleKind::Gauge;
    for (sample, next) in points.iter().zip(points.iter().skip(1)) {
        let (time, next) = (sample.time.timestamp_millis(), next.time.timestamp_millis());
        let held = next
            .min(time.saturating_add(meter.hold_millis()))
            .checked_sub(time)?;
        if gauge(sample) && held > 0 {
            area = area.checked_add(nano(sample.value)?.checked_mul(i128::from(held))?)?;
            millis = millis.checked_add(held)?;
        }
    }
    let values = || points.iter().map(|sample| sample.value);
    if meter.aggregation == Aggregation::Average {
        for value in values() {
            sum = sum.checked_add(nano(value)?)?;
        }
    }
    let mut all = Vec::new();
    if meter.aggregation == Aggregation::P95 {
        all.extend(values());
        all.sort_unstable();
    }
    Some(Between::Levels {
        area,
        millis,
        count: u64::try_from(points.len()).ok()?,
        sum,
        max: values().max()?,
        min: values().min()?,
        values: all,
    })
}
