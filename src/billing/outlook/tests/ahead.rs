//! What has fallen due, how recurring revenue came to be, and what is due within some days.

use super::*;

fn amounts(due: &ByCurrency<Due>) -> Vec<(String, String, String)> {
    let parts = due.values().flat_map(|due| &due.parts);
    parts
        .map(|part| {
            let since = part.since.to_string();
            (part.contract.clone(), since, part.amount.amount())
        })
        .collect()
}

fn paid(number: &str, end: Option<&str>, items: Vec<Item>) -> Contract {
    contract(number, term("2026-01-01", end, None, 1), items)
}

#[test]
fn what_fell_due_since_the_books_were_closed_is_an_estimate_of_the_next_run() {
    let monthly = |id| fee(id, "2026-01-01", Interval::Month, "100.00");
    let running = paid(
        "C-1",
        None,
        vec![monthly("server"), metered("storage", "2026-01-01", None)],
    );
    let over = paid("C-2", Some("2026-03-01"), vec![monthly("server")]);
    let all = [running, over];
    let since = |after: Option<&str>, day: &str| {
        let found = due_since(&all, &IndexTable::default(), (after.map(date), date(day)));
        amounts(&found.expect("in range"))
    };
    let row = |contract: &str, since: &str, amount: &str| {
        (contract.to_owned(), since.to_owned(), amount.to_owned())
    };
    // In arrears, on the first of the month after; no reading is asked for.
    assert_eq!(since(Some("2026-03-01"), "2026-03-31"), []);
    assert_eq!(
        since(Some("2026-03-01"), "2026-05-01"),
        [row("C-1", "2026-04-01", "200.00")]
    );
    assert_eq!(
        since(None, "2026-02-15"),
        [
            row("C-1", "2026-02-01", "100.00"),
            row("C-2", "2026-02-01", "100.00")
        ]
    );
}

#[test]
fn a_contract_that_cannot_be_rated_is_named_and_stops_nothing() {
    let mut blocked = paid(
        "C-1",
        None,
        vec![fee("server", "2026-01-01", Interval::Month, "1.00")],
    );
    blocked.adjustments = vec![indexed("2026-02-01")];
    let fine = paid(
        "C-2",
        None,
        vec![fee("server", "2026-01-01", Interval::Month, "1.00")],
    );
    let found = due_since(
        &[blocked, fine],
        &IndexTable::default(),
        (None, date("2026-03-01")),
    );
    let found = found.expect("in range");
    assert_eq!(amounts(&found).len(), 1);
    let uncounted: Vec<&str> = found
        .values()
        .flat_map(|due| &due.uncounted)
        .map(|one| one.number.as_str())
        .collect();
    assert_eq!(uncounted, ["C-1"]);
}

#[test]
fn recurring_revenue_is_seen_on_the_first_of_each_month_and_at_last_today() {
    let first = paid(
        "C-1",
        None,
        vec![fee("server", "2026-01-01", Interval::Month, "100.00")],
    );
    let later = fee("server", "2026-03-15", Interval::Month, "50.00");
    let second = contract("C-2", term("2026-03-15", None, None, 1), vec![later]);
    let all = [&first, &second];
    let found = recurring_by_month(&all, &IndexTable::default(), date("2026-03-20"));
    let found = found.expect("in range");
    let months: Vec<(String, String)> = found
        .iter()
        .map(|month| {
            let amount = month.amounts.get(&Currency::EUR);
            (
                month.day.to_string(),
                amount.map_or_else(String::new, |amount| amount.amount()),
            )
        })
        .collect();
    let row = |day: &str, amount: &str| (day.to_owned(), amount.to_owned());
    assert_eq!(months.len(), 13);
    assert_eq!(months[0], row("2025-03-01", ""));
    assert_eq!(
        months[9..],
        [
            row("2025-12-01", ""),
            row("2026-01-01", "100.00"),
            row("2026-02-01", "100.00"),
            // On the day itself, in place of the first of its month.
            row("2026-03-20", "150.00"),
        ]
    );
    let today = recurring(all, &IndexTable::default(), date("2026-03-20")).expect("in range");
    let last = found.last().expect("a month");
    assert_eq!(last.amounts[&Currency::EUR], today[&Currency::EUR].month);
}

#[test]
fn what_is_due_on_the_last_day_of_a_span_is_due_within_it() {
    let receivable = |number: &str, due: &str, gross: &str| Receivable {
        number: number.to_owned(),
        customer: 10_001,
        due: date(due),
        gross: eur(gross),
        allocated: eur("0"),
    };
    // 31 January is 30 days after 1 January, 1 April is 90 days after it.
    let all = [
        receivable("RE-8", "2027-04-02", "128.00"),
        receivable("RE-7", "2027-04-01", "64.00"),
        receivable("RE-6", "2027-02-01", "32.00"),
        receivable("RE-5", "2027-01-31", "16.00"),
        receivable("RE-4", "2027-01-01", "8.00"),
        receivable("RE-3", "2027-01-01", "4.00"),
        receivable("RE-2", "2026-12-31", "2.00"),
        receivable("RE-1", "2026-09-30", "1.00"),
    ];
    let open = open_amounts(&all, date("2027-01-01")).expect("in range");
    let found = open[&Currency::EUR].due_dates(30, 90).expect("in range");
    assert_eq!(found.soon_until, date("2027-01-31"));
    let numbers = |sum: &OpenSum| {
        let numbers = sum.parts.iter().map(|part| part.number.clone());
        (sum.amount, numbers.collect::<Vec<String>>().join(" "))
    };
    assert_eq!(
        [&found.overdue, &found.soon, &found.later, &found.rest].map(numbers),
        [
            (eur("3.00"), "RE-1 RE-2".to_owned()),
            (eur("28.00"), "RE-3 RE-4 RE-5".to_owned()),
            (eur("96.00"), "RE-6 RE-7".to_owned()),
            (eur("128.00"), "RE-8".to_owned()),
        ]
    );
    let beyond = open[&Currency::EUR].due_dates(30, u64::MAX);
    assert_eq!(
        beyond.expect_err("no such day").code(),
        "calendar.out-of-range"
    );
}
