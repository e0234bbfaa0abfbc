//! Uploads for whoever may not push: samples as CSV (RFC 4180) or JSON, events as JSON.
//!
//! A structure that cannot be trusted (an unknown column, a row that is too short) refuses the
//! whole file, so that a person mends it and sends it again; a single value or time that is none
//! refuses its row. What was entered by hand comes as the same JSON, with who and why.

use std::borrow::Cow;

use serde::Deserialize;

use super::Context;
use super::cloud_events::{self, CloudEvent};
use super::error::{DecodeError, Reason};
use super::json_scalar::Scalar;
use super::remote_write::{key_of, kind_by_name};
use super::sample::{Decoded, SampleKind};
use super::value::{SampleValue, instant_from_text};

/// Longest name, reference and note, in bytes.
const LONGEST_NOTE: usize = 2_000;

/// One sample of an upload.
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
struct Row<'a> {
    #[serde(borrow, default)]
    instance: Option<Cow<'a, str>>,
    #[serde(borrow)]
    metric: Cow<'a, str>,
    #[serde(borrow)]
    time: Cow<'a, str>,
    #[serde(borrow)]
    value: Scalar<'a>,
    #[serde(borrow, default)]
    unit: Option<Cow<'a, str>>,
    #[serde(borrow, default)]
    kind: Option<Cow<'a, str>>,
    #[serde(borrow, default)]
    start: Option<Cow<'a, str>>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Upload<'a> {
    /// Who entered it by hand; set by the server, never taken from an upload.
    #[serde(borrow, default)]
    by: Option<Cow<'a, str>>,
    /// What proves it.
    #[serde(borrow, default)]
    note: Option<Cow<'a, str>>,
    #[serde(borrow, default)]
    samples: Vec<Row<'a>>,
    #[serde(borrow, default)]
    events: Vec<CloudEvent<'a>>,
}

fn wrong(line: usize, reason: impl Into<String>) -> DecodeError {
    DecodeError::Upload {
        line,
        reason: reason.into(),
    }
}

/// Decodes an upload in JSON.
///
/// # Errors
/// [`DecodeError::TooLarge`], [`DecodeError::TooMany`], [`DecodeError::Json`],
/// [`DecodeError::Upload`].
pub fn decode_json(body: &[u8], context: &Context<'_>) -> Result<Decoded, DecodeError> {
    cloud_events::check_size(body, &context.limits)?;
    let upload: Upload<'_> =
        serde_json::from_slice(body).map_err(|error| DecodeError::json(&error))?;
    let said = upload.by.iter().chain(&upload.note);
    if said
        .map(|text| text.len())
        .any(|length| length > LONGEST_NOTE)
    {
        return Err(wrong(1, "a note has 2,000 bytes at most"));
    }
    let mut decoded = Decoded::default();
    for (place, row) in upload.samples.iter().enumerate() {
        accept(row, place + 1, context, &mut decoded)?;
    }
    for event in upload.events {
        cloud_events::accept(event.told(), context, &mut decoded)?;
    }
    Ok(decoded)
}

/// Who entered the usage of a document, if somebody did by hand.
pub fn entered_by(body: &[u8]) -> Option<String> {
    let upload: Upload<'_> = serde_json::from_slice(body).ok()?;
    upload.by.map(Cow::into_owned)
}

/// Decodes an upload in CSV: a header of `metric`, `time`, `value` and, if wanted, `instance`,
/// `unit`, `kind` and `start`, in any order; commas or semicolons.
///
/// # Errors
/// [`DecodeError::TooLarge`], [`DecodeError::TooMany`], [`DecodeError::Utf8`],
/// [`DecodeError::Upload`].
pub fn decode_csv(body: &[u8], context: &Context<'_>) -> Result<Decoded, DecodeError> {
    cloud_events::check_size(body, &context.limits)?;
    let text = std::str::from_utf8(body).map_err(|_| DecodeError::Utf8)?;
    let text = text.strip_prefix('\u{feff}').unwrap_or(text);
    let first = text.lines().next().unwrap_or_default();
    let separator = if first.contains(';') { ';' } else { ',' };
    let mut lines = Lines {
        rest: text,
        line: 0,
        separator,
    };
    let header = lines.next()?.ok_or_else(|| wrong(1, "the file is empty"))?;
    let columns = columns(&header)?;
    let mut decoded = Decoded::default();
    while let Some(cells) = lines.next()? {
        if cells.len() == 1 && cells.iter().all(|cell| cell.is_empty()) {
            continue;
        }
        if cells.len() != columns.len() {
            let text = format!("{} cells under {} columns", cells.len(), columns.len());
            return Err(wrong(lines.line, text));
        }
        let mut row = Row::default();
        for (column, cell) in columns.iter().zip(cells) {
            let given = Some(cell.clone()).filter(|cell| !cell.is_empty());
            match column {
                Column::Instance => row.instance = given,
                Column::Metric => row.metric = cell,
                Column::Time => row.time = cell,
                Column::Value => row.value = Scalar(given),
                Column::Unit => row.unit = given,
                Column::Kind => row.kind = given,
                Column::Start => row.start = given,
            }
        }
        accept(&row, lines.line, context, &mut decoded)?;
    }
    Ok(decoded)
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Column {
    Instance,
    Metric,
    Time,
    Value,
    Unit,
    Kind,
    Start,
}

fn columns(header: &[Cow<'_, str>]) -> Result<Vec<Column>, DecodeError> {
    let mut columns = Vec::with_capacity(header.len());
    for name in header {
        let column = match name.trim() {
            "instance" => Column::Instance,
            "metric" => Column::Metric,
            "time" => Column::Time,
            "value" => Column::Value,
            "unit" => Column::Unit,
            "kind" => Column::Kind,
            "start" => Column::Start,
            _ => {
                let known = "instance, metric, time, value, unit, kind or start is expected";
                return Err(wrong(1, format!("a column has another name: {known}")));
            }
        };
        if columns.contains(&column) {
            return Err(wrong(1, format!("the column {name} stands twice")));
        }
        columns.push(column);
    }
    for needed in [Column::Metric, Column::Time, Column::Value] {
        if !columns.contains(&needed) {
            return Err(wrong(1, "the columns metric, time and value are needed"));
        }
    }
    Ok(columns)
}

/// Rows of cells (RFC 4180): quoted cells may hold separators, line breaks and doubled quotes.
struct Lines<'a> {
    rest: &'a str,
    /// The line on which the row that was read last begins.
    line: usize,
    separator: char,
}

impl<'a> Lines<'a> {
    fn next(&mut self) -> Result<Option<Vec<Cow<'a, str>>>, DecodeError> {
        if self.rest.is_empty() {
            return Ok(None);
        }
        self.line += 1;
        let begun = self.line;
        let mut cells = Vec::new();
        loop {
            let cell = if self.rest.starts_with('"') {
                self.quoted(begun)?
            } else {
                let ends = [self.separator, '\n', '\r', '"'];
                let end = self.rest.find(ends).unwrap_or(self.rest.len());
                Cow::Borrowed(self.take(end))
            };
            cells.push(cell);
            let rest = self.rest;
            if let Some(rest) = rest.strip_prefix(self.separator) {
                self.rest = rest;
                continue;
            }
            let ended = rest
                .strip_prefix("\r\n")
                .or_else(|| rest.strip_prefix('\n'));
            match ended {
                Some(rest) => self.rest = rest,
                None if rest.is_empty() => {}
                None => return Err(wrong(begun, "a quote or a bare carriage return in a cell")),
            }
            return Ok(Some(cells));
        }
    }

    fn take(&mut self, end: usize) -> &'a str {
        let (taken, rest) = self.rest.split_at_checked(end).unwrap_or((self.rest, ""));
        self.rest = rest;
        taken
    }

    fn quoted(&mut self, begun: usize) -> Result<Cow<'a, str>, DecodeError> {
        self.take(1);
        let mut cell = String::new();
        loop {
            let end = self.rest.find('"');
            let end = end.ok_or_else(|| wrong(begun, "a quote is not closed"))?;
            let part = self.take(end);
            self.line += part.matches('\n').count();
            cell.push_str(part);
            self.take(1);
            if !self.rest.starts_with('"') {
                return Ok(Cow::Owned(cell));
            }
            cell.push('"');
            self.take(1);
        }
    }
}

/// Takes one sample as a series of its own.
fn accept(
    row: &Row<'_>,
    line: usize,
    context: &Context<'_>,
    decoded: &mut Decoded,
) -> Result<(), DecodeError> {
    let kind = match row.kind.as_deref() {
        None => kind_by_name(&row.metric),
        Some("gauge") => SampleKind::Gauge,
        Some("cumulative") => SampleKind::Cumulative,
        Some("delta") => SampleKind::Delta,
        Some(_) => return Err(wrong(line, "the kind is gauge, cumulative or delta")),
    };
    let value = row.value.0.as_deref().map(str::trim);
    let value = value.map_or(Err(Reason::ValueMissing), SampleValue::parse);
    let start = row.start.as_deref().map(instant_from_text);
    let time = match start {
        // A start that is none would make a delta of unknown length.
        Some(None) => None,
        _ => instant_from_text(row.time.trim()),
    };
    let from = decoded.points.len();
    let limits = &context.limits;
    decoded.push_point(kind, time, start.flatten(), value, &row.metric, limits)?;
    let instance = row.instance.as_deref().or(context.instance);
    let none: &mut [(&str, &str)] = &mut [];
    let key = key_of(instance.unwrap_or_default(), &row.metric, none, limits);
    let unit = row.unit.as_deref();
    decoded.close_series(from, key, &row.metric, kind, unit, limits)
}

#[cfg(test)]
mod tests {
    use chrono::{DateTime, Utc};

    use super::super::limits::Limits;
    use super::*;

    fn context() -> Context<'static> {
        Context {
            instance: Some("a.example"),
            received_at: DateTime::<Utc>::UNIX_EPOCH,
            limits: Limits::DEFAULT,
        }
    }

    #[test]
    fn a_spreadsheet_of_either_separator_is_read() {
        let comma = "metric,time,value,unit\r\n\"storage, media\",2026-03-01T00:00:00Z,442,By\r\n";
        let semicolon = "\u{feff}metric;time;value;unit\n\"storage, media\";\
                         2026-03-01T00:00:00Z;442;By\n\n";
        let one = decode_csv(comma.as_bytes(), &context()).unwrap();
        assert_eq!(
            decode_csv(semicolon.as_bytes(), &context()).as_ref(),
            Ok(&one)
        );
        assert_eq!(one.series[0].key.metric(), "storage, media");
        assert_eq!(one.series[0].key.instance(), "a.example");
        assert_eq!(one.points[0].value, SampleValue::Integer(442));
        let json = r#"{"samples": [{"metric": "storage, media", "unit": "By", "value": "442",
            "time": "2026-03-01T00:00:00Z"}]}"#;
        assert_eq!(decode_json(json.as_bytes(), &context()), Ok(one));
    }

    #[test]
    fn a_wrong_structure_is_named_by_its_line_and_a_wrong_value_by_its_row() {
        let refused = |text: &str| match decode_csv(text.as_bytes(), &context()) {
            Err(DecodeError::Upload { line, .. }) => line,
            other => panic!("{other:?}"),
        };
        assert_eq!(refused(""), 1);
        assert_eq!(refused("metric,time\n"), 1);
        assert_eq!(refused("metric,time,value,colour\n"), 1);
        assert_eq!(refused("metric,time,value,value\n"), 1);
        let head = "metric,time,value,note\n".replace("note", "unit");
        assert_eq!(refused(&format!("{head}a,b\n")), 2);
        assert_eq!(refused(&format!("{head}\"a\n\n,b")), 2);
        let rows = "m,2026-03-01T00:00:00Z,x,\nm,yesterday,1,\nm,2026-03-01T00:00:00Z,1.5,\n";
        let decoded = decode_csv(format!("{head}{rows}").as_bytes(), &context()).unwrap();
        let reasons: Vec<Reason> = decoded.rejected.iter().map(|one| one.reason).collect();
        assert_eq!(reasons, [Reason::ValueMissing, Reason::Time]);
        assert_eq!(decoded.points.len(), 1);
    }
}
