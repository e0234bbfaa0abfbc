//! Money: minor units of one currency, checked arithmetic, and divisions that lose nothing.

use std::fmt;

use serde::{Deserialize, Serialize};

use super::ratio::RatioError;
use super::{Currency, Ratio, Rounding};

/// What can go wrong with amounts.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum MoneyError {
    /// Two currencies in one sum.
    #[error("{got} cannot be added to {expected}")]
    CurrencyMismatch {
        /// Currency of the sum.
        expected: Currency,
        /// Currency of the part.
        got: Currency,
    },
    /// The amount leaves 63 bits of minor units.
    #[error("the amount is beyond {} minor units", i64::MAX)]
    Overflow,
    /// No plain amount, or more places than the currency has.
    #[error("{text:?} is not an amount in {currency} with at most {} decimal places",
        currency.minor_digits())]
    Malformed {
        /// What was given.
        text: String,
        /// The currency it should be in.
        currency: Currency,
    },
    /// Weights that cannot share an amount: none, or all zero.
    #[error("an amount cannot be shared by weights that sum to zero")]
    NoWeights,
    /// Exact arithmetic left its range.
    #[error(transparent)]
    Ratio(#[from] RatioError),
}

impl MoneyError {
    /// Stable code of the error.
    #[must_use]
    pub fn code(&self) -> &'static str {
        match self {
            Self::CurrencyMismatch { .. } => "money.currency-mismatch",
            Self::Overflow => "money.overflow",
            Self::Malformed { .. } => "money.malformed",
            Self::NoWeights => "money.no-weights",
            Self::Ratio(cause) => cause.code(),
        }
    }
}

/// An amount in minor units (cents) of a currency. May be negative.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(try_from = "Wire", into = "Wire")]
#[schemars(with = "Wire")]
pub struct Money {
    minor: i64,
    currency: Currency,
}

/// How an amount is written outside: a decimal string and the currency.
#[derive(Serialize, Deserialize, schemars::JsonSchema)]
#[serde(deny_unknown_fields)]
struct Wire {
    /// Decimal number in major units, e.g. `"12.34"`.
    amount: String,
    /// ISO 4217 code.
    currency: Currency,
}

impl Money {
    /// An amount of `minor` units.
    #[must_use]
    pub const fn new(minor: i64, currency: Currency) -> Self {
        Self { minor, currency }
    }

    /// Nothing.
    #[must_use]
    pub const fn zero(currency: Currency) -> Self {
        Self::new(0, currency)
    }

    /// Minor units.
    #[must_use]
    pub const fn minor(self) -> i64 {
        self.minor
    }

    /// The currency.
    #[must_use]
    pub const fn currency(self) -> Currency {
        self.currency
    }

    /// True below zero.
    #[must_use]
    pub const fn is_negative(self) -> bool {
        self.minor < 0
    }

    /// True at zero.
    #[must_use]
    pub const fn is_zero(self) -> bool {
        self.minor == 0
    }

    /// Reads a decimal number in major units: `12`, `12.3` or `12.34`.
    ///
    /// # Errors
    /// [`MoneyError::Malformed`] for anything else, also for more places than the currency has.
    pub fn parse(text: &str, currency: Currency) -> Result<Self, MoneyError> {
        let wrong = || MoneyError::Malformed {
            text: text.to_owned(),
            currency,
        };
        let (sign, digits) = match text.strip_prefix('-') {
            Some(rest) => (-1_i128, rest),
            None => (1_i128, text),
        };
        let (major, minor) = digits.split_once('.').unwrap_or((digits, ""));
        let places = usize::try_from(currency.minor_digits()).map_err(|_| wrong())?;
        let plain = |part: &str| part.bytes().all(|byte| byte.is_ascii_digit());
        let dangling = digits.ends_with('.') || major.is_empty();
        if dangling || !plain(major) || !plain(minor) || minor.len() > places || major.len() > 18 {
            return Err(wrong());
        }
        let padded = format!("{major}{minor:0<places$}");
        let value: i128 = padded.parse().map_err(|_| wrong())?;
        let signed = value.checked_mul(sign).ok_or(MoneyError::Overflow)?;
        let minor = i64::try_from(signed).map_err(|_| MoneyError::Overflow)?;
        Ok(Self { minor, currency })
    }

    /// Rounds a fraction of major units to an amount.
    ///
    /// # Errors
    /// [`MoneyError::Overflow`], [`MoneyError::Ratio`].
    pub fn rounded(
        value: Ratio,
        currency: Currency,
        rounding: Rounding,
    ) -> Result<Self, MoneyError> {
        let minor = value.rounded(currency.minor_digits(), rounding)?;
        let minor = i64::try_from(minor).map_err(|_| MoneyError::Overflow)?;
        Ok(Self { minor, currency })
    }

    /// The exact fraction in major units.
    ///
    /// # Errors
    /// [`RatioError::Overflow`] never for the currencies we know.
    pub fn ratio(self) -> Result<Ratio, RatioError> {
        let scale = 10_i128
            .checked_pow(self.currency.minor_digits())
            .ok_or(RatioError::Overflow)?;
        Ratio::new(i128::from(self.minor), scale)
    }

    /// Sum of two amounts of one currency.
    ///
    /// # Errors
    /// [`MoneyError::CurrencyMismatch`], [`MoneyError::Overflow`].
    pub fn plus(self, other: Self) -> Result<Self, MoneyError> {
        if self.currency != other.currency {
            return Err(MoneyError::CurrencyMismatch {
                expected: self.currency,
                got: other.currency,
            });
        }
        let minor = self
            .minor
            .checked_add(other.minor)
            .ok_or(MoneyError::Overflow)?;
        Ok(Self { minor, ..self })
    }

    /// Difference of two amounts of one currency.
    ///
    /// # Errors
    /// As [`Money::plus`].
    pub fn minus(self, other: Self) -> Result<Self, MoneyError> {
        self.plus(other.negated()?)
    }

    /// The same amount with the other sign.
    ///
    /// # Errors
    /// [`MoneyError::Overflow`] for `i64::MIN`.
    pub fn negated(self) -> Result<Self, MoneyError> {
        let minor = self.minor.checked_neg().ok_or(MoneyError::Overflow)?;
        Ok(Self { minor, ..self })
    }

    /// Sum of many amounts; zero of `currency` for none.
    ///
    /// # Errors
    /// As [`Money::plus`].
    pub fn sum(
        parts: impl IntoIterator<Item = Self>,
        currency: Currency,
    ) -> Result<Self, MoneyError> {
        parts.into_iter().try_fold(Self::zero(currency), Self::plus)
    }

    /// The amount times a fraction, rounded once.
    ///
    /// # Errors
    /// [`MoneyError::Overflow`], [`MoneyError::Ratio`].
    pub fn share(self, fraction: Ratio, rounding: Rounding) -> Result<Self, MoneyError> {
        Self::rounded(self.ratio()?.times(fraction)?, self.currency, rounding)
    }

    /// Shares the amount by weights so that the parts sum to the whole: each part gets its floor,
    /// the rest goes one minor unit each to the largest remainders (first come first among equals).
    ///
    /// # Errors
    /// [`MoneyError::NoWeights`] when the weights sum to zero, [`MoneyError::Overflow`].
    pub fn allocate(self, weights: &[u64]) -> Result<Vec<Self>, MoneyError> {
        let total: i128 = weights.iter().map(|&weight| i128::from(weight)).sum();
        if total == 0 {
            return Err(MoneyError::NoWeights);
        }
        let mut parts = Vec::with_capacity(weights.len());
        let mut rests = Vec::with_capacity(weights.len());
        let mut given: i64 = 0;
        for (index, &weight) in weights.iter().enumerate() {
            let exact = i128::from(self.minor)
                .checked_mul(i128::from(weight))
                .ok_or(MoneyError::Overflow)?;
            let floor = i64::try_from(exact.div_euclid(total)).map_err(|_| MoneyError::Overflow)?;
            given = given.checked_add(floor).ok_or(MoneyError::Overflow)?;
            rests.push((std::cmp::Reverse(exact.rem_euclid(total)), index));
            parts.push(floor);
        }
        let left = self.minor.checked_sub(given).ok_or(MoneyError::Overflow)?;
        let left = usize::try_from(left).map_err(|_| MoneyError::Overflow)?;
        rests.sort_unstable();
        for (_, index) in rests.into_iter().take(left) {
            if let Some(part) = parts.get_mut(index) {
                *part = part.checked_add(1).ok_or(MoneyError::Overflow)?;
            }
        }
        Ok(parts
            .into_iter()
            .map(|minor| Self { minor, ..self })
            .collect())
    }

    /// The decimal number alone, with all places of the currency and `-` before negatives.
    #[must_use]
    pub fn amount(self) -> String {
        let digits = self.currency.minor_digits() as usize;
        let width = digits.saturating_add(1);
        let text = format!("{:0width$}", self.minor.unsigned_abs());
        let sign = if self.minor < 0 { "-" } else { "" };
        let (major, minor) = text.split_at(text.len().saturating_sub(digits));
        let point = if digits == 0 { "" } else { "." };
        format!("{sign}{major}{point}{minor}")
    }
}

impl fmt::Display for Money {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {}", self.amount(), self.currency)
    }
}

impl From<Money> for Wire {
    fn from(value: Money) -> Self {
        Self {
            amount: value.amount(),
            currency: value.currency,
        }
    }
}

impl TryFrom<Wire> for Money {
    type Error = MoneyError;

    fn try_from(wire: Wire) -> Result<Self, Self::Error> {
        Self::parse(&wire.amount, wire.currency)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn eur(text: &str) -> Money {
        Money::parse(text, Currency::EUR).unwrap()
    }

    #[test]
    fn amounts_are_read_and_written_with_all_their_places() {
        for (text, written) in [("0.05", "0.05"), ("-12.3", "-12.30"), ("7", "7.00")] {
            assert_eq!(eur(text).amount(), written);
        }
        assert_eq!(Money::parse("7", Currency::JPY).unwrap().amount(), "7");
        for text in [
            "",
            ".",
            "1.",
            ".5",
            "1.234",
            "1,5",
            "+1",
            "1e2",
            "--1",
            "99999999999999999999",
        ] {
            assert!(Money::parse(text, Currency::EUR).is_err(), "{text:?}");
        }
    }

    #[test]
    fn two_currencies_never_add() {
        let dollars = Money::new(1, Currency::USD);
        assert!(matches!(
            eur("1").plus(dollars),
            Err(MoneyError::CurrencyMismatch { .. })
        ));
        assert_eq!(
            Money::new(i64::MAX, Currency::EUR).plus(eur("0.01")),
            Err(MoneyError::Overflow)
        );
    }

    #[test]
    fn a_cent_that_cannot_be_split_goes_to_the_largest_remainder() {
        let parts = eur("100").allocate(&[1, 1, 1]).unwrap();
        assert_eq!(parts, [eur("33.34"), eur("33.33"), eur("33.33")]);
        assert_eq!(eur("1").allocate(&[0, 0]), Err(MoneyError::NoWeights));
    }

    #[test]
    fn json_is_a_decimal_string_and_a_currency() {
        let json = serde_json::to_string(&eur("-12.34")).unwrap();
        assert_eq!(json, r#"{"amount":"-12.34","currency":"EUR"}"#);
        assert_eq!(serde_json::from_str::<Money>(&json).unwrap(), eur("-12.34"));
        assert!(serde_json::from_str::<Money>(r#"{"amount":12.34,"currency":"EUR"}"#).is_err());
    }

    proptest! {
        #[test]
        fn parts_sum_to_the_whole(
            minor in -1_000_000_000_i64..1_000_000_000,
            weights in proptest::collection::vec(0_u64..10_000, 1..20),
        ) {
            prop_assume!(weights.iter().any(|&weight| weight > 0));
            let whole = Money::new(minor, Currency::EUR);
            let parts = whole.allocate(&weights).unwrap();
            prop_assert_eq!(Money::sum(parts.iter().copied(), Currency::EUR).unwrap(), whole);
            let total: u64 = weights.iter().sum();
            for (part, weight) in parts.iter().zip(&weights) {
                let exact = i128::from(minor) * i128::from(*weight);
                let off = (i128::from(part.minor()) * i128::from(total) - exact).abs();
                prop_assert!(off < i128::from(total), "a part is within one cent of its share");
            }
        }

        #[test]
        fn writing_and_reading_an_amount_changes_nothing(minor in any::<i64>()) {
            let money = Money::new(minor, Currency::EUR);
            if let Ok(read) = Money::parse(&money.amount(), Currency::EUR) {
                prop_assert_eq!(read, money);
            } else {
                prop_assert!(minor.unsigned_abs() > 99_999_999_999_999_999);
            }
        }
    }
}
