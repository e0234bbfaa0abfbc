//! Where a customer wants to be told by a program: one address, with the secret that signs.

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
        Sheet::new(manager, "webhook")
            .key("customer")
            .text("url")
            .text("secret")
            .text("state")
            .text("changed_at")
            .refers("customer", "customer", "id")
            .check("state IN ('on', 'off', 'gone')")
            .check("url <> '' AND secret <> ''")
            .create(manager)
            .await
    }
}
