//! Use over time as columns, with the allowance as a line: wide, and once more for narrow windows,
//! where the words of the wide one would be too small to read.

#[cfg(test)]
mod tests;

use chrono::Datelike;
use rust_decimal::Decimal;
use rust_decimal::prelude::ToPrimitive;

use super::super::words::Words;
use super::drawing::{Bar, Drawing, Label, Path, WIDTH, width};
use super::text;
use crate::billing::calendar::Period;
use crate::web::format;

/// Width of the drawing for narrow windows.
const NARROW: i64 = 360;
/// Height of the highest column.
const HIGHEST: i64 = 120;
/// What is left free between two texts below columns.
const GAP: i64 = 8;
/// Where columns stand.
const GROUND: i64 = 150;

/// The same columns for two widths.
pub(super) struct Columns {
    pub(super) wide: Drawing,
    pub(super) narrow: Drawing,
}

/// Use over time, with the allowance as a line; none for nothing.
pub(super) fn columns(words: Words, name: &str, unit: &str, all: &[Column]) -> Option<Columns> {
    Some(Columns {
        wide: drawn(words, (name, unit), all, WIDTH)?,
        narrow: drawn(words, (name, unit), all, NARROW)?,
    })
}

/// A column of the drawing.
pub(super) struct Column {
    pub(super) label: String,
    /// The label where there is little room.
    pub(super) short: String,
    pub(super) quantity: Decimal,
    pub(super) figure: String,
    /// The allowance of the period.
    pub(super) included: Option<Decimal>,
    /// What is expected on top of it.
    pub(super) expected: Decimal,
}

impl Column {
    /// A column that is named by its period.
    pub(super) fn of(words: Words, period: Period) -> Self {
        let label = format::month_of_many(period, words.0);
        let start = period.start();
        let last = period.last_day();
        let whole = start.day() == 1 && period.end().day() == 1;
        let (from, to) = (
            format::short_month(start, words.0),
            format::short_month(last, words.0),
        );
        Self {
            short: match whole {
                true if from == to => from.to_owned(),
                true => format!("{from}–{to}"),
                false => label.clone(),
            },
            label,
            figure: String::new(),
            quantity: Decimal::ZERO,
            included: None,
            expected: Decimal::ZERO,
        }
    }

    /// The same with what was read, and the allowance it had.
    pub(super) fn with(self, words: Words, read: Decimal, included: Option<Decimal>) -> Self {
        Self {
            figure: match read < Decimal::ONE_HUNDRED {
                true => format::readable(read, 0, words.0),
                // Below a column there is room for what it comes to, not for its fractions.
                false => format::decimal(read.round(), 0, words.0),
            },
            quantity: read,
            included,
            ..self
        }
    }

    /// A day of a period, or a month of a long one.
    pub(super) fn piece(label: String, quantity: Decimal, included: Option<Decimal>) -> Self {
        Self {
            short: label.clone(),
            label,
            figure: String::new(),
            quantity,
            included,
            expected: Decimal::ZERO,
        }
    }

    fn whole(&self) -> Decimal {
        self.quantity.saturating_add(self.expected)
    }
}

fn drawn(
    words: Words,
    (name, unit): (&str, &str),
    columns: &[Column],
    across: i64,
) -> Option<Drawing> {
    let highest = columns
        .iter()
        .flat_map(|one| [Some(one.whole()), one.included])
        .flatten()
        .max()
        .filter(|highest| *highest > Decimal::ZERO)?;
    let many = i64::try_from(columns.len()).ok()?;
    let step = across.checked_div(many)?.min(240);
    // Columns of a quarter's days keep a gap between them.
    let thick = (step / 2).clamp(16, 64).min(step.saturating_sub(3).max(2));
    let mut drawing = Drawing {
        title: title(words, (name, unit), columns),
        height: 188,
        ..Drawing::default()
    };
    let mut line = String::new();
    let mut allowance = None;
    let below = said(columns, step);
    for ((column, below), at) in columns.iter().zip(&below).zip(0_i64..) {
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
        name_column(below, (middle, above, across), &mut drawing);
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

/// What stands below the columns, as far as there is room for it: of periods and figures that would
/// run into each other some stay away, and the newest stays.
fn said(columns: &[Column], step: i64) -> Vec<(String, String)> {
    let fits = |texts: &[&str]| {
        texts
            .iter()
            .all(|text| width(text) <= step.saturating_sub(GAP))
    };
    let full: Vec<&str> = columns.iter().map(|one| one.label.as_str()).collect();
    let short: Vec<&str> = columns.iter().map(|one| one.short.as_str()).collect();
    let labels = if fits(&full) { full } else { short };
    let figures: Vec<&str> = columns.iter().map(|one| one.figure.as_str()).collect();
    let every = apart(&labels, step).max(apart(&figures, step));
    let last = columns.len().saturating_sub(1);
    let stays = |at: usize| {
        let from_last = i64::try_from(last.saturating_sub(at)).unwrap_or_default();
        from_last.checked_rem(every) == Some(0)
    };
    let both = labels.iter().zip(&figures).enumerate();
    both.map(|(at, (label, figure))| match stays(at) {
        true => ((*label).to_owned(), (*figure).to_owned()),
        false => (String::new(), String::new()),
    })
    .collect()
}

/// At how many columns' distance texts do not touch. Texts that leave columns out have chosen their
/// places.
fn apart(texts: &[&str], step: i64) -> i64 {
    let widest = texts.iter().map(|text| width(text)).max();
    if widest == Some(0) || texts.iter().any(|text| text.is_empty()) {
        return 1;
    }
    let room = widest.unwrap_or_default().saturating_add(GAP + step - 1);
    room.checked_div(step).unwrap_or(1).max(1)
}

/// What stands below a column: its period, and its figure.
fn name_column(
    (label, figure): &(String, String),
    (middle, above, across): (i64, bool, i64),
    drawing: &mut Drawing,
) {
    // Nothing runs over the edge.
    let within = |text: &str| {
        let half = width(text) / 2;
        middle.min(across.saturating_sub(half)).max(half)
    };
    let mut put = |class, y, text: &String| {
        if !text.is_empty() {
            drawing.labels.push(Label {
                class,
                x: within(text),
                y,
                text: text.clone(),
            });
        }
    };
    put("to-mid", 168, label);
    let class = if above {
        "of-c2 to-mid"
    } else {
        "strong to-mid"
    };
    put(class, 184, figure);
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
