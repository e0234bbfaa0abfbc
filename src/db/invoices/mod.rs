//! Invoices: frozen by a run, numbered by a leader (see `numbering`), never changed afterwards.

pub mod browse;
pub mod feed;
pub mod list;
pub mod newest;
mod place;
mod row;
mod search;
pub mod standing;

use std::collections::BTreeMap;

use chrono::{DateTime, NaiveDate, Utc};
use sea_orm::{ColumnTrait, EntityTrait, PaginatorTrait, QueryFilter, QueryOrder, QuerySelect};
use serde::Serialize;
use serde::de::DeserializeOwned;

use super::bulk::{insert_all, insert_returning};
use super::convert::{From, body, sha256_hex, stamp};
use super::entities::{invoice, invoice_line};
use super::runs::RunId;
use super::txn::{Source, Txn};
use super::{DbError, customers};
use crate::access::{Program, Scope};
use crate::billing::{Currency, Money};
pub(super) use row::record;
use row::{line_record, line_row, new_row};

/// An invoice's id in the store; outside, an invoice is called by its number.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct InvoiceId(pub i64);

/// Where an invoice stands. Paid is not a state: it follows from the ledger.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum InvoiceState {
    /// Computed and checked, without a number. May still be given up.
    Frozen,
    /// Numbered.
    Issued {
        number: String,
        place: u64,
        at: DateTime<Utc>,
    },
    /// Numbered, and taken back by a later document.
    Cancelled {
        number: String,
        place: u64,
        at: DateTime<Utc>,
        cancelled_at: DateTime<Utc>,
    },
}

/// What every list of invoices shows, and numbering orders by.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct InvoiceHead {
    /// The run that made it.
    pub run: RunId,
    /// The contract's number.
    pub contract: String,
    /// The customer's number.
    pub customer: String,
    /// The number series it takes its number from.
    pub series: String,
    /// The date it carries.
    pub issue_date: NaiveDate,
    /// When it is to be paid.
    pub due_date: NaiveDate,
    /// The currency of all four amounts.
    pub currency: Currency,
    /// Without tax, in minor units.
    pub net_minor: i64,
    /// Tax, in minor units.
    pub tax_minor: i64,
    /// Net and tax, in minor units.
    pub gross_minor: i64,
    /// What is left to pay, in minor units.
    pub payable_minor: i64,
    /// When it was frozen.
    pub frozen_at: DateTime<Utc>,
}

/// A line as "already billed" counts it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LineRecord {
    /// The contract's number.
    pub contract: String,
    /// The contract item.
    pub item: String,
    /// First day of service.
    pub service_from: NaiveDate,
    /// First day after the service.
    pub service_to: NaiveDate,
    /// What kind of charge.
    pub kind: String,
    /// Base, amendment, reading revision or reversed line.
    pub cause: String,
    /// The line's net amount.
    pub amount: Money,
    /// The whole line, as JSON text.
    pub body: String,
}

/// An invoice with its frozen view.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StoredInvoice {
    /// Its id.
    pub id: InvoiceId,
    /// Where it stands.
    pub state: InvoiceState,
    /// Its head.
    pub head: InvoiceHead,
    /// The frozen view, byte for byte.
    pub view: String,
    /// SHA-256 of the view when it was frozen.
    pub view_hash: String,
}

impl StoredInvoice {
    /// Reads the frozen view.
    ///
    /// # Errors
    /// `db.corrupt-row` when the view does not match its hash or is not what it should be.
    pub fn read_view<V: DeserializeOwned>(&self) -> Result<V, DbError> {
        let from = From {
            table: "invoice",
            id: &self.id.0,
        };
        if sha256_hex(self.view.as_bytes()) != self.view_hash {
            return Err(from.corrupt("the view does not match its hash"));
        }
        from.json(&self.view)
    }

    /// The number, once it has one.
    pub fn number(&self) -> Option<&str> {
        match &self.state {
            InvoiceState::Frozen => None,
            InvoiceState::Issued { number, .. } | InvoiceState::Cancelled { number, .. } => {
                Some(number)
            }
        }
    }
}

/// An invoice to be frozen: its head, its view and its lines.
pub type Freezing<V> = (InvoiceHead, V, Vec<LineRecord>);

/// Freezes an invoice with its lines. Call it under the contract's lock.
///
/// # Errors
/// `db.duplicate` when a line is billed already, `db.refused` when an id is unknown or the amounts
/// do not add up.
pub async fn freeze<V: Serialize>(
    txn: &Txn,
    head: &InvoiceHead,
    view: &V,
    lines: &[LineRecord],
) -> Result<InvoiceId, DbError> {
    let one = (head.clone(), view, lines.to_vec());
    let ids = freeze_all(txn, vec![one]).await?;
    let id = ids.first().copied();
    id.ok_or_else(|| DbError::missing("invoice", "(new)"))
}

/// Freezes several invoices in few statements; the ids come in the order of the invoices. Call it
/// under the locks of their contracts.
///
/// # Errors
/// Those of [`freeze`].
pub async fn freeze_all<V: Serialize>(
    txn: &Txn,
    invoices: Vec<Freezing<V>>,
) -> Result<Vec<InvoiceId>, DbError> {
    let mut heads = Vec::with_capacity(invoices.len());
    let mut keys = Vec::with_capacity(invoices.len());
    let mut lines = Vec::with_capacity(invoices.len());
    for (head, view, of_it) in invoices {
        let row = new_row(&head, body("invoice", &view)?);
        keys.push((
            head.contract,
            row.view_hash.clone().take().unwrap_or_default(),
        ));
        heads.push(row);
        lines.push(of_it);
    }
    let columns = [
        invoice::Column::Id,
        invoice::Column::Contract,
        invoice::Column::ViewHash,
    ];
    let mut given: BTreeMap<(String, String), Vec<i64>> = BTreeMap::new();
    for row in insert_returning(txn, heads, &columns).await? {
        let key = (row.try_get("", "contract")?, row.try_get("", "view_hash")?);
        given.entry(key).or_default().push(row.try_get("", "id")?);
    }
    let (mut ids, mut rows) = (Vec::with_capacity(keys.len()), Vec::new());
    for (key, of_it) in keys.into_iter().zip(lines) {
        let id = given.get_mut(&key).and_then(Vec::pop);
        let id = id.ok_or_else(|| DbError::missing("invoice", "(new)"))?;
        let numbered = (1..).zip(of_it);
        rows.extend(numbered.map(|(position, line)| line_row(id, position, line)));
        ids.push(InvoiceId(id));
    }
    insert_all(txn, rows).await?;
    Ok(ids)
}

/// Every line of a contract on any invoice, frozen ones included: what "already billed" means.
///
/// # Errors
/// `db.corrupt-row`.
pub async fn already_billed(
    on: &impl Source,
    _: Program,
    contract: &str,
) -> Result<Vec<LineRecord>, DbError> {
    let found = invoice_line::Entity::find()
        .filter(invoice_line::Column::Contract.eq(contract))
        .order_by_asc(invoice_line::Column::Id)
        .all(&on.on().0)
        .await?;
    found.into_iter().map(line_record).collect()
}

/// The lines of one invoice, in order.
///
/// # Errors
/// `db.corrupt-row`.
pub async fn lines(
    on: &impl Source,
    _: Program,
    invoice: InvoiceId,
) -> Result<Vec<LineRecord>, DbError> {
    let found = invoice_line::Entity::find()
        .filter(invoice_line::Column::Invoice.eq(invoice.0))
        .order_by_asc(invoice_line::Column::Position)
        .all(&on.on().0)
        .await?;
    found.into_iter().map(line_record).collect()
}

/// One invoice.
///
/// # Errors
/// `db.missing`, `db.corrupt-row`.
pub async fn get(on: &impl Source, _: Program, id: InvoiceId) -> Result<StoredInvoice, DbError> {
    one(on, id).await
}

async fn one(on: &impl Source, id: InvoiceId) -> Result<StoredInvoice, DbError> {
    let row = invoice::Entity::find_by_id(id.0).one(&on.on().0).await?;
    record(row.ok_or_else(|| DbError::missing("invoice", id.0))?)
}

/// The invoice with a number; sellers may share a number, so there can be several.
///
/// # Errors
/// `db.corrupt-row`.
pub async fn by_number(
    on: &impl Source,
    scope: Scope,
    number: &str,
) -> Result<Vec<StoredInvoice>, DbError> {
    let found = invoice::Entity::find()
        .filter(invoice::Column::Number.eq(number))
        .filter(list::within(scope))
        .order_by_asc(invoice::Column::Id)
        .all(&on.on().0)
        .await?;
    found.into_iter().map(record).collect()
}

/// The credit note that takes an invoice of a contract back as a whole; none while there is none.
///
/// # Errors
/// `db.corrupt-row`.
pub async fn reversing(
    on: &impl Source,
    scope: impl Into<Scope>,
    contract: &str,
    number: &str,
) -> Result<Option<StoredInvoice>, DbError> {
    // Every reversal begins with the first line, and the lines of a contract are in an index.
    let sql = "SELECT invoice FROM invoice_line WHERE contract = $1 AND cause = $2";
    let cause = format!("reversal:{number}:1");
    let found = super::txn::rows(on, sql, vec![contract.into(), cause.into()]).await?;
    let Some(row) = found.first() else {
        return Ok(None);
    };
    let note = one(on, InvoiceId(row.try_get("", "invoice")?)).await?;
    let scope: Scope = scope.into();
    Ok(Some(note).filter(|note| customers::admits(scope, &note.head.customer)))
}

/// Invoices in the order they were frozen, a page at a time: those after `after`, at most `limit`.
///
/// # Errors
/// `db.corrupt-row`.
pub async fn page(
    on: &impl Source,
    _: Program,
    after: Option<InvoiceId>,
    limit: u64,
) -> Result<Vec<StoredInvoice>, DbError> {
    let found = invoice::Entity::find()
        .filter(invoice::Column::Id.gt(after.map_or(0, |id| id.0)))
        .order_by_asc(invoice::Column::Id)
        .limit(limit)
        .all(&on.on().0)
        .await?;
    found.into_iter().map(record).collect()
}

/// The invoices of one contract, oldest first.
///
/// # Errors
/// `db.corrupt-row`.
pub async fn of_contract(
    on: &impl Source,
    _: Program,
    contract: &str,
) -> Result<Vec<StoredInvoice>, DbError> {
    let found = invoice::Entity::find()
        .filter(invoice::Column::Contract.eq(contract))
        .order_by_asc(invoice::Column::IssueDate)
        .order_by_asc(invoice::Column::Id)
        .all(&on.on().0)
        .await?;
    found.into_iter().map(record).collect()
}

/// The series that hold frozen invoices, which numbering has still to go through.
///
/// # Errors
/// `db.unreachable`.
pub async fn series_with_frozen(on: &impl Source) -> Result<Vec<String>, DbError> {
    let sql = "SELECT DISTINCT series FROM invoice WHERE state = 'frozen' ORDER BY series";
    let found = super::txn::rows(on, sql, Vec::new()).await?;
    found
        .iter()
        .map(|row| Ok(row.try_get("", "series")?))
        .collect()
}

/// Takes an issued invoice back; the document that says so is a later invoice's business.
///
/// # Errors
/// `db.immutable` when it was cancelled before, `db.refused` when it has no number yet.
pub async fn cancel(txn: &Txn, id: InvoiceId, at: DateTime<Utc>) -> Result<(), DbError> {
    let sql = "UPDATE invoice SET state = 'cancelled', cancelled_at = $1 WHERE id = $2";
    match txn
        .execute(sql, vec![stamp(at).into(), id.0.into()])
        .await?
    {
        0 => Err(DbError::missing("invoice", id.0)),
        _ => Ok(()),
    }
}

/// Gives up an invoice that has no number yet, with its lines.
///
/// # Errors
/// `db.immutable` when it has a number.
pub async fn give_up(txn: &Txn, id: InvoiceId) -> Result<(), DbError> {
    txn.execute(
        "DELETE FROM invoice_line WHERE invoice = $1",
        vec![id.0.into()],
    )
    .await?;
    txn.execute("DELETE FROM invoice WHERE id = $1", vec![id.0.into()])
        .await?;
    Ok(())
}

/// How many documents of a run have their number.
///
/// # Errors
/// `db.unreachable`.
pub async fn numbered_of(on: &impl Source, run: RunId) -> Result<u64, DbError> {
    let numbered = invoice::Entity::find()
        .filter(invoice::Column::Run.eq(run.0))
        .filter(invoice::Column::Number.is_not_null());
    Ok(numbered.count(&on.on().0).await?)
}
