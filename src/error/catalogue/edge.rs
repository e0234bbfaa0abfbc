//! Codes of the command line and the program itself.

use super::{Entry, entry_of as e};

#[rustfmt::skip]
pub const ENTRIES: &[Entry] = &[
    e("config.invalid", 2, 500,
        "The configuration cannot be read, or a setting has the wrong kind.",
        "Compare it with the commented defaults: herdbook config."),
    e("import.reading-conflict", 2, 409,
        "A book gives another quantity for a reading that is on file under the same revision.",
        "Give the corrected reading the next revision, so that the difference is billed."),
    e("explain.unknown-invoice", 2, 404,
        "There is no invoice of this number.",
        "Check the number: herdbook bill prints those it issued."),
    e("explain.unknown-line", 2, 404,
        "The invoice has no line at this position.",
        "Use one of the positions that the message names."),
    e("link.expired", 2, 410,
        "The download link has expired.",
        "Open the index of documents again: its links are new."),
    e("link.forged", 2, 403,
        "The download link was not made by this program, or before its last start.",
        "Open the index of documents again: its links are new."),
    e("serve.address", 2, 500,
        "The address cannot be listened on.",
        "Choose another with --listen, or stop the program that uses it."),
    e("web.no-document", 2, 404,
        "There is no such document of this invoice.",
        "It may still be rendering: run herdbook bill again, then look again."),
];
