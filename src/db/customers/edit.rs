//! Customers as they are edited: which state an edit was made from, and who edits at a time.

use serde::de::DeserializeOwned;

use super::VERSIONS;
use crate::access::{Reach, Scope};
use crate::db::DbError;
use crate::db::txn::{Source, Txn, rows};
pub use crate::db::versions::Edition;
use crate::db::versions::Version;

/// Lets no other edit of the customer in until the transaction ends. SQLite has one writer at a
/// time as it is.
///
/// # Errors
/// `db.unreachable`.
pub async fn lock(txn: &Txn, number: &str) -> Result<(), DbError> {
    VERSIONS.lock(txn, number).await
}

/// Lets nobody else look for the next free number until the transaction ends.
///
/// # Errors
/// `db.unreachable`.
pub async fn lock_numbers(txn: &Txn) -> Result<(), DbError> {
    VERSIONS.lock(txn, "next number").await
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
    VERSIONS.edition(on, number).await
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
    VERSIONS.at_edition(on, number, revision).await
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
