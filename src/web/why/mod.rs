//! The answer to "why this amount?" as a page gives it: first the calculation as an equation, then
//! what proves each of its figures, in the reader's language.
//!
//! The figures come from the frozen line itself; from its derivation come the facts it rests on.
//! Nothing is computed here that the engine has not computed: an equation that does not come out at
//! the amount of the line is not shown.

mod equation;
mod proof;
#[cfg(test)]
mod tests;

use chrono::NaiveDate;

use super::words::{Argument, Words};
use crate::billing::derivation::Derivation;
use crate::billing::invoice::{Invoice, Line};
use crate::billing::{Currency, Money, Percent};
use crate::documents::view::SumView;

/// A factor of an equation, or what comes out of it.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Term {
    /// What stands before it: `×`, `+`, `−`, `=`, `→`; empty for the first.
    pub(super) sign: &'static str,
    pub(super) value: String,
    /// What the value is divided by; empty where it is no fraction.
    pub(super) under: String,
    pub(super) caption: String,
    /// Whether it is the amount that the document shows.
    pub(super) result: bool,
}

/// One fact that a figure rests on.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Proof {
    pub(super) label: String,
    pub(super) text: String,
    /// The page of the fact; empty where the reader has none.
    pub(super) href: String,
    pub(super) detail: String,
    /// What is too long to stand open: one line that says it, and the lines below it.
    pub(super) more: Option<(String, Vec<String>)>,
}

/// The whole answer.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Why {
    pub(super) equations: Vec<Vec<Term>>,
    pub(super) proof: Vec<Proof>,
}

/// Where the facts of an invoice have pages for this reader; empty where there is none.
#[derive(Debug, Clone, Default)]
pub(super) struct Pages {
    /// The page of the contract.
    pub(super) contract: String,
    /// The page of its readings.
    pub(super) usage: String,
    /// What stands before the number of an invoice, with a slash at its end.
    pub(super) invoices: &'static str,
}

/// Who asks, and about what.
#[derive(Clone, Copy)]
pub(super) struct Asked<'a> {
    pub(super) words: Words,
    pub(super) view: &'a Invoice,
    pub(super) pages: &'a Pages,
    /// The day on which the invoice was frozen.
    pub(super) frozen: NaiveDate,
}

impl Asked<'_> {
    fn currency(&self) -> Currency {
        self.view.currency
    }
}

/// Why a line has its amount.
pub(super) fn of_line(asked: Asked<'_>, line: &Line) -> Why {
    Why {
        equations: equation::of_line(asked, line),
        proof: proof::of_line(asked, line),
    }
}

/// Why an allowance takes off what it does; `shown` is its sum as the document words it.
pub(super) fn of_allowance(
    asked: Asked<'_>,
    (derivation, percent, amount): (&Derivation, Option<(Percent, Money)>, Money),
    shown: &SumView,
) -> Why {
    let mut equations = equation::of_credit(asked, derivation, percent, amount);
    let code = text("currency", asked.currency().code());
    for last in equations.iter_mut().filter_map(|terms| terms.last_mut()) {
        last.caption = asked.words.with("why-taken-off", &code);
    }
    Why {
        equations,
        proof: proof::of_credit(asked, derivation, &shown.notes),
    }
}

/// All steps of a derivation, each before what it follows from.
fn steps(of: &Derivation) -> Vec<&Derivation> {
    let mut found = vec![of];
    let mut place = 0;
    while let Some(one) = found.get(place).copied() {
        found.extend(&one.because);
        place += 1;
    }
    found
}

/// The step of a name.
fn named<'a>(of: &'a Derivation, what: &str) -> Option<&'a Derivation> {
    steps(of).into_iter().find(|step| step.what == what)
}

/// An amount as a derivation writes it: `3274.11 EUR`.
fn money(text: &str, currency: Currency) -> Option<Money> {
    let (figure, code) = text.split_once(' ')?;
    (code == currency.code()).then_some(())?;
    Money::parse(figure, currency).ok()
}

/// The value of a step, where it is an amount.
fn amount_of(of: &Derivation, what: &str, currency: Currency) -> Option<Money> {
    money(&named(of, what)?.value, currency)
}

fn text<'a>(name: &'a str, text: &'a str) -> [(&'a str, Argument<'a>); 1] {
    [(name, Argument::Text(text))]
}
