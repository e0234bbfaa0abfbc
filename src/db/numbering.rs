//! Gapless invoice numbers.
//!
//! One fenced leader a series takes frozen invoices in the order (issue date, customer,
//! contract). In one transaction it numbers up to 500 of them, writes what issuing entails
//! (ledger, audit, outbox) and, in the last statement, moves the series' counter on. The
//! counter's row is locked for that one statement only; because it moves from the value the
//! numbers were made from, or not at all, there is neither a gap nor a double number, whoever
//! dies when.

use chrono::{DateTime, Utc};
use sea_orm::{
    ColumnTrait, EntityTrait, QueryFilter, QueryOrder, QuerySelect, Set, Value,
    sea_query::OnConflict,
};

use super::convert::stamp;
use super::entities::{invoice, number_series};
use super::invoices::{InvoiceState, StoredInvoice, record};
use super::leases::{self, Lease};
use super::txn::{Source, Txn, rows};
use super::{DbError, WriteError};

/// The most invoices one transaction numbers.
pub const BATCH: u64 = 500;

/// A number series: one seller, prefix and year.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Series {
    /// Its id, as invoices name it.
    pub id: String,
    /// The seller's id.
    pub seller: String,
    /// What the numbers begin with.
    pub prefix: String,
    /// The year the numbers belong to.
    pub year: i32,
    /// The place the next invoice takes, from 1.
    pub next: u64,
}

/// Makes a series known, beginning at 1. A known one is left as it is.
///
/// # Errors
/// `db.refused` when the seller is unknown, or when the series is another seller's.
pub async fn ensure_series(
    txn: &Txn,
    id: &str,
    seller: &str,
    prefix: &str,
    year: i32,
) -> Result<(), DbError> {
    let row = number_series::ActiveModel {
        id: Set(id.to_owned()),
        seller: Set(seller.to_owned()),
        prefix: Set(prefix.to_owned()),
        year: Set(i64::from(year)),
        next: Set(1),
        fence: Set(0),
    };
    let unless_known = OnConflict::column(number_series::Column::Id)
        .do_nothing()
        .to_owned();
    number_series::Entity::insert(row)
        .on_conflict(unless_known)
        .exec_without_returning(txn.orm())
        .await?;
    let owner = series(txn, id).await?.seller;
    if owner == seller {
        return Ok(());
    }
    Err(DbError::Refused(format!(
        "the number series {id} is that of the seller {owner}, not of {seller}"
    )))
}

/// One series.
///
/// # Errors
/// `db.missing`, `db.corrupt-row`.
pub async fn series(on: &impl Source, id: &str) -> Result<Series, DbError> {
    let row = number_series::Entity::find_by_id(id)
        .one(&on.on().0)
        .await?;
    record_of(row.ok_or_else(|| DbError::missing("number_series", id))?)
}

/// Every series, by id.
///
/// # Errors
/// `db.corrupt-row`.
pub async fn all_series(on: &impl Source) -> Result<Vec<Series>, DbError> {
    let found = number_series::Entity::find()
        .order_by_asc(number_series::Column::Id)
        .all(&on.on().0)
        .await?;
    found.into_iter().map(record_of).collect()
}

fn record_of(row: number_series::Model) -> Result<Series, DbError> {
    let number_series::Model {
        id,
        seller,
        prefix,
        year,
        next,
        fence: _,
    } = row;
    let corrupt = |why| DbError::corrupt("number_series", &id, why);
    Ok(Series {
        year: i32::try_from(year).map_err(corrupt)?,
        next: u64::try_from(next).map_err(corrupt)?,
        id: id.clone(),
        seller,
        prefix,
    })
}

/// The name of the lease a leader of a series holds.
pub fn lease_name(series: &str) -> String {
    format!("numbering/{series}")
}

/// Numbers the next frozen invoices of a series, at most [`BATCH`], and hands them to `issued`,
/// which writes ledger entries, audit records and outbox events in the same transaction. Returns
/// them; an empty answer means that none is left.
///
/// `number` makes the printed number from the series and the place in it.
///
/// # Errors
/// `db.lease-lost` when the lease no longer stands, `db.conflict` when another transaction numbered
/// some of them first, or what `issued` returns. Nothing is numbered then.
pub async fn take_batch<E, N, F>(
    txn: &Txn,
    series_id: &str,
    lease: &Lease,
    issued_at: DateTime<Utc>,
    number: N,
    issued: F,
) -> Result<Vec<StoredInvoice>, E>
where
    E: WriteError,
    N: Fn(&Series, u64) -> String,
    F: AsyncFnOnce(&Txn, &[StoredInvoice]) -> Result<(), E>,
{
    leases::check(txn, lease).await?;
    let series = series(txn, series_id).await?;
    let mut batch = frozen(txn, series_id).await?;
    if batch.is_empty() {
        return Ok(batch);
    }
    for (place, invoice) in (series.next..).zip(&mut batch) {
        let number = number(&series, place);
        invoice.state = InvoiceState::Issued {
            number,
            place,
            at: issued_at,
        };
    }
    mark_issued(txn, &batch, issued_at).await?;
    issued(txn, &batch).await?;
    move_counter(txn, &series, batch.len(), lease).await?;
    Ok(batch)
}

async fn frozen(txn: &Txn, series: &str) -> Result<Vec<StoredInvoice>, DbError> {
    let found = invoice::Entity::find()
        .filter(invoice::Column::Series.eq(series))
        .filter(invoice::Column::State.eq("frozen"))
        .order_by_asc(invoice::Column::IssueDate)
        .order_by_asc(invoice::Column::Customer)
        .order_by_asc(invoice::Column::Contract)
        .order_by_asc(invoice::Column::Id)
        .limit(BATCH)
        .all(txn.orm())
        .await?;
    found.into_iter().map(record).collect()
}

/// One statement numbers the whole batch, on both databases.
async fn mark_issued(
    txn: &Txn,
    batch: &[StoredInvoice],
    issued_at: DateTime<Utc>,
) -> Result<(), DbError> {
    let mut sql = String::from("WITH taken (id, number, place) AS (VALUES ");
    let mut values: Vec<Value> = vec![stamp(issued_at).into()];
    for invoice in batch {
        let InvoiceState::Issued { number, place, .. } = &invoice.state else {
            continue;
        };
        let place = i64::try_from(*place)
            .map_err(|why| DbError::corrupt("number_series", &invoice.head.series, why))?;
        let comma = if values.len() > 1 { ", " } else { "" };
        let at = values.len();
        sql.push_str(&format!(
            "{comma}(CAST(${} AS bigint), CAST(${} AS text), CAST(${} AS bigint))",
            at + 1,
            at + 2,
            at + 3
        ));
        values.extend([invoice.id.0.into(), number.as_str().into(), place.into()]);
    }
    sql.push_str(
        ") UPDATE invoice SET state = 'issued', number = taken.number, place = taken.place, \
         issued_at = $1 FROM taken WHERE invoice.id = taken.id AND invoice.state = 'frozen'",
    );
    let touched = txn.execute(&sql, values).await?;
    if usize::try_from(touched).ok() != Some(batch.len()) {
        return Err(DbError::Conflict(
            "some of the invoices were numbered meanwhile".into(),
        ));
    }
    Ok(())
}

/// Takes the range, as the transaction's last statement.
async fn move_counter(
    txn: &Txn,
    series: &Series,
    taken: usize,
    lease: &Lease,
) -> Result<(), DbError> {
    let sql = "UPDATE number_series SET next = next + $1, fence = $2 \
               WHERE id = $3 AND next = $4 AND fence <= $2 RETURNING next";
    let corrupt = |why| DbError::corrupt("number_series", &series.id, why);
    let values = vec![
        i64::try_from(taken).map_err(corrupt)?.into(),
        lease.fence.into(),
        series.id.as_str().into(),
        i64::try_from(series.next).map_err(corrupt)?.into(),
    ];
    if !rows(txn, sql, values).await?.is_empty() {
        return Ok(());
    }
    leases::check(txn, lease).await?;
    Err(DbError::Conflict(format!(
        "the counter of {} moved meanwhile",
        series.id
    )))
}
