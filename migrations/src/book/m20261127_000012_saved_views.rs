//! How people have their pages: preferences, saved views of lists, and the indexes by which lists
//! are ordered.
//!
//! A list is read from a place in its order, forwards or backwards. Each order it offers ends in
//! the row's id, so that rows that are equal in it keep their place from page to page.

use sea_orm_migration::prelude::*;
use sea_orm_migration::sea_orm::DbBackend;

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
        Sheet::new(manager, "preference")
            .text("account")
            .text("name")
            .text("value")
            .keyed_by(&["account", "name"])
            .refers("account", "account", "id")
            .create(manager)
            .await?;
        Sheet::new(manager, "saved_view")
            .key("id")
            .text("account")
            .text("list")
            .text("name")
            .text("query")
            .text("shared")
            .text("created_at")
            .refers("account", "account", "id")
            .unique(&["account", "list", "name"])
            .check("shared IN ('yes', 'no')")
            .check("name <> ''")
            .create(manager)
            .await?;
        index(manager, "saved_view", &["list", "shared"]).await?;
        orders(manager).await
    }
}

async fn orders(manager: &SchemaManager<'_>) -> Result<(), DbErr> {
    for column in ["number", "customer", "contract", "due_date"] {
        index(manager, "invoice", &[column, "id"]).await?;
    }
    for column in ["contract", "period_from"] {
        index(manager, "reading", &[column, "id"]).await?;
    }
    index(manager, "proposal", &["as_of", "id"]).await?;
    // A credit note gives back: it stands below all invoices.
    let statements: &[&str] = match manager.get_database_backend() {
        DbBackend::Sqlite => &["CREATE INDEX invoice_by_signed_gross ON invoice \
             ((CASE WHEN instr(view, '\"document_type\":\"credit_note\"') > 0 \
             THEN -gross_minor ELSE gross_minor END), id)"],
        _ => &[
            "CREATE INDEX invoice_by_signed_gross ON invoice \
             ((CASE WHEN strpos(view, '\"document_type\":\"credit_note\"') > 0 \
             THEN -gross_minor ELSE gross_minor END), id)",
            "CREATE INDEX customer_version_by_name ON customer_version \
             ((body::jsonb #>> '{legal_name}'), customer)",
            "CREATE INDEX contract_version_by_start ON contract_version \
             ((body::jsonb #>> '{term,start}'), contract)",
        ],
    };
    for statement in statements {
        guard::raw(manager, statement).await?;
    }
    Ok(())
}
