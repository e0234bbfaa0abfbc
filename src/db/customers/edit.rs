//! Customers as they are edited: which state an edit was made from, and who edits at a time.

use chrono::{DateTime, Utc};
use serde::de::DeserializeOwned;

use super::VERSIONS;
use crate::access::{Reach, Scope};
use crate::db::DbError;
use crate::db::convert::From;
use crate::db::txn::{Source, Txn, rows};
use crate::db::versions::{Version, standing};

/// The newest thing that was recorded of a customer.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Edition {
    /// Grows with every recorded version; an edit says which it was made from.
    pub revision: i64,
    /// When it was recorded; what is recorded next comes later.
    pub recorded_at: DateTime<Utc>,
}

/// Lets no other edit of the customer in until the transaction ends. SQLite has one writer at a
/// time as it is.
///
/// # Errors
/// `db.unreachable`.
pub async fn lock(txn: &Txn, number: &str) -> Result<(), DbError> {
    if txn.postgres() {
        let sql = "SELECT id FROM customer WHERE id = $1 FOR UPDATE";
        rows(txn, sql, vec![number.into()]).await?;
    }
    Ok(())
}

/// The newest edition of a customer within reach; none when there is no such customer.
///
/// # Errors
/// `db.corrupt-row`.
pub async fn edition(
    on: &impl Source,
    scope: Scope,
    number: &str,
) -> Result<Option<Edition>, DbError> {
    if !admits(scope, number) {
        return Ok(None);
    }
    let sql = "SELECT max(id) AS revision, max(recorded_at) AS recorded_at \
               FROM customer_version WHERE customer = $1 HAVING count(*) > 0";
    let found = rows(on, sql, vec![number.into()]).await?;
    let edition = |row: &sea_orm::QueryResult| {
        let revision: i64 = row.try_get("", "revision")?;
        let from = From {
            table: "customer_version",
            id: &revision,
        };
        let recorded_at = from.instant(&row.try_get::<String>("", "recorded_at")?)?;
        Ok(Edition {
            revision,
            recorded_at,
        })
    };
    found.first().map(edition).transpose()
}

/// The states that stood when an edition was the newest, by their first day.
///
/// # Errors
/// `db.corrupt-row`.
pub async fn states_at<B: DeserializeOwned>(
    on: &impl Source,
    scope: Scope,
    number: &str,
    revision: i64,
) -> Result<Vec<Version<B>>, DbError> {
    if !admits(scope, number) {
        return Ok(Vec::new());
    }
    let sql = "SELECT id, customer AS owner, valid_from, recorded_at, body FROM customer_version \
               WHERE customer = $1 AND id <= $2 ORDER BY valid_from, recorded_at";
    let values = vec![number.into(), revision.into()];
    Ok(standing(VERSIONS.query(on, sql, values).await?))
}

/// The highest number that a customer has; none when there is no customer.
///
/// # Errors
/// `db.unreachable`.
pub async fn last_number(on: &impl Source) -> Result<Option<u32>, DbError> {
    // Numbers have five digits, so that their order as text is that of the numbers.
    let sql = "SELECT max(id) AS last FROM customer WHERE length(id) = 5";
    let found = rows(on, sql, Vec::new()).await?;
    let last = found
        .first()
        .map(|row| row.try_get("", "last"))
        .transpose()?;
    let last: Option<String> = last.flatten();
    Ok(last.and_then(|last| last.parse().ok()))
}

fn admits(scope: Scope, number: &str) -> bool {
    match scope.reach() {
        Reach::All => true,
        Reach::Customer(own) => own.to_string() == number,
    }
}
