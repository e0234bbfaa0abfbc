//! From the hours of a window to a reading.

use std::collections::{BTreeMap, BTreeSet};

use chrono::DateTime;

use super::line::{Found, Line};
use super::meter::{Measured, Part, add, best};
use super::partial::{Partial, SeriesHour};
use super::rate::{self, SLOT_MILLIS};
use super::roll::roll_samples;
use super::{
    Aggregation, GapRule, Meter, Received, Sample, SeriesKey, SeriesRule, Stamped, UsageError,
    UsageEvent, dedupe_events, read_events,
};
use crate::billing::Ratio;
use crate::billing::span::Span;

/// Milliseconds of an hour.
const HOUR_MILLIS: i64 = 3_600_000;

/// What a meter reads.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Records {
    /// Samples of series.
    Samples,
    /// Events, of which a source reports all or nothing.
    Events,
}

/// A reading of hours, with what it rests on.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Folded {
    /// What was measured.
    pub measured: Measured,
    /// Chunks of the hours of the window, and of the samples carried into it, sorted.
    pub chunks: Vec<i64>,
    /// How many records were repetitions.
    pub duplicates: u64,
}

/// Reads a meter over a window from the partials of its hours, numbered from the start of the
/// window: 0 is its first hour, what lies before is negative. Hours before the window may be given
/// and should be, back to the last sample of each series.
///
/// # Errors
/// [`UsageError`], as [`super::read_samples`] and [`super::read_events`].
pub fn fold(
    meter: &Meter,
    records: Records,
    hours: &BTreeMap<i64, Partial>,
    window: Span,
) -> Result<Folded, UsageError> {
    meter.check()?;
    let inside = || hours.range(0..).map(|(_, partial)| partial);
    let mut chunks: BTreeSet<i64> = inside().flat_map(|hour| &hour.chunks).copied().collect();
    let mut duplicates = 0u64;
    for hour in inside() {
        duplicates = duplicates.saturating_add(hour.duplicates);
    }
    let measured = match records {
        Records::Samples => {
            let mut lines = Lines::default();
            lines.run(meter, hours, window, &mut chunks)?;
            lines.conclude(meter, window)?
        }
        Records::Events => {
            let events: Vec<Stamped<UsageEvent>> =
                inside().flat_map(|hour| &hour.events).cloned().collect();
            let told = dedupe_events(events);
            duplicates = duplicates.saturating_add(told.duplicates);
            read_events(meter, &told.unique, window)?
        }
    };
    Ok(Folded {
        measured,
        chunks: chunks.into_iter().collect(),
        duplicates,
    })
}

/// Every series that was seen so far.
#[derive(Default)]
struct Lines {
    by_key: BTreeMap<SeriesKey, Line>,
    /// Which rank counts in an hour of the window.
    counts: BTreeMap<i64, u32>,
}

impl Lines {
    fn run(
        &mut self,
        meter: &Meter,
        hours: &BTreeMap<i64, Partial>,
        window: Span,
        chunks: &mut BTreeSet<i64>,
    ) -> Result<(), UsageError> {
        for (_, partial) in hours.range(..0) {
            for hour in &partial.series {
                self.line(hour).carry(hour);
            }
        }
        for line in self.by_key.values_mut() {
            line.enter(meter, window)?;
            chunks.extend(line.carried_in());
        }
        let length = window.millis();
        let start = window.start().timestamp_millis();
        let nothing = Partial::default();
        let last = length.saturating_sub(1).div_euclid(HOUR_MILLIS);
        for number in 0..=last {
            let from = start.saturating_add(number.saturating_mul(HOUR_MILLIS));
            let to = from
                .saturating_add(HOUR_MILLIS)
                .min(start.saturating_add(length));
            let partial = hours.get(&number).unwrap_or(&nothing);
            self.hour(meter, (number, partial), (from, to), window)?;
        }
        Ok(())
    }

    fn line(&mut self, hour: &SeriesHour) -> &mut Line {
        let key = SeriesKey::new(hour.key.as_str()).ranked(hour.rank);
        self.by_key
            .entry(key.clone())
            .or_insert_with(|| Line::new(key))
    }

    /// One hour of the window: `[from, to)` in milliseconds.
    fn hour(
        &mut self,
        meter: &Meter,
        (number, partial): (i64, &Partial),
        (from, to): (i64, i64),
        window: Span,
    ) -> Result<(), UsageError> {
        let hold = meter.hold_millis();
        let reported = partial.series.iter().map(|hour| hour.rank).min();
        let held = || {
            let lines = self.by_key.values();
            let held = lines.filter(|line| line.holds_at(from, hold));
            held.map(|line| line.key.rank()).min()
        };
        let counts = reported.or_else(held);
        let own: BTreeMap<SeriesKey, &SeriesHour> = partial
            .series
            .iter()
            .map(|hour| (SeriesKey::new(hour.key.as_str()).ranked(hour.rank), hour))
            .collect();
        for (key, line) in &mut self.by_key {
            if Some(key.rank()) == counts {
                line.hold(meter, (from, to), own.get(key).copied())?;
            }
        }
        if let Some(rank) = counts {
            self.counts.insert(number, rank);
        }
        for (key, hour) in own {
            if let Some(refused) = hour.refused {
                return Err(refused.error(meter, &key));
            }
            let rank = key.rank();
            let start = window.start().timestamp_millis();
            let counts = &self.counts;
            let line = self
                .by_key
                .entry(key.clone())
                .or_insert_with(|| Line::new(key));
            if meter.aggregation == Aggregation::P95Rate {
                // A step may reach back over hours in which another source counted.
                let keep = |slot: i64| {
                    let since = slot.saturating_mul(SLOT_MILLIS).saturating_sub(start);
                    let hour = since.div_euclid(HOUR_MILLIS);
                    since >= 0 && counts.get(&hour).is_none_or(|counts| *counts == rank)
                };
                line.bridge(meter, hour, keep)?;
            }
            if reported == Some(rank) {
                line.count(meter, hour, window)?;
            }
            line.carry(hour);
            if reported == Some(rank) {
                // The last value holds on within its own hour; later hours look after themselves.
                line.hold(meter, (from, to), None)?;
            }
        }
        Ok(())
    }

    fn conclude(self, meter: &Meter, window: Span) -> Result<Measured, UsageError> {
        if meter.aggregation == Aggregation::P95Rate {
            let slots = self.by_key.into_values().map(|line| line.slots).collect();
            return meter.conclude(rate::percentile(meter, slots, window)?);
        }
        let ranks: BTreeSet<u32> = self.by_key.keys().map(SeriesKey::rank).collect();
        let ranked = ranks.len() > 1;
        let mut sources: BTreeMap<u32, Vec<Found>> = BTreeMap::new();
        for (key, line) in self.by_key {
            if let Some(found) = line.finish(meter, window, ranked)? {
                sources.entry(key.rank()).or_default().push(found);
            }
        }
        let mut joined: Vec<Found> = Vec::new();
        for (_, found) in sources {
            joined.extend(of_one_rank(meter, found)?);
        }
        meter.conclude(join(meter, joined)?)
    }
}

/// The series of sources of one rank together.
fn of_one_rank(meter: &Meter, found: Vec<Found>) -> Result<Option<Found>, UsageError> {
    let count = found.iter().fold(0, |most, one| most.max(one.count));
    let latest = found.iter().filter_map(|one| one.latest).max();
    let parts: Vec<Part> = found.into_iter().map(|one| one.part).collect();
    let part = match meter.series_rule {
        SeriesRule::Sum => add(meter, parts)?,
        SeriesRule::TakeOne => best(parts),
    };
    Ok(part.map(|part| Found {
        part,
        count,
        latest,
    }))
}

/// Sources of several ranks, each of which counted in its own hours.
fn join(meter: &Meter, mut found: Vec<Found>) -> Result<Option<Part>, UsageError> {
    if found.len() < 2 {
        return Ok(found.pop().map(|one| one.part));
    }
    let overflow = |_| meter.overflow();
    let (mut coverage, mut resets, mut sum) = (Ratio::ZERO, 0u32, Ratio::ZERO);
    let (mut weighted, mut weight) = (Ratio::ZERO, Ratio::ZERO);
    for Found { part, count, .. } in &found {
        coverage = coverage.plus(part.coverage).map_err(overflow)?;
        resets = resets.saturating_add(part.resets);
        sum = sum.plus(part.exact).map_err(overflow)?;
        let own = match meter.aggregation {
            Aggregation::TimeWeighted => part.coverage,
            _ => Ratio::new(i128::from(*count), 1).map_err(overflow)?,
        };
        let share = part.exact.times(own).map_err(overflow)?;
        weighted = weighted.plus(share).map_err(overflow)?;
        weight = weight.plus(own).map_err(overflow)?;
    }
    let coverage = coverage.min(Ratio::ONE);
    let parts = || found.iter().map(|one| one.part.exact);
    let mean = |weighted: Ratio, weight| weighted.over(weight).ok();
    let exact = match (&meter.aggregation, meter.gaps) {
        (Aggregation::TimeWeighted, GapRule::MeasuredMean) | (Aggregation::Average, _) => {
            mean(weighted, weight)
        }
        (Aggregation::Max, _) => parts().max(),
        (Aggregation::Min, _) => parts().min(),
        (Aggregation::Latest, _) => {
            let newest = found.iter().max_by_key(|one| one.latest);
            newest.map(|one| one.part.exact)
        }
        _ => Some(sum),
    };
    let mean = matches!(meter.aggregation, Aggregation::TimeWeighted);
    Ok(Some(Part {
        exact: exact.ok_or_else(|| meter.overflow())?,
        coverage,
        estimated: mean && meter.gaps == GapRule::MeasuredMean && coverage < Ratio::ONE,
        resets,
    }))
}

/// Samples into hours counted from the start of a window, and the hours into a reading.
pub(super) fn read_by_hours(
    meter: &Meter,
    samples: &[Sample],
    window: Span,
) -> Result<Measured, UsageError> {
    let nobody = Received {
        at: DateTime::UNIX_EPOCH,
        chunk: 0,
    };
    let mut hours: BTreeMap<i64, Vec<Stamped<Sample>>> = BTreeMap::new();
    let start = window.start().timestamp_millis();
    for sample in samples.iter().filter(|sample| sample.time < window.end()) {
        let since = sample.time.timestamp_millis().saturating_sub(start);
        let hour = hours.entry(since.div_euclid(HOUR_MILLIS)).or_default();
        hour.push(Stamped {
            received: nobody,
            record: sample.clone(),
        });
    }
    let partials: BTreeMap<i64, Partial> = hours
        .into_iter()
        .map(|(hour, samples)| (hour, roll_samples(meter, samples).0))
        .collect();
    Ok(fold(meter, Records::Samples, &partials, window)?.measured)
}
