//! Levels and counters in five-minute steps: realistic in shape, exact in their monthly figure.
//!
//! A month is drawn as a shape first; then the difference to the month's figure is spread over its
//! samples, to the last byte. Integers only, and no state outside: the same year every time.

use std::ops::Range;

use chrono::{DateTime, Datelike, NaiveDate, NaiveTime, TimeDelta, Timelike, Utc};
use chrono_tz::Tz;

use super::figures::YEAR;
use crate::billing::calendar::Period;

/// Seconds between two samples.
pub const STEP_SECONDS: i64 = 300;
/// Samples before the year begins: a counter needs one to count from.
const LEAD_SAMPLES: i64 = 144;
const BYTES_PER_GB: i64 = 1_000_000_000;

/// A year of one series.
#[derive(Debug, Clone)]
pub struct Curve {
    /// Instant of the first sample.
    pub base: DateTime<Utc>,
    /// What the exporter shows at each step.
    pub values: Vec<i64>,
    /// For a counter: when the process that shows each value began.
    pub starts: Vec<DateTime<Utc>>,
}

impl Curve {
    /// The instant of a sample.
    pub fn time(&self, index: usize) -> DateTime<Utc> {
        self.base + TimeDelta::seconds(STEP_SECONDS * signed(index))
    }

    /// The indices of the samples within `[from, to)`.
    pub fn within(&self, from: DateTime<Utc>, to: DateTime<Utc>) -> Range<usize> {
        let index = |at: DateTime<Utc>| {
            let seconds = (at - self.base).num_seconds();
            let steps = seconds.div_euclid(STEP_SECONDS);
            let steps = steps + i64::from(seconds.rem_euclid(STEP_SECONDS) != 0);
            usize::try_from(steps)
                .unwrap_or_default()
                .min(self.values.len())
        };
        index(from)..index(to).max(index(from))
    }
}

/// A level whose mean over each month of the year is the figure, in whole GB.
pub fn level(zone: Tz, monthly_gb: [i64; 12]) -> Curve {
    level_over(Months::of(zone, 0..12, LEAD_SAMPLES), &monthly_gb)
}

/// The level of the January after the year, which begins where the year ends.
pub fn level_after(zone: Tz, gb: i64) -> Curve {
    level_over(Months::of(zone, 12..13, 0), &[gb])
}

fn level_over(months: Months, monthly_gb: &[i64]) -> Curve {
    let mut values = vec![monthly_gb[0] * BYTES_PER_GB; months.lead()];
    for (month, range) in months.ranges.iter().enumerate() {
        let length = signed(range.len());
        let before = monthly_gb[month.saturating_sub(1)];
        let after = monthly_gb[(month + 1).min(monthly_gb.len() - 1)];
        let slope = (after - before) * BYTES_PER_GB / 2;
        let from = values.len();
        for step in 0..length {
            let index = range.start + unsigned(step);
            // Rises and falls through the month, a daily tide of cached remote media that is
            // cleaned at three in the morning, and a little unrest.
            let trend = slope / length * (step - length / 2);
            let tide = months.minute_of_day(index) * BYTES_PER_GB / 400;
            let unrest = i64::from(noise(index, 0) % 40_000_000);
            values.push(monthly_gb[month] * BYTES_PER_GB + trend + tide + unrest);
        }
        settle(
            &mut values[from..],
            monthly_gb[month] * BYTES_PER_GB * length,
        );
    }
    Curve {
        base: months.base,
        values,
        starts: Vec::new(),
    }
}

/// A counter whose increase over each month of the year is the figure, in whole GB. It restarts
/// from zero every few days, as processes do.
pub fn counter(zone: Tz, monthly_gb: [i64; 12]) -> Curve {
    counter_over(Months::of(zone, 0..12, LEAD_SAMPLES), &monthly_gb)
}

/// The counter of the January after the year: its process has come up anew.
pub fn counter_after(zone: Tz, gb: i64) -> Curve {
    counter_over(Months::of(zone, 12..13, 0), &[gb])
}

fn counter_over(months: Months, monthly_gb: &[i64]) -> Curve {
    let mut growth = vec![BYTES_PER_GB / 10; months.lead()];
    for (month, range) in months.ranges.iter().enumerate() {
        let from = growth.len();
        let mean = monthly_gb[month] * BYTES_PER_GB / signed(range.len());
        for index in range.clone() {
            let load = i64::from(LOAD_BY_HOUR[unsigned(months.minute_of_day(index)) / 60 % 24]);
            let weekend = if months.is_weekend(index) { 85 } else { 100 };
            let unrest = 90 + i64::from(noise(index, 1) % 20);
            growth.push(mean / 1_000_000 * load * weekend * unrest);
        }
        settle(&mut growth[from..], monthly_gb[month] * BYTES_PER_GB);
    }
    let mut curve = Curve {
        base: months.base,
        values: Vec::new(),
        starts: Vec::new(),
    };
    let (mut shown, mut start) = (0, months.base - TimeDelta::days(3));
    for (index, grown) in growth.into_iter().enumerate() {
        if restarts_at(index) {
            // The process came up right after the previous sample and has counted everything since.
            shown = 0;
            start = curve.time(index) - TimeDelta::seconds(STEP_SECONDS - 1);
        }
        shown += grown;
        curve.values.push(shown);
        curve.starts.push(start);
    }
    curve
}

/// Restarts lie at least five and a half days apart, one in each stretch of eleven.
fn restarts_at(index: usize) -> bool {
    const STRETCH: usize = 11 * 288;
    let within = noise(index / STRETCH, 2) as usize % (STRETCH / 2);
    index % STRETCH == STRETCH / 4 + within
}

/// Relative load by hour of the local day, in percent of the mean.
const LOAD_BY_HOUR: [u16; 24] = [
    70, 55, 45, 40, 42, 50, 68, 88, 104, 112, 116, 120, 124, 120, 114, 112, 114, 120, 130, 142,
    150, 142, 122, 95,
];

/// Spreads what is missing from (or too much in) a sum over all values, the rest byte by byte.
fn settle(values: &mut [i64], target: i64) {
    let missing = target - values.iter().sum::<i64>();
    let count = signed(values.len());
    let (each, rest) = (missing.div_euclid(count), missing.rem_euclid(count));
    for (index, value) in values.iter_mut().enumerate() {
        *value += each + i64::from(signed(index) < rest);
    }
}

/// Months in a zone, as ranges of samples.
struct Months {
    base: DateTime<Utc>,
    ranges: Vec<Range<usize>>,
    zone: Tz,
    lead: i64,
}

impl Months {
    /// Months of the year by number from 0, with some samples before the first of them.
    fn of(zone: Tz, months: Range<u32>, lead: i64) -> Self {
        let starts = (months.start..=months.end).map(|month| month_start(zone, month));
        let starts: Vec<DateTime<Utc>> = starts.collect();
        let base = starts[0] - TimeDelta::seconds(STEP_SECONDS * lead);
        let index = |at: DateTime<Utc>| unsigned((at - base).num_seconds() / STEP_SECONDS);
        let ranges = starts
            .windows(2)
            .map(|pair| index(pair[0])..index(pair[1]))
            .collect();
        Self {
            base,
            ranges,
            zone,
            lead,
        }
    }

    fn lead(&self) -> usize {
        unsigned(self.lead)
    }

    fn local(&self, index: usize) -> DateTime<Tz> {
        let time = self.base + TimeDelta::seconds(STEP_SECONDS * signed(index));
        time.with_timezone(&self.zone)
    }

    fn minute_of_day(&self, index: usize) -> i64 {
        i64::from(self.local(index).num_seconds_from_midnight() / 60)
    }

    fn is_weekend(&self, index: usize) -> bool {
        self.local(index).weekday().number_from_monday() > 5
    }
}

/// The civil month of the year, 0 to 11; 12 is the next January.
pub fn month_of_year(month: u32) -> Option<Period> {
    let first = |month: u32| {
        let year = YEAR + i32::try_from(month / 12).ok()?;
        NaiveDate::from_ymd_opt(year, month % 12 + 1, 1)
    };
    Period::new(first(month)?, first(month + 1)?).ok()
}

fn month_start(zone: Tz, month: u32) -> DateTime<Utc> {
    let instants = month_of_year(month).and_then(|period| period.instants(zone).ok());
    // The months of one fixed year in four fixed zones: none of them fails, the tests walk them
    // all.
    instants.map_or_else(
        || NaiveDate::MIN.and_time(NaiveTime::MIN).and_utc(),
        |both| both.start,
    )
}

/// SplitMix64 of an index and a stream number: unrest without a random generator's state.
/// <https://prng.di.unimi.it/splitmix64.c>
pub fn noise(index: usize, stream: u64) -> u32 {
    let seed = (index as u64).wrapping_add(stream << 40).wrapping_add(1);
    let mut bits = seed.wrapping_mul(0x9e37_79b9_7f4a_7c15);
    bits = (bits ^ (bits >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    bits = (bits ^ (bits >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    ((bits ^ (bits >> 31)) >> 32) as u32
}

fn signed(count: usize) -> i64 {
    i64::try_from(count).unwrap_or(i64::MAX)
}

fn unsigned(count: i64) -> usize {
    usize::try_from(count).unwrap_or_default()
}
