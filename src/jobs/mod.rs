//! Work that nobody waits for: leased from the database, done once, taken over when a worker dies.
//!
//! Each kind of work has a lane of its own, so that none waits for another: a mail server that
//! hangs holds no trail up, and a long run no mail.

mod alerts;
mod leased;
mod mail;
mod pull;
mod pulse;
mod webhooks;

use std::sync::Arc;
use std::time::Duration;

use chrono::TimeDelta;
use tokio::sync::Mutex;
use tracing::Instrument;
use uuid::Uuid;

use crate::app::App;
use crate::db::access::{answers, guesses, links, passkeys, providers, rates, sessions};
use crate::db::{Txn, audit_chain, jobs};
use crate::error::Problem;
use crate::observe::metrics;
use crate::usecases::Failure;
use crate::usecases::roll_hours::Arriving;
use crate::usecases::{billing_run, payments, pull as pulls, quarantine, roll_hours};

pub use leased::{while_leading, while_leased};
pub use pulse::Pulse;

/// How long a worker may be silent before another one takes its job over. It says that it is alive
/// three times as often while it works.
const LEASE: Duration = Duration::from_secs(60);
/// Between two looks at payments under way, whose messages may have been lost.
const PAYMENTS: Duration = Duration::from_secs(300);
/// How long one process looks after payments for the whole cluster; it does so twice meanwhile.
const PAYMENTS_LED: Duration = Duration::from_secs(600);
/// Between two attempts to lead at the thresholds of use.
const ALERTS: Duration = Duration::from_secs(60);
/// How long what has expired is kept: a session that ended shows in no list.
const KEPT: TimeDelta = TimeDelta::days(2);

/// The kinds of jobs that wait in the database.
pub const KINDS: [&str; 4] = [
    billing_run::JOB,
    crate::usecases::mail::JOB,
    pulls::JOB,
    crate::usecases::webhooks::JOB,
];

/// What is done side by side.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Lane {
    /// The audit trail is sealed.
    Trail,
    /// Approved runs are issued.
    Runs,
    /// Mail is written and sent.
    Mail,
    /// Hours of telemetry are rolled into partials.
    Hours,
    /// Instances are asked for what they report.
    Pulls,
    /// Receivers of customers are told.
    Webhooks,
    /// What is measured so far is held against thresholds.
    Alerts,
    /// Payments under way are looked at.
    Payments,
    /// What has expired is swept away.
    Upkeep,
}

impl Lane {
    const ALL: [Self; 9] = [
        Self::Trail,
        Self::Runs,
        Self::Mail,
        Self::Hours,
        Self::Pulls,
        Self::Webhooks,
        Self::Alerts,
        Self::Payments,
        Self::Upkeep,
    ];

    /// How often it looks for work.
    const fn beat(self) -> Duration {
        match self {
            Self::Trail | Self::Runs | Self::Mail | Self::Hours | Self::Pulls | Self::Webhooks => {
                Duration::from_secs(1)
            }
            Self::Alerts => ALERTS,
            Self::Payments => PAYMENTS,
            Self::Upkeep => Duration::from_secs(3_600),
        }
    }

    async fn look(self, worker: &Worker) -> Result<(), Failure> {
        let Worker {
            app, holder, pulse, ..
        } = worker;
        match self {
            Self::Trail => {
                audit_chain::seal(&app.db.book, holder).await?;
                if let Some(figures) = metrics::handle() {
                    // Moves what was measured into the histograms, whether anybody asks for them
                    // or not.
                    figures.run_upkeep();
                }
                Ok(())
            }
            Self::Runs => runs(app, holder).await,
            Self::Mail => mail::send(app, holder, pulse).await,
            Self::Hours => hours(worker).await,
            Self::Pulls => pull::ask(app, holder, pulse).await,
            Self::Webhooks => webhooks::send(app, holder, pulse).await,
            Self::Alerts => alerts::evaluate(app, holder, pulse).await,
            Self::Payments => payments_under_way(app, holder, pulse).await,
            Self::Upkeep => upkeep(app).await,
        }
    }
}

/// Who works.
#[derive(Clone)]
struct Worker {
    app: App,
    /// Names this process in leases; no other one, on whatever machine, has the same name.
    holder: String,
    pulse: Pulse,
    /// Hours that are not read yet, because requests for them are coming.
    arriving: Arc<Mutex<Arriving>>,
}

/// Keeps all lanes at it until they are told to stop.
pub async fn keep_working(app: App, pulse: Pulse) {
    let holder = format!("{}/{}", app.actor, Uuid::now_v7());
    let worker = Worker {
        app,
        holder,
        pulse,
        arriving: Arc::default(),
    };
    let lanes = Lane::ALL.map(|lane| keep_at(lane, worker.clone()));
    futures::future::join_all(lanes).await;
}

/// Keeps one lane at it: work that panicked is begun again.
async fn keep_at(lane: Lane, worker: Worker) {
    let pulse = worker.pulse.clone();
    while !pulse.is_stopping() {
        let work = tokio::spawn(work(lane, worker.clone()));
        if let Err(cut) = work.await {
            tracing::error!("the worker of {lane:?} broke off and is started again: {cut}");
            tokio::select! {
                () = tokio::time::sleep(lane.beat().min(LEASE)) => {}
                () = pulse.stopping() => {}
            }
        }
    }
}

/// Works until it is told to stop. A failure is logged, and the next beat tries again.
async fn work(lane: Lane, worker: Worker) {
    let _at_it = worker.pulse.begin();
    let mut beats = tokio::time::interval(lane.beat());
    beats.set_missed_tick_behavior(tokio::time::MissedTickBehavior::Delay);
    loop {
        tokio::select! {
            _ = beats.tick() => {}
            () = worker.pulse.stopping() => return,
        }
        if let Err(failure) = lane.look(&worker).await {
            Problem::from(failure).log();
        }
    }
}

/// Issues approved runs, one after the other.
async fn runs(app: &App, holder: &str) -> Result<(), Failure> {
    for job in jobs::claim(&app.db.book, billing_run::JOB, holder, LEASE, 1).await? {
        let span = tracing::error_span!("job", kind = billing_run::JOB, id = job.id);
        let work = billing_run::work(app, &job);
        let ended = while_leased(&app.db.book, &job, LEASE, work);
        let ended = ended.instrument(span).await;
        metrics::job(billing_run::JOB, ended.is_ok());
        ended?;
    }
    Ok(())
}

/// Rolls hours that are due. The word to stop ends it between two transactions, each of which is
/// whole.
async fn hours(worker: &Worker) -> Result<(), Failure> {
    tokio::select! {
        ended = kept_true(worker) => ended,
        () = worker.pulse.stopping() => Ok(()),
    }
}

/// What the log entails: decisions that were interrupted before the trail knew of them, and hours.
async fn kept_true(worker: &Worker) -> Result<(), Failure> {
    quarantine::tell_interrupted(&worker.app).await?;
    let mut arriving = worker.arriving.lock().await;
    roll_hours::work(&worker.app, &worker.holder, &mut arriving).await
}

/// Looks at payments under way, in one process of the cluster. The word to stop ends it between two
/// answers: each step may be made again.
async fn payments_under_way(app: &App, holder: &str, pulse: &Pulse) -> Result<(), Failure> {
    let sweep = while_leading(
        &app.db.book,
        ("payments", holder),
        PAYMENTS_LED,
        payments::observe::sweep(app),
    );
    tokio::select! {
        ended = sweep => ended.map(|_| ()),
        () = pulse.stopping() => Ok(()),
    }
}

/// Sweeps away what has expired.
async fn upkeep(app: &App) -> Result<(), Failure> {
    pulls::forget(app).await?;
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
        .await
}
