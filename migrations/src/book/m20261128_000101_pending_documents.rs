//! Which numbered documents have no PDF yet. Few wait at a time: looking for them among all that
//! were ever issued would take seconds.

use sea_orm_migration::prelude::*;

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
        Sheet::new(manager, "pending_document")
            .int_key("invoice")
            .create(manager)
            .await?;
        kept::with_numbers(manager, "pending_document", |invoices| {
            format!(
                "INSERT INTO pending_document (invoice) SELECT i.id FROM {invoices} AS i \
                 WHERE NOT EXISTS (SELECT 1 FROM document d \
                 WHERE d.invoice = i.id AND d.kind = 'pdf')"
            )
        })
        .await?;
        kept::with_rows(
            manager,
            "pending_document_made",
            ("INSERT", "document", "NEW.kind = 'pdf'"),
            "DELETE FROM pending_document WHERE invoice = NEW.invoice",
        )
        .await
    }
}
