//! Hourly partials: one row an hour, instance and meter, and what keeps them true.
//!
//! Lives in the telemetry database. Whoever writes partials takes turns ([`take_turn`]) and finds
//! in its turn that no request came in between ([`super::speakers::count`]); so an hour that was
//! computed from fewer requests never replaces one that was computed from more.

use std::collections::{BTreeMap, BTreeSet};

use sea_orm::QueryResult;

use super::DbError;
use super::evidence::DirtyHour;
use super::speakers::Speaker;
use super::txn::{Source, Txn, rows};

/// Rows of one statement that writes; four values each.
const ROWS: usize = 2_000;
/// A stored partial.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PartialRow {
    /// Hours since 1970 in UTC.
    pub hour: i64,
    /// The instance's id.
    pub instance: i64,
    /// The id of the meter's version.
    pub meter: i64,
    /// The partial as JSON text.
    pub body: String,
}

/// A version of a meter that is known to the store.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MeterVersion {
    /// Its id.
    pub id: i64,
    /// The meter.
    pub name: String,
    /// Its version.
    pub version: i64,
    /// Its definition as JSON text.
    pub body: String,
}

/// Whole numbers for a list in a statement. They need no binding, and no limit of bound values.
pub(super) fn list(numbers: impl IntoIterator<Item = i64>) -> String {
    let numbers: Vec<String> = numbers.into_iter().map(|one| one.to_string()).collect();
    if numbers.is_empty() {
        "NULL".to_owned()
    } else {
        numbers.join(",")
    }
}

/// Every version of every meter that was ever used.
///
/// # Errors
/// `db.unreachable`.
pub async fn meters(on: &impl Source) -> Result<Vec<MeterVersion>, DbError> {
    let sql = "SELECT id, name, version, body FROM meter_version ORDER BY id";
    let found = rows(on, sql, Vec::new()).await?;
    let versions = found.iter().map(|row| {
        Ok(MeterVersion {
            id: row.try_get("", "id")?,
            name: row.try_get("", "name")?,
            version: row.try_get("", "version")?,
            body: row.try_get("", "body")?,
        })
    });
    versions.collect()
}

/// Makes a version of a meter known; true when it is new.
///
/// # Errors
/// `db.unreachable`.
pub async fn add_meter(txn: &Txn, name: &str, version: u32, body: &str) -> Result<bool, DbError> {
    let sql = "INSERT INTO meter_version (name, version, body) VALUES ($1, $2, $3) \
               ON CONFLICT (name, version) DO NOTHING";
    let values = vec![name.into(), i64::from(version).into(), body.into()];
    Ok(txn.execute(sql, values).await? == 1)
}

/// Marks every hour of every request: a new meter reads what is there already.
///
/// # Errors
/// `db.unreachable`.
pub async fn mark_everything(txn: &Txn) -> Result<(), DbError> {
    let sql = "SELECT source, span_from, span_to FROM evidence";
    let mut hours = BTreeSet::new();
    for row in rows(txn, sql, Vec::new()).await? {
        let (source, from, to): (i64, i64, i64) = (
            row.try_get("", "source")?,
            row.try_get("", "span_from")?,
            row.try_get("", "span_to")?,
        );
        for hour in from.div_euclid(HOUR)..=to.div_euclid(HOUR) {
            hours.insert((hour, source));
        }
    }
    let marks: Vec<String> = hours
        .into_iter()
        .map(|(hour, source)| format!("({hour},{source},1)"))
        .collect();
    for some in marks.chunks(ROWS) {
        let sql = format!(
            "INSERT INTO dirty_hour (hour, source, marks) VALUES {} \
             ON CONFLICT (hour, source) DO UPDATE SET marks = dirty_hour.marks + 1",
            some.join(",")
        );
        txn.execute(&sql, Vec::new()).await?;
    }
    Ok(())
}

/// Microseconds of an hour.
const HOUR: i64 = 3_600_000_000;

/// The id of an instance; none when nothing was rolled for it yet.
///
/// # Errors
/// `db.unreachable`.
pub async fn instance(on: &impl Source, name: &str) -> Result<Option<i64>, DbError> {
    let sql = "SELECT id FROM metered_instance WHERE name = $1";
    let found = rows(on, sql, vec![name.into()]).await?;
    let id = found.first().map(|row| row.try_get("", "id")).transpose();
    Ok(id?)
}

/// The ids of instances, which are made known.
///
/// # Errors
/// `db.unreachable`.
pub async fn ensure_instances(
    txn: &Txn,
    names: &BTreeSet<String>,
) -> Result<BTreeMap<String, i64>, DbError> {
    let mut ids = BTreeMap::new();
    for name in names {
        let id = match instance(txn, name).await? {
            Some(id) => id,
            None => {
                let sql = "INSERT INTO metered_instance (name) VALUES ($1) RETURNING id";
                let made = rows(txn, sql, vec![name.as_str().into()]).await?;
                let row = made.first();
                row.ok_or_else(|| DbError::missing("metered_instance", name))?
                    .try_get("", "id")?
            }
        };
        ids.insert(name.clone(), id);
    }
    Ok(ids)
}

/// Lets nobody else write partials until the transaction ends. SQLite has one writer anyway.
///
/// # Errors
/// `db.unreachable`.
pub async fn take_turn(txn: &Txn) -> Result<(), DbError> {
    if txn.postgres() {
        let sql = "LOCK TABLE partial IN SHARE ROW EXCLUSIVE MODE";
        txn.execute(sql, Vec::new()).await?;
    }
    Ok(())
}

/// The partials of an instance for some meters, in `[from, to)` hours. The hours are named one by
/// one, so that the key is sought once for each and rows of other instances are never read.
///
/// # Errors
/// `db.unreachable`.
pub async fn of_instance(
    on: &impl Source,
    instance: i64,
    meters: &[i64],
    (from, to): (i64, i64),
) -> Result<Vec<PartialRow>, DbError> {
    let sql = format!(
        "SELECT hour, instance, meter, body FROM partial \
         WHERE hour IN ({}) AND instance = {instance} AND meter IN ({})",
        list(from..to),
        list(meters.iter().copied())
    );
    found(&rows(on, &sql, Vec::new()).await?)
}

/// The partials of some hours and instances, of every meter.
///
/// # Errors
/// `db.unreachable`.
pub async fn of_hours(
    on: &impl Source,
    hours: &BTreeSet<i64>,
    instances: &BTreeSet<i64>,
) -> Result<Vec<PartialRow>, DbError> {
    let sql = format!(
        "SELECT hour, instance, meter, body FROM partial WHERE hour IN ({}) AND instance IN ({})",
        list(hours.iter().copied()),
        list(instances.iter().copied())
    );
    found(&rows(on, &sql, Vec::new()).await?)
}

fn found(rows: &[QueryResult]) -> Result<Vec<PartialRow>, DbError> {
    let rows = rows.iter().map(|row| {
        Ok(PartialRow {
            hour: row.try_get("", "hour")?,
            instance: row.try_get("", "instance")?,
            meter: row.try_get("", "meter")?,
            body: row.try_get("", "body")?,
        })
    });
    rows.collect()
}

/// Writes partials, in place of those that are there.
///
/// # Errors
/// `db.disk-full`.
pub async fn put(txn: &Txn, partials: &[PartialRow]) -> Result<(), DbError> {
    for some in partials.chunks(ROWS) {
        let mut values = Vec::with_capacity(some.len());
        let mut places = Vec::with_capacity(some.len());
        for (n, row) in (1..).zip(some) {
            let PartialRow {
                hour,
                instance,
                meter,
                body,
            } = row;
            places.push(format!("({hour},{instance},{meter},${n})"));
            values.push(body.as_str().into());
        }
        let sql = format!(
            "INSERT INTO partial (hour, instance, meter, body) VALUES {} \
             ON CONFLICT (hour, instance, meter) DO UPDATE SET body = excluded.body",
            places.join(",")
        );
        txn.execute(&sql, values).await?;
    }
    Ok(())
}

/// Takes away what an hour no longer has: the chunk that spoke of it was of another meter.
///
/// # Errors
/// `db.unreachable`.
pub async fn remove(txn: &Txn, row: &PartialRow) -> Result<(), DbError> {
    let sql = "DELETE FROM partial WHERE hour = $1 AND instance = $2 AND meter = $3";
    let values = vec![row.hour.into(), row.instance.into(), row.meter.into()];
    txn.execute(sql, values).await?;
    Ok(())
}

/// An hour of an instance whose partials changed since readings were last closed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct UnreadHour {
    /// Hours since 1970 in UTC.
    pub hour: i64,
    /// The instance's id.
    pub instance: i64,
    /// The instance's name.
    pub name: String,
    /// How often it changed: what [`mark_read`] compares.
    pub marks: i64,
}

/// Marks hours that changed.
///
/// # Errors
/// `db.unreachable`.
pub async fn mark_unread(txn: &Txn, hours: &BTreeSet<(i64, i64)>) -> Result<(), DbError> {
    let marks: Vec<String> = hours
        .iter()
        .map(|(hour, instance)| format!("({hour},{instance},1)"))
        .collect();
    for some in marks.chunks(ROWS) {
        let sql = format!(
            "INSERT INTO unread_hour (hour, instance, marks) VALUES {} \
             ON CONFLICT (hour, instance) DO UPDATE SET marks = unread_hour.marks + 1",
            some.join(",")
        );
        txn.execute(&sql, Vec::new()).await?;
    }
    Ok(())
}

/// Hours that changed, oldest first.
///
/// # Errors
/// `db.unreachable`.
pub async fn unread(on: &impl Source) -> Result<Vec<UnreadHour>, DbError> {
    let sql = "SELECT u.hour, u.instance, u.marks, i.name FROM unread_hour u \
               JOIN metered_instance i ON i.id = u.instance ORDER BY u.hour, u.instance";
    let found = rows(on, sql, Vec::new()).await?;
    let hours = found.iter().map(|row| {
        Ok(UnreadHour {
            hour: row.try_get("", "hour")?,
            instance: row.try_get("", "instance")?,
            name: row.try_get("", "name")?,
            marks: row.try_get("", "marks")?,
        })
    });
    hours.collect()
}

/// Takes marks away, except of hours that changed again since they were read.
///
/// # Errors
/// `db.unreachable`.
pub async fn mark_read(txn: &Txn, hours: &[UnreadHour]) -> Result<(), DbError> {
    let sql = "DELETE FROM unread_hour WHERE hour = $1 AND instance = $2 AND marks = $3";
    for one in hours {
        let values = vec![one.hour.into(), one.instance.into(), one.marks.into()];
        txn.execute(sql, values).await?;
    }
    Ok(())
}

/// Dirty hours before `before`, in the order of hour and source, after a place in that order.
///
/// # Errors
/// `db.unreachable`.
pub async fn dirty_after(
    on: &impl Source,
    before: i64,
    after: (i64, i64),
    limit: u32,
) -> Result<Vec<DirtyHour>, DbError> {
    let sql = format!(
        "SELECT hour, source, marks FROM dirty_hour \
         WHERE hour < $1 AND (hour > $2 OR (hour = $2 AND source > $3)) \
         ORDER BY hour, source LIMIT {limit}"
    );
    let values = vec![before.into(), after.0.into(), after.1.into()];
    dirty(&rows(on, &sql, values).await?)
}

/// Dirty hours of some sources in `[from, to)`.
///
/// # Errors
/// `db.unreachable`.
pub async fn dirty_of(
    on: &impl Source,
    sources: &[Speaker],
    (from, to): (i64, i64),
) -> Result<BTreeSet<i64>, DbError> {
    let sql = format!(
        "SELECT hour, source, marks FROM dirty_hour \
         WHERE hour >= $1 AND hour < $2 AND source IN ({})",
        list(sources.iter().map(|one| one.id))
    );
    let found = dirty(&rows(on, &sql, vec![from.into(), to.into()]).await?)?;
    Ok(found.into_iter().map(|one| one.hour).collect())
}

fn dirty(rows: &[QueryResult]) -> Result<Vec<DirtyHour>, DbError> {
    let hours = rows.iter().map(|row| {
        Ok(DirtyHour {
            hour: row.try_get("", "hour")?,
            source: row.try_get("", "source")?,
            marks: row.try_get("", "marks")?,
        })
    });
    hours.collect()
}
