//! Codes of book files.

use super::{Entry, entry_of as e};

#[rustfmt::skip]
pub const ENTRIES: &[Entry] = &[
    e("book.empty", 2, 422,
        "The book has no contract, so that a simulation has no end.",
        "Add a contract, or name the last issue date."),
    e("book.invalid", 2, 422,
        "The book file has faults.",
        "Mend the places that are listed; nothing was written."),
    e("book.unreadable", 2, 422,
        "The book file cannot be read.",
        "Check the path and that the file is UTF-8 text."),
];
