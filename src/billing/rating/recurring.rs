//! Recurring fees: a billing period cut where price, count or discount changes.

use chrono::NaiveDate;

use super::charge::{ChargeGroup, GroupKey, RatedDiscount, RatedLine, RatingError};
use super::expected::Terms;
use super::model::{Priced, price_quantity};
use crate::billing::calendar::{Interval, Period};
use crate::billing::charge::{Cause, ChargeKind, LineBasis, Unit};
use crate::billing::contract::{Discount, DiscountAmount, EffectiveItem};
use crate::billing::derivation::{Derivation, SourceKind};
use crate::billing::{Money, Quantity, Ratio, Rounding, UnitPrice, proration};

/// The unit that a price interval is counted in.
pub(super) const fn unit_of(interval: Interval) -> Unit {
    match interval {
        Interval::Month => Unit::Month,
        Interval::Quarter => Unit::Quarter,
        Interval::HalfYear => Unit::HalfYear,
        Interval::Year => Unit::Year,
    }
}

/// The group of one billing period; `window` is the part of it in which the item runs.
pub(super) fn group(
    terms: &Terms<'_>,
    item: &EffectiveItem,
    per: Interval,
    period: Period,
    window: Period,
) -> Result<ChargeGroup, RatingError> {
    let cycle = terms.cycle(per)?;
    let mut lines = Vec::new();
    // What was charged so far at an unchanged price: rounding runs on across cuts, so that a cut
    // that changes nothing changes no cent.
    let mut run: Option<(Vec<Priced>, Ratio)> = None;
    for part in window.split_at(&cuts(terms, item)) {
        let Some(step) = item.price_on(part.start()) else {
            continue;
        };
        let count = item.quantity_on(part.start());
        let priced = price_quantity(&item.item.id, &step.model, count)?;
        let share = proration::intervals(terms.proration(), &cycle, part, terms.zone())?;
        let before = match &run {
            Some((same, before)) if *same == priced => *before,
            _ => Ratio::ZERO,
        };
        let after = before.plus(share)?;
        let fee = Fee {
            terms,
            item,
            per,
            part,
            share,
            before,
            after,
            count,
        };
        for price in &priced {
            lines.push(fee.line(price, &step.because)?);
        }
        run = Some((priced, after));
    }
    let due = terms.due(item, period, window)?;
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
        within: None,
        revision: 0,
        amendments: item.amendments.join(","),
    })
}

fn cuts(terms: &Terms<'_>, item: &EffectiveItem) -> Vec<NaiveDate> {
    let prices = item.prices.iter().map(|step| step.from);
    let counts = item.quantities.iter().map(|step| step.from);
    let discounts = terms
        .discounts()
        .filter(|(_, discount)| discount.applies_to(&item.item))
        .flat_map(|(_, discount)| [Some(discount.from), discount.until])
        .flatten();
    prices.chain(counts).chain(discounts).collect()
}

/// One part of a billing period at one price, count and set of discounts.
struct Fee<'a> {
    terms: &'a Terms<'a>,
    item: &'a EffectiveItem,
    per: Interval,
    part: Period,
    share: Ratio,
    before: Ratio,
    after: Ratio,
    count: Quantity,
}

impl Fee<'_> {
    fn line(&self, price: &Priced, because: &[String]) -> Result<RatedLine, RatingError> {
        let currency = self.terms.currency();
        let each = price.price.ratio().times(price.quantity.ratio())?;
        let upto = |share: Ratio| -> Result<Money, RatingError> {
            Ok(Money::rounded(
                each.times(share)?,
                currency,
                Rounding::HalfUp,
            )?)
        };
        let gross = upto(self.after)?.minus(upto(self.before)?)?;
        let exact = price.quantity.ratio().times(self.share)?;
        let shape = shape(exact, price.price, unit_of(self.per), gross)?;
        let discounts = self.discounts(gross)?;
        let taken = Money::sum(discounts.iter().map(|d| d.amount), currency)?;
        let net = gross.minus(taken)?;
        let unit = unit_of(self.per).code();
        let mut derivation = Derivation::fact(
            format!("{}, {}", self.item.item.id, self.part),
            format!("{net}"),
        )
        .because([
            Derivation::fact(
                "price of one interval",
                format!("{} {currency}", price.price),
            )
            .from(SourceKind::Contract, self.terms.contract_number())
            .because(because.iter().map(|why| Derivation::fact(why, ""))),
            Derivation::fact(
                format!("intervals covered ({unit})"),
                self.share.to_string(),
            ),
        ]);
        if self.count != Quantity::whole(1) {
            derivation = derivation.because([Derivation::fact("count", self.count.to_string())]);
        }
        for discount in &discounts {
            let id = discount
                .discount
                .and_then(|index| self.terms.discount(index));
            let name = id.map_or("maximum", |found| found.id.as_str());
            derivation = derivation.because([Derivation::fact(
                format!("discount {name}"),
                format!("-{}", discount.amount),
            )]);
        }
        Ok(RatedLine {
            service: self.part,
            kind: ChargeKind::Recurring,
            cause: Cause::Base,
            quantity: shape.quantity,
            unit: shape.unit,
            price: shape.price,
            discounts,
            basis: LineBasis::Time {
                per: self.per,
                fraction: self.share,
                count: self.count,
            },
            net,
            derivation,
        })
    }

    /// Percentages first, then amounts, each in the order of the contract; never below zero.
    fn discounts(&self, gross: Money) -> Result<Vec<RatedDiscount>, RatingError> {
        let day = self.part.start();
        let active = |discount: &Discount| {
            discount.applies_to(&self.item.item)
                && discount.from <= day
                && discount.until.is_none_or(|until| day < until)
        };
        let mut found: Vec<(usize, &Discount)> = self
            .terms
            .discounts()
            .filter(|(_, discount)| active(discount))
            .collect();
        found.sort_by_key(|(_, d)| matches!(d.amount, DiscountAmount::Absolute(_)));
        let mut rest = gross;
        let mut taken = Vec::new();
        for (index, discount) in found {
            let (amount, percent) = match discount.amount {
                DiscountAmount::Percent(percent) => (
                    rest.share(percent.factor()?, Rounding::HalfUp)?,
                    Some((percent, rest)),
                ),
                DiscountAmount::Absolute(each) => {
                    let exact = each.ratio().times(self.share)?;
                    let amount = Money::rounded(exact, gross.currency(), Rounding::HalfUp)?;
                    (amount, None)
                }
            };
            // Never more than is left, never an increase.
            let amount = Money::new(amount.minor().min(rest.minor()), amount.currency());
            if amount.minor() > 0 {
                rest = rest.minus(amount)?;
                taken.push(RatedDiscount {
                    discount: Some(index),
                    amount,
                    percent,
                });
            }
        }
        Ok(taken)
    }
}

/// Quantity, unit and price of a line.
pub(super) struct Shape {
    pub(super) quantity: Quantity,
    pub(super) unit: Unit,
    pub(super) price: UnitPrice,
}

/// Writes an amount as quantity × price. Where nine places of quantity would not multiply to the
/// amount again (EN 16931 BR-DEC and Peppol R120 recompute it), the line states the sum instead.
pub(super) fn shape(
    exact: Ratio,
    price: UnitPrice,
    unit: Unit,
    gross: Money,
) -> Result<Shape, RatingError> {
    let quantity = Quantity::rounded(exact, Rounding::HalfUp)?;
    let product = quantity.ratio().times(price.ratio())?;
    if Money::rounded(product, gross.currency(), Rounding::HalfUp)? == gross {
        return Ok(Shape {
            quantity,
            unit,
            price,
        });
    }
    sum(gross)
}

/// An amount as quantity (1 or −1) and price.
///
/// # Errors
/// [`RatingError`] when the amount leaves the range of a price.
pub fn lump_sum(amount: Money) -> Result<(Quantity, UnitPrice), RatingError> {
    let shape = sum(amount)?;
    Ok((shape.quantity, shape.price))
}

/// An amount as one lump sum; negative amounts as a negative quantity, since a price never is.
pub(super) fn sum(gross: Money) -> Result<Shape, RatingError> {
    let sign = if gross.is_negative() { -1 } else { 1 };
    let size = if gross.is_negative() {
        gross.negated()?
    } else {
        gross
    };
    let price = UnitPrice::rounded(size.ratio()?, Rounding::HalfUp)?;
    Ok(Shape {
        quantity: Quantity::whole(sign),
        unit: Unit::LumpSum,
        price,
    })
}
