//! Issued invoices as a list: newest first, filtered, a page at a time.

use sea_orm::sea_query::{Cond, Expr, ExprTrait, LikeExpr, Query, SelectStatement};
use sea_orm::{
    ColumnTrait, Condition, EntityTrait, PaginatorTrait, QueryFilter, QueryOrder, QuerySelect,
};

use super::standing::{self, StandsOn};
use super::{InvoiceId, StoredInvoice, record};
use crate::access::{Reach, Scope};
use crate::db::DbError;
use crate::db::entities::invoice;
use crate::db::txn::Source;

/// What the list is narrowed to.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct InvoiceFilter {
    /// Part of a number or contract, or a whole customer number.
    pub text: Option<String>,
    /// Year of the issue date.
    pub year: Option<u16>,
    /// Where it stands.
    pub stands: Option<StandsOn>,
}

/// Where a page begins: behind the invoice with this date and id.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Cursor {
    /// Issue date as `YYYY-MM-DD`.
    pub date: String,
    /// Its id.
    pub id: InvoiceId,
}

/// A page of issued invoices.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct InvoicePage {
    /// The invoices, newest first.
    pub invoices: Vec<StoredInvoice>,
    /// How many there are in all pages.
    pub count: u64,
    /// Where the next page begins; none on the last one.
    pub next: Option<Cursor>,
}

/// A page of at most `limit` issued invoices behind a cursor.
///
/// # Errors
/// `db.unreachable`, `db.corrupt-row`.
pub async fn list(
    on: &impl Source,
    scope: Scope,
    filter: &InvoiceFilter,
    after: Option<&Cursor>,
    limit: u64,
) -> Result<InvoicePage, DbError> {
    let narrowed = condition(filter).add(within(scope));
    let count = invoice::Entity::find()
        .filter(narrowed.clone())
        .count(&on.on().0)
        .await?;
    let mut rows = invoice::Entity::find().filter(narrowed);
    if let Some(Cursor { date, id }) = after {
        let earlier = invoice::Column::IssueDate.lt(date.as_str());
        let same_day = Condition::all()
            .add(invoice::Column::IssueDate.eq(date.as_str()))
            .add(invoice::Column::Id.lt(id.0));
        rows = rows.filter(Condition::any().add(earlier).add(same_day));
    }
    let found = rows
        .order_by_desc(invoice::Column::IssueDate)
        .order_by_desc(invoice::Column::Id)
        .limit(limit.saturating_add(1))
        .all(&on.on().0)
        .await?;
    let more = found.len() as u64 > limit;
    let kept = found
        .into_iter()
        .take(usize::try_from(limit).unwrap_or(usize::MAX));
    let invoices = kept.map(record).collect::<Result<Vec<_>, _>>()?;
    let next = invoices.last().filter(|_| more).map(|last| Cursor {
        date: crate::db::day(last.head.issue_date),
        id: last.id,
    });
    Ok(InvoicePage {
        invoices,
        count,
        next,
    })
}

/// The years in which invoices were issued, newest first.
///
/// # Errors
/// `db.unreachable`.
pub async fn years(on: &impl Source, scope: Scope) -> Result<Vec<String>, DbError> {
    let (sql, values) = match scope.reach() {
        // A series gives the numbers of one year, and there are few of them.
        Reach::All => (
            "SELECT DISTINCT CAST(year AS TEXT) AS year FROM number_series WHERE next > 1 \
             ORDER BY year DESC",
            Vec::new(),
        ),
        Reach::Customer(number) => (
            "SELECT DISTINCT substr(issue_date, 1, 4) AS year FROM invoice \
             WHERE state <> 'frozen' AND customer = $1 ORDER BY year DESC",
            vec![number.to_string().into()],
        ),
    };
    let found = crate::db::txn::rows(on, sql, values).await?;
    found
        .iter()
        .map(|row| Ok(row.try_get("", "year")?))
        .collect()
}

/// Numbers of the issued invoices within reach whose view hash begins with these lower-case
/// hexadecimal digits.
///
/// # Errors
/// `db.unreachable`.
pub async fn numbers_by_hash(
    on: &impl Source,
    scope: Scope,
    prefix: &str,
) -> Result<Vec<String>, DbError> {
    // 'g' comes after every hexadecimal digit.
    let mut sql = "SELECT number FROM invoice WHERE view_hash >= $1 AND view_hash < $2 \
                   AND number IS NOT NULL"
        .to_owned();
    let mut bounds = vec![prefix.into(), format!("{prefix}g").into()];
    if let Reach::Customer(own) = scope.reach() {
        sql.push_str(" AND customer = $3");
        bounds.push(own.to_string().into());
    }
    sql.push_str(" ORDER BY id LIMIT 2");
    let found = crate::db::txn::rows(on, &sql, bounds).await?;
    found
        .iter()
        .map(|row| Ok(row.try_get("", "number")?))
        .collect()
}

/// Rows that a scope reaches.
pub(super) fn within(scope: Scope) -> Cond {
    match scope.reach() {
        Reach::All => Condition::all(),
        Reach::Customer(number) => {
            Condition::all().add(invoice::Column::Customer.eq(number.to_string()))
        }
    }
}

/// The ids of the invoices that a scope reaches, for rows that name theirs; none for all of them.
pub(in crate::db) fn within_reach(scope: Scope) -> Option<SelectStatement> {
    let Reach::Customer(number) = scope.reach() else {
        return None;
    };
    let mut own = Query::select();
    own.column(invoice::Column::Id)
        .from(invoice::Entity)
        .and_where(invoice::Column::Customer.eq(number.to_string()));
    Some(own)
}

fn condition(filter: &InvoiceFilter) -> Cond {
    let mut all = Condition::all().add(invoice::Column::State.ne("frozen"));
    if let Some(text) = &filter.text {
        // What is typed is text: its signs of LIKE are none.
        let mut pattern = String::from("%");
        for sign in text.to_uppercase().chars() {
            if matches!(sign, '%' | '_' | '\\') {
                pattern.push('\\');
            }
            pattern.push(sign);
        }
        pattern.push('%');
        let like = |column: invoice::Column| {
            let upper = Expr::cust(format!("upper({})", sea_orm::Iden::to_string(&column)));
            upper.like(LikeExpr::new(pattern.as_str()).escape('\\'))
        };
        let any = Condition::any()
            .add(like(invoice::Column::Number))
            .add(like(invoice::Column::Contract))
            .add(invoice::Column::Customer.eq(text.as_str()));
        all = all.add(any);
    }
    if let Some(year) = filter.year {
        let first = format!("{year:04}-01-01");
        let last = format!("{year:04}-12-31");
        all = all.add(invoice::Column::IssueDate.between(first, last));
    }
    if let Some(stands) = filter.stands {
        all = all.add(Expr::cust(standing::condition("invoice", stands)));
    }
    all
}
