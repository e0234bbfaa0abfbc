//! Telemetry requests into the evidence log: whole, hashed, once.

use std::collections::BTreeMap;

use super::Failure;
use crate::app::App;
use crate::db::Txn;
use crate::db::evidence::{self, NewEvidence};
use crate::telemetry::Limits;
use crate::telemetry::evidence::{Chunk, Request, seal};

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
        let (chunk, _) =
            seal(&request, Limits::DEFAULT).map_err(|error| Failure::of(error.code(), &error))?;
        let source = source_of(app, &mut sources, &request).await?;
        group.push(record(source, chunk));
        if group.len() >= GROUP {
            kept = kept.saturating_add(commit(app, std::mem::take(&mut group)).await?);
        }
    }
    Ok(kept.saturating_add(commit(app, group).await?))
}

async fn source_of(
    app: &App,
    known: &mut BTreeMap<String, i64>,
    request: &Request,
) -> Result<i64, Failure> {
    if let Some(id) = known.get(&request.source) {
        return Ok(*id);
    }
    let name = request.source.clone();
    let instance = request.instance.clone().unwrap_or_default();
    let (kind, at) = (request.kind.code(), app.clock.business());
    let id = app
        .db
        .telemetry
        .write(async move |txn: &Txn| {
            evidence::ensure_source(txn, &name, &instance, kind, at).await
        })
        .await?;
    known.insert(request.source.clone(), id);
    Ok(id)
}

fn record(source: i64, chunk: Chunk) -> NewEvidence {
    NewEvidence {
        source,
        received_at: chunk.received_at.timestamp_micros(),
        hash: chunk.sha256,
        kind: chunk.kind.code().to_owned(),
        span_from: chunk.span_from.timestamp_micros(),
        span_to: chunk.span_to.timestamp_micros(),
        codec: chunk.codec.code().to_owned(),
        body: chunk.body,
    }
}

async fn commit(app: &App, group: Vec<NewEvidence>) -> Result<u64, Failure> {
    if group.is_empty() {
        return Ok(0);
    }
    let kept = app
        .db
        .telemetry
        .write(async move |txn: &Txn| -> Result<u64, Failure> {
            let mut kept: u64 = 0;
            for evidence in &group {
                kept = kept.saturating_add(u64::from(evidence::append(txn, evidence).await?));
            }
            Ok(kept)
        })
        .await?;
    Ok(kept)
}
