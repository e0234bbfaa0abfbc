//! A request that is carried out once, however often it is sent.
//!
//! The key, what the request does and its answer go into one transaction. A refusal keeps nothing:
//! sent again, the request is judged again.

use super::Failure;
use crate::app::App;
use crate::db::Txn;
use crate::db::access::answers::{self, KeptAnswer, Known, Receipt};
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
    let now = app.clock.system();
    app.db
        .write(async move |txn: &Txn| {
            if let Some(answer) = known(answers::claim(txn, &receipt, now).await?)? {
                return Ok((answer, true));
            }
            let answer = work(txn).await?;
            answers::keep(txn, &receipt, &answer).await?;
            Ok::<_, Failure>((answer, false))
        })
        .await
}
