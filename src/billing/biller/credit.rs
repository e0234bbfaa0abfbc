//! Service credits on their way to an invoice.

use chrono::NaiveDate;
use serde::{Deserialize, Serialize};

use super::{Billed, BillingError};
use crate::billing::calendar::Period;
use crate::billing::derivation::Derivation;
use crate::billing::invoice::{DocumentAllowance, Line};
use crate::billing::party::{Language, Localised};
use crate::billing::tax::TaxTreatment;
use crate::billing::{Money, Percent, Ratio};

/// An approved service credit: an allowance on the next invoice that has room for it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Credit {
    /// Identifier: contract, item, objective and month.
    pub id: String,
    /// Item whose service fell short.
    pub item: String,
    /// The measured month.
    pub period: Period,
    /// First day it may be settled.
    pub applies_from: NaiveDate,
    /// Amount; positive.
    pub amount: Money,
    /// Percentage and the fee it was taken of.
    pub percent: (Percent, Money),
    /// Share of the agreed time that was reached.
    pub reached: Option<Ratio>,
    /// Agreed target.
    pub target: Option<Percent>,
    /// Outages or cases behind it.
    pub references: Vec<String>,
    /// Reason on documents.
    pub reason: Localised,
    /// Why this amount.
    pub derivation: Derivation,
}

/// The credits that may be settled on a day and are not settled whole, with what is left of each,
/// oldest first.
pub(super) fn open<'a>(
    credits: &'a [Credit],
    billed: &Billed,
    day: NaiveDate,
) -> Result<Vec<(&'a Credit, Money)>, BillingError> {
    let mut waiting: Vec<&Credit> = credits
        .iter()
        .filter(|credit| credit.applies_from <= day)
        .collect();
    waiting.sort_by(|a, b| (a.period, &a.id).cmp(&(b.period, &b.id)));
    let mut found = Vec::with_capacity(waiting.len());
    for credit in waiting {
        let used = billed.credits.get(&credit.id).copied();
        let used = used.unwrap_or(Money::zero(credit.amount.currency()));
        let left = credit.amount.minus(used)?;
        if left.minor() > 0 {
            found.push((credit, left));
        }
    }
    Ok(found)
}

/// Settles what fits: never more than the lines of the same tax treatment come to, so that no
/// taxable amount falls below zero. What does not fit stays for the next document.
pub(super) fn settle(
    credits: &[Credit],
    billed: &Billed,
    lines: &[Line],
    day: NaiveDate,
    language: Language,
    treatment: impl Fn(&Credit) -> Result<TaxTreatment, BillingError>,
) -> Result<Vec<DocumentAllowance>, BillingError> {
    let mut found: Vec<DocumentAllowance> = Vec::new();
    for (credit, open) in open(credits, billed, day)? {
        let currency = open.currency();
        let tax = treatment(credit)?;
        let same = |other: &TaxTreatment| other.category == tax.category && other.rate == tax.rate;
        let charged = Money::sum(
            lines.iter().filter(|l| same(&l.tax)).map(|l| l.net),
            currency,
        )?;
        let taken = Money::sum(
            found.iter().filter(|a| same(&a.tax)).map(|a| a.amount),
            currency,
        )?;
        let room = charged.minus(taken)?;
        let amount = if open.minor() <= room.minor() {
            open
        } else {
            room
        };
        if amount.minor() <= 0 {
            continue;
        }
        // A capped or partial credit is no longer the product of its percentage and base.
        let (percent, base) = credit.percent;
        let factor = percent.factor().map_err(crate::billing::MoneyError::from)?;
        let whole = amount == base.share(factor, crate::billing::Rounding::HalfUp)?;
        found.push(DocumentAllowance {
            credit: credit.id.clone(),
            amount,
            percent: whole.then_some(credit.percent),
            reason: credit.reason.get(language).to_owned(),
            details: Vec::new(),
            period: credit.period,
            reached: credit.reached,
            target: credit.target,
            references: credit.references.clone(),
            tax,
            derivation: credit.derivation.clone(),
        });
    }
    Ok(found)
}
