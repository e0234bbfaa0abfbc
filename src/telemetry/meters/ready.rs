//! The ready-made meters for Mastodon.
//!
//! Sources: Mastodon's documentation of the admin API (`methods/admin/measures`),
//! `prometheus_exporter`, and the semantic conventions of OpenTelemetry for names with dots.

use chrono::{NaiveDate, TimeDelta};

use super::{Feed, Metering, ONE};
use crate::billing::usage::{
    Aggregation, BilledUnit, GapRule, Meter, MeterZone, ResetRule, SeriesRule,
};
use crate::billing::{Percent, Rounding};

/// Monthly active users: Mastodon's own estimate for a month of UTC.
pub const ACTIVE_USERS: &str = "active_users";
/// Media storage in GB-months: the time-weighted mean of the bucket's size.
pub const MEDIA_STORAGE: &str = "media_storage";
/// The same in GiB-months, for contracts that say so.
pub const MEDIA_STORAGE_GIB: &str = "media_storage_gib";
/// Data sent to the world, in GB.
pub const EGRESS: &str = "egress";
/// The 95th percentile of data sent to the world, in Mbit/s.
pub const EGRESS_P95: &str = "egress_p95";
/// Mails that the relay took.
pub const MAILS: &str = "mails_sent";
/// Reports that were decided.
pub const REPORTS: &str = "reports_handled";
/// Support time in hours, in steps of 15 minutes.
pub const SUPPORT_HOURS: &str = "support_hours";
/// The type of a support time entry.
pub const SUPPORT_TIME_ENTRY: &str = "herdbook.support.time_entry";
/// Moderation time in hours, in steps of 15 minutes.
pub const MODERATION_HOURS: &str = "moderation_hours";
/// The type of a moderation time entry.
pub const MODERATION_TIME_ENTRY: &str = "herdbook.moderation.time_entry";
/// Domains that were served: the most at once.
pub const DOMAINS: &str = "domains";
/// Seats of staff: the last count.
pub const SEATS: &str = "seats";

const BYTES_PER_GB: u64 = 1_000_000_000;
const BYTES_PER_GIB: u64 = 1 << 30;
/// A megabit a second is 125,000 bytes a second.
const BYTES_PER_MEGABIT: u64 = 125_000;
const MINUTES_PER_HOUR: u64 = 60;
const STEP_MINUTES: u64 = 15;
/// An inventory or a count of the day may be late by two hours.
const DAY_AND_SLACK: u32 = 26 * 3_600;

/// All ready-made meters, the versions of each in their order.
pub fn catalogue() -> Vec<Metering> {
    vec![
        media_storage(MEDIA_STORAGE, BYTES_PER_GB, BilledUnit::Gigabyte),
        media_storage(MEDIA_STORAGE_GIB, BYTES_PER_GIB, BilledUnit::Gibibyte),
        egress(),
        egress_p95(),
        active_users(),
        mails(),
        reports(),
        hours(SUPPORT_HOURS, SUPPORT_TIME_ENTRY),
        hours(MODERATION_HOURS, MODERATION_TIME_ENTRY),
        domains(),
        seats(),
    ]
}

fn meter(name: &str, aggregation: Aggregation, (size, unit): (u64, BilledUnit)) -> Meter {
    Meter {
        name: name.to_owned(),
        aggregation,
        series_rule: SeriesRule::Sum,
        // Three five-minute samples may be missing before a level counts as unknown.
        max_hold_seconds: 1_200,
        gaps: GapRule::MeasuredMean,
        unit_size: size,
        places: 9,
        rounding: Rounding::HalfUp,
        version: 1,
        unit: Some(unit),
        zone: MeterZone::Contract,
        reset_rule: ResetRule::FromZero,
        source_priority: Vec::new(),
        tolerance: None,
    }
}

fn metering(meter: Meter, feed: Feed, lookback: TimeDelta) -> Metering {
    let from = NaiveDate::MIN;
    Metering {
        meter,
        feed,
        lookback,
        from,
    }
}

const fn metrics(names: &'static [&'static str], unit: &'static str) -> Feed {
    Feed::Metrics { names, unit }
}

fn media_storage(name: &str, size: u64, unit: BilledUnit) -> Metering {
    let names = &[
        "mastodon.media.storage.bytes",
        "mastodon_media_storage_bytes",
    ];
    let meter = meter(name, Aggregation::TimeWeighted, (size, unit));
    metering(meter, metrics(names, "By"), TimeDelta::hours(1))
}

const EGRESS_NAMES: &[&str] = &["mastodon.egress.bytes", "mastodon_egress_bytes_total"];

fn egress() -> Metering {
    let meter = meter(
        EGRESS,
        Aggregation::Increase,
        (BYTES_PER_GB, BilledUnit::Gigabyte),
    );
    // A collector may be away for a day; the growth it then reports belongs to its sample.
    metering(meter, metrics(EGRESS_NAMES, "By"), TimeDelta::days(1))
}

fn egress_p95() -> Metering {
    let unit = (BYTES_PER_MEGABIT, BilledUnit::MegabitPerSecond);
    let meter = meter(EGRESS_P95, Aggregation::P95Rate, unit);
    metering(meter, metrics(EGRESS_NAMES, "By"), TimeDelta::hours(1))
}

/// The total of the whole month, never the sum of its days, which share people. It is an estimate
/// of a HyperLogLog with a standard error of 0.81 per cent (Redis, `PFCOUNT`,
/// <https://redis.io/docs/latest/commands/pfcount/>); three of them are let pass at a band.
fn active_users() -> Metering {
    let meter = Meter {
        // The newest total of a month holds until the next one, at the latest for a month.
        max_hold_seconds: 31 * 24 * 3_600,
        series_rule: SeriesRule::TakeOne,
        places: 0,
        zone: MeterZone::Utc,
        tolerance: "2.43".parse::<Percent>().ok(),
        ..meter(ACTIVE_USERS, Aggregation::Latest, (1, BilledUnit::Piece))
    };
    let feed = metrics(&["mastodon.admin.active_users"], ONE);
    metering(meter, feed, TimeDelta::zero())
}

/// From the relay: what Mastodon counts are attempts.
fn mails() -> Metering {
    let names = &["mastodon.mails.sent", "mastodon_mails_sent_total"];
    let meter = Meter {
        places: 0,
        ..meter(MAILS, Aggregation::Increase, (1, BilledUnit::Piece))
    };
    metering(meter, metrics(names, ONE), TimeDelta::days(1))
}

/// By day of UTC, as Mastodon counts them. A report that is opened again leaves its day: what was
/// reported first counts, so that a closed month does not change by itself.
fn reports() -> Metering {
    let meter = Meter {
        places: 0,
        zone: MeterZone::Utc,
        series_rule: SeriesRule::TakeOne,
        ..meter(REPORTS, Aggregation::Sum, (1, BilledUnit::Piece))
    };
    let feed = metrics(&["mastodon.admin.resolved_reports"], ONE);
    metering(meter, feed, TimeDelta::zero())
}

fn hours(name: &'static str, event: &'static str) -> Metering {
    let unit = (MINUTES_PER_HOUR, BilledUnit::Hour);
    let meter = Meter {
        places: 2,
        ..meter(name, Aggregation::Sum, unit)
    };
    let feed = Feed::Events {
        name: event,
        field: "minutes",
        step: STEP_MINUTES,
    };
    metering(meter, feed, TimeDelta::zero())
}

fn domains() -> Metering {
    let names = &["mastodon.domains", "mastodon_domains"];
    let meter = Meter {
        max_hold_seconds: DAY_AND_SLACK,
        places: 0,
        series_rule: SeriesRule::TakeOne,
        ..meter(DOMAINS, Aggregation::Max, (1, BilledUnit::Piece))
    };
    metering(meter, metrics(names, ONE), TimeDelta::hours(26))
}

fn seats() -> Metering {
    let names = &["mastodon.seats", "mastodon_seats"];
    let meter = Meter {
        max_hold_seconds: DAY_AND_SLACK,
        places: 0,
        series_rule: SeriesRule::TakeOne,
        ..meter(SEATS, Aggregation::Latest, (1, BilledUnit::Piece))
    };
    metering(meter, metrics(names, ONE), TimeDelta::hours(26))
}
