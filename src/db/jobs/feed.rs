//! Jobs for people and programs: the last one enqueued first, a page at a time.

use chrono::{DateTime, Utc};
use sea_orm::QueryResult;

use crate::db::DbError;
use crate::db::convert::From;
use crate::db::filter::{Filter, cut};
use crate::db::txn::{Source, rows};

/// What the jobs are narrowed to.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct JobFilter {
    /// Where they stand: `queued`, `leased`, `done` or `failed`.
    pub state: Option<&'static str>,
    /// What is to be done.
    pub kind: Option<String>,
    /// Its id.
    pub id: Option<i64>,
}

/// A job as it stands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct KnownJob {
    /// Its id.
    pub id: i64,
    /// What is to be done.
    pub kind: String,
    /// To what.
    pub key: String,
    /// Where it stands.
    pub state: String,
    /// Not before this instant of the database's clock.
    pub due_at: DateTime<Utc>,
    /// Until when a worker has it.
    pub leased_until: Option<DateTime<Utc>>,
    /// How often it was tried.
    pub attempts: u32,
    /// Why the last attempt failed.
    pub last_error: Option<String>,
}

/// At most `limit` jobs that were enqueued before the one with an id, and the id before which the
/// next page begins.
///
/// # Errors
/// `db.unreachable`, `db.corrupt-row`.
pub async fn feed(
    on: &impl Source,
    asked: &JobFilter,
    (before, limit): (Option<i64>, u64),
) -> Result<(Vec<KnownJob>, Option<i64>), DbError> {
    let mut filter = Filter::new(on);
    if let Some(state) = asked.state {
        let place = filter.value(state);
        filter.add(format!("state = {place}"));
    }
    if let Some(kind) = &asked.kind {
        let place = filter.value(kind.as_str());
        filter.add(format!("kind = {place}"));
    }
    if let Some(id) = asked.id {
        let place = filter.value(id);
        filter.add(format!("id = {place}"));
    }
    if let Some(id) = before {
        let place = filter.value(id);
        filter.add(format!("id < {place}"));
    }
    let (condition, values) = filter.parts();
    let sql = format!(
        "SELECT id, kind, key, state, due_at, lease_until, attempts, last_error FROM job \
         WHERE {condition} ORDER BY id DESC LIMIT {}",
        limit.saturating_add(1)
    );
    let found = rows(on, &sql, values).await?;
    let mut jobs = found.iter().map(job).collect::<Result<Vec<_>, _>>()?;
    let more = cut(&mut jobs, limit);
    let next = jobs.last().filter(|_| more).map(|last| last.id);
    Ok((jobs, next))
}

fn job(row: &QueryResult) -> Result<KnownJob, DbError> {
    let id: i64 = row.try_get("", "id")?;
    let from = From {
        table: "job",
        id: &id,
    };
    let instant = |micros: i64| {
        let found = DateTime::from_timestamp_micros(micros);
        found.ok_or_else(|| from.corrupt(format!("instant {micros}")))
    };
    let leased_until: Option<i64> = row.try_get("", "lease_until")?;
    Ok(KnownJob {
        kind: row.try_get("", "kind")?,
        key: row.try_get("", "key")?,
        state: row.try_get("", "state")?,
        due_at: instant(row.try_get("", "due_at")?)?,
        leased_until: leased_until.map(instant).transpose()?,
        attempts: from.small(row.try_get("", "attempts")?)?,
        last_error: row.try_get("", "last_error")?,
        id,
    })
}
