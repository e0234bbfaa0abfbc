//! Contracts, for whoever may see them: a list, and one with what follows from it.

use std::collections::BTreeMap;

use chrono::NaiveDate;

use super::Failure;
use super::facts::index_table;
use crate::access::principal::Denied;
use crate::access::{Granted, Permission, Principal, Scope};
use crate::app::App;
use crate::billing::calendar::CalendarError;
use crate::billing::contract::adjustment::DatedFactor;
use crate::billing::contract::effective::ContractError;
use crate::billing::contract::{
    Contract, EffectiveItem, Foreseen, IndexTable, UnknownChange, contract_end, foreseen, next_end,
};
use crate::billing::party::{Customer, Seller};
use crate::billing::rating::monthly_fee;
use crate::billing::revenue::monthly_recurring;
use crate::billing::{Money, MoneyError};
use crate::db::browse::{Pages, Window};
use crate::db::contracts::browse::{self, ContractOrder};
use crate::db::contracts::list::{self, ContractFilter, ContractPage, ContractState};
use crate::db::invoices::StoredInvoice;
use crate::db::invoices::newest::{self, Whose};
use crate::db::service_levels::{self, Outcome};
use crate::db::{AsOf, DbError, Reader, Version, customers, sellers};

/// Invoices that are shown with their contract or customer.
const INVOICES: u64 = 12;
/// Results of service levels that are shown with their contract.
const OUTCOMES: u64 = 24;

fn granted(by: &Principal) -> Result<Granted, Failure> {
    by.require(Permission::ReadContracts)
        .map_err(|denied: Denied| Failure::of(denied.code(), &denied))
}

/// Where a contract stands on a day, by what is known on it.
///
/// # Errors
/// [`CalendarError::OutOfRange`].
pub fn state(contract: &Contract, day: NaiveDate) -> Result<ContractState, CalendarError> {
    if contract.term.start > day {
        return Ok(ContractState::NotBegun);
    }
    let over = contract_end(contract, day)?.is_some_and(|end| end <= day);
    Ok(if over {
        ContractState::Ended
    } else {
        ContractState::Running
    })
}

/// A contract with what a list says of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ListedContract {
    /// The contract as it is today.
    pub contract: Contract,
    /// Where it stands.
    pub state: ContractState,
    /// The day after its last one, where that is agreed.
    pub end: Option<NaiveDate>,
    /// What it brings in a month; none where it does not run, or where that cannot be worked out.
    pub fee: Option<Money>,
}

/// A page of contracts.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Listed {
    /// The contracts, by number.
    pub contracts: Vec<ListedContract>,
    /// How many there are in all pages.
    pub count: u64,
    /// The number behind which the next page begins.
    pub next: Option<String>,
    /// Names of their customers, by number.
    pub names: BTreeMap<u32, String>,
}

/// A page of contracts as they are today.
///
/// # Errors
/// `access.denied`.
pub async fn page(
    app: &App,
    by: &Principal,
    filter: &ContractFilter,
    from: (Option<&str>, u64),
) -> Result<Listed, Failure> {
    let scope = granted(by)?.scope();
    let (on, at) = (app.db.reader(), AsOf::now(app.clock.business()));
    let found = list::list(&on, scope, filter, at, from).await?;
    let mut listed = listed(&on, found, at).await?;
    name(&on, scope, at, &mut listed).await?;
    Ok(listed)
}

/// A page of contracts in an order.
///
/// # Errors
/// `access.denied`.
pub async fn browse(
    app: &App,
    by: &Principal,
    filter: &ContractFilter,
    window: &Window<ContractOrder>,
) -> Result<(Listed, Pages), Failure> {
    let scope = granted(by)?.scope();
    let (on, at) = (app.db.reader(), AsOf::now(app.clock.business()));
    let (contracts, pages) = browse::page(&on, scope, (filter, at), window).await?;
    let found = ContractPage {
        contracts,
        count: pages.count,
        next: None,
    };
    let mut listed = listed(&on, found, at).await?;
    name(&on, scope, at, &mut listed).await?;
    Ok((listed, pages))
}

/// The servers whose domain holds a text, each with its contract.
///
/// # Errors
/// `access.denied`.
pub async fn instances(
    app: &App,
    by: &Principal,
    text: &str,
    limit: u64,
) -> Result<Vec<(String, String)>, Failure> {
    let scope = granted(by)?.scope();
    let at = AsOf::now(app.clock.business());
    Ok(browse::instances(&app.db.reader(), scope, (text, at), limit).await?)
}

/// Looks up the names of the customers.
async fn name(on: &Reader, scope: Scope, at: AsOf, listed: &mut Listed) -> Result<(), Failure> {
    let numbers = listed
        .contracts
        .iter()
        .map(|one| one.contract.customer.to_string());
    let numbers: Vec<String> = numbers.collect();
    for customer in customers::list::several::<Customer>(on, scope, &numbers, at).await? {
        let Customer {
            number, legal_name, ..
        } = customer.body;
        listed.names.insert(number, legal_name);
    }
    Ok(())
}

/// What a list says of contracts; without the names of their customers.
pub(super) async fn listed(
    on: &Reader,
    page: ContractPage<Contract>,
    at: AsOf,
) -> Result<Listed, Failure> {
    let bodies = page.contracts.iter().map(|one| &one.body);
    let indices = index_table(on, bodies, at.known_at).await?;
    let mut contracts = Vec::with_capacity(page.contracts.len());
    for Version { body: contract, .. } in page.contracts {
        let state = state(&contract, at.day).map_err(calendar)?;
        let fee = match state {
            ContractState::Running => monthly_recurring(&contract, &indices, at.day).ok(),
            ContractState::NotBegun | ContractState::Ended => None,
        };
        contracts.push(ListedContract {
            end: contract_end(&contract, at.day).map_err(calendar)?,
            contract,
            state,
            fee,
        });
    }
    Ok(Listed {
        contracts,
        count: page.count,
        next: page.next,
        names: BTreeMap::new(),
    })
}

fn calendar(error: CalendarError) -> Failure {
    Failure::of(error.code(), &error)
}

/// What was invoiced under a contract or to a customer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Invoiced {
    /// The newest invoices.
    pub newest: Vec<StoredInvoice>,
    /// How many there are.
    pub count: u64,
}

/// The newest invoices; none for those who may not see invoices.
pub(super) async fn invoiced(
    on: &Reader,
    by: &Principal,
    whose: Whose<'_>,
) -> Result<Option<Invoiced>, Failure> {
    let Ok(granted) = by.require(Permission::ReadInvoices) else {
        return Ok(None);
    };
    let (newest, count) = newest::newest(on, granted.scope(), whose, INVOICES).await?;
    Ok(Some(Invoiced { newest, count }))
}

/// A contract and what follows from it.
#[derive(Debug, Clone)]
pub struct ContractSheet {
    /// The day it is seen from.
    pub today: NaiveDate,
    /// The contract.
    pub contract: Contract,
    /// Its customer.
    pub customer: Option<Customer>,
    /// Who sells.
    pub seller: Option<Seller>,
    /// Where it stands.
    pub state: ContractState,
    /// The day after its last one, where that is agreed.
    pub end: Option<NaiveDate>,
    /// The day after the last one if notice came in today.
    pub next_end: Option<NaiveDate>,
    /// Items with their prices, as far as they can be foreseen.
    pub items: Vec<EffectiveItem>,
    /// Changes of price that cannot be worked out yet.
    pub unknown: Vec<UnknownChange>,
    /// Why prices cannot be worked out at all, and are shown as first agreed.
    pub fault: Option<ContractError>,
    /// Changes of price that clauses have made or will make, by clause.
    pub factors: Vec<(String, Vec<DatedFactor>)>,
    /// What it brings in a month today, or on its first day; none when it is over.
    pub fee: Option<Money>,
    /// The fee of a month over time, before discounts: from a day, to a day.
    pub fees: Vec<(NaiveDate, NaiveDate, Money)>,
    /// Results of service levels, newest first.
    pub outcomes: Vec<Outcome>,
    /// Its invoices; none for those who may not see invoices.
    pub invoiced: Option<Invoiced>,
    /// What they come to without tax, a sum a currency.
    pub net: Vec<Money>,
}

/// One contract as it is today; none when there is none within reach.
///
/// # Errors
/// `access.denied`, `db.corrupt-row`.
pub async fn one(
    app: &App,
    by: &Principal,
    number: &str,
) -> Result<Option<ContractSheet>, Failure> {
    let scope = granted(by)?.scope();
    let (on, at) = (app.db.reader(), AsOf::now(app.clock.business()));
    let Some(contract) = within(&on, scope, number, at).await? else {
        return Ok(None);
    };
    let indices = index_table(&on, [&contract], at.known_at).await?;
    let seller = sellers::as_of(&on, &contract.seller, at.day, at.known_at).await?;
    let outcomes = service_levels::newest(&on, scope, number, OUTCOMES).await?;
    let invoiced = invoiced(&on, by, Whose::Contract(number)).await?;
    let net = match &invoiced {
        Some(_) => newest::net(&on, scope, number).await?,
        None => Vec::new(),
    };
    let customer = [contract.customer.to_string()];
    let customer = customers::list::several(&on, scope, &customer, at).await?;
    let mut sheet = foresee(contract, &indices, at.day)?;
    sheet.customer = customer.into_iter().next().map(|found| found.body);
    sheet.seller = seller.map(|found| found.body);
    sheet.outcomes = outcomes;
    sheet.invoiced = invoiced;
    sheet.net = net;
    Ok(Some(sheet))
}

/// A contract within reach, as it is on a day.
pub(super) async fn within(
    on: &Reader,
    scope: Scope,
    number: &str,
    at: AsOf,
) -> Result<Option<Contract>, DbError> {
    let found = list::several(on, scope, &[number.to_owned()], at).await?;
    Ok(found.into_iter().next().map(|version| version.body))
}

/// What follows from a contract, seen from a day.
fn foresee(
    contract: Contract,
    indices: &IndexTable,
    today: NaiveDate,
) -> Result<ContractSheet, Failure> {
    let state = state(&contract, today).map_err(calendar)?;
    let end = contract_end(&contract, today).map_err(calendar)?;
    // A term that never advances has no next end; the page then names none.
    let next_end = next_end(&contract, today).ok();
    let until = [end, next_end].into_iter().flatten().max().unwrap_or(today);
    let (fault, seen) = match foreseen(&contract, indices, today, until) {
        Ok(seen) => (None, seen),
        Err(fault) => (Some(fault), bare(&contract, indices, today, until)),
    };
    let day = today.max(contract.term.start);
    let fee = match state {
        ContractState::Ended => None,
        _ => monthly_recurring(&contract, indices, day).ok(),
    };
    let factors = contract.adjustments.iter().map(|clause| {
        let known = clause.known_factors(until, indices);
        (
            clause.id.clone(),
            known.map(|(known, _)| known).unwrap_or_default(),
        )
    });
    Ok(ContractSheet {
        factors: factors.collect(),
        fees: fees(&contract, &seen.items, until).unwrap_or_default(),
        items: seen.items,
        unknown: seen.unknown,
        today,
        contract,
        customer: None,
        seller: None,
        state,
        end,
        next_end,
        fault,
        fee,
        outcomes: Vec::new(),
        invoiced: None,
        net: Vec::new(),
    })
}

/// The items without the clauses that change prices, where those cannot be applied.
fn bare(contract: &Contract, indices: &IndexTable, today: NaiveDate, until: NaiveDate) -> Foreseen {
    let plain = Contract {
        adjustments: Vec::new(),
        ..contract.clone()
    };
    let seen = foreseen(&plain, indices, today, until);
    seen.unwrap_or_else(|_| Foreseen {
        items: Vec::new(),
        unknown: Vec::new(),
    })
}

/// The fee of a month before discounts, from each day on which it changes to the next.
fn fees(
    contract: &Contract,
    items: &[EffectiveItem],
    until: NaiveDate,
) -> Result<Vec<(NaiveDate, NaiveDate, Money)>, MoneyError> {
    let start = contract.term.start;
    let mut days: Vec<NaiveDate> = vec![start];
    for one in items {
        days.push(one.item.from);
        days.extend(one.item.until);
        days.extend(one.prices.iter().map(|step| step.from));
        days.extend(one.quantities.iter().map(|step| step.from));
    }
    days.retain(|day| *day >= start && *day < until);
    days.sort_unstable();
    days.dedup();
    let mut steps: Vec<(NaiveDate, NaiveDate, Money)> = Vec::with_capacity(days.len());
    for day in days {
        let parts = items.iter().map(|item| {
            let fee = monthly_fee(item, day, contract.currency);
            fee.unwrap_or(Money::zero(contract.currency))
        });
        let sum = Money::sum(parts, contract.currency)?;
        match steps.last_mut() {
            Some(last) if last.2 == sum => {}
            Some(last) => {
                last.1 = day;
                steps.push((day, until, sum));
            }
            None => steps.push((day, until, sum)),
        }
    }
    Ok(steps)
}
