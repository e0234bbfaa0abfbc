//! Service credits: what a missed objective gives back, within its caps.
//!
//! A credit reduces the price of the service that fell short (§ 17 UStG), so it lowers the tax
//! base; it is an allowance on the next invoice. A contractual penalty is another thing and is not
//! made here.

use serde::{Deserialize, Serialize};

use super::{AvailabilityResult, CreditCaps, Objective, SlaError};
use crate::billing::calendar::Period;
use crate::billing::{Money, Percent, Ratio, Rounding};

/// Why a credit is given.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(rename_all = "snake_case", tag = "kind", deny_unknown_fields)]
pub enum CreditReason {
    /// The availability was below the target.
    Availability {
        /// The exact availability, one for always.
        ratio: Ratio,
        /// The promise in per cent.
        target: Percent,
        /// Seconds in which the service was promised.
        agreed_seconds: i64,
        /// Seconds of those in which it was down.
        down_seconds: i64,
        /// The outages that count.
        outages: Vec<String>,
    },
    /// A response or another promise was missed, found by a person.
    Missed {
        /// The ticket or report.
        evidence: String,
        /// What was missed, in words.
        what: String,
    },
}

/// An amount to be given back.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct ServiceCredit {
    /// The period that fell short.
    pub period: Period,
    /// The objective that was missed.
    pub objective: String,
    /// Per cent by the ladder, before caps.
    pub percent: Percent,
    /// What it is a percentage of.
    pub base: Money,
    /// The credit; positive, rounded half-up once, within the caps.
    pub amount: Money,
    /// Whether a cap made it smaller, so that amount is less than percent × base.
    pub capped: bool,
    /// Why.
    pub reason: CreditReason,
}

/// What was credited before: caps look at all credits of the month and of the contract year.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct AlreadyCredited {
    /// In the month of the period.
    pub month: Money,
    /// In its contract year.
    pub year: Money,
}

/// A promise other than availability that was missed: a response, a restore, a decision.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct MissedObjective {
    /// The objective.
    pub objective: String,
    /// The month in which it was missed.
    pub period: Period,
    /// Credit in per cent of the base.
    pub credit: Percent,
    /// The ticket or report that shows it.
    pub evidence: String,
    /// What was missed, in words.
    pub what: String,
}

/// The credit for an availability below its target; none when the objective was met or its ladder
/// gives nothing.
///
/// # Errors
/// [`SlaError::Money`] when the amounts are of different currencies or out of range.
pub fn credit_for_availability(
    objective: &Objective,
    result: &AvailabilityResult,
    base: Money,
    already: AlreadyCredited,
) -> Result<Option<ServiceCredit>, SlaError> {
    if result.met {
        return Ok(None);
    }
    let in_percent = result.ratio.times(Ratio::whole(100))?;
    let percent = objective
        .ladder
        .credit(in_percent, objective.rules.inclusive);
    let reason = CreditReason::Availability {
        ratio: result.ratio,
        target: objective.rules.target,
        agreed_seconds: result.agreed_seconds,
        down_seconds: result.down_seconds,
        outages: result.outages.iter().cloned().collect(),
    };
    let granted = Granted {
        period: result.period,
        objective: &objective.id,
        percent,
        base,
        caps: objective.caps,
        already,
    };
    granted.credit(reason)
}

/// The credit for a promise that a person found missed.
///
/// # Errors
/// [`SlaError::PercentOutOfRange`], [`SlaError::Money`].
pub fn credit_for_missed(
    missed: &MissedObjective,
    base: Money,
    caps: CreditCaps,
    already: AlreadyCredited,
) -> Result<Option<ServiceCredit>, SlaError> {
    if missed.credit.is_negative() || missed.credit > Percent::whole(100) {
        return Err(SlaError::PercentOutOfRange {
            objective: missed.objective.clone(),
            percent: missed.credit,
        });
    }
    let granted = Granted {
        period: missed.period,
        objective: &missed.objective,
        percent: missed.credit,
        base,
        caps,
        already,
    };
    granted.credit(CreditReason::Missed {
        evidence: missed.evidence.clone(),
        what: missed.what.clone(),
    })
}

struct Granted<'a> {
    period: Period,
    objective: &'a str,
    percent: Percent,
    base: Money,
    caps: CreditCaps,
    already: AlreadyCredited,
}

impl Granted<'_> {
    fn credit(&self, reason: CreditReason) -> Result<Option<ServiceCredit>, SlaError> {
        let full = self.base.share(self.percent.factor()?, Rounding::HalfUp)?;
        let mut amount = full;
        for left in [self.left_of_month()?, self.left_of_year()?]
            .into_iter()
            .flatten()
        {
            if left.minus(amount)?.is_negative() {
                amount = left;
            }
        }
        // A cap that is used up leaves nothing, never less.
        if amount.is_negative() || amount.is_zero() {
            return Ok(None);
        }
        Ok(Some(ServiceCredit {
            period: self.period,
            objective: self.objective.to_owned(),
            percent: self.percent,
            base: self.base,
            amount,
            capped: amount != full,
            reason,
        }))
    }

    fn left_of_month(&self) -> Result<Option<Money>, SlaError> {
        let Some(cap) = self.caps.per_month else {
            return Ok(None);
        };
        // Rounded down: the cap is a ceiling.
        let cap = self.base.share(cap.factor()?, Rounding::Down)?;
        Ok(Some(cap.minus(self.already.month)?))
    }

    fn left_of_year(&self) -> Result<Option<Money>, SlaError> {
        let Some(cap) = self.caps.per_year else {
            return Ok(None);
        };
        let share = cap.factor()?.times(Ratio::whole(12))?;
        let cap = self.base.share(share, Rounding::Down)?;
        Ok(Some(cap.minus(self.already.year)?))
    }
}
