//! What was used in a period against its allowance: readings summed over the instances that share
//! it, what rolled over, and what of an estimate counts.

use super::charge::RatingError;
use super::expected::Terms;
use super::reason::{self, Fact, Reason};
use super::usage::Metered;
use crate::billing::calendar::Period;
use crate::billing::charge::Unit;
use crate::billing::contract::{ChargeModel, EffectiveItem};
use crate::billing::derivation::{Derivation, SourceKind};
use crate::billing::usage::MeterReading;
use crate::billing::{Percent, Quantity, Ratio, Rounding, proration};

/// What was read for one usage period, summed over the instances that share an allowance.
pub(super) struct Use {
    pub(super) quantity: Quantity,
    pub(super) coverage: Ratio,
    pub(super) estimated: bool,
    /// How far the quantity may be off, in per cent.
    tolerance: Option<Percent>,
    pub(super) revision: u32,
    pub(super) because: Vec<Derivation>,
    /// The same as figures.
    pub(super) reasons: Vec<Reason>,
}

/// What of the use of a period is within its allowance, and what is above it.
pub(super) struct Measured {
    pub(super) used: Use,
    pub(super) included: Quantity,
    pub(super) above: Quantity,
    /// How the allowance came to be, where it is not that of a whole period.
    pub(super) granted: Vec<Reason>,
}

/// The quantity that counts of an estimate: when it exceeds the allowance or a band of a volume
/// price by no more than it may be off, it counts as that bound. A band that is only just reached
/// by an estimate may not have been reached.
fn surely(
    used: &mut Use,
    included: Quantity,
    model: Option<&ChargeModel>,
) -> Result<Ratio, RatingError> {
    let quantity = used.quantity.ratio();
    let Some(tolerance) = used.tolerance else {
        return Ok(quantity);
    };
    let least = quantity.times(Ratio::ONE.minus(tolerance.factor()?)?)?;
    let mut bounds = vec![included.ratio()];
    if let Some(ChargeModel::Volume { tiers }) = model {
        for bound in tiers.iter().filter_map(|tier| tier.up_to) {
            bounds.push(included.ratio().plus(bound.ratio())?);
        }
    }
    let within = |bound: &Ratio| !bound.is_zero() && least <= *bound && *bound < quantity;
    let Some(bound) = bounds.into_iter().filter(within).min() else {
        return Ok(quantity);
    };
    let counts = Quantity::rounded(bound, Rounding::HalfUp)?;
    let what = format!("an estimate within {tolerance} % of a bound counts as the bound");
    used.because
        .push(Derivation::fact(what, counts.to_string()));
    let bound_at = Fact::Bound {
        tolerance,
        quantity: counts,
    };
    used.reasons.push(bound_at.alone());
    Ok(bound)
}

/// The use of a window against its allowance. `before` is the window before it, for roll-over.
pub(super) fn measured(
    terms: &Terms<'_>,
    item: &EffectiveItem,
    metered: &Metered<'_>,
    (before, window): (Option<Period>, Period),
) -> Result<Measured, RatingError> {
    let mut used = read(terms, item, metered, window)?;
    let (mut included, share) = allowance(terms, metered, window)?;
    let mut granted = Vec::new();
    if share != Ratio::ONE && !metered.included.is_zero() {
        let whole = metered.included;
        granted.push(Fact::Part { whole, share }.alone());
    }
    if let (true, Some(before)) = (metered.roll_over, before) {
        let (agreed, _) = allowance(terms, metered, before)?;
        let unused = agreed
            .ratio()
            .minus(read(terms, item, metered, before)?.quantity.ratio())?
            .max(Ratio::ZERO);
        included = Quantity::rounded(included.ratio().plus(unused)?, Rounding::HalfUp)?;
        let quantity = Quantity::rounded(unused, Rounding::HalfUp)?;
        granted.push(Fact::RolledOver { before, quantity }.alone());
    }
    let model = item.price_on(window.start()).map(|step| &step.model);
    let sure = surely(&mut used, included, model)?;
    let above = sure.minus(included.ratio())?.max(Ratio::ZERO);
    let above = Quantity::rounded(above, Rounding::HalfUp)?;
    Ok(Measured {
        used,
        included,
        above,
        granted,
    })
}

/// What a window grants, and its share of a whole interval.
fn allowance(
    terms: &Terms<'_>,
    metered: &Metered<'_>,
    window: Period,
) -> Result<(Quantity, Ratio), RatingError> {
    let cycle = terms.cycle(metered.per)?;
    let share = proration::intervals(terms.proration(), &cycle, window, terms.zone())?;
    let granted = metered.included.ratio().times(share)?;
    Ok((Quantity::rounded(granted, Rounding::HalfUp)?, share))
}

fn read(
    terms: &Terms<'_>,
    item: &EffectiveItem,
    metered: &Metered<'_>,
    window: Period,
) -> Result<Use, RatingError> {
    let own = item
        .item
        .instance
        .as_ref()
        .ok_or_else(|| RatingError::NoInstance {
            item: item.item.id.clone(),
        })?;
    let mut total = Ratio::ZERO;
    let mut used = Use {
        quantity: Quantity::ZERO,
        coverage: Ratio::ONE,
        estimated: false,
        tolerance: None,
        revision: 0,
        because: Vec::new(),
        reasons: Vec::new(),
    };
    for instance in std::iter::once(own).chain(metered.pooled_with) {
        let reading = terms
            .reading(instance, metered.meter, window)
            .ok_or_else(|| RatingError::MissingReading {
                item: item.item.id.clone(),
                meter: metered.meter.to_owned(),
                instance: instance.clone(),
                period: window,
            })?;
        total = total.plus(reading.quantity.ratio())?;
        used.coverage = used.coverage.min(reading.coverage);
        used.estimated |= reading.estimated;
        used.tolerance = used.tolerance.max(reading.tolerance);
        used.revision = used.revision.max(reading.revision);
        used.because.push(explain(reading, metered.unit));
        used.reasons.push(reason::read(reading));
    }
    if let Some(step) = metered.step.filter(|step| !step.is_zero()) {
        let steps = total.over(step.ratio())?.rounded(0, Rounding::Up)?;
        total = step.ratio().times(Ratio::new(steps, 1)?)?;
        used.reasons.push(Fact::Steps { size: step }.alone());
    }
    used.quantity = Quantity::rounded(total, Rounding::HalfUp)?;
    Ok(used)
}

fn explain(reading: &MeterReading, unit: Unit) -> Derivation {
    let MeterReading {
        instance,
        meter,
        period,
        quantity,
        coverage,
        revision,
        evidence,
        ..
    } = reading;
    let estimated = if reading.estimated { ", estimated" } else { "" };
    Derivation::fact(
        format!("reading of {meter} at {instance}, {period}, revision {revision}{estimated}"),
        format!("{quantity} {} (coverage {coverage})", unit.code()),
    )
    .from(
        SourceKind::Reading,
        format!("{instance}/{meter}/{period}/{revision}"),
    )
    .because(
        evidence
            .iter()
            .map(|hash| Derivation::fact("evidence", "").from(SourceKind::Evidence, hash)),
    )
}
