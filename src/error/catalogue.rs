//! Every code that Herdbook can answer with: exit status, HTTP status, meaning, remedy.
//!
//! One table an area. A code never changes its meaning; one that is no longer used is removed.
//! `tests/errors.rs` renders docs/ERRORS.md from here and compares the codes with the source.

mod access;
mod api;
mod billing;
mod book;
mod documents;
mod edge;
mod ledger;
mod party;
mod payments;
mod sla;
mod store;
mod tax;
mod telemetry;

/// One kind of problem.
#[derive(Debug, PartialEq, Eq)]
pub struct Entry {
    /// `area.what`, lower case, stable.
    pub code: &'static str,
    /// Exit status of the command line: 1 a finding of a check, 2 bad input or a failure.
    pub exit: u8,
    /// HTTP status.
    pub status: u16,
    /// What it means, in one sentence.
    pub meaning: &'static str,
    /// What the reader does about it, in one sentence.
    pub remedy: &'static str,
}

/// Short form for the tables: one line a code.
const fn entry_of(
    code: &'static str,
    exit: u8,
    status: u16,
    meaning: &'static str,
    remedy: &'static str,
) -> Entry {
    Entry {
        code,
        exit,
        status,
        meaning,
        remedy,
    }
}

/// What stands in for a code that is missing here: a fault of the program, never of the reader.
pub static UNLISTED: Entry = entry_of(
    "internal.unlisted",
    2,
    500,
    "The program met a failure that has no entry in its catalogue.",
    "Report the log line: it names the code.",
);

/// The tables, each with its heading in docs/ERRORS.md.
pub static AREAS: &[(&str, &[Entry])] = &[
    ("Money, contracts and billing", billing::ENTRIES),
    ("Service levels", sla::ENTRIES),
    ("Value added tax", tax::ENTRIES),
    ("Ledger", ledger::ENTRIES),
    ("Customers and sellers", party::ENTRIES),
    ("Payments", payments::ENTRIES),
    ("Book files", book::ENTRIES),
    ("Telemetry", telemetry::ENTRIES),
    ("Documents and e-invoices", documents::ENTRIES),
    ("Database and archive", store::ENTRIES),
    ("Access", access::ENTRIES),
    ("API", api::ENTRIES),
    ("Command line and program", edge::ENTRIES),
];

/// All entries, area by area.
pub fn all() -> impl Iterator<Item = &'static Entry> {
    AREAS.iter().flat_map(|(_, entries)| entries.iter())
}

/// The entry of a code.
pub fn entry(code: &str) -> Option<&'static Entry> {
    all().chain([&UNLISTED]).find(|entry| entry.code == code)
}
