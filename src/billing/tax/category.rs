//! Tax categories of EN 16931 (UNTDID 5305) and the treatment a decision gives a line.

use serde::{Deserialize, Serialize};

use crate::billing::Percent;
use crate::billing::party::Localised;

/// What a service is by article 7 of Implementing Regulation (EU) No 282/2011.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum ServiceNature {
    /// Essentially automated, minimal human intervention: hosting, storage, egress.
    Automated,
    /// Work of people: support, moderation, set-up.
    Human,
}

/// UNTDID 5305 codes that can stand on a service invoice (BT-95, BT-102, BT-118, BT-151).
#[derive(
    Debug,
    Clone,
    Copy,
    PartialEq,
    Eq,
    PartialOrd,
    Ord,
    Hash,
    Serialize,
    Deserialize,
    schemars::JsonSchema,
)]
pub enum TaxCategory {
    /// Standard or reduced rate.
    S,
    /// Reverse charge.
    AE,
    /// Exempt.
    E,
    /// Outside the scope of tax.
    O,
}

impl TaxCategory {
    /// The code itself.
    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            Self::S => "S",
            Self::AE => "AE",
            Self::E => "E",
            Self::O => "O",
        }
    }
}

/// Where the tax is declared.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum TaxScheme {
    /// Domestic supply.
    Domestic,
    /// Reverse charge within the EU; listed in the EC sales list.
    ReverseCharge,
    /// One-stop shop.
    OneStopShop,
    /// Place of supply outside the EU.
    ThirdCountry,
    /// Exempt with evidence.
    Exempt,
}

/// How a line is taxed and why; printed, frozen and booked as it is.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct TaxTreatment {
    /// Category code.
    pub category: TaxCategory,
    /// Rate in per cent; none for category O, which must not carry one (EN 16931 BR-O-05).
    pub rate: Option<Percent>,
    /// VATEX code (BT-121).
    pub exemption_code: Option<String>,
    /// Why no tax is charged, in the three languages (BT-120); none for category S.
    pub reason: Option<Localised>,
    /// Where the tax is declared.
    pub scheme: TaxScheme,
    /// The rule that decided, with its statute.
    pub rule: String,
}

/// A category that no service of ours can have.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{code:?} is not a tax category of a service: expected S, AE, E or O")]
pub struct UnknownCategory {
    /// What was given.
    pub code: String,
}

impl UnknownCategory {
    /// Stable code of the error.
    #[must_use]
    pub fn code(&self) -> &'static str {
        "tax.category-unknown"
    }
}

impl std::str::FromStr for TaxCategory {
    type Err = UnknownCategory;

    /// Refuses K (goods within the Community), G (export of goods) and Z (zero rate) like any
    /// other text: the first two are about goods, and Germany has no zero rate for our services.
    fn from_str(text: &str) -> Result<Self, Self::Err> {
        [Self::S, Self::AE, Self::E, Self::O]
            .into_iter()
            .find(|category| category.code() == text)
            .ok_or_else(|| UnknownCategory {
                code: text.to_owned(),
            })
    }
}
