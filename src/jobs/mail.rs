//! Mail: what is news becomes mail, and mail that waits is sent.

use std::sync::atomic::{AtomicU32, Ordering};
use std::time::Duration;

use tracing::Instrument;

use super::Pulse;
use crate::app::App;
use crate::db::jobs;
use crate::observe::metrics;
use crate::usecases::Failure;
use crate::usecases::mail::{JOB, deliver, relay};

/// How long a mail may take before another worker sends it: more than the server's patience.
const LEASE: Duration = Duration::from_secs(2 * 60);

/// Calls between two looks into the outbox.
const BETWEEN: u32 = 30;

static CALLS: AtomicU32 = AtomicU32::new(0);

/// Sends what waits. Without a server nothing is asked for, and nothing is lost.
pub(super) async fn send(app: &App, holder: &str, pulse: &Pulse) -> Result<(), Failure> {
    let Some(post) = &app.mail else {
        return Ok(());
    };
    // The outbox is read through up to what is news, which takes a while in a large book.
    if CALLS
        .fetch_add(1, Ordering::Relaxed)
        .is_multiple_of(BETWEEN)
    {
        relay::take(app).await?;
    }
    while !pulse.is_stopping() {
        // One at a time: a lease must not run out while another mail is being sent.
        let mut claimed = jobs::claim(&app.db.book, JOB, holder, LEASE, 1).await?;
        let Some(job) = claimed.pop() else {
            break;
        };
        let span = tracing::error_span!("job", kind = JOB, id = job.id);
        let ended = deliver::work(app, post, &job).instrument(span).await;
        metrics::job(JOB, ended.is_ok());
        ended?;
    }
    Ok(())
}
