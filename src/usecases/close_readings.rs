//! Closing usage periods: what evidence says about a meter becomes an immutable reading.
//!
//! A period that has a reading is read again only when evidence for one of its hours arrived
//! since; a different result becomes the next revision, which the biller posts as a correction.

use std::collections::BTreeSet;

use chrono::{DateTime, NaiveDate, Utc};

use super::Failure;
use super::bill::BlockedRow;
use super::facts::ContractFacts;
use crate::app::App;
use crate::billing::calendar::Period;
use crate::billing::contract::{Contract, EffectiveItem, Price, effective};
use crate::billing::rating::usage_windows;
use crate::billing::usage::MeterReading;
use crate::db::evidence::{self, DirtyHour, EvidenceRecord};
use crate::db::readings::{self, ReadingRecord};
use crate::db::{DbError, Txn, contracts};
use crate::telemetry::evidence::{Chunk, Codec};
use crate::telemetry::meters::{Metering, metering};
use crate::telemetry::readings::{Read, evidence_span, readings_from_chunks};
use crate::telemetry::{PayloadKind, evidence as payload};

const MICROS_PER_HOUR: i64 = 3_600_000_000;
/// How many dirty hours are fetched at once.
const DIRTY: u32 = 1_000_000;

/// Closes every usage period that ended by a day, of every contract. Returns the contracts whose
/// periods could not be read, e.g. because stored evidence was changed. Periods without any
/// evidence stay open: whoever bills them says which are missing.
///
/// # Errors
/// `db.*` when the store fails.
pub async fn close_all(app: &App, ended_by: NaiveDate) -> Result<Vec<BlockedRow>, Failure> {
    let now = app.clock.business();
    let dirty = evidence::dirty(&app.db.telemetry.reader(), i64::MAX, DIRTY).await?;
    let mut unreadable = Vec::new();
    for parties in contracts::all(&app.db.reader(), now).await? {
        let version =
            contracts::as_of::<Contract>(&app.db.reader(), &parties.id, ended_by, now).await?;
        let metered = version.is_some_and(|version| is_metered(&version.body));
        if metered {
            let outcome = close(app, &parties.id, ended_by, &dirty).await;
            unreadable.extend(BlockedRow::or_stop(&parties.id, outcome)?);
        }
    }
    let done = dirty.clone();
    app.db
        .telemetry
        .write(async move |txn: &Txn| -> Result<(), DbError> {
            for hour in &done {
                evidence::clean(txn, *hour).await?;
            }
            Ok(())
        })
        .await?;
    Ok(unreadable)
}

fn is_metered(contract: &Contract) -> bool {
    use crate::billing::contract::Change;
    let usage = |price: &Price| matches!(price, Price::Usage { .. });
    contract.items.iter().any(|item| usage(&item.price))
        || contract
            .amendments
            .iter()
            .any(|amendment| match &amendment.change {
                Change::AddItem { item } | Change::ReplaceItem { with: item, .. } => {
                    usage(&item.price)
                }
                _ => false,
            })
}

async fn close(
    app: &App,
    number: &str,
    ended_by: NaiveDate,
    dirty: &[DirtyHour],
) -> Result<(), Failure> {
    let now = app.clock.business();
    let facts = ContractFacts::load(&app.db.reader(), number, ended_by, now).await?;
    let items = effective(&facts.contract, &facts.indices, ended_by, NaiveDate::MIN)
        .map_err(|error| Failure::of(error.code(), &error))?;
    let mut fresh = Vec::new();
    for item in &items {
        for (instance, metering, window) in wanted(&facts.contract, item, ended_by)? {
            let known = facts.readings.iter().find(|reading| {
                reading.instance == instance
                    && reading.meter == metering.meter.name
                    && reading.period == window
            });
            let sources = evidence::sources_of(&app.db.telemetry.reader(), &instance).await?;
            let touched = touches(&facts.contract, window, &sources, dirty)?;
            if known.is_some_and(|reading| !touched || reading.evidence.is_empty()) {
                continue;
            }
            let Some(read) = read(app, &facts.contract, &metering, &instance, window).await? else {
                continue;
            };
            match known {
                Some(before) if same(before, &read.reading) => {}
                before => fresh.push(record(number, read, before, now)?),
            }
        }
    }
    let stored = app
        .db
        .write(async move |txn: &Txn| readings::put_all(txn, &fresh).await)
        .await;
    match stored {
        Ok(()) => Ok(()),
        // Another process closed the same periods from the same evidence a moment before.
        Err(DbError::Duplicate(_)) => Ok(()),
        Err(error) => Err(error.into()),
    }
}

/// Instances, meters and ended periods of an item.
fn wanted(
    contract: &Contract,
    item: &EffectiveItem,
    ended_by: NaiveDate,
) -> Result<Vec<(String, Metering, Period)>, Failure> {
    let Price::Usage {
        meter, pooled_with, ..
    } = &item.item.price
    else {
        return Ok(Vec::new());
    };
    // A meter the catalogue does not have is read by hand.
    let Some(metering) = metering(meter) else {
        return Ok(Vec::new());
    };
    let windows = usage_windows(contract, item, ended_by)
        .map_err(|error| Failure::of(error.code(), &error))?;
    let instances: Vec<&String> = item.item.instance.iter().chain(pooled_with).collect();
    let mut found = Vec::new();
    for (_, window) in windows {
        for instance in &instances {
            found.push(((*instance).clone(), metering.clone(), window));
        }
    }
    Ok(found)
}

fn touches(
    contract: &Contract,
    window: Period,
    sources: &[i64],
    dirty: &[DirtyHour],
) -> Result<bool, Failure> {
    let instants = window
        .instants(contract.zone)
        .map_err(|error| Failure::of(error.code(), &error))?;
    let from = instants
        .start
        .timestamp_micros()
        .div_euclid(MICROS_PER_HOUR);
    let to = instants.end.timestamp_micros().div_euclid(MICROS_PER_HOUR);
    Ok(dirty
        .iter()
        .any(|d| sources.contains(&d.source) && from <= d.hour && d.hour <= to))
}

/// What evidence says about a period now; none when there is no evidence at all.
///
/// # Errors
/// `evidence.*` when a stored request was changed, `db.*`.
pub(super) async fn read(
    app: &App,
    contract: &Contract,
    metering: &Metering,
    instance: &str,
    window: Period,
) -> Result<Option<Read>, Failure> {
    let span = evidence_span(metering, window, contract.zone)
        .map_err(|error| Failure::of(error.code(), &error))?;
    let (from, to) = (
        span.start().timestamp_micros(),
        span.end().timestamp_micros(),
    );
    let reader = app.db.telemetry.reader();
    let mut chunks = Vec::new();
    let mut seen = BTreeSet::new();
    for source in evidence::sources_of(&reader, instance).await? {
        for record in evidence::overlapping(&reader, source, from, to).await? {
            if seen.insert(record.id) {
                chunks.push(chunk(record, instance)?);
            }
        }
    }
    if chunks.is_empty() {
        return Ok(None);
    }
    match readings_from_chunks(&chunks, metering, instance, window, contract.zone) {
        Ok(read) => Ok(Some(read)),
        Err(error) if error.code() == "usage.nothing-measured" => Ok(None),
        Err(error) => Err(Failure::of(error.code(), &error)),
    }
}

/// A stored request as the decoders take it.
pub(super) fn chunk(record: EvidenceRecord, instance: &str) -> Result<Chunk, Failure> {
    let EvidenceRecord { id, evidence } = record;
    let corrupt = |why: &str| {
        Failure::from(DbError::CorruptRow {
            table: "evidence",
            id: id.to_string(),
            why: why.to_owned(),
        })
    };
    let at = |micros: i64| {
        DateTime::<Utc>::from_timestamp_micros(micros).ok_or_else(|| corrupt("instant"))
    };
    Ok(payload::Chunk {
        id,
        source: evidence.source.to_string(),
        instance: Some(instance.to_owned()),
        received_at: at(evidence.received_at)?,
        kind: PayloadKind::from_code(&evidence.kind).map_err(|_| corrupt("kind"))?,
        sha256: evidence.hash,
        span_from: at(evidence.span_from)?,
        span_to: at(evidence.span_to)?,
        codec: Codec::from_code(&evidence.codec).ok_or_else(|| corrupt("codec"))?,
        body: evidence.body,
    })
}

/// True when a reading says what was said before.
pub(super) fn same(before: &MeterReading, now: &MeterReading) -> bool {
    before.quantity == now.quantity
        && before.coverage == now.coverage
        && before.evidence == now.evidence
        && before.estimated == now.estimated
}

fn record(
    contract: &str,
    read: Read,
    before: Option<&MeterReading>,
    recorded_at: DateTime<Utc>,
) -> Result<ReadingRecord, Failure> {
    let revision = before.map_or(1, |reading| reading.revision.saturating_add(1));
    let reading = MeterReading {
        revision,
        ..read.reading
    };
    reading_record(contract, &reading, &read.evidence_hash, recorded_at)
}

/// A reading as the store keeps it.
pub(super) fn reading_record(
    contract: &str,
    reading: &MeterReading,
    evidence_hash: &str,
    recorded_at: DateTime<Utc>,
) -> Result<ReadingRecord, Failure> {
    Ok(ReadingRecord {
        contract: contract.to_owned(),
        instance: reading.instance.clone(),
        meter: reading.meter.clone(),
        from: reading.period.start(),
        to: reading.period.end(),
        revision: reading.revision,
        quantity: reading.quantity.to_string(),
        coverage: reading.coverage.to_string(),
        evidence_hash: evidence_hash.to_owned(),
        tzdb_version: chrono_tz::IANA_TZDB_VERSION.to_owned(),
        body: serde_json::to_string(reading)
            .map_err(|error| Failure::of("internal.unlisted", &error))?,
        recorded_at,
    })
}
