//! Alerts: what is measured so far is held against thresholds, by one worker at a time.

use std::time::Duration;

use super::Pulse;
use crate::app::App;
use crate::db::leases;
use crate::observe::metrics;
use crate::usecases::{Failure, alerts};

/// The work, in figures and as a lease.
const JOB: &str = "usage-alerts";
/// How often it is done in the whole cluster: whoever leads keeps the lease until the next time.
const EVERY: Duration = Duration::from_secs(5 * 60);

/// Evaluates the thresholds of every contract, unless somebody did within the last five minutes.
/// The word to stop ends it between two contracts: a threshold is recorded once, whoever looks.
pub(super) async fn evaluate(app: &App, holder: &str, pulse: &Pulse) -> Result<(), Failure> {
    // A name of its own for each time, so that the same worker waits like any other.
    let holder = format!("{holder}/{}", app.clock.system().timestamp_millis());
    if leases::acquire(&app.db.book, JOB, &holder, EVERY)
        .await?
        .is_none()
    {
        return Ok(());
    }
    let ended = tokio::select! {
        ended = alerts::evaluate(app) => ended,
        () = pulse.stopping() => return Ok(()),
    };
    metrics::job(JOB, ended.is_ok());
    let new = ended?;
    if new > 0 {
        tracing::info!(new, "thresholds of use were reached");
    }
    Ok(())
}
