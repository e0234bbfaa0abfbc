//! API tokens.

use chrono::{DateTime, Utc};
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter, QueryOrder, Set};

use crate::access::AccountId;
use crate::access::api_token::{ApiToken, TokenId};
use crate::db::DbError;
use crate::db::bulk::insert_all;
use crate::db::convert::{From, body, stamp};
use crate::db::entities::api_token;
use crate::db::txn::{Source, Txn};

/// A token with what lists show of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NamedToken {
    /// The token.
    pub token: ApiToken,
    /// What it is for, in the words of its owner.
    pub name: String,
    /// When it was made.
    pub created_at: DateTime<Utc>,
    /// The last use that was stored.
    pub last_used_at: Option<DateTime<Utc>>,
}

/// Adds a token.
///
/// # Errors
/// `db.unreachable`.
pub async fn insert(txn: &Txn, named: &NamedToken) -> Result<(), DbError> {
    let NamedToken {
        token,
        name,
        created_at,
        last_used_at,
    } = named.clone();
    let row = api_token::ActiveModel {
        id: Set(token.id.as_str().to_owned()),
        owner: Set(token.owner.to_string()),
        name: Set(name),
        scopes: Set(body("api_token", &token.scopes)?),
        hash: Set(token.hash.to_string()),
        created_at: Set(stamp(created_at)),
        expires_at: Set(stamp(token.expires_at)),
        revoked_at: Set(token.revoked_at.map(stamp)),
        last_used_at: Set(last_used_at.map(stamp)),
    };
    insert_all(txn, vec![row]).await
}

/// One token.
///
/// # Errors
/// `db.corrupt-row`.
pub async fn get(on: &impl Source, id: &TokenId) -> Result<Option<NamedToken>, DbError> {
    let found = api_token::Entity::find_by_id(id.as_str());
    found.one(&on.on().0).await?.map(named).transpose()
}

/// All tokens, or those of one account; the newest first.
///
/// # Errors
/// `db.corrupt-row`.
pub async fn list(on: &impl Source, owner: Option<AccountId>) -> Result<Vec<NamedToken>, DbError> {
    let mut found = api_token::Entity::find();
    if let Some(owner) = owner {
        found = found.filter(api_token::Column::Owner.eq(owner.to_string()));
    }
    let found = found.order_by_desc(api_token::Column::CreatedAt);
    found
        .all(&on.on().0)
        .await?
        .into_iter()
        .map(named)
        .collect()
}

/// Revokes a token; false when that was done before, or there is none.
///
/// # Errors
/// `db.unreachable`.
pub async fn revoke(txn: &Txn, id: &TokenId, at: DateTime<Utc>) -> Result<bool, DbError> {
    let updated = api_token::Entity::update_many()
        .col_expr(api_token::Column::RevokedAt, stamp(at).into())
        .filter(api_token::Column::Id.eq(id.as_str()))
        .filter(api_token::Column::RevokedAt.is_null())
        .exec(txn.orm())
        .await?;
    Ok(updated.rows_affected == 1)
}

/// Revokes all tokens of an account; returns how many still stood.
///
/// # Errors
/// `db.unreachable`.
pub async fn revoke_all(txn: &Txn, owner: AccountId, at: DateTime<Utc>) -> Result<u64, DbError> {
    let updated = api_token::Entity::update_many()
        .col_expr(api_token::Column::RevokedAt, stamp(at).into())
        .filter(api_token::Column::Owner.eq(owner.to_string()))
        .filter(api_token::Column::RevokedAt.is_null())
        .exec(txn.orm())
        .await?;
    Ok(updated.rows_affected)
}

/// Notes a use.
///
/// # Errors
/// `db.unreachable`.
pub async fn used(txn: &Txn, id: &TokenId, at: DateTime<Utc>) -> Result<(), DbError> {
    api_token::Entity::update_many()
        .col_expr(api_token::Column::LastUsedAt, stamp(at).into())
        .filter(api_token::Column::Id.eq(id.as_str()))
        .exec(txn.orm())
        .await?;
    Ok(())
}

fn named(row: api_token::Model) -> Result<NamedToken, DbError> {
    let api_token::Model {
        id,
        owner,
        name,
        scopes,
        hash,
        created_at,
        expires_at,
        revoked_at,
        last_used_at,
    } = row;
    let from = From {
        table: "api_token",
        id: &id,
    };
    let instant = |text: Option<String>| text.map(|text| from.instant(&text)).transpose();
    Ok(NamedToken {
        token: ApiToken {
            id: TokenId::parse(&id).map_err(|why| from.corrupt(why))?,
            owner: from.account(&owner)?,
            scopes: from.json(&scopes)?,
            expires_at: from.instant(&expires_at)?,
            revoked_at: instant(revoked_at)?,
            hash: from.secret_hash(&hash)?,
        },
        name,
        created_at: from.instant(&created_at)?,
        last_used_at: instant(last_used_at)?,
    })
}
