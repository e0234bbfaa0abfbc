//! Payments for programs: the last one recorded first, a page at a time.

use std::collections::BTreeMap;

use chrono::NaiveDate;
use sea_orm::sea_query::Query;
use sea_orm::{
    ColumnTrait, Condition, EntityTrait, ExprTrait, QueryFilter, QueryOrder, QuerySelect,
};

use super::rows::files;
use super::{PaymentFile, PaymentId};
use crate::access::{Reach, Scope};
use crate::billing::payment::Method;
use crate::db::DbError;
use crate::db::convert::day;
use crate::db::entities::{allocation, payment};
use crate::db::filter::cut;
use crate::db::invoices::InvoiceId;
use crate::db::invoices::feed::numbers_of;
use crate::db::txn::Source;

/// What the payments are narrowed to.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct PaymentFilter {
    /// Received on this day or later.
    pub from: Option<NaiveDate>,
    /// Received before this day.
    pub to: Option<NaiveDate>,
    /// The number of the customer.
    pub customer: Option<u32>,
    /// The invoice that they were meant for or settle a part of.
    pub invoice: Option<InvoiceId>,
    /// How they came.
    pub method: Option<Method>,
    /// The one with this id.
    pub id: Option<PaymentId>,
}

/// A payment with the numbers of the invoices that it names.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FedPayment {
    /// The payment with all that belongs to it.
    pub file: PaymentFile,
    /// The number of the invoice that it was meant for.
    pub meant_for: Option<String>,
    /// Numbers of the invoices that it settles, by id.
    pub numbers: BTreeMap<InvoiceId, String>,
}

/// At most `limit` payments that were recorded before the one with an id, and the id before which
/// the next page begins.
///
/// # Errors
/// `db.unreachable`, `db.corrupt-row`.
pub async fn feed(
    on: &impl Source,
    scope: Scope,
    asked: &PaymentFilter,
    (before, limit): (Option<i64>, u64),
) -> Result<(Vec<FedPayment>, Option<i64>), DbError> {
    let mut found = payment::Entity::find()
        .filter(narrowed(scope, asked, before))
        .order_by_desc(payment::Column::Id)
        .limit(limit.saturating_add(1))
        .all(&on.on().0)
        .await?;
    let more = cut(&mut found, limit);
    let next = found.last().map(|row| row.id).filter(|_| more);
    let files = files(on, found).await?;
    let named = files.iter().flat_map(|file| {
        let settled = file.allocated.keys().copied();
        file.record.meant_for.into_iter().chain(settled)
    });
    let numbers = numbers_of(on, named.map(|id| id.0).collect()).await?;
    let fed = files.into_iter().map(|file| {
        let known = |id: &InvoiceId| Some((*id, numbers.get(&id.0)?.clone()));
        let meant_for = file.record.meant_for;
        FedPayment {
            meant_for: meant_for.and_then(|id| numbers.get(&id.0).cloned()),
            numbers: file.allocated.keys().filter_map(known).collect(),
            file,
        }
    });
    Ok((fed.collect(), next))
}

fn narrowed(scope: Scope, asked: &PaymentFilter, before: Option<i64>) -> Condition {
    use payment::Column;
    let customer = |number: u32| Column::Customer.eq(number.to_string());
    let own = match scope.reach() {
        Reach::All => None,
        Reach::Customer(own) => Some(customer(own)),
    };
    let of_invoice = |InvoiceId(id): InvoiceId| {
        let parts = Query::select()
            .column(allocation::Column::Payment)
            .from(allocation::Entity)
            .and_where(allocation::Column::Invoice.eq(id))
            .and_where(allocation::Column::Payment.is_not_null())
            .to_owned();
        Column::MeantFor.eq(id).or(Column::Id.in_subquery(parts))
    };
    Condition::all()
        .add_option(own)
        .add_option(before.map(|id| Column::Id.lt(id)))
        .add_option(asked.id.map(|PaymentId(id)| Column::Id.eq(id)))
        .add_option(asked.from.map(|from| Column::ReceivedOn.gte(day(from))))
        .add_option(asked.to.map(|to| Column::ReceivedOn.lt(day(to))))
        .add_option(asked.customer.map(customer))
        .add_option(asked.method.map(|how| Column::Method.eq(how.as_str())))
        .add_option(asked.invoice.map(of_invoice))
}
