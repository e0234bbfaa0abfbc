//! One fact a row of the decision, and what blocks it: the parties that the cases share.

mod inside_the_eu;
mod outside_the_eu;
mod rates;

use super::*;
use crate::billing::Currency;
use crate::billing::party::{
    Address, BankAccount, Chart, Contact, Customer, CustomerKind, Identifier, InvoiceFormat,
    Language, Proof, Routing, Seller, SellerRegime, TaxEvidence, ViesAnswer,
};
use chrono::NaiveDate;

const ON: &str = "2026-08-31";

fn date(text: &str) -> NaiveDate {
    text.parse().expect("a date")
}

fn address(country: &str) -> Address {
    Address {
        street: "Weg 1".into(),
        extra: None,
        post_code: "10115".into(),
        city: "Ort".into(),
        region: None,
        country: country.into(),
    }
}

fn seller() -> Seller {
    Seller {
        code: "HB".into(),
        legal_name: "Herdbook Beispiel gGmbH".into(),
        address: address("DE"),
        register: "HRB 1, Amtsgericht".into(),
        register_number: "HRB 1".into(),
        directors: vec!["A. Muster".into()],
        vat_id: Some("DE123456788".into()),
        tax_number: Some("27/123/45678".into()),
        regime: SellerRegime::Standard,
        oss: true,
        contact: Contact {
            name: "Billing".into(),
            phone: None,
            email: None,
        },
        endpoint: Identifier {
            scheme: "9930".into(),
            id: "DE123456788".into(),
        },
        bank: BankAccount {
            holder: "Herdbook Beispiel gGmbH".into(),
            iban: "DE02120300000000202051".into(),
            bic: "BYLADEM1001".into(),
            bank: "Bank".into(),
        },
        series: "RE".into(),
        chart: Chart::Skr03,
        website: "https://billing.example".into(),
        valid_from: date("2024-01-01"),
    }
}

fn customer(country: &str, kind: CustomerKind) -> Customer {
    Customer {
        number: 10_001,
        legal_name: "Kundin".into(),
        departments: Vec::new(),
        kind,
        address: address(country),
        contact: None,
        language: Language::De,
        currency: Currency::EUR,
        vat_id: None,
        evidence: TaxEvidence::default(),
        routing: Routing {
            format: InvoiceFormat::PdfWithCii,
            endpoint: None,
            leitweg_id: None,
            siret: None,
            service_code: None,
            email: None,
        },
        purchase_order_required: false,
        valid_from: None,
    }
}

fn proof(from: &str, until: Option<&str>) -> Option<Proof> {
    Some(Proof {
        title: "clause".into(),
        reference: "1".into(),
        valid_from: date(from),
        valid_until: until.map(date),
        sha256: None,
    })
}

fn vies(vat_id: &str, on: &str, valid: bool) -> ViesAnswer {
    ViesAnswer {
        vat_id: vat_id.into(),
        valid,
        checked_on: date(on),
        request_id: "W1".into(),
    }
}

fn ville() -> Customer {
    let mut ville = customer("FR", CustomerKind::PublicBodyEu);
    ville.vat_id = Some("FR44732829320".into());
    ville.evidence.vies = vec![vies("FR44732829320", "2026-08-20", true)];
    ville
}

fn treat(seller: &Seller, customer: &Customer, nature: ServiceNature) -> Answer {
    treat_by(seller, customer, nature, &TaxRules::default())
}

type Answer = Result<TaxTreatment, &'static str>;

fn treat_by(
    seller: &Seller,
    customer: &Customer,
    nature: ServiceNature,
    rules: &TaxRules,
) -> Answer {
    let (tax_point, decided_on) = (date(ON), date("2026-09-01"));
    let supply = Supply {
        nature,
        seller,
        customer,
        tax_point,
        decided_on,
    };
    decide(&supply, rules).map_err(|blocked| blocked.code())
}

/// Category, rate, code: what a document shows.
fn shown(answer: &Answer) -> String {
    match answer {
        Err(code) => (*code).to_owned(),
        Ok(found) => format!(
            "{} {} {}",
            found.category.code(),
            found.rate.map_or("-".into(), |rate| rate.to_string()),
            found.exemption_code.as_deref().unwrap_or("-"),
        ),
    }
}
