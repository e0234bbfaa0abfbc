//! Items of a contract: what is sold, how it is priced, and how often it is billed.

use chrono::NaiveDate;
use serde::{Deserialize, Serialize};

use crate::billing::calendar::Interval;
use crate::billing::charge::Unit;
use crate::billing::party::Localised;
use crate::billing::tax::ServiceNature;
use crate::billing::usage::GapRule;
use crate::billing::{Money, Quantity, UnitPrice};

/// Plan family of an item.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Family {
    /// Fully operated server.
    Operated,
    /// Support for a server the customer runs.
    Support,
    /// Moderation add-on.
    Moderation,
}

/// When an item is billed relative to its billing period.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Timing {
    /// On the first day of the period.
    InAdvance,
    /// On the day after the last.
    InArrears,
}

/// A tier of a graduated or volume price. Upper bounds are inclusive.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Tier {
    /// Last quantity of the tier; none for the last tier.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub up_to: Option<Quantity>,
    /// Price of one unit in the tier.
    pub price: UnitPrice,
}

/// How a quantity becomes an amount.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(rename_all = "snake_case", tag = "model", deny_unknown_fields)]
pub enum ChargeModel {
    /// One price whatever the quantity.
    Flat {
        /// Price of the interval.
        price: UnitPrice,
    },
    /// A price for each unit.
    PerUnit {
        /// Price of one unit.
        price: UnitPrice,
    },
    /// Each unit at the price of the tier it falls into.
    Graduated {
        /// Tiers in rising order.
        tiers: Vec<Tier>,
    },
    /// All units at the price of the tier that the total falls into.
    Volume {
        /// Tiers in rising order.
        tiers: Vec<Tier>,
    },
    /// A price for each started package.
    Package {
        /// Units in a package.
        size: Quantity,
        /// Price of one package.
        price: UnitPrice,
    },
}

/// Over what a minimum commitment is settled.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum CommitmentBasis {
    /// Each usage period by itself.
    Period,
    /// The contract year, cumulatively.
    Year,
}

/// A minimum that is billed even when less is used.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Commitment {
    /// Least amount, net, in the contract's currency.
    pub amount: UnitPrice,
    /// Over what it is settled.
    pub basis: CommitmentBasis,
}

/// What an item costs.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(rename_all = "snake_case", tag = "type", deny_unknown_fields)]
pub enum Price {
    /// A fee for time.
    Recurring {
        /// Interval the price is for.
        per: Interval,
        /// How the count becomes an amount.
        charge: ChargeModel,
    },
    /// Metered use.
    Usage {
        /// Interval over which use is measured and allowances hold.
        per: Interval,
        /// Meter that is read.
        meter: String,
        /// Unit of the readings.
        unit: Unit,
        /// How the use above the allowance becomes an amount.
        charge: ChargeModel,
        /// Allowance of each period.
        #[serde(default)]
        included: Quantity,
        /// True when the unused allowance of the period before is added, once.
        #[serde(default)]
        roll_over: bool,
        /// Readings are rounded up to a multiple of this, e.g. 0.25 for 15-minute steps.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        step: Option<Quantity>,
        /// Least amount.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        minimum: Option<Commitment>,
        /// Greatest amount of one period.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        maximum: Option<UnitPrice>,
        /// Further instances whose use shares the allowance.
        #[serde(default, skip_serializing_if = "Vec::is_empty")]
        pooled_with: Vec<String>,
        /// What unmeasured time means, where the contract says other than the meter.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        gaps: Option<GapRule>,
    },
    /// Charged once.
    OneOff {
        /// Amount, net.
        amount: UnitPrice,
    },
}

/// A dated price agreed from the start (ramp).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct RampStep {
    /// First day of the price.
    pub from: NaiveDate,
    /// The price.
    pub model: ChargeModel,
}

fn one() -> Quantity {
    Quantity::whole(1)
}

/// An item of a contract.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Item {
    /// Identifier, unique in the contract.
    pub id: String,
    /// Plan family.
    pub family: Family,
    /// Name on documents.
    pub name: Localised,
    /// Further words on documents.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub details: Vec<Localised>,
    /// Domain of the instance it is for.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub instance: Option<String>,
    /// Nature of the service, for the tax decision.
    pub nature: ServiceNature,
    /// First day.
    pub from: NaiveDate,
    /// Day after the last; none while it runs.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub until: Option<NaiveDate>,
    /// Day from which its age counts for price adjustments; the first day unless it replaced
    /// another item.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub age_from: Option<NaiveDate>,
    /// True for items added after the contract began: young additions are not adjusted.
    #[serde(default)]
    pub added: bool,
    /// How often it is billed.
    pub billing: Interval,
    /// When it is billed.
    pub timing: Timing,
    /// What it costs.
    pub price: Price,
    /// Prices agreed for later dates.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub ramp: Vec<RampStep>,
    /// How many: seats, domains; 1 for a plain fee.
    #[serde(default = "one")]
    pub quantity: Quantity,
    /// Day after the last day billed elsewhere before the contract was taken over.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub billed_until: Option<NaiveDate>,
}

impl Item {
    /// The day from which its age counts.
    #[must_use]
    pub fn aged_from(&self) -> NaiveDate {
        self.age_from.unwrap_or(self.from)
    }
}

/// A discount on recurring fees; order of application is the order in the contract, percentages
/// before amounts.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Discount {
    /// Identifier, unique in the contract.
    pub id: String,
    /// Items it applies to; all recurring items when empty.
    #[serde(default)]
    pub items: Vec<String>,
    /// First day.
    pub from: NaiveDate,
    /// Day after the last; none without end.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub until: Option<NaiveDate>,
    /// How much.
    pub amount: DiscountAmount,
    /// Reason on documents.
    pub reason: Localised,
}

/// How much a discount takes off.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum DiscountAmount {
    /// A share of the fee.
    Percent(crate::billing::Percent),
    /// An amount for each price interval, prorated like the fee.
    Absolute(UnitPrice),
}

impl Discount {
    /// True when the discount is for the item.
    #[must_use]
    pub fn applies_to(&self, item: &Item) -> bool {
        let recurring = matches!(item.price, Price::Recurring { .. });
        recurring && (self.items.is_empty() || self.items.contains(&item.id))
    }
}

/// Reads a price in major units as money, which must be whole minor units.
///
/// # Errors
/// [`crate::billing::MoneyError`].
pub fn price_as_money(
    price: UnitPrice,
    currency: crate::billing::Currency,
) -> Result<Money, crate::billing::MoneyError> {
    Money::rounded(price.ratio(), currency, crate::billing::Rounding::HalfUp)
}
