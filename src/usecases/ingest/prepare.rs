//! A request before it waits for the writer: decoded, judged, sealed, and what of it is kept aside.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::LazyLock;

use crate::billing::usage::Retracts;
use crate::db::evidence::{Arrival, NewEvidence};
use crate::telemetry::billed::{Billing, billing_of, numberless};
use crate::telemetry::evidence::{Chunk, Request, seal};
use crate::telemetry::judge::hours;
use crate::telemetry::meters::{Metering, catalogue};
use crate::telemetry::{DecodeError, Decoded, Reason, SampleKind};
use crate::usecases::name_events::events_of;

/// Reasons for which a decoded series or event is kept aside.
pub const FOREIGN: &str = "telemetry.instance-foreign";
pub const UNKNOWN: &str = "telemetry.series-unknown";
pub const UNIT: &str = "telemetry.unit";
pub const KIND: &str = "usage.kind-mismatch";
/// Found when hours are rolled: another value under the identity of a record that came first.
pub const CONFLICT: &str = "telemetry.conflict";

/// Things of one request that are noted one by one; further ones are counted under one.
const MOST_NOTES: usize = 100;

static CATALOGUE: LazyLock<Vec<Metering>> = LazyLock::new(catalogue);

/// What is kept aside, by reason and thing, with how often.
pub type Aside = BTreeMap<(&'static str, String), i64>;

/// What the sender is told.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Verdict {
    /// Samples and events that were decoded, those kept aside for their series included.
    pub samples: u64,
    pub events: u64,
    /// Points that mark the end of a series, or a gap.
    pub without_value: u64,
    /// Points and events that no decoder takes, by reason, with the first of each.
    pub refused: BTreeMap<&'static str, (u64, String)>,
    /// Points kept aside for their time.
    pub postponed: u64,
    /// Native histograms among what was refused.
    pub unsupported: u64,
}

impl Verdict {
    /// How many were refused.
    pub fn refusals(&self) -> u64 {
        self.refused.values().map(|(count, _)| *count).sum()
    }

    /// The reasons with their counts and first things, as one sentence.
    pub fn said(&self) -> String {
        let each = self.refused.iter().map(|(reason, (count, what))| {
            let about = if what.is_empty() {
                "without a name"
            } else {
                what
            };
            format!("{reason}: {count}, first {about}")
        });
        each.collect::<Vec<_>>().join("; ")
    }
}

/// A request that is ready for the log.
#[derive(Debug, Clone)]
pub struct Prepared {
    pub arrival: Arrival,
    pub verdict: Verdict,
    pub aside: Aside,
}

/// Decodes and seals a request of a source that speaks for `instances`. Takes a processor for as
/// long as the request is large: called off the threads that serve.
///
/// # Errors
/// [`DecodeError`]: nothing of the request is kept.
pub fn prepare(
    source: i64,
    request: &Request,
    instances: &BTreeSet<String>,
) -> Result<Prepared, DecodeError> {
    let (chunk, decoded) = seal(request)?;
    let verdict = verdict(&decoded);
    let aside = aside(&decoded, Some(instances));
    Ok(Prepared {
        arrival: Arrival {
            hours: hours(&decoded),
            events: events_of(&decoded, instances),
            evidence: record(source, chunk),
        },
        verdict,
        aside,
    })
}

/// A sealed request as the log keeps it.
pub(in crate::usecases) fn record(source: i64, chunk: Chunk) -> NewEvidence {
    NewEvidence {
        source,
        received_at: chunk.received_at.timestamp_micros(),
        hash: chunk.sha256,
        kind: chunk.kind.code().to_owned(),
        span_from: chunk.span_from.timestamp_micros(),
        span_to: chunk.span_to.timestamp_micros(),
        codec: chunk.codec.code().to_owned(),
        body: chunk.body,
        instance: Some(chunk.instance.unwrap_or_default()),
        limits: chunk.limits,
    }
}

const fn is_postponed(reason: Reason) -> bool {
    matches!(reason, Reason::Ahead | Reason::Behind)
}

fn verdict(decoded: &Decoded) -> Verdict {
    let mut verdict = Verdict {
        samples: decoded.points.len() as u64,
        events: decoded.events.len() as u64,
        without_value: decoded.without_value as u64,
        ..Verdict::default()
    };
    for rejection in &decoded.rejected {
        if is_postponed(rejection.reason) {
            verdict.postponed += 1;
            continue;
        }
        verdict.unsupported += u64::from(rejection.reason == Reason::Unsupported);
        let known = verdict.refused.entry(rejection.reason.code());
        known.or_insert_with(|| (0, rejection.what.clone())).0 += 1;
    }
    verdict
}

/// What of a decoded request no reading takes: what was refused, series of instances the source
/// does not speak for, and series and events no meter takes or finds a number in. Without a list of
/// instances that one question is left out.
pub fn aside(decoded: &Decoded, instances: Option<&BTreeSet<String>>) -> Aside {
    let mut aside = Aside::new();
    let mut note = |reason: &'static str, what: String, count: usize| {
        let full = aside.len() >= MOST_NOTES;
        let key = (reason, what);
        let key = match full && !aside.contains_key(&key) {
            true => (reason, crate::db::quarantine::MORE.to_owned()),
            false => key,
        };
        *aside.entry(key).or_default() += i64::try_from(count).unwrap_or(i64::MAX);
    };
    for rejection in &decoded.rejected {
        note(rejection.reason.code(), rejection.what.clone(), 1);
    }
    let foreign = |instance: &str| instances.is_some_and(|known| !known.contains(instance));
    // Neighbouring series are mostly of one instance and one metric.
    let mut heard: Option<(&str, bool)> = None;
    let mut last: Option<(&str, Option<&str>, SampleKind, Option<&'static str>)> = None;
    for series in &decoded.series {
        let instance = series.key.instance();
        let known = heard.filter(|(of, _)| *of == instance);
        let (_, foreign) = *heard.insert(known.unwrap_or_else(|| (instance, foreign(instance))));
        let (metric, unit) = (series.key.metric(), series.unit.as_deref());
        let reason = match last {
            _ if foreign => Some(FOREIGN),
            Some((known, same, kind, reason))
                if (known, same, kind) == (metric, unit, series.kind) =>
            {
                reason
            }
            _ => {
                let reason = reason_of(metric, unit, series.kind);
                last = Some((metric, unit, series.kind, reason));
                reason
            }
        };
        if let Some(reason) = reason {
            let what = bounded(&format!("{instance} {metric}"));
            note(reason, what, series.range.len());
        }
    }
    for event in &decoded.events {
        let of_its_kind = || bounded(&format!("{} {}", event.subject, event.name));
        if foreign(&event.subject) {
            note(FOREIGN, of_its_kind(), 1);
            continue;
        }
        // A void takes an event back whatever it calls itself.
        if matches!(event.retracts, Some(Retracts::Voids(_))) {
            continue;
        }
        match billing_of(event) {
            Billing::Counts => {}
            Billing::Unmetered => note(UNKNOWN, of_its_kind(), 1),
            Billing::Numberless(field) => {
                let what = bounded(&numberless(event, field));
                note(Reason::ValueMissing.code(), what, 1);
            }
        }
    }
    aside
}

/// Why no meter takes a series; none when one does.
fn reason_of(metric: &str, unit: Option<&str>, kind: SampleKind) -> Option<&'static str> {
    let mut reason = UNKNOWN;
    for one in CATALOGUE.iter() {
        match one.takes(metric, unit) {
            Ok(false) => {}
            Ok(true) if one.fits(kind) => return None,
            Ok(true) => reason = KIND,
            Err(_) => reason = UNIT,
        }
    }
    Some(reason)
}

/// A text of at most 160 bytes.
pub(in crate::usecases) fn bounded(text: &str) -> String {
    let end = text.floor_char_boundary(160);
    text.get(..end).unwrap_or_default().to_owned()
}
