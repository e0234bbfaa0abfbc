//! Thresholds of allowances and budgets that were reached: each once for its contract, item,
//! period and limit.

use chrono::{DateTime, NaiveDate, Utc};
use sea_orm::QueryResult;

use super::DbError;
use super::convert::{From, day, stamp};
use super::filter::Filter;
use super::txn::{Source, Txn, rows};
use crate::access::{Reach, Scope};

/// A threshold that was reached.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct UsageAlert {
    /// The contract's number.
    pub contract: String,
    /// Id of its item.
    pub item: String,
    /// First day of the usage period.
    pub from: NaiveDate,
    /// First day after it.
    pub to: NaiveDate,
    /// What the threshold is a share of: `allowance` or `budget`.
    pub bound_kind: String,
    /// The threshold in per cent, as decimal text.
    pub threshold: String,
    /// The exact quantity, or net amount, when it was reached.
    pub used: String,
    /// The exact allowance, or budget.
    pub bound: String,
    /// Since when it is known.
    pub recorded_at: DateTime<Utc>,
}

/// An alert with its id.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StoredAlert {
    /// Its id, growing.
    pub id: i64,
    /// The alert.
    pub alert: UsageAlert,
}

/// Records an alert and returns its id; none when this threshold of the period is known already.
///
/// # Errors
/// `db.refused` when there is no such contract, `db.disk-full`.
pub async fn insert(txn: &Txn, alert: &UsageAlert) -> Result<Option<i64>, DbError> {
    let UsageAlert {
        contract,
        item,
        from,
        to,
        bound_kind,
        threshold,
        used,
        bound,
        recorded_at,
    } = alert.clone();
    let sql = "INSERT INTO usage_alert (contract, item, period_from, period_to, bound_kind, \
               threshold, used, bound, recorded_at) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9) \
               ON CONFLICT (contract, item, period_from, bound_kind, threshold) DO NOTHING \
               RETURNING id";
    let values = vec![
        contract.into(),
        item.into(),
        day(from).into(),
        day(to).into(),
        bound_kind.into(),
        threshold.into(),
        used.into(),
        bound.into(),
        stamp(recorded_at).into(),
    ];
    match rows(txn, sql, values).await?.first() {
        Some(row) => Ok(Some(row.try_get("", "id")?)),
        None => Ok(None),
    }
}

const COLUMNS: &str = "SELECT a.id, a.contract, a.item, a.period_from, a.period_to, a.bound_kind, \
     a.threshold, a.used, a.bound, a.recorded_at FROM usage_alert a";

async fn narrowed(
    on: &impl Source,
    scope: Scope,
    mut filter: Filter,
    order: &str,
) -> Result<Vec<StoredAlert>, DbError> {
    if let Reach::Customer(number) = scope.reach() {
        let own = filter.value(number.to_string());
        filter.add(format!(
            "a.contract IN (SELECT id FROM contract WHERE customer = {own})"
        ));
    }
    let (condition, values) = filter.parts();
    let sql = format!("{COLUMNS} WHERE {condition} ORDER BY {order}");
    let found = rows(on, &sql, values).await?;
    found.iter().map(stored).collect()
}

/// An alert within reach; none when there is no such one.
///
/// # Errors
/// `db.unreachable`, `db.corrupt-row`.
pub async fn get(on: &impl Source, scope: Scope, id: i64) -> Result<Option<StoredAlert>, DbError> {
    let mut filter = Filter::new(on);
    let place = filter.value(id);
    filter.add(format!("a.id = {place}"));
    Ok(narrowed(on, scope, filter, "a.id")
        .await?
        .into_iter()
        .next())
}

/// The alerts of an item in periods that begin on a day or later, the newest first.
///
/// # Errors
/// `db.unreachable`, `db.corrupt-row`.
pub async fn of_item(
    on: &impl Source,
    scope: Scope,
    (contract, item): (&str, &str),
    from: NaiveDate,
) -> Result<Vec<StoredAlert>, DbError> {
    let mut filter = Filter::new(on);
    for (column, value) in [("contract", contract), ("item", item)] {
        let place = filter.value(value);
        filter.add(format!("a.{column} = {place}"));
    }
    let place = filter.value(day(from));
    filter.add(format!("a.period_from >= {place}"));
    narrowed(on, scope, filter, "a.id DESC").await
}

/// The alerts of periods that still run on a day, the newest first.
///
/// # Errors
/// `db.unreachable`, `db.corrupt-row`.
pub async fn running(
    on: &impl Source,
    scope: Scope,
    today: NaiveDate,
) -> Result<Vec<StoredAlert>, DbError> {
    let mut filter = Filter::new(on);
    let place = filter.value(day(today));
    filter.add(format!("a.period_to > {place}"));
    narrowed(on, scope, filter, "a.id DESC").await
}

fn stored(row: &QueryResult) -> Result<StoredAlert, DbError> {
    let id: i64 = row.try_get("", "id")?;
    let from = From {
        table: "usage_alert",
        id: &id,
    };
    let text = |column: &str| row.try_get::<String>("", column);
    let alert = UsageAlert {
        contract: text("contract")?,
        item: text("item")?,
        from: from.date(&text("period_from")?)?,
        to: from.date(&text("period_to")?)?,
        bound_kind: text("bound_kind")?,
        threshold: text("threshold")?,
        used: text("used")?,
        bound: text("bound")?,
        recorded_at: from.instant(&text("recorded_at")?)?,
    };
    Ok(StoredAlert { id, alert })
}
