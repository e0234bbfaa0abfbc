//! Payments of invoices, for whoever may see them: staff all, customers their own.

use std::collections::HashMap;

use super::super::Failure;
use super::{keys, require};
use crate::access::{Party, Permission, Principal};
use crate::app::App;
use crate::billing::payment::{Settlement, settlement};
use crate::db::AsOf;
use crate::db::invoices::{self, InvoiceId, StoredInvoice};
use crate::db::ledger::{self, EntryRecord};
use crate::db::payments as store;
use crate::db::payments::PaymentFile;
use crate::db::payments::feed::{self, FedPayment, PaymentFilter};
use crate::db::payments::receivables::standings;

/// Where these invoices stand today. The caller has found them within its reach.
///
/// # Errors
/// `access.denied`.
pub async fn settlements(
    app: &App,
    by: &Principal,
    invoices: &[StoredInvoice],
) -> Result<HashMap<InvoiceId, Settlement>, Failure> {
    if invoices.is_empty() {
        // Pages of people who see no invoices ask as well, for none.
        return Ok(HashMap::new());
    }
    let scope = require(by, reading(by))?.scope();
    let ids = invoices.iter().filter(|one| {
        let customer = one.head.customer.parse();
        customer.is_ok_and(|number| scope.admits(number))
    });
    let ids: Vec<InvoiceId> = ids.map(|one| one.id).collect();
    let at = AsOf::now(app.clock.business());
    let found = standings(&app.db.reader(), &ids, at).await?;
    let mut all = HashMap::with_capacity(found.len());
    for (id, one) in found {
        let stands = settlement(one.owed, one.allocated, one.last_on, one.over)?;
        all.insert(id, stands);
    }
    Ok(all)
}

fn reading(by: &Principal) -> Permission {
    match by.party() {
        Party::Staff => Permission::ReadInvoices,
        Party::Customer(_) => Permission::ReadOwnInvoices,
    }
}

/// What the ledger holds of payments, by the keys of its entries: for staff.
///
/// # Errors
/// `access.denied`.
pub async fn entries(
    app: &App,
    by: &Principal,
    files: &[PaymentFile],
) -> Result<HashMap<String, EntryRecord>, Failure> {
    let scope = require(by, Permission::ReadInvoices)?.scope();
    let wanted: Vec<String> = files.iter().flat_map(keys).collect();
    let found = ledger::by_keys(&app.db.reader(), scope, &wanted).await?;
    let found = found.into_iter().map(|entry| (entry.key.clone(), entry));
    Ok(found.collect())
}

/// The payments of an invoice, oldest first, with their fees: for staff.
///
/// # Errors
/// `access.denied`.
pub async fn of_invoice(
    app: &App,
    by: &Principal,
    invoice: InvoiceId,
) -> Result<Vec<PaymentFile>, Failure> {
    let scope = require(by, Permission::ReadInvoices)?.scope();
    Ok(store::of_invoice(&app.db.reader(), scope, invoice).await?)
}

/// Payments, the last one recorded first, and the id before which the next page begins: for whoever
/// may see them. None when they are asked for by an invoice that is not there.
///
/// # Errors
/// `access.denied`.
pub async fn list(
    app: &App,
    by: &Principal,
    (mut filter, invoice): (PaymentFilter, Option<&str>),
    from: (Option<i64>, u64),
) -> Result<(Vec<FedPayment>, Option<i64>), Failure> {
    let scope = require(by, reading(by))?.scope();
    let on = app.db.reader();
    if let Some(number) = invoice {
        let found = invoices::by_number(&on, scope, number).await?;
        let Some(stored) = found.first() else {
            return Ok((Vec::new(), None));
        };
        filter.invoice = Some(stored.id);
    }
    Ok(feed::feed(&on, scope, &filter, from).await?)
}
