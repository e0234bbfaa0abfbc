//! What is fetched from instances: targets, and the ticks of their schedules.

use sea_orm_migration::prelude::*;

use crate::sheet::Sheet;

#[derive(DeriveMigrationName)]
pub struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    fn use_transaction(&self) -> Option<bool> {
        Some(true)
    }

    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        // `covered` is the last day whose measures are in; the state of the last attempts stands
        // beside what is asked, so that a target that fails is seen where it is listed.
        Sheet::new(manager, "pull_target")
            .key("name")
            .text("kind")
            .text("url")
            .text("instance")
            .text("schedule")
            .int("timeout_seconds")
            .int("limit_bytes")
            .int("private")
            .maybe_text("token")
            .text("origin")
            .text("since")
            .maybe_text("covered")
            .maybe_text("last_success_at")
            .maybe_text("last_error_at")
            .maybe_text("last_error")
            .int("failures")
            .maybe_text("next_try_at")
            .check("private IN (0, 1) AND origin IN ('row', 'configuration')")
            .check("timeout_seconds > 0 AND limit_bytes > 0 AND failures >= 0")
            .check("(last_error_at IS NULL) = (last_error IS NULL)")
            .create(manager)
            .await?;
        // Whoever makes the row of a tick has it; `queued` is 0 when the one before was still at
        // it, and its answer serves for both.
        Sheet::new(manager, "pull_tick")
            .text("target")
            .text("tick")
            .text("recorded_at")
            .int("queued")
            .keyed_by(&["target", "tick"])
            .check("queued IN (0, 1)")
            .create(manager)
            .await
    }
}
