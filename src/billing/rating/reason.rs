//! Why a running period comes to what it does: its steps as figures, without words.
//!
//! A document freezes its reasons as text ([`crate::billing::derivation`]). A standing is never
//! frozen, so that its steps keep their figures, exact and whole, and each page says them in the
//! language of its reader.

use super::charge::RatingError;
use super::expected::Terms;
use super::usage::{self, Metered};
use super::used::Measured;
use crate::billing::calendar::Period;
use crate::billing::charge::Unit;
use crate::billing::contract::{ChargeModel, EffectiveItem};
use crate::billing::usage::MeterReading;
use crate::billing::{Money, Percent, Quantity, Ratio, UnitPrice};

/// One step: what it states, and the steps that this follows from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Reason {
    /// What it states.
    pub fact: Fact,
    /// What that follows from, in the order in which it is worked out.
    pub because: Vec<Reason>,
}

/// What a step states. Quantities are in the unit of the item.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Fact {
    /// What the use above the allowance costs in a period, net.
    Amount {
        /// The part of the period in which the item runs.
        window: Period,
        /// The sum of its parts.
        amount: Money,
    },
    /// The use of all instances that share the allowance.
    Used {
        /// Their sum.
        quantity: Quantity,
    },
    /// What was read, or is projected, at one instance.
    Read {
        /// The instance.
        instance: String,
        /// Its quantity.
        quantity: Quantity,
        /// The measured share of the period.
        coverage: Ratio,
        /// The revision of a closed reading; none for what is still measured.
        revision: Option<u32>,
    },
    /// The sum counts in started steps of a size.
    Steps {
        /// The size.
        size: Quantity,
    },
    /// An estimate that exceeds a bound by no more than it may be off counts as the bound.
    Bound {
        /// How far it may be off.
        tolerance: Percent,
        /// The bound.
        quantity: Quantity,
    },
    /// What the price includes in the period.
    Included {
        /// The allowance, with what rolled over.
        quantity: Quantity,
        /// The contract that grants it.
        contract: String,
    },
    /// The part of a whole allowance that a shorter period has.
    Part {
        /// The allowance of a whole period.
        whole: Quantity,
        /// The share of a whole period.
        share: Ratio,
    },
    /// What was left of the allowance of the period before.
    RolledOver {
        /// That period.
        before: Period,
        /// What was left.
        quantity: Quantity,
    },
    /// The use above the allowance.
    Above {
        /// The use less the allowance; never below zero.
        quantity: Quantity,
    },
    /// What a quantity costs at one price.
    Priced {
        /// The tier, from 1; none for prices without tiers.
        tier: Option<u32>,
        /// How much is charged at this price.
        quantity: Quantity,
        /// What is counted: the unit of the item, started packages, or a lump sum.
        unit: Unit,
        /// The price of one.
        price: UnitPrice,
        /// The product, rounded to the currency.
        amount: Money,
        /// The contract that names the price.
        contract: String,
    },
    /// The most that a period may cost.
    Most {
        /// What is taken off for it.
        taken: Money,
    },
    /// The least that is owed for a period, whatever is used.
    Least {
        /// The amount.
        amount: Money,
        /// The contract that names it.
        contract: String,
    },
}

impl Fact {
    /// The step that states it, and follows from nothing further.
    #[must_use]
    pub const fn alone(self) -> Reason {
        Reason {
            fact: self,
            because: Vec::new(),
        }
    }

    /// The step that states it because of others.
    #[must_use]
    pub fn because(self, because: Vec<Reason>) -> Reason {
        Reason {
            fact: self,
            because,
        }
    }
}

/// The step of one reading.
pub(super) fn read(reading: &MeterReading) -> Reason {
    Fact::Read {
        instance: reading.instance.clone(),
        quantity: reading.quantity,
        coverage: reading.coverage,
        revision: reading.closed_revision(),
    }
    .alone()
}

/// The amount of a period, from its readings to the sum: use, allowance, what is above it, and the
/// price of that.
pub(super) fn amount(
    of: (&Terms<'_>, &EffectiveItem, &Metered<'_>),
    found: &Measured,
    (window, amount, least): (Period, Money, Option<Money>),
) -> Result<Reason, RatingError> {
    let (terms, item, _) = of;
    let step = item.price_on(window.start());
    let flat = step.is_some_and(|step| matches!(step.model, ChargeModel::Flat { .. }));
    let contract = || terms.contract_number().to_owned();
    let used = Fact::Used {
        quantity: found.used.quantity,
    };
    let included = Fact::Included {
        quantity: found.included,
        contract: contract(),
    };
    let mut because = vec![
        used.because(found.used.reasons.clone()),
        included.because(found.granted.clone()),
        Fact::Above {
            quantity: found.above,
        }
        .alone(),
    ];
    let mut sum = Money::zero(terms.currency());
    for part in usage::priced(of, window, found.above)? {
        sum = sum.plus(part.net)?;
        let priced = Fact::Priced {
            tier: part.priced.bounds.map(|_| part.priced.tier),
            quantity: part.priced.quantity,
            unit: if flat { Unit::LumpSum } else { part.unit },
            price: part.priced.price,
            amount: part.net,
            contract: contract(),
        };
        because.push(priced.alone());
    }
    let taken = sum.minus(amount)?;
    if taken.minor() != 0 {
        because.push(Fact::Most { taken }.alone());
    }
    if let Some(amount) = least {
        let contract = contract();
        because.push(Fact::Least { amount, contract }.alone());
    }
    Ok(Fact::Amount { window, amount }.because(because))
}
