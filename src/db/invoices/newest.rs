//! The newest issued invoices of a customer or contract, and what was billed for metered use.

use sea_orm::sea_query::Cond;
use sea_orm::{
    ColumnTrait, ConnectionTrait, DbBackend, EntityTrait, PaginatorTrait, QueryFilter, QueryOrder,
    QuerySelect,
};

use super::list::within;
use super::{StoredInvoice, record};
use crate::access::{Reach, Scope};
use crate::billing::Money;
use crate::db::DbError;
use crate::db::convert::From;
use crate::db::entities::invoice;
use crate::db::txn::{Source, rows};

/// Whose invoices.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Whose<'a> {
    /// Those of the customer with this number.
    Customer(&'a str),
    /// Those of the contract with this number.
    Contract(&'a str),
}

/// At most `limit` issued invoices, newest first, and how many there are.
///
/// # Errors
/// `db.unreachable`, `db.corrupt-row`.
pub async fn newest(
    on: &impl Source,
    scope: Scope,
    whose: Whose<'_>,
    limit: u64,
) -> Result<(Vec<StoredInvoice>, u64), DbError> {
    let of = match whose {
        Whose::Customer(number) => invoice::Column::Customer.eq(number),
        Whose::Contract(number) => invoice::Column::Contract.eq(number),
    };
    let all = invoice::Entity::find().filter(
        Cond::all()
            .add(of)
            .add(invoice::Column::State.ne("frozen"))
            .add(within(scope)),
    );
    let count = all.clone().count(&on.on().0).await?;
    let found = all
        .order_by_desc(invoice::Column::IssueDate)
        .order_by_desc(invoice::Column::Id)
        .limit(limit)
        .all(&on.on().0)
        .await?;
    let invoices = found.into_iter().map(record).collect::<Result<_, _>>()?;
    Ok((invoices, count))
}

/// What the issued invoices of a contract come to without tax, less what credit notes gave back:
/// one sum a currency.
///
/// # Errors
/// `db.unreachable`, `db.corrupt-row`.
pub async fn net(on: &impl Source, scope: Scope, contract: &str) -> Result<Vec<Money>, DbError> {
    let kind = match on.on().0.get_database_backend() {
        DbBackend::Postgres => "view::jsonb ->> 'document_type'",
        _ => "json_extract(view, '$.document_type')",
    };
    let mut values = vec![contract.into()];
    let own = own("customer", scope, &mut values);
    let sql = format!(
        "SELECT currency, CAST(sum(CASE WHEN {kind} = 'credit_note' THEN -net_minor \
         ELSE net_minor END) AS bigint) AS net FROM invoice \
         WHERE contract = $1 AND state <> 'frozen'{own} GROUP BY currency ORDER BY currency"
    );
    let found = rows(on, &sql, values).await?;
    let sums = found.iter().map(|row| {
        let from = From {
            table: "invoice",
            id: &contract,
        };
        let currency: String = row.try_get("", "currency")?;
        from.money(row.try_get("", "net")?, &currency)
    });
    sums.collect()
}

/// A line for metered use on an issued invoice.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MeteredLine {
    /// The item.
    pub item: String,
    /// First day of service, as stored.
    pub from: String,
    /// First day after the service, as stored.
    pub to: String,
    /// The invoice's number.
    pub number: String,
    /// The whole line, as JSON text.
    pub body: String,
}

/// The lines for metered use of a contract whose service begins in a year, on issued invoices.
///
/// # Errors
/// `db.unreachable`.
pub async fn metered(
    on: &impl Source,
    scope: Scope,
    contract: &str,
    year: u16,
) -> Result<Vec<MeteredLine>, DbError> {
    let mut values = vec![
        contract.into(),
        format!("{year:04}-01-01").into(),
        format!("{year:04}-12-31").into(),
    ];
    let own = own("i.customer", scope, &mut values);
    let sql = format!(
        "SELECT l.item, l.service_from, l.service_to, i.number, l.body \
         FROM invoice_line l JOIN invoice i ON i.id = l.invoice \
         WHERE l.contract = $1 AND l.kind LIKE 'usage%' AND l.service_from BETWEEN $2 AND $3 \
         AND i.state <> 'frozen'{own} ORDER BY l.service_from, l.id"
    );
    let found = rows(on, &sql, values).await?;
    let lines = found.iter().map(|row| {
        Ok(MeteredLine {
            item: row.try_get("", "item")?,
            from: row.try_get("", "service_from")?,
            to: row.try_get("", "service_to")?,
            number: row.try_get("", "number")?,
            body: row.try_get("", "body")?,
        })
    });
    lines.collect()
}

/// The condition that a scope adds, with its value.
fn own(column: &str, scope: Scope, values: &mut Vec<sea_orm::Value>) -> String {
    match scope.reach() {
        Reach::All => String::new(),
        Reach::Customer(number) => {
            values.push(number.to_string().into());
            format!(" AND {column} = ${}", values.len())
        }
    }
}
