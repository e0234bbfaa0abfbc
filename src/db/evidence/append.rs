//! Into the log: many requests in few statements, and the hours they make dirty.

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::sync::LazyLock;

use super::{HOUR, NewEvidence};
use crate::db::DbError;
use crate::db::event_names::{self, EventName, Telling};
use crate::db::txn::{Txn, rows};

/// A request on its way into the log, with the hours since 1970 that it speaks about and the events
/// that it names.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Arrival {
    pub evidence: NewEvidence,
    pub hours: BTreeSet<i64>,
    pub events: BTreeSet<EventName>,
}

/// Appends a request without events and marks its hours dirty; false when the same bytes came
/// before.
///
/// # Errors
/// `db.refused` when the source is unknown, `db.disk-full`.
pub async fn append(txn: &Txn, evidence: &NewEvidence) -> Result<bool, DbError> {
    let hours = evidence.span_from.div_euclid(HOUR)..=evidence.span_to.div_euclid(HOUR);
    let arrival = Arrival {
        evidence: evidence.clone(),
        hours: hours.collect(),
        events: BTreeSet::new(),
    };
    let new = append_all(txn, &[arrival]).await?;
    Ok(new.first().copied().unwrap_or_default())
}

/// Rows a statement inserts. Few sizes, so that the drivers keep each prepared.
const SIZES: [usize; 4] = [64, 16, 4, 1];
const COLUMNS: usize = 10;

/// Appends requests in few statements and marks the hours of those that are new. The answer says of
/// each whether it is; of equal ones in a group the first.
///
/// # Errors
/// `db.refused` when a source is unknown, `db.disk-full`.
pub async fn append_all(txn: &Txn, arrivals: &[Arrival]) -> Result<Vec<bool>, DbError> {
    let mut stored = HashMap::new();
    let mut rest = arrivals;
    while !rest.is_empty() {
        let fits = SIZES.into_iter().find(|size| *size <= rest.len());
        let (now, later) = rest.split_at(fits.unwrap_or(1));
        rest = later;
        let mut values = Vec::with_capacity(now.len() * COLUMNS);
        for arrival in now {
            values.extend(row_of(&arrival.evidence));
        }
        for row in rows(txn, insert_of(now.len()), values).await? {
            let (source, hash): (i64, String) =
                (row.try_get("", "source")?, row.try_get("", "hash")?);
            stored.insert((source, hash), row.try_get("", "id")?);
        }
    }
    let mut marks: BTreeMap<(i64, i64), i64> = BTreeMap::new();
    let mut new = Vec::with_capacity(arrivals.len());
    let mut told = Vec::new();
    for arrival in arrivals {
        let evidence = &arrival.evidence;
        let source = evidence.source;
        let first: Option<i64> = stored.remove(&(source, evidence.hash.clone()));
        for hour in arrival.hours.iter().filter(|_| first.is_some()) {
            *marks.entry((*hour, source)).or_default() += 1;
        }
        new.push(first.is_some());
        if let Some(request) = first.filter(|_| !arrival.events.is_empty()) {
            told.push(Telling {
                request,
                source,
                events: arrival.events.clone(),
            });
        }
    }
    if !told.is_empty() {
        for place in event_names::add(txn, &told).await? {
            marks.entry(place).or_insert(1);
        }
    }
    mark_dirty(txn, &marks).await?;
    Ok(new)
}

/// Names the events of requests that are in the log already, and marks their hours and those in
/// which they may change what counts.
///
/// # Errors
/// `db.refused` for a request that is not in the log.
pub async fn name(txn: &Txn, told: &[Telling]) -> Result<(), DbError> {
    let mut places = event_names::add(txn, told).await?;
    for Telling { source, events, .. } in told {
        places.extend(events.iter().map(|event| (event.hour, *source)));
    }
    let marks = places.into_iter().map(|place| (place, 1)).collect();
    mark_dirty(txn, &marks).await
}

fn row_of(evidence: &NewEvidence) -> [sea_orm::Value; COLUMNS] {
    let NewEvidence {
        source,
        received_at,
        hash,
        kind,
        span_from,
        span_to,
        codec,
        body,
        instance,
        limits,
    } = evidence;
    [
        (*source).into(),
        (*received_at).into(),
        hash.as_str().into(),
        kind.as_str().into(),
        (*span_from).into(),
        (*span_to).into(),
        codec.as_str().into(),
        body.clone().into(),
        instance.clone().into(),
        (*limits).into(),
    ]
}

/// The statement for so many rows; one of [`SIZES`], each written once.
fn insert_of(count: usize) -> &'static str {
    static WRITTEN: LazyLock<Vec<String>> = LazyLock::new(|| {
        let row = |at: usize| {
            let places = (1..=COLUMNS).map(|column| format!("${}", at * COLUMNS + column));
            format!("({})", places.collect::<Vec<_>>().join(", "))
        };
        let statement = |size| {
            let rows: Vec<String> = (0..size).map(row).collect();
            format!(
                "INSERT INTO evidence (source, received_at, hash, kind, span_from, span_to, \
                 codec, body, instance, limits) VALUES {} \
                 ON CONFLICT (source, hash) DO NOTHING RETURNING id, source, hash",
                rows.join(", ")
            )
        };
        SIZES.into_iter().map(statement).collect()
    });
    let place = SIZES.iter().position(|size| *size == count);
    let found = place.and_then(|place| WRITTEN.get(place));
    found.map_or("", String::as_str)
}

/// Marks in the order of their keys, so that two writers never wait for each other in a circle.
async fn mark_dirty(txn: &Txn, marks: &BTreeMap<(i64, i64), i64>) -> Result<(), DbError> {
    let sql = "INSERT INTO dirty_hour (hour, source, marks) VALUES ($1, $2, $3) \
               ON CONFLICT (hour, source) DO UPDATE SET marks = dirty_hour.marks + $3";
    for ((hour, source), count) in marks {
        txn.execute(sql, vec![(*hour).into(), (*source).into(), (*count).into()])
            .await?;
    }
    Ok(())
}

/// Marks hours of a source dirty, so that they are read again.
///
/// # Errors
/// `db.refused` when the source is unknown.
pub async fn mark_again(txn: &Txn, source: i64, hours: &BTreeSet<i64>) -> Result<(), DbError> {
    mark_dirty(
        txn,
        &hours.iter().map(|hour| ((*hour, source), 1)).collect(),
    )
    .await
}
