//! Readings in words, and the drawing of a meter's year.

use chrono::NaiveDate;
use rust_decimal::Decimal;
use rust_decimal::prelude::ToPrimitive;

use super::super::words::Words;
use super::drawing::{Bar, Drawing, Label, Path, WIDTH, width};
use super::levels::share;
use super::text;
use crate::billing::contract::{Change, Contract, Item, Price};
use crate::billing::invoice::Unit;
use crate::billing::{Quantity, Ratio};
use crate::documents::view::unit_name;
use crate::web::format;

/// Height of the highest column.
const HIGHEST: i64 = 120;
/// Where columns stand.
const GROUND: i64 = 150;

/// The item of a contract that a meter of an instance is read for on a day: the one that runs then,
/// or else any that asks for the meter.
pub(super) fn metered<'a>(
    contract: &'a Contract,
    meter: &str,
    instance: &str,
    day: NaiveDate,
) -> Option<&'a Item> {
    let later = contract
        .amendments
        .iter()
        .filter_map(|one| match &one.change {
            Change::AddItem { item } | Change::ReplaceItem { with: item, .. } => Some(&**item),
            _ => None,
        });
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
    let all: Vec<&Item> = contract.items.iter().chain(later).filter(reads).collect();
    let runs = |item: &&&Item| item.from <= day && item.until.is_none_or(|until| day < until);
    all.iter().rev().find(runs).or(all.first()).copied()
}

/// A quantity and the word for its unit, where that is known.
pub(super) fn quantity(words: Words, text: &str, unit: Option<Unit>) -> (String, String) {
    let Ok(quantity) = text.parse::<Quantity>() else {
        return (text.to_owned(), String::new());
    };
    let places = if unit == Some(Unit::Hour) { 2 } else { 0 };
    let figure = format::decimal(quantity.decimal(), places, words.0);
    let unit = unit.map(|unit| unit_name(quantity, unit, words.0).to_owned());
    (figure, unit.unwrap_or_default())
}

/// The measured share of a period.
pub(super) fn covered(words: Words, coverage: Ratio) -> Option<String> {
    share(words, coverage)
}

/// A column of the drawing.
pub(super) struct Column {
    pub(super) label: String,
    pub(super) quantity: Decimal,
    pub(super) figure: String,
    /// The allowance of the period.
    pub(super) included: Option<Decimal>,
    /// What is expected on top of it.
    pub(super) expected: Decimal,
}

impl Column {
    fn whole(&self) -> Decimal {
        self.quantity.saturating_add(self.expected)
    }
}

/// A meter's year as columns, with the allowance as a line; none for nothing.
pub(super) fn columns(words: Words, name: &str, unit: &str, columns: &[Column]) -> Option<Drawing> {
    let highest = columns
        .iter()
        .flat_map(|one| [Some(one.whole()), one.included])
        .flatten()
        .max()
        .filter(|highest| *highest > Decimal::ZERO)?;
    let many = i64::try_from(columns.len()).ok()?;
    let step = WIDTH.checked_div(many)?.min(240);
    // Columns of a quarter's days keep a gap between them.
    let thick = (step / 2).clamp(16, 64).min(step.saturating_sub(3).max(2));
    let mut drawing = Drawing {
        title: title(words, (name, unit), columns),
        height: 188,
        ..Drawing::default()
    };
    let mut line = String::new();
    let mut allowance = None;
    for (column, at) in columns.iter().zip(0_i64..) {
        let x = at.saturating_mul(step).saturating_add((step - thick) / 2);
        let middle = x.saturating_add(thick / 2);
        let height = tall(column.quantity, highest);
        let limit = column.included.filter(|included| *included > Decimal::ZERO);
        let above = limit.is_some_and(|limit| column.quantity > limit);
        bars(
            (x, thick),
            (height, tall(column.whole(), highest)),
            limit.map(|limit| tall(limit, highest)),
            &mut drawing,
        );
        if let Some(limit) = limit {
            let y = GROUND.saturating_sub(tall(limit, highest));
            let (from, to) = (
                at.saturating_mul(step),
                at.saturating_add(1).saturating_mul(step),
            );
            line.push_str(&format!("M{from} {y}.5H{to}"));
            allowance = Some((to, y, limit));
        }
        name_column(words, column, (middle, step, above), &mut drawing);
    }
    drawing.under.push(Path {
        class: "axis",
        d: format!("M0 {GROUND}.5H{}", many.saturating_mul(step)),
    });
    if let Some((to, y, limit)) = allowance {
        drawing.over.push(Path {
            class: "target",
            d: line,
        });
        let limit = format::decimal(limit, 0, words.0);
        let said = words.with("usage-included", &text("quantity", &limit));
        drawing.labels.push(Label {
            class: "halo to-end",
            x: to.max(width(&said)),
            y: y.saturating_sub(6),
            text: said,
        });
    }
    Some(drawing)
}

/// What stands below a column: its period, and its figure as far as there is room for it.
fn name_column(
    words: Words,
    column: &Column,
    (middle, step, above): (i64, i64, bool),
    drawing: &mut Drawing,
) {
    drawing.labels.push(Label {
        class: "to-mid",
        x: middle,
        y: 168,
        text: column.label.clone(),
    });
    drawing.labels.push(Label {
        class: if above {
            "of-c2 to-mid"
        } else {
            "strong to-mid"
        },
        x: middle,
        y: 184,
        text: match width(&column.figure) <= step.saturating_sub(8) {
            true => column.figure.clone(),
            false => format::decimal(column.quantity.round(), 0, words.0),
        },
    });
}

/// A column; the part above the allowance in the colour to watch, what is expected on top of it
/// hatched.
fn bars(
    (x, width): (i64, i64),
    (height, expected): (i64, i64),
    limit: Option<i64>,
    drawing: &mut Drawing,
) {
    let within = limit.map_or(height, |limit| height.min(limit));
    let mut bar = |class, from: i64, to: i64| {
        let height = to.saturating_sub(from);
        if height > 0 {
            drawing.bars.push(Bar {
                class,
                x,
                y: GROUND.saturating_sub(to),
                width,
                height,
            });
        }
    };
    bar("c1", 0, within);
    bar("c2", within, height);
    bar("expected", height, expected);
}

fn tall(quantity: Decimal, highest: Decimal) -> i64 {
    let share = quantity.checked_div(highest).unwrap_or_default();
    let height = share.checked_mul(Decimal::from(HIGHEST));
    height
        .unwrap_or_default()
        .round()
        .to_i64()
        .unwrap_or_default()
        .max(0)
}

fn title(words: Words, (name, unit): (&str, &str), columns: &[Column]) -> String {
    let all = columns
        .iter()
        .map(|one| format!("{} {}", one.label, one.figure));
    let all = all.collect::<Vec<_>>().join(", ");
    let limit = columns.last().and_then(|one| one.included);
    let limit = limit.map(|limit| {
        let limit = format::decimal(limit, 0, words.0);
        words.with("usage-included", &text("quantity", &limit))
    });
    let mut title = format!("{name}, {unit}: {all}");
    if let Some(limit) = limit {
        title.push_str("; ");
        title.push_str(&limit);
    }
    title
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::billing::party::Language;

    fn column(label: &str, quantity: i64, included: i64) -> Column {
        Column {
            label: label.to_owned(),
            quantity: quantity.into(),
            figure: quantity.to_string(),
            included: Some(included.into()),
            expected: Decimal::ZERO,
        }
    }

    #[test]
    fn what_lies_above_the_allowance_has_its_own_colour() {
        let all = [column("May", 500, 1000), column("June", 1500, 1000)];
        let drawing = columns(Words(Language::En), "Storage", "GB", &all).unwrap();
        let seen: Vec<_> = drawing
            .bars
            .iter()
            .map(|bar| (bar.class, bar.y, bar.height))
            .collect();
        assert_eq!(seen, [("c1", 110, 40), ("c1", 70, 80), ("c2", 30, 40)]);
        assert!(drawing.title.contains("June 1500"), "{}", drawing.title);
    }

    #[test]
    fn what_is_expected_stands_hatched_on_what_was_measured() {
        let running = Column {
            expected: 1500.into(),
            ..column("July", 500, 1000)
        };
        let drawing = columns(Words(Language::En), "Egress", "GB", &[running]).unwrap();
        let seen: Vec<_> = drawing
            .bars
            .iter()
            .map(|bar| (bar.class, bar.y, bar.height))
            .collect();
        assert_eq!(seen, [("c1", 120, 30), ("expected", 30, 90)]);
    }

    #[test]
    fn nothing_read_draws_nothing() {
        assert!(columns(Words(Language::En), "x", "", &[]).is_none());
        assert!(columns(Words(Language::En), "x", "", &[column("May", 0, 0)]).is_none());
    }
}
