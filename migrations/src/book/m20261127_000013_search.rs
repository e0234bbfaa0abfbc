//! An index that holds all that a search for invoices looks at: a text that stands anywhere in a
//! number is looked for in a tenth of the table.

use sea_orm_migration::prelude::*;

use crate::sheet::index;

#[derive(DeriveMigrationName)]
pub struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    fn use_transaction(&self) -> Option<bool> {
        Some(true)
    }

    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        index(
            manager,
            "invoice",
            &["number", "contract", "customer", "id"],
        )
        .await
    }
}
