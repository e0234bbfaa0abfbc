//! Derivations: the answer to "why this amount?", down to the facts it rests on.

use serde::{Deserialize, Serialize};

/// Kind of fact a derivation rests on.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum SourceKind {
    /// Contract item.
    Contract,
    /// Amendment.
    Amendment,
    /// Price adjustment by an index or an uplift.
    Adjustment,
    /// Closed reading.
    Reading,
    /// Outage, ticket or manual result behind a service credit.
    ServiceLevel,
    /// Tax evidence.
    TaxEvidence,
    /// Raw telemetry, by hash.
    Evidence,
    /// A line billed before.
    BilledLine,
}

/// A fact, by its identifier or hash.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Source {
    /// Kind of fact.
    pub kind: SourceKind,
    /// Identifier or SHA-256.
    pub id: String,
}

/// One step of the answer to "why this amount?": what it is, its value, and what it follows from.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Derivation {
    /// What is derived, in finance's words.
    pub what: String,
    /// Its value with its unit.
    pub value: String,
    /// The fact it is taken from.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub source: Option<Source>,
    /// What it follows from.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub because: Vec<Self>,
}

impl Derivation {
    /// A step without further reasons.
    #[must_use]
    pub fn fact(what: impl Into<String>, value: impl Into<String>) -> Self {
        Self {
            what: what.into(),
            value: value.into(),
            source: None,
            because: Vec::new(),
        }
    }

    /// Names the fact it is taken from.
    #[must_use]
    pub fn from(mut self, kind: SourceKind, id: impl Into<String>) -> Self {
        self.source = Some(Source {
            kind,
            id: id.into(),
        });
        self
    }

    /// Adds what it follows from.
    #[must_use]
    pub fn because(mut self, reasons: impl IntoIterator<Item = Self>) -> Self {
        self.because.extend(reasons);
        self
    }
}
