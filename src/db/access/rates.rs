//! Rate limits, in the database, so that several nodes count together.

use std::num::NonZeroU32;

use chrono::{DateTime, Utc};
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter};

use crate::access::rate::{Bucket, Decision, Limit, Moments};
use crate::db::DbError;
use crate::db::entities::rate_bucket;
use crate::db::txn::{Txn, rows};

/// Takes a token if there is one, in one statement; of requests at once each sees the one before.
/// What it compares is what [`Moments::taken`] compares.
const TAKE: &str = "INSERT INTO rate_bucket (subject, full_at_ms) VALUES ($1, $2) \
    ON CONFLICT (subject) DO UPDATE SET full_at_ms = CASE \
    WHEN rate_bucket.full_at_ms < $3 OR rate_bucket.full_at_ms > $6 THEN $2 \
    ELSE rate_bucket.full_at_ms + $4 END \
    WHERE rate_bucket.full_at_ms <= $5 OR rate_bucket.full_at_ms > $6 \
    RETURNING full_at_ms";

/// Takes a token out of the bucket of a subject, such as `sign-in/192.0.2.7`, if there is one.
///
/// # Errors
/// `db.unreachable`.
pub async fn take(
    txn: &Txn,
    subject: &str,
    limit: &Limit,
    now: DateTime<Utc>,
) -> Result<Decision, DbError> {
    if let Some(taken) = attempt(txn, subject, limit.moments(now)).await? {
        return Ok(limit.allowed(taken, now));
    }
    let stored = rate_bucket::Entity::find_by_id(subject)
        .one(txn.orm())
        .await?;
    let stored = stored.map(|row| Bucket {
        full_at_ms: row.full_at_ms,
    });
    Ok(limit.refused(stored, now))
}

/// Takes so many tokens at once for a node that hands them out itself, or one when there are
/// fewer. Returns how many there were, none when the decision is a refusal.
///
/// # Errors
/// `db.unreachable`.
pub async fn draw(
    txn: &Txn,
    subject: &str,
    limit: &Limit,
    (count, now): (NonZeroU32, DateTime<Utc>),
) -> Result<(u32, Decision), DbError> {
    if let Some(taken) = attempt(txn, subject, limit.moments_of(count, now)).await? {
        return Ok((count.get(), limit.allowed(taken, now)));
    }
    let decision = take(txn, subject, limit, now).await?;
    Ok((u32::from(decision.taken.is_ok()), decision))
}

async fn attempt(txn: &Txn, subject: &str, moments: Moments) -> Result<Option<Bucket>, DbError> {
    let Moments {
        now_ms,
        refill_ms,
        latest_ms,
        absurd_ms,
    } = moments;
    let values = vec![
        subject.into(),
        now_ms.saturating_add(refill_ms).into(),
        now_ms.into(),
        refill_ms.into(),
        latest_ms.into(),
        absurd_ms.into(),
    ];
    let taken = rows(txn, TAKE, values).await?;
    let bucket = |row: &sea_orm::QueryResult| {
        let full_at_ms = row.try_get_by_index(0)?;
        Ok(Bucket { full_at_ms })
    };
    taken.first().map(bucket).transpose()
}

/// Deletes the buckets that are full again.
///
/// # Errors
/// `db.unreachable`.
pub async fn sweep(txn: &Txn, now: DateTime<Utc>) -> Result<u64, DbError> {
    let deleted = rate_bucket::Entity::delete_many()
        .filter(rate_bucket::Column::FullAtMs.lte(now.timestamp_millis()))
        .exec(txn.orm())
        .await?;
    Ok(deleted.rows_affected)
}
