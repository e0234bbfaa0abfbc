//! A second opinion on recurring charges: a naive walk over every day, compared with the core.
//!
//! The core cuts periods at changes and computes shares of intervals. The oracle does neither: it
//! looks at one day after another, asks what runs and what it costs, adds that day's share to a
//! sum, and rounds each stretch of an unchanged price once. Two paths to the same cents.

#[path = "oracle/fraction.rs"]
mod fraction;
#[path = "oracle/parties.rs"]
mod parties;
#[path = "oracle/plan.rs"]
mod plan;
#[path = "oracle/translate.rs"]
mod translate;
#[path = "oracle/walk.rs"]
mod walk;

use std::collections::BTreeMap;

use chrono::NaiveDate;
use herdbook::billing::Money;
use herdbook::billing::biller::{Billed, Facts, Run, bill};
use herdbook::billing::contract::IndexTable;
use herdbook::billing::dated::Dated;
use herdbook::billing::invoice::Invoice;
use herdbook::billing::ledger::{AccountMap, entries_for_issue};
use herdbook::billing::party::Chart;
use herdbook::billing::rating::{Expectation, expected};
use herdbook::billing::tax::TaxRules;
use plan::{Event, Fee, Method, Plan, plans};
use proptest::prelude::*;

fn date(text: &str) -> NaiveDate {
    text.parse().expect("a date")
}

/// Failing cases are printed with all their input; no file keeps them.
fn cases(cases: u32) -> ProptestConfig {
    ProptestConfig {
        cases,
        failure_persistence: None,
        ..ProptestConfig::default()
    }
}

/// Cents by item and first day of the billing period, as the core expects them.
fn by_core(plan: &Plan, as_of: NaiveDate) -> BTreeMap<(String, NaiveDate), i64> {
    let contract = translate::contract(plan);
    let groups = expected(Expectation {
        contract: &contract,
        indices: &IndexTable::default(),
        readings: &[],
        known_on: as_of,
        due_by: as_of,
        service_until: None,
    })
    .expect("rated");
    let mut found = BTreeMap::new();
    for group in groups {
        let total = group.total(contract.currency).expect("a sum").minor();
        if total != 0 {
            found.insert((group.key.item, group.key.period.start()), total);
        }
    }
    found
}

/// All documents up to a day, billed with a run on every `step`-th day.
fn by_runs(plan: &Plan, as_of: NaiveDate, step: usize) -> Vec<Invoice> {
    let (seller, customer) = (parties::seller().into(), parties::customer().into());
    let contract = translate::contract(plan);
    let (indices, tax) = (IndexTable::default(), TaxRules::default());
    let facts = Facts {
        contract: &contract,
        seller: Dated::always(&seller),
        customer: Dated::always(&customer),
        indices: &indices,
        readings: &[],
        credits: &[],
        tax: &tax,
    };
    let (mut billed, mut all, mut last) = (Billed::default(), Vec::new(), None);
    let mut run = |day: NaiveDate| {
        let run = Run {
            as_of: day,
            not_before: last,
            service_until: None,
        };
        last = Some(day);
        let documents = bill(&facts, &billed, run).expect("billed");
        for document in &documents {
            billed.add(document, None).expect("counted");
        }
        all.extend(documents.iter().cloned());
        documents.len()
    };
    let days = plan.start.iter_days().step_by(step);
    for day in days.take_while(|day| *day < as_of) {
        run(day);
    }
    run(as_of);
    assert_eq!(run(as_of), 0, "a second run bills nothing");
    all
}

fn cents(documents: &[Invoice]) -> i64 {
    let lines = documents.iter().flat_map(|document| &document.lines);
    lines.map(|line| line.net.minor()).sum()
}

/// The waterfall of one document, and that the ledger books what it asks for.
fn holds_together(document: &Invoice) {
    let minor =
        |amounts: &mut dyn Iterator<Item = Money>| -> i64 { amounts.map(Money::minor).sum() };
    let (totals, lines) = (
        &document.totals,
        minor(&mut document.lines.iter().map(|l| l.net)),
    );
    assert_eq!(totals.lines.minor(), lines);
    assert_eq!(totals.net.minor(), lines - totals.allowances.minor());
    assert_eq!(
        totals.gross.minor(),
        totals.net.minor() + totals.tax.minor()
    );
    assert!(totals.payable.minor() >= 0);
    for group in &document.tax {
        // 19 %, rounded half away from zero, by whole numbers of its own.
        let hundredths = group.taxable.minor() * 19;
        let away = if hundredths < 0 { -50 } else { 50 };
        assert_eq!(group.tax.minor(), (hundredths + away) / 100);
    }
    let accounts = AccountMap::builtin(Chart::Skr03);
    let entries = entries_for_issue(document, "RE-1", &accounts).expect("booked");
    let postings = || entries.iter().flat_map(|entry| entry.postings());
    assert_eq!(minor(&mut postings().map(|posting| posting.amount)), 0);
    let owed = postings().filter(|p| p.account.number() == document.customer.number);
    assert_eq!(
        minor(&mut owed.map(|posting| posting.amount)),
        totals.gross.minor()
    );
}

fn fee(cents: i64, per_months: u32, billing_months: u32, in_advance: bool) -> Fee {
    Fee {
        cents,
        count: 1,
        per_months,
        billing_months,
        in_advance,
    }
}

fn one_fee(start: &str, anchor_day: u8, fee: Fee) -> Plan {
    Plan {
        start: date(start),
        end: None,
        anchor_day,
        method: Method::ActualActual,
        zone: chrono_tz::Europe::Paris,
        fees: vec![fee],
        events: Vec::new(),
    }
}

#[test]
fn the_oracle_itself_agrees_with_sums_done_by_hand() {
    // 390.00 a month in arrears, 690.00 from 20 April 2026: 247.00 + 253.00.
    let mut plan = one_fee("2026-01-01", 1, fee(39_000, 1, 1, false));
    plan.events.push((
        date("2026-04-20"),
        Event::Replace {
            fee: 0,
            cents: 69_000,
        },
    ));
    let found = walk::expected(&plan, date("2026-05-01"));
    let april: Vec<_> = found
        .iter()
        .filter(|((_, day), _)| *day == date("2026-04-01"))
        .collect();
    assert_eq!(
        april.iter().map(|(_, cents)| **cents).collect::<Vec<_>>(),
        [24_700, 25_300]
    );
    // 1,450.00 a month from 11 May, billed to the end of the quarter: 21/31 and a month.
    let mut plan = one_fee("2026-04-01", 1, fee(320_000, 1, 3, true));
    let added = fee(145_000, 1, 3, true);
    plan.events
        .push((date("2026-05-11"), Event::Add { fee: added }));
    let found = walk::expected(&plan, date("2026-05-11"));
    assert_eq!(
        found.values().copied().collect::<Vec<_>>(),
        [960_000, 243_226]
    );
}

#[test]
fn an_anchor_on_the_31st_finds_every_month_end() {
    for day in [28, 29, 30, 31] {
        for method in Method::ALL {
            let mut plan = one_fee("2023-12-31", day, fee(31_000, 1, 1, true));
            plan.method = method;
            let as_of = date("2024-12-31");
            assert_eq!(
                by_core(&plan, as_of),
                walk::expected(&plan, as_of),
                "{day} {method:?}"
            );
        }
    }
}

#[test]
fn both_clock_changes_cost_what_their_seconds_cost() {
    for zone in [chrono_tz::Europe::Paris, chrono_tz::America::New_York] {
        let mut plan = one_fee("2026-03-05", 1, fee(100_000, 1, 1, true));
        plan.method = Method::PerSecond;
        plan.zone = zone;
        plan.events.push((
            date("2026-10-25"),
            Event::Price {
                fee: 0,
                cents: 123_457,
            },
        ));
        plan.events.push((
            date("2026-11-01"),
            Event::Price {
                fee: 0,
                cents: 99_991,
            },
        ));
        let as_of = date("2027-01-01");
        assert_eq!(
            by_core(&plan, as_of),
            walk::expected(&plan, as_of),
            "{zone}"
        );
    }
}

proptest! {
    #![proptest_config(cases(400))]

    #[test]
    fn the_core_charges_what_walking_every_day_charges((plan, as_of) in plans()) {
        prop_assert_eq!(by_core(&plan, as_of), walk::expected(&plan, as_of));
    }
}

proptest! {
    #![proptest_config(cases(60))]

    #[test]
    fn runs_at_any_rhythm_bill_the_oracles_total(
        (mut plan, as_of) in plans(), step in 1usize..45,
    ) {
        // Only changes that add something: a refund may rightly wait for the next document.
        plan.keep_rises();
        let total: i64 = walk::expected(&plan, as_of).values().sum();
        prop_assert_eq!(cents(&by_runs(&plan, as_of, step)), total);
    }

    #[test]
    fn whatever_changes_documents_hold_together_and_nothing_is_given_back_twice(
        (plan, as_of) in plans(), step in 1usize..45,
    ) {
        let documents = by_runs(&plan, as_of, step);
        documents.iter().for_each(holds_together);
        let mut items: BTreeMap<&str, i64> = BTreeMap::new();
        for line in documents.iter().flat_map(|document| &document.lines) {
            *items.entry(line.key.item.as_str()).or_default() += line.net.minor();
        }
        for (item, sum) in items {
            prop_assert!(sum >= 0, "{item} gave back {sum} too much");
        }
        // A refund that no document has room for waits, so more may be billed than is owed by now.
        let owed: i64 = walk::expected(&plan, as_of).values().sum();
        prop_assert!(cents(&documents) >= owed);
    }
}
