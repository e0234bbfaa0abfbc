//! Rates by date, categories, and the list of cases.

use rstest::rstest;

use super::*;
use CustomerKind as Kind;
use ServiceNature::{Automated, Human};

#[test]
fn category_o_stands_alone() {
    let mut buyer = customer("US", Kind::Business);
    buyer.evidence.business = proof("2025-09-01", None);
    let outside = treat(&seller(), &buyer, Automated).expect("a treatment");
    let inside = treat(&seller(), &ville(), Automated).expect("a treatment");
    assert!(!may_share_document(&outside, &inside));
    assert!(may_share_document(&outside, &outside));
}

#[test]
fn categories_of_goods_and_the_zero_rate_are_refused() {
    for code in ["K", "G", "Z", "L", "s", ""] {
        let error = code.parse::<TaxCategory>().expect_err(code);
        assert_eq!(error.code(), "tax.category-unknown");
    }
    assert_eq!("AE".parse(), Ok(TaxCategory::AE));
}

#[rstest]
#[case("EE", "2025-06-30", "22")]
#[case("EE", "2025-07-01", "24")]
#[case("FI", "2024-08-31", "24")]
#[case("FI", "2024-09-01", "25.5")]
#[case("RO", "2025-07-31", "19")]
#[case("RO", "2025-08-01", "21")]
#[case("SK", "2024-12-31", "20")]
#[case("SK", "2025-01-01", "23")]
#[case("LU", "2026-12-31", "17")]
fn rates_change_on_their_day(#[case] country: &str, #[case] on: &str, #[case] percent: &str) {
    let table = RateTable::builtin();
    let row = table
        .find(country, RateKind::Standard, date(on))
        .expect("a rate");
    assert_eq!(row.percent.to_string(), percent);
    assert!(!row.source.is_empty());
}

#[test]
fn every_member_state_has_a_standard_rate_and_nothing_is_guessed() {
    let table = RateTable::builtin();
    for country in EU_MEMBERS {
        assert!(
            table
                .find(country, RateKind::Standard, date("2024-01-01"))
                .is_ok(),
            "{country}"
        );
    }
    assert_eq!(table.rows().len(), 27 + 4 + 1);
    for (country, on) in [("DE", "2023-12-31"), ("US", ON), ("XI", ON)] {
        let found = table.find(country, RateKind::Standard, date(on));
        assert_eq!(found.expect_err(country).code(), "tax.rate-unknown");
    }
}

#[test]
fn a_rate_that_finance_adds_wins() {
    let row = DatedRate {
        country: "DE".into(),
        kind: RateKind::Standard,
        valid_from: date("2026-07-01"),
        percent: "16".parse().expect("a percentage"),
        source: "a test".into(),
    };
    let rules = TaxRules {
        rates: RateTable::builtin().with([row]),
        ..TaxRules::default()
    };
    let body = customer("DE", Kind::PublicBodyDe);
    assert_eq!(shown(&treat_by(&seller(), &body, Human, &rules)), "S 16 -");
}

#[test]
fn every_case_is_found_again_by_its_rule_and_has_texts_where_no_tax_is_charged() {
    for case in TaxCase::ALL {
        let reason = wording::reason(case);
        assert_eq!(
            reason.is_none(),
            case.category() == TaxCategory::S,
            "{case:?}"
        );
        let treatment = TaxTreatment {
            category: case.category(),
            rate: None,
            exemption_code: case.exemption_code().map(str::to_owned),
            reason,
            scheme: case.scheme(),
            rule: case.rule(),
        };
        assert_eq!(TaxCase::of(&treatment), Some(case));
    }
}
