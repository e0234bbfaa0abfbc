//! From evidence to hourly partials: what chunks say about an hour, for every meter and instance.
//!
//! A pure function of the *set* of chunks that overlap the hour, or name one of its events, as
//! `readings` is of those of a period; both take records in the same way.

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::hash::{DefaultHasher, Hash, Hasher};

use chrono::{DateTime, Utc};

use super::Event;
use super::evidence::{Chunk, EvidenceError};
use super::meters::{Feed, Metering, bare_name};
use super::retracted::{Counted, called, said};
use super::sample::SeriesKey;
use super::tracks::Tracks;
use crate::billing::usage::{Partial, Received, Said, Stamped, Standing, roll_events, roll_series};

/// Microseconds of an hour.
pub const HOUR_MICROS: i64 = 3_600_000_000;

/// Names a partial: the hour since 1970 in UTC, the instance, and the place of the meter in the
/// list that was asked for.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Place {
    pub hour: i64,
    pub instance: String,
    pub meter: usize,
}

/// A record that contradicts one that came first and is left out of its partial.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Conflict {
    /// The chunk it stands in.
    pub chunk: i64,
    /// When it is said to have been, and what it is.
    pub what: String,
}

/// Partials, and what was left out of them.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Rolled {
    pub partials: BTreeMap<Place, Partial>,
    pub conflicts: Vec<Conflict>,
    /// Events of these hours that retract others in a way that cannot be followed.
    pub disputed: Vec<Conflict>,
    /// Events without the number that their meter bills.
    pub unnumbered: Vec<Conflict>,
}

/// Rolls hours out of chunks, for the meters given. All chunks that overlap the wanted hours and
/// may speak about the instances have to be there, and those that retract one of their events or
/// are retracted by one; what they say about other hours is left out, and what a chunk says about
/// an instance for which `may_speak` does not hold.
///
/// # Errors
/// [`EvidenceError`] of a chunk that was changed.
pub fn roll<'a>(
    chunks: impl IntoIterator<Item = &'a Chunk>,
    meterings: &[Metering],
    wanted: &BTreeSet<i64>,
    may_speak: &dyn Fn(&Chunk, &str) -> bool,
) -> Result<Rolled, EvidenceError> {
    let mut rolling = Rolling::of(meterings.to_vec(), wanted.clone(), Share::WHOLE);
    for chunk in chunks {
        rolling.take(chunk, &|instance| may_speak(chunk, instance))?;
    }
    Ok(rolling.finish())
}

/// Part of the series, so that an hour too large to be held is rolled in several passes over its
/// chunks. Events all belong to the first share.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Share {
    pub number: u32,
    pub of: u32,
}

impl Share {
    /// All series.
    pub const WHOLE: Self = Self { number: 0, of: 1 };

    fn has(self, series: &SeriesKey) -> bool {
        if self.of <= 1 {
            return true;
        }
        let mut hasher = DefaultHasher::new();
        series.hash(&mut hasher);
        hasher.finish() % u64::from(self.of) == u64::from(self.number)
    }
}

/// Hours on their way into partials, a chunk after the other: no chunk is held, only what meters
/// take of it.
pub struct Rolling {
    meterings: Vec<Metering>,
    index: Index,
    wanted: BTreeSet<i64>,
    share: Share,
    seen: BTreeSet<i64>,
    taken: Taken,
}

impl Rolling {
    /// Begins to roll hours for the meters given.
    pub fn of(meterings: Vec<Metering>, wanted: BTreeSet<i64>, share: Share) -> Self {
        Self {
            index: Index::of(&meterings),
            meterings,
            wanted,
            share,
            seen: BTreeSet::new(),
            taken: Taken::default(),
        }
    }

    /// Takes a chunk, in any order, as far as it may speak about instances; the same one twice is
    /// one.
    ///
    /// # Errors
    /// [`EvidenceError`] if it was changed.
    pub fn take(
        &mut self,
        chunk: &Chunk,
        may_speak: &dyn Fn(&str) -> bool,
    ) -> Result<(), EvidenceError> {
        if !self.seen.insert(chunk.id) {
            return Ok(());
        }
        let asked = (
            self.meterings.as_slice(),
            &self.index,
            &self.wanted,
            self.share,
        );
        take(chunk, asked, may_speak, &mut self.taken)
    }

    /// How much memory the samples take that are held, about.
    pub fn bytes(&self) -> usize {
        self.taken.samples.bytes()
    }

    /// The partials of what was taken.
    pub fn finish(self) -> Rolled {
        let Self {
            meterings,
            wanted,
            taken,
            ..
        } = self;
        finish(&meterings, &wanted, taken)
    }
}

fn finish(meterings: &[Metering], wanted: &BTreeSet<i64>, taken: Taken) -> Rolled {
    let standing = Standing::of(taken.told);
    let mut rolled = Rolled {
        conflicts: within(&standing.contradicting, wanted),
        disputed: within(&standing.disputed, wanted),
        ..Rolled::default()
    };
    let conflict = |chunk, what| Conflict { chunk, what };
    for (place, series) in taken.samples.places() {
        let Some(metering) = meterings.get(place.meter) else {
            continue;
        };
        let (partial, conflicts) = roll_series(&metering.meter, series);
        let left_out = conflicts.into_iter().map(|Stamped { received, record }| {
            conflict(received.chunk, format!("{} {}", record.time, record.series))
        });
        rolled.conflicts.extend(left_out);
        rolled.keep(place, partial);
    }
    for (place, heard) in taken.events {
        let metering = meterings.get(place.meter);
        let Some(Feed::Events { field, step, .. }) = metering.map(|one| &one.feed) else {
            continue;
        };
        let mut counted = Counted::of(heard, &standing, (*field, *step));
        let events = std::mem::take(&mut counted.events);
        let (partial, conflicts) = roll_events(events);
        let left_out = conflicts.into_iter().map(|Stamped { received, record }| {
            conflict(received.chunk, called(&record.source, &record.id))
        });
        rolled.conflicts.extend(left_out);
        let taken_back = counted.taken_back();
        let moved = counted.moved.into_iter();
        let moved = moved.map(|(chunk, what)| conflict(chunk, what));
        rolled.conflicts.extend(moved);
        let unnumbered = counted.unnumbered.into_iter();
        let unnumbered = unnumbered.map(|(chunk, what)| conflict(chunk, what));
        rolled.unnumbered.extend(unnumbered);
        rolled.keep(place, partial.decided(taken_back, &counted.chunks));
    }
    rolled
}

impl Rolled {
    /// Together with what another share of the same chunks came to.
    pub fn join(&mut self, other: Self) {
        for (place, partial) in other.partials {
            let own = self.partials.remove(&place).unwrap_or_default();
            self.partials.insert(place, own.joined(partial));
        }
        self.conflicts.extend(other.conflicts);
        self.disputed.extend(other.disputed);
        self.unnumbered.extend(other.unnumbered);
    }

    /// Keeps a partial that says anything.
    fn keep(&mut self, place: Place, partial: Partial) {
        if !partial.is_empty() {
            self.partials.insert(place, partial);
        }
    }
}

/// The hour since 1970 in which an instant lies.
pub(super) fn hour_of(time: DateTime<Utc>) -> i64 {
    time.timestamp_micros().div_euclid(HOUR_MICROS)
}

/// What of some events lies in the wanted hours.
fn within(found: &[Stamped<Said>], wanted: &BTreeSet<i64>) -> Vec<Conflict> {
    let own = found.iter();
    let own = own.filter(|one| wanted.contains(&hour_of(one.record.time)));
    own.map(|one| Conflict {
        chunk: one.received.chunk,
        what: called(&one.record.key.source, &one.record.key.id),
    })
    .collect()
}

/// Which meters a metric or an event may feed.
struct Index {
    metrics: HashMap<&'static str, Vec<usize>>,
    events: HashMap<&'static str, Vec<usize>>,
}

impl Index {
    fn of(meterings: &[Metering]) -> Self {
        let (mut metrics, mut events) = (HashMap::new(), HashMap::new());
        for (place, metering) in meterings.iter().enumerate() {
            match &metering.feed {
                Feed::Metrics { names, .. } => {
                    for name in *names {
                        let of: &mut Vec<usize> = metrics.entry(*name).or_default();
                        of.push(place);
                    }
                }
                Feed::Events { name, .. } => {
                    let of: &mut Vec<usize> = events.entry(*name).or_default();
                    of.push(place);
                }
            }
        }
        Self { metrics, events }
    }
}

/// What the meters were told.
#[derive(Default)]
struct Taken {
    samples: Tracks,
    events: BTreeMap<Place, Vec<Stamped<Event>>>,
    told: Vec<Stamped<Said>>,
}

fn take(
    chunk: &Chunk,
    (meterings, index, wanted, share): (&[Metering], &Index, &BTreeSet<i64>, Share),
    may_speak: &dyn Fn(&str) -> bool,
    taken: &mut Taken,
) -> Result<(), EvidenceError> {
    let decoded = chunk.decoded()?;
    let received = Received {
        at: chunk.received_at,
        chunk: chunk.id,
    };
    taken.samples.received(received);
    // A source that stands for one instance is not believed about others.
    let own = chunk.instance.as_deref().filter(|own| !own.is_empty());
    let heard = |instance: &str| own.is_none_or(|own| own == instance) && may_speak(instance);
    // Neighbouring series are mostly of one instance, and many feed no meter.
    let mut answered: Option<(&str, bool)> = None;
    for series in &decoded.series {
        let metric = series.key.metric();
        let Some(places) = index.metrics.get(bare_name(metric)) else {
            continue;
        };
        let instance = series.key.instance();
        let known = answered.filter(|(of, _)| *of == instance);
        let (_, may) = *answered.insert(known.unwrap_or_else(|| (instance, heard(instance))));
        if !may || !share.has(&series.key) {
            continue;
        }
        for meter in places {
            let Some(metering) = meterings.get(*meter) else {
                continue;
            };
            let takes = metering.takes(metric, series.unit.as_deref());
            if takes != Ok(true) || !metering.fits(series.kind) {
                continue;
            }
            let rank = metering.meter.rank(chunk.kind.code());
            let wanted = |hour| wanted.contains(&hour);
            taken
                .samples
                .take((*meter, rank), (&decoded, series), &wanted);
        }
    }
    let events = decoded.events.iter().filter(|_| share.number == 0);
    for event in events.filter(|event| heard(&event.subject)) {
        let record = said(event);
        taken.told.push(Stamped { received, record });
        take_event(event, received, (index, wanted), &mut taken.events);
    }
    Ok(())
}

fn take_event(
    event: &Event,
    received: Received,
    (index, wanted): (&Index, &BTreeSet<i64>),
    taken: &mut BTreeMap<Place, Vec<Stamped<Event>>>,
) {
    let hour = hour_of(event.time);
    if !wanted.contains(&hour) {
        return;
    }
    let places = index.events.get(event.name.as_str());
    for meter in places.into_iter().flatten() {
        let place = Place {
            hour,
            instance: event.subject.clone(),
            meter: *meter,
        };
        let record = event.clone();
        let events = taken.entry(place).or_default();
        events.push(Stamped { received, record });
    }
}
