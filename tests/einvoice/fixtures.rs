//! Invoices for the judge: one per combination of profile, tax case and special feature. All names
//! and numbers are invented; identifiers carry right check digits.

use chrono::{Days, NaiveDate};
use herdbook::billing::calendar::{Interval, Period};
use herdbook::billing::charge::LineBasis;
use herdbook::billing::invoice::{
    Cause, ChargeKind, Derivation, DocumentAllowance, DocumentType, Invoice, Line, LineAllowance,
    LineKey, Note, PaymentMeans, PaymentTerms, PrecedingDocument, References, Unit, tax_breakdown,
    totals,
};
use herdbook::billing::party::{
    Address, BankAccount, Chart, Contact, Customer, CustomerKind, Identifier, InvoiceFormat,
    Language, Localised, Routing, Seller, SellerRegime, TaxEvidence,
};
use herdbook::billing::tax::{ServiceNature, TaxCategory, TaxScheme, TaxTreatment};
use herdbook::billing::{Currency, Money, Percent, Quantity, Ratio, Rounding, UnitPrice};
use herdbook::documents::einvoice::Profile;

/// Every profile we write.
pub const PROFILES: [Profile; 3] = [
    Profile::XRechnungUbl,
    Profile::PeppolBis3,
    Profile::En16931Cii,
];

pub fn day(text: &str) -> NaiveDate {
    text.parse().expect("a date")
}

pub fn money(text: &str) -> Money {
    Money::parse(text, Currency::EUR).expect("an amount")
}

/// A treatment: rate in per cent for S, wording and code for the others.
pub fn tax(category: TaxCategory, rate: &str) -> TaxTreatment {
    let (code, reason, scheme) = match category {
        TaxCategory::S => (None, None, TaxScheme::Domestic),
        TaxCategory::AE => (
            Some("VATEX-EU-AE"),
            Some("Reverse charge"),
            TaxScheme::ReverseCharge,
        ),
        TaxCategory::E => (
            Some("VATEX-EU-151-1AA"),
            Some("Exempt under article 151 of Directive 2006/112/EC"),
            TaxScheme::Exempt,
        ),
        TaxCategory::O => (
            Some("VATEX-EU-O"),
            Some("Not subject to VAT"),
            TaxScheme::ThirdCountry,
        ),
    };
    TaxTreatment {
        category,
        rate: (category != TaxCategory::O).then(|| rate.parse::<Percent>().expect("a rate")),
        exemption_code: code.map(str::to_owned),
        reason: reason.map(Localised::same),
        scheme,
        rule: "fixture".to_owned(),
    }
}

/// A line whose net amount follows from quantity and price.
pub fn line(position: u32, name: &str, quantity: &str, price: &str, tax: &TaxTreatment) -> Line {
    let quantity: Quantity = quantity.parse().expect("a quantity");
    let price: UnitPrice = price.parse().expect("a price");
    let product = quantity.ratio().times(price.ratio()).expect("in range");
    let service = Period::new(day("2026-01-01"), day("2026-02-01")).expect("a period");
    Line {
        position,
        key: LineKey {
            item: format!("item-{position}"),
            service,
            kind: ChargeKind::Recurring,
            cause: Cause::Base,
        },
        name: name.to_owned(),
        details: vec![
            "Server social.example.org".to_owned(),
            "Tier Large".to_owned(),
        ],
        quantity,
        unit: Unit::Month,
        price,
        allowances: Vec::new(),
        basis: LineBasis::Time {
            per: Interval::Month,
            fraction: Ratio::ONE,
            count: Quantity::whole(1),
        },
        net: Money::rounded(product, Currency::EUR, Rounding::HalfUp).expect("in range"),
        nature: ServiceNature::Automated,
        tax: tax.clone(),
        due: service.start(),
        derivation: Derivation::fact("fixture", "1"),
    }
}

/// A discount of `percent` on the line, rounded half up, taken off its net amount.
pub fn discounted(mut line: Line, percent: &str) -> Line {
    let percent: Percent = percent.parse().expect("a percentage");
    let base = line.net;
    let amount = base
        .share(percent.factor().expect("in range"), Rounding::HalfUp)
        .expect("fits");
    line.net = base.minus(amount).expect("fits");
    line.allowances.push(LineAllowance {
        amount,
        percent: Some((percent, base)),
        reason: "Discount for non-profit organisations".to_owned(),
    });
    line
}

/// A service credit on the document.
pub fn credit(amount: &str, tax: &TaxTreatment) -> DocumentAllowance {
    DocumentAllowance {
        credit: "availability-2025-12".to_owned(),
        amount: money(amount),
        percent: None,
        reason: "Service credit, availability December 2025".to_owned(),
        details: vec!["99.42 % instead of 99.9 %".to_owned()],
        period: Period::new(day("2025-12-01"), day("2026-01-01")).expect("a period"),
        reached: None,
        target: None,
        references: Vec::new(),
        tax: tax.clone(),
        derivation: Derivation::fact("fixture", "1"),
    }
}

pub fn seller() -> Seller {
    Seller {
        code: "hb".to_owned(),
        legal_name: "Herdbook Beispiel gGmbH".to_owned(),
        address: address("Musterallee 12", "10115", "Berlin", "DE"),
        register: "HRB 999999 B, Amtsgericht Charlottenburg".to_owned(),
        register_number: "HRB 999999 B".to_owned(),
        directors: vec!["Erika Muster".to_owned(), "Jean d'Exemple".to_owned()],
        vat_id: Some("DE136695976".to_owned()),
        tax_number: Some("27/999/99999".to_owned()),
        regime: SellerRegime::Standard,
        oss: false,
        contact: Contact {
            name: "Accounts".to_owned(),
            phone: Some("+49 30 1234567".to_owned()),
            email: Some("accounts@herdbook.example".to_owned()),
        },
        endpoint: Identifier {
            scheme: "9930".to_owned(),
            id: "DE136695976".to_owned(),
        },
        bank: BankAccount {
            holder: "Herdbook Beispiel gGmbH".to_owned(),
            iban: "DE02120300000000202051".to_owned(),
            bic: "BYLADEM1001".to_owned(),
            bank: "Beispielbank".to_owned(),
        },
        series: "RE".to_owned(),
        chart: Chart::Skr03,
        website: "https://herdbook.example".to_owned(),
        valid_from: day("2025-01-01"),
    }
}

fn address(street: &str, post_code: &str, city: &str, country: &str) -> Address {
    Address {
        street: street.to_owned(),
        extra: None,
        post_code: post_code.to_owned(),
        city: city.to_owned(),
        region: None,
        country: country.to_owned(),
    }
}

/// The customer a profile is meant for, with the routing its receiver needs.
pub fn customer(profile: Profile) -> Customer {
    let (kind, language, vat_id, address) = match profile {
        Profile::XRechnungUbl => (
            CustomerKind::PublicBodyDe,
            Language::De,
            None,
            address("Düsternbrooker Weg 1", "24105", "Kiel", "DE"),
        ),
        Profile::PeppolBis3 => (
            CustomerKind::EuInstitution,
            Language::En,
            Some("BE0428759497"),
            address("Rue de l'Exemple 1", "1000", "Bruxelles", "BE"),
        ),
        Profile::En16931Cii => (
            CustomerKind::PublicBodyEu,
            Language::Fr,
            Some("FR44732829320"),
            address("1 place de la Mairie", "99999", "Exempleville", "FR"),
        ),
    };
    Customer {
        number: 10_001,
        legal_name: "Land Musterholstein & Fils".to_owned(),
        departments: vec!["Referat 12".to_owned(), "Rechnungseingang".to_owned()],
        kind,
        address,
        contact: Some(Contact {
            name: "Einkauf".to_owned(),
            phone: None,
            email: None,
        }),
        language,
        currency: Currency::EUR,
        vat_id: vat_id.map(str::to_owned),
        evidence: TaxEvidence::default(),
        routing: routing(profile),
        purchase_order_required: false,
        valid_from: None,
    }
}

fn routing(profile: Profile) -> Routing {
    let own = |text: &str| Some(text.to_owned());
    let empty = Routing {
        format: InvoiceFormat::XrechnungUbl,
        endpoint: None,
        leitweg_id: None,
        siret: None,
        service_code: None,
        email: None,
    };
    match profile {
        Profile::XRechnungUbl => Routing {
            leitweg_id: own("01-MASTODONTEST-37"),
            ..empty
        },
        Profile::PeppolBis3 => Routing {
            format: InvoiceFormat::PeppolBis3,
            endpoint: Some(Identifier {
                scheme: "0208".to_owned(),
                id: "0428759497".to_owned(),
            }),
            ..empty
        },
        Profile::En16931Cii => Routing {
            format: InvoiceFormat::FacturX,
            siret: own("73282932000074"),
            service_code: own("COM"),
            ..empty
        },
    }
}

/// A complete invoice of the given lines and allowances.
pub fn invoice(profile: Profile, lines: Vec<Line>, allowances: Vec<DocumentAllowance>) -> Invoice {
    let breakdown = tax_breakdown(&lines, &allowances, Currency::EUR).expect("a breakdown");
    let sums = totals(&lines, &allowances, &breakdown, money("0")).expect("totals");
    let issue_date = day("2026-01-02");
    let customer = customer(profile);
    Invoice {
        version: 1,
        document_type: DocumentType::Invoice,
        issue_date,
        service_period: Period::new(day("2026-01-01"), day("2026-02-01")).expect("a period"),
        currency: Currency::EUR,
        language: customer.language,
        contract: "V-2026-001".to_owned(),
        seller: seller().into(),
        customer: customer.into(),
        references: References {
            contract: None,
            purchase_order: Some("2025-00456".to_owned()),
            project: Some("Fediverse".to_owned()),
            buyer_reference: None,
            tender: Some("LOT-1".to_owned()),
            cost_centre: Some("KST 4711".to_owned()),
        },
        payment: PaymentTerms {
            means: PaymentMeans::SepaCreditTransfer,
            days: 30,
            due_date: issue_date.checked_add_days(Days::new(30)).expect("a date"),
        },
        lines,
        allowances,
        tax: breakdown,
        totals: sums,
        notes: Vec::new(),
        preceding: None,
    }
}

/// The same document as one that gives back or corrects RE-2025-00042.
pub fn correcting(mut invoice: Invoice, document_type: DocumentType) -> Invoice {
    invoice.document_type = document_type;
    invoice.preceding = Some(PrecedingDocument {
        number: "RE-2025-00042".to_owned(),
        issue_date: day("2025-12-01"),
    });
    invoice
}

/// Notes of both kinds.
pub fn with_notes(mut invoice: Invoice) -> Invoice {
    let period = Period::new(day("2025-12-01"), day("2026-01-01")).expect("a period");
    invoice.notes = vec![
        Note::Text {
            title: "VAT".to_owned(),
            text: "Tax basis as agreed.".to_owned(),
        },
        Note::WithinAllowance {
            item: "Media storage".to_owned(),
            unit: Unit::Gigabyte,
            allowance: "2000".parse().expect("a quantity"),
            readings: vec![(period, "1985.5".parse().expect("a quantity"))],
        },
    ];
    invoice
}
