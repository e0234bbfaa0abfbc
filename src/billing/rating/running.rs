//! Where a metered item stands in its running period: the same rating that bills a closed period,
//! given what has been read so far, or what the readings are projected to say.

#[cfg(test)]
mod tests;

use chrono::NaiveDate;

use super::charge::{RatedLine, RatingError};
use super::expected::{Expectation, Terms, cycle, range};
use super::reason::{self, Reason};
use super::usage::{self, Metered};
use super::used::measured;
use crate::billing::calendar::Period;
use crate::billing::contract::{CommitmentBasis, Contract, EffectiveItem};
use crate::billing::{Money, Quantity};

/// The usage period of an item in which a day lies.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Running {
    /// The whole period.
    pub period: Period,
    /// The part of it in which the item runs: what its readings are of.
    pub window: Period,
    /// The window before it, for an allowance that rolls over.
    pub before: Option<Period>,
}

/// What an item has come to in a period.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Standing {
    /// The use of all instances that share the allowance.
    pub used: Quantity,
    /// The allowance, with what rolled over.
    pub included: Quantity,
    /// The use above it.
    pub above: Quantity,
    /// What the use above it costs, net.
    pub amount: Money,
    /// The least amount agreed for the period; none where there is none, or where it is settled
    /// over the contract year.
    pub committed: Option<Money>,
    /// The amount by tier.
    pub lines: Vec<RatedLine>,
    /// Why this amount.
    pub reason: Reason,
}

impl Standing {
    /// What the period is owed: the use, or the least amount where that is more.
    #[must_use]
    pub fn owed(&self) -> Money {
        match self.committed {
            Some(least) if least.minor() > self.amount.minor() => least,
            _ => self.amount,
        }
    }
}

/// The usage period of a metered item on a day; none for other items, and outside their days.
///
/// # Errors
/// [`RatingError::Calendar`].
pub fn running(
    contract: &Contract,
    item: &EffectiveItem,
    day: NaiveDate,
) -> Result<Option<Running>, RatingError> {
    let Some(metered) = Metered::of(&item.item.price) else {
        return Ok(None);
    };
    let cycle = cycle(contract, metered.per)?;
    let Some(range) = range(item, NaiveDate::MAX) else {
        return Ok(None);
    };
    let period = cycle.around(day)?;
    let inside = range.start() <= day && day < range.end();
    let Some(window) = period.intersection(range).filter(|_| inside) else {
        return Ok(None);
    };
    let before = match period.start().pred_opt() {
        Some(last) => cycle.around(last)?.intersection(range),
        None => None,
    };
    Ok(Some(Running {
        period,
        window,
        before,
    }))
}

/// Where an item stands in a period, by readings of its window: `of.readings` holds one of each
/// instance that shares the allowance, and closed ones of the window before.
///
/// # Errors
/// [`RatingError`]; [`RatingError::MissingReading`] when an instance was not read.
pub fn standing(
    of: Expectation<'_>,
    item: &EffectiveItem,
    at: Running,
) -> Result<Option<Standing>, RatingError> {
    let Some(metered) = Metered::of(&item.item.price) else {
        return Ok(None);
    };
    let terms = Terms::of(of)?;
    let Running {
        period,
        window,
        before,
    } = at;
    let found = measured(&terms, item, &metered, (before, window))?;
    let windows = (before, period, window);
    let group = usage::group(&terms, item, &metered, windows, window.end())?;
    let amount = group.total(terms.currency())?;
    let by_period = metered
        .minimum
        .is_some_and(|minimum| minimum.basis == CommitmentBasis::Period);
    let committed = match by_period {
        true => usage::least(&terms, &metered, window)?,
        false => None,
    };
    let of = (&terms, item, &metered);
    let reason = reason::amount(of, &found, (window, amount, committed))?;
    Ok(Some(Standing {
        used: found.used.quantity,
        included: found.included,
        above: found.above,
        amount,
        committed,
        lines: group.lines,
        reason,
    }))
}
