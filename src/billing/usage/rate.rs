//! Rates of a counter over five minutes, and their 95th percentile as carriers bill it.
//!
//! What a counter grew by between two samples was moved evenly over the time between them, so a
//! collector that reports once a minute and one that reports every ten give the same rates. Of two
//! samples that lie further apart than the meter's maximum hold nobody knows how the growth was
//! spread: the slots between them are not measured.

use std::collections::BTreeMap;

use super::counter::contribution;
use super::meter::Part;
use super::{GapRule, Meter, NANO, Sample, SampleKind, SeriesRule, UsageError, percentile};
use crate::billing::Ratio;
use crate::billing::span::Span;

/// Length of a slot: carriers sample every five minutes.
pub(super) const SLOT_MILLIS: i64 = 300_000;

/// What was counted in a slot.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Slot {
    /// Amount in ninth decimal places.
    pub(super) amount: i128,
    /// Milliseconds of the slot over which something was counted.
    pub(super) covered_millis: i64,
}

/// Slots by their number since 1970 in UTC.
pub(super) type Slots = BTreeMap<i64, Slot>;

/// Spreads an amount that was counted over `[since, time)` in milliseconds, evenly and without a
/// remainder: up to each instant the share rounded down has passed. `None` beyond the exact range.
pub(super) fn spread(
    (since, time): (i64, i64),
    amount: i128,
    hold: i64,
    into: &mut Slots,
) -> Option<()> {
    let length = time.checked_sub(since)?;
    if length <= 0 || length > hold {
        return Some(());
    }
    let until = |instant: i64| {
        let passed = i128::from(instant.checked_sub(since)?);
        amount.checked_mul(passed)?.checked_div(i128::from(length))
    };
    let mut from = since;
    while from < time {
        let number = from.div_euclid(SLOT_MILLIS);
        let end = number.checked_add(1)?.checked_mul(SLOT_MILLIS)?.min(time);
        let share = until(end)?.checked_sub(until(from)?)?;
        let slot = into.entry(number).or_default();
        slot.amount = slot.amount.checked_add(share)?;
        slot.covered_millis = slot.covered_millis.checked_add(end.checked_sub(from)?)?;
        from = end;
    }
    Some(())
}

/// The slots of *one* sorted series that lie in a window.
pub(super) fn slots(samples: &[Sample], window: Span, meter: &Meter) -> Result<Slots, UsageError> {
    let mut found = Slots::new();
    let mut previous: Option<&Sample> = None;
    for sample in samples
        .iter()
        .filter(|sample| sample.kind != SampleKind::Gauge)
    {
        let step = contribution(previous, sample, meter.reset_rule)?;
        let pair = (
            step.since.timestamp_millis(),
            sample.time.timestamp_millis(),
        );
        spread(pair, step.amount, meter.hold_millis(), &mut found)
            .ok_or_else(|| meter.overflow())?;
        previous = Some(sample);
    }
    let (from, to) = (
        window.start().timestamp_millis(),
        window.end().timestamp_millis(),
    );
    let inside = |number: i64| {
        let start = number.checked_mul(SLOT_MILLIS);
        start.is_some_and(|start| (from..to).contains(&start))
    };
    found.retain(|number, _| inside(*number));
    Ok(found)
}

/// The percentile over the slots of a window, of series that are parts or repeat each other. A slot
/// counts when it was measured from end to end; `None` when none was.
pub(super) fn percentile(
    meter: &Meter,
    series: Vec<Slots>,
    window: Span,
) -> Result<Option<Part>, UsageError> {
    let measured = |slots: &Slots| {
        let whole = |slot: &&Slot| slot.covered_millis >= SLOT_MILLIS;
        slots.values().filter(whole).count()
    };
    let together = match meter.series_rule {
        SeriesRule::Sum => merged(meter, series)?,
        // Of equals the first, as `max_by_key` would take the last.
        SeriesRule::TakeOne => series
            .into_iter()
            .reduce(|one, two| {
                if measured(&two) > measured(&one) {
                    two
                } else {
                    one
                }
            })
            .unwrap_or_default(),
    };
    let count = measured(&together);
    if count == 0 {
        return Ok(None);
    }
    let all = usize::try_from(window.millis() / SLOT_MILLIS).unwrap_or(usize::MAX);
    let whole = together
        .into_values()
        .filter(|slot| slot.covered_millis >= SLOT_MILLIS);
    let mut amounts: Vec<i128> = whole.map(|slot| slot.amount).collect();
    let zero = meter.gaps == GapRule::Zero;
    if zero {
        amounts.resize(all.max(count), 0);
    }
    let rank = percentile::nearest_rank(amounts);
    let seconds = i128::from(SLOT_MILLIS / 1_000);
    let part = || {
        let coverage = Ratio::new(i128::try_from(count).ok()?, i128::try_from(all).ok()?).ok()?;
        Some(Part {
            exact: Ratio::new(rank?, NANO.checked_mul(seconds)?).ok()?,
            coverage: coverage.min(Ratio::ONE),
            estimated: !zero && coverage < Ratio::ONE,
            resets: 0,
        })
    };
    part().map(Some).ok_or_else(|| meter.overflow())
}

fn merged(meter: &Meter, series: Vec<Slots>) -> Result<Slots, UsageError> {
    let mut together = Slots::new();
    for (number, slot) in series.into_iter().flatten() {
        let sum = together.entry(number).or_default();
        let amount = sum.amount.checked_add(slot.amount);
        sum.amount = amount.ok_or_else(|| meter.overflow())?;
        sum.covered_millis = sum.covered_millis.max(slot.covered_millis);
    }
    Ok(together)
}
