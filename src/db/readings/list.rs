//! Readings as pages show them: the newest, a page at a time, and those of a contract and year.

use std::collections::BTreeSet;

use chrono::{DateTime, NaiveDate, Utc};
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter, QueryOrder, QueryResult};

use super::{ReadingRecord, record};
use crate::access::{Reach, Scope};
use crate::db::browse::{Ordered, Pages, Window, in_order, of_many};
use crate::db::convert::{From, day};
use crate::db::entities::reading;
use crate::db::filter::{Filter, count, cut};
use crate::db::txn::{Source, rows};
use crate::db::{DbError, contracts};

/// What the list is narrowed to.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct ReadingFilter {
    /// The number of a contract, or of a customer with all of its contracts.
    pub of: Option<String>,
    /// Name of a meter.
    pub meter: Option<String>,
}

/// A closed reading without the evidence it rests on.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ClosedReading {
    /// The place in the order of closing.
    pub id: i64,
    /// The contract's number.
    pub contract: String,
    /// The instance the meter belongs to.
    pub instance: String,
    /// The meter.
    pub meter: String,
    /// First day of the period.
    pub from: NaiveDate,
    /// First day after the period.
    pub to: NaiveDate,
    /// Which closing of the period it is.
    pub revision: u32,
    /// The exact quantity as decimal text.
    pub quantity: String,
    /// The measured share of the period as an exact fraction.
    pub coverage: String,
    /// Since when it is known.
    pub recorded_at: DateTime<Utc>,
    /// Whether a later revision stands in its place.
    pub replaced: bool,
}

/// A page of readings.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ReadingPage {
    /// The readings, the last one closed first.
    pub readings: Vec<ClosedReading>,
    /// How many there are in all pages.
    pub count: u64,
    /// The id before which the next page begins; none on the last one.
    pub next: Option<i64>,
}

/// The contracts of the customer whose number stands at a place of the values.
fn of_customer(place: &str) -> String {
    format!("r.contract IN (SELECT id FROM contract WHERE customer = {place})")
}

/// Rows `r` that a scope reaches.
fn within(filter: &mut Filter, scope: Scope) {
    if let Reach::Customer(number) = scope.reach() {
        let own = filter.value(number.to_string());
        filter.add(of_customer(&own));
    }
}

fn narrow(filter: &mut Filter, asked: &ReadingFilter) {
    if let Some(of) = &asked.of {
        let place = filter.value(of.as_str());
        filter.add(format!(
            "r.contract IN (SELECT id FROM contract \
             WHERE id = {place} OR id = upper({place}) OR customer = {place})"
        ));
    }
    if let Some(meter) = &asked.meter {
        let place = filter.value(meter.as_str());
        // Of one contract all readings are few; the index of meters is for all contracts.
        let column = match asked.of {
            Some(_) => "(r.meter || '')",
            None => "r.meter",
        };
        filter.add(format!("{column} = {place}"));
    }
}

/// Closed readings, each with whether a later revision stands in its place.
const CLOSED: &str = "SELECT r.id, r.contract, r.instance, r.meter, r.period_from, r.period_to, \
     r.revision, r.quantity, r.coverage, r.recorded_at, \
     CAST(CASE WHEN EXISTS (SELECT 1 FROM reading n \
     WHERE n.contract = r.contract AND n.instance = r.instance AND n.meter = r.meter \
     AND n.period_from = r.period_from AND n.period_to = r.period_to \
     AND n.revision > r.revision) THEN 1 ELSE 0 END AS bigint) AS replaced \
     FROM reading r";

/// A page of at most `limit` readings that were closed before the one with an id.
///
/// # Errors
/// `db.unreachable`, `db.corrupt-row`.
pub async fn newest(
    on: &impl Source,
    scope: Scope,
    asked: &ReadingFilter,
    (before, limit): (Option<i64>, u64),
) -> Result<ReadingPage, DbError> {
    let mut filter = Filter::new(on);
    within(&mut filter, scope);
    narrow(&mut filter, asked);
    let (condition, values) = filter.parts();
    let sql = format!("SELECT count(*) AS many FROM reading r WHERE {condition}");
    let count = count(on, &sql, values).await?;
    let (readings, next) = feed(on, scope, asked, (before, limit)).await?;
    Ok(ReadingPage {
        next,
        readings,
        count,
    })
}

/// The same page without the count, for programs that read on to the end: the readings, and the id
/// before which the next page begins.
///
/// # Errors
/// `db.unreachable`, `db.corrupt-row`.
pub async fn feed(
    on: &impl Source,
    scope: Scope,
    asked: &ReadingFilter,
    (before, limit): (Option<i64>, u64),
) -> Result<(Vec<ClosedReading>, Option<i64>), DbError> {
    let mut filter = Filter::new(on);
    within(&mut filter, scope);
    narrow(&mut filter, asked);
    if let Some(id) = before {
        let place = filter.value(id);
        filter.add(format!("r.id < {place}"));
    }
    let (condition, values) = filter.parts();
    let sql = format!(
        "{CLOSED} WHERE {condition} ORDER BY r.id DESC LIMIT {}",
        limit.saturating_add(1)
    );
    let found = rows(on, &sql, values).await?;
    let closed: Result<Vec<_>, _> = found.iter().map(closed).collect();
    let mut readings = closed?;
    let more = cut(&mut readings, limit);
    let next = readings.last().filter(|_| more).map(|last| last.id);
    Ok((readings, next))
}

/// What readings are ordered by.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ReadingOrder {
    /// When they were closed.
    Closed,
    /// Their contract's number.
    Contract,
    /// Their meter.
    Meter,
    /// The first day of their period.
    Period,
}

/// Up to so many readings are counted: there are some of each contract and month.
const MOST: u64 = 10_000;

/// A page of closed readings in an order.
///
/// # Errors
/// `db.unreachable`, `db.corrupt-row`.
pub async fn page(
    on: &impl Source,
    scope: Scope,
    asked: &ReadingFilter,
    window: &Window<ReadingOrder>,
) -> Result<(Vec<ClosedReading>, Pages), DbError> {
    let mut filter = Filter::new(on);
    within(&mut filter, scope);
    narrow(&mut filter, asked);
    let ordered = Ordered {
        from: "reading r".to_owned(),
        row: "r.id",
        value: match window.by {
            ReadingOrder::Closed => "r.id",
            ReadingOrder::Contract => "r.contract",
            ReadingOrder::Meter => "r.meter",
            ReadingOrder::Period => "r.period_from",
        }
        .to_owned(),
        whole: window.by == ReadingOrder::Closed,
        id: "r.id",
        id_whole: true,
        near: None,
    };
    let (ids, pages) = of_many(on, &ordered, (&filter, MOST), window).await?;
    if ids.is_empty() {
        return Ok((Vec::new(), pages));
    }
    let mut chosen = Filter::new(on);
    let places: Vec<String> = ids.iter().map(|id| chosen.value(*id)).collect();
    chosen.add(format!("r.id IN ({})", places.join(", ")));
    let (condition, values) = chosen.parts();
    let found = rows(on, &format!("{CLOSED} WHERE {condition}"), values).await?;
    let closed = found.iter().map(closed).collect::<Result<Vec<_>, _>>()?;
    Ok((in_order(&ids, closed, |one| one.id), pages))
}

fn closed(row: &QueryResult) -> Result<ClosedReading, DbError> {
    let id: i64 = row.try_get("", "id")?;
    let from = From {
        table: "reading",
        id: &id,
    };
    let text = |column: &str| row.try_get::<String>("", column);
    Ok(ClosedReading {
        contract: text("contract")?,
        instance: text("instance")?,
        meter: text("meter")?,
        from: from.date(&text("period_from")?)?,
        to: from.date(&text("period_to")?)?,
        revision: from.small(row.try_get("", "revision")?)?,
        quantity: text("quantity")?,
        coverage: text("coverage")?,
        recorded_at: from.instant(&text("recorded_at")?)?,
        replaced: row.try_get::<i64>("", "replaced")? == 1,
        id,
    })
}

/// Names of the meters that were read, sorted.
///
/// # Errors
/// `db.unreachable`.
pub async fn meters(on: &impl Source, scope: Scope) -> Result<Vec<String>, DbError> {
    let (sql, values) = match scope.reach() {
        // From one name to the next in the index, however many readings there are of each.
        Reach::All => (
            "WITH RECURSIVE known(meter) AS (SELECT min(meter) FROM reading UNION ALL \
             SELECT (SELECT min(r.meter) FROM reading r WHERE r.meter > known.meter) \
             FROM known WHERE known.meter IS NOT NULL) \
             SELECT meter FROM known WHERE meter IS NOT NULL"
                .to_owned(),
            Vec::new(),
        ),
        Reach::Customer(number) => (
            format!(
                "SELECT DISTINCT r.meter FROM reading r WHERE {}",
                of_customer("$1")
            ),
            vec![number.to_string().into()],
        ),
    };
    let mut names = BTreeSet::new();
    for row in rows(on, &sql, values).await? {
        names.insert(row.try_get("", "meter")?);
    }
    Ok(names.into_iter().collect())
}

/// The years in which periods of a contract's readings begin, newest first.
///
/// # Errors
/// `db.unreachable`.
pub async fn years(on: &impl Source, scope: Scope, contract: &str) -> Result<Vec<String>, DbError> {
    let mut filter = Filter::new(on);
    within(&mut filter, scope);
    let place = filter.value(contract);
    filter.add(format!("r.contract = {place}"));
    let (condition, values) = filter.parts();
    let sql = format!(
        "SELECT DISTINCT substr(r.period_from, 1, 4) AS year FROM reading r \
         WHERE {condition} ORDER BY year DESC"
    );
    let found = rows(on, &sql, values).await?;
    let years = found.iter().map(|row| Ok(row.try_get("", "year")?));
    years.collect()
}

/// Every revision of a contract's readings whose period begins in a year, by instance, meter,
/// period and revision.
///
/// # Errors
/// `db.corrupt-row`.
pub async fn of_year(
    on: &impl Source,
    scope: Scope,
    contract: &str,
    year: u16,
) -> Result<Vec<ReadingRecord>, DbError> {
    let (first, last) = (format!("{year:04}-01-01"), format!("{year:04}-12-31"));
    beginning(on, scope, contract, (first, last)).await
}

/// Every revision of a contract's readings whose period begins on a day or later, in the same
/// order.
///
/// # Errors
/// `db.corrupt-row`.
pub async fn since(
    on: &impl Source,
    scope: Scope,
    contract: &str,
    from: NaiveDate,
) -> Result<Vec<ReadingRecord>, DbError> {
    beginning(on, scope, contract, (day(from), "9999-12-31".to_owned())).await
}

/// Readings whose period begins between two days, both included.
async fn beginning(
    on: &impl Source,
    scope: Scope,
    contract: &str,
    (first, last): (String, String),
) -> Result<Vec<ReadingRecord>, DbError> {
    let mut found = reading::Entity::find()
        .filter(reading::Column::Contract.eq(contract))
        .filter(reading::Column::PeriodFrom.between(first, last));
    if let Some(contracts) = contracts::list::within_reach(scope) {
        found = found.filter(reading::Column::Contract.in_subquery(contracts));
    }
    let found = found
        .order_by_asc(reading::Column::Instance)
        .order_by_asc(reading::Column::Meter)
        .order_by_asc(reading::Column::PeriodFrom)
        .order_by_asc(reading::Column::PeriodTo)
        .order_by_asc(reading::Column::Revision)
        .all(&on.on().0)
        .await?;
    found.into_iter().map(record).collect()
}
