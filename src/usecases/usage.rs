//! Readings of use, for whoever may see them: the newest ones, and those of a contract.

pub mod running;

use std::collections::{BTreeMap, BTreeSet};

use chrono::{Datelike, Months, NaiveDate};

use super::Failure;
use super::contracts::within;
use super::facts::{index_table, parse};
use crate::access::principal::Denied;
use crate::access::{Granted, Party, Permission, Principal, Scope};
use crate::app::App;
use crate::billing::contract::{Contract, EffectiveItem, Price, foreseen};
use crate::billing::invoice::Line;
use crate::billing::party::Customer;
use crate::billing::usage::MeterReading;
use crate::db::browse::{Pages, Window};
use crate::db::evidence_seen::{self, SeenSource};
use crate::db::invoices::newest;
use crate::db::readings::ReadingRecord;
use crate::db::readings::list::{self, ClosedReading, ReadingFilter, ReadingOrder, ReadingPage};
use crate::db::usage_alerts::{self, StoredAlert};
use crate::db::{AsOf, Reader, contracts, customers};
use running::ItemUse;

/// Months before the running period whose readings are shown with it.
const BEFORE: Months = Months::new(13);

fn granted(by: &Principal) -> Result<Granted, Failure> {
    let permission = match by.party() {
        Party::Staff => Permission::ReadUsage,
        Party::Customer(_) => Permission::ReadOwnUsage,
    };
    by.require(permission)
        .map_err(|denied: Denied| Failure::of(denied.code(), &denied))
}

/// A page of the newest readings.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Newest {
    /// The readings.
    pub page: ReadingPage,
    /// The contracts they belong to, as they are today, by number.
    pub contracts: BTreeMap<String, Contract>,
    /// Every meter that was read.
    pub meters: Vec<String>,
}

/// A page of the newest closed readings.
///
/// # Errors
/// `access.denied`.
pub async fn page(
    app: &App,
    by: &Principal,
    filter: &ReadingFilter,
    from: (Option<i64>, u64),
) -> Result<Newest, Failure> {
    let scope = granted(by)?.scope();
    let (on, at) = (app.db.reader(), AsOf::now(app.clock.business()));
    let page = list::newest(&on, scope, filter, from).await?;
    Ok(Newest {
        contracts: contracts_of(&on, scope, at, &page.readings).await?,
        page,
        meters: list::meters(&on, scope).await?,
    })
}

/// The contracts of readings, as they are on a day, by number.
async fn contracts_of(
    on: &Reader,
    scope: Scope,
    at: AsOf,
    readings: &[ClosedReading],
) -> Result<BTreeMap<String, Contract>, Failure> {
    let numbers: BTreeSet<String> = readings.iter().map(|one| one.contract.clone()).collect();
    let numbers: Vec<String> = numbers.into_iter().collect();
    let found = contracts::list::several::<Contract>(on, scope, &numbers, at).await?;
    let bodies = found
        .into_iter()
        .map(|version| (version.owner, version.body));
    Ok(bodies.collect())
}

/// Closed readings with their contracts, by number.
pub type Browsed = (Vec<ClosedReading>, BTreeMap<String, Contract>);

/// A page of closed readings in an order, with their contracts.
///
/// # Errors
/// `access.denied`.
pub async fn browse(
    app: &App,
    by: &Principal,
    filter: &ReadingFilter,
    window: &Window<ReadingOrder>,
) -> Result<(Browsed, Pages), Failure> {
    let scope = granted(by)?.scope();
    let (on, at) = (app.db.reader(), AsOf::now(app.clock.business()));
    let (readings, pages) = list::page(&on, scope, filter, window).await?;
    let contracts = contracts_of(&on, scope, at, &readings).await?;
    Ok(((readings, contracts), pages))
}

/// Every meter that was read.
///
/// # Errors
/// `access.denied`.
pub async fn meters(app: &App, by: &Principal) -> Result<Vec<String>, Failure> {
    let scope = granted(by)?.scope();
    Ok(list::meters(&app.db.reader(), scope).await?)
}

/// A closed reading with what it says and, where that may be seen, what was billed for it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Read {
    /// The row.
    pub record: ReadingRecord,
    /// The reading.
    pub reading: MeterReading,
}

/// A line that was billed for metered use.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BilledUse {
    /// The invoice's number.
    pub number: String,
    /// The line.
    pub line: Line,
}

/// The readings of a contract in one year.
#[derive(Debug, Clone)]
pub struct UsageSheet {
    /// The contract as it is today.
    pub contract: Contract,
    /// Name of its customer.
    pub customer: String,
    /// Its items, for allowances, units and names; empty when they cannot be worked out.
    pub items: Vec<EffectiveItem>,
    /// Years with readings, newest first.
    pub years: Vec<String>,
    /// The year shown.
    pub year: u16,
    /// Every revision of its readings, by instance, meter, period and revision.
    pub readings: Vec<Read>,
    /// What was billed for the use; none for those who may not see invoices.
    pub billed: Option<Vec<BilledUse>>,
}

/// The readings of a contract in a year, the newest one unless it is given; none when there is no
/// such contract within reach.
///
/// # Errors
/// `access.denied`, `db.corrupt-row`.
pub async fn of_contract(
    app: &App,
    by: &Principal,
    number: &str,
    year: Option<u16>,
) -> Result<Option<UsageSheet>, Failure> {
    let scope = granted(by)?.scope();
    let (on, at) = (app.db.reader(), AsOf::now(app.clock.business()));
    let Some(contract) = within(&on, scope, number, at).await? else {
        return Ok(None);
    };
    let years = list::years(&on, scope, number).await?;
    let newest_year = years.first().and_then(|year| year.parse().ok());
    let this_year = u16::try_from(at.day.year()).unwrap_or(u16::MAX);
    let year = year.or(newest_year).unwrap_or(this_year);
    let mut readings = Vec::new();
    for record in list::of_year(&on, scope, number, year).await? {
        let reading = parse("reading", number, &record.body)?;
        readings.push(Read { record, reading });
    }
    let reads = match by.party() {
        Party::Staff => Permission::ReadInvoices,
        Party::Customer(_) => Permission::ReadOwnInvoices,
    };
    let billed = match by.require(reads) {
        Ok(granted) => {
            let mut lines = Vec::new();
            for found in newest::metered(&on, granted.scope(), number, year).await? {
                let line = parse("invoice_line", number, &found.body)?;
                let number = found.number;
                lines.push(BilledUse { number, line });
            }
            Some(lines)
        }
        Err(_) => None,
    };
    let indices = index_table(&on, [&contract], at.known_at).await?;
    let items = foreseen(&contract, &indices, at.day, NaiveDate::MIN);
    Ok(Some(UsageSheet {
        items: items.map(|seen| seen.items).unwrap_or_default(),
        customer: customer_name(&on, scope, &contract, at).await?,
        contract,
        years,
        year,
        readings,
        billed,
    }))
}

/// The metered items of a contract in their running periods.
///
/// # Errors
/// `access.denied`, and those of `running::items`.
pub async fn running_now(
    app: &App,
    by: &Principal,
    contract: &Contract,
) -> Result<Vec<ItemUse>, Failure> {
    let scope = granted(by)?.scope();
    let (on, at) = (app.db.reader(), AsOf::now(app.clock.business()));
    // Only what the scope reaches is measured, whoever hands the contract in.
    let Some(contract) = within(&on, scope, &contract.number, at).await? else {
        return Ok(Vec::new());
    };
    running::items(app, &contract, running::Asked::default(), at.known_at).await
}

/// One metered item: its running period, the readings before it, and who sends them.
#[derive(Debug, Clone)]
pub struct ItemSheet {
    /// The contract as it is today.
    pub contract: Contract,
    /// Name of its customer.
    pub customer: String,
    /// The item with its prices.
    pub item: EffectiveItem,
    /// Its running period; none when it does not run today.
    pub running: Option<ItemUse>,
    /// Every revision of its readings of the last 13 months, by instance, period and revision.
    pub readings: Vec<Read>,
    /// The sources of its instances.
    pub sources: Vec<SeenSource>,
    /// Thresholds that were reached in the same months, the newest first.
    pub alerts: Vec<StoredAlert>,
}

impl ItemSheet {
    /// The instances that share its allowance, its own first.
    pub fn instances(&self) -> impl Iterator<Item = &str> {
        let pooled: &[String] = match &self.item.item.price {
            Price::Usage { pooled_with, .. } => pooled_with,
            _ => &[],
        };
        let all = self.item.item.instance.iter().chain(pooled);
        all.map(String::as_str)
    }
}

/// A metered item of a contract; none when there is no such item within reach.
///
/// # Errors
/// `access.denied`, `db.corrupt-row`, and those of `running::items`.
pub async fn of_item(
    app: &App,
    by: &Principal,
    (number, id): (&str, &str),
) -> Result<Option<ItemSheet>, Failure> {
    let scope = granted(by)?.scope();
    let (on, at) = (app.db.reader(), AsOf::now(app.clock.business()));
    let Some(contract) = within(&on, scope, number, at).await? else {
        return Ok(None);
    };
    let indices = index_table(&on, [&contract], at.known_at).await?;
    let seen = foreseen(&contract, &indices, at.day, NaiveDate::MIN)
        .map_err(|error| Failure::of(error.code(), &error))?;
    let Some(item) = seen.items.into_iter().find(|one| one.item.id == id) else {
        return Ok(None);
    };
    let Price::Usage {
        meter, pooled_with, ..
    } = &item.item.price
    else {
        return Ok(None);
    };
    let asked = running::Asked {
        item: Some(id),
        pieces: true,
    };
    let running = running::items(app, &contract, asked, at.known_at).await?;
    let running = running.into_iter().next();
    let begun = running.as_ref().map_or(at.day, |one| one.at.window.start());
    let since = begun.checked_sub_months(BEFORE).unwrap_or(begun);
    let instances: Vec<&String> = item.item.instance.iter().chain(pooled_with).collect();
    let mut readings = Vec::new();
    for record in list::since(&on, scope, number, since).await? {
        if record.meter == *meter && instances.contains(&&record.instance) {
            let reading = parse("reading", number, &record.body)?;
            readings.push(Read { record, reading });
        }
    }
    let mut sources = Vec::new();
    for instance in &instances {
        let found = evidence_seen::of_instance(&app.db.telemetry.reader(), instance).await?;
        sources.extend(found);
    }
    let alerts = usage_alerts::of_item(&on, scope, (number, id), since).await?;
    Ok(Some(ItemSheet {
        alerts,
        customer: customer_name(&on, scope, &contract, at).await?,
        readings,
        sources,
        running,
        item,
        contract,
    }))
}

/// The name of a contract's customer; empty when the scope does not reach it.
async fn customer_name(
    on: &Reader,
    scope: Scope,
    contract: &Contract,
    at: AsOf,
) -> Result<String, Failure> {
    let customer = [contract.customer.to_string()];
    let found = customers::list::several::<Customer>(on, scope, &customer, at).await?;
    let found = found.into_iter().next();
    Ok(found.map(|one| one.body.legal_name).unwrap_or_default())
}
