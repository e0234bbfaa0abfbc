//! Account numbers with four digits for general accounts and five for persons.

use std::fmt;

use serde::{Deserialize, Serialize};

/// A number that is no account.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{number} is no account: general accounts have up to four digits, personal ones five")]
pub struct InvalidAccount {
    /// What was given.
    pub number: u32,
}

impl InvalidAccount {
    /// Stable code of this error.
    #[must_use]
    pub fn code(&self) -> &'static str {
        "ledger.account-invalid"
    }
}

/// What kind of account a number is, by DATEV's ranges for four-digit general accounts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum AccountKind {
    /// General ledger, 1 to 9999.
    General,
    /// A customer, 10000 to 69999.
    Debtor,
    /// A supplier, 70000 to 99999.
    Creditor,
}

/// An account number.
#[derive(
    Clone,
    Copy,
    Debug,
    PartialEq,
    Eq,
    PartialOrd,
    Ord,
    Hash,
    Serialize,
    Deserialize,
    schemars::JsonSchema,
)]
#[serde(try_from = "u32", into = "u32")]
#[schemars(with = "u32")]
pub struct Account(u32);

impl Account {
    /// The account with a number.
    ///
    /// # Errors
    /// [`InvalidAccount`] for zero and past 99999.
    pub fn new(number: u32) -> Result<Self, InvalidAccount> {
        if (1..=99_999).contains(&number) {
            Ok(Self(number))
        } else {
            Err(InvalidAccount { number })
        }
    }

    /// Its number.
    #[must_use]
    pub fn number(self) -> u32 {
        self.0
    }

    /// Its kind.
    #[must_use]
    pub fn kind(self) -> AccountKind {
        match self.0 {
            0..=9_999 => AccountKind::General,
            10_000..=69_999 => AccountKind::Debtor,
            _ => AccountKind::Creditor,
        }
    }
}

impl TryFrom<u32> for Account {
    type Error = InvalidAccount;

    fn try_from(number: u32) -> Result<Self, InvalidAccount> {
        Self::new(number)
    }
}

impl From<Account> for u32 {
    fn from(account: Account) -> Self {
        account.0
    }
}

impl fmt::Display for Account {
    /// At least four digits, as charts print them.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:04}", self.0)
    }
}
