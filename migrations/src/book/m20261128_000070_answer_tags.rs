//! The ETag of a kept answer: of a customer it is made of the newest edition as well, which the
//! body does not tell.

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
        guard::raw(manager, "ALTER TABLE api_answer ADD COLUMN etag TEXT").await
    }
}
