//! Currencies by their ISO 4217 code, with the number of minor units.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

/// A text that is no currency we can bill in.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{code:?} is not one of the currencies {list}", list = Currency::list())]
pub struct UnknownCurrency {
    /// What was given.
    pub code: String,
}

impl UnknownCurrency {
    /// Stable code of the error.
    #[must_use]
    pub fn code(&self) -> &'static str {
        "money.unknown-currency"
    }
}

macro_rules! currencies {
    ($($code:ident $minor:literal $name:literal)+) => {
        /// ISO 4217 currencies a contract may be billed in.
        #[derive(
            Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize,
            schemars::JsonSchema,
        )]
        #[serde(rename_all = "UPPERCASE")]
        pub enum Currency {
            $(#[doc = $name] $code,)+
        }

        impl Currency {
            /// Every currency.
            pub const ALL: &'static [Self] = &[$(Self::$code),+];

            /// The three letters of ISO 4217.
            #[must_use]
            pub const fn code(self) -> &'static str {
                match self { $(Self::$code => stringify!($code)),+ }
            }

            /// Digits after the point: 2 for the euro, 0 for the yen.
            #[must_use]
            pub const fn minor_digits(self) -> u32 {
                match self { $(Self::$code => $minor),+ }
            }
        }
    };
}

mod codes {
    use super::{Deserialize, Serialize};
    currencies! {
        EUR 2 "Euro."
        USD 2 "US dollar."
        GBP 2 "Pound sterling."
        CHF 2 "Swiss franc."
        NOK 2 "Norwegian krone."
        SEK 2 "Swedish krona."
        DKK 2 "Danish krone."
        PLN 2 "Polish zloty."
        CZK 2 "Czech koruna."
        HUF 2 "Hungarian forint."
        RON 2 "Romanian leu."
        CAD 2 "Canadian dollar."
        JPY 0 "Japanese yen."
    }
}
pub use codes::Currency;

impl Currency {
    fn list() -> String {
        Self::ALL
            .iter()
            .map(|currency| currency.code())
            .collect::<Vec<_>>()
            .join(", ")
    }
}

impl fmt::Display for Currency {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.code())
    }
}

impl FromStr for Currency {
    type Err = UnknownCurrency;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        Self::ALL
            .iter()
            .copied()
            .find(|currency| currency.code() == text)
            .ok_or_else(|| UnknownCurrency {
                code: text.to_owned(),
            })
    }
}
