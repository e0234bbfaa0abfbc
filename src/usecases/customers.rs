//! Customers, for whoever may see them: a list, and one with its states and what it lacks.

use std::collections::{BTreeMap, BTreeSet};

use chrono::NaiveDate;

use super::Failure;
use super::contracts::{self as contract_pages, Invoiced, Listed};
use crate::access::principal::Denied;
use crate::access::{Granted, Permission, Principal, Scope};
use crate::app::App;
use crate::billing::biller::{BillingError, Facts, readiness};
use crate::billing::contract::{Contract, IndexTable};
use crate::billing::dated::Dated;
use crate::billing::party::{Customer, Seller};
use crate::billing::shared::Shared;
use crate::billing::tax::{ServiceNature, Supply, TaxBlocked, TaxRules, TaxTreatment, decide};
use crate::db::browse::{Pages, Window};
use crate::db::contracts::list::{self as contract_list, ContractFilter, ContractState};
use crate::db::customers::browse::{self, CustomerOrder};
use crate::db::customers::list::{self, CustomerFilter, CustomerPage};
use crate::db::invoices::newest::Whose;
use crate::db::{AsOf, Reader, Version, sellers};

/// Contracts that are shown with their customer.
const CONTRACTS: u64 = 25;

fn granted(by: &Principal) -> Result<Granted, Failure> {
    by.require(Permission::ReadCustomers)
        .map_err(|denied: Denied| Failure::of(denied.code(), &denied))
}

/// A page of customers.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ListedCustomers {
    /// The customers as they are today.
    pub page: CustomerPage<Customer>,
    /// How many contracts of each run, by customer number.
    pub running: BTreeMap<String, u64>,
    /// Codes of the countries that customers have or had.
    pub countries: Vec<String>,
}

/// A page of customers as they are today.
///
/// # Errors
/// `access.denied`.
pub async fn page(
    app: &App,
    by: &Principal,
    filter: &CustomerFilter,
    from: (Option<&str>, u64),
) -> Result<ListedCustomers, Failure> {
    let scope = granted(by)?.scope();
    let (on, at) = (app.db.reader(), AsOf::now(app.clock.business()));
    let page = list::list(&on, scope, filter, at, from).await?;
    let numbers: Vec<String> = page.customers.iter().map(|one| one.owner.clone()).collect();
    Ok(ListedCustomers {
        running: contract_list::running(&on, scope, &numbers, at).await?,
        countries: list::countries(&on, scope).await?,
        page,
    })
}

/// A page of customers in an order, each with how many of its contracts run.
///
/// # Errors
/// `access.denied`.
pub async fn browse(
    app: &App,
    by: &Principal,
    filter: &CustomerFilter,
    window: &Window<CustomerOrder>,
) -> Result<(Vec<(Customer, u64)>, Pages), Failure> {
    let scope = granted(by)?.scope();
    let (on, at) = (app.db.reader(), AsOf::now(app.clock.business()));
    let (found, pages) = browse::page::<Customer>(&on, scope, (filter, at), window).await?;
    let numbers: Vec<String> = found.iter().map(|one| one.owner.clone()).collect();
    let running = contract_list::running(&on, scope, &numbers, at).await?;
    let counted = found.into_iter().map(|one| {
        let many = running.get(&one.owner).copied().unwrap_or_default();
        (one.body, many)
    });
    Ok((counted.collect(), pages))
}

/// Codes of the countries that customers have or had.
///
/// # Errors
/// `access.denied`.
pub async fn countries(app: &App, by: &Principal) -> Result<Vec<String>, Failure> {
    let scope = granted(by)?.scope();
    Ok(list::countries(&app.db.reader(), scope).await?)
}

/// How a kind of service is taxed today, or why it cannot be.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TaxToday {
    /// The kind of service.
    pub nature: ServiceNature,
    /// Whether a contract of the customer sells it.
    pub sold: bool,
    /// The decision.
    pub decision: Result<TaxTreatment, TaxBlocked>,
}

/// A customer with what belongs to it.
#[derive(Debug, Clone)]
pub struct CustomerSheet {
    /// The day it is seen from.
    pub today: NaiveDate,
    /// The customer as it is today; the first state of one that begins later.
    pub customer: Customer,
    /// All of its states by their first day.
    pub states: Vec<Version<Customer>>,
    /// Its contracts; none for those who may not see contracts.
    pub contracts: Option<Listed>,
    /// Its newest invoices; none for those who may not see invoices.
    pub invoiced: Option<Invoiced>,
    /// How it is taxed today; empty while nobody sells to it.
    pub tax: Vec<TaxToday>,
    /// What keeps contracts from being billed, each once, with the contract it was met in.
    pub lacks: Vec<(String, BillingError)>,
}

/// One customer as it is today; none when there is none within reach.
///
/// # Errors
/// `access.denied`, `db.corrupt-row`.
pub async fn one(
    app: &App,
    by: &Principal,
    number: &str,
) -> Result<Option<CustomerSheet>, Failure> {
    let scope = granted(by)?.scope();
    let (on, at) = (app.db.reader(), AsOf::now(app.clock.business()));
    let states = list::states::<Customer>(&on, scope, number, at.known_at).await?;
    let dated: Vec<(NaiveDate, Customer)> = states
        .iter()
        .map(|state| (state.valid_from, state.body.clone()))
        .collect();
    let Some(dated) = Dated::since(&dated) else {
        return Ok(None);
    };
    let customer = dated.on(at.day).clone();
    let invoiced = contract_pages::invoiced(&on, by, Whose::Customer(number)).await?;
    let mut sheet = CustomerSheet {
        today: at.day,
        contracts: contracts(&on, by, scope, number, at).await?,
        customer,
        states,
        invoiced,
        tax: Vec::new(),
        lacks: Vec::new(),
    };
    if let Some(listed) = &sheet.contracts {
        let selling = selling(&on, listed, at).await?;
        let standing = selling.standing(&sheet.customer, &app.tax, at.day);
        (sheet.tax, sheet.lacks) = (standing.tax, standing.lacks);
    }
    Ok(Some(sheet))
}

/// The contracts of a customer that have not ended, and who sells under them.
pub(super) struct Selling {
    open: Vec<Contract>,
    sellers: BTreeMap<String, Seller>,
}

/// What billing makes of a customer on a day.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Standing {
    /// How it is taxed; empty while nobody sells to it.
    pub tax: Vec<TaxToday>,
    /// What keeps contracts from being billed, each once, with the contract it was met in.
    pub lacks: Vec<(String, BillingError)>,
}

impl Selling {
    /// What billing makes of the customer, as it is or as it would be.
    pub(super) fn standing(
        &self,
        customer: &Customer,
        rules: &TaxRules,
        day: NaiveDate,
    ) -> Standing {
        let open: Vec<&Contract> = self.open.iter().collect();
        let seller = self.sellers.values().next();
        let tax = seller.map(|seller| taxed(&open, (seller, customer), rules, day));
        Standing {
            tax: tax.unwrap_or_default(),
            lacks: lacks(&open, (&self.sellers, customer), rules, day),
        }
    }
}

async fn selling(on: &Reader, listed: &Listed, at: AsOf) -> Result<Selling, Failure> {
    let open = listed.contracts.iter();
    let open = open.filter(|one| one.state != ContractState::Ended);
    let open: Vec<Contract> = open.map(|one| one.contract.clone()).collect();
    Ok(Selling {
        sellers: sellers_of(on, &open, at).await?,
        open,
    })
}

/// What is sold to a customer; nothing for those who may not see contracts.
pub(super) async fn sold_to(
    on: &Reader,
    by: &Principal,
    scope: Scope,
    number: &str,
    at: AsOf,
) -> Result<Option<Selling>, Failure> {
    match contracts(on, by, scope, number, at).await? {
        Some(listed) => selling(on, &listed, at).await.map(Some),
        None => Ok(None),
    }
}

/// The contracts of a customer; none for those who may not see contracts.
async fn contracts(
    on: &Reader,
    by: &Principal,
    scope: Scope,
    number: &str,
    at: AsOf,
) -> Result<Option<Listed>, Failure> {
    if !by.may(Permission::ReadContracts) {
        return Ok(None);
    }
    let filter = ContractFilter {
        customer: Some(number.to_owned()),
        ..ContractFilter::default()
    };
    let page = contract_list::list(on, scope, &filter, at, (None, CONTRACTS)).await?;
    contract_pages::listed(on, page, at).await.map(Some)
}

/// Who sells under contracts, as they are on a day, by their codes.
async fn sellers_of(
    on: &Reader,
    open: &[Contract],
    at: AsOf,
) -> Result<BTreeMap<String, Seller>, Failure> {
    let mut known = BTreeMap::new();
    let codes: BTreeSet<&str> = open.iter().map(|one| one.seller.as_str()).collect();
    for code in codes {
        if let Some(seller) = sellers::as_of(on, code, at.day, at.known_at).await? {
            known.insert(code.to_owned(), seller.body);
        }
    }
    Ok(known)
}

/// How both kinds of service are taxed on a day.
fn taxed(
    open: &[&Contract],
    (seller, customer): (&Seller, &Customer),
    rules: &TaxRules,
    day: NaiveDate,
) -> Vec<TaxToday> {
    let sold: BTreeSet<bool> = open
        .iter()
        .flat_map(|contract| contract.every_item())
        .map(|item| item.nature)
        .map(|nature| nature == ServiceNature::Human)
        .collect();
    let both = [ServiceNature::Automated, ServiceNature::Human];
    both.into_iter()
        .map(|nature| TaxToday {
            nature,
            sold: sold.contains(&(nature == ServiceNature::Human)),
            decision: decide(
                &Supply {
                    nature,
                    seller,
                    customer,
                    tax_point: day,
                    decided_on: day,
                },
                rules,
            ),
        })
        .collect()
}

/// What the biller would stop at before it looks at any amount: each reason once, with the first
/// contract that has it.
fn lacks(
    open: &[&Contract],
    (sellers, customer): (&BTreeMap<String, Seller>, &Customer),
    tax: &TaxRules,
    day: NaiveDate,
) -> Vec<(String, BillingError)> {
    let customer: Shared<Customer> = customer.clone().into();
    let mut found: Vec<(String, BillingError)> = Vec::new();
    for contract in open {
        let Some(seller) = sellers.get(&contract.seller) else {
            continue;
        };
        let seller: Shared<Seller> = seller.clone().into();
        let facts = Facts {
            contract,
            seller: Dated::always(&seller),
            customer: Dated::always(&customer),
            indices: &IndexTable::default(),
            readings: &[],
            credits: &[],
            tax,
        };
        if let Err(lack) = readiness(&facts, day)
            && found.iter().all(|(_, known)| *known != lack)
        {
            found.push((contract.number.clone(), lack));
        }
    }
    found
}
