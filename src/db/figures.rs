//! How the store is doing: what waits, for how long, and the connections. Each figure costs the
//! same in a large book as in a small one.

use chrono::{DateTime, Utc};

use super::convert::From;
use super::filter::Filter;
use super::txn::{Source, rows};
use super::{Db, DbError};

/// Rows that wait.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Waiting {
    /// How many, counted up to ten thousand.
    pub count: u64,
    /// For how many seconds the first of them has waited.
    pub oldest_seconds: u64,
}

/// Jobs of one kind in one state.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct JobFigures {
    /// Kind of the jobs.
    pub kind: String,
    /// `queued`, `leased` or `failed`.
    pub state: String,
    /// How many.
    pub count: u64,
    /// For how many seconds the first of them has been due.
    pub oldest_seconds: u64,
}

/// Connections of one pool.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct PoolFigures {
    /// Which one.
    pub name: &'static str,
    /// Open connections.
    pub open: u64,
    /// Those of them that nobody uses.
    pub idle: u64,
}

/// How the store is doing.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Figures {
    /// Jobs that are not done.
    pub jobs: Vec<JobFigures>,
    /// Audit records without a seal.
    pub unsealed: Waiting,
    /// Events that their consumer has not taken, of the newest ten thousand.
    pub outbox: Waiting,
    /// Connections.
    pub pools: Vec<PoolFigures>,
}

/// Reads the figures, at a business time. Only events of `topics` wait for somebody.
///
/// # Errors
/// `db.unreachable`.
pub async fn figures(db: &Db, now: DateTime<Utc>, topics: &[&str]) -> Result<Figures, DbError> {
    let on = db.reader();
    Ok(Figures {
        jobs: jobs(&on).await?,
        unsealed: unsealed(&on).await?,
        outbox: outbox(&on, now, topics).await?,
        pools: db.pools(),
    })
}

async fn jobs(on: &impl Source) -> Result<Vec<JobFigures>, DbError> {
    let now = on.now_micros();
    let sql = format!(
        "SELECT kind, state, count(*) AS many, ({now} - min(due_at)) / 1000000 AS oldest FROM job \
         WHERE state IN ('queued', 'leased', 'failed') GROUP BY kind, state ORDER BY kind, state"
    );
    let mut found = Vec::new();
    for row in rows(on, &sql, Vec::new()).await? {
        found.push(JobFigures {
            kind: row.try_get("", "kind")?,
            state: row.try_get("", "state")?,
            count: row.try_get::<i64>("", "many")?.unsigned_abs(),
            // A job that is due later is not late.
            oldest_seconds: row.try_get::<i64>("", "oldest")?.max(0).unsigned_abs(),
        });
    }
    Ok(found)
}

async fn unsealed(on: &impl Source) -> Result<Waiting, DbError> {
    let last = |column| {
        format!("coalesce((SELECT {column} FROM audit_seal ORDER BY place DESC LIMIT 1), 0)")
    };
    // On SQLite ids grow as they commit; on PostgreSQL all below the horizon is sealed.
    let behind = if Filter::new(on).postgres() {
        format!("r.transaction_id >= {}", last("horizon"))
    } else {
        format!("r.id > {}", last("record"))
    };
    let now = on.now_micros();
    let sql = format!(
        "SELECT count(*) AS many, ({now} - min(w.written_at)) / 1000000 AS oldest FROM \
         (SELECT r.written_at FROM audit_record r WHERE {behind} AND NOT EXISTS \
         (SELECT 1 FROM audit_seal s WHERE s.record = r.id) ORDER BY r.id LIMIT 10000) w"
    );
    let found = rows(on, &sql, Vec::new()).await?;
    let Some(row) = found.first() else {
        return Ok(Waiting::default());
    };
    let oldest: Option<i64> = row.try_get("", "oldest")?;
    Ok(Waiting {
        count: row.try_get::<i64>("", "many")?.unsigned_abs(),
        oldest_seconds: oldest.unwrap_or(0).max(0).unsigned_abs(),
    })
}

/// Events of the newest ten thousand that no consumer has taken.
async fn outbox(on: &impl Source, now: DateTime<Utc>, topics: &[&str]) -> Result<Waiting, DbError> {
    let mut filter = Filter::new(on);
    let places: Vec<String> = topics.iter().map(|topic| filter.value(*topic)).collect();
    if places.is_empty() {
        return Ok(Waiting::default());
    }
    filter.add(format!("o.topic IN ({})", places.join(", ")));
    let (conditions, values) = filter.parts();
    let sql = format!(
        "SELECT count(*) AS many, min(o.recorded_at) AS since FROM \
         (SELECT id, topic, recorded_at FROM outbox ORDER BY id DESC LIMIT 10000) o \
         WHERE {conditions} \
         AND NOT EXISTS (SELECT 1 FROM outbox_delivery d WHERE d.event = o.id)"
    );
    let found = rows(on, &sql, values).await?;
    let Some(row) = found.first() else {
        return Ok(Waiting::default());
    };
    let from = From {
        table: "outbox",
        id: &"oldest",
    };
    let since: Option<String> = row.try_get("", "since")?;
    let since = since.map(|text| from.instant(&text)).transpose()?;
    let waited = since.map_or(0, |since| (now - since).num_seconds().max(0));
    Ok(Waiting {
        count: row.try_get::<i64>("", "many")?.unsigned_abs(),
        oldest_seconds: waited.unsigned_abs(),
    })
}
