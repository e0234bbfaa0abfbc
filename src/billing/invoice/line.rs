//! Invoice lines.

use chrono::NaiveDate;
use serde::{Deserialize, Serialize};

use crate::billing::charge::{LineBasis, LineKey, Unit};
use crate::billing::derivation::Derivation;
use crate::billing::tax::{ServiceNature, TaxTreatment};
use crate::billing::{Money, Percent, Quantity, UnitPrice};

/// A discount on one line (BG-27, reason code 95).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct LineAllowance {
    /// Amount taken off; positive (BT-136).
    pub amount: Money,
    /// Percentage and what it was taken of, where it was one (BT-138, BT-137).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub percent: Option<(Percent, Money)>,
    /// Reason in the document's language (BT-139).
    pub reason: String,
}

/// One line of a document (BG-25).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Line {
    /// Position, from 1 (BT-126).
    pub position: u32,
    /// Identity.
    pub key: LineKey,
    /// Name in the document's language (BT-153).
    pub name: String,
    /// Further words in the document's language, a line each (BT-154).
    #[serde(default)]
    pub details: Vec<String>,
    /// Quantity; negative where the line gives back (BT-129).
    pub quantity: Quantity,
    /// Unit (BT-130).
    pub unit: Unit,
    /// Net price of one unit; never negative (BT-146, BR-27).
    pub price: UnitPrice,
    /// Discounts (BG-27).
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub allowances: Vec<LineAllowance>,
    /// What the quantity rests on.
    pub basis: LineBasis,
    /// Net amount: quantity × price, rounded, less allowances (BT-131).
    pub net: Money,
    /// Nature of the service, which the tax decision rests on.
    pub nature: ServiceNature,
    /// Tax treatment (BG-30).
    pub tax: TaxTreatment,
    /// Day from which the line may be billed.
    pub due: NaiveDate,
    /// Why this amount.
    pub derivation: Derivation,
}
