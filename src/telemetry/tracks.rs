//! Samples of many requests on their way into hourly partials, each series by itself.
//!
//! What is held are differences between samples, and a series is looked up once a request.

mod packed;

use std::collections::{BTreeMap, HashMap};

use super::hours::{Place, hour_of};
use super::sample::{Decoded, Series, SeriesKey};
use crate::billing::usage::{self, Received, Sample, Stamped};
use packed::{Packed, Told};

/// What a series costs beside its name and its samples: a place in every list, and the beginning of
/// its bytes.
const SERIES_BYTES: usize = 512;

/// What a meter was told about a series, by hour; mostly the newest hour is the one that grows.
struct Track {
    key: usage::SeriesKey,
    instance: String,
    meter: usize,
    hours: Vec<(i64, Packed)>,
}

/// Collects the samples that meters take.
#[derive(Default)]
pub(super) struct Tracks {
    receipts: Vec<Received>,
    tracks: Vec<Track>,
    /// The tracks of a series: for each meter and rank of a source one.
    known: HashMap<SeriesKey, Vec<usize>>,
    names: Names,
    bytes: usize,
}

impl Tracks {
    /// How much memory all of it takes, about.
    pub fn bytes(&self) -> usize {
        self.bytes
    }

    /// Begins a request.
    pub fn received(&mut self, received: Received) {
        self.receipts.push(received);
    }

    /// Takes the samples of a series in wanted hours, for a meter that reads its source as one of
    /// this rank; what has no number is left out.
    pub fn take(
        &mut self,
        (meter, rank): (usize, u32),
        (decoded, series): (&Decoded, &Series),
        wanted: &dyn Fn(i64) -> bool,
    ) {
        // Ids of requests are 64 bits wide, those of one batch never come near 32.
        let Some(receipt) = self.receipts.len().checked_sub(1) else {
            return;
        };
        let receipt = u32::try_from(receipt).unwrap_or(u32::MAX);
        let mut track = None;
        for point in decoded.points_of(series) {
            let hour = hour_of(point.time);
            if !wanted(hour) || point.value.quantity().is_none() {
                continue;
            }
            let track = match track {
                Some(track) => track,
                None => *track.insert(self.track((meter, rank), &series.key)),
            };
            let told = Told {
                receipt,
                kind: series.kind,
                time: point.time,
                start: point.start,
                value: point.value,
            };
            let Some(Track { hours, .. }) = self.tracks.get_mut(track) else {
                continue;
            };
            let more = match hours.iter_mut().rev().find(|(of, _)| *of == hour) {
                Some((_, samples)) => samples.push(&told),
                None => {
                    let mut samples = Packed::default();
                    samples.push(&told);
                    hours.push((hour, samples));
                    SERIES_BYTES
                }
            };
            self.bytes = self.bytes.saturating_add(more);
        }
    }

    /// The place of a track, made where it is new.
    fn track(&mut self, (meter, rank): (usize, u32), series: &SeriesKey) -> usize {
        let of_meter = |place: &&usize| {
            let track = self.tracks.get(**place);
            track.is_some_and(|track| track.meter == meter && track.key.rank() == rank)
        };
        let known = self.known.get(series);
        if let Some(place) = known.and_then(|places| places.iter().find(of_meter)) {
            return *place;
        }
        let place = self.tracks.len();
        let key = self.names.named(series, rank);
        // Its name is written three times: as it came, as meters know it, and its instance.
        let more = key.as_str().len().saturating_mul(3);
        self.bytes = self.bytes.saturating_add(more);
        self.tracks.push(Track {
            key,
            instance: series.instance().to_owned(),
            meter,
            hours: Vec::new(),
        });
        self.known.entry(series.clone()).or_default().push(place);
        place
    }

    /// Hands out what was collected: for each place its series, in the order of their keys.
    pub fn places(
        self,
    ) -> impl Iterator<Item = (Place, impl Iterator<Item = Vec<Stamped<Sample>>>)> {
        let mut of: BTreeMap<Place, Vec<(usage::SeriesKey, Packed)>> = BTreeMap::new();
        for track in self.tracks {
            for (hour, told) in track.hours {
                let place = Place {
                    hour,
                    instance: track.instance.clone(),
                    meter: track.meter,
                };
                of.entry(place).or_default().push((track.key.clone(), told));
            }
        }
        let receipts = std::sync::Arc::<[Received]>::from(self.receipts);
        of.into_iter().map(move |(place, mut series)| {
            series.sort_unstable_by(|one, two| one.0.cmp(&two.0));
            let receipts = receipts.clone();
            let series = series.into_iter();
            let samples = series.map(move |(key, told)| stamped(&key, &told, &receipts));
            (place, samples)
        })
    }
}

fn stamped(key: &usage::SeriesKey, told: &Packed, receipts: &[Received]) -> Vec<Stamped<Sample>> {
    let one = |told: Told| {
        let received = *receipts.get(usize::try_from(told.receipt).ok()?)?;
        let record = Sample {
            series: key.clone(),
            time: told.time,
            start: told.start,
            kind: told.kind.into(),
            value: told.value.quantity()?,
        };
        Some(Stamped { received, record })
    };
    let mut samples = Vec::with_capacity(told.count());
    samples.extend(told.samples().filter_map(one));
    samples
}

/// The name under which meters know a series, written once: most requests name the same ones.
#[derive(Default)]
pub(super) struct Names(HashMap<SeriesKey, Vec<usage::SeriesKey>>);

impl Names {
    /// The name of a series as a source of this rank reports it.
    pub fn named(&mut self, series: &SeriesKey, rank: u32) -> usage::SeriesKey {
        let of_rank = |key: &&usage::SeriesKey| key.rank() == rank;
        let known = self.0.get(series);
        if let Some(key) = known.and_then(|keys| keys.iter().find(of_rank)) {
            return key.clone();
        }
        let key = usage::SeriesKey::new(series.to_string()).ranked(rank);
        let keys = self.0.entry(series.clone()).or_default();
        keys.push(key.clone());
        key
    }
}
