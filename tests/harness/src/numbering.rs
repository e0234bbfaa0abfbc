//! Numbering as a run does it, without a run.

use std::time::Duration;

use herdbook::db::invoices::StoredInvoice;
use herdbook::db::leases::{self, Lease};
use herdbook::db::{Db, DbError, Txn, audit, ledger, numbering, outbox};

use crate::facts::{self, SERIES, noon, number};

const LONG: Duration = Duration::from_secs(60);

/// Leads the test series; none while another does.
pub async fn lead(db: &Db, holder: &str) -> Option<Lease> {
    let name = numbering::lease_name(SERIES);
    leases::acquire(&db.book, &name, holder, LONG)
        .await
        .expect("the database answers")
}

/// Numbers one batch, with everything that issuing entails; aborts at the end when told to.
///
/// # Errors
/// Those of `numbering::take_batch`, and `db.refused` for the abort.
pub async fn batch(db: &Db, lease: &Lease, abort: bool) -> Result<usize, DbError> {
    let lease = lease.clone();
    db.write(async move |txn: &Txn| {
        let issued = async |txn: &Txn, batch: &[StoredInvoice]| entail(txn, batch).await;
        let batch = numbering::take_batch(txn, SERIES, &lease, noon(), number, issued).await?;
        match abort {
            true => Err(DbError::Refused("the power went out".into())),
            false => Ok(batch.len()),
        }
    })
    .await
}

async fn entail(txn: &Txn, batch: &[StoredInvoice]) -> Result<(), DbError> {
    let (mut entries, mut events, mut told) = (Vec::new(), Vec::new(), Vec::new());
    for invoice in batch {
        let number = invoice.number().unwrap_or_default();
        entries.push(facts::entry(&format!("issue/{number}"), Some(invoice.id)));
        events.push(facts::event(&format!("invoice/{number}"), 1));
        told.push(outbox::OutboxEvent {
            topic: "invoice.issued".into(),
            subject: number.to_owned(),
            body: "{}".into(),
        });
    }
    ledger::post(txn, &entries).await?;
    audit::append(txn, noon(), &events).await?;
    outbox::write(txn, noon(), &told).await
}
