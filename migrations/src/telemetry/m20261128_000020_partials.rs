//! Hourly partials: what each meter found at an instance in an hour, the hours that readings have
//! not seen yet, and the versions of meters.

use sea_orm_migration::prelude::*;

use crate::guard;
use crate::sheet::{Sheet, index};

#[derive(DeriveMigrationName)]
pub struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    /// A half-made schema is worse than none; SQLite does not do this by default.
    fn use_transaction(&self) -> Option<bool> {
        Some(true)
    }

    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        Sheet::new(manager, "metered_instance")
            .id()
            .text("name")
            .unique(&["name"])
            .create(manager)
            .await?;
        Sheet::new(manager, "meter_version")
            .id()
            .text("name")
            .int("version")
            .text("body")
            .unique(&["name", "version"])
            .check("version >= 1")
            .create(manager)
            .await?;
        guard::freeze(manager, "meter_version").await?;
        // Time leads the key, so that new hours lie together; integers name instance and meter.
        Sheet::new(manager, "partial")
            .int("hour")
            .int("instance")
            .int("meter")
            .text("body")
            .keyed_by(&["hour", "instance", "meter"])
            .by_key()
            .create(manager)
            .await?;
        Sheet::new(manager, "unread_hour")
            .int("hour")
            .int("instance")
            .int("marks")
            .keyed_by(&["hour", "instance"])
            .by_key()
            .check("marks >= 1")
            .create(manager)
            .await?;
        index(manager, "evidence", &["source", "span_from"]).await?;
        // Requests about more than two hours are few; all others begin close to what they overlap.
        let long = "CREATE INDEX evidence_of_long_spans ON evidence (source, span_from) \
                    WHERE span_to - span_from > 7200000000";
        guard::raw(manager, long).await
    }
}
