//! A meter: the named way from a set of records to one quantity.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::{
    Aggregation, BilledUnit, GapRule, MeterZone, ResetRule, Sample, SampleKind, SeriesKey,
    SeriesRule, UniqueBy, UsageError, UsageEvent, aggregate, fold, increase, p95, rate,
    time_weighted_mean,
};
use crate::billing::span::Span;
use crate::billing::{Percent, Quantity, Ratio, Rounding};

/// The definition of a meter. A version that was used never changes; a better one gets the next
/// number and the day from which periods are read by it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Meter {
    /// Its name in the price book.
    pub name: String,
    /// How records become one number.
    pub aggregation: Aggregation,
    /// What several series mean together.
    pub series_rule: SeriesRule,
    /// The longest time that a value may hold, in seconds.
    pub max_hold_seconds: u32,
    /// What unmeasured time means.
    pub gaps: GapRule,
    /// Raw units in one billed unit: 1,000,000,000 from bytes to gigabytes.
    pub unit_size: u64,
    /// Decimal places of the billed quantity, at most nine.
    pub places: u32,
    /// How the exact result becomes the billed quantity.
    pub rounding: Rounding,
    /// Counts up from one when the definition changes.
    #[serde(default = "first")]
    pub version: u32,
    /// The billed unit; it must fit the size of the unit.
    #[serde(default)]
    pub unit: Option<BilledUnit>,
    /// Where the days of its periods begin.
    #[serde(default)]
    pub zone: MeterZone,
    /// What a counter that fell means.
    #[serde(default)]
    pub reset_rule: ResetRule,
    /// Kinds of sources that measure the same, the best first: of two that speak about an hour the
    /// better one counts. Kinds that are not named come last; without any, all count together.
    #[serde(default)]
    pub source_priority: Vec<String>,
    /// How far an estimate may be off. A quantity that exceeds an allowance or a band of a volume
    /// price by no more than this counts as that bound.
    #[serde(default)]
    pub tolerance: Option<Percent>,
}

fn first() -> u32 {
    1
}

/// What a meter found in a window.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Measured {
    /// The exact result in billed units, before rounding.
    pub exact: Ratio,
    /// The billed quantity.
    pub quantity: Quantity,
    /// Measured share of the window, from zero to one.
    pub coverage: Ratio,
    /// Whether a gap was filled by the gap rule.
    pub estimated: bool,
    /// How often a counter began anew.
    pub resets: u32,
}

/// One series, or all of a meter, read over a window.
#[derive(Clone, Copy)]
pub(super) struct Part {
    pub(super) exact: Ratio,
    pub(super) coverage: Ratio,
    pub(super) estimated: bool,
    pub(super) resets: u32,
}

impl Meter {
    /// The rank of a source's kind: zero is the best.
    pub fn rank(&self, kind: &str) -> u32 {
        let place = self.source_priority.iter().position(|one| one == kind);
        u32::try_from(place.unwrap_or(self.source_priority.len())).unwrap_or(u32::MAX)
    }

    /// Whether samples of a kind can be read as the meter asks.
    pub fn fits(&self, kind: SampleKind) -> bool {
        fits(&self.aggregation, kind)
    }

    /// The longest time that a value may hold, in milliseconds.
    pub(super) fn hold_millis(&self) -> i64 {
        i64::from(self.max_hold_seconds).saturating_mul(1_000)
    }

    pub(super) fn overflow(&self) -> UsageError {
        UsageError::Overflow {
            meter: self.name.clone(),
        }
    }

    pub(super) fn check(&self) -> Result<(), UsageError> {
        let invalid = |what| {
            Err(UsageError::InvalidMeter {
                meter: self.name.clone(),
                what,
            })
        };
        if self.unit_size == 0 {
            return invalid("a billed unit must hold at least one raw unit");
        }
        if self.places > Quantity::PLACES {
            return invalid("a quantity has at most nine decimal places");
        }
        if self.unit.is_some_and(|unit| !unit.holds(self.unit_size)) {
            return invalid("the size of its unit is not that of the unit it names");
        }
        if self.aggregation == Aggregation::P95 && !self.source_priority.is_empty() {
            return invalid("a percentile of values cannot be joined of several sources");
        }
        Ok(())
    }

    /// The end of every reading: a part, or nothing, becomes the billed quantity.
    pub(super) fn conclude(&self, whole: Option<Part>) -> Result<Measured, UsageError> {
        match (whole, self.gaps) {
            (Some(part), _) => self.finish(part),
            (None, GapRule::Zero) => self.finish(Part {
                exact: Ratio::ZERO,
                coverage: Ratio::ZERO,
                estimated: true,
                resets: 0,
            }),
            (None, GapRule::MeasuredMean) => Err(UsageError::NothingMeasured {
                meter: self.name.clone(),
            }),
        }
    }

    fn finish(&self, part: Part) -> Result<Measured, UsageError> {
        let unit = i128::from(self.unit_size);
        let rounded = || {
            let exact = part.exact.over(Ratio::new(unit, 1).ok()?).ok()?;
            let scaled = exact.rounded(self.places, self.rounding).ok()?;
            let quantity = Ratio::new(scaled, 10i128.checked_pow(self.places)?).ok()?;
            Some((exact, Quantity::rounded(quantity, Rounding::Down).ok()?))
        };
        let (exact, quantity) = rounded().ok_or_else(|| self.overflow())?;
        let Part {
            coverage,
            estimated,
            resets,
            ..
        } = part;
        Ok(Measured {
            exact,
            quantity,
            coverage,
            estimated,
            resets,
        })
    }
}

/// Reads samples over a window, each series as a whole: the plain way, which verification takes and
/// which [`super::fold()`] has to agree with. Samples before the window may be given and should be,
/// back to the last one of each series: it carries a counter or a level over the boundary.
///
/// Of sources that measure the same one counts an hour, so a meter with a priority is read hour by
/// hour in any case.
///
/// # Errors
/// [`UsageError`]: a kind the aggregation cannot read, a negative counter, a total beyond the exact
/// range, or nothing measured where the rule forbids to count that as zero.
pub fn read_samples(
    meter: &Meter,
    samples: &[Sample],
    window: Span,
) -> Result<Measured, UsageError> {
    meter.check()?;
    if !meter.source_priority.is_empty() {
        return fold::read_by_hours(meter, samples, window);
    }
    let mut series: BTreeMap<&SeriesKey, Vec<Sample>> = BTreeMap::new();
    for sample in samples {
        series
            .entry(&sample.series)
            .or_default()
            .push(sample.clone());
    }
    for (key, points) in &mut series {
        points.sort_unstable();
        check_kinds(meter, key, points)?;
    }
    if meter.aggregation == Aggregation::P95Rate {
        let slots = series
            .values()
            .map(|points| rate::slots(points, window, meter));
        let slots = slots.collect::<Result<Vec<_>, UsageError>>()?;
        return meter.conclude(rate::percentile(meter, slots, window)?);
    }
    let mut parts = Vec::with_capacity(series.len());
    for points in series.values() {
        parts.extend(read_series(meter, points, window)?);
    }
    meter.conclude(match meter.series_rule {
        SeriesRule::Sum => add(meter, parts)?,
        SeriesRule::TakeOne => best(parts),
    })
}

/// Reads events over a window. An event source reports everything or nothing, so the coverage is
/// always one.
///
/// # Errors
/// [`UsageError::EventsNotReadable`] for aggregations of levels, [`UsageError::Overflow`].
pub fn read_events(
    meter: &Meter,
    events: &[UsageEvent],
    window: Span,
) -> Result<Measured, UsageError> {
    meter.check()?;
    let inside = || events.iter().filter(|event| window.contains(event.time));
    let values = || inside().map(|event| event.quantity);
    let count = |n: u64| Ratio::new(i128::from(n), 1).ok();
    let value = |found: Option<Quantity>| Some(found.map_or(Ratio::ZERO, Quantity::ratio));
    let unique = |by: &UniqueBy| count(aggregate::unique(inside(), by).0);
    let exact = match &meter.aggregation {
        Aggregation::Sum => aggregate::sum(values()),
        Aggregation::Count => count(u64::try_from(inside().count()).unwrap_or(u64::MAX)),
        Aggregation::UniqueSubjects => unique(&UniqueBy::Subject),
        Aggregation::UniqueBy(name) => unique(&UniqueBy::Dim(name.clone())),
        Aggregation::Max => value(aggregate::maximum(values())),
        Aggregation::Min => value(aggregate::minimum(values())),
        Aggregation::Latest => value(aggregate::latest(
            inside().map(|event| (event.time, event.quantity)),
        )),
        Aggregation::Average if inside().next().is_none() => Some(Ratio::ZERO),
        Aggregation::Average => aggregate::average(values()),
        Aggregation::TimeWeighted
        | Aggregation::Increase
        | Aggregation::P95
        | Aggregation::P95Rate => {
            let (meter, aggregation) = (meter.name.clone(), meter.aggregation.clone());
            return Err(UsageError::EventsNotReadable { meter, aggregation });
        }
    };
    let exact = exact.ok_or_else(|| meter.overflow())?;
    meter.finish(Part {
        exact,
        coverage: Ratio::ONE,
        estimated: false,
        resets: 0,
    })
}

/// Whether samples of a kind can be read this way.
pub(super) fn fits(aggregation: &Aggregation, kind: SampleKind) -> bool {
    match aggregation {
        Aggregation::Increase | Aggregation::P95Rate => kind != SampleKind::Gauge,
        Aggregation::Sum => kind == SampleKind::Delta,
        Aggregation::Count => true,
        Aggregation::UniqueSubjects | Aggregation::UniqueBy(_) => false,
        _ => kind == SampleKind::Gauge,
    }
}

fn check_kinds(meter: &Meter, key: &SeriesKey, points: &[Sample]) -> Result<(), UsageError> {
    let kind = points.first().map(|sample| sample.kind);
    let mixed =
        |sample: &Sample| meter.aggregation == Aggregation::Count && Some(sample.kind) != kind;
    let wrong = |sample: &&Sample| !fits(&meter.aggregation, sample.kind) || mixed(sample);
    match points.iter().find(wrong) {
        None => Ok(()),
        Some(sample) => Err(UsageError::KindMismatch {
            series: key.clone(),
            kind: sample.kind,
            aggregation: meter.aggregation.clone(),
        }),
    }
}

/// Reads one sorted series; `None` when it says nothing about the window.
fn read_series(meter: &Meter, points: &[Sample], window: Span) -> Result<Option<Part>, UsageError> {
    let held =
        time_weighted_mean(points, window, meter.hold_millis()).ok_or_else(|| meter.overflow())?;
    let part = |exact, coverage, estimated, resets| Part {
        exact,
        coverage,
        estimated,
        resets,
    };
    if matches!(meter.aggregation, Aggregation::Increase | Aggregation::Sum) {
        let counted = increase(points, window, meter.reset_rule)?;
        let coverage = i128::from(counted.covered_millis);
        let coverage = Ratio::new(coverage, i128::from(window.millis()));
        let coverage = coverage.map_err(|_| meter.overflow())?;
        let silent = coverage.is_zero() && counted.total.is_zero();
        return Ok((!silent).then(|| part(counted.total, coverage, false, counted.resets)));
    }
    let coverage = held.coverage().ok_or_else(|| meter.overflow())?;
    if meter.aggregation == Aggregation::TimeWeighted {
        let (exact, estimated) = match meter.gaps {
            GapRule::Zero => (held.mean_of_window(), false),
            GapRule::MeasuredMean => (held.mean_of_covered(), coverage < Ratio::ONE),
        };
        if coverage.is_zero() {
            return Ok(None);
        }
        return Ok(Some(part(
            exact.ok_or_else(|| meter.overflow())?,
            coverage,
            estimated,
            0,
        )));
    }
    let inside = || points.iter().filter(|sample| window.contains(sample.time));
    if inside().next().is_none() {
        return Ok(None);
    }
    let values = || inside().map(|sample| sample.value);
    let exact = match meter.aggregation {
        Aggregation::Count => i128::try_from(inside().count())
            .ok()
            .and_then(|n| Ratio::new(n, 1).ok()),
        Aggregation::Max => aggregate::maximum(values()).map(Quantity::ratio),
        Aggregation::Min => aggregate::minimum(values()).map(Quantity::ratio),
        Aggregation::Latest => {
            aggregate::latest(inside().map(|s| (s.time, s.value))).map(Quantity::ratio)
        }
        Aggregation::P95 => p95(values()).map(Quantity::ratio),
        _ => aggregate::average(values()),
    };
    Ok(Some(part(
        exact.ok_or_else(|| meter.overflow())?,
        coverage,
        false,
        0,
    )))
}

/// Parts of one whole.
pub(super) fn add(meter: &Meter, parts: Vec<Part>) -> Result<Option<Part>, UsageError> {
    let mut whole: Option<Part> = None;
    for part in parts {
        whole = Some(match whole {
            None => part,
            Some(sum) => Part {
                exact: sum.exact.plus(part.exact).map_err(|_| meter.overflow())?,
                // The least covered part bounds what is known of the sum.
                coverage: sum.coverage.min(part.coverage),
                estimated: sum.estimated || part.estimated,
                resets: sum.resets.saturating_add(part.resets),
            },
        });
    }
    Ok(whole)
}

/// The best known of parts that repeat each other.
pub(super) fn best(parts: Vec<Part>) -> Option<Part> {
    parts.into_iter().reduce(|one, two| {
        if two.coverage > one.coverage {
            two
        } else {
            one
        }
    })
}
