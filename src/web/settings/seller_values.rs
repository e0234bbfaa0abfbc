//! From a seller to what its form shows, and from what was typed back to a seller.

use chrono::NaiveDate;

use super::super::fields::{Values, Wrong};
use super::super::words::Words;
use crate::billing::party::{
    Address, BankAccount, Chart, Contact, Identifier, Seller, SellerRegime,
};

/// Regimes by the code they are stored under.
pub(super) const REGIMES: [(&str, SellerRegime); 2] = [
    ("standard", SellerRegime::Standard),
    ("small_business", SellerRegime::SmallBusiness),
];

/// Charts of accounts by the code they are stored under.
pub(super) const CHARTS: [(&str, Chart); 2] = [("SKR03", Chart::Skr03), ("SKR04", Chart::Skr04)];

fn code_of<T: PartialEq + Copy>(known: &[(&'static str, T)], value: T) -> &'static str {
    let found = known.iter().find(|(_, one)| *one == value);
    found.map_or("", |(code, _)| code)
}

/// What the form shows of a seller.
pub(super) fn values_of(seller: &Seller, first: Option<NaiveDate>) -> Values {
    let Seller {
        code: _,
        legal_name,
        address,
        register,
        register_number,
        directors,
        vat_id,
        tax_number,
        regime,
        oss,
        contact,
        endpoint,
        bank,
        series: _,
        chart,
        website,
        valid_from: _,
    } = seller;
    let mut values = Values::default();
    values.set("legal_name", legal_name.as_str());
    values.set("address.street", address.street.as_str());
    values.maybe("address.extra", address.extra.as_deref());
    values.set("address.post_code", address.post_code.as_str());
    values.set("address.city", address.city.as_str());
    values.maybe("address.region", address.region.as_deref());
    values.set("address.country", address.country.as_str());
    values.set("register", register.as_str());
    values.set("register_number", register_number.as_str());
    values.set("directors", directors.join("\n"));
    values.maybe("vat_id", vat_id.as_deref());
    values.maybe("tax_number", tax_number.as_deref());
    values.set("regime", code_of(&REGIMES, *regime));
    if *oss {
        values.set("oss", "yes");
    }
    values.set("contact.name", contact.name.as_str());
    values.maybe("contact.phone", contact.phone.as_deref());
    values.maybe("contact.email", contact.email.as_deref());
    values.set("endpoint.scheme", endpoint.scheme.as_str());
    values.set("endpoint.id", endpoint.id.as_str());
    values.set("bank.holder", bank.holder.as_str());
    values.set("bank.iban", bank.iban.as_str());
    values.set("bank.bic", bank.bic.as_str());
    values.set("bank.bank", bank.bank.as_str());
    values.set("chart", code_of(&CHARTS, *chart));
    values.set("website", website.as_str());
    values.maybe("valid_from", first.map(|day| day.to_string()));
    values
}

/// The seller that a form says, over the one on file, and what cannot be read of it. What can be
/// read is judged by the core.
pub(super) fn seller_of(words: Words, values: &Values, known: &Seller) -> (Seller, Wrong) {
    let mut wrong = Wrong::new();
    let text = |name: &str| values.one(name).to_owned();
    let id = |name: &str| values.id(name).unwrap_or_default().to_uppercase();
    let regime = REGIMES
        .iter()
        .find(|(code, _)| *code == values.one("regime"));
    if regime.is_none() {
        wrong.push(("regime".to_owned(), words.say("customer-error-choice")));
    }
    let chart = CHARTS.iter().find(|(code, _)| *code == values.one("chart"));
    if chart.is_none() {
        wrong.push(("chart".to_owned(), words.say("customer-error-choice")));
    }
    let valid_from: Option<NaiveDate> = values.one("valid_from").parse().ok();
    if valid_from.is_none() {
        wrong.push(("valid_from".to_owned(), words.say("customer-error-day")));
    }
    let seller = Seller {
        code: known.code.clone(),
        legal_name: text("legal_name"),
        address: Address {
            street: text("address.street"),
            extra: values.some("address.extra"),
            post_code: text("address.post_code"),
            city: text("address.city"),
            region: values.some("address.region"),
            country: text("address.country").to_uppercase(),
        },
        register: text("register"),
        register_number: text("register_number"),
        directors: values.lines("directors"),
        vat_id: values.id("vat_id").map(|id| id.to_uppercase()),
        tax_number: values.some("tax_number"),
        regime: regime.map_or(known.regime, |(_, regime)| *regime),
        oss: values.one("oss") == "yes",
        contact: Contact {
            name: text("contact.name"),
            phone: values.some("contact.phone"),
            email: values.some("contact.email"),
        },
        endpoint: Identifier {
            scheme: text("endpoint.scheme"),
            id: text("endpoint.id"),
        },
        bank: BankAccount {
            holder: text("bank.holder"),
            iban: id("bank.iban"),
            bic: id("bank.bic"),
            bank: text("bank.bank"),
        },
        series: known.series.clone(),
        chart: chart.map_or(known.chart, |(_, chart)| *chart),
        website: text("website"),
        valid_from: valid_from.unwrap_or(known.valid_from),
    };
    (seller, wrong)
}
