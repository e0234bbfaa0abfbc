//! The readings of a contract: closed ones of the book, and those its meters read from samples and
//! events.

use std::collections::BTreeMap;

use chrono::{DateTime, NaiveDate};
use chrono_tz::Tz;

use crate::billing::calendar::Period;
use crate::billing::contract::effective::effective;
use crate::billing::contract::{Contract, EffectiveItem, IndexTable, Price};
use crate::billing::rating::{RatingError, usage_windows};
use crate::billing::span::Span;
use crate::billing::usage::{
    GapRule, Meter, MeterReading, MeterZone, Received, Retracts, Said, Sample, Stamped, Standing,
    UsageError, UsageEvent, read_events, read_samples,
};
use crate::book::{Book, KnownEvent, KnownReading};

/// Facts by instance and meter, so that a contract looks at its own only.
pub(super) struct Metering<'a> {
    readings: BTreeMap<&'a str, Vec<&'a KnownReading>>,
    samples: BTreeMap<(&'a str, &'a str), Vec<Sample>>,
    events: BTreeMap<(&'a str, &'a str), Vec<UsageEvent>>,
    meters: BTreeMap<&'a str, &'a Meter>,
}

/// Why raw facts do not become a reading.
#[derive(Debug, thiserror::Error)]
pub(super) enum MeteringError {
    #[error(transparent)]
    Usage(#[from] UsageError),
    #[error(transparent)]
    Rating(#[from] RatingError),
}

impl MeteringError {
    pub(super) fn code(&self) -> &'static str {
        match self {
            Self::Usage(cause) => cause.code(),
            Self::Rating(cause) => cause.code(),
        }
    }
}

impl<'a> Metering<'a> {
    pub(super) fn of(book: &'a Book) -> Self {
        let mut metering = Self {
            readings: BTreeMap::new(),
            samples: BTreeMap::new(),
            events: BTreeMap::new(),
            meters: book.meters.iter().map(|m| (m.name.as_str(), m)).collect(),
        };
        for known in &book.readings {
            let instance = known.reading.instance.as_str();
            metering.readings.entry(instance).or_default().push(known);
        }
        for (instance, meter, sample) in &book.samples {
            let key = (instance.as_str(), meter.as_str());
            metering
                .samples
                .entry(key)
                .or_default()
                .push(sample.clone());
        }
        let standing = standing(book);
        for known in &book.events {
            let key = (known.instance.as_str(), known.meter.as_str());
            // A meter whose events were all taken back reads nothing, which is not no reading.
            let events = metering.events.entry(key).or_default();
            if standing.counts(&known.key()) {
                events.push(known.event.clone());
            }
        }
        metering
    }

    /// Readings of the instances that the contract's items name, up to a day.
    pub(super) fn readings(
        &self,
        contract: &Contract,
        indices: &IndexTable,
        until: NaiveDate,
    ) -> Result<Vec<KnownReading>, MeteringError> {
        let metered = |item: &EffectiveItem| matches!(item.item.price, Price::Usage { .. });
        let items =
            effective(contract, indices, until, NaiveDate::MIN).map_err(RatingError::from)?;
        let mut found: Vec<KnownReading> = Vec::new();
        let mut seen: Vec<&str> = Vec::new();
        for item in items.iter().filter(|item| metered(item)) {
            let Price::Usage {
                meter,
                pooled_with,
                gaps,
                ..
            } = &item.item.price
            else {
                continue;
            };
            for instance in item.item.instance.iter().chain(pooled_with) {
                let of_instance = self.readings.get_key_value(instance.as_str());
                if let Some((name, readings)) = of_instance
                    && !seen.contains(name)
                {
                    seen.push(name);
                    found.extend(readings.iter().map(|known| (*known).clone()));
                }
                let windows = usage_windows(contract, item, until)?;
                for (_, window) in windows {
                    let closed = found.iter().any(|known| {
                        let reading = &known.reading;
                        reading.instance == *instance
                            && reading.meter == *meter
                            && reading.period == window
                    });
                    if closed {
                        continue;
                    }
                    let measured = self.measure(contract, (instance, meter), *gaps, window)?;
                    found.extend(measured.map(|reading| KnownReading {
                        reading,
                        known: None,
                    }));
                }
            }
        }
        Ok(found)
    }
}

/// Which events of a book count, as far as others take them back.
/// They came in the order of the book.
fn standing(book: &Book) -> Standing {
    let said = |(n, known): (usize, &KnownEvent)| Stamped {
        received: Received {
            at: DateTime::UNIX_EPOCH,
            chunk: i64::try_from(n).unwrap_or(i64::MAX),
        },
        record: Said {
            key: known.key(),
            time: known.event.time,
            retracts: known.retracts.clone(),
            billable: !matches!(known.retracts, Some(Retracts::Voids(_))),
        },
    };
    Standing::of(book.events.iter().enumerate().map(said).collect())
}

impl Metering<'_> {
    /// What the meter of that name reads for an instance; none without a meter or raw facts.
    fn measure(
        &self,
        contract: &Contract,
        key: (&str, &str),
        gaps: Option<GapRule>,
        window: Period,
    ) -> Result<Option<MeterReading>, MeteringError> {
        let Some(rules) = self.meters.get(key.1) else {
            return Ok(None);
        };
        let rules = &Meter {
            gaps: gaps.unwrap_or(rules.gaps),
            ..(*rules).clone()
        };
        let zone = match rules.zone {
            MeterZone::Contract => contract.zone,
            MeterZone::Utc => Tz::UTC,
        };
        let instants = window.instants(zone).map_err(RatingError::from)?;
        // A period has at least a day, so its instants are a span.
        let Ok(span) = Span::new(instants.start, instants.end) else {
            return Ok(None);
        };
        let measured = match (self.samples.get(&key), self.events.get(&key)) {
            (None, None) => return Ok(None),
            (Some(samples), _) => read_samples(rules, samples, span)?,
            (None, Some(events)) => read_events(rules, events, span)?,
        };
        Ok(Some(MeterReading {
            instance: key.0.to_owned(),
            meter: key.1.to_owned(),
            period: window,
            quantity: measured.quantity,
            coverage: measured.coverage,
            revision: 1,
            evidence: Vec::new(),
            estimated: measured.estimated,
            tolerance: rules.tolerance,
        }))
    }
}
