//! Exports: exactly what is filtered, in its order, with the columns that are seen.

use axum::http::header;
use axum::response::{IntoResponse, Response};

use super::super::words::Words;
use super::cell::{Cell, Value};
use super::{Column, Kind, Listing, csv, seen, workbook};
use crate::db::browse::{Side, Window};
use crate::error::Problem;
use crate::usecases::Failure;
use crate::usecases::access::authenticate::SignedIn;

/// Rows that a file holds at most: a workbook is made in memory, some kilobytes a row.
const LIMIT: u64 = 20_000;
/// Rows that are loaded at once.
const STEP: u64 = 500;

/// A kind of file.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Format {
    Csv,
    Xlsx,
}

impl Format {
    pub(super) fn parse(text: &str) -> Option<Self> {
        match text {
            "csv" => Some(Self::Csv),
            "xlsx" => Some(Self::Xlsx),
            _ => None,
        }
    }
}

/// The file of a list.
///
/// # Errors
/// `web.too-many-rows`, `web.no-workbook`.
pub(super) async fn file<L: Listing>(
    words: Words,
    who: &SignedIn,
    listing: &L,
    (window, format): (Window<L::By>, Format),
) -> Result<Response, Failure> {
    let list = L::LIST;
    let columns: Vec<(usize, &Column)> = seen(list, who)
        .into_iter()
        .map(|place| (place, &list.columns[place]))
        .filter(|(_, column)| column.kind != Kind::Actions)
        .collect();
    let header = header_of(words, &columns);
    let rows = rows(listing, window, &columns).await?;
    let title = (list.texts)(words).title;
    let made = tokio::task::spawn_blocking(move || match format {
        Format::Csv => Ok(csv::write(&header, &rows)),
        Format::Xlsx => workbook::write(&title, &header, &rows),
    });
    let made = made
        .await
        .map_err(|error| Failure::of("web.no-workbook", &error))?;
    let bytes = made.map_err(|error| Failure::of("web.no-workbook", &error))?;
    let (kind, ending) = match format {
        Format::Csv => ("text/csv; charset=utf-8; header=present", "csv"),
        Format::Xlsx => (
            "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
            "xlsx",
        ),
    };
    let name = format!("attachment; filename=\"{}.{ending}\"", list.key);
    let headers = [
        (header::CONTENT_TYPE, kind.to_owned()),
        (header::CONTENT_DISPOSITION, name),
    ];
    Ok((headers, bytes).into_response())
}

/// Has a second column in files, for the currency, the unit or the second line?
fn is_double(column: &Column) -> bool {
    matches!(column.kind, Kind::Amount | Kind::Figure) || column.second.is_some()
}

fn header_of(words: Words, columns: &[(usize, &Column)]) -> Vec<String> {
    let mut header = Vec::new();
    for (_, column) in columns {
        header.push((column.header)(words));
        if is_double(column) {
            header.push(match (column.second, column.kind) {
                (Some(second), _) => second(words),
                (None, Kind::Amount) => words.say("list-currency"),
                (None, _) => words.say("list-unit"),
            });
        }
    }
    header
}

async fn rows<L: Listing>(
    listing: &L,
    window: Window<L::By>,
    columns: &[(usize, &Column)],
) -> Result<Vec<Vec<Value>>, Failure> {
    let mut all = Vec::new();
    let mut side = Side::Start;
    loop {
        let next = Window {
            by: window.by,
            descending: window.descending,
            side,
            rows: STEP,
        };
        let (rows, pages) = listing.load(next).await?;
        // Rows that vanished in between lead back to the start: all that is left was read.
        if !all.is_empty() && pages.first <= 1 {
            return Ok(all);
        }
        if pages.count > LIMIT || all.len() as u64 > LIMIT {
            let text = format!("there are more than {LIMIT} rows");
            return Err(Problem::new("web.too-many-rows", text).into());
        }
        all.extend(rows.into_iter().map(|row| values(row, columns)));
        match pages.after {
            Some(mark) => side = Side::After(mark),
            None => return Ok(all),
        }
    }
}

fn values(mut row: Vec<Cell>, columns: &[(usize, &Column)]) -> Vec<Value> {
    let mut values = Vec::with_capacity(columns.len());
    for (place, column) in columns {
        let cell = row.get_mut(*place).map(std::mem::take).unwrap_or_default();
        values.push(cell.value);
        if is_double(column) {
            values.push(cell.second_value);
        }
    }
    values
}
