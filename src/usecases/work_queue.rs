//! Jobs and what waits for the world outside, for whoever may see them; and a job tried again.

use super::Failure;
use crate::access::principal::Denied;
use crate::access::{Permission, Principal};
use crate::app::App;
use crate::db::Txn;
use crate::db::audit::{self, AuditEvent};
use crate::db::job_list::{self, Job, OutboxEntry};
use crate::error::Problem;

/// Events of the outbox that are shown.
const EVENTS: u64 = 25;

fn require(by: &Principal, permission: Permission) -> Result<(), Failure> {
    let granted = by.require(permission);
    granted
        .map(drop)
        .map_err(|denied: Denied| Failure::of(denied.code(), &denied))
}

/// The queue as it is now.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Queue {
    /// How many jobs are in each state.
    pub counts: Vec<(String, u64)>,
    /// A page of jobs, the newest first.
    pub jobs: Vec<Job>,
    /// The job before which the next page begins; none on the last one.
    pub next: Option<i64>,
    /// The newest events of the outbox.
    pub outbox: Vec<OutboxEntry>,
}

/// A page of jobs in one state, or in all of them, and the newest events of the outbox.
///
/// # Errors
/// `access.denied`, `db.*`.
pub async fn page(
    app: &App,
    by: &Principal,
    state: Option<&str>,
    from: (Option<i64>, u64),
) -> Result<Queue, Failure> {
    require(by, Permission::ReadJobs)?;
    let on = app.db.reader();
    let (jobs, next) = job_list::page(&on, state, from).await?;
    Ok(Queue {
        counts: job_list::counts(&on).await?,
        jobs,
        next,
        outbox: job_list::outbox(&on, EVENTS).await?,
    })
}

/// Has a job tried again now. A job that does not wait for that is left alone: asked twice is asked
/// once. True when something changed.
///
/// # Errors
/// `access.denied`, `job.unknown`, `db.*`.
pub async fn retry(app: &App, by: &Principal, id: i64) -> Result<bool, Failure> {
    require(by, Permission::RetryJob)?;
    let (actor, now) = (by.actor(), app.clock.business());
    let changed = app
        .db
        .write(async move |txn: &Txn| {
            let unknown = || Problem::new("job.unknown", "there is no such job");
            let before = job_list::lock(txn, id).await?.ok_or_else(unknown)?;
            if !job_list::retry(txn, id).await? {
                return Ok(false);
            }
            let told = |state: &str, attempts: u32| {
                serde_json::json!({ "kind": before.kind, "key": before.key, "state": state,
                    "attempts": attempts })
            };
            let payload = serde_json::json!({
                "before": told(&before.state, before.attempts), "after": told("queued", 0),
            });
            let event = AuditEvent {
                actor: actor.clone(),
                action: "job.retried".to_owned(),
                subject: format!("job/{id}"),
                payload: payload.to_string(),
            };
            audit::append(txn, now, &[event]).await?;
            Ok::<_, Failure>(true)
        })
        .await?;
    Ok(changed)
}
