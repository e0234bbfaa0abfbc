//! What a run is for: billing what is due, or cancelling one invoice, which closes no books.

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
        guard::raw(
            manager,
            "ALTER TABLE billing_run ADD COLUMN purpose text NOT NULL DEFAULT 'billing' \
             CHECK (purpose IN ('billing', 'cancellation'))",
        )
        .await?;
        guard::lift(manager, "billing_run", "UPDATE").await?;
        let over = "OLD.finished_at IS NOT NULL OR NEW.as_of <> OLD.as_of OR NEW.tax <> OLD.tax \
                    OR NEW.not_before IS DISTINCT FROM OLD.not_before \
                    OR NEW.purpose <> OLD.purpose";
        guard::refuse(manager, "billing_run", "UPDATE", Some(over)).await
    }
}
