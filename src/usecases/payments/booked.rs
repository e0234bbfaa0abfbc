//! How a payment that is on file must stand in the ledger.

use chrono::{DateTime, Utc};

use super::super::Failure;
use crate::billing::ledger::{
    AccountMap, Entry, LedgerError, fee_entry, payment_entry, refund_entry,
};
use crate::billing::payment::{Progress, Returned};
use crate::db::ledger::{EntryRecord, PostingRecord};
use crate::db::payments::PaymentFile;
use crate::db::payments::refunds::RefundState;

/// The keys under which the ledger keeps a payment, its fees and what was given back of it.
#[must_use]
pub fn keys(file: &PaymentFile) -> Vec<String> {
    let mut keys = vec![format!("payment/{}", file.record.payment.key)];
    let fees = file.fees.iter();
    keys.extend(fees.map(|fee| format!("payment-fee/{}", fee.key)));
    for refund in &file.refunds {
        keys.push(format!("refund/{}", refund.key));
        keys.push(format!("refund-failed/{}", refund.key));
    }
    keys
}

/// The entries of a payment, its fees and what was given back of it, as they must be.
///
/// # Errors
/// `ledger.*` for what could not be booked.
pub fn booked(file: &PaymentFile) -> Result<Vec<EntryRecord>, Failure> {
    let payment = &file.record.payment;
    let accounts = AccountMap::builtin(file.record.chart);
    let mut entries = vec![(
        format!("payment/{}", payment.key),
        payment_entry(payment, &accounts)?,
    )];
    for fee in &file.fees {
        let entry = fee_entry(fee, &accounts)?;
        entries.push((format!("payment-fee/{}", fee.key), entry));
    }
    for refund in &file.refunds {
        let Some(on) = refund.returned_on() else {
            continue;
        };
        let returned = Returned {
            key: refund.key.clone(),
            reference: refund.reference.clone().unwrap_or_default(),
            on,
            amount: refund.amount,
            progress: Progress::Returned,
        };
        let entry = refund_entry(payment, &returned, &accounts)?;
        if let RefundState::Failed { on, .. } = refund.state {
            let back = entry.reverse(on, "Refund that came back");
            let back = back.map_err(LedgerError::from)?;
            entries.push((format!("refund-failed/{}", refund.key), back));
        }
        entries.push((format!("refund/{}", refund.key), entry));
    }
    Ok(records(entries, file.record.recorded_at))
}

/// Entries as the store keeps them. They name no invoice: what they settle, allocations say.
pub(super) fn records(
    entries: Vec<(String, Entry)>,
    recorded_at: DateTime<Utc>,
) -> Vec<EntryRecord> {
    let record = |(key, entry): (String, Entry)| EntryRecord {
        key,
        booked_on: entry.date(),
        invoice: None,
        memo: entry.text().to_owned(),
        recorded_at,
        postings: entry
            .postings()
            .iter()
            .map(|posting| PostingRecord {
                account: posting.account.to_string(),
                debit_minor: posting.amount.minor().max(0),
                credit_minor: posting.amount.minor().min(0).saturating_neg(),
                currency: posting.amount.currency(),
            })
            .collect(),
    };
    entries.into_iter().map(record).collect()
}

/// An entry without the moment it was recorded, which may be later than the payment's.
pub fn in_order(entry: EntryRecord) -> EntryRecord {
    let mut entry = entry;
    entry.recorded_at = chrono::DateTime::UNIX_EPOCH;
    entry.postings.sort_by(|a, b| a.account.cmp(&b.account));
    entry
}
