//! Deleting the bytes of requests under a protocol. What they were and their hashes stay.

use std::collections::BTreeSet;

use chrono::{DateTime, Utc};

use super::DbError;
use super::convert::{sha256_hex, stamp};
use super::speakers::{Speaker, overlap};
use super::txn::{Source, Txn, rows};

/// The codec of a request whose bytes were deleted.
pub const DELETED: &str = "deleted";
/// Numbers of one statement.
const SOME: usize = 2_000;

/// What a protocol says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Protocol {
    /// Requests that speak of nothing at or after this instant, microseconds.
    pub before: i64,
    /// Why.
    pub reason: String,
    /// The decision of finance when the term is not over yet.
    pub decision: Option<String>,
    /// Who approved it.
    pub approved_by: String,
    /// When.
    pub recorded_at: DateTime<Utc>,
}

/// What was deleted.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Deleted {
    /// Number of the protocol.
    pub protocol: i64,
    /// How many requests.
    pub requests: u64,
    /// SHA-256 over their sorted hashes, one a line.
    pub hash: String,
}

/// True when an hour before an instant (microseconds) has not been rolled: its requests are still
/// needed.
///
/// # Errors
/// `db.unreachable`.
pub async fn is_dirty_before(on: &impl Source, before: i64) -> Result<bool, DbError> {
    let hour = before.div_euclid(3_600_000_000);
    let sql = "SELECT 1 FROM dirty_hour WHERE hour <= $1 LIMIT 1";
    Ok(!rows(on, sql, vec![hour.into()]).await?.is_empty())
}

/// Writes the protocol and deletes the bytes of every request that speaks only of the time before
/// its instant. None when there is no such request.
///
/// # Errors
/// `db.*`; nothing is deleted then.
pub async fn delete(txn: &Txn, protocol: &Protocol) -> Result<Option<Deleted>, DbError> {
    let sql = "SELECT id, hash FROM evidence WHERE span_to < $1 AND codec <> 'deleted'";
    let found = rows(txn, sql, vec![protocol.before.into()]).await?;
    let (mut ids, mut hashes) = (Vec::with_capacity(found.len()), Vec::new());
    for row in found {
        ids.push(row.try_get::<i64>("", "id")?);
        hashes.push(row.try_get::<String>("", "hash")?);
    }
    if ids.is_empty() {
        return Ok(None);
    }
    hashes.sort_unstable();
    let lines: String = hashes
        .iter()
        .flat_map(|hash| [hash.as_str(), "\n"])
        .collect();
    let hash = sha256_hex(lines.as_bytes());
    let requests = i64::try_from(ids.len()).unwrap_or(i64::MAX);
    let sql = "INSERT INTO evidence_protocol \
               (before, reason, decision, approved_by, requests, hash, recorded_at) \
               VALUES ($1, $2, $3, $4, $5, $6, $7) RETURNING id";
    let values = vec![
        protocol.before.into(),
        protocol.reason.as_str().into(),
        protocol.decision.clone().into(),
        protocol.approved_by.as_str().into(),
        requests.into(),
        hash.as_str().into(),
        stamp(protocol.recorded_at).into(),
    ];
    let made = rows(txn, sql, values).await?;
    let row = made.first();
    let row = row.ok_or_else(|| DbError::missing("evidence_protocol", "(new)"))?;
    let number: i64 = row.try_get("", "id")?;
    for some in ids.chunks(SOME) {
        let under: Vec<String> = some.iter().map(|id| format!("({id},{number})")).collect();
        let sql = format!(
            "INSERT INTO evidence_erasure (evidence, protocol) VALUES {}",
            under.join(",")
        );
        txn.execute(&sql, Vec::new()).await?;
        let some: Vec<String> = some.iter().map(i64::to_string).collect();
        let sql = format!(
            "UPDATE evidence SET body = $1, codec = 'deleted' WHERE id IN ({})",
            some.join(",")
        );
        txn.execute(&sql, vec![Vec::<u8>::new().into()]).await?;
    }
    Ok(Some(Deleted {
        protocol: number,
        requests: u64::try_from(requests).unwrap_or(0),
        hash,
    }))
}

/// The protocols under which requests of some sources were deleted that overlap a span.
///
/// # Errors
/// `db.unreachable`.
pub async fn protocols(
    on: &impl Source,
    sources: &[Speaker],
    (from, to): (i64, i64),
) -> Result<BTreeSet<i64>, DbError> {
    let sql = format!(
        "SELECT DISTINCT protocol FROM evidence_erasure WHERE evidence IN ({})",
        overlap(sources, from, to)
    );
    let found = rows(on, &sql, Vec::new()).await?;
    let numbers = found.iter().map(|row| row.try_get("", "protocol"));
    Ok(numbers.collect::<Result<_, _>>()?)
}

/// The protocol under which a request was deleted.
///
/// # Errors
/// `db.unreachable`.
pub async fn protocol_of(on: &impl Source, evidence: i64) -> Result<Option<i64>, DbError> {
    let sql = "SELECT protocol FROM evidence_erasure WHERE evidence = $1";
    let found = rows(on, sql, vec![evidence.into()]).await?;
    Ok(found
        .first()
        .map(|row| row.try_get("", "protocol"))
        .transpose()?)
}
