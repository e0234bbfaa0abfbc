//! What a customer still owes: which invoices are overdue, which falls due next, what was paid.

use std::collections::BTreeMap;

use chrono::{Datelike, NaiveDate};

use super::super::payments::Standings;
use super::super::words::{Argument, Words};
use super::invoices::{Figure, Listed, payable};
use crate::billing::invoice::DocumentType;
use crate::billing::payment::Settlement;
use crate::billing::{Currency, Money};
use crate::db::invoices::InvoiceState;
use crate::web::format;

/// Open invoices of a customer, those that have waited longest first.
pub(super) struct Open<'a> {
    /// Invoices with what is open of each.
    pub(super) all: Vec<(&'a Listed<'a>, Money)>,
    today: NaiveDate,
    paid: BTreeMap<Currency, Money>,
}

impl<'a> Open<'a> {
    /// Of all invoices of a customer.
    pub(super) fn of(listed: &'a [Listed<'a>], stands: &Standings, today: NaiveDate) -> Self {
        let mut all = Vec::new();
        let mut paid = BTreeMap::new();
        for one in listed {
            let (stored, view) = one;
            let cancelled = matches!(stored.state, InvoiceState::Cancelled { .. });
            if cancelled || view.document_type == DocumentType::CreditNote {
                continue;
            }
            match stands.of(stored) {
                Some(Settlement::Open { open } | Settlement::Partly { open, .. }) => {
                    all.push((one, *open));
                }
                Some(Settlement::Paid { on: Some(on) }) if on.year() == today.year() => {
                    add(&mut paid, payable(view));
                }
                _ => {}
            }
        }
        all.sort_by_key(|((stored, view), _)| (view.payment.due_date, stored.id.0));
        Self { all, today, paid }
    }

    fn overdue(&self) -> impl Iterator<Item = &(&'a Listed<'a>, Money)> {
        let late = |(listed, _): &&(&Listed<'_>, Money)| listed.1.payment.due_date < self.today;
        self.all.iter().filter(late)
    }

    fn next(&self) -> impl Iterator<Item = &(&'a Listed<'a>, Money)> {
        let due = |(listed, _): &&(&Listed<'_>, Money)| listed.1.payment.due_date >= self.today;
        self.all.iter().filter(due)
    }

    /// What is the case, in one or two sentences.
    pub(super) fn lead(&self, words: Words) -> String {
        if self.all.is_empty() {
            return words.say("portal-lead-settled");
        }
        let (late, coming) = (self.overdue().count(), self.next().count());
        let amount = sums(words, self.overdue().map(|(_, open)| *open));
        let day = self.next().next();
        let day = day.map(|(listed, _)| format::date(listed.1.payment.due_date, words.0));
        let day = day.unwrap_or_default();
        let arguments = [
            ("overdue", Argument::Count(late as u64)),
            ("coming", Argument::Count(coming as u64)),
            ("amount", Argument::Text(amount.as_str())),
            ("day", Argument::Text(day.as_str())),
        ];
        match (late, coming) {
            (_, 0) => words.with("portal-lead-overdue", &arguments),
            (0, _) => words.with("portal-lead-due", &arguments),
            _ => {
                let first = words.with("portal-lead-overdue", &arguments);
                let second = words.with("portal-lead-more", &arguments);
                format!("{first} {second}")
            }
        }
    }

    /// Overdue, due next, and paid in this year.
    pub(super) fn figures(&self, words: Words) -> Vec<Figure> {
        let late = self.overdue().count();
        let mut figures = Vec::new();
        if late > 0 {
            figures.push(Figure {
                label: words.say("cash-overdue"),
                value: sums(words, self.overdue().map(|(_, open)| *open)),
                href: "#open".to_owned(),
                note: words.with("portal-counted", &[("count", Argument::Count(late as u64))]),
            });
        }
        if let Some((listed, open)) = self.next().next() {
            let (stored, view) = *listed;
            let number = stored.number().unwrap_or_default();
            figures.push(Figure {
                label: words.say("portal-due-next"),
                value: format::money(*open, words.0),
                href: format!("/portal/invoices/{number}"),
                note: format::date(view.payment.due_date, words.0),
            });
        }
        let year = self.today.year().to_string();
        figures.push(Figure {
            label: words.with("portal-paid-in", &[("year", Argument::Text(&year))]),
            value: match self.paid.is_empty() {
                true => format::NOTHING.to_owned(),
                false => sums(words, self.paid.values().copied()),
            },
            href: String::new(),
            note: String::new(),
        });
        figures
    }
}

fn add(sums: &mut BTreeMap<Currency, Money>, money: Money) {
    let currency = money.currency();
    let sum = sums.entry(currency).or_insert(Money::zero(currency));
    // Amounts of a customer are far from the ends of their range; one that is not is left out.
    if let Ok(more) = sum.plus(money) {
        *sum = more;
    }
}

/// Sums, one a currency.
fn sums(words: Words, all: impl Iterator<Item = Money>) -> String {
    let mut found = BTreeMap::new();
    for one in all {
        add(&mut found, one);
    }
    let written = found.values().map(|sum| format::money(*sum, words.0));
    written.collect::<Vec<_>>().join(" · ")
}
