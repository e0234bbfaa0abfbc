//! What waits for people today, and marks by which it is seen that something changed.

use super::DbError;
use super::filter::Filter;
use super::txn::{Source, rows};

/// The newest ids of what figures over the whole book follow from: equal marks, equal figures, but
/// for what is committed late.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Marks {
    /// Versions of contracts, customers and sellers, values of indices, and how many runs are
    /// finished: they end in another order than they began.
    pub agreed: [i64; 5],
    /// Entries of the ledger, allocations, and numbers that were taken.
    pub booked: [i64; 3],
    /// Numbers that were taken, and documents.
    pub filed: [i64; 2],
    /// Whether a row may be committed after another one with a higher id, as on PostgreSQL: equal
    /// marks then mean equal figures only for a while.
    pub late: bool,
}

/// The marks of this moment: a handful of look-ups at the end of an index, and a short index read.
///
/// # Errors
/// `db.unreachable`.
pub async fn marks(on: &impl Source) -> Result<Marks, DbError> {
    let newest = |table: &str| format!("(SELECT COALESCE(MAX(id), 0) FROM {table})");
    let sql = format!(
        "SELECT {} AS contract, {} AS customer, {} AS seller, {} AS value, \
         (SELECT count(*) FROM billing_run WHERE finished_at IS NOT NULL) AS run, \
         {} AS entry, {} AS allocated, {} AS document, \
         (SELECT CAST(COALESCE(SUM(next), 0) AS BIGINT) FROM number_series) AS taken",
        newest("contract_version"),
        newest("customer_version"),
        newest("seller_version"),
        newest("index_value"),
        newest("ledger_entry"),
        newest("allocation"),
        newest("document"),
    );
    let found = rows(on, &sql, Vec::new()).await?;
    let row = found
        .first()
        .ok_or_else(|| DbError::missing("marks", "(newest)"))?;
    let of = |name: &str| row.try_get::<i64>("", name);
    Ok(Marks {
        agreed: [
            of("contract")?,
            of("customer")?,
            of("seller")?,
            of("value")?,
            of("run")?,
        ],
        booked: [of("entry")?, of("allocated")?, of("taken")?],
        filed: [of("taken")?, of("document")?],
        late: Filter::new(on).postgres(),
    })
}

/// A numbered document whose files are still to be made.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PendingDocument {
    /// Its number.
    pub number: String,
    /// The contract's number.
    pub contract: String,
}

/// Numbered documents without their PDF, in the order of their numbers, and how many there are.
///
/// # Errors
/// `db.unreachable`.
pub async fn pending_documents(
    on: &impl Source,
    limit: u64,
) -> Result<(Vec<PendingDocument>, u64), DbError> {
    // The list is kept by the database; it is walked first, whatever SQLite thinks of it.
    let sql = format!(
        "SELECT i.number, i.contract FROM pending_document p CROSS JOIN invoice i \
         WHERE i.id = p.invoice ORDER BY i.series, i.place LIMIT {limit}"
    );
    let mut found = Vec::new();
    for row in rows(on, &sql, Vec::new()).await? {
        found.push(PendingDocument {
            number: row.try_get("", "number")?,
            contract: row.try_get("", "contract")?,
        });
    }
    let count = count(on, "FROM pending_document").await?;
    Ok((found, count))
}

/// A job that was given up.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FailedJob {
    /// Its id.
    pub id: i64,
    /// What was to be done.
    pub kind: String,
    /// To what.
    pub key: String,
    /// How often it was tried.
    pub attempts: u64,
    /// What the last attempt said.
    pub error: String,
}

/// Jobs that were given up, the oldest first, and how many there are.
///
/// # Errors
/// `db.unreachable`.
pub async fn failed_jobs(on: &impl Source, limit: u64) -> Result<(Vec<FailedJob>, u64), DbError> {
    let from = "FROM job WHERE state = 'failed'";
    let sql =
        format!("SELECT id, kind, key, attempts, last_error {from} ORDER BY id LIMIT {limit}");
    let mut found = Vec::new();
    for row in rows(on, &sql, Vec::new()).await? {
        found.push(FailedJob {
            id: row.try_get("", "id")?,
            kind: row.try_get("", "kind")?,
            key: row.try_get("", "key")?,
            attempts: row.try_get::<i64>("", "attempts")?.unsigned_abs(),
            error: row
                .try_get::<Option<String>>("", "last_error")?
                .unwrap_or_default(),
        });
    }
    let count = count(on, from).await?;
    Ok((found, count))
}

async fn count(on: &impl Source, from: &str) -> Result<u64, DbError> {
    let found = rows(on, &format!("SELECT count(*) AS n {from}"), Vec::new()).await?;
    let counted: i64 = match found.first() {
        Some(row) => row.try_get("", "n")?,
        None => 0,
    };
    Ok(counted.unsigned_abs())
}
