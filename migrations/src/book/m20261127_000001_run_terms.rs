//! What a run was bound by: the day before which the books were closed when it began, and the tax
//! settings it decided with. Verification bills again under the same terms.

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
            "ALTER TABLE billing_run ADD COLUMN not_before text",
        )
        .await?;
        guard::raw(
            manager,
            "ALTER TABLE billing_run ADD COLUMN tax text NOT NULL \
             DEFAULT '{\"vies_down\":false,\"above_eu_threshold\":false}'",
        )
        .await?;
        // Until now the day was worked out from the times of the runs; finished runs get it once.
        guard::lift(manager, "billing_run", "UPDATE").await?;
        guard::raw(
            manager,
            "UPDATE billing_run SET not_before = (SELECT MAX(earlier.as_of) \
             FROM billing_run AS earlier WHERE earlier.id < billing_run.id \
             AND earlier.finished_at < billing_run.started_at)",
        )
        .await?;
        let over = "OLD.finished_at IS NOT NULL OR NEW.as_of <> OLD.as_of OR NEW.tax <> OLD.tax \
                    OR NEW.not_before IS DISTINCT FROM OLD.not_before";
        guard::refuse(manager, "billing_run", "UPDATE", Some(over)).await
    }
}
