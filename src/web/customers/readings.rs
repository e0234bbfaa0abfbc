//! Readings in words.

use chrono::NaiveDate;

use super::super::words::Words;
use crate::billing::contract::{Contract, Item, Price};
use crate::billing::invoice::Unit;
use crate::billing::{Quantity, Ratio, Rounding};
use crate::documents::view::unit_name;
use crate::web::format;

/// The item of a contract that a meter of an instance is read for on a day: the one that runs then,
/// or else any that asks for the meter.
pub(super) fn metered<'a>(
    contract: &'a Contract,
    meter: &str,
    instance: &str,
    day: NaiveDate,
) -> Option<&'a Item> {
    let reads = |item: &&Item| match &item.price {
        Price::Usage {
            meter: own,
            pooled_with,
            ..
        } => {
            let here = item.instance.as_deref() == Some(instance);
            own == meter && (here || pooled_with.iter().any(|other| other == instance))
        }
        _ => false,
    };
    let all: Vec<&Item> = contract.every_item().filter(reads).collect();
    let runs = |item: &&&Item| item.from <= day && item.until.is_none_or(|until| day < until);
    all.iter().rev().find(runs).or(all.first()).copied()
}

/// Places after the point that a quantity has at least.
pub(super) fn least_places(unit: Option<Unit>) -> u32 {
    if unit == Some(Unit::Hour) { 2 } else { 0 }
}

/// A quantity as it is read, and the word for its unit, where that is known.
pub(super) fn quantity(words: Words, text: &str, unit: Option<Unit>) -> (String, String) {
    let Ok(quantity) = text.parse::<Quantity>() else {
        return (text.to_owned(), String::new());
    };
    let figure = format::readable(quantity.decimal(), least_places(unit), words.0);
    let unit = unit.map(|unit| unit_name(quantity, unit, words.0).to_owned());
    (figure, unit.unwrap_or_default())
}

/// A figure with its unit, which never parts from it.
pub(super) fn written(figure: String, unit: &str) -> String {
    match unit.is_empty() {
        true => figure,
        false => format!("{figure}{}{unit}", format::NBSP),
    }
}

/// The measured share of a period, rounded down: what is missing never looks as if it were there.
pub(super) fn covered(words: Words, coverage: Ratio) -> Option<String> {
    covered_in(words, coverage, 0)
}

/// As [`covered`], with at least so many places.
pub(super) fn covered_in(words: Words, coverage: Ratio, least: u32) -> Option<String> {
    format::share_in(coverage, (least, 2), Rounding::Down, words.0)
}

/// The places of quantities and of shares in the columns of one table.
#[derive(Clone, Copy)]
pub(super) struct Places {
    pub(super) quantity: u32,
    pub(super) share: u32,
}
