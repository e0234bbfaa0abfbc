//! Rows that answer to each other across tables: what one of them tells of, the other must hold.
//!
//! Each function returns what has no counterpart; nothing, when all is well.

use super::DbError;
use super::txn::{Source, rows};

/// Numbers whose issue the audit trail tells of and that no invoice carries.
///
/// # Errors
/// `db.unreachable`.
pub async fn issued_and_gone(on: &impl Source) -> Result<Vec<String>, DbError> {
    let sql = "SELECT a.subject AS found FROM audit_record a \
               LEFT JOIN invoice i ON i.number = substr(a.subject, 9) \
               WHERE a.action = 'invoice.issued' AND i.id IS NULL ORDER BY a.id";
    let subjects = texts(on, sql).await?;
    let number = |subject: String| subject.trim_start_matches("invoice/").to_owned();
    Ok(subjects.into_iter().map(number).collect())
}

/// Keys of ledger entries that book the issue of an invoice which does not carry that number.
///
/// # Errors
/// `db.unreachable`.
pub async fn booked_without_invoice(on: &impl Source) -> Result<Vec<String>, DbError> {
    let sql = "SELECT e.key AS found FROM ledger_entry e \
               LEFT JOIN invoice i ON i.id = e.invoice AND e.key = 'issue/' || i.number \
               WHERE i.id IS NULL AND e.key LIKE 'issue/%' ORDER BY e.id";
    texts(on, sql).await
}

/// Keys of ledger entries that nothing Herdbook does would book.
///
/// # Errors
/// `db.unreachable`.
pub async fn booked_without_cause(on: &impl Source) -> Result<Vec<String>, DbError> {
    let sql = "SELECT e.key AS found FROM ledger_entry e WHERE e.key NOT LIKE 'issue/%' \
               AND NOT EXISTS (SELECT 1 FROM payment p WHERE e.key = 'payment/' || p.key) \
               AND NOT EXISTS (SELECT 1 FROM payment_fee f WHERE e.key = 'payment-fee/' || f.key) \
               AND NOT EXISTS (SELECT 1 FROM refund r WHERE (e.key = 'refund/' || r.key \
               AND r.returned_on IS NOT NULL) OR (e.key = 'refund-failed/' || r.key \
               AND r.returned_on IS NOT NULL AND r.failed_on IS NOT NULL)) ORDER BY e.id";
    texts(on, sql).await
}

/// Heads of the audit chain that a run reported and that no link of the chain has: its tail was
/// cut off or written anew.
///
/// # Errors
/// `db.unreachable`.
pub async fn heads_and_gone(on: &impl Source) -> Result<Vec<String>, DbError> {
    let sql = "SELECT r.audit_head AS found FROM billing_run r \
               LEFT JOIN audit_seal s ON s.hash = r.audit_head \
               WHERE r.audit_head IS NOT NULL AND s.hash IS NULL ORDER BY r.id";
    texts(on, sql).await
}

async fn texts(on: &impl Source, sql: &str) -> Result<Vec<String>, DbError> {
    let found = rows(on, sql, Vec::new()).await?;
    found
        .iter()
        .map(|row| Ok(row.try_get("", "found")?))
        .collect()
}
