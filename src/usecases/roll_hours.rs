//! Dirty hours become partials: what a meter found at an instance in an hour, of all requests that
//! overlap it.
//!
//! Hours are due two minutes after their end, and whenever something came for them since. A mark
//! leaves in the transaction that writes the partials; one that was set in between stays.

mod arriving;
mod compute;
mod meters;
mod together;

use std::collections::{BTreeMap, BTreeSet};
use std::time::Duration;

use chrono::{DateTime, TimeDelta, Utc};

use super::Failure;
use super::name_events;
use crate::app::App;
use crate::db::evidence::{self, DirtyHour};
use crate::db::partials::{self, PartialRow, UnreadHour};
use crate::db::{Txn, leases, quarantine, speakers};
use crate::error::Problem;
use crate::telemetry::hours::HOUR_MICROS;

pub use arriving::Arriving;
pub use compute::Work;
use compute::compute;
use meters::Meters;
use together::{FIRST, together};

/// The lease under which one node of several rolls.
const LEASE: &str = "roll-hours";
/// How long a node may be silent before another one rolls.
const LENGTH: Duration = Duration::from_secs(60);
/// Marks that are read at once.
const MARKS: u32 = 2_000;
/// Dirty hours that are looked at when readings are closed.
const LEFT: u32 = 100_000;
/// How often a batch is computed again because requests came in between.
const ATTEMPTS: u32 = 3;

/// How much is held at once while hours are rolled.
#[derive(Debug, Clone, Copy)]
pub struct Bounds {
    /// Requests that are read for a transaction, of whatever source, and their bytes as they are
    /// stored. One hour of one source, with those who speak of the same instances, is never
    /// divided.
    pub requests: i64,
    pub bytes: i64,
    /// Bytes that samples take. An hour of more is read several times, each time for some of the
    /// series.
    pub held: usize,
}

impl Bounds {
    /// An hour of a large collector, and what little its samples take.
    pub const USUAL: Self = Self {
        requests: 256,
        bytes: 8 << 20,
        held: 16 << 20,
    };
}

/// What was rolled.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Rolled {
    /// Marks that were taken away.
    pub marks: u64,
    /// Partials that were written.
    pub partials: u64,
    /// The most requests that were read for one transaction.
    pub most_requests: i64,
    /// How often the requests of an hour were read, each time for some of its series, at most.
    pub most_passes: u32,
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
    let rolled = roll(app, &mut |mark| arriving.is_settled(mark), Bounds::USUAL).await;
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
    roll_within(app, Bounds::USUAL).await
}

/// As [`roll_due`], with other bounds.
///
/// # Errors
/// `db.*`, `usage.meter-changed`.
pub async fn roll_within(app: &App, bounds: Bounds) -> Result<Rolled, Failure> {
    roll(app, &mut |_| true, bounds).await
}

async fn roll(
    app: &App,
    wanted: &mut (dyn FnMut(&DirtyHour) -> bool + Send),
    bounds: Bounds,
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
            many = together(app, &rest, (many, bounds)).await?;
            let later = rest.split_off(many);
            let slice = std::mem::replace(&mut rest, later);
            roll_together(app, (&meters, bounds), slice, &mut report).await?;
        }
    }
}

/// Rolls a few hours; where one of them cannot be read, or all of them cannot be held, each by
/// itself.
async fn roll_together(
    app: &App,
    how: (&Meters, Bounds),
    slice: Vec<DirtyHour>,
    report: &mut Rolled,
) -> Result<(), Failure> {
    match batch(app, how, &slice, report).await {
        Err(Failure::Db(error)) => return Err(error.into()),
        Ok(true) => {}
        // One request that was changed keeps nobody else's hours from being rolled.
        Ok(false) | Err(_) => {
            for mark in slice {
                match batch(app, how, &[mark], report).await {
                    Ok(_) => {}
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
/// between. False when they cannot be held together.
async fn batch(
    app: &App,
    (meters, bounds): (&Meters, Bounds),
    marks: &[DirtyHour],
    report: &mut Rolled,
) -> Result<bool, Failure> {
    for attempt in 1..=ATTEMPTS {
        let Some(work) = compute(app, meters, marks, bounds).await? else {
            return Ok(false);
        };
        report.most_requests = report.most_requests.max(work.requests.0);
        report.most_passes = report.most_passes.max(work.passes);
        let written = work.partials.len() as u64;
        if store(app, work, attempt == ATTEMPTS).await? {
            report.marks = report.marks.saturating_add(marks.len() as u64);
            report.partials = report.partials.saturating_add(written);
            return Ok(true);
        }
    }
    // They stay marked, and the next beat tries again.
    Ok(true)
}

/// Computes what the hours of some marks come to, for whoever stores that later.
///
/// # Errors
/// `db.*`, `evidence.*`, `usage.meter-changed`.
pub async fn work_of(app: &App, marks: &[DirtyHour]) -> Result<Option<Work>, Failure> {
    let meters = Meters::known(app).await?;
    compute(app, &meters, marks, Bounds::USUAL).await
}

/// Writes what some hours came to and takes their marks away, if no request came since they were
/// read; false otherwise. `anyway`, it is written all the same, and the marks stay: what was read
/// is true of the requests that were there, and those that never stop coming do not keep an hour
/// from being read. The counts of marks alone would not tell: one that somebody took away and that
/// was set again may be equal.
///
/// # Errors
/// `db.*`.
pub async fn store(app: &App, work: Work, anyway: bool) -> Result<bool, Failure> {
    let stored = app.db.telemetry.write(async move |txn: &Txn| {
        partials::take_turn(txn).await?;
        let same = speakers::count(txn, &work.speakers, work.span).await? == work.requests;
        if !same && !anyway {
            return Ok(false);
        }
        write(txn, &work).await?;
        for mark in work.marks.iter().filter(|_| same) {
            evidence::clean(txn, *mark).await?;
        }
        Ok::<_, Failure>(same)
    });
    stored.await
}

/// Writes what changed, and marks the hours that readings have not seen so.
async fn write(txn: &Txn, work: &Work) -> Result<(), Failure> {
    let ids = partials::ensure_instances(txn, &work.instances).await?;
    let mut old: BTreeMap<(i64, i64, i64), PartialRow> = BTreeMap::new();
    let instances = ids.values().copied().collect();
    for row in partials::of_hours(txn, &work.hours, &instances).await? {
        old.insert((row.hour, row.instance, row.meter), row);
    }
    let (mut changed, mut unread) = (Vec::new(), BTreeSet::new());
    for (place, partial) in &work.partials {
        let (Some(instance), Some(meter)) =
            (ids.get(&place.instance), work.meters.get(place.meter))
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
