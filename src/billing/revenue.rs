//! Figures that finance reads off contracts and issued invoices: monthly recurring revenue, and
//! the EC sales list.

use std::collections::BTreeMap;

use chrono::{Datelike, NaiveDate};
use serde::{Deserialize, Serialize};

use super::contract::effective::effective;
use super::contract::{Contract, DiscountAmount, EffectiveItem, IndexTable, Month, Price};
use super::invoice::{DocumentType, Invoice};
use super::rating::{RatingError, monthly_fee};
use super::tax::TaxScheme;
use super::{Money, MoneyError, Ratio, Rounding};

/// Monthly recurring revenue of a contract on a day: the month's fee of every recurring item that
/// runs, less the discounts of the day. Metered and one-off items do not count.
///
/// # Errors
/// [`RatingError`].
pub fn monthly_recurring(
    contract: &Contract,
    indices: &IndexTable,
    day: NaiveDate,
) -> Result<Money, RatingError> {
    let after = super::calendar::day_after(day)?;
    let mut sum = Money::zero(contract.currency);
    for item in effective(contract, indices, day, after)? {
        let fee = monthly_fee(&item, day, contract.currency)?;
        sum = sum.plus(discounted(contract, &item, day, fee)?)?;
    }
    Ok(sum)
}

fn discounted(
    contract: &Contract,
    item: &EffectiveItem,
    day: NaiveDate,
    fee: Money,
) -> Result<Money, RatingError> {
    let Price::Recurring { per, .. } = &item.item.price else {
        return Ok(fee);
    };
    let mut active: Vec<_> = contract
        .discounts
        .iter()
        .filter(|discount| discount.applies_to(&item.item))
        .filter(|d| d.from <= day && d.until.is_none_or(|until| day < until))
        .collect();
    active.sort_by_key(|discount| matches!(discount.amount, DiscountAmount::Absolute(_)));
    let mut rest = fee;
    for discount in active {
        let off = match discount.amount {
            DiscountAmount::Percent(percent) => rest.share(percent.factor()?, Rounding::HalfUp)?,
            DiscountAmount::Absolute(each) => {
                let month = each.ratio().over(Ratio::whole(i64::from(per.months())))?;
                Money::rounded(month, fee.currency(), Rounding::HalfUp)?
            }
        };
        let left = rest.minus(off)?;
        rest = if left.is_negative() {
            Money::zero(fee.currency())
        } else {
            left
        };
    }
    Ok(rest)
}

/// One row of the EC sales list (§ 18a UStG): services for which the customer owes the tax, by the
/// quarter in which they were supplied.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct EcSale {
    /// First month of the calendar quarter.
    pub quarter: Month,
    /// VAT id of the customer.
    pub vat_id: String,
    /// Net amount, allowances taken off.
    pub net: Money,
}

/// The EC sales list over issued documents. A line counts in the quarter in which its service
/// ended, an allowance in that of the service which fell short.
///
/// # Errors
/// [`MoneyError`] when a sum leaves its range.
pub fn ec_sales<'a>(
    invoices: impl IntoIterator<Item = &'a Invoice>,
) -> Result<Vec<EcSale>, MoneyError> {
    let mut sums: BTreeMap<(Month, String, super::Currency), Money> = BTreeMap::new();
    for invoice in invoices {
        let Some(vat_id) = &invoice.customer.vat_id else {
            continue;
        };
        let gives_back = invoice.document_type == DocumentType::CreditNote;
        let lines = invoice
            .lines
            .iter()
            .map(|line| (&line.tax, line.key.service, line.net, gives_back));
        let allowances = invoice.allowances.iter().map(|allowance| {
            (
                &allowance.tax,
                allowance.period,
                allowance.amount,
                !gives_back,
            )
        });
        for (tax, service, amount, less) in lines.chain(allowances) {
            if tax.scheme != TaxScheme::ReverseCharge {
                continue;
            }
            let key = (
                quarter(service.last_day()),
                vat_id.clone(),
                invoice.currency,
            );
            let zero = Money::zero(invoice.currency);
            let sum = sums.entry(key).or_insert(zero);
            *sum = if less {
                sum.minus(amount)?
            } else {
                sum.plus(amount)?
            };
        }
    }
    let row = |((quarter, vat_id, _), net)| EcSale {
        quarter,
        vat_id,
        net,
    };
    Ok(sums.into_iter().map(row).collect())
}

/// First month of the calendar quarter of a day.
fn quarter(day: NaiveDate) -> Month {
    let month = Month::of(day);
    // Going back at most two months stays in the year.
    month.before(day.month0() % 3).unwrap_or(month)
}
