//! A list as a workbook: real numbers and dates, the header frozen, columns as wide as they need.
//!
//! A workbook holds numbers in floating point with 15 digits (ECMA-376, part 1, 18.18.11). Figures
//! of at most 15 digits arrive exactly; longer ones are written as text, which no sum takes in by
//! accident.

use chrono::{DateTime, Datelike, NaiveDate, Timelike, Utc};
use rust_xlsxwriter::{ExcelDateTime, Format, FormatAlign, Workbook, Worksheet, XlsxError};

use super::cell::Value;

/// Digits that a number of a workbook holds.
const DIGITS: usize = 15;
/// Widest column, in characters.
const WIDEST: usize = 60;

/// The file.
pub(super) fn write(
    name: &str,
    header: &[String],
    rows: &[Vec<Value>],
) -> Result<Vec<u8>, XlsxError> {
    let mut book = Workbook::new();
    let sheet = book.add_worksheet();
    // A name has at most 31 signs, and none of these.
    let name: String = name
        .chars()
        .filter(|sign| !"[]:*?/\\'".contains(*sign))
        .collect();
    sheet.set_name(name.chars().take(31).collect::<String>())?;
    let head = Format::new().set_bold();
    for (column, text) in (0_u16..).zip(header) {
        sheet.write_string_with_format(0, column, text, &head)?;
    }
    sheet.set_freeze_panes(1, 0)?;
    for (row, values) in (1_u32..).zip(rows) {
        for (column, value) in (0_u16..).zip(values) {
            put(sheet, (row, column), value)?;
        }
    }
    for (column, width) in (0_u16..).zip(widths(header, rows)) {
        sheet.set_column_width(column, width)?;
    }
    book.save_to_buffer()
}

/// Characters of the widest text of each column, with room for one more.
fn widths(header: &[String], rows: &[Vec<Value>]) -> Vec<u32> {
    let mut widths: Vec<usize> = header.iter().map(|text| text.chars().count()).collect();
    for row in rows {
        for (width, value) in widths.iter_mut().zip(row) {
            let own = match value {
                Value::Nothing => 0,
                Value::Text(text) | Value::Decimal(text) => text.chars().count(),
                Value::Day(_) => 10,
                Value::Moment(_) => 16,
                // A sign between each three figures.
                Value::Money(money) => money.amount().len() * 4 / 3,
            };
            *width = own.max(*width);
        }
    }
    let width = |width: usize| u32::try_from(width.min(WIDEST) + 1).unwrap_or(u32::MAX);
    widths.into_iter().map(width).collect()
}

fn put(sheet: &mut Worksheet, (row, column): (u32, u16), value: &Value) -> Result<(), XlsxError> {
    match value {
        Value::Nothing => {}
        Value::Text(text) => {
            sheet.write_string(row, column, text)?;
        }
        Value::Day(day) => {
            let format = Format::new().set_num_format("yyyy-mm-dd");
            sheet.write_datetime_with_format(row, column, &date(*day)?, &format)?;
        }
        Value::Moment(at) => {
            let format = Format::new().set_num_format("yyyy-mm-dd hh:mm");
            sheet.write_datetime_with_format(row, column, &moment(*at)?, &format)?;
        }
        Value::Money(money) => {
            let places = money.currency().minor_digits();
            number(sheet, (row, column), &money.amount(), places)?;
        }
        Value::Decimal(text) => {
            let places = text.split_once('.').map_or(0, |(_, places)| places.len());
            let places = u32::try_from(places).unwrap_or(u32::MAX);
            number(sheet, (row, column), text, places)?;
        }
    }
    Ok(())
}

/// A day; one that a workbook cannot hold is refused.
fn date(day: NaiveDate) -> Result<ExcelDateTime, XlsxError> {
    let small = |number: u32| u8::try_from(number).unwrap_or(u8::MAX);
    let year = u16::try_from(day.year()).unwrap_or(u16::MAX);
    ExcelDateTime::from_ymd(year, small(day.month()), small(day.day()))
}

fn moment(at: DateTime<Utc>) -> Result<ExcelDateTime, XlsxError> {
    let hour = u16::try_from(at.hour()).unwrap_or(u16::MAX);
    let minute = u8::try_from(at.minute()).unwrap_or(u8::MAX);
    date(at.date_naive())?.and_hms(hour, minute, at.second())
}

/// A number with the places it has; text where it has more digits than a workbook keeps.
fn number(
    sheet: &mut Worksheet,
    (row, column): (u32, u16),
    text: &str,
    places: u32,
) -> Result<(), XlsxError> {
    let digits = text.bytes().filter(u8::is_ascii_digit).count();
    let value = text.parse().ok().filter(|_| digits <= DIGITS);
    let Some(value) = value else {
        let right = Format::new().set_align(FormatAlign::Right);
        sheet.write_string_with_format(row, column, text, &right)?;
        return Ok(());
    };
    let value: f64 = value;
    let format = match places {
        0 => "#,##0".to_owned(),
        places => format!("#,##0.{}", "0".repeat(places as usize)),
    };
    let format = Format::new().set_num_format(format);
    sheet.write_number_with_format(row, column, value, &format)?;
    Ok(())
}

#[cfg(test)]
mod tests {
    use std::io::Read;

    use super::*;
    use crate::billing::{Currency, Money};

    /// A part of a workbook as text.
    fn part(book: &[u8], name: &str) -> String {
        let mut archive = zip::ZipArchive::new(std::io::Cursor::new(book)).expect("a ZIP file");
        let mut text = String::new();
        let mut part = archive.by_name(name).expect("the part");
        part.read_to_string(&mut text).expect("UTF-8");
        text
    }

    #[test]
    fn figures_are_numbers_and_dates_are_days_under_a_frozen_header() {
        let header = ["Gross".to_owned(), "Issued".to_owned(), "Name".to_owned()];
        let rows = vec![vec![
            Value::Money(Money::new(-123_456, Currency::EUR)),
            Value::Day("2026-10-01".parse().expect("a day")),
            Value::Text("=1+1".to_owned()),
        ]];
        let book =
            write("A [list]: of 31 signs and some more", &header, &rows).expect("a workbook");
        let sheet = part(&book, "xl/worksheets/sheet1.xml");
        for expected in [
            "state=\"frozen\"",
            "<v>-1234.56</v>",
            // Days since 30 December 1899.
            "<v>46296</v>",
        ] {
            assert!(sheet.contains(expected), "{expected}: {sheet}");
        }
        assert!(!sheet.contains("<f>"), "text is never a formula: {sheet}");
    }

    #[test]
    fn what_a_workbook_cannot_hold_exactly_is_text() {
        let rows = vec![vec![Value::Decimal("1234567890123456.5".to_owned())]];
        let book = write("List", &["Quantity".to_owned()], &rows).expect("a workbook");
        let strings = part(&book, "xl/sharedStrings.xml");
        assert!(strings.contains("1234567890123456.5"), "{strings}");
    }
}
