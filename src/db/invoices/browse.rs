//! Issued invoices in any of their orders.

use sea_orm::{ColumnTrait, EntityTrait, QueryFilter};

use super::list::InvoiceFilter;
use super::standing::{self, Stands, StandsOn, gives_back};
use super::{StoredInvoice, record};
use crate::access::{Reach, Scope};
use crate::db::DbError;
use crate::db::browse::{Ordered, Pages, Window, counted, how_many, in_order};
use crate::db::convert::body;
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
            let back = gives_back(filter.backend(), "i");
            format!("(CASE WHEN {back} THEN -i.gross_minor ELSE i.gross_minor END)")
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

/// Up to this many hits are found first and then put into their order.
const FEW: u64 = 2_000;

/// The ids of the invoices that have a text, as a list in JSON; none when they are many. Numbers
/// are looked through in their index, which is a fraction of the table; contracts are few, and
/// each leads to its invoices.
pub(super) async fn few(
    on: &impl Source,
    scope: Scope,
    text: &str,
) -> Result<Option<String>, DbError> {
    let mut filter = Filter::new(on);
    within(&mut filter, scope);
    let number = filter.any_holds(&["i.number".to_owned()], text);
    let contract = filter.any_holds(&["c.id".to_owned()], text);
    let customer = filter.value(text);
    let (own, values) = filter.parts();
    // Each look-up has an index of its own; a row that two of them find is counted twice.
    let sql = format!(
        "SELECT i.id FROM invoice i WHERE {number} AND {own} UNION ALL \
         SELECT i.id FROM invoice i WHERE i.contract IN \
         (SELECT c.id FROM contract c WHERE {contract}) AND {own} UNION ALL \
         SELECT i.id FROM invoice i WHERE i.customer = {customer} AND {own} LIMIT {}",
        FEW.saturating_add(1)
    );
    let found = rows(on, &sql, values).await?;
    if found.len() as u64 > FEW {
        return Ok(None);
    }
    let ids = found.iter().map(|row| row.try_get::<i64>("", "id"));
    let ids: Vec<i64> = ids.collect::<Result<_, _>>()?;
    Ok(Some(body("invoice", &ids)?))
}

/// Rows `i` that a scope reaches.
pub(super) fn within(filter: &mut Filter, scope: Scope) {
    if let Reach::Customer(number) = scope.reach() {
        let own = filter.value(number.to_string());
        filter.add(format!("i.customer = {own}"));
    }
}

/// Rows `i` that have a text: in their number or contract, or it is their customer's number.
fn has(filter: &mut Filter, text: &str) {
    let any = filter.any_holds(&["i.number".to_owned(), "i.contract".to_owned()], text);
    let customer = filter.value(text);
    filter.add(format!("({any} OR i.customer = {customer})"));
}

/// Rows `i` that have a text, where [`few`] has looked for it before.
pub(super) fn looked_for(filter: &mut Filter, text: &str, few: Option<&str>) {
    let Some(ids) = few else {
        // Many have it: looked for in each row as it comes by, the first page is soon full.
        return has(filter, text);
    };
    let ids = filter.value(ids);
    let listed = if filter.postgres() {
        format!("SELECT CAST(value AS BIGINT) FROM json_array_elements_text({ids}::json)")
    } else {
        format!("SELECT value FROM json_each({ids})")
    };
    filter.add(format!("i.id IN ({listed})"));
}

/// As [`few`], for the text of a filter that has one.
pub(super) async fn counting_few(
    on: &impl Source,
    scope: Scope,
    asked: &InvoiceFilter,
) -> Result<Option<String>, DbError> {
    match &asked.text {
        Some(text) => few(on, scope, text).await,
        None => Ok(None),
    }
}

pub(super) fn narrow(filter: &mut Filter, scope: Scope, asked: &InvoiceFilter, few: Option<&str>) {
    within(filter, scope);
    if let Some(text) = &asked.text {
        looked_for(filter, text, few);
    }
    if let Some(year) = asked.year {
        let first = filter.value(format!("{year:04}-01-01"));
        let last = filter.value(format!("{year:04}-12-31"));
        filter.add(format!("i.issue_date BETWEEN {first} AND {last}"));
    }
    if let Some(stands) = asked.stands {
        filter.add(standing::condition(filter.backend(), "i", stands));
    }
}

/// Documents that have no number are in no list; while there are none, a count need not look for
/// them and stays within an index.
async fn counting(
    on: &impl Source,
    scope: Scope,
    asked: &InvoiceFilter,
    few: Option<&str>,
) -> Result<Filter, DbError> {
    let frozen = "SELECT 1 AS one FROM invoice WHERE number IS NULL LIMIT 1";
    let mut filter = Filter::new(on);
    narrow(&mut filter, scope, asked, few);
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
    let stands = asked.stands.map(|on| on.stands);
    let counted = matches!(stands, None | Some(Stands::Settled));
    if scope.reach() != Reach::All || asked.text.is_some() || !counted {
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
    let all = count(on, &sql, values).await?;
    if stands.is_none() {
        return Ok(Some(all));
    }
    // Most are settled: those that are not are counted instead.
    let mut others = 0_u64;
    for stands in [Stands::Open, Stands::Cancelled] {
        let asked = InvoiceFilter {
            stands: asked.stands.map(|on| StandsOn { stands, ..on }),
            ..asked.clone()
        };
        let mut filter = Filter::new(on);
        narrow(&mut filter, scope, &asked, None);
        let ordered = ordered(&filter, InvoiceOrder::Issued);
        others = others.saturating_add(how_many(on, &ordered, &filter).await?);
    }
    Ok(Some(all.saturating_sub(others)))
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
    let few = counting_few(on, scope, asked).await?;
    let few = few.as_deref();
    let counting = counting(on, scope, asked, few).await?;
    let ordered = ordered(&counting, window.by);
    let all = match from_series(on, scope, asked).await? {
        Some(all) => all,
        None => how_many(on, &ordered, &counting).await?,
    };
    let mut filter = Filter::new(on);
    filter.add(ISSUED.to_owned());
    narrow(&mut filter, scope, asked, few);
    let (ids, pages) = counted(on, &ordered, (&filter, &counting), all, window).await?;
    let loaded = invoice::Entity::find()
        .filter(invoice::Column::Id.is_in(ids.iter().copied()))
        .all(&on.on().0)
        .await?;
    let loaded = loaded.into_iter().map(record).collect::<Result<_, _>>()?;
    let sorted = in_order(&ids, loaded, |one: &StoredInvoice| one.id.0);
    Ok((sorted, pages))
}
