//! Codes of the ledger.

use super::{Entry, entry_of as e};

#[rustfmt::skip]
pub const ENTRIES: &[Entry] = &[
    e("ledger.account-invalid", 2, 422,
        "The number is no account.",
        "General accounts have up to four digits; customers are 10000 to 69999."),
    e("ledger.case-unmapped", 2, 422,
        "The chart has no account for the revenue of a tax case.",
        "Add a row for the case to the seller's chart."),
    e("ledger.control-missing", 2, 422,
        "The chart names no account for the bank, the clearing account or another control account.",
        "Add the control account to the seller's chart."),
    e("ledger.empty-entry", 2, 422,
        "A journal entry has no postings.",
        "Report the document: nothing was booked for it."),
    e("ledger.tax-account-missing", 2, 422,
        "Tax was charged by a case that has no tax account.",
        "Add the tax account of the case to the seller's chart."),
    e("ledger.tax-unexplained", 2, 422,
        "The tax breakdown charges tax on something that no line explains.",
        "Run verify: the document's breakdown and lines contradict each other."),
    e("ledger.unbalanced", 2, 422,
        "Debits and credits of a journal entry differ.",
        "Check the amounts: every currency must sum to zero."),
    e("ledger.zero-posting", 2, 422,
        "A journal entry posts nothing to an account.",
        "Leave the posting out."),
];
