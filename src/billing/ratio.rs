//! Exact fractions: shares, prorations, means and index ratios stay fractions until one rounding.

use std::cmp::Ordering;
use std::fmt;

use rust_decimal::Decimal;
use serde::{Deserialize, Serialize};

use super::Rounding;

/// What went wrong in exact arithmetic.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum RatioError {
    /// The exact result needs more than 127 bits; nothing was rounded to make it fit.
    #[error("the exact result does not fit 127 bits")]
    Overflow,
    /// A denominator of zero.
    #[error("division by zero")]
    DivisionByZero,
}

impl RatioError {
    /// Stable code of the error.
    #[must_use]
    pub fn code(&self) -> &'static str {
        match self {
            Self::Overflow => "ratio.overflow",
            Self::DivisionByZero => "ratio.division-by-zero",
        }
    }
}

/// An exact fraction in lowest terms; the denominator is positive.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(try_from = "String", into = "String")]
#[schemars(with = "String", extend("format" = "fraction"))]
pub struct Ratio {
    numerator: i128,
    denominator: i128,
}

fn gcd(a: u128, b: u128) -> u128 {
    let (mut a, mut b) = (a, b);
    while let Some(rest) = a.checked_rem(b) {
        (a, b) = (b, rest);
    }
    a
}

impl Ratio {
    /// Nothing.
    pub const ZERO: Self = Self {
        numerator: 0,
        denominator: 1,
    };
    /// The whole.
    pub const ONE: Self = Self {
        numerator: 1,
        denominator: 1,
    };

    /// `numerator / denominator`, reduced.
    ///
    /// # Errors
    /// [`RatioError::DivisionByZero`]; [`RatioError::Overflow`] for `i128::MIN`.
    pub fn new(numerator: i128, denominator: i128) -> Result<Self, RatioError> {
        if denominator == 0 {
            return Err(RatioError::DivisionByZero);
        }
        let divisor = i128::try_from(gcd(numerator.unsigned_abs(), denominator.unsigned_abs()))
            .map_err(|_| RatioError::Overflow)?;
        let sign = if denominator < 0 { -1 } else { 1 };
        let part = |value: i128| value.checked_div(divisor).and_then(|v| v.checked_mul(sign));
        match (part(numerator), part(denominator)) {
            (Some(numerator), Some(denominator)) => Ok(Self {
                numerator,
                denominator,
            }),
            _ => Err(RatioError::Overflow),
        }
    }

    /// A whole number.
    #[must_use]
    pub const fn whole(value: i64) -> Self {
        Self {
            numerator: value as i128,
            denominator: 1,
        }
    }

    /// Numerator in lowest terms; carries the sign.
    #[must_use]
    pub const fn numerator(self) -> i128 {
        self.numerator
    }

    /// Denominator in lowest terms; positive.
    #[must_use]
    pub const fn denominator(self) -> i128 {
        self.denominator
    }

    /// True for values below zero.
    #[must_use]
    pub const fn is_negative(self) -> bool {
        self.numerator < 0
    }

    /// True for zero.
    #[must_use]
    pub const fn is_zero(self) -> bool {
        self.numerator == 0
    }

    /// True when the fraction is a whole number.
    #[must_use]
    pub const fn is_whole(self) -> bool {
        self.denominator == 1
    }

    /// Sum.
    ///
    /// # Errors
    /// [`RatioError::Overflow`].
    pub fn plus(self, other: Self) -> Result<Self, RatioError> {
        let shared = i128::try_from(gcd(
            self.denominator.unsigned_abs(),
            other.denominator.unsigned_abs(),
        ))
        .map_err(|_| RatioError::Overflow)?;
        let sum = || {
            let left = other.denominator.checked_div(shared)?;
            let right = self.denominator.checked_div(shared)?;
            let a = self.numerator.checked_mul(left)?;
            let b = other.numerator.checked_mul(right)?;
            Some((a.checked_add(b)?, self.denominator.checked_mul(left)?))
        };
        let (numerator, denominator) = sum().ok_or(RatioError::Overflow)?;
        Self::new(numerator, denominator)
    }

    /// Difference.
    ///
    /// # Errors
    /// [`RatioError::Overflow`].
    pub fn minus(self, other: Self) -> Result<Self, RatioError> {
        self.plus(other.negated()?)
    }

    /// The same value with the other sign.
    ///
    /// # Errors
    /// [`RatioError::Overflow`].
    pub fn negated(self) -> Result<Self, RatioError> {
        let numerator = self.numerator.checked_neg().ok_or(RatioError::Overflow)?;
        Ok(Self { numerator, ..self })
    }

    /// Product.
    ///
    /// # Errors
    /// [`RatioError::Overflow`].
    pub fn times(self, other: Self) -> Result<Self, RatioError> {
        // Reducing crosswise first keeps the intermediate values as small as the result allows.
        let a = Self::new(self.numerator, other.denominator)?;
        let b = Self::new(other.numerator, self.denominator)?;
        let numerator = a
            .numerator
            .checked_mul(b.numerator)
            .ok_or(RatioError::Overflow)?;
        let denominator = a
            .denominator
            .checked_mul(b.denominator)
            .ok_or(RatioError::Overflow)?;
        Ok(Self {
            numerator,
            denominator,
        })
    }

    /// Quotient.
    ///
    /// # Errors
    /// [`RatioError::DivisionByZero`], [`RatioError::Overflow`].
    pub fn over(self, other: Self) -> Result<Self, RatioError> {
        self.times(Self::new(other.denominator, other.numerator)?)
    }

    /// The value times 10^`places`, rounded once.
    ///
    /// # Errors
    /// [`RatioError::Overflow`].
    pub fn rounded(self, places: u32, rounding: Rounding) -> Result<i128, RatioError> {
        let scale = 10_i128.checked_pow(places).ok_or(RatioError::Overflow)?;
        let scaled = self.times(Self {
            numerator: scale,
            denominator: 1,
        })?;
        rounding
            .divide(scaled.numerator, scaled.denominator)
            .ok_or(RatioError::Overflow)
    }

    /// The exact value of a decimal.
    ///
    /// # Errors
    /// [`RatioError::Overflow`] past 28 places (which `Decimal` never has).
    pub fn of_decimal(value: Decimal) -> Result<Self, RatioError> {
        let scale = 10_i128
            .checked_pow(value.scale())
            .ok_or(RatioError::Overflow)?;
        Self::new(value.mantissa(), scale)
    }
}

impl Ord for Ratio {
    fn cmp(&self, other: &Self) -> Ordering {
        compare(*self, *other)
    }
}

impl PartialOrd for Ratio {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

/// Compares by whole parts, then by the reciprocals of the rests: no product, so no overflow.
fn compare(a: Ratio, b: Ratio) -> Ordering {
    let (mut an, mut ad, mut bn, mut bd) = (a.numerator, a.denominator, b.numerator, b.denominator);
    let mut reversed = false;
    loop {
        let (aq, bq) = (an.div_euclid(ad), bn.div_euclid(bd));
        let (ar, br) = (an.rem_euclid(ad), bn.rem_euclid(bd));
        let order = match (aq.cmp(&bq), ar == 0, br == 0) {
            (Ordering::Equal, true, true) => Ordering::Equal,
            (Ordering::Equal, true, false) => Ordering::Less,
            (Ordering::Equal, false, true) => Ordering::Greater,
            (Ordering::Equal, false, false) => {
                (an, ad, bn, bd) = (ad, ar, bd, br);
                reversed = !reversed;
                continue;
            }
            (order, _, _) => order,
        };
        return if reversed { order.reverse() } else { order };
    }
}

impl fmt::Display for Ratio {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.denominator == 1 {
            write!(f, "{}", self.numerator)
        } else {
            write!(f, "{}/{}", self.numerator, self.denominator)
        }
    }
}

impl From<Ratio> for String {
    fn from(value: Ratio) -> Self {
        value.to_string()
    }
}

impl TryFrom<String> for Ratio {
    type Error = String;

    fn try_from(text: String) -> Result<Self, Self::Error> {
        let wrong = || format!("{text:?} is not a fraction such as 21/31");
        let (numerator, denominator) = text.split_once('/').unwrap_or((&text, "1"));
        let numerator = numerator.parse().map_err(|_| wrong())?;
        let denominator = denominator.parse().map_err(|_| wrong())?;
        Self::new(numerator, denominator).map_err(|_| wrong())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn ratio(n: i128, d: i128) -> Ratio {
        Ratio::new(n, d).unwrap()
    }

    #[test]
    fn fractions_are_kept_in_lowest_terms_with_a_positive_denominator() {
        assert_eq!(ratio(6, -4), ratio(-3, 2));
        assert_eq!(ratio(6, -4).to_string(), "-3/2");
        assert_eq!(Ratio::new(1, 0), Err(RatioError::DivisionByZero));
        assert_eq!(Ratio::new(i128::MIN, -1), Err(RatioError::Overflow));
    }

    #[test]
    fn a_month_share_rounds_once_at_the_end() {
        let share = ratio(21, 31).plus(Ratio::ONE).unwrap();
        let amount = share.times(Ratio::whole(1_450)).unwrap();
        assert_eq!(amount.rounded(2, Rounding::HalfUp), Ok(243_226));
    }

    #[test]
    fn comparison_needs_no_product() {
        let a = ratio(i128::MAX, i128::MAX - 1);
        let b = ratio(i128::MAX - 1, i128::MAX - 2);
        assert!(a < b);
        assert!(ratio(-1, 3) < ratio(1, i128::MAX));
    }

    proptest! {
        #[test]
        fn order_agrees_with_the_sign_of_the_difference(
            a in -10_000_i128..10_000, b in 1_i128..10_000,
            c in -10_000_i128..10_000, d in 1_i128..10_000,
        ) {
            let (x, y) = (ratio(a, b), ratio(c, d));
            let difference = x.minus(y).unwrap();
            prop_assert_eq!(x.cmp(&y), difference.numerator().cmp(&0));
            prop_assert_eq!(difference.plus(y).unwrap(), x);
            if c != 0 {
                prop_assert_eq!(x.over(y).unwrap().times(y).unwrap(), x);
            }
            let text = String::from(x);
            prop_assert_eq!(Ratio::try_from(text), Ok(x));
        }
    }
}
