//! Contracts in any of their orders, each as it is on a day.

use serde::de::DeserializeOwned;

use super::VERSIONS;
use super::list::{ContractFilter, narrow, within};
use super::search::found_first;
use crate::access::{Reach, Scope};
use crate::db::DbError;
use crate::db::browse::{Ordered, Pages, Window, counted, how_many, of_many};
use crate::db::filter::{AsOf, Filter};
use crate::db::txn::{Source, rows};
use crate::db::versions::Version;

/// What contracts are ordered by.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ContractOrder {
    /// Their number.
    Number,
    /// Their customer's number.
    Customer,
    /// Their first day.
    Start,
}

/// Up to so many contracts are counted that have a text which many have.
const MOST: u64 = 1_000;

/// A page of contracts in an order.
///
/// # Errors
/// `db.unreachable`, `db.corrupt-row`.
pub async fn page<B: DeserializeOwned>(
    on: &impl Source,
    scope: Scope,
    (asked, at): (&ContractFilter, AsOf),
    window: &Window<ContractOrder>,
) -> Result<(Vec<Version<B>>, Pages), DbError> {
    let mut filter = Filter::of_versions(on, at);
    let mut from = "contract_version v JOIN contract c ON c.id = v.contract".to_owned();
    if asked.state.is_some() {
        from.push_str(filter.read());
    }
    // It keeps SQLite on the index that holds what the list is narrowed by.
    filter.add("v.contract > ''".to_owned());
    let few = found_first(on, &mut filter, scope, asked).await?;
    narrow(&mut filter, asked);
    within(&mut filter, scope);
    filter.add(VERSIONS.holds());
    let ordered = Ordered {
        from,
        row: "v.id",
        value: match window.by {
            ContractOrder::Number => "v.contract".to_owned(),
            ContractOrder::Customer => "c.customer".to_owned(),
            ContractOrder::Start => filter.fact("v", &["term", "start"]),
        },
        whole: false,
        id: "v.contract",
        id_whole: false,
        near: None,
    };
    if !few {
        let (ids, pages) = of_many(on, &ordered, (&filter, MOST), window).await?;
        return Ok((VERSIONS.by_ids(on, &ids).await?, pages));
    }
    let all = match *asked == ContractFilter::default() && scope.reach() == Reach::All {
        true => VERSIONS.owners(on, at.known_at).await?,
        false => how_many(on, &ordered, (&filter, None)).await?,
    };
    let (ids, pages) = counted(on, &ordered, (&filter, &filter), all, window).await?;
    Ok((VERSIONS.by_ids(on, &ids).await?, pages))
}

/// The servers whose domain holds a text, each with the contract that names it in its items.
///
/// # Errors
/// `db.unreachable`.
pub async fn instances(
    on: &impl Source,
    scope: Scope,
    (text, at): (&str, AsOf),
    limit: u64,
) -> Result<Vec<(String, String)>, DbError> {
    let mut filter = Filter::of_versions(on, at);
    let (items, domain) = if filter.postgres() {
        (
            "CROSS JOIN LATERAL jsonb_array_elements(v.body::jsonb -> 'items') AS i(value)",
            "(i.value #>> '{instance}')",
        )
    } else {
        (
            "JOIN json_each(v.body, '$.items') AS i",
            "json_extract(i.value, '$.instance')",
        )
    };
    let candidates = candidates(&mut filter, text);
    filter.add(candidates);
    within(&mut filter, scope);
    filter.add(VERSIONS.holds());
    let any = filter.any_holds(&[domain.to_owned()], text);
    filter.add(any);
    let (condition, values) = filter.parts();
    let sql = format!(
        "SELECT DISTINCT {domain} AS domain, v.contract AS contract \
         FROM contract_version v JOIN contract c ON c.id = v.contract {items} \
         WHERE {condition} ORDER BY domain, contract LIMIT {limit}"
    );
    let found = rows(on, &sql, values).await?;
    let named = found
        .iter()
        .map(|row| Ok((row.try_get("", "domain")?, row.try_get("", "contract")?)));
    named.collect()
}

/// The versions that are worth opening for a server's domain: what an index knows of their items.
fn candidates(filter: &mut Filter, text: &str) -> String {
    if filter.postgres() {
        let all = "(jsonb_path_query_array(x.body::jsonb, '$.items[*].instance')::text)";
        let any = filter.any_holds(&[all.to_owned()], text);
        return format!("v.id IN (SELECT x.id FROM contract_version x WHERE {any})");
    }
    let first = (0..8).map(|at| format!("'$.items[{at}].instance'"));
    let first = first.collect::<Vec<_>>().join(", ");
    let any = filter.any_holds(&[format!("json_extract(x.body, {first})")], text);
    // The bound on their number keeps SQLite on the index of the two.
    let items = "json_array_length(x.body, '$.items')";
    format!(
        "v.id IN (SELECT x.id FROM contract_version x \
         WHERE {items} >= 0 AND ({any} OR {items} > 8))"
    )
}
