//! Each fact that cannot stand is found at its own field, and nothing else is.

use chrono::NaiveDate;

use super::*;
use crate::billing::party::{
    Contact, CustomerKind, Identifier, Language, Routing, TaxEvidence, ViesAnswer,
};

fn day(text: &str) -> NaiveDate {
    text.parse().unwrap()
}

fn proof() -> Proof {
    Proof {
        title: "Order clause".to_owned(),
        reference: "Art. 151".to_owned(),
        valid_from: day("2026-01-01"),
        valid_until: Some(day("2026-12-31")),
        sha256: Some("0".repeat(64)),
    }
}

fn whole() -> Customer {
    Customer {
        number: 20_001,
        legal_name: "Stadt Beispielstadt".to_owned(),
        departments: vec!["Kämmerei".to_owned()],
        kind: CustomerKind::PublicBodyDe,
        address: Address {
            street: "Markt 1".to_owned(),
            extra: Some("Haus B".to_owned()),
            post_code: "12345".to_owned(),
            city: "Beispielstadt".to_owned(),
            region: None,
            country: "DE".to_owned(),
        },
        contact: Some(Contact {
            name: "Rechnungsstelle".to_owned(),
            phone: Some("+49 30 000000".to_owned()),
            email: Some("rechnung@example.org".to_owned()),
        }),
        language: Language::De,
        currency: Currency::EUR,
        vat_id: Some("DE123456788".to_owned()),
        evidence: TaxEvidence {
            vies: vec![ViesAnswer {
                vat_id: "DE123456788".to_owned(),
                valid: true,
                checked_on: day("2026-01-02"),
                request_id: "WAPIAAAAX1".to_owned(),
            }],
            exemption: Some(proof()),
            business: None,
        },
        routing: Routing {
            format: InvoiceFormat::XrechnungUbl,
            endpoint: Some(Identifier {
                scheme: "EM".to_owned(),
                id: "rechnung@example.org".to_owned(),
            }),
            leitweg_id: Some("01-MASTODONTEST-37".to_owned()),
            siret: Some("73282932000074".to_owned()),
            service_code: Some("SG-1".to_owned()),
            email: Some("rechnung@example.org".to_owned()),
        },
        purchase_order_required: true,
        valid_from: Some(day("2026-01-01")),
    }
}

/// The fields that are found wrong after one change.
fn found(change: impl FnOnce(&mut Customer)) -> Vec<String> {
    let mut changed = whole();
    change(&mut changed);
    let found = entered_customer(&changed, Some(Currency::EUR));
    let found = found.into_iter();
    found
        .map(|one| format!("{} {}", one.field, one.why.code()))
        .collect()
}

#[test]
fn what_is_whole_is_not_found_wrong() {
    assert_eq!(found(|_| {}), Vec::<String>::new());
    assert!(customer(&whole()).is_empty());
}

type Change = fn(&mut Customer);

/// A change, and the field and code that it is refused with.
const CASES: &[(Change, &str)] = &[
    (|c| c.number = 9_999, "number party.number"),
    (|c| c.legal_name = "  ".into(), "legal_name party.text"),
    (|c| c.currency = Currency::USD, "currency party.currency"),
    (|c| c.address.city.clear(), "address.city party.text"),
    (
        |c| c.address.street = "a\nb".into(),
        "address.street party.text",
    ),
    (
        |c| c.address.country = "de".into(),
        "address.country party.country",
    ),
    (
        |c| c.departments = vec!["x".repeat(301)],
        "departments party.text",
    ),
    (
        |c| c.vat_id = Some("DE123456789".into()),
        "vat_id routing.vat-id-check-digits",
    ),
    (
        |c| c.vat_id = Some("US1".into()),
        "vat_id routing.vat-id-prefix",
    ),
    (
        |c| {
            c.contact = Some(Contact {
                name: String::new(),
                phone: None,
                email: None,
            });
        },
        "contact.name party.text",
    ),
    (
        |c| c.routing.leitweg_id = Some("01-MASTODONTEST-36".into()),
        "routing.leitweg_id routing.leitweg-check-digits",
    ),
    (
        |c| c.routing.siret = Some("73282932000075".into()),
        "routing.siret routing.siret-check-digit",
    ),
    (
        |c| c.routing.email = Some("a@b".into()),
        "routing.email party.email",
    ),
    (
        |c| {
            c.routing.endpoint = Some(Identifier {
                scheme: "EM".into(),
                id: "x".into(),
            });
        },
        "routing.endpoint.id party.email",
    ),
    (
        |c| {
            c.routing.endpoint = Some(Identifier {
                scheme: "0000".into(),
                id: "x".into(),
            });
        },
        "routing.endpoint.scheme routing.peppol-scheme",
    ),
    (
        |c| c.evidence.vies[0].vat_id = "DE1".into(),
        "evidence.vies.vat_id routing.vat-id-syntax",
    ),
    (
        |c| c.evidence.vies[0].checked_on = day("0026-01-01"),
        "evidence.vies.checked_on party.year",
    ),
    (
        |c| {
            c.evidence.exemption = Some(Proof {
                sha256: Some("x".into()),
                ..proof()
            });
        },
        "evidence.exemption.sha256 party.hash",
    ),
    (
        |c| {
            let valid_until = Some(day("2025-12-31"));
            c.evidence.business = Some(Proof {
                valid_until,
                ..proof()
            });
        },
        "evidence.business.valid_until party.period",
    ),
    (
        |c| c.valid_from = Some(day("0206-01-01")),
        "valid_from party.year",
    ),
];

#[test]
fn every_fault_is_found_at_its_field() {
    for (change, expected) in CASES {
        assert_eq!(found(change), [*expected]);
    }
}

#[test]
fn what_is_missing_is_no_fault() {
    let bare = found(|customer| {
        customer.contact = None;
        customer.vat_id = None;
        customer.evidence = TaxEvidence::default();
        customer.routing.endpoint = None;
        customer.routing.leitweg_id = None;
        customer.address.street.push('x');
    });
    assert_eq!(bare, Vec::<String>::new());
}

#[test]
fn markup_is_text() {
    let name = "<script>alert(1)</script>";
    assert_eq!(
        found(|c| c.legal_name = name.to_owned()),
        Vec::<String>::new()
    );
}
