//! Webhooks: those that wait are sent, each until its receiver has taken it.

use std::time::Duration;

use futures::future::join_all;
use tracing::Instrument;

use super::Pulse;
use crate::app::App;
use crate::db::jobs;
use crate::observe::metrics;
use crate::usecases::Failure;
use crate::usecases::webhooks::{JOB, work};

/// How long one may take before another worker sends it: more than the receiver's time to answer.
const LEASE: Duration = Duration::from_secs(2 * 60);
/// Receivers that are called at the same time.
const AT_ONCE: u32 = 8;

/// Sends what waits. The word to stop ends it between two answers: what was not recorded as taken
/// is sent again under the same id.
pub(super) async fn send(app: &App, holder: &str, pulse: &Pulse) -> Result<(), Failure> {
    tokio::select! {
        ended = send_all(app, holder) => ended,
        () = pulse.stopping() => Ok(()),
    }
}

async fn send_all(app: &App, holder: &str) -> Result<(), Failure> {
    let jobs = jobs::claim(&app.db.book, JOB, holder, LEASE, AT_ONCE).await?;
    let each = jobs.iter().map(async |job| {
        let span = tracing::error_span!("job", kind = JOB, id = job.id);
        let ended = work(app, job).instrument(span).await;
        metrics::job(JOB, ended.is_ok());
        ended
    });
    // One that lost its lease stops none of the others.
    join_all(each).await.into_iter().collect()
}
