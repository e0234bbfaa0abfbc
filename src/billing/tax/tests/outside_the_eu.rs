//! Customers outside the European Union, exempt bodies and special sellers.

use rstest::rstest;

use super::*;
use CustomerKind as Kind;
use ServiceNature::{Automated, Human};

#[rstest]
#[case(Kind::InternationalOrganisation, "E 0 VATEX-EU-151-1B")]
#[case(Kind::DiplomaticMission, "E 0 VATEX-EU-151-1A")]
fn bodies_of_article_151_need_their_certificate(#[case] kind: Kind, #[case] expected: &str) {
    let mut body = customer("AT", kind);
    assert_eq!(
        shown(&treat(&seller(), &body, Automated)),
        "tax.evidence-missing"
    );
    body.evidence.exemption = proof("2026-01-01", None);
    assert_eq!(shown(&treat(&seller(), &body, Automated)), expected);
}

#[rstest]
#[case("US", Kind::Business, true, Automated, "O - VATEX-EU-O")]
#[case(
    "US",
    Kind::Business,
    false,
    Automated,
    "tax.business-evidence-missing"
)]
#[case("CA", Kind::Ngo, false, Automated, "O - VATEX-EU-O")]
#[case("CA", Kind::Ngo, false, Human, "tax.ruling-needed")]
#[case("GB", Kind::Business, true, Human, "O - VATEX-EU-O")]
#[case("GB", Kind::University, false, Automated, "tax.uk-registration")]
#[case("CH", Kind::Business, true, Automated, "O - VATEX-EU-O")]
#[case("CH", Kind::PublicBodyEu, false, Human, "O - VATEX-EU-O")]
#[case("NO", Kind::PublicBodyEu, false, Automated, "O - VATEX-EU-O")]
#[case(
    "NO",
    Kind::Business,
    false,
    Automated,
    "tax.business-evidence-missing"
)]
fn outside_the_eu_the_place_of_supply_must_be_shown(
    #[case] country: &str,
    #[case] kind: Kind,
    #[case] proven: bool,
    #[case] nature: ServiceNature,
    #[case] expected: &str,
) {
    let mut buyer = customer(country, kind);
    if proven {
        buyer.evidence.business = proof("2025-09-01", None);
    }
    let answer = treat(&seller(), &buyer, nature);
    assert_eq!(shown(&answer), expected);
    if let Ok(treatment) = answer {
        assert_eq!(treatment.scheme, TaxScheme::ThirdCountry);
        let mut anonymous = seller();
        anonymous.tax_number = None;
        let blocked = treat(&anonymous, &buyer, nature);
        assert_eq!(shown(&blocked), "tax.seller-tax-number-missing");
    }
}

#[test]
fn the_uk_and_switzerland_get_a_sentence_of_their_own() {
    let mut buyer = customer("GB", Kind::Business);
    buyer.evidence.business = proof("2025-09-01", None);
    let reason = treat(&seller(), &buyer, Automated)
        .expect("a treatment")
        .reason;
    assert!(reason.expect("a reason").en.contains("HMRC"));
    buyer.address.country = "CH".into();
    let reason = treat(&seller(), &buyer, Automated)
        .expect("a treatment")
        .reason;
    assert!(reason.expect("a reason").de.contains("Bezugsteuer"));
}

#[test]
fn finance_is_warned_of_registration_abroad() {
    let seller = seller();
    for (country, kind, expected) in [
        ("US", Kind::Business, vec!["tax.us-nexus"]),
        (
            "US",
            Kind::Ngo,
            vec!["tax.us-nexus", "tax.local-registration"],
        ),
        ("CH", Kind::PublicBodyEu, vec!["tax.ch-registration"]),
        ("DE", Kind::Business, vec![]),
    ] {
        let customer = customer(country, kind);
        let supply = Supply {
            nature: Automated,
            seller: &seller,
            customer: &customer,
            tax_point: date(ON),
            decided_on: date(ON),
        };
        let codes: Vec<_> = advisories(&supply)
            .into_iter()
            .map(TaxAdvisory::code)
            .collect();
        let outside_only = if is_eu_member(country) {
            vec![]
        } else {
            expected
        };
        assert_eq!(codes, outside_only, "{country} {kind:?}");
    }
}

#[test]
fn a_small_business_shows_no_tax_where_german_tax_would_be_due() {
    let mut small = seller();
    small.regime = SellerRegime::SmallBusiness;
    let answer = treat(&small, &customer("DE", Kind::PublicBodyDe), Human);
    assert_eq!(shown(&answer), "E 0 -");
    assert!(
        answer
            .expect("a treatment")
            .reason
            .expect("a reason")
            .de
            .contains("§ 19")
    );
    assert_eq!(
        shown(&treat(&small, &ville(), Automated)),
        "AE 0 VATEX-EU-AE"
    );
    let body = customer("FR", Kind::University);
    assert_eq!(
        shown(&treat(&small, &body, Automated)),
        "tax.small-business-abroad"
    );
}

#[test]
fn the_reduced_rate_is_off_until_somebody_confirmed_it() {
    let mut rules = TaxRules::default();
    let ngo = customer("DE", Kind::Ngo);
    assert_eq!(
        shown(&treat_by(&seller(), &ngo, Automated, &rules)),
        "S 19 -"
    );
    let confirmed_on = date("2026-08-01");
    rules.reduced_rate = Some(ReducedRateRuling {
        confirmed_on,
        reference: "ruling".into(),
    });
    assert_eq!(
        shown(&treat_by(&seller(), &ngo, Automated, &rules)),
        "S 7 -"
    );
    rules.reduced_rate = Some(ReducedRateRuling {
        confirmed_on: date("2026-09-01"),
        reference: "ruling".into(),
    });
    assert_eq!(
        shown(&treat_by(&seller(), &ngo, Automated, &rules)),
        "S 19 -"
    );
}

#[test]
fn a_seller_outside_germany_is_refused() {
    let mut foreign = seller();
    foreign.address.country = "BE".into();
    assert_eq!(
        shown(&treat(&foreign, &ville(), Automated)),
        "tax.seller-country"
    );
}
