//! The timeline of a contract: its terms as bars, the fee of a month below them, the last days for
//! notice, and today.

use chrono::{Datelike, Months, NaiveDate};

use super::super::words::{Argument, Words};
use super::drawing::{Axis, Bar, Drawing, Label, Path, WIDTH, fitting, width};
use super::{day, text};
use crate::billing::contract::Term;
use crate::usecases::contracts::ContractSheet;
use crate::web::format;

/// Bars that are drawn at most.
const MOST: u32 = 16;
/// How many further terms are shown that may come to be.
const POSSIBLE: u32 = 2;

/// How far a term has come.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Progress {
    Past,
    Now,
    /// Lies ahead and binds.
    Agreed,
    /// Comes to be unless somebody gives notice.
    Possible,
}

/// A stretch of the contract.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Stretch {
    pub(super) from: NaiveDate,
    pub(super) to: NaiveDate,
    pub(super) progress: Progress,
    /// 0 for the first term, then the number of the renewal.
    pub(super) renewal: u32,
    /// The last day on which notice ends the contract with it; none where it ends anyhow.
    pub(super) notice: Option<NaiveDate>,
}

fn later(date: NaiveDate, months: u32) -> Option<NaiveDate> {
    date.checked_add_months(Months::new(months))
}

/// The day that lies months after the first day of a term: a term of whole months remembers the
/// day it began on.
pub(super) fn end_after(term: &Term, first: NaiveDate, months: u32) -> Option<NaiveDate> {
    let years = first.year().checked_sub(term.start.year())?;
    let whole = years.checked_mul(12)?;
    let whole = whole.checked_add_unsigned(first.month())?;
    let whole = u32::try_from(whole.checked_sub_unsigned(term.start.month())?).ok()?;
    if later(term.start, whole) == Some(first) {
        return later(term.start, whole.checked_add(months)?);
    }
    later(first, months)
}

/// The terms of a contract: those that were, the one that runs, and those that may come.
pub(super) fn stretches(sheet: &ContractSheet) -> Vec<Stretch> {
    let (term, today) = (&sheet.contract.term, sheet.today);
    let bound = sheet.next_end.or(sheet.end).unwrap_or(term.start);
    let horizon = match (sheet.end, term.renewal) {
        (Some(end), _) => end,
        (None, Some(renewal)) => {
            later(bound, renewal.months.saturating_mul(POSSIBLE)).unwrap_or(bound)
        }
        (None, None) => later(bound, 12).unwrap_or(bound),
    };
    let progress = |from: NaiveDate, to: NaiveDate| match () {
        () if to <= today => Progress::Past,
        () if from <= today => Progress::Now,
        () if from < bound => Progress::Agreed,
        () => Progress::Possible,
    };
    let mut found = Vec::new();
    let mut from = term.start;
    for renewal in 0..MOST {
        if from >= horizon {
            break;
        }
        let natural = match (term.end, term.renewal) {
            (Some(first), Some(more)) => more
                .months
                .checked_mul(renewal)
                .and_then(|months| end_after(term, first, months)),
            (Some(first), None) => Some(first),
            // An open term runs up to where notice could end it, and then on.
            (None, _) if renewal == 0 => Some(bound),
            (None, _) => Some(horizon),
        };
        let to = natural
            .filter(|to| *to > from)
            .unwrap_or(horizon)
            .min(horizon);
        let ends_anyhow = sheet.end == Some(to);
        let notice = later_notice(term, to).filter(|_| !ends_anyhow && term.end.is_some());
        found.push(Stretch {
            from,
            to,
            progress: progress(from, to),
            renewal,
            notice,
        });
        from = to;
    }
    found
}

/// The last day on which notice for an end can come in.
pub(super) fn later_notice(term: &Term, end: NaiveDate) -> Option<NaiveDate> {
    let limit = end.checked_sub_months(Months::new(term.notice_months))?;
    limit.pred_opt()
}

/// The drawing; none for a contract without any day.
pub(super) fn timeline(words: Words, sheet: &ContractSheet) -> Option<Drawing> {
    let stretches = stretches(sheet);
    let (first, last) = (stretches.first()?, stretches.last()?);
    let axis = Axis::new(first.from, last.to)?;
    let mut drawing = Drawing {
        title: title(words, sheet, &stretches),
        height: 148,
        ..Drawing::default()
    };
    ticks(words, sheet, axis, &stretches, &mut drawing);
    terms(words, sheet, axis, &stretches, &mut drawing);
    fees(words, sheet, axis, &mut drawing);
    notices(words, sheet, axis, &stretches, &mut drawing);
    today(words, sheet, axis, (first.from, last.to), &mut drawing);
    Some(drawing)
}

fn title(words: Words, sheet: &ContractSheet, stretches: &[Stretch]) -> String {
    let mut parts: Vec<String> = stretches
        .iter()
        .map(|one| {
            let period = super::stretch(words, one.from, Some(one.to));
            format!("{} {period}", name(words, sheet, one).0)
        })
        .collect();
    let notice = stretches.iter().filter_map(|one| one.notice);
    if let Some(notice) = notice.filter(|notice| *notice >= sheet.today).min() {
        let notice = day(words, notice);
        parts.push(words.with("contract-notice-by", &text("day", &notice)));
    }
    parts.join("; ")
}

/// What a stretch is called, in full and short.
fn name(words: Words, sheet: &ContractSheet, stretch: &Stretch) -> (String, String) {
    let number = stretch.renewal.to_string();
    let number = text("number", &number);
    let short = match (sheet.contract.term.end, stretch.renewal) {
        (None, 0) => words.say("contract-term-open"),
        (None, _) => words.say("contract-term-on"),
        (Some(_), 0) if sheet.contract.term.renewal.is_none() => words.say("contract-term"),
        (Some(_), 0) => words.say("contract-term-first"),
        (Some(_), _) => words.with("contract-term-renewal", &number),
    };
    let term = text("term", &short);
    let full = match stretch.progress {
        Progress::Past => words.with("contract-term-past", &term),
        Progress::Now => words.with("contract-term-now", &term),
        Progress::Agreed => words.with("contract-term-agreed", &term),
        Progress::Possible => words.with("contract-term-possible", &term),
    };
    (full, short)
}

/// The months in which terms begin, as far as their names have room.
fn ticks(
    words: Words,
    sheet: &ContractSheet,
    axis: Axis,
    stretches: &[Stretch],
    drawing: &mut Drawing,
) {
    let (Some(first), Some(last)) = (stretches.first(), stretches.last()) else {
        return;
    };
    // "Today" stands in the same line, and goes before the name of a month.
    let taken = today_at(words, sheet, axis, (first.from, last.to));
    let (taken_from, taken_to) = taken.map_or((0, 0), |(_, middle, half)| {
        (middle.saturating_sub(half), middle.saturating_add(half))
    });
    let end = format::month(last.to, words.0);
    let end_begins = WIDTH.saturating_sub(width(&end));
    let mut grid = String::new();
    let mut free = 0;
    for one in stretches {
        let x = axis.x(one.from);
        grid.push_str(&format!("M{x}.5 20v88"));
        let text = format::month(one.from, words.0);
        let (class, begins) = match x {
            0 => ("", 0),
            _ => ("to-mid", x.saturating_sub(width(&text) / 2)),
        };
        let ends = begins.saturating_add(width(&text));
        let clear = ends.saturating_add(8) <= taken_from || begins >= taken_to.saturating_add(8);
        if begins >= free && clear && ends.saturating_add(12) <= end_begins {
            drawing.labels.push(Label {
                class,
                x,
                y: 14,
                text,
            });
            free = ends.saturating_add(12);
        }
    }
    grid.push_str(&format!("M{}.5 20v88", WIDTH.saturating_sub(1)));
    drawing.under.push(Path {
        class: "grid",
        d: grid,
    });
    if end_begins >= taken_to.saturating_add(8) {
        drawing.labels.push(Label {
            class: "to-end",
            x: WIDTH,
            y: 14,
            text: end,
        });
    }
}

fn terms(
    words: Words,
    sheet: &ContractSheet,
    axis: Axis,
    stretches: &[Stretch],
    drawing: &mut Drawing,
) {
    for one in stretches {
        let (x, to) = (axis.x(one.from), axis.x(one.to));
        let class = match one.progress {
            Progress::Past => "term-past",
            Progress::Now | Progress::Agreed => "term-now",
            Progress::Possible => "possible",
        };
        let room = to.saturating_sub(x).saturating_sub(2).max(1);
        drawing.bars.push(Bar {
            class,
            x: x.saturating_add(1),
            y: 30,
            width: room,
            height: 24,
        });
        let (full, short) = name(words, sheet, one);
        let mut texts = vec![full, short];
        texts.extend((one.renewal > 0).then(|| one.renewal.to_string()));
        if let Some(text) = fitting(&texts, room.saturating_sub(14)) {
            drawing.labels.push(Label {
                class: match class {
                    "term-now" => "on-term",
                    "term-past" => "on-past",
                    _ => "",
                },
                x: x.saturating_add(9),
                y: 46,
                text: text.clone(),
            });
        }
    }
}

fn fees(words: Words, sheet: &ContractSheet, axis: Axis, drawing: &mut Drawing) {
    // What nothing binds any more is possible only, as the terms above it are.
    let bound = sheet.next_end.or(sheet.end);
    for (from, to, fee) in &sheet.fees {
        let (x, end) = (axis.x(*from), axis.x(*to));
        let room = end.saturating_sub(x).saturating_sub(2);
        if room <= 0 {
            continue;
        }
        let cut = bound.map_or(end, |bound| axis.x(bound.clamp(*from, *to)));
        let solid = if *to <= sheet.today { "rest" } else { "c4" };
        for (class, x, end) in [(solid, x, cut), ("possible", cut, end)] {
            let width = end.saturating_sub(x).saturating_sub(2);
            if width > 0 {
                drawing.bars.push(Bar {
                    class,
                    x: x.saturating_add(1),
                    y: 76,
                    width,
                    height: 8,
                });
            }
        }
        let figure = format::amount(*fee, words.0);
        let arguments = [
            ("fee", Argument::Text(&figure)),
            ("currency", Argument::Text(fee.currency().code())),
        ];
        let month = words.with("contract-fee", &arguments);
        if let Some(text) = fitting(&[month, figure], room.saturating_sub(10)) {
            drawing.labels.push(Label {
                class: "halo",
                x: x.saturating_add(1),
                y: 100,
                text: text.clone(),
            });
        }
    }
}

fn notices(
    words: Words,
    sheet: &ContractSheet,
    axis: Axis,
    stretches: &[Stretch],
    drawing: &mut Drawing,
) {
    let mut taken: Vec<(i64, i64)> = Vec::new();
    let mut all: Vec<NaiveDate> = stretches.iter().filter_map(|one| one.notice).collect();
    // The days to come are named first, where not all of them have room.
    all.sort_by_key(|notice| (*notice < sheet.today, *notice));
    for notice in all {
        let x = axis.x(notice);
        let passed = notice < sheet.today;
        drawing.over.push(Path {
            class: if passed { "c4" } else { "notice" },
            d: format!("M{x} 112l6 11h-12z"),
        });
        let date = day(words, notice);
        let date = text("day", &date);
        let text = match passed {
            true => words.with("contract-notice-passed", &date),
            false => words.with("contract-notice-by", &date),
        };
        let half = width(&text) / 2;
        let middle = x.clamp(half, WIDTH.saturating_sub(half));
        let (from, to) = (
            middle.saturating_sub(half).saturating_sub(12),
            middle.saturating_add(half).saturating_add(12),
        );
        if taken
            .iter()
            .all(|(start, end)| to <= *start || from >= *end)
        {
            drawing.labels.push(Label {
                class: "to-mid",
                x: middle,
                y: 141,
                text,
            });
            taken.push((from, to));
        }
    }
}

/// Where today lies, the middle of its name, and half of the room that takes; none outside of what
/// is drawn.
fn today_at(
    words: Words,
    sheet: &ContractSheet,
    axis: Axis,
    (from, to): (NaiveDate, NaiveDate),
) -> Option<(i64, i64, i64)> {
    let inside = sheet.today >= from && sheet.today < to;
    let x = inside.then(|| axis.x(sheet.today))?;
    let half = width(&words.say("contract-today")) / 2 + 2;
    Some((x, x.clamp(half, WIDTH.saturating_sub(half)), half))
}

/// A pointer at the term that runs, below its name: a line through the bars would strike out what
/// stands on them.
fn today(
    words: Words,
    sheet: &ContractSheet,
    axis: Axis,
    days: (NaiveDate, NaiveDate),
    drawing: &mut Drawing,
) {
    let Some((x, middle, _)) = today_at(words, sheet, axis, days) else {
        return;
    };
    drawing.over.push(Path {
        class: "today",
        d: format!("M{x} 28l5 -8h-10z"),
    });
    drawing.labels.push(Label {
        class: "strong halo to-mid",
        x: middle,
        y: 14,
        text: words.say("contract-today"),
    });
}

/// A line of the table of terms: what it is, its days, and the last day for notice.
pub(super) fn table(words: Words, sheet: &ContractSheet) -> Vec<[String; 3]> {
    let stretches = stretches(sheet);
    let line = |one: &Stretch| {
        let notice = one.notice.map(|notice| day(words, notice));
        [
            name(words, sheet, one).0,
            super::stretch(words, one.from, Some(one.to)),
            notice.unwrap_or_default(),
        ]
    };
    stretches.iter().map(line).collect()
}
