//! May somebody ask now? Counted for all nodes together.

use crate::access::rate::{Decision, Limit};
use crate::app::App;
use crate::db::Txn;
use crate::db::access::rates;
use crate::usecases::Failure;

/// Takes a token out of the bucket of a subject, such as `sign-in/192.0.2.7` or `token/ID`.
///
/// # Errors
/// `db.*`. That there is no token is in the decision, with how long to wait.
pub async fn take(app: &App, subject: String, limit: Limit) -> Result<Decision, Failure> {
    let now = app.clock.system();
    app.db
        .write(async move |txn: &Txn| {
            let decision = rates::take(txn, &subject, &limit, now).await?;
            Ok::<_, Failure>(decision)
        })
        .await
}
