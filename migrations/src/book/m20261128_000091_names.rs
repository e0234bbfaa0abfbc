//! Names of customers and titles of contracts as columns that PostgreSQL keeps from the text of a
//! version, with indexes that hold all that a search looks at: no version is read as JSON for it.
//! SQLite has them in its indexes for lists already.

use sea_orm_migration::prelude::*;
use sea_orm_migration::sea_orm::DbBackend;

use crate::guard;

#[derive(DeriveMigrationName)]
pub struct Migration;

const COLUMNS: [&str; 4] = [
    "ALTER TABLE customer_version ADD COLUMN legal_name text \
     GENERATED ALWAYS AS (body::jsonb #>> '{legal_name}') STORED",
    "ALTER TABLE contract_version ADD COLUMN title text \
     GENERATED ALWAYS AS (body::jsonb #>> '{title}') STORED",
    "CREATE INDEX customer_version_for_lists ON customer_version \
     (customer, valid_from, recorded_at, legal_name, id)",
    "CREATE INDEX contract_version_for_lists ON contract_version \
     (contract, valid_from, recorded_at, title, id)",
];

/// The same trigrams as before, of the columns. As there: without the extension each search reads
/// the indexes above from end to end.
const TRIGRAMS: &str = "DO $$ BEGIN \
     DROP INDEX IF EXISTS customer_version_by_part_of_name; \
     DROP INDEX IF EXISTS contract_version_by_part_of_title; \
     CREATE INDEX customer_version_by_part_of_name ON customer_version \
     USING gin (legal_name gin_trgm_ops); \
     CREATE INDEX contract_version_by_part_of_title ON contract_version \
     USING gin (title gin_trgm_ops); \
     EXCEPTION WHEN undefined_object THEN RAISE NOTICE 'no pg_trgm'; \
     END $$";

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    fn use_transaction(&self) -> Option<bool> {
        Some(true)
    }

    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        if manager.get_database_backend() != DbBackend::Postgres {
            return Ok(());
        }
        for statement in COLUMNS {
            guard::raw(manager, statement).await?;
        }
        guard::raw(manager, TRIGRAMS).await
    }
}
