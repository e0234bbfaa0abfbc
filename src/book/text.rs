//! What a text of a book must look like, and how to say so.

use chrono::{DateTime, NaiveDate};
use chrono_tz::Tz;
use serde_json::Value;

use super::node::{Kind, Node};
use crate::billing::contract::Month;
use crate::billing::{Percent, Quantity, Ratio, UnitPrice};

/// Why a text or number of the right type is refused by its format or bounds.
pub(super) fn refused(node: &Node, schema: &Value) -> Option<String> {
    let format = schema
        .get("format")
        .and_then(Value::as_str)
        .unwrap_or_default();
    let given = match &node.kind {
        Kind::Text(text) => text.clone(),
        Kind::Integer(number) => {
            let out = |bound: &str, past: fn(i64, i64) -> bool| {
                let bound = schema.get(bound).and_then(Value::as_i64);
                bound.is_some_and(|bound| past(*number, bound))
            };
            if out("minimum", |n, least| n < least) || out("maximum", |n, most| n > most) {
                return Some(expected(node, schema));
            }
            number.to_string()
        }
        _ => return None,
    };
    let why = |error: &dyn std::fmt::Display| Some(error.to_string());
    let wrong = match format {
        "quantity" => given.parse::<Quantity>().err().and_then(|e| why(&e)),
        "unit-price" => given.parse::<UnitPrice>().err().and_then(|e| why(&e)),
        "percent" => given.parse::<Percent>().err().and_then(|e| why(&e)),
        "fraction" => Ratio::try_from(given).err().and_then(|e| why(&e)),
        "month" => given.parse::<Month>().err(),
        "date" => given.parse::<NaiveDate>().err().and_then(|e| why(&e)),
        "date-time" => DateTime::parse_from_rfc3339(&given)
            .err()
            .and_then(|e| why(&e)),
        "time-zone" => given.parse::<Tz>().err().and_then(|e| why(&e)),
        _ => None,
    };
    wrong.map(|_| expected(node, schema))
}

/// What was expected and what was found.
pub(super) fn expected(node: &Node, schema: &Value) -> String {
    let format = schema
        .get("format")
        .and_then(Value::as_str)
        .unwrap_or_default();
    let found = node.describe();
    let wanted = match format {
        "quantity" => "a quantity in quotes with at most 9 places, such as \"0.25\"".to_owned(),
        "unit-price" => "a price in quotes with at most 12 places, such as \"390.00\"".to_owned(),
        "percent" => "a percentage in quotes, such as \"2.5\"".to_owned(),
        "fraction" => "a fraction in quotes, such as \"99/100\"".to_owned(),
        "month" => "a month in quotes, such as \"2026-05\"".to_owned(),
        "date" => "a date, such as 2026-05-31".to_owned(),
        "date-time" => "an instant, such as 2026-05-31T10:00:00Z".to_owned(),
        "time-zone" => "a time zone, such as \"Europe/Berlin\"".to_owned(),
        _ => match schema.get("type") {
            Some(Value::String(name)) => name_of(name, schema),
            Some(Value::Array(names)) => names
                .iter()
                .filter_map(Value::as_str)
                .filter(|name| *name != "null")
                .map(|name| name_of(name, schema))
                .collect::<Vec<_>>()
                .join(" or "),
            _ => "something else".to_owned(),
        },
    };
    let exact = match node.kind {
        Kind::Inexact(_) => ": a number with a point cannot be kept exactly outside quotes",
        _ => "",
    };
    format!("expected {wanted}, found {found}{exact}")
}

fn name_of(name: &str, schema: &Value) -> String {
    let bound = |word: &str| schema.get(word).and_then(Value::as_i64);
    match name {
        "string" => "a text in quotes".to_owned(),
        "boolean" => "true or false".to_owned(),
        "array" => "a list".to_owned(),
        "object" => "a table".to_owned(),
        "integer" => match (bound("minimum"), bound("maximum")) {
            (Some(least), Some(most)) => format!("a whole number from {least} to {most}"),
            (Some(least), None) => format!("a whole number of at least {least}"),
            _ => "a whole number".to_owned(),
        },
        other => other.to_owned(),
    }
}

/// Number of letters to change, add or drop from one word to the other.
pub(super) fn distance(one: &str, two: &str) -> usize {
    let two: Vec<char> = two.chars().collect();
    let mut row: Vec<usize> = (0..=two.len()).collect();
    for (i, a) in one.chars().enumerate() {
        let mut before = row[0];
        row[0] = i + 1;
        for (j, b) in two.iter().enumerate() {
            let change = before + usize::from(a != *b);
            before = row[j + 1];
            row[j + 1] = change.min(row[j] + 1).min(before + 1);
        }
    }
    row[two.len()]
}
