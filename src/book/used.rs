//! What was used, from the tables of book files: closed readings, raw samples and raw events.

use std::sync::Arc;

use chrono::NaiveDate;

use super::file::{EventEntry, ReadingEntry, SampleEntry, SampleKindEntry};
use crate::billing::calendar::Period;
use crate::billing::usage::{
    EventKey, MeterReading, Retracts, Sample, SampleKind, SeriesKey, UsageEvent,
};

/// A closed reading and the day it became known, where that is later than its period.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct KnownReading {
    /// The reading.
    pub reading: MeterReading,
    /// First day on which documents follow it; none for "as soon as the period is over".
    pub known: Option<NaiveDate>,
}

/// A raw event and the meter that reads it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct KnownEvent {
    /// Domain of the instance.
    pub instance: String,
    /// Meter that reads it.
    pub meter: String,
    /// The event.
    pub event: UsageEvent,
    /// What it does to another event of the same instance and reporter.
    pub retracts: Option<Retracts>,
}

impl KnownEvent {
    /// What names it.
    #[must_use]
    pub fn key(&self) -> EventKey {
        EventKey {
            subject: self.instance.clone(),
            source: self.event.source.clone(),
            id: self.event.id.clone(),
        }
    }
}

/// None only for entries without a period, which the check of the book has refused before.
pub(super) fn reading(entry: ReadingEntry) -> Option<KnownReading> {
    let ReadingEntry {
        instance,
        meter,
        month,
        period,
        quantity,
        coverage,
        revision,
        known,
        estimated,
        tolerance,
        evidence,
    } = entry;
    let of_month = month.and_then(|month| {
        let next = month.after(1).ok()?;
        Period::new(month.first_day(), next.first_day()).ok()
    });
    let reading = MeterReading {
        instance,
        meter,
        period: period.or(of_month)?,
        quantity,
        coverage,
        revision,
        evidence,
        estimated,
        tolerance,
    };
    Some(KnownReading { reading, known })
}

pub(super) fn sample(entry: SampleEntry) -> (String, String, Sample) {
    let SampleEntry {
        instance,
        meter,
        series,
        time,
        kind,
        start,
        value,
    } = entry;
    let key: Arc<str> = format!("{instance}/{meter}/{series}").into();
    let kind = match kind {
        SampleKindEntry::Cumulative => SampleKind::Cumulative,
        SampleKindEntry::Delta => SampleKind::Delta,
        SampleKindEntry::Gauge => SampleKind::Gauge,
    };
    let sample = Sample {
        series: SeriesKey::new(key),
        time,
        start,
        kind,
        value,
    };
    (instance, meter, sample)
}

pub(super) fn event(entry: EventEntry) -> KnownEvent {
    let EventEntry {
        instance,
        meter,
        source,
        id,
        subject,
        time,
        quantity,
        dims,
        voids,
        replaces,
    } = entry;
    let event = UsageEvent {
        source,
        id,
        subject,
        time,
        quantity,
        dims,
    };
    // The check refuses an event that does both.
    let voids = voids.map(Retracts::Voids);
    KnownEvent {
        instance,
        meter,
        event,
        retracts: voids.or(replaces.map(Retracts::Replaces)),
    }
}
