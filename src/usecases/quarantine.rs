//! What was kept aside: look at it, dismiss it, or read its evidence again with what is known now.
//!
//! Evidence is never changed. What a catalogue of today takes is taken by reading the hours again;
//! what came before its time is put into the log once more, received now, from a source of its own,
//! where first wins: every other point of it is a duplicate.

use std::collections::BTreeSet;

use chrono::TimeDelta;

use super::Failure;
use super::ingest::prepare::{CONFLICT, FOREIGN, aside, record};
use super::name_events::events_of;
use super::read_usage::chunk;
use super::sources::seal;
use crate::access::principal::Denied;
use crate::access::{Permission, Principal};
use crate::app::App;
use crate::db::Txn;
use crate::db::audit::{self, AuditEvent};
use crate::db::event_names::Telling;
use crate::db::evidence::{self, Arrival, EvidenceRecord};
use crate::db::quarantine::{self, KeptAside, State};
use crate::db::sources::{self, SourceRecord};
use crate::error::Problem;
use crate::telemetry::Reason;
use crate::telemetry::evidence::{Request, seal as sealed};
use crate::telemetry::judge::hours;

/// Requests that one replay reads; what remains is replayed by asking again.
const MOST_REQUESTS: u64 = 2_000;
/// Stands before the name of the source under which a replay enters the log.
const REPLAY: &str = "replay/";
/// Shortest and longest reason, in bytes.
const NOTE: std::ops::RangeInclusive<usize> = 3..=500;
/// A decision that the trail is not told of for so long was interrupted.
const INTERRUPTED: TimeDelta = TimeDelta::minutes(1);

fn granted(by: &Principal, permission: Permission) -> Result<(), Failure> {
    let answer = by.require(permission);
    answer
        .map(|_| ())
        .map_err(|denied: Denied| Failure::of(denied.code(), &denied))
}

/// What was kept aside, the newest first, in one state or in any: rows with a smaller id than
/// `before`, at most `limit`.
///
/// # Errors
/// `access.denied`.
pub async fn list(
    app: &App,
    by: &Principal,
    state: Option<State>,
    from: (Option<i64>, u64),
) -> Result<Vec<KeptAside>, Failure> {
    granted(by, Permission::ReadSources)?;
    Ok(quarantine::list(&app.db.telemetry.reader(), state, from).await?)
}

/// One row.
///
/// # Errors
/// `access.denied`, `quarantine.unknown`.
pub async fn one(app: &App, by: &Principal, id: i64) -> Result<KeptAside, Failure> {
    granted(by, Permission::ReadSources)?;
    known(app, id).await
}

async fn known(app: &App, id: i64) -> Result<KeptAside, Failure> {
    let found = quarantine::get(&app.db.telemetry.reader(), id).await?;
    let text = format!("nothing was kept aside under {id}");
    found.ok_or_else(|| Problem::new("quarantine.unknown", text).into())
}

/// Leaves a row out for good, for a reason that somebody may give; it is still counted. Of a value
/// that contradicts another one this says that the first one counts.
///
/// # Errors
/// `access.denied`, `quarantine.unknown`, `quarantine.decided`, `quarantine.note`.
pub async fn dismiss(
    app: &App,
    by: &Principal,
    id: i64,
    note: Option<&str>,
) -> Result<KeptAside, Failure> {
    granted(by, Permission::ManageSources)?;
    if note.is_some_and(|note| !NOTE.contains(&note.trim().len())) {
        let text = "a reason has 3 to 500 bytes";
        return Err(Problem::new("quarantine.note", text).into());
    }
    let row = known(app, id).await?;
    open(&row)?;
    let note = note.map(|note| note.trim().to_owned());
    decide(app, by, (&row, State::Dismissed, note), Vec::new()).await?;
    known(app, id).await
}

fn open(row: &KeptAside) -> Result<(), Failure> {
    if row.state == State::Open {
        return Ok(());
    }
    let text = format!("it was decided before: {}", row.state.as_str());
    Err(Problem::new("quarantine.decided", text).into())
}

/// Reads the evidence of a row again under today's catalogue and today's clock. What is taken now
/// enters the readings of its hours; when something would still be left out, nothing changes.
///
/// # Errors
/// `access.denied`, `quarantine.unknown`, `quarantine.decided`, `quarantine.still-refused`.
pub async fn replay(app: &App, by: &Principal, id: i64) -> Result<KeptAside, Failure> {
    granted(by, Permission::ManageSources)?;
    let row = known(app, id).await?;
    open(&row)?;
    if !may_be_taken(&row) {
        return Err(still(&row));
    }
    let reader = app.db.telemetry.reader();
    let owner = sources::by_name(&reader, &row.source_name).await?;
    let owner = owner.ok_or_else(|| gone(&row.source_name))?;
    let span = (row.first_seen, row.last_seen);
    let ids = evidence::received_between(&reader, row.source, span, MOST_REQUESTS).await?;
    let early = row.reason == Reason::Ahead.code();
    let mut steps = Vec::new();
    for id in ids {
        let record = evidence::by_id(&reader, id).await?;
        if let Some(step) = step(app, &owner, (&row, early), record)? {
            steps.push(step);
        }
    }
    decide(app, by, (&row, State::Replayed, None), steps).await?;
    known(app, row.id).await
}

/// Whether reading a row's evidence again may take it in. Which of two values came first does not
/// change, nor what events say of each other.
#[must_use]
pub fn may_be_taken(row: &KeptAside) -> bool {
    row.reason != CONFLICT && row.reason != Reason::Retraction.code()
}

/// What a replay does about one request.
#[derive(Debug, Clone)]
enum Step {
    /// Its hours are read again, its events named if they were not.
    Again(BTreeSet<i64>, Telling),
    /// It enters the log once more, received now.
    Enter(Box<Arrival>),
}

fn step(
    app: &App,
    owner: &SourceRecord,
    (row, early): (&KeptAside, bool),
    record: EvidenceRecord,
) -> Result<Option<Step>, Failure> {
    let of = |error: crate::telemetry::evidence::EvidenceError| Failure::of(error.code(), &error);
    let bound = owner.instance.clone().unwrap_or_default();
    let stored = chunk(record, &bound)?;
    let before = stored.decoded().map_err(of)?;
    let is_meant = |kept: &super::ingest::prepare::Aside| {
        kept.keys()
            .any(|(reason, what)| *reason == row.reason && *what == row.what)
    };
    let all = row.what == quarantine::MORE;
    let instances = &owner.instances;
    if early {
        if !all && !is_meant(&aside(&before, None)) {
            return Ok(None);
        }
        let request = Request {
            source: format!("{REPLAY}{}", owner.name),
            instance: stored.instance.clone(),
            received_at: app.clock.business(),
            kind: stored.kind,
            bytes: stored.bytes().map_err(of)?,
        };
        let (chunk, decoded) =
            sealed(&request).map_err(|error| Failure::of(error.code(), &error))?;
        if is_meant(&aside(&decoded, None)) {
            return Err(still(row));
        }
        let arrival = Arrival {
            hours: hours(&decoded),
            events: events_of(&decoded, instances),
            evidence: self::record(row.source, chunk),
        };
        return Ok(Some(Step::Enter(Box::new(arrival))));
    }
    let listed = (row.reason == FOREIGN).then_some(instances);
    if is_meant(&aside(&before, listed)) {
        return Err(still(row));
    }
    let telling = Telling {
        request: stored.id,
        source: row.source,
        events: events_of(&before, instances),
    };
    Ok(Some(Step::Again(hours(&before), telling)))
}

/// A row refers to its source, so there is one.
fn gone(name: &str) -> Failure {
    Problem::new("source.unknown", format!("there is no source {name}")).into()
}

fn still(row: &KeptAside) -> Failure {
    let text = format!("{} would be left out again: {}", row.what, row.reason);
    Problem::new("quarantine.still-refused", text).into()
}

/// Decides, and does what that entails in the same transaction of the log; then tells the trail,
/// which lies in another database.
async fn decide(
    app: &App,
    by: &Principal,
    (row, state, note): (&KeptAside, State, Option<String>),
    steps: Vec<Step>,
) -> Result<(), Failure> {
    let (row, actor, at) = (row.clone(), by.actor(), app.clock.business());
    let id = row.id;
    let carried = async move |txn: &Txn| {
        let when = at.timestamp_micros();
        if !quarantine::decide(txn, (id, state), (&actor, when), note.as_deref()).await? {
            // This very decision, of a transaction that is tried again?
            let stands = quarantine::get(txn, id).await?;
            let own = Some((actor.clone(), when));
            return Ok(stands.filter(|row| row.decided == own));
        }
        carry_out(txn, &row, &steps, at).await?;
        Ok::<_, Failure>(quarantine::get(txn, id).await?)
    };
    if let Some(decided) = app.db.telemetry.write(carried).await? {
        tell(app, &decided).await?;
    }
    seal(app).await
}

/// Tells the trail of a decision that is on file, once.
async fn tell(app: &App, row: &KeptAside) -> Result<(), Failure> {
    let Some((actor, at)) = row.decided.clone() else {
        return Ok(());
    };
    let subject = format!("quarantine/{}", row.id);
    let content = serde_json::json!({ "source": row.source_name, "reason": row.reason,
        "what": row.what, "count": row.count, "note": row.note, "decided_at": at });
    let event = AuditEvent {
        actor,
        action: format!("quarantine.{}", row.state.as_str()),
        subject: subject.clone(),
        payload: content.to_string(),
    };
    let now = app.clock.business();
    let write = async move |txn: &Txn| {
        let known = audit::of_subject(txn, &subject).await?;
        let tells = |payload: &Option<String>| {
            let content = payload
                .as_deref()
                .map(serde_json::from_str::<serde_json::Value>);
            content.is_some_and(|read| read.is_ok_and(|read| read["decided_at"] == at))
        };
        if !known.iter().any(|entry| tells(&entry.payload)) {
            audit::append(txn, now, std::slice::from_ref(&event)).await?;
        }
        Ok::<_, Failure>(())
    };
    app.db.write(write).await?;
    let id = row.id;
    let write = async move |txn: &Txn| quarantine::told(txn, id).await;
    Ok(app.db.telemetry.write(write).await?)
}

/// Tells the trail of decisions whose deed was interrupted between the two databases.
///
/// # Errors
/// `db.*`.
pub async fn tell_interrupted(app: &App) -> Result<(), Failure> {
    let until = (app.clock.business() - INTERRUPTED).timestamp_micros();
    let left = quarantine::untold(&app.db.telemetry.reader(), until).await?;
    for row in &left {
        tell(app, row).await?;
    }
    if left.is_empty() {
        return Ok(());
    }
    seal(app).await
}

async fn carry_out(
    txn: &Txn,
    row: &KeptAside,
    steps: &[Step],
    at: chrono::DateTime<chrono::Utc>,
) -> Result<(), Failure> {
    let owner = sources::by_name(txn, &row.source_name).await?;
    let owner = owner.ok_or_else(|| gone(&row.source_name))?;
    let mut again = BTreeSet::new();
    let (mut named, mut entering) = (Vec::new(), Vec::new());
    for step in steps {
        match step {
            Step::Again(hours, telling) => {
                again.extend(hours.iter().copied());
                named.extend((!telling.events.is_empty()).then(|| telling.clone()));
            }
            Step::Enter(arrival) => entering.push((**arrival).clone()),
        }
    }
    // Whoever names events waits for others who do, so that comes before marks are held.
    if !named.is_empty() {
        evidence::name(txn, &named).await?;
    }
    if !entering.is_empty() {
        let name = format!("{REPLAY}{}", owner.name);
        let listed = match owner.instance {
            Some(_) => BTreeSet::new(),
            None => owner.instances.clone(),
        };
        let bound = (owner.instance.as_deref(), &listed);
        let (id, _) = sources::create(txn, (&name, "replay"), bound, at).await?;
        for arrival in &mut entering {
            arrival.evidence.source = id;
        }
        evidence::append_all(txn, &entering).await?;
    }
    evidence::mark_again(txn, row.source, &again).await?;
    Ok(())
}
