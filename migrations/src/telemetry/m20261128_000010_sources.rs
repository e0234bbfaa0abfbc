//! Sources that push: their instances, their credentials, how they are doing, and what of theirs
//! was kept aside. A request of the log keeps what its decoder was told.

use sea_orm_migration::prelude::*;
use sea_orm_migration::sea_orm::DbBackend;

use crate::guard::raw;
use crate::sheet::{Sheet, index};

#[derive(DeriveMigrationName)]
pub struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    fn use_transaction(&self) -> Option<bool> {
        Some(true)
    }

    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        log(manager).await?;
        // A collector speaks for several instances, each of them named here.
        Sheet::new(manager, "source_instance")
            .int("source")
            .text("instance")
            .keyed_by(&["source", "instance"])
            .refers("source", "source", "id")
            .check("length(instance) > 0")
            .create(manager)
            .await?;
        index(manager, "source_instance", &["instance"]).await?;
        Sheet::new(manager, "source_credential")
            .key("id")
            .int("source")
            .text("doors")
            .text("hash")
            .text("created_by")
            .text("created_at")
            .text("expires_at")
            .maybe_text("revoked_at")
            .maybe_text("last_seen_at")
            .refers("source", "source", "id")
            .create(manager)
            .await?;
        index(manager, "source_credential", &["source"]).await?;
        Sheet::new(manager, "source_state")
            .int_key("source")
            .int("last_seen")
            .int("requests")
            .int("duplicates")
            .int("samples")
            .int("events")
            .int("refused")
            .refers("source", "source", "id")
            .create(manager)
            .await?;
        quarantine(manager).await
    }
}

/// What the decoder was told beside the bytes. None is a request from before: its instance is that
/// of its source.
async fn log(manager: &SchemaManager<'_>) -> Result<(), DbErr> {
    let whole = match manager.get_database_backend() {
        DbBackend::Sqlite => "integer",
        _ => "bigint",
    };
    raw(manager, "ALTER TABLE evidence ADD COLUMN instance text").await?;
    let limits = format!("ALTER TABLE evidence ADD COLUMN limits {whole} NOT NULL DEFAULT 1");
    raw(manager, &limits).await
}

async fn quarantine(manager: &SchemaManager<'_>) -> Result<(), DbErr> {
    Sheet::new(manager, "quarantine")
        .id()
        .int("source")
        .text("reason")
        .text("what")
        .int("occurrences")
        .int("first_seen")
        .int("last_seen")
        .text("evidence")
        .text("state")
        .maybe_text("decided_by")
        .maybe_int("decided_at")
        .refers("source", "source", "id")
        .unique(&["source", "reason", "what"])
        .check("occurrences >= 1 AND first_seen <= last_seen")
        .check("state IN ('open', 'dismissed', 'replayed')")
        .check("(state = 'open') = (decided_at IS NULL)")
        .check("(decided_by IS NULL) = (decided_at IS NULL)")
        .create(manager)
        .await?;
    index(manager, "quarantine", &["state", "source"]).await
}
