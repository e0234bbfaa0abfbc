//! Closing usage periods: what evidence says about a meter becomes an immutable reading.
//!
//! A period that has a reading is read again only when evidence for one of its hours arrived
//! since; a different result becomes the next revision, which the biller posts as a correction.

use std::collections::BTreeSet;

use chrono::{DateTime, NaiveDate, NaiveTime, TimeDelta, Utc};

use super::Failure;
use super::bill::BlockedRow;
use super::facts::ContractFacts;
use super::read_usage::{Wanted, agreed, read};
use crate::access::Program;
use crate::app::App;
use crate::billing::calendar::Period;
use crate::billing::contract::{Contract, EffectiveItem, Item, Price, effective};
use crate::billing::rating::usage_windows;
use crate::billing::usage::{MeterReading, PeriodState, Records, period_state};
use crate::db::partials::{self, UnreadHour};
use crate::db::readings::{self, ReadingRecord};
use crate::db::{DbError, Txn, contracts};
use crate::telemetry::hours::HOUR_MICROS;
use crate::telemetry::meters::Metering;
use crate::telemetry::readings::{Read, evidence_span};

/// Closes every usage period that ended by a day and whose grace is over, of every contract.
/// Returns the contracts whose periods could not be read, e.g. because stored evidence was changed.
/// Periods without any evidence stay open: whoever bills them says which are missing.
///
/// # Errors
/// `db.*` when the store fails.
pub async fn close_all(app: &App, ended_by: NaiveDate) -> Result<Vec<BlockedRow>, Failure> {
    let now = app.clock.business();
    let unread = unread(app).await?;
    let mut unreadable = Vec::new();
    let mut kept = BTreeSet::new();
    for parties in contracts::all(&app.db.reader(), Program::itself(), now).await? {
        let version = contracts::as_of::<Contract>(
            &app.db.reader(),
            Program::itself(),
            &parties.id,
            ended_by,
            now,
        )
        .await?;
        let Some(version) = version.filter(|version| is_metered(&version.body)) else {
            continue;
        };
        let outcome = close(app, &parties.id, ended_by, &unread).await;
        // A day before a period's end does not read it again, even where it was read before.
        let waits = matches!(outcome, Ok(Later::Waits));
        let blocked = BlockedRow::or_stop(&parties.id, outcome)?;
        if blocked.is_some() || waits {
            kept.extend(instances(&version.body));
        }
        unreadable.extend(blocked);
    }
    // What later periods, or contracts that could not be read, have to look at stays marked.
    let end = seen_until(ended_by);
    let done: Vec<UnreadHour> = unread
        .into_iter()
        .filter(|one| one.hour < end && !kept.contains(&one.name))
        .collect();
    app.db
        .telemetry
        .write(async move |txn: &Txn| partials::mark_read(txn, &done).await)
        .await?;
    Ok(unreadable)
}

/// The first hour that may lie in a period that ends after a day, in whatever zone.
fn seen_until(ended_by: NaiveDate) -> i64 {
    let midnight = ended_by.and_time(NaiveTime::MIN).and_utc();
    let east = midnight.checked_sub_signed(TimeDelta::hours(14));
    east.map_or(i64::MIN, |east| {
        east.timestamp_micros().div_euclid(HOUR_MICROS)
    })
}

fn instances(contract: &Contract) -> Vec<String> {
    let mut named = Vec::new();
    for item in contract.every_item() {
        named.extend(item.instance.clone());
        if let Price::Usage { pooled_with, .. } = &item.price {
            named.extend(pooled_with.iter().cloned());
        }
    }
    named
}

fn is_metered(contract: &Contract) -> bool {
    let usage = |item: &Item| matches!(item.price, Price::Usage { .. });
    contract.every_item().any(usage)
}

/// Hours of which evidence arrived since they were last read. Hours that are due are rolled before.
///
/// # Errors
/// `db.*` when the store fails.
pub(super) async fn unread(app: &App) -> Result<Vec<UnreadHour>, Failure> {
    super::roll_hours::roll_due(app).await?;
    let mut unread = partials::unread(&app.db.telemetry.reader()).await?;
    unread.extend(super::roll_hours::left_dirty(app).await?);
    Ok(unread)
}

/// The facts of a contract as closing its periods would leave them; nothing is stored.
///
/// # Errors
/// `db.*`, `usage.*`.
pub(super) async fn as_closed(
    app: &App,
    mut facts: ContractFacts,
    ended_by: NaiveDate,
    unread: &[UnreadHour],
) -> Result<ContractFacts, Failure> {
    let now = app.clock.business();
    for record in due(app, &facts, (ended_by, now), unread).await? {
        let reading: MeterReading = serde_json::from_str(&record.body)
            .map_err(|error| Failure::of("internal.unlisted", &error))?;
        facts.readings.retain(|known| {
            known.instance != reading.instance
                || known.meter != reading.meter
                || known.period != reading.period
        });
        facts.readings.push(reading);
    }
    Ok(facts)
}

/// Whether a period that ends later, and has a reading, has to be read again.
enum Later {
    Waits,
    Nothing,
}

async fn close(
    app: &App,
    number: &str,
    ended_by: NaiveDate,
    unread: &[UnreadHour],
) -> Result<Later, Failure> {
    let now = app.clock.business();
    let facts = ContractFacts::load(&app.db.reader(), number, ended_by, now).await?;
    let fresh = due(app, &facts, (ended_by, now), unread).await?;
    let later = later(&facts, ended_by, unread)?;
    let stored = app
        .db
        .write(async move |txn: &Txn| readings::put_all(txn, &fresh).await)
        .await;
    match stored {
        Ok(()) => Ok(later),
        // Another process closed the same periods from the same evidence a moment before.
        Err(DbError::Duplicate(_)) => Ok(later),
        Err(error) => Err(error.into()),
    }
}

fn later(
    facts: &ContractFacts,
    ended_by: NaiveDate,
    unread: &[UnreadHour],
) -> Result<Later, Failure> {
    for reading in &facts.readings {
        if reading.period.end() <= ended_by {
            continue;
        }
        let (instance, period) = (reading.instance.as_str(), reading.period);
        let Some(metering) = agreed(&facts.contract, &reading.meter, instance, period) else {
            continue;
        };
        let of = Wanted {
            contract: &facts.contract,
            metering: &metering,
            instance,
            period,
        };
        if touches(of, unread)? {
            return Ok(Later::Waits);
        }
    }
    Ok(Later::Nothing)
}

/// The readings that are due by a day, or that evidence since their last revision changes.
async fn due(
    app: &App,
    facts: &ContractFacts,
    (ended_by, now): (NaiveDate, DateTime<Utc>),
    unread: &[UnreadHour],
) -> Result<Vec<ReadingRecord>, Failure> {
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
            let of = Wanted {
                contract: &facts.contract,
                metering: &metering,
                instance: &instance,
                period: window,
            };
            let newest = known.map(|reading| reading.revision);
            let grace = facts.contract.billing.grace_hours;
            let state = period_state(window, grace, ended_by, newest)
                .map_err(|error| Failure::of(error.code(), &error))?;
            match state {
                PeriodState::Open | PeriodState::InGrace { .. } => continue,
                PeriodState::Due => {}
                // What was entered by hand is corrected by hand.
                PeriodState::Closed | PeriodState::Corrected { .. } => {
                    let by_hand = known.is_some_and(|reading| by_hand(reading, &metering));
                    if by_hand || !touches(of, unread)? {
                        continue;
                    }
                }
            }
            let Some(read) = read(app, of).await? else {
                continue;
            };
            match known {
                Some(before) if same(before, &read.reading) => {}
                before => fresh.push(record(&facts.contract.number, read, before, now)?),
            }
        }
    }
    Ok(fresh)
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
    let windows = usage_windows(contract, item, ended_by)
        .map_err(|error| Failure::of(error.code(), &error))?;
    let instances: Vec<&String> = item.item.instance.iter().chain(pooled_with).collect();
    let mut found = Vec::new();
    for (_, window) in windows {
        for instance in &instances {
            // A meter the catalogue does not have is read by hand.
            let metering = agreed(contract, meter, instance, window);
            found.extend(metering.map(|metering| ((*instance).clone(), metering, window)));
        }
    }
    Ok(found)
}

/// True for a reading that no evidence says anything about. That there were no events rests on no
/// request either, and the first one that comes late ends it.
fn by_hand(reading: &MeterReading, metering: &Metering) -> bool {
    let silent = metering.records() == Records::Events && reading.quantity.is_zero();
    reading.evidence.is_empty() && !silent
}

fn touches(of: Wanted<'_>, unread: &[UnreadHour]) -> Result<bool, Failure> {
    let span = evidence_span(of.metering, of.period, of.contract.zone)
        .map_err(|error| Failure::of(error.code(), &error))?;
    let hour = |instant: DateTime<Utc>| instant.timestamp_micros().div_euclid(HOUR_MICROS);
    let (from, to) = (hour(span.start()), hour(span.end()));
    let mut unread = unread.iter();
    Ok(unread.any(|one| one.name == of.instance && from <= one.hour && one.hour <= to))
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
