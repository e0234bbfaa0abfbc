//! What is wrong with the facts of a customer or seller, fact by fact.
//!
//! A book may hold a customer whose identifiers are wrong: it is blocked when it is billed. What a
//! person enters is held against the check digits at once, while the letter is still on the desk.

use chrono::{Datelike, NaiveDate};

use super::{Address, Customer, InvoiceFormat, Proof, Seller};
use crate::billing::Currency;
use crate::billing::routing::{self, RoutingError};

/// Longest text that a document prints in one place, in characters.
pub const LONGEST_TEXT: usize = 300;
/// Longest identifier, in bytes: it stands in one cell of a table and in file names.
pub const LONGEST_ID: usize = 64;
/// Customer numbers: those of debtor accounts.
pub const NUMBERS: std::ops::RangeInclusive<u32> = 10_000..=69_999;
/// Years that facts may begin or end in: another one is a typing error.
pub const YEARS: std::ops::RangeInclusive<i32> = 1990..=2200;

/// Why a fact cannot stand.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum FactError {
    /// No number of a debtor account.
    #[error("expected a number from {} to {}, found {number}", NUMBERS.start(), NUMBERS.end())]
    Number {
        /// What was given.
        number: u32,
    },
    /// Amounts of one customer are never in two currencies.
    #[error("a customer keeps its currency")]
    Currency,
    /// Nothing, or more than a document can print, or more than one line.
    #[error("expected a text of 1 to {LONGEST_TEXT} characters")]
    Text,
    /// No code, or one that fits no table.
    #[error("expected an identifier of 1 to {LONGEST_ID} bytes, found {id:?}")]
    Identifier {
        /// What was given.
        id: String,
    },
    /// No code of a country.
    #[error("expected two capital letters (ISO 3166-1 alpha-2)")]
    Country,
    /// The end before the beginning.
    #[error("the last day lies before the first")]
    Period,
    /// A typing error in a date.
    #[error("expected a year from {} to {}", YEARS.start(), YEARS.end())]
    Year,
    /// No hash of a file.
    #[error("expected 64 hexadecimal digits (SHA-256)")]
    Hash,
    /// No address of mail.
    #[error("{text:?} is no e-mail address")]
    Email {
        /// What was given.
        text: String,
    },
    /// An identifier that would send a document or money astray.
    #[error(transparent)]
    Routing(#[from] RoutingError),
}

impl FactError {
    /// The stable code of this error, as listed in `docs/ERRORS.md`.
    #[must_use]
    pub fn code(&self) -> &'static str {
        match self {
            Self::Number { .. } => "party.number",
            Self::Currency => "party.currency",
            Self::Text => "party.text",
            Self::Identifier { .. } => "party.identifier",
            Self::Country => "party.country",
            Self::Period => "party.period",
            Self::Year => "party.year",
            Self::Hash => "party.hash",
            Self::Email { .. } => "party.email",
            Self::Routing(cause) => cause.code(),
        }
    }
}

/// A fact that cannot stand: where the book format has it, such as `address.country`, and why.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct WrongFact {
    /// Keys of the book format below the party, joined by dots.
    pub field: String,
    /// Why.
    pub why: FactError,
}

/// Faults under collection.
#[derive(Default)]
struct Faults(Vec<WrongFact>);

impl Faults {
    fn add(&mut self, field: &str, why: impl Into<FactError>) {
        self.0.push(WrongFact {
            field: field.to_owned(),
            why: why.into(),
        });
    }

    fn note<T>(&mut self, field: &str, result: Result<T, RoutingError>) {
        if let Err(why) = result {
            self.add(field, why);
        }
    }

    fn text(&mut self, field: &str, text: &str) {
        if text.trim().is_empty() || text.chars().count() > LONGEST_TEXT {
            self.add(field, FactError::Text);
        }
    }

    /// One line that a document can print.
    fn line(&mut self, field: &str, text: &str) {
        let too_long = text.chars().count() > LONGEST_TEXT;
        if text.trim().is_empty() || too_long || text.chars().any(char::is_control) {
            self.add(field, FactError::Text);
        }
    }

    fn lines<'a>(&mut self, all: impl IntoIterator<Item = (&'a str, Option<&'a String>)>) {
        for (field, text) in all {
            if let Some(text) = text {
                self.line(field, text);
            }
        }
    }

    fn id(&mut self, field: &str, id: &str) {
        let fits = !id.trim().is_empty() && id.trim() == id && id.len() <= LONGEST_ID;
        if !fits || id.chars().any(char::is_control) {
            self.add(field, FactError::Identifier { id: id.to_owned() });
        }
    }

    fn email(&mut self, field: &str, text: Option<&String>) {
        if let Some(text) = text.filter(|text| !is_email(text)) {
            self.add(field, FactError::Email { text: text.clone() });
        }
    }

    fn year(&mut self, field: &str, day: NaiveDate) {
        if !YEARS.contains(&day.year()) {
            self.add(field, FactError::Year);
        }
    }

    fn address(&mut self, address: &Address) {
        self.text("address.city", &address.city);
        let country = address.country.as_bytes();
        if country.len() != 2 || !country.iter().all(u8::is_ascii_uppercase) {
            self.add("address.country", FactError::Country);
        }
    }

    fn proof(&mut self, under: &str, proof: Option<&Proof>) {
        let Some(proof) = proof else { return };
        let field = |name: &str| format!("{under}.{name}");
        self.line(&field("title"), &proof.title);
        self.line(&field("reference"), &proof.reference);
        self.year(&field("valid_from"), proof.valid_from);
        if let Some(until) = proof.valid_until {
            self.year(&field("valid_until"), until);
            if until < proof.valid_from {
                self.add(&field("valid_until"), FactError::Period);
            }
        }
        let hash = proof.sha256.as_ref();
        let wrong = |hash: &&String| {
            let digits = hash.bytes().all(|byte| byte.is_ascii_hexdigit());
            hash.len() != 64 || !digits
        };
        if hash.is_some_and(|hash| wrong(&hash)) {
            self.add(&field("sha256"), FactError::Hash);
        }
    }
}

/// Does it read as an address of mail? Whether mail arrives there, only mail can tell.
fn is_email(text: &str) -> bool {
    let Some((local, host)) = text.rsplit_once('@') else {
        return false;
    };
    let odd = |c: char| c.is_whitespace() || c.is_control() || "<>,;:\"()[]\\".contains(c);
    let labels = host
        .split('.')
        .all(|label| !label.is_empty() && !label.starts_with('-') && !label.ends_with('-'));
    !local.is_empty() && text.len() <= 254 && host.contains('.') && labels && !text.contains(odd)
}

/// What no book may say of a customer.
#[must_use]
pub fn customer(customer: &Customer) -> Vec<WrongFact> {
    let mut faults = Faults::default();
    book_facts(&mut faults, customer);
    faults.0
}

fn book_facts(faults: &mut Faults, customer: &Customer) {
    if !NUMBERS.contains(&customer.number) {
        let number = customer.number;
        faults.add("number", FactError::Number { number });
    }
    faults.text("legal_name", &customer.legal_name);
    faults.address(&customer.address);
}

/// What no book may say of a seller.
#[must_use]
pub fn seller(seller: &Seller) -> Vec<WrongFact> {
    let mut faults = Faults::default();
    seller_facts(&mut faults, seller);
    faults.0
}

fn seller_facts(faults: &mut Faults, seller: &Seller) {
    faults.id("code", &seller.code);
    faults.id("series", &seller.series);
    faults.text("legal_name", &seller.legal_name);
    faults.address(&seller.address);
}

/// What is wrong with a customer as somebody enters it: what no book may say, and identifiers
/// whose check digits do not fit. What is missing is no fault: the customer is on file, and
/// blocked when it is billed.
///
/// `currency` is that of the customer's other states, if there are any.
#[must_use]
pub fn entered_customer(customer: &Customer, currency: Option<Currency>) -> Vec<WrongFact> {
    let mut faults = Faults::default();
    book_facts(&mut faults, customer);
    if currency.is_some_and(|known| known != customer.currency) {
        faults.add("currency", FactError::Currency);
    }
    if let Some(day) = customer.valid_from {
        faults.year("valid_from", day);
    }
    postal(&mut faults, &customer.address);
    for department in &customer.departments {
        faults.line("departments", department);
    }
    if let Some(contact) = &customer.contact {
        faults.line("contact.name", &contact.name);
        faults.lines([("contact.phone", contact.phone.as_ref())]);
        faults.email("contact.email", contact.email.as_ref());
    }
    if let Some(vat_id) = &customer.vat_id {
        faults.note("vat_id", routing::vat_id(vat_id));
    }
    for answer in &customer.evidence.vies {
        faults.note("evidence.vies.vat_id", routing::vat_id(&answer.vat_id));
        faults.year("evidence.vies.checked_on", answer.checked_on);
        faults.line("evidence.vies.request_id", &answer.request_id);
    }
    let evidence = &customer.evidence;
    faults.proof("evidence.exemption", evidence.exemption.as_ref());
    faults.proof("evidence.business", evidence.business.as_ref());
    routing_facts(&mut faults, customer);
    faults.0
}

fn postal(faults: &mut Faults, address: &Address) {
    faults.lines([
        ("address.street", Some(&address.street)),
        ("address.extra", address.extra.as_ref()),
        ("address.region", address.region.as_ref()),
    ]);
    if address.post_code.chars().count() > LONGEST_ID
        || address.post_code.contains(char::is_control)
    {
        faults.add("address.post_code", FactError::Text);
    }
}

fn routing_facts(faults: &mut Faults, customer: &Customer) {
    let route = &customer.routing;
    if let Some(id) = &route.leitweg_id {
        faults.note("routing.leitweg_id", routing::leitweg_id(id));
    }
    if let Some(siret) = &route.siret {
        faults.note("routing.siret", routing::siret(siret));
    }
    faults.lines([("routing.service_code", route.service_code.as_ref())]);
    faults.email("routing.email", route.email.as_ref());
    let Some(endpoint) = &route.endpoint else {
        return;
    };
    let addressed = matches!(
        route.format,
        InvoiceFormat::XrechnungUbl | InvoiceFormat::PeppolBis3
    );
    if endpoint.scheme == "EM" {
        faults.email("routing.endpoint.id", Some(&endpoint.id));
    } else if addressed {
        let participant = format!("{}:{}", endpoint.scheme, endpoint.id);
        match routing::peppol_participant(&participant) {
            Err(why @ RoutingError::PeppolScheme { .. }) => {
                faults.add("routing.endpoint.scheme", why);
            }
            result => faults.note("routing.endpoint.id", result),
        }
    } else {
        faults.line("routing.endpoint.id", &endpoint.id);
    }
}

/// What is wrong with a seller as somebody enters it.
#[must_use]
pub fn entered_seller(seller: &Seller) -> Vec<WrongFact> {
    let mut faults = Faults::default();
    seller_facts(&mut faults, seller);
    faults.year("valid_from", seller.valid_from);
    postal(&mut faults, &seller.address);
    faults.lines([
        ("register", Some(&seller.register)),
        ("register_number", Some(&seller.register_number)),
        ("contact.name", Some(&seller.contact.name)),
        ("contact.phone", seller.contact.phone.as_ref()),
        ("tax_number", seller.tax_number.as_ref()),
        ("website", Some(&seller.website)),
        ("bank.holder", Some(&seller.bank.holder)),
        ("bank.bank", Some(&seller.bank.bank)),
        ("endpoint.scheme", Some(&seller.endpoint.scheme)),
        ("endpoint.id", Some(&seller.endpoint.id)),
    ]);
    for director in &seller.directors {
        faults.line("directors", director);
    }
    faults.email("contact.email", seller.contact.email.as_ref());
    if let Some(vat_id) = &seller.vat_id {
        faults.note("vat_id", routing::vat_id(vat_id));
    }
    faults.note("bank.iban", routing::iban(&seller.bank.iban));
    faults.note("bank.bic", routing::bic(&seller.bank.bic));
    faults.0
}

#[cfg(test)]
mod tests;
