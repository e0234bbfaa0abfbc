//! Sessions of browsers, and sign-ins half-way to one.

use chrono::{DateTime, Utc};
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter, QueryOrder, Set};

use crate::access::attempt::{Attempt, Stage};
use crate::access::session::Session;
use crate::access::{Account, AccountId, Party, Sealed, SecretHash};
use crate::db::DbError;
use crate::db::bulk::insert_all;
use crate::db::convert::{From, stamp};
use crate::db::entities::{session, sign_in_attempt};
use crate::db::txn::{Source, Txn};

use super::accounts;

/// From where a session was begun, for the list that its owner sees.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Origin {
    /// What the browser calls itself, cut to a line.
    pub agent: String,
    /// The network address.
    pub address: String,
}

/// Adds a session.
///
/// # Errors
/// `db.unreachable`.
pub async fn insert(txn: &Txn, session: &Session, origin: &Origin) -> Result<(), DbError> {
    let Session {
        hash,
        account,
        party: _,
        signed_in_at,
        last_seen_at,
        revoked_at,
    } = session.clone();
    let row = session::ActiveModel {
        hash: Set(hash.to_string()),
        account: Set(account.to_string()),
        signed_in_at: Set(stamp(signed_in_at)),
        last_seen_at: Set(stamp(last_seen_at)),
        revoked_at: Set(revoked_at.map(stamp)),
        agent: Set(origin.agent.clone()),
        address: Set(origin.address.clone()),
    };
    insert_all(txn, vec![row]).await
}

/// The session with this hash, and whose it is.
///
/// # Errors
/// `db.corrupt-row`.
pub async fn get(
    on: &impl Source,
    hash: &SecretHash,
) -> Result<Option<(Session, Account)>, DbError> {
    let found = session::Entity::find_by_id(hash.to_string());
    let Some(row) = found.one(&on.on().0).await? else {
        return Ok(None);
    };
    let from = From {
        table: "session",
        id: &row.account,
    };
    let id = from.account(&row.account)?;
    let Some(account) = accounts::get(on, id).await? else {
        return Ok(None);
    };
    let (session, _) = session_of(row, account.party)?;
    Ok(Some((session, account)))
}

/// The sessions of an account that were not ended by hand, the newest first, with their origins.
///
/// # Errors
/// `db.corrupt-row`.
pub async fn of_account(
    on: &impl Source,
    account: &Account,
) -> Result<Vec<(Session, Origin)>, DbError> {
    let found = session::Entity::find()
        .filter(session::Column::Account.eq(account.id.to_string()))
        .filter(session::Column::RevokedAt.is_null())
        .order_by_desc(session::Column::SignedInAt)
        .all(&on.on().0)
        .await?;
    found
        .into_iter()
        .map(|row| session_of(row, account.party))
        .collect()
}

/// Stores when the session was last seen, unless it was ended or seen later meanwhile.
///
/// # Errors
/// `db.unreachable`.
pub async fn touch(txn: &Txn, session: &Session) -> Result<(), DbError> {
    let seen = stamp(session.last_seen_at);
    session::Entity::update_many()
        .col_expr(session::Column::LastSeenAt, seen.clone().into())
        .filter(session::Column::Hash.eq(session.hash.to_string()))
        .filter(session::Column::RevokedAt.is_null())
        .filter(session::Column::LastSeenAt.lt(seen))
        .exec(txn.orm())
        .await?;
    Ok(())
}

/// Ends one session; false when it had ended by hand before.
///
/// # Errors
/// `db.unreachable`.
pub async fn revoke(txn: &Txn, hash: &SecretHash, at: DateTime<Utc>) -> Result<bool, DbError> {
    let updated = session::Entity::update_many()
        .col_expr(session::Column::RevokedAt, stamp(at).into())
        .filter(session::Column::Hash.eq(hash.to_string()))
        .filter(session::Column::RevokedAt.is_null())
        .exec(txn.orm())
        .await?;
    Ok(updated.rows_affected == 1)
}

/// Ends all sessions of an account but one, and every sign-in half-way.
///
/// # Errors
/// `db.unreachable`.
pub async fn revoke_all(
    txn: &Txn,
    account: AccountId,
    but: Option<&SecretHash>,
    at: DateTime<Utc>,
) -> Result<u64, DbError> {
    let id = account.to_string();
    let mut update = session::Entity::update_many()
        .col_expr(session::Column::RevokedAt, stamp(at).into())
        .filter(session::Column::Account.eq(&id))
        .filter(session::Column::RevokedAt.is_null());
    if let Some(kept) = but {
        update = update.filter(session::Column::Hash.ne(kept.to_string()));
    }
    let updated = update.exec(txn.orm()).await?;
    end_attempts(txn, account).await?;
    Ok(updated.rows_affected)
}

/// Deletes what ended before a moment: sessions by their last request, attempts by their begin.
///
/// # Errors
/// `db.unreachable`.
pub async fn sweep(txn: &Txn, before: DateTime<Utc>) -> Result<u64, DbError> {
    let before = stamp(before);
    let sessions = session::Entity::delete_many()
        .filter(session::Column::LastSeenAt.lt(&before))
        .exec(txn.orm())
        .await?;
    let attempts = sign_in_attempt::Entity::delete_many()
        .filter(sign_in_attempt::Column::BegunAt.lt(&before))
        .exec(txn.orm())
        .await?;
    Ok(sessions
        .rows_affected
        .saturating_add(attempts.rows_affected))
}

fn session_of(row: session::Model, party: Party) -> Result<(Session, Origin), DbError> {
    let session::Model {
        hash,
        account,
        signed_in_at,
        last_seen_at,
        revoked_at,
        agent,
        address,
    } = row;
    let from = From {
        table: "session",
        id: &account,
    };
    let session = Session {
        hash: from.secret_hash(&hash)?,
        account: from.account(&account)?,
        party,
        signed_in_at: from.instant(&signed_in_at)?,
        last_seen_at: from.instant(&last_seen_at)?,
        revoked_at: revoked_at.map(|at| from.instant(&at)).transpose()?,
    };
    Ok((session, Origin { agent, address }))
}

/// Adds a sign-in half-way.
///
/// # Errors
/// `db.unreachable`.
pub async fn begin(txn: &Txn, attempt: &Attempt) -> Result<(), DbError> {
    let Attempt {
        hash,
        account,
        stage,
        begun_at,
    } = attempt.clone();
    let (stage, totp) = match stage {
        Stage::Code => ("code", None),
        Stage::Enrol(sealed) => ("enrol", Some(sealed.as_str().to_owned())),
    };
    let row = sign_in_attempt::ActiveModel {
        hash: Set(hash.to_string()),
        account: Set(account.to_string()),
        stage: Set(stage.to_owned()),
        begun_at: Set(stamp(begun_at)),
        totp: Set(totp),
    };
    insert_all(txn, vec![row]).await
}

/// A sign-in half-way.
///
/// # Errors
/// `db.corrupt-row`.
pub async fn attempt(on: &impl Source, hash: &SecretHash) -> Result<Option<Attempt>, DbError> {
    let found = sign_in_attempt::Entity::find_by_id(hash.to_string());
    let Some(row) = found.one(&on.on().0).await? else {
        return Ok(None);
    };
    let sign_in_attempt::Model {
        hash,
        account,
        stage,
        begun_at,
        totp,
    } = row;
    let from = From {
        table: "sign_in_attempt",
        id: &account,
    };
    let stage = match (stage.as_str(), totp) {
        ("code", None) => Stage::Code,
        ("enrol", Some(sealed)) => Stage::Enrol(Sealed::stored(sealed)),
        _ => return Err(from.corrupt(format!("stage {stage:?}"))),
    };
    Ok(Some(Attempt {
        hash: from.secret_hash(&hash)?,
        account: from.account(&account)?,
        stage,
        begun_at: from.instant(&begun_at)?,
    }))
}

/// Ends every sign-in half-way of an account.
///
/// # Errors
/// `db.unreachable`.
pub async fn end_attempts(txn: &Txn, account: AccountId) -> Result<(), DbError> {
    sign_in_attempt::Entity::delete_many()
        .filter(sign_in_attempt::Column::Account.eq(account.to_string()))
        .exec(txn.orm())
        .await?;
    Ok(())
}

/// Ends a sign-in half-way; false when it is gone by now, so that of two requests one goes on.
///
/// # Errors
/// `db.unreachable`.
pub async fn end_attempt(txn: &Txn, hash: &SecretHash) -> Result<bool, DbError> {
    let deleted = sign_in_attempt::Entity::delete_by_id(hash.to_string())
        .exec(txn.orm())
        .await?;
    Ok(deleted.rows_affected == 1)
}
