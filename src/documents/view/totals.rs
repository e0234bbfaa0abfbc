//! The sums beside the notes: the waterfall of EN 16931, from the lines to the amount due.

use super::invoice::rate_text;
use super::{SumView, ViewError, basis, wording};
use crate::billing::invoice::Invoice;
use crate::documents::format;

/// Lines, allowances, taxable amounts, tax, what was paid before.
pub(super) fn sums(invoice: &Invoice) -> Result<Vec<SumView>, ViewError> {
    let language = invoice.language;
    let words = wording::sums(language);
    let row = |label: String, amount| SumView {
        label,
        amount: format::amount(amount, language),
        notes: Vec::new(),
    };
    let totals = &invoice.totals;
    let mut rows = vec![row(words.lines.to_owned(), totals.lines)];
    for allowance in &invoice.allowances {
        rows.push(SumView {
            notes: basis::credit(allowance, language),
            ..row(allowance.reason.clone(), allowance.amount.negated()?)
        });
    }
    // Where nothing is taken off and one rate covers all, the taxable amount is the sum of lines.
    let told = invoice.allowances.is_empty() && invoice.tax.len() == 1;
    for group in &invoice.tax {
        if !told {
            rows.push(row(wording::taxable(group, language), group.taxable));
        }
        let rate = rate_text(group, language);
        rows.push(row(
            wording::tax(group.category, &rate, language),
            group.tax,
        ));
    }
    if !totals.prepaid.is_zero() {
        rows.push(row(words.gross.to_owned(), totals.gross));
        rows.push(row(words.prepaid.to_owned(), totals.prepaid.negated()?));
    }
    Ok(rows)
}

/// The amount due, with the currency in its label.
pub(super) fn due(invoice: &Invoice) -> SumView {
    let currency = format::currency_head(invoice.currency, invoice.language);
    SumView {
        label: format!("{},{}{currency}", wording::due(invoice), format::NBSP),
        amount: format::amount(invoice.totals.payable, invoice.language),
        notes: Vec::new(),
    }
}
