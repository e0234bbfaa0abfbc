//! A book into the database, all of it or nothing.

use std::fmt;

use chrono::{DateTime, Utc};

use super::Failure;
use super::close_readings::reading_record;
use crate::access::Program;
use crate::app::App;
use crate::billing::biller::Credit;
use crate::billing::usage::MeterReading;
use crate::book::{BEGINNING, Book};
use crate::db::audit::{self, AuditEvent};
use crate::db::contracts::ContractParties;
use crate::db::readings::{self, IndexValue, ReadingRecord};
use crate::db::service_levels::{self, CreditState, SlaRecord};
use crate::db::{Txn, audit_chain, contracts, customers, sellers};
use crate::error::Problem;

/// What an import changed.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, serde::Serialize)]
pub struct ImportReport {
    /// Sellers that are new or have a new version.
    pub sellers: u32,
    /// Customers that are new or have a new version.
    pub customers: u32,
    /// Contracts that are new or have a new version.
    pub contracts: u32,
    /// Index values that are new.
    pub index_values: u32,
    /// Readings that are new.
    pub readings: u32,
    /// Service credits that are new.
    pub credits: u32,
}

impl fmt::Display for ImportReport {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self {
            sellers,
            customers,
            contracts,
            index_values,
            readings,
            credits,
        } = self;
        write!(
            f,
            "new or changed: {sellers} sellers, {customers} customers, {contracts} contracts, \
             {index_values} index values, {readings} readings, {credits} service credits"
        )
    }
}

/// Imports a book in one transaction. What is there already is left as it is; what differs becomes
/// a new version, known from now on.
///
/// # Errors
/// `db.*`; nothing is written then.
pub async fn import(app: &App, book: &Book) -> Result<ImportReport, Failure> {
    if book.tax.settings != app.tax.settings {
        let text = format!(
            "the book decides tax under {:?}, the configuration says {:?}",
            book.tax.settings, app.tax.settings
        );
        return Err(Problem::new("import.tax-settings", text).into());
    }
    let now = app.clock.business();
    let (book, actor) = (book.clone(), app.actor.clone());
    let imported = app
        .db
        .write(async move |txn: &Txn| {
            let mut report = ImportReport::default();
            parties(txn, &book, now, &mut report).await?;
            facts(txn, &book, now, &mut report).await?;
            let event = AuditEvent {
                actor: actor.clone(),
                action: "book.imported".to_owned(),
                subject: format!("book/{}", book.name),
                payload: serde_json::json!({ "new_or_changed": report }).to_string(),
            };
            audit::append(txn, now, &[event]).await?;
            Ok::<_, Failure>(report)
        })
        .await?;
    audit_chain::seal_all(&app.db.book, &app.actor, super::SEALING).await?;
    Ok(imported)
}

async fn parties(
    txn: &Txn,
    book: &Book,
    now: DateTime<Utc>,
    report: &mut ImportReport,
) -> Result<(), Failure> {
    for seller in &book.sellers {
        let new = sellers::put(txn, &seller.code, seller.valid_from, now, seller).await?;
        report.sellers += u32::from(new);
    }
    for customer in &book.customers {
        let id = customer.number.to_string();
        let from = customer.valid_from.unwrap_or(BEGINNING);
        let new = customers::put(txn, &id, from, now, customer).await?;
        report.customers += u32::from(new);
    }
    for contract in &book.contracts {
        let parties = ContractParties {
            id: contract.number.clone(),
            seller: contract.seller.clone(),
            customer: contract.customer.to_string(),
        };
        let new = contracts::put(txn, &parties, BEGINNING, now, contract).await?;
        report.contracts += u32::from(new);
    }
    Ok(())
}

async fn facts(
    txn: &Txn,
    book: &Book,
    now: DateTime<Utc>,
    report: &mut ImportReport,
) -> Result<(), Failure> {
    for value in &book.indices {
        let month = value.month.to_string();
        let known = readings::index_series(txn, &value.series, now).await?;
        let text = value.value.to_string();
        if known
            .iter()
            .any(|old| old.month == month && old.value == text)
        {
            continue;
        }
        let value = IndexValue {
            series: value.series.clone(),
            month,
            value: text,
            source: value.source.clone(),
            recorded_at: now,
        };
        readings::put_index_value(txn, &value).await?;
        report.index_values += 1;
    }
    for (contract, reading) in book.contract_readings() {
        report.readings += u32::from(enter_reading(txn, &contract, &reading, now).await?);
    }
    // A book states what was agreed up to the end of its contract years.
    let until = book.until().unwrap_or(BEGINNING);
    let credits = book
        .credits(until)
        .map_err(|error| Failure::of(error.code(), &error))?;
    for (contract, credit) in credits {
        report.credits += u32::from(grant(txn, &contract, &credit, now).await?);
    }
    Ok(())
}

/// Enters a reading unless its revision is there; a reading of a later revision than the stored
/// one is a correction.
async fn enter_reading(
    txn: &Txn,
    contract: &str,
    reading: &MeterReading,
    now: DateTime<Utc>,
) -> Result<bool, Failure> {
    let stored = readings::of_contract(txn, Program::itself(), contract, now).await?;
    let of_the_same = |record: &&ReadingRecord| {
        record.instance == reading.instance
            && record.meter == reading.meter
            && (record.from, record.to) == (reading.period.start(), reading.period.end())
    };
    if let Some(known) = stored.iter().find(of_the_same) {
        let newer = reading.revision > known.revision;
        let differs =
            known.revision == reading.revision && known.quantity != reading.quantity.to_string();
        if differs {
            let text = format!(
                "{} of {} for {} is on file as {}, the book says {}",
                reading.meter, reading.instance, reading.period, known.quantity, reading.quantity
            );
            return Err(Problem::new("import.reading-conflict", text).into());
        }
        if !newer {
            return Ok(false);
        }
    }
    let record = reading_record(contract, reading, "entered", now)?;
    readings::put_all(txn, &[record]).await?;
    Ok(true)
}

/// Records the result behind a credit and the credit, approved: a book states what was agreed.
async fn grant(
    txn: &Txn,
    contract: &str,
    credit: &Credit,
    now: DateTime<Utc>,
) -> Result<bool, Failure> {
    let body =
        serde_json::to_string(credit).map_err(|error| Failure::of("internal.unlisted", &error))?;
    let known = service_levels::credits(txn, Program::itself(), contract).await?;
    for stored in &known {
        let old: Result<Credit, _> = serde_json::from_str(&stored.body);
        let Ok(old) = old else { continue };
        if old.id != credit.id {
            continue;
        }
        if (old.amount, old.period, old.applies_from)
            == (credit.amount, credit.period, credit.applies_from)
        {
            return Ok(false);
        }
        // A credit that may be on an invoice already cannot become another one in silence.
        let text = format!(
            "the credit {} is on file as {}, the book comes to {}",
            credit.id, old.amount, credit.amount
        );
        return Err(Problem::new("import.credit-conflict", text).into());
    }
    let result = result_of(contract, credit, &body, now);
    let result = service_levels::put_result(txn, &result).await?;
    let id =
        service_levels::propose_credit(txn, contract, result, credit.amount, body, now).await?;
    service_levels::move_credit(txn, id, CreditState::Approved).await?;
    Ok(true)
}

/// The row of the result behind a credit.
pub(super) fn result_of(
    contract: &str,
    credit: &Credit,
    body: &str,
    recorded_at: DateTime<Utc>,
) -> SlaRecord {
    SlaRecord {
        contract: contract.to_owned(),
        objective: credit.id.clone(),
        from: credit.period.start(),
        to: credit.period.end(),
        revision: 0,
        ratio: credit
            .reached
            .map_or_else(|| "0/1".to_owned(), |ratio| ratio.to_string()),
        met: false,
        body: body.to_owned(),
        recorded_at,
    }
}
