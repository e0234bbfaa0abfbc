//! The ledger: entries that balance by construction, written by events and read by reports.
//!
//! An entry never changes. What was wrong is reversed by another entry, so that the journal shows
//! what was known and when. Which account a supply belongs to is a table, one row a tax case and
//! chart; an unknown case is refused.

mod account;
mod accounts;
mod entry;
mod issue;
mod payment;

#[cfg(test)]
mod tests;

pub use account::{Account, AccountKind, InvalidAccount};
pub use accounts::{AccountMap, AccountRow, Control};
pub use entry::{Entry, EntryError, Posting};
pub use issue::{Supplied, entries_for_issue, issue_entry};
pub use payment::{fee_entry, payment_entry, refund_entry};

use super::{Currency, MoneyError};

/// Why an event cannot be booked.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum LedgerError {
    /// No row of the chart covers the tax case.
    #[error("no account of the chart takes revenue of the tax rule {rule:?}")]
    UnmappedCase {
        /// The rule of the treatment.
        rule: String,
    },
    /// Tax was charged, but the case has no account for it.
    #[error("tax of {tax} was charged by rule {rule:?}, which has no tax account")]
    NoTaxAccount {
        /// The rule of the treatment.
        rule: String,
        /// The tax, as it would be booked.
        tax: super::Money,
    },
    /// The breakdown taxes something that no line and no allowance explains.
    #[error("the tax breakdown has a group in {currency} that no line explains")]
    UnexplainedTax {
        /// Currency of the document.
        currency: Currency,
    },
    /// The map lacks a control account.
    #[error("the chart names no account for {control:?}")]
    NoControlAccount {
        /// Which.
        control: Control,
    },
    /// An account number out of range.
    #[error(transparent)]
    Account(#[from] InvalidAccount),
    /// The entry is not one.
    #[error(transparent)]
    Entry(#[from] EntryError),
    /// An amount out of range or of another currency.
    #[error(transparent)]
    Money(#[from] MoneyError),
}

impl LedgerError {
    /// Stable code of this error.
    #[must_use]
    pub fn code(&self) -> &'static str {
        match self {
            Self::UnmappedCase { .. } => "ledger.case-unmapped",
            Self::NoTaxAccount { .. } => "ledger.tax-account-missing",
            Self::UnexplainedTax { .. } => "ledger.tax-unexplained",
            Self::NoControlAccount { .. } => "ledger.control-missing",
            Self::Account(cause) => cause.code(),
            Self::Entry(cause) => cause.code(),
            Self::Money(cause) => cause.code(),
        }
    }
}
