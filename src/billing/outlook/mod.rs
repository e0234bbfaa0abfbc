//! The outlook: what contracts bring and bind, what is owed to us, and when it should come in.
//!
//! Five figures, each seen from a day and kept apart by currency. Every figure is the sum of parts
//! that name the contract or invoice they come from. Whatever cannot be counted is listed with the
//! reason and stops nothing else: a sum without it is never shown as if it were complete.

mod by_month;
mod contracted;
mod due;
mod due_dates;
mod open;
mod recurring;
mod restated;
#[cfg(test)]
mod tests;

use std::collections::BTreeMap;

use super::calendar::CalendarError;
use super::contract::effective::ContractError;
use super::rating::RatingError;
use super::{Currency, Money, MoneyError};

pub use by_month::{RecurringMonth, recurring_by_month};
pub use contracted::{
    Contracted, ContractedMonth, ContractedPart, ContractedShare, Obligation, UnknownPrice,
    contracted,
};
pub use due::{Due, DuePart, due_since};
pub use due_dates::DueDates;
pub use open::{Age, OpenAmount, OpenAmounts, OpenSum, Receivable, open_amounts};
pub use recurring::{Recurring, RecurringPart, recurring};

/// One result a currency; amounts of two currencies are never added.
pub type ByCurrency<T> = BTreeMap<Currency, T>;

/// Why something is not counted, or a figure cannot be made.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum OutlookError {
    /// The contract cannot be rated.
    #[error(transparent)]
    Rating(#[from] RatingError),
    /// An amount out of range or of another currency.
    #[error(transparent)]
    Money(#[from] MoneyError),
    /// A date out of range.
    #[error(transparent)]
    Calendar(#[from] CalendarError),
    /// More is allocated to an invoice than it is over, or less than nothing.
    #[error("invoice {number} is over {gross}, but {allocated} is allocated to it")]
    Allocation {
        /// Number of the invoice.
        number: String,
        /// What it is over.
        gross: Money,
        /// What the ledger has allocated.
        allocated: Money,
    },
}

impl From<ContractError> for OutlookError {
    fn from(cause: ContractError) -> Self {
        Self::Rating(cause.into())
    }
}

impl OutlookError {
    /// Stable code of the error.
    #[must_use]
    pub fn code(&self) -> &'static str {
        match self {
            Self::Rating(cause) => cause.code(),
            Self::Money(cause) => cause.code(),
            Self::Calendar(cause) => cause.code(),
            Self::Allocation { .. } => "outlook.allocation",
        }
    }
}

/// A contract or invoice that a figure leaves out.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Uncounted {
    /// Number of the contract or invoice.
    pub number: String,
    /// Why.
    pub because: OutlookError,
}

/// In order of their numbers.
fn by_number(uncounted: &mut [Uncounted]) {
    uncounted.sort_by(|a, b| a.number.cmp(&b.number));
}
