//! Usage entered by hand: evidence like any other, with who entered it and what proves it.

use serde_json::{Map, Value, json};

use super::Failure;
use super::ingest::prepare::aside;
use super::name_events::events_of;
use super::sources::seal;
use crate::access::principal::Denied;
use crate::access::{Permission, Principal};
use crate::app::App;
use crate::db::Txn;
use crate::db::audit::{self, AuditEvent};
use crate::db::evidence::{self, Arrival};
use crate::error::Problem;
use crate::telemetry::PayloadKind;
use crate::telemetry::evidence::{Request, seal as sealed};
use crate::telemetry::judge::hours;

/// Stands before the instance in the name of the source of what is entered by hand.
const MANUAL: &str = "manual/";
/// What the trail calls it.
const ENTERED: &str = "usage.entered";
/// Shortest and longest note, in bytes.
const NOTE: std::ops::RangeInclusive<usize> = 3..=2_000;

/// What somebody enters.
#[derive(Debug, Clone, PartialEq)]
pub struct Entry {
    pub instance: String,
    /// What proves it: a reference to a ticket, a statement, a mail.
    pub note: String,
    /// As an upload in JSON has them.
    pub samples: Vec<Value>,
    pub events: Vec<Value>,
}

/// An entry that was read and would be taken by readings whole.
#[derive(Debug, Clone)]
pub struct Ready {
    arrival: Arrival,
    source: String,
    instance: String,
    /// How many samples and events it holds.
    pub records: usize,
    /// SHA-256 of the evidence.
    pub hash: String,
}

fn refused(text: impl Into<String>) -> Failure {
    Problem::new("usage.entry", text).into()
}

/// Reads an entry. A person waits for the answer, so whatever would be left out of a reading
/// refuses the whole.
///
/// # Errors
/// `access.denied`, `usage.entry`, `telemetry.*`.
pub fn read(app: &App, by: &Principal, entry: &Entry) -> Result<Ready, Failure> {
    by.require(Permission::EnterUsage)
        .map_err(|denied: Denied| Failure::of(denied.code(), &denied))?;
    if !NOTE.contains(&entry.note.trim().len()) {
        return Err(refused(
            "a note of 3 to 2,000 bytes says what proves the entry",
        ));
    }
    let document = json!({
        "by": by.actor(),
        "note": entry.note.trim(),
        "samples": entry.samples,
        "events": entry.events,
    });
    let source = format!("{MANUAL}{}", entry.instance);
    let request = Request {
        source: source.clone(),
        instance: Some(entry.instance.clone()),
        received_at: app.clock.business(),
        kind: PayloadKind::UsageJson,
        bytes: document.to_string().into_bytes(),
    };
    let (chunk, decoded) = sealed(&request).map_err(|error| Failure::of(error.code(), &error))?;
    let own = std::iter::once(entry.instance.clone()).collect();
    if let Some((reason, what)) = aside(&decoded, Some(&own)).into_keys().next() {
        return Err(Problem::new(reason, format!("{what} would be left out")).into());
    }
    let records = decoded.points.len().saturating_add(decoded.events.len());
    if records == 0 {
        return Err(refused("the entry holds no sample and no event"));
    }
    Ok(Ready {
        hash: chunk.sha256.clone(),
        arrival: Arrival {
            hours: hours(&decoded),
            events: events_of(&decoded, &own),
            evidence: super::ingest::prepare::record(0, chunk),
        },
        source,
        instance: entry.instance.clone(),
        records,
    })
}

/// Stores an entry as evidence and records it. The same entry again changes nothing; but when the
/// program died after the evidence and before the record, which lie in two databases, it is
/// recorded now: whoever entered it was never told that it is there.
///
/// # Errors
/// `db.*`.
pub async fn enter_in(txn: &Txn, app: &App, actor: &str, ready: &Ready) -> Result<bool, Failure> {
    let (stored, at) = (ready.clone(), app.clock.business());
    let write = async move |txn: &Txn| {
        let name = (stored.source.as_str(), stored.instance.as_str());
        let id = evidence::ensure_source(txn, name.0, name.1, "manual", at).await?;
        let mut arrival = stored.arrival.clone();
        arrival.evidence.source = id;
        let new = evidence::append_all(txn, &[arrival]).await?;
        Ok::<_, Failure>(new.first().copied().unwrap_or_default())
    };
    let new = app.db.telemetry.write(write).await?;
    let subject = format!("instance/{}", ready.instance);
    if new || !is_recorded(txn, &subject, &ready.hash).await? {
        let mut content = Map::new();
        content.insert("evidence".to_owned(), json!(ready.hash));
        content.insert("records".to_owned(), json!(ready.records));
        let event = AuditEvent {
            actor: actor.to_owned(),
            action: ENTERED.to_owned(),
            subject,
            payload: Value::Object(content).to_string(),
        };
        audit::append(txn, at, &[event]).await?;
    }
    Ok(new)
}

/// Does the trail tell of this entry?
async fn is_recorded(txn: &Txn, subject: &str, hash: &str) -> Result<bool, Failure> {
    let known = audit::of_subject(txn, subject).await?;
    Ok(known.iter().any(|entry| {
        let tells = |body: &String| body.contains(hash);
        entry.action == ENTERED && entry.payload.as_ref().is_some_and(tells)
    }))
}

/// Seals the trail after an entry.
///
/// # Errors
/// `db.*`.
pub async fn entered(app: &App) -> Result<(), Failure> {
    seal(app).await
}
