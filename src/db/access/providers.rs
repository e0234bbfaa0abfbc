//! Browsers that are at the identity provider, and by what it knows accounts.

use chrono::{DateTime, Utc};
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter, QueryOrder, Set};

use crate::access::claims::Identity;
use crate::access::{AccountId, SecretHash};
use crate::db::DbError;
use crate::db::bulk::insert_all;
use crate::db::convert::{From, stamp};
use crate::db::entities::{account_identity, provider_visit};
use crate::db::txn::{Source, Txn};

/// A browser that was sent to the provider.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ProviderVisit {
    /// The hash of the state it was sent with: the row's key.
    pub hash: SecretHash,
    /// The visit or the session it left with.
    pub tied: SecretHash,
    /// Whose account is to be connected; none for a sign-in.
    pub account: Option<AccountId>,
    /// Where to go afterwards.
    pub next: String,
    /// When it left.
    pub begun_at: DateTime<Utc>,
}

/// Notes that a browser is sent to the provider.
///
/// # Errors
/// `db.unreachable`.
pub async fn leave(txn: &Txn, visit: &ProviderVisit) -> Result<(), DbError> {
    let ProviderVisit {
        hash,
        tied,
        account,
        next,
        begun_at,
    } = visit.clone();
    let row = provider_visit::ActiveModel {
        hash: Set(hash.to_string()),
        tied: Set(tied.to_string()),
        account: Set(account.map(|id| id.to_string())),
        next: Set(next),
        begun_at: Set(stamp(begun_at)),
    };
    insert_all(txn, vec![row]).await
}

/// A browser comes back: the row is taken out, so that of two answers with one state one counts.
///
/// # Errors
/// `db.corrupt-row`.
pub async fn come_back(txn: &Txn, hash: &SecretHash) -> Result<Option<ProviderVisit>, DbError> {
    let key = hash.to_string();
    let found = provider_visit::Entity::find_by_id(&key)
        .one(txn.orm())
        .await?;
    let deleted = provider_visit::Entity::delete_by_id(&key)
        .exec(txn.orm())
        .await?;
    let Some(row) = found.filter(|_| deleted.rows_affected == 1) else {
        return Ok(None);
    };
    let provider_visit::Model {
        hash,
        tied,
        account,
        next,
        begun_at,
    } = row;
    let from = From {
        table: "provider_visit",
        id: &begun_at,
    };
    Ok(Some(ProviderVisit {
        hash: from.secret_hash(&hash)?,
        tied: from.secret_hash(&tied)?,
        account: account.map(|id| from.account(&id)).transpose()?,
        next,
        begun_at: from.instant(&begun_at)?,
    }))
}

/// By what providers know an account.
///
/// # Errors
/// `db.unreachable`.
pub async fn of_account(on: &impl Source, account: AccountId) -> Result<Vec<Identity>, DbError> {
    let found = account_identity::Entity::find()
        .filter(account_identity::Column::Account.eq(account.to_string()))
        .order_by_asc(account_identity::Column::Issuer)
        .order_by_asc(account_identity::Column::Subject)
        .all(&on.on().0)
        .await?;
    let identity = |row: account_identity::Model| Identity {
        issuer: row.issuer,
        subject: row.subject,
    };
    Ok(found.into_iter().map(identity).collect())
}

/// Forgets by what the providers know an account; returns how many there were.
///
/// # Errors
/// `db.unreachable`.
pub async fn disconnect(txn: &Txn, account: AccountId) -> Result<u64, DbError> {
    let deleted = account_identity::Entity::delete_many()
        .filter(account_identity::Column::Account.eq(account.to_string()))
        .exec(txn.orm())
        .await?;
    Ok(deleted.rows_affected)
}

/// Deletes what left before a moment and never came back.
///
/// # Errors
/// `db.unreachable`.
pub async fn sweep(txn: &Txn, before: DateTime<Utc>) -> Result<u64, DbError> {
    let deleted = provider_visit::Entity::delete_many()
        .filter(provider_visit::Column::BegunAt.lt(stamp(before)))
        .exec(txn.orm())
        .await?;
    Ok(deleted.rows_affected)
}
