//! Lines, their discounts, and the allowances of the whole document (BG-25, BG-27, BG-20).

use en16931::invoice::{
    Code, DocumentAllowanceCharge, InvoiceLine, Item, LineAllowanceCharge, LineVat, PriceDetails,
};
use en16931::{InvoiceAmount, Percentage, Quantity, UnitPriceAmount};

use super::EInvoiceError;
use super::values::{amount, joined, period, rate, text};
use crate::billing::invoice::{DocumentAllowance, Line, LineAllowance};
use crate::billing::tax::TaxTreatment;
use crate::billing::{Money, Percent};

/// UNTDID 5189 "Discount": the code Peppol's list and the German one share for price reductions,
/// service credits included.
const DISCOUNT: &str = "95";

/// One line (BG-25).
pub(super) fn line(line: &Line) -> Result<InvoiceLine, EInvoiceError> {
    let mut mapped = InvoiceLine::new(
        line.position.to_string(),
        line.name.trim(),
        Quantity::new(line.quantity.decimal()),
        line.unit.code(),
        amount(line.net, "BT-131")?,
        line.tax.category.code(),
        rate(line.tax.category, line.tax.rate),
    );
    mapped.period = Some(period(line.key.service, "BG-26")?);
    mapped.price = PriceDetails {
        net_price: UnitPriceAmount::new(line.price.decimal()),
        ..PriceDetails::default()
    };
    mapped.item = Item {
        name: text(&line.name),
        description: joined(line.details.iter().map(String::as_str), "\n"),
        seller_identifier: text(&line.key.item),
        ..Item::default()
    };
    mapped.allowances = line
        .allowances
        .iter()
        .map(line_allowance)
        .collect::<Result<_, _>>()?;
    Ok(mapped)
}

/// A discount on a line (BG-27).
fn line_allowance(allowance: &LineAllowance) -> Result<LineAllowanceCharge, EInvoiceError> {
    let (percentage, base_amount) = percentage(allowance.percent, "BT-137")?;
    Ok(LineAllowanceCharge {
        amount: amount(allowance.amount, "BT-136")?,
        base_amount,
        percentage,
        reason: text(&allowance.reason),
        reason_code: Some(Code::new(DISCOUNT)),
    })
}

/// An allowance on the document (BG-20), with the tax of the service it reduces.
pub(super) fn document_allowance(
    allowance: &DocumentAllowance,
) -> Result<DocumentAllowanceCharge, EInvoiceError> {
    let (percentage, base_amount) = percentage(allowance.percent, "BT-93")?;
    let details = allowance.details.iter().map(String::as_str);
    Ok(DocumentAllowanceCharge {
        amount: amount(allowance.amount, "BT-92")?,
        base_amount,
        percentage,
        vat: vat(&allowance.tax),
        reason: joined(
            std::iter::once(allowance.reason.as_str()).chain(details),
            "; ",
        ),
        reason_code: Some(Code::new(DISCOUNT)),
    })
}

fn vat(tax: &TaxTreatment) -> LineVat {
    LineVat {
        category: Code::new(tax.category.code()),
        rate: rate(tax.category, tax.rate),
    }
}

/// Percentage and base stand together or not at all (PEPPOL-EN16931-R041, R042).
fn percentage(
    percent: Option<(Percent, Money)>,
    term: &'static str,
) -> Result<(Option<Percentage>, Option<InvoiceAmount>), EInvoiceError> {
    let Some((percent, base)) = percent else {
        return Ok((None, None));
    };
    Ok((
        Some(Percentage::new(percent.decimal())),
        Some(amount(base, term)?),
    ))
}
