//! Arithmetic to the cent.
//!
//! The official rules let tax be wrong by up to 1.00 (BR-S-09 and its siblings compare with a
//! tolerance of one unit) and lines by 0.02 (PEPPOL-EN16931-R120). We recompute every amount from
//! the frozen quantities, prices and rates and accept no difference.

use super::RuleFailure;
use crate::billing::invoice::{Invoice, Line, tax_breakdown, totals};
use crate::billing::{Money, MoneyError, Rounding};

/// Every amount that does not follow from what it is computed of.
pub(super) fn failures(invoice: &Invoice) -> Vec<RuleFailure> {
    let mut failures: Vec<RuleFailure> = invoice.lines.iter().filter_map(line).collect();
    match tax_breakdown(&invoice.lines, &invoice.allowances, invoice.currency) {
        Ok(expected) if expected == invoice.tax => {}
        Ok(_) => failures.push(RuleFailure::new(
            "EXACT-BG-23",
            "BG-23",
            "the tax breakdown does not follow from lines and allowances",
        )),
        Err(error) => failures.push(RuleFailure::new("EXACT-BG-23", "BG-23", error.to_string())),
    }
    let prepaid = invoice.totals.prepaid;
    match totals(&invoice.lines, &invoice.allowances, &invoice.tax, prepaid) {
        Ok(expected) if expected == invoice.totals => {}
        Ok(_) => failures.push(RuleFailure::new(
            "EXACT-BG-22",
            "BG-22",
            "the totals do not follow from lines, allowances and tax",
        )),
        Err(error) => failures.push(RuleFailure::new("EXACT-BG-22", "BG-22", error.to_string())),
    }
    failures
}

/// BT-131 = round(BT-129 × BT-146) − ΣBT-136.
fn line(line: &Line) -> Option<RuleFailure> {
    let location = format!("BG-25[{}]/BT-131", line.position);
    match net(line) {
        Ok(expected) if expected == line.net => None,
        Ok(expected) => Some(RuleFailure::new(
            "EXACT-BT-131",
            &location,
            format!(
                "quantity × price less discounts is {expected}, not {}",
                line.net
            ),
        )),
        Err(error) => Some(RuleFailure::new(
            "EXACT-BT-131",
            &location,
            error.to_string(),
        )),
    }
}

fn net(line: &Line) -> Result<Money, MoneyError> {
    let currency = line.net.currency();
    let product = line.quantity.ratio().times(line.price.ratio())?;
    let gross = Money::rounded(product, currency, Rounding::HalfUp)?;
    let discounts = Money::sum(line.allowances.iter().map(|part| part.amount), currency)?;
    gross.minus(discounts)
}
