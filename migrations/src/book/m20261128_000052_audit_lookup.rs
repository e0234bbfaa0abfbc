//! Indexes of the audit trail by what was done and by who did it, each with its records in order.

use sea_orm_migration::prelude::*;

use crate::sheet::index;

#[derive(DeriveMigrationName)]
pub struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    fn use_transaction(&self) -> Option<bool> {
        Some(true)
    }

    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        index(manager, "audit_record", &["action", "id"]).await?;
        index(manager, "audit_record", &["actor", "id"]).await
    }
}
