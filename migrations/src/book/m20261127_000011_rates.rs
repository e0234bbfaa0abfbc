//! Rate limits are kept as one number, the moment at which a bucket is full again: a token is taken
//! in one statement. The table before had no reader.

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
        guard::raw(manager, "DROP TABLE rate_bucket").await?;
        Sheet::new(manager, "rate_bucket")
            .key("subject")
            .int("full_at_ms")
            .create(manager)
            .await
    }
}
