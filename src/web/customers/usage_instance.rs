//! What one instance used of an item: the running period piece by piece, and the closed ones.

use chrono::{Datelike, NaiveDate};
use rust_decimal::Decimal;

use super::super::access::account::moment;
use super::super::words::{Argument, Words};
use super::readings::{Places, covered_in, quantity};
use super::text;
use super::usage_chart::{Column, Columns, columns};
use super::usage_now::{allowance, included_of, unit_of};
use crate::billing::Ratio;
use crate::billing::usage::projection::Course;
use crate::usecases::usage::running::{InstanceUse, ItemUse, Piece};
use crate::usecases::usage::{ItemSheet, Read};
use crate::web::format;

/// What one instance used.
pub(super) struct InstancePart {
    pub(super) id: String,
    /// Identities of its headings and drawings.
    pub(super) days: String,
    pub(super) day_chart: String,
    pub(super) day_narrow: String,
    pub(super) periods: String,
    pub(super) period_chart: String,
    pub(super) period_narrow: String,
    pub(super) instance: String,
    pub(super) by_day: Option<Columns>,
    pub(super) pieces: Vec<[String; 4]>,
    /// Whether days add up, so that what they come to says something.
    pub(super) adds_up: bool,
    pub(super) by_period: Option<Columns>,
    pub(super) rows: Vec<Row>,
    pub(super) findings: String,
}

/// A period of an instance.
pub(super) struct Row {
    pub(super) period: String,
    pub(super) before: Vec<String>,
    pub(super) quantity: String,
    pub(super) included: String,
    pub(super) coverage: String,
    pub(super) state: &'static str,
    pub(super) state_text: String,
    pub(super) since: String,
    /// Which revision it is; empty for the running period.
    pub(super) revision: String,
}

pub(super) fn instance_part(
    words: Words,
    sheet: &ItemSheet,
    (number, instance): (u32, &str),
) -> InstancePart {
    let own = sheet.running.as_ref().and_then(|running| {
        let found = running.instances.iter();
        let found = found.into_iter().find(|one| one.instance == instance);
        found.map(|found| (running, found))
    });
    let readings: Vec<&Read> = sheet
        .readings
        .iter()
        .filter(|read| read.reading.instance == instance)
        .collect();
    let findings = own.map_or(0, |(_, found)| found.findings.len() as u64);
    let counted = [("count", Argument::Count(findings))];
    InstancePart {
        id: format!("instance-{number}"),
        days: format!("days-{number}"),
        day_chart: format!("days-{number}-chart"),
        day_narrow: format!("days-{number}-narrow"),
        periods: format!("periods-{number}"),
        period_chart: format!("periods-{number}-chart"),
        period_narrow: format!("periods-{number}-narrow"),
        instance: instance.to_owned(),
        by_day: own.and_then(|(running, found)| by_day(words, sheet, (running, found))),
        pieces: own.map_or_else(Vec::new, |(_, found)| pieces(words, found)),
        adds_up: own.is_some_and(|(_, found)| grows(found)),
        by_period: by_period(words, sheet, (&readings, own)),
        rows: rows(words, sheet, &readings, own),
        findings: match findings {
            0 => String::new(),
            _ => words.with("running-findings", &counted),
        },
    }
}

fn by_day(
    words: Words,
    sheet: &ItemSheet,
    (running, found): (&ItemUse, &InstanceUse),
) -> Option<Columns> {
    let course = found.projection.as_ref()?.course;
    let (_, unit) = quantity(words, "2", unit_of(&sheet.item));
    let long = found.pieces.first().is_some_and(|one| one.days.days() > 1);
    let many = running.at.window.days();
    let mut drawn: Vec<Column> = found
        .pieces
        .iter()
        .map(|piece| {
            let label = day_label(words, piece.days.start(), (long, many));
            let quantity = piece.quantity.map_or(Decimal::ZERO, |one| one.decimal());
            // A level of a day can be held against the allowance; a day of what adds up cannot.
            let level = (course == Course::Holds).then(|| included_of(running));
            Column::piece(label, quantity, level.flatten())
        })
        .collect();
    let mut next = found.pieces.last().map(|piece| piece.days.end())?;
    while !long && next < running.at.window.end() {
        let label = day_label(words, next, (long, many));
        drawn.push(Column::piece(label, Decimal::ZERO, None));
        next = next.succ_opt()?;
    }
    let title = match long {
        true => words.say("running-by-month"),
        false => words.say("running-by-day"),
    };
    columns(words, &title, &unit, &drawn)
}

/// The day of the month; of many days only every fifth, of a quarter the first of each month.
fn day_label(words: Words, day: NaiveDate, (long, many): (bool, i64)) -> String {
    match (long, many) {
        (true, _) => format::short_month(day, words.0).to_owned(),
        (false, many) if many > 31 => match day.day() {
            1 => format::short_month(day, words.0).to_owned(),
            _ => String::new(),
        },
        (false, _) => day.day().to_string(),
    }
}

fn grows(found: &InstanceUse) -> bool {
    let projection = found.projection.as_ref();
    projection.is_some_and(|one| one.course == Course::Grows)
}

fn pieces(words: Words, found: &InstanceUse) -> Vec<[String; 4]> {
    let mut total = Some(Decimal::ZERO);
    let grows = grows(found);
    let known = found.pieces.iter().filter_map(|piece| piece.quantity);
    let places = format::places(known.map(|one| one.decimal()));
    let figure = |value: Decimal| format::readable(value, places, words.0);
    let share = match found.pieces.iter().all(|piece| whole(piece.coverage)) {
        true => 0,
        false => 2,
    };
    let row = |piece: &Piece| {
        let quantity = piece.quantity.map(|one| one.decimal());
        total = total.and_then(|sum| sum.checked_add(quantity.unwrap_or_default()));
        [
            format::span_in_words(piece.days, words.0),
            quantity.map(figure).unwrap_or_default(),
            match (grows, total) {
                (true, Some(total)) => figure(total),
                _ => String::new(),
            },
            covered_in(words, piece.coverage, share).unwrap_or_default(),
        ]
    };
    found.pieces.iter().map(row).collect()
}

/// The closed periods and the running one as columns.
fn by_period(
    words: Words,
    sheet: &ItemSheet,
    (readings, own): (&[&Read], Option<(&ItemUse, &InstanceUse)>),
) -> Option<Columns> {
    let (_, unit) = quantity(words, "2", unit_of(&sheet.item));
    let alone = sheet.instances().count() == 1;
    // The allowance is shared: one instance alone is not held against it.
    let included = alone.then(|| allowance(&sheet.item)).flatten();
    let mut drawn: Vec<Column> = newest(readings)
        .map(|read| {
            let reading = &read.reading;
            Column::of(words, reading.period).with(words, reading.quantity.decimal(), included)
        })
        .collect();
    if let Some((running, projection)) =
        own.and_then(|(running, found)| Some((running, found.projection.as_ref()?)))
    {
        let so_far = projection.so_far.decimal();
        let at_end = projection.at_end.map_or(so_far, |end| end.decimal());
        drawn.push(Column {
            expected: at_end.saturating_sub(so_far).max(Decimal::ZERO),
            ..Column::of(words, running.at.window).with(words, so_far, included)
        });
    }
    let title = words.say("running-before");
    columns(words, &title, &unit, &drawn)
}

/// The newest revision of each period.
fn newest<'a>(readings: &'a [&'a Read]) -> impl Iterator<Item = &'a Read> {
    let same = |a: &&Read, b: &&Read| a.reading.period == b.reading.period;
    readings.chunk_by(same).filter_map(|of| of.last().copied())
}

fn rows(
    words: Words,
    sheet: &ItemSheet,
    readings: &[&Read],
    own: Option<(&ItemUse, &InstanceUse)>,
) -> Vec<Row> {
    let places = places(readings, own);
    let figure = |value: Decimal| format::readable(value, places.quantity, words.0);
    let included = allowance(&sheet.item).map(figure);
    let mut rows = Vec::new();
    if let Some((running, found)) = own {
        let so_far = found.reading.as_ref();
        rows.push(Row {
            period: format::span_in_words(running.at.window, words.0),
            before: Vec::new(),
            quantity: so_far
                .map(|one| figure(one.quantity.decimal()))
                .unwrap_or_default(),
            included: included_of(running).map(figure).unwrap_or_default(),
            coverage: found
                .projection
                .as_ref()
                .and_then(|one| covered_in(words, one.measured, places.share))
                .unwrap_or_default(),
            state: "running",
            state_text: words.say("running-state"),
            since: words.with(
                "running-as-of",
                &text("moment", &moment(words, running.as_of)),
            ),
            revision: String::new(),
        });
    }
    let same = |a: &&Read, b: &&Read| a.reading.period == b.reading.period;
    for of in readings.chunk_by(same).rev() {
        let Some((last, before)) = of.split_last() else {
            continue;
        };
        rows.push(closed_row(words, (last, before), included.clone(), places));
    }
    rows
}

/// True for all or nothing, which need no places.
fn whole(coverage: Ratio) -> bool {
    coverage == Ratio::whole(0) || coverage == Ratio::whole(1)
}

/// The places of the columns, by the closed periods and the running one.
fn places(readings: &[&Read], own: Option<(&ItemUse, &InstanceUse)>) -> Places {
    let running = own.and_then(|(_, found)| found.reading.as_ref());
    let closed = newest(readings).map(|read| &read.reading);
    let quantities = running.into_iter().chain(closed);
    let measured = own.and_then(|(_, found)| Some(found.projection.as_ref()?.measured));
    let mut shares = newest(readings).map(|read| read.reading.coverage);
    let all_whole = measured.is_none_or(whole) && shares.all(whole);
    Places {
        quantity: format::places(quantities.map(|one| one.quantity.decimal())),
        share: if all_whole { 0 } else { 2 },
    }
}

fn closed_row(
    words: Words,
    (last, before): (&Read, &[&Read]),
    included: Option<String>,
    places: Places,
) -> Row {
    let figure = |value: Decimal| format::readable(value, places.quantity, words.0);
    let reading = &last.reading;
    let before = before.iter().map(|read| {
        let revision = read.reading.revision.to_string();
        let quantity = figure(read.reading.quantity.decimal());
        let moment = moment(words, read.record.recorded_at);
        let arguments = [
            ("revision", Argument::Text(&revision)),
            ("quantity", Argument::Text(&quantity)),
            ("moment", Argument::Text(&moment)),
        ];
        words.with("usage-before", &arguments)
    });
    let before: Vec<String> = before.collect();
    let revision = reading.revision.to_string();
    let (state, state_text) = match (before.is_empty(), reading.estimated) {
        (false, _) => ("open", words.say("running-corrected")),
        (true, true) => ("open", words.say("running-estimated")),
        (true, false) => ("good", words.say("running-closed")),
    };
    Row {
        period: format::span_in_words(reading.period, words.0),
        quantity: figure(reading.quantity.decimal()),
        included: included.unwrap_or_default(),
        coverage: covered_in(words, reading.coverage, places.share).unwrap_or_default(),
        state_text,
        since: moment(words, last.record.recorded_at),
        revision: words.with("usage-revision", &text("revision", &revision)),
        before,
        state,
    }
}
