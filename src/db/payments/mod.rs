//! Payments with their fees, and what they are allocated to. Rows are only ever added: what was
//! allocated is taken back by a row below zero.

pub mod checkouts;
pub mod events;
pub mod feed;
pub mod held;
pub mod receivables;
pub mod refunds;
mod rows;

use std::collections::{BTreeMap, HashMap};

use chrono::{DateTime, NaiveDate, Utc};
use sea_orm::{ActiveValue::NotSet, ColumnTrait, EntityTrait, QueryFilter, QueryOrder, Set};

use super::DbError;
use super::bulk::{insert_all, insert_returning};
use super::convert::{From, day, stamp};
use super::entities::{allocation, payment, payment_fee};
use super::invoices::InvoiceId;
use super::txn::{Source, Txn, rows as query};
use crate::access::{Program, Scope};
use crate::billing::Money;
use crate::billing::party::Chart;
use crate::billing::payment::{Fee, OnFile, Payment, Progress, Receipt};
use refunds::{Refund, RefundState};
use rows::files;

/// A payment's id in the store.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct PaymentId(pub i64);

/// A payment on file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PaymentRecord {
    /// Its id; 0 before it is stored.
    pub id: PaymentId,
    /// The payment.
    pub payment: Payment,
    /// The invoice it was meant for.
    pub meant_for: Option<InvoiceId>,
    /// The chart it is booked by.
    pub chart: Chart,
    /// Since when it is known.
    pub recorded_at: DateTime<Utc>,
}

/// A payment with all that belongs to it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PaymentFile {
    /// The payment.
    pub record: PaymentRecord,
    /// What the gateway kept of it.
    pub fees: Vec<Fee>,
    /// What is or was to be given back.
    pub refunds: Vec<Refund>,
    /// What is allocated, by invoice; never zero.
    pub allocated: BTreeMap<InvoiceId, Money>,
}

impl PaymentFile {
    /// What was given back.
    ///
    /// # Errors
    /// `db.corrupt-row` when it leaves the range of amounts.
    pub fn returned(&self) -> Result<Money, DbError> {
        let returned = self.refunds.iter();
        let returned = returned.filter(|one| matches!(one.state, RefundState::Returned { .. }));
        self.sum(returned.map(|one| one.amount))
    }

    /// What is neither allocated nor given back.
    ///
    /// # Errors
    /// `db.corrupt-row` when it leaves the range of amounts.
    pub fn left(&self) -> Result<Money, DbError> {
        let allocated = self.sum(self.allocated.values().copied())?;
        let of = self.record.payment.amount;
        let left = of.minus(allocated).and_then(|left| {
            let returned = self
                .returned()
                .map_err(|_| crate::billing::MoneyError::Overflow)?;
            left.minus(returned)
        });
        left.map_err(|why| self.corrupt(why))
    }

    fn sum(&self, amounts: impl IntoIterator<Item = Money>) -> Result<Money, DbError> {
        let currency = self.record.payment.amount.currency();
        Money::sum(amounts, currency).map_err(|why| self.corrupt(why))
    }

    fn corrupt(&self, why: impl std::fmt::Display) -> DbError {
        DbError::corrupt("payment", self.record.id.0, why)
    }

    /// What is on file, as the core merges reports into it.
    #[must_use]
    pub fn on_file(&self) -> OnFile {
        let fee = |fee: &Fee| (fee.key.clone(), fee.amount);
        let refund = |one: &Refund| {
            let progress = match one.state {
                RefundState::Requested | RefundState::Sending { .. } => Progress::Pending,
                RefundState::Returned { .. } => Progress::Returned,
                RefundState::Failed { .. } | RefundState::Withdrawn => Progress::Failed,
            };
            (one.key.clone(), (one.amount, progress))
        };
        let named = |one: &Refund| Some((one.key.clone(), one.reference.clone()?));
        OnFile {
            payment: Some(self.record.payment.amount),
            fees: self.fees.iter().map(fee).collect(),
            returned: self.refunds.iter().map(refund).collect(),
            references: self.refunds.iter().filter_map(named).collect(),
        }
    }

    /// The payment as an invoice sees it.
    ///
    /// # Errors
    /// `db.corrupt-row` when a sum leaves the range of amounts.
    pub fn receipt(&self, invoice: InvoiceId) -> Result<Receipt, DbError> {
        let amount = self.record.payment.amount;
        let here = self.allocated.get(&invoice).copied();
        let elsewhere = self.allocated.iter().filter(|(id, _)| **id != invoice);
        Ok(Receipt {
            key: self.record.payment.key.clone(),
            received_on: self.record.payment.received_on,
            amount,
            returned: self.returned()?,
            here: here.unwrap_or_else(|| Money::zero(amount.currency())),
            elsewhere: self.sum(elsewhere.map(|(_, amount)| *amount))?,
        })
    }
}

/// Adds a payment and returns its id.
///
/// # Errors
/// `db.duplicate` when it is on file.
pub async fn insert(txn: &Txn, record: &PaymentRecord) -> Result<PaymentId, DbError> {
    let stored = insert_several(txn, std::slice::from_ref(record)).await?;
    let id = stored.first().copied();
    id.ok_or_else(|| DbError::missing("payment", &record.payment.key))
}

/// Adds payments in a few statements, however many there are; their ids in the same order.
///
/// # Errors
/// `db.duplicate` when one is on file.
pub async fn insert_several(
    txn: &Txn,
    records: &[PaymentRecord],
) -> Result<Vec<PaymentId>, DbError> {
    let columns = [payment::Column::Id, payment::Column::Key];
    let rows = records.iter().map(rows::of).collect();
    let mut ids: HashMap<String, i64> = HashMap::with_capacity(records.len());
    for row in insert_returning(txn, rows, &columns).await? {
        ids.insert(row.try_get("", "key")?, row.try_get("", "id")?);
    }
    let id = |record: &PaymentRecord| {
        let key = &record.payment.key;
        let id = ids.get(key).ok_or_else(|| DbError::missing("payment", key));
        id.map(|id| PaymentId(*id))
    };
    records.iter().map(id).collect()
}

/// Adds fees of a payment.
///
/// # Errors
/// `db.duplicate` when one is on file.
pub async fn insert_fees(
    txn: &Txn,
    of: PaymentId,
    fees: &[Fee],
    recorded_at: DateTime<Utc>,
) -> Result<(), DbError> {
    let rows = fees.iter().cloned().map(|fee| {
        let Fee { key, on, amount } = fee;
        payment_fee::ActiveModel {
            id: NotSet,
            key: Set(key),
            payment: Set(of.0),
            booked_on: Set(day(on)),
            amount_minor: Set(amount.minor()),
            currency: Set(amount.currency().to_string()),
            recorded_at: Set(stamp(recorded_at)),
        }
    });
    insert_all(txn, rows.collect()).await
}

/// What a part of a payment, or of a credit note, settles.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Allocation {
    /// The invoice.
    pub invoice: InvoiceId,
    /// What settles it.
    pub by: SettledBy,
    /// The day.
    pub on: NaiveDate,
    /// Above zero; below zero to take it back.
    pub amount: Money,
}

/// What settles an invoice.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SettledBy {
    /// A payment.
    Payment(PaymentId),
    /// A credit note of the same customer, set off.
    CreditNote(InvoiceId),
}

/// Adds allocations. Call it under [`lock_invoice`] of each invoice.
///
/// # Errors
/// `db.refused` when an id is unknown.
pub async fn allocate(
    txn: &Txn,
    allocations: &[Allocation],
    recorded_at: DateTime<Utc>,
) -> Result<(), DbError> {
    let rows = allocations.iter().map(|one| {
        let Allocation {
            invoice,
            by,
            on,
            amount,
        } = *one;
        let (payment, credit_note) = match by {
            SettledBy::Payment(id) => (Some(id.0), None),
            SettledBy::CreditNote(id) => (None, Some(id.0)),
        };
        allocation::ActiveModel {
            id: NotSet,
            invoice: Set(invoice.0),
            payment: Set(payment),
            credit_note: Set(credit_note),
            allocated_on: Set(day(on)),
            amount_minor: Set(amount.minor()),
            currency: Set(amount.currency().to_string()),
            recorded_at: Set(stamp(recorded_at)),
        }
    });
    insert_all(txn, rows.collect()).await
}

/// Holds an invoice until the transaction ends, so that two payments of it settle it one after the
/// other.
///
/// # Errors
/// `db.missing`.
pub async fn lock_invoice(txn: &Txn, id: InvoiceId) -> Result<(), DbError> {
    let lock = if txn.postgres() { " FOR UPDATE" } else { "" };
    let sql = format!("SELECT id FROM invoice WHERE id = $1{lock}");
    let found = query(txn, &sql, vec![id.0.into()]).await?;
    match found.is_empty() {
        true => Err(DbError::missing("invoice", id.0)),
        false => Ok(()),
    }
}

/// What payments may settle of an invoice: what the ledger says it is over, less what credit notes
/// have settled. Below zero for a credit note.
///
/// # Errors
/// `db.missing`, `db.corrupt-row`.
pub async fn owed(on: &impl Source, id: InvoiceId) -> Result<Money, DbError> {
    let sql = "SELECT i.currency, \
         (SELECT CAST(COALESCE(SUM(p.debit_minor - p.credit_minor), 0) AS BIGINT) \
            FROM ledger_entry e JOIN posting p ON p.entry = e.id \
            WHERE e.invoice = i.id AND p.currency = i.currency \
            AND CAST(p.account AS BIGINT) = CAST(i.customer AS BIGINT)) \
         - (SELECT CAST(COALESCE(SUM(a.amount_minor), 0) AS BIGINT) FROM allocation a \
            WHERE a.invoice = i.id AND a.credit_note IS NOT NULL) AS owed \
         FROM invoice i WHERE i.id = $1";
    let found = query(on, sql, vec![id.0.into()]).await?;
    let row = found
        .first()
        .ok_or_else(|| DbError::missing("invoice", id.0))?;
    let from = From {
        table: "invoice",
        id: &id.0,
    };
    let currency: String = row.try_get("", "currency")?;
    from.money(row.try_get("", "owed")?, &currency)
}

/// What is open of an invoice now, whatever day it was or will be allocated on.
///
/// # Errors
/// `db.missing`, `db.corrupt-row`.
pub async fn open(on: &impl Source, id: InvoiceId) -> Result<Money, DbError> {
    let owed = owed(on, id).await?;
    let sql = "SELECT CAST(COALESCE(SUM(amount_minor), 0) AS BIGINT) AS paid FROM allocation \
               WHERE invoice = $1 AND payment IS NOT NULL";
    let found = query(on, sql, vec![id.0.into()]).await?;
    let row = found
        .first()
        .ok_or_else(|| DbError::missing("invoice", id.0))?;
    let paid = Money::new(row.try_get("", "paid")?, owed.currency());
    owed.minus(paid)
        .map_err(|why| DbError::corrupt("invoice", id.0, why))
}

/// A payment by its key, with all that belongs to it.
///
/// # Errors
/// `db.corrupt-row`.
pub async fn by_key(
    on: &impl Source,
    _: Program,
    key: &str,
) -> Result<Option<PaymentFile>, DbError> {
    let found = payment::Entity::find()
        .filter(payment::Column::Key.eq(key))
        .all(&on.on().0)
        .await?;
    Ok(files(on, found).await?.pop())
}

/// A payment by its id, with all that belongs to it.
///
/// # Errors
/// `db.corrupt-row`, `db.missing`.
pub async fn get(
    on: &impl Source,
    scope: impl Into<Scope>,
    id: PaymentId,
) -> Result<PaymentFile, DbError> {
    let found = payment::Entity::find_by_id(id.0).all(&on.on().0).await?;
    let scope: Scope = scope.into();
    let mut found = files(on, found).await?.into_iter();
    let file = found.find(|file| scope.admits(file.record.payment.customer));
    file.ok_or_else(|| DbError::missing("payment", id.0))
}

/// The payments that were meant for an invoice or settle a part of it, oldest first.
///
/// # Errors
/// `db.corrupt-row`.
pub async fn of_invoice(
    on: &impl Source,
    scope: impl Into<Scope>,
    id: InvoiceId,
) -> Result<Vec<PaymentFile>, DbError> {
    let sql = "SELECT id FROM payment WHERE meant_for = $1 \
               UNION SELECT payment FROM allocation WHERE invoice = $1 AND payment IS NOT NULL";
    let ids = query(on, sql, vec![id.0.into()]).await?;
    let ids = ids.iter().map(|row| row.try_get::<i64>("", "id"));
    let ids = ids.collect::<Result<Vec<_>, _>>()?;
    let found = payment::Entity::find()
        .filter(payment::Column::Id.is_in(ids))
        .order_by_asc(payment::Column::ReceivedOn)
        .order_by_asc(payment::Column::Id)
        .all(&on.on().0)
        .await?;
    let scope: Scope = scope.into();
    let mut files = files(on, found).await?;
    files.retain(|file| scope.admits(file.record.payment.customer));
    Ok(files)
}

/// A page of all payments behind an id, in the order they were recorded.
///
/// # Errors
/// `db.corrupt-row`.
pub async fn page(
    on: &impl Source,
    _: Program,
    after: Option<PaymentId>,
    limit: u64,
) -> Result<Vec<PaymentFile>, DbError> {
    use sea_orm::QuerySelect;
    let found = payment::Entity::find()
        .filter(payment::Column::Id.gt(after.map_or(0, |id| id.0)))
        .order_by_asc(payment::Column::Id)
        .limit(limit)
        .all(&on.on().0)
        .await?;
    files(on, found).await
}
