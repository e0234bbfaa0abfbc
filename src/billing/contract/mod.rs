//! Contracts: term, billing terms, items, and the dated changes that come on top.
//!
//! A contract is append-only: amendments are added, never edited, and prices or quantities on a
//! day are the fold of all amendments known by then ([`mod@effective`]).

pub mod adjustment;
mod alert;
pub mod effective;
mod item;
mod month;
mod reprice;
mod term;

use chrono::NaiveDate;
use chrono_tz::Tz;
use serde::{Deserialize, Serialize};

use super::Currency;
use super::Quantity;
use super::invoice::{PaymentMeans, References};
use super::sla::Objective;

pub use adjustment::{Adjustment, AdjustmentRule, IndexTable, IndexValue, UnknownChange};
pub use alert::{Budget, UsageAlerts};
pub use effective::{EffectiveItem, Foreseen, PriceStep, QuantityStep, effective, foreseen};
pub use item::{
    ChargeModel, Commitment, CommitmentBasis, Discount, DiscountAmount, Family, Item, Price,
    RampStep, Tier, Timing, price_as_money,
};
pub use month::Month;
pub use term::{contract_end, next_end};

/// How a part of a price interval is charged. The day of a change belongs to the new price.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize, schemars::JsonSchema,
)]
#[serde(rename_all = "snake_case")]
pub enum Proration {
    /// Days of the part over days of the price's own interval.
    #[default]
    ActualActual,
    /// Days since the interval began over 30 a month; the last day completes the interval.
    #[serde(rename = "actual_30")]
    Actual30,
    /// Months of 30 days (30/360, European rule).
    #[serde(rename = "strict_30_360")]
    Strict30360,
    /// Seconds of the part over seconds of the interval, in the contract's zone.
    PerSecond,
}

/// Automatic renewal.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Renewal {
    /// Length of each renewal.
    pub months: u32,
    /// Longest total term, counted from the start; none without limit.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub max_total_months: Option<u32>,
}

/// How long a contract runs.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Term {
    /// First day.
    pub start: NaiveDate,
    /// Day after the last day of the first term; none for an open term.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub end: Option<NaiveDate>,
    /// Renewal after the first term; none when it simply ends.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub renewal: Option<Renewal>,
    /// Months of notice before the end of a term.
    #[serde(default)]
    pub notice_months: u32,
}

/// On which day arrears are invoiced.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize, schemars::JsonSchema,
)]
#[serde(rename_all = "snake_case")]
pub enum ArrearsIssue {
    /// The day after the period, whatever day of the week it is.
    #[default]
    NextDay,
    /// The first working day after the period, by the public holidays of the holiday region.
    FirstWorkingDay,
}

#[expect(
    clippy::trivially_copy_pass_by_ref,
    reason = "serde asks for a reference"
)]
fn is_zero(hours: &u32) -> bool {
    *hours == 0
}

fn first_day() -> u8 {
    1
}

/// How a contract is billed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct BillingTerms {
    /// Day of the month on which intervals begin, 1–31; clamped to short months.
    #[serde(default = "first_day")]
    pub anchor_day: u8,
    /// A date in the month from which intervals are counted; the term's start unless given.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub anchor: Option<NaiveDate>,
    /// Means of payment.
    pub payment: PaymentMeans,
    /// Days to pay from the issue date.
    pub payment_days: u32,
    /// How parts of an interval are charged.
    #[serde(default)]
    pub proration: Proration,
    /// On which day arrears are invoiced.
    #[serde(default)]
    pub arrears_issue: ArrearsIssue,
    /// ISO 3166-2 code of the region whose public holidays count, e.g. `DE-SH`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub holidays: Option<String>,
    /// Further days that are no working days.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub closed_days: Vec<NaiveDate>,
    /// Hours after the end of a usage period in which late measurements still count in its first
    /// reading; use is invoiced when the days that they fill are over.
    #[serde(default, skip_serializing_if = "is_zero")]
    pub grace_hours: u32,
}

/// A change of a contract.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(rename_all = "snake_case", tag = "kind", deny_unknown_fields)]
pub enum Change {
    /// Adds an item from the effective date.
    AddItem {
        /// The item; its first day is the effective date.
        item: Box<Item>,
    },
    /// Ends an item: the effective date is the first day without it.
    EndItem {
        /// Identifier of the item.
        item: String,
    },
    /// Replaces an item (upgrade, downgrade); the new one keeps the age of the old.
    ReplaceItem {
        /// Identifier of the old item.
        item: String,
        /// The new item.
        with: Box<Item>,
    },
    /// Sets another price.
    SetPrice {
        /// Identifier of the item.
        item: String,
        /// The price model from the effective date.
        price: ChargeModel,
    },
    /// Sets another count.
    SetQuantity {
        /// Identifier of the item.
        item: String,
        /// The count from the effective date.
        quantity: Quantity,
    },
    /// Ends the contract: the effective date is the first day without service.
    Cancel,
}

impl Change {
    /// The item that it brings, be it beside the others or in the place of one.
    #[must_use]
    pub fn item(&self) -> Option<&Item> {
        match self {
            Self::AddItem { item } | Self::ReplaceItem { with: item, .. } => Some(item),
            _ => None,
        }
    }
}

/// A dated, signed change.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Amendment {
    /// Identifier, unique in the contract.
    pub id: String,
    /// First day of the change.
    pub effective: NaiveDate,
    /// Day from which billing knows of it; the effective date unless given. A notice signed
    /// months ahead keeps the last period from being billed in full.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub signed: Option<NaiveDate>,
    /// What changes.
    pub change: Change,
}

impl Amendment {
    /// Day from which billing knows of it.
    #[must_use]
    pub fn known_from(&self) -> NaiveDate {
        self.signed.unwrap_or(self.effective)
    }
}

/// When service credits of a contract reach an invoice.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize, schemars::JsonSchema,
)]
#[serde(rename_all = "snake_case")]
pub enum CreditSettlement {
    /// The next invoice after the measured month.
    #[default]
    NextInvoice,
    /// The next invoice after the calendar quarter of the measured month.
    AfterQuarter,
}

/// A service level agreed for an item.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct ServiceLevel {
    /// Item whose service is measured and whose monthly fee is the base of credits; the level
    /// also holds for the item that replaces it.
    pub item: String,
    /// The objective.
    pub objective: Objective,
    /// First day that is measured; the first day of the item unless given.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub from: Option<NaiveDate>,
    /// When credits reach an invoice.
    #[serde(default)]
    pub settlement: CreditSettlement,
}

/// A contract with one customer.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Contract {
    /// Our number.
    pub number: String,
    /// Customer number.
    pub customer: u32,
    /// Code of the selling entity.
    pub seller: String,
    /// What it is about, for lists.
    pub title: String,
    /// Zone in which its days begin and end.
    #[schemars(with = "String", extend("format" = "time-zone"))]
    pub zone: Tz,
    /// Currency.
    pub currency: Currency,
    /// Term.
    pub term: Term,
    /// Billing terms.
    pub billing: BillingTerms,
    /// References that go on its invoices.
    #[serde(default)]
    pub references: References,
    /// Items from the start.
    pub items: Vec<Item>,
    /// Changes, in the order they were agreed.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub amendments: Vec<Amendment>,
    /// Index and uplift clauses.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub adjustments: Vec<Adjustment>,
    /// Discounts.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub discounts: Vec<Discount>,
    /// Service levels.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub service_levels: Vec<ServiceLevel>,
    /// When somebody is told how far the use of a period has come.
    #[serde(default, skip_serializing_if = "UsageAlerts::is_usual")]
    pub usage_alerts: UsageAlerts,
}

impl Contract {
    /// Every item that it ever has, whether it still runs or not: those from the start, then those
    /// that amendments bring, in the order they were agreed.
    pub fn every_item(&self) -> impl Iterator<Item = &Item> {
        let brought = self.amendments.iter().filter_map(|one| one.change.item());
        self.items.iter().chain(brought)
    }
}
