//! What is drawn of an instance: levels, growth and support time, step by step.

use chrono::{DateTime, TimeDelta, Timelike, Utc};

use super::{MOST_STEPS, Protocol, Settings, SimulationError, Total};
use crate::billing::Ratio;
use crate::telemetry::encode::{self, Outgoing, OutgoingEvent, OutgoingPoint};
use crate::telemetry::meters::{
    EGRESS, MEDIA_STORAGE, SUPPORT_HOURS, SUPPORT_TIME_ENTRY, metering,
};
use crate::telemetry::sample::SampleKind;

/// Load of an hour of the day (UTC) in percent of the mean: nights are quiet.
const LOAD: [i64; 24] = [
    45, 35, 30, 28, 30, 40, 60, 85, 105, 115, 120, 125, 130, 125, 120, 120, 125, 135, 145, 155,
    150, 130, 100, 67,
];
/// Listeners whose counters are summed.
const LISTENERS: [&str; 2] = ["http", "https"];

/// What was drawn: levels, growth and support time, step by step.
pub(super) struct Drawn<'a> {
    settings: &'a Settings,
    level: Vec<i64>,
    growth: [Vec<i64>; 2],
    minutes: Vec<Option<u32>>,
}

impl<'a> Drawn<'a> {
    /// Draws the whole span.
    pub(super) fn new(settings: &'a Settings) -> Self {
        let steps = settings.steps.min(MOST_STEPS);
        let mut noise = Noise(settings.seed);
        let mut drawn = Self {
            settings,
            level: Vec::new(),
            growth: [Vec::new(), Vec::new()],
            minutes: Vec::new(),
        };
        let mut level = 400_000_000_000 + noise.below(100_000_000_000);
        for step in 0..steps {
            let at = drawn.time(step as usize);
            let load = LOAD.get(at.hour() as usize).copied().unwrap_or(100);
            let seconds = i64::from(settings.step_seconds);
            // New media with the day's load; remote media are cleared at three in the morning.
            level += load * seconds * 200 + noise.below(50_000);
            if at.hour() == 3 && at.minute() == 0 {
                level -= level / 50;
            }
            drawn.level.push(level);
            for (listener, growth) in drawn.growth.iter_mut().enumerate() {
                let share = if listener == 0 { 1 } else { 19 };
                let mean = 30_000 * share * seconds * load / 100;
                // A counter begins at nothing: what it showed before is nobody's.
                let grown = if step == 0 {
                    0
                } else {
                    mean + noise.below(mean + 1)
                };
                growth.push(grown);
            }
            let called = noise.below(i64::from(86_400 / settings.step_seconds.clamp(1, 86_400)));
            let minutes = u32::try_from(5 + noise.below(115)).unwrap_or(5);
            drawn.minutes.push((called < 6).then_some(minutes));
        }
        drawn
    }

    fn time(&self, step: usize) -> DateTime<Utc> {
        let step = i64::try_from(step).unwrap_or_default();
        self.settings.start + TimeDelta::seconds(i64::from(self.settings.step_seconds) * step)
    }

    /// What the counters show, through restarts: a process that comes up has counted everything
    /// since the sample before it.
    pub(super) fn shown(&self, restarts: &[usize]) -> [Vec<i64>; 2] {
        let of = |growth: &Vec<i64>| {
            let mut value = 0;
            let shown = growth.iter().enumerate().map(|(step, grown)| {
                let fresh = restarts.contains(&step);
                value = if fresh { *grown } else { value + grown };
                value
            });
            shown.collect()
        };
        [of(&self.growth[0]), of(&self.growth[1])]
    }

    /// One request over a range of steps; none when nothing happened in it.
    pub(super) fn request(
        &self,
        shown: &[Vec<i64>; 2],
        range: std::ops::Range<usize>,
    ) -> Result<Option<Vec<u8>>, SimulationError> {
        let settings = self.settings;
        if settings.protocol == Protocol::CloudEvents {
            let events: Vec<OutgoingEvent> = range.filter_map(|step| self.event(step)).collect();
            let bytes = (!events.is_empty()).then(|| encode::cloud_event_batch(&events));
            return Ok(bytes.transpose()?);
        }
        let points = |values: &[i64]| -> Vec<OutgoingPoint> {
            let point = |step: usize| OutgoingPoint {
                time: self.time(step),
                start: None,
                value: values.get(step).copied().unwrap_or_default(),
            };
            range.clone().map(point).collect()
        };
        let dotted = matches!(
            settings.protocol,
            Protocol::OtlpProtobuf | Protocol::OtlpJson
        );
        let (level, counter) = if dotted {
            ("mastodon.media.storage.bytes", "mastodon.egress.bytes")
        } else {
            (
                "mastodon_media_storage_bytes",
                "mastodon_egress_bytes_total",
            )
        };
        let instance = settings.instance.as_str();
        let levels = points(&self.level);
        let counts = shown.each_ref().map(|values| points(values));
        let labels = LISTENERS.map(|listener| [("listener", listener)]);
        let mut series = vec![Outgoing {
            instance,
            metric: level,
            labels: &[("bucket", "media")],
            kind: SampleKind::Gauge,
            points: &levels,
        }];
        series.extend(counts.iter().zip(&labels).map(|(points, labels)| Outgoing {
            instance,
            metric: counter,
            labels,
            kind: SampleKind::Cumulative,
            points,
        }));
        Ok(Some(match settings.protocol {
            Protocol::RemoteWrite1 => encode::remote_write_v1(&series)?,
            Protocol::RemoteWrite2 => encode::remote_write_v2(&series)?,
            Protocol::OtlpJson => encode::otlp_json_of(&series)?,
            Protocol::OtlpProtobuf | Protocol::CloudEvents => encode::otlp_protobuf_of(&series),
        }))
    }

    fn event(&self, step: usize) -> Option<OutgoingEvent> {
        let minutes = self.minutes.get(step).copied().flatten()?;
        let settings = self.settings;
        Some(OutgoingEvent {
            source: format!("simulation/{}", settings.seed),
            id: format!("entry-{step}"),
            name: SUPPORT_TIME_ENTRY,
            subject: settings.instance.clone(),
            time: self.time(step),
            minutes,
        })
    }

    /// Samples or events, each once.
    pub(super) fn unique(&self) -> u64 {
        let each = if self.settings.protocol == Protocol::CloudEvents {
            self.minutes.iter().flatten().count()
        } else {
            self.level.len() * (1 + LISTENERS.len())
        };
        each as u64
    }

    /// What has to be counted of each meter.
    pub(super) fn totals(&self) -> Result<Vec<Total>, SimulationError> {
        if self.settings.protocol == Protocol::CloudEvents {
            // Every started quarter of an hour counts.
            let quarters = self.minutes.iter().flatten().map(|one| one.div_ceil(15));
            let minutes = quarters.map(|quarters| i128::from(quarters) * 15).sum();
            return Ok(vec![total(SUPPORT_HOURS, Ratio::new(minutes, 1)?)?]);
        }
        let grown: i64 = self.growth.iter().flatten().sum();
        Ok(vec![
            total(EGRESS, Ratio::new(i128::from(grown), 1)?)?,
            total(MEDIA_STORAGE, self.mean()?)?,
        ])
    }

    /// The mean of the level over the time that it is known: each value holds until the next, the
    /// last one as long as the meter lets a value hold.
    fn mean(&self) -> Result<Ratio, SimulationError> {
        let hold = metering(MEDIA_STORAGE).map_or(0, |one| one.meter.max_hold_seconds);
        let step = i128::from(self.settings.step_seconds.min(hold));
        let (last, before) = match self.level.split_last() {
            Some((last, before)) => (*last, before),
            None => return Ok(Ratio::new(0, 1)?),
        };
        let weighted: i128 = before.iter().map(|level| i128::from(*level) * step).sum();
        let weighted = weighted + i128::from(last) * i128::from(hold);
        let seconds = before.len() as i128 * step + i128::from(hold);
        Ok(Ratio::new(weighted, seconds.max(1))?)
    }
}

fn total(meter: &'static str, exact: Ratio) -> Result<Total, SimulationError> {
    let size = metering(meter).map_or(1, |one| one.meter.unit_size);
    Ok(Total {
        meter,
        exact,
        billed: exact.over(Ratio::new(i128::from(size), 1)?)?,
    })
}

/// Numbers without a pattern, the same for the same seed (SplitMix64, Steele and others 2014).
struct Noise(u64);

impl Noise {
    fn below(&mut self, bound: i64) -> i64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut mixed = self.0;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        mixed ^= mixed >> 31;
        i64::try_from(mixed % u64::try_from(bound.max(1)).unwrap_or(1)).unwrap_or_default()
    }
}
