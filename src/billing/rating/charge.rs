//! What rating yields: groups of rated lines.

use chrono::NaiveDate;

use crate::billing::calendar::{CalendarError, Period};
use crate::billing::charge::{Cause, ChargeKind, LineBasis, Unit};
use crate::billing::contract::adjustment::AdjustmentError;
use crate::billing::contract::effective::ContractError;
use crate::billing::decimal::DecimalError;
use crate::billing::derivation::Derivation;
use crate::billing::proration::ProrationError;
use crate::billing::ratio::RatioError;
use crate::billing::{Money, MoneyError, Quantity, UnitPrice};

/// Why a contract cannot be rated.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum RatingError {
    /// No closed reading for a usage period that is due.
    #[error("item {item}: no closed reading of {meter} at {instance} for {period}")]
    MissingReading {
        /// The item.
        item: String,
        /// The meter.
        meter: String,
        /// The instance.
        instance: String,
        /// The usage period.
        period: Period,
    },
    /// A metered item without an instance.
    #[error("item {item} is metered but names no instance")]
    NoInstance {
        /// The item.
        item: String,
    },
    /// A model without tiers, with tiers that do not rise, or with a package size of zero.
    #[error("item {item}: {why}")]
    Model {
        /// The item.
        item: String,
        /// What is wrong.
        why: &'static str,
    },
    /// The contract does not fold.
    #[error(transparent)]
    Contract(#[from] ContractError),
    /// An amount out of range or of another currency.
    #[error(transparent)]
    Money(#[from] MoneyError),
    /// A decimal out of range.
    #[error(transparent)]
    Decimal(#[from] DecimalError),
    /// A date out of range.
    #[error(transparent)]
    Calendar(#[from] CalendarError),
    /// A share that cannot be computed.
    #[error(transparent)]
    Proration(#[from] ProrationError),
    /// Exact arithmetic left its range.
    #[error(transparent)]
    Ratio(#[from] RatioError),
}

impl From<AdjustmentError> for RatingError {
    fn from(cause: AdjustmentError) -> Self {
        Self::Contract(cause.into())
    }
}

impl RatingError {
    /// Stable code of the error.
    #[must_use]
    pub fn code(&self) -> &'static str {
        match self {
            Self::MissingReading { .. } => "rating.missing-reading",
            Self::NoInstance { .. } => "rating.no-instance",
            Self::Model { .. } => "rating.price-model",
            Self::Contract(cause) => cause.code(),
            Self::Money(cause) => cause.code(),
            Self::Decimal(cause) => cause.code(),
            Self::Calendar(cause) => cause.code(),
            Self::Proration(cause) => cause.code(),
            Self::Ratio(cause) => cause.code(),
        }
    }
}

/// Which debt of which item a group is: lines whose service starts inside the period belong to it.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct GroupKey {
    /// Item of the contract.
    pub item: String,
    /// Whole billing or usage period.
    pub period: Period,
    /// True for the true-up of a commitment, which is settled apart from the use itself.
    pub true_up: bool,
}

/// A rated line before tax and wording.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RatedLine {
    /// Service period.
    pub service: Period,
    /// What it charges for.
    pub kind: ChargeKind,
    /// Why it exists.
    pub cause: Cause,
    /// Quantity.
    pub quantity: Quantity,
    /// Unit.
    pub unit: Unit,
    /// Price of one unit.
    pub price: UnitPrice,
    /// Discounts, by identifier, with percentage and base where they had one.
    pub discounts: Vec<RatedDiscount>,
    /// What the quantity rests on.
    pub basis: LineBasis,
    /// Net amount after discounts.
    pub net: Money,
    /// Why this amount.
    pub derivation: Derivation,
}

/// A discount on a rated line.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RatedDiscount {
    /// Index of the discount in the contract; none for a maximum.
    pub discount: Option<usize>,
    /// Amount taken off; positive.
    pub amount: Money,
    /// Percentage and base.
    pub percent: Option<(crate::billing::Percent, Money)>,
}

/// All that one item is owed for one of its periods.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ChargeGroup {
    /// Which debt.
    pub key: GroupKey,
    /// First day it may be billed.
    pub due: NaiveDate,
    /// Lines; none when nothing is owed.
    pub lines: Vec<RatedLine>,
    /// Use within the allowance: reading and allowance, for the note.
    pub within: Option<(Quantity, Quantity)>,
    /// Revision of the reading it rests on; 0 for time.
    pub revision: u32,
    /// Amendments that touched the item, joined; names the cause of a difference.
    pub amendments: String,
}

impl ChargeGroup {
    /// Sum of the lines.
    ///
    /// # Errors
    /// [`MoneyError`].
    pub fn total(&self, currency: crate::billing::Currency) -> Result<Money, MoneyError> {
        Money::sum(self.lines.iter().map(|line| line.net), currency)
    }
}
