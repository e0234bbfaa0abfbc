//! Proration: which share of price intervals a part of them is, as an exact fraction.
//!
//! Every method is the difference of a running share, so parts always add up: the share of a..b
//! plus the share of b..c is the share of a..c. A complete interval is 1 under every method.

use chrono::{Datelike, NaiveDate};
use chrono_tz::Tz;

use super::Ratio;
use super::calendar::{CalendarError, Cycle, Period};
use super::contract::Proration;
use super::ratio::RatioError;

/// Why a share cannot be computed.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ProrationError {
    /// A date out of range.
    #[error(transparent)]
    Calendar(#[from] CalendarError),
    /// Exact arithmetic left its range.
    #[error(transparent)]
    Ratio(#[from] RatioError),
}

impl ProrationError {
    /// Stable code of the error.
    #[must_use]
    pub fn code(&self) -> &'static str {
        match self {
            Self::Calendar(cause) => cause.code(),
            Self::Ratio(cause) => cause.code(),
        }
    }
}

/// The number of price intervals that `part` covers: 3 for a quarter of a monthly price, 21/31
/// for 11 to 31 May.
///
/// # Errors
/// [`ProrationError`].
pub fn intervals(
    method: Proration,
    price_cycle: &Cycle,
    part: Period,
    zone: Tz,
) -> Result<Ratio, ProrationError> {
    let mut sum = Ratio::ZERO;
    for whole in price_cycle.overlapping(part)? {
        let Some(overlap) = whole.intersection(part) else {
            continue;
        };
        let share = if overlap == whole {
            Ratio::ONE
        } else {
            let until_end = elapsed(method, whole, overlap.end(), zone)?;
            until_end.minus(elapsed(method, whole, overlap.start(), zone)?)?
        };
        sum = sum.plus(share)?;
    }
    Ok(sum)
}

/// Share of `whole` that has passed when `day` begins: 0 at its start, 1 at its end.
fn elapsed(
    method: Proration,
    whole: Period,
    day: NaiveDate,
    zone: Tz,
) -> Result<Ratio, ProrationError> {
    if day <= whole.start() {
        return Ok(Ratio::ZERO);
    }
    if day >= whole.end() {
        return Ok(Ratio::ONE);
    }
    let passed = Period::new(whole.start(), day)?;
    let share = match method {
        Proration::ActualActual => Ratio::new(i128::from(passed.days()), i128::from(whole.days()))?,
        Proration::Actual30 => {
            // A clamped anchor makes 28 to 32 of these days; 30 for each month are meant.
            let months = thirty_days(whole.start(), whole.end())
                .saturating_add(15)
                .div_euclid(30);
            let nominal = i128::from(months.max(1).saturating_mul(30));
            Ratio::new(i128::from(passed.days()), nominal)?.min(Ratio::ONE)
        }
        Proration::Strict30360 => {
            let nominal = thirty_days(whole.start(), whole.end()).max(1);
            let days = thirty_days(whole.start(), day);
            Ratio::new(i128::from(days), i128::from(nominal))?.clamp(Ratio::ZERO, Ratio::ONE)
        }
        Proration::PerSecond => {
            let seconds = i128::from(passed.instants(zone)?.seconds());
            Ratio::new(seconds, i128::from(whole.instants(zone)?.seconds()))?
        }
    };
    Ok(share)
}

/// Days between two dates when every month has 30 (30E/360: the 31st counts as the 30th).
fn thirty_days(from: NaiveDate, to: NaiveDate) -> i64 {
    let count = |date: NaiveDate| {
        let months = i64::from(date.year())
            .saturating_mul(12)
            .saturating_add(i64::from(date.month0()));
        months
            .saturating_mul(30)
            .saturating_add(i64::from(date.day().min(30)))
    };
    count(to).saturating_sub(count(from))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::billing::calendar::Interval;
    use proptest::prelude::*;

    fn date(text: &str) -> NaiveDate {
        text.parse().unwrap()
    }

    fn share(method: Proration, interval: Interval, start: &str, end: &str) -> String {
        let cycle = Cycle::new(date("2026-01-01"), 1, interval).unwrap();
        let part = Period::new(date(start), date(end)).unwrap();
        intervals(method, &cycle, part, Tz::Europe__Paris)
            .unwrap()
            .to_string()
    }

    #[test]
    fn a_part_of_a_month_is_its_days_over_the_days_of_that_month() {
        use Interval::{Month, Year};
        use Proration::{Actual30, ActualActual, PerSecond, Strict30360};
        assert_eq!(
            share(ActualActual, Month, "2026-05-11", "2026-07-01"),
            "52/31"
        );
        assert_eq!(
            share(ActualActual, Month, "2026-02-01", "2026-02-15"),
            "1/2"
        );
        assert_eq!(
            share(ActualActual, Year, "2026-01-01", "2026-01-02"),
            "1/365"
        );
        assert_eq!(share(Actual30, Month, "2026-02-01", "2026-02-15"), "7/15");
        assert_eq!(share(Actual30, Month, "2026-01-01", "2026-01-31"), "1");
        assert_eq!(share(Strict30360, Month, "2026-02-16", "2026-03-01"), "1/2");
        assert_eq!(
            share(Strict30360, Month, "2026-01-31", "2026-02-01"),
            "1/30"
        );
        assert_eq!(
            share(PerSecond, Month, "2026-03-29", "2026-03-30"),
            "23/743"
        );
        assert_eq!(share(PerSecond, Month, "2026-10-25", "2026-10-26"), "5/149");
    }

    #[test]
    fn a_clamped_anchor_still_counts_30_days_a_month() {
        let part = |method, day, start: &str, end: &str| {
            let cycle = Cycle::new(date("2026-01-31"), day, Interval::Month).unwrap();
            let part = Period::new(date(start), date(end)).unwrap();
            intervals(method, &cycle, part, Tz::UTC)
                .unwrap()
                .to_string()
        };
        // 31 January to 28 February are 28 days; half of 30 is 15.
        assert_eq!(
            part(Proration::Actual30, 31, "2026-01-31", "2026-02-15"),
            "1/2"
        );
        // The 31st is the 30th again, so the day between them weighs nothing.
        assert_eq!(
            part(Proration::Strict30360, 30, "2026-01-30", "2026-01-31"),
            "0"
        );
    }

    proptest! {
        #[test]
        fn parts_add_up_to_the_whole(
            start in 0_u64..900, first in 1_u64..400, second in 1_u64..400, day in 1_u8..=31,
            method in prop_oneof![
                Just(Proration::ActualActual), Just(Proration::Actual30),
                Just(Proration::Strict30360), Just(Proration::PerSecond),
            ],
            interval in prop_oneof![Just(Interval::Month), Just(Interval::Year)],
            zone in prop_oneof![Just(Tz::Europe__Paris), Just(Tz::America__New_York)],
        ) {
            let a = date("2024-01-15") + chrono::Days::new(start);
            let b = a + chrono::Days::new(first);
            let c = b + chrono::Days::new(second);
            let cycle = Cycle::new(date("2024-01-01"), day, interval).unwrap();
            let of = |from, to| {
                intervals(method, &cycle, Period::new(from, to).unwrap(), zone).unwrap()
            };
            prop_assert_eq!(of(a, b).plus(of(b, c)).unwrap(), of(a, c));
            prop_assert!(!of(a, b).is_negative());
        }
    }
}
