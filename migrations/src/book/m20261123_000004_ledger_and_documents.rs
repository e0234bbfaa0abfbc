//! Ledger entries with postings, rendered documents, and the template sets they were made with.

use sea_orm_migration::prelude::*;

use crate::guard;
use crate::sheet::{Sheet, index};

#[derive(DeriveMigrationName)]
pub struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    /// A half-made schema is worse than none; SQLite does not do this by default.
    fn use_transaction(&self) -> Option<bool> {
        Some(true)
    }

    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        Sheet::new(manager, "ledger_entry")
            .id()
            .text("key")
            .text("booked_on")
            .maybe_int("invoice")
            .text("memo")
            .text("recorded_at")
            .refers("invoice", "invoice", "id")
            .unique(&["key"])
            .create(manager)
            .await?;
        guard::freeze(manager, "ledger_entry").await?;
        index(manager, "ledger_entry", &["booked_on"]).await?;
        index(manager, "ledger_entry", &["invoice"]).await?;
        Sheet::new(manager, "posting")
            .int("entry")
            .int("position")
            .text("account")
            .int("debit_minor")
            .int("credit_minor")
            .text("currency")
            .keyed_by(&["entry", "position"])
            .refers("entry", "ledger_entry", "id")
            .check("debit_minor >= 0 AND credit_minor >= 0")
            .check("debit_minor = 0 OR credit_minor = 0")
            .create(manager)
            .await?;
        guard::freeze(manager, "posting").await?;
        index(manager, "posting", &["account"]).await?;
        Sheet::new(manager, "document")
            .id()
            .int("invoice")
            .text("kind")
            .text("sha256")
            .int("bytes")
            .text("media_type")
            .text("storage_key")
            .text("render_id")
            .text("recorded_at")
            .refers("invoice", "invoice", "id")
            .unique(&["invoice", "kind"])
            .check("bytes >= 0 AND length(sha256) = 64")
            .create(manager)
            .await?;
        guard::freeze(manager, "document").await?;
        Sheet::new(manager, "template_set")
            .key("hash")
            .text("recorded_at")
            .bytes("archive")
            .create(manager)
            .await?;
        guard::freeze(manager, "template_set").await
    }
}
