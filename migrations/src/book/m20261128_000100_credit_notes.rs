//! Which numbered documents are credit notes: what a list comes to takes them off, and would have
//! to read each document in full to know them. They are few.

use sea_orm_migration::prelude::*;
use sea_orm_migration::sea_orm::DbBackend;

use crate::kept;
use crate::sheet::Sheet;

#[derive(DeriveMigrationName)]
pub struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    fn use_transaction(&self) -> Option<bool> {
        Some(true)
    }

    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        Sheet::new(manager, "credit_note")
            .int_key("invoice")
            .create(manager)
            .await?;
        let place = match manager.get_database_backend() {
            DbBackend::Postgres => "strpos",
            _ => "instr",
        };
        kept::with_numbers(manager, "credit_note", |invoices| {
            format!(
                "INSERT INTO credit_note (invoice) SELECT i.id FROM {invoices} AS i \
                 WHERE {place}(i.view, '\"document_type\":\"credit_note\"') > 0"
            )
        })
        .await
    }
}
