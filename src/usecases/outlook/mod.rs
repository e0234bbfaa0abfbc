//! Figures over the whole book: what contracts bring and bind, what is open, what falls due.
//!
//! They are worked out once a change and kept; a page that asks meanwhile gets what was known
//! before, and is told so.

mod cache;

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use chrono::{DateTime, NaiveDate, Utc};
use tokio::task::JoinHandle;

use super::Failure;
use super::facts::index_table;
use crate::access::principal::Denied;
use crate::access::{Permission, Principal, Program};
use crate::app::App;
use crate::billing::biller::{BillingError, Facts, readiness};
use crate::billing::contract::{Contract, IndexTable, contract_end};
use crate::billing::dated::Dated;
use crate::billing::outlook::{
    ByCurrency, Contracted, Due, DueDates, OpenAmounts, OutlookError, Recurring, RecurringMonth,
    contracted, due_since, open_amounts, recurring, recurring_by_month,
};
use crate::billing::party::{Customer, Seller};
use crate::billing::shared::Shared;
use crate::billing::tax::{Supply, TaxRules, decide};
use crate::db::payments::held::{Held, held};
use crate::db::payments::receivables::receivables;
use crate::db::runs::{self, Blocked};
use crate::db::today::PendingDocument;
use crate::db::{AsOf, Source, contracts, customers, sellers, today};
use crate::error::Problem;

pub use cache::Cache;

/// A customer that cannot be billed as it is.
#[derive(Debug, Clone, PartialEq)]
pub struct Lacking {
    /// Customer number.
    pub customer: u32,
    /// Its name.
    pub name: String,
    /// The contract in which it was met.
    pub contract: String,
    /// What keeps it from being billed.
    pub lack: BillingError,
}

/// What follows from what is agreed.
#[derive(Debug, Clone)]
pub struct Agreed {
    /// The day it is seen from.
    pub day: NaiveDate,
    /// The instant whose knowledge counts.
    pub known_at: DateTime<Utc>,
    /// Recurring revenue.
    pub recurring: ByCurrency<Recurring>,
    /// How recurring revenue came to be, month by month.
    pub months: Vec<RecurringMonth>,
    /// Contracted revenue of the next twelve months.
    pub contracted: ByCurrency<Contracted>,
    /// Fees that fell due since the books were closed.
    pub due: ByCurrency<Due>,
    /// The day up to which the books are closed.
    pub closed: Option<NaiveDate>,
    /// Contracts that the newest run could not bill.
    pub blocked: Vec<Blocked>,
    /// Customers that cannot be billed, each reason once.
    pub lacking: Vec<Lacking>,
}

/// Days within which an amount falls due soon, and those within which it does later.
pub const SOON: u64 = 30;
pub const LATER: u64 = 90;

/// What follows from what is booked.
#[derive(Debug, Clone)]
pub struct Booked {
    /// The day it is seen from.
    pub day: NaiveDate,
    /// The instant whose knowledge counts.
    pub known_at: DateTime<Utc>,
    /// Open amounts by age.
    pub open: ByCurrency<OpenAmounts>,
    /// The same by how soon they fall due: [`SOON`] and [`LATER`].
    pub dates: ByCurrency<DueDates>,
    /// Money that is held for customers, the oldest first.
    pub held: Vec<Held>,
}

/// Numbered documents whose files are still to be made.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Pending {
    /// The first of them.
    pub first: Vec<PendingDocument>,
    /// How many there are.
    pub count: u64,
}

/// Pending documents that are listed; of more, how many there are.
const LISTED: u64 = 8;

/// A figure, and whether it knows of everything that has changed.
#[derive(Debug)]
pub struct Known<T> {
    /// The figure.
    pub figure: Arc<T>,
    /// False while it is being worked out anew.
    pub newest: bool,
}

fn granted(by: &Principal, permission: Permission) -> Result<(), Failure> {
    by.require(permission)
        .map_err(|denied: Denied| Failure::of(denied.code(), &denied))?;
    Ok(())
}

fn failed(error: &OutlookError) -> Failure {
    Failure::of(error.code(), error)
}

/// What follows from what is agreed.
///
/// # Errors
/// `access.denied`, `outlook.not-made`.
pub async fn agreed(app: &App, by: &Principal, cache: &Cache) -> Result<Known<Agreed>, Failure> {
    granted(by, Permission::ReadContracts)?;
    let day = app.clock.business().date_naive();
    let marks = today::marks(&app.db.reader()).await?;
    let (own, kept) = (app.clone(), cache.contracts.clone());
    let work = async move { work_out_agreed(&own, &kept, marks).await };
    cache
        .agreed
        .get(((marks.agreed, day), marks.late), work)
        .await
}

/// What follows from what is booked.
///
/// # Errors
/// `access.denied`, `outlook.not-made`.
pub async fn booked(app: &App, by: &Principal, cache: &Cache) -> Result<Known<Booked>, Failure> {
    granted(by, Permission::ReadInvoices)?;
    let day = app.clock.business().date_naive();
    let marks = today::marks(&app.db.reader()).await?;
    let own = app.clone();
    let work = async move { work_out_booked(&own).await };
    cache
        .booked
        .get(((marks.booked, day), marks.late), work)
        .await
}

/// Numbered documents whose files are still to be made.
///
/// # Errors
/// `access.denied`, `outlook.not-made`.
pub async fn pending(app: &App, by: &Principal, cache: &Cache) -> Result<Known<Pending>, Failure> {
    granted(by, Permission::ReadInvoices)?;
    let day = app.clock.business().date_naive();
    let on = app.db.reader();
    let marks = today::marks(&on).await?;
    let work = async move {
        let (first, count) = today::pending_documents(&on, LISTED).await?;
        Ok(Pending { first, count })
    };
    cache
        .pending
        .get(((marks.filed, day), marks.late), work)
        .await
}

async fn work_out_agreed(
    app: &App,
    kept: &cache::Contracts,
    marks: today::Marks,
) -> Result<Agreed, Failure> {
    let on = app.db.reader();
    let at = AsOf::now(app.clock.business());
    let all = kept
        .get(&on, at, (marks.agreed.first().copied(), marks.late))
        .await?;
    let indices = index_table(&on, all.iter(), at.known_at).await?;
    let closed = runs::closed_until(&on).await?;
    let blocked = match runs::latest(&on).await? {
        Some(run) => runs::blocked(&on, run.id).await?,
        None => Vec::new(),
    };
    let parties = Parties::load(&on, at).await?;
    let tax = Arc::clone(&app.tax);
    let made = tokio::task::spawn_blocking(move || {
        let lacking = lacking(&all, &parties, &tax, at.day);
        figures(&all, &indices, (closed, at)).map(|made| Agreed {
            blocked,
            lacking,
            ..made
        })
    });
    finished(made).await
}

fn figures(
    all: &[Contract],
    indices: &IndexTable,
    (closed, at): (Option<NaiveDate>, AsOf),
) -> Result<Agreed, OutlookError> {
    let each: Vec<&Contract> = all.iter().collect();
    Ok(Agreed {
        day: at.day,
        known_at: at.known_at,
        recurring: recurring(all, indices, at.day)?,
        months: recurring_by_month(&each, indices, at.day)?,
        contracted: contracted(all, indices, at.day)?,
        due: due_since(all, indices, (closed, at.day))?,
        closed,
        blocked: Vec::new(),
        lacking: Vec::new(),
    })
}

async fn work_out_booked(app: &App) -> Result<Booked, Failure> {
    let on = app.db.reader();
    let at = AsOf::now(app.clock.business());
    let receivables = receivables(&on, (Program::itself().into(), None), at).await?;
    let held = held(&on, Program::itself()).await?;
    let made = tokio::task::spawn_blocking(move || {
        let open = open_amounts(&receivables, at.day)?;
        let dates = open
            .iter()
            .map(|(currency, open)| Ok((*currency, open.due_dates(SOON, LATER)?)));
        Ok(Booked {
            day: at.day,
            known_at: at.known_at,
            dates: dates.collect::<Result<_, OutlookError>>()?,
            open,
            held,
        })
    });
    finished(made).await
}

/// What was worked out beside the pages.
async fn finished<T>(made: JoinHandle<Result<T, OutlookError>>) -> Result<T, Failure> {
    let made = made
        .await
        .map_err(|error| Failure::of("internal.unlisted", &error))?;
    made.map_err(|error| failed(&error))
}

/// Sellers and customers as they are on a day, by their codes and numbers.
struct Parties {
    sellers: BTreeMap<String, Shared<Seller>>,
    customers: BTreeMap<u32, Shared<Customer>>,
}

impl Parties {
    async fn load(on: &impl Source, at: AsOf) -> Result<Self, Failure> {
        let mut known = BTreeMap::new();
        for code in sellers::ids(on, at.known_at).await? {
            if let Some(seller) = sellers::as_of::<Seller>(on, &code, at.day, at.known_at).await? {
                known.insert(code, seller.body.into());
            }
        }
        let all = customers::list::every::<Customer>(on, Program::itself(), at).await?;
        let customers = all
            .into_iter()
            .map(|one| (one.body.number, one.body.into()));
        Ok(Self {
            sellers: known,
            customers: customers.collect(),
        })
    }
}

/// What the biller would stop at before it looks at any amount: identifiers and tax evidence of
/// every customer with a contract that is not over. Each reason once a customer.
fn lacking(all: &[Contract], parties: &Parties, tax: &TaxRules, day: NaiveDate) -> Vec<Lacking> {
    let mut found: Vec<Lacking> = Vec::new();
    let mut said: BTreeSet<(u32, &'static str)> = BTreeSet::new();
    for contract in all {
        let over = contract_end(contract, day).is_ok_and(|end| end.is_some_and(|end| end <= day));
        let (Some(seller), Some(customer)) = (
            parties.sellers.get(&contract.seller),
            parties.customers.get(&contract.customer),
        ) else {
            continue;
        };
        if over {
            continue;
        }
        if let Some(lack) = lack(contract, (seller, customer), tax, day)
            && said.insert((contract.customer, lack.code()))
        {
            found.push(Lacking {
                customer: contract.customer,
                name: customer.legal_name.clone(),
                contract: contract.number.clone(),
                lack,
            });
        }
    }
    found.sort_by_key(|one| one.customer);
    found
}

fn lack(
    contract: &Contract,
    (seller, customer): (&Shared<Seller>, &Shared<Customer>),
    tax: &TaxRules,
    day: NaiveDate,
) -> Option<BillingError> {
    let facts = Facts {
        contract,
        seller: Dated::always(seller),
        customer: Dated::always(customer),
        indices: &IndexTable::default(),
        readings: &[],
        credits: &[],
        tax,
    };
    if let Err(lack) = readiness(&facts, day) {
        return Some(lack);
    }
    contract
        .every_item()
        .map(|item| item.nature)
        .find_map(|nature| {
            let supply = Supply {
                nature,
                seller,
                customer,
                tax_point: day,
                decided_on: day,
            };
            decide(&supply, tax).err().map(BillingError::from)
        })
}

/// Names of customers, by number, for whoever may see them.
///
/// # Errors
/// `db.*`.
pub async fn names(
    app: &App,
    by: &Principal,
    numbers: impl IntoIterator<Item = u32>,
) -> Result<BTreeMap<u32, String>, Failure> {
    let Ok(granted) = by.require(Permission::ReadCustomers) else {
        return Ok(BTreeMap::new());
    };
    let numbers: BTreeSet<String> = numbers.into_iter().map(|one| one.to_string()).collect();
    let numbers: Vec<String> = numbers.into_iter().collect();
    let at = AsOf::now(app.clock.business());
    let on = app.db.reader();
    let found = customers::list::several::<Customer>(&on, granted.scope(), &numbers, at).await?;
    let named = found
        .into_iter()
        .map(|one| (one.body.number, one.body.legal_name));
    Ok(named.collect())
}

/// The contracts of the book on a day.
async fn load(on: &impl Source, at: AsOf) -> Result<Vec<Contract>, Failure> {
    let all = contracts::list::every::<Contract>(on, Program::itself(), at).await?;
    Ok(all.into_iter().map(|one| one.body).collect())
}

fn not_made() -> Failure {
    Problem::new(
        "outlook.not-made",
        "the figures could not be worked out; the log says why",
    )
    .into()
}
