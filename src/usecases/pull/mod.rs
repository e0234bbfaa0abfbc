//! What is fetched from instances: targets, ticks of their schedules, and the fetching itself.
//!
//! A tick becomes a row once in a cluster, and the row a leased job. A job that fails is tried
//! again with growing pauses, and the target says so. An answer that came before is the same
//! evidence, so a job that is done twice doubles nothing.

mod fetch;
mod targets;
mod work;

pub use fetch::{Fetched, fetch};
pub use targets::{NewTarget, list, put, put_token, remove, sync};
pub use work::{enqueue_due, forget, now, work};

use super::Failure;
use crate::access::{Sealed, SecretText};
use crate::app::App;
use crate::db::pull::PullTarget;
use crate::telemetry::pull::{PullError, Reach, TargetKind};

/// Kind of the jobs.
pub const JOB: &str = "pull";

fn refused(error: PullError) -> Failure {
    Failure::of(error.code(), &error)
}

/// A token that is moved to another target's row does not open.
fn purpose(name: &str) -> String {
    format!("pull-target/{name}")
}

/// A target that can be asked.
#[derive(Debug)]
pub struct Target {
    /// What is fetched.
    pub kind: TargetKind,
    /// The instance that it tells of.
    pub instance: String,
    /// Where.
    pub reach: Reach,
    /// With what.
    pub token: Option<SecretText>,
}

impl Target {
    /// Reads a row, and opens its token.
    ///
    /// # Errors
    /// `pull.*` when the rules have changed since the row was made, `keyring.unopened`.
    pub fn of(app: &App, row: &PullTarget) -> Result<Self, Failure> {
        let reach = Reach::new(&row.url, row.private, row.timeout_seconds, row.limit_bytes);
        let open = |sealed: &Sealed| {
            let opened = app.keys.open(&purpose(&row.name), sealed);
            let opened = opened.map_err(|error| Failure::of(error.code(), &error))?;
            let text = String::from_utf8(opened);
            text.map(SecretText::new)
                .map_err(|error| Failure::of("internal.unlisted", &error))
        };
        Ok(Self {
            kind: TargetKind::from_code(&row.kind).map_err(refused)?,
            instance: row.instance.clone(),
            reach: reach.map_err(refused)?,
            token: row.token.as_ref().map(open).transpose()?,
        })
    }
}
