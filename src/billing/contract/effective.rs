//! The fold of a contract and its amendments: which items run, at which prices and counts.

use chrono::NaiveDate;

use super::adjustment::{AdjustmentError, IndexTable, UnknownChange};
use super::reprice::reprice;
use super::term::contract_end;
use super::{Amendment, Change, ChargeModel, Contract, Item, Price};
use crate::billing::Quantity;
use crate::billing::calendar::CalendarError;

/// Why the fold of a contract fails.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ContractError {
    /// An amendment names an item that does not exist or has ended.
    #[error("amendment {amendment} names item {item}, which the contract does not have then")]
    UnknownItem {
        /// The amendment.
        amendment: String,
        /// The item.
        item: String,
    },
    /// Two items with one identifier.
    #[error("item {item} exists twice")]
    DuplicateItem {
        /// The item.
        item: String,
    },
    /// A price is set for an item of another kind.
    #[error("amendment {amendment} cannot set a price or count of one-off item {item}")]
    OneOff {
        /// The amendment.
        amendment: String,
        /// The item.
        item: String,
    },
    /// An index or uplift clause cannot be applied.
    #[error(transparent)]
    Adjustment(#[from] AdjustmentError),
    /// A date out of range.
    #[error(transparent)]
    Calendar(#[from] CalendarError),
}

impl ContractError {
    /// Stable code of the error.
    #[must_use]
    pub fn code(&self) -> &'static str {
        match self {
            Self::UnknownItem { .. } => "contract.unknown-item",
            Self::DuplicateItem { .. } => "contract.duplicate-item",
            Self::OneOff { .. } => "contract.one-off-change",
            Self::Adjustment(cause) => cause.code(),
            Self::Calendar(cause) => cause.code(),
        }
    }
}

/// A price from a day on.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PriceStep {
    /// First day.
    pub from: NaiveDate,
    /// The price.
    pub model: ChargeModel,
    /// Where it comes from, oldest first.
    pub because: Vec<String>,
    /// Amendment or clause that set it; none for the price agreed at first.
    pub cause: Option<String>,
}

/// A count from a day on.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct QuantityStep {
    /// First day.
    pub from: NaiveDate,
    /// The count.
    pub quantity: Quantity,
    /// Amendment that set it.
    pub cause: Option<String>,
}

/// An item with all that is known of it by a day.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct EffectiveItem {
    /// The item; its last day is that of the item, its replacement or the contract.
    pub item: Item,
    /// Prices in order of their first day; never empty for items that have a price model.
    pub prices: Vec<PriceStep>,
    /// Counts in order of their first day; never empty.
    pub quantities: Vec<QuantityStep>,
    /// Amendments that touched it, in order.
    pub amendments: Vec<String>,
}

/// A price for a derivation.
fn in_words(model: &ChargeModel) -> String {
    match model {
        ChargeModel::Flat { price } | ChargeModel::PerUnit { price } => price.to_string(),
        ChargeModel::Package { size, price } => format!("{price} a started package of {size}"),
        ChargeModel::Graduated { tiers } | ChargeModel::Volume { tiers } => {
            let prices: Vec<String> = tiers.iter().map(|tier| tier.price.to_string()).collect();
            format!("by tier {}", prices.join(", "))
        }
    }
}

impl EffectiveItem {
    fn new(item: Item, cause: Option<&str>) -> Self {
        let quantities = vec![QuantityStep {
            from: item.from,
            quantity: item.quantity,
            cause: cause.map(str::to_owned),
        }];
        let mut prices = Vec::new();
        if let Price::Recurring { charge, .. } | Price::Usage { charge, .. } = &item.price {
            prices.push(PriceStep {
                from: item.from,
                model: charge.clone(),
                because: vec![format!("agreed for {}: {}", item.id, in_words(charge))],
                cause: cause.map(str::to_owned),
            });
        }
        for step in &item.ramp {
            prices.push(PriceStep {
                from: step.from,
                model: step.model.clone(),
                because: vec![format!("price step agreed from {}", step.from)],
                cause: cause.map(str::to_owned),
            });
        }
        let amendments = cause.map(str::to_owned).into_iter().collect();
        Self {
            item,
            prices,
            quantities,
            amendments,
        }
    }

    /// The price on a day.
    #[must_use]
    pub fn price_on(&self, day: NaiveDate) -> Option<&PriceStep> {
        self.prices
            .iter()
            .rev()
            .find(|step| step.from <= day)
            .or(self.prices.first())
    }

    /// The count on a day.
    #[must_use]
    pub fn quantity_on(&self, day: NaiveDate) -> Quantity {
        let step = self.quantities.iter().rev().find(|step| step.from <= day);
        step.or(self.quantities.first())
            .map_or(Quantity::ZERO, |step| step.quantity)
    }

    pub(super) fn ends(&self, day: NaiveDate) -> bool {
        self.item.until.is_some_and(|until| until <= day)
    }
}

/// All items with their prices and counts as known on a day; price changes are worked out up to,
/// not including, `until` or the end of the contract.
///
/// # Errors
/// [`ContractError`].
pub fn effective(
    contract: &Contract,
    table: &IndexTable,
    known_on: NaiveDate,
    until: NaiveDate,
) -> Result<Vec<EffectiveItem>, ContractError> {
    let mut items = agreed(contract, known_on)?;
    let until = within_term(contract, known_on, until)?;
    for adjustment in &contract.adjustments {
        let factors = adjustment.factors(until, table)?;
        reprice(&mut items, adjustment, &factors, contract.currency)?;
    }
    Ok(items)
}

/// What can be foreseen of a contract.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Foreseen {
    /// The items, with prices as far as they are known.
    pub items: Vec<EffectiveItem>,
    /// The changes of price that nobody can work out yet, at most one a clause.
    pub unknown: Vec<UnknownChange>,
}

/// As [`effective`] for days to come: the value of an index that a change after `known_on` rests
/// on may not be published yet. The price before it then stays, and the change is named. A value
/// that has to be there by `known_on` is asked for as ever.
///
/// # Errors
/// [`ContractError`].
pub fn foreseen(
    contract: &Contract,
    table: &IndexTable,
    known_on: NaiveDate,
    until: NaiveDate,
) -> Result<Foreseen, ContractError> {
    let mut items = agreed(contract, known_on)?;
    let until = within_term(contract, known_on, until)?;
    let mut unknown = Vec::new();
    for adjustment in &contract.adjustments {
        let (factors, stop) = adjustment.known_factors(until, table)?;
        match stop {
            Some(stop) if stop.from <= known_on => return Err(stop.because.into()),
            stop => unknown.extend(stop),
        }
        reprice(&mut items, adjustment, &factors, contract.currency)?;
    }
    Ok(Foreseen { items, unknown })
}

/// A day, or the end of the contract where that comes before: no price changes after it, so that a
/// clause asks for no value of an index that nothing rests on.
fn within_term(
    contract: &Contract,
    known_on: NaiveDate,
    until: NaiveDate,
) -> Result<NaiveDate, ContractError> {
    let end = contract_end(contract, known_on)?;
    Ok(end.map_or(until, |end| end.min(until)))
}

/// The items as agreed, before any clause that adjusts prices.
fn agreed(contract: &Contract, known_on: NaiveDate) -> Result<Vec<EffectiveItem>, ContractError> {
    let mut items: Vec<EffectiveItem> = Vec::new();
    for item in &contract.items {
        push_unique(&mut items, EffectiveItem::new(item.clone(), None))?;
    }
    let mut known: Vec<&Amendment> = contract
        .amendments
        .iter()
        .filter(|a| a.known_from() <= known_on)
        .collect();
    known.sort_by_key(|amendment| amendment.effective);
    for amendment in known {
        amend(&mut items, amendment)?;
    }
    let end = contract_end(contract, known_on)?;
    for effective in &mut items {
        let until = [effective.item.until, end].into_iter().flatten().min();
        effective.item.until = until;
        effective.prices.sort_by_key(|step| step.from);
        effective.quantities.sort_by_key(|step| step.from);
    }
    Ok(items)
}

fn push_unique(items: &mut Vec<EffectiveItem>, item: EffectiveItem) -> Result<(), ContractError> {
    if items.iter().any(|other| other.item.id == item.item.id) {
        return Err(ContractError::DuplicateItem { item: item.item.id });
    }
    items.push(item);
    Ok(())
}

fn amend(items: &mut Vec<EffectiveItem>, amendment: &Amendment) -> Result<(), ContractError> {
    let day = amendment.effective;
    match &amendment.change {
        Change::Cancel => {}
        Change::AddItem { item } => {
            let added = Item {
                from: day,
                added: true,
                ..(**item).clone()
            };
            push_unique(items, EffectiveItem::new(added, Some(&amendment.id)))?;
        }
        Change::EndItem { item } => {
            let old = running(items, amendment, item)?;
            old.item.until = Some(day);
            old.amendments.push(amendment.id.clone());
        }
        Change::ReplaceItem { item, with } => {
            let old = running(items, amendment, item)?;
            old.item.until = Some(day);
            old.amendments.push(amendment.id.clone());
            let new = Item {
                from: day,
                age_from: Some(old.item.aged_from()),
                added: old.item.added,
                ..(**with).clone()
            };
            push_unique(items, EffectiveItem::new(new, Some(&amendment.id)))?;
        }
        Change::SetPrice { item, price } => {
            let old = running(items, amendment, item)?;
            if matches!(old.item.price, Price::OneOff { .. }) {
                return Err(one_off(amendment, item));
            }
            // A newly agreed price replaces every step that was planned before.
            old.prices.retain(|step| step.from < day);
            old.prices.push(PriceStep {
                from: day,
                model: price.clone(),
                because: vec![format!("set by amendment {}", amendment.id)],
                cause: Some(amendment.id.clone()),
            });
            old.amendments.push(amendment.id.clone());
        }
        Change::SetQuantity { item, quantity } => {
            let old = running(items, amendment, item)?;
            if matches!(old.item.price, Price::OneOff { .. }) {
                return Err(one_off(amendment, item));
            }
            old.quantities.retain(|step| step.from < day);
            let cause = Some(amendment.id.clone());
            old.quantities.push(QuantityStep {
                from: day,
                quantity: *quantity,
                cause,
            });
            old.amendments.push(amendment.id.clone());
        }
    }
    Ok(())
}

fn one_off(amendment: &Amendment, item: &str) -> ContractError {
    ContractError::OneOff {
        amendment: amendment.id.clone(),
        item: item.to_owned(),
    }
}

fn running<'a>(
    items: &'a mut [EffectiveItem],
    amendment: &Amendment,
    id: &str,
) -> Result<&'a mut EffectiveItem, ContractError> {
    items
        .iter_mut()
        .find(|item| item.item.id == id && !item.ends(amendment.effective))
        .filter(|item| item.item.from <= amendment.effective)
        .ok_or_else(|| ContractError::UnknownItem {
            amendment: amendment.id.clone(),
            item: id.to_owned(),
        })
}
