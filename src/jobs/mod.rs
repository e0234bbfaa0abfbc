//! Work that nobody waits for: leased from the database, done once, taken over when a worker dies.

mod mail;
mod pulse;

use std::time::Duration;

use chrono::TimeDelta;
use tracing::Instrument;

use crate::app::App;
use crate::db::access::{answers, guesses, links, passkeys, providers, rates, sessions};
use crate::db::{Txn, audit_chain, jobs};
use crate::error::Problem;
use crate::observe::metrics;
use crate::usecases::Failure;
use crate::usecases::{billing_run, payments};

pub use pulse::Pulse;

/// How often a worker looks for work, and the trail is sealed.
const BEAT: Duration = Duration::from_secs(1);
/// How long a worker may be silent before another one takes its job over. A run of many thousand
/// documents takes longer; a second worker then goes on with the same run, which is safe.
const LEASE: Duration = Duration::from_secs(15 * 60);
/// Beats between two sweeps of what has expired.
const SWEEP: u32 = 3_600;
/// Beats between two looks at payments under way, whose messages may have been lost.
const PAYMENTS: u32 = 300;
/// How long what has expired is kept: a session that ended shows in no list.
const KEPT: TimeDelta = TimeDelta::days(2);

/// Keeps a worker at it until it is told to stop: one that panicked is followed by another.
pub async fn keep_working(app: App, pulse: Pulse) {
    while !pulse.is_stopping() {
        let work = tokio::spawn(work(app.clone(), pulse.clone()));
        if let Err(cut) = work.await {
            tracing::error!("the worker broke off and is started again: {cut}");
            tokio::time::sleep(BEAT).await;
        }
    }
}

/// Works until it is told to stop. A failure is logged, and the next beat tries again.
pub async fn work(app: App, pulse: Pulse) {
    let _at_it = pulse.begin();
    let mut beats = tokio::time::interval(BEAT);
    beats.set_missed_tick_behavior(tokio::time::MissedTickBehavior::Delay);
    let mut count: u32 = 0;
    loop {
        tokio::select! {
            _ = beats.tick() => {}
            () = pulse.stopping() => return,
        }
        let sweeps = count.is_multiple_of(SWEEP);
        count = count.wrapping_add(1);
        if count.is_multiple_of(PAYMENTS) {
            // A gateway that is slow to answer holds nothing else up.
            tokio::spawn(look_after_payments(app.clone()));
        }
        if let Err(failure) = beat(&app, sweeps).await {
            Problem::from(failure).log();
        }
        if let Some(figures) = metrics::handle() {
            // Moves what was measured into the histograms, whether anybody asks for them or not.
            figures.run_upkeep();
        }
    }
}

async fn look_after_payments(app: App) {
    if let Err(failure) = payments::observe::sweep(&app).await {
        Problem::from(failure).log();
    }
}

async fn beat(app: &App, sweeps: bool) -> Result<(), Failure> {
    let holder = format!("{}/{}", app.actor, std::process::id());
    audit_chain::seal(&app.db.book, &holder).await?;
    for job in jobs::claim(&app.db.book, billing_run::JOB, &holder, LEASE, 1).await? {
        let span = tracing::error_span!("job", kind = billing_run::JOB, id = job.id);
        let ended = billing_run::work(app, &job).instrument(span).await;
        metrics::job(billing_run::JOB, ended.is_ok());
        ended?;
    }
    mail::send(app, &holder).await?;
    if sweeps {
        let now = app.clock.system();
        let before = now - KEPT;
        app.db
            .write(async move |txn: &Txn| {
                sessions::sweep(txn, before).await?;
                guesses::sweep(txn, before).await?;
                rates::sweep(txn, now).await?;
                passkeys::sweep(txn, before).await?;
                providers::sweep(txn, before).await?;
                answers::sweep(txn, now).await?;
                // Invitations open for three days; a used link still says that it was used.
                links::sweep(txn, before - KEPT).await?;
                Ok::<_, Failure>(())
            })
            .await?;
    }
    Ok(())
}
