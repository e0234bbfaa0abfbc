//! Dirty hours become partials: what a meter found at an instance in an hour, of all requests that
//! overlap it.
//!
//! Hours are due two minutes after their end, and whenever something came for them since. A mark
//! leaves in the transaction that writes the partials; one that was set in between stays.

mod arriving;
mod meters;
mod together;

use std::collections::{BTreeMap, BTreeSet};
use std::time::Duration;

use chrono::{DateTime, TimeDelta, Utc};

use super::Failure;
use super::ingest::prepare::{CONFLICT, bounded};
use super::name_events;
use super::read_usage::chunks;
use crate::app::App;
use crate::billing::usage::Partial;
use crate::db::evidence::{self, DirtyHour};
use crate::db::partials::{self, PartialRow, UnreadHour};
use crate::db::quarantine::{self, MORE, Note};
use crate::db::speakers::Speaker;
use crate::db::{Source, Txn, leases, speakers};
use crate::error::Problem;
use crate::telemetry::Reason;
use crate::telemetry::evidence::{Chunk, EvidenceError};
use crate::telemetry::hours::{self, Conflict, HOUR_MICROS, Place};

pub use arriving::Arriving;
use meters::Meters;
use together::{FIRST, involved, together};

/// The lease under which one node of several rolls.
const LEASE: &str = "roll-hours";
/// How long a node may be silent before another one rolls.
const LENGTH: Duration = Duration::from_secs(60);
/// Marks that are read at once.
const MARKS: u32 = 2_000;
/// Dirty hours that are looked at when readings are closed.
const LEFT: u32 = 100_000;
/// Conflicts of a batch that are noted one by one.
const MOST_NOTES: usize = 100;
/// How often a batch is computed again because requests came in between.
const ATTEMPTS: u32 = 3;

/// What was rolled.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Rolled {
    /// Marks that were taken away.
    pub marks: u64,
    /// Partials that were written.
    pub partials: u64,
    /// Marks that stay, because a request was changed in the store, with the reason.
    pub unreadable: Vec<String>,
}

/// The first hour that is not due yet at an instant.
fn due_before(now: DateTime<Utc>) -> i64 {
    let over = now - TimeDelta::minutes(2);
    over.timestamp_micros().div_euclid(HOUR_MICROS)
}

/// Rolls what is due and has arrived, if no other node does and anything is. What cannot be read is
/// logged.
///
/// # Errors
/// `db.*`, `usage.meter-changed`.
pub async fn work(app: &App, holder: &str, arriving: &mut Arriving) -> Result<(), Failure> {
    let before = due_before(app.clock.business());
    let reader = app.db.telemetry.reader();
    if partials::dirty_after(&reader, before, START, 1)
        .await?
        .is_empty()
    {
        return Ok(());
    }
    let Some(lease) = leases::acquire(&app.db.book, LEASE, holder, LENGTH).await? else {
        return Ok(());
    };
    arriving.look();
    let rolled = roll(app, &mut |mark| arriving.is_settled(mark)).await;
    leases::release(&app.db.book, lease).await?;
    for what in rolled?.unreadable {
        tracing::error!("an hour cannot be rolled: {what}");
    }
    Ok(())
}

/// Before every mark.
const START: (i64, i64) = (i64::MIN, i64::MIN);

/// Rolls every dirty hour that is due.
///
/// # Errors
/// `db.*`, `usage.meter-changed`.
pub async fn roll_due(app: &App) -> Result<Rolled, Failure> {
    roll(app, &mut |_| true).await
}

async fn roll(
    app: &App,
    wanted: &mut (dyn FnMut(&DirtyHour) -> bool + Send),
) -> Result<Rolled, Failure> {
    name_events::catch_up(app).await?;
    let meters = Meters::known(app).await?;
    let before = due_before(app.clock.business());
    let mut report = Rolled::default();
    let (mut after, mut many) = (START, FIRST);
    loop {
        let reader = app.db.telemetry.reader();
        let marks = partials::dirty_after(&reader, before, after, MARKS).await?;
        let Some(last) = marks.last() else {
            return Ok(report);
        };
        after = (last.hour, last.source);
        let mut rest: Vec<DirtyHour> = marks.into_iter().filter(&mut *wanted).collect();
        while !rest.is_empty() {
            many = together(app, &rest, many).await?;
            let later = rest.split_off(many);
            roll_together(
                app,
                &meters,
                std::mem::replace(&mut rest, later),
                &mut report,
            )
            .await?;
        }
    }
}

/// Rolls a few hours; where one of them cannot be read, each by itself.
async fn roll_together(
    app: &App,
    meters: &Meters,
    slice: Vec<DirtyHour>,
    report: &mut Rolled,
) -> Result<(), Failure> {
    match batch(app, meters, &slice, report).await {
        Err(Failure::Db(error)) => return Err(error.into()),
        Ok(()) => {}
        // One request that was changed keeps nobody else's hours from being rolled.
        Err(_) => {
            for mark in slice {
                match batch(app, meters, &[mark], report).await {
                    Ok(()) => {}
                    Err(Failure::Db(error)) => return Err(error.into()),
                    Err(failure) => report.unreadable.push(Problem::from(failure).to_string()),
                }
            }
        }
    }
    Ok(())
}

/// Some hours in microseconds, the last one with its end.
fn span(first: i64, last: i64) -> (i64, i64) {
    let end = last.saturating_add(1);
    (
        first.saturating_mul(HOUR_MICROS),
        end.saturating_mul(HOUR_MICROS),
    )
}

/// Hours that are dirty still, as hours that readings have not seen: whoever reads them computes
/// them from their requests, or says why that cannot be done.
///
/// # Errors
/// `db.*`.
pub(super) async fn left_dirty(app: &App) -> Result<Vec<UnreadHour>, Failure> {
    let reader = app.db.telemetry.reader();
    let marks = partials::dirty_after(&reader, i64::MAX, START, LEFT).await?;
    let sources: BTreeSet<i64> = marks.iter().map(|mark| mark.source).collect();
    let mut heard: BTreeMap<i64, BTreeSet<String>> = BTreeMap::new();
    for (source, own) in speakers::own(&reader, &sources).await? {
        let mut names = speakers::listed(&reader, source).await?;
        names.extend((!own.is_empty()).then_some(own));
        heard.insert(source, names);
    }
    let left = marks.iter().flat_map(|mark| {
        let names = heard.get(&mark.source).into_iter().flatten();
        names.map(|name| UnreadHour {
            hour: mark.hour,
            // No row has these, so nothing is marked as read by them.
            instance: -1,
            marks: 0,
            name: name.clone(),
        })
    });
    Ok(left.collect())
}

/// Rolls the hours of some marks: computes outside the transaction, and writes if nothing came in
/// between.
async fn batch(
    app: &App,
    meters: &Meters,
    marks: &[DirtyHour],
    report: &mut Rolled,
) -> Result<(), Failure> {
    for attempt in 1..=ATTEMPTS {
        let last = attempt == ATTEMPTS;
        let work = compute(app, meters, marks).await?;
        let (marks, written) = (marks.to_vec(), work.partials.len() as u64);
        let (count, ids) = (marks.len() as u64, meters.ids.clone());
        let stored = app.db.telemetry.write(async move |txn: &Txn| {
            partials::take_turn(txn).await?;
            let same = speakers::count(txn, &work.speakers, work.span).await? == work.requests;
            if !same && !last {
                return Ok(false);
            }
            // Requests that never stop coming do not keep an hour from being read: what was read is
            // true of those that were there, and the marks stay for the others. Their counts alone
            // would not tell: a mark that somebody took away and that was set again may be equal.
            write(txn, &work, &ids).await?;
            for mark in marks.iter().filter(|_| same) {
                evidence::clean(txn, *mark).await?;
            }
            Ok::<_, Failure>(same)
        });
        if stored.await? {
            report.marks = report.marks.saturating_add(count);
            report.partials = report.partials.saturating_add(written);
            return Ok(());
        }
    }
    // They stay marked, and the next beat tries again.
    Ok(())
}

/// What a batch came to, and what it was computed from.
struct Work {
    hours: BTreeSet<i64>,
    instances: BTreeSet<String>,
    speakers: Vec<Speaker>,
    span: (i64, i64),
    requests: (i64, i64),
    partials: BTreeMap<Place, Partial>,
    notes: Vec<Note>,
}

async fn compute(app: &App, meters: &Meters, marks: &[DirtyHour]) -> Result<Work, Failure> {
    let reader = app.db.telemetry.reader();
    let hours: BTreeSet<i64> = marks.iter().map(|mark| mark.hour).collect();
    let first = hours.first().copied().unwrap_or_default();
    let last = hours.last().copied().unwrap_or_default();
    let span = span(first, last);
    let (instances, speakers) = involved(&reader, marks).await?;
    let requests = speakers::count(&reader, &speakers, span).await?;
    let chunks = chunks(app, &speakers, span).await?;
    let (list, wanted, asked) = (meters.list.clone(), hours.clone(), instances.clone());
    let heard = heard(&reader, &speakers).await?;
    let rolled = tokio::task::spawn_blocking(move || {
        let may_speak = |chunk: &Chunk, instance: &str| {
            let names = heard.get(&chunk.source);
            asked.contains(instance) && names.is_some_and(|names| names.contains(instance))
        };
        let rolled = hours::roll(&chunks, &list, &wanted, &may_speak)?;
        let mut notes = notes_of(CONFLICT, rolled.conflicts, &chunks);
        let retraction = Reason::Retraction.code();
        notes.extend(notes_of(retraction, rolled.disputed, &chunks));
        let number = Reason::ValueMissing.code();
        notes.extend(notes_of(number, rolled.unnumbered, &chunks));
        Ok::<_, EvidenceError>((rolled.partials, notes))
    });
    let (partials, notes) = rolled
        .await
        .map_err(|cut| Failure::of("internal.unlisted", &cut))?
        .map_err(|error| Failure::of(error.code(), &error))?;
    Ok(Work {
        hours,
        speakers,
        span,
        requests,
        partials,
        notes,
        instances,
    })
}

/// For which instances each of some sources may speak.
type Heard = BTreeMap<String, BTreeSet<String>>;

async fn heard(reader: &impl Source, speakers: &[Speaker]) -> Result<Heard, Failure> {
    let mut heard = Heard::new();
    for Speaker { id, instance } in speakers {
        let names = speakers::heard(reader, (*id, instance)).await?;
        heard.insert(id.to_string(), names);
    }
    Ok(heard)
}

/// What of the requests contradicts what came first, for a person to look at; the most of a batch
/// are counted as further ones of their source.
fn notes_of(reason: &str, conflicts: Vec<Conflict>, chunks: &[Chunk]) -> Vec<Note> {
    let by_id: BTreeMap<i64, &Chunk> = chunks.iter().map(|chunk| (chunk.id, chunk)).collect();
    let mut notes: BTreeMap<(i64, String), Note> = BTreeMap::new();
    for Conflict { chunk, what } in conflicts {
        let Some(chunk) = by_id.get(&chunk) else {
            continue;
        };
        let Ok(source) = chunk.source.parse() else {
            continue;
        };
        let what = match notes.len() < MOST_NOTES {
            true => bounded(&what),
            false => MORE.to_owned(),
        };
        let note = Note {
            source,
            reason: reason.to_owned(),
            what: what.clone(),
            count: 1,
            at: chunk.received_at.timestamp_micros(),
            evidence: chunk.sha256.clone(),
        };
        notes.entry((source, what)).or_insert(note);
    }
    notes.into_values().collect()
}

/// Writes what changed, and marks the hours that readings have not seen so.
async fn write(txn: &Txn, work: &Work, meters: &[i64]) -> Result<(), Failure> {
    let ids = partials::ensure_instances(txn, &work.instances).await?;
    let mut old: BTreeMap<(i64, i64, i64), PartialRow> = BTreeMap::new();
    let instances = ids.values().copied().collect();
    for row in partials::of_hours(txn, &work.hours, &instances).await? {
        old.insert((row.hour, row.instance, row.meter), row);
    }
    let (mut changed, mut unread) = (Vec::new(), BTreeSet::new());
    for (place, partial) in &work.partials {
        let (Some(instance), Some(meter)) = (ids.get(&place.instance), meters.get(place.meter))
        else {
            continue;
        };
        let body = serde_json::to_string(partial)
            .map_err(|error| Failure::of("internal.unlisted", &error))?;
        let before = old.remove(&(place.hour, *instance, *meter));
        if before.is_none_or(|before| before.body != body) {
            unread.insert((place.hour, *instance));
            changed.push(PartialRow {
                hour: place.hour,
                instance: *instance,
                meter: *meter,
                body,
            });
        }
    }
    partials::put(txn, &changed).await?;
    for row in old.into_values() {
        unread.insert((row.hour, row.instance));
        partials::remove(txn, &row).await?;
    }
    partials::mark_unread(txn, &unread).await?;
    quarantine::note_once(txn, &work.notes).await?;
    Ok(())
}
