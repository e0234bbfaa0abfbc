//! From evidence to a meter reading: decode the chunks that overlap a period, unite what they say
//! about one meter of one instance, drop duplicates, and let `billing::usage` compute.
//!
//! A pure function of the *set* of chunks: their order, repeated chunks and overlaps change
//! nothing.

use std::collections::{BTreeMap, BTreeSet};

use chrono::{DateTime, Utc};
use chrono_tz::Tz;
use thiserror::Error;

use super::evidence::{Chunk, EvidenceError, combined_hash};
use super::meters::{Feed, Metering};
use super::retracted::{Counted, called, said};
use super::tracks::Names;
use super::{Decoded, Event, SampleKind, Series};
use crate::billing::Ratio;
use crate::billing::calendar::{CalendarError, Period};
use crate::billing::span::{EmptySpan, Span};
use crate::billing::usage::{
    self, MeterReading, Received, Said, Sample, Stamped, Standing, UsageError, dedupe_events,
    dedupe_samples, read_events, read_samples,
};

/// Why no reading could be made.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum ReadingError {
    /// A chunk cannot be unpacked or decoded, or was changed.
    #[error(transparent)]
    Evidence(#[from] EvidenceError),
    /// The period has no instants in this zone.
    #[error(transparent)]
    Calendar(#[from] CalendarError),
    /// The period is empty.
    #[error(transparent)]
    Span(#[from] EmptySpan),
    /// The records cannot be read as the meter asks, or nothing was measured.
    #[error(transparent)]
    Usage(#[from] UsageError),
}

impl ReadingError {
    /// The stable dotted code, listed in docs/ERRORS.md.
    pub fn code(&self) -> &'static str {
        match self {
            Self::Evidence(cause) => cause.code(),
            Self::Calendar(cause) => cause.code(),
            Self::Span(cause) => cause.code(),
            Self::Usage(cause) => cause.code(),
        }
    }
}

/// Something in the evidence that was left out of a reading, for a person to look at.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub enum Finding {
    /// Another value under the identity of a record that came first.
    Conflict { chunk: i64, what: String },
    /// A series of the meter's metric in another unit.
    Unit {
        chunk: i64,
        series: String,
        expected: &'static str,
    },
    /// A record without a number the meter could bill.
    Number { chunk: i64, what: String },
    /// A series of the meter's metric that is of another kind, as a level where growth is billed.
    Kind { chunk: i64, series: String },
    /// An event that retracts another one in a way that cannot be followed.
    Disputed { chunk: i64, what: String },
}

/// A reading with its proof.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Read {
    pub reading: MeterReading,
    /// One hash over the sorted evidence hashes: equal evidence, equal hash.
    pub evidence_hash: String,
    /// The exact quantity before the meter's rounding.
    pub exact: Ratio,
    pub resets: u32,
    pub duplicates: u64,
    pub findings: Vec<Finding>,
}

/// The instants a reading of a period needs evidence about: the period in the contract's zone, and
/// before it the stretch in which the last earlier sample is looked for.
///
/// # Errors
/// [`ReadingError::Calendar`] and [`ReadingError::Span`].
pub fn evidence_span(metering: &Metering, period: Period, zone: Tz) -> Result<Span, ReadingError> {
    let window = window_of(metering, period, zone)?;
    let from = window
        .start()
        .checked_sub_signed(metering.lookback)
        .unwrap_or(window.start());
    Ok(Span::new(from, window.end())?)
}

/// The instants of a civil period as a meter cuts it, for a contract of a zone.
///
/// # Errors
/// [`ReadingError::Calendar`] and [`ReadingError::Span`].
pub fn window_of(metering: &Metering, period: Period, zone: Tz) -> Result<Span, ReadingError> {
    Ok(Span::try_from(period.instants(metering.zone(zone))?)?)
}

/// Reads one meter of one instance over a civil period in the contract's zone. For events the
/// instance is their subject; of chunks about other times those matter that retract an event of the
/// period, or are retracted by one.
///
/// The reading is revision 1; the store counts on from what it has.
///
/// # Errors
/// [`ReadingError`].
pub fn readings_from_chunks<'a>(
    chunks: impl IntoIterator<Item = &'a Chunk>,
    metering: &Metering,
    instance: &str,
    period: Period,
    zone: Tz,
) -> Result<Read, ReadingError> {
    let window = window_of(metering, period, zone)?;
    let reach = evidence_span(metering, period, zone)?;
    let mut records = Records::default();
    for chunk in chunks {
        let retracts = metering.records() == usage::Records::Events && chunk.kind.tells_events();
        if retracts || chunk.overlaps(reach.start(), reach.end()) {
            records.take(chunk, &chunk.decoded()?, metering, instance, reach);
        }
    }
    let measured = match &metering.feed {
        Feed::Metrics { .. } => records.read_samples(metering, window)?,
        Feed::Events { field, step, .. } => {
            records.read_events(metering, (field, *step), (reach, window))?
        }
    };
    let Outcome {
        measured,
        duplicates,
        evidence,
        mut findings,
    } = measured;
    findings.sort();
    let found = (metering, instance, period);
    Ok(Read {
        findings,
        ..read_of(found, &measured, evidence, duplicates)
    })
}

/// A reading of what was measured, and of the evidence it rests on.
pub(crate) fn read_of(
    (metering, instance, period): (&Metering, &str, Period),
    measured: &usage::Measured,
    evidence: BTreeSet<String>,
    duplicates: u64,
) -> Read {
    let reading = MeterReading {
        instance: instance.to_owned(),
        meter: metering.meter.name.clone(),
        period,
        quantity: measured.quantity,
        coverage: measured.coverage,
        revision: 1,
        evidence: evidence.into_iter().collect(),
        estimated: measured.estimated,
        tolerance: metering.meter.tolerance,
    };
    Read {
        evidence_hash: combined_hash(reading.evidence.iter().map(String::as_str)),
        reading,
        exact: measured.exact,
        resets: measured.resets,
        duplicates,
        findings: Vec::new(),
    }
}

/// What the chunks say about one meter of one instance.
#[derive(Default)]
struct Records {
    samples: Vec<Stamped<Sample>>,
    events: Vec<Stamped<Event>>,
    told: Vec<Stamped<Said>>,
    hashes: BTreeMap<i64, String>,
    findings: Vec<Finding>,
    names: Names,
}

struct Outcome {
    measured: usage::Measured,
    duplicates: u64,
    evidence: BTreeSet<String>,
    findings: Vec<Finding>,
}

impl Records {
    fn take(
        &mut self,
        chunk: &Chunk,
        decoded: &Decoded,
        metering: &Metering,
        instance: &str,
        reach: Span,
    ) {
        let received = Received {
            at: chunk.received_at,
            chunk: chunk.id,
        };
        self.hashes.insert(chunk.id, chunk.sha256.clone());
        let rank = metering.meter.rank(chunk.kind.code());
        for series in decoded
            .series
            .iter()
            .filter(|series| series.key.instance() == instance)
        {
            match metering.takes(series.key.metric(), series.unit.as_deref()) {
                Ok(false) => {}
                Ok(true) if !metering.fits(series.kind) => self.findings.push(Finding::Kind {
                    chunk: chunk.id,
                    series: series.key.to_string(),
                }),
                Ok(true) => self.take_series((received, rank), (decoded, series), reach),
                Err(expected) => self.findings.push(Finding::Unit {
                    chunk: chunk.id,
                    series: series.key.to_string(),
                    expected,
                }),
            }
        }
        let Feed::Events { name, .. } = metering.feed else {
            return;
        };
        let own = decoded.events.iter();
        for event in own.filter(|event| event.subject == instance) {
            let record = said(event);
            self.told.push(Stamped { received, record });
            if event.name == name && reach.contains(event.time) {
                let record = event.clone();
                self.events.push(Stamped { received, record });
            }
        }
    }

    fn take_series(
        &mut self,
        (received, rank): (Received, u32),
        (decoded, series): (&Decoded, &Series),
        reach: Span,
    ) {
        let key = self.names.named(&series.key, rank);
        let (chunk, findings) = (received.chunk, &mut self.findings);
        let lost = |(time, what)| {
            if reach.contains(time) {
                findings.push(Finding::Number { chunk, what });
            }
        };
        let found = samples_of(key, (decoded, series), lost);
        let found = found.filter(|record| reach.contains(record.time));
        self.samples
            .extend(found.map(|record| Stamped { received, record }));
    }

    fn read_samples(mut self, metering: &Metering, window: Span) -> Result<Outcome, UsageError> {
        // Of what came before the window each series' last sample is evidence, the rest is not.
        let mut carry = BTreeMap::new();
        for sample in self.samples.iter().map(|stamped| &stamped.record) {
            if sample.time < window.start() {
                let last = carry.entry(sample.series.clone()).or_insert(sample.time);
                *last = sample.time.max(*last);
            }
        }
        self.samples.retain(|stamped| {
            let last = carry.get(&stamped.record.series);
            last.is_none_or(|last| stamped.record.time >= *last)
        });
        let used = self.samples.iter().map(|stamped| stamped.received.chunk);
        let evidence = hashes_of(&self.hashes, used);
        let deduped = dedupe_samples(self.samples);
        let measured = read_samples(&metering.meter, &deduped.unique, window)?;
        let mut findings = self.findings;
        findings.extend(
            deduped
                .conflicts
                .into_iter()
                .map(|stamped| Finding::Conflict {
                    chunk: stamped.received.chunk,
                    what: format!("{} at {}", stamped.record.series, stamped.record.time),
                }),
        );
        Ok(Outcome {
            measured,
            duplicates: deduped.duplicates,
            evidence,
            findings,
        })
    }

    fn read_events(
        self,
        metering: &Metering,
        feed: (&str, u64),
        (reach, window): (Span, Span),
    ) -> Result<Outcome, UsageError> {
        let standing = Standing::of(self.told);
        let counted = Counted::of(self.events, &standing, feed);
        let used = counted.events.iter().map(|one| one.received.chunk);
        let evidence = hashes_of(&self.hashes, used.chain(counted.chunks.iter().copied()));
        let deduped = dedupe_events(counted.events);
        let measured = read_events(&metering.meter, &deduped.unique, window)?;
        let mut findings = self.findings;
        let numbers = counted.unnumbered.into_iter();
        findings.extend(numbers.map(|(chunk, what)| Finding::Number { chunk, what }));
        let against = deduped.conflicts.into_iter().map(|one| {
            let what = called(&one.record.source, &one.record.id);
            (one.received.chunk, what)
        });
        let own = |all: Vec<Stamped<Said>>| {
            let own = all.into_iter();
            let own = own.filter(|one| reach.contains(one.record.time));
            own.map(|one| {
                let key = one.record.key;
                (one.received.chunk, called(&key.source, &key.id))
            })
        };
        let against = against.chain(counted.moved);
        let against = against.chain(own(standing.contradicting));
        findings.extend(against.map(|(chunk, what)| Finding::Conflict { chunk, what }));
        let disputed = own(standing.disputed);
        findings.extend(disputed.map(|(chunk, what)| Finding::Disputed { chunk, what }));
        Ok(Outcome {
            measured,
            duplicates: deduped.duplicates,
            evidence,
            findings,
        })
    }
}

fn hashes_of(hashes: &BTreeMap<i64, String>, used: impl Iterator<Item = i64>) -> BTreeSet<String> {
    let used: BTreeSet<i64> = used.collect();
    used.iter()
        .filter_map(|chunk| hashes.get(chunk))
        .cloned()
        .collect()
}

impl From<SampleKind> for usage::SampleKind {
    fn from(kind: SampleKind) -> Self {
        match kind {
            SampleKind::Cumulative => Self::Cumulative,
            SampleKind::Delta => Self::Delta,
            SampleKind::Gauge => Self::Gauge,
        }
    }
}

/// The samples of a series as its meter takes them; what has no number is told to `lost`.
fn samples_of<'a>(
    key: usage::SeriesKey,
    (decoded, series): (&'a Decoded, &'a Series),
    mut lost: impl FnMut((DateTime<Utc>, String)) + 'a,
) -> impl Iterator<Item = Sample> + 'a {
    let kind = series.kind.into();
    decoded.points_of(series).iter().filter_map(move |point| {
        let Some(value) = point.value.quantity() else {
            lost((point.time, format!("{} at {}", series.key, point.time)));
            return None;
        };
        let (series, time, start) = (key.clone(), point.time, point.start);
        Some(Sample {
            series,
            time,
            start,
            kind,
            value,
        })
    })
}
