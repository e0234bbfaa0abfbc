//! The vocabulary of charges: unit, kind, cause and identity, shared by rating and documents.

use serde::{Deserialize, Serialize};

use super::calendar::{Interval, Period};
use super::{Money, Percent, Quantity, Ratio};

/// Unit of measure; the code is UN/ECE Recommendation 20 or 21 (BT-130).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Unit {
    /// Month.
    Month,
    /// Quarter of a year.
    Quarter,
    /// Half a year.
    HalfYear,
    /// Year.
    Year,
    /// Day.
    Day,
    /// Hour.
    Hour,
    /// Gigabyte, 10^9 bytes; storage is the mean over the month.
    Gigabyte,
    /// A started package of units.
    Package,
    /// A countable thing: account, report, domain, seat.
    Piece,
    /// A lump sum.
    LumpSum,
}

impl Unit {
    /// Code of UN/ECE Recommendation 20, or 21 with the prefix X.
    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            Self::Month => "MON",
            Self::Quarter => "QAN",
            Self::HalfYear => "SAN",
            Self::Year => "ANN",
            Self::Day => "DAY",
            Self::Hour => "HUR",
            Self::Gigabyte => "E34",
            Self::Package => "XPK",
            Self::Piece => "H87",
            Self::LumpSum => "LS",
        }
    }
}

/// What a line charges for.
#[derive(
    Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, schemars::JsonSchema,
)]
#[serde(rename_all = "snake_case")]
pub enum ChargeKind {
    /// Fee for a stretch of time.
    Recurring,
    /// Metered use, by tier (1 for models without tiers).
    Usage {
        /// Tier, from 1.
        tier: u32,
    },
    /// Difference between a minimum commitment and what was used.
    TrueUp,
    /// Charged once.
    OneOff,
    /// Difference between what was billed and what is due now.
    Correction,
    /// A service credit that found no invoice: given back by a credit note when the contract ends.
    ServiceCredit,
}

impl std::fmt::Display for ChargeKind {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Recurring => f.write_str("recurring"),
            Self::Usage { tier } => write!(f, "usage:{tier}"),
            Self::TrueUp => f.write_str("true-up"),
            Self::OneOff => f.write_str("one-off"),
            Self::Correction => f.write_str("correction"),
            Self::ServiceCredit => f.write_str("service-credit"),
        }
    }
}

/// Why a charge exists: part of its identity, so that no cause is ever billed twice.
#[derive(
    Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, schemars::JsonSchema,
)]
#[serde(rename_all = "snake_case")]
pub enum Cause {
    /// The contract as first billed.
    Base,
    /// A change of the contract.
    Amendment {
        /// Identifier of the amendment, or a digest of what changed.
        id: String,
    },
    /// A reading and its revision.
    Reading {
        /// Revision of the reading, from 1.
        revision: u32,
    },
    /// A billed line that is reversed.
    Reversal {
        /// Number of the document that holds the line.
        document: String,
        /// Its position there.
        position: u32,
    },
    /// A service credit.
    Credit {
        /// Its identifier.
        id: String,
    },
}

impl std::fmt::Display for Cause {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Base => f.write_str("base"),
            Self::Amendment { id } => write!(f, "amendment:{id}"),
            Self::Reading { revision } => write!(f, "reading:{revision}"),
            Self::Reversal { document, position } => write!(f, "reversal:{document}:{position}"),
            Self::Credit { id } => write!(f, "credit:{id}"),
        }
    }
}

/// Identity of a charge within its contract: never billed twice.
#[derive(
    Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, schemars::JsonSchema,
)]
#[serde(deny_unknown_fields)]
pub struct LineKey {
    /// Item of the contract.
    pub item: String,
    /// Service period of the line (BT-134, BT-135).
    pub service: Period,
    /// What it charges for.
    pub kind: ChargeKind,
    /// Why it exists.
    pub cause: Cause,
}

/// What a quantity rests on, in figures; documents word it in their language.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(rename_all = "snake_case", tag = "basis", deny_unknown_fields)]
pub enum LineBasis {
    /// Time: the share of price intervals that the service period covers.
    Time {
        /// Interval of the price.
        per: Interval,
        /// Intervals covered: 3 for a quarter of a monthly price, 21/31 for a part of a month.
        fraction: Ratio,
        /// How many of the thing: seats, domains; 1 for a plain fee.
        count: Quantity,
    },
    /// Metered use.
    Usage {
        /// What was read, in the item's unit.
        reading: Quantity,
        /// What the price includes.
        included: Quantity,
        /// Bounds of the tier above the allowance, where the price has several: above, up to.
        tier: Option<(Quantity, Option<Quantity>)>,
        /// Share of the usage period that is measured; 1 when nothing is missing.
        coverage: Ratio,
        /// True when the reading is an estimate.
        estimated: bool,
    },
    /// A sum that follows from the derivation only: one-off fees, true-ups.
    Sum,
    /// What is due now less what was billed before.
    Difference {
        /// Due for the period as it is agreed and read now.
        expected: Money,
        /// Billed for it before.
        billed: Money,
        /// Amendments that the difference follows from, by their identifiers; none when a reading
        /// or an index value was corrected.
        amendments: String,
    },
    /// A missed service level.
    ServiceLevel {
        /// Share of the agreed time that was reached, where the objective is a share.
        reached: Option<Ratio>,
        /// The agreed target in per cent, where the objective is a share.
        target: Option<Percent>,
        /// Identifiers of the outages or cases behind it.
        references: Vec<String>,
    },
}
