//! The home page, and the pages that list what its figures are made of.

pub(super) mod contracted;
pub(super) mod home;
pub(super) mod open;
pub(super) mod recurring;
mod work;

use chrono::{DateTime, Datelike, NaiveDate, Utc};
use rust_decimal::{Decimal, RoundingStrategy};
use serde::Deserialize;

use super::access::account::moment;
use super::charts::Ground;
use super::words::{Argument, Words};
use crate::billing::outlook::{ByCurrency, Uncounted};
use crate::billing::{Currency, Money};
use crate::usecases::outlook::Known;
use crate::web::format;

/// For a side column or a narrow window, where a wide drawing would shrink beyond reading.
const SLIM: Ground = Ground {
    width: 320,
    height: 170,
    axis: 44,
};

/// Rows of a page.
const ROWS: usize = 200;

/// What the address of a page of figures says.
#[derive(Debug, Clone, Default, Deserialize)]
pub(super) struct Asked {
    #[serde(default)]
    currency: String,
    /// How many rows come before the first.
    #[serde(default)]
    from: String,
}

/// The currency that is shown, and the links to the others: code, address, whether it is this one.
struct Currencies {
    shown: Currency,
    links: Vec<(String, String, bool)>,
}

impl Currencies {
    /// That which was asked for; else euro, else the first there is. None without any figure.
    fn of<T>(found: &ByCurrency<T>, path: &str, asked: &Asked) -> Option<Self> {
        let named = |code: &str| found.keys().find(|one| one.code() == code);
        let shown = named(&asked.currency).or_else(|| named("EUR"));
        let shown = shown.or_else(|| found.keys().next()).copied()?;
        let link = |one: &Currency| {
            let href = format!("{path}?currency={one}");
            (one.to_string(), href, *one == shown)
        };
        Some(Self {
            shown,
            links: found.keys().map(link).collect(),
        })
    }
}

/// A part of a long list: its place, and the links to the parts around it.
struct Part {
    from: usize,
    shown: String,
    first: String,
    next: String,
}

impl Part {
    fn of(words: Words, path: &str, (asked, currency): (&Asked, Currency), count: usize) -> Self {
        let from: usize = asked.from.parse().unwrap_or_default();
        let from = if from < count { from } else { 0 };
        let end = from.saturating_add(ROWS).min(count);
        let many = |count: usize| Argument::Count(count as u64);
        let arguments = [
            ("from", many(from.saturating_add(1))),
            ("to", many(end)),
            ("count", many(count)),
        ];
        Self {
            from,
            shown: match count > ROWS {
                true => words.with("page-shown", &arguments),
                false => String::new(),
            },
            first: match from {
                0 => String::new(),
                _ => format!("{path}?currency={currency}"),
            },
            next: match end < count {
                true => format!("{path}?currency={currency}&from={end}"),
                false => String::new(),
            },
        }
    }

    /// The rows of this part.
    fn cut<'a, T>(&self, all: &'a [T]) -> &'a [T] {
        let end = self.from.saturating_add(ROWS).min(all.len());
        all.get(self.from..end).unwrap_or_default()
    }
}

/// An amount on an overview: whole units of a thousand and more, rounded half up.
fn overview(words: Words, money: Money) -> String {
    let exact = Decimal::new(money.minor(), money.currency().minor_digits());
    if exact.abs() < Decimal::ONE_THOUSAND {
        return format::amount(money, words.0);
    }
    whole(words, money)
}

/// An amount in a chart: whole units, rounded half up.
fn whole(words: Words, money: Money) -> String {
    let exact = Decimal::new(money.minor(), money.currency().minor_digits());
    let whole = exact.round_dp_with_strategy(0, RoundingStrategy::MidpointAwayFromZero);
    format::decimal(whole, 0, words.0)
}

/// The same with its currency.
fn with_currency(words: Words, money: Money) -> String {
    format!("{}\u{a0}{}", overview(words, money), money.currency())
}

/// What stands below a month of a chart; its year too where the month labelled before it, of the
/// year `labelled`, was in another.
fn below(words: Words, day: NaiveDate, labelled: &mut Option<i32>) -> String {
    let month = format::short_month(day, words.0);
    match labelled.replace(day.year()) {
        Some(before) if before == day.year() => month.to_owned(),
        _ => format!("{month}\n{}", day.year()),
    }
}

/// A value of an axis, in minor units of a currency.
fn at_axis(words: Words, currency: Currency) -> impl Fn(i64) -> String {
    move |value| {
        let exact = Decimal::new(value, currency.minor_digits());
        format::decimal(exact, 0, words.0)
    }
}

/// "As of 4 January 2027, 09:00 UTC", and whether it is being worked out anew.
fn state_of_knowledge<T>(words: Words, known: &Known<T>, at: DateTime<Utc>) -> String {
    let at = moment(words, at);
    let at = [("at", Argument::Text(&at))];
    match known.newest {
        true => words.with("outlook-as-of", &at),
        false => words.with("outlook-as-of-older", &at),
    }
}

/// What a figure leaves out: number and reason.
struct Left {
    number: String,
    reason: String,
    code: &'static str,
}

fn left_out(uncounted: &[Uncounted]) -> Vec<Left> {
    let left = uncounted.iter().map(|one| Left {
        number: one.number.clone(),
        reason: one.because.to_string(),
        code: one.because.code(),
    });
    left.collect()
}
