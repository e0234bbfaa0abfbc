//! Forms that make something: sent twice, by a double click or a browser that tries again, they
//! make it once, and the second answer leads to where the first one did.

use super::router::Shared;
use crate::db::access::answers::{KeptAnswer, Receipt};
use crate::db::{Txn, WriteError};
use crate::usecases::Failure;
use crate::usecases::once::{Once, before, once_with};

/// Where a form led that was sent before; none when it is new. Asked before work that takes long.
///
/// # Errors
/// `db.*`.
pub(super) async fn led(shared: &Shared, receipt: &Receipt) -> Result<Option<String>, Failure> {
    let answer = before(&shared.app, receipt).await?;
    Ok(answer.and_then(|answer| answer.location))
}

/// What became of a form.
#[derive(Debug)]
pub(super) enum Made<T> {
    /// It was carried out now: where the outcome is found, and what the work made beside it.
    Now(String, T),
    /// It was carried out before. What was shown once was shown then, and is kept nowhere.
    Before(String),
}

impl<T> Made<T> {
    /// The same with what else was made for it and is of no use when it was carried out before.
    pub(super) fn with<U>(self, other: U) -> Made<U> {
        match self {
            Self::Now(place, _) => Made::Now(place, other),
            Self::Before(place) => Made::Before(place),
        }
    }

    /// Where the outcome is found, either way.
    pub(super) fn place(self) -> String {
        match self {
            Self::Now(place, _) | Self::Before(place) => place,
        }
    }
}

/// Carries a form out, in one transaction with its receipt, unless that was done. The work says
/// where its outcome is found.
///
/// # Errors
/// What the work refuses.
pub(super) async fn made<T, E>(
    shared: &Shared,
    receipt: Receipt,
    work: impl AsyncFn(&Txn) -> Result<(String, T), E> + Send + 'static,
) -> Result<Made<T>, E>
where
    T: Send + 'static,
    E: WriteError + From<Failure>,
{
    let kept = async move |txn: &Txn| {
        let (place, made) = work(txn).await?;
        let answer = KeptAnswer {
            status: 201,
            location: Some(place),
            etag: None,
            body: String::new(),
        };
        Ok::<_, E>((answer, made))
    };
    Ok(match once_with(&shared.app, receipt, kept).await? {
        Once::Now(answer, made) => Made::Now(answer.location.unwrap_or_default(), made),
        Once::Before(answer) => Made::Before(answer.location.unwrap_or_default()),
    })
}
