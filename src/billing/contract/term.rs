//! The end of a contract: cancellation, end of term, or the longest total term; and the next end
//! that a notice could bring about.

use chrono::{Datelike, Months, NaiveDate};

use super::{Change, Contract, Term};
use crate::billing::calendar::{CalendarError, day_after};

/// The day after the last day of service: a cancellation, the end of a term that does not renew,
/// or the longest total term.
///
/// # Errors
/// [`CalendarError::OutOfRange`].
pub fn contract_end(
    contract: &Contract,
    known_on: NaiveDate,
) -> Result<Option<NaiveDate>, CalendarError> {
    let term = &contract.term;
    let by_term = match (term.end, term.renewal) {
        (end, None) => end,
        (_, Some(renewal)) => match renewal.max_total_months {
            None => None,
            Some(months) => Some(
                term.start
                    .checked_add_months(Months::new(months))
                    .ok_or(CalendarError::OutOfRange)?,
            ),
        },
    };
    Ok(match (by_term, cancelled(contract, known_on)) {
        (Some(a), Some(b)) => Some(a.min(b)),
        (a, b) => a.or(b),
    })
}

/// The first day without service by a cancellation that is known.
fn cancelled(contract: &Contract, known_on: NaiveDate) -> Option<NaiveDate> {
    contract
        .amendments
        .iter()
        .filter(|amendment| amendment.known_from() <= known_on)
        .filter(|amendment| matches!(amendment.change, Change::Cancel))
        .map(|amendment| amendment.effective)
        .min()
}

/// Up to when a contract binds, seen from a day: the day after the last day of service if notice
/// were received on that day. That is the end that is agreed, the end of the first term whose
/// notice is still possible, or for an open term the end of the notice period.
///
/// Notice of a term has to be received before the day that lies its months before the term's end.
/// The notice period of an open term ends with the day that has the number of the day of receipt,
/// or with the last of a shorter month (§ 187 (1), § 188 (2) and (3) BGB).
///
/// # Errors
/// [`CalendarError::OutOfRange`].
pub fn next_end(contract: &Contract, day: NaiveDate) -> Result<NaiveDate, CalendarError> {
    let term = &contract.term;
    let agreed = contract_end(contract, day)?;
    if let (Some(end), Some(_)) = (agreed, cancelled(contract, day)) {
        return Ok(end);
    }
    let by_notice = match (term.end, term.renewal) {
        (Some(end), None) => end,
        (Some(end), Some(renewal)) if renewal.months > 0 => {
            end_by_notice(term, end, renewal.months, day)?
        }
        _ => day_after(later(day, term.notice_months)?)?,
    };
    Ok(agreed.map_or(by_notice, |end| end.min(by_notice)))
}

fn later(day: NaiveDate, months: u32) -> Result<NaiveDate, CalendarError> {
    day.checked_add_months(Months::new(months))
        .ok_or(CalendarError::OutOfRange)
}

/// The first end of a term, of those that lie `months` apart, for which notice can be received on
/// `day`.
fn end_by_notice(
    term: &Term,
    first: NaiveDate,
    months: u32,
    day: NaiveDate,
) -> Result<NaiveDate, CalendarError> {
    // A term of whole months remembers the day it began on: 31 August, 28 February, 31 August.
    let (from, before) = match whole_months(term.start, first) {
        Some(before) => (term.start, before),
        None => (first, 0),
    };
    let mut end = first;
    for k in 1_u32.. {
        let notice = end.checked_sub_months(Months::new(term.notice_months));
        if day < notice.ok_or(CalendarError::OutOfRange)? {
            return Ok(end);
        }
        let months = k.checked_mul(months).and_then(|n| n.checked_add(before));
        end = later(from, months.ok_or(CalendarError::OutOfRange)?)?;
    }
    Err(CalendarError::OutOfRange)
}

/// The number of months between two dates, when it is a whole one.
fn whole_months(start: NaiveDate, end: NaiveDate) -> Option<u32> {
    let years = end.year().checked_sub(start.year())?;
    let months = years
        .checked_mul(12)?
        .checked_add_unsigned(end.month())?
        .checked_sub_unsigned(start.month())?;
    let months = u32::try_from(months).ok()?;
    (later(start, months).ok()? == end).then_some(months)
}

#[cfg(test)]
mod tests {
    use rstest::rstest;

    use super::*;

    fn date(text: &str) -> NaiveDate {
        text.parse().unwrap()
    }

    fn end(first: &str, renewal: (&str, u32, u32), day: &str) -> String {
        let (start, months, notice_months) = renewal;
        let term = Term {
            start: date(start),
            end: Some(date(first)),
            renewal: None,
            notice_months,
        };
        let found = end_by_notice(&term, date(first), months, date(day));
        found.unwrap().to_string()
    }

    #[rstest]
    // Notice of three months for the end of September: received by 30 June.
    #[case(("2025-10-01", 12, 3), "2026-10-01", "2026-06-30", "2026-10-01")]
    #[case(("2025-10-01", 12, 3), "2026-10-01", "2026-07-01", "2027-10-01")]
    #[case(("2025-10-01", 12, 3), "2026-10-01", "2029-01-01", "2029-10-01")]
    // Without notice it can end with the last day itself.
    #[case(("2025-10-01", 12, 0), "2026-10-01", "2026-09-30", "2026-10-01")]
    #[case(("2025-10-01", 12, 0), "2026-10-01", "2026-10-01", "2027-10-01")]
    // A notice that is longer than the term reaches over several.
    #[case(("2026-01-01", 1, 3), "2026-02-01", "2026-01-15", "2026-05-01")]
    // The 31st is remembered over shorter months; an end of its own is counted from itself.
    #[case(("2025-08-31", 6, 0), "2026-02-28", "2026-03-01", "2026-08-31")]
    #[case(("2025-08-15", 6, 0), "2026-02-28", "2026-03-01", "2026-08-28")]
    fn a_term_can_still_end_where_its_notice_is_still_possible(
        #[case] renewal: (&str, u32, u32),
        #[case] first: &str,
        #[case] day: &str,
        #[case] expected: &str,
    ) {
        assert_eq!(end(first, renewal, day), expected);
    }
}
