//! The form of a customer: its fields.

use super::super::countries;
use super::super::fields::{Field, Group, Kind};
use super::super::words::Words;
use super::list::{KINDS, kind};
use super::{day, text};
use crate::billing::Currency;
use crate::billing::party::{Customer, InvoiceFormat, ViesAnswer};

/// The answers of VIES that are on file and stay there, each as JSON.
pub(super) const KEPT: &str = "evidence.vies.kept";

/// Formats by the code they are stored under.
pub(super) const FORMATS: [(&str, InvoiceFormat); 4] = [
    ("xrechnung_ubl", InvoiceFormat::XrechnungUbl),
    ("peppol_bis3", InvoiceFormat::PeppolBis3),
    ("factur_x", InvoiceFormat::FacturX),
    ("pdf_with_cii", InvoiceFormat::PdfWithCii),
];

/// The names of the five fields of a proof.
pub(super) const EXEMPTION: [&str; 5] = [
    "evidence.exemption.title",
    "evidence.exemption.reference",
    "evidence.exemption.valid_from",
    "evidence.exemption.valid_until",
    "evidence.exemption.sha256",
];
pub(super) const BUSINESS: [&str; 5] = [
    "evidence.business.title",
    "evidence.business.reference",
    "evidence.business.valid_from",
    "evidence.business.valid_until",
    "evidence.business.sha256",
];

/// The fields. `known` is the customer on file, whose number and currency stay.
pub(super) fn form(words: Words, known: Option<&Customer>, kept: &[ViesAnswer]) -> Vec<Group> {
    let mark = words.say("mark-optional");
    vec![
        who(words, known, &mark),
        Group::new(
            "address",
            words.say("customer-address"),
            address(words, &mark),
        ),
        Group::new(
            "contact",
            words.say("customer-contact"),
            contact(words, &mark),
        ),
        Group::new(
            "routing",
            words.say("customer-routing"),
            routing(words, &mark),
        ),
        Group::new(
            "evidence",
            words.say("customer-evidence"),
            evidence(words, &mark, kept),
        )
        .text(words.say("customer-evidence-text")),
        Group::new(
            "exemption",
            words.say("customer-evidence-exemption"),
            proof(words, EXEMPTION, &mark),
        )
        .text(words.say("customer-exemption-text")),
        Group::new(
            "business",
            words.say("customer-evidence-business"),
            proof(words, BUSINESS, &mark),
        )
        .text(words.say("customer-business-text")),
        validity(words),
    ]
}

fn who(words: Words, known: Option<&Customer>, mark: &str) -> Group {
    let kinds = KINDS
        .into_iter()
        .map(|(code, of)| (code.to_owned(), kind(words, of)))
        .collect();
    let languages = vec![
        ("de".to_owned(), words.say("customer-language-de")),
        ("en".to_owned(), words.say("customer-language-en")),
        ("fr".to_owned(), words.say("customer-language-fr")),
    ];
    let mut fields = Vec::new();
    if known.is_none() {
        let number = Field::new("number", words.say("field-customer"));
        fields.push(number.hint(words.say("customer-number-hint")).short());
    }
    fields.extend([
        Field::new("legal_name", words.say("customer-legal-name")),
        Field::new("departments", words.say("customer-departments"))
            .of(Kind::Area)
            .hint(words.say("customer-departments-hint"))
            .optional(mark),
        Field::new("kind", words.say("customer-kind")).of(Kind::Choice(kinds)),
        Field::new("language", words.say("customer-language")).of(Kind::Choice(languages)),
    ]);
    if known.is_none() {
        let codes = Currency::ALL.iter().map(|one| one.code().to_owned());
        let currencies = codes.map(|code| (code.clone(), code)).collect();
        let currency = Field::new("currency", words.say("customer-currency"));
        let currency = currency.hint(words.say("customer-currency-hint")).short();
        fields.push(currency.of(Kind::Choice(currencies)));
    }
    Group::new("who", words.say("customer-who"), fields)
}

fn address(words: Words, mark: &str) -> Vec<Field> {
    vec![
        Field::new("address.street", words.say("customer-street")),
        Field::new("address.extra", words.say("customer-extra")).optional(mark),
        Field::new("address.post_code", words.say("customer-post-code"))
            .optional(mark)
            .short(),
        Field::new("address.city", words.say("customer-city")),
        Field::new("address.region", words.say("customer-region")).optional(mark),
        Field::new("address.country", words.say("customer-country")).of(countries::choice(words)),
    ]
}

fn contact(words: Words, mark: &str) -> Vec<Field> {
    vec![
        Field::new("contact.name", words.say("customer-contact-name"))
            .hint(words.say("customer-contact-hint"))
            .optional(mark),
        Field::new("contact.phone", words.say("customer-phone"))
            .optional(mark)
            .short(),
        Field::new("contact.email", words.say("customer-email"))
            .of(Kind::Email)
            .optional(mark),
    ]
}

fn routing(words: Words, mark: &str) -> Vec<Field> {
    let formats = FORMATS
        .into_iter()
        .map(|(code, format)| (code.to_owned(), format.title().to_owned()))
        .collect();
    vec![
        Field::new("routing.format", words.say("customer-format")).of(Kind::Choice(formats)),
        Field::new("routing.leitweg_id", words.say("customer-leitweg"))
            .hint(words.say("customer-leitweg-hint"))
            .optional(mark),
        Field::new("routing.siret", words.say("customer-siret"))
            .hint(words.say("customer-siret-hint"))
            .optional(mark)
            .short(),
        Field::new("routing.service_code", words.say("customer-service-code")).optional(mark),
        Field::new("routing.endpoint.scheme", words.say("customer-scheme"))
            .hint(words.say("customer-scheme-hint"))
            .optional(mark)
            .short(),
        Field::new("routing.endpoint.id", words.say("customer-endpoint")).optional(mark),
        Field::new("routing.email", words.say("customer-notices"))
            .of(Kind::Email)
            .optional(mark),
        Field::new(
            "purchase_order_required",
            words.say("customer-order-required"),
        )
        .of(Kind::Tick)
        .hint(words.say("customer-order-hint")),
    ]
}

fn evidence(words: Words, mark: &str, kept: &[ViesAnswer]) -> Vec<Field> {
    let options = kept
        .iter()
        .map(|answer| (stored(answer), answer_text(words, answer)))
        .collect();
    let answers = vec![
        (String::new(), words.say("customer-vies-none")),
        ("yes".to_owned(), words.say("customer-vies-valid")),
        ("no".to_owned(), words.say("customer-vies-invalid")),
    ];
    vec![
        Field::new("vat_id", words.say("customer-vat-id"))
            .hint(words.say("customer-vat-id-hint"))
            .optional(mark)
            .short(),
        Field::new(KEPT, words.say("customer-vies-kept"))
            .of(Kind::Ticks(options))
            .hint(words.say("customer-vies-kept-hint")),
        Field::new("evidence.vies.valid", words.say("customer-vies-new"))
            .of(Kind::Choice(answers))
            .hint(words.say("customer-vies-new-hint"))
            .optional(mark)
            .short(),
        Field::new("evidence.vies.vat_id", words.say("customer-vies-id"))
            .hint(words.say("customer-vies-id-hint"))
            .optional(mark)
            .short(),
        Field::new("evidence.vies.checked_on", words.say("customer-vies-day"))
            .of(Kind::Date)
            .optional(mark)
            .short(),
        Field::new(
            "evidence.vies.request_id",
            words.say("customer-vies-number"),
        )
        .optional(mark),
    ]
}

fn proof(words: Words, names: [&'static str; 5], mark: &str) -> Vec<Field> {
    let [title, reference, from, until, hash] = names;
    vec![
        Field::new(title, words.say("customer-proof-title")).optional(mark),
        Field::new(reference, words.say("customer-evidence-reference")).optional(mark),
        Field::new(from, words.say("customer-proof-from"))
            .of(Kind::Date)
            .optional(mark)
            .short(),
        Field::new(until, words.say("customer-proof-until"))
            .of(Kind::Date)
            .optional(mark)
            .short(),
        Field::new(hash, words.say("customer-proof-hash"))
            .hint(words.say("customer-proof-hash-hint"))
            .optional(mark),
    ]
}

fn validity(words: Words) -> Group {
    let first = Field::new("valid_from", words.say("customer-valid-from"));
    let first = first.of(Kind::Date).short();
    let first = first.optional(&words.say("mark-optional"));
    let first = first.hint(words.say("customer-valid-from-hint"));
    Group::new("validity", words.say("customer-validity"), vec![first])
}

/// An answer of VIES as the form carries it.
pub(super) fn stored(answer: &ViesAnswer) -> String {
    serde_json::to_string(answer).unwrap_or_default()
}

fn answer_text(words: Words, answer: &ViesAnswer) -> String {
    let on = day(words, answer.checked_on);
    let arguments = [
        text("id", &answer.vat_id),
        text("day", &on),
        text("number", &answer.request_id),
    ]
    .concat();
    match answer.valid {
        true => words.with("customer-vies-was-valid", &arguments),
        false => words.with("customer-vies-was-invalid", &arguments),
    }
}
