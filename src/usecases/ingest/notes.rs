//! What the writer knows beside the requests: what sources sent, and what was kept aside.
//!
//! What is new is written with the requests themselves. Counts that only grow are written once a
//! second at most, so that a flood costs the database nothing; a crash loses the counts of that
//! second, never a row.

use std::collections::{BTreeMap, HashSet};

use chrono::{DateTime, Utc};

use super::prepare::{Aside, Verdict};
use crate::db::quarantine::Note;
use crate::db::sources::SourceState;

/// Things that were noted by this process; beyond them each is written again.
const REMEMBERED: usize = 20_000;

/// Who sent a request, and when.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Sent {
    pub source: i64,
    pub credential: Option<String>,
    pub at: DateTime<Utc>,
}

/// What is written: states of sources, uses of credentials, and what was kept aside.
pub(super) type Drained = (
    BTreeMap<i64, SourceState>,
    BTreeMap<String, DateTime<Utc>>,
    Vec<Note>,
);

/// What waits to be written.
#[derive(Debug, Default)]
pub(super) struct Notes {
    pub states: BTreeMap<i64, SourceState>,
    pub seen: BTreeMap<String, DateTime<Utc>>,
    waiting: BTreeMap<(i64, &'static str, String), Note>,
    known: HashSet<(i64, &'static str, String)>,
}

impl Notes {
    /// Counts a request that was stored, or had been before.
    pub fn stored(&mut self, sent: &Sent, verdict: &Verdict, (new, aside): (bool, i64)) {
        let state = self.of(sent);
        state.requests += 1;
        if new {
            let refused = verdict.refusals().saturating_add(verdict.postponed);
            state.samples += i64::try_from(verdict.samples).unwrap_or(i64::MAX);
            state.events += i64::try_from(verdict.events).unwrap_or(i64::MAX);
            state.refused += i64::try_from(refused).unwrap_or(i64::MAX).max(aside);
        } else {
            state.duplicates += 1;
        }
    }

    /// Counts a request that was refused as a whole.
    pub fn refused(&mut self, sent: &Sent) {
        self.of(sent).refused += 1;
    }

    fn of(&mut self, sent: &Sent) -> &mut SourceState {
        if let Some(credential) = &sent.credential {
            self.seen.insert(credential.clone(), sent.at);
        }
        let state = self.states.entry(sent.source).or_default();
        state.last_seen = state.last_seen.max(sent.at.timestamp_micros());
        state
    }

    /// Takes in what is kept aside of a request; returns the things that nobody has noted before.
    pub fn aside(&mut self, sent: &Sent, aside: &Aside, evidence: &str) -> Vec<Note> {
        let mut fresh = Vec::new();
        for ((reason, what), count) in aside {
            let key = (sent.source, *reason, what.clone());
            let note = |count| Note {
                source: sent.source,
                reason: (*reason).to_owned(),
                what: what.clone(),
                count,
                at: sent.at.timestamp_micros(),
                evidence: evidence.to_owned(),
            };
            if self.known.contains(&key) {
                let waiting = self.waiting.entry(key).or_insert_with(|| note(0));
                waiting.count = waiting.count.saturating_add(*count);
                waiting.at = waiting.at.max(sent.at.timestamp_micros());
                evidence.clone_into(&mut waiting.evidence);
            } else {
                fresh.push(note(*count));
            }
        }
        fresh
    }

    /// The things were written: from now on they are only counted.
    pub fn written(&mut self, keys: impl Iterator<Item = (i64, &'static str, String)>) {
        if self.known.len() > REMEMBERED {
            self.known.clear();
        }
        self.known.extend(keys);
    }

    /// Takes what waits, to be written.
    pub fn drain(&mut self) -> Drained {
        let waiting = std::mem::take(&mut self.waiting);
        (
            std::mem::take(&mut self.states),
            std::mem::take(&mut self.seen),
            waiting.into_values().collect(),
        )
    }

    pub fn is_empty(&self) -> bool {
        self.states.is_empty() && self.seen.is_empty() && self.waiting.is_empty()
    }
}
