//! Contracted revenue of the next twelve months: what contracts oblige to by their terms.

use std::collections::BTreeMap;

use chrono::{Months, NaiveDate};

use super::restated::{month_starts, restated};
use super::{ByCurrency, OutlookError, Uncounted, by_number};
use crate::billing::calendar::{CalendarError, Period};
use crate::billing::contract::adjustment::AdjustmentError;
use crate::billing::contract::{
    Contract, EffectiveItem, IndexTable, Month, Price, UnknownChange, contract_end, foreseen,
    next_end,
};
use crate::billing::rating::{Expectation, expected};
use crate::billing::{Currency, Money, MoneyError};

/// By what a contract obliges.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Obligation {
    /// A recurring fee.
    Recurring,
    /// The minimum of a metered item.
    Minimum,
}

/// What one item of one contract brings by its service in a stretch of days of one month.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ContractedPart {
    /// Number of the contract.
    pub contract: String,
    /// Customer number.
    pub customer: u32,
    /// The item.
    pub item: String,
    /// By what it obliges.
    pub obligation: Obligation,
    /// The days of service.
    pub service: Period,
    /// Net amount, discounts taken off.
    pub amount: Money,
    /// True where no term binds: the contract is open, and notice given today would end it before.
    pub beyond_term: bool,
}

/// The part of a calendar month that lies in the twelve months.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ContractedMonth {
    /// The month.
    pub month: Month,
    /// Its days that count: the first and the last month may be broken ones.
    pub days: Period,
    /// Sum of the parts.
    pub amount: Money,
    /// The share of it that lies beyond any fixed term.
    pub beyond_term: Money,
    /// The parts, in order of contract, item and service.
    pub parts: Vec<ContractedPart>,
}

/// What one contract adds to the twelve months.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ContractedShare {
    /// Number of the contract.
    pub contract: String,
    /// Customer number.
    pub customer: u32,
    /// Sum of its parts.
    pub amount: Money,
    /// The share of it that lies beyond any fixed term.
    pub beyond_term: Money,
}

/// A change of price that falls into the days counted and cannot be worked out yet: the price
/// before it is counted on.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct UnknownPrice {
    /// Number of the contract.
    pub contract: String,
    /// The clause.
    pub clause: String,
    /// First day of the price that is not known.
    pub from: NaiveDate,
    /// What is missing.
    pub because: AdjustmentError,
}

/// Contracted revenue in one currency.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Contracted {
    /// The twelve months.
    pub days: Period,
    /// Sum of the months.
    pub amount: Money,
    /// The share of it that lies beyond any fixed term: open contracts, after the end that notice
    /// given on the day would bring about.
    pub beyond_term: Money,
    /// Every calendar month of the days, in order.
    pub months: Vec<ContractedMonth>,
    /// The same by contract, in order of their numbers.
    pub contracts: Vec<ContractedShare>,
    /// Changes of price that are not known yet, in order of contract and day.
    pub unknown_prices: Vec<UnknownPrice>,
    /// Contracts that could not be counted.
    pub uncounted: Vec<Uncounted>,
}

/// What was gathered in one currency.
#[derive(Default)]
struct Gathered {
    parts: Vec<ContractedPart>,
    unknown_prices: Vec<UnknownPrice>,
    uncounted: Vec<Uncounted>,
}

/// What contracts oblige to by their terms in the twelve months from a day on, as known on that
/// day: recurring fees with the discounts, price steps and counts that are agreed, and minimums of
/// metered items. It counts when the service is rendered, whether it was billed or not, prorated as
/// the contract says.
///
/// A contract counts up to the end that is agreed, or the first end that notice could still bring
/// about ([`next_end`]): a renewal that nobody is bound to yet is none. An open contract has no
/// term that ends; it counts for all twelve months, and the share beyond its notice is stated.
/// A minimum counts day by day, whatever was used of it. Use above minimums and one-off charges do
/// not count.
///
/// The notion is that of the transaction price allocated to remaining performance obligations
/// (IFRS 15, paragraph 120), for a year instead of all time, and with open contracts.
///
/// # Errors
/// [`OutlookError::Money`] when a sum leaves its range, [`OutlookError::Calendar`]. A contract that
/// cannot be rated is listed as uncounted instead.
pub fn contracted<'a>(
    contracts: impl IntoIterator<Item = &'a Contract>,
    indices: &IndexTable,
    day: NaiveDate,
) -> Result<ByCurrency<Contracted>, OutlookError> {
    let end = day
        .checked_add_months(Months::new(12))
        .ok_or(CalendarError::OutOfRange)?;
    let days = Period::new(day, end)?;
    let mut found: ByCurrency<Gathered> = ByCurrency::new();
    for contract in contracts {
        let foretold = foretold(contract, indices, days);
        if foretold.as_ref().is_ok_and(|found| found.parts.is_empty()) {
            continue;
        }
        let of = found.entry(contract.currency).or_default();
        match foretold {
            Ok(Foretold { parts, unknown }) => {
                of.parts.extend(parts);
                of.unknown_prices.extend(unknown);
            }
            Err(because) => of.uncounted.push(Uncounted {
                number: contract.number.clone(),
                because,
            }),
        }
    }
    let sums = found.into_iter();
    sums.map(|(currency, gathered)| Ok((currency, summed(gathered, currency, days)?)))
        .collect()
}

/// What one contract brings.
#[derive(Default)]
struct Foretold {
    parts: Vec<ContractedPart>,
    unknown: Vec<UnknownPrice>,
}

fn foretold(
    contract: &Contract,
    indices: &IndexTable,
    days: Period,
) -> Result<Foretold, OutlookError> {
    let day = days.start();
    let bound = next_end(contract, day)?;
    let last = if contract.term.end.is_some() {
        Some(bound)
    } else {
        contract_end(contract, day)?
    };
    let last = last.map_or(days.end(), |last| last.min(days.end()));
    let Ok(counted) = Period::new(day, last) else {
        return Ok(Foretold::default());
    };
    let known = foreseen(contract, indices, day, last)?;
    let restated = restated(contract, &known.items, counted, bound);
    let groups = expected(Expectation {
        contract: &restated,
        indices: &IndexTable::default(),
        readings: &[],
        known_on: day,
        due_by: counted.last_day(),
        service_until: None,
    })?;
    let mut sums: BTreeMap<(&str, Period), Money> = BTreeMap::new();
    for group in &groups {
        for line in &group.lines {
            let zero = Money::zero(contract.currency);
            let sum = sums.entry((&group.key.item, line.service)).or_insert(zero);
            *sum = sum.plus(line.net)?;
        }
    }
    let part = |((item, service), amount): ((&str, Period), Money)| ContractedPart {
        contract: contract.number.clone(),
        customer: contract.customer,
        item: item.to_owned(),
        obligation: obligation(&known.items, item),
        service,
        amount,
        beyond_term: service.start() >= bound,
    };
    Ok(Foretold {
        parts: sums.into_iter().map(part).collect(),
        unknown: unknown_prices(contract, known.unknown),
    })
}

fn obligation(known: &[EffectiveItem], id: &str) -> Obligation {
    let found = known.iter().find(|item| item.item.id == id);
    match found.map(|item| &item.item.price) {
        Some(Price::Usage { .. }) => Obligation::Minimum,
        _ => Obligation::Recurring,
    }
}

fn unknown_prices(contract: &Contract, changes: Vec<UnknownChange>) -> Vec<UnknownPrice> {
    changes
        .into_iter()
        .map(|change| UnknownPrice {
            contract: contract.number.clone(),
            clause: change.clause,
            from: change.from,
            because: change.because,
        })
        .collect()
}

fn summed(
    gathered: Gathered,
    currency: Currency,
    days: Period,
) -> Result<Contracted, OutlookError> {
    let Gathered {
        mut parts,
        mut unknown_prices,
        mut uncounted,
    } = gathered;
    let key = |part: &ContractedPart| (part.contract.clone(), part.item.clone(), part.service);
    parts.sort_by_cached_key(key);
    unknown_prices
        .sort_by(|a, b| (&a.contract, a.from, &a.clause).cmp(&(&b.contract, b.from, &b.clause)));
    by_number(&mut uncounted);
    let contracts = shares(&parts)?;
    let mut by_month: BTreeMap<Month, Vec<ContractedPart>> = BTreeMap::new();
    for part in parts {
        let month = Month::of(part.service.start());
        by_month.entry(month).or_default().push(part);
    }
    let starts: Vec<NaiveDate> = month_starts(days).into_iter().collect();
    let mut months = Vec::new();
    for days in days.split_at(&starts) {
        let month = Month::of(days.start());
        let parts = by_month.remove(&month).unwrap_or_default();
        months.push(ContractedMonth {
            month,
            days,
            amount: Money::sum(parts.iter().map(|part| part.amount), currency)?,
            beyond_term: beyond(&parts, currency)?,
            parts,
        });
    }
    Ok(Contracted {
        days,
        amount: Money::sum(months.iter().map(|month| month.amount), currency)?,
        beyond_term: Money::sum(months.iter().map(|month| month.beyond_term), currency)?,
        months,
        contracts,
        unknown_prices,
        uncounted,
    })
}

fn beyond(parts: &[ContractedPart], currency: Currency) -> Result<Money, MoneyError> {
    let beyond = parts.iter().filter(|part| part.beyond_term);
    Money::sum(beyond.map(|part| part.amount), currency)
}

/// What each contract adds, of parts in order of their contracts.
fn shares(parts: &[ContractedPart]) -> Result<Vec<ContractedShare>, MoneyError> {
    let share = |own: &[ContractedPart]| {
        let first = own.first()?;
        let currency = first.amount.currency();
        let sums = Money::sum(own.iter().map(|part| part.amount), currency)
            .and_then(|amount| Ok((amount, beyond(own, currency)?)));
        Some(sums.map(|(amount, beyond_term)| ContractedShare {
            contract: first.contract.clone(),
            customer: first.customer,
            amount,
            beyond_term,
        }))
    };
    let own = parts.chunk_by(|one, next| one.contract == next.contract);
    own.filter_map(share).collect()
}
