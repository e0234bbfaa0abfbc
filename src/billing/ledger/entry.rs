//! A journal entry: postings that sum to zero in every currency.

use std::collections::BTreeMap;

use chrono::NaiveDate;
use serde::{Deserialize, Serialize};

use super::Account;
use crate::billing::{Currency, Money, MoneyError};

/// Why postings are no entry.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum EntryError {
    /// Debits and credits differ.
    #[error("document {document}: debits exceed credits by {difference}")]
    Unbalanced {
        /// Number of the document.
        document: String,
        /// Sum of the postings; negative when credits exceed debits.
        difference: Money,
    },
    /// Nothing is posted.
    #[error("document {document}: an entry has at least two postings")]
    Empty {
        /// Number of the document.
        document: String,
    },
    /// A posting of nothing.
    #[error("document {document}: account {account} is posted with zero")]
    Zero {
        /// Number of the document.
        document: String,
        /// The account.
        account: Account,
    },
    /// An amount out of range.
    #[error(transparent)]
    Money(#[from] MoneyError),
}

impl EntryError {
    /// Stable code of this error.
    #[must_use]
    pub fn code(&self) -> &'static str {
        match self {
            Self::Unbalanced { .. } => "ledger.unbalanced",
            Self::Empty { .. } => "ledger.empty-entry",
            Self::Zero { .. } => "ledger.zero-posting",
            Self::Money(cause) => cause.code(),
        }
    }
}

/// One line of an entry.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Posting {
    /// The account.
    pub account: Account,
    /// Positive on the debit side, negative on the credit side; never zero.
    pub amount: Money,
}

/// An entry of the journal. Balanced by construction and never changed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(try_from = "Wire", into = "Wire")]
#[schemars(with = "Wire")]
pub struct Entry {
    date: NaiveDate,
    document: String,
    text: String,
    reversal: bool,
    postings: Vec<Posting>,
}

/// How an entry is written outside.
#[derive(Serialize, Deserialize, schemars::JsonSchema)]
#[serde(deny_unknown_fields)]
struct Wire {
    /// Date of the document.
    date: NaiveDate,
    /// Number of the document.
    document: String,
    /// What happened, in words.
    text: String,
    /// Whether it takes back another entry of the document.
    #[serde(default)]
    reversal: bool,
    /// The postings.
    postings: Vec<Posting>,
}

impl TryFrom<Wire> for Entry {
    type Error = EntryError;

    fn try_from(wire: Wire) -> Result<Self, EntryError> {
        let entry = Self::new(wire.date, wire.document, wire.text, wire.postings)?;
        Ok(Self {
            reversal: wire.reversal,
            ..entry
        })
    }
}

impl From<Entry> for Wire {
    fn from(entry: Entry) -> Self {
        let Entry {
            date,
            document,
            text,
            reversal,
            postings,
        } = entry;
        Self {
            date,
            document,
            text,
            reversal,
            postings,
        }
    }
}

impl Entry {
    /// An entry of the given postings.
    ///
    /// # Errors
    /// [`EntryError::Unbalanced`] when a currency does not sum to zero, [`EntryError::Empty`],
    /// [`EntryError::Zero`], [`EntryError::Money`] when a sum leaves its range.
    pub fn new(
        date: NaiveDate,
        document: impl Into<String>,
        text: impl Into<String>,
        postings: Vec<Posting>,
    ) -> Result<Self, EntryError> {
        let document = document.into();
        let mut sums: BTreeMap<Currency, Money> = BTreeMap::new();
        for posting in &postings {
            if posting.amount.is_zero() {
                let account = posting.account;
                return Err(EntryError::Zero { document, account });
            }
            let currency = posting.amount.currency();
            let sum = sums
                .entry(currency)
                .or_insert_with(|| Money::zero(currency));
            *sum = sum.plus(posting.amount)?;
        }
        if let Some(difference) = sums.into_values().find(|sum| !sum.is_zero()) {
            return Err(EntryError::Unbalanced {
                document,
                difference,
            });
        }
        if postings.is_empty() {
            return Err(EntryError::Empty { document });
        }
        Ok(Self {
            date,
            document,
            text: text.into(),
            reversal: false,
            postings,
        })
    }

    /// The entry that takes this one back: the same accounts with the other sign. It is marked as
    /// a reversal, so that an export can write it on the original side with a negative amount
    /// (Generalumkehr) and turnover is not inflated.
    ///
    /// # Errors
    /// [`EntryError::Money`] for an amount whose negative does not exist.
    pub fn reverse(&self, date: NaiveDate, text: impl Into<String>) -> Result<Self, EntryError> {
        let negated = |posting: &Posting| {
            Ok(Posting {
                account: posting.account,
                amount: posting.amount.negated()?,
            })
        };
        let postings: Result<Vec<Posting>, EntryError> =
            self.postings.iter().map(negated).collect();
        let entry = Self::new(date, self.document.clone(), text, postings?)?;
        Ok(Self {
            reversal: !self.reversal,
            ..entry
        })
    }

    /// Date of the document.
    #[must_use]
    pub fn date(&self) -> NaiveDate {
        self.date
    }

    /// Number of the document.
    #[must_use]
    pub fn document(&self) -> &str {
        &self.document
    }

    /// What happened, in words.
    #[must_use]
    pub fn text(&self) -> &str {
        &self.text
    }

    /// Whether it takes back another entry.
    #[must_use]
    pub fn is_reversal(&self) -> bool {
        self.reversal
    }

    /// The postings.
    #[must_use]
    pub fn postings(&self) -> &[Posting] {
        &self.postings
    }
}
