//! A contract restated for the days to come, so that the ordinary rating can tell what they bring.

use std::collections::BTreeSet;

use chrono::NaiveDate;

use crate::billing::calendar::{Interval, Period};
use crate::billing::contract::{
    Amendment, Change, ChargeModel, Commitment, CommitmentBasis, Contract, Discount, EffectiveItem,
    Item, Month, Price, RampStep, Term, Timing,
};
use crate::billing::{Quantity, UnitPrice};

/// The contract as it is known, over the days of `counted` alone: recurring fees as they are, a
/// minimum as a flat fee of its own interval, everything in advance, without metered use and
/// one-off charges. Counts are stated anew where a calendar month begins and on `cut`, so that no
/// rated line reaches across; a count that stays changes no cent of a fee.
pub(super) fn restated(
    contract: &Contract,
    known: &[EffectiveItem],
    counted: Period,
    cut: NaiveDate,
) -> Contract {
    let mut cuts: BTreeSet<NaiveDate> = month_starts(counted);
    cuts.insert(cut);
    let mut items = Vec::new();
    let mut amendments = Vec::new();
    for item in known {
        let restated = match &item.item.price {
            Price::Recurring { per, .. } => recurring(item, *per, counted),
            Price::Usage { per, minimum, .. } => {
                minimum.and_then(|minimum| at_least(item, *per, minimum, counted))
            }
            Price::OneOff { .. } => None,
        };
        let Some((window, restated)) = restated else {
            continue;
        };
        amendments.extend(counts(item, window, (counted, &cuts)));
        items.push(restated);
    }
    Contract {
        term: Term {
            end: Some(counted.end()),
            renewal: None,
            ..contract.term
        },
        items,
        amendments,
        adjustments: Vec::new(),
        discounts: discounts(contract, known),
        service_levels: Vec::new(),
        ..contract.clone()
    }
}

/// The first days of the calendar months that begin inside a period.
pub(super) fn month_starts(period: Period) -> BTreeSet<NaiveDate> {
    let mut found = BTreeSet::new();
    let mut month = Month::of(period.start());
    while let Ok(next) = month.after(1) {
        if next.first_day() >= period.end() {
            break;
        }
        found.insert(next.first_day());
        month = next;
    }
    found
}

/// The days of `counted` on which an item runs.
fn window(item: &Item, counted: Period) -> Option<Period> {
    Period::new(item.from, item.until.unwrap_or(NaiveDate::MAX))
        .ok()
        .and_then(|runs| runs.intersection(counted))
}

/// An item over a window of days, whatever of them was billed.
fn over(item: &Item, window: Period, price: Price, quantity: Quantity) -> Item {
    Item {
        until: Some(window.end()),
        billed_until: Some(window.start()),
        timing: Timing::InAdvance,
        ramp: Vec::new(),
        price,
        quantity,
        ..item.clone()
    }
}

fn recurring(item: &EffectiveItem, per: Interval, counted: Period) -> Option<(Period, Item)> {
    let window = window(&item.item, counted)?;
    let first = item.price_on(window.start())?;
    let charge = first.model.clone();
    let price = Price::Recurring { per, charge };
    let later = item.prices.iter().filter(|s| s.from > window.start());
    let ramp = later.map(|step| RampStep {
        from: step.from,
        model: step.model.clone(),
    });
    let restated = Item {
        ramp: ramp.collect(),
        ..over(&item.item, window, price, item.quantity_on(window.start()))
    };
    Some((window, restated))
}

fn at_least(
    item: &EffectiveItem,
    per: Interval,
    minimum: Commitment,
    counted: Period,
) -> Option<(Period, Item)> {
    let window = window(&item.item, counted)?;
    let per = match minimum.basis {
        CommitmentBasis::Period => per,
        CommitmentBasis::Year => Interval::Year,
    };
    let price = Price::Recurring {
        per,
        charge: flat(minimum.amount),
    };
    let restated = Item {
        // As a whole, so that its parts add up to it.
        billing: per,
        ..over(&item.item, window, price, Quantity::whole(1))
    };
    Some((window, restated))
}

const fn flat(price: UnitPrice) -> ChargeModel {
    ChargeModel::Flat { price }
}

/// The counts of an item inside its window, stated on every day of change and every cut, and all
/// known from the first day counted.
fn counts(
    item: &EffectiveItem,
    window: Period,
    (counted, cuts): (Period, &BTreeSet<NaiveDate>),
) -> Vec<Amendment> {
    let metered = !matches!(item.item.price, Price::Recurring { .. });
    let steps = item.quantities.iter().map(|step| step.from);
    let days: BTreeSet<NaiveDate> = steps.chain(cuts.iter().copied()).collect();
    days.into_iter()
        .filter(|&day| window.start() < day && day < window.end())
        .map(|day| Amendment {
            id: format!("{}, {day}", item.item.id),
            effective: day,
            signed: Some(counted.start()),
            change: Change::SetQuantity {
                item: item.item.id.clone(),
                quantity: if metered {
                    Quantity::whole(1)
                } else {
                    item.quantity_on(day)
                },
            },
        })
        .collect()
}

/// The discounts, each naming the fees it is for: a discount on all fees is none on a minimum.
fn discounts(contract: &Contract, known: &[EffectiveItem]) -> Vec<Discount> {
    contract
        .discounts
        .iter()
        .map(|discount| {
            let fees = known.iter().map(|item| &item.item);
            let fees = fees.filter(|item| discount.applies_to(item));
            Discount {
                items: fees.map(|item| item.id.clone()).collect(),
                ..discount.clone()
            }
        })
        .filter(|discount| !discount.items.is_empty())
        .collect()
}
