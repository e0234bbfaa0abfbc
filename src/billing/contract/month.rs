//! Calendar months, in which index values are published.

use std::fmt;
use std::str::FromStr;

use chrono::{Datelike, Months, NaiveDate};
use serde::{Deserialize, Serialize};

use crate::billing::calendar::CalendarError;

/// A calendar month, written `2026-05`.
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
#[serde(try_from = "String", into = "String")]
#[schemars(with = "String", extend("format" = "month"))]
pub struct Month {
    first: NaiveDate,
}

impl Month {
    /// The month that contains a date.
    #[must_use]
    pub fn of(date: NaiveDate) -> Self {
        // Every month has a first day.
        Self {
            first: date.with_day(1).unwrap_or(date),
        }
    }

    /// Its first day.
    #[must_use]
    pub const fn first_day(self) -> NaiveDate {
        self.first
    }

    /// The month `months` earlier.
    ///
    /// # Errors
    /// [`CalendarError::OutOfRange`].
    pub fn before(self, months: u32) -> Result<Self, CalendarError> {
        let first = self.first.checked_sub_months(Months::new(months));
        first
            .map(|first| Self { first })
            .ok_or(CalendarError::OutOfRange)
    }

    /// The month `months` later.
    ///
    /// # Errors
    /// [`CalendarError::OutOfRange`].
    pub fn after(self, months: u32) -> Result<Self, CalendarError> {
        let first = self.first.checked_add_months(Months::new(months));
        first
            .map(|first| Self { first })
            .ok_or(CalendarError::OutOfRange)
    }
}

impl fmt::Display for Month {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:04}-{:02}", self.first.year(), self.first.month())
    }
}

impl FromStr for Month {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        NaiveDate::parse_from_str(&format!("{text}-01"), "%Y-%m-%d")
            .map(|first| Self { first })
            .map_err(|_| format!("{text:?} is not a month such as 2026-05"))
    }
}

impl TryFrom<String> for Month {
    type Error = String;

    fn try_from(text: String) -> Result<Self, Self::Error> {
        text.parse()
    }
}

impl From<Month> for String {
    fn from(month: Month) -> Self {
        month.to_string()
    }
}
