//! The book that is filled in: customers with one contract each, billed monthly since 2018.

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
directors = ["as registered"]
vat_id = "DE123456788"
tax_number = "27/123/45678"
regime = "standard"
series = "RE"
chart = "SKR03"
website = "herdbook.example"
valid_from = 2018-01-01
address = { street = "Beispielweg 12", post_code = "10115", city = "Berlin", country = "DE" }
contact = { name = "Finance", phone = "+49 30 1234567", email = "finance@herdbook.example" }
endpoint = { scheme = "9930", id = "DE123456788" }
bank = { holder = "Herdbook Beispiel gGmbH", iban = "DE02120300000000202051", bic = "BYLADEM1001" }
"#;

/// What contracts are for; each customer has one of them.
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

/// Contract of a customer.
pub fn contract(customer: u32) -> String {
    format!("C-{customer}")
}

/// The seller and the first customers, with usage of the last six months of 2026.
pub fn book(customers: u32) -> Book {
    let mut text = SELLER.to_owned();
    for customer in FIRST..FIRST + customers {
        party(&mut text, customer).expect("text");
    }
    parse(&text, "load.toml").expect("a book without faults")
}

fn party(text: &mut String, customer: u32) -> std::fmt::Result {
    let n = customer as usize;
    let (word, place) = (WORDS[n % WORDS.len()], PLACES[n / 8 % PLACES.len()]);
    let instance = format!("social-{customer}.example");
    let price = 100 + n % 900;
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

[[contract]]
number = "{contract}"
customer = {customer}
seller = "herdbook"
title = "Server of {word} {place}"
zone = "Europe/Berlin"
currency = "EUR"
term = {{ start = 2018-01-01, end = 2028-01-01, notice_months = 3 }}
billing = {{ payment = "sepa_credit_transfer", payment_days = 30 }}

[[contract.items]]
id = "operated"
family = "operated"
name = {{ de = "Vollbetrieb", en = "Fully operated", fr = "Exploitation complète" }}
instance = "{instance}"
nature = "automated"
from = 2018-01-01
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
        contract = contract(customer),
    )?;
    for month in 7..=11 {
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
