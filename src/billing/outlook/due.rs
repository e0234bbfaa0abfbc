//! What has fallen due since the books were closed: an estimate of the next run, fees only.

use chrono::NaiveDate;

use super::{ByCurrency, OutlookError, Uncounted, by_number};
use crate::billing::contract::{Change, Contract, IndexTable, Item, Price};
use crate::billing::rating::{Expectation, expected};
use crate::billing::{Currency, Money};

/// The fees of one contract that have fallen due.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DuePart {
    /// Number of the contract.
    pub contract: String,
    /// Customer number.
    pub customer: u32,
    /// The first day on which a part of it fell due.
    pub since: NaiveDate,
    /// Net amount.
    pub amount: Money,
}

/// What has fallen due in one currency.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Due {
    /// Sum of the parts.
    pub amount: Money,
    /// One a contract, in order of the contracts' numbers.
    pub parts: Vec<DuePart>,
    /// Contracts that cannot be rated.
    pub uncounted: Vec<Uncounted>,
}

impl Due {
    fn none(currency: Currency) -> Self {
        Self {
            amount: Money::zero(currency),
            parts: Vec::new(),
            uncounted: Vec::new(),
        }
    }
}

/// Fees that fell due after one day and by another: recurring and one-off ones, net. Metered use,
/// corrections and service credits are for the run itself, which reads what was billed; so this is
/// an estimate of it that costs one pass over the contracts.
///
/// # Errors
/// [`OutlookError::Money`] when a sum leaves its range. A contract that cannot be rated is listed
/// as uncounted instead.
pub fn due_since<'a>(
    contracts: impl IntoIterator<Item = &'a Contract>,
    indices: &IndexTable,
    (after, day): (Option<NaiveDate>, NaiveDate),
) -> Result<ByCurrency<Due>, OutlookError> {
    let mut found: ByCurrency<Due> = ByCurrency::new();
    for contract in contracts {
        let part = part(contract, indices, (after, day));
        let of = match &part {
            Ok(None) => continue,
            _ => found
                .entry(contract.currency)
                .or_insert_with(|| Due::none(contract.currency)),
        };
        match part {
            Ok(part) => of.parts.extend(part),
            Err(because) => of.uncounted.push(Uncounted {
                number: contract.number.clone(),
                because,
            }),
        }
    }
    for (&currency, of) in &mut found {
        of.parts.sort_by(|a, b| a.contract.cmp(&b.contract));
        by_number(&mut of.uncounted);
        of.amount = Money::sum(of.parts.iter().map(|part| part.amount), currency)?;
    }
    Ok(found)
}

fn part(
    contract: &Contract,
    indices: &IndexTable,
    (after, day): (Option<NaiveDate>, NaiveDate),
) -> Result<Option<DuePart>, OutlookError> {
    let fees = fees_only(contract);
    let groups = expected(Expectation {
        contract: &fees,
        indices,
        readings: &[],
        known_on: day,
        due_by: day,
        service_until: None,
    })?;
    let new = groups
        .iter()
        .filter(|group| after.is_none_or(|after| group.due > after));
    let mut amount = Money::zero(contract.currency);
    let mut since = None;
    for group in new {
        amount = amount.plus(group.total(contract.currency)?)?;
        since = Some(since.map_or(group.due, |day: NaiveDate| day.min(group.due)));
    }
    Ok(since.filter(|_| !amount.is_zero()).map(|since| DuePart {
        contract: contract.number.clone(),
        customer: contract.customer,
        since,
        amount,
    }))
}

/// The contract without its metered items: they count as billed elsewhere, so that no reading is
/// asked for.
fn fees_only(contract: &Contract) -> Contract {
    let mut fees = contract.clone();
    let elsewhere = |item: &mut Item| {
        if matches!(item.price, Price::Usage { .. }) {
            item.billed_until = Some(NaiveDate::MAX);
        }
    };
    fees.items.iter_mut().for_each(elsewhere);
    for amendment in &mut fees.amendments {
        if let Change::AddItem { item } | Change::ReplaceItem { with: item, .. } =
            &mut amendment.change
        {
            elsewhere(item);
        }
    }
    fees
}
