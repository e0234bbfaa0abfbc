//! Indexes for looking invoices up: the list newest first, and the page that the code beside an
//! amount leads to.

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
        index(manager, "invoice", &["issue_date", "id"]).await?;
        index(manager, "invoice", &["view_hash"]).await
    }
}
