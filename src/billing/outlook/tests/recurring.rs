//! Recurring revenue by the month and by the year.

use super::*;
use crate::billing::Ratio;

fn of<'a>(contracts: impl IntoIterator<Item = &'a Contract>, day: &str) -> ByCurrency<Recurring> {
    recurring(contracts, &IndexTable::default(), date(day)).expect("in range")
}

/// Month and year of the euro contracts, as text.
fn euros<'a>(contracts: impl IntoIterator<Item = &'a Contract>, day: &str) -> (String, String) {
    let found = of(contracts, day);
    let found = &found[&Currency::EUR];
    assert!(found.uncounted.is_empty(), "{:?}", found.uncounted);
    (found.month.amount(), found.year.amount())
}

fn open(items: Vec<Item>) -> Contract {
    contract("C-1", term("2026-01-01", None, None, 0), items)
}

#[test]
fn a_yearly_fee_counts_a_twelfth_a_month_and_as_itself_a_year() {
    let yearly = open(vec![fee("care", "2026-01-01", Interval::Year, "1000.00")]);
    let found = of([&yearly], "2026-05-11");
    let part = &found[&Currency::EUR].parts[0];
    assert_eq!(
        (part.contract.as_str(), part.fee.item.as_str()),
        ("C-1", "care")
    );
    assert_eq!(part.fee.month, eur("83.33"));
    assert_eq!(part.fee.month_rest, Ratio::new(1, 300).expect("a share"));
    assert_eq!(part.fee.year, eur("1000.00"));
    assert_eq!(part.fee.year_rest, Ratio::ZERO);
}

#[test]
fn the_year_is_twelve_exact_months_not_twelve_rounded_ones() {
    let contracts: Vec<Contract> = (0..6)
        .map(|n| Contract {
            number: format!("C-{n}"),
            ..open(vec![fee("care", "2026-01-01", Interval::Year, "1000.00")])
        })
        .collect();
    let found = euros(&contracts, "2026-05-11");
    assert_eq!(found, ("499.98".to_owned(), "6000.00".to_owned()));
}

#[test]
fn a_price_step_counts_from_its_very_day() {
    let mut stepped = fee("server", "2026-01-01", Interval::Month, "300.00");
    stepped.ramp = vec![RampStep {
        from: date("2026-06-01"),
        model: flat("400.00"),
    }];
    let contracts = [open(vec![stepped])];
    assert_eq!(euros(&contracts, "2026-05-31").0, "300.00");
    assert_eq!(euros(&contracts, "2026-06-01").0, "400.00");
}

#[test]
fn an_amendment_counts_from_its_day_once_it_is_known() {
    let change = Change::SetQuantity {
        item: "seats".to_owned(),
        quantity: Quantity::whole(7),
    };
    let mut seats = fee("seats", "2026-01-01", Interval::Month, "0");
    let charge = ChargeModel::PerUnit {
        price: price("12.50"),
    };
    seats.price = Price::Recurring {
        per: Interval::Month,
        charge,
    };
    seats.quantity = Quantity::whole(4);
    let mut early = open(vec![seats]);
    early.amendments = vec![amendment("A-1", "2026-06-01", "2026-03-01", change.clone())];
    let mut late = early.clone();
    late.amendments = vec![amendment("A-1", "2026-06-01", "2026-08-01", change)];
    assert_eq!(euros([&early], "2026-05-31").0, "50.00");
    assert_eq!(euros([&early], "2026-06-01").0, "87.50");
    assert_eq!(euros([&late], "2026-07-31").0, "50.00");
    assert_eq!(euros([&late], "2026-08-01").0, "87.50");
}

#[test]
fn discounts_count_on_their_days_percentages_first() {
    let mut reduced = open(vec![fee("server", "2026-01-01", Interval::Month, "400.00")]);
    reduced.discounts = vec![
        discount(
            "flat",
            "2026-01-01",
            None,
            DiscountAmount::Absolute(price("20.00")),
        ),
        discount("ngo", "2026-02-11", Some("2026-03-11"), percent("10")),
    ];
    let contracts = [reduced];
    assert_eq!(euros(&contracts, "2026-02-10").0, "380.00");
    assert_eq!(euros(&contracts, "2026-02-11").0, "340.00");
    assert_eq!(euros(&contracts, "2026-03-11").0, "380.00");
}

#[test]
fn a_discount_beyond_the_fee_leaves_nothing_and_rounds_once() {
    let mut yearly = open(vec![fee("care", "2026-01-01", Interval::Year, "100.00")]);
    yearly.discounts = vec![discount("third", "2026-01-01", None, percent("33.335"))];
    // 66.665 a year: the month is a twelfth of that, not of 66.67.
    let found = of([&yearly], "2026-05-11");
    let part = &found[&Currency::EUR].parts[0].fee;
    assert_eq!((part.month, part.year), (eur("5.56"), eur("66.67")));
    assert_eq!(part.year_rest, Ratio::new(-1, 200).expect("a share"));
    let amount = DiscountAmount::Absolute(price("80.00"));
    yearly
        .discounts
        .push(discount("gone", "2026-01-01", None, amount));
    assert_eq!(
        euros([&yearly], "2026-05-11"),
        ("0.00".to_owned(), "0.00".to_owned())
    );
}

#[test]
fn use_its_minimum_and_one_off_charges_do_not_count() {
    let setup = Price::OneOff {
        amount: price("900.00"),
    };
    let items = vec![
        fee("server", "2026-01-01", Interval::Quarter, "900.00"),
        metered(
            "storage",
            "2026-01-01",
            at_least("50.00", CommitmentBasis::Period),
        ),
        item("setup", "2026-01-01", setup),
    ];
    let found = of(&[open(items)], "2026-01-01");
    assert_eq!(found[&Currency::EUR].parts.len(), 1);
    assert_eq!(found[&Currency::EUR].month, eur("300.00"));
}

#[test]
fn what_is_over_or_has_not_begun_adds_nothing() {
    let fixed = contract(
        "C-1",
        term("2026-01-01", Some("2026-07-01"), None, 0),
        vec![fee("server", "2026-01-01", Interval::Month, "300.00")],
    );
    assert!(of([&fixed], "2025-12-31").is_empty());
    assert_eq!(euros([&fixed], "2026-06-30").0, "300.00");
    assert!(of([&fixed], "2026-07-01").is_empty());
    // Also when its clause asks for values that nobody will enter any more.
    let mut indexed_then = fixed.clone();
    indexed_then.adjustments = vec![indexed("2026-07-01")];
    assert!(of([&indexed_then], "2027-09-01").is_empty());
    let mut cancelled = fixed;
    cancelled.amendments = vec![amendment("A-1", "2026-04-01", "2026-03-15", Change::Cancel)];
    assert_eq!(euros([&cancelled], "2026-03-31").0, "300.00");
    assert!(of([&cancelled], "2026-04-01").is_empty());
}

#[test]
fn currencies_stay_apart() {
    let server = || vec![fee("server", "2026-01-01", Interval::Month, "300.00")];
    let dollars = Contract {
        number: "C-2".to_owned(),
        currency: Currency::USD,
        ..open(server())
    };
    let found = of(&[dollars, open(server())], "2026-05-11");
    let months: Vec<String> = found.values().map(|of| of.month.to_string()).collect();
    assert_eq!(months, ["300.00 EUR", "300.00 USD"]);
}

#[test]
fn a_contract_without_its_index_value_is_named_and_stops_no_other() {
    let mut unknown = Contract {
        number: "C-2".to_owned(),
        ..open(vec![fee("server", "2024-01-01", Interval::Month, "300.00")])
    };
    unknown.adjustments = vec![indexed("2026-07-01")];
    let known = open(vec![fee("server", "2024-01-01", Interval::Month, "100.00")]);
    let found = of([&unknown, &known], "2026-07-01");
    let found = &found[&Currency::EUR];
    assert_eq!((found.month, found.parts.len()), (eur("100.00"), 1));
    assert_eq!(found.uncounted[0].number, "C-2");
    assert_eq!(
        found.uncounted[0].because.code(),
        "adjustment.unknown-index-value"
    );
    let table = index(&[("2025-04", "100"), ("2026-04", "103")]);
    let found = recurring([&unknown], &table, date("2026-07-01")).expect("in range");
    assert_eq!(found[&Currency::EUR].month, eur("309.00"));
}
