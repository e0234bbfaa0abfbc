//! Figures that finance reads off contracts and issued invoices: recurring revenue of a contract,
//! and the EC sales list.

use std::collections::BTreeMap;

use chrono::{Datelike, NaiveDate};
use serde::{Deserialize, Serialize};

use super::contract::effective::effective;
use super::contract::{Contract, DiscountAmount, EffectiveItem, IndexTable, Month, contract_end};
use super::invoice::{DocumentType, Invoice};
use super::rating::{RatingError, interval_fee};
use super::tax::TaxScheme;
use super::{Money, MoneyError, Ratio, Rounding};

/// How recurring revenue becomes an amount: once an item and figure, after discounts.
const PER_ITEM: Rounding = Rounding::HalfUp;

/// What a recurring item brings in a month and in a year, at the price, count and discounts of a
/// day. Each of the two is rounded once, so that a yearly fee counts as itself in the year; a
/// rest is what the rounding left out, in major units, negative where it rounded up.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RecurringFee {
    /// The item.
    pub item: String,
    /// A month of it.
    pub month: Money,
    /// The exact month less `month`.
    pub month_rest: Ratio,
    /// A year of it: twelve exact months.
    pub year: Money,
    /// The exact year less `year`.
    pub year_rest: Ratio,
}

/// The recurring fees that run on a day, in the order of the contract, as agreed and known on that
/// day. Metered and one-off items do not count, nor service credits and tax.
///
/// # Errors
/// [`RatingError`].
pub fn recurring_fees(
    contract: &Contract,
    indices: &IndexTable,
    day: NaiveDate,
) -> Result<Vec<RecurringFee>, RatingError> {
    // What is over asks for no index value any more.
    if contract_end(contract, day)?.is_some_and(|end| end <= day) {
        return Ok(Vec::new());
    }
    let after = super::calendar::day_after(day)?;
    let mut fees = Vec::new();
    for item in effective(contract, indices, day, after)? {
        let Some((per, fee)) = interval_fee(&item, day)? else {
            continue;
        };
        let left = discounted(contract, &item, day, fee)?;
        let exact_month = left.over(Ratio::whole(i64::from(per.months())))?;
        let exact_year = exact_month.times(Ratio::whole(12))?;
        let month = Money::rounded(exact_month, contract.currency, PER_ITEM)?;
        let year = Money::rounded(exact_year, contract.currency, PER_ITEM)?;
        fees.push(RecurringFee {
            item: item.item.id,
            month,
            month_rest: exact_month.minus(month.ratio()?)?,
            year,
            year_rest: exact_year.minus(year.ratio()?)?,
        });
    }
    Ok(fees)
}

/// Monthly recurring revenue of a contract on a day: the sum of its recurring fees.
///
/// # Errors
/// [`RatingError`].
pub fn monthly_recurring(
    contract: &Contract,
    indices: &IndexTable,
    day: NaiveDate,
) -> Result<Money, RatingError> {
    let fees = recurring_fees(contract, indices, day)?;
    Ok(Money::sum(
        fees.iter().map(|fee| fee.month),
        contract.currency,
    )?)
}

/// What the discounts of a day leave of the fee of one price interval: percentages first, then
/// amounts, each in the order of the contract; never more than is left, never an increase.
fn discounted(
    contract: &Contract,
    item: &EffectiveItem,
    day: NaiveDate,
    fee: Ratio,
) -> Result<Ratio, RatingError> {
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
            DiscountAmount::Percent(percent) => rest.times(percent.factor()?)?,
            DiscountAmount::Absolute(each) => each.ratio(),
        };
        rest = rest.minus(off.min(rest).max(Ratio::ZERO))?;
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
