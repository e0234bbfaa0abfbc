//! Open amounts by age, and the weeks they fall due in.

use rstest::rstest;

use super::*;

fn invoice(number: &str, due: &str, gross: &str, allocated: &str) -> Receivable {
    Receivable {
        number: number.to_owned(),
        customer: 10_001,
        due: date(due),
        gross: eur(gross),
        allocated: eur(allocated),
    }
}

fn of(receivables: &[Receivable], day: &str) -> OpenAmounts {
    let mut found = open_amounts(receivables, date(day)).expect("in range");
    found.remove(&Currency::EUR).expect("euros")
}

#[rstest]
#[case(-400, Age::NotDue)]
#[case(0, Age::NotDue)]
#[case(1, Age::Days1To30)]
#[case(30, Age::Days1To30)]
#[case(31, Age::Days31To60)]
#[case(60, Age::Days31To60)]
#[case(61, Age::Days61To90)]
#[case(90, Age::Days61To90)]
#[case(91, Age::Over90Days)]
fn the_due_date_itself_is_in_time(#[case] days: i64, #[case] age: Age) {
    assert_eq!(Age::of(days), age);
}

#[test]
fn what_is_open_stands_at_its_age() {
    let found = of(
        &[
            invoice("RE-2026-00019", "2026-07-31", "14208.33", "14172.33"),
            invoice("RE-2026-00020", "2026-09-30", "20000.00", "10000.00"),
            invoice("RE-2026-00021", "2026-08-31", "500.00", "500.00"),
            invoice("RE-2026-00023", "2026-08-31", "715.70", "0"),
        ],
        "2026-10-01",
    );
    assert_eq!(found.amount, eur("10751.70"));
    let ages: Vec<(Age, String)> = found
        .by_age
        .iter()
        .map(|(age, sum)| (*age, sum.amount.amount()))
        .collect();
    assert_eq!(
        ages,
        [
            (Age::NotDue, "0.00".to_owned()),
            (Age::Days1To30, "10000.00".to_owned()),
            (Age::Days31To60, "715.70".to_owned()),
            (Age::Days61To90, "36.00".to_owned()),
            (Age::Over90Days, "0.00".to_owned()),
        ]
    );
    let oldest = &found.by_age[&Age::Days61To90].parts[0];
    assert_eq!(
        (oldest.number.as_str(), oldest.overdue_days),
        ("RE-2026-00019", 62)
    );
}

#[test]
fn a_credit_note_stands_apart_until_it_is_set_off() {
    let found = of(
        &[
            invoice("RE-1", "2026-10-30", "100.00", "0"),
            invoice("RE-2", "2026-10-30", "-40.00", "-10.00"),
        ],
        "2026-10-01",
    );
    assert_eq!(
        (found.amount, found.credits.amount),
        (eur("100.00"), eur("30.00"))
    );
    assert_eq!(found.credits.parts[0].number, "RE-2");
}

#[test]
fn an_allocation_that_contradicts_its_invoice_is_named_and_stops_no_other() {
    let dollars = Money::new(1, Currency::USD);
    let found = of(
        &[
            invoice("RE-1", "2026-10-30", "100.00", "0"),
            invoice("RE-2", "2026-10-30", "100.00", "100.01"),
            invoice("RE-3", "2026-10-30", "100.00", "-0.01"),
            invoice("RE-4", "2026-10-30", "-100.00", "0.01"),
            invoice("RE-5", "2026-10-30", "-100.00", "-100.01"),
            Receivable {
                allocated: dollars,
                ..invoice("RE-6", "2026-10-30", "100.00", "0")
            },
        ],
        "2026-10-01",
    );
    assert_eq!(found.amount, eur("100.00"));
    let named: Vec<(&str, &str)> = found
        .uncounted
        .iter()
        .map(|one| (one.number.as_str(), one.because.code()))
        .collect();
    assert_eq!(
        named,
        [
            ("RE-2", "outlook.allocation"),
            ("RE-3", "outlook.allocation"),
            ("RE-4", "outlook.allocation"),
            ("RE-5", "outlook.allocation"),
            ("RE-6", "money.currency-mismatch"),
        ]
    );
    assert_eq!(
        found.uncounted[0].because.to_string(),
        "invoice RE-2 is over 100.00 EUR, but 100.01 EUR is allocated to it"
    );
}

#[test]
fn sums_out_of_range_are_refused_without_a_panic() {
    let most = |number: &str| Receivable {
        gross: Money::new(i64::MAX, Currency::EUR),
        ..invoice(number, "2026-10-30", "0", "0")
    };
    let found = open_amounts(&[most("RE-1"), most("RE-2")], date("2026-10-01"));
    assert_eq!(found.expect_err("too much").code(), "money.overflow");
    let least = Receivable {
        gross: Money::new(i64::MIN, Currency::EUR),
        ..invoice("RE-1", "2026-10-30", "0", "0")
    };
    let found = open_amounts(&[least], date("2026-10-01")).expect("listed");
    assert_eq!(
        found[&Currency::EUR].uncounted[0].because.code(),
        "money.overflow"
    );
    let last = open_amounts(&[invoice("RE-1", "2026-10-30", "1", "0")], NaiveDate::MAX);
    let found = last.expect("an age")[&Currency::EUR].due_dates(30, 90);
    assert_eq!(
        found.expect_err("no day after").code(),
        "calendar.out-of-range"
    );
}
