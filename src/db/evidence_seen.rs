//! Who sends evidence about an instance, and when each was last heard of.

use std::collections::BTreeMap;

use chrono::{DateTime, Utc};

use super::DbError;
use super::convert::From;
use super::txn::{Source, rows};

/// A source of telemetry as a page shows it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SeenSource {
    /// Its name.
    pub name: String,
    /// The instance it reports on.
    pub instance: String,
    /// How it reports: the kind of payload it was first known by.
    pub kind: String,
    /// When the request that tells of the newest instants arrived; none when none ever did.
    pub last_received: Option<DateTime<Utc>>,
    /// The newest instant that it told of.
    pub last_told: Option<DateTime<Utc>>,
}

/// When the request arrived that tells of the newest instants, by source; microseconds since 1970.
///
/// # Errors
/// `db.unreachable`.
pub async fn newest(on: &impl Source) -> Result<BTreeMap<i64, i64>, DbError> {
    let sql = "SELECT s.id, (SELECT e.received_at FROM evidence e WHERE e.source = s.id \
               ORDER BY e.span_from DESC, e.received_at DESC LIMIT 1) AS received FROM source s";
    let mut newest = BTreeMap::new();
    for row in rows(on, sql, Vec::new()).await? {
        let received: Option<i64> = row.try_get("", "received")?;
        if let Some(received) = received {
            newest.insert(row.try_get("", "id")?, received);
        }
    }
    Ok(newest)
}

/// The sources of an instance and the collectors that may speak for it, by name.
///
/// # Errors
/// `db.unreachable`, `db.corrupt-row`.
pub async fn of_instance(on: &impl Source, instance: &str) -> Result<Vec<SeenSource>, DbError> {
    // Newest first in the index on (span_from, source): one step for a source that still reports.
    let newest = |column: &str| {
        format!(
            "(SELECT e.{column} FROM evidence e WHERE e.source = s.id \
             ORDER BY e.span_from DESC, e.received_at DESC LIMIT 1)"
        )
    };
    let sql = format!(
        "SELECT s.id, s.name, s.kind, {} AS received, {} AS told \
         FROM source s WHERE s.instance = $1 \
         OR s.id IN (SELECT source FROM source_instance WHERE instance = $1) ORDER BY s.name",
        newest("received_at"),
        newest("span_to")
    );
    let mut found = Vec::new();
    for row in rows(on, &sql, vec![instance.into()]).await? {
        let id: i64 = row.try_get("", "id")?;
        let from = From {
            table: "source",
            id: &id,
        };
        let instant = |column: &str| -> Result<Option<DateTime<Utc>>, DbError> {
            let micros: Option<i64> = row.try_get("", column)?;
            let at = |micros: i64| {
                let at = DateTime::from_timestamp_micros(micros);
                at.ok_or_else(|| from.corrupt(format!("instant {micros}")))
            };
            micros.map(at).transpose()
        };
        found.push(SeenSource {
            name: row.try_get("", "name")?,
            instance: instance.to_owned(),
            kind: row.try_get("", "kind")?,
            last_received: instant("received")?,
            last_told: instant("told")?,
        });
    }
    Ok(found)
}
