//! Customers with addresses, tax evidence and routing ids, as dated versions.

pub mod browse;
pub mod edit;
pub mod list;

use chrono::{DateTime, NaiveDate, Utc};
use serde::Serialize;
use serde::de::DeserializeOwned;

use crate::access::{Program, Reach, Scope};
use crate::db::DbError;
use crate::db::convert::stamp;
use crate::db::txn::{Source, Txn, rows};
use crate::db::versions::{Version, Versions};

const VERSIONS: Versions = Versions {
    table: "customer_version",
    owner: "customer",
};

/// Records a version of a customer, and the customer itself when it is new. False when nothing
/// changed.
///
/// # Errors
/// `db.duplicate` when two different versions claim the same instant.
pub async fn put<B: Serialize + ?Sized>(
    txn: &Txn,
    id: &str,
    valid_from: NaiveDate,
    recorded_at: DateTime<Utc>,
    content: &B,
) -> Result<bool, DbError> {
    let insert =
        "INSERT INTO customer (id, recorded_at) VALUES ($1, $2) ON CONFLICT (id) DO NOTHING";
    txn.execute(insert, vec![id.into(), stamp(recorded_at).into()])
        .await?;
    VERSIONS
        .put(txn, id, valid_from, recorded_at, content)
        .await
}

/// Whether a scope reaches the customer with a number, as it is stored.
pub(in crate::db) fn admits(scope: Scope, number: &str) -> bool {
    match scope.reach() {
        Reach::All => true,
        Reach::Customer(own) => own.to_string() == number,
    }
}

/// The version of a customer that holds on a date, as far as it was known at an instant.
///
/// # Errors
/// `db.corrupt-row` when the stored body cannot be read.
pub async fn as_of<B: DeserializeOwned>(
    on: &impl Source,
    scope: impl Into<Scope>,
    id: &str,
    date: NaiveDate,
    as_known_at: DateTime<Utc>,
) -> Result<Option<Version<B>>, DbError> {
    match admits(scope.into(), id) {
        true => VERSIONS.as_of(on, id, date, as_known_at).await,
        false => Ok(None),
    }
}

/// Every version of a customer known at an instant, by valid_from; corrected ones are left out.
///
/// # Errors
/// `db.corrupt-row` when a stored body cannot be read.
pub async fn history<B: DeserializeOwned>(
    on: &impl Source,
    scope: impl Into<Scope>,
    id: &str,
    as_known_at: DateTime<Utc>,
) -> Result<Vec<Version<B>>, DbError> {
    match admits(scope.into(), id) {
        true => VERSIONS.history(on, id, as_known_at).await,
        false => Ok(Vec::new()),
    }
}

/// The ids of all customers known at an instant, sorted.
///
/// # Errors
/// `db.unreachable`.
pub async fn ids(
    on: &impl Source,
    _: Program,
    as_known_at: DateTime<Utc>,
) -> Result<Vec<String>, DbError> {
    let sql = "SELECT id FROM customer WHERE recorded_at <= $1 ORDER BY id";
    let found = rows(on, sql, vec![stamp(as_known_at).into()]).await?;
    found.iter().map(|row| Ok(row.try_get("", "id")?)).collect()
}
