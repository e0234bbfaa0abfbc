//! Customers, contracts and use: what was agreed with whom, and what was measured.

mod changes;
pub(super) mod contract;
pub(super) mod contracts;
pub(super) mod customer;
mod drawing;
pub(super) mod edit;
mod edit_form;
mod edit_values;
pub(super) mod faults;
mod figures;
mod invoiced;
mod items;
mod levels;
pub(super) mod list;
mod next;
mod prices;
mod readings;
pub(super) mod tax;
mod terms;
mod timeline;
pub(super) mod usage;
mod usage_chart;
mod usage_instance;
pub(super) mod usage_item;
pub(super) mod usage_now;
pub(super) mod usage_of;
mod usage_sums;
mod usage_why;
pub(super) mod webhook;

use chrono::NaiveDate;

use super::access::encoded;
use super::words::{Argument, Words};
use crate::billing::calendar::Period;
use crate::web::format;

/// One argument of a message that is text.
fn text<'a>(name: &'a str, text: &'a str) -> [(&'a str, Argument<'a>); 1] {
    [(name, Argument::Text(text))]
}

/// One argument of a message that is a count.
fn count(name: &str, count: u32) -> [(&str, Argument<'_>); 1] {
    [(name, Argument::Count(u64::from(count)))]
}

/// The page of a record.
fn href(list: &str, number: &str) -> String {
    format!("{list}/{}", encoded(number))
}

fn day(words: Words, date: NaiveDate) -> String {
    format::date(date, words.0)
}

/// The last day before an end that does not count any more.
fn last_day(words: Words, end: NaiveDate) -> String {
    day(words, end.pred_opt().unwrap_or(end))
}

/// From a day to another that does not count, or without end.
fn stretch(words: Words, from: NaiveDate, until: Option<NaiveDate>) -> String {
    let period = until.and_then(|until| Period::new(from, until).ok());
    match period {
        Some(period) => format::period(period, words.0),
        None => {
            let from = day(words, from);
            words.with("contract-since", &text("day", &from))
        }
    }
}
