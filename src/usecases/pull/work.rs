//! Ticks become jobs, jobs become evidence, and how it went stands at the target.

use std::time::Duration;

use chrono::{DateTime, TimeDelta, Utc};
use serde::{Deserialize, Serialize};

use super::fetch::fetch;
use super::targets::unknown;
use super::{JOB, Target};
use crate::app::App;
use crate::db::jobs::{self, LeasedJob};
use crate::db::pull::{self as store, PullState, PullTarget};
use crate::db::{Txn, pull};
use crate::error::Problem;
use crate::observe::metrics;
use crate::telemetry::pull::{PullError, Schedule};
use crate::usecases::Failure;
use crate::usecases::ingest::ingest_all;

/// Pause after the first failure, in seconds; doubled with each further one.
const FIRST_PAUSE: u64 = 30;
/// Longest pause, in seconds, unless the target asks for a longer one.
const LONGEST_PAUSE: u64 = 3_600;
/// How long ticks are kept.
const TICKS_KEPT: TimeDelta = TimeDelta::days(14);

/// What a job is told.
#[derive(Debug, Serialize, Deserialize)]
struct Told {
    target: String,
}

/// Makes the ticks that are due, each once in a cluster, and their jobs. Returns how many jobs.
///
/// # Errors
/// `db.*`. A row whose schedule cannot be read stops no other: its target says so.
pub async fn enqueue_due(app: &App) -> Result<u64, Failure> {
    let now = app.clock.business();
    let mut made: u64 = 0;
    for (target, state) in store::list(&app.db.reader()).await? {
        let Ok(schedule) = target.schedule.parse::<Schedule>() else {
            note(app, &target.name, "pull.schedule", now, now).await?;
            continue;
        };
        let last = store::last(&app.db.reader(), &target.name).await?;
        let since = last.map_or(state.since, |last| last.max(state.since));
        if let Some(tick) = schedule.due(since, now) {
            made += u64::from(enqueue(app, target.name, (tick, now)).await?);
        }
    }
    Ok(made)
}

async fn enqueue(
    app: &App,
    name: String,
    at: (DateTime<Utc>, DateTime<Utc>),
) -> Result<bool, Failure> {
    app.db
        .write(async move |txn: &Txn| {
            if pull::claim(txn, &name, JOB, at).await? != Some(true) {
                return Ok(false);
            }
            let key = format!("{name}/{}", at.0.format("%Y-%m-%dT%H:%M:%SZ"));
            let told = Told {
                target: name.clone(),
            };
            Ok::<_, Failure>(jobs::enqueue(txn, JOB, &key, &told).await?)
        })
        .await
}

/// Forgets ticks that are long past.
///
/// # Errors
/// `db.*`.
pub async fn forget(app: &App) -> Result<(), Failure> {
    let before = app.clock.business() - TICKS_KEPT;
    app.db
        .write(async move |txn: &Txn| pull::forget(txn, before).await)
        .await?;
    Ok(())
}

/// Does a job. A target that fails is no failure of the worker: it is noted, and tried again.
///
/// # Errors
/// `db.*`, `db.lease-lost` when another worker has the job by now.
pub async fn work(app: &App, job: &LeasedJob) -> Result<(), Failure> {
    let told: Told = job.read_body()?;
    let Some((target, state)) = store::get(&app.db.reader(), &told.target).await? else {
        // It was taken away in the meantime.
        let job = job.clone();
        let removed = app
            .db
            .write(async move |txn: &Txn| jobs::remove(txn, &job).await);
        return Ok(removed.await?);
    };
    let at = app.clock.business();
    match once(app, &target, &state, at).await {
        Ok(_) => {
            metrics::pull(&target.kind, "done");
            let job = job.clone();
            let removed = app
                .db
                .write(async move |txn: &Txn| jobs::remove(txn, &job).await);
            Ok(removed.await?)
        }
        Err(stopped) => {
            metrics::pull(&target.kind, "failed");
            let (problem, wait) = stopped.told();
            let pause = wait.max(pause(job.attempt));
            let next = at + TimeDelta::from_std(pause).unwrap_or_default();
            note(app, &target.name, problem.code(), at, next).await?;
            tracing::warn!(
                target_name = target.name,
                code = problem.code(),
                internal = problem.internal().unwrap_or_default(),
                "a target was not fetched: {}",
                problem.external()
            );
            let (job, text) = (job.clone(), problem.to_string());
            let failed = app
                .db
                .write(async move |txn: &Txn| jobs::fail(txn, &job, &text, pause).await);
            Ok(failed.await?)
        }
    }
}

/// Fetches a target now, beside its schedule; returns how much of what it brought was new.
///
/// # Errors
/// `pull.*`, `telemetry.*`, `db.*`.
pub async fn now(app: &App, name: &str) -> Result<u64, Failure> {
    let found = store::get(&app.db.reader(), name).await?;
    let (target, state) = found.ok_or_else(|| unknown(name))?;
    let at = app.clock.business();
    match once(app, &target, &state, at).await {
        Ok(new) => Ok(new),
        Err(stopped) => {
            let (problem, wait) = stopped.told();
            let next = at + TimeDelta::from_std(wait).unwrap_or_default();
            note(app, name, problem.code(), at, next).await?;
            Err(problem.into())
        }
    }
}

/// Why a target brought nothing.
enum Stopped {
    Pull(PullError),
    Here(Failure),
}

impl Stopped {
    /// The problem, and how long the target asks to be left alone.
    fn told(self) -> (Problem, Duration) {
        match self {
            Self::Pull(error) => {
                let wait = match error {
                    PullError::Busy { seconds } => Duration::from_secs(seconds),
                    _ => Duration::ZERO,
                };
                (Problem::of(error.code(), &error), wait)
            }
            Self::Here(failure) => (failure.into(), Duration::ZERO),
        }
    }
}

/// Asks, keeps, notes, in this order: whatever breaks off in between is done again, and the same
/// answer is the same evidence.
async fn once(
    app: &App,
    target: &PullTarget,
    state: &PullState,
    at: DateTime<Utc>,
) -> Result<u64, Stopped> {
    let asked = Target::of(app, target).map_err(Stopped::Here)?;
    let fetched = fetch((&target.name, asked), at, state.covered).await;
    let fetched = fetched.map_err(Stopped::Pull)?;
    let kept = ingest_all(app, fetched.requests).await;
    let kept = kept.map_err(Stopped::Here)?;
    let (name, covered) = (target.name.clone(), fetched.covered);
    let noted = app
        .db
        .write(async move |txn: &Txn| store::succeeded(txn, &name, at, covered).await)
        .await;
    noted.map_err(|error| Stopped::Here(error.into()))?;
    Ok(kept)
}

async fn note(
    app: &App,
    name: &str,
    code: &'static str,
    at: DateTime<Utc>,
    next: DateTime<Utc>,
) -> Result<(), Failure> {
    let name = name.to_owned();
    app.db
        .write(async move |txn: &Txn| store::failed(txn, &name, (at, code), next).await)
        .await?;
    Ok(())
}

/// 30 seconds, a minute, two …, an hour.
fn pause(attempt: u32) -> Duration {
    let doubled = FIRST_PAUSE.saturating_mul(1 << attempt.saturating_sub(1).min(16));
    Duration::from_secs(doubled.min(LONGEST_PAUSE))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pauses_grow_up_to_an_hour() {
        let seconds = |attempt| pause(attempt).as_secs();
        assert_eq!(
            [1, 2, 3, 8, 12, 99].map(seconds),
            [30, 60, 120, 3_600, 3_600, 3_600]
        );
    }
}
