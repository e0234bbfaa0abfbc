//! Customers as pages show them: a list, a page at a time, and one with all of its states.

use chrono::{DateTime, Utc};
use sea_orm::Value;
use serde::de::DeserializeOwned;

use super::VERSIONS;
use crate::access::{Program, Reach, Scope};
use crate::db::DbError;
use crate::db::filter::{AsOf, Filter, count, cut};
use crate::db::txn::{Source, rows};
use crate::db::versions::Version;

/// What the list is narrowed to.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct CustomerFilter {
    /// Part of a number or name.
    pub text: Option<String>,
    /// ISO 3166-1 code of the address.
    pub country: Option<String>,
    /// Code of the kind of customer.
    pub kind: Option<String>,
}

/// A page of customers, each as it is on a day.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CustomerPage<B> {
    /// The customers, by number.
    pub customers: Vec<Version<B>>,
    /// How many there are in all pages.
    pub count: u64,
    /// The number behind which the next page begins; none on the last one.
    pub next: Option<String>,
}

/// Rows `v` that a scope reaches.
pub(super) fn within(filter: &mut Filter, scope: Scope) {
    if let Reach::Customer(number) = scope.reach() {
        let own = filter.value(number.to_string());
        filter.add(format!("v.customer = {own}"));
    }
}

/// A page of at most `limit` customers behind a number.
///
/// # Errors
/// `db.unreachable`, `db.corrupt-row`.
pub async fn list<B: DeserializeOwned>(
    on: &impl Source,
    scope: Scope,
    asked: &CustomerFilter,
    at: AsOf,
    (after, limit): (Option<&str>, u64),
) -> Result<CustomerPage<B>, DbError> {
    let filter = Filter::of_versions(on, at);
    let [all, page] = queries(filter, scope, asked, (after, limit));
    let (count, mut customers) = futures::try_join!(
        count(on, &all.0, all.1),
        VERSIONS.query::<B>(on, &page.0, page.1)
    )?;
    let more = cut(&mut customers, limit);
    let last = customers.last().filter(|_| more);
    Ok(CustomerPage {
        next: last.map(|last| last.owner.clone()),
        customers,
        count,
    })
}

/// The same page without the count, for programs that read on to the end: the customers, and the
/// number behind which the next page begins.
///
/// # Errors
/// `db.unreachable`, `db.corrupt-row`.
pub async fn feed<B: DeserializeOwned>(
    on: &impl Source,
    scope: Scope,
    asked: &CustomerFilter,
    at: AsOf,
    from: (Option<&str>, u64),
) -> Result<(Vec<Version<B>>, Option<String>), DbError> {
    let filter = Filter::of_versions(on, at);
    let [_, (sql, values)] = queries(filter, scope, asked, from);
    let mut customers = VERSIONS.query::<B>(on, &sql, values).await?;
    let more = cut(&mut customers, from.1);
    let last = customers.last().filter(|_| more);
    let next = last.map(|last| last.owner.clone());
    Ok((customers, next))
}

/// The queries for how many there are, and for the page.
fn queries(
    mut filter: Filter,
    scope: Scope,
    asked: &CustomerFilter,
    (after, limit): (Option<&str>, u64),
) -> [(String, Vec<Value>); 2] {
    filter.add(VERSIONS.holds());
    within(&mut filter, scope);
    narrow(&mut filter, asked);
    // The condition on the number keeps the count on the index as well.
    let mut all = filter.clone();
    all.add("v.customer > ''".to_owned());
    let (condition, values) = all.parts();
    let count = format!("SELECT count(*) AS many FROM customer_version v WHERE {condition}");
    let behind = filter.value(after.unwrap_or_default());
    filter.add(format!("v.customer > {behind}"));
    let (condition, of_page) = filter.parts();
    let page = format!(
        "SELECT id, customer AS owner, valid_from, recorded_at, body FROM customer_version \
         WHERE id IN (SELECT v.id FROM customer_version v WHERE {condition} \
         ORDER BY v.customer LIMIT {}) ORDER BY customer",
        limit.saturating_add(1)
    );
    [(count, values), (page, of_page)]
}

pub(super) fn narrow(filter: &mut Filter, asked: &CustomerFilter) {
    if let Some(text) = &asked.text {
        let number = filter.any_holds(&["v.customer".to_owned()], text);
        let name = filter.named("v", "legal_name");
        let name = filter.any_holds(&[name], text);
        filter.add(format!("({number} OR {name})"));
    }
    let facts: [(&Option<String>, &[&str]); 2] = [
        (&asked.country, &["address", "country"]),
        (&asked.kind, &["kind"]),
    ];
    for (wanted, path) in facts {
        if let Some(wanted) = wanted {
            let value = filter.value(wanted.as_str());
            let fact = filter.fact("v", path);
            filter.add(format!("{fact} = {value}"));
        }
    }
}

/// A query for the numbers of customers whose name holds a text, for the filter of another list.
pub(in crate::db) fn named(filter: &mut Filter, text: &str) -> String {
    let name = filter.named("v", "legal_name");
    let any = filter.any_holds(&[name], text);
    format!(
        "SELECT v.customer FROM customer_version v WHERE v.customer > '' AND {any} AND {}",
        VERSIONS.holds()
    )
}

/// A query for the numbers of customers that ever had a name that holds a text.
pub(in crate::db) fn ever_named(filter: &mut Filter, text: &str) -> String {
    let name = filter.named("x", "legal_name");
    let any = filter.any_holds(&[name], text);
    format!("SELECT x.customer FROM customer_version x WHERE x.customer > '' AND {any}")
}

/// The countries that customers have or had, by their code.
///
/// # Errors
/// `db.unreachable`.
pub async fn countries(on: &impl Source, scope: Scope) -> Result<Vec<String>, DbError> {
    let mut filter = Filter::new(on);
    let country = filter.fact("v", &["address", "country"]);
    within(&mut filter, scope);
    let (condition, values) = filter.parts();
    let sql = if filter.postgres() && scope.reach() == Reach::All {
        // From one country to the next in the index. SQLite reads its index from end to end.
        format!(
            "WITH RECURSIVE known(country) AS (SELECT min({country}) FROM customer_version v \
             UNION ALL SELECT (SELECT min({country}) FROM customer_version v \
             WHERE {country} > known.country) FROM known WHERE known.country IS NOT NULL) \
             SELECT country FROM known"
        )
    } else {
        format!("SELECT DISTINCT {country} AS country FROM customer_version v WHERE {condition}")
    };
    let mut countries = Vec::new();
    for row in rows(on, &sql, values).await? {
        countries.extend(row.try_get::<Option<String>>("", "country")?);
    }
    countries.sort();
    Ok(countries)
}

/// Customers by their numbers, each as it is on a day; those that are not there are left out.
///
/// # Errors
/// `db.corrupt-row`.
pub async fn several<B: DeserializeOwned>(
    on: &impl Source,
    scope: Scope,
    numbers: &[String],
    at: AsOf,
) -> Result<Vec<Version<B>>, DbError> {
    if numbers.is_empty() {
        return Ok(Vec::new());
    }
    let mut filter = Filter::of_versions(on, at);
    filter.add(VERSIONS.holds());
    within(&mut filter, scope);
    let of = filter.one_of("v.customer", numbers);
    filter.add(of);
    let (condition, values) = filter.parts();
    let sql = format!(
        "SELECT v.id, v.customer AS owner, v.valid_from, v.recorded_at, v.body \
         FROM customer_version v WHERE {condition} ORDER BY v.customer"
    );
    VERSIONS.query(on, &sql, values).await
}

/// All states of one customer known at an instant, by their first day; none when there is no such
/// customer within reach.
///
/// # Errors
/// `db.corrupt-row`.
pub async fn states<B: DeserializeOwned>(
    on: &impl Source,
    scope: Scope,
    number: &str,
    known_at: DateTime<Utc>,
) -> Result<Vec<Version<B>>, DbError> {
    super::history(on, scope, number, known_at).await
}

/// Every customer as it is on a day, by number: what figures over the whole book are made of.
///
/// # Errors
/// `db.unreachable`, `db.corrupt-row`.
pub async fn every<B: DeserializeOwned + Send + 'static>(
    on: &impl Source,
    _: Program,
    at: AsOf,
) -> Result<Vec<Version<B>>, DbError> {
    let mut filter = Filter::of_versions(on, at);
    filter.add(VERSIONS.holds());
    let (condition, values) = filter.parts();
    let sql = format!(
        "SELECT v.id, v.customer AS owner, v.valid_from, v.recorded_at, v.body \
         FROM customer_version v WHERE {condition} ORDER BY v.customer"
    );
    VERSIONS.query_all(on, &sql, values).await
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::db::filter::plan;

    #[tokio::test]
    async fn whatever_is_asked_for_no_version_is_opened_that_is_not_shown() {
        let asked = CustomerFilter {
            text: Some("Stadt".to_owned()),
            country: Some("DE".to_owned()),
            kind: Some("business".to_owned()),
        };
        for asked in [asked, CustomerFilter::default()] {
            let query = |filter| queries(filter, Scope::of_program(), &asked, (Some("1"), 25));
            let [count, page] = plan(query).await;
            assert!(count.contains("v USING COVERING INDEX"), "{count}");
            assert!(page.contains("v USING COVERING INDEX"), "{page}");
            assert!(!page.contains("SCAN customer_version"), "{page}");
        }
    }
}
