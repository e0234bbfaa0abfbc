//! Recurring revenue month by month: how the figure of today came to be.

use chrono::{Months, NaiveDate};

use super::{ByCurrency, OutlookError, recurring};
use crate::billing::Money;
use crate::billing::calendar::CalendarError;
use crate::billing::contract::{Contract, IndexTable, Month};

/// Monthly recurring revenue on the first day of a month, or on the day itself in its own month.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RecurringMonth {
    /// The month.
    pub month: Month,
    /// The day it is seen from.
    pub day: NaiveDate,
    /// The figure, by currency; none where nothing ran.
    pub amounts: ByCurrency<Money>,
}

/// Monthly recurring revenue of the twelve months before a day, each as it was agreed and known on
/// its first day, and last on the day itself.
///
/// # Errors
/// [`OutlookError::Money`], [`OutlookError::Calendar`].
pub fn recurring_by_month(
    contracts: &[&Contract],
    indices: &IndexTable,
    day: NaiveDate,
) -> Result<Vec<RecurringMonth>, OutlookError> {
    let mut found = Vec::with_capacity(13);
    for before in (0..=12).rev() {
        let seen = match before {
            0 => day,
            before => first_day(day, before)?,
        };
        let figures = recurring(contracts.iter().copied(), indices, seen)?;
        let amounts = figures.into_iter();
        found.push(RecurringMonth {
            month: Month::of(seen),
            day: seen,
            amounts: amounts
                .map(|(currency, figure)| (currency, figure.month))
                .collect(),
        });
    }
    Ok(found)
}

/// The first day of the month that lies so many months before that of a day.
fn first_day(day: NaiveDate, before: u32) -> Result<NaiveDate, CalendarError> {
    day.checked_sub_months(Months::new(before))
        .and_then(|day| chrono::Datelike::with_day(&day, 1))
        .ok_or(CalendarError::OutOfRange)
}
