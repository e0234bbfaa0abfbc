//! Work to be done once, leased to one worker at a time.
//!
//! A job is enqueued in the transaction that causes it and named by (kind, key). A worker leases
//! it for a while by the database's clock; if it dies, the next one gets it with a higher fencing
//! token, and the first one's acknowledgement is refused. Jobs are idempotent.

pub mod feed;

use std::time::Duration;

use serde::Serialize;
use serde::de::DeserializeOwned;

use super::convert::{From, body};
use super::leases::micros;
use super::txn::{Source, Txn, rows};
use super::{DbError, Store};

/// After this many attempts a job is left as failed, for a person to look at.
const ATTEMPTS: i64 = 12;

/// A job leased to a worker.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LeasedJob {
    /// Its id.
    pub id: i64,
    /// What is to be done.
    pub kind: String,
    /// To what.
    pub key: String,
    /// With what, as JSON text.
    pub body: String,
    /// Grows with every lease.
    pub fence: i64,
    /// Which attempt this is, from 1.
    pub attempt: u32,
}

impl LeasedJob {
    /// Reads the body.
    ///
    /// # Errors
    /// `db.corrupt-row`.
    pub fn read_body<B: DeserializeOwned>(&self) -> Result<B, DbError> {
        From {
            table: "job",
            id: &self.id,
        }
        .json(&self.body)
    }
}

/// Enqueues a job; false when one of this kind and key is there already.
///
/// # Errors
/// `db.unreachable`, `db.disk-full`.
pub async fn enqueue<B: Serialize + ?Sized>(
    txn: &Txn,
    kind: &str,
    key: &str,
    content: &B,
) -> Result<bool, DbError> {
    let now = txn.now_micros();
    let sql = format!(
        "INSERT INTO job (kind, key, body, state, due_at, fence, attempts) \
         VALUES ($1, $2, $3, 'queued', {now}, 0, 0) ON CONFLICT (kind, key) DO NOTHING"
    );
    let values = vec![kind.into(), key.into(), body("job", content)?.into()];
    Ok(txn.execute(&sql, values).await? == 1)
}

/// Leases due jobs of a kind to `holder`, the longest due first. Jobs whose lease ran out count
/// as due.
///
/// # Errors
/// `db.unreachable`.
pub async fn claim(
    store: &Store,
    kind: &str,
    holder: &str,
    length: Duration,
    limit: u32,
) -> Result<Vec<LeasedJob>, DbError> {
    let (kind, holder) = (kind.to_owned(), holder.to_owned());
    store
        .write(async move |txn: &Txn| lease(txn, &kind, &holder, length, limit).await)
        .await
}

async fn lease(
    txn: &Txn,
    kind: &str,
    holder: &str,
    length: Duration,
    limit: u32,
) -> Result<Vec<LeasedJob>, DbError> {
    let now = txn.now_micros();
    let skip = if txn.postgres() {
        "FOR UPDATE SKIP LOCKED"
    } else {
        ""
    };
    let sql = format!(
        "UPDATE job SET state = 'leased', holder = $2, lease_until = {now} + $3, \
         fence = fence + 1, attempts = attempts + 1 WHERE id IN (SELECT id FROM job \
         WHERE kind = $1 AND ((state = 'queued' AND due_at <= {now}) \
         OR (state = 'leased' AND lease_until <= {now})) ORDER BY due_at, id LIMIT {limit} {skip}) \
         RETURNING id, kind, key, body, fence, attempts"
    );
    let values = vec![kind.into(), holder.into(), micros(length).into()];
    let mut jobs = Vec::new();
    for row in rows(txn, &sql, values).await? {
        let id: i64 = row.try_get("", "id")?;
        jobs.push(LeasedJob {
            id,
            kind: row.try_get("", "kind")?,
            key: row.try_get("", "key")?,
            body: row.try_get("", "body")?,
            fence: row.try_get("", "fence")?,
            attempt: From {
                table: "job",
                id: &id,
            }
            .small(row.try_get("", "attempts")?)?,
        });
    }
    jobs.sort_by_key(|job| job.id);
    Ok(jobs)
}

/// Prolongs the lease of a job whose worker is alive.
///
/// # Errors
/// `db.lease-lost` when another worker has it by now, or nobody.
pub async fn prolong(store: &Store, job: &LeasedJob, length: Duration) -> Result<(), DbError> {
    let job = job.clone();
    store
        .write(async move |txn: &Txn| {
            let now = txn.now_micros();
            let sql = format!(
                "UPDATE job SET lease_until = {now} + $3 \
                 WHERE id = $1 AND fence = $2 AND state = 'leased'"
            );
            let values = vec![job.id.into(), job.fence.into(), micros(length).into()];
            let touched = txn.execute(&sql, values).await?;
            unless_lost(&job, touched)
        })
        .await
}

/// Notes that a job is done; part of the transaction that did it.
///
/// # Errors
/// `db.lease-lost` when another worker has it by now: the transaction must not commit.
pub async fn acknowledge(txn: &Txn, job: &LeasedJob) -> Result<(), DbError> {
    let sql = "UPDATE job SET state = 'done', holder = NULL, lease_until = NULL, last_error = NULL \
               WHERE id = $1 AND fence = $2 AND state = 'leased'";
    let touched = txn
        .execute(sql, vec![job.id.into(), job.fence.into()])
        .await?;
    unless_lost(job, touched)
}

/// Takes a job that is done away, with what it was told; part of the transaction that did it.
///
/// # Errors
/// `db.lease-lost` when another worker has it by now: the transaction must not commit.
pub async fn remove(txn: &Txn, job: &LeasedJob) -> Result<(), DbError> {
    let sql = "DELETE FROM job WHERE id = $1 AND fence = $2 AND state = 'leased'";
    let touched = txn
        .execute(sql, vec![job.id.into(), job.fence.into()])
        .await?;
    unless_lost(job, touched)
}

/// Leaves a job as failed for good, for a person to look at.
///
/// # Errors
/// `db.lease-lost` when another worker has it by now.
pub async fn give_up(txn: &Txn, job: &LeasedJob, error: &str) -> Result<(), DbError> {
    let sql = "UPDATE job SET state = 'failed', holder = NULL, lease_until = NULL, \
               last_error = $3 WHERE id = $1 AND fence = $2 AND state = 'leased'";
    let values = vec![job.id.into(), job.fence.into(), error.into()];
    let touched = txn.execute(sql, values).await?;
    unless_lost(job, touched)
}

/// Notes that an attempt failed; the job is due again after `pause`, or failed for good after
/// too many attempts.
///
/// # Errors
/// `db.lease-lost` when another worker has it by now.
pub async fn fail(txn: &Txn, job: &LeasedJob, error: &str, pause: Duration) -> Result<(), DbError> {
    let now = txn.now_micros();
    let sql = format!(
        "UPDATE job SET state = CASE WHEN attempts >= {ATTEMPTS} THEN 'failed' ELSE 'queued' END, \
         due_at = {now} + $3, holder = NULL, lease_until = NULL, last_error = $4 \
         WHERE id = $1 AND fence = $2 AND state = 'leased'"
    );
    let values = vec![
        job.id.into(),
        job.fence.into(),
        micros(pause).into(),
        error.into(),
    ];
    let touched = txn.execute(&sql, values).await?;
    unless_lost(job, touched)
}

fn unless_lost(job: &LeasedJob, touched: u64) -> Result<(), DbError> {
    match touched {
        0 => Err(DbError::LeaseLost {
            name: format!("{}/{}", job.kind, job.key),
            fence: job.fence,
        }),
        _ => Ok(()),
    }
}

/// How many jobs of a kind are not done, and how many of them failed for good.
///
/// # Errors
/// `db.unreachable`.
pub async fn left(on: &impl Source, kind: &str) -> Result<(u64, u64), DbError> {
    let sql = "SELECT state, count(*) AS n FROM job WHERE kind = $1 AND state <> 'done' \
               GROUP BY state";
    let (mut open, mut failed) = (0, 0);
    for row in rows(on, sql, vec![kind.into()]).await? {
        let some = row.try_get::<i64>("", "n")?.unsigned_abs();
        open += some;
        if row.try_get::<String>("", "state")? == "failed" {
            failed += some;
        }
    }
    Ok((open, failed))
}
