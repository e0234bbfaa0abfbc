//! What must be held back before it gets a number, and by which rule.

use herdbook::billing::invoice::{DocumentType, Invoice};
use herdbook::billing::party::Identifier;
use herdbook::billing::tax::TaxCategory;
use herdbook::documents::einvoice::{EInvoiceError, Profile, check, xml};

use crate::NUMBER;
use crate::fixtures::{correcting, invoice, line, money, tax};

fn sample(profile: Profile) -> Invoice {
    let s19 = tax(TaxCategory::S, "19");
    invoice(
        profile,
        vec![line(1, "Server", "1", "100", &s19)],
        Vec::new(),
    )
}

fn rules(invoice: &Invoice, number: &str) -> Vec<String> {
    let failures = check(invoice, number).expect_err("refused");
    failures.into_iter().map(|failure| failure.rule).collect()
}

/// The rule is among the broken ones after `spoil`.
fn broken(profile: Profile, rule: &str, spoil: impl FnOnce(&mut Invoice)) {
    let mut document = sample(profile);
    assert_eq!(check(&document, NUMBER), Ok(()));
    spoil(&mut document);
    let rules = rules(&document, NUMBER);
    assert!(
        rules.iter().any(|found| found == rule),
        "{rule} expected among {rules:?}"
    );
}

#[test]
fn an_xrechnung_without_buyer_reference_breaks_br_de_15() {
    broken(Profile::XRechnungUbl, "BR-DE-15", |document| {
        document.customer.routing.leitweg_id = None;
    });
}

#[test]
fn a_mistyped_leitweg_id_is_caught_by_its_check_digits() {
    let typed = |id: &str| Some(id.to_owned());
    broken(
        Profile::XRechnungUbl,
        "routing.leitweg-check-digits",
        |document| {
            document.customer.routing.leitweg_id = typed("01-MASTODONTEST-73");
        },
    );
    broken(
        Profile::XRechnungUbl,
        "routing.leitweg-check-digits",
        |document| {
            document.references.buyer_reference = typed("01-MASTODONTSET-37");
        },
    );
}

#[test]
fn the_seller_contact_is_mandatory_in_germany() {
    broken(Profile::XRechnungUbl, "BR-DE-6", |document| {
        document.seller.contact.phone = None;
    });
}

#[test]
fn peppol_needs_an_electronic_address_of_its_own_list() {
    broken(Profile::PeppolBis3, "PEPPOL-EN16931-R010", |document| {
        document.customer.routing.endpoint = None;
    });
    broken(Profile::PeppolBis3, "routing.peppol-scheme", |document| {
        document.customer.routing.endpoint = Some(Identifier {
            scheme: "EM".to_owned(),
            id: "a@b.example".to_owned(),
        });
    });
    broken(Profile::PeppolBis3, "routing.peppol-value", |document| {
        document.customer.routing.endpoint = Some(Identifier {
            scheme: "0208".to_owned(),
            id: "0428759498".to_owned(),
        });
    });
}

#[test]
fn a_french_public_body_is_addressed_by_its_siret() {
    broken(Profile::En16931Cii, "CHORUS-BT-47", |document| {
        document.customer.routing.siret = None;
    });
    broken(
        Profile::En16931Cii,
        "routing.siret-check-digit",
        |document| {
            document.customer.routing.siret = Some("73282932000047".to_owned());
        },
    );
    let rules = rules(&sample(Profile::En16931Cii), "RE-2026-000000000000001");
    assert!(rules.contains(&"CHORUS-BT-1".to_owned()), "{rules:?}");
}

#[test]
fn reverse_charge_needs_both_vat_ids() {
    let treatment = tax(TaxCategory::AE, "0");
    let lines = vec![line(1, "Server", "1", "100", &treatment)];
    let mut document = invoice(Profile::PeppolBis3, lines, Vec::new());
    document.customer.vat_id = None;
    assert!(rules(&document, NUMBER).contains(&"BR-AE-02".to_owned()));
    document.customer.vat_id = Some("BE0428759498".to_owned());
    assert!(rules(&document, NUMBER).contains(&"routing.vat-id-check-digits".to_owned()));
}

#[test]
fn money_goes_nowhere_but_to_a_valid_account() {
    broken(Profile::PeppolBis3, "routing.iban", |document| {
        document.seller.bank.iban = "DE02120300000000202052".to_owned();
    });
}

#[test]
fn a_cent_too_much_is_refused_although_the_official_rules_tolerate_it() {
    broken(Profile::PeppolBis3, "EXACT-BG-23", |document| {
        let cent = money("0.01");
        for group in &mut document.tax {
            group.tax = group.tax.plus(cent).expect("fits");
        }
        document.totals.tax = document.totals.tax.plus(cent).expect("fits");
        document.totals.gross = document.totals.gross.plus(cent).expect("fits");
        document.totals.payable = document.totals.payable.plus(cent).expect("fits");
    });
    broken(Profile::XRechnungUbl, "EXACT-BT-131", |document| {
        for line in &mut document.lines {
            line.net = line.net.plus(money("0.01")).expect("fits");
        }
    });
    broken(Profile::En16931Cii, "EXACT-BG-22", |document| {
        document.totals.payable = document.totals.payable.plus(money("1")).expect("fits");
    });
}

#[test]
fn peppol_takes_a_corrected_invoice_between_germans_only() {
    let document = correcting(sample(Profile::PeppolBis3), DocumentType::CorrectedInvoice);
    assert!(rules(&document, NUMBER).contains(&"PEPPOL-EN16931-P0112".to_owned()));
}

#[test]
fn peppol_between_germans_follows_the_german_rules() {
    let mut document = sample(Profile::PeppolBis3);
    document.customer.address.country = "DE".to_owned();
    assert!(rules(&document, NUMBER).contains(&"BR-DE-15".to_owned()));
    document.references.buyer_reference = Some("01-MASTODONTEST-37".to_owned());
    assert_eq!(check(&document, NUMBER), Ok(()));
}

#[test]
fn a_character_that_xml_cannot_carry_is_refused_not_dropped() {
    broken(Profile::PeppolBis3, "EXACT-SYNTAX", |document| {
        document.customer.legal_name = "Bell \u{7} inside".to_owned();
    });
}

#[test]
fn a_broken_document_is_never_written() {
    let mut document = sample(Profile::XRechnungUbl);
    document.customer.routing.leitweg_id = None;
    let error = xml(&document, NUMBER, Profile::XRechnungUbl).expect_err("refused");
    assert_eq!(error.code(), "einvoice.rules");
    let EInvoiceError::Rules { failures } = error else {
        panic!("rules expected")
    };
    assert!(
        failures.iter().all(|failure| !failure.message.is_empty()),
        "{failures:?}"
    );
}
