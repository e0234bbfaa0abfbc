//! Issued invoices in any of their orders.

use sea_orm::{ColumnTrait, EntityTrait, QueryFilter};

use super::list::InvoiceFilter;
use super::{StoredInvoice, record};
use crate::access::{Reach, Scope};
use crate::db::DbError;
use crate::db::browse::{Ordered, Pages, Window, browse, in_order};
use crate::db::entities::invoice;
use crate::db::filter::Filter;
use crate::db::txn::Source;

/// What invoices are ordered by.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum InvoiceOrder {
    /// The date they carry.
    Issued,
    /// Their number.
    Number,
    /// Their customer's number.
    Customer,
    /// Their contract's number.
    Contract,
    /// When they are to be paid.
    Due,
    /// What they are over with tax, whatever the currency; a credit note stands below zero.
    Gross,
}

fn ordered(filter: &Filter, by: InvoiceOrder) -> Ordered {
    let value = match by {
        InvoiceOrder::Issued => "i.issue_date".to_owned(),
        InvoiceOrder::Number => "i.number".to_owned(),
        InvoiceOrder::Customer => "i.customer".to_owned(),
        InvoiceOrder::Contract => "i.contract".to_owned(),
        InvoiceOrder::Due => "i.due_date".to_owned(),
        InvoiceOrder::Gross => {
            let place = if filter.postgres() { "strpos" } else { "instr" };
            format!(
                "(CASE WHEN {place}(i.view, '\"document_type\":\"credit_note\"') > 0 \
                 THEN -i.gross_minor ELSE i.gross_minor END)"
            )
        }
    };
    Ordered {
        from: "invoice i".to_owned(),
        row: "i.id",
        value,
        whole: by == InvoiceOrder::Gross,
        id: "i.id",
        id_whole: true,
    }
}

fn narrow(filter: &mut Filter, scope: Scope, asked: &InvoiceFilter) {
    filter.add("i.state <> 'frozen'".to_owned());
    if let Reach::Customer(number) = scope.reach() {
        let own = filter.value(number.to_string());
        filter.add(format!("i.customer = {own}"));
    }
    if let Some(text) = &asked.text {
        let columns = ["i.number".to_owned(), "i.contract".to_owned()];
        let any = filter.any_holds(&columns, text);
        let customer = filter.value(text.as_str());
        filter.add(format!("({any} OR i.customer = {customer})"));
    }
    if let Some(year) = asked.year {
        let first = filter.value(format!("{year:04}-01-01"));
        let last = filter.value(format!("{year:04}-12-31"));
        filter.add(format!("i.issue_date BETWEEN {first} AND {last}"));
    }
}

/// A page of issued invoices in an order.
///
/// # Errors
/// `db.unreachable`, `db.corrupt-row`.
pub async fn page(
    on: &impl Source,
    scope: Scope,
    asked: &InvoiceFilter,
    window: &Window<InvoiceOrder>,
) -> Result<(Vec<StoredInvoice>, Pages), DbError> {
    let mut filter = Filter::new(on);
    narrow(&mut filter, scope, asked);
    let ordered = ordered(&filter, window.by);
    let (ids, pages) = browse(on, &ordered, &filter, window).await?;
    let loaded = invoice::Entity::find()
        .filter(invoice::Column::Id.is_in(ids.iter().copied()))
        .all(&on.on().0)
        .await?;
    let loaded = loaded.into_iter().map(record).collect::<Result<_, _>>()?;
    let sorted = in_order(&ids, loaded, |one: &StoredInvoice| one.id.0);
    Ok((sorted, pages))
}
