//! Decisions about what was kept aside: with the reason that somebody gave, and whether the audit
//! trail, which lies in another database, tells of them.

use sea_orm_migration::prelude::*;
use sea_orm_migration::sea_orm::DbBackend;

use crate::guard::raw;

#[derive(DeriveMigrationName)]
pub struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    /// A half-made schema is worse than none; SQLite does not do this by default.
    fn use_transaction(&self) -> Option<bool> {
        Some(true)
    }

    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let whole = match manager.get_database_backend() {
            DbBackend::Sqlite => "integer",
            _ => "bigint",
        };
        raw(manager, "ALTER TABLE quarantine ADD COLUMN note text").await?;
        let told = format!("ALTER TABLE quarantine ADD COLUMN told {whole} NOT NULL DEFAULT 1");
        raw(manager, &told).await?;
        let few = "CREATE INDEX quarantine_untold ON quarantine (id) WHERE told = 0";
        raw(manager, few).await
    }
}
