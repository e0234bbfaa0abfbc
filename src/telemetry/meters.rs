//! The meter catalogue: which metric or event feeds which meter, in which unit.
//!
//! A [`Meter`] says how records become a quantity; a [`Feed`] says which records are meant. The
//! catalogue holds the ready-made meters for Mastodon, each in every version it ever had: a period
//! is read by the version that held on its first day, today and in ten years. GB is 10^9 bytes
//! everywhere.

mod ready;

use chrono::{NaiveDate, TimeDelta};
use chrono_tz::Tz;

use crate::billing::usage::{Meter, MeterZone, Records};

pub use ready::{
    ACTIVE_USERS, DOMAINS, EGRESS, EGRESS_P95, MAILS, MEDIA_STORAGE, MEDIA_STORAGE_GIB,
    MODERATION_HOURS, MODERATION_TIME_ENTRY, REPORTS, SEATS, SUPPORT_HOURS, SUPPORT_TIME_ENTRY,
    catalogue,
};

/// Ruby's exporter process puts this before every name, its in-process mode does not; the same
/// Mastodon is seen both ways (`discourse/prometheus_exporter`, `lib/prometheus_exporter/server`).
const RUBY_PREFIX: &str = "ruby_";
/// The unit of plain counts (UCUM): sources write `1`, nothing, or a word in braces.
const ONE: &str = "1";

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
    /// How far before a period its last earlier sample is looked for; whole hours.
    pub lookback: TimeDelta,
    /// The first day of periods that are read by this version.
    pub from: NaiveDate,
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
            ..
        } = &self.feed
        else {
            return Ok(false);
        };
        if !names.contains(&bare_name(metric)) {
            return Ok(false);
        }
        let counts = |unit: &str| unit.starts_with('{') && unit.ends_with('}');
        match unit {
            Some(stated) if *expected == ONE && counts(stated) => Ok(true),
            Some(stated) if stated != *expected => Err(expected),
            _ => Ok(true),
        }
    }

    /// Whether samples of a kind can be read as the meter asks; a series of another kind is left
    /// out, so that it does not take the reading of the others with it.
    pub fn fits(&self, kind: super::SampleKind) -> bool {
        self.meter.fits(kind.into())
    }

    /// What the meter reads.
    pub fn records(&self) -> Records {
        match self.feed {
            Feed::Metrics { .. } => Records::Samples,
            Feed::Events { .. } => Records::Events,
        }
    }

    /// The zone in which its periods are cut, for a contract of a zone.
    pub fn zone(&self, contract: Tz) -> Tz {
        match self.meter.zone {
            MeterZone::Contract => contract,
            MeterZone::Utc => Tz::UTC,
        }
    }
}

/// A metric's name without the prefix of Ruby's exporter process.
pub fn bare_name(metric: &str) -> &str {
    metric.strip_prefix(RUBY_PREFIX).unwrap_or(metric)
}

/// The newest version of the meter of a name, `None` if there is no such meter.
pub fn metering(name: &str) -> Option<Metering> {
    metering_on(name, NaiveDate::MAX)
}

/// The version of a meter by which a period is read that begins on a day.
pub fn metering_on(name: &str, first_day: NaiveDate) -> Option<Metering> {
    let versions = catalogue().into_iter();
    let held = versions.filter(|one| one.meter.name == name && one.from <= first_day);
    held.max_by_key(|one| one.meter.version)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn both_spellings_feed_a_meter_and_a_wrong_unit_is_named() {
        let storage = metering(MEDIA_STORAGE).unwrap();
        let takes = |metric, unit| storage.takes(metric, unit);
        assert_eq!(takes("mastodon.media.storage.bytes", Some("By")), Ok(true));
        assert_eq!(takes("mastodon_media_storage_bytes", None), Ok(true));
        assert_eq!(takes("ruby_mastodon_media_storage_bytes", None), Ok(true));
        assert_eq!(
            takes("mastodon.media.storage.bytes", Some("KiBy")),
            Err("By")
        );
        assert_eq!(takes("mastodon.egress.bytes", Some("By")), Ok(false));
    }

    #[test]
    fn counts_come_without_a_unit_or_with_a_word_in_braces() {
        let people = metering(ACTIVE_USERS).unwrap();
        for unit in [None, Some("1"), Some("{user}")] {
            assert_eq!(
                people.takes("mastodon.admin.active_users", unit),
                Ok(true),
                "{unit:?}"
            );
        }
        assert_eq!(
            people.takes("mastodon.admin.active_users", Some("By")),
            Err("1")
        );
    }

    #[test]
    fn versions_of_a_meter_count_up_and_follow_each_other() {
        let all = catalogue();
        for one in &all {
            let name = &one.meter.name;
            let own: Vec<_> = all
                .iter()
                .filter(|other| other.meter.name == *name)
                .collect();
            let versions: Vec<u32> = own.iter().map(|one| one.meter.version).collect();
            let upto = u32::try_from(own.len()).unwrap();
            assert_eq!(versions, (1..=upto).collect::<Vec<_>>(), "{name}");
            assert!(own.is_sorted_by(|a, b| a.from < b.from), "{name}");
            assert_eq!(
                own[0].from,
                NaiveDate::MIN,
                "{name}: its first version holds for ever"
            );
            assert_eq!(
                one.lookback.num_seconds() % 3_600,
                0,
                "{name}: hours are looked back"
            );
        }
    }

    /// A version that was used never changes: add the next one with its first day.
    #[test]
    fn no_version_of_a_meter_changes() {
        let told: Vec<String> = catalogue()
            .iter()
            .map(|one| {
                let body = serde_json::to_string(&one.meter).unwrap();
                let (feed, lookback) = (&one.feed, one.lookback);
                format!("{body} {feed:?} {lookback} from {}\n", one.from)
            })
            .collect();
        let hash = crate::telemetry::evidence::sha256_hex(told.concat().as_bytes());
        assert_eq!(hash, KNOWN, "{}", told.concat());
    }

    const KNOWN: &str = "4a4ef7353545a576bea55ee6557f246ada28f64222e1896656f6b726af495838";
}
