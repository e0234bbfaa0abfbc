//! From evidence to hourly partials: what chunks say about an hour, for every meter and instance.
//!
//! A pure function of the *set* of chunks that overlap the hour, as `readings` is of those that
//! overlap a period; both take records in the same way.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use super::Event;
use super::evidence::{Chunk, EvidenceError};
use super::meters::{Feed, Metering, bare_name};
use super::readings::{samples_of, usage_event};
use crate::billing::usage::{
    Partial, Received, Sample, Stamped, UsageEvent, roll_events, roll_samples,
};

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

/// Rolls hours out of chunks, for the meters given. All chunks that overlap the wanted hours and
/// may speak about the instances have to be there; what they say about other hours is left out.
///
/// # Errors
/// [`EvidenceError`] of a chunk that was changed.
pub fn roll<'a>(
    chunks: impl IntoIterator<Item = &'a Chunk>,
    meterings: &[Metering],
    wanted: &BTreeSet<i64>,
) -> Result<BTreeMap<Place, Partial>, EvidenceError> {
    let index = Index::of(meterings);
    let mut taken: BTreeMap<Place, Taken> = BTreeMap::new();
    let mut seen = BTreeSet::new();
    for chunk in chunks {
        // The same chunk twice is one chunk.
        if seen.insert(chunk.id) {
            take(chunk, meterings, &index, wanted, &mut taken)?;
        }
    }
    let rolled = taken.into_iter().filter_map(|(place, taken)| {
        let meter = &meterings.get(place.meter)?.meter;
        let partial = match taken {
            Taken::Samples(samples) => roll_samples(meter, samples).0,
            Taken::Events(events) => roll_events(events).0,
        };
        (!partial.is_empty()).then_some((place, partial))
    });
    Ok(rolled.collect())
}

/// The instances that a chunk speaks about.
///
/// # Errors
/// [`EvidenceError`] of a chunk that was changed.
pub fn instances(chunk: &Chunk) -> Result<BTreeSet<String>, EvidenceError> {
    let decoded = chunk.decoded()?;
    let of_series = decoded.series.iter().map(|series| series.key.instance());
    let of_events = decoded.events.iter().map(|event| event.subject.as_str());
    Ok(of_series.chain(of_events).map(str::to_owned).collect())
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

/// What one place was told.
enum Taken {
    Samples(Vec<Stamped<Sample>>),
    Events(Vec<Stamped<UsageEvent>>),
}

fn take(
    chunk: &Chunk,
    meterings: &[Metering],
    index: &Index,
    wanted: &BTreeSet<i64>,
    taken: &mut BTreeMap<Place, Taken>,
) -> Result<(), EvidenceError> {
    let decoded = chunk.decoded()?;
    let received = Received {
        at: chunk.received_at,
        chunk: chunk.id,
    };
    // A source that stands for one instance is not believed about others.
    let own = chunk.instance.as_deref().filter(|own| !own.is_empty());
    let heard = |instance: &str| own.is_none_or(|own| own == instance);
    for series in decoded
        .series
        .iter()
        .filter(|series| heard(series.key.instance()))
    {
        let Some(places) = index.metrics.get(bare_name(series.key.metric())) else {
            continue;
        };
        for meter in places {
            let Some(metering) = meterings.get(*meter) else {
                continue;
            };
            if metering.takes(series.key.metric(), series.unit.as_deref()) != Ok(true) {
                continue;
            }
            let rank = metering.meter.rank(chunk.kind.code());
            let found = samples_of(rank, (&decoded, series), |_| {});
            let mut run: Option<(i64, Vec<Stamped<Sample>>)> = None;
            for record in found {
                let hour = record.time.timestamp_micros().div_euclid(HOUR_MICROS);
                if !wanted.contains(&hour) {
                    continue;
                }
                // Neighbouring points mostly share their hour: each place is looked up once.
                match &mut run {
                    Some((of, records)) if *of == hour => {
                        records.push(Stamped { received, record });
                    }
                    _ => {
                        put(taken, run.take(), series.key.instance(), *meter);
                        run = Some((hour, vec![Stamped { received, record }]));
                    }
                }
            }
            put(taken, run, series.key.instance(), *meter);
        }
    }
    let events = decoded.events.iter();
    for event in events.filter(|event| heard(&event.subject)) {
        take_event(event, received, (meterings, index, wanted), taken);
    }
    Ok(())
}

fn put(
    taken: &mut BTreeMap<Place, Taken>,
    run: Option<(i64, Vec<Stamped<Sample>>)>,
    instance: &str,
    meter: usize,
) {
    let Some((hour, records)) = run else { return };
    let instance = instance.to_owned();
    let place = Place {
        hour,
        instance,
        meter,
    };
    let of = taken
        .entry(place)
        .or_insert_with(|| Taken::Samples(Vec::new()));
    if let Taken::Samples(samples) = of {
        samples.extend(records);
    }
}

fn take_event(
    event: &Event,
    received: Received,
    (meterings, index, wanted): (&[Metering], &Index, &BTreeSet<i64>),
    taken: &mut BTreeMap<Place, Taken>,
) {
    let hour = event.time.timestamp_micros().div_euclid(HOUR_MICROS);
    if !wanted.contains(&hour) {
        return;
    }
    let places = index.events.get(event.name.as_str());
    for meter in places.into_iter().flatten() {
        let feed = meterings.get(*meter).map(|metering| &metering.feed);
        let Some(Feed::Events { field, step, .. }) = feed else {
            continue;
        };
        let Some(record) = usage_event(event, field, *step) else {
            continue;
        };
        let place = Place {
            hour,
            instance: event.subject.clone(),
            meter: *meter,
        };
        let of = taken
            .entry(place)
            .or_insert_with(|| Taken::Events(Vec::new()));
        if let Taken::Events(events) = of {
            events.push(Stamped { received, record });
        }
    }
}
