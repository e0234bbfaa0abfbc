//! Why a quantity or amount of the running period: the steps of the engine in the words of the
//! reader. Figures are rounded for reading; what they are exactly stands in a list of its own.

#[cfg(test)]
mod tests;

use super::super::parts::Step;
use super::super::words::{Argument, Words};
use super::prices::Speaker;
use super::readings::{covered, least_places, quantity, written};
use super::text;
use super::usage_now::unit_of;
use crate::billing::calendar::Period;
use crate::billing::contract::EffectiveItem;
use crate::billing::invoice::Unit;
use crate::billing::rating::{Fact, Reason, Standing};
use crate::billing::usage::projection::{Course, Projection};
use crate::billing::{Currency, Money, Quantity, Ratio, Rounding};
use crate::web::format::{self, MINUS, NBSP};

/// A question, the tree that answers it, and its figures that are rounded for reading, exact.
pub(super) struct Answer {
    pub(super) question: String,
    pub(super) root: Step,
    pub(super) exact: Vec<(String, String)>,
}

/// Who asks, and in which unit and currency the item is counted.
#[derive(Clone, Copy)]
pub(super) struct Asked {
    words: Words,
    unit: Option<Unit>,
    currency: Currency,
}

/// What the use of a reading stands for: measured so far, or projected to the end.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Upto {
    Now,
    End,
}

impl Asked {
    pub(super) fn of(words: Words, item: &EffectiveItem, currency: Currency) -> Self {
        Self {
            words,
            unit: unit_of(item),
            currency,
        }
    }

    /// Why an item has come to its amount, or will.
    pub(super) fn standing(self, standing: &Standing, upto: Upto) -> Answer {
        let question = match upto {
            Upto::Now => self.words.say("running-why-so-far"),
            Upto::End => self.words.say("running-why-end"),
        };
        answer(question, self.reason(&standing.reason, upto))
    }

    /// Why an instance will have used what is projected.
    pub(super) fn projection(
        self,
        (instance, window): (&str, Period),
        projection: &Projection,
    ) -> Answer {
        let words = self.words;
        let period = format::span_in_words(window, words.0);
        let mut root = Step {
            what: words.with("reason-projected", &text("period", &period)),
            ..match projection.at_end {
                Some(end) => self.measured(end),
                None => said(words.say("running-not-projected")),
            }
        };
        root.because = match (projection.at_end, projection.course) {
            (None, _) => words.say("running-early"),
            (Some(_), Course::Grows) => words.say("reason-grows"),
            (Some(_), Course::Holds) => words.say("reason-holds"),
            (Some(_), Course::OnlyRises) => words.say("reason-only-rises"),
            (Some(_), Course::OnlyFalls) => words.say("reason-only-falls"),
        };
        root.parts = vec![
            Step {
                what: words.say("running-used"),
                ..self.measured(projection.so_far)
            },
            Step {
                what: words.say("reason-measured"),
                ..self.share(projection.measured, Rounding::Down)
            },
            Step {
                what: words.say("reason-to-come"),
                ..self.share(projection.remaining, Rounding::HalfUp)
            },
        ];
        answer(
            words.with("running-why-projected", &text("instance", instance)),
            root,
        )
    }

    fn reason(self, reason: &Reason, upto: Upto) -> Step {
        let parts = reason.because.iter().map(|one| self.reason(one, upto));
        Step {
            parts: parts.collect(),
            ..self.fact(&reason.fact, upto)
        }
    }

    /// A step without what it follows from.
    fn fact(self, fact: &Fact, upto: Upto) -> Step {
        let words = self.words;
        let days = |period: &Period| format::span_in_words(*period, words.0);
        match fact {
            Fact::Amount { window, amount } => self
                .money(*amount)
                .named(words.with("reason-amount", &text("period", &days(window)))),
            Fact::Used { quantity } => self.measured(*quantity).named(match upto {
                Upto::Now => words.say("running-used"),
                Upto::End => words.say("running-projected"),
            }),
            Fact::Read {
                instance,
                quantity,
                coverage,
                revision,
            } => self.read((instance, *quantity), (*coverage, *revision), upto),
            Fact::Steps { size } => self.measured(*size).named(words.say("reason-steps")),
            Fact::Bound {
                tolerance,
                quantity,
            } => {
                let percent = format::percent(*tolerance, words.0);
                let what = words.with("reason-bound", &text("percent", &percent));
                self.measured(*quantity).named(what)
            }
            Fact::Included { quantity, contract } => Step {
                source: self.contract(contract),
                ..self
                    .measured(*quantity)
                    .named(words.say("running-included"))
            },
            Fact::Part { whole, share } => {
                let whole = self.with_unit(*whole);
                let what = words.with("reason-part", &text("quantity", &whole));
                self.share(*share, Rounding::HalfUp).named(what)
            }
            Fact::RolledOver { before, quantity } => self
                .measured(*quantity)
                .named(words.with("reason-rolled-over", &text("period", &days(before)))),
            Fact::Above { quantity } => self.measured(*quantity).named(words.say("usage-above")),
            Fact::Priced { .. } | Fact::Most { .. } | Fact::Least { .. } => self.of_money(fact),
        }
    }

    /// What a step says of prices; empty for other steps.
    fn of_money(self, fact: &Fact) -> Step {
        let words = self.words;
        match fact {
            Fact::Priced {
                tier,
                quantity,
                unit,
                price,
                amount,
                contract,
            } => {
                let speaker = Speaker {
                    words,
                    currency: self.currency,
                };
                let price = speaker.money(*price);
                let what = self.priced(*tier, (*quantity, *unit), &price);
                Step {
                    source: self.contract(contract),
                    ..self.money(*amount).named(what)
                }
            }
            Fact::Most { taken } => {
                let taken = format::money(*taken, words.0);
                said(format!("{MINUS}{taken}")).named(words.say("reason-most"))
            }
            Fact::Least { amount, contract } => Step {
                source: self.contract(contract),
                because: words.say("running-committed-text"),
                ..self.money(*amount).named(words.say("running-committed"))
            },
            _ => Step::default(),
        }
    }

    fn read(
        self,
        (instance, quantity): (&str, Quantity),
        (coverage, revision): (Ratio, Option<u32>),
        upto: Upto,
    ) -> Step {
        let words = self.words;
        let share = covered(words, coverage).unwrap_or_default();
        let because = match revision {
            Some(revision) => {
                let revision = revision.to_string();
                let arguments = [
                    ("coverage", Argument::Text(&share)),
                    ("revision", Argument::Text(&revision)),
                ];
                words.with("why-reading-detail", &arguments)
            }
            None => words.with("reason-share", &text("share", &share)),
        };
        Step {
            what: match upto {
                Upto::Now => words.with("reason-read", &text("instance", instance)),
                Upto::End => words.with("reason-foreseen", &text("instance", instance)),
            },
            because,
            ..self.measured(quantity)
        }
    }

    /// `Tier 2: 20 GB × 0.10 EUR`.
    fn priced(self, tier: Option<u32>, (quantity, unit): (Quantity, Unit), price: &str) -> String {
        let words = self.words;
        if unit == Unit::LumpSum {
            return words.with("reason-lump-sum", &text("price", price));
        }
        let of = Self {
            unit: Some(unit),
            ..self
        };
        let counted = of.with_unit(quantity);
        let number = tier.unwrap_or_default().to_string();
        let arguments = [
            ("quantity", Argument::Text(&counted)),
            ("price", Argument::Text(price)),
            ("tier", Argument::Text(&number)),
        ];
        match tier {
            Some(_) => words.with("reason-tier", &arguments),
            None => words.with("reason-price", &arguments),
        }
    }

    fn contract(self, number: &str) -> String {
        let kind = self.words.say("source-contract");
        format!("{kind} {}", format::unbroken(number))
    }

    fn money(self, amount: Money) -> Step {
        said(format::money(amount, self.words.0))
    }

    /// A quantity for reading, and exactly where that is more.
    fn measured(self, of: Quantity) -> Step {
        let shown = self.with_unit(of);
        let (_, unit) = quantity(self.words, &of.to_string(), self.unit);
        let figure = format::decimal(of.decimal(), least_places(self.unit), self.words.0);
        let exact = written(figure, &unit);
        Step {
            exact: match exact == shown {
                true => String::new(),
                false => exact,
            },
            ..said(shown)
        }
    }

    fn with_unit(self, of: Quantity) -> String {
        let (figure, unit) = quantity(self.words, &of.to_string(), self.unit);
        written(figure, &unit)
    }

    /// A share in per cent for reading, and as the fraction it is where that says more.
    fn share(self, share: Ratio, rounding: Rounding) -> Step {
        let shown = format::share(share, 2, rounding, self.words.0).unwrap_or_default();
        let even = share
            .times(Ratio::whole(10_000))
            .is_ok_and(|points| points.is_whole());
        let exact = || {
            let figure = |of: i128| {
                let plain = rust_decimal::Decimal::try_from_i128_with_scale(of, 0);
                plain.map_or_else(
                    |_| of.to_string(),
                    |plain| format::decimal(plain, 0, self.words.0),
                )
            };
            let (over, under) = (figure(share.numerator()), figure(share.denominator()));
            format!("{over}{NBSP}/{NBSP}{under}")
        };
        Step {
            exact: match even {
                true => String::new(),
                false => exact(),
            },
            ..said(shown)
        }
    }
}

/// A step that has a value only.
fn said(value: String) -> Step {
    Step {
        value,
        ..Step::default()
    }
}

/// The answer with what its tree rounds, each figure of a name once.
fn answer(question: String, root: Step) -> Answer {
    let mut exact = Vec::new();
    let mut steps = vec![&root];
    while let Some(step) = steps.pop() {
        let found = (step.what.clone(), step.exact.clone());
        if !step.exact.is_empty() && !exact.contains(&found) {
            exact.push(found);
        }
        steps.extend(step.parts.iter().rev());
    }
    Answer {
        question,
        root,
        exact,
    }
}
