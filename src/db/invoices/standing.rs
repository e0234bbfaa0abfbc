//! Where issued invoices stand, as a condition of lists, and the sums of what a list holds.

use chrono::NaiveDate;
use sea_orm::DbBackend;

use super::browse::narrow;
use super::list::InvoiceFilter;
use super::search::counting_few;
use crate::access::Scope;
use crate::billing::{Currency, Money};
use crate::db::DbError;
use crate::db::convert::{From, day};
use crate::db::filter::{AsOf, Filter};
use crate::db::payments::receivables::{allocated, owed};
use crate::db::txn::{Source, rows};

/// Where an invoice stands. What was taken back stands nowhere else.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Stands {
    /// Something is open of it, on either side.
    Open,
    /// An invoice that is open behind its due date.
    Overdue,
    /// An invoice of which a part has come in.
    Partly,
    /// Nothing is open of it.
    Settled,
    /// It was taken back by another document.
    Cancelled,
}

impl Stands {
    /// All, with their codes.
    pub const ALL: [(&'static str, Self); 5] = [
        ("open", Self::Open),
        ("overdue", Self::Overdue),
        ("partly", Self::Partly),
        ("settled", Self::Settled),
        ("cancelled", Self::Cancelled),
    ];

    /// The one with this code.
    #[must_use]
    pub fn of_code(code: &str) -> Option<Self> {
        let found = Self::ALL.into_iter().find(|(own, _)| *own == code);
        found.map(|(_, one)| one)
    }

    /// Its code.
    #[must_use]
    pub fn code(self) -> &'static str {
        let found = Self::ALL.into_iter().find(|(_, one)| *one == self);
        found.map_or("", |(code, _)| code)
    }
}

/// Invoices that stand somewhere on a day.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct StandsOn {
    /// Where.
    pub stands: Stands,
    /// The day after which a due date is still to come.
    pub day: NaiveDate,
}

/// Rows of the invoices under an alias that stand there. The list of what is open is kept by the
/// database: it is short beside the table, and says what is settled by what it leaves out.
pub(super) fn condition(alias: &str, on: StandsOn) -> String {
    let listed = format!("{alias}.state = 'issued' AND {alias}.id IN (SELECT invoice FROM");
    let back = format!("EXISTS (SELECT 1 FROM credit_note n WHERE n.invoice = {alias}.id)");
    match on.stands {
        Stands::Open => format!("({listed} open_document))"),
        Stands::Overdue => {
            let today = day(on.day);
            format!("({listed} open_document WHERE due_date < '{today}') AND NOT {back})")
        }
        Stands::Partly => format!(
            "({listed} open_document) AND NOT {back} AND (SELECT COALESCE(SUM(a.amount_minor), 0) \
             FROM allocation a WHERE a.invoice = {alias}.id) <> 0)"
        ),
        Stands::Settled => format!(
            "({alias}.state = 'issued' AND NOT EXISTS \
             (SELECT 1 FROM open_document o WHERE o.invoice = {alias}.id))"
        ),
        Stands::Cancelled => format!("{alias}.state = 'cancelled'"),
    }
}

/// Is the document under an alias a credit note? Its amounts stand above zero and count below it.
/// An index holds the amounts with their sign by these words; elsewhere the list of credit notes
/// says it without reading the document.
pub(in crate::db) fn gives_back(backend: DbBackend, alias: &str) -> String {
    let place = match backend {
        DbBackend::Postgres => "strpos",
        _ => "instr",
    };
    format!("({place}({alias}.view, '\"document_type\":\"credit_note\"') > 0)")
}

/// What the documents of a list come to in one currency; a credit note counts below zero.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Sums {
    /// Without tax.
    pub net: Money,
    /// Tax.
    pub tax: Money,
    /// Net and tax.
    pub gross: Money,
    /// What is open of them.
    pub open: Money,
}

/// The sums of all documents of a list, by currency. They cost a look at each of them.
///
/// # Errors
/// `db.unreachable`, `db.corrupt-row`.
pub async fn sums(
    on: &impl Source,
    scope: Scope,
    asked: &InvoiceFilter,
    at: AsOf,
) -> Result<Vec<(Currency, Sums)>, DbError> {
    let few = counting_few(on, scope, asked).await?;
    let mut filter = Filter::of_versions(on, at);
    filter.add("i.state <> 'frozen'".to_owned());
    narrow(&mut filter, scope, asked, few.as_deref());
    let sign = "(CASE WHEN back.invoice IS NULL THEN 1 ELSE -1 END)";
    let signed = |column: &str| format!("CAST(SUM({sign} * i.{column}) AS BIGINT)");
    let (net, tax, gross) = (
        signed("net_minor"),
        signed("tax_minor"),
        signed("gross_minor"),
    );
    let (condition, values) = filter.parts();
    let sql = format!(
        "SELECT i.currency, {net} AS net, {tax} AS tax, {gross} AS gross, \
         CAST(SUM(CASE WHEN listed.invoice IS NULL THEN 0 ELSE {} - {} END) AS BIGINT) AS open \
         FROM invoice i LEFT JOIN open_document listed ON listed.invoice = i.id \
         LEFT JOIN credit_note back ON back.invoice = i.id \
         WHERE {condition} GROUP BY i.currency ORDER BY i.currency",
        owed(),
        allocated()
    );
    let mut all = Vec::new();
    for row in rows(on, &sql, values).await? {
        let currency: String = row.try_get("", "currency")?;
        let from = From {
            table: "invoice",
            id: &"sums",
        };
        let money = |column: &str| from.money(row.try_get("", column)?, &currency);
        let sums = Sums {
            net: money("net")?,
            tax: money("tax")?,
            gross: money("gross")?,
            open: money("open")?,
        };
        all.push((sums.net.currency(), sums));
    }
    Ok(all)
}
