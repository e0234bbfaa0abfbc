//! Leases: who leads at something, fenced and timed by the database's own clock.
//!
//! A lease that ran out may be taken by another holder, and the fencing token grows. Whoever writes
//! under a lease passes it along; the write checks that it still stands, so a leader that slept
//! through its lease changes nothing.

use std::time::Duration;

use super::txn::{Source, Txn, rows};
use super::{DbError, Store};

/// A lease that was held when it was taken.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Lease {
    /// What the holder leads at.
    pub name: String,
    /// The holder; unique to one worker.
    pub holder: String,
    /// Grows with every change of holder.
    pub fence: i64,
}

/// Takes or prolongs a lease; none when another holder has it.
///
/// # Errors
/// `db.unreachable`.
pub async fn acquire(
    store: &Store,
    name: &str,
    holder: &str,
    length: Duration,
) -> Result<Option<Lease>, DbError> {
    let (name, holder) = (name.to_owned(), holder.to_owned());
    store
        .write(async move |txn: &Txn| take(txn, &name, &holder, length).await)
        .await
}

async fn take(
    txn: &Txn,
    name: &str,
    holder: &str,
    length: Duration,
) -> Result<Option<Lease>, DbError> {
    let now = txn.now_micros();
    let sql = format!(
        "INSERT INTO lease (name, holder, fence, lease_until) VALUES ($1, $2, 1, {now} + $3) \
         ON CONFLICT (name) DO UPDATE SET \
           fence = CASE WHEN lease.holder = excluded.holder AND lease.lease_until > {now} \
                   THEN lease.fence ELSE lease.fence + 1 END, \
           holder = excluded.holder, lease_until = excluded.lease_until \
         WHERE lease.lease_until <= {now} OR lease.holder = excluded.holder \
         RETURNING fence"
    );
    let values = vec![name.into(), holder.into(), micros(length).into()];
    let taken = rows(txn, &sql, values).await?;
    let Some(row) = taken.first() else {
        return Ok(None);
    };
    let fence = row.try_get("", "fence")?;
    Ok(Some(Lease {
        name: name.to_owned(),
        holder: holder.to_owned(),
        fence,
    }))
}

/// Fails unless the lease still stands. Part of the transaction that writes under it.
///
/// # Errors
/// `db.lease-lost`.
pub async fn check(txn: &Txn, lease: &Lease) -> Result<(), DbError> {
    let now = txn.now_micros();
    let sql = format!("SELECT 1 FROM lease WHERE name = $1 AND fence = $2 AND lease_until > {now}");
    match rows(
        txn,
        &sql,
        vec![lease.name.as_str().into(), lease.fence.into()],
    )
    .await?
    .len()
    {
        0 => Err(DbError::LeaseLost {
            name: lease.name.clone(),
            fence: lease.fence,
        }),
        _ => Ok(()),
    }
}

/// Gives a lease back before its time; one that was lost already is left alone.
///
/// # Errors
/// `db.unreachable`.
pub async fn release(store: &Store, lease: Lease) -> Result<(), DbError> {
    store
        .write(async move |txn: &Txn| {
            let sql = "UPDATE lease SET lease_until = 0 WHERE name = $1 AND fence = $2";
            txn.execute(sql, vec![lease.name.as_str().into(), lease.fence.into()])
                .await?;
            Ok(())
        })
        .await
}

/// A length of time in the unit leases are kept in.
pub(super) fn micros(length: Duration) -> i64 {
    i64::try_from(length.as_micros()).unwrap_or(i64::MAX / 4)
}
