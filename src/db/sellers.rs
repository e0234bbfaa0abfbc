//! Sellers: legal entities with their tax regime, accounts and number series, as dated versions.

use chrono::{DateTime, NaiveDate, Utc};
use serde::Serialize;
use serde::de::DeserializeOwned;

use super::DbError;
use super::convert::stamp;
use super::txn::{Source, Txn, rows};
pub use super::versions::Edition;
use super::versions::{Version, Versions};

const VERSIONS: Versions = Versions {
    table: "seller_version",
    owner: "seller",
};

/// Records a version of a seller, and the seller itself when it is new. False when nothing changed.
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
    let insert = "INSERT INTO seller (id, recorded_at) VALUES ($1, $2) ON CONFLICT (id) DO NOTHING";
    txn.execute(insert, vec![id.into(), stamp(recorded_at).into()])
        .await?;
    VERSIONS
        .put(txn, id, valid_from, recorded_at, content)
        .await
}

/// The version of a seller that holds on a date, as far as it was known at an instant.
///
/// # Errors
/// `db.corrupt-row` when the stored body cannot be read.
pub async fn as_of<B: DeserializeOwned>(
    on: &impl Source,
    id: &str,
    date: NaiveDate,
    as_known_at: DateTime<Utc>,
) -> Result<Option<Version<B>>, DbError> {
    VERSIONS.as_of(on, id, date, as_known_at).await
}

/// Every version of a seller known at an instant, by valid_from; corrected ones are left out.
///
/// # Errors
/// `db.corrupt-row` when a stored body cannot be read.
pub async fn history<B: DeserializeOwned>(
    on: &impl Source,
    id: &str,
    as_known_at: DateTime<Utc>,
) -> Result<Vec<Version<B>>, DbError> {
    VERSIONS.history(on, id, as_known_at).await
}

/// Lets no other edit of the seller in until the transaction ends.
///
/// # Errors
/// `db.unreachable`.
pub async fn lock(txn: &Txn, id: &str) -> Result<(), DbError> {
    VERSIONS.lock(txn, id).await
}

/// The newest edition of a seller; none when there is no such seller.
///
/// # Errors
/// `db.corrupt-row`.
pub async fn edition(on: &impl Source, id: &str) -> Result<Option<Edition>, DbError> {
    VERSIONS.edition(on, id).await
}

/// The states that stood when an edition was the newest, by their first day.
///
/// # Errors
/// `db.corrupt-row`.
pub async fn states_at<B: DeserializeOwned>(
    on: &impl Source,
    id: &str,
    revision: i64,
) -> Result<Vec<Version<B>>, DbError> {
    VERSIONS.at_edition(on, id, revision).await
}

/// The ids of all sellers known at an instant, sorted.
///
/// # Errors
/// `db.unreachable`.
pub async fn ids(on: &impl Source, as_known_at: DateTime<Utc>) -> Result<Vec<String>, DbError> {
    let sql = "SELECT id FROM seller WHERE recorded_at <= $1 ORDER BY id";
    let found = rows(on, sql, vec![stamp(as_known_at).into()]).await?;
    found.iter().map(|row| Ok(row.try_get("", "id")?)).collect()
}
