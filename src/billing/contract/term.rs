//! The end of a contract: cancellation, end of term, or the longest total term.

use chrono::{Months, NaiveDate};

use super::{Change, Contract};
use crate::billing::calendar::CalendarError;

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
    let cancelled = contract
        .amendments
        .iter()
        .filter(|amendment| amendment.known_from() <= known_on)
        .filter(|amendment| matches!(amendment.change, Change::Cancel))
        .map(|amendment| amendment.effective)
        .min();
    Ok(match (by_term, cancelled) {
        (Some(a), Some(b)) => Some(a.min(b)),
        (a, b) => a.or(b),
    })
}
