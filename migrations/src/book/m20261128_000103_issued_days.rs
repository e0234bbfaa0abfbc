//! How many documents of a series carry each day: where a page stands in the list of a large book
//! follows from a few hundred sums, not from a look at each document before it. Kept by series,
//! since numbers of one series are given one transaction after the other.

use sea_orm_migration::prelude::*;

use crate::kept;
use crate::sheet::Sheet;

#[derive(DeriveMigrationName)]
pub struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    fn use_transaction(&self) -> Option<bool> {
        Some(true)
    }

    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        Sheet::new(manager, "issued_day")
            .text("day")
            .text("series")
            .int("many")
            .keyed_by(&["day", "series"])
            .by_key()
            .create(manager)
            .await?;
        kept::with_numbers(manager, "issued_day", |invoices| {
            format!(
                "INSERT INTO issued_day (day, series, many) \
                 SELECT i.issue_date, i.series, count(*) FROM {invoices} AS i WHERE true \
                 GROUP BY i.issue_date, i.series \
                 ON CONFLICT (day, series) DO UPDATE SET many = issued_day.many + excluded.many"
            )
        })
        .await
    }
}
