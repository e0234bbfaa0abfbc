//! The states of a usage period: open, in its grace, closed, corrected.

use chrono::NaiveDate;

use crate::billing::calendar::{CalendarError, Period, add_days};

/// Hours of a day.
const DAY: u32 = 24;

/// Where a usage period stands on a day.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PeriodState {
    /// It runs, or has not begun.
    Open,
    /// It is over; what comes late still counts in its first reading.
    InGrace {
        /// The day on which it is closed.
        until: NaiveDate,
    },
    /// It may be closed, and has no reading yet.
    Due,
    /// It has its first reading.
    Closed,
    /// What came after the close made another reading.
    Corrected {
        /// The newest revision.
        revision: u32,
    },
}

/// Whole days that a grace of so many hours takes: a reading is closed at the start of a day.
pub fn grace_days(hours: u32) -> u32 {
    hours.div_ceil(DAY)
}

/// The state of a period on a day, with the newest revision of its reading if it has one.
///
/// # Errors
/// [`CalendarError`] past the end of the calendar.
pub fn period_state(
    period: Period,
    grace_hours: u32,
    today: NaiveDate,
    newest: Option<u32>,
) -> Result<PeriodState, CalendarError> {
    match newest {
        None => {}
        Some(0 | 1) => return Ok(PeriodState::Closed),
        Some(revision) => return Ok(PeriodState::Corrected { revision }),
    }
    if today < period.end() {
        return Ok(PeriodState::Open);
    }
    let until = add_days(period.end(), u64::from(grace_days(grace_hours)))?;
    Ok(if today < until {
        PeriodState::InGrace { until }
    } else {
        PeriodState::Due
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn day(text: &str) -> NaiveDate {
        text.parse().expect("a date")
    }

    #[test]
    fn a_period_is_open_then_in_grace_then_closed_then_corrected() {
        let may = Period::new(day("2026-05-01"), day("2026-06-01")).expect("a period");
        let on = |today: &str, newest| period_state(may, 72, day(today), newest).ok();
        assert_eq!(on("2026-05-31", None), Some(PeriodState::Open));
        let until = day("2026-06-04");
        assert_eq!(on("2026-06-01", None), Some(PeriodState::InGrace { until }));
        assert_eq!(on("2026-06-03", None), Some(PeriodState::InGrace { until }));
        assert_eq!(on("2026-06-04", None), Some(PeriodState::Due));
        assert_eq!(on("2026-06-04", Some(1)), Some(PeriodState::Closed));
        let corrected = PeriodState::Corrected { revision: 3 };
        assert_eq!(on("2026-06-04", Some(3)), Some(corrected));
    }

    #[test]
    fn a_grace_ends_at_the_start_of_a_day() {
        assert_eq!([0, 1, 24, 25, 72].map(grace_days), [0, 1, 1, 2, 3]);
    }
}
