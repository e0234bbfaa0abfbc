//! What issued documents are over and what is allocated to them: by document, on a day, as known
//! at an instant. One statement, however many documents there are.

use std::collections::HashMap;

use chrono::NaiveDate;
use sea_orm::Value;

use crate::access::{Program, Reach, Scope};
use crate::billing::Money;
use crate::billing::outlook::Receivable;
use crate::db::DbError;
use crate::db::convert::{From, day};
use crate::db::filter::{AsOf, Filter};
use crate::db::invoices::InvoiceId;
use crate::db::txn::{Source, rows};

/// What an issued document is over, and what has come in for it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Standing {
    /// The document.
    pub invoice: InvoiceId,
    /// What the ledger says it is over; below zero for a credit note.
    pub owed: Money,
    /// What is allocated to it, of the same sign.
    pub allocated: Money,
    /// The newest day on which something was allocated.
    pub last_on: Option<NaiveDate>,
    /// What is left of payments that were meant for it.
    pub over: Money,
}

/// Open documents on a day, all or those of one customer, in order of due date and number: what
/// `billing::outlook` counts. Settled ones are left out.
///
/// Of today's the database keeps the amounts; of an earlier day those are worked out of which
/// something was allocated since.
///
/// # Errors
/// `db.unreachable`, `db.corrupt-row`.
pub async fn receivables(
    on: &impl Source,
    (scope, customer): (Scope, Option<u32>),
    at: AsOf,
) -> Result<Vec<Receivable>, DbError> {
    let mut filter = Filter::of_versions(on, at);
    filter.add("i.state <> 'frozen' AND i.issue_date <= $2 AND i.issued_at <= $1".to_owned());
    let reach = match scope.reach() {
        Reach::Customer(number) => Some(number),
        Reach::All => None,
    };
    for number in reach.into_iter().chain(customer) {
        let place = filter.value(number.to_string());
        filter.add(format!("PARTY.customer = {place}"));
    }
    let (conditions, values) = filter.parts();
    // A cross join is walked in the order in which it stands on SQLite, and as any other on
    // PostgreSQL.
    let kept = format!(
        "SELECT i.id, i.number, i.customer, i.currency, i.due_date, o.owed_minor AS owed, \
         o.allocated_minor AS allocated FROM open_document o CROSS JOIN invoice i \
         WHERE o.invoice = i.id AND {} AND o.invoice NOT IN ({LATER})",
        conditions.replace("PARTY", "o")
    );
    let later = format!("{} AND i.id IN ({LATER})", conditions.replace("PARTY", "i"));
    // Left to itself, either database works both sums out twice: to compare them and to show them.
    let later = format!(
        "WITH o AS MATERIALIZED ({}) SELECT * FROM o WHERE o.owed <> o.allocated",
        documents(&later, "")
    );
    let mut open = Vec::new();
    for sql in [kept, later] {
        for row in rows(on, &sql, values.clone()).await? {
            open.push(receivable(&row)?);
        }
    }
    // Not in the statement: PostgreSQL would order numbers as its locale has it.
    open.sort_by(|a, b| (a.due, &a.number).cmp(&(b.due, &b.number)));
    Ok(open)
}

/// Documents that are settled now, and may not have been on the day or by what was known then.
const LATER: &str = "SELECT a.invoice FROM allocation a \
    WHERE a.allocated_on > $2 OR a.recorded_at > $1 \
    UNION ALL SELECT a.credit_note FROM allocation a \
    WHERE a.credit_note IS NOT NULL AND (a.allocated_on > $2 OR a.recorded_at > $1)";

/// Where a page of open documents begins: behind a due date and a document of that day.
pub type Behind = (NaiveDate, InvoiceId);

/// A page of open documents by due date, and for each the place behind which the next one begins.
/// It costs as much in a large book as in a small one: it walks along the list of what is open.
///
/// # Errors
/// `db.unreachable`, `db.corrupt-row`.
pub async fn open_page(
    on: &impl Source,
    (scope, customer): (Scope, Option<u32>),
    at: AsOf,
    (after, limit): (Option<Behind>, u64),
) -> Result<Vec<(Behind, Receivable)>, DbError> {
    let mut filter = Filter::of_versions(on, at);
    filter.add("i.state <> 'frozen' AND i.issue_date <= $2 AND i.issued_at <= $1".to_owned());
    let reach = match scope.reach() {
        Reach::Customer(number) => Some(number),
        Reach::All => None,
    };
    for number in reach.into_iter().chain(customer) {
        let place = filter.value(number.to_string());
        filter.add(format!("PAGE.customer = {place}"));
    }
    if let Some((due, InvoiceId(id))) = after {
        let (due, id) = (filter.value(day(due)), filter.value(id));
        filter.add(format!(
            "(PAGE.due_date > {due} OR (PAGE.due_date = {due} AND PAGE.id > {id}))"
        ));
    }
    let (conditions, values) = filter.parts();
    // A cross join is walked in the order in which it stands on SQLite, and as any other on
    // PostgreSQL: left alone, SQLite takes every document up to the day and sorts them.
    let listed = conditions.replace("PAGE.id", "o.invoice");
    let listed = page_of(
        "open_document o CROSS JOIN invoice i",
        &format!("o.invoice = i.id AND {}", listed.replace("PAGE", "o")),
        ("o.due_date, o.invoice", limit),
    );
    let later = format!(
        "{} AND i.id IN ({LATER}) AND i.id NOT IN (SELECT invoice FROM open_document)",
        conditions.replace("PAGE", "i")
    );
    let later = page_of("invoice i", &later, ("i.due_date, i.id", limit));
    let mut found = Vec::new();
    for sql in [listed, later] {
        for row in rows(on, &sql, values.clone()).await? {
            let receivable = receivable(&row)?;
            let id = InvoiceId(row.try_get("", "id")?);
            found.push(((receivable.due, id), receivable));
        }
    }
    found.sort_by_key(|(place, _)| *place);
    found.truncate(usize::try_from(limit).unwrap_or(usize::MAX));
    Ok(found)
}

/// Numbers of issued documents that stand in the list of what is open and are settled, the other
/// way round, or stand there with other amounts: the triggers that keep it were taken away for a
/// while.
///
/// # Errors
/// `db.unreachable`.
pub async fn misplaced(on: &impl Source, _: Program) -> Result<Vec<String>, DbError> {
    let all = "(SELECT COALESCE(SUM(a.amount_minor), 0) FROM allocation a WHERE a.invoice = i.id) \
        - (SELECT COALESCE(SUM(c.amount_minor), 0) FROM allocation c WHERE c.credit_note = i.id)";
    let sql = format!(
        "SELECT s.number FROM (SELECT i.id, i.number, {} AS owed, {all} AS allocated \
         FROM invoice i WHERE i.number IS NOT NULL) AS s \
         LEFT JOIN open_document o ON o.invoice = s.id \
         WHERE CASE WHEN o.invoice IS NULL THEN s.owed <> s.allocated \
         ELSE s.owed = s.allocated OR s.owed <> o.owed_minor \
         OR s.allocated <> o.allocated_minor END ORDER BY s.id",
        owed()
    );
    let found = rows(on, &sql, Vec::new()).await?;
    let number = |row: &sea_orm::QueryResult| Ok(row.try_get("", "number")?);
    found.iter().map(number).collect()
}

fn page_of(from: &str, conditions: &str, (order, limit): (&str, u64)) -> String {
    let (owed, allocated) = (owed(), allocated());
    format!(
        "SELECT i.id, i.number, i.customer, i.currency, i.due_date, {owed} AS owed, \
         {allocated} AS allocated FROM {from} \
         WHERE {conditions} AND {owed} <> {allocated} ORDER BY {order} LIMIT {limit}"
    )
}

fn receivable(row: &sea_orm::QueryResult) -> Result<Receivable, DbError> {
    let number: String = row.try_get("", "number")?;
    let from = From {
        table: "invoice",
        id: &number,
    };
    let customer: String = row.try_get("", "customer")?;
    let currency: String = row.try_get("", "currency")?;
    let due: String = row.try_get("", "due_date")?;
    Ok(Receivable {
        customer: customer.parse().map_err(|why| from.corrupt(why))?,
        due: from.date(&due)?,
        gross: from.money(row.try_get("", "owed")?, &currency)?,
        allocated: from.money(row.try_get("", "allocated")?, &currency)?,
        number: number.clone(),
    })
}

/// Where these documents stand on a day. A document that is not issued by then has no entry.
///
/// # Errors
/// `db.unreachable`, `db.corrupt-row`.
pub async fn standings(
    on: &impl Source,
    invoices: &[InvoiceId],
    at: AsOf,
) -> Result<HashMap<InvoiceId, Standing>, DbError> {
    let mut all = HashMap::with_capacity(invoices.len());
    // Both databases bind thousands of values; a page asks for dozens.
    for some in invoices.chunks(1_000) {
        let mut filter = Filter::of_versions(on, at);
        filter.add("i.state <> 'frozen' AND i.issue_date <= $2 AND i.issued_at <= $1".to_owned());
        let places: Vec<String> = some.iter().map(|id| filter.value(id.0)).collect();
        filter.add(format!("i.id IN ({})", places.join(", ")));
        let (conditions, values) = filter.parts();
        let sql = documents(&conditions, &last_and_left());
        for row in rows(on, &sql, values).await? {
            let standing = standing(&row)?;
            all.insert(standing.invoice, standing);
        }
    }
    Ok(all)
}

fn standing(row: &sea_orm::QueryResult) -> Result<Standing, DbError> {
    let id: i64 = row.try_get("", "id")?;
    let from = From {
        table: "invoice",
        id: &id,
    };
    let currency: String = row.try_get("", "currency")?;
    let last_on: Option<String> = row.try_get("", "last_on")?;
    Ok(Standing {
        invoice: InvoiceId(id),
        owed: from.money(row.try_get("", "owed")?, &currency)?,
        allocated: from.money(row.try_get("", "allocated")?, &currency)?,
        last_on: last_on.map(|text| from.date(&text)).transpose()?,
        over: from.money(row.try_get("", "left_over")?, &currency)?,
    })
}

/// Documents with what they are over and what is allocated to them. `$1` is the instant as known
/// at, `$2` the day. What a document is over is what its entry posts to the customer's account: the
/// sign of a credit note stands in the ledger, not in its amounts.
fn documents(conditions: &str, more: &str) -> String {
    format!(
        "SELECT i.id, i.number, i.customer, i.currency, i.due_date, {} AS owed, \
         {} AS allocated {more} FROM invoice i WHERE {conditions}",
        owed(),
        allocated(),
    )
}

/// What the document `i` is over.
pub(in crate::db) const fn owed() -> &'static str {
    "(SELECT CAST(COALESCE(SUM(p.debit_minor - p.credit_minor), 0) AS BIGINT) \
        FROM ledger_entry e JOIN posting p ON p.entry = e.id \
        WHERE e.invoice = i.id AND p.currency = i.currency \
        AND CAST(p.account AS BIGINT) = CAST(i.customer AS BIGINT))"
}

/// What is allocated to the document `i` on the day `$2`, as known at `$1`.
pub(in crate::db) fn allocated() -> String {
    let known = |alias: &str| format!("{alias}.allocated_on <= $2 AND {alias}.recorded_at <= $1");
    format!(
        "((SELECT CAST(COALESCE(SUM(a.amount_minor), 0) AS BIGINT) FROM allocation a \
            WHERE a.invoice = i.id AND {a}) \
         - (SELECT CAST(COALESCE(SUM(c.amount_minor), 0) AS BIGINT) FROM allocation c \
            WHERE c.credit_note = i.id AND {c}))",
        a = known("a"),
        c = known("c"),
    )
}

/// The newest day of an allocation, and what is left of payments that were meant for the document.
fn last_and_left() -> String {
    let known = |alias: &str| format!("{alias}.allocated_on <= $2 AND {alias}.recorded_at <= $1");
    format!(
        ", (SELECT MAX(l.allocated_on) FROM allocation l \
            WHERE (l.invoice = i.id OR l.credit_note = i.id) AND {l}) AS last_on, \
         (SELECT CAST(COALESCE(SUM(y.amount_minor), 0) AS BIGINT) FROM payment y \
            WHERE y.meant_for = i.id AND y.currency = i.currency AND y.received_on <= $2 \
            AND y.recorded_at <= $1) \
         - (SELECT CAST(COALESCE(SUM(b.amount_minor), 0) AS BIGINT) FROM allocation b \
            JOIN payment z ON z.id = b.payment WHERE z.meant_for = i.id \
            AND z.currency = i.currency AND {b}) \
         - (SELECT CAST(COALESCE(SUM(r.amount_minor), 0) AS BIGINT) FROM refund r \
            JOIN payment w ON w.id = r.payment WHERE w.meant_for = i.id \
            AND w.currency = i.currency AND r.state = 'returned' AND r.returned_on <= $2) \
         AS left_over",
        b = known("b"),
        l = known("l"),
    )
}

/// What the ledger holds against each customer, by currency, next to what its documents leave open
/// and what is left of its payments: the first is the second less the third, or something was
/// changed by hand.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CustomerBalance {
    /// Customer number.
    pub customer: String,
    /// Balance of its account.
    pub ledger: Money,
    /// Sum of its open documents.
    pub open: Money,
    /// Sum of what is left of its payments.
    pub left: Money,
}

/// The balances of all customers that have one.
///
/// # Errors
/// `db.unreachable`, `db.corrupt-row`.
pub async fn balances(on: &impl Source, _: Program) -> Result<Vec<CustomerBalance>, DbError> {
    let sql = "SELECT s.customer, s.currency, \
         CAST(SUM(s.ledger) AS BIGINT) AS ledger, CAST(SUM(s.open) AS BIGINT) AS open, \
         CAST(SUM(s.left_over) AS BIGINT) AS left_over FROM ( \
         SELECT c.id AS customer, p.currency, p.debit_minor - p.credit_minor AS ledger, \
           0 AS open, 0 AS left_over \
           FROM customer c JOIN posting p ON CAST(p.account AS BIGINT) = CAST(c.id AS BIGINT) \
         UNION ALL SELECT i.customer, p.currency, 0, p.debit_minor - p.credit_minor, 0 \
           FROM invoice i JOIN ledger_entry e ON e.invoice = i.id JOIN posting p ON p.entry = e.id \
           AND CAST(p.account AS BIGINT) = CAST(i.customer AS BIGINT) \
         UNION ALL SELECT i.customer, a.currency, 0, -a.amount_minor, 0 \
           FROM allocation a JOIN invoice i ON i.id = a.invoice \
         UNION ALL SELECT i.customer, a.currency, 0, a.amount_minor, 0 \
           FROM allocation a JOIN invoice i ON i.id = a.credit_note \
         UNION ALL SELECT y.customer, y.currency, 0, 0, y.amount_minor FROM payment y \
         UNION ALL SELECT y.customer, a.currency, 0, 0, -a.amount_minor \
           FROM allocation a JOIN payment y ON y.id = a.payment \
         UNION ALL SELECT y.customer, r.currency, 0, 0, -r.amount_minor \
           FROM refund r JOIN payment y ON y.id = r.payment WHERE r.state = 'returned' \
         ) AS s GROUP BY s.customer, s.currency ORDER BY s.customer, s.currency";
    let none: Vec<Value> = Vec::new();
    let found = rows(on, sql, none).await?;
    let balance = |row: &sea_orm::QueryResult| {
        let customer: String = row.try_get("", "customer")?;
        let from = From {
            table: "customer",
            id: &customer,
        };
        let currency: String = row.try_get("", "currency")?;
        Ok(CustomerBalance {
            ledger: from.money(row.try_get("", "ledger")?, &currency)?,
            open: from.money(row.try_get("", "open")?, &currency)?,
            left: from.money(row.try_get("", "left_over")?, &currency)?,
            customer: customer.clone(),
        })
    };
    found.iter().map(balance).collect()
}
