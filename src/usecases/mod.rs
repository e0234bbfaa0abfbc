//! Use cases: load facts, call one function of the core, save in one transaction.
//!
//! One verb a file. Everything here may run twice: each effect has an identity of its own, so a
//! second run finds it done.

pub mod access;
pub mod alerts;
pub mod audit_trail;
pub mod backup;
pub mod bill;
pub mod billing_run;
pub mod cancel_invoice;
pub mod close_readings;
pub mod contracts;
pub mod customers;
pub mod delete_evidence;
pub mod documents;
pub mod edit_customer;
pub mod edit_seller;
pub mod enter_usage;
pub mod entitlements;
pub mod explain;
pub mod explain_evidence;
mod facts;
pub mod import;
pub mod ingest;
pub mod invoices;
pub mod mail;
pub mod mastodon_hooks;
mod name_events;
pub mod once;
pub mod outlook;
pub mod payments;
pub mod portal;
pub mod pull;
pub mod quarantine;
mod read_usage;
pub mod records;
pub mod roll_hours;
pub mod source_pages;
pub mod sources;
pub mod today;
pub mod usage;
pub mod verify;
pub mod waiting_retractions;
pub mod webhooks;
pub mod work_queue;

use crate::app::App;
use crate::billing::biller::BillingError;
use crate::db::{DbError, WriteError, audit_chain};
use crate::error::Problem;

pub use facts::ContractFacts;

/// How long a command waits at its end until the audit trail it wrote to is sealed.
const SEALING: std::time::Duration = std::time::Duration::from_secs(10);

/// Seals the trail at the end of a command, where no server may follow. In a server its worker
/// seals, and no request waits for that. What was done stands whatever becomes of the seal: a
/// failure goes to the log, and whoever seals next makes up for it.
pub async fn seal_trail(app: &App) {
    if let Err(error) = audit_chain::seal_all(&app.db.book, &app.actor, SEALING).await {
        Problem::from(Failure::from(error)).log();
    }
}

/// Why a use case stops.
#[derive(Debug, thiserror::Error)]
pub enum Failure {
    /// The store failed; a conflict is tried again by the store itself.
    #[error(transparent)]
    Db(#[from] DbError),
    /// Anything that has a stable code.
    #[error(transparent)]
    Problem(Box<Problem>),
}

impl WriteError for Failure {
    fn as_db(&self) -> Option<&DbError> {
        match self {
            Self::Db(error) => Some(error),
            Self::Problem(_) => None,
        }
    }
}

impl From<Problem> for Failure {
    fn from(problem: Problem) -> Self {
        Self::Problem(Box::new(problem))
    }
}

impl From<BillingError> for Failure {
    fn from(error: BillingError) -> Self {
        Problem::of(error.code(), &error).into()
    }
}

impl Failure {
    /// An error with its own stable code.
    pub fn of(code: &str, error: &(dyn std::error::Error + 'static)) -> Self {
        Problem::of(code, error).into()
    }
}

impl From<Failure> for Problem {
    fn from(failure: Failure) -> Self {
        match failure {
            // The driver's text may name hosts and files: it goes to the log only.
            Failure::Db(error @ DbError::Refused(_)) => Self::of(error.code(), &error),
            Failure::Db(error) => Self::hidden(error.code(), &error),
            Failure::Problem(problem) => *problem,
        }
    }
}
