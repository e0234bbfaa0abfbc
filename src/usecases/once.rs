//! A request that is carried out once, however often it is sent.
//!
//! The key, what the request does and its answer go into one transaction. A refusal keeps nothing:
//! sent again, the request is judged again.

use super::Failure;
use crate::app::App;
use crate::db::access::answers::{self, KeptAnswer, Known, Receipt};
use crate::db::{Txn, WriteError};
use crate::error::Problem;

/// The answer that a request was given before; none when it is new.
///
/// # Errors
/// `api.key-reused` when the key came with another request.
pub async fn before(app: &App, receipt: &Receipt) -> Result<Option<KeptAnswer>, Failure> {
    let now = app.clock.system();
    known(answers::find(&app.db.reader(), receipt, now).await?)
}

fn known(found: Known) -> Result<Option<KeptAnswer>, Failure> {
    match found {
        Known::New => Ok(None),
        Known::Answered(answer) => Ok(Some(answer)),
        Known::Other => {
            let text = "the key came with another request; an idempotency key names one request";
            Err(Problem::new("api.key-reused", text).into())
        }
    }
}

/// Does the work of a request in one transaction with its key, unless it was done before. True when
/// it was, and the answer is that of the first time.
///
/// # Errors
/// `api.key-reused`, and what the work refuses.
pub async fn once(
    app: &App,
    receipt: Receipt,
    work: impl AsyncFn(&Txn) -> Result<KeptAnswer, Failure> + Send + 'static,
) -> Result<(KeptAnswer, bool), Failure> {
    let work = async move |txn: &Txn| Ok::<_, Failure>((work(txn).await?, ()));
    Ok(match once_with(app, receipt, work).await? {
        Once::Now(answer, ()) => (answer, false),
        Once::Before(answer) => (answer, true),
    })
}

/// What became of a request.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Once<T> {
    /// It was carried out now; what the work made beside its answer is kept nowhere.
    Now(KeptAnswer, T),
    /// It was carried out before.
    Before(KeptAnswer),
}

/// As [`once`], for work that makes something beside its answer, or that refuses in a way of its
/// own.
///
/// # Errors
/// `api.key-reused`, and what the work refuses.
pub async fn once_with<T, E>(
    app: &App,
    receipt: Receipt,
    work: impl AsyncFn(&Txn) -> Result<(KeptAnswer, T), E> + Send + 'static,
) -> Result<Once<T>, E>
where
    T: Send + 'static,
    E: WriteError + From<Failure>,
{
    let now = app.clock.system();
    app.db
        .write(async move |txn: &Txn| {
            let found = answers::claim(txn, &receipt, now)
                .await
                .map_err(Failure::from)?;
            if let Some(answer) = known(found)? {
                return Ok(Once::Before(answer));
            }
            let (answer, made) = work(txn).await?;
            let kept = answers::keep(txn, &receipt, &answer).await;
            kept.map_err(Failure::from)?;
            Ok(Once::Now(answer, made))
        })
        .await
}
