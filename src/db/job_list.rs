//! Jobs and outbox entries as pages show them, and the retry of a job.

use chrono::{DateTime, Utc};
use sea_orm::QueryResult;

use super::DbError;
use super::convert::From;
use super::filter::{Filter, cut};
use super::txn::{Source, Txn, rows};

/// A job with all that is known of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Job {
    /// Its id.
    pub id: i64,
    /// What is to be done.
    pub kind: String,
    /// To what.
    pub key: String,
    /// `queued`, `leased`, `done`, or `failed` for good.
    pub state: String,
    /// When it is tried next, or was due.
    pub due_at: DateTime<Utc>,
    /// Who works at it.
    pub holder: Option<String>,
    /// Until when it is theirs.
    pub lease_until: Option<DateTime<Utc>>,
    /// How often it was begun.
    pub attempts: u32,
    /// Why the last attempt failed: code and text for readers.
    pub last_error: Option<String>,
}

impl Job {
    /// Can somebody have it tried again now? What is done or being done cannot.
    #[must_use]
    pub fn waits(&self) -> bool {
        self.state == "failed" || (self.state == "queued" && self.attempts > 0)
    }
}

/// How many jobs are in each state, by its name.
///
/// # Errors
/// `db.unreachable`.
pub async fn counts(on: &impl Source) -> Result<Vec<(String, u64)>, DbError> {
    let sql = "SELECT state, count(*) AS many FROM job GROUP BY state ORDER BY state";
    let found = rows(on, sql, Vec::new()).await?;
    let count = |row: &QueryResult| {
        let many: i64 = row.try_get("", "many")?;
        Ok((row.try_get("", "state")?, many.unsigned_abs()))
    };
    found.iter().map(count).collect()
}

/// A page of at most `limit` jobs before one, the newest first; all states unless one is given.
/// The id behind it is where the next page begins.
///
/// # Errors
/// `db.corrupt-row`.
pub async fn page(
    on: &impl Source,
    state: Option<&str>,
    (before, limit): (Option<i64>, u64),
) -> Result<(Vec<Job>, Option<i64>), DbError> {
    let mut filter = Filter::new(on);
    if let Some(state) = state {
        let state = filter.value(state);
        filter.add(format!("state = {state}"));
    }
    if let Some(before) = before {
        let before = filter.value(before);
        filter.add(format!("id < {before}"));
    }
    let (condition, values) = filter.parts();
    let sql = format!(
        "SELECT * FROM job WHERE {condition} ORDER BY id DESC LIMIT {}",
        limit.saturating_add(1)
    );
    let found = rows(on, &sql, values).await?;
    let mut jobs = found.iter().map(job).collect::<Result<Vec<_>, _>>()?;
    let more = cut(&mut jobs, limit);
    let next = jobs.last().filter(|_| more).map(|last| last.id);
    Ok((jobs, next))
}

/// One job, as it is until the transaction ends.
///
/// # Errors
/// `db.corrupt-row`.
pub async fn lock(txn: &Txn, id: i64) -> Result<Option<Job>, DbError> {
    let lock = if txn.postgres() { " FOR UPDATE" } else { "" };
    let sql = format!("SELECT * FROM job WHERE id = $1{lock}");
    let found = rows(txn, &sql, vec![id.into()]).await?;
    found.first().map(job).transpose()
}

/// Has a job tried again now, with all its attempts; false when it does not wait for that.
///
/// # Errors
/// `db.unreachable`.
pub async fn retry(txn: &Txn, id: i64) -> Result<bool, DbError> {
    let now = txn.now_micros();
    let sql = format!(
        "UPDATE job SET state = 'queued', due_at = {now}, attempts = 0 \
         WHERE id = $1 AND (state = 'failed' OR (state = 'queued' AND attempts > 0))"
    );
    Ok(txn.execute(&sql, vec![id.into()]).await? == 1)
}

fn job(row: &QueryResult) -> Result<Job, DbError> {
    let id: i64 = row.try_get("", "id")?;
    let at = |micros: i64| instant("job", id, micros);
    let lease: Option<i64> = row.try_get("", "lease_until")?;
    Ok(Job {
        id,
        kind: row.try_get("", "kind")?,
        key: row.try_get("", "key")?,
        state: row.try_get("", "state")?,
        due_at: at(row.try_get("", "due_at")?)?,
        holder: row.try_get("", "holder")?,
        lease_until: lease.map(at).transpose()?,
        attempts: From {
            table: "job",
            id: &id,
        }
        .small(row.try_get("", "attempts")?)?,
        last_error: row.try_get("", "last_error")?,
    })
}

fn instant(table: &'static str, id: i64, micros: i64) -> Result<DateTime<Utc>, DbError> {
    let at = DateTime::from_timestamp_micros(micros);
    at.ok_or_else(|| DbError::corrupt(table, id, format!("instant {micros}")))
}

/// An event of the outbox, and who has taken it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OutboxEntry {
    /// Its id.
    pub id: i64,
    /// What kind of event.
    pub topic: String,
    /// What it is about.
    pub subject: String,
    /// Since when it is true.
    pub recorded_at: DateTime<Utc>,
    /// Who has taken it.
    pub taken_by: Vec<String>,
}

/// The newest events of the outbox, at most `limit`.
///
/// # Errors
/// `db.corrupt-row`.
pub async fn outbox(on: &impl Source, limit: u64) -> Result<Vec<OutboxEntry>, DbError> {
    let sql = format!(
        "SELECT o.id, o.topic, o.subject, o.recorded_at, d.consumer FROM \
         (SELECT * FROM outbox ORDER BY id DESC LIMIT {limit}) o \
         LEFT JOIN outbox_delivery d ON d.event = o.id ORDER BY o.id DESC, d.consumer"
    );
    let mut entries: Vec<OutboxEntry> = Vec::new();
    for row in rows(on, &sql, Vec::new()).await? {
        let id: i64 = row.try_get("", "id")?;
        let consumer: Option<String> = row.try_get("", "consumer")?;
        if let Some(last) = entries.last_mut().filter(|last| last.id == id) {
            last.taken_by.extend(consumer);
            continue;
        }
        let from = From {
            table: "outbox",
            id: &id,
        };
        entries.push(OutboxEntry {
            id,
            topic: row.try_get("", "topic")?,
            subject: row.try_get("", "subject")?,
            recorded_at: from.instant(&row.try_get::<String>("", "recorded_at")?)?,
            taken_by: consumer.into_iter().collect(),
        });
    }
    Ok(entries)
}
