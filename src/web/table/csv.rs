//! CSV by RFC 4180: UTF-8, comma, CRLF, a header. Figures have a decimal point and no thousands,
//! dates are ISO 8601, instants UTC. It begins with a byte order mark: without it a spreadsheet
//! takes the text for another encoding.
//!
//! A spreadsheet runs text that begins like a formula. Such text gets an apostrophe before it,
//! which spreadsheets take for "this is text"; figures are written by us alone and get none.

use super::cell::Value;

/// U+FEFF (Unicode, chapter 23.8).
const MARK: char = '\u{feff}';

/// One line for each row, and the header before them.
pub(super) fn write(header: &[String], rows: &[Vec<Value>]) -> Vec<u8> {
    let mut out = String::from(MARK);
    line(&mut out, header.iter().map(|text| guarded(text)));
    for row in rows {
        line(&mut out, row.iter().map(plain));
    }
    out.into_bytes()
}

fn plain(value: &Value) -> String {
    match value {
        Value::Nothing => String::new(),
        Value::Text(text) => guarded(text),
        Value::Day(day) => day.format("%Y-%m-%d").to_string(),
        Value::Moment(at) => at.format("%Y-%m-%dT%H:%M:%SZ").to_string(),
        Value::Money(money) => money.amount(),
        Value::Decimal(text) => text.clone(),
    }
}

/// Signs with which a formula may begin, for one spreadsheet or another
/// (<https://owasp.org/www-community/attacks/CSV_Injection>).
const FORMULA: [char; 6] = ['=', '+', '-', '@', '\t', '\r'];

fn guarded(text: &str) -> String {
    match text.starts_with(FORMULA) {
        true => format!("'{text}"),
        false => text.to_owned(),
    }
}

fn line(out: &mut String, fields: impl Iterator<Item = String>) {
    for (place, field) in fields.enumerate() {
        if place > 0 {
            out.push(',');
        }
        if field.contains([',', '"', '\r', '\n']) {
            out.push('"');
            out.push_str(&field.replace('"', "\"\""));
            out.push('"');
        } else {
            out.push_str(&field);
        }
    }
    out.push_str("\r\n");
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::billing::{Currency, Money};

    fn written(values: Vec<Value>) -> String {
        let text = String::from_utf8(write(&["A".to_owned()], &[values])).expect("UTF-8");
        text.strip_prefix(MARK).expect("a mark").to_owned()
    }

    #[test]
    fn figures_are_plain_and_dates_are_iso() {
        let values = vec![
            Value::Money(Money::new(-123_456, Currency::EUR)),
            Value::Decimal("-0.125".to_owned()),
            Value::Day("2026-10-01".parse().expect("a day")),
            Value::Moment("2026-10-01T09:00:00.5Z".parse().expect("an instant")),
            Value::Nothing,
        ];
        let expected = "A\r\n-1234.56,-0.125,2026-10-01,2026-10-01T09:00:00Z,\r\n";
        assert_eq!(written(values), expected);
    }

    #[test]
    fn what_parts_fields_is_quoted() {
        let text = |text: &str| Value::Text(text.to_owned());
        let values = vec![text("a, \"b\""), text("two\r\nlines"), text("Straße; Köln")];
        let expected = "A\r\n\"a, \"\"b\"\"\",\"two\r\nlines\",Straße; Köln\r\n";
        assert_eq!(written(values), expected);
    }

    #[test]
    fn no_text_is_a_formula() {
        for text in [
            "=1+1",
            "+49 30",
            "-2",
            "@SUM(A1)",
            "\tx",
            "\rx",
            "=HYPERLINK(\"a\")",
        ] {
            let line = written(vec![Value::Text(text.to_owned())]);
            let field = line
                .strip_prefix("A\r\n")
                .expect("a row")
                .trim_start_matches('"');
            assert!(field.starts_with('\''), "{text:?}: {field}");
        }
        assert_eq!(written(vec![Value::Text("a=1".to_owned())]), "A\r\na=1\r\n");
    }
}
