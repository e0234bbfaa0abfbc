//! Contracts as pages show them: a list, a page at a time, those of a customer, and one.

use std::collections::BTreeMap;

use sea_orm::sea_query::{Query, SelectStatement};
use sea_orm::{ColumnTrait, Value};
use serde::de::DeserializeOwned;

use super::VERSIONS;
use super::search::found_first;
use crate::access::{Program, Reach, Scope};
use crate::db::DbError;
use crate::db::customers;
use crate::db::entities::contract;
use crate::db::filter::{AsOf, Filter, count, cut};
use crate::db::txn::{Source, rows};
use crate::db::versions::Version;

/// Where a contract stands on a day.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ContractState {
    /// Its first day lies ahead.
    NotBegun,
    /// It runs.
    Running,
    /// Its last day is over.
    Ended,
}

/// What the list is narrowed to.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct ContractFilter {
    /// Part of a number, a title, or the number or name of a customer.
    pub text: Option<String>,
    /// Where contracts stand.
    pub state: Option<ContractState>,
    /// A customer's number.
    pub customer: Option<String>,
}

/// A page of contracts, each as it is on a day.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ContractPage<B> {
    /// The contracts, by number.
    pub contracts: Vec<Version<B>>,
    /// How many there are in all pages.
    pub count: u64,
    /// The number behind which the next page begins; none on the last one.
    pub next: Option<String>,
}

/// Rows `c` of contracts that a scope reaches.
pub(super) fn within(filter: &mut Filter, scope: Scope) {
    if let Reach::Customer(number) = scope.reach() {
        let own = filter.value(number.to_string());
        filter.add(format!("c.customer = {own}"));
    }
}

/// The contracts that a scope reaches, for rows that name theirs; none for all of them.
pub(in crate::db) fn within_reach(scope: Scope) -> Option<SelectStatement> {
    let Reach::Customer(number) = scope.reach() else {
        return None;
    };
    let mut own = Query::select();
    own.column(contract::Column::Id)
        .from(contract::Entity)
        .and_where(contract::Column::Customer.eq(number.to_string()));
    Some(own)
}

/// A page of at most `limit` contracts behind a number.
///
/// # Errors
/// `db.unreachable`, `db.corrupt-row`.
pub async fn list<B: DeserializeOwned>(
    on: &impl Source,
    scope: Scope,
    asked: &ContractFilter,
    at: AsOf,
    (after, limit): (Option<&str>, u64),
) -> Result<ContractPage<B>, DbError> {
    let mut filter = Filter::of_versions(on, at);
    found_first(on, &mut filter, scope, asked).await?;
    let [all, page] = queries(filter, scope, asked, (after, limit));
    let (count, mut contracts) = futures::try_join!(
        count(on, &all.0, all.1),
        VERSIONS.query::<B>(on, &page.0, page.1)
    )?;
    let more = cut(&mut contracts, limit);
    let last = contracts.last().filter(|_| more);
    Ok(ContractPage {
        next: last.map(|last| last.owner.clone()),
        contracts,
        count,
    })
}

/// The same page without the count, for programs that read on to the end: the contracts, and the
/// number behind which the next page begins.
///
/// # Errors
/// `db.unreachable`, `db.corrupt-row`.
pub async fn feed<B: DeserializeOwned>(
    on: &impl Source,
    scope: Scope,
    asked: &ContractFilter,
    at: AsOf,
    from: (Option<&str>, u64),
) -> Result<(Vec<Version<B>>, Option<String>), DbError> {
    let mut filter = Filter::of_versions(on, at);
    found_first(on, &mut filter, scope, asked).await?;
    let [_, (sql, values)] = queries(filter, scope, asked, from);
    let mut contracts = VERSIONS.query::<B>(on, &sql, values).await?;
    let more = cut(&mut contracts, from.1);
    let last = contracts.last().filter(|_| more);
    let next = last.map(|last| last.owner.clone());
    Ok((contracts, next))
}

/// The queries for how many there are, and for the page.
fn queries(
    mut filter: Filter,
    scope: Scope,
    asked: &ContractFilter,
    (after, limit): (Option<&str>, u64),
) -> [(String, Vec<Value>); 2] {
    filter.add(VERSIONS.holds());
    within(&mut filter, scope);
    let mut from = "contract_version v JOIN contract c ON c.id = v.contract".to_owned();
    if asked.state.is_some() {
        from.push_str(filter.read());
    }
    narrow(&mut filter, asked);
    // The condition on the number keeps the count on the index as well.
    let mut all = filter.clone();
    all.add("v.contract > ''".to_owned());
    let (condition, values) = all.parts();
    let count = format!("SELECT count(*) AS many FROM {from} WHERE {condition}");
    let behind = filter.value(after.unwrap_or_default());
    filter.add(format!("v.contract > {behind}"));
    let (condition, of_page) = filter.parts();
    let page = format!(
        "SELECT id, contract AS owner, valid_from, recorded_at, body FROM contract_version \
         WHERE id IN (SELECT v.id FROM {from} WHERE {condition} \
         ORDER BY v.contract LIMIT {}) ORDER BY contract",
        limit.saturating_add(1)
    );
    [(count, values), (page, of_page)]
}

pub(super) fn narrow(filter: &mut Filter, asked: &ContractFilter) {
    if let Some(text) = &asked.text {
        let numbers = ["v.contract".to_owned(), "c.customer".to_owned()];
        let number = filter.any_holds(&numbers, text);
        let title = filter.named("v", "title");
        let title = filter.any_holds(&[title], text);
        let customers = customers::list::named(filter, text);
        filter.add(format!(
            "({number} OR {title} OR c.customer IN ({customers}))"
        ));
    }
    if let Some(customer) = &asked.customer {
        let value = filter.value(customer.as_str());
        filter.add(format!("c.customer = {value}"));
    }
    if let Some(state) = asked.state {
        filter.add(stands(filter, state));
    }
}

/// The condition under which the contract `v` stands somewhere on the day `$2`: the rule of
/// [`crate::billing::contract::contract_end`] in SQL, which a test holds against it.
fn stands(filter: &Filter, state: ContractState) -> String {
    let term = |path: &[&str]| filter.one_fact(&[&["term"], path].concat());
    let (start, end) = (term(&["start"]), term(&["end"]));
    let (months, longest) = (
        term(&["renewal", "months"]),
        term(&["renewal", "max_total_months"]),
    );
    let (later, cancels) = if filter.postgres() {
        let later = format!("({start}::date + make_interval(months => ({longest})::int))");
        (
            format!("to_char({later}, 'YYYY-MM-DD')"),
            "position('\"kind\":\"cancel\"' in v.body)",
        )
    } else {
        (
            format!("date({start}, '+' || {longest} || ' months', 'floor')"),
            "instr(v.body, '\"kind\":\"cancel\"')",
        )
    };
    let by_term = format!("CASE WHEN {months} IS NULL THEN {end} ELSE {later} END");
    let cancelled = format!("({cancels} > 0 AND {})", cancelled(filter.postgres()));
    let over = format!("(coalesce({by_term}, '9999-12-31') <= $2 OR {cancelled})");
    match state {
        ContractState::NotBegun => format!("{start} > $2"),
        ContractState::Running => format!("({start} <= $2 AND NOT {over})"),
        ContractState::Ended => format!("({start} <= $2 AND {over})"),
    }
}

/// The condition under which a cancellation of the contract `v` is known and in force.
fn cancelled(postgres: bool) -> String {
    let (from, fact): (_, fn(&str) -> String) = if postgres {
        (
            "jsonb_array_elements(read.body -> 'amendments') AS a(value) WHERE true",
            |path| format!("a.value #>> '{{{}}}'", path.replace('.', ",")),
        )
    } else {
        (
            "contract_version b, json_each(b.body, '$.amendments') AS a WHERE b.id = v.id",
            |path| format!("json_extract(a.value, '$.{path}')"),
        )
    };
    let (kind, signed, effective) = (fact("change.kind"), fact("signed"), fact("effective"));
    format!(
        "EXISTS (SELECT 1 FROM {from} AND {kind} = 'cancel' AND {effective} <= $2 \
         AND coalesce({signed}, {effective}) <= $2)"
    )
}

/// How many contracts of each customer run on a day; customers without one are left out.
///
/// # Errors
/// `db.unreachable`.
pub async fn running(
    on: &impl Source,
    scope: Scope,
    customers: &[String],
    at: AsOf,
) -> Result<BTreeMap<String, u64>, DbError> {
    if customers.is_empty() {
        return Ok(BTreeMap::new());
    }
    let mut filter = Filter::of_versions(on, at);
    filter.add(VERSIONS.holds());
    within(&mut filter, scope);
    let of = filter.one_of("c.customer", customers);
    filter.add(of);
    filter.add(stands(&filter, ContractState::Running));
    let (condition, values) = filter.parts();
    let sql = format!(
        "SELECT c.customer AS customer, count(*) AS many \
         FROM contract c JOIN contract_version v ON v.contract = c.id{} \
         WHERE {condition} GROUP BY c.customer",
        filter.read()
    );
    let found = rows(on, &sql, values).await?;
    let counted = found.iter().map(|row| {
        let many: i64 = row.try_get("", "many")?;
        Ok((row.try_get("", "customer")?, many.unsigned_abs()))
    });
    counted.collect()
}

/// Contracts by their numbers, each as it is on a day; those that are not there, or out of reach,
/// are left out.
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
    let of = filter.one_of("v.contract", numbers);
    filter.add(of);
    let (condition, values) = filter.parts();
    let sql = format!(
        "SELECT v.id, v.contract AS owner, v.valid_from, v.recorded_at, v.body \
         FROM contract_version v JOIN contract c ON c.id = v.contract \
         WHERE {condition} ORDER BY v.contract"
    );
    VERSIONS.query(on, &sql, values).await
}

/// Every contract as it is on a day, by number: what figures over the whole book are made of.
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
        "SELECT v.id, v.contract AS owner, v.valid_from, v.recorded_at, v.body \
         FROM contract_version v WHERE {condition} ORDER BY v.contract"
    );
    VERSIONS.query_all(on, &sql, values).await
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::db::filter::plan;

    #[tokio::test]
    async fn whatever_is_asked_for_no_version_is_opened_that_is_not_shown() {
        let mut all = vec![ContractFilter::default()];
        for state in [
            ContractState::NotBegun,
            ContractState::Running,
            ContractState::Ended,
        ] {
            all.push(ContractFilter {
                text: Some("Stadt".to_owned()),
                state: Some(state),
                customer: None,
            });
        }
        for asked in all {
            let query = |filter| queries(filter, Scope::of_program(), &asked, (Some("C"), 25));
            let [count, page] = plan(query).await;
            assert!(count.contains("v USING COVERING INDEX"), "{count}");
            assert!(page.contains("v USING COVERING INDEX"), "{page}");
            assert!(!page.contains("SCAN contract_version"), "{page}");
        }
    }
}
