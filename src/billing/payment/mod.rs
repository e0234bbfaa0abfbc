//! Payments: money that came in, which invoices it settles, what is left of it and given back.
//!
//! A payment is a fact of its own; an *allocation* says which part of it settles which invoice.
//! Whether an invoice is paid follows from its allocations and is stored nowhere. What a gateway
//! reports is merged by the keys of its facts, so that it may come in any order and any number of
//! times.

mod news;
mod settle;
mod settlement;
#[cfg(test)]
mod tests;

use chrono::NaiveDate;
use serde::{Deserialize, Serialize};

use super::{Money, MoneyError};

pub use news::{Fee, News, OnFile, Progress, Returned, Seen, news};
pub use settle::{Receipt, Shift, settle};
pub use settlement::{Settlement, settlement};

/// How money came in.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Method {
    /// By card, through the gateway: it lies on the clearing account until it is paid out.
    Card,
    /// To the bank account.
    Transfer,
}

impl Method {
    /// The code under which it is stored.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Card => "card",
            Self::Transfer => "transfer",
        }
    }
}

/// Money that came in.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Payment {
    /// Names it: `stripe/` or `book/` and the identifier of the gateway or bank.
    pub key: String,
    /// Number of the customer whose account it settles.
    pub customer: u32,
    /// How it came in.
    pub method: Method,
    /// The day it came in.
    pub received_on: NaiveDate,
    /// How much, above zero, before any fee.
    pub amount: Money,
    /// What the payer wrote, or the gateway's own number.
    pub reference: String,
}

/// What is wrong with payments.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum PaymentError {
    /// A payment of nothing or less.
    #[error("payment {key} is over {amount}; a payment is above zero")]
    NotAboveZero {
        /// The payment.
        key: String,
        /// Its amount.
        amount: Money,
    },
    /// The same payment, fee or refund with another amount than before.
    #[error("{key} is on file with {known} and is now reported with {seen}")]
    Contradiction {
        /// What.
        key: String,
        /// The amount on file.
        known: Money,
        /// The amount reported.
        seen: Money,
    },
    /// More was given back than came in, or more is allocated than there is.
    #[error("of payment {key} over {amount}, {returned} is given back")]
    ReturnedTooMuch {
        /// The payment.
        key: String,
        /// Its amount.
        amount: Money,
        /// What is given back.
        returned: Money,
    },
    /// An amount out of range or of another currency.
    #[error(transparent)]
    Money(#[from] MoneyError),
}

impl PaymentError {
    /// Stable code of the error.
    #[must_use]
    pub fn code(&self) -> &'static str {
        match self {
            Self::NotAboveZero { .. } => "payment.not-above-zero",
            Self::Contradiction { .. } => "payment.contradiction",
            Self::ReturnedTooMuch { .. } => "payment.returned-too-much",
            Self::Money(cause) => cause.code(),
        }
    }
}
