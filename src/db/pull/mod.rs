//! What is fetched from instances: targets with how they went, and the ticks of their schedules.

mod ticks;

use chrono::{DateTime, NaiveDate, Utc};
use sea_orm::{EntityTrait, QueryOrder};

use super::DbError;
use super::convert::{From, day, stamp};
use super::entities::pull_target;
use super::txn::{Source, Txn};
use crate::access::Sealed;

pub use ticks::{claim, forget, last};

/// A target as it was agreed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PullTarget {
    /// By what it is called: small letters, digits, hyphens.
    pub name: String,
    /// Code of what is fetched.
    pub kind: String,
    pub url: String,
    /// The instance that it tells of.
    pub instance: String,
    /// When, as text.
    pub schedule: String,
    pub timeout_seconds: u32,
    pub limit_bytes: u32,
    /// May it lie in the own network?
    pub private: bool,
    /// What it is asked with.
    pub token: Option<Sealed>,
    /// Does it stand in the configuration?
    pub configured: bool,
}

/// How a target went.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PullState {
    /// Ticks count from here on.
    pub since: DateTime<Utc>,
    /// The last day whose measures are in.
    pub covered: Option<NaiveDate>,
    pub last_success_at: Option<DateTime<Utc>>,
    /// When it last failed, and the code of the reason; gone after a success.
    pub last_error: Option<(DateTime<Utc>, String)>,
    /// Failures since the last success.
    pub failures: u32,
    /// When it is tried again, while it fails.
    pub next_try_at: Option<DateTime<Utc>>,
}

/// Adds a target, or changes what was agreed about one; how it went stays. Without a token the one
/// that is there stays. Ticks of the schedule count from `at`, unless the schedule is the same.
///
/// # Errors
/// `db.unreachable`, `db.disk-full`.
pub async fn put(txn: &Txn, target: &PullTarget, at: DateTime<Utc>) -> Result<(), DbError> {
    let PullTarget {
        name,
        kind,
        url,
        instance,
        schedule,
        timeout_seconds,
        limit_bytes,
        private,
        token,
        configured,
    } = target.clone();
    let sql = "INSERT INTO pull_target (name, kind, url, instance, schedule, timeout_seconds, \
               limit_bytes, private, token, origin, since, failures) \
               VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, 0) \
               ON CONFLICT (name) DO UPDATE SET kind = excluded.kind, url = excluded.url, \
               instance = excluded.instance, timeout_seconds = excluded.timeout_seconds, \
               limit_bytes = excluded.limit_bytes, private = excluded.private, \
               token = coalesce(excluded.token, pull_target.token), origin = excluded.origin, \
               since = CASE WHEN pull_target.schedule = excluded.schedule \
                       THEN pull_target.since ELSE excluded.since END, \
               covered = CASE WHEN pull_target.kind = excluded.kind \
                         AND pull_target.instance = excluded.instance \
                         THEN pull_target.covered ELSE NULL END, \
               schedule = excluded.schedule";
    let origin = if configured { "configuration" } else { "row" };
    let values = vec![
        name.into(),
        kind.into(),
        url.into(),
        instance.into(),
        schedule.into(),
        i64::from(timeout_seconds).into(),
        i64::from(limit_bytes).into(),
        i64::from(private).into(),
        token.map(|token| token.as_str().to_owned()).into(),
        origin.into(),
        stamp(at).into(),
    ];
    txn.execute(sql, values).await?;
    Ok(())
}

/// Takes a target away, with its token; false when there is none.
///
/// # Errors
/// `db.unreachable`.
pub async fn remove(txn: &Txn, name: &str) -> Result<bool, DbError> {
    let sql = "DELETE FROM pull_target WHERE name = $1";
    Ok(txn.execute(sql, vec![name.into()]).await? == 1)
}

/// Notes a success, and through which day measures are in by now.
///
/// # Errors
/// `db.unreachable`, `db.disk-full`.
pub async fn succeeded(
    txn: &Txn,
    name: &str,
    at: DateTime<Utc>,
    covered: Option<NaiveDate>,
) -> Result<(), DbError> {
    let sql = "UPDATE pull_target SET last_success_at = $2, last_error_at = NULL, \
               last_error = NULL, failures = 0, next_try_at = NULL, \
               covered = coalesce($3, covered) WHERE name = $1";
    let values = vec![name.into(), stamp(at).into(), covered.map(day).into()];
    txn.execute(sql, values).await?;
    Ok(())
}

/// Notes a failure, and when it is tried again.
///
/// # Errors
/// `db.unreachable`, `db.disk-full`.
pub async fn failed(
    txn: &Txn,
    name: &str,
    (at, code): (DateTime<Utc>, &str),
    next_try_at: DateTime<Utc>,
) -> Result<(), DbError> {
    let sql = "UPDATE pull_target SET last_error_at = $2, last_error = $3, \
               failures = failures + 1, next_try_at = $4 WHERE name = $1";
    let values = vec![
        name.into(),
        stamp(at).into(),
        code.into(),
        stamp(next_try_at).into(),
    ];
    txn.execute(sql, values).await?;
    Ok(())
}

/// A target by its name.
///
/// # Errors
/// `db.corrupt-row`.
pub async fn get(on: &impl Source, name: &str) -> Result<Option<(PullTarget, PullState)>, DbError> {
    let found = pull_target::Entity::find_by_id(name);
    found.one(&on.on().0).await?.map(target).transpose()
}

/// All targets, by name.
///
/// # Errors
/// `db.corrupt-row`.
pub async fn list(on: &impl Source) -> Result<Vec<(PullTarget, PullState)>, DbError> {
    let found = pull_target::Entity::find()
        .order_by_asc(pull_target::Column::Name)
        .all(&on.on().0)
        .await?;
    found.into_iter().map(target).collect()
}

fn target(row: pull_target::Model) -> Result<(PullTarget, PullState), DbError> {
    let pull_target::Model {
        name,
        kind,
        url,
        instance,
        schedule,
        timeout_seconds,
        limit_bytes,
        private,
        token,
        origin,
        since,
        covered,
        last_success_at,
        last_error_at,
        last_error,
        failures,
        next_try_at,
    } = row;
    let from = From {
        table: "pull_target",
        id: &name,
    };
    let instant = |text: Option<String>| text.map(|text| from.instant(&text)).transpose();
    let state = PullState {
        since: from.instant(&since)?,
        covered: covered.map(|text| from.date(&text)).transpose()?,
        last_success_at: instant(last_success_at)?,
        last_error: instant(last_error_at)?.zip(last_error),
        failures: from.small(failures)?,
        next_try_at: instant(next_try_at)?,
    };
    let target = PullTarget {
        timeout_seconds: from.small(timeout_seconds)?,
        limit_bytes: from.small(limit_bytes)?,
        private: private == 1,
        token: token.map(Sealed::stored),
        configured: origin == "configuration",
        name,
        kind,
        url,
        instance,
        schedule,
    };
    Ok((target, state))
}
