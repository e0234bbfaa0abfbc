//! From a customer to what its form shows, and from what was typed back to a customer.

use chrono::NaiveDate;

use super::super::fields::{Values, Wrong};
use super::super::words::Words;
use super::edit_form::{BUSINESS, EXEMPTION, FORMATS, KEPT, stored};
use super::list::KINDS;
use crate::billing::Currency;
use crate::billing::party::check::NUMBERS;
use crate::billing::party::{
    Address, Contact, Customer, CustomerKind, Identifier, InvoiceFormat, Language, Proof, Routing,
    TaxEvidence, ViesAnswer,
};

/// What the form shows of a customer.
pub(super) fn values_of(customer: &Customer, first: Option<NaiveDate>) -> Values {
    let Customer {
        number,
        legal_name,
        departments,
        kind,
        address,
        contact,
        language,
        currency,
        vat_id,
        evidence,
        routing,
        purchase_order_required,
        valid_from: _,
    } = customer;
    let mut values = Values::default();
    values.set("number", number.to_string());
    values.set("legal_name", legal_name.as_str());
    values.set("departments", departments.join("\n"));
    values.set("kind", code_of(*kind));
    values.set("language", language.code());
    values.set("currency", currency.code());
    values.set("address.street", address.street.as_str());
    values.maybe("address.extra", address.extra.as_deref());
    values.set("address.post_code", address.post_code.as_str());
    values.set("address.city", address.city.as_str());
    values.maybe("address.region", address.region.as_deref());
    values.set("address.country", address.country.as_str());
    let contact = contact.as_ref();
    values.maybe("contact.name", contact.map(|one| one.name.as_str()));
    values.maybe("contact.phone", contact.and_then(|one| one.phone.clone()));
    values.maybe("contact.email", contact.and_then(|one| one.email.clone()));
    values.maybe("vat_id", vat_id.as_deref());
    for answer in &evidence.vies {
        values.add(KEPT, stored(answer));
    }
    proof_values(&mut values, EXEMPTION, evidence.exemption.as_ref());
    proof_values(&mut values, BUSINESS, evidence.business.as_ref());
    routing_values(&mut values, routing);
    if *purchase_order_required {
        values.set("purchase_order_required", "yes");
    }
    values.maybe("valid_from", first.map(|day| day.to_string()));
    values
}

fn routing_values(values: &mut Values, routing: &Routing) {
    let Routing {
        format,
        endpoint,
        leitweg_id,
        siret,
        service_code,
        email,
    } = routing;
    let known = FORMATS.into_iter().find(|(_, one)| one == format);
    values.set("routing.format", known.map_or("", |(code, _)| code));
    values.maybe("routing.leitweg_id", leitweg_id.as_deref());
    values.maybe("routing.siret", siret.as_deref());
    values.maybe("routing.service_code", service_code.as_deref());
    let endpoint = endpoint.as_ref();
    values.maybe(
        "routing.endpoint.scheme",
        endpoint.map(|one| one.scheme.as_str()),
    );
    values.maybe("routing.endpoint.id", endpoint.map(|one| one.id.as_str()));
    values.maybe("routing.email", email.as_deref());
}

fn proof_values(values: &mut Values, names: [&'static str; 5], proof: Option<&Proof>) {
    let [title, reference, from, until, hash] = names;
    values.maybe(title, proof.map(|one| one.title.as_str()));
    values.maybe(reference, proof.map(|one| one.reference.as_str()));
    values.maybe(from, proof.map(|one| one.valid_from.to_string()));
    let last = proof.and_then(|one| one.valid_until);
    values.maybe(until, last.map(|day| day.to_string()));
    values.maybe(hash, proof.and_then(|one| one.sha256.as_deref()));
}

fn code_of(kind: CustomerKind) -> &'static str {
    let known = KINDS.into_iter().find(|(_, one)| *one == kind);
    known.map_or("", |(code, _)| code)
}

/// What a form that came back says, under construction.
struct Reading<'a> {
    words: Words,
    values: &'a Values,
    wrong: Wrong,
}

impl Reading<'_> {
    fn refuse(&mut self, name: &str, text: String) {
        self.wrong.push((name.to_owned(), text));
    }

    /// One of the known codes; what the form never offered is refused.
    fn one_of<T: Copy>(&mut self, name: &str, known: &[(&str, T)], otherwise: T) -> T {
        let code = self.values.one(name);
        match known.iter().find(|(own, _)| *own == code) {
            Some((_, value)) => *value,
            None => {
                self.refuse(name, self.words.say("customer-error-choice"));
                otherwise
            }
        }
    }

    fn day(&mut self, name: &str) -> Option<NaiveDate> {
        let text = self.values.some(name)?;
        let day = text.parse().ok();
        if day.is_none() {
            self.refuse(name, self.words.say("customer-error-day"));
        }
        day
    }

    fn needed_day(&mut self, name: &str) -> Option<NaiveDate> {
        if self.values.one(name).is_empty() {
            self.refuse(name, self.words.say("customer-error-day"));
        }
        self.day(name)
    }

    /// A proof is there as soon as one of its fields is.
    fn proof(&mut self, names: [&'static str; 5]) -> Option<Proof> {
        if names.iter().all(|name| self.values.one(name).is_empty()) {
            return None;
        }
        let [title, reference, from, until, hash] = names;
        let valid_from = self.needed_day(from);
        Some(Proof {
            title: self.values.one(title).to_owned(),
            reference: self.values.one(reference).to_owned(),
            valid_from: valid_from.unwrap_or_default(),
            valid_until: self.day(until),
            sha256: self.values.id(hash).map(|hash| hash.to_lowercase()),
        })
    }

    fn vies(&mut self, vat_id: Option<&String>) -> Vec<ViesAnswer> {
        let kept = self.values.all(KEPT).iter();
        let mut answers: Vec<ViesAnswer> = kept
            .filter_map(|text| serde_json::from_str(text).ok())
            .collect();
        let valid = self.values.one("evidence.vies.valid");
        let others = ["evidence.vies.checked_on", "evidence.vies.request_id"];
        let begun = others.iter().any(|name| !self.values.one(name).is_empty());
        if valid.is_empty() && begun {
            self.refuse(
                "evidence.vies.valid",
                self.words.say("customer-error-answer"),
            );
        }
        if valid.is_empty() {
            return answers;
        }
        let own = self.values.id("evidence.vies.vat_id");
        let checked_on = self.needed_day("evidence.vies.checked_on");
        answers.push(ViesAnswer {
            vat_id: own.or(vat_id.cloned()).unwrap_or_default(),
            valid: valid == "yes",
            checked_on: checked_on.unwrap_or_default(),
            request_id: self.values.one("evidence.vies.request_id").to_owned(),
        });
        answers
    }

    fn contact(&self) -> Option<Contact> {
        let contact = Contact {
            name: self.values.one("contact.name").to_owned(),
            phone: self.values.some("contact.phone"),
            email: self.values.some("contact.email"),
        };
        let empty = contact.name.is_empty() && contact.phone.is_none() && contact.email.is_none();
        (!empty).then_some(contact)
    }

    fn routing(&mut self) -> Routing {
        let endpoint = Identifier {
            scheme: self.values.one("routing.endpoint.scheme").to_owned(),
            id: self.values.one("routing.endpoint.id").to_owned(),
        };
        let empty = endpoint.scheme.is_empty() && endpoint.id.is_empty();
        Routing {
            format: self.one_of("routing.format", &FORMATS, InvoiceFormat::PdfWithCii),
            endpoint: (!empty).then_some(endpoint),
            leitweg_id: self.values.id("routing.leitweg_id"),
            siret: self.values.id("routing.siret"),
            service_code: self.values.some("routing.service_code"),
            email: self.values.some("routing.email"),
        }
    }

    fn address(&self) -> Address {
        Address {
            street: self.values.one("address.street").to_owned(),
            extra: self.values.some("address.extra"),
            post_code: self.values.one("address.post_code").to_owned(),
            city: self.values.one("address.city").to_owned(),
            region: self.values.some("address.region"),
            country: self.values.one("address.country").to_uppercase(),
        }
    }

    fn number(&mut self, known: Option<&Customer>) -> u32 {
        if let Some(known) = known {
            return known.number;
        }
        let number = self.values.one("number").parse();
        number.unwrap_or_else(|_| {
            self.refuse("number", self.words.say("customer-error-number"));
            // A number that passes, so that the same field is not refused twice.
            *NUMBERS.start()
        })
    }

    fn currency(&mut self, known: Option<&Customer>) -> Currency {
        if let Some(known) = known {
            return known.currency;
        }
        let all: Vec<(&str, Currency)> =
            Currency::ALL.iter().map(|one| (one.code(), *one)).collect();
        self.one_of("currency", &all, Currency::EUR)
    }
}

/// The customer that a form says, and what cannot be read of it. What can be read is judged by the
/// core.
pub(super) fn customer_of(
    words: Words,
    values: &Values,
    known: Option<&Customer>,
) -> (Customer, Wrong) {
    let languages: Vec<(&str, Language)> = Language::ALL
        .into_iter()
        .map(|one| (one.code(), one))
        .collect();
    let mut reading = Reading {
        words,
        values,
        wrong: Wrong::new(),
    };
    let vat_id = values.id("vat_id").map(|id| id.to_uppercase());
    let customer = Customer {
        number: reading.number(known),
        legal_name: values.one("legal_name").to_owned(),
        departments: values.lines("departments"),
        kind: reading.one_of("kind", &KINDS, CustomerKind::Business),
        address: reading.address(),
        contact: reading.contact(),
        language: reading.one_of("language", &languages, Language::En),
        currency: reading.currency(known),
        evidence: TaxEvidence {
            vies: reading.vies(vat_id.as_ref()),
            exemption: reading.proof(EXEMPTION),
            business: reading.proof(BUSINESS),
        },
        vat_id,
        routing: reading.routing(),
        purchase_order_required: values.one("purchase_order_required") == "yes",
        valid_from: reading.day("valid_from"),
    };
    (customer, reading.wrong)
}
