//! Ticks of schedules: each is made by one node, and leads to at most one job.

use chrono::{DateTime, Utc};

use crate::db::DbError;
use crate::db::convert::{From, stamp};
use crate::db::txn::{Source, Txn, rows};

/// The last tick of a target that was made.
///
/// # Errors
/// `db.corrupt-row`.
pub async fn last(on: &impl Source, target: &str) -> Result<Option<DateTime<Utc>>, DbError> {
    let sql = "SELECT max(tick) AS tick FROM pull_tick WHERE target = $1";
    let found = rows(on, sql, vec![target.into()]).await?;
    let Some(row) = found.first() else {
        return Ok(None);
    };
    let tick: Option<String> = row.try_get("", "tick")?;
    let from = From {
        table: "pull_tick",
        id: &target,
    };
    tick.map(|tick| from.instant(&tick)).transpose()
}

/// Makes a tick: none when another node was first, else whether a job has to be made for it. There
/// is none to be made while one of the target is under way.
///
/// # Errors
/// `db.unreachable`, `db.disk-full`.
pub async fn claim(
    txn: &Txn,
    target: &str,
    kind: &str,
    (tick, recorded_at): (DateTime<Utc>, DateTime<Utc>),
) -> Result<Option<bool>, DbError> {
    // Keys are TARGET/TICK; no name of a target holds a sign that LIKE reads as another.
    let sql = "INSERT INTO pull_tick (target, tick, recorded_at, queued) \
               SELECT $1, $2, $3, CASE WHEN EXISTS (SELECT 1 FROM job WHERE kind = $4 \
               AND key LIKE $5 AND state IN ('queued', 'leased')) THEN 0 ELSE 1 END WHERE true \
               ON CONFLICT (target, tick) DO NOTHING RETURNING queued";
    let values = vec![
        target.into(),
        stamp(tick).into(),
        stamp(recorded_at).into(),
        kind.into(),
        format!("{target}/%").into(),
    ];
    let made = rows(txn, sql, values).await?;
    match made.first() {
        None => Ok(None),
        Some(row) => Ok(Some(row.try_get::<i64>("", "queued")? == 1)),
    }
}

/// Forgets ticks before an instant, but never the last one of a target.
///
/// # Errors
/// `db.unreachable`.
pub async fn forget(txn: &Txn, before: DateTime<Utc>) -> Result<u64, DbError> {
    let sql = "DELETE FROM pull_tick WHERE tick < $1 AND tick < (SELECT max(later.tick) \
               FROM pull_tick AS later WHERE later.target = pull_tick.target)";
    txn.execute(sql, vec![stamp(before).into()]).await
}
