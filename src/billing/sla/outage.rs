//! Outages and the times that do not count against the objective.

use std::collections::BTreeSet;

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

/// Who or what brought the service down.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum OutageCause {
    /// Ourselves.
    Provider,
    /// A supplier of ours; counts unless the contract says otherwise.
    ThirdParty,
    /// The customer; never counts.
    Customer,
    /// Announced maintenance; never counts.
    Maintenance,
    /// Force majeure; never counts.
    ForceMajeure,
}

/// A time in which the service did not do what it must.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Outage {
    /// Identity in the incident log.
    pub id: String,
    /// First instant.
    pub start: DateTime<Utc>,
    /// First instant after; none while it lasts, which counts to the end of the period.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub end: Option<DateTime<Utc>>,
    /// What was down; empty for everything.
    #[serde(default, skip_serializing_if = "BTreeSet::is_empty")]
    pub components: BTreeSet<String>,
    /// Who or what caused it.
    pub cause: OutageCause,
}

/// Why a time does not count.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum ExclusionKind {
    /// Maintenance; counts as excluded only when it was announced in time.
    Maintenance {
        /// When the customer was told.
        announced_at: DateTime<Utc>,
    },
    /// Force majeure.
    ForceMajeure,
    /// Caused by the customer.
    CustomerCaused,
    /// Agreed with the customer.
    Agreed,
}

/// A time that does not count against the objective.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Exclusion {
    /// Identity in the incident log.
    pub id: String,
    /// First instant.
    pub start: DateTime<Utc>,
    /// First instant after.
    pub end: DateTime<Utc>,
    /// What it is about; empty for everything.
    #[serde(default, skip_serializing_if = "BTreeSet::is_empty")]
    pub components: BTreeSet<String>,
    /// Why it does not count.
    pub kind: ExclusionKind,
}

/// Whether something about `these` components touches an objective about `those`; an empty set
/// stands for the whole service.
pub(super) fn touches(these: &BTreeSet<String>, those: &BTreeSet<String>) -> bool {
    these.is_empty() || those.is_empty() || !these.is_disjoint(those)
}
