//! Standings of a contract with one metered item.

use std::sync::LazyLock;

use proptest::prelude::*;
use serde_json::{Value, json};

use super::super::expected::expected;
use super::super::reason::Fact;
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

/// The prices of the steps less what is taken off: what they come to.
fn told(standing: &Standing) -> Money {
    let parts = standing.reason.because.iter().map(|one| match &one.fact {
        Fact::Priced { amount, .. } => *amount,
        Fact::Most { taken } => taken.negated().expect("an amount"),
        _ => Money::zero(Currency::EUR),
    });
    Money::sum(parts, Currency::EUR).expect("a sum")
}

#[test]
fn the_steps_come_to_the_amount_and_name_no_revision_that_is_none() {
    let price = json!({"maximum": "9", "roll_over": true, "step": "10"});
    let contract = contract(&price);
    let readings = [
        reading("social.example", window("2026-05-15", "2026-06-01"), "30"),
        MeterReading {
            revision: MeterReading::RUNNING,
            ..reading(
                "social.example",
                window("2026-06-01", "2026-07-01"),
                "191.5",
            )
        },
    ];
    let standing = on(&contract, "2026-06-10", &readings);
    assert_eq!(
        (told(&standing), standing.amount),
        (eur("9.00"), eur("9.00"))
    );
    let mut facts = Vec::new();
    let mut steps = vec![&standing.reason];
    while let Some(step) = steps.pop() {
        facts.push(&step.fact);
        steps.extend(step.because.iter().rev());
    }
    let of = |fact: &Fact| facts.contains(&fact);
    let quantity = Quantity::whole(200);
    assert!(
        of(&Fact::Used { quantity })
            && of(&Fact::Steps {
                size: Quantity::whole(10)
            })
    );
    let unread = |fact: &&&Fact| matches!(fact, Fact::Read { revision: None, .. });
    assert_eq!(facts.iter().filter(unread).count(), 1);
    let rolled = |fact: &&Fact| matches!(fact, Fact::RolledOver { .. });
    assert!(facts.iter().copied().any(|fact| rolled(&fact)), "{facts:?}");
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
        prop_assert_eq!(told(&standing), standing.amount);
    }
}
