//! Where a metered item stands in its running period: the same rating that bills a closed period,
//! given what has been read so far, or what the readings are projected to say.

use chrono::NaiveDate;

use super::charge::{RatedLine, RatingError};
use super::expected::{Expectation, Terms, cycle, range};
use super::usage::{self, Metered};
use super::used::measured;
use crate::billing::calendar::Period;
use crate::billing::contract::{CommitmentBasis, Contract, EffectiveItem};
use crate::billing::derivation::{Derivation, SourceKind};
use crate::billing::{Money, Quantity};

/// The usage period of an item in which a day lies.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Running {
    /// The whole period.
    pub period: Period,
    /// The part of it in which the item runs: what its readings are of.
    pub window: Period,
    /// The window before it, for an allowance that rolls over.
    pub before: Option<Period>,
}

/// What an item has come to in a period.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Standing {
    /// The use of all instances that share the allowance.
    pub used: Quantity,
    /// The allowance, with what rolled over.
    pub included: Quantity,
    /// The use above it.
    pub above: Quantity,
    /// What the use above it costs, net.
    pub amount: Money,
    /// The least amount agreed for the period; none where there is none, or where it is settled
    /// over the contract year.
    pub committed: Option<Money>,
    /// The amount by tier.
    pub lines: Vec<RatedLine>,
    /// Why this amount.
    pub derivation: Derivation,
}

impl Standing {
    /// What the period is owed: the use, or the least amount where that is more.
    #[must_use]
    pub fn owed(&self) -> Money {
        match self.committed {
            Some(least) if least.minor() > self.amount.minor() => least,
            _ => self.amount,
        }
    }
}

/// The usage period of a metered item on a day; none for other items, and outside their days.
///
/// # Errors
/// [`RatingError::Calendar`].
pub fn running(
    contract: &Contract,
    item: &EffectiveItem,
    day: NaiveDate,
) -> Result<Option<Running>, RatingError> {
    let Some(metered) = Metered::of(&item.item.price) else {
        return Ok(None);
    };
    let cycle = cycle(contract, metered.per)?;
    let Some(range) = range(item, NaiveDate::MAX) else {
        return Ok(None);
    };
    let period = cycle.around(day)?;
    let inside = range.start() <= day && day < range.end();
    let Some(window) = period.intersection(range).filter(|_| inside) else {
        return Ok(None);
    };
    let before = match period.start().pred_opt() {
        Some(last) => cycle.around(last)?.intersection(range),
        None => None,
    };
    Ok(Some(Running {
        period,
        window,
        before,
    }))
}

/// Where an item stands in a period, by readings of its window: `of.readings` holds one of each
/// instance that shares the allowance, and closed ones of the window before.
///
/// # Errors
/// [`RatingError`]; [`RatingError::MissingReading`] when an instance was not read.
pub fn standing(
    of: Expectation<'_>,
    item: &EffectiveItem,
    at: Running,
) -> Result<Option<Standing>, RatingError> {
    let Some(metered) = Metered::of(&item.item.price) else {
        return Ok(None);
    };
    let terms = Terms::of(of)?;
    let Running {
        period,
        window,
        before,
    } = at;
    let found = measured(&terms, item, &metered, (before, window))?;
    let windows = (before, period, window);
    let group = usage::group(&terms, item, &metered, windows, window.end())?;
    let amount = group.total(terms.currency())?;
    let by_period = metered
        .minimum
        .is_some_and(|minimum| minimum.basis == CommitmentBasis::Period);
    let committed = match by_period {
        true => usage::least(&terms, &metered, window)?,
        false => None,
    };
    let contract = |what: &str, value: String| {
        Derivation::fact(what, value).from(SourceKind::Contract, terms.contract_number())
    };
    let derivation = Derivation::fact(format!("{}, {window}", item.item.id), amount.to_string())
        .because(group.lines.iter().map(|line| line.derivation.clone()))
        .because(match group.lines.is_empty() {
            true => found.used.because,
            false => Vec::new(),
        })
        .because([contract("included", found.included.to_string())])
        .because(committed.map(|least| contract("least amount agreed", least.to_string())));
    Ok(Some(Standing {
        used: found.used.quantity,
        included: found.included,
        above: found.above,
        amount,
        committed,
        lines: group.lines,
        derivation,
    }))
}

#[cfg(test)]
mod tests {
    use std::sync::LazyLock;

    use proptest::prelude::*;
    use serde_json::{Value, json};

    use super::super::expected::expected;
    use super::*;
    use crate::billing::contract::{IndexTable, effective};
    use crate::billing::usage::MeterReading;
    use crate::billing::{Currency, Ratio};

    fn date(text: &str) -> NaiveDate {
        text.parse().expect("a day")
    }

    fn eur(text: &str) -> Money {
        Money::parse(text, Currency::EUR).expect("an amount")
    }

    /// A contract from 15 May 2026 with one metered item, some of it as given.
    fn contract(price: &Value) -> Contract {
        let mut usage = json!({
            "type": "usage", "per": "month", "meter": "media_storage", "unit": "gigabyte",
            "charge": {"model": "graduated", "tiers": [
                {"up_to": "50", "price": "0.20"}, {"price": "0.10"},
            ]},
            "included": "100",
        });
        for (key, value) in price.as_object().expect("an object") {
            usage[key] = value.clone();
        }
        serde_json::from_value(json!({
            "number": "C-1", "customer": 10_001, "seller": "HB", "title": "Hosting",
            "zone": "Europe/Berlin", "currency": "EUR",
            "term": {"start": "2026-05-15", "notice_months": 3},
            "billing": {"anchor_day": 1, "payment": "sepa_credit_transfer", "payment_days": 30,
                "proration": "actual_actual", "arrears_issue": "next_day"},
            "items": [{"id": "storage", "family": "operated", "nature": "automated",
                "name": {"de": "Speicher", "en": "Storage", "fr": "Stockage"},
                "instance": "social.example", "from": "2026-05-15", "billing": "month",
                "timing": "in_arrears", "price": usage}],
        }))
        .expect("a contract")
    }

    fn reading(instance: &str, window: Period, quantity: &str) -> MeterReading {
        MeterReading {
            instance: instance.to_owned(),
            meter: "media_storage".to_owned(),
            period: window,
            quantity: quantity.parse().expect("a quantity"),
            coverage: Ratio::ONE,
            revision: 1,
            evidence: Vec::new(),
            estimated: false,
            tolerance: None,
        }
    }

    fn window(from: &str, to: &str) -> Period {
        Period::new(date(from), date(to)).expect("a period")
    }

    static NO_INDICES: LazyLock<IndexTable> = LazyLock::new(|| IndexTable::new([]));

    fn of<'a>(contract: &'a Contract, readings: &'a [MeterReading]) -> Expectation<'a> {
        Expectation {
            contract,
            indices: &NO_INDICES,
            readings,
            known_on: date("2026-08-01"),
            due_by: date("2026-08-01"),
            service_until: None,
        }
    }

    fn item(contract: &Contract) -> EffectiveItem {
        let items = effective(
            contract,
            &NO_INDICES,
            date("2026-08-01"),
            date("2026-08-01"),
        );
        items.expect("items").remove(0)
    }

    fn on(contract: &Contract, day: &str, readings: &[MeterReading]) -> Standing {
        let item = item(contract);
        let at = running(contract, &item, date(day))
            .expect("dates")
            .expect("a period");
        let found = standing(of(contract, readings), &item, at).expect("a standing");
        found.expect("a metered item")
    }

    #[test]
    fn the_running_period_is_cut_by_the_item() {
        let contract = contract(&json!({}));
        let item = item(&contract);
        let at = |day| running(&contract, &item, date(day)).expect("dates");
        let first = at("2026-05-20").expect("it runs");
        assert_eq!(first.window, window("2026-05-15", "2026-06-01"));
        assert_eq!(first.before, None);
        let second = at("2026-06-01").expect("it runs");
        assert_eq!(second.window, window("2026-06-01", "2026-07-01"));
        assert_eq!(second.before, Some(first.window));
        assert_eq!(at("2026-05-14"), None);
    }

    #[test]
    fn use_within_the_allowance_costs_nothing_and_above_it_by_tier() {
        let contract = contract(&json!({}));
        let june = window("2026-06-01", "2026-07-01");
        let within = on(
            &contract,
            "2026-06-10",
            &[reading("social.example", june, "99.5")],
        );
        assert_eq!((within.above, within.amount), (Quantity::ZERO, eur("0.00")));
        assert_eq!(within.included, Quantity::whole(100));
        let above = on(
            &contract,
            "2026-06-10",
            &[reading("social.example", june, "170")],
        );
        assert_eq!(above.above, Quantity::whole(70));
        assert_eq!(above.amount, eur("12.00"));
        assert_eq!(above.lines.len(), 2);
    }

    #[test]
    fn instances_that_share_an_allowance_count_together() {
        let contract = contract(&json!({"pooled_with": ["other.example"]}));
        let june = window("2026-06-01", "2026-07-01");
        let readings = [
            reading("social.example", june, "80"),
            reading("other.example", june, "30"),
        ];
        let both = on(&contract, "2026-06-10", &readings);
        assert_eq!(
            (both.used, both.above),
            (Quantity::whole(110), Quantity::whole(10))
        );
        assert_eq!(both.amount, eur("2.00"));
        let item = item(&contract);
        let at = running(&contract, &item, date("2026-06-10"))
            .expect("dates")
            .expect("it runs");
        let alone = standing(of(&contract, &readings[..1]), &item, at).expect_err("not all read");
        assert_eq!(alone.code(), "rating.missing-reading");
    }

    #[test]
    fn a_minimum_is_owed_whatever_is_used_and_a_maximum_is_the_most() {
        let june = window("2026-06-01", "2026-07-01");
        let least = json!({"minimum": {"amount": "15", "basis": "period"}});
        let least = contract(&least);
        let standing = on(
            &least,
            "2026-06-10",
            &[reading("social.example", june, "170")],
        );
        assert_eq!(
            (standing.amount, standing.owed()),
            (eur("12.00"), eur("15.00"))
        );
        let by_year = contract(&json!({"minimum": {"amount": "15", "basis": "year"}}));
        let standing = on(
            &by_year,
            "2026-06-10",
            &[reading("social.example", june, "170")],
        );
        assert_eq!((standing.committed, standing.owed()), (None, eur("12.00")));
        let most = contract(&json!({"maximum": "9"}));
        let standing = on(
            &most,
            "2026-06-10",
            &[reading("social.example", june, "170")],
        );
        assert_eq!(standing.owed(), eur("9.00"));
    }

    #[test]
    fn what_was_left_of_an_allowance_rolls_over() {
        let contract = contract(&json!({"roll_over": true}));
        let (june, july) = (
            window("2026-06-01", "2026-07-01"),
            window("2026-07-01", "2026-08-01"),
        );
        let readings = [
            reading("social.example", june, "60"),
            reading("social.example", july, "150"),
        ];
        let standing = on(&contract, "2026-07-10", &readings);
        assert_eq!(
            (standing.included, standing.above),
            (Quantity::whole(140), Quantity::whole(10))
        );
    }

    proptest! {
        #[test]
        fn a_standing_is_what_the_closed_period_is_billed(
            used in 0u32..40_000, pooled: bool, minimum in proptest::option::of(0u32..40),
        ) {
            let mut price = json!({});
            if pooled {
                price["pooled_with"] = json!(["other.example"]);
            }
            if let Some(least) = minimum {
                price["minimum"] = json!({"amount": least.to_string(), "basis": "period"});
            }
            let contract = contract(&price);
            let may = window("2026-05-15", "2026-06-01");
            let june = window("2026-06-01", "2026-07-01");
            let quantity = format!("{}.{:02}", used / 100, used % 100);
            let mut readings = vec![
                reading("social.example", may, "0"), reading("social.example", june, &quantity),
            ];
            if pooled {
                readings.push(reading("other.example", may, "0"));
                readings.push(reading("other.example", june, "7.25"));
            }
            let standing = on(&contract, "2026-06-30", &readings);
            let asked = Expectation { due_by: date("2026-07-01"), ..of(&contract, &readings) };
            let billed = expected(asked).expect("charges");
            let of_june = billed.iter().filter(|group| group.key.period == june);
            let totals: Vec<Money> = of_june
                .map(|group| group.total(Currency::EUR).expect("a sum"))
                .collect();
            let sum = Money::sum(totals.iter().copied(), Currency::EUR).expect("a sum");
            prop_assert_eq!(standing.owed(), sum);
            prop_assert_eq!(Some(&standing.amount), totals.first());
        }
    }
}
