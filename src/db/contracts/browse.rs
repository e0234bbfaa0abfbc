//! Contracts in any of their orders, each as it is on a day.

use serde::de::DeserializeOwned;

use super::VERSIONS;
use super::list::{ContractFilter, narrow, within};
use crate::access::Scope;
use crate::db::DbError;
use crate::db::browse::{Ordered, Pages, Window, browse};
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
    filter.add(VERSIONS.holds());
    within(&mut filter, scope);
    let mut from = "contract_version v JOIN contract c ON c.id = v.contract".to_owned();
    if asked.state.is_some() {
        from.push_str(filter.read());
    }
    narrow(&mut filter, asked);
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
    };
    let (ids, pages) = browse(on, &ordered, &filter, window).await?;
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
    filter.add(VERSIONS.holds());
    within(&mut filter, scope);
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
