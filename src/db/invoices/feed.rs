//! Heads of issued invoices for programs: newest first, without the frozen view and the count.

use std::collections::{BTreeMap, BTreeSet};

use chrono::{DateTime, NaiveDate, Utc};
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter, QueryResult, QuerySelect};

use super::InvoiceId;
use super::search::{Many, few, looked_for, within};
use super::standing::{self, StandsOn};
use crate::access::Scope;
use crate::billing::Money;
use crate::db::DbError;
use crate::db::browse::Mark;
use crate::db::convert::From;
use crate::db::entities::invoice;
use crate::db::filter::{Filter, cut};
use crate::db::txn::{Source, rows};

/// Where a page begins: behind the invoice with this date and id.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct HeadCursor {
    /// Issue date as `YYYY-MM-DD`.
    pub date: String,
    /// Its id.
    pub id: InvoiceId,
}

/// What the heads are narrowed to.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct HeadFilter {
    /// Part of a number or contract, or a whole customer number.
    pub text: Option<String>,
    /// Year of the issue date.
    pub year: Option<u16>,
    /// A customer's number.
    pub customer: Option<String>,
    /// A contract's number.
    pub contract: Option<String>,
    /// Where it stands.
    pub stands: Option<StandsOn>,
}

/// The head of an issued invoice.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct IssuedHead {
    /// Its id.
    pub id: InvoiceId,
    /// Its number.
    pub number: String,
    /// Code of the type of document.
    pub kind: String,
    /// The date it carries.
    pub issue_date: NaiveDate,
    /// When it is to be paid.
    pub due_date: NaiveDate,
    /// The customer's number.
    pub customer: String,
    /// The contract's number.
    pub contract: String,
    /// Without tax.
    pub net: Money,
    /// Tax.
    pub tax: Money,
    /// Net and tax.
    pub gross: Money,
    /// What was to be paid when it was issued.
    pub payable: Money,
    /// When it got its number.
    pub issued_at: DateTime<Utc>,
    /// When it was taken back, if it was.
    pub cancelled_at: Option<DateTime<Utc>>,
}

/// At most `limit` heads behind a cursor, and where the next page begins.
///
/// # Errors
/// `db.unreachable`, `db.corrupt-row`.
pub async fn feed(
    on: &impl Source,
    scope: Scope,
    asked: &HeadFilter,
    (after, limit): (Option<&HeadCursor>, u64),
) -> Result<(Vec<IssuedHead>, Option<HeadCursor>), DbError> {
    let mut filter = Filter::new(on);
    filter.add("i.state <> 'frozen'".to_owned());
    within(&mut filter, scope);
    if let Some(text) = &asked.text {
        let few = few(on, scope, text).await?;
        looked_for(&mut filter, text, few.as_deref());
        first_of_many(&mut filter, scope, asked, few.as_deref(), (after, limit));
    }
    narrow(&mut filter, asked);
    if let Some(HeadCursor { date, id }) = after {
        let date = filter.value(date.as_str());
        let id = filter.value(id.0);
        filter.add(format!("(i.issue_date, i.id) < ({date}, {id})"));
    }
    let kind = filter.view_kind();
    let (condition, values) = filter.parts();
    let sql = format!(
        "SELECT i.id, i.number, {kind} AS kind, i.issue_date, i.due_date, i.customer, \
         i.contract, i.currency, i.net_minor, i.tax_minor, i.gross_minor, i.payable_minor, \
         i.issued_at, i.cancelled_at FROM invoice i WHERE {condition} \
         ORDER BY i.issue_date DESC, i.id DESC LIMIT {}",
        limit.saturating_add(1)
    );
    let found = rows(on, &sql, values).await?;
    let mut heads = found.iter().map(head).collect::<Result<Vec<_>, _>>()?;
    let more = cut(&mut heads, limit);
    let next = heads.last().filter(|_| more).map(|last| HeadCursor {
        date: crate::db::day(last.issue_date),
        id: last.id,
    });
    Ok((heads, next))
}

/// Where many have the text, the first of them are looked up in their order.
fn first_of_many(
    filter: &mut Filter,
    scope: Scope,
    asked: &HeadFilter,
    few: Option<&str>,
    (after, limit): (Option<&HeadCursor>, u64),
) {
    let plain = (&asked.customer, &asked.contract, asked.stands) == (&None, &None, None);
    let text = asked.text.as_deref().filter(|_| plain);
    let Some(many) = Many::of(filter, scope, (text, asked.year), few) else {
        return;
    };
    let mark = after.map(|HeadCursor { date, id }| Mark {
        value: date.clone(),
        id: id.0.to_string(),
    });
    let beyond = mark.as_ref().map(|mark| (mark, false));
    if let Some(first) = many.first(filter, beyond, (false, limit.saturating_add(1))) {
        filter.add(format!("i.id IN ({first})"));
    }
}

fn narrow(filter: &mut Filter, asked: &HeadFilter) {
    if let Some(year) = asked.year {
        let first = filter.value(format!("{year:04}-01-01"));
        let last = filter.value(format!("{year:04}-12-31"));
        filter.add(format!("i.issue_date BETWEEN {first} AND {last}"));
    }
    if let Some(stands) = asked.stands {
        filter.add(standing::condition("i", stands));
    }
    for (column, wanted) in [("customer", &asked.customer), ("contract", &asked.contract)] {
        if let Some(wanted) = wanted {
            let place = filter.value(wanted.as_str());
            filter.add(format!("i.{column} = {place}"));
        }
    }
}

fn head(row: &QueryResult) -> Result<IssuedHead, DbError> {
    let id: i64 = row.try_get("", "id")?;
    let from = From {
        table: "invoice",
        id: &id,
    };
    let text = |column: &str| row.try_get::<String>("", column);
    let maybe = |column: &str| row.try_get::<Option<String>>("", column);
    let currency = text("currency")?;
    let money = |column: &str| from.money(row.try_get("", column)?, &currency);
    let instant = |text: Option<String>| text.map(|text| from.instant(&text)).transpose();
    let issued_at = instant(maybe("issued_at")?)?;
    Ok(IssuedHead {
        number: text("number")?,
        kind: text("kind")?,
        issue_date: from.date(&text("issue_date")?)?,
        due_date: from.date(&text("due_date")?)?,
        customer: text("customer")?,
        contract: text("contract")?,
        net: money("net_minor")?,
        tax: money("tax_minor")?,
        gross: money("gross_minor")?,
        payable: money("payable_minor")?,
        issued_at: issued_at.ok_or_else(|| from.corrupt("no instant of issue"))?,
        cancelled_at: instant(maybe("cancelled_at")?)?,
        id: InvoiceId(id),
    })
}

/// Numbers of invoices by their ids; drafts have none.
///
/// # Errors
/// `db.unreachable`.
pub(in crate::db) async fn numbers_of(
    on: &impl Source,
    ids: BTreeSet<i64>,
) -> Result<BTreeMap<i64, String>, DbError> {
    if ids.is_empty() {
        return Ok(BTreeMap::new());
    }
    let known: Vec<(i64, Option<String>)> = invoice::Entity::find()
        .select_only()
        .columns([invoice::Column::Id, invoice::Column::Number])
        .filter(invoice::Column::Id.is_in(ids))
        .into_tuple()
        .all(&on.on().0)
        .await?;
    let numbered = known.into_iter();
    Ok(numbered
        .filter_map(|(id, number)| Some((id, number?)))
        .collect())
}
