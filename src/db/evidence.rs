//! The evidence log: one immutable row a request, and the hours it made dirty.
//!
//! Lives in the telemetry database. Instants are microseconds since 1970 in UTC. There is no
//! cursor by id: ids commit out of order, so readers ask for a span of time.

use chrono::{DateTime, Utc};
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter, QueryOrder, QuerySelect};

use super::DbError;
use super::convert::{sha256_hex, stamp};
use super::entities::{evidence, source};
use super::txn::{Source, Txn, rows};

/// Microseconds of an hour.
const HOUR: i64 = 3_600_000_000;

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

/// The ids of the sources of an instance.
///
/// # Errors
/// `db.unreachable`.
pub async fn sources_of(on: &impl Source, instance: &str) -> Result<Vec<i64>, DbError> {
    let found = source::Entity::find()
        .filter(source::Column::Instance.eq(instance))
        .order_by_asc(source::Column::Id)
        .all(&on.on().0)
        .await?;
    Ok(found.into_iter().map(|row| row.id).collect())
}

/// Appends a request and marks its hours dirty; false when the same bytes came before.
///
/// # Errors
/// `db.refused` when the source is unknown, `db.disk-full`.
pub async fn append(txn: &Txn, evidence: &NewEvidence) -> Result<bool, DbError> {
    let NewEvidence {
        source,
        received_at,
        hash,
        kind,
        span_from,
        span_to,
        codec,
        body,
    } = evidence.clone();
    let sql = "INSERT INTO evidence \
               (source, received_at, hash, kind, span_from, span_to, codec, body) \
               VALUES ($1, $2, $3, $4, $5, $6, $7, $8) ON CONFLICT (source, hash) DO NOTHING";
    let values = vec![
        source.into(),
        received_at.into(),
        hash.into(),
        kind.into(),
        span_from.into(),
        span_to.into(),
        codec.into(),
        body.into(),
    ];
    if txn.execute(sql, values).await? == 0 {
        return Ok(false);
    }
    mark_dirty(txn, source, span_from, span_to).await?;
    Ok(true)
}

async fn mark_dirty(txn: &Txn, source: i64, from: i64, to: i64) -> Result<(), DbError> {
    let sql = "INSERT INTO dirty_hour (hour, source, marks) VALUES ($1, $2, 1) \
               ON CONFLICT (hour, source) DO UPDATE SET marks = dirty_hour.marks + 1";
    for hour in from.div_euclid(HOUR)..=to.div_euclid(HOUR) {
        txn.execute(sql, vec![hour.into(), source.into()]).await?;
    }
    Ok(())
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
