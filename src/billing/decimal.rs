//! Decimal quantities, unit prices and percentages: exact, bounded, never a float.
//!
//! `rust_decimal` rounds silently past 28 digits, in parsing and in `checked_mul` alike; so these
//! types parse with `from_str_exact`, offer no arithmetic of their own, and become a [`Ratio`] for
//! every calculation.

use std::borrow::Cow;
use std::fmt;
use std::str::FromStr;

use rust_decimal::Decimal;
use serde::{Deserialize, Serialize};

use super::ratio::RatioError;
use super::{Ratio, Rounding};

/// Why a text is no such decimal.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum DecimalError {
    /// Not a plain decimal number, or more than 28 digits.
    #[error("{text:?} is not a decimal number of at most 28 digits")]
    Malformed {
        /// What was given.
        text: String,
    },
    /// More places after the point than the type keeps.
    #[error("{text:?} has more than {places} decimal places")]
    TooManyPlaces {
        /// What was given.
        text: String,
        /// What is allowed.
        places: u32,
    },
    /// Exact arithmetic left its range.
    #[error(transparent)]
    Ratio(#[from] RatioError),
}

impl DecimalError {
    /// Stable code of the error.
    #[must_use]
    pub fn code(&self) -> &'static str {
        match self {
            Self::Malformed { .. } => "decimal.malformed",
            Self::TooManyPlaces { .. } => "decimal.too-many-places",
            Self::Ratio(cause) => cause.code(),
        }
    }
}

fn parse(text: &str, places: u32) -> Result<Decimal, DecimalError> {
    let plain = !text.is_empty()
        && text
            .bytes()
            .all(|b| b.is_ascii_digit() || b"+-.".contains(&b));
    let value = Decimal::from_str_exact(text)
        .ok()
        .filter(|_| plain)
        .ok_or_else(|| DecimalError::Malformed {
            text: text.to_owned(),
        })?;
    if value.normalize().scale() > places {
        return Err(DecimalError::TooManyPlaces {
            text: text.to_owned(),
            places,
        });
    }
    Ok(value.normalize())
}

fn round(value: Ratio, places: u32, rounding: Rounding) -> Result<Decimal, DecimalError> {
    let scaled = value.rounded(places, rounding)?;
    Decimal::try_from_i128_with_scale(scaled, places)
        .map(|decimal| decimal.normalize())
        .map_err(|_| RatioError::Overflow.into())
}

/// The text of a decimal, given as a text or as a whole number.
struct DecimalText;

impl serde::de::Visitor<'_> for DecimalText {
    type Value = String;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a decimal number in quotes, or a whole number")
    }

    fn visit_str<E>(self, text: &str) -> Result<String, E> {
        Ok(text.to_owned())
    }

    fn visit_i64<E>(self, value: i64) -> Result<String, E> {
        Ok(value.to_string())
    }

    fn visit_u64<E>(self, value: u64) -> Result<String, E> {
        Ok(value.to_string())
    }
}

macro_rules! exact_decimal {
    ($(#[$doc:meta])* $name:ident, $places:literal, $format:literal) => {
        $(#[$doc])*
        #[derive(
            Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Default, Serialize,
        )]
        #[serde(into = "String")]
        pub struct $name(Decimal);

        impl $name {
            /// Places after the decimal point that this type keeps.
            pub const PLACES: u32 = $places;
            /// Nothing.
            pub const ZERO: Self = Self(Decimal::ZERO);

            /// A whole number.
            #[must_use]
            pub fn whole(value: i64) -> Self {
                Self(Decimal::from(value))
            }

            /// The nearest value of a fraction by a named rounding.
            ///
            /// # Errors
            /// [`DecimalError::Ratio`] when the result leaves 96 bits.
            pub fn rounded(value: Ratio, rounding: Rounding) -> Result<Self, DecimalError> {
                round(value, $places, rounding).map(Self)
            }

            /// The exact fraction.
            #[must_use]
            pub fn ratio(self) -> Ratio {
                // A decimal of at most 28 places always has an exact fraction in 127 bits.
                Ratio::of_decimal(self.0).unwrap_or(Ratio::ZERO)
            }

            /// The decimal itself, without trailing zeros.
            #[must_use]
            pub const fn decimal(self) -> Decimal {
                self.0
            }

            /// True for zero.
            #[must_use]
            pub fn is_zero(self) -> bool {
                self.0.is_zero()
            }

            /// True for values below zero.
            #[must_use]
            pub fn is_negative(self) -> bool {
                self.0.is_sign_negative() && !self.0.is_zero()
            }
        }

        impl FromStr for $name {
            type Err = DecimalError;

            fn from_str(text: &str) -> Result<Self, Self::Err> {
                parse(text, $places).map(Self)
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                fmt::Display::fmt(&self.0, f)
            }
        }

        impl From<$name> for String {
            fn from(value: $name) -> Self {
                value.to_string()
            }
        }

        impl<'de> Deserialize<'de> for $name {
            /// Reads a text or a whole number. A number with a point is refused: readers of JSON
            /// and TOML turn it into a binary fraction, which is not what was written.
            fn deserialize<D: serde::Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
                from.deserialize_any(DecimalText)?.parse().map_err(serde::de::Error::custom)
            }
        }

        impl schemars::JsonSchema for $name {
            fn schema_name() -> Cow<'static, str> {
                Cow::Borrowed(stringify!($name))
            }

            fn json_schema(_: &mut schemars::SchemaGenerator) -> schemars::Schema {
                schemars::json_schema!({
                    "description": concat!(
                        "Decimal number in quotes with at most ", stringify!($places),
                        " places after the point, or a whole number without quotes."
                    ),
                    "type": ["string", "integer"],
                    "format": $format,
                })
            }
        }

        impl TryFrom<String> for $name {
            type Error = DecimalError;

            fn try_from(text: String) -> Result<Self, Self::Error> {
                text.parse()
            }
        }
    };
}

exact_decimal!(
    /// How much of a unit: up to 9 decimal places (EN 16931 BT-129 sets no bound; receivers do).
    Quantity, 9, "quantity"
);
exact_decimal!(
    /// Price of one unit in major units of the contract's currency: up to 12 decimal places.
    UnitPrice, 12, "unit-price"
);
exact_decimal!(
    /// A percentage: `19` means nineteen per cent. Up to 12 decimal places.
    Percent, 12, "percent"
);

impl Percent {
    /// The factor: 19 % is 19/100.
    ///
    /// # Errors
    /// [`RatioError::Overflow`].
    pub fn factor(self) -> Result<Ratio, RatioError> {
        self.ratio().over(Ratio::whole(100))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_decimal_keeps_every_digit_it_accepts() {
        let widest = "1234567890123456789.123456789";
        assert_eq!(widest.parse::<Quantity>().unwrap().to_string(), widest);
        let too_wide = "1234567890123456789012.123456789".parse::<Quantity>();
        assert!(matches!(too_wide, Err(DecimalError::Malformed { .. })));
    }

    #[test]
    fn digits_are_refused_rather_than_rounded() {
        assert!(matches!(
            "0.1234567891".parse::<Quantity>(),
            Err(DecimalError::TooManyPlaces { places: 9, .. })
        ));
        for text in ["", "1e3", "1_000", "12,5", "NaN", "0x10", " 1"] {
            assert!(text.parse::<Quantity>().is_err(), "{text:?}");
        }
        assert_eq!("1.500".parse::<Quantity>().unwrap().to_string(), "1.5");
    }

    #[test]
    fn a_percentage_is_a_factor_of_a_hundred() {
        let rate: Percent = "25.5".parse().unwrap();
        assert_eq!(rate.factor().unwrap(), Ratio::new(51, 200).unwrap());
    }
}
