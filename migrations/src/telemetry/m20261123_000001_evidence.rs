//! The evidence log: one immutable row a request, and the hours it touched.

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
        guard::install(manager).await?;
        Sheet::new(manager, "source")
            .id()
            .text("name")
            .text("instance")
            .text("kind")
            .text("recorded_at")
            .unique(&["name"])
            .create(manager)
            .await?;
        // Instants are integers, microseconds since 1970 in UTC: telemetry is compared, not read.
        Sheet::new(manager, "evidence")
            .id()
            .int("source")
            .int("received_at")
            .text("hash")
            .text("kind")
            .int("span_from")
            .int("span_to")
            .text("codec")
            .bytes("body")
            .refers("source", "source", "id")
            .unique(&["source", "hash"])
            .check("span_from <= span_to AND length(hash) = 64")
            .create(manager)
            .await?;
        guard::freeze(manager, "evidence").await?;
        index(manager, "evidence", &["span_from", "source"]).await?;
        // Marks are unordered and may be many: an hour is rolled when its mark is taken away.
        Sheet::new(manager, "dirty_hour")
            .int("hour")
            .int("source")
            .int("marks")
            .keyed_by(&["hour", "source"])
            .refers("source", "source", "id")
            .check("marks >= 1")
            .create(manager)
            .await
    }
}
