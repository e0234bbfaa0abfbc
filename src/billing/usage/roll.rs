//! From the records of an hour to its partial, series by series and event by event.

use std::collections::{BTreeMap, BTreeSet};

use chrono::{DateTime, Utc};

use super::counter::contribution;
use super::meter::fits;
use super::rate::{Slots, spread};
use super::{
    Aggregation, Between, Edge, Meter, Partial, Refusal, Sample, SampleKind, SeriesHour, SeriesKey,
    Stamped, UsageEvent, dedupe_events, dedupe_samples, nano,
};

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
