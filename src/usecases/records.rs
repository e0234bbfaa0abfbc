//! Records for programs: what lists show, a page at a time, without counts and choices of filters.
//!
//! Each asks for its permission, then for its page, in as many queries for a hundred records as for
//! one.

use chrono::NaiveDate;

use super::Failure;
use super::contracts::state;
use super::facts::index_table;
use crate::access::principal::Denied;
use crate::access::{Granted, Party, Permission, Principal};
use crate::app::App;
use crate::billing::Money;
use crate::billing::calendar::CalendarError;
use crate::billing::contract::{Contract, contract_end, next_end};
use crate::billing::outlook::Receivable;
use crate::billing::party::Customer;
use crate::billing::revenue::monthly_recurring;
use crate::db::audit::AuditEntry;
use crate::db::audit::feed::{self as trail, TrailFilter};
use crate::db::contracts::list::{self as contract_list, ContractFilter, ContractState};
use crate::db::customers::edit::edition;
use crate::db::customers::list::{self as customer_list, CustomerFilter};
use crate::db::documents::{self, DocumentRecord};
use crate::db::invoices::feed::{self as heads, HeadCursor, HeadFilter, IssuedHead};
use crate::db::invoices::{self, StoredInvoice};
use crate::db::jobs::feed::{self as job_feed, JobFilter, KnownJob};
use crate::db::ledger::feed::{self as journal, EntryFilter, FedEntry};
use crate::db::payments::receivables::{Behind, open_page};
use crate::db::proposals::{self, Proposal};
use crate::db::readings::list::{self as reading_list, ClosedReading, ReadingFilter};
use crate::db::{AsOf, Version};

/// Where a page begins, and how many records it holds.
pub type From<K> = (Option<K>, u64);

fn granted(by: &Principal, permission: Permission) -> Result<Granted, Failure> {
    by.require(permission)
        .map_err(|denied: Denied| Failure::of(denied.code(), &denied))
}

/// The permission of staff, or that of a customer for what is its own.
fn granted_to_both(
    by: &Principal,
    staff: Permission,
    customer: Permission,
) -> Result<Granted, Failure> {
    let permission = match by.party() {
        Party::Staff => staff,
        Party::Customer(_) => customer,
    };
    granted(by, permission)
}

fn today(app: &App) -> AsOf {
    AsOf::now(app.clock.business())
}

/// Customers as they are today, by number, and the number behind which the next page begins.
///
/// # Errors
/// `access.denied`.
pub async fn customers(
    app: &App,
    by: &Principal,
    filter: &CustomerFilter,
    (after, limit): From<&str>,
) -> Result<(Vec<Version<Customer>>, Option<String>), Failure> {
    let scope = granted(by, Permission::ReadCustomers)?.scope();
    let on = app.db.reader();
    Ok(customer_list::feed(&on, scope, filter, today(app), (after, limit)).await?)
}

/// One customer as it is today, and the revision of its newest edition; none when there is none
/// within reach.
///
/// # Errors
/// `access.denied`.
pub async fn customer(
    app: &App,
    by: &Principal,
    number: &str,
) -> Result<Option<(Version<Customer>, i64)>, Failure> {
    let scope = granted(by, Permission::ReadCustomers)?.scope();
    let (on, numbers) = (app.db.reader(), [number.to_owned()]);
    // Looked up first: an edition that is recorded in between makes the pair look older, and what
    // is made from it is refused; never newer.
    let Some(newest) = edition(&on, scope, number).await? else {
        return Ok(None);
    };
    let found = customer_list::several(&on, scope, &numbers, today(app)).await?;
    Ok(found
        .into_iter()
        .next()
        .map(|found| (found, newest.revision)))
}

/// A contract and where it stands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ContractRecord {
    /// The contract as it is today.
    pub contract: Contract,
    /// Where it stands.
    pub state: ContractState,
    /// The day after its last one, where that is agreed.
    pub end: Option<NaiveDate>,
    /// The day after the last one if notice came in today.
    pub next_end: Option<NaiveDate>,
}

fn contract_record(contract: Contract, day: NaiveDate) -> Result<ContractRecord, Failure> {
    let failed = |error: CalendarError| Failure::of(error.code(), &error);
    Ok(ContractRecord {
        state: state(&contract, day).map_err(failed)?,
        end: contract_end(&contract, day).map_err(failed)?,
        // A term that never advances has no next end.
        next_end: next_end(&contract, day).ok(),
        contract,
    })
}

/// Contracts as they are today, by number, and the number behind which the next page begins.
///
/// # Errors
/// `access.denied`.
pub async fn contracts(
    app: &App,
    by: &Principal,
    filter: &ContractFilter,
    (after, limit): From<&str>,
) -> Result<(Vec<ContractRecord>, Option<String>), Failure> {
    let scope = granted(by, Permission::ReadContracts)?.scope();
    let (on, at) = (app.db.reader(), today(app));
    let (found, next) = contract_list::feed(&on, scope, filter, at, (after, limit)).await?;
    let records = found.into_iter();
    let records = records.map(|one: Version<Contract>| contract_record(one.body, at.day));
    Ok((records.collect::<Result<_, _>>()?, next))
}

/// One contract as it is today, with what it brings in a month; none when there is none within
/// reach.
///
/// # Errors
/// `access.denied`.
pub async fn contract(
    app: &App,
    by: &Principal,
    number: &str,
) -> Result<Option<(ContractRecord, Option<Money>)>, Failure> {
    let scope = granted(by, Permission::ReadContracts)?.scope();
    let (on, at) = (app.db.reader(), today(app));
    let Some(contract) = super::contracts::within(&on, scope, number, at).await? else {
        return Ok(None);
    };
    let indices = index_table(&on, [&contract], at.known_at).await?;
    let record = contract_record(contract, at.day)?;
    let fee = match record.state {
        ContractState::Ended => None,
        ContractState::Running | ContractState::NotBegun => {
            let day = at.day.max(record.contract.term.start);
            monthly_recurring(&record.contract, &indices, day).ok()
        }
    };
    Ok(Some((record, fee)))
}

/// Closed readings, the last one closed first, and the id before which the next page begins.
///
/// # Errors
/// `access.denied`.
pub async fn readings(
    app: &App,
    by: &Principal,
    filter: &ReadingFilter,
    from: From<i64>,
) -> Result<(Vec<ClosedReading>, Option<i64>), Failure> {
    let granted = granted_to_both(by, Permission::ReadUsage, Permission::ReadOwnUsage)?;
    Ok(reading_list::feed(&app.db.reader(), granted.scope(), filter, from).await?)
}

/// Billing runs without what was prepared, the newest first, and the id before which the next page
/// begins.
///
/// # Errors
/// `access.denied`.
pub async fn runs(
    app: &App,
    by: &Principal,
    (before, limit): From<i64>,
) -> Result<(Vec<Proposal>, Option<i64>), Failure> {
    granted(by, Permission::ReadRuns)?;
    let mut found = proposals::heads(&app.db.reader(), before, limit.saturating_add(1)).await?;
    let more = found.len() as u64 > limit;
    found.truncate(usize::try_from(limit).unwrap_or(usize::MAX));
    let next = found.last().filter(|_| more).map(|last| last.id);
    Ok((found, next))
}

/// Heads of issued invoices, newest first, and where the next page begins.
///
/// # Errors
/// `access.denied`.
pub async fn invoices(
    app: &App,
    by: &Principal,
    filter: &HeadFilter,
    from: From<&HeadCursor>,
) -> Result<(Vec<IssuedHead>, Option<HeadCursor>), Failure> {
    let granted = granted_to_both(by, Permission::ReadInvoices, Permission::ReadOwnInvoices)?;
    Ok(heads::feed(&app.db.reader(), granted.scope(), filter, from).await?)
}

/// One issued invoice with its documents; none when there is none within reach.
///
/// # Errors
/// `access.denied`.
pub async fn invoice(
    app: &App,
    by: &Principal,
    number: &str,
) -> Result<Option<(StoredInvoice, Vec<DocumentRecord>)>, Failure> {
    let granted = granted_to_both(by, Permission::ReadInvoices, Permission::ReadOwnInvoices)?;
    let on = app.db.reader();
    let found = invoices::by_number(&on, granted.scope(), number).await?;
    let Some(stored) = found.into_iter().next() else {
        return Ok(None);
    };
    let kept = documents::of_invoice(&on, granted.scope(), stored.id).await?;
    Ok(Some((stored, kept)))
}

/// A document of an invoice with its bytes; none when there is none within reach.
///
/// # Errors
/// `access.denied`, `archive.*`.
pub async fn document(
    app: &App,
    by: &Principal,
    (number, kind): (&str, &str),
) -> Result<Option<(DocumentRecord, Vec<u8>)>, Failure> {
    let download = (Permission::DownloadDocuments, Permission::ReadOwnInvoices);
    let scope = granted_to_both(by, download.0, download.1)?.scope();
    let on = app.db.reader();
    let found = invoices::by_number(&on, scope, number).await?;
    let Some(stored) = found.first() else {
        return Ok(None);
    };
    let kept = documents::of_invoice(&on, scope, stored.id).await?;
    let Some(record) = kept.into_iter().find(|record| record.kind == kind) else {
        return Ok(None);
    };
    let bytes = app.archive.get(&record.storage_key, &record.sha256).await;
    let bytes = bytes.map_err(|error| Failure::of(error.code(), &error))?;
    Ok(Some((record, bytes.clone())))
}

/// Ledger entries, the last one recorded first, and the id before which the next page begins. None
/// when they are asked for by an invoice that is not there.
///
/// # Errors
/// `access.denied`.
pub async fn entries(
    app: &App,
    by: &Principal,
    (mut filter, invoice): (EntryFilter, Option<&str>),
    from: From<i64>,
) -> Result<(Vec<FedEntry>, Option<i64>), Failure> {
    let scope = granted(by, Permission::ReadLedger)?.scope();
    let on = app.db.reader();
    if let Some(number) = invoice {
        let found = invoices::by_number(&on, scope, number).await?;
        let Some(stored) = found.first() else {
            return Ok((Vec::new(), None));
        };
        filter.invoice = Some(stored.id);
    }
    Ok(journal::feed(&on, &filter, from).await?)
}

/// A page of documents of which something is open on a day, today unless it is given, and the place
/// behind which the next page begins.
///
/// # Errors
/// `access.denied`.
pub async fn open(
    app: &App,
    by: &Principal,
    (day, customer): (Option<NaiveDate>, Option<u32>),
    (after, limit): From<Behind>,
) -> Result<(Vec<Receivable>, Option<Behind>), Failure> {
    let scope = granted(by, Permission::ReadLedger)?.scope();
    let now = today(app);
    let at = AsOf {
        day: day.unwrap_or(now.day),
        ..now
    };
    let more = (after, limit.saturating_add(1));
    let mut found = open_page(&app.db.reader(), (scope, customer), at, more).await?;
    let kept = usize::try_from(limit).unwrap_or(usize::MAX);
    let more = found.len() > kept;
    found.truncate(kept);
    let next = found.last().filter(|_| more).map(|(place, _)| *place);
    Ok((found.into_iter().map(|(_, one)| one).collect(), next))
}

/// Records of the audit trail, the last one first, and the id before which the next page begins.
///
/// # Errors
/// `access.denied`.
pub async fn trail(
    app: &App,
    by: &Principal,
    filter: &TrailFilter,
    from: From<i64>,
) -> Result<(Vec<AuditEntry>, Option<i64>), Failure> {
    granted(by, Permission::ReadAudit)?;
    Ok(trail::feed(&app.db.reader(), filter, from).await?)
}

/// Jobs, the last one enqueued first, and the id before which the next page begins.
///
/// # Errors
/// `access.denied`.
pub async fn jobs(
    app: &App,
    by: &Principal,
    filter: &JobFilter,
    from: From<i64>,
) -> Result<(Vec<KnownJob>, Option<i64>), Failure> {
    granted(by, Permission::ReadJobs)?;
    Ok(job_feed::feed(&app.db.reader(), filter, from).await?)
}
