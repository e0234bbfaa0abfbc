//! Events that take an earlier one back: append, never overwrite.
//!
//! An event may *void* or *replace* another one of the same subject and source. What counts in the
//! end follows from the set of events alone, never from the order in which they came:
//!
//! - A void takes back the event it names, and with it whatever replaced that event. It counts
//!   nothing itself. A void that is voided has no effect.
//! - A replacement stands in the place of the event it names, with its own time and amount. An
//!   event and all that replaces it, however long the chain, are one happening: at most one counts.
//! - Of several replacements of one event the last by (time, id) counts; the others are disputed.
//! - A replacement in which no meter finds what it bills takes nothing away: what it names stands,
//!   unless something that can be billed replaces it in turn.
//! - An identity means what was received first under it; a later record that retracts something
//!   else contradicts it.
//! - Who retracts what is not there yet waits for it: when it comes, it is taken back already.
//! - What goes round in a circle has no beginning: replacements in a circle do not count, voids in
//!   a circle have no effect, and all of them are disputed.
//! - A void is taken back by a void only; an event that replaces one counts by itself, is disputed,
//!   and leaves the void as it is.

use std::collections::{BTreeMap, BTreeSet};

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

use super::Stamped;

/// What names an event: whom it concerns, who reports it, and the reporter's own id of it.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct EventKey {
    /// The instance it is about. An event reaches no event of another one.
    pub subject: String,
    /// Who reports it. An event reaches no event of another reporter.
    pub source: String,
    /// The reporter's identity of it.
    pub id: String,
}

/// What an event does to an earlier one of the same subject and source, named by its id.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Retracts {
    /// The event of this id never was.
    Voids(String),
    /// This event stands in the place of the one with this id.
    Replaces(String),
}

impl Retracts {
    /// The id of the event that is retracted.
    pub fn id(&self) -> &str {
        match self {
            Self::Voids(id) | Self::Replaces(id) => id,
        }
    }
}

/// What matters of an event for whether it, or another one, counts.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Said {
    /// Which event it is.
    pub key: EventKey,
    /// When it happened.
    pub time: DateTime<Utc>,
    /// What it does to another one, if it does.
    pub retracts: Option<Retracts>,
    /// Whether a meter finds in it what it bills; never true of a void.
    pub billable: bool,
}

impl Said {
    /// The event that is retracted.
    pub(super) fn target(&self) -> Option<EventKey> {
        self.retracts.as_ref().map(|retracts| EventKey {
            id: retracts.id().to_owned(),
            ..self.key.clone()
        })
    }

    pub(super) fn is_void(&self) -> bool {
        matches!(self.retracts, Some(Retracts::Voids(_)))
    }

    /// True of a record that neither bills anything nor voids anything. It is no other value for an
    /// event of which another record does.
    fn is_mute(&self) -> bool {
        !self.billable && !self.is_void()
    }
}

/// Which of a set of events count.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Standing {
    /// Events that do not count: voided, replaced, disputed, or voids themselves.
    pub(super) out: BTreeSet<EventKey>,
    /// Which group of related events one belongs to, of those that retract or are retracted.
    group: BTreeMap<EventKey, usize>,
    /// Chunks of the retractions of each group. They are kept once for all of its events: a chain
    /// of replacements costs its length.
    chunks: Vec<BTreeSet<i64>>,
    /// The first record of an event of which another record says otherwise.
    first: BTreeMap<EventKey, Said>,
    /// Retractions that cannot be followed, or not all of them, sorted: for a person to look at.
    pub disputed: Vec<Stamped<Said>>,
    /// Records that retract something else than the first of their event does, sorted.
    pub contradicting: Vec<Stamped<Said>>,
}

impl Standing {
    /// What stands of some events. An identity means what was received first under it.
    pub fn of(mut said: Vec<Stamped<Said>>) -> Self {
        said.sort_unstable_by(|one, two| {
            let mute = one.record.is_mute().cmp(&two.record.is_mute());
            mute.then_with(|| one.cmp(two))
        });
        let mut first: BTreeMap<EventKey, Stamped<Said>> = BTreeMap::new();
        let mut standing = Self::default();
        for one in said {
            let Some(known) = first.get(&one.record.key) else {
                first.insert(one.record.key.clone(), one);
                continue;
            };
            if known.record == one.record {
                continue;
            }
            let (key, known) = (one.record.key.clone(), known.record.clone());
            if known.retracts != one.record.retracts {
                standing.contradicting.push(one);
            }
            standing.first.insert(key, known);
        }
        standing.contradicting.sort_unstable();
        let links = Links::of(first.into_values());
        (standing.group, standing.chunks) = links.related();
        let (voided, circling) = links.voided();
        standing.out.extend(links.voids.keys().cloned());
        standing.out.extend(voided.iter().cloned());
        standing.disputed.extend(circling);
        links.replace(&voided, &mut standing);
        standing.disputed.sort_unstable();
        standing
    }

    /// True when the event of a key counts, as far as others decide about it.
    pub fn counts(&self, key: &EventKey) -> bool {
        !self.out.contains(key)
    }

    /// The group of an event that others decide about; none of an event nobody retracts.
    pub fn group_of(&self, key: &EventKey) -> Option<usize> {
        self.group.get(key).copied()
    }

    /// Chunks of the retractions that decided about the events of a group.
    pub fn decided_in(&self, group: usize) -> impl Iterator<Item = i64> + '_ {
        self.chunks.get(group).into_iter().flatten().copied()
    }

    /// The first record of an event of which records differ; that one is meant.
    pub fn first_of(&self, key: &EventKey) -> Option<&Said> {
        self.first.get(key)
    }
}

/// The retractions of a set of events.
#[derive(Default)]
struct Links {
    voids: BTreeMap<EventKey, Stamped<Said>>,
    replacements: BTreeMap<EventKey, Stamped<Said>>,
    /// Which retractions name an event.
    naming: BTreeMap<EventKey, Vec<EventKey>>,
}

impl Links {
    fn of(events: impl Iterator<Item = Stamped<Said>>) -> Self {
        let mut links = Self::default();
        for one in events {
            let Some(target) = one.record.target() else {
                continue;
            };
            let key = one.record.key.clone();
            links.naming.entry(target).or_default().push(key.clone());
            match one.record.is_void() {
                true => links.voids.insert(key, one),
                false => links.replacements.insert(key, one),
            };
        }
        links
    }

    fn naming(&self, key: &EventKey) -> impl Iterator<Item = &EventKey> {
        self.naming.get(key).into_iter().flatten()
    }

    fn retraction(&self, key: &EventKey) -> Option<&Stamped<Said>> {
        self.voids.get(key).or_else(|| self.replacements.get(key))
    }

    /// For each event that is retracted or retracts the group of its relatives, and of each group
    /// the chunks of its retractions.
    fn related(&self) -> (BTreeMap<EventKey, usize>, Vec<BTreeSet<i64>>) {
        let mut group = BTreeMap::new();
        let mut all = Vec::new();
        for begin in self.voids.keys().chain(self.replacements.keys()) {
            if group.contains_key(begin) {
                continue;
            }
            let mut chunks = BTreeSet::new();
            let mut ahead = vec![begin.clone()];
            while let Some(key) = ahead.pop() {
                if group.insert(key.clone(), all.len()).is_some() {
                    continue;
                }
                let named = self.naming(&key).filter(|of| !group.contains_key(*of));
                ahead.extend(named.cloned());
                if let Some(own) = self.retraction(&key) {
                    chunks.insert(own.received.chunk);
                    let target = own.record.target();
                    ahead.extend(target.filter(|target| !group.contains_key(target)));
                }
            }
            all.push(chunks);
        }
        (group, all)
    }

    /// What voids that have effect take back, and the voids that go round in a circle.
    fn voided(&self) -> (BTreeSet<EventKey>, Vec<Stamped<Said>>) {
        // A void is decided once one that has effect names it, or all that name it are decided.
        // Each names one other, so that what is never decided is a circle.
        let mut open: BTreeMap<&EventKey, usize> = BTreeMap::new();
        for key in self.voids.keys() {
            let of_it = self.naming(key).filter(|of| self.voids.contains_key(*of));
            open.insert(key, of_it.count());
        }
        let free = open.iter().filter(|(_, count)| **count == 0);
        let mut decided: Vec<&EventKey> = free.map(|(key, _)| *key).collect();
        let (mut voided, mut done) = (BTreeSet::new(), BTreeSet::new());
        while let Some(key) = decided.pop() {
            let target = self.voids.get(key).and_then(|void| void.record.target());
            let Some(target) = target.filter(|_| done.insert(key)) else {
                continue;
            };
            let next = open.get_key_value(&target).map(|(next, _)| *next);
            let has_effect = !voided.contains(key);
            if has_effect {
                voided.insert(target);
            }
            if let Some(count) = next.and_then(|next| open.get_mut(next)) {
                *count = count.saturating_sub(1);
                decided.extend(next.filter(|_| has_effect || *count == 0));
            }
        }
        let circling = self.voids.iter().filter(|(key, _)| !done.contains(key));
        (voided, circling.map(|(_, void)| void.clone()).collect())
    }

    /// Replacements in whose place something can be billed: themselves, or what replaces them.
    fn bearing(&self, voided: &BTreeSet<EventKey>) -> BTreeSet<&EventKey> {
        let mut bearing = BTreeSet::new();
        for (key, one) in self
            .replacements
            .iter()
            .filter(|(_, one)| one.record.billable)
        {
            let mut next = Some((key, one));
            // Upwards, until one is known already: each is entered once.
            while let Some((key, one)) = next.filter(|(key, _)| !voided.contains(*key)) {
                let target = one.record.target().filter(|_| bearing.insert(key));
                next = target.and_then(|target| self.replacements.get_key_value(&target));
            }
        }
        bearing
    }

    /// Goes down from every first event to the one that stands in its place.
    fn replace(&self, voided: &BTreeSet<EventKey>, standing: &mut Standing) {
        let bearing = self.bearing(voided);
        let mut begin: Vec<(EventKey, bool)> = Vec::new();
        for (key, one) in &self.replacements {
            let Some(target) = one.record.target() else {
                continue;
            };
            if self.voids.contains_key(&target) {
                standing.disputed.push(one.clone());
                begin.push((key.clone(), true));
            } else if !self.replacements.contains_key(&target) {
                begin.push((target, true));
            }
        }
        let mut reached = BTreeSet::new();
        while let Some((key, stands)) = begin.pop() {
            if !reached.insert(key.clone()) {
                continue;
            }
            let stands = stands && !voided.contains(&key);
            let named = self.naming(&key).filter_map(|of| self.replacements.get(of));
            let all: Vec<&Stamped<Said>> = named.collect();
            let left = all.iter().filter(|one| bearing.contains(&one.record.key));
            let last = left.max_by_key(|one| (one.record.time, &one.record.key));
            for one in &all {
                let of = &one.record.key;
                let is_last = last.is_some_and(|last| last.record.key == *of);
                let bears = bearing.contains(of);
                if stands && bears && !is_last {
                    standing.disputed.push((*one).clone());
                }
                // One that bears nothing stands beside the others: nobody took it back.
                begin.push((of.clone(), stands && (is_last || !bears)));
            }
            if !stands || last.is_some() {
                standing.out.insert(key);
            }
        }
        for (key, one) in &self.replacements {
            if !reached.contains(key) {
                standing.out.insert(key.clone());
                standing.disputed.push(one.clone());
            }
        }
    }
}
