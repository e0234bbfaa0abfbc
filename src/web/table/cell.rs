//! A cell: how it reads on a page, and what it holds exactly for a file.

use chrono::{DateTime, NaiveDate, Utc};

use super::super::words::Words;
use crate::billing::Money;
use crate::web::format;

/// What a cell holds exactly.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(in super::super) enum Value {
    /// Nothing.
    #[default]
    Nothing,
    Text(String),
    Day(NaiveDate),
    Moment(DateTime<Utc>),
    Money(Money),
    /// A decimal number as plain text, such as `-1234.5`.
    Decimal(String),
}

/// A link or button of a cell.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(in super::super) struct CellLink {
    pub(in super::super) label: String,
    pub(in super::super) href: String,
    /// What it acts on, for those who hear it without its row.
    pub(in super::super) object: String,
}

/// A cell.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(in super::super) struct Cell {
    pub(in super::super) text: String,
    pub(in super::super) second: String,
    pub(in super::super) href: String,
    /// Currency or unit.
    pub(in super::super) unit: String,
    /// Shape of a state.
    pub(in super::super) badge: &'static str,
    pub(in super::super) links: Vec<CellLink>,
    /// What stands in files.
    pub(in super::super) value: Value,
    /// What stands in files for the second line.
    pub(in super::super) second_value: Value,
}

impl Cell {
    /// Words, with a second line of detail or none.
    pub(in super::super) fn words(text: impl Into<String>, second: impl Into<String>) -> Self {
        let (text, second) = (text.into(), second.into());
        Self {
            value: Value::Text(text.clone()),
            second_value: Value::Text(second.clone()),
            text,
            second,
            ..Self::default()
        }
    }

    /// The head of a row.
    pub(in super::super) fn head(
        text: impl Into<String>,
        href: impl Into<String>,
        second: impl Into<String>,
    ) -> Self {
        Self {
            href: href.into(),
            ..Self::words(text, second)
        }
    }

    /// A date.
    pub(in super::super) fn day(words: Words, day: NaiveDate) -> Self {
        Self {
            text: format::date(day, words.0),
            value: Value::Day(day),
            ..Self::default()
        }
    }

    /// An amount; an en dash where there is none.
    pub(in super::super) fn money(words: Words, money: Option<Money>) -> Self {
        let Some(money) = money else {
            return Self::default();
        };
        Self {
            text: format::amount(money, words.0),
            unit: money.currency().to_string(),
            value: Value::Money(money),
            second_value: Value::Text(money.currency().to_string()),
            ..Self::default()
        }
    }

    /// A figure as it reads, its unit, and the plain decimal text it stands for.
    pub(in super::super) fn figure(text: String, unit: String, exact: String) -> Self {
        Self {
            text,
            value: Value::Decimal(exact),
            second_value: Value::Text(unit.clone()),
            unit,
            ..Self::default()
        }
    }

    /// Where something stands.
    pub(in super::super) fn state((badge, text): (&'static str, String)) -> Self {
        Self {
            value: Value::Text(text.clone()),
            text,
            badge,
            ..Self::default()
        }
    }

    /// Links: label and address, each acting on the same.
    pub(in super::super) fn links(
        links: impl IntoIterator<Item = (String, String)>,
        object: &str,
    ) -> Self {
        let link = |(label, href)| CellLink {
            label,
            href,
            object: object.to_owned(),
        };
        Self {
            links: links.into_iter().map(link).collect(),
            ..Self::default()
        }
    }

    /// The cell with something else in files.
    pub(in super::super) fn exact(self, value: Value) -> Self {
        Self { value, ..self }
    }
}
