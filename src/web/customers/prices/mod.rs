//! Prices in plain words: what a model, an allowance and its limits mean for whoever pays.

use super::super::words::{Argument, Words};
use crate::billing::calendar::Interval;
use crate::billing::contract::{
    ChargeModel, Commitment, CommitmentBasis, Discount, DiscountAmount, Item, Price, Tier,
};
use crate::billing::invoice::Unit;
use crate::billing::{Currency, Quantity, UnitPrice};
use crate::documents::view::{quantity_with_unit, unit_name};
use crate::web::format::{self, NBSP};

/// A price: the sentence that says it, and what else holds of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Priced {
    pub(super) main: String,
    pub(super) more: Vec<String>,
}

/// Who reads, and in which currency prices are.
#[derive(Debug, Clone, Copy)]
pub(super) struct Speaker {
    pub(super) words: Words,
    pub(super) currency: Currency,
}

impl Speaker {
    /// A price with its currency behind it.
    pub(super) fn money(self, price: UnitPrice) -> String {
        let language = self.words.0;
        let figure = format::unit_price(price, self.currency, language);
        let currency = self.currency;
        format!("{figure}{NBSP}{currency}")
    }

    /// `a month`.
    pub(super) fn per(self, interval: Interval) -> String {
        let per = match interval {
            Interval::Month => "month",
            Interval::Quarter => "quarter",
            Interval::HalfYear => "half-year",
            Interval::Year => "year",
        };
        self.words
            .with("price-per", &[("per", Argument::Text(per))])
    }

    /// A count, with its unit where it has one.
    fn count(self, quantity: Quantity, unit: Option<Unit>) -> String {
        match unit {
            Some(unit) => quantity_with_unit(quantity, unit, self.words.0),
            None => format::decimal(quantity.decimal(), 0, self.words.0),
        }
    }

    /// A message about a price and one thing more.
    fn with(self, key: &str, price: UnitPrice, name: &str, text: &str) -> String {
        let price = self.money(price);
        let arguments = [
            ("price", Argument::Text(&price)),
            (name, Argument::Text(text)),
        ];
        self.words.with(key, &arguments)
    }

    /// What an item costs at one of its prices and counts.
    pub(super) fn item(self, item: &Item, model: Option<&ChargeModel>, count: Quantity) -> Priced {
        match &item.price {
            Price::Recurring { per, charge } => {
                self.recurring(*per, model.unwrap_or(charge), count)
            }
            Price::Usage {
                per,
                unit,
                charge,
                included,
                ..
            } => {
                let mut priced = self.metered(*per, (*unit, *included), model.unwrap_or(charge));
                // What is included stands first: the tiers count on from it.
                priced.more.splice(0..0, self.included(&item.price));
                priced.more.extend(self.limits(&item.price));
                priced
            }
            Price::OneOff { amount } => Priced {
                main: self.once(*amount, count),
                more: Vec::new(),
            },
        }
    }

    /// The main sentence alone, for one step of several.
    pub(super) fn step(self, item: &Item, model: &ChargeModel, count: Quantity) -> String {
        let priced = match &item.price {
            Price::Usage {
                per,
                unit,
                included,
                ..
            } => self.metered(*per, (*unit, *included), model),
            _ => self.item(item, Some(model), count),
        };
        let tiers = priced.more.into_iter();
        std::iter::once(priced.main)
            .chain(tiers)
            .collect::<Vec<_>>()
            .join(" · ")
    }

    fn once(self, amount: UnitPrice, count: Quantity) -> String {
        let price = self.money(amount);
        if count == Quantity::whole(1) {
            let arguments = [("price", Argument::Text(&price))];
            return self.words.with("price-once", &arguments);
        }
        let count = self.count(count, None);
        let arguments = [
            ("price", Argument::Text(&price)),
            ("count", Argument::Text(&count)),
        ];
        self.words.with("price-once-counted", &arguments)
    }

    fn recurring(self, per: Interval, model: &ChargeModel, count: Quantity) -> Priced {
        let per = self.per(per);
        let counted = self.count(count, None);
        match model {
            ChargeModel::Flat { price } => Priced {
                main: self.with("price-flat", *price, "per", &per),
                more: Vec::new(),
            },
            ChargeModel::PerUnit { price } => {
                let price = self.money(*price);
                let arguments = [
                    ("count", Argument::Text(&counted)),
                    ("price", Argument::Text(&price)),
                    ("per", Argument::Text(&per)),
                ];
                Priced {
                    main: self.words.with("price-counted", &arguments),
                    more: Vec::new(),
                }
            }
            other => {
                let mut priced = self.model(other, None, Quantity::ZERO);
                let arguments = [
                    ("count", Argument::Text(&counted)),
                    ("per", Argument::Text(&per)),
                ];
                priced.more.push(self.words.with("price-count", &arguments));
                priced
            }
        }
    }

    fn metered(
        self,
        per: Interval,
        (unit, included): (Unit, Quantity),
        model: &ChargeModel,
    ) -> Priced {
        match model {
            ChargeModel::Flat { price } => Priced {
                main: self.with("price-flat-use", *price, "per", &self.per(per)),
                more: Vec::new(),
            },
            other => self.model(other, Some(unit), included),
        }
    }

    fn model(self, model: &ChargeModel, unit: Option<Unit>, included: Quantity) -> Priced {
        let plain = |main| Priced {
            main,
            more: Vec::new(),
        };
        match model {
            ChargeModel::Flat { price } => plain(self.money(*price)),
            ChargeModel::PerUnit { price } => plain(self.each(*price, unit)),
            ChargeModel::Package { size, price } => {
                let size = self.count(*size, unit);
                plain(self.with("price-package", *price, "size", &size))
            }
            ChargeModel::Graduated { tiers } => Priced {
                main: self.words.say("price-graduated"),
                more: self.tiers(tiers, (unit, included)),
            },
            ChargeModel::Volume { tiers } => Priced {
                main: self.words.say("price-volume"),
                more: self.tiers(tiers, (unit, included)),
            },
        }
    }

    fn each(self, price: UnitPrice, unit: Option<Unit>) -> String {
        let one = match unit {
            Some(unit) => unit_name(Quantity::whole(1), unit, self.words.0).to_owned(),
            None => self.words.say("price-one"),
        };
        self.with("price-each", price, "unit", &one)
    }

    /// The tiers as the reader counts: from nothing, so that an allowance moves their bounds.
    fn tiers(self, tiers: &[Tier], (unit, included): (Option<Unit>, Quantity)) -> Vec<String> {
        // Sums of two quantities of nine places stay far inside 28 digits; if not, the tier's own
        // bounds are shown.
        let from_zero = |bound: Quantity| {
            let sum = included.decimal().checked_add(bound.decimal());
            sum.and_then(|sum| sum.to_string().parse().ok())
                .unwrap_or(bound)
        };
        let mut above = (!included.is_zero()).then_some(included);
        let mut lines = Vec::with_capacity(tiers.len());
        for tier in tiers {
            let price = self.each(tier.price, unit);
            let up_to = tier.up_to.map(from_zero);
            // A range says its unit once.
            let of = if up_to.is_some() { None } else { unit };
            let from = above.map(|from| self.count(from, of)).unwrap_or_default();
            let to = up_to.map(|to| self.count(to, unit)).unwrap_or_default();
            let arguments = [
                ("from", Argument::Text(&from)),
                ("to", Argument::Text(&to)),
                ("price", Argument::Text(&price)),
            ];
            lines.push(match (above, up_to) {
                (None, Some(_)) => self.words.with("price-tier-first", &arguments),
                (Some(_), Some(_)) => self.words.with("price-tier", &arguments),
                (Some(_), None) => self.words.with("price-tier-last", &arguments),
                (None, None) => price,
            });
            above = up_to;
        }
        lines
    }

    /// What the price of metered use includes.
    fn included(self, price: &Price) -> Option<String> {
        let Price::Usage {
            per,
            unit,
            included,
            ..
        } = price
        else {
            return None;
        };
        let (quantity, period) = (self.count(*included, Some(*unit)), self.per(*per));
        let arguments = [
            ("quantity", Argument::Text(quantity.as_str())),
            ("per", Argument::Text(period.as_str())),
        ];
        (!included.is_zero()).then(|| self.words.with("price-included", &arguments))
    }

    /// Steps, minimum and maximum of metered use.
    fn limits(self, price: &Price) -> Vec<String> {
        let Price::Usage {
            per,
            unit,
            roll_over,
            step,
            minimum,
            maximum,
            pooled_with,
            ..
        } = price
        else {
            return Vec::new();
        };
        let words = self.words;
        let period = self.per(*per);
        let mut lines = Vec::new();
        if *roll_over {
            lines.push(words.say("price-roll-over"));
        }
        if let Some(step) = step {
            let step = self.count(*step, Some(*unit));
            lines.push(words.with("price-step", &[("step", Argument::Text(&step))]));
        }
        lines.extend(minimum.map(|minimum| self.minimum(minimum, &period)));
        if let Some(maximum) = maximum {
            lines.push(self.with("price-maximum", *maximum, "per", &period));
        }
        if !pooled_with.is_empty() {
            let instances = pooled_with.join(", ");
            let arguments = [("instances", Argument::Text(&instances))];
            lines.push(words.with("price-pooled", &arguments));
        }
        lines
    }

    fn minimum(self, minimum: Commitment, period: &str) -> String {
        match minimum.basis {
            CommitmentBasis::Period => self.with("price-minimum", minimum.amount, "per", period),
            CommitmentBasis::Year => {
                let price = self.money(minimum.amount);
                let arguments = [("price", Argument::Text(&price))];
                self.words.with("price-minimum-year", &arguments)
            }
        }
    }

    /// What a discount takes off.
    pub(super) fn discount(self, discount: &Discount) -> String {
        match discount.amount {
            DiscountAmount::Percent(percent) => {
                let percent = format::percent(percent, self.words.0);
                let arguments = [("percent", Argument::Text(&percent))];
                self.words.with("price-discount-percent", &arguments)
            }
            DiscountAmount::Absolute(each) => {
                let price = self.money(each);
                let arguments = [("price", Argument::Text(&price))];
                self.words.with("price-discount-amount", &arguments)
            }
        }
    }
}

#[cfg(test)]
mod tests;
