//! The book that is filled in: customers with three contracts each, billed monthly since 2024, the
//! first year of which the tax rates are on file.

use std::fmt::Write;

use herdbook::book::{Book, parse};

/// The first customer's number; the others follow it.
pub const FIRST: u32 = 10_001;

const SELLER: &str = r#"
[[seller]]
code = "herdbook"
legal_name = "Herdbook Beispiel gGmbH"
register = "HRB 999999 B, Amtsgericht Charlottenburg"
register_number = "HRB 999999 B"
directors = ["N. N."]
vat_id = "DE123456788"
tax_number = "27/123/45678"
regime = "standard"
series = "RE"
chart = "SKR03"
website = "herdbook.example"
valid_from = 2024-01-01
address = { street = "Beispielweg 12", post_code = "10115", city = "Berlin", country = "DE" }
contact = { name = "Finance", phone = "+49 30 1234567", email = "finance@herdbook.example" }
endpoint = { scheme = "9930", id = "DE123456788" }
bank = { holder = "H", bank = "Beispielbank", iban = "DE02120300000000202051", bic = "BYLADEM1001" }
"#;

/// Contracts of a customer.
pub const CONTRACTS: u32 = 3;
/// Readings of a contract.
pub const READINGS: u32 = 5;

const WORDS: [&str; 8] = [
    "Stadt",
    "Kreis",
    "Gemeinde",
    "Hochschule",
    "Museum",
    "Landesamt",
    "Bibliothek",
    "Klinikum",
];
const PLACES: [&str; 10] = [
    "Aue",
    "Birkenfeld",
    "Cramme",
    "Dornburg",
    "Eschwege",
    "Föhren",
    "Grünau",
    "Höxter",
    "Ilsede",
    "Jever",
];

/// One of the contracts of a customer, from 0.
pub fn contract(customer: u32, nth: u32) -> String {
    format!("C-{customer}-{nth}")
}

/// The seller and the first customers, with usage of the last six months of 2026.
pub fn book(customers: u32) -> Book {
    let mut text = SELLER.to_owned();
    for customer in FIRST..FIRST + customers {
        party(&mut text, customer).expect("text");
        for nth in 0..CONTRACTS {
            agreed(&mut text, customer, nth).expect("text");
        }
    }
    parse(&text, "load.toml").expect("a book without faults")
}

/// A kind of customer and a place, for names.
fn named(customer: u32) -> (&'static str, &'static str) {
    let n = customer as usize;
    (WORDS[n % WORDS.len()], PLACES[n / 8 % PLACES.len()])
}

fn party(text: &mut String, customer: u32) -> std::fmt::Result {
    let (word, place) = named(customer);
    write!(
        text,
        r#"
[[customer]]
number = {customer}
legal_name = "{word} {place} {customer}"
kind = "public_body_de"
language = "de"
currency = "EUR"
address = {{ street = "Rathausplatz 1", post_code = "24103", city = "{place}", country = "DE" }}

[customer.routing]
format = "xrechnung_ubl"
leitweg_id = "01-MASTODONTEST-37"
endpoint = {{ scheme = "0204", id = "01-MASTODONTEST-37" }}
"#
    )
}

fn agreed(text: &mut String, customer: u32, nth: u32) -> std::fmt::Result {
    let (word, place) = named(customer);
    let n = customer * CONTRACTS + nth;
    let instance = format!("social-{n}.example");
    let price = 100 + n % 900;
    write!(
        text,
        r#"
[[contract]]
number = "{contract}"
customer = {customer}
seller = "herdbook"
title = "Server of {word} {place}"
zone = "Europe/Berlin"
currency = "EUR"
term = {{ start = 2024-01-01, end = 2028-01-01, notice_months = 3 }}
billing = {{ payment = "sepa_credit_transfer", payment_days = 30 }}

[[contract.items]]
id = "operated"
family = "operated"
name = {{ de = "Vollbetrieb", en = "Fully operated", fr = "Exploitation complète" }}
instance = "{instance}"
nature = "automated"
from = 2024-01-01
billing = "month"
timing = "in_advance"
price = {{ type = "recurring", per = "month", charge = {{ model = "flat", price = "{price}.00" }} }}

[[contract.items]]
id = "storage"
family = "operated"
name = {{ de = "Medienspeicher", en = "Media storage", fr = "Stockage de médias" }}
instance = "{instance}"
nature = "automated"
from = 2026-07-01
billing = "month"
timing = "in_arrears"

[contract.items.price]
type = "usage"
per = "month"
meter = "media_storage"
unit = "gigabyte"
included = "100"
charge = {{ model = "per_unit", price = "0.12" }}
"#,
        contract = contract(customer, nth),
    )?;
    // The last month that is billed is December; its use is billed in January.
    for month in 12 - READINGS..12 {
        let read = 80 + (n * 7 + month * 31) % 900;
        write!(
            text,
            r#"
[[reading]]
instance = "{instance}"
meter = "media_storage"
month = "2026-{month:02}"
quantity = "{read}"
"#
        )?;
    }
    Ok(())
}
