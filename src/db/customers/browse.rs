//! Customers in any of their orders, each as it is on a day.

use serde::de::DeserializeOwned;

use super::VERSIONS;
use super::list::{CustomerFilter, narrow, within};
use crate::access::{Reach, Scope};
use crate::db::DbError;
use crate::db::browse::{Ordered, Pages, Window, counted, how_many};
use crate::db::filter::{AsOf, Filter};
use crate::db::txn::Source;
use crate::db::versions::Version;

/// What customers are ordered by.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum CustomerOrder {
    /// Their number.
    Number,
    /// Their name, as the database compares text.
    Name,
}

/// A page of customers in an order.
///
/// # Errors
/// `db.unreachable`, `db.corrupt-row`.
pub async fn page<B: DeserializeOwned>(
    on: &impl Source,
    scope: Scope,
    (asked, at): (&CustomerFilter, AsOf),
    window: &Window<CustomerOrder>,
) -> Result<(Vec<Version<B>>, Pages), DbError> {
    let mut filter = Filter::of_versions(on, at);
    // It keeps SQLite on the index that holds what the list is narrowed by.
    filter.add("v.customer > ''".to_owned());
    narrow(&mut filter, asked);
    within(&mut filter, scope);
    filter.add(VERSIONS.holds());
    let ordered = Ordered {
        from: "customer_version v".to_owned(),
        row: "v.id",
        value: match window.by {
            CustomerOrder::Number => "v.customer".to_owned(),
            CustomerOrder::Name => filter.fact("v", &["legal_name"]),
        },
        whole: false,
        id: "v.customer",
        id_whole: false,
        near: None,
    };
    let all = match *asked == CustomerFilter::default() && scope.reach() == Reach::All {
        true => VERSIONS.owners(on, at.known_at).await?,
        false => how_many(on, &ordered, (&filter, None)).await?,
    };
    let (ids, pages) = counted(on, &ordered, (&filter, &filter), all, window).await?;
    Ok((VERSIONS.by_ids(on, &ids).await?, pages))
}
