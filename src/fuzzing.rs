//! What fuzzers call: any bytes may come in, and nothing may panic or read back differently.
//!
//! `fuzz/` runs these under libFuzzer, `tests/fuzz_replay.rs` under an ordinary test with a seeded
//! generator. A target asserts what must hold for accepted input and ignores refused input.

use std::fmt::{Debug, Display};
use std::str::FromStr;

use crate::billing::invoice::Invoice;
use crate::billing::{Currency, Money, Percent, Quantity, UnitPrice, routing};
use crate::telemetry::fuzzing as decoders;

/// A target takes any bytes.
pub type Target = fn(&[u8]);

const OF_THE_BOOK: [(&str, Target); 3] = [
    ("invoice", invoice),
    ("numbers", numbers),
    ("routing", identifiers),
];

/// All targets by name, those of the decoders of telemetry behind; `fuzz/corpus/NAME/` holds their
/// seeds.
pub fn targets() -> impl Iterator<Item = (&'static str, Target)> {
    OF_THE_BOOK.into_iter().chain(decoders::TARGETS)
}

/// A stored invoice that is accepted says the same when it is stored again.
pub fn invoice(bytes: &[u8]) {
    let Ok(first) = serde_json::from_slice::<Invoice>(bytes) else {
        return;
    };
    let Ok(stored) = serde_json::to_vec(&first) else {
        return;
    };
    let second: Result<Invoice, _> = serde_json::from_slice(&stored);
    assert!(
        second.is_ok_and(|second| second == first),
        "a stored invoice reads back differently"
    );
}

/// A number that is accepted has one way to be written.
pub fn numbers(bytes: &[u8]) {
    let Ok(text) = std::str::from_utf8(bytes) else {
        return;
    };
    reads_back::<Quantity>(text);
    reads_back::<UnitPrice>(text);
    reads_back::<Percent>(text);
    for currency in Currency::ALL.iter().copied() {
        if let Ok(money) = Money::parse(text, currency) {
            assert_eq!(
                Money::parse(&money.amount(), currency).ok(),
                Some(money),
                "{text}"
            );
        }
    }
}

fn reads_back<T: FromStr + Display + PartialEq + Debug>(text: &str) {
    let Ok(first) = text.parse::<T>() else { return };
    assert_eq!(
        first.to_string().parse::<T>().ok().as_ref(),
        Some(&first),
        "{text}"
    );
}

/// Identifiers are judged without a panic, whatever alphabet they come in.
pub fn identifiers(bytes: &[u8]) {
    let Ok(text) = std::str::from_utf8(bytes) else {
        return;
    };
    // An electronic IBAN is its own normal form (ISO 13616): accepted once, accepted again.
    if let Ok(iban) = routing::iban(text) {
        assert_eq!(routing::iban(&iban).ok().as_ref(), Some(&iban), "{text}");
    }
    if let Ok(reference) = routing::rf_reference(text) {
        assert!(
            reference.starts_with("RF") && reference.len() <= 25,
            "{reference}"
        );
    }
    let _ = routing::bic(text);
    let _ = routing::creditor_id(text);
    let _ = routing::leitweg_id(text);
    let _ = routing::peppol_participant(text);
    let _ = routing::siren(text);
    let _ = routing::siret(text);
    let _ = routing::vat_id(text);
}
