//! Metered use: readings less allowances, priced by tier, with minimum and maximum.

use super::charge::{ChargeGroup, GroupKey, RatedDiscount, RatedLine, RatingError};
use super::expected::Terms;
use super::model::{Priced, price_quantity};
use super::recurring::{shape, sum};
use crate::billing::calendar::{Interval, Period};
use crate::billing::charge::{Cause, ChargeKind, LineBasis, Unit};
use crate::billing::contract::{ChargeModel, CommitmentBasis, EffectiveItem, Price};
use crate::billing::derivation::{Derivation, SourceKind};
use crate::billing::usage::MeterReading;
use crate::billing::{Money, Percent, Quantity, Ratio, Rounding, proration};

/// What was read for one usage period, summed over the instances that share an allowance.
struct Use {
    quantity: Quantity,
    coverage: Ratio,
    estimated: bool,
    /// How far the quantity may be off, in per cent.
    tolerance: Option<Percent>,
    revision: u32,
    because: Vec<Derivation>,
}

/// The parts of a metered price that rating needs.
pub(super) struct Metered<'a> {
    pub(super) per: Interval,
    meter: &'a str,
    unit: Unit,
    included: Quantity,
    roll_over: bool,
    step: Option<Quantity>,
    pub(super) minimum: Option<crate::billing::contract::Commitment>,
    maximum: Option<crate::billing::UnitPrice>,
    pooled_with: &'a [String],
}

impl<'a> Metered<'a> {
    /// The metered parts of a price; none for other prices.
    pub(super) fn of(price: &'a Price) -> Option<Self> {
        match price {
            Price::Usage {
                per,
                meter,
                unit,
                charge: _,
                included,
                roll_over,
                step,
                minimum,
                maximum,
                pooled_with,
                gaps: _,
            } => Some(Self {
                per: *per,
                meter,
                unit: *unit,
                included: *included,
                roll_over: *roll_over,
                step: *step,
                minimum: *minimum,
                maximum: *maximum,
                pooled_with,
            }),
            Price::Recurring { .. } | Price::OneOff { .. } => None,
        }
    }
}

/// The group of one usage period. `before` is the usage window before it, for roll-over.
pub(super) fn group(
    terms: &Terms<'_>,
    item: &EffectiveItem,
    metered: &Metered<'_>,
    windows: (Option<Period>, Period, Period),
    due: chrono::NaiveDate,
) -> Result<ChargeGroup, RatingError> {
    let (before, period, window) = windows;
    let mut used = read(terms, item, metered, window)?;
    let mut included = allowance(terms, metered, window)?;
    if let (true, Some(before)) = (metered.roll_over, before) {
        let unused = allowance(terms, metered, before)?
            .ratio()
            .minus(read(terms, item, metered, before)?.quantity.ratio())?
            .max(Ratio::ZERO);
        included = Quantity::rounded(included.ratio().plus(unused)?, Rounding::HalfUp)?;
    }
    let model = item.price_on(window.start()).map(|step| &step.model);
    let sure = surely(&mut used, included, model)?;
    let above = sure.minus(included.ratio())?.max(Ratio::ZERO);
    let billable = Quantity::rounded(above, Rounding::HalfUp)?;
    let mut lines = Vec::new();
    if !billable.is_zero() {
        for priced in model.map_or(Ok(Vec::new()), |m| {
            price_quantity(&item.item.id, m, billable)
        })? {
            lines.push(line(
                (terms, item, metered),
                &used,
                included,
                window,
                &priced,
            )?);
        }
        cap(terms, metered, &mut lines)?;
    }
    let within =
        (billable.is_zero() && !metered.included.is_zero()).then_some((used.quantity, included));
    Ok(ChargeGroup {
        key: GroupKey {
            item: item.item.id.clone(),
            period,
            true_up: false,
        },
        due,
        lines: lines
            .into_iter()
            .filter(|line| !line.net.is_zero())
            .collect(),
        within,
        revision: used.revision,
        amendments: item.amendments.join(","),
    })
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
    Ok(bound)
}

fn allowance(
    terms: &Terms<'_>,
    metered: &Metered<'_>,
    window: Period,
) -> Result<Quantity, RatingError> {
    let cycle = terms.cycle(metered.per)?;
    let share = proration::intervals(terms.proration(), &cycle, window, terms.zone())?;
    Ok(Quantity::rounded(
        metered.included.ratio().times(share)?,
        Rounding::HalfUp,
    )?)
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
    }
    if let Some(step) = metered.step.filter(|step| !step.is_zero()) {
        let steps = total.over(step.ratio())?.rounded(0, Rounding::Up)?;
        total = step.ratio().times(Ratio::new(steps, 1)?)?;
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

fn line(
    of: (&Terms<'_>, &EffectiveItem, &Metered<'_>),
    used: &Use,
    included: Quantity,
    window: Period,
    priced: &Priced,
) -> Result<RatedLine, RatingError> {
    let (terms, item, metered) = of;
    let exact = priced.price.ratio().times(priced.quantity.ratio())?;
    let net = Money::rounded(exact, terms.currency(), Rounding::HalfUp)?;
    let unit = if priced.packages {
        Unit::Package
    } else {
        metered.unit
    };
    let shape = shape(priced.quantity.ratio(), priced.price, unit, net)?;
    let tier = priced
        .bounds
        .map(|_| format!(", tier {}", priced.tier))
        .unwrap_or_default();
    let derivation = Derivation::fact(format!("{}, {window}{tier}", item.item.id), net.to_string())
        .because([
            Derivation::fact(
                "quantity above the allowance",
                format!("{} {}", priced.quantity, unit.code()),
            )
            .because(used.because.iter().cloned())
            .because([Derivation::fact("included", included.to_string())
                .from(SourceKind::Contract, terms.contract_number())]),
            Derivation::fact(
                "price of one",
                format!("{} {}", priced.price, terms.currency()),
            )
            .from(SourceKind::Contract, terms.contract_number()),
        ]);
    Ok(RatedLine {
        service: window,
        kind: ChargeKind::Usage { tier: priced.tier },
        cause: Cause::Reading {
            revision: used.revision,
        },
        quantity: shape.quantity,
        unit: shape.unit,
        price: shape.price,
        discounts: Vec::new(),
        basis: LineBasis::Usage {
            reading: used.quantity,
            included,
            tier: priced.bounds,
            coverage: used.coverage,
            estimated: used.estimated,
        },
        net,
        derivation,
    })
}

/// Takes what exceeds the maximum off the last lines.
fn cap(
    terms: &Terms<'_>,
    metered: &Metered<'_>,
    lines: &mut [RatedLine],
) -> Result<(), RatingError> {
    let Some(maximum) = metered.maximum else {
        return Ok(());
    };
    let currency = terms.currency();
    let maximum = Money::rounded(maximum.ratio(), currency, Rounding::HalfUp)?;
    let total = Money::sum(lines.iter().map(|line| line.net), currency)?;
    let mut over = total.minus(maximum)?;
    for line in lines.iter_mut().rev() {
        if over.minor() <= 0 {
            break;
        }
        let amount = if over.minor() > line.net.minor() {
            line.net
        } else {
            over
        };
        line.net = line.net.minus(amount)?;
        over = over.minus(amount)?;
        line.discounts.push(RatedDiscount {
            discount: None,
            amount,
            percent: None,
        });
    }
    Ok(())
}

/// The true-up of a minimum over `window`, given what its use came to.
pub(super) fn true_up(
    terms: &Terms<'_>,
    item: &EffectiveItem,
    metered: &Metered<'_>,
    windows: (Period, Period),
    due: chrono::NaiveDate,
    used: Money,
) -> Result<Option<ChargeGroup>, RatingError> {
    let (period, window) = windows;
    let Some(minimum) = metered.minimum else {
        return Ok(None);
    };
    let interval = match minimum.basis {
        CommitmentBasis::Period => metered.per,
        CommitmentBasis::Year => Interval::Year,
    };
    let cycle = terms.cycle(interval)?;
    let share = proration::intervals(terms.proration(), &cycle, window, terms.zone())?;
    let least = Money::rounded(
        minimum.amount.ratio().times(share)?,
        terms.currency(),
        Rounding::HalfUp,
    )?;
    let missing = least.minus(used)?;
    let mut lines = Vec::new();
    if missing.minor() > 0 {
        let shape = sum(missing)?;
        let derivation = Derivation::fact(
            format!("{}, minimum for {window}", item.item.id),
            missing.to_string(),
        )
        .because([
            Derivation::fact("least amount agreed", least.to_string())
                .from(SourceKind::Contract, terms.contract_number()),
            Derivation::fact("charged for use", used.to_string()),
        ]);
        lines.push(RatedLine {
            service: window,
            kind: ChargeKind::TrueUp,
            cause: Cause::Base,
            quantity: shape.quantity,
            unit: shape.unit,
            price: shape.price,
            discounts: Vec::new(),
            basis: LineBasis::Sum,
            net: missing,
            derivation,
        });
    }
    Ok(Some(ChargeGroup {
        key: GroupKey {
            item: item.item.id.clone(),
            period,
            true_up: true,
        },
        due,
        lines,
        within: None,
        revision: 0,
        amendments: item.amendments.join(","),
    }))
}
