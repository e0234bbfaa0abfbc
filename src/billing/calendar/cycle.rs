//! Billing cycles: intervals of months counted from an anchor, clamped to the month's end.

use chrono::{Datelike, Months, NaiveDate};
use serde::{Deserialize, Serialize};

use super::{CalendarError, Period};

/// How long one billing interval is.
#[derive(
    Debug,
    Clone,
    Copy,
    PartialEq,
    Eq,
    PartialOrd,
    Ord,
    Hash,
    Serialize,
    Deserialize,
    schemars::JsonSchema,
)]
#[serde(rename_all = "snake_case")]
pub enum Interval {
    /// One month.
    Month,
    /// Three months.
    Quarter,
    /// Six months.
    HalfYear,
    /// Twelve months.
    Year,
}

impl Interval {
    /// Its length in months.
    #[must_use]
    pub const fn months(self) -> u32 {
        match self {
            Self::Month => 1,
            Self::Quarter => 3,
            Self::HalfYear => 6,
            Self::Year => 12,
        }
    }
}

/// Interval boundaries: `anchor + k × interval` for every integer k. The anchor day is clamped to
/// the length of each month from the stored day, so 31 gives 28 February and then 31 March.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Cycle {
    anchor_month: NaiveDate,
    anchor_day: u8,
    interval: Interval,
}

impl Cycle {
    /// Boundaries on day `anchor_day` of the anchor's month and every interval before and after.
    ///
    /// # Errors
    /// [`CalendarError::AnchorDay`] unless the day is 1–31; [`CalendarError::OutOfRange`].
    pub fn new(
        anchor: NaiveDate,
        anchor_day: u8,
        interval: Interval,
    ) -> Result<Self, CalendarError> {
        if !(1..=31).contains(&anchor_day) {
            return Err(CalendarError::AnchorDay { day: anchor_day });
        }
        let anchor_month = anchor.with_day(1).ok_or(CalendarError::OutOfRange)?;
        Ok(Self {
            anchor_month,
            anchor_day,
            interval,
        })
    }

    /// The k-th boundary; negative k lie before the anchor.
    ///
    /// # Errors
    /// [`CalendarError::OutOfRange`].
    pub fn boundary(&self, k: i32) -> Result<NaiveDate, CalendarError> {
        let months = k.unsigned_abs().checked_mul(self.interval.months());
        let months = Months::new(months.ok_or(CalendarError::OutOfRange)?);
        let month = if k < 0 {
            self.anchor_month.checked_sub_months(months)
        } else {
            self.anchor_month.checked_add_months(months)
        };
        let month = month.ok_or(CalendarError::OutOfRange)?;
        // The day exists, or the month is shorter and its last day stands in.
        (28..=u32::from(self.anchor_day).max(28))
            .rev()
            .map(|day| day.min(u32::from(self.anchor_day)))
            .find_map(|day| month.with_day(day))
            .ok_or(CalendarError::OutOfRange)
    }

    /// The interval that contains the date.
    ///
    /// # Errors
    /// [`CalendarError::OutOfRange`].
    pub fn around(&self, date: NaiveDate) -> Result<Period, CalendarError> {
        let mut k = self.index_near(date)?;
        while self.boundary(k)? > date {
            k = k.checked_sub(1).ok_or(CalendarError::OutOfRange)?;
        }
        loop {
            let next = k.checked_add(1).ok_or(CalendarError::OutOfRange)?;
            let end = self.boundary(next)?;
            if date < end {
                return Period::new(self.boundary(k)?, end);
            }
            k = next;
        }
    }

    /// The whole intervals that overlap a period, in order.
    ///
    /// # Errors
    /// [`CalendarError::OutOfRange`].
    pub fn overlapping(&self, period: Period) -> Result<Vec<Period>, CalendarError> {
        let mut found = vec![self.around(period.start())?];
        while let Some(last) = found.last().copied() {
            if last.end() >= period.end() {
                break;
            }
            found.push(self.around(last.end())?);
        }
        Ok(found)
    }

    fn index_near(&self, date: NaiveDate) -> Result<i32, CalendarError> {
        let count = |day: NaiveDate| {
            let month = i32::try_from(day.month0()).ok()?;
            day.year().checked_mul(12)?.checked_add(month)
        };
        let months = || count(date)?.checked_sub(count(self.anchor_month)?);
        let length =
            i32::try_from(self.interval.months()).map_err(|_| CalendarError::OutOfRange)?;
        months()
            .and_then(|months| months.checked_div_euclid(length))
            .ok_or(CalendarError::OutOfRange)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn date(text: &str) -> NaiveDate {
        text.parse().unwrap()
    }

    #[test]
    fn the_31st_is_clamped_from_the_stored_anchor_not_from_the_month_before() {
        let cycle = Cycle::new(date("2026-01-31"), 31, Interval::Month).unwrap();
        let days: Vec<String> = (0..5)
            .map(|k| cycle.boundary(k).unwrap().to_string())
            .collect();
        assert_eq!(
            days,
            [
                "2026-01-31",
                "2026-02-28",
                "2026-03-31",
                "2026-04-30",
                "2026-05-31"
            ]
        );
        assert_eq!(cycle.boundary(25).unwrap(), date("2028-02-29"));
    }

    #[test]
    fn anchors_29_and_30_find_february() {
        for (day, leap, plain) in [
            (29, "2028-02-29", "2027-02-28"),
            (30, "2028-02-29", "2027-02-28"),
        ] {
            let cycle = Cycle::new(date("2026-12-30"), day, Interval::Month).unwrap();
            assert_eq!(cycle.boundary(2).unwrap(), date(plain));
            assert_eq!(cycle.boundary(14).unwrap(), date(leap));
        }
    }

    #[test]
    fn quarters_keep_the_month_of_their_anchor() {
        let cycle = Cycle::new(date("2024-07-01"), 1, Interval::Quarter).unwrap();
        let around = cycle.around(date("2026-05-11")).unwrap();
        assert_eq!(around.to_string(), "2026-04-01..2026-06-30");
        assert_eq!(
            cycle.around(date("2020-01-01")).unwrap().to_string(),
            "2020-01-01..2020-03-31"
        );
    }

    #[test]
    fn a_year_from_29_february_ends_on_the_28th_three_times_in_four() {
        let cycle = Cycle::new(date("2024-02-29"), 29, Interval::Year).unwrap();
        let days: Vec<String> = (0..5)
            .map(|k| cycle.boundary(k).unwrap().to_string())
            .collect();
        assert_eq!(
            days,
            [
                "2024-02-29",
                "2025-02-28",
                "2026-02-28",
                "2027-02-28",
                "2028-02-29"
            ]
        );
    }

    #[test]
    fn an_anchor_day_no_month_has_is_refused() {
        for day in [0, 32] {
            assert!(Cycle::new(date("2026-01-01"), day, Interval::Month).is_err());
        }
    }

    proptest! {
        #[test]
        fn intervals_tile_the_calendar(
            anchor in 0_u64..3_000, offset in 0_u64..6_000, day in 1_u8..=31,
            interval in prop_oneof![
                Just(Interval::Month), Just(Interval::Quarter),
                Just(Interval::HalfYear), Just(Interval::Year),
            ],
        ) {
            let base = date("2018-01-01");
            let anchor = base + chrono::Days::new(anchor);
            let probe = base + chrono::Days::new(offset);
            let cycle = Cycle::new(anchor, day, interval).unwrap();
            let around = cycle.around(probe).unwrap();
            prop_assert!(around.contains(probe));
            prop_assert_eq!(cycle.around(around.end()).unwrap().start(), around.end());
            prop_assert_eq!(cycle.around(around.last_day()).unwrap(), around);
        }
    }
}
