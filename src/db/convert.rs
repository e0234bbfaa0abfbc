//! Between stored text and domain values. Decoding fails by name; nothing is defaulted.

use chrono::{DateTime, NaiveDate, SecondsFormat, Utc};
use ring::digest::{SHA256, digest};
use serde::Serialize;
use serde::de::DeserializeOwned;

use super::DbError;
use crate::billing::{Currency, Money};

/// An instant as stored: UTC, microseconds, fixed width, so that text order is time order.
pub fn stamp(instant: DateTime<Utc>) -> String {
    instant.to_rfc3339_opts(SecondsFormat::Micros, true)
}

/// A civil date as stored, `YYYY-MM-DD`.
pub fn day(date: NaiveDate) -> String {
    date.format("%Y-%m-%d").to_string()
}

/// SHA-256 as 64 lower-case hexadecimal digits.
pub fn sha256_hex(bytes: &[u8]) -> String {
    hex(digest(&SHA256, bytes).as_ref())
}

pub(super) fn hex(bytes: &[u8]) -> String {
    const DIGITS: &[u8; 16] = b"0123456789abcdef";
    let mut text = String::with_capacity(bytes.len() * 2);
    for byte in bytes {
        text.push(char::from(DIGITS[usize::from(byte >> 4)]));
        text.push(char::from(DIGITS[usize::from(byte & 15)]));
    }
    text
}

pub(super) fn unhex(text: &str) -> Option<Vec<u8>> {
    if !text.len().is_multiple_of(2) || !text.is_ascii() {
        return None;
    }
    (0..text.len())
        .step_by(2)
        .map(|at| u8::from_str_radix(&text[at..at + 2], 16).ok())
        .collect()
}

/// Names the row a value was read from, for the error.
#[derive(Clone, Copy)]
pub(super) struct From<'a> {
    pub table: &'static str,
    pub id: &'a dyn std::fmt::Display,
}

impl From<'_> {
    pub fn instant(self, text: &str) -> Result<DateTime<Utc>, DbError> {
        match DateTime::parse_from_rfc3339(text) {
            Ok(instant) => Ok(instant.with_timezone(&Utc)),
            Err(why) => Err(self.corrupt(format!("instant {text:?}: {why}"))),
        }
    }

    pub fn date(self, text: &str) -> Result<NaiveDate, DbError> {
        NaiveDate::parse_from_str(text, "%Y-%m-%d")
            .map_err(|why| self.corrupt(format!("date {text:?}: {why}")))
    }

    pub fn json<B: DeserializeOwned>(self, text: &str) -> Result<B, DbError> {
        serde_json::from_str(text).map_err(|why| self.corrupt(why))
    }

    pub fn small(self, number: i64) -> Result<u32, DbError> {
        u32::try_from(number).map_err(|why| self.corrupt(format!("{number}: {why}")))
    }

    pub fn money(self, minor: i64, currency: &str) -> Result<Money, DbError> {
        Ok(Money::new(minor, self.currency(currency)?))
    }

    pub fn currency(self, currency: &str) -> Result<Currency, DbError> {
        currency
            .parse()
            .map_err(|why| self.corrupt(format!("currency {currency:?}: {why}")))
    }

    pub fn corrupt(self, why: impl std::fmt::Display) -> DbError {
        DbError::corrupt(self.table, self.id, why)
    }
}

/// A body as stored. Maps are ordered by their own type, so equal values give equal text.
pub(super) fn body<B: Serialize + ?Sized>(
    table: &'static str,
    body: &B,
) -> Result<String, DbError> {
    serde_json::to_string(body).map_err(|why| DbError::corrupt(table, "(new)", why))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn stored_instants_sort_as_text() {
        let at = |text: &str| stamp(text.parse().expect("an instant"));
        assert!(at("2026-01-01T00:00:00Z") < at("2026-01-01T00:00:00.5Z"));
        assert!(at("2026-01-01T00:00:00.5Z") < at("2026-01-01T02:00:01+01:00"));
    }

    #[test]
    fn hexadecimal_goes_there_and_back() {
        let bytes: Vec<u8> = (0..=255).collect();
        assert_eq!(unhex(&hex(&bytes)), Some(bytes));
        assert_eq!(unhex("0g"), None);
        assert_eq!(unhex("abc"), None);
    }
}
