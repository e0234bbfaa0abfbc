//! Index and uplift clauses at work: the prices of recurring items after each date of change.

use chrono::{Months, NaiveDate};

use super::adjustment::{Adjustment, AdjustmentError, DatedFactor};
use super::effective::{EffectiveItem, PriceStep};
use super::{ChargeModel, Price, Tier};
use crate::billing::{Currency, Ratio, Rounding, UnitPrice};

/// Applies the factors of a clause, in order of their dates.
pub(super) fn reprice(
    items: &mut [EffectiveItem],
    adjustment: &Adjustment,
    factors: &[DatedFactor],
    currency: Currency,
) -> Result<(), AdjustmentError> {
    for factor in factors {
        for item in items
            .iter_mut()
            .filter(|item| adjusts(adjustment, item, factor.from))
        {
            adjust(item, &adjustment.id, factor, currency)?;
        }
    }
    Ok(())
}

/// Only recurring fees of items that run then, and of additions only those old enough.
fn adjusts(adjustment: &Adjustment, item: &EffectiveItem, on: NaiveDate) -> bool {
    let old_enough = || {
        item.item
            .aged_from()
            .checked_add_months(Months::new(adjustment.minimum_age_months))
            .is_some_and(|day| day <= on)
    };
    matches!(item.item.price, Price::Recurring { .. })
        && item.item.from <= on
        && !item.ends(on)
        && (!item.item.added || old_enough())
}

/// Multiplies the price of the day, which holds until the next agreed step; a price that an
/// amendment or a ramp sets is the agreed result and stays, also on the very day of change.
fn adjust(
    item: &mut EffectiveItem,
    id: &str,
    factor: &DatedFactor,
    currency: Currency,
) -> Result<(), AdjustmentError> {
    let set_that_day = item.prices.iter().any(|step| step.from == factor.from);
    if set_that_day && item.item.from != factor.from {
        return Ok(());
    }
    let Some(current) = item.price_on(factor.from).cloned() else {
        return Ok(());
    };
    let mut because = current.because;
    because.push(factor.because.clone());
    let step = PriceStep {
        from: factor.from,
        model: scale(&current.model, factor.factor, currency)?,
        because,
        cause: Some(id.to_owned()),
    };
    item.prices.retain(|other| other.from != factor.from);
    item.prices.push(step);
    item.prices.sort_by_key(|step| step.from);
    Ok(())
}

/// Every price of a model times a factor, rounded half up: a flat price to minor units, a price of
/// one unit to two places more than were agreed, because a cent may be more than the change.
fn scale(
    model: &ChargeModel,
    factor: Ratio,
    currency: Currency,
) -> Result<ChargeModel, AdjustmentError> {
    let to = |old: UnitPrice, digits: u32| -> Result<UnitPrice, AdjustmentError> {
        let scaled = old
            .ratio()
            .times(factor)?
            .rounded(digits, Rounding::HalfUp)?;
        let unit = 10_i128.checked_pow(digits).unwrap_or(1);
        Ok(UnitPrice::rounded(
            Ratio::new(scaled, unit)?,
            Rounding::HalfUp,
        )?)
    };
    let minor = currency.minor_digits();
    let price = |old: UnitPrice| {
        let agreed = old.decimal().normalize().scale().max(minor);
        to(old, agreed.saturating_add(2).min(12))
    };
    let tiers = |old: &[Tier]| -> Result<Vec<Tier>, AdjustmentError> {
        old.iter()
            .map(|t| {
                Ok(Tier {
                    up_to: t.up_to,
                    price: price(t.price)?,
                })
            })
            .collect()
    };
    Ok(match model {
        ChargeModel::Flat { price: old } => ChargeModel::Flat {
            price: to(*old, minor)?,
        },
        ChargeModel::PerUnit { price: old } => ChargeModel::PerUnit {
            price: price(*old)?,
        },
        ChargeModel::Graduated { tiers: old } => ChargeModel::Graduated { tiers: tiers(old)? },
        ChargeModel::Volume { tiers: old } => ChargeModel::Volume { tiers: tiers(old)? },
        ChargeModel::Package { size, price: old } => ChargeModel::Package {
            size: *size,
            price: price(*old)?,
        },
    })
}
