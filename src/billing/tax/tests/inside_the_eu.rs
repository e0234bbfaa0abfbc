//! Customers in Germany and the European Union.

use rstest::rstest;

use super::*;
use CustomerKind as Kind;
use ServiceNature::{Automated, Human};

#[test]
fn a_body_of_the_european_union_is_exempt_by_evidence_and_blocked_without() {
    let mut commission = customer("BE", Kind::EuInstitution);
    for nature in [Automated, Human] {
        let answer = treat(&seller(), &commission, nature);
        assert_eq!(shown(&answer), "tax.evidence-missing");
    }
    commission.evidence.exemption = proof("2024-07-01", Some("2027-06-30"));
    let hosting = treat(&seller(), &commission, Automated);
    assert_eq!(shown(&hosting), "E 0 VATEX-EU-151-1AA");
    let hosting = hosting.expect("a treatment");
    assert_eq!(hosting.scheme, TaxScheme::Exempt);
    assert_eq!(TaxCase::of(&hosting), Some(TaxCase::EuInstitution));
    let moderation = treat(&seller(), &commission, Human).expect("a treatment");
    assert_eq!(
        TaxCase::of(&moderation),
        Some(TaxCase::EuInstitutionInGermany)
    );
    // One category, one code, one note: both stand on one document.
    assert_eq!(hosting.reason, moderation.reason);
    assert!(may_share_document(&hosting, &moderation));
    commission.evidence.exemption = proof("2024-07-01", Some("2026-08-30"));
    assert_eq!(
        shown(&treat(&seller(), &commission, Automated)),
        "tax.evidence-missing"
    );
}

#[rstest]
#[case(Kind::PublicBodyDe, Automated)]
#[case(Kind::PublicBodyDe, Human)]
#[case(Kind::Business, Automated)]
#[case(Kind::DiplomaticMission, Automated)]
fn customers_in_germany_pay_19_percent(#[case] kind: Kind, #[case] nature: ServiceNature) {
    let answer = treat(&seller(), &customer("DE", kind), nature);
    assert_eq!(shown(&answer), "S 19 -");
    let treatment = answer.expect("a treatment");
    assert_eq!(
        (treatment.scheme, treatment.reason),
        (TaxScheme::Domestic, None)
    );
}

#[test]
fn a_confirmed_vat_id_in_the_eu_means_reverse_charge_for_every_service() {
    for nature in [Automated, Human] {
        let answer = treat(&seller(), &ville(), nature);
        assert_eq!(shown(&answer), "AE 0 VATEX-EU-AE");
        let reason = answer.expect("a treatment").reason.expect("a reason");
        assert!(
            reason
                .de
                .starts_with("Steuerschuldnerschaft des Leistungsempfängers")
        );
        assert!(reason.en.starts_with("Reverse charge"));
        assert!(reason.fr.starts_with("Autoliquidation"));
    }
}

#[rstest]
#[case("2026-08-02", true, false, "AE 0 VATEX-EU-AE")]
#[case("2026-08-01", true, false, "tax.vies-recheck-due")]
#[case("2026-08-01", true, true, "AE 0 VATEX-EU-AE")]
#[case("2026-06-03", true, true, "AE 0 VATEX-EU-AE")]
#[case("2026-06-02", true, true, "tax.vies-expired")]
#[case("2026-06-02", true, false, "tax.vies-expired")]
#[case("2026-08-30", false, false, "tax.vies-invalid")]
#[case("2026-09-02", true, false, "tax.vies-missing")]
fn an_answer_of_vies_ages(
    #[case] checked_on: &str,
    #[case] valid: bool,
    #[case] vies_down: bool,
    #[case] expected: &str,
) {
    let mut customer = ville();
    customer.evidence.vies = vec![vies("FR 44 732829320", checked_on, valid)];
    let rules = TaxRules::default().under(TaxSettings {
        vies_down,
        ..TaxSettings::default()
    });
    assert_eq!(
        shown(&treat_by(&seller(), &customer, Automated, &rules)),
        expected
    );
}

#[test]
fn the_latest_answer_known_on_the_day_counts() {
    let mut customer = ville();
    let id = "FR44732829320";
    customer.evidence.vies = vec![
        vies(id, "2026-08-25", true),
        vies(id, "2026-08-24", false),
        vies(id, "2026-12-01", false),
    ];
    assert_eq!(
        shown(&treat(&seller(), &customer, Automated)),
        "AE 0 VATEX-EU-AE"
    );
    customer.evidence.vies = vec![vies("FR40303265045", "2026-08-25", true)];
    assert_eq!(
        shown(&treat(&seller(), &customer, Automated)),
        "tax.vies-missing"
    );
}

#[test]
fn reverse_charge_needs_the_sellers_vat_id_and_one_of_the_buyers_country() {
    let mut unregistered = seller();
    unregistered.vat_id = None;
    assert_eq!(
        shown(&treat(&unregistered, &ville(), Automated)),
        "tax.seller-vat-id-missing"
    );
    let mut northern_irish = customer("IE", Kind::Business);
    northern_irish.vat_id = Some("XI123456789".into());
    assert_eq!(
        shown(&treat(&seller(), &northern_irish, Automated)),
        "tax.vat-id-country"
    );
    let mut greek = customer("GR", Kind::Business);
    greek.vat_id = Some("EL123456789".into());
    greek.evidence.vies = vec![vies("EL123456789", "2026-08-20", true)];
    assert_eq!(
        shown(&treat(&seller(), &greek, Automated)),
        "AE 0 VATEX-EU-AE"
    );
}

#[test]
fn an_eu_body_without_vat_id_pays_at_destination_for_hosting_and_in_germany_for_people() {
    let body = customer("FI", Kind::PublicBodyEu);
    let hosting = treat(&seller(), &body, Automated);
    assert_eq!(shown(&hosting), "S 25.5 -");
    let hosting = hosting.expect("a treatment");
    assert_eq!(hosting.scheme, TaxScheme::OneStopShop);
    let moderation = treat(&seller(), &body, Human);
    assert_eq!(shown(&moderation), "S 19 -");
    assert!(may_share_document(
        &hosting,
        &moderation.expect("a treatment")
    ));
    let mut small = seller();
    small.oss = false;
    assert_eq!(shown(&treat(&small, &body, Automated)), "S 19 -");
    let rules = TaxRules::default().under(TaxSettings {
        above_eu_threshold: true,
        ..TaxSettings::default()
    });
    assert_eq!(
        shown(&treat_by(&small, &body, Automated, &rules)),
        "tax.oss-missing"
    );
}

#[test]
fn an_eu_business_without_vat_id_is_blocked() {
    let business = customer("NL", Kind::Business);
    assert_eq!(
        shown(&treat(&seller(), &business, Automated)),
        "tax.vat-id-missing"
    );
}
