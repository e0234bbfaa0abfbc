//! Metered use: readings less allowances, priced by tier, with minimum and maximum.

use super::charge::{ChargeGroup, GroupKey, RatedDiscount, RatedLine, RatingError};
use super::expected::Terms;
use super::model::{Priced, price_quantity};
use super::recurring::{shape, sum};
use super::used::{Measured, Use, measured};
use crate::billing::calendar::{Interval, Period};
use crate::billing::charge::{Cause, ChargeKind, LineBasis, Unit};
use crate::billing::contract::{CommitmentBasis, EffectiveItem, Price};
use crate::billing::derivation::{Derivation, SourceKind};
use crate::billing::{Money, Quantity, Rounding, proration};

/// The parts of a metered price that rating needs.
pub(super) struct Metered<'a> {
    pub(super) per: Interval,
    pub(super) meter: &'a str,
    pub(super) unit: Unit,
    pub(super) included: Quantity,
    pub(super) roll_over: bool,
    pub(super) step: Option<Quantity>,
    pub(super) minimum: Option<crate::billing::contract::Commitment>,
    maximum: Option<crate::billing::UnitPrice>,
    pub(super) pooled_with: &'a [String],
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
    let Measured {
        used,
        included,
        above: billable,
        ..
    } = measured(terms, item, metered, (before, window))?;
    let of = (terms, item, metered);
    let mut lines = Vec::new();
    for part in priced(of, window, billable)? {
        lines.push(line(of, &used, included, window, &part)?);
    }
    if !lines.is_empty() {
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

/// A part of a quantity at one price.
pub(super) struct Part {
    pub(super) priced: Priced,
    /// What is counted.
    pub(super) unit: Unit,
    /// The product, rounded to the currency.
    pub(super) net: Money,
}

/// What the use above an allowance costs, by tier; nothing for no use.
pub(super) fn priced(
    (terms, item, metered): (&Terms<'_>, &EffectiveItem, &Metered<'_>),
    window: Period,
    billable: Quantity,
) -> Result<Vec<Part>, RatingError> {
    let step = item.price_on(window.start());
    let Some(step) = step.filter(|_| !billable.is_zero()) else {
        return Ok(Vec::new());
    };
    let part = |priced: Priced| {
        let exact = priced.price.ratio().times(priced.quantity.ratio())?;
        Ok(Part {
            net: Money::rounded(exact, terms.currency(), Rounding::HalfUp)?,
            unit: match priced.packages {
                true => Unit::Package,
                false => metered.unit,
            },
            priced,
        })
    };
    let parts = price_quantity(&item.item.id, &step.model, billable)?;
    parts.into_iter().map(part).collect()
}

fn line(
    of: (&Terms<'_>, &EffectiveItem, &Metered<'_>),
    used: &Use,
    included: Quantity,
    window: Period,
    part: &Part,
) -> Result<RatedLine, RatingError> {
    let (terms, item, _) = of;
    let Part { priced, unit, net } = part;
    let (unit, net) = (*unit, *net);
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

/// The least amount agreed for a window: of a usage period or of a contract year, as the minimum is
/// settled.
pub(super) fn least(
    terms: &Terms<'_>,
    metered: &Metered<'_>,
    window: Period,
) -> Result<Option<Money>, RatingError> {
    let Some(minimum) = metered.minimum else {
        return Ok(None);
    };
    let interval = match minimum.basis {
        CommitmentBasis::Period => metered.per,
        CommitmentBasis::Year => Interval::Year,
    };
    let cycle = terms.cycle(interval)?;
    let share = proration::intervals(terms.proration(), &cycle, window, terms.zone())?;
    let least = minimum.amount.ratio().times(share)?;
    let least = Money::rounded(least, terms.currency(), Rounding::HalfUp)?;
    Ok(Some(least))
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
    let Some(least) = least(terms, metered, window)? else {
        return Ok(None);
    };
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
