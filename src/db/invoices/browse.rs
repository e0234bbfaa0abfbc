//! Issued invoices in any of their orders.

use sea_orm::{ColumnTrait, EntityTrait, QueryFilter};

use super::list::InvoiceFilter;
use super::{StoredInvoice, record};
use crate::access::{Reach, Scope};
use crate::db::DbError;
use crate::db::browse::{Ordered, Pages, Window, counted, how_many, in_order};
use crate::db::entities::invoice;
use crate::db::filter::{Filter, count};
use crate::db::txn::{Source, rows};

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

/// How a text is looked for.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Looking {
    /// In each row as it comes by: right where many have it, for the first page is soon full.
    RowByRow,
    /// In the one index that holds what is looked at, which is a tenth of the table: right where
    /// few have it.
    InIndex,
}

/// Up to this many hits the index is read to its end and the hits are sorted.
const FEW: u64 = 2_000;

fn narrow(filter: &mut Filter, scope: Scope, asked: &InvoiceFilter, looking: Looking) {
    if let Reach::Customer(number) = scope.reach() {
        let own = filter.value(number.to_string());
        filter.add(format!("i.customer = {own}"));
    }
    if let Some(text) = &asked.text {
        let columns = match looking {
            Looking::RowByRow => ["i.number".to_owned(), "i.contract".to_owned()],
            Looking::InIndex => ["t.number".to_owned(), "t.contract".to_owned()],
        };
        let any = filter.any_holds(&columns, text);
        let customer = filter.value(text.as_str());
        filter.add(match looking {
            Looking::RowByRow => format!("({any} OR i.customer = {customer})"),
            Looking::InIndex => format!(
                "i.id IN (SELECT t.id FROM invoice t WHERE {any} OR t.customer = {customer})"
            ),
        });
    }
    if let Some(year) = asked.year {
        let first = filter.value(format!("{year:04}-01-01"));
        let last = filter.value(format!("{year:04}-12-31"));
        filter.add(format!("i.issue_date BETWEEN {first} AND {last}"));
    }
}

/// Documents that have no number are in no list; while there are none, a count need not look for
/// them and stays within an index.
async fn counting(
    on: &impl Source,
    scope: Scope,
    asked: &InvoiceFilter,
) -> Result<Filter, DbError> {
    let frozen = "SELECT 1 AS one FROM invoice WHERE number IS NULL LIMIT 1";
    let mut filter = Filter::new(on);
    narrow(&mut filter, scope, asked, Looking::InIndex);
    if !rows(on, frozen, Vec::new()).await?.is_empty() {
        filter.add(ISSUED.to_owned());
    }
    Ok(filter)
}

/// How many invoices there are, from the series that gave them their numbers without a gap; none
/// where that says nothing about what is asked for.
async fn from_series(
    on: &impl Source,
    scope: Scope,
    asked: &InvoiceFilter,
) -> Result<Option<u64>, DbError> {
    if scope.reach() != Reach::All || asked.text.is_some() {
        return Ok(None);
    }
    let mut filter = Filter::new(on);
    if let Some(year) = asked.year {
        let year = filter.value(i64::from(year));
        filter.add(format!("year = {year}"));
    }
    let (condition, values) = filter.parts();
    // The type of a sum is another one on PostgreSQL.
    let sql = format!(
        "SELECT CAST(coalesce(sum(next - 1), 0) AS BIGINT) AS many FROM number_series \
         WHERE {condition}"
    );
    Ok(Some(count(on, &sql, values).await?))
}

/// Has a number.
const ISSUED: &str = "i.state <> 'frozen'";

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
    let counting = counting(on, scope, asked).await?;
    let ordered = ordered(&counting, window.by);
    let all = match from_series(on, scope, asked).await? {
        Some(all) => all,
        None => how_many(on, &ordered, &counting).await?,
    };
    let looking = if all > FEW {
        Looking::RowByRow
    } else {
        Looking::InIndex
    };
    let mut filter = Filter::new(on);
    filter.add(ISSUED.to_owned());
    narrow(&mut filter, scope, asked, looking);
    let (ids, pages) = counted(on, &ordered, (&filter, &counting), all, window).await?;
    let loaded = invoice::Entity::find()
        .filter(invoice::Column::Id.is_in(ids.iter().copied()))
        .all(&on.on().0)
        .await?;
    let loaded = loaded.into_iter().map(record).collect::<Result<_, _>>()?;
    let sorted = in_order(&ids, loaded, |one: &StoredInvoice| one.id.0);
    Ok((sorted, pages))
}
