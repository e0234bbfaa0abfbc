//! Key figures of a contract: what it brings, how long it binds, and what was invoiced.

use chrono::NaiveDate;

use super::super::words::{Argument, Words};
use super::timeline::later_notice;
use super::{count, day, last_day, text};
use crate::usecases::contracts::ContractSheet;
use crate::web::format;

/// A key figure: label, value, unit, line below.
pub(super) struct Figure {
    pub(super) label: String,
    pub(super) value: String,
    pub(super) unit: String,
    pub(super) note: String,
}

/// The strip of key figures.
pub(super) fn figures(words: Words, sheet: &ContractSheet) -> Vec<Figure> {
    let contract = &sheet.contract;
    let fee = sheet.fee;
    let mut figures = vec![Figure {
        label: words.say("contract-fee-now"),
        value: fee.map_or(format::NOTHING.to_owned(), |fee| {
            format::amount(fee, words.0)
        }),
        unit: fee.map_or(String::new(), |fee| fee.currency().to_string()),
        note: words.say("contract-fee-note"),
    }];
    let binds = sheet.next_end.or(sheet.end);
    figures.push(Figure {
        label: match sheet.end.is_some_and(|end| end <= sheet.today) {
            true => words.say("contract-ended-label"),
            false => words.say("contract-binds"),
        },
        value: binds.map_or(format::NOTHING.to_owned(), |end| last_day(words, end)),
        unit: String::new(),
        note: binds_note(words, sheet, binds),
    });
    let notice = binds
        .filter(|end| sheet.end != Some(*end) && contract.term.end.is_some())
        .and_then(|end| later_notice(&contract.term, end));
    if let Some(notice) = notice {
        let left = notice.signed_duration_since(sheet.today).num_days();
        let left = u32::try_from(left.max(0)).unwrap_or(u32::MAX);
        figures.push(Figure {
            label: words.say("contract-notice-last"),
            value: day(words, notice),
            unit: String::new(),
            note: words.with("contract-notice-left", &count("days", left)),
        });
    }
    if let Some(invoiced) = &sheet.invoiced {
        let sums = sheet.net.iter().map(|sum| format::amount(*sum, words.0));
        let all = [("count", Argument::Count(invoiced.count))];
        figures.push(Figure {
            label: words.say("contract-invoiced"),
            value: match sheet.net.is_empty() {
                true => format::NOTHING.to_owned(),
                false => sums.collect::<Vec<_>>().join(" + "),
            },
            unit: sheet
                .net
                .first()
                .map_or(String::new(), |sum| sum.currency().to_string()),
            note: words.with("contract-invoiced-note", &all),
        });
    }
    figures
}

fn binds_note(words: Words, sheet: &ContractSheet, binds: Option<NaiveDate>) -> String {
    match (sheet.end, sheet.contract.term.renewal) {
        (Some(end), _) if Some(end) == binds => words.say("contract-binds-end"),
        (longest, Some(renewal)) => {
            let renews = words.with("contract-renews", &count("months", renewal.months));
            match longest {
                Some(end) => {
                    let last = last_day(words, end);
                    let most = words.with("contract-at-most", &text("day", &last));
                    format!("{renews} · {most}")
                }
                None => renews,
            }
        }
        _ => words.say("contract-binds-open"),
    }
}
