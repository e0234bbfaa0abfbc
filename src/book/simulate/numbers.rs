//! Numbers of simulated documents.
//!
//! A document may name an earlier one before numbers are given: the number depends on all
//! contracts. It carries a stand-in until then.

use std::collections::BTreeMap;

use chrono::Datelike;

use super::NumberedInvoice;
use crate::billing::derivation::Derivation;
use crate::billing::invoice::{Invoice, PrecedingDocument};

/// Opens every stand-in; no number of ours contains it.
const MARK: char = '\u{1}';

/// The stand-in for the number of a document: a contract has one document a day.
pub(super) fn stand_in(invoice: &Invoice) -> PrecedingDocument {
    PrecedingDocument {
        number: format!("{MARK}{}{MARK}{}", invoice.contract, invoice.issue_date),
        issue_date: invoice.issue_date,
    }
}

/// Numbers documents in order of issue date, customer and contract: per series and year of the
/// issue date, without gaps.
pub(super) fn give(mut drafts: Vec<Invoice>) -> Vec<NumberedInvoice> {
    drafts.sort_by(|a, b| {
        let key = |i: &Invoice| (i.issue_date, i.customer.number);
        (key(a), &a.contract).cmp(&(key(b), &b.contract))
    });
    let mut counters: BTreeMap<(String, i32), u32> = BTreeMap::new();
    let mut numbered = Vec::with_capacity(drafts.len());
    let mut named = false;
    for invoice in drafts {
        let (series, year) = (invoice.seller.series.clone(), invoice.issue_date.year());
        let count = counters.entry((series.clone(), year)).or_insert(0);
        *count += 1;
        named |= invoice.preceding.is_some() || invoice.lines.iter().any(corrects);
        numbered.push(NumberedInvoice {
            number: format!("{series}-{year}-{count:05}"),
            invoice,
        });
    }
    if named {
        replace(&mut numbered);
    }
    numbered
}

fn corrects(line: &crate::billing::invoice::Line) -> bool {
    names(&line.derivation)
}

fn names(derivation: &Derivation) -> bool {
    let source = derivation.source.as_ref();
    source.is_some_and(|source| source.id.starts_with(MARK)) || derivation.because.iter().any(names)
}

fn replace(numbered: &mut [NumberedInvoice]) {
    let numbers: BTreeMap<String, String> = numbered
        .iter()
        .map(|given| (stand_in(&given.invoice).number, given.number.clone()))
        .collect();
    for NumberedInvoice { invoice, .. } in numbered {
        if let Some(preceding) = &mut invoice.preceding {
            settle(&mut preceding.number, &numbers);
        }
        for line in &mut invoice.lines {
            walk(&mut line.derivation, &numbers);
        }
    }
}

fn walk(derivation: &mut Derivation, numbers: &BTreeMap<String, String>) {
    if let Some(source) = &mut derivation.source {
        settle(&mut source.id, numbers);
    }
    for reason in &mut derivation.because {
        walk(reason, numbers);
    }
}

fn settle(text: &mut String, numbers: &BTreeMap<String, String>) {
    if let Some(number) = numbers.get(text) {
        text.clone_from(number);
    }
}
