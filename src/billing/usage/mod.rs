//! Usage: from samples and events to one closed meter reading a period.
//!
//! Everything here is a pure function of a *set* of records: the order in which they arrived never
//! changes a result, a record that arrives twice counts once, and cutting a period in two never
//! changes what a counter has counted. Values are exact decimals, means are exact fractions until
//! the one rounding that the meter names.

mod aggregate;
mod counter;
mod dedupe;
mod event;
mod fold;
mod line;
mod meter;
mod partial;
mod percentile;
pub mod projection;
mod rate;
mod reading;
mod retract;
mod roll;
mod rules;
mod sample;
mod state;
mod weighted;

#[cfg(test)]
mod partial_properties;
#[cfg(test)]
mod properties;
#[cfg(test)]
mod retract_properties;
#[cfg(test)]
mod retract_tests;
#[cfg(test)]
mod rules_for_money;
#[cfg(test)]
mod tests;

pub use aggregate::{EventCount, UniqueBy, average, latest, maximum, minimum, sum, unique};
pub use counter::{Increase, increase};
pub use dedupe::{Deduped, Received, Stamped, dedupe_events, dedupe_samples};
pub use event::UsageEvent;
pub use fold::{Folded, Records, fold};
pub use meter::{Measured, Meter, read_events, read_samples};
pub use partial::{Between, Edge, Partial, Refusal, SeriesHour};
pub use percentile::p95;
pub use reading::MeterReading;
pub use retract::{EventKey, Retracts, Said, Standing};
pub use roll::{roll_events, roll_samples, roll_series};
pub use rules::{Aggregation, BilledUnit, GapRule, MeterZone, ResetRule, SeriesRule};
pub use sample::{Sample, SampleKind, SeriesKey};
pub use state::{PeriodState, grace_days, period_state};
pub use weighted::{Weighted, time_weighted_mean};

use super::{Quantity, Ratio};

/// Why usage could not be computed.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum UsageError {
    /// A total left the range in which it can be kept exactly.
    #[error("the usage of {meter} is too large to be kept exactly")]
    Overflow {
        /// Meter or series that was being computed.
        meter: String,
    },
    /// A sample of this kind cannot be aggregated this way.
    #[error("series {series}: {kind:?} samples cannot be read as {aggregation:?}")]
    KindMismatch {
        /// The offending series.
        series: SeriesKey,
        /// Kind of the sample that was found.
        kind: SampleKind,
        /// Aggregation that the meter asks for.
        aggregation: Aggregation,
    },
    /// A running total below zero is not a counter.
    #[error("series {series}: a counter cannot be negative")]
    NegativeCounter {
        /// The offending series.
        series: SeriesKey,
    },
    /// Events cannot be read this way (for example as a time-weighted mean).
    #[error("meter {meter}: events cannot be read as {aggregation:?}")]
    EventsNotReadable {
        /// The meter.
        meter: String,
        /// Aggregation that the meter asks for.
        aggregation: Aggregation,
    },
    /// The meter's rule forbids to guess and nothing was measured.
    #[error("meter {meter}: nothing was measured and the rule forbids to count the gap as zero")]
    NothingMeasured {
        /// The meter.
        meter: String,
    },
    /// A meter that divides by nothing or rounds to more places than a quantity has.
    #[error("meter {meter}: {what}")]
    InvalidMeter {
        /// The meter.
        meter: String,
        /// What is wrong with its definition.
        what: &'static str,
    },
}

impl UsageError {
    /// Stable code of this error.
    pub fn code(&self) -> &'static str {
        match self {
            Self::Overflow { .. } => "usage.overflow",
            Self::KindMismatch { .. } => "usage.kind-mismatch",
            Self::NegativeCounter { .. } => "usage.counter-negative",
            Self::EventsNotReadable { .. } => "usage.events-not-readable",
            Self::NothingMeasured { .. } => "usage.nothing-measured",
            Self::InvalidMeter { .. } => "usage.meter-invalid",
        }
    }
}

/// Decimal places that every value is brought to before it is added up: the most a quantity has.
const PLACES: u32 = 9;

/// One unit in ninth decimal places.
const NANO: i128 = 1_000_000_000;

/// Values are added as integers of the ninth decimal place: exact like a fraction, and free of the
/// greatest-common-divisor work that a fraction would do for each of a year's 100,000 samples.
fn nano(value: Quantity) -> Option<i128> {
    let decimal = value.decimal();
    let shift = PLACES.checked_sub(decimal.scale())?;
    decimal.mantissa().checked_mul(10i128.checked_pow(shift)?)
}

/// An exact fraction of a number of ninth decimal places.
fn ratio_of_nano(total: i128, divisor: i128) -> Option<Ratio> {
    Ratio::new(total, NANO.checked_mul(divisor)?).ok()
}
