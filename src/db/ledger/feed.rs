//! Ledger entries for programs: the last one recorded first, a page at a time.

use chrono::NaiveDate;
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter, QueryOrder, QuerySelect};

use super::{EntryRecord, with_postings};
use crate::db::DbError;
use crate::db::convert::day;
use crate::db::entities::ledger_entry;
use crate::db::filter::cut;
use crate::db::invoices::InvoiceId;
use crate::db::invoices::feed::numbers_of;
use crate::db::txn::Source;

/// What the entries are narrowed to.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct EntryFilter {
    /// Booked on this day or later.
    pub from: Option<NaiveDate>,
    /// Booked before this day.
    pub to: Option<NaiveDate>,
    /// The invoice that they book.
    pub invoice: Option<InvoiceId>,
}

/// An entry with its place in the journal.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FedEntry {
    /// The place in the order of recording.
    pub id: i64,
    /// The entry.
    pub entry: EntryRecord,
    /// The number of the invoice that it books.
    pub number: Option<String>,
}

/// At most `limit` entries that were recorded before the one with an id, and the id before which
/// the next page begins.
///
/// # Errors
/// `db.unreachable`, `db.corrupt-row`.
pub async fn feed(
    on: &impl Source,
    asked: &EntryFilter,
    (before, limit): (Option<i64>, u64),
) -> Result<(Vec<FedEntry>, Option<i64>), DbError> {
    use ledger_entry::Column;
    let mut found = ledger_entry::Entity::find();
    if let Some(id) = before {
        found = found.filter(Column::Id.lt(id));
    }
    if let Some(from) = asked.from {
        found = found.filter(Column::BookedOn.gte(day(from)));
    }
    if let Some(to) = asked.to {
        found = found.filter(Column::BookedOn.lt(day(to)));
    }
    if let Some(InvoiceId(id)) = asked.invoice {
        found = found.filter(Column::Invoice.eq(id));
    }
    let mut found = found
        .order_by_desc(Column::Id)
        .limit(limit.saturating_add(1))
        .all(&on.on().0)
        .await?;
    let more = cut(&mut found, limit);
    let ids: Vec<i64> = found.iter().map(|row| row.id).collect();
    let next = ids.last().copied().filter(|_| more);
    let numbers = numbers_of(on, found.iter().filter_map(|row| row.invoice).collect()).await?;
    let entries = with_postings(on, found).await?;
    let fed = ids.into_iter().zip(entries).map(|(id, entry)| FedEntry {
        id,
        number: entry.invoice.and_then(|id| numbers.get(&id.0).cloned()),
        entry,
    });
    Ok((fed.collect(), next))
}
