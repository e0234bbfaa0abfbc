//! Price models: how a quantity becomes amounts.

use super::RatingError;
use crate::billing::contract::{ChargeModel, Tier};
use crate::billing::{Quantity, Ratio, Rounding, UnitPrice};

/// A priced part of a quantity.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Priced {
    /// Tier, from 1.
    pub tier: u32,
    /// Quantity at this price: units, or started packages.
    pub quantity: Quantity,
    /// Price of one.
    pub price: UnitPrice,
    /// Bounds of the tier: above, up to.
    pub bounds: Option<(Quantity, Option<Quantity>)>,
    /// True when the quantity counts packages.
    pub packages: bool,
}

/// Prices a quantity that is not negative. Parts of zero quantity are left out; a flat price
/// yields one part even for zero.
///
/// Rising quantities never cost less under flat, per-unit, graduated and package prices. Volume
/// prices may: one unit more can move all units to a cheaper tier.
///
/// # Errors
/// [`RatingError::Model`] for tiers that do not rise or do not cover the quantity, and for
/// packages without size.
pub fn price_quantity(
    item: &str,
    model: &ChargeModel,
    quantity: Quantity,
) -> Result<Vec<Priced>, RatingError> {
    let whole = |price| Priced {
        tier: 1,
        quantity,
        price,
        bounds: None,
        packages: false,
    };
    let parts = match model {
        ChargeModel::Flat { price } => {
            return Ok(vec![Priced {
                quantity: Quantity::whole(1),
                ..whole(*price)
            }]);
        }
        ChargeModel::PerUnit { price } => vec![whole(*price)],
        ChargeModel::Graduated { tiers } => graduated(item, tiers, quantity)?,
        ChargeModel::Volume { tiers } => vec![volume(item, tiers, quantity)?],
        ChargeModel::Package { size, price } => {
            if size.is_zero() || size.is_negative() {
                let why = "a package must hold more than nothing";
                return Err(RatingError::Model {
                    item: item.to_owned(),
                    why,
                });
            }
            let started = quantity
                .ratio()
                .over(size.ratio())?
                .rounded(0, Rounding::Up)?;
            let started = Quantity::rounded(Ratio::new(started, 1)?, Rounding::Up)?;
            vec![Priced {
                quantity: started,
                packages: true,
                ..whole(*price)
            }]
        }
    };
    Ok(parts
        .into_iter()
        .filter(|part| !part.quantity.is_zero())
        .collect())
}

fn check(item: &str, tiers: &[Tier]) -> Result<(), RatingError> {
    let wrong = |why| {
        Err(RatingError::Model {
            item: item.to_owned(),
            why,
        })
    };
    let Some((last, rest)) = tiers.split_last() else {
        return wrong("a tiered price needs at least one tier");
    };
    if last.up_to.is_some() || rest.iter().any(|tier| tier.up_to.is_none()) {
        return wrong("every tier but the last needs an upper bound, the last must have none");
    }
    let bounds: Vec<Quantity> = rest.iter().filter_map(|tier| tier.up_to).collect();
    let rising = bounds.windows(2).all(|pair| pair.first() < pair.last());
    if !rising || bounds.first().is_some_and(|first| *first <= Quantity::ZERO) {
        return wrong("the upper bounds of tiers must rise from above zero");
    }
    Ok(())
}

fn graduated(item: &str, tiers: &[Tier], quantity: Quantity) -> Result<Vec<Priced>, RatingError> {
    check(item, tiers)?;
    let mut parts = Vec::new();
    let mut above = Quantity::ZERO;
    for (tier, number) in tiers.iter().zip(1_u32..) {
        let top = tier.up_to.map_or(quantity, |up_to| up_to.min(quantity));
        if top <= above {
            break;
        }
        let share = top.ratio().minus(above.ratio())?;
        parts.push(Priced {
            tier: number,
            quantity: Quantity::rounded(share, Rounding::HalfUp)?,
            price: tier.price,
            bounds: (tiers.len() > 1).then_some((above, tier.up_to)),
            packages: false,
        });
        above = top;
    }
    Ok(parts)
}

fn volume(item: &str, tiers: &[Tier], quantity: Quantity) -> Result<Priced, RatingError> {
    check(item, tiers)?;
    let mut above = Quantity::ZERO;
    for (tier, number) in tiers.iter().zip(1_u32..) {
        if tier.up_to.is_none_or(|up_to| quantity <= up_to) {
            let bounds = (tiers.len() > 1).then_some((above, tier.up_to));
            return Ok(Priced {
                tier: number,
                quantity,
                price: tier.price,
                bounds,
                packages: false,
            });
        }
        above = tier.up_to.unwrap_or(above);
    }
    let why = "no tier covers the quantity";
    Err(RatingError::Model {
        item: item.to_owned(),
        why,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn tiers() -> Vec<Tier> {
        [(Some("100"), "0.20"), (Some("500"), "0.15"), (None, "0.10")]
            .map(|(up_to, price)| Tier {
                up_to: up_to.map(|text| text.parse().unwrap()),
                price: price.parse().unwrap(),
            })
            .to_vec()
    }

    fn priced(model: &ChargeModel, quantity: &str) -> Vec<String> {
        let parts = price_quantity("item", model, quantity.parse().unwrap()).unwrap();
        parts
            .iter()
            .map(|p| format!("{}: {} x {}", p.tier, p.quantity, p.price))
            .collect()
    }

    #[test]
    fn upper_bounds_are_inclusive() {
        let graduated = ChargeModel::Graduated { tiers: tiers() };
        assert_eq!(priced(&graduated, "100"), ["1: 100 x 0.2"]);
        assert_eq!(priced(&graduated, "138"), ["1: 100 x 0.2", "2: 38 x 0.15"]);
        assert_eq!(
            priced(&graduated, "500.5"),
            ["1: 100 x 0.2", "2: 400 x 0.15", "3: 0.5 x 0.1"]
        );
        assert!(priced(&graduated, "0").is_empty());
        let volume = ChargeModel::Volume { tiers: tiers() };
        assert_eq!(priced(&volume, "100"), ["1: 100 x 0.2"]);
        assert_eq!(
            priced(&volume, "100.000000001"),
            ["2: 100.000000001 x 0.15"]
        );
    }

    #[test]
    fn one_unit_more_may_cost_less_by_volume() {
        let volume = ChargeModel::Volume { tiers: tiers() };
        let amount = |quantity: &str| {
            let parts = price_quantity("item", &volume, quantity.parse().unwrap()).unwrap();
            parts[0]
                .quantity
                .ratio()
                .times(parts[0].price.ratio())
                .unwrap()
        };
        assert!(amount("101") < amount("100"));
    }

    #[test]
    fn a_package_is_charged_when_it_is_started() {
        let size = "1000".parse().unwrap();
        let package = ChargeModel::Package {
            size,
            price: "45".parse().unwrap(),
        };
        assert_eq!(priced(&package, "1340"), ["1: 2 x 45"]);
        assert_eq!(priced(&package, "1"), ["1: 1 x 45"]);
        assert_eq!(priced(&package, "2000"), ["1: 2 x 45"]);
        assert!(priced(&package, "0").is_empty());
        let empty = ChargeModel::Package {
            size: Quantity::ZERO,
            price: "45".parse().unwrap(),
        };
        assert!(price_quantity("item", &empty, Quantity::whole(1)).is_err());
    }

    #[test]
    fn tiers_that_do_not_rise_are_refused() {
        let falling = [(Some("5"), "1"), (Some("5"), "1"), (None, "1")];
        let open = [(None, "1"), (None, "1")];
        for bounds in [&falling[..], &open[..], &[]] {
            let tiers = bounds
                .iter()
                .map(|(up_to, price): &(Option<&str>, &str)| Tier {
                    up_to: up_to.map(|text| text.parse().unwrap()),
                    price: price.parse().unwrap(),
                });
            let model = ChargeModel::Graduated {
                tiers: tiers.collect(),
            };
            assert!(price_quantity("item", &model, Quantity::whole(1)).is_err());
        }
    }
}
