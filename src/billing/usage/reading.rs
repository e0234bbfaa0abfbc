//! A closed meter reading: what rating gets to see of telemetry.

use serde::{Deserialize, Serialize};

use crate::billing::calendar::Period;
use crate::billing::{Percent, Quantity, Ratio};

/// The quantity of one meter of one instance over one period.
///
/// A reading never changes. What is learned later becomes the next revision, and the difference
/// that it makes is billed as a correction of the same service period.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct MeterReading {
    /// The instance that was measured.
    pub instance: String,
    /// Name of the meter.
    pub meter: String,
    /// Civil dates in the contract's time zone.
    pub period: Period,
    /// The quantity in the meter's billed unit.
    pub quantity: Quantity,
    /// Measured share of the period, from zero to one.
    pub coverage: Ratio,
    /// Counts up from one within (instance, meter, period).
    pub revision: u32,
    /// SHA-256 of each evidence chunk that contributed, in lower-case hexadecimal, sorted.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub evidence: Vec<String>,
    /// Whether a gap was filled by the meter's rule instead of a measurement.
    #[serde(default)]
    pub estimated: bool,
    /// How far the quantity may be off when its source estimates.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub tolerance: Option<Percent>,
}

impl MeterReading {
    /// In place of a revision: a period that runs has none yet. It goes before every closed one.
    pub const RUNNING: u32 = u32::MAX;

    /// The revision of a closed reading; none for what a running period has come to.
    #[must_use]
    pub fn closed_revision(&self) -> Option<u32> {
        (self.revision != Self::RUNNING).then_some(self.revision)
    }
}
