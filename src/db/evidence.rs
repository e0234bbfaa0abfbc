//! The evidence log: one immutable row a request, and the hours it made dirty.
//!
//! Lives in the telemetry database. Instants are microseconds since 1970 in UTC. There is no
//! cursor by id: ids commit out of order, so readers ask for a span of time.

mod append;

use std::collections::BTreeSet;

use chrono::{DateTime, Utc};
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter, QueryOrder, QuerySelect};

use super::DbError;
use super::convert::{sha256_hex, stamp};
use super::entities::{evidence, source, source_instance};
use super::txn::{Source, Txn, rows};

pub use append::{Arrival, append, append_all, mark_again, name};

/// Microseconds of an hour.
pub(super) const HOUR: i64 = 3_600_000_000;

/// One ingest request.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewEvidence {
    /// The source's id.
    pub source: i64,
    /// When it arrived, microseconds.
    pub received_at: i64,
    /// SHA-256 over all bytes as they arrived, before compression.
    pub hash: String,
    /// Payload shape: `remote-write`, `otlp`, `cloud-events`, …
    pub kind: String,
    /// Earliest instant in it, microseconds.
    pub span_from: i64,
    /// Latest instant in it, microseconds.
    pub span_to: i64,
    /// How the body is compressed.
    pub codec: String,
    /// The compressed bytes.
    pub body: Vec<u8>,
    /// The instance its decoder was told: empty when it was told none, as for a collector. None
    /// for a request from before this was kept, whose instance is that of its source.
    pub instance: Option<String>,
    /// Version of the limits that held when it arrived.
    pub limits: i64,
}

/// A row of the log.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct EvidenceRecord {
    /// Its id.
    pub id: i64,
    /// What arrived.
    pub evidence: NewEvidence,
}

/// The hash a request is known by.
pub fn hash_of(bytes: &[u8]) -> String {
    sha256_hex(bytes)
}

/// Makes a source known and returns its id; a known name keeps its id.
///
/// # Errors
/// `db.unreachable`.
pub async fn ensure_source(
    txn: &Txn,
    name: &str,
    instance: &str,
    kind: &str,
    recorded_at: DateTime<Utc>,
) -> Result<i64, DbError> {
    let sql = "INSERT INTO source (name, instance, kind, recorded_at) VALUES ($1, $2, $3, $4) \
               ON CONFLICT (name) DO NOTHING";
    let values = vec![
        name.into(),
        instance.into(),
        kind.into(),
        stamp(recorded_at).into(),
    ];
    txn.execute(sql, values).await?;
    let found = source::Entity::find()
        .filter(source::Column::Name.eq(name))
        .one(txn.orm())
        .await?;
    let row = found.ok_or_else(|| DbError::missing("source", name))?;
    let source::Model {
        id,
        name: _,
        instance: _,
        kind: _,
        recorded_at: _,
    } = row;
    Ok(id)
}

/// The instance that a source stands for; empty for a collector of many.
///
/// # Errors
/// `db.missing`.
pub async fn instance_of(on: &impl Source, source: i64) -> Result<String, DbError> {
    let found = source::Entity::find_by_id(source).one(&on.on().0).await?;
    let row = found.ok_or_else(|| DbError::missing("source", source))?;
    Ok(row.instance)
}

/// The ids of the sources that speak for an instance: those bound to it, and the collectors that
/// have it in their list.
///
/// # Errors
/// `db.unreachable`.
pub async fn sources_of(on: &impl Source, instance: &str) -> Result<Vec<i64>, DbError> {
    let bound = source::Entity::find()
        .filter(source::Column::Instance.eq(instance))
        .all(&on.on().0)
        .await?;
    let listed = source_instance::Entity::find()
        .filter(source_instance::Column::Instance.eq(instance))
        .all(&on.on().0)
        .await?;
    let ids = bound.into_iter().map(|row| row.id);
    let ids: BTreeSet<i64> = ids
        .chain(listed.into_iter().map(|row| row.source))
        .collect();
    Ok(ids.into_iter().collect())
}

/// Requests of a source that overlap `[from, to)`, by (received, id): of samples with equal keys
/// the first one counts.
///
/// # Errors
/// `db.unreachable`.
pub async fn overlapping(
    on: &impl Source,
    source: i64,
    from: i64,
    to: i64,
) -> Result<Vec<EvidenceRecord>, DbError> {
    let found = evidence::Entity::find()
        .filter(evidence::Column::Source.eq(source))
        .filter(evidence::Column::SpanFrom.lt(to))
        .filter(evidence::Column::SpanTo.gte(from))
        .order_by_asc(evidence::Column::ReceivedAt)
        .order_by_asc(evidence::Column::Id)
        .all(&on.on().0)
        .await?;
    Ok(found.into_iter().map(record).collect())
}

/// The request with a hash, whichever source sent it.
///
/// # Errors
/// `db.missing`.
pub async fn by_hash(on: &impl Source, hash: &str) -> Result<EvidenceRecord, DbError> {
    let found = evidence::Entity::find()
        .filter(evidence::Column::Hash.eq(hash))
        .order_by_asc(evidence::Column::Id)
        .one(&on.on().0)
        .await?;
    found
        .map(record)
        .ok_or_else(|| DbError::missing("evidence", hash))
}

/// The request of an id.
///
/// # Errors
/// `db.missing`.
pub async fn by_id(on: &impl Source, id: i64) -> Result<EvidenceRecord, DbError> {
    let found = evidence::Entity::find_by_id(id).one(&on.on().0).await?;
    found
        .map(record)
        .ok_or_else(|| DbError::missing("evidence", id))
}

/// Ids of a source's requests that arrived within `[from, to]` (microseconds), the oldest first.
///
/// # Errors
/// `db.unreachable`.
pub async fn received_between(
    on: &impl Source,
    source: i64,
    (from, to): (i64, i64),
    limit: u64,
) -> Result<Vec<i64>, DbError> {
    let found: Vec<i64> = evidence::Entity::find()
        .select_only()
        .column(evidence::Column::Id)
        .filter(evidence::Column::Source.eq(source))
        .filter(evidence::Column::ReceivedAt.between(from, to))
        .order_by_asc(evidence::Column::Id)
        .limit(limit)
        .into_tuple()
        .all(&on.on().0)
        .await?;
    Ok(found)
}

/// The origin of a request.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Origin {
    /// The source's name.
    pub name: String,
    /// The instance it stands for.
    pub instance: String,
}

/// At most `limit` requests whose hash begins with `prefix` (lower-case hexadecimal digits), each
/// with its origin.
///
/// # Errors
/// `db.unreachable`.
pub async fn by_prefix(
    on: &impl Source,
    prefix: &str,
    limit: u64,
) -> Result<Vec<(EvidenceRecord, Origin)>, DbError> {
    // 'g' comes after every hexadecimal digit.
    let found = evidence::Entity::find()
        .filter(evidence::Column::Hash.gte(prefix))
        .filter(evidence::Column::Hash.lt(format!("{prefix}g")))
        .order_by_asc(evidence::Column::Id)
        .limit(limit)
        .all(&on.on().0)
        .await?;
    let mut records = Vec::with_capacity(found.len());
    for row in found {
        let source = source::Entity::find_by_id(row.source)
            .one(&on.on().0)
            .await?;
        let source = source.ok_or_else(|| DbError::missing("source", row.source))?;
        let origin = Origin {
            name: source.name,
            instance: source.instance,
        };
        records.push((record(row), origin));
    }
    Ok(records)
}

pub(super) fn record(row: evidence::Model) -> EvidenceRecord {
    let evidence::Model {
        id,
        source,
        received_at,
        hash,
        kind,
        span_from,
        span_to,
        codec,
        body,
        instance,
        limits,
    } = row;
    let evidence = NewEvidence {
        source,
        received_at,
        hash,
        kind,
        span_from,
        span_to,
        codec,
        body,
        instance,
        limits,
    };
    EvidenceRecord { id, evidence }
}

/// An hour whose partial is to be computed anew.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct DirtyHour {
    /// Hours since 1970 in UTC.
    pub hour: i64,
    /// The source's id.
    pub source: i64,
    /// How often it was marked: what [`clean`] compares.
    pub marks: i64,
}

/// Dirty hours before `before`, oldest first.
///
/// # Errors
/// `db.unreachable`.
pub async fn dirty(on: &impl Source, before: i64, limit: u32) -> Result<Vec<DirtyHour>, DbError> {
    let sql = format!(
        "SELECT hour, source, marks FROM dirty_hour WHERE hour < $1 \
         ORDER BY hour, source LIMIT {limit}"
    );
    let found = rows(on, &sql, vec![before.into()]).await?;
    let hours = found.iter().map(|row| {
        Ok(DirtyHour {
            hour: row.try_get("", "hour")?,
            source: row.try_get("", "source")?,
            marks: row.try_get("", "marks")?,
        })
    });
    hours.collect()
}

/// Takes a mark away, unless the hour was marked again since it was read; false then.
///
/// # Errors
/// `db.unreachable`.
pub async fn clean(txn: &Txn, hour: DirtyHour) -> Result<bool, DbError> {
    let sql = "DELETE FROM dirty_hour WHERE hour = $1 AND source = $2 AND marks = $3";
    let DirtyHour {
        hour,
        source,
        marks,
    } = hour;
    Ok(txn
        .execute(sql, vec![hour.into(), source.into(), marks.into()])
        .await?
        == 1)
}
