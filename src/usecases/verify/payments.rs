//! Level two for payments: their entries computed again, and allocations held against the ledger.

use std::collections::BTreeMap;

use super::super::Failure;
use super::super::payments::{booked, in_order};
use super::{PAGE, VerifyReport};
use crate::access::Program;
use crate::app::App;
use crate::db::kept;
use crate::db::ledger::{self, EntryRecord};
use crate::db::payments::receivables::{balances, misplaced};
use crate::db::payments::{self, PaymentFile, PaymentId};

pub(super) async fn check(app: &App, report: &mut VerifyReport) -> Result<(), Failure> {
    let reader = app.db.reader();
    let mut after: Option<PaymentId> = None;
    loop {
        let page = payments::page(&reader, Program::itself(), after, PAGE).await?;
        let Some(last) = page.last() else { break };
        after = Some(last.record.id);
        let mut keys = Vec::new();
        let mut expected: BTreeMap<String, EntryRecord> = BTreeMap::new();
        for file in &page {
            within(file, report)?;
            for entry in booked(file)? {
                keys.push(entry.key.clone());
                expected.insert(entry.key.clone(), entry);
            }
        }
        let stored = ledger::by_keys(&reader, Program::itself(), &keys).await?;
        for entry in stored {
            if let Some(wanted) = expected.remove(&entry.key)
                && in_order(wanted) != in_order(entry.clone())
            {
                let what = "the ledger entry differs from what is on file";
                report.found(2, entry.key, what);
            }
        }
        for key in expected.into_keys() {
            report.found(2, key, "what is on file is not booked");
        }
    }
    for number in misplaced(&reader, Program::itself()).await? {
        let what = "the list of open documents is not what ledger and allocations say of it";
        report.found(2, number, what);
    }
    for one in kept::amiss(&reader).await? {
        report.found(2, one.subject, one.what);
    }
    for one in balances(&reader, Program::itself()).await? {
        let should = one.open.minus(one.left);
        if should.as_ref() != Ok(&one.ledger) {
            let subject = format!("customer {}", one.customer);
            let what = format!(
                "the ledger says {}, its documents leave {} open and {} is left of its payments",
                one.ledger, one.open, one.left
            );
            report.found(2, subject, what);
        }
    }
    Ok(())
}

/// Nothing below zero is allocated, and never more than there is.
fn within(file: &PaymentFile, report: &mut VerifyReport) -> Result<(), Failure> {
    let below = file.allocated.values().any(|amount| amount.is_negative());
    if below || file.left()?.is_negative() {
        let subject = format!("payment {}", file.record.payment.key);
        report.found(2, subject, "more is allocated or given back than came in");
    }
    Ok(())
}
