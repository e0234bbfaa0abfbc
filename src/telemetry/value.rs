//! The one place where a float becomes an exact number. Past this file there are no floats.

use chrono::{DateTime, NaiveDate, Utc};
use rust_decimal::Decimal;

use super::error::Reason;
use crate::billing::Quantity;

/// Largest magnitude at which every integer has its own 64-bit float (IEEE 754: 53-bit mantissa).
const EXACT_INTEGERS: f64 = 9_007_199_254_740_992.0;
/// The bits Prometheus writes when a series ends (a NaN with a payload of its own).
/// <https://prometheus.io/docs/specs/prw/remote_write_spec/#stale-markers>
pub const STALE_NAN_BITS: u64 = 0x7ff0_0000_0000_0002;
/// Largest measurement a meter takes, 2^53: a thousand times what the largest server stores.
const LARGEST_QUANTITY: i64 = 9_007_199_254_740_992;
/// 2261-12-31, the last full year that nanoseconds since 1970 in 64 bits reach.
const LAST_SECOND: i64 = 9_214_646_399;

/// An exact measurement. An integral value is always `Integer` when it fits, so equal is equal.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SampleValue {
    Integer(i64),
    Decimal(Decimal),
}

impl From<i64> for SampleValue {
    fn from(integer: i64) -> Self {
        Self::Integer(integer)
    }
}

impl SampleValue {
    /// Converts a float: finite integers up to 2^53 as they are, other finite numbers as the
    /// shortest decimal that reads back as the same float.
    ///
    /// # Errors
    /// [`Reason::NotFinite`], [`Reason::Inexact`] beyond 2^53, [`Reason::OutOfRange`] when the
    /// decimal needs more digits than 28.
    #[inline]
    pub fn from_float(value: f64) -> Result<Self, Reason> {
        if !value.is_finite() {
            return Err(Reason::NotFinite);
        }
        if value.abs() > EXACT_INTEGERS {
            return Err(Reason::Inexact);
        }
        #[expect(
            clippy::cast_possible_truncation,
            reason = "bounded by 2^53 just above"
        )]
        let integer = value as i64;
        #[expect(
            clippy::cast_precision_loss,
            clippy::float_cmp,
            reason = "bounded by 2^53 just above, and equality is the question"
        )]
        if integer as f64 == value {
            return Ok(Self::Integer(integer));
        }
        // Rust prints the shortest digits that read back as the same float, without an exponent.
        Self::from_plain(&value.to_string())
    }

    /// Reads a number from text: plain integers and decimals exactly, exponents as a float would.
    ///
    /// # Errors
    /// As [`SampleValue::from_float`]; [`Reason::ValueMissing`] if it is not a number.
    pub fn parse(text: &str) -> Result<Self, Reason> {
        if let Ok(integer) = text.parse::<i64>() {
            return Ok(Self::Integer(integer));
        }
        let plain = text
            .bytes()
            .all(|byte| byte.is_ascii_digit() || matches!(byte, b'.' | b'-'));
        if plain && text.bytes().any(|byte| byte.is_ascii_digit()) {
            return Self::from_plain(text);
        }
        let float = text.parse::<f64>().map_err(|_| Reason::ValueMissing)?;
        Self::from_float(float)
    }

    fn from_plain(text: &str) -> Result<Self, Reason> {
        let decimal = Decimal::from_str_exact(text)
            .map_err(|_| Reason::OutOfRange)?
            .normalize();
        if decimal.scale() == 0
            && let Ok(integer) = i64::try_from(decimal.mantissa())
        {
            return Ok(Self::Integer(integer));
        }
        Ok(Self::Decimal(decimal))
    }

    /// The same number as a decimal.
    pub fn decimal(self) -> Decimal {
        match self {
            Self::Integer(integer) => Decimal::from(integer),
            Self::Decimal(decimal) => decimal,
        }
    }

    /// The number as a billing quantity; `None` when it has more than nine decimal places, or is so
    /// large that no server has it: the product of two such, over a month of microseconds, would
    /// leave the range of exact sums and take the reading of honest series with it.
    pub fn quantity(self) -> Option<Quantity> {
        if self.decimal().abs() > Decimal::from(LARGEST_QUANTITY) {
            return None;
        }
        match self {
            Self::Integer(integer) => Some(Quantity::whole(integer)),
            Self::Decimal(decimal) => decimal.to_string().parse().ok(),
        }
    }

    /// Below zero?
    pub fn is_negative(self) -> bool {
        match self {
            Self::Integer(integer) => integer < 0,
            Self::Decimal(decimal) => decimal.is_sign_negative() && !decimal.is_zero(),
        }
    }
}

/// Milliseconds since 1970 as an instant, within 1970 to 2261.
#[inline]
pub(crate) fn instant_from_millis(millis: i64) -> Option<DateTime<Utc>> {
    let sensible = (0..=LAST_SECOND * 1000).contains(&millis);
    if sensible {
        DateTime::from_timestamp_millis(millis)
    } else {
        None
    }
}

/// Nanoseconds since 1970 as an instant; 0 means "not stated" in OTLP and gives `None`.
pub(crate) fn instant_from_nanos(nanos: u64) -> Option<DateTime<Utc>> {
    let seconds = i64::try_from(nanos / 1_000_000_000).ok()?;
    let rest = u32::try_from(nanos % 1_000_000_000).ok()?;
    if nanos == 0 || seconds > LAST_SECOND {
        return None;
    }
    DateTime::from_timestamp(seconds, rest)
}

/// An RFC 3339 text as an instant, within 1970 to 2261.
pub(crate) fn instant_from_text(text: &str) -> Option<DateTime<Utc>> {
    let any = || Some(DateTime::parse_from_rfc3339(text).ok()?.with_timezone(&Utc));
    let time = usual_instant(text.as_bytes()).or_else(any)?;
    (0..=LAST_SECOND)
        .contains(&time.timestamp())
        .then_some(time)
}

/// `2026-03-01T00:00:00Z`, or with a fraction of one to nine digits; `None` for anything else.
fn usual_instant(text: &[u8]) -> Option<DateTime<Utc>> {
    let (head, zone) = text.split_first_chunk::<19>()?;
    if [head[4], head[7], head[10], head[13], head[16]] != *b"--T::" {
        return None;
    }
    let nanos = match zone {
        [b'Z'] => 0,
        [b'.', digits @ .., b'Z'] => nanos(digits)?,
        _ => return None,
    };
    let number = |at: usize| two(head[at], head[at + 1]);
    let year = 100 * number(0)? + number(2)?;
    let date = NaiveDate::from_ymd_opt(year.cast_signed(), number(5)?, number(8)?)?;
    let time = date.and_hms_nano_opt(number(11)?, number(14)?, number(17)?, nanos)?;
    Some(time.and_utc())
}

fn two(tens: u8, ones: u8) -> Option<u32> {
    let digits = [tens, ones].map(|byte| u32::from(byte.wrapping_sub(b'0')));
    let [tens, ones] = digits;
    (tens <= 9 && ones <= 9).then_some(10 * tens + ones)
}

fn nanos(digits: &[u8]) -> Option<u32> {
    let mut nanos = 0;
    let mut unit = 100_000_000;
    for byte in digits {
        // Past the ninth digit a unit is nothing, and rounding is not ours to decide.
        if unit == 0 || !byte.is_ascii_digit() {
            return None;
        }
        nanos += unit * u32::from(byte - b'0');
        unit /= 10;
    }
    (!digits.is_empty()).then_some(nanos)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn decimal(text: &str) -> SampleValue {
        SampleValue::Decimal(Decimal::from_str_exact(text).unwrap())
    }

    #[test]
    fn floats_become_exact_numbers_or_are_refused() {
        assert_eq!(
            SampleValue::from_float(1_209_887.0),
            Ok(SampleValue::Integer(1_209_887))
        );
        assert_eq!(SampleValue::from_float(-0.0), Ok(SampleValue::Integer(0)));
        assert_eq!(SampleValue::from_float(0.1), Ok(decimal("0.1")));
        assert_eq!(SampleValue::from_float(812.44), Ok(decimal("812.44")));
        let limit = SampleValue::Integer(9_007_199_254_740_992);
        assert_eq!(SampleValue::from_float(EXACT_INTEGERS), Ok(limit));
        assert_eq!(
            SampleValue::from_float(EXACT_INTEGERS * 2.0),
            Err(Reason::Inexact)
        );
        assert_eq!(SampleValue::from_float(f64::NAN), Err(Reason::NotFinite));
        assert_eq!(
            SampleValue::from_float(f64::NEG_INFINITY),
            Err(Reason::NotFinite)
        );
        assert_eq!(SampleValue::from_float(1e-300), Err(Reason::OutOfRange));
    }

    #[test]
    fn text_keeps_integers_beyond_the_floats() {
        assert_eq!(
            SampleValue::parse("9007199254740993"),
            Ok(SampleValue::Integer(9_007_199_254_740_993))
        );
        assert_eq!(SampleValue::parse("1.50"), Ok(decimal("1.5")));
        assert_eq!(SampleValue::parse("7.0"), Ok(SampleValue::Integer(7)));
        assert_eq!(
            SampleValue::parse("1.5e+09"),
            Ok(SampleValue::Integer(1_500_000_000))
        );
        assert_eq!(SampleValue::parse("+Inf"), Err(Reason::NotFinite));
        assert_eq!(SampleValue::parse("NaN"), Err(Reason::NotFinite));
        assert_eq!(SampleValue::parse("1.2.3"), Err(Reason::OutOfRange));
        assert_eq!(SampleValue::parse("-"), Err(Reason::ValueMissing));
        assert_eq!(SampleValue::parse(""), Err(Reason::ValueMissing));
    }

    #[test]
    fn instants_outside_their_range_are_none() {
        assert!(instant_from_millis(-1).is_none());
        assert!(instant_from_millis(i64::MAX).is_none());
        assert!(instant_from_nanos(0).is_none());
        assert!(instant_from_nanos(u64::MAX).is_none());
        assert!(instant_from_text("1969-12-31T23:59:59Z").is_none());
        assert!(instant_from_text("2026-03-29T03:00:00+02:00").is_some());
    }

    #[test]
    fn usual_instants_are_read_at_once_and_others_are_left_to_chrono() {
        let usual = ["2026-03-01T23:59:59Z", "2024-02-29T00:00:00.123456789Z"];
        for text in usual {
            assert!(usual_instant(text.as_bytes()).is_some(), "{text}");
        }
        let others = [
            "2026-03-01T00:00:00+00:00",
            "2026-03-01t00:00:00z",
            "2026-03-01T23:59:60Z",
            "2026-03-01T00:00:00.1234567890Z",
            "2026-03-01T00:00:00.Z",
            "2026-02-29T00:00:00Z",
            "2026-03-01T0:000:00Z",
            "2026-03-01T00:00:0:Z",
            "",
        ];
        for text in others {
            assert!(usual_instant(text.as_bytes()).is_none(), "{text}");
        }
    }

    proptest! {
        #[test]
        fn a_usual_instant_is_what_chrono_reads(
            date in "[0-9]{4}-[01][0-9]-[0-3][0-9]",
            time in "[0-2][0-9]:[0-6][0-9]:[0-6][0-9]([.][0-9]{0,10})?",
        ) {
            let text = format!("{date}T{time}Z");
            if let Some(time) = usual_instant(text.as_bytes()) {
                let known = DateTime::parse_from_rfc3339(&text).map(|time| time.to_utc());
                prop_assert_eq!(Ok(time), known);
            }
        }
    }
}
