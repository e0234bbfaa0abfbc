//! An index of the few invoices that were taken back: a list of them, and a count of all others,
//! read no more than these.

use sea_orm_migration::prelude::*;

use crate::guard;

#[derive(DeriveMigrationName)]
pub struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    fn use_transaction(&self) -> Option<bool> {
        Some(true)
    }

    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let sql = "CREATE INDEX invoice_cancelled ON invoice (issue_date, id) \
                   WHERE state = 'cancelled'";
        guard::raw(manager, sql).await
    }
}
