//! Events that void or replace others, between requests: which of what was heard counts for a meter,
//! and the names by which the store finds requests that speak about the same events.

use std::collections::BTreeSet;

use super::evidence::sha256_hex;
use super::hours::hour_of;
use super::readings::usage_event;
use super::{Decoded, Event};
use crate::billing::usage::{EventKey, Retracts, Said, Stamped, Standing, UsageEvent};

/// Hexadecimal digits of a name: 128 bits of a hash.
const DIGITS: usize = 32;

/// An event as the store finds it again.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Named {
    /// A hash of subject, source and id.
    pub key: String,
    /// The hour since 1970 in which it happened.
    pub hour: i64,
    /// The name of the event that it voids or replaces.
    pub retracts: Option<String>,
}

/// The events of a request by name, each once an hour.
pub fn names(decoded: &Decoded) -> BTreeSet<Named> {
    let name = |event: &Event| {
        let of = |id: &str| hashed(&event.subject, &event.source, id);
        Named {
            key: of(&event.id),
            hour: hour_of(event.time),
            retracts: event.retracts.as_ref().map(|retracts| of(retracts.id())),
        }
    };
    decoded.events.iter().map(name).collect()
}

/// The parts are told apart by their lengths, never joined.
fn hashed(subject: &str, source: &str, id: &str) -> String {
    let parts = [subject, source, id].map(|part| format!("{}:{part}", part.len()));
    let mut name = sha256_hex(parts.concat().as_bytes());
    name.truncate(DIGITS);
    name
}

/// What matters of an event for whether others count.
pub(super) fn said(event: &Event) -> Said {
    Said {
        key: key_of(event),
        time: event.time,
        retracts: event.retracts.clone(),
    }
}

fn key_of(event: &Event) -> EventKey {
    EventKey {
        subject: event.subject.clone(),
        source: event.source.clone(),
        id: event.id.clone(),
    }
}

/// How a text names an event of a finding.
pub(super) fn called(source: &str, id: &str) -> String {
    format!("{source} {id}")
}

/// The events of some hour or period as one meter takes them.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct Counted {
    pub(super) events: Vec<Stamped<UsageEvent>>,
    /// Events that others took back.
    taken_back: BTreeSet<(String, String)>,
    /// Chunks of what was taken back, and of whoever decided.
    pub(super) chunks: BTreeSet<i64>,
    /// Records whose first one lies in another hour: chunk and name.
    pub(super) moved: Vec<(i64, String)>,
    /// Records without a number to bill.
    pub(super) unnumbered: Vec<(i64, String)>,
}

impl Counted {
    /// How many events were taken back.
    pub(super) fn taken_back(&self) -> u64 {
        u64::try_from(self.taken_back.len()).unwrap_or(u64::MAX)
    }

    /// Of events of one type and instance those that count. A record that puts its event into
    /// another hour than the first one did contradicts it, wherever the two are read.
    pub(super) fn of(
        heard: Vec<Stamped<Event>>,
        standing: &Standing,
        (field, step): (&str, u64),
    ) -> Self {
        let mut found = Self::default();
        for Stamped { received, record } in heard {
            if matches!(record.retracts, Some(Retracts::Voids(_))) {
                continue;
            }
            let (key, chunk) = (key_of(&record), received.chunk);
            let name = || called(&record.source, &record.id);
            let first = standing.moved_from(&key);
            if first.is_some_and(|first| hour_of(first) != hour_of(record.time)) {
                found.moved.push((chunk, name()));
                continue;
            }
            let Some(event) = usage_event(&record, field, step) else {
                found
                    .unnumbered
                    .push((chunk, format!("{}: {field}", name())));
                continue;
            };
            found.chunks.extend(standing.decided_in(&key));
            if standing.counts(&key) {
                let record = event;
                found.events.push(Stamped { received, record });
            } else {
                found.chunks.insert(chunk);
                found.taken_back.insert((record.source, record.id));
            }
        }
        found
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_tell_instance_reporter_and_id_apart() {
        let all = [
            hashed("a", "b", "c"),
            hashed("ab", "", "c"),
            hashed("a", "bc", ""),
            hashed("", "ab", "c"),
            hashed("a", "1:b", "c"),
        ];
        assert_eq!(all.iter().collect::<BTreeSet<_>>().len(), all.len());
        assert!(all.iter().all(|name| name.len() == DIGITS));
    }
}
