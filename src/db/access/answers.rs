//! Answers under the keys of their requests: of the API (`Idempotency-Key`), and of forms.
//!
//! A key is claimed, the work done and the answer kept in one transaction: a row that others see
//! has its answer, and a transaction that failed leaves none. Of two requests with one key at once
//! the second waits for the first one's transaction and finds its answer.

use chrono::{DateTime, TimeDelta, Utc};
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter};

use crate::access::AccountId;
use crate::db::DbError;
use crate::db::convert::{From, stamp};
use crate::db::entities::api_answer;
use crate::db::txn::{Source, Txn};

/// How long an answer is kept.
pub const KEPT: TimeDelta = TimeDelta::hours(24);

/// A request that is carried out once.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Receipt {
    /// Whose request: the account behind the token, so that a new token finds the old answers.
    pub account: AccountId,
    /// The key that came with it, or what a form has in its place.
    pub key: String,
    /// SHA-256 over method, path and body.
    pub request: String,
}

/// What was answered.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct KeptAnswer {
    /// HTTP status, 2xx.
    pub status: u16,
    /// Where the outcome is found.
    pub location: Option<String>,
    /// The ETag of the outcome, where the next change is made for one.
    pub etag: Option<String>,
    /// The body, as JSON text; may be empty.
    pub body: String,
}

/// What is known of a key.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Known {
    /// Nothing.
    New,
    /// The same request was answered.
    Answered(KeptAnswer),
    /// The key came with another request.
    Other,
}

/// Looks a key up.
///
/// # Errors
/// `db.corrupt-row`.
pub async fn find(
    on: &impl Source,
    receipt: &Receipt,
    now: DateTime<Utc>,
) -> Result<Known, DbError> {
    let key = (receipt.account.to_string(), receipt.key.clone());
    let found = api_answer::Entity::find_by_id(key)
        .filter(api_answer::Column::At.gte(stamp(now - KEPT)))
        .one(&on.on().0)
        .await?;
    let Some(row) = found else {
        return Ok(Known::New);
    };
    let api_answer::Model {
        account: _,
        key,
        request,
        status,
        location,
        etag,
        body,
        at: _,
    } = row;
    if request != receipt.request {
        return Ok(Known::Other);
    }
    let from = From {
        table: "api_answer",
        id: &key,
    };
    let status = u16::try_from(status).map_err(|why| from.corrupt(why))?;
    Ok(Known::Answered(KeptAnswer {
        status,
        location,
        etag,
        body,
    }))
}

/// Claims a key for this transaction, unless it is known.
///
/// # Errors
/// `db.corrupt-row`.
pub async fn claim(txn: &Txn, receipt: &Receipt, now: DateTime<Utc>) -> Result<Known, DbError> {
    let key = || {
        vec![
            receipt.account.to_string().into(),
            receipt.key.clone().into(),
        ]
    };
    let mut old = key();
    old.push(stamp(now - KEPT).into());
    let forget = "DELETE FROM api_answer WHERE account = $1 AND key = $2 AND at < $3";
    txn.execute(forget, old).await?;
    let insert = "INSERT INTO api_answer (account, key, request, status, body, at) \
                  VALUES ($1, $2, $3, 0, '', $4) ON CONFLICT (account, key) DO NOTHING";
    let mut row = key();
    row.extend([receipt.request.clone().into(), stamp(now).into()]);
    if txn.execute(insert, row).await? == 1 {
        return Ok(Known::New);
    }
    find(txn, receipt, now).await
}

/// Keeps the answer of a request whose key this transaction has claimed.
///
/// # Errors
/// `db.unreachable`.
pub async fn keep(txn: &Txn, receipt: &Receipt, answer: &KeptAnswer) -> Result<(), DbError> {
    let update = "UPDATE api_answer SET status = $3, location = $4, body = $5, etag = $6 \
                  WHERE account = $1 AND key = $2";
    let KeptAnswer {
        status,
        location,
        etag,
        body,
    } = answer.clone();
    let values = vec![
        receipt.account.to_string().into(),
        receipt.key.clone().into(),
        i64::from(status).into(),
        location.into(),
        body.into(),
        etag.into(),
    ];
    txn.execute(update, values).await?;
    Ok(())
}

/// Deletes the answers that are older than a day.
///
/// # Errors
/// `db.unreachable`.
pub async fn sweep(txn: &Txn, now: DateTime<Utc>) -> Result<u64, DbError> {
    let deleted = api_answer::Entity::delete_many()
        .filter(api_answer::Column::At.lt(stamp(now - KEPT)))
        .exec(txn.orm())
        .await?;
    Ok(deleted.rows_affected)
}
