//! An objective of a service level agreement: what is promised, measured how, and what it costs
//! when it is missed.

use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};

use crate::billing::calendar::Tz;
use crate::billing::{Percent, Ratio};

/// What happens to excluded time. The two results differ: with 1 % of the time excluded, 99.8607 %
/// and 99.8611 % come out of the same outage.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum ExclusionMode {
    /// It is taken out of the agreed time.
    Remove,
    /// It stays in the agreed time and counts as available.
    CountAsAvailable,
}

/// What time without any measurement means.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum UnmeasuredPolicy {
    /// It counts as available.
    CountsAsUp,
    /// It counts as an outage.
    CountsAsDown,
    /// It is taken out of the agreed time.
    Excluded,
}

/// When a service of several components is down.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum ComponentRule {
    /// When any of them is.
    Any,
    /// When all of them are at the same time.
    All,
}

/// How availability is measured and what is promised.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct AvailabilityRules {
    /// The promise in per cent.
    pub target: Percent,
    /// Whether the promise is met at exactly the target.
    pub inclusive: bool,
    /// What happens to excluded time.
    pub exclusion_mode: ExclusionMode,
    /// Outages shorter than this do not count.
    pub minimum_outage_seconds: u32,
    /// Outages at most this far apart are one outage for the minimum; the time between them is not
    /// down.
    pub merge_gap_seconds: u32,
    /// What time without any measurement means.
    pub unmeasured: UnmeasuredPolicy,
    /// What the promise is about; empty for the whole service.
    #[serde(default, skip_serializing_if = "BTreeSet::is_empty")]
    pub components: BTreeSet<String>,
    /// When a service of several components is down.
    pub component_rule: ComponentRule,
    /// Whether outages caused by our suppliers count.
    pub third_party_counts: bool,
    /// Maintenance must be announced this many hours ahead to be excluded.
    pub maintenance_notice_hours: u32,
    /// Maintenance is excluded up to this many seconds a period, the earliest first; none for no
    /// limit.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub maintenance_allowance_seconds: Option<u32>,
    /// Whose midnight a month begins at.
    #[schemars(with = "String", extend("format" = "time-zone"))]
    pub zone: Tz,
}

impl AvailabilityRules {
    /// The usual promise: inclusive target, excluded time taken out, unmeasured time in our
    /// favour only because it is reported, every second counts, suppliers included.
    #[must_use]
    pub fn usual(target: Percent, zone: Tz) -> Self {
        Self {
            target,
            inclusive: true,
            exclusion_mode: ExclusionMode::Remove,
            minimum_outage_seconds: 0,
            merge_gap_seconds: 0,
            unmeasured: UnmeasuredPolicy::CountsAsUp,
            components: BTreeSet::new(),
            component_rule: ComponentRule::Any,
            third_party_counts: true,
            maintenance_notice_hours: 0,
            maintenance_allowance_seconds: None,
            zone,
        }
    }
}

/// One step of a credit ladder.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct LadderStep {
    /// The step holds below this availability, in per cent.
    pub below: Percent,
    /// Credit in per cent of the base.
    pub credit: Percent,
}

/// Why steps are no ladder.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum LadderError {
    /// Not sorted from the highest availability down, or a lower step that gives less.
    #[error("credit ladder: each step must be below the last and give at least as much")]
    NotMonotone,
    /// A percentage outside 0 to 100.
    #[error("credit ladder: percentages lie between 0 and 100")]
    OutOfRange,
}

impl LadderError {
    /// Stable code of this error.
    #[must_use]
    pub fn code(&self) -> &'static str {
        match self {
            Self::NotMonotone => "sla.ladder-not-monotone",
            Self::OutOfRange => "sla.ladder-out-of-range",
        }
    }
}

/// Steps from the highest availability down, each giving at least as much as the one above it, so
/// that a worse month never costs less.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(try_from = "Vec<LadderStep>", into = "Vec<LadderStep>")]
#[schemars(with = "Vec<LadderStep>")]
pub struct Ladder {
    steps: Vec<LadderStep>,
}

impl Ladder {
    /// A ladder of the given steps.
    ///
    /// # Errors
    /// [`LadderError`].
    pub fn new(steps: Vec<LadderStep>) -> Result<Self, LadderError> {
        let hundred = Percent::whole(100);
        let in_range = |p: Percent| !p.is_negative() && p <= hundred;
        if !steps
            .iter()
            .all(|step| in_range(step.below) && in_range(step.credit))
        {
            return Err(LadderError::OutOfRange);
        }
        let falling = steps
            .iter()
            .zip(steps.iter().skip(1))
            .all(|(upper, lower)| lower.below < upper.below && lower.credit >= upper.credit);
        if falling {
            Ok(Self { steps })
        } else {
            Err(LadderError::NotMonotone)
        }
    }

    /// The steps.
    #[must_use]
    pub fn steps(&self) -> &[LadderStep] {
        &self.steps
    }

    /// The credit for an availability in per cent; zero above every step. With an exclusive target
    /// a step also holds at exactly its bound.
    #[must_use]
    pub fn credit(&self, percent: Ratio, inclusive: bool) -> Percent {
        let reached = |step: &&LadderStep| {
            let below = step.below.ratio();
            percent < below || (!inclusive && percent == below)
        };
        self.steps
            .iter()
            .rfind(reached)
            .map_or(Percent::ZERO, |step| step.credit)
    }
}

impl TryFrom<Vec<LadderStep>> for Ladder {
    type Error = LadderError;

    fn try_from(steps: Vec<LadderStep>) -> Result<Self, LadderError> {
        Self::new(steps)
    }
}

impl From<Ladder> for Vec<LadderStep> {
    fn from(ladder: Ladder) -> Self {
        ladder.steps
    }
}

/// What a credit is a percentage of.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum CreditBase {
    /// The month's fee of the affected service (of a yearly fee its twelfth).
    ServiceFee,
    /// The month's fees of the whole contract.
    ContractFees,
}

/// The most that is credited.
#[derive(
    Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema,
)]
#[serde(deny_unknown_fields)]
pub struct CreditCaps {
    /// In per cent of the month's base, all objectives together.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub per_month: Option<Percent>,
    /// In per cent of twelve times the month's base, within a contract year.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub per_year: Option<Percent>,
}

/// An availability objective with its price.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Objective {
    /// Identity within the contract.
    pub id: String,
    /// How it is measured and what is promised.
    pub rules: AvailabilityRules,
    /// What a miss gives.
    pub ladder: Ladder,
    /// The most that is credited.
    #[serde(default)]
    pub caps: CreditCaps,
    /// What the credit is a percentage of.
    pub base: CreditBase,
}
