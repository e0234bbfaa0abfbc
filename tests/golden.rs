//! What was stored once is read for ever: one JSON text of every persisted type, as it was stored,
//! must keep deserialising, and must mean the same when it is stored again.
//!
//! A file is added when a type gets a new shape; it is never edited. A change that makes one of
//! them unreadable needs a migration of the stored rows first.

use std::path::Path;

use serde::Serialize;
use serde::de::DeserializeOwned;

use herdbook::billing::biller::Credit;
use herdbook::billing::contract::Contract;
use herdbook::billing::credits::ServiceResult;
use herdbook::billing::invoice::Invoice;
use herdbook::billing::ledger::Entry;
use herdbook::billing::party::{Customer, Seller};
use herdbook::billing::sla::Outage;
use herdbook::billing::usage::{Meter, MeterReading};

/// Reads a stored text, stores it again and reads that.
fn reads<T: DeserializeOwned + Serialize + PartialEq>(name: &str) {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/golden");
    let text = std::fs::read_to_string(folder.join(name)).expect("the stored text");
    let read: T = serde_json::from_str(&text).unwrap_or_else(|why| panic!("{name}: {why}"));
    let again = serde_json::to_string(&read).expect("JSON");
    let same: T = serde_json::from_str(&again).unwrap_or_else(|why| panic!("{name}: {why}"));
    assert!(read == same, "{name} changes when it is stored again");
}

#[test]
fn stored_contracts_keep_reading() {
    reads::<Contract>("contract_index_and_addition.json");
    reads::<Contract>("contract_replacement_and_tiers.json");
}

#[test]
fn stored_parties_keep_reading() {
    reads::<Seller>("seller.json");
    reads::<Customer>("customer_vies.json");
}

#[test]
fn stored_documents_keep_reading() {
    reads::<Invoice>("invoice_allowance.json");
    reads::<Invoice>("invoice_usage_tiers.json");
    reads::<Invoice>("credit_note.json");
    reads::<Entry>("entry.json");
}

#[test]
fn stored_measurements_keep_reading() {
    reads::<MeterReading>("meter_reading.json");
    reads::<Meter>("meter.json");
    reads::<Outage>("outage.json");
    reads::<ServiceResult>("service_result.json");
    reads::<Credit>("credit.json");
}

#[test]
fn every_file_on_record_is_read_by_a_test() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/golden");
    let own = include_str!("golden.rs");
    for entry in std::fs::read_dir(folder).expect("the folder") {
        let name = entry.expect("an entry").file_name();
        let name = name.to_string_lossy();
        assert!(own.contains(&*name), "{name} is not read by any test");
    }
}
