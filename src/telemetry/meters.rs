//! The meter catalogue: which metric or event feeds which meter, in which unit.
//!
//! A [`Meter`] says how records become a quantity; a [`Feed`] says which records are meant. The
//! catalogue holds the ready-made meters for Mastodon. GB is 10^9 bytes everywhere.

use chrono::TimeDelta;

use crate::billing::Rounding;
use crate::billing::usage::{Aggregation, GapRule, Meter, SeriesRule};

/// Media storage in GB-months: the time-weighted mean of the bucket's size.
pub const MEDIA_STORAGE: &str = "media_storage";
/// Data sent to the world, in GB.
pub const EGRESS: &str = "egress";
/// Support time in hours, in steps of 15 minutes.
pub const SUPPORT_HOURS: &str = "support_hours";
/// The type of a support time entry.
pub const SUPPORT_TIME_ENTRY: &str = "herdbook.support.time_entry";

const BYTES_PER_GB: u64 = 1_000_000_000;
const MINUTES_PER_HOUR: u64 = 60;
const STEP_MINUTES: u64 = 15;
/// Ruby's exporter process puts this before every name, its in-process mode does not; the same
/// Mastodon is seen both ways (`discourse/prometheus_exporter`, `lib/prometheus_exporter/server`).
const RUBY_PREFIX: &str = "ruby_";

/// Where a meter's records come from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Feed {
    /// Samples of any of these metrics, in this unit where the source states one.
    Metrics {
        names: &'static [&'static str],
        unit: &'static str,
    },
    /// Events of this type; the billed amount is a member of the payload, rounded up to a step.
    Events {
        name: &'static str,
        field: &'static str,
        step: u64,
    },
}

/// A ready-made meter with its feed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Metering {
    pub meter: Meter,
    pub feed: Feed,
    /// How far before a period its last earlier sample is looked for.
    pub lookback: TimeDelta,
}

impl Metering {
    /// Whether a metric of this name and stated unit feeds the meter. `Err` when the name fits and
    /// the unit does not: such a series must be seen, not mixed in.
    ///
    /// # Errors
    /// The unit the meter expects.
    pub fn takes(&self, metric: &str, unit: Option<&str>) -> Result<bool, &'static str> {
        let Feed::Metrics {
            names,
            unit: expected,
        } = &self.feed
        else {
            return Ok(false);
        };
        if !names.contains(&bare_name(metric)) {
            return Ok(false);
        }
        match unit {
            Some(stated) if stated != *expected => Err(expected),
            _ => Ok(true),
        }
    }
}

/// A metric's name without the prefix of Ruby's exporter process.
pub fn bare_name(metric: &str) -> &str {
    metric.strip_prefix(RUBY_PREFIX).unwrap_or(metric)
}

/// The meter of a name, `None` if there is no such meter.
pub fn metering(name: &str) -> Option<Metering> {
    catalogue()
        .into_iter()
        .find(|metering| metering.meter.name == name)
}

/// All ready-made meters.
pub fn catalogue() -> Vec<Metering> {
    vec![media_storage(), egress(), support_hours()]
}

fn meter(name: &str, aggregation: Aggregation, unit_size: u64, places: u32) -> Meter {
    Meter {
        name: name.to_owned(),
        aggregation,
        series_rule: SeriesRule::Sum,
        // Three five-minute samples may be missing before a level counts as unknown.
        max_hold_seconds: 1_200,
        gaps: GapRule::MeasuredMean,
        unit_size,
        places,
        rounding: Rounding::HalfUp,
    }
}

fn media_storage() -> Metering {
    Metering {
        meter: meter(MEDIA_STORAGE, Aggregation::TimeWeighted, BYTES_PER_GB, 9),
        feed: Feed::Metrics {
            names: &[
                "mastodon.media.storage.bytes",
                "mastodon_media_storage_bytes",
            ],
            unit: "By",
        },
        lookback: TimeDelta::hours(1),
    }
}

fn egress() -> Metering {
    Metering {
        meter: meter(EGRESS, Aggregation::Increase, BYTES_PER_GB, 9),
        feed: Feed::Metrics {
            names: &["mastodon.egress.bytes", "mastodon_egress_bytes_total"],
            unit: "By",
        },
        // A collector may be away for a day; the growth it then reports belongs to its sample.
        lookback: TimeDelta::days(1),
    }
}

fn support_hours() -> Metering {
    Metering {
        meter: meter(SUPPORT_HOURS, Aggregation::Sum, MINUTES_PER_HOUR, 2),
        feed: Feed::Events {
            name: SUPPORT_TIME_ENTRY,
            field: "minutes",
            step: STEP_MINUTES,
        },
        lookback: TimeDelta::zero(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn both_spellings_feed_a_meter_and_a_wrong_unit_is_named() {
        let storage = metering(MEDIA_STORAGE).unwrap();
        assert_eq!(
            storage.takes("mastodon.media.storage.bytes", Some("By")),
            Ok(true)
        );
        assert_eq!(
            storage.takes("mastodon_media_storage_bytes", None),
            Ok(true)
        );
        assert_eq!(
            storage.takes("ruby_mastodon_media_storage_bytes", None),
            Ok(true)
        );
        assert_eq!(
            storage.takes("mastodon.media.storage.bytes", Some("KiBy")),
            Err("By")
        );
        assert_eq!(
            storage.takes("mastodon.egress.bytes", Some("By")),
            Ok(false)
        );
    }

    #[test]
    fn every_meter_has_its_own_name() {
        let mut names: Vec<String> = catalogue().into_iter().map(|one| one.meter.name).collect();
        let count = names.len();
        names.sort();
        names.dedup();
        assert_eq!(names.len(), count);
    }
}
