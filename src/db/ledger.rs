//! Ledger entries with their postings. Written once, never changed; a mistake is reversed.

pub mod feed;

use std::collections::{BTreeMap, HashMap};

use chrono::{DateTime, NaiveDate, Utc};
use sea_orm::{ActiveValue::NotSet, ColumnTrait, EntityTrait, QueryFilter, QueryOrder, Set};

use super::DbError;
use super::bulk::{insert_all, insert_returning};
use super::convert::{From, day, stamp};
use super::entities::{ledger_entry, posting};
use super::invoices::InvoiceId;
use super::txn::{Source, Txn};
use crate::access::{Program, Reach, Scope};
use crate::billing::Currency;

/// A ledger entry.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct EntryRecord {
    /// Names the entry's cause; the same cause is booked once.
    pub key: String,
    /// The date it is booked on.
    pub booked_on: NaiveDate,
    /// The invoice it books, when it books one.
    pub invoice: Option<InvoiceId>,
    /// The text of the entry.
    pub memo: String,
    /// Since when it is known.
    pub recorded_at: DateTime<Utc>,
    /// Its sides, balanced per currency.
    pub postings: Vec<PostingRecord>,
}

/// One side of an entry: debit or credit, never both.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PostingRecord {
    /// The account's number.
    pub account: String,
    /// Debit in minor units, zero on the credit side.
    pub debit_minor: i64,
    /// Credit in minor units, zero on the debit side.
    pub credit_minor: i64,
    /// The currency of both.
    pub currency: Currency,
}

/// Books entries.
///
/// # Errors
/// `db.duplicate` when a key was booked before, `db.refused` when an entry does not balance.
pub async fn post(txn: &Txn, entries: &[EntryRecord]) -> Result<(), DbError> {
    let mut rows = Vec::with_capacity(entries.len());
    for entry in entries {
        assert_balanced(entry)?;
        let EntryRecord {
            key,
            booked_on,
            invoice,
            memo,
            recorded_at,
            postings: _,
        } = entry;
        rows.push(ledger_entry::ActiveModel {
            id: NotSet,
            key: Set(key.clone()),
            booked_on: Set(day(*booked_on)),
            invoice: Set(invoice.map(|id| id.0)),
            memo: Set(memo.clone()),
            recorded_at: Set(stamp(*recorded_at)),
        });
    }
    let columns = [ledger_entry::Column::Id, ledger_entry::Column::Key];
    let mut ids: HashMap<String, i64> = HashMap::with_capacity(rows.len());
    for row in insert_returning(txn, rows, &columns).await? {
        ids.insert(row.try_get("", "key")?, row.try_get("", "id")?);
    }
    let mut sides = Vec::new();
    for entry in entries {
        let id = ids
            .get(&entry.key)
            .ok_or_else(|| DbError::missing("ledger_entry", &entry.key))?;
        for (position, side) in (1..).zip(entry.postings.clone()) {
            let PostingRecord {
                account,
                debit_minor,
                credit_minor,
                currency,
            } = side;
            sides.push(posting::ActiveModel {
                entry: Set(*id),
                position: Set(position),
                account: Set(account),
                debit_minor: Set(debit_minor),
                credit_minor: Set(credit_minor),
                currency: Set(currency.to_string()),
            });
        }
    }
    insert_all(txn, sides).await
}

/// Entries are balanced by construction in the core; what is stored is checked once more.
fn assert_balanced(entry: &EntryRecord) -> Result<(), DbError> {
    let mut sums: BTreeMap<String, i128> = BTreeMap::new();
    for side in &entry.postings {
        let sum = sums.entry(side.currency.to_string()).or_default();
        *sum += i128::from(side.debit_minor) - i128::from(side.credit_minor);
    }
    match sums.iter().find(|(_, sum)| **sum != 0) {
        Some((currency, sum)) => {
            let key = &entry.key;
            Err(DbError::Refused(format!(
                "entry {key} is out of balance by {sum} in {currency}"
            )))
        }
        None => Ok(()),
    }
}

/// Entries booked on days of `[from, to)`, in the order they were recorded.
///
/// # Errors
/// `db.corrupt-row`.
pub async fn journal(
    on: &impl Source,
    _: Program,
    from: NaiveDate,
    to: NaiveDate,
) -> Result<Vec<EntryRecord>, DbError> {
    let found = ledger_entry::Entity::find()
        .filter(ledger_entry::Column::BookedOn.gte(day(from)))
        .filter(ledger_entry::Column::BookedOn.lt(day(to)))
        .order_by_asc(ledger_entry::Column::Id)
        .all(&on.on().0)
        .await?;
    with_postings(on, found).await
}

/// Entries by their keys.
///
/// # Errors
/// `db.corrupt-row`.
pub async fn by_keys(
    on: &impl Source,
    scope: impl Into<Scope>,
    keys: &[String],
) -> Result<Vec<EntryRecord>, DbError> {
    // The ledger is the house's: whoever reaches one customer alone reaches none of it.
    let scope: Scope = scope.into();
    if scope.reach() != Reach::All {
        return Ok(Vec::new());
    }
    let found = ledger_entry::Entity::find()
        .filter(ledger_entry::Column::Key.is_in(keys.iter().map(String::as_str)))
        .order_by_asc(ledger_entry::Column::Id)
        .all(&on.on().0)
        .await?;
    with_postings(on, found).await
}

/// The entries that book an invoice, in the order they were recorded.
///
/// # Errors
/// `db.corrupt-row`.
pub async fn of_invoice(
    on: &impl Source,
    _: Program,
    id: InvoiceId,
) -> Result<Vec<EntryRecord>, DbError> {
    let found = ledger_entry::Entity::find()
        .filter(ledger_entry::Column::Invoice.eq(id.0))
        .order_by_asc(ledger_entry::Column::Id)
        .all(&on.on().0)
        .await?;
    with_postings(on, found).await
}

async fn with_postings(
    on: &impl Source,
    found: Vec<ledger_entry::Model>,
) -> Result<Vec<EntryRecord>, DbError> {
    let mut sides: HashMap<i64, Vec<PostingRecord>> = HashMap::new();
    let ids: Vec<i64> = found.iter().map(|row| row.id).collect();
    for some in ids.chunks(10_000) {
        let rows = posting::Entity::find()
            .filter(posting::Column::Entry.is_in(some.iter().copied()))
            .order_by_asc(posting::Column::Entry)
            .order_by_asc(posting::Column::Position)
            .all(&on.on().0)
            .await?;
        for row in rows {
            let posting::Model {
                entry,
                position: _,
                account,
                debit_minor,
                credit_minor,
                currency,
            } = row;
            let currency = From {
                table: "posting",
                id: &entry,
            }
            .currency(&currency)?;
            let side = PostingRecord {
                account,
                debit_minor,
                credit_minor,
                currency,
            };
            sides.entry(entry).or_default().push(side);
        }
    }
    let entries = found.into_iter().map(|row| {
        let ledger_entry::Model {
            id,
            key,
            booked_on,
            invoice,
            memo,
            recorded_at,
        } = row;
        let from = From {
            table: "ledger_entry",
            id: &id,
        };
        Ok(EntryRecord {
            booked_on: from.date(&booked_on)?,
            recorded_at: from.instant(&recorded_at)?,
            invoice: invoice.map(InvoiceId),
            postings: sides.remove(&id).unwrap_or_default(),
            key,
            memo,
        })
    });
    entries.collect()
}
