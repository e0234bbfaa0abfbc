//! Issued invoices, for whoever may see them: staff all, customers their own.

use std::collections::BTreeMap;

use super::Failure;
use crate::access::principal::Denied;
use crate::access::{Granted, Party, Permission, Principal, Scope};
use crate::app::App;
use crate::billing::Currency;
use crate::billing::contract::Contract;
use crate::billing::party::Language;
use crate::db::AsOf;
use crate::db::browse::{Pages, Window};
use crate::db::contracts;
use crate::db::invoices::browse::{self, InvoiceOrder};
use crate::db::invoices::list::{self, Cursor, InvoiceFilter, InvoicePage};
use crate::db::invoices::standing::{self, Sums};
use crate::db::invoices::{self, StoredInvoice};

/// Whose invoices somebody may read.
///
/// # Errors
/// `access.denied`.
pub(super) fn reach(by: &Principal) -> Result<Scope, Failure> {
    Ok(granted(by)?.scope())
}

fn granted(by: &Principal) -> Result<Granted, Failure> {
    let permission = match by.party() {
        Party::Staff => Permission::ReadInvoices,
        Party::Customer(_) => Permission::ReadOwnInvoices,
    };
    by.require(permission)
        .map_err(|denied: Denied| Failure::of(denied.code(), &denied))
}

/// A page of issued invoices, and the years there are.
///
/// # Errors
/// `access.denied`.
pub async fn page(
    app: &App,
    by: &Principal,
    filter: &InvoiceFilter,
    (after, limit): (Option<&Cursor>, u64),
) -> Result<(InvoicePage, Vec<String>), Failure> {
    let scope = reach(by)?;
    let on = app.db.reader();
    let page = list::list(&on, scope, filter, after, limit).await?;
    Ok((page, list::years(&on, scope).await?))
}

/// A page of issued invoices in an order.
///
/// # Errors
/// `access.denied`.
pub async fn browse(
    app: &App,
    by: &Principal,
    filter: &InvoiceFilter,
    window: &Window<InvoiceOrder>,
) -> Result<(Vec<StoredInvoice>, Pages), Failure> {
    let scope = reach(by)?;
    Ok(browse::page(&app.db.reader(), scope, filter, window).await?)
}

/// The number of the one invoice within reach whose hash begins with these digits: what the code
/// beside the payment code of its document stands for.
///
/// # Errors
/// `access.denied`.
pub async fn by_code(app: &App, by: &Principal, prefix: &str) -> Result<Option<String>, Failure> {
    let scope = granted(by)?.scope();
    let mut found = list::numbers_by_hash(&app.db.reader(), scope, prefix).await?;
    // Two of one beginning: nobody is led to one of them by chance.
    Ok(if found.len() == 1 { found.pop() } else { None })
}

/// The names of the items of an invoice in another language than its own, by the names that its
/// lines have. Names that the contract does not know any more are left out.
///
/// # Errors
/// `access.denied`, `db.*`.
pub async fn names_in(
    app: &App,
    by: &Principal,
    of: &StoredInvoice,
    (own, wanted): (Language, Language),
) -> Result<BTreeMap<String, String>, Failure> {
    let scope = reach(by)?;
    if own == wanted {
        return Ok(BTreeMap::new());
    }
    let (day, known) = (of.head.issue_date, of.head.frozen_at);
    let on = app.db.reader();
    let found = contracts::as_of::<Contract>(&on, scope, &of.head.contract, day, known).await?;
    let Some(found) = found else {
        return Ok(BTreeMap::new());
    };
    let names = found.body.items.iter().map(|item| {
        let name = |language| item.name.get(language).to_owned();
        (name(own), name(wanted))
    });
    Ok(names.collect())
}

/// More than so many documents are not summed up: the sums would cost a look at each of them.
pub const MOST_SUMMED: u64 = 5_000;

/// The sums of all invoices of a list, by currency.
///
/// # Errors
/// `access.denied`.
pub async fn sums(
    app: &App,
    by: &Principal,
    filter: &InvoiceFilter,
) -> Result<Vec<(Currency, Sums)>, Failure> {
    let scope = reach(by)?;
    let at = AsOf::now(app.clock.business());
    Ok(standing::sums(&app.db.reader(), scope, filter, at).await?)
}

/// The years in which invoices were issued, newest first.
///
/// # Errors
/// `access.denied`.
pub async fn years(app: &App, by: &Principal) -> Result<Vec<String>, Failure> {
    let scope = reach(by)?;
    Ok(list::years(&app.db.reader(), scope).await?)
}

/// The number of the credit note that took an invoice back as a whole; none for one that stands.
///
/// # Errors
/// `access.denied`.
pub async fn taken_back_by(
    app: &App,
    by: &Principal,
    of: &StoredInvoice,
) -> Result<Option<String>, Failure> {
    let scope = reach(by)?;
    let Some(number) = of.number() else {
        return Ok(None);
    };
    let found = invoices::reversing(&app.db.reader(), scope, &of.head.contract, number).await?;
    Ok(found.and_then(|note| note.number().map(str::to_owned)))
}

/// One issued invoice; none when there is none within reach.
///
/// # Errors
/// `access.denied`.
pub async fn one(
    app: &App,
    by: &Principal,
    number: &str,
) -> Result<Option<StoredInvoice>, Failure> {
    let scope = reach(by)?;
    let found = invoices::by_number(&app.db.reader(), scope, number).await?;
    Ok(found.into_iter().next())
}
