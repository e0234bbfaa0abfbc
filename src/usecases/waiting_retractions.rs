//! Retractions that wait for an event that did not come yet, read from their requests: the store
//! finds events by hashes of their names alone.

use std::collections::{BTreeMap, BTreeSet};

use chrono::{DateTime, Utc};

use super::Failure;
use super::read_usage::chunk;
use crate::app::App;
use crate::billing::usage::Retracts;
use crate::db::{event_names, evidence};
use crate::telemetry::evidence::Chunk;
use crate::telemetry::retracted::name_of;

/// How many are read: each costs the decoding of its request.
const SHOWN: u32 = 10;

/// A retraction whose event is not there.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Waiting {
    /// When it came.
    pub received_at: DateTime<Utc>,
    /// The instance that it is about.
    pub instance: String,
    /// Its own id.
    pub id: String,
    /// What it does, to which event.
    pub retracts: Retracts,
}

/// How many retractions of a source wait for their event, and those that wait longest. One whose
/// request can no longer be read is counted alone: verification tells of it.
///
/// # Errors
/// `db.*`.
pub(super) async fn of_source(app: &App, source: i64) -> Result<(u64, Vec<Waiting>), Failure> {
    let reader = app.db.telemetry.reader();
    let (many, found) = event_names::waiting(&reader, source, SHOWN).await?;
    let mut wanted: BTreeMap<i64, BTreeSet<String>> = BTreeMap::new();
    for (request, name) in found {
        wanted.entry(request).or_default().insert(name);
    }
    let bound = match wanted.is_empty() {
        true => String::new(),
        false => evidence::instance_of(&reader, source).await?,
    };
    let mut read = Vec::new();
    for (request, names) in wanted {
        let record = evidence::by_id(&reader, request).await?;
        read.extend(chunk(record, &bound).ok().map(|chunk| (chunk, names)));
    }
    let waiting = tokio::task::spawn_blocking(move || {
        let each = read.iter().flat_map(|(chunk, names)| told(chunk, names));
        each.collect::<BTreeSet<Waiting>>()
    });
    let waiting = waiting
        .await
        .map_err(|cut| Failure::of("internal.unlisted", &cut))?;
    Ok((many, waiting.into_iter().collect()))
}

fn told(chunk: &Chunk, names: &BTreeSet<String>) -> Vec<Waiting> {
    let Ok(decoded) = chunk.decoded() else {
        return Vec::new();
    };
    let each = decoded.events.into_iter().filter_map(|event| {
        let is_meant = names.contains(&name_of(&event, &event.id));
        let retracts = event.retracts.filter(|_| is_meant)?;
        Some(Waiting {
            received_at: chunk.received_at,
            instance: event.subject,
            id: event.id,
            retracts,
        })
    });
    each.collect()
}
