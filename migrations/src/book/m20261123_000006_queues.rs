//! Outbox, jobs and leases. Instants here are microseconds of the database's own clock.

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
        Sheet::new(manager, "outbox")
            .id()
            .text("topic")
            .text("subject")
            .text("body")
            .text("recorded_at")
            .create(manager)
            .await?;
        guard::freeze(manager, "outbox").await?;
        index(manager, "outbox", &["topic"]).await?;
        Sheet::new(manager, "outbox_delivery")
            .int("event")
            .text("consumer")
            .int("delivered_at")
            .keyed_by(&["event", "consumer"])
            .refers("event", "outbox", "id")
            .create(manager)
            .await?;
        Sheet::new(manager, "job")
            .id()
            .text("kind")
            .text("key")
            .text("body")
            .text("state")
            .int("due_at")
            .maybe_text("holder")
            .maybe_int("lease_until")
            .int("fence")
            .int("attempts")
            .maybe_text("last_error")
            .unique(&["kind", "key"])
            .check("state IN ('queued', 'leased', 'done', 'failed')")
            .check("(state = 'leased') = (lease_until IS NOT NULL)")
            .check("(lease_until IS NULL) = (holder IS NULL)")
            .check("fence >= 0 AND attempts >= 0")
            .create(manager)
            .await?;
        index(manager, "job", &["kind", "state", "due_at"]).await?;
        Sheet::new(manager, "lease")
            .key("name")
            .text("holder")
            .int("fence")
            .int("lease_until")
            .check("fence >= 1")
            .create(manager)
            .await
    }
}
