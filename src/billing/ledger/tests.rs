//! Facts about the ledger.

use chrono::NaiveDate;
use proptest::prelude::*;
use rstest::rstest;

use super::*;
use crate::billing::invoice::TaxSubtotal;
use crate::billing::party::Chart;
use crate::billing::tax::{TaxCase, TaxCategory, TaxTreatment};
use crate::billing::{Currency, Money, Percent, Rounding};

fn date(text: &str) -> NaiveDate {
    text.parse().expect("a date")
}

fn euros(text: &str) -> Money {
    Money::parse(text, Currency::EUR).expect("an amount")
}

fn account(number: u32) -> Account {
    Account::new(number).expect("an account")
}

fn posting(number: u32, amount: &str) -> Posting {
    Posting {
        account: account(number),
        amount: euros(amount),
    }
}

fn treatment(case: TaxCase, rate: Option<&str>) -> TaxTreatment {
    TaxTreatment {
        category: case.category(),
        rate: rate.map(|text| text.parse().expect("a percentage")),
        exemption_code: case.exemption_code().map(str::to_owned),
        reason: None,
        scheme: case.scheme(),
        rule: case.rule(),
    }
}

fn subtotal(treatment: &TaxTreatment, taxable: Money, tax: Money) -> TaxSubtotal {
    TaxSubtotal {
        category: treatment.category,
        rate: treatment.rate,
        taxable,
        tax,
        exemption_code: treatment.exemption_code.clone(),
        reason: None,
    }
}

fn supplied<'a>(nets: Vec<(&'a TaxTreatment, Money)>, tax: &'a [TaxSubtotal]) -> Supplied<'a> {
    Supplied {
        date: date("2026-07-01"),
        document: "RE-2026-00042",
        debtor: account(10_002),
        currency: Currency::EUR,
        gives_back: false,
        nets,
        tax,
    }
}

fn shown(entry: &Entry) -> Vec<String> {
    let line = |p: &Posting| format!("{} {}", p.account, p.amount.amount());
    entry.postings().iter().map(line).collect()
}

#[test]
fn an_entry_that_does_not_balance_does_not_exist() {
    let found = Entry::new(
        date("2026-07-01"),
        "RE-1",
        "Invoice",
        vec![
            posting(10_001, "119.00"),
            posting(8_400, "-100.00"),
            posting(1_776, "-18.99"),
        ],
    );
    let error = found.expect_err("unbalanced");
    assert_eq!(error.code(), "ledger.unbalanced");
    assert_eq!(
        error.to_string(),
        "document RE-1: debits exceed credits by 0.01 EUR"
    );
}

#[test]
fn each_currency_balances_by_itself() {
    let dollars = Posting {
        account: account(8_338),
        amount: Money::new(-100, Currency::USD),
    };
    let found = Entry::new(
        date("2026-07-01"),
        "RE-1",
        "Invoice",
        vec![posting(10_001, "1.00"), dollars],
    );
    assert_eq!(found.map_err(|e| e.code()), Err("ledger.unbalanced"));
}

#[test]
fn an_entry_of_nothing_is_refused() {
    let empty = Entry::new(date("2026-07-01"), "RE-1", "Invoice", vec![]);
    assert_eq!(empty.map_err(|e| e.code()), Err("ledger.empty-entry"));
    let zero = Entry::new(
        date("2026-07-01"),
        "RE-1",
        "Invoice",
        vec![posting(8_400, "0.00")],
    );
    assert_eq!(zero.map_err(|e| e.code()), Err("ledger.zero-posting"));
}

#[test]
fn a_stored_entry_that_was_tampered_with_is_not_read() {
    let entry = Entry::new(
        date("2026-07-01"),
        "RE-1",
        "Invoice",
        vec![posting(10_001, "100.00"), posting(8_336, "-100.00")],
    );
    let json = serde_json::to_string(&entry.expect("an entry")).expect("json");
    assert!(serde_json::from_str::<Entry>(&json).is_ok());
    let tampered = json.replacen("100.00", "101.00", 1);
    assert!(serde_json::from_str::<Entry>(&tampered).is_err());
}

#[rstest]
#[case(Chart::Skr03, TaxCase::DomesticStandard, Some("19"), "119.00",
    &["10002 119.00", "1776 -19.00", "8400 -100.00"])]
#[case(Chart::Skr04, TaxCase::DomesticStandard, Some("19"), "119.00",
    &["10002 119.00", "3806 -19.00", "4400 -100.00"])]
#[case(Chart::Skr03, TaxCase::EuReverseCharge, Some("0"), "100.00",
    &["10002 100.00", "8336 -100.00"])]
#[case(Chart::Skr04, TaxCase::EuInstitution, Some("0"), "100.00",
    &["10002 100.00", "4339 -100.00"])]
#[case(Chart::Skr04, TaxCase::ThirdCountry, None, "100.00",
    &["10002 100.00", "4338 -100.00"])]
#[case(Chart::Skr03, TaxCase::OneStopShop, Some("19"), "119.00",
    &["10002 119.00", "1768 -19.00", "8331 -100.00"])]
fn an_invoice_is_booked_by_its_tax_case(
    #[case] chart: Chart,
    #[case] case: TaxCase,
    #[case] rate: Option<&str>,
    #[case] gross: &str,
    #[case] expected: &[&str],
) {
    let treatment = treatment(case, rate);
    let tax = euros(gross).minus(euros("100")).expect("tax");
    let groups = [subtotal(&treatment, euros("100"), tax)];
    // A line of 110 and a service credit of 10.
    let nets = vec![(&treatment, euros("110")), (&treatment, euros("-10"))];
    let entry = issue_entry(&supplied(nets, &groups), &AccountMap::builtin(chart));
    assert_eq!(shown(&entry.expect("booked").expect("an entry")), expected);
}

#[test]
fn a_credit_note_is_booked_the_other_way_round() {
    let treatment = treatment(TaxCase::DomesticStandard, Some("19"));
    let groups = [subtotal(&treatment, euros("100"), euros("19"))];
    let note = Supplied {
        gives_back: true,
        ..supplied(vec![(&treatment, euros("100"))], &groups)
    };
    let entry = issue_entry(&note, &AccountMap::builtin(Chart::Skr03));
    let entry = entry.expect("booked").expect("an entry");
    assert_eq!(
        shown(&entry),
        ["10002 -119.00", "1776 19.00", "8400 100.00"]
    );
}

#[test]
fn tax_of_one_rate_in_two_countries_is_shared_without_losing_a_cent() {
    // Cyprus has 19 % as Germany has: one group on the document, two accounts in the books.
    let (cyprus, germany) = (
        treatment(TaxCase::OneStopShop, Some("19")),
        treatment(TaxCase::EuHumanService, Some("19")),
    );
    let groups = [subtotal(&cyprus, euros("20.10"), euros("3.82"))];
    let nets = vec![(&cyprus, euros("10.05")), (&germany, euros("10.05"))];
    let entry = issue_entry(&supplied(nets, &groups), &AccountMap::builtin(Chart::Skr03));
    assert_eq!(
        shown(&entry.expect("booked").expect("an entry")),
        [
            "10002 23.92",
            "1768 -1.91",
            "1776 -1.91",
            "8331 -10.05",
            "8400 -10.05"
        ]
    );
}

#[test]
fn an_invoice_over_nothing_is_not_booked() {
    let treatment = treatment(TaxCase::EuReverseCharge, Some("0"));
    let nets = vec![(&treatment, euros("10")), (&treatment, euros("-10"))];
    let found = issue_entry(&supplied(nets, &[]), &AccountMap::builtin(Chart::Skr03));
    assert_eq!(found, Ok(None));
}

#[test]
fn what_the_chart_does_not_know_is_refused() {
    let mut odd = treatment(TaxCase::DomesticStandard, Some("19"));
    odd.rule = "made-up: § 0".into();
    let accounts = AccountMap::builtin(Chart::Skr03);
    let found = issue_entry(&supplied(vec![(&odd, euros("1"))], &[]), &accounts);
    assert_eq!(found.map_err(|e| e.code()), Err("ledger.case-unmapped"));
    let exempt = treatment(TaxCase::EuReverseCharge, Some("0"));
    let groups = [subtotal(&exempt, euros("1"), euros("0.19"))];
    let found = issue_entry(&supplied(vec![(&exempt, euros("1"))], &groups), &accounts);
    assert_eq!(
        found.map_err(|e| e.code()),
        Err("ledger.tax-account-missing")
    );
    let found = issue_entry(&supplied(vec![], &groups), &accounts);
    assert_eq!(found.map_err(|e| e.code()), Err("ledger.tax-unexplained"));
}

#[test]
fn every_case_has_its_accounts_in_both_charts_and_tax_where_tax_is_charged() {
    for chart in [Chart::Skr03, Chart::Skr04] {
        let map = AccountMap::builtin(chart);
        for case in TaxCase::ALL {
            let row = map.find(case).expect("a row");
            assert_eq!(row.revenue.kind(), AccountKind::General);
            assert_eq!(
                row.tax.is_some(),
                case.category() == TaxCategory::S,
                "{case:?}"
            );
        }
        for control in [Control::Bank, Control::Receivables, Control::DeferredIncome] {
            assert!(map.control(control).is_ok());
        }
    }
    let deferred = AccountMap::builtin(Chart::Skr03).control(Control::DeferredIncome);
    assert_eq!(deferred.map(|a| a.to_string()), Ok("0990".into()));
}

#[test]
fn a_row_that_the_seller_adds_wins() {
    let own = AccountRow {
        case: TaxCase::EuReverseCharge,
        revenue: account(8_337),
        tax: None,
    };
    let map = AccountMap::builtin(Chart::Skr03).with([own]);
    assert_eq!(map.find(TaxCase::EuReverseCharge), Some(own));
}

#[test]
fn account_numbers_have_their_ranges() {
    assert_eq!(
        Account::new(0).map_err(|e| e.code()),
        Err("ledger.account-invalid")
    );
    assert!(Account::new(100_000).is_err());
    assert_eq!(account(69_999).kind(), AccountKind::Debtor);
    assert_eq!(account(70_000).kind(), AccountKind::Creditor);
    assert!(serde_json::from_str::<Account>("0").is_err());
}

proptest! {
    #[test]
    fn every_issued_document_balances_and_its_reversal_cancels_it(
        nets in proptest::collection::vec((0usize..TaxCase::ALL.len(), -50_000i64..500_000), 1..12),
        gives_back in any::<bool>(),
    ) {
        let kinds: Vec<TaxTreatment> = TaxCase::ALL
            .iter()
            .map(|case| match case.category() {
                TaxCategory::S => treatment(*case, Some("19")),
                TaxCategory::O => treatment(*case, None),
                _ => treatment(*case, Some("0")),
            })
            .collect();
        let nets: Vec<(&TaxTreatment, Money)> =
            nets.iter().map(|(i, minor)| (&kinds[*i], Money::new(*minor, Currency::EUR))).collect();
        let rate: Percent = "19".parse().expect("a percentage");
        let taxed: Vec<_> = nets.iter().filter(|(t, _)| t.category == TaxCategory::S).collect();
        let base = Money::sum(taxed.iter().map(|(_, net)| *net), Currency::EUR).expect("a sum");
        let tax = base.share(rate.factor().expect("a factor"), Rounding::HalfUp).expect("tax");
        let group = taxed.first().map(|(t, _)| subtotal(t, base, tax));
        let groups: Vec<_> = group.into_iter().collect();
        let document = Supplied { gives_back, ..supplied(nets.clone(), &groups) };
        let booked = issue_entry(&document, &AccountMap::builtin(Chart::Skr04)).expect("booked");
        let Some(entry) = booked else { return Ok(()) };
        let sum = |entry: &Entry| {
            Money::sum(entry.postings().iter().map(|p| p.amount), Currency::EUR).expect("a sum")
        };
        prop_assert!(sum(&entry).is_zero());
        let net = Money::sum(nets.iter().map(|(_, net)| *net), Currency::EUR).expect("a sum");
        let gross = net.plus(tax).expect("gross");
        let debtor = entry.postings().iter().filter(|p| p.account == account(10_002));
        let owed = Money::sum(debtor.map(|p| p.amount), Currency::EUR).expect("a sum");
        prop_assert_eq!(owed, if gives_back { gross.negated().expect("negated") } else { gross });
        let back = entry.reverse(date("2026-08-01"), "Reversal").expect("reversed");
        prop_assert!(back.is_reversal());
        for (one, two) in entry.postings().iter().zip(back.postings()) {
            prop_assert_eq!(one.account, two.account);
            prop_assert!(one.amount.plus(two.amount).expect("a sum").is_zero());
        }
    }
}
