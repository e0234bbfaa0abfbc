//! What a run changes against the last one, as its page shows it.

use chrono::NaiveDate;

use super::super::words::{Argument, Words};
use crate::billing::change::{Change, changes};
use crate::billing::{Currency, Money};
use crate::usecases::bill::Report;
use crate::web::format;

/// One currency then and now, written.
pub(super) struct Row {
    pub(super) currency: String,
    pub(super) documents: String,
    pub(super) before: String,
    pub(super) now: String,
    pub(super) difference: String,
    pub(super) share: String,
}

/// A run held against the last one that issued something.
pub(super) struct Against {
    /// Against which run, or that there is none.
    pub(super) said: String,
    pub(super) rows: Vec<Row>,
}

impl Against {
    pub(super) fn of(words: Words, before: Option<(NaiveDate, Report)>, now: &Report) -> Self {
        let Some((day, before)) = before else {
            return Self {
                said: words.say("run-change-none"),
                rows: Vec::new(),
            };
        };
        let nets = |report: &Report| -> Vec<Money> {
            let nets = report.issued.iter().map(|row| row.net);
            nets.collect()
        };
        let found = changes(nets(&before), nets(now)).unwrap_or_default();
        let day = format::date(day, words.0);
        Self {
            said: words.with("run-change-net", &[("day", Argument::Text(&day))]),
            rows: found.into_iter().map(|one| row(words, one)).collect(),
        }
    }
}

fn row(words: Words, (currency, change): (Currency, Change)) -> Row {
    let Change {
        before,
        now,
        difference,
        share,
    } = change;
    // A side without documents came to nothing: a dash, not a zero.
    let sum = |side: crate::billing::change::Side| match side.documents {
        0 => String::new(),
        _ => format::amount(side.sum, words.0),
    };
    let counts = [
        ("now", Argument::Count(now.documents)),
        ("before", Argument::Count(before.documents)),
    ];
    let share = share.and_then(|share| format::change(share, 1, words.0));
    Row {
        currency: currency.to_string(),
        documents: words.with("run-change-documents", &counts),
        before: sum(before),
        now: sum(now),
        difference: format::difference(difference, words.0),
        share: share.unwrap_or_default(),
    }
}
