//! Where a page stands in the list of all invoices, or those of a year, newest first or last.
//!
//! The series gave their numbers without a gap, so whole years need no counting; of the year of the
//! page the nearer end is counted.

use super::list::InvoiceFilter;
use crate::access::{Reach, Scope};
use crate::db::DbError;
use crate::db::browse::{Mark, Ordered, how_many};
use crate::db::filter::Filter;
use crate::db::numbering;
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
        let (year, month) = (mark.value.get(..4), mark.value.get(5..7));
        let own = year
            .and_then(|year| year.parse::<i32>().ok())
            .unwrap_or_default();
        let (mut earlier, mut within, mut later) = (0_u64, 0_u64, 0_u64);
        for series in numbering::all_series(on).await? {
            let sum = match series.year.cmp(&own) {
                std::cmp::Ordering::Less => &mut earlier,
                std::cmp::Ordering::Equal => &mut within,
                std::cmp::Ordering::Greater => &mut later,
            };
            *sum = sum.saturating_add(series.next.saturating_sub(1));
        }
        let beyond = match (self.only, descending) {
            (Some(_), _) => 0,
            (None, true) => later,
            (None, false) => earlier,
        };
        // The later half of a year is nearer to the years that follow.
        let second_half = month.is_some_and(|month| month > "06");
        let (sign, until) = match second_half {
            true => ('>', format!("<= '{own:04}-12-31'")),
            false => ('<', format!(">= '{own:04}-01-01'")),
        };
        // Days and ids apart: a pair of both would be compared row by row.
        let mut nearer = 0_u64;
        for same_day in [true, false] {
            let mut filter = counting.clone();
            let date = filter.value(mark.value.as_str());
            let side = match same_day {
                true => {
                    let id = filter.value(mark.id.parse::<i64>().unwrap_or_default());
                    format!("i.issue_date = {date} AND i.id {sign} {id}")
                }
                false => format!("i.issue_date {sign} {date} AND i.issue_date {until}"),
            };
            filter.add(side);
            nearer = nearer.saturating_add(how_many(on, ordered, &filter).await?);
        }
        let own = match second_half == descending {
            true => nearer,
            false => within.saturating_sub(nearer).saturating_sub(1),
        };
        Ok(beyond.saturating_add(own))
    }
}
