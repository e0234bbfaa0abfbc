//! Money that is held for customers, and refunds that wait for somebody.

use chrono::NaiveDate;

use super::PaymentId;
use crate::access::{AccountId, Scope};
use crate::billing::Money;
use crate::db::DbError;
use crate::db::convert::From;
use crate::db::txn::{Source, rows};

/// What is left of the payment `y`: neither allocated nor given back.
pub(in crate::db) const LEFT_OVER: &str = "(y.amount_minor \
    - (SELECT CAST(COALESCE(SUM(a.amount_minor), 0) AS BIGINT) FROM allocation a \
       WHERE a.payment = y.id) \
    - (SELECT CAST(COALESCE(SUM(r.amount_minor), 0) AS BIGINT) FROM refund r \
       WHERE r.payment = y.id AND r.state = 'returned'))";

/// Money of a payment that settles nothing and was not given back.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Held {
    /// The payment.
    pub payment: PaymentId,
    /// Customer number.
    pub customer: u32,
    /// Number of the invoice it was meant for.
    pub invoice: Option<String>,
    /// When it came in.
    pub received_on: NaiveDate,
    /// How much is left of it.
    pub amount: Money,
}

/// All money that is held, the oldest first. One statement over all payments: keep what it says.
///
/// # Errors
/// `db.unreachable`, `db.corrupt-row`.
pub async fn held(on: &impl Source, scope: impl Into<Scope>) -> Result<Vec<Held>, DbError> {
    let sql = format!(
        "SELECT * FROM (SELECT y.id, y.customer, y.currency, y.received_on, i.number, \
         {LEFT_OVER} AS left_over FROM held_payment k CROSS JOIN payment y \
         LEFT JOIN invoice i ON i.id = y.meant_for \
         WHERE y.id = k.payment) AS h \
         WHERE h.left_over > 0 ORDER BY h.received_on, h.id"
    );
    let found = rows(on, &sql, Vec::new()).await?;
    let held = |row: &sea_orm::QueryResult| {
        let id: i64 = row.try_get("", "id")?;
        let from = From {
            table: "payment",
            id: &id,
        };
        let customer: String = row.try_get("", "customer")?;
        let received_on: String = row.try_get("", "received_on")?;
        let currency: String = row.try_get("", "currency")?;
        Ok(Held {
            payment: PaymentId(id),
            customer: customer.parse().map_err(|why| from.corrupt(why))?,
            invoice: row.try_get("", "number")?,
            received_on: from.date(&received_on)?,
            amount: from.money(row.try_get("", "left_over")?, &currency)?,
        })
    };
    let all = found.iter().map(held);
    let of = |one: &Held| one.customer;
    Ok(within(
        all.collect::<Result<_, DbError>>()?,
        scope.into(),
        of,
    ))
}

/// A refund that has not come to its end.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RefundUnderWay {
    /// The payment of which it gives back.
    pub payment: PaymentId,
    /// Customer number.
    pub customer: u32,
    /// Number of the invoice that the payment was meant for.
    pub invoice: Option<String>,
    /// Who asked for it.
    pub requested_by: Option<AccountId>,
    /// The day it was asked for.
    pub since: NaiveDate,
    /// How much.
    pub amount: Money,
    /// True while it waits for the approval of somebody else.
    pub waits: bool,
}

/// The refunds that have not come to their end, the oldest first: few, and found by their state.
///
/// # Errors
/// `db.unreachable`, `db.corrupt-row`.
pub async fn under_way(
    on: &impl Source,
    scope: impl Into<Scope>,
) -> Result<Vec<RefundUnderWay>, DbError> {
    let sql = "SELECT r.id, r.payment, r.state, r.amount_minor, r.currency, r.requested_by, \
         r.requested_at, y.customer, i.number \
         FROM refund r JOIN payment y ON y.id = r.payment \
         LEFT JOIN invoice i ON i.id = y.meant_for \
         WHERE r.state IN ('requested', 'sending') ORDER BY r.id";
    let found = rows(on, sql, Vec::new()).await?;
    let refund = |row: &sea_orm::QueryResult| {
        let id: i64 = row.try_get("", "id")?;
        let from = From {
            table: "refund",
            id: &id,
        };
        let customer: String = row.try_get("", "customer")?;
        let by: Option<String> = row.try_get("", "requested_by")?;
        let by = by.map(|id| uuid::Uuid::try_parse(&id).map(AccountId));
        let since: String = row.try_get("", "requested_at")?;
        let currency: String = row.try_get("", "currency")?;
        let state: String = row.try_get("", "state")?;
        Ok(RefundUnderWay {
            payment: PaymentId(row.try_get("", "payment")?),
            customer: customer.parse().map_err(|why| from.corrupt(why))?,
            invoice: row.try_get("", "number")?,
            requested_by: by.transpose().map_err(|why| from.corrupt(why))?,
            since: from.instant(&since)?.date_naive(),
            amount: from.money(row.try_get("", "amount_minor")?, &currency)?,
            waits: state == "requested",
        })
    };
    let all = found.iter().map(refund);
    let of = |one: &RefundUnderWay| one.customer;
    Ok(within(
        all.collect::<Result<_, DbError>>()?,
        scope.into(),
        of,
    ))
}

fn within<T>(mut all: Vec<T>, scope: Scope, of: fn(&T) -> u32) -> Vec<T> {
    all.retain(|one| scope.admits(of(one)));
    all
}
