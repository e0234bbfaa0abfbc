//! One series on its way through the hours of a window: what it brought along, what it came to.

use chrono::{DateTime, Utc};

use super::counter::contribution;
use super::meter::Part;
use super::partial::{Between, Edge, Refusal, SeriesHour};
use super::rate::{Slot, Slots, spread};
use super::{Aggregation, GapRule, Meter, SampleKind, SeriesKey, UsageError, nano, ratio_of_nano};
use crate::billing::span::Span;
use crate::billing::{Quantity, Ratio};

/// A series and what is known of it so far.
pub(super) struct Line {
    pub(super) key: SeriesKey,
    /// The last sample, its chunks, and why it cannot be read, if it cannot.
    carry: Option<(Edge, Vec<i64>, Option<Refusal>)>,
    total: i128,
    resets: u32,
    /// First and last instant between which a counter is known.
    hull: Option<(DateTime<Utc>, DateTime<Utc>)>,
    /// Milliseconds of the steps that counted.
    counted_millis: i64,
    area: i128,
    held_millis: i64,
    values: Values,
    pub(super) slots: Slots,
}

/// The values of a gauge within the window.
#[derive(Default)]
struct Values {
    count: u64,
    sum: i128,
    max: Option<Quantity>,
    min: Option<Quantity>,
    latest: Option<(DateTime<Utc>, Quantity)>,
    all: Vec<Quantity>,
}

/// What a line came to.
pub(super) struct Found {
    pub(super) part: Part,
    /// How many values, and when the latest was true: by these sources of two ranks are joined.
    pub(super) count: u64,
    pub(super) latest: Option<DateTime<Utc>>,
}

impl Line {
    pub(super) fn new(key: SeriesKey) -> Self {
        Self {
            key,
            carry: None,
            total: 0,
            resets: 0,
            hull: None,
            counted_millis: 0,
            area: 0,
            held_millis: 0,
            values: Values::default(),
            slots: Slots::new(),
        }
    }

    /// Takes the hour's last sample along.
    pub(super) fn carry(&mut self, hour: &SeriesHour) {
        self.carry = Some((hour.last.clone(), hour.last_in.clone(), hour.refused));
    }

    /// The chunks of the sample that came before the window.
    pub(super) fn carried_in(&self) -> &[i64] {
        self.carry.as_ref().map_or(&[], |(_, chunks, _)| chunks)
    }

    /// What came before the window must be readable as well: it is carried into it.
    pub(super) fn enter(&mut self, meter: &Meter, window: Span) -> Result<(), UsageError> {
        let Some((_, _, refused)) = &self.carry else {
            return Ok(());
        };
        if let Some(refused) = refused {
            return Err(refused.error(meter, &self.key));
        }
        self.hull = Some((window.start(), window.start()));
        Ok(())
    }

    /// True while the last value still holds at an instant, in milliseconds.
    pub(super) fn holds_at(&self, instant: i64, hold: i64) -> bool {
        self.carry.as_ref().is_some_and(|(edge, _, _)| {
            let until = edge.time.timestamp_millis().saturating_add(hold);
            edge.kind == SampleKind::Gauge && until > instant
        })
    }

    /// Lets the last value hold within `[from, to)`, in milliseconds, until the next one.
    pub(super) fn hold(
        &mut self,
        meter: &Meter,
        (from, to): (i64, i64),
        next: Option<&SeriesHour>,
    ) -> Result<(), UsageError> {
        let Some((edge, _, _)) = &self.carry else {
            return Ok(());
        };
        if edge.kind != SampleKind::Gauge {
            return Ok(());
        }
        let time = edge.time.timestamp_millis();
        let next = next.map_or(to, |hour| hour.first.time.timestamp_millis().min(to));
        let until = next.min(time.saturating_add(meter.hold_millis()));
        let held = until.saturating_sub(time.max(from));
        if held > 0 {
            let area = nano(edge.value).and_then(|value| value.checked_mul(i128::from(held)));
            self.level(meter, area, held)?;
        }
        Ok(())
    }

    fn level(&mut self, meter: &Meter, area: Option<i128>, held: i64) -> Result<(), UsageError> {
        let sum = area.and_then(|area| self.area.checked_add(area));
        self.area = sum.ok_or_else(|| meter.overflow())?;
        self.held_millis = self.held_millis.saturating_add(held);
        Ok(())
    }

    /// Counts an hour of the window.
    pub(super) fn count(
        &mut self,
        meter: &Meter,
        hour: &SeriesHour,
        window: Span,
    ) -> Result<(), UsageError> {
        match &hour.between {
            Between::Levels {
                area,
                millis,
                count,
                sum,
                max,
                min,
                values,
            } => {
                self.level(meter, Some(*area), *millis)?;
                let own = &mut self.values;
                own.count = own.count.saturating_add(*count);
                let sum = own.sum.checked_add(*sum);
                own.sum = sum.ok_or_else(|| meter.overflow())?;
                own.max = own.max.max(Some(*max));
                own.min = Some(own.min.map_or(*min, |known| known.min(*min)));
                own.latest = own.latest.max(Some((hour.last.time, hour.last.value)));
                own.all.extend(values);
                Ok(())
            }
            Between::Counted {
                total,
                resets,
                since,
                millis,
            } => {
                let step = self.step(meter, hour)?;
                let sum = self.total.checked_add(step.amount);
                let sum = sum.and_then(|sum| sum.checked_add(*total));
                self.total = sum.ok_or_else(|| meter.overflow())?;
                let resets = resets.saturating_add(u32::from(step.reset));
                self.resets = self.resets.saturating_add(resets);
                let from = since.map_or(step.since, |since| since.min(step.since));
                let from = from.max(window.start());
                let first = self.hull.map_or(from, |(first, _)| first.min(from));
                self.hull = Some((first, hour.last.time));
                let since = step.since.max(window.start());
                let lead = hour.first.time.signed_duration_since(since);
                let lead = lead.num_milliseconds().saturating_add(*millis);
                self.counted_millis = self.counted_millis.saturating_add(lead);
                Ok(())
            }
            Between::Rates(slots) => {
                for (number, amount, millis) in slots {
                    let amount = amount.parse().ok();
                    let amount: i128 = amount.ok_or_else(|| meter.overflow())?;
                    let one = Slots::from([(
                        *number,
                        Slot {
                            amount,
                            covered_millis: *millis,
                        },
                    )]);
                    self.add_slots(meter, one)?;
                }
                Ok(())
            }
        }
    }

    /// Spreads the growth from the last sample to the first one of an hour over its slots.
    pub(super) fn bridge(
        &mut self,
        meter: &Meter,
        hour: &SeriesHour,
        keep: impl Fn(i64) -> bool,
    ) -> Result<(), UsageError> {
        let step = self.step(meter, hour)?;
        let pair = (
            step.since.timestamp_millis(),
            hour.first.time.timestamp_millis(),
        );
        let mut slots = Slots::new();
        spread(pair, step.amount, meter.hold_millis(), &mut slots)
            .ok_or_else(|| meter.overflow())?;
        slots.retain(|number, _| keep(*number));
        self.add_slots(meter, slots)
    }

    fn add_slots(&mut self, meter: &Meter, slots: Slots) -> Result<(), UsageError> {
        for (number, slot) in slots {
            let own = self.slots.entry(number).or_default();
            let amount = own.amount.checked_add(slot.amount);
            own.amount = amount.ok_or_else(|| meter.overflow())?;
            own.covered_millis = own.covered_millis.saturating_add(slot.covered_millis);
        }
        Ok(())
    }

    fn step(&self, meter: &Meter, hour: &SeriesHour) -> Result<super::counter::Step, UsageError> {
        let before = self.carry.as_ref();
        let before = before.map(|(edge, _, _)| edge.sample(&self.key));
        let first = hour.first.sample(&self.key);
        contribution(before.as_ref(), &first, meter.reset_rule)
    }

    /// What the series came to; `None` when it says nothing about the window.
    pub(super) fn finish(
        self,
        meter: &Meter,
        window: Span,
        ranked: bool,
    ) -> Result<Option<Found>, UsageError> {
        let share = |millis: i64| Ratio::new(i128::from(millis), i128::from(window.millis())).ok();
        let overflow = || meter.overflow();
        let counter = matches!(meter.aggregation, Aggregation::Sum | Aggregation::Increase);
        let covered = match (counter, ranked) {
            (true, false) => self
                .hull
                .and_then(|(first, last)| Span::new(first, last).ok())
                .map_or(0, |span| span.millis()),
            // Between its hours another source counted.
            (true, true) => self.counted_millis,
            (false, _) => self.held_millis,
        };
        let coverage = share(covered).ok_or_else(overflow)?;
        let values = &self.values;
        let of = |value: Option<Quantity>| value.map(Quantity::ratio);
        let (exact, estimated) = match meter.aggregation {
            Aggregation::Sum | Aggregation::Increase => {
                if coverage.is_zero() && self.total == 0 {
                    return Ok(None);
                }
                (ratio_of_nano(self.total, 1), false)
            }
            Aggregation::TimeWeighted if coverage.is_zero() => return Ok(None),
            Aggregation::TimeWeighted => match meter.gaps {
                GapRule::Zero => (ratio_of_nano(self.area, i128::from(window.millis())), false),
                GapRule::MeasuredMean => (
                    ratio_of_nano(self.area, i128::from(self.held_millis)),
                    coverage < Ratio::ONE,
                ),
            },
            _ if values.count == 0 => return Ok(None),
            Aggregation::Count => (Ratio::new(i128::from(values.count), 1).ok(), false),
            Aggregation::Max => (of(values.max), false),
            Aggregation::Min => (of(values.min), false),
            Aggregation::Latest => (of(values.latest.map(|(_, value)| value)), false),
            Aggregation::P95 => (of(super::p95(values.all.iter().copied())), false),
            _ => (ratio_of_nano(values.sum, i128::from(values.count)), false),
        };
        Ok(Some(Found {
            part: Part {
                exact: exact.ok_or_else(overflow)?,
                coverage,
                estimated,
                resets: self.resets,
            },
            count: self.values.count,
            latest: self.values.latest.map(|(time, _)| time),
        }))
    }
}
