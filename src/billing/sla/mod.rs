//! Service levels: outages and exclusions become an exact availability, and that a service credit.
//!
//! The vocabulary is that of OpenSLO (indicator, objective, window). Whatever contracts disagree
//! about is a field and never an accident: whether excluded time is taken out or counts as
//! available, what unmeasured time means, how short an outage may be, whose month it is.

mod availability;
mod credit;
mod objective;
mod outage;

#[cfg(test)]
mod properties;
#[cfg(test)]
mod tests;

pub use availability::{AvailabilityResult, availability};
pub use credit::{
    AlreadyCredited, CreditReason, MissedObjective, ServiceCredit, credit_for_availability,
    credit_for_missed,
};
pub use objective::{
    AvailabilityRules, ComponentRule, CreditBase, CreditCaps, ExclusionMode, Ladder, LadderError,
    LadderStep, Objective, UnmeasuredPolicy,
};
pub use outage::{Exclusion, ExclusionKind, Outage, OutageCause};

use super::MoneyError;
use super::calendar::CalendarError;
use super::ratio::RatioError;
use super::span::EmptySpan;

/// Why a service level could not be computed.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum SlaError {
    /// The period has no instants in the zone.
    #[error(transparent)]
    Calendar(#[from] CalendarError),
    /// An outage or exclusion that ends before it starts.
    #[error("{id}: {cause}")]
    Span {
        /// The outage or exclusion.
        id: String,
        /// What is wrong with its ends.
        cause: EmptySpan,
    },
    /// "All components" needs to know which.
    #[error("objective {objective}: name the components that must all be down")]
    NoComponents {
        /// The objective.
        objective: String,
    },
    /// A percentage outside 0 to 100.
    #[error("objective {objective}: {percent} % is not between 0 and 100")]
    PercentOutOfRange {
        /// The objective.
        objective: String,
        /// The percentage.
        percent: super::Percent,
    },
    /// An amount out of range or of another currency.
    #[error(transparent)]
    Money(#[from] MoneyError),
    /// A fraction beyond the exact range.
    #[error(transparent)]
    Ratio(#[from] RatioError),
}

impl SlaError {
    /// Stable code of this error.
    #[must_use]
    pub fn code(&self) -> &'static str {
        match self {
            Self::Calendar(cause) => cause.code(),
            Self::Span { .. } => "sla.span-empty",
            Self::NoComponents { .. } => "sla.no-components",
            Self::PercentOutOfRange { .. } => "sla.percent-out-of-range",
            Self::Money(cause) => cause.code(),
            Self::Ratio(cause) => cause.code(),
        }
    }
}
