//! Telemetry requests into the evidence log: whole, hashed, once.
//!
//! [`Queue`] is the way of the doors: many senders, one writer, one transaction for as many
//! requests as wait. [`ingest_all`] is the way of an import: one caller, groups of five hundred.

mod notes;
pub mod prepare;
pub mod queue;
pub mod rate;
pub mod senders;

use std::collections::btree_map::Entry;
use std::collections::{BTreeMap, BTreeSet};

pub use queue::{Queue, Taken};

use super::Failure;
use crate::app::App;
use crate::db::evidence::{self, Arrival};
use crate::db::{Txn, speakers};
use crate::telemetry::evidence::{Request, seal};
use crate::telemetry::judge::hours;
use crate::usecases::name_events::events_of;

/// Requests that one transaction commits: one flush to disk for many.
const GROUP: usize = 500;

/// Stores requests as evidence, in groups. Bytes that a source sent before are acknowledged and
/// dropped. Returns how many were new. A request that cannot be decoded stops the group before
/// anything of it is kept.
///
/// # Errors
/// `telemetry.*` for a request that is no such payload, `db.*`.
pub async fn ingest_all(
    app: &App,
    requests: impl IntoIterator<Item = Request>,
) -> Result<u64, Failure> {
    let mut sources = BTreeMap::new();
    let mut group = Vec::with_capacity(GROUP);
    let mut kept: u64 = 0;
    for request in requests {
        let (chunk, decoded) = seal(&request).map_err(|error| Failure::of(error.code(), &error))?;
        let (source, speaks_for) = source_of(app, &mut sources, &request).await?;
        group.push(Arrival {
            hours: hours(&decoded),
            events: events_of(&decoded, speaks_for),
            evidence: prepare::record(*source, chunk),
        });
        if group.len() >= GROUP {
            kept = kept.saturating_add(commit(app, std::mem::take(&mut group)).await?);
        }
    }
    Ok(kept.saturating_add(commit(app, group).await?))
}

/// A source, and the instances for which it speaks.
type Known = (i64, BTreeSet<String>);

async fn source_of<'a>(
    app: &App,
    known: &'a mut BTreeMap<String, Known>,
    request: &Request,
) -> Result<&'a Known, Failure> {
    let place = match known.entry(request.source.clone()) {
        Entry::Occupied(known) => return Ok(known.into_mut()),
        Entry::Vacant(place) => place,
    };
    let name = request.source.clone();
    let instance = request.instance.clone().unwrap_or_default();
    let (kind, at) = (request.kind.code(), app.clock.business());
    let write = async move |txn: &Txn| {
        let id = evidence::ensure_source(txn, &name, &instance, kind, at).await?;
        let own = evidence::instance_of(txn, id).await?;
        Ok::<_, Failure>((id, speakers::heard(txn, (id, &own)).await?))
    };
    Ok(place.insert(app.db.telemetry.write(write).await?))
}

async fn commit(app: &App, group: Vec<Arrival>) -> Result<u64, Failure> {
    if group.is_empty() {
        return Ok(0);
    }
    let new = app
        .db
        .telemetry
        .write(async move |txn: &Txn| evidence::append_all(txn, &group).await)
        .await?;
    Ok(new.into_iter().map(u64::from).sum())
}
