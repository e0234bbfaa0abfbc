//! A full-text index of trigrams in which SQLite finds a text that stands anywhere in the number or
//! the contract of an invoice (FTS5, <https://www.sqlite.org/fts5.html#the_trigram_tokenizer>).
//! PostgreSQL has trigrams of both already.
//!
//! It holds no text of its own, and one row an invoice, in the order of the list: the day of issue
//! stands above the id in the number of the row, so that the newest hits are read first. What is
//! numbered never changes and never goes, so the index only grows, by triggers, whoever writes. It
//! follows from the invoices: no backup holds it, loading one writes it again.

use sea_orm_migration::prelude::*;
use sea_orm_migration::sea_orm::DbBackend;

use crate::guard;

#[derive(DeriveMigrationName)]
pub struct Migration;

/// A sign that nobody types, 31, ends number and contract. Two of them stand behind the contract:
/// so each sign of both begins a trigram, and a text of one or two is the beginning of some.
const INDEX: [&str; 2] = [
    "CREATE VIRTUAL TABLE invoice_text USING \
     fts5(said, content='', columnsize=0, tokenize='trigram')",
    "CREATE VIRTUAL TABLE invoice_text_trigram USING fts5vocab(invoice_text, instance)",
];

/// The row of the invoice under an alias.
fn row(alias: &str) -> String {
    format!(
        "CAST(julianday({alias}.issue_date) AS INTEGER) * 4294967296 + {alias}.id, \
         {alias}.number || char(31) || {alias}.contract || char(31, 31)"
    )
}

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    fn use_transaction(&self) -> Option<bool> {
        Some(true)
    }

    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        if manager.get_database_backend() == DbBackend::Postgres {
            return Ok(());
        }
        for statement in INDEX {
            guard::raw(manager, statement).await?;
        }
        // In the order of the index: otherwise each step back would end a part of it.
        let all = format!(
            "INSERT INTO invoice_text (rowid, said) SELECT {} FROM invoice i \
             WHERE i.number IS NOT NULL ORDER BY i.issue_date, i.id",
            row("i")
        );
        guard::raw(manager, &all).await?;
        let one = "INSERT INTO invoice_text (invoice_text) VALUES ('optimize')";
        guard::raw(manager, one).await?;
        for (name, when, numbered) in [
            (
                "invoice_numbered",
                "UPDATE OF number",
                "OLD.number IS NULL AND NEW.number IS NOT NULL",
            ),
            // A backup that is loaded.
            ("invoice_loaded", "INSERT", "NEW.number IS NOT NULL"),
        ] {
            let sql = format!(
                "CREATE TRIGGER {name} AFTER {when} ON invoice FOR EACH ROW WHEN {numbered} \
                 BEGIN INSERT INTO invoice_text (rowid, said) VALUES ({}); END",
                row("NEW")
            );
            guard::raw(manager, &sql).await?;
        }
        Ok(())
    }
}
