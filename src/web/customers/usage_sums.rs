//! Sums of what was billed for readings.

use super::super::words::Words;
use crate::billing::invoice::LineBasis;
use crate::billing::{Currency, Money, Quantity, Ratio, Rounding};
use crate::usecases::usage::BilledUse;
use crate::web::format;

/// The use above the allowance that a line was billed for.
pub(super) fn above(billed: &[&BilledUse]) -> Option<Quantity> {
    let last = billed.last()?;
    let LineBasis::Usage {
        reading, included, ..
    } = &last.line.basis
    else {
        return None;
    };
    let left = reading.ratio().minus(included.ratio()).ok()?;
    Quantity::rounded(left.max(Ratio::ZERO), Rounding::HalfUp).ok()
}

pub(super) fn net(billed: &[&BilledUse], currency: Currency) -> Option<Money> {
    let sums = billed.iter().map(|one| one.line.net);
    Money::sum(sums, currency)
        .ok()
        .filter(|_| !billed.is_empty())
}

/// The sums below a table.
pub(super) struct Sums {
    above: Ratio,
    net: Money,
    lines: usize,
}

impl Sums {
    pub(super) fn new(currency: Currency) -> Self {
        Self {
            above: Ratio::ZERO,
            net: Money::zero(currency),
            lines: 0,
        }
    }

    pub(super) fn add(&mut self, billed: &[&BilledUse]) {
        self.lines = self.lines.saturating_add(billed.len());
        if let Some(above) = above(billed) {
            self.above = self.above.plus(above.ratio()).unwrap_or(self.above);
        }
        if let Some(net) = net(billed, self.net.currency()) {
            self.net = self.net.plus(net).unwrap_or(self.net);
        }
    }

    pub(super) fn above(&self, words: Words) -> String {
        if self.lines == 0 {
            return String::new();
        }
        let sum = Quantity::rounded(self.above, Rounding::HalfUp).unwrap_or(Quantity::ZERO);
        format::readable(sum.decimal(), 0, words.0)
    }

    pub(super) fn net(&self, words: Words) -> String {
        if self.lines == 0 {
            return String::new();
        }
        format::amount(self.net, words.0)
    }
}
