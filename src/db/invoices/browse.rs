//! Issued invoices in any of their orders.

use sea_orm::{ColumnTrait, EntityTrait, QueryFilter};

use super::list::InvoiceFilter;
use super::place::Years;
use super::search::{MOST, Many, counting_few, looked_for, within};
use super::standing::{self, Stands, StandsOn, gives_back};
use super::{StoredInvoice, record};
use crate::access::{Reach, Scope};
use crate::db::DbError;
use crate::db::browse::{Near, Ordered, Pages, Window, before, found, how_many, in_order};
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
        near: None,
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
        filter.add(standing::condition("i", stands));
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
        others = others.saturating_add(how_many(on, &ordered, (&filter, None)).await?);
    }
    Ok(Some(all.saturating_sub(others)))
}

/// Has a number.
const ISSUED: &str = "i.state <> 'frozen'";

/// The first of many that have a text, for a page in the order of the list.
fn first_of(many: Many) -> Near {
    Box::new(move |filter, mark, ascending, limit| {
        let beyond = mark.map(|mark| (mark, ascending));
        many.first(filter, beyond, (ascending, limit))
    })
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
    let few = counting_few(on, scope, asked).await?;
    let few = few.as_deref();
    let counting = counting(on, scope, asked, few).await?;
    let text = asked.text.as_deref().filter(|_| asked.stands.is_none());
    let many = Many::of(&counting, scope, (text, asked.year), few);
    let mut ordered = ordered(&counting, window.by);
    // A customer's own are few, and are not looked for in an index.
    let common = asked.text.is_some() && few.is_none() && scope.reach() == Reach::All;
    let most = common.then_some(MOST);
    let all = match (from_series(on, scope, asked).await?, &many) {
        (Some(all), _) => all,
        (None, Some(many)) => many.count(on, None).await?,
        (None, None) => how_many(on, &ordered, (&counting, most)).await?,
    };
    let by_day = window.by == InvoiceOrder::Issued;
    let many = many.filter(|_| by_day);
    ordered.near = many.clone().map(first_of);
    let mut filter = Filter::new(on);
    filter.add(ISSUED.to_owned());
    narrow(&mut filter, scope, asked, few);
    let found = found(on, &ordered, &filter, window).await?;
    let years = Years::of(scope, asked).filter(|_| by_day);
    let before = match (found.mark(), many, years) {
        (None, ..) => 0,
        (Some(mark), Some(many), _) => many.count(on, Some((mark, window.descending))).await?,
        (Some(mark), _, Some(years)) => {
            years
                .before(on, (&ordered, &counting), (mark, window.descending))
                .await?
        }
        (Some(mark), ..) => {
            let place = (mark, window.descending);
            before(on, &ordered, (&counting, most), place).await?
        }
    };
    let (ids, pages) = match common {
        true => found.pages_of_many((before, all), MOST),
        false => found.pages(before, all),
    };
    let loaded = invoice::Entity::find()
        .filter(invoice::Column::Id.is_in(ids.iter().copied()))
        .all(&on.on().0)
        .await?;
    let loaded = loaded.into_iter().map(record).collect::<Result<_, _>>()?;
    let sorted = in_order(&ids, loaded, |one: &StoredInvoice| one.id.0);
    Ok((sorted, pages))
}
