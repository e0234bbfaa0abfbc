//! Failed sign-ins: in the database, so that several nodes count together.

use chrono::{DateTime, Utc};
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter};

use crate::access::lockout::{Failures, Subject, Verdict, verdict};
use crate::db::DbError;
use crate::db::convert::{From, stamp};
use crate::db::entities::sign_in_failure;
use crate::db::txn::{Source, Txn};

const fn kind(subject: Subject) -> &'static str {
    match subject {
        Subject::Account => "account",
        Subject::KnownDevice => "device",
        Subject::Address => "address",
    }
}

/// The failures of a subject, such as an account's id or a network address.
///
/// # Errors
/// `db.corrupt-row`.
pub async fn failures(
    on: &impl Source,
    subject: Subject,
    key: &str,
) -> Result<Option<Failures>, DbError> {
    let id = (kind(subject).to_owned(), key.to_owned());
    let found = sign_in_failure::Entity::find_by_id(id);
    let Some(row) = found.one(&on.on().0).await? else {
        return Ok(None);
    };
    let from = From {
        table: "sign_in_failure",
        id: &row.subject,
    };
    Ok(Some(Failures {
        count: from.small(row.count)?,
        last_at: from.instant(&row.last_at)?,
    }))
}

/// Counts an attempt as failed before it is looked at, unless it has to wait. Of attempts at once
/// each sees those before it: the row stays locked until the transaction ends. A transaction that
/// is rolled back has counted nothing.
///
/// # Errors
/// `db.unreachable`.
pub async fn count(
    txn: &Txn,
    subject: Subject,
    key: &str,
    now: DateTime<Utc>,
) -> Result<(Verdict, Option<Failures>), DbError> {
    // The row must be there to be locked; one that was just made counts for nothing yet.
    let insert = "INSERT INTO sign_in_failure (kind, subject, count, last_at) \
                  VALUES ($1, $2, 1, $3) ON CONFLICT (kind, subject) DO NOTHING";
    let values = || vec![kind(subject).into(), key.into()];
    let mut row = values();
    row.push(stamp(now).into());
    if txn.execute(insert, row).await? == 1 {
        return Ok((Verdict::Allowed, None));
    }
    if txn.postgres() {
        let lock = "SELECT 1 FROM sign_in_failure WHERE kind = $1 AND subject = $2 FOR UPDATE";
        txn.execute(lock, values()).await?;
    }
    let stored = failures(txn, subject, key).await?;
    let verdict = verdict(stored, subject, now);
    if verdict == Verdict::Allowed {
        let Failures { count, last_at } = Failures::one_more(stored, subject, now);
        let update = "UPDATE sign_in_failure SET count = $3, last_at = $4 \
                      WHERE kind = $1 AND subject = $2";
        let mut row = values();
        row.extend([i64::from(count).into(), stamp(last_at).into()]);
        txn.execute(update, row).await?;
    }
    Ok((verdict, stored))
}

/// Takes back what [`count`] counted at a moment, for an attempt that was right after all. What
/// others counted meanwhile stays.
///
/// # Errors
/// `db.unreachable`.
pub async fn take_back(
    txn: &Txn,
    subject: Subject,
    key: &str,
    (counted_at, before): (DateTime<Utc>, Option<Failures>),
) -> Result<(), DbError> {
    let values = || vec![kind(subject).into(), key.into()];
    let last = "DELETE FROM sign_in_failure WHERE kind = $1 AND subject = $2 AND count <= 1";
    if txn.execute(last, values()).await? == 1 {
        return Ok(());
    }
    let last_at = before.map_or(counted_at, |before| before.last_at);
    let update = "UPDATE sign_in_failure SET count = count - 1, \
                  last_at = CASE WHEN last_at = $3 THEN $4 ELSE last_at END \
                  WHERE kind = $1 AND subject = $2";
    let mut row = values();
    row.extend([stamp(counted_at).into(), stamp(last_at).into()]);
    txn.execute(update, row).await?;
    Ok(())
}

/// Forgets the failures of a subject after a success.
///
/// # Errors
/// `db.unreachable`.
pub async fn forget(txn: &Txn, subject: Subject, key: &str) -> Result<(), DbError> {
    sign_in_failure::Entity::delete_by_id((kind(subject).to_owned(), key.to_owned()))
        .exec(txn.orm())
        .await?;
    Ok(())
}

/// Deletes what has not been touched since a moment.
///
/// # Errors
/// `db.unreachable`.
pub async fn sweep(txn: &Txn, before: DateTime<Utc>) -> Result<u64, DbError> {
    let before = stamp(before);
    let failures = sign_in_failure::Entity::delete_many()
        .filter(sign_in_failure::Column::LastAt.lt(&before))
        .exec(txn.orm())
        .await?;
    Ok(failures.rows_affected)
}
