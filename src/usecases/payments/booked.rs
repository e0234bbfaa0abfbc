//! How a payment that is on file must stand in the ledger.

use super::super::Failure;
use super::booking::records;
use crate::billing::ledger::{AccountMap, LedgerError, fee_entry, payment_entry, refund_entry};
use crate::billing::payment::{Progress, Returned};
use crate::db::ledger::EntryRecord;
use crate::db::payments::PaymentFile;
use crate::db::payments::refunds::RefundState;

/// The entries of a payment, its fees and what was given back of it.
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

/// An entry without the moment it was recorded, which may be later than the payment's.
pub fn in_order(entry: EntryRecord) -> EntryRecord {
    let mut entry = entry;
    entry.recorded_at = chrono::DateTime::UNIX_EPOCH;
    entry.postings.sort_by(|a, b| a.account.cmp(&b.account));
    entry
}
