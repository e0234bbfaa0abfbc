//! Events of the gateway that were taken, by their identifier: each one once.

use chrono::{DateTime, Utc};

use crate::db::DbError;
use crate::db::convert::stamp;
use crate::db::txn::{Source, Txn, rows};

/// An event of the gateway.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct GatewayEvent {
    /// `stripe/evt_…`.
    pub key: String,
    /// What happened, in the gateway's words.
    pub kind: String,
    /// The object it tells of.
    pub subject: String,
    /// Whether it concerned a checkout of ours.
    pub applied: bool,
}

/// Was it taken before?
///
/// # Errors
/// `db.unreachable`.
pub async fn taken(on: &impl Source, key: &str) -> Result<bool, DbError> {
    let sql = "SELECT key FROM gateway_event WHERE key = $1";
    Ok(!rows(on, sql, vec![key.into()]).await?.is_empty())
}

/// Takes an event; false when it was taken before, also by a transaction that ran beside this one.
///
/// # Errors
/// `db.unreachable`.
pub async fn take(
    txn: &Txn,
    event: &GatewayEvent,
    recorded_at: DateTime<Utc>,
) -> Result<bool, DbError> {
    let GatewayEvent {
        key,
        kind,
        subject,
        applied,
    } = event;
    let outcome = if *applied { "applied" } else { "ignored" };
    let sql = "INSERT INTO gateway_event (key, kind, subject, outcome, recorded_at) \
               VALUES ($1, $2, $3, $4, $5) ON CONFLICT (key) DO NOTHING";
    let values = vec![
        key.as_str().into(),
        kind.as_str().into(),
        subject.as_str().into(),
        outcome.into(),
        stamp(recorded_at).into(),
    ];
    Ok(txn.execute(sql, values).await? == 1)
}
