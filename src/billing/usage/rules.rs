//! The rules a meter is made of: aggregation, series, gaps, resets, zone and unit.

use serde::{Deserialize, Serialize};

/// How records become one number.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Aggregation {
    /// Sum of the quantities (of delta samples: of the values).
    Sum,
    /// Number of records.
    Count,
    /// Number of distinct subjects.
    UniqueSubjects,
    /// Number of distinct values of the named attribute.
    UniqueBy(String),
    /// The largest value.
    Max,
    /// The smallest value.
    Min,
    /// The last value.
    Latest,
    /// The arithmetic mean of the values, however far apart they are.
    Average,
    /// The mean weighted by the time each value held: gigabyte-months.
    TimeWeighted,
    /// The increase of a counter, through restarts.
    Increase,
    /// The 95th percentile of a gauge's values by nearest rank.
    P95,
    /// The 95th percentile of a counter's rates over five minutes, in raw units a second.
    P95Rate,
}

/// What several series of one instance mean together.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum SeriesRule {
    /// Each series is a part; the parts are added up.
    Sum,
    /// Each series repeats the same fact (as every process of Mastodon repeats the state of the
    /// job queues); the one with the best coverage counts, of equals the first by key.
    TakeOne,
}

/// What unmeasured time means. Whether it was filled or left out, the reading says what was
/// measured.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum GapRule {
    /// Unmeasured time is billed at the mean of the measured time; the reading says "estimated".
    MeasuredMean,
    /// Unmeasured time counts as zero, to the advantage of the customer.
    Zero,
}

/// What it means that a counter fell without saying that it began anew.
#[derive(
    Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema,
)]
#[serde(rename_all = "snake_case")]
pub enum ResetRule {
    /// It began anew from zero: everything it shows was counted since.
    #[default]
    FromZero,
    /// It was put back by hand or by another source: the step adds nothing.
    Nothing,
}

/// In which zone the days of a period begin.
#[derive(
    Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema,
)]
#[serde(rename_all = "snake_case")]
pub enum MeterZone {
    /// In the contract's.
    #[default]
    Contract,
    /// In UTC: Mastodon counts people and reports by days of UTC, which cannot be cut elsewhere.
    Utc,
}

/// The unit in which a meter's quantity is billed. Decimal and binary multiples are two units.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum BilledUnit {
    /// Things that are counted: people, reports, mails, domains.
    Piece,
    /// GB, 10^9 bytes (IEC 80000-13).
    Gigabyte,
    /// GiB, 2^30 bytes (IEC 80000-13).
    Gibibyte,
    /// Mbit/s, 125,000 bytes a second.
    MegabitPerSecond,
    /// Hours, of minutes or of seconds.
    Hour,
}

impl BilledUnit {
    /// Whether so many raw units make one of these.
    pub fn holds(self, unit_size: u64) -> bool {
        match self {
            Self::Piece => unit_size == 1,
            Self::Gigabyte => unit_size == 1_000_000_000,
            Self::Gibibyte => unit_size == 1 << 30,
            Self::MegabitPerSecond => unit_size == 125_000,
            Self::Hour => matches!(unit_size, 1 | 60 | 3_600),
        }
    }
}
