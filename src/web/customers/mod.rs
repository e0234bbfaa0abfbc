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
mod prices;
mod readings;
mod tax;
mod terms;
mod timeline;
pub(super) mod usage;
pub(super) mod usage_of;

use chrono::NaiveDate;

use super::access::encoded;
use super::words::{Argument, Words};
use crate::billing::calendar::Period;
use crate::documents::format;

/// Rows of a page.
const ROWS: u64 = 25;
/// Longest text that is searched for.
const LONGEST: usize = 100;

/// What is typed into a filter; none when it is blank.
fn typed(text: &str) -> Option<String> {
    let text: String = text.trim().chars().take(LONGEST).collect();
    (!text.is_empty()).then_some(text)
}

/// Which part of a list is shown, and the links to the others.
struct Pages {
    shown: String,
    first: String,
    next: String,
}

/// A list and the parts of its address that are not empty.
struct Address<'a> {
    path: &'a str,
    parts: Vec<(&'a str, String)>,
}

impl Address<'_> {
    fn with(&self, rest: &[(&str, String)]) -> String {
        let all = self.parts.iter().chain(rest);
        let parts: Vec<String> = all
            .filter(|(_, value)| !value.is_empty())
            .map(|(name, value)| format!("{name}={}", encoded(value)))
            .collect();
        match parts.is_empty() {
            true => self.path.to_owned(),
            false => format!("{}?{}", self.path, parts.join("&")),
        }
    }

    /// The pages around the one that begins with the row `first`, holds `rows` of `count`, and is
    /// followed by the one behind `next`.
    fn pages(
        &self,
        words: Words,
        (first, rows, count): (u64, usize, u64),
        next: Option<String>,
    ) -> Pages {
        let end = first.saturating_add(rows as u64);
        let arguments = [
            ("from", Argument::Count(first)),
            ("to", Argument::Count(end.saturating_sub(1))),
            ("count", Argument::Count(count)),
        ];
        let next = next.map(|after| self.with(&[("after", after), ("from", end.to_string())]));
        Pages {
            shown: words.with("page-shown", &arguments),
            first: if first > 1 {
                self.with(&[])
            } else {
                String::new()
            },
            next: next.unwrap_or_default(),
        }
    }
}

/// The place of the first row, from 1: said in the address, because a cursor does not know it.
fn first(after: &str, from: &str) -> u64 {
    match after {
        "" => 1,
        _ => from.parse().unwrap_or(1),
    }
}

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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::billing::party::Language;

    #[test]
    fn an_address_holds_what_was_asked_for() {
        let address = Address {
            path: "/customers",
            parts: vec![("q", "Straße & 50 %".to_owned()), ("kind", String::new())],
        };
        assert_eq!(
            address.with(&[]),
            "/customers?q=Stra%C3%9Fe%20%26%2050%20%25"
        );
        let words = Words(Language::En);
        let pages = address.pages(words, (26, 25, 60), Some("C-1".to_owned()));
        assert_eq!(pages.shown, "26 to 50 of 60");
        assert_eq!(pages.first, "/customers?q=Stra%C3%9Fe%20%26%2050%20%25");
        assert!(pages.next.ends_with("&after=C-1&from=51"), "{}", pages.next);
        let only = address.pages(words, (1, 3, 3), None);
        assert_eq!((only.first.as_str(), only.next.as_str()), ("", ""));
    }

    #[test]
    fn a_page_without_its_cursor_is_the_first() {
        assert_eq!(
            [first("", "26"), first("x", "26"), first("x", "y")],
            [1, 26, 1]
        );
    }
}
