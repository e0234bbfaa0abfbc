//! Facts and properties of payments: nothing exceeds anything, order and replay change nothing.

use chrono::{Days, NaiveDate};
use proptest::prelude::*;

use super::*;
use crate::billing::Currency;

fn eur(minor: i64) -> Money {
    Money::new(minor, Currency::EUR)
}

fn day(number: u64) -> NaiveDate {
    NaiveDate::default() + Days::new(number)
}

fn receipt(key: &str, on: u64, amount: i64, returned: i64, here: i64) -> Receipt {
    Receipt {
        key: key.to_owned(),
        received_on: day(on),
        amount: eur(amount),
        returned: eur(returned),
        here: eur(here),
        elsewhere: eur(0),
    }
}

fn shifts(owed: i64, receipts: &[Receipt]) -> Vec<(String, i64)> {
    let shifts = settle(eur(owed), receipts).unwrap();
    let plain = |shift: Shift| (shift.key, shift.amount.minor());
    shifts.into_iter().map(plain).collect()
}

fn applied(mut receipts: Vec<Receipt>, shifts: &[Shift]) -> Vec<Receipt> {
    for shift in shifts {
        for receipt in receipts.iter_mut().filter(|one| one.key == shift.key) {
            receipt.here = receipt.here.plus(shift.amount).unwrap();
        }
    }
    receipts
}

#[test]
fn the_older_payment_settles_first_and_the_rest_stays_with_the_newer() {
    let two = [receipt("b", 2, 100, 0, 0), receipt("a", 1, 70, 0, 0)];
    assert_eq!(shifts(100, &two), [("a".into(), 70), ("b".into(), 30)]);
    assert_eq!(shifts(0, &two), []);
}

#[test]
fn what_is_given_back_opens_the_invoice_and_another_payment_takes_its_place() {
    let alone = [receipt("a", 1, 100, 100, 100)];
    assert_eq!(shifts(100, &alone), [("a".into(), -100)]);
    let two = [receipt("a", 1, 100, 100, 100), receipt("b", 2, 100, 0, 0)];
    assert_eq!(shifts(100, &two), [("a".into(), -100), ("b".into(), 100)]);
}

#[test]
fn giving_back_what_is_left_over_leaves_the_invoice_paid() {
    let over = [receipt("a", 1, 100, 0, 100), receipt("b", 2, 100, 100, 0)];
    assert_eq!(shifts(100, &over), []);
}

#[test]
fn a_credit_note_that_comes_later_frees_the_newest_payment() {
    let paid = [receipt("a", 1, 60, 0, 60), receipt("b", 2, 40, 0, 40)];
    assert_eq!(shifts(70, &paid), [("b".into(), -30)]);
}

#[test]
fn what_makes_no_sense_is_refused_by_name() {
    let code = |receipt: Receipt| settle(eur(10), &[receipt]).unwrap_err().code();
    assert_eq!(code(receipt("a", 1, 0, 0, 0)), "payment.not-above-zero");
    assert_eq!(code(receipt("a", 1, 5, 6, 0)), "payment.returned-too-much");
    assert_eq!(code(receipt("a", 1, 5, -1, 0)), "payment.returned-too-much");
    let dollars = Receipt {
        amount: Money::new(5, Currency::USD),
        ..receipt("a", 1, 5, 0, 0)
    };
    assert_eq!(code(dollars), "money.currency-mismatch");
}

#[test]
fn a_settlement_follows_from_the_sums() {
    let on = Some(day(3));
    let cases = [
        ((100, 0, 0), Settlement::Open { open: eur(100) }),
        (
            (100, 40, 0),
            Settlement::Partly {
                paid: eur(40),
                open: eur(60),
            },
        ),
        ((100, 100, 0), Settlement::Paid { on }),
        ((0, 0, 0), Settlement::Paid { on }),
        ((100, 100, 7), Settlement::Overpaid { on, over: eur(7) }),
        ((-80, 0, 0), Settlement::GivesBack { open: eur(80) }),
        ((-80, -80, 0), Settlement::GivesBack { open: eur(0) }),
    ];
    for ((owed, allocated, left), expected) in cases {
        let found = settlement(eur(owed), eur(allocated), on, eur(left)).unwrap();
        assert_eq!(found, expected, "{owed} {allocated} {left}");
    }
}

fn payment(amount: i64) -> Payment {
    Payment {
        key: "stripe/pi_1".to_owned(),
        customer: 10_004,
        method: Method::Card,
        received_on: day(1),
        amount: eur(amount),
        reference: "pi_1".to_owned(),
    }
}

fn returned(key: u8, progress: Progress) -> Returned {
    Returned {
        key: format!("re_{key}"),
        reference: format!("re_{key}"),
        on: day(2),
        amount: eur(1),
        progress,
    }
}

#[test]
fn another_amount_for_the_same_payment_is_a_contradiction() {
    let on_file = OnFile {
        payment: Some(eur(100)),
        ..OnFile::default()
    };
    let seen = Seen {
        payment: Some(payment(99)),
        ..Seen::default()
    };
    let refused = news(&on_file, &seen).unwrap_err();
    assert_eq!(refused.code(), "payment.contradiction");
}

#[test]
fn a_refund_that_never_left_is_not_booked() {
    let on_file = OnFile {
        payment: Some(eur(100)),
        ..OnFile::default()
    };
    for progress in [Progress::Pending, Progress::Failed] {
        let seen = Seen {
            returned: vec![returned(1, progress)],
            ..Seen::default()
        };
        assert!(news(&on_file, &seen).unwrap().is_empty(), "{progress:?}");
    }
}

#[test]
fn refunds_under_one_key_are_told_apart_by_the_gateways_identifier() {
    let under_one_key = |reference: &str, progress| Returned {
        key: "ours".to_owned(),
        reference: reference.to_owned(),
        ..returned(1, progress)
    };
    let on_file = OnFile {
        payment: Some(eur(100)),
        returned: [("ours".to_owned(), (eur(1), Progress::Pending))].into(),
        references: [("ours".to_owned(), "re_b".to_owned())].into(),
        ..OnFile::default()
    };
    let seen = Seen {
        returned: vec![
            under_one_key("re_a", Progress::Returned),
            under_one_key("re_b", Progress::Pending),
            under_one_key("re_b", Progress::Returned),
        ],
        ..Seen::default()
    };
    let found = news(&on_file, &seen).unwrap();
    let keys = |found: &News| -> Vec<String> {
        found.returned.iter().map(|one| one.key.clone()).collect()
    };
    assert_eq!(
        keys(&found),
        ["ours/re_a", "ours"],
        "the one on file keeps the name"
    );
    let after = on_file.with(&found);
    assert!(news(&after, &seen).unwrap().is_empty());
    let fresh = OnFile {
        payment: Some(eur(100)),
        ..OnFile::default()
    };
    let found = news(&fresh, &seen).unwrap();
    assert_eq!(
        keys(&found),
        ["ours", "ours/re_b"],
        "else the oldest has it"
    );
}

/// A payment of up to 100, of which a part may have been given back or be allocated elsewhere.
fn any_receipt() -> impl Strategy<Value = Receipt> {
    (1..=100_i64, 0..=100_i64, 0..=100_i64, 0..=100_i64, 0..4_u64).prop_map(
        |(amount, returned, here, elsewhere, on)| {
            let returned = returned.min(amount);
            let here = here.min(amount);
            let elsewhere = elsewhere.min(amount - here);
            Receipt {
                elsewhere: eur(elsewhere),
                ..receipt("", on, amount, returned, here)
            }
        },
    )
}

fn any_receipts() -> impl Strategy<Value = Vec<Receipt>> {
    prop::collection::vec(any_receipt(), 0..5).prop_map(|mut all| {
        for (number, one) in all.iter_mut().enumerate() {
            one.key = format!("p{number}");
        }
        all
    })
}

/// Reports on one payment as they come in the course of its life: each knows a part.
fn any_reports() -> impl Strategy<Value = Vec<Seen>> {
    let progress = prop::sample::select(vec![
        Progress::Pending,
        Progress::Returned,
        Progress::Failed,
    ]);
    let back = prop::collection::vec((0..3_u8, progress), 0..3);
    let report = (any::<bool>(), any::<bool>(), back).prop_map(|(fee, paid, back)| Seen {
        payment: paid.then(|| payment(100)),
        fees: fee
            .then(|| Fee {
                key: "txn_1".to_owned(),
                on: day(1),
                amount: eur(3),
            })
            .into_iter()
            .collect(),
        returned: back
            .into_iter()
            .map(|(key, progress)| returned(key, progress))
            .collect(),
    });
    prop::collection::vec(report, 0..6)
}

fn all_of(reports: &[Seen]) -> OnFile {
    reports.iter().fold(OnFile::default(), |on_file, seen| {
        let added = news(&on_file, seen).unwrap();
        on_file.with(&added)
    })
}

proptest! {
    #[test]
    fn nothing_exceeds_anything(owed in 0..300_i64, receipts in any_receipts()) {
        let shifts = settle(eur(owed), &receipts).unwrap();
        let after = applied(receipts, &shifts);
        let sum: i64 = after.iter().map(|one| one.here.minor()).sum();
        prop_assert!((0..=owed).contains(&sum));
        for one in &after {
            prop_assert!(one.here.minor() >= 0);
            let held = one.amount.minor() - one.returned.minor() - one.elsewhere.minor();
            prop_assert!(one.here.minor() <= held.max(0));
        }
    }

    #[test]
    fn no_money_lies_idle_while_the_invoice_is_open(
        owed in 0..300_i64,
        receipts in any_receipts(),
    ) {
        let shifts = settle(eur(owed), &receipts).unwrap();
        let after = applied(receipts, &shifts);
        let sum: i64 = after.iter().map(|one| one.here.minor()).sum();
        let held = |one: &Receipt| {
            (one.amount.minor() - one.returned.minor() - one.elsewhere.minor()).max(0)
        };
        prop_assert_eq!(sum, owed.min(after.iter().map(held).sum()));
    }

    #[test]
    fn settling_again_changes_nothing(owed in 0..300_i64, receipts in any_receipts()) {
        let shifts = settle(eur(owed), &receipts).unwrap();
        let after = applied(receipts, &shifts);
        prop_assert_eq!(settle(eur(owed), &after).unwrap(), []);
    }

    #[test]
    fn the_order_in_which_payments_come_does_not_change_what_is_open(
        owed in 0..300_i64,
        receipts in any_receipts().prop_shuffle(),
    ) {
        let fresh = |one: &Receipt| Receipt { here: eur(0), ..one.clone() };
        let at_once: Vec<Receipt> = receipts.iter().map(fresh).collect();
        let at_once = applied(at_once.clone(), &settle(eur(owed), &at_once).unwrap());
        // One after the other, each with its refund only after everything came in.
        let mut slowly: Vec<Receipt> = Vec::new();
        for one in &receipts {
            slowly.push(Receipt { returned: eur(0), ..fresh(one) });
            let shifts = settle(eur(owed), &slowly).unwrap();
            slowly = applied(slowly, &shifts);
        }
        for (number, one) in receipts.iter().enumerate() {
            slowly[number].returned = one.returned;
            let shifts = settle(eur(owed), &slowly).unwrap();
            slowly = applied(slowly, &shifts);
        }
        let sum = |all: &[Receipt]| all.iter().map(|one| one.here.minor()).sum::<i64>();
        prop_assert_eq!(sum(&at_once), sum(&slowly));
    }

    #[test]
    fn a_report_that_comes_again_adds_nothing(reports in any_reports()) {
        let twice: Vec<Seen> = reports.iter().chain(&reports).chain(&reports).cloned().collect();
        let thrice: Vec<Seen> = twice.iter().chain(&reports).cloned().collect();
        prop_assert_eq!(all_of(&twice), all_of(&thrice));
    }

    #[test]
    fn reports_of_success_come_in_any_order(
        (reports, shuffled) in any_reports().prop_flat_map(|reports| {
            let last = Seen { payment: Some(payment(100)), ..Seen::default() };
            let mut reports: Vec<Seen> = reports;
            for seen in &mut reports {
                seen.returned.retain(|one| one.progress != Progress::Failed);
            }
            reports.push(last);
            (Just(reports.clone()), Just(reports).prop_shuffle())
        }),
    ) {
        // The gateway tells everything again, whatever was missed: its object holds all of it.
        let twice = |all: &[Seen]| all_of(&[all, all].concat());
        prop_assert_eq!(twice(&reports), twice(&shuffled));
    }
}
