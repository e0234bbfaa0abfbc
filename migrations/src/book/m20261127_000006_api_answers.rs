//! Answers of the API, kept under the key of the request, so that a request which is sent again is
//! answered again and not carried out again.

use sea_orm_migration::prelude::*;

use crate::sheet::{Sheet, index};

#[derive(DeriveMigrationName)]
pub struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    fn use_transaction(&self) -> Option<bool> {
        Some(true)
    }

    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        Sheet::new(manager, "api_answer")
            .text("account")
            .text("key")
            .text("request")
            .int("status")
            .maybe_text("location")
            .text("body")
            .text("at")
            .keyed_by(&["account", "key"])
            .refers("account", "account", "id")
            .check("length(request) = 64")
            .check("status = 0 OR (status >= 200 AND status < 300)")
            .create(manager)
            .await?;
        index(manager, "api_answer", &["at"]).await
    }
}
