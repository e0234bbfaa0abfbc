//! Our amounts, dates and rates as the values of the semantic model.

use chrono::{Datelike, NaiveDate};
use en16931::{Date, InvoiceAmount, Percentage};

use super::EInvoiceError;
use crate::billing::calendar::Period;
use crate::billing::tax::TaxCategory;
use crate::billing::{Money, Percent};

/// An amount with the two decimal places EN 16931-1 section 6.5.2 gives every amount.
pub(super) fn amount(money: Money, term: &'static str) -> Result<InvoiceAmount, EInvoiceError> {
    let unmappable = || EInvoiceError::Unmappable {
        term,
        value: money.to_string(),
    };
    let scale = 2_u32
        .checked_sub(money.currency().minor_digits())
        .ok_or_else(unmappable)?;
    let factor = 10_i64.checked_pow(scale).ok_or_else(unmappable)?;
    money
        .minor()
        .checked_mul(factor)
        .map(InvoiceAmount::from_minor_units)
        .ok_or_else(unmappable)
}

/// A calendar day.
pub(super) fn date(day: NaiveDate, term: &'static str) -> Result<Date, EInvoiceError> {
    let unmappable = || EInvoiceError::Unmappable {
        term,
        value: day.to_string(),
    };
    let month = u8::try_from(day.month()).map_err(|_| unmappable())?;
    let of_month = u8::try_from(day.day()).map_err(|_| unmappable())?;
    Date::new(day.year(), month, of_month).map_err(|_| unmappable())
}

/// A period with its last day, where ours ends on the day after.
pub(super) fn period(
    period: Period,
    term: &'static str,
) -> Result<en16931::invoice::Period, EInvoiceError> {
    Ok(en16931::invoice::Period {
        start: Some(date(period.start(), term)?),
        end: Some(date(period.last_day(), term)?),
    })
}

/// The rate of a category: category O must have none, every other one has at least a zero
/// (BR-O-05, BR-AE-05, BR-E-05).
pub(super) fn rate(category: TaxCategory, rate: Option<Percent>) -> Option<Percentage> {
    match category {
        TaxCategory::O => None,
        TaxCategory::S | TaxCategory::AE | TaxCategory::E => {
            Some(rate.map_or(Percentage::ZERO, |percent| {
                Percentage::new(percent.decimal())
            }))
        }
    }
}

/// A text without blank ends, or nothing: an empty element would be refused by most receivers.
pub(super) fn text(value: &str) -> Option<String> {
    let trimmed = value.trim();
    (!trimmed.is_empty()).then(|| trimmed.to_owned())
}

/// The non-blank parts joined.
pub(super) fn joined<'a>(
    parts: impl IntoIterator<Item = &'a str>,
    separator: &str,
) -> Option<String> {
    let parts: Vec<String> = parts.into_iter().filter_map(text).collect();
    (!parts.is_empty()).then(|| parts.join(separator))
}
