//! Closed meter readings and published index values. New knowledge is a new revision.

pub mod list;

use std::collections::BTreeMap;

use chrono::{DateTime, NaiveDate, Utc};
use sea_orm::{ActiveValue::NotSet, ColumnTrait, EntityTrait, QueryFilter, QueryOrder, Set};

use crate::access::Scope;
use crate::db::DbError;
use crate::db::bulk::insert_all;
use crate::db::contracts::list::within_reach;
use crate::db::convert::{From, day, stamp};
use crate::db::entities::{index_value, reading};
use crate::db::txn::{Source, Txn};

/// A meter's closed reading over a civil period.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ReadingRecord {
    /// The contract's number.
    pub contract: String,
    /// The instance the meter belongs to.
    pub instance: String,
    /// The meter.
    pub meter: String,
    /// First day of the period.
    pub from: NaiveDate,
    /// First day after the period.
    pub to: NaiveDate,
    /// 0 for the first closing, one more for each correction.
    pub revision: u32,
    /// The exact quantity as decimal text.
    pub quantity: String,
    /// The measured share of the period as an exact fraction, `n/d`.
    pub coverage: String,
    /// SHA-256 over the evidence the reading came from.
    pub evidence_hash: String,
    /// The time-zone database the period's instants were cut with.
    pub tzdb_version: String,
    /// Everything else the reading says, as JSON text.
    pub body: String,
    /// Since when it is known.
    pub recorded_at: DateTime<Utc>,
}

/// Records readings.
///
/// # Errors
/// `db.duplicate` when a revision is there already.
pub async fn put_all(txn: &Txn, readings: &[ReadingRecord]) -> Result<(), DbError> {
    let rows = readings.iter().map(|record| {
        let ReadingRecord {
            contract,
            instance,
            meter,
            from,
            to,
            revision,
            quantity,
            coverage,
            evidence_hash,
            tzdb_version,
            body,
            recorded_at,
        } = record.clone();
        reading::ActiveModel {
            id: NotSet,
            contract: Set(contract),
            instance: Set(instance),
            meter: Set(meter),
            period_from: Set(day(from)),
            period_to: Set(day(to)),
            revision: Set(i64::from(revision)),
            quantity: Set(quantity),
            coverage: Set(coverage),
            evidence_hash: Set(evidence_hash),
            tzdb_version: Set(tzdb_version),
            body: Set(body),
            recorded_at: Set(stamp(recorded_at)),
        }
    });
    insert_all(txn, rows.collect()).await
}

/// A contract's readings known at an instant: the newest revision of each period, by meter.
///
/// # Errors
/// `db.corrupt-row`.
pub async fn of_contract(
    on: &impl Source,
    scope: impl Into<Scope>,
    contract: &str,
    as_known_at: DateTime<Utc>,
) -> Result<Vec<ReadingRecord>, DbError> {
    let mut wanted = reading::Entity::find().filter(reading::Column::Contract.eq(contract));
    if let Some(contracts) = within_reach(scope.into()) {
        wanted = wanted.filter(reading::Column::Contract.in_subquery(contracts));
    }
    let found = wanted
        .filter(reading::Column::RecordedAt.lte(stamp(as_known_at)))
        .order_by_asc(reading::Column::Revision)
        .order_by_asc(reading::Column::RecordedAt)
        .all(&on.on().0)
        .await?;
    let mut newest = BTreeMap::new();
    for row in found {
        let record = record(row)?;
        let key = (
            record.instance.clone(),
            record.meter.clone(),
            record.from,
            record.to,
        );
        newest.insert(key, record);
    }
    Ok(newest.into_values().collect())
}

fn record(row: reading::Model) -> Result<ReadingRecord, DbError> {
    let reading::Model {
        id,
        contract,
        instance,
        meter,
        period_from,
        period_to,
        revision,
        quantity,
        coverage,
        evidence_hash,
        tzdb_version,
        body,
        recorded_at,
    } = row;
    let from = From {
        table: "reading",
        id: &id,
    };
    Ok(ReadingRecord {
        from: from.date(&period_from)?,
        to: from.date(&period_to)?,
        revision: from.small(revision)?,
        recorded_at: from.instant(&recorded_at)?,
        contract,
        instance,
        meter,
        quantity,
        coverage,
        evidence_hash,
        tzdb_version,
        body,
    })
}

/// A published value of an index series, such as a consumer price index.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct IndexValue {
    /// The series.
    pub series: String,
    /// The month, `YYYY-MM`.
    pub month: String,
    /// The exact value as decimal text.
    pub value: String,
    /// Who published it, and where.
    pub source: String,
    /// Since when it is known.
    pub recorded_at: DateTime<Utc>,
}

/// Records an index value; a correction is recorded later for the same month.
///
/// # Errors
/// `db.duplicate` when the month has a value of the same instant.
pub async fn put_index_value(txn: &Txn, value: &IndexValue) -> Result<(), DbError> {
    let IndexValue {
        series,
        month,
        value,
        source,
        recorded_at,
    } = value.clone();
    let row = index_value::ActiveModel {
        id: NotSet,
        series: Set(series),
        month: Set(month),
        value: Set(value),
        source: Set(source),
        recorded_at: Set(stamp(recorded_at)),
    };
    insert_all(txn, vec![row]).await
}

/// A series as known at an instant: the newest value of each month, by month.
///
/// # Errors
/// `db.corrupt-row`.
pub async fn index_series(
    on: &impl Source,
    series: &str,
    as_known_at: DateTime<Utc>,
) -> Result<Vec<IndexValue>, DbError> {
    let found = index_value::Entity::find()
        .filter(index_value::Column::Series.eq(series))
        .filter(index_value::Column::RecordedAt.lte(stamp(as_known_at)))
        .order_by_asc(index_value::Column::RecordedAt)
        .all(&on.on().0)
        .await?;
    let mut newest = BTreeMap::new();
    for row in found {
        let index_value::Model {
            id,
            series,
            month,
            value,
            source,
            recorded_at,
        } = row;
        let recorded_at = From {
            table: "index_value",
            id: &id,
        }
        .instant(&recorded_at)?;
        newest.insert(
            month.clone(),
            IndexValue {
                series,
                month,
                value,
                source,
                recorded_at,
            },
        );
    }
    Ok(newest.into_values().collect())
}
