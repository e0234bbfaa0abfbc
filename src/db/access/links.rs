//! Links that open once.

use chrono::{DateTime, Utc};
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter, Set};

use crate::access::one_time_link::{LinkState, OneTimeLink, Purpose};
use crate::access::{AccountId, SecretHash};
use crate::db::DbError;
use crate::db::bulk::insert_all;
use crate::db::convert::{From, stamp};
use crate::db::entities::one_time_link;
use crate::db::txn::{Source, Txn};

const fn purpose_code(purpose: Purpose) -> &'static str {
    match purpose {
        Purpose::SignIn(_) => "sign-in",
        Purpose::Invitation(_) => "invitation",
        Purpose::Setup => "setup",
    }
}

/// Adds a link.
///
/// # Errors
/// `db.unreachable`.
pub async fn insert(txn: &Txn, link: &OneTimeLink) -> Result<(), DbError> {
    let OneTimeLink {
        hash,
        purpose,
        issued_at,
        state,
    } = link.clone();
    let used_at = match state {
        LinkState::Open => None,
        LinkState::Used { at } => Some(stamp(at)),
    };
    let row = one_time_link::ActiveModel {
        hash: Set(hash.to_string()),
        purpose: Set(purpose_code(purpose).to_owned()),
        account: Set(purpose.account().map(|id| id.to_string())),
        issued_at: Set(stamp(issued_at)),
        used_at: Set(used_at),
    };
    insert_all(txn, vec![row]).await
}

/// The link with this hash.
///
/// # Errors
/// `db.corrupt-row`.
pub async fn get(on: &impl Source, hash: &SecretHash) -> Result<Option<OneTimeLink>, DbError> {
    let found = one_time_link::Entity::find_by_id(hash.to_string());
    let Some(row) = found.one(&on.on().0).await? else {
        return Ok(None);
    };
    let one_time_link::Model {
        hash,
        purpose,
        account,
        issued_at,
        used_at,
    } = row;
    let from = From {
        table: "one_time_link",
        id: &issued_at,
    };
    let account = account.map(|id| from.account(&id)).transpose()?;
    let purpose = match (purpose.as_str(), account) {
        ("sign-in", Some(id)) => Purpose::SignIn(id),
        ("invitation", Some(id)) => Purpose::Invitation(id),
        ("setup", None) => Purpose::Setup,
        _ => return Err(from.corrupt(format!("purpose {purpose:?}"))),
    };
    let state = match used_at {
        None => LinkState::Open,
        Some(at) => LinkState::Used {
            at: from.instant(&at)?,
        },
    };
    Ok(Some(OneTimeLink {
        hash: from.secret_hash(&hash)?,
        purpose,
        issued_at: from.instant(&issued_at)?,
        state,
    }))
}

/// Notes that a link was used; false when another request was first.
///
/// # Errors
/// `db.unreachable`.
pub async fn use_up(txn: &Txn, hash: &SecretHash, at: DateTime<Utc>) -> Result<bool, DbError> {
    let updated = one_time_link::Entity::update_many()
        .col_expr(one_time_link::Column::UsedAt, stamp(at).into())
        .filter(one_time_link::Column::Hash.eq(hash.to_string()))
        .filter(one_time_link::Column::UsedAt.is_null())
        .exec(txn.orm())
        .await?;
    Ok(updated.rows_affected == 1)
}

/// Ends the open links for an account, or those for the set-up: a newer link takes their place.
///
/// # Errors
/// `db.unreachable`.
pub async fn end_open(
    txn: &Txn,
    account: Option<AccountId>,
    at: DateTime<Utc>,
) -> Result<(), DbError> {
    let whose = match account {
        Some(id) => one_time_link::Column::Account.eq(id.to_string()),
        None => one_time_link::Column::Account.is_null(),
    };
    one_time_link::Entity::update_many()
        .col_expr(one_time_link::Column::UsedAt, stamp(at).into())
        .filter(whose)
        .filter(one_time_link::Column::UsedAt.is_null())
        .exec(txn.orm())
        .await?;
    Ok(())
}

/// Deletes links issued before a moment.
///
/// # Errors
/// `db.unreachable`.
pub async fn sweep(txn: &Txn, before: DateTime<Utc>) -> Result<u64, DbError> {
    let deleted = one_time_link::Entity::delete_many()
        .filter(one_time_link::Column::IssuedAt.lt(stamp(before)))
        .exec(txn.orm())
        .await?;
    Ok(deleted.rows_affected)
}
