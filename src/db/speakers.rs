//! Who speaks about an instance, and what was said in a span of time.

use std::collections::{BTreeMap, BTreeSet};

use sea_orm::{ColumnTrait, EntityTrait, QueryFilter, QueryOrder};

use super::DbError;
use super::entities::{evidence, source};
use super::evidence::{EvidenceRecord, record};
use super::partials::list;
use super::txn::{Source, rows};

/// Requests whose rows are read at once.
const READ: usize = 500;
/// Requests about more than this many microseconds have an index of their own.
pub(super) const LONG: i64 = 7_200_000_000;

/// A source of telemetry, and the instance it stands for; empty for a collector of many.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Speaker {
    /// Its id.
    pub id: i64,
    /// Its own instance.
    pub instance: String,
}

/// The sources that stand for an instance, and the collectors that may speak for it.
///
/// # Errors
/// `db.unreachable`.
pub async fn of_instance(on: &impl Source, instance: &str) -> Result<Vec<Speaker>, DbError> {
    let sql = "SELECT id, instance FROM source WHERE instance = $1 \
               OR id IN (SELECT source FROM source_instance WHERE instance = $1) ORDER BY id";
    let found = rows(on, sql, vec![instance.into()]).await?;
    let speakers = found.iter().map(|row| {
        Ok(Speaker {
            id: row.try_get("", "id")?,
            instance: row.try_get("", "instance")?,
        })
    });
    speakers.collect()
}

/// The instance that each of some sources stands for.
///
/// # Errors
/// `db.unreachable`.
pub async fn own(
    on: &impl Source,
    sources: &BTreeSet<i64>,
) -> Result<BTreeMap<i64, String>, DbError> {
    let found = source::Entity::find()
        .filter(source::Column::Id.is_in(sources.iter().copied()))
        .all(&on.on().0)
        .await?;
    Ok(found
        .into_iter()
        .map(|row| (row.id, row.instance))
        .collect())
}

/// The instances that a collector may speak for; what it says about others is not heard.
///
/// # Errors
/// `db.unreachable`.
pub async fn listed(on: &impl Source, source: i64) -> Result<BTreeSet<String>, DbError> {
    let sql = "SELECT instance FROM source_instance WHERE source = $1";
    let found = rows(on, sql, vec![source.into()]).await?;
    let names = found.iter().map(|row| row.try_get("", "instance"));
    Ok(names.collect::<Result<_, _>>()?)
}

/// The instances for which a source speaks: its own, or those of a collector's list.
///
/// # Errors
/// `db.unreachable`.
pub async fn heard(
    on: &impl Source,
    (source, own): (i64, &str),
) -> Result<BTreeSet<String>, DbError> {
    match own.is_empty() {
        true => listed(on, source).await,
        false => Ok(BTreeSet::from([own.to_owned()])),
    }
}

/// The numbers of the requests of some sources that overlap `[from, to)` microseconds.
///
/// # Errors
/// `db.unreachable`.
pub async fn requests(
    on: &impl Source,
    sources: &[Speaker],
    (from, to): (i64, i64),
) -> Result<Vec<i64>, DbError> {
    let found = rows(on, &overlap(sources, from, to), Vec::new()).await?;
    let ids = found.iter().map(|row| row.try_get("", "id"));
    Ok(ids.collect::<Result<_, _>>()?)
}

/// How many bytes each of some requests takes as it is stored, without reading them.
///
/// # Errors
/// `db.unreachable`.
pub async fn sizes(on: &impl Source, ids: &[i64]) -> Result<Vec<(i64, i64)>, DbError> {
    let mut sizes = Vec::with_capacity(ids.len());
    for some in ids.chunks(10_000) {
        let sql = format!(
            "SELECT id, CAST(length(body) AS BIGINT) AS bytes FROM evidence \
             WHERE id IN ({}) ORDER BY id",
            list(some.iter().copied())
        );
        for row in rows(on, &sql, Vec::new()).await? {
            sizes.push((row.try_get("", "id")?, row.try_get("", "bytes")?));
        }
    }
    Ok(sizes)
}

/// How many requests of some sources overlap `[from, to)` microseconds, and how many bytes they
/// take as they are stored.
///
/// # Errors
/// `db.unreachable`.
pub async fn weight(
    on: &impl Source,
    sources: &[Speaker],
    (from, to): (i64, i64),
) -> Result<(i64, i64), DbError> {
    let overlap = overlap(sources, from, to);
    let sql = format!(
        "SELECT CAST(count(*) AS BIGINT) AS many, \
         CAST(COALESCE(sum(length(body)), 0) AS BIGINT) AS bytes \
         FROM evidence WHERE id IN ({overlap})"
    );
    let found = rows(on, &sql, Vec::new()).await?;
    let row = found
        .first()
        .ok_or_else(|| DbError::missing("evidence", "weight"))?;
    Ok((row.try_get("", "many")?, row.try_get("", "bytes")?))
}

/// Requests by their numbers, by (received, id).
///
/// # Errors
/// `db.unreachable`.
pub async fn by_ids(on: &impl Source, ids: &[i64]) -> Result<Vec<EvidenceRecord>, DbError> {
    let mut records = Vec::with_capacity(ids.len());
    for some in ids.chunks(READ) {
        let found = evidence::Entity::find()
            .filter(evidence::Column::Id.is_in(some.iter().copied()))
            .order_by_asc(evidence::Column::Id)
            .all(&on.on().0)
            .await?;
        records.extend(found.into_iter().map(record));
    }
    records.sort_by_key(|one| (one.evidence.received_at, one.id));
    Ok(records)
}

/// The hashes of requests by their numbers.
///
/// # Errors
/// `db.unreachable`.
pub async fn hashes(on: &impl Source, ids: &[i64]) -> Result<BTreeSet<String>, DbError> {
    let mut hashes = BTreeSet::new();
    for some in ids.chunks(10_000) {
        let ids: Vec<String> = some.iter().map(i64::to_string).collect();
        let sql = format!("SELECT hash FROM evidence WHERE id IN ({})", ids.join(","));
        for row in rows(on, &sql, Vec::new()).await? {
            hashes.insert(row.try_get("", "hash")?);
        }
    }
    Ok(hashes)
}

/// How many requests of some sources overlap `[from, to)` microseconds, and the newest of them.
/// Requests are never taken away, so equal answers mean the same requests.
///
/// # Errors
/// `db.unreachable`.
pub async fn count(
    on: &impl Source,
    sources: &[Speaker],
    (from, to): (i64, i64),
) -> Result<(i64, i64), DbError> {
    let overlap = overlap(sources, from, to);
    let sql = format!(
        "SELECT CAST(count(*) AS BIGINT) AS many, COALESCE(max(id), 0) AS newest \
         FROM evidence WHERE id IN ({overlap})"
    );
    let found = rows(on, &sql, Vec::new()).await?;
    let row = found
        .first()
        .ok_or_else(|| DbError::missing("evidence", "count"))?;
    Ok((row.try_get("", "many")?, row.try_get("", "newest")?))
}

/// The numbers of the requests that overlap a span, as a query.
pub(super) fn overlap(sources: &[Speaker], from: i64, to: i64) -> String {
    let sources = list(sources.iter().map(|one| one.id));
    let near = from.saturating_sub(LONG);
    format!(
        "SELECT id FROM evidence WHERE source IN ({sources}) \
         AND span_from >= {near} AND span_from < {to} AND span_to >= {from} \
         UNION ALL \
         SELECT id FROM evidence WHERE source IN ({sources}) AND span_to - span_from > {LONG} \
         AND span_from < {near} AND span_to >= {from}"
    )
}
