//! Instances are asked for what they report, by schedule.

use std::time::Duration;

use futures::future::join_all;
use tracing::Instrument;

use super::Pulse;
use crate::app::App;
use crate::db::jobs;
use crate::observe::metrics;
use crate::usecases::Failure;
use crate::usecases::pull::{JOB, enqueue_due, work};

/// How long a worker may be silent: more than all answers of a target together may take.
const LEASE: Duration = Duration::from_secs(5 * 60);
/// Targets asked at the same time.
const AT_ONCE: u32 = 8;

/// Makes the ticks that are due and asks what waits. The word to stop ends it between two answers:
/// another worker asks again, and what came twice is known by its bytes.
pub(super) async fn ask(app: &App, holder: &str, pulse: &Pulse) -> Result<(), Failure> {
    tokio::select! {
        ended = ask_all(app, holder) => ended,
        () = pulse.stopping() => Ok(()),
    }
}

async fn ask_all(app: &App, holder: &str) -> Result<(), Failure> {
    enqueue_due(app).await?;
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
