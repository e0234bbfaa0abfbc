//! Webhooks of instances: the secrets that sign them, sealed, and what became of their messages.

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
        // `older` counts beside `secret` while one is exchanged for the other.
        Sheet::new(manager, "mastodon_hook")
            .key("instance")
            .text("secret")
            .maybe_text("older")
            .text("registered_at")
            .maybe_text("rotated_at")
            .maybe_text("last_at")
            .int("taken")
            .int("repeated")
            .int("ignored")
            .maybe_text("refused_at")
            .maybe_text("refusal")
            .check("taken >= 0 AND repeated >= 0 AND ignored >= 0")
            .check("(refused_at IS NULL) = (refusal IS NULL)")
            .create(manager)
            .await
    }
}
