//! Contracted revenue of the next twelve months.

use super::*;

fn of(contract: &Contract, day: &str) -> Contracted {
    with(contract, &IndexTable::default(), day)
}

fn with(contract: &Contract, table: &IndexTable, day: &str) -> Contracted {
    let mut found = contracted([contract], table, date(day)).expect("in range");
    let found = found.remove(&contract.currency).expect("a figure");
    assert!(found.uncounted.is_empty(), "{:?}", found.uncounted);
    found
}

fn months(found: &Contracted) -> Vec<String> {
    found
        .months
        .iter()
        .map(|month| format!("{} {}", month.month, month.amount.amount()))
        .collect()
}

fn parts(found: &Contracted) -> Vec<String> {
    let parts = found.months.iter().flat_map(|month| &month.parts);
    parts
        .map(|part| format!("{} {} {}", part.item, part.service, part.amount.amount()))
        .collect()
}

fn monthly(amount: &str, term: Term) -> Contract {
    let from = term.start.to_string();
    let server = fee("server", &from, Interval::Month, amount);
    contract("C-1", term, vec![server])
}

#[test]
fn a_fixed_term_counts_up_to_its_end() {
    let fixed = monthly("4724.11", term("2024-07-01", Some("2027-07-01"), None, 6));
    let found = of(&fixed, "2026-10-01");
    assert_eq!(found.amount, eur("42516.99"));
    assert_eq!(found.beyond_term, eur("0"));
    assert_eq!(found.months.len(), 12);
    assert_eq!(found.months[8].amount, eur("4724.11"));
    assert_eq!(found.months[9].amount, eur("0"));
    assert!(found.months[9].parts.is_empty());
}

#[test]
fn a_renewal_counts_once_the_day_of_notice_has_passed() {
    let renewing = monthly(
        "706.41",
        term("2025-10-01", Some("2026-10-01"), Some(12), 3),
    );
    // Notice for 30 September 2026 is possible until 30 June 2026.
    assert_eq!(of(&renewing, "2026-06-30").amount, eur("2142.78"));
    assert_eq!(of(&renewing, "2026-07-01").amount, eur("8476.92"));
    assert_eq!(of(&renewing, "2026-10-01").amount, eur("8476.92"));
    assert_eq!(of(&renewing, "2027-06-30").amount, eur("2142.78"));
}

#[test]
fn an_open_contract_counts_all_months_and_states_what_no_notice_covers() {
    let open = monthly("100.00", term("2026-01-01", None, None, 3));
    let found = of(&open, "2026-05-15");
    // 15 May to 15 August is bound; each of the two broken months has its share.
    assert_eq!(
        months(&found),
        [
            "2026-05 54.84",
            "2026-06 100.00",
            "2026-07 100.00",
            "2026-08 100.00",
            "2026-09 100.00",
            "2026-10 100.00",
            "2026-11 100.00",
            "2026-12 100.00",
            "2027-01 100.00",
            "2027-02 100.00",
            "2027-03 100.00",
            "2027-04 100.00",
            "2027-05 45.16",
        ]
    );
    assert_eq!(found.amount, eur("1200.00"));
    let august: Vec<(String, bool)> = found.months[3]
        .parts
        .iter()
        .map(|part| (part.service.to_string(), part.beyond_term))
        .collect();
    assert_eq!(
        august,
        [
            ("2026-08-01..2026-08-15".to_owned(), false),
            ("2026-08-16..2026-08-31".to_owned(), true)
        ]
    );
    assert_eq!(found.beyond_term, eur("896.77"));
}

#[test]
fn a_cancellation_that_is_known_ends_the_count_and_an_unknown_one_does_not() {
    let mut open = monthly("100.00", term("2026-01-01", None, None, 1));
    open.amendments = vec![amendment("A-1", "2026-08-01", "2026-06-01", Change::Cancel)];
    assert_eq!(of(&open, "2026-05-31").amount, eur("1200.00"));
    let found = of(&open, "2026-06-01");
    assert_eq!((found.amount, found.beyond_term), (eur("200.00"), eur("0")));
    let found = contracted([&open], &IndexTable::default(), date("2026-08-01"));
    assert!(found.expect("in range").is_empty());
}

#[test]
fn a_yearly_fee_counts_by_the_days_left_whether_it_was_billed_or_not() {
    let yearly = contract(
        "C-1",
        term("2026-07-01", Some("2027-07-01"), None, 0),
        vec![Item {
            timing: Timing::InAdvance,
            billed_until: Some(date("2027-07-01")),
            ..fee("care", "2026-07-01", Interval::Year, "14400.00")
        }],
    );
    let found = of(&yearly, "2026-10-01");
    // 14,400.00 × 273/365, and October is 31/365 of it.
    assert_eq!(found.amount, eur("10770.41"));
    assert_eq!(found.months[0].amount, eur("1223.01"));
    assert_eq!(of(&yearly, "2026-07-01").amount, eur("14400.00"));
}

#[test]
fn a_price_step_and_a_discount_count_on_their_days() {
    let mut stepped = monthly("300.00", term("2026-01-01", Some("2026-04-01"), None, 0));
    stepped.items[0].ramp = vec![RampStep {
        from: date("2026-02-15"),
        model: flat("600.00"),
    }];
    stepped.discounts = vec![discount(
        "ngo",
        "2026-03-01",
        Some("2026-04-01"),
        percent("10"),
    )];
    assert_eq!(
        parts(&of(&stepped, "2026-01-01")),
        [
            "server 2026-01-01..2026-01-31 300.00",
            "server 2026-02-01..2026-02-14 150.00",
            "server 2026-02-15..2026-02-28 300.00",
            "server 2026-03-01..2026-03-31 540.00",
        ]
    );
    // On the day of the step only the new price is left.
    assert_eq!(
        parts(&of(&stepped, "2026-02-15"))[0],
        "server 2026-02-15..2026-02-28 300.00"
    );
}

#[test]
fn a_minimum_counts_by_its_days_and_no_discount_touches_it() {
    let mut least = contract(
        "C-1",
        term("2026-01-01", Some("2027-01-01"), None, 0),
        vec![
            metered(
                "storage",
                "2026-01-01",
                at_least("600.00", CommitmentBasis::Year),
            ),
            metered(
                "egress",
                "2026-01-01",
                at_least("20.00", CommitmentBasis::Period),
            ),
            metered("mail", "2026-01-01", None),
        ],
    );
    least.discounts = vec![discount("all", "2026-01-01", None, percent("50"))];
    let found = of(&least, "2026-01-01");
    assert_eq!(found.amount, eur("840.00"));
    let kinds = found.months[0].parts.iter().map(|part| part.obligation);
    assert!(kinds.eq([Obligation::Minimum; 2]));
    assert_eq!(
        parts(&of(&least, "2026-12-01")),
        [
            "egress 2026-12-01..2026-12-31 20.00",
            "storage 2026-12-01..2026-12-31 50.96",
        ]
    );
}

#[test]
fn a_price_that_is_not_known_yet_stays_and_is_named() {
    let mut clause = monthly("100.00", term("2024-07-01", Some("2028-07-01"), None, 0));
    clause.adjustments = vec![
        indexed("2026-07-01"),
        Adjustment {
            id: "uplift".to_owned(),
            first: date("2027-01-01"),
            rule: AdjustmentRule::Uplift {
                percent: "10".parse().expect("a percentage"),
            },
            ..indexed("2026-07-01")
        },
    ];
    let table = index(&[("2025-04", "100"), ("2026-04", "103")]);
    let found = with(&clause, &table, "2026-10-01");
    // 3 × 103.00, and after the agreed uplift 9 × 113.30; July 2027 has no index value yet.
    assert_eq!(found.amount, eur("1328.70"));
    let unknown = &found.unknown_prices[..];
    assert_eq!(unknown.len(), 1);
    assert_eq!(
        (unknown[0].contract.as_str(), unknown[0].clause.as_str()),
        ("C-1", "index")
    );
    assert_eq!(unknown[0].from, date("2027-07-01"));
    // Its day has come: without the value nothing is counted.
    let found = contracted([&clause], &table, date("2027-07-01")).expect("in range");
    let uncounted = &found[&Currency::EUR].uncounted;
    assert_eq!(
        uncounted[0].because.code(),
        "adjustment.unknown-index-value"
    );
    assert_eq!(found[&Currency::EUR].amount, eur("0"));
}

#[test]
fn one_off_charges_and_items_that_come_later_count_as_they_must() {
    let setup = Price::OneOff {
        amount: price("900.00"),
    };
    let mut later = contract(
        "C-1",
        term("2026-01-01", Some("2027-01-01"), None, 0),
        vec![item("setup", "2026-02-01", setup)],
    );
    let add = Change::AddItem {
        item: Box::new(fee("moderation", "2026-01-01", Interval::Month, "900.00")),
    };
    later.amendments = vec![amendment("A-1", "2026-11-16", "2026-09-01", add)];
    assert_eq!(
        parts(&of(&later, "2026-10-01")),
        [
            "moderation 2026-11-16..2026-11-30 450.00",
            "moderation 2026-12-01..2026-12-31 900.00",
        ]
    );
    let found = contracted([&later], &IndexTable::default(), date("2026-08-31"));
    assert!(found.expect("in range").is_empty());
}

#[test]
fn a_day_at_the_edge_of_the_calendar_is_refused_without_a_panic() {
    let fixed = monthly("100.00", term("2026-01-01", Some("2027-01-01"), None, 0));
    let found = contracted([&fixed], &IndexTable::default(), NaiveDate::MAX);
    assert_eq!(
        found.expect_err("no year after").code(),
        "calendar.out-of-range"
    );
    let found = contracted([&fixed], &IndexTable::default(), NaiveDate::MIN);
    assert!(found.is_ok());
}
