//! The totals waterfall of EN 16931: lines, allowances, tax per category and rate, amount due.

use serde::{Deserialize, Serialize};

use super::Line;
use crate::billing::calendar::Period;
use crate::billing::derivation::Derivation;
use crate::billing::party::Localised;
use crate::billing::tax::{TaxCategory, TaxTreatment};
use crate::billing::{Currency, Money, MoneyError, Percent, Ratio, Rounding};

/// Why totals cannot be made.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum TotalsError {
    /// An amount out of range or of another currency.
    #[error(transparent)]
    Money(#[from] MoneyError),
    /// Category O stands alone on a document (BR-O-11 to BR-O-14).
    #[error("lines outside the scope of tax need a document of their own")]
    MixedOutOfScope,
    /// A document of this type never has a negative amount due.
    #[error("the amount due would be {due}")]
    Negative {
        /// What it would be.
        due: Money,
    },
}

impl TotalsError {
    /// Stable code of the error.
    #[must_use]
    pub fn code(&self) -> &'static str {
        match self {
            Self::Money(cause) => cause.code(),
            Self::MixedOutOfScope => "invoice.mixed-out-of-scope",
            Self::Negative { .. } => "invoice.negative-total",
        }
    }
}

/// An allowance on the whole document (BG-20), e.g. a service credit.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct DocumentAllowance {
    /// Identity of the credit it settles.
    pub credit: String,
    /// Amount taken off; positive (BT-92).
    pub amount: Money,
    /// Percentage and base, where it was one and the amount is their exact product
    /// (BT-94, BT-93).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub percent: Option<(Percent, Money)>,
    /// Reason in the document's language, short (BT-97).
    pub reason: String,
    /// Further words in the document's language.
    #[serde(default)]
    pub details: Vec<String>,
    /// The period whose service fell short.
    pub period: Period,
    /// Share of the agreed time that was reached, where the objective is a share.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reached: Option<Ratio>,
    /// The agreed target in per cent, where the objective is a share.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub target: Option<Percent>,
    /// Identifiers of the outages or cases behind it.
    #[serde(default)]
    pub references: Vec<String>,
    /// Tax treatment of the affected service (BT-95, BT-96).
    pub tax: TaxTreatment,
    /// Why this amount.
    pub derivation: Derivation,
}

/// Tax of one category and rate (BG-23).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct TaxSubtotal {
    /// Category (BT-118).
    pub category: TaxCategory,
    /// Rate in per cent (BT-119); none for category O.
    pub rate: Option<Percent>,
    /// Taxable amount (BT-116).
    pub taxable: Money,
    /// Tax (BT-117).
    pub tax: Money,
    /// VATEX code (BT-121).
    pub exemption_code: Option<String>,
    /// Reason in words (BT-120).
    pub reason: Option<Localised>,
}

/// Sums of the document (BG-22).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Totals {
    /// Sum of line net amounts (BT-106).
    pub lines: Money,
    /// Sum of document allowances (BT-107).
    pub allowances: Money,
    /// Net total (BT-109).
    pub net: Money,
    /// Tax total (BT-110).
    pub tax: Money,
    /// Gross total (BT-112).
    pub gross: Money,
    /// Already paid (BT-113); changes the amount due only, never the tax.
    pub prepaid: Money,
    /// Amount due (BT-115).
    pub payable: Money,
}

/// Groups lines and allowances by category and rate and taxes each group once (BR-CO-17): the
/// rate is applied to the group's sum, never line by line.
///
/// # Errors
/// [`TotalsError::Money`], [`TotalsError::MixedOutOfScope`].
pub fn tax_breakdown(
    lines: &[Line],
    allowances: &[DocumentAllowance],
    currency: Currency,
) -> Result<Vec<TaxSubtotal>, TotalsError> {
    let mut groups: Vec<TaxSubtotal> = Vec::new();
    for line in lines {
        add(&mut groups, &line.tax, line.net, currency)?;
    }
    for allowance in allowances {
        add(
            &mut groups,
            &allowance.tax,
            allowance.amount.negated()?,
            currency,
        )?;
    }
    groups.sort_by_key(|group| (group.category, group.rate));
    let out_of_scope = groups.iter().any(|group| group.category == TaxCategory::O);
    if out_of_scope && groups.len() > 1 {
        return Err(TotalsError::MixedOutOfScope);
    }
    for group in &mut groups {
        if let Some(rate) = group.rate {
            let factor = rate.factor().map_err(MoneyError::from)?;
            group.tax = group.taxable.share(factor, Rounding::HalfUp)?;
        }
    }
    Ok(groups)
}

fn add(
    groups: &mut Vec<TaxSubtotal>,
    tax: &TaxTreatment,
    amount: Money,
    currency: Currency,
) -> Result<(), TotalsError> {
    let same = |group: &&mut TaxSubtotal| {
        group.category == tax.category
            && group.rate == tax.rate
            && group.exemption_code == tax.exemption_code
    };
    match groups.iter_mut().find(same) {
        Some(group) => group.taxable = group.taxable.plus(amount)?,
        None => groups.push(TaxSubtotal {
            category: tax.category,
            rate: tax.rate,
            taxable: Money::zero(currency).plus(amount)?,
            tax: Money::zero(currency),
            exemption_code: tax.exemption_code.clone(),
            reason: tax.reason.clone(),
        }),
    }
    Ok(())
}

/// The waterfall: BR-CO-10 to BR-CO-16.
///
/// # Errors
/// [`TotalsError::Money`]; [`TotalsError::Negative`] when the amount due is below zero.
pub fn totals(
    lines: &[Line],
    allowances: &[DocumentAllowance],
    tax: &[TaxSubtotal],
    prepaid: Money,
) -> Result<Totals, TotalsError> {
    let currency = prepaid.currency();
    let line_sum = Money::sum(lines.iter().map(|line| line.net), currency)?;
    let allowance_sum = Money::sum(allowances.iter().map(|part| part.amount), currency)?;
    let net = line_sum.minus(allowance_sum)?;
    let tax_sum = Money::sum(tax.iter().map(|group| group.tax), currency)?;
    let gross = net.plus(tax_sum)?;
    let payable = gross.minus(prepaid)?;
    if payable.is_negative() {
        return Err(TotalsError::Negative { due: payable });
    }
    Ok(Totals {
        lines: line_sum,
        allowances: allowance_sum,
        net,
        tax: tax_sum,
        gross,
        prepaid,
        payable,
    })
}
