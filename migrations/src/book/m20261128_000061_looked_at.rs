//! When checkouts and refunds under way were looked at, so that each has its turn; and the few
//! refunds that wait for somebody, and the runs that have ended, found without reading all.

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
        for table in ["checkout", "refund"] {
            let sql = format!("ALTER TABLE {table} ADD COLUMN looked_at text");
            guard::raw(manager, &sql).await?;
        }
        // Every page of figures asks how many runs have ended.
        guard::raw(
            manager,
            "CREATE INDEX billing_run_finished ON billing_run (id) WHERE finished_at IS NOT NULL",
        )
        .await?;
        guard::raw(
            manager,
            "CREATE INDEX refund_under_way ON refund (state) \
             WHERE state IN ('requested', 'sending')",
        )
        .await
    }
}
