//! Passkeys, and challenges that wait for their answers.

use chrono::{DateTime, Utc};
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter, QueryOrder, Set};
use uuid::Uuid;

use crate::access::{AccountId, SecretHash};
use crate::db::DbError;
use crate::db::bulk::insert_all;
use crate::db::convert::{From, stamp};
use crate::db::entities::{passkey, passkey_ceremony};
use crate::db::txn::{Source, Txn};

/// A passkey as it is stored.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StoredPasskey {
    /// Its id in Herdbook.
    pub id: Uuid,
    /// Whose.
    pub account: AccountId,
    /// By what the authenticator knows it, in base64url.
    pub credential: String,
    /// How its owner calls it.
    pub name: String,
    /// Public key and counter, as the library keeps them.
    pub body: String,
    /// When it was added.
    pub created_at: DateTime<Utc>,
    /// When it last signed in.
    pub last_used_at: Option<DateTime<Utc>>,
    /// When its counter showed that there may be a copy; it opens nothing since.
    pub suspect_at: Option<DateTime<Utc>>,
}

/// Adds a passkey.
///
/// # Errors
/// `db.duplicate` when the authenticator is known already.
pub async fn insert(txn: &Txn, stored: &StoredPasskey) -> Result<(), DbError> {
    insert_all(txn, vec![row(stored)]).await
}

fn row(stored: &StoredPasskey) -> passkey::ActiveModel {
    let StoredPasskey {
        id,
        account,
        credential,
        name,
        body,
        created_at,
        last_used_at,
        suspect_at,
    } = stored.clone();
    passkey::ActiveModel {
        id: Set(id.to_string()),
        account: Set(account.to_string()),
        credential: Set(credential),
        name: Set(name),
        body: Set(body),
        created_at: Set(stamp(created_at)),
        last_used_at: Set(last_used_at.map(stamp)),
        suspect_at: Set(suspect_at.map(stamp)),
    }
}

/// Writes a passkey as it is now.
///
/// # Errors
/// `db.missing`.
pub async fn save(txn: &Txn, stored: &StoredPasskey) -> Result<(), DbError> {
    let id = stored.id.to_string();
    let updated = passkey::Entity::update_many()
        .set(row(stored))
        .filter(passkey::Column::Id.eq(&id))
        .exec(txn.orm())
        .await?;
    if updated.rows_affected == 0 {
        return Err(DbError::missing("passkey", id));
    }
    Ok(())
}

/// The passkey that an authenticator names.
///
/// # Errors
/// `db.corrupt-row`.
pub async fn by_credential(
    on: &impl Source,
    credential: &str,
) -> Result<Option<StoredPasskey>, DbError> {
    let found = passkey::Entity::find()
        .filter(passkey::Column::Credential.eq(credential))
        .one(&on.on().0)
        .await?;
    found.map(stored).transpose()
}

/// The passkeys of an account, the oldest first.
///
/// # Errors
/// `db.corrupt-row`.
pub async fn of_account(
    on: &impl Source,
    account: AccountId,
) -> Result<Vec<StoredPasskey>, DbError> {
    let found = passkey::Entity::find()
        .filter(passkey::Column::Account.eq(account.to_string()))
        .order_by_asc(passkey::Column::CreatedAt)
        .all(&on.on().0)
        .await?;
    found.into_iter().map(stored).collect()
}

/// Removes a passkey of an account; false when there is none.
///
/// # Errors
/// `db.unreachable`.
pub async fn remove(txn: &Txn, account: AccountId, id: Uuid) -> Result<bool, DbError> {
    let deleted = passkey::Entity::delete_many()
        .filter(passkey::Column::Id.eq(id.to_string()))
        .filter(passkey::Column::Account.eq(account.to_string()))
        .exec(txn.orm())
        .await?;
    Ok(deleted.rows_affected == 1)
}

/// Removes all passkeys of an account; returns how many there were.
///
/// # Errors
/// `db.unreachable`.
pub async fn remove_all(txn: &Txn, account: AccountId) -> Result<u64, DbError> {
    let deleted = passkey::Entity::delete_many()
        .filter(passkey::Column::Account.eq(account.to_string()))
        .exec(txn.orm())
        .await?;
    Ok(deleted.rows_affected)
}

fn stored(row: passkey::Model) -> Result<StoredPasskey, DbError> {
    let passkey::Model {
        id,
        account,
        credential,
        name,
        body,
        created_at,
        last_used_at,
        suspect_at,
    } = row;
    let from = From {
        table: "passkey",
        id: &id,
    };
    let instant = |text: Option<String>| text.map(|text| from.instant(&text)).transpose();
    Ok(StoredPasskey {
        id: Uuid::try_parse(&id).map_err(|why| from.corrupt(why))?,
        account: from.account(&account)?,
        created_at: from.instant(&created_at)?,
        last_used_at: instant(last_used_at)?,
        suspect_at: instant(suspect_at)?,
        credential,
        name,
        body,
    })
}

/// What a challenge is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum CeremonyKind {
    /// A new passkey of somebody who is signed in.
    Add,
    /// A sign-in.
    SignIn,
}

impl CeremonyKind {
    const fn code(self) -> &'static str {
        match self {
            Self::Add => "add",
            Self::SignIn => "sign-in",
        }
    }
}

/// A challenge that waits for its answer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Ceremony {
    /// The hash of the token that the browser answers with: the row's key.
    pub hash: SecretHash,
    /// What for.
    pub kind: CeremonyKind,
    /// The session or the visit that it was given to.
    pub tied: SecretHash,
    /// The library's state, which holds the challenge.
    pub body: String,
    /// When it was given.
    pub begun_at: DateTime<Utc>,
}

/// Notes a challenge.
///
/// # Errors
/// `db.unreachable`.
pub async fn begin(txn: &Txn, ceremony: &Ceremony) -> Result<(), DbError> {
    let row = passkey_ceremony::ActiveModel {
        hash: Set(ceremony.hash.to_string()),
        kind: Set(ceremony.kind.code().to_owned()),
        tied: Set(ceremony.tied.to_string()),
        body: Set(ceremony.body.clone()),
        begun_at: Set(stamp(ceremony.begun_at)),
    };
    insert_all(txn, vec![row]).await
}

/// Takes a challenge out, so that of two answers one counts; none when it is not there, or was
/// given for something else.
///
/// # Errors
/// `db.corrupt-row`.
pub async fn answer(
    txn: &Txn,
    hash: &SecretHash,
    kind: CeremonyKind,
) -> Result<Option<Ceremony>, DbError> {
    let key = hash.to_string();
    let found = passkey_ceremony::Entity::find_by_id(&key)
        .one(txn.orm())
        .await?;
    let deleted = passkey_ceremony::Entity::delete_by_id(&key)
        .exec(txn.orm())
        .await?;
    let found = found.filter(|row| deleted.rows_affected == 1 && row.kind == kind.code());
    let Some(row) = found else {
        return Ok(None);
    };
    let from = From {
        table: "passkey_ceremony",
        id: &row.begun_at,
    };
    Ok(Some(Ceremony {
        hash: *hash,
        kind,
        tied: from.secret_hash(&row.tied)?,
        begun_at: from.instant(&row.begun_at)?,
        body: row.body,
    }))
}

/// Deletes challenges that were given before a moment.
///
/// # Errors
/// `db.unreachable`.
pub async fn sweep(txn: &Txn, before: DateTime<Utc>) -> Result<u64, DbError> {
    let deleted = passkey_ceremony::Entity::delete_many()
        .filter(passkey_ceremony::Column::BegunAt.lt(stamp(before)))
        .exec(txn.orm())
        .await?;
    Ok(deleted.rows_affected)
}
