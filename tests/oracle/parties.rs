//! A seller and a customer, for documents whose parties do not matter.

use herdbook::billing::Currency;
use herdbook::billing::party::{
    Address, BankAccount, Chart, Contact, Customer, CustomerKind, Identifier, InvoiceFormat,
    Language, Routing, Seller, SellerRegime, TaxEvidence,
};

fn address() -> Address {
    Address {
        street: "Weg 1".to_owned(),
        extra: None,
        post_code: "10115".to_owned(),
        city: "Berlin".to_owned(),
        region: None,
        country: "DE".to_owned(),
    }
}

pub fn seller() -> Seller {
    Seller {
        code: "HB".to_owned(),
        legal_name: "Herdbook Beispiel gGmbH".to_owned(),
        address: address(),
        register: "HRB 999999 B, Amtsgericht Charlottenburg".to_owned(),
        register_number: "HRB 999999 B".to_owned(),
        directors: vec!["Erika Muster".to_owned()],
        vat_id: Some("DE136695976".to_owned()),
        tax_number: Some("27/999/99999".to_owned()),
        regime: SellerRegime::Standard,
        oss: false,
        contact: Contact {
            name: "Accounts".to_owned(),
            phone: None,
            email: None,
        },
        endpoint: Identifier {
            scheme: "EM".to_owned(),
            id: "accounts@herdbook.example".to_owned(),
        },
        bank: BankAccount {
            holder: "Herdbook Beispiel gGmbH".to_owned(),
            iban: "DE02120300000000202051".to_owned(),
            bic: "BYLADEM1001".to_owned(),
            bank: "Bank".to_owned(),
        },
        series: "RE".to_owned(),
        chart: Chart::Skr03,
        website: "https://herdbook.example".to_owned(),
        valid_from: "2020-01-01".parse().expect("a date"),
    }
}

pub fn customer() -> Customer {
    Customer {
        number: 10_001,
        legal_name: "Kundin".to_owned(),
        departments: Vec::new(),
        kind: CustomerKind::Business,
        address: address(),
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
