//! Billing runs as they are prepared, approved and issued by people: who did what, and what exactly
//! was approved.

use sea_orm_migration::prelude::*;

use crate::guard;
use crate::sheet::Sheet;

#[derive(DeriveMigrationName)]
pub struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    fn use_transaction(&self) -> Option<bool> {
        Some(true)
    }

    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        Sheet::new(manager, "proposal")
            .id()
            .text("as_of")
            .maybe_text("service_until")
            .text("prepared_by")
            .text("prepared_at")
            .text("digest")
            .text("body")
            .text("state")
            .maybe_text("approved_by")
            .maybe_text("approved_at")
            .maybe_text("issued_by")
            .maybe_text("issuing_at")
            .maybe_text("ended_at")
            .maybe_text("outcome")
            .refers("prepared_by", "account", "id")
            .refers("approved_by", "account", "id")
            .refers("issued_by", "account", "id")
            .check("state IN ('prepared', 'approved', 'issuing', 'issued', 'withdrawn')")
            // Four eyes, whatever a program thinks.
            .check("approved_by IS NULL OR approved_by <> prepared_by")
            .check("(approved_by IS NULL) = (approved_at IS NULL)")
            .check("state NOT IN ('approved', 'issuing', 'issued') OR approved_by IS NOT NULL")
            .check("(issued_by IS NULL) = (issuing_at IS NULL)")
            .check("(state IN ('issuing', 'issued')) = (issued_by IS NOT NULL)")
            .check("(state IN ('issued', 'withdrawn')) = (ended_at IS NOT NULL)")
            .create(manager)
            .await?;
        guard::refuse(manager, "proposal", "DELETE", None).await?;
        // What was prepared never changes, and what has ended stays as it ended.
        let changed = "OLD.state IN ('issued', 'withdrawn') OR NEW.digest <> OLD.digest \
                       OR NEW.body <> OLD.body OR NEW.as_of <> OLD.as_of \
                       OR NEW.prepared_by <> OLD.prepared_by \
                       OR NEW.service_until IS DISTINCT FROM OLD.service_until";
        guard::refuse(manager, "proposal", "UPDATE", Some(changed)).await
    }
}
