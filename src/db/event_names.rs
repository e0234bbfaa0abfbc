//! Events by name: which requests speak of the same event, or of one that retracts it.
//!
//! Lives in the telemetry database and follows from the log alone. Names are hashes; only requests
//! that are read from the log again say what an event is.

use std::collections::{BTreeMap, BTreeSet};

use super::DbError;
use super::evidence::HOUR;
use super::partials::list;
use super::speakers::{LONG, Speaker};
use super::txn::{Source, Txn, rows};

/// Rows of one statement; at most five values each.
const ROWS: usize = 1_000;

/// An event of a request.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct EventName {
    /// Its name.
    pub name: String,
    /// The hour since 1970 in which it happened.
    pub hour: i64,
    /// The name of the event that it voids or replaces.
    pub retracts: Option<String>,
}

/// The events of one request of the log.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Telling {
    /// The request's id.
    pub request: i64,
    /// The source's id.
    pub source: i64,
    /// What it names.
    pub events: BTreeSet<EventName>,
}

/// Waits for every other transaction that names events, and keeps others waiting until its end.
/// An event and what retracts it may come in two transactions that are open at once: neither would
/// see the other, and the hour of the first stay as it is. The lock is one for all names, since
/// what is related by a chain shares no name of its own. SQLite has one writer anyway.
async fn take_turn(txn: &Txn) -> Result<(), DbError> {
    if txn.postgres() {
        let sql = "SELECT 1 FROM (SELECT pg_advisory_xact_lock(hashtextextended($1, 0))) held";
        rows(txn, sql, vec!["event_name".into()]).await?;
    }
    Ok(())
}

/// Keeps the names of the events of requests, in its turn (`take_turn`). Returns the hours, with
/// the sources that spoke of them, of all that these events retract, that retract them, or that
/// came under their names before: what counts there may have changed.
///
/// # Errors
/// `db.refused` for a request that is not in the log.
pub async fn add(txn: &Txn, told: &[Telling]) -> Result<BTreeSet<(i64, i64)>, DbError> {
    take_turn(txn).await?;
    let mut places = Vec::new();
    let mut values = Vec::new();
    let (mut names, mut links) = (BTreeSet::new(), BTreeSet::new());
    for one in told {
        // One row an hour: of a name that comes plainly and as a retraction, that of the latter.
        for EventName {
            name,
            hour,
            retracts,
        } in one.events.iter().rev()
        {
            let (request, source) = (one.request, one.source);
            places.push(format!("{request},{hour},{source}"));
            values.push((name.clone(), retracts.clone()));
            names.insert(name.as_str());
            if let Some(of) = retracts {
                links.insert((name.as_str(), of.as_str()));
                links.insert((of.as_str(), name.as_str()));
            }
        }
    }
    for (places, values) in places.chunks(ROWS).zip(values.chunks(ROWS)) {
        let rows = (0..).zip(places).map(|(n, whole): (usize, &String)| {
            let (name, retracts) = (2 * n + 1, 2 * n + 2);
            format!("(${name},{whole},${retracts})")
        });
        let sql = format!(
            "INSERT INTO event_name (name, request, hour, source, retracts) VALUES {} \
             ON CONFLICT (name, request, hour) DO NOTHING",
            rows.collect::<Vec<_>>().join(",")
        );
        let values = values.iter().flat_map(|(name, retracts)| {
            let (name, retracts): (sea_orm::Value, sea_orm::Value) =
                (name.as_str().into(), retracts.clone().into());
            [name, retracts]
        });
        txn.execute(&sql, values.collect()).await?;
    }
    let links: Vec<(&str, &str)> = links.into_iter().collect();
    for some in links.chunks(ROWS) {
        let rows = (0..some.len()).map(|n| format!("(${},${})", 2 * n + 1, 2 * n + 2));
        let sql = format!(
            "INSERT INTO event_link (name, other) VALUES {} ON CONFLICT (name, other) DO NOTHING",
            rows.collect::<Vec<_>>().join(",")
        );
        let values = some
            .iter()
            .flat_map(|(one, two)| [(*one).into(), (*two).into()]);
        txn.execute(&sql, values.collect()).await?;
    }
    let own: BTreeSet<i64> = told.iter().map(|one| one.request).collect();
    related(txn, &names.into_iter().collect::<Vec<_>>(), &own).await
}

async fn related(
    txn: &Txn,
    names: &[&str],
    own: &BTreeSet<i64>,
) -> Result<BTreeSet<(i64, i64)>, DbError> {
    let mut hours = BTreeSet::new();
    for some in names.chunks(ROWS) {
        let places: Vec<String> = (1..=some.len()).map(|n| format!("${n}")).collect();
        let sql = format!(
            "WITH RECURSIVE reach (name) AS ( \
               SELECT name FROM event_name WHERE name IN ({}) \
               UNION \
               SELECT l.other FROM reach r JOIN event_link l ON l.name = r.name) \
             SELECT DISTINCT n.hour, n.source FROM reach r JOIN event_name n ON n.name = r.name \
             JOIN evidence e ON e.id = n.request \
             WHERE e.codec <> 'deleted' AND n.request NOT IN ({}) \
             AND NOT EXISTS (SELECT 1 FROM evidence d WHERE d.codec = 'deleted' \
               AND d.source = n.source AND d.span_from < (n.hour + 1) * {HOUR} \
               AND d.span_from >= n.hour * {HOUR} - {LONG} AND d.span_to >= n.hour * {HOUR})",
            places.join(","),
            list(own.iter().copied())
        );
        let values = some.iter().map(|name| (*name).into()).collect();
        for row in rows(txn, &sql, values).await? {
            hours.insert((row.try_get("", "hour")?, row.try_get("", "source")?));
        }
    }
    Ok(hours)
}

/// Requests of some sources that speak of other hours than `[from, to)`, and that have to be read
/// with those: they retract an event of these hours, or one that is related to it by others, or
/// they put it into another hour. A period may begin within an hour, so what retracts in these
/// hours is among them; what was deleted has nothing more to say.
///
/// # Errors
/// `db.unreachable`.
pub async fn beyond(
    on: &impl Source,
    sources: &[Speaker],
    (from, to): (i64, i64),
) -> Result<Vec<i64>, DbError> {
    let sources = list(sources.iter().map(|one| one.id));
    let sql = format!(
        "WITH RECURSIVE base (name) AS ( \
           SELECT DISTINCT name FROM event_name \
           WHERE source IN ({sources}) AND hour >= {from} AND hour < {to}), \
         reach (name) AS ( \
           SELECT name FROM base \
           UNION \
           SELECT l.other FROM reach r JOIN event_link l ON l.name = r.name) \
         SELECT DISTINCT n.request FROM reach r JOIN event_name n ON n.name = r.name \
         JOIN evidence e ON e.id = n.request \
         WHERE e.codec <> 'deleted' AND n.source IN ({sources}) \
         AND (n.hour < {from} OR n.hour >= {to} OR n.retracts IS NOT NULL) \
         AND (n.retracts IS NOT NULL OR n.name IN (SELECT name FROM base) OR EXISTS ( \
           SELECT 1 FROM event_name m WHERE m.name = n.name AND m.retracts IS NOT NULL)) \
         ORDER BY n.request"
    );
    let found = rows(on, &sql, Vec::new()).await?;
    let ids = found.iter().map(|row| row.try_get("", "request"));
    Ok(ids.collect::<Result<_, _>>()?)
}

/// Retractions of a source whose event is not there, and that nobody took back: how many, and the
/// requests and names of those that wait longest. A name that came several times waits once.
///
/// # Errors
/// `db.unreachable`.
pub async fn waiting(
    on: &impl Source,
    source: i64,
    limit: u32,
) -> Result<(u64, Vec<(i64, String)>), DbError> {
    let sql = format!(
        "SELECT min(n.request) AS request, n.name, min(e.received_at) AS came, \
         CAST(count(*) OVER () AS BIGINT) AS many FROM event_name n \
         JOIN evidence e ON e.id = n.request \
         WHERE n.source = $1 AND n.retracts IS NOT NULL AND e.codec <> 'deleted' \
         AND NOT EXISTS (SELECT 1 FROM event_name m WHERE m.name = n.retracts) \
         AND NOT EXISTS (SELECT 1 FROM event_link l JOIN event_name v ON v.name = l.other \
           WHERE l.name = n.name AND v.retracts = n.name) \
         GROUP BY n.name ORDER BY came, n.name LIMIT {limit}"
    );
    let found = rows(on, &sql, vec![source.into()]).await?;
    let many: i64 = match found.first() {
        Some(row) => row.try_get("", "many")?,
        None => 0,
    };
    let each = found
        .iter()
        .map(|row| Ok((row.try_get("", "request")?, row.try_get("", "name")?)));
    Ok((many.unsigned_abs(), each.collect::<Result<_, DbError>>()?))
}

/// Requests that were received before events had names, with their sources; at most so many.
///
/// # Errors
/// `db.unreachable`.
pub async fn unnamed(on: &impl Source, limit: u32) -> Result<BTreeMap<i64, i64>, DbError> {
    let sql = format!(
        "SELECT u.request, e.source FROM unnamed_request u JOIN evidence e ON e.id = u.request \
         ORDER BY u.request LIMIT {limit}"
    );
    let found = rows(on, &sql, Vec::new()).await?;
    let each = found.iter().map(|row| {
        let pair: (i64, i64) = (row.try_get("", "request")?, row.try_get("", "source")?);
        Ok(pair)
    });
    each.collect()
}

/// Takes requests off the list of those without names.
///
/// # Errors
/// `db.unreachable`.
pub async fn named(txn: &Txn, requests: &[i64]) -> Result<(), DbError> {
    let requests = list(requests.iter().copied());
    let sql = format!("DELETE FROM unnamed_request WHERE request IN ({requests})");
    txn.execute(&sql, Vec::new()).await?;
    Ok(())
}
