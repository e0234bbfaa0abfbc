//! Half-open periods of civil dates, and their instants in a zone.

use std::fmt;

use chrono::{DateTime, Days, LocalResult, NaiveDate, NaiveDateTime, TimeDelta, TimeZone, Utc};
use chrono_tz::Tz;
use serde::{Deserialize, Serialize};

/// What can go wrong with dates.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum CalendarError {
    /// The end is not after the start.
    #[error("a period must end after it starts: {start} to {end} (exclusive)")]
    EmptyPeriod {
        /// First day.
        start: NaiveDate,
        /// Day after the last.
        end: NaiveDate,
    },
    /// A date beyond the calendar's range.
    #[error("the date is out of range")]
    OutOfRange,
    /// An anchor day that no month has.
    #[error("anchor day {day} is not between 1 and 31")]
    AnchorDay {
        /// What was given.
        day: u8,
    },
    /// A region whose public holidays are not on file.
    #[error("no calendar of public holidays is on file for region {code}")]
    UnknownRegion {
        /// What was given.
        code: String,
    },
}

impl CalendarError {
    /// Stable code of the error.
    #[must_use]
    pub fn code(&self) -> &'static str {
        match self {
            Self::EmptyPeriod { .. } => "calendar.empty-period",
            Self::OutOfRange => "calendar.out-of-range",
            Self::AnchorDay { .. } => "calendar.anchor-day",
            Self::UnknownRegion { .. } => "calendar.unknown-region",
        }
    }
}

/// Civil dates from `start` up to, not including, `end`. Never empty.
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
#[serde(try_from = "Wire", into = "Wire")]
#[schemars(with = "Wire")]
pub struct Period {
    start: NaiveDate,
    end: NaiveDate,
}

/// Whole days: the first, and the day after the last.
#[derive(Serialize, Deserialize, schemars::JsonSchema)]
#[serde(deny_unknown_fields)]
#[schemars(rename = "Period")]
struct Wire {
    /// First day.
    start: NaiveDate,
    /// Day after the last day.
    end: NaiveDate,
}

impl From<Period> for Wire {
    fn from(period: Period) -> Self {
        Self {
            start: period.start,
            end: period.end,
        }
    }
}

impl TryFrom<Wire> for Period {
    type Error = CalendarError;

    fn try_from(wire: Wire) -> Result<Self, Self::Error> {
        Self::new(wire.start, wire.end)
    }
}

/// A half-open range of instants.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Instants {
    /// First instant.
    pub start: DateTime<Utc>,
    /// First instant after.
    pub end: DateTime<Utc>,
}

impl Instants {
    /// Length in seconds.
    #[must_use]
    pub fn seconds(&self) -> i64 {
        self.end.signed_duration_since(self.start).num_seconds()
    }
}

impl Period {
    /// Dates from `start` up to, not including, `end`.
    ///
    /// # Errors
    /// [`CalendarError::EmptyPeriod`] unless `start < end`.
    pub fn new(start: NaiveDate, end: NaiveDate) -> Result<Self, CalendarError> {
        if start < end {
            Ok(Self { start, end })
        } else {
            Err(CalendarError::EmptyPeriod { start, end })
        }
    }

    /// Dates from `first` to `last`, both included.
    ///
    /// # Errors
    /// [`CalendarError::EmptyPeriod`], [`CalendarError::OutOfRange`].
    pub fn inclusive(first: NaiveDate, last: NaiveDate) -> Result<Self, CalendarError> {
        Self::new(first, day_after(last)?)
    }

    /// First day.
    #[must_use]
    pub const fn start(self) -> NaiveDate {
        self.start
    }

    /// Day after the last day.
    #[must_use]
    pub const fn end(self) -> NaiveDate {
        self.end
    }

    /// Last day.
    #[must_use]
    pub fn last_day(self) -> NaiveDate {
        // The end is after the start, so it has a day before it.
        self.end.pred_opt().unwrap_or(self.start)
    }

    /// Number of days; at least 1.
    #[must_use]
    pub fn days(self) -> i64 {
        self.end.signed_duration_since(self.start).num_days()
    }

    /// True when the date lies inside.
    #[must_use]
    pub fn contains(self, date: NaiveDate) -> bool {
        self.start <= date && date < self.end
    }

    /// True when the other period lies inside.
    #[must_use]
    pub fn covers(self, other: Self) -> bool {
        self.start <= other.start && other.end <= self.end
    }

    /// The common days.
    #[must_use]
    pub fn intersection(self, other: Self) -> Option<Self> {
        Self::new(self.start.max(other.start), self.end.min(other.end)).ok()
    }

    /// The smallest period that covers both.
    #[must_use]
    pub fn hull(self, other: Self) -> Self {
        Self {
            start: self.start.min(other.start),
            end: self.end.max(other.end),
        }
    }

    /// The parts between the cuts that fall inside, in order; they cover the period exactly.
    #[must_use]
    pub fn split_at(self, cuts: &[NaiveDate]) -> Vec<Self> {
        let mut bounds: Vec<NaiveDate> = cuts
            .iter()
            .copied()
            .filter(|&cut| self.start < cut && cut < self.end)
            .collect();
        bounds.push(self.start);
        bounds.push(self.end);
        bounds.sort_unstable();
        bounds.dedup();
        bounds
            .windows(2)
            .filter_map(|pair| match pair {
                &[start, end] => Some(Self { start, end }),
                _ => None,
            })
            .collect()
    }

    /// The instants of the period in a zone: from the first instant of the first day to the first
    /// instant of the day after the last.
    ///
    /// # Errors
    /// [`CalendarError::OutOfRange`].
    pub fn instants(self, zone: Tz) -> Result<Instants, CalendarError> {
        Ok(Instants {
            start: first_instant(self.start, zone)?,
            end: first_instant(self.end, zone)?,
        })
    }
}

impl fmt::Display for Period {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}..{}", self.start, self.last_day())
    }
}

/// The first instant of a civil day: midnight, or the end of the gap where the clock skips it.
fn first_instant(date: NaiveDate, zone: Tz) -> Result<DateTime<Utc>, CalendarError> {
    let midnight = date.and_time(chrono::NaiveTime::MIN);
    let step = TimeDelta::minutes(15);
    let mut local: NaiveDateTime = midnight;
    // No zone of the tz database skips more than one whole day.
    for _ in 0..=96 {
        match zone.from_local_datetime(&local) {
            LocalResult::Single(instant) | LocalResult::Ambiguous(instant, _) => {
                return Ok(instant.with_timezone(&Utc));
            }
            LocalResult::None => {
                local = local
                    .checked_add_signed(step)
                    .ok_or(CalendarError::OutOfRange)?;
            }
        }
    }
    Err(CalendarError::OutOfRange)
}

/// The date `days` later.
///
/// # Errors
/// [`CalendarError::OutOfRange`].
pub fn add_days(date: NaiveDate, days: u64) -> Result<NaiveDate, CalendarError> {
    date.checked_add_days(Days::new(days))
        .ok_or(CalendarError::OutOfRange)
}

/// The next day.
///
/// # Errors
/// [`CalendarError::OutOfRange`].
pub fn day_after(date: NaiveDate) -> Result<NaiveDate, CalendarError> {
    date.succ_opt().ok_or(CalendarError::OutOfRange)
}

/// The day before.
///
/// # Errors
/// [`CalendarError::OutOfRange`].
pub fn day_before(date: NaiveDate) -> Result<NaiveDate, CalendarError> {
    date.pred_opt().ok_or(CalendarError::OutOfRange)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn date(text: &str) -> NaiveDate {
        text.parse().unwrap()
    }

    fn period(start: &str, end: &str) -> Period {
        Period::new(date(start), date(end)).unwrap()
    }

    #[test]
    fn a_month_has_as_many_hours_as_its_zone_gives_it() {
        let hours = |start: &str, end: &str, zone: Tz| {
            period(start, end).instants(zone).unwrap().seconds() / 3600
        };
        assert_eq!(hours("2026-03-01", "2026-04-01", Tz::Europe__Paris), 743);
        assert_eq!(hours("2026-10-01", "2026-11-01", Tz::Europe__Paris), 745);
        assert_eq!(
            hours("2026-03-01", "2026-04-01", Tz::America__New_York),
            743
        );
        assert_eq!(
            hours("2026-11-01", "2026-12-01", Tz::America__New_York),
            721
        );
        assert_eq!(hours("2026-03-01", "2026-04-01", Tz::UTC), 744);
    }

    #[test]
    fn a_day_whose_midnight_is_skipped_starts_when_the_clock_resumes() {
        // Beirut went from 24:00 on 2026-03-28 straight to 01:00 on the 29th.
        let day = period("2026-03-29", "2026-03-30")
            .instants(Tz::Asia__Beirut)
            .unwrap();
        assert_eq!(day.seconds() / 3600, 23);
    }

    #[test]
    fn cuts_cover_the_period_exactly() {
        let parts =
            period("2026-04-01", "2026-05-01").split_at(&[date("2026-04-20"), date("2026-04-01")]);
        assert_eq!(
            parts,
            [
                period("2026-04-01", "2026-04-20"),
                period("2026-04-20", "2026-05-01")
            ]
        );
    }

    #[test]
    fn an_empty_period_does_not_exist() {
        assert!(Period::new(date("2026-01-01"), date("2026-01-01")).is_err());
        assert!(
            serde_json::from_str::<Period>(r#"{"start":"2026-02-01","end":"2026-01-01"}"#).is_err()
        );
    }
}
