//! Where a page stands in the list of all invoices, or those of a year, newest first or last.
//!
//! The database keeps how many carry each day, so of the page's own day alone they are counted.

use super::list::InvoiceFilter;
use crate::access::{Reach, Scope};
use crate::db::DbError;
use crate::db::browse::{Mark, Ordered, how_many};
use crate::db::filter::{Filter, count};
use crate::db::txn::Source;

/// A list that is narrowed by nothing but a year.
pub(super) struct Years {
    only: Option<u16>,
}

impl Years {
    /// What is asked for, if it is such a list.
    pub fn of(scope: Scope, asked: &InvoiceFilter) -> Option<Self> {
        let plain = asked.text.is_none() && asked.stands.is_none();
        (plain && scope.reach() == Reach::All).then_some(Self { only: asked.year })
    }

    /// How many invoices come before one that is in the list.
    pub async fn before(
        &self,
        on: &impl Source,
        (ordered, counting): (&Ordered, &Filter),
        (mark, descending): (&Mark, bool),
    ) -> Result<u64, DbError> {
        let sign = if descending { '>' } else { '<' };
        let mut days = Filter::new(on);
        let date = days.value(mark.value.as_str());
        days.add(format!("day {sign} {date}"));
        if let Some(year) = self.only {
            let first = days.value(format!("{year:04}-01-01"));
            let last = days.value(format!("{year:04}-12-31"));
            days.add(format!("day BETWEEN {first} AND {last}"));
        }
        let (condition, values) = days.parts();
        // The type of a sum is another one on PostgreSQL.
        let sql = format!(
            "SELECT CAST(coalesce(sum(many), 0) AS BIGINT) AS many FROM issued_day \
             WHERE {condition}"
        );
        let other_days = count(on, &sql, values).await?;
        let mut same_day = counting.clone();
        let date = same_day.value(mark.value.as_str());
        let id = same_day.value(mark.id.parse::<i64>().unwrap_or_default());
        same_day.add(format!("i.issue_date = {date} AND i.id {sign} {id}"));
        let same_day = how_many(on, ordered, (&same_day, None)).await?;
        Ok(other_days.saturating_add(same_day))
    }
}
