//! Contracts as dated versions. The contract's own row is what billing locks.

pub mod browse;
pub mod list;
mod search;

use chrono::{DateTime, NaiveDate, Utc};
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter, QueryOrder};
use serde::Serialize;
use serde::de::DeserializeOwned;

use crate::access::{Program, Reach, Scope};
use crate::db::DbError;
use crate::db::convert::stamp;
use crate::db::entities::contract;
use crate::db::txn::{Source, Txn, rows};
use crate::db::versions::{Version, Versions};

const VERSIONS: Versions = Versions {
    table: "contract_version",
    owner: "contract",
};

/// Who has a contract with whom.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct ContractParties {
    /// The contract's number.
    pub id: String,
    /// The seller's id.
    pub seller: String,
    /// The customer's number.
    pub customer: String,
}

/// Records a version of a contract, and the contract itself when it is new. False when nothing
/// changed. A known contract keeps its parties.
///
/// # Errors
/// `db.refused` when seller or customer is unknown, or when the contract is another party's.
pub async fn put<B: Serialize + ?Sized>(
    txn: &Txn,
    parties: &ContractParties,
    valid_from: NaiveDate,
    recorded_at: DateTime<Utc>,
    content: &B,
) -> Result<bool, DbError> {
    let ContractParties {
        id,
        seller,
        customer,
    } = parties;
    let insert = "INSERT INTO contract (id, seller, customer, recorded_at) \
                  VALUES ($1, $2, $3, $4) ON CONFLICT (id) DO NOTHING";
    let values = vec![
        id.as_str().into(),
        seller.as_str().into(),
        customer.as_str().into(),
        stamp(recorded_at).into(),
    ];
    txn.execute(insert, values).await?;
    let known = contract::Entity::find_by_id(id.clone())
        .one(txn.orm())
        .await?;
    let known = known
        .map(parties_of)
        .ok_or_else(|| DbError::missing("contract", id))?;
    if known != *parties {
        let why = format!(
            "contract {id} is between {} and {}",
            known.seller, known.customer
        );
        return Err(DbError::Refused(why));
    }
    VERSIONS
        .put(txn, id, valid_from, recorded_at, content)
        .await
}

/// Whether a scope reaches a contract.
async fn reaches(on: &impl Source, scope: Scope, id: &str) -> Result<bool, DbError> {
    let Reach::Customer(own) = scope.reach() else {
        return Ok(true);
    };
    let sql = "SELECT id FROM contract WHERE id = $1 AND customer = $2";
    let found = rows(on, sql, vec![id.into(), own.to_string().into()]).await?;
    Ok(!found.is_empty())
}

/// The version of a contract that holds on a date, as far as it was known at an instant.
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
    match reaches(on, scope.into(), id).await? {
        true => VERSIONS.as_of(on, id, date, as_known_at).await,
        false => Ok(None),
    }
}

/// Every version of a contract known at an instant, by valid_from; corrected ones are left out.
///
/// # Errors
/// `db.corrupt-row` when a stored body cannot be read.
pub async fn history<B: DeserializeOwned>(
    on: &impl Source,
    _: Program,
    id: &str,
    as_known_at: DateTime<Utc>,
) -> Result<Vec<Version<B>>, DbError> {
    VERSIONS.history(on, id, as_known_at).await
}

/// All contracts known at an instant, by number.
///
/// # Errors
/// `db.unreachable`.
pub async fn all(
    on: &impl Source,
    _: Program,
    as_known_at: DateTime<Utc>,
) -> Result<Vec<ContractParties>, DbError> {
    let found = contract::Entity::find()
        .filter(contract::Column::RecordedAt.lte(stamp(as_known_at)))
        .order_by_asc(contract::Column::Id)
        .all(&on.on().0)
        .await?;
    Ok(found.into_iter().map(parties_of).collect())
}

/// The id of the newest version of any contract: while it stays, no contract has changed.
///
/// # Errors
/// `db.unreachable`.
pub async fn newest_version(on: &impl Source) -> Result<i64, DbError> {
    let sql = "SELECT COALESCE(MAX(id), 0) AS newest FROM contract_version";
    match rows(on, sql, Vec::new()).await?.first() {
        Some(row) => Ok(row.try_get("", "newest")?),
        None => Ok(0),
    }
}

/// Takes the contract's row lock until the transaction ends, so that "already billed" read after it
/// stays true. On SQLite the write transaction itself is the lock (the query builder would drop
/// FOR UPDATE there without a word).
///
/// # Errors
/// `db.missing` when there is no such contract.
pub async fn lock_for_billing(txn: &Txn, id: &str) -> Result<ContractParties, DbError> {
    let lock = if txn.postgres() { " FOR UPDATE" } else { "" };
    let sql = format!("SELECT id, seller, customer FROM contract WHERE id = $1{lock}");
    let found = rows(txn, &sql, vec![id.into()]).await?;
    let row = found
        .first()
        .ok_or_else(|| DbError::missing("contract", id))?;
    Ok(ContractParties {
        id: row.try_get("", "id")?,
        seller: row.try_get("", "seller")?,
        customer: row.try_get("", "customer")?,
    })
}

fn parties_of(row: contract::Model) -> ContractParties {
    let contract::Model {
        id,
        seller,
        customer,
        recorded_at: _,
    } = row;
    ContractParties {
        id,
        seller,
        customer,
    }
}
