//! Thresholds of allowances and budgets that the use of a period has reached.
//!
//! A row is never changed or taken away: what was told cannot be untold, and a threshold that was
//! reached is not told again in its period, whatever is measured later.

use sea_orm_migration::prelude::*;

use crate::guard;
use crate::sheet::{Sheet, index};

#[derive(DeriveMigrationName)]
pub struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    fn use_transaction(&self) -> Option<bool> {
        Some(true)
    }

    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        Sheet::new(manager, "usage_alert")
            .id()
            .text("contract")
            .text("item")
            .text("period_from")
            .text("period_to")
            .text("bound_kind")
            .text("threshold")
            .text("used")
            .text("bound")
            .text("recorded_at")
            .refers("contract", "contract", "id")
            .unique(&["contract", "item", "period_from", "bound_kind", "threshold"])
            .check("bound_kind IN ('allowance', 'budget')")
            .check("period_from < period_to")
            .create(manager)
            .await?;
        guard::freeze(manager, "usage_alert").await?;
        index(manager, "usage_alert", &["period_to", "id"]).await
    }
}
