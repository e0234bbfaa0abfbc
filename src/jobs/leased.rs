//! Work under a lease: while it goes on, the lease is prolonged.

use std::convert::Infallible;
use std::time::Duration;

use crate::db::jobs::{self, LeasedJob};
use crate::db::{DbError, Store, leases};
use crate::error::Problem;
use crate::usecases::Failure;

/// Does the work of a job while its lease is prolonged, three times within its length. A worker
/// that was silent for too long stops: another one is at it by now.
///
/// # Errors
/// `db.lease-lost`, or those of the work.
pub async fn while_leased<T>(
    store: &Store,
    job: &LeasedJob,
    length: Duration,
    work: impl Future<Output = Result<T, Failure>>,
) -> Result<T, Failure> {
    let alive = prolonging(length, || jobs::prolong(store, job, length));
    tokio::select! {
        ended = work => ended,
        lost = alive => match lost {
            Err(lost) => Err(lost.into()),
        },
    }
}

/// Does the work of a name if no other holder is at it; none when one is. The lease stays when the
/// work has ended, so that the same holder does it again, and another one only when that falls
/// silent.
///
/// # Errors
/// `db.lease-lost`, or those of the work.
pub async fn while_leading<T>(
    store: &Store,
    (name, holder): (&str, &str),
    length: Duration,
    work: impl Future<Output = Result<T, Failure>>,
) -> Result<Option<T>, Failure> {
    let Some(lease) = leases::acquire(store, name, holder, length).await? else {
        return Ok(None);
    };
    let fence = lease.fence;
    let alive = prolonging(length, || async move {
        match leases::acquire(store, name, holder, length).await? {
            Some(again) if again.fence == fence => Ok(()),
            _ => Err(DbError::LeaseLost {
                name: name.to_owned(),
                fence,
            }),
        }
    });
    tokio::select! {
        ended = work => ended.map(Some),
        lost = alive => match lost {
            Err(lost) => Err(lost.into()),
        },
    }
}

/// Prolongs a lease for ever; comes back only when it is lost. A store that does not answer now may
/// answer in time for the next attempt.
async fn prolonging<P>(length: Duration, prolong: impl Fn() -> P) -> Result<Infallible, DbError>
where
    P: Future<Output = Result<(), DbError>>,
{
    loop {
        tokio::time::sleep(length / 3).await;
        match prolong().await {
            Ok(()) => {}
            Err(lost @ DbError::LeaseLost { .. }) => return Err(lost),
            Err(error) => Problem::hidden(error.code(), &error).log(),
        }
    }
}
