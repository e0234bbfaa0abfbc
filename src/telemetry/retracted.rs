//! Events that void or replace others, between requests: which of what was heard counts for a meter,
//! and the names by which the store finds requests that speak about the same events.

use std::collections::BTreeSet;

use super::billed::{Billing, billing_of, numberless, usage_event};
use super::evidence::sha256_hex;
use super::hours::hour_of;
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

/// The events of a request by name, each once an hour; of those instances only about which it is
/// heard.
pub fn names(decoded: &Decoded, heard: impl Fn(&str) -> bool) -> BTreeSet<Named> {
    let name = |event: &Event| {
        let retracts = event.retracts.as_ref();
        Named {
            key: name_of(event, &event.id),
            hour: hour_of(event.time),
            retracts: retracts.map(|retracts| name_of(event, retracts.id())),
        }
    };
    let events = decoded.events.iter();
    let events = events.filter(|event| heard(&event.subject));
    events.map(name).collect()
}

/// The name of the event with an id, of the subject and source of another event.
pub fn name_of(event: &Event, id: &str) -> String {
    hashed(&event.subject, &event.source, id)
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
        billable: !is_void(event) && billing_of(event) == Billing::Counts,
    }
}

fn is_void(event: &Event) -> bool {
    matches!(event.retracts, Some(Retracts::Voids(_)))
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
    /// another hour than the first one did contradicts it, wherever the two are read; one that
    /// retracts something else does so too, and is told by the standing itself.
    pub(super) fn of(
        heard: Vec<Stamped<Event>>,
        standing: &Standing,
        (field, step): (&str, u64),
    ) -> Self {
        let mut found = Self::default();
        let mut groups = BTreeSet::new();
        for Stamped { received, record } in heard {
            if is_void(&record) {
                continue;
            }
            let (key, chunk) = (key_of(&record), received.chunk);
            let first = standing.first_of(&key);
            if first.is_some_and(|first| first.retracts != record.retracts) {
                continue;
            }
            if first.is_some_and(|first| hour_of(first.time) != hour_of(record.time)) {
                let name = called(&record.source, &record.id);
                found.moved.push((chunk, name));
                continue;
            }
            let Some(event) = usage_event(&record, field, step) else {
                // What another event took back needs no number any more.
                if standing.counts(&key) {
                    let what = numberless(&record, field);
                    found.unnumbered.push((chunk, what));
                }
                continue;
            };
            groups.extend(standing.group_of(&key));
            if standing.counts(&key) {
                let record = event;
                found.events.push(Stamped { received, record });
            } else {
                found.chunks.insert(chunk);
                found.taken_back.insert((record.source, record.id));
            }
        }
        let decided = groups.into_iter().flat_map(|of| standing.decided_in(of));
        found.chunks.extend(decided);
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
