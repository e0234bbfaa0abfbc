//! Metered items in their running period, in figures: used, included, above, projected, and what it
//! costs.

use askama::Template;
use rust_decimal::Decimal;

use super::super::access::account::moment;
use super::super::words::{Argument, Words};
use super::readings::{covered, quantity, written};
use super::{href, text};
use crate::billing::contract::{EffectiveItem, Price};
use crate::billing::invoice::Unit;
use crate::billing::{Money, Quantity};
use crate::usecases::usage::running::ItemUse;
use crate::web::format;

/// A key figure: its label, the figure with its unit, and a line of comparison.
pub(super) struct Figure {
    pub(super) label: String,
    pub(super) value: String,
    pub(super) unit: String,
    pub(super) note: String,
}

/// The unit of a metered item.
pub(super) fn unit_of(item: &EffectiveItem) -> Option<Unit> {
    match &item.item.price {
        Price::Usage { unit, .. } => Some(*unit),
        _ => None,
    }
}

/// The allowance of a whole period; none without one.
pub(super) fn allowance(item: &EffectiveItem) -> Option<Decimal> {
    match &item.item.price {
        Price::Usage { included, .. } if !included.is_zero() => Some(included.decimal()),
        _ => None,
    }
}

/// The allowance of the running period, with what rolled over; none without one.
pub(super) fn included_of(used: &ItemUse) -> Option<Decimal> {
    let standing = used.so_far.as_ref()?;
    (!standing.included.is_zero()).then(|| standing.included.decimal())
}

/// A key figure of a quantity that may not be known.
fn figure(
    words: Words,
    label: String,
    of: Option<(Quantity, Option<Unit>)>,
    note: String,
) -> Figure {
    let (value, unit) = of.map_or_else(
        || ("–".to_owned(), String::new()),
        |(of, unit)| quantity(words, &of.to_string(), unit),
    );
    Figure {
        label,
        value,
        unit,
        note,
    }
}

fn costs(words: Words, amount: Option<Money>) -> String {
    let Some(amount) = amount else {
        return String::new();
    };
    let amount = format::money(amount, words.0);
    words.with("running-amount", &text("amount", &amount))
}

/// Used, included, above, projected, and what is owed at least.
pub(super) fn figures(words: Words, used: &ItemUse) -> Vec<Figure> {
    let unit = unit_of(&used.item);
    let so_far = used.so_far.as_ref();
    let at_end = used.at_end.as_ref();
    let measured = covered(words, used.measured()).unwrap_or_default();
    let as_of = moment(words, used.as_of);
    let arguments = [
        ("share", Argument::Text(&measured)),
        ("moment", Argument::Text(&as_of)),
    ];
    let known = used.any().then_some(so_far).flatten();
    let mut figures = vec![
        figure(
            words,
            words.say("running-used"),
            known.map(|one| (one.used, unit)),
            words.with("running-measured", &arguments),
        ),
        figure(
            words,
            words.say("running-included"),
            so_far.map(|one| (one.included, unit)),
            String::new(),
        ),
        figure(
            words,
            words.say("running-above"),
            known.map(|one| (one.above, unit)),
            costs(words, known.map(|one| one.amount)),
        ),
        figure(
            words,
            words.say("running-projected"),
            at_end.map(|one| (one.used, unit)),
            match at_end {
                Some(one) => costs(words, Some(one.owed())),
                None => words.say("running-not-projected"),
            },
        ),
    ];
    if let Some(least) = so_far.and_then(|one| one.committed) {
        figures.push(Figure {
            label: words.say("running-committed"),
            value: format::amount(least, words.0),
            unit: least.currency().to_string(),
            note: words.say("running-committed-text"),
        });
    }
    figures
}

/// The running periods of a contract's metered items. Writes itself, on the pages of both sides.
#[derive(Template)]
#[template(path = "customers/usage-now.html")]
pub(in super::super) struct Now {
    words: Words,
    rows: Vec<Row>,
}

struct Row {
    name: String,
    href: String,
    detail: String,
    period: String,
    used: String,
    included: String,
    projected: String,
    amount: String,
    currency: String,
    measured: String,
}

impl Now {
    /// A row an item; `pages` is where the pages of usage lie.
    pub(in super::super) fn of(
        words: Words,
        (contract, found): (&str, &[ItemUse]),
        pages: &str,
    ) -> Self {
        let pages = href(pages, contract);
        Self {
            words,
            rows: found.iter().map(|one| row(words, one, &pages)).collect(),
        }
    }

    pub(in super::super) fn is_empty(&self) -> bool {
        self.rows.is_empty()
    }

    fn word(&self, key: &str) -> String {
        self.words.say(key)
    }
}

fn row(words: Words, used: &ItemUse, pages: &str) -> Row {
    let unit = unit_of(&used.item);
    let item = &used.item.item;
    let so_far = used.so_far.as_ref().filter(|_| used.any());
    let said = |of: Quantity| {
        let (figure, unit) = quantity(words, &of.to_string(), unit);
        written(figure, &unit)
    };
    let instances: Vec<&str> = used
        .instances
        .iter()
        .map(|one| one.instance.as_str())
        .collect();
    let at_end = used.at_end.as_ref();
    Row {
        name: item.name.get(words.0).to_owned(),
        href: href(pages, &item.id),
        detail: instances.join(", "),
        period: format::span_in_words(used.at.window, words.0),
        used: so_far.map(|one| said(one.used)).unwrap_or_default(),
        included: used
            .so_far
            .as_ref()
            .map(|one| said(one.included))
            .unwrap_or_default(),
        projected: at_end.map(|one| said(one.used)).unwrap_or_default(),
        amount: at_end
            .map(|one| format::amount(one.owed(), words.0))
            .unwrap_or_default(),
        // The dash of an unknown amount keeps to the slot of the figures, too.
        currency: at_end.map_or_else(
            || format::NBSP.to_string(),
            |one| one.amount.currency().to_string(),
        ),
        measured: covered(words, used.measured()).unwrap_or_default(),
    }
}
