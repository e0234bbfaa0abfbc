//! Indexes of trigrams, in which PostgreSQL finds a text that stands anywhere in a number, a name
//! or a title (pg_trgm, <https://www.postgresql.org/docs/15/pgtrgm.html>). SQLite reads an index
//! that holds these texts from end to end, which is fast enough.

use sea_orm_migration::prelude::*;
use sea_orm_migration::sea_orm::DbBackend;

use crate::guard;

#[derive(DeriveMigrationName)]
pub struct Migration;

/// Where the extension is not installed, or may not be, each search reads a whole column: slower,
/// and as right.
const TRIGRAMS: &str = "DO $$ BEGIN \
     CREATE EXTENSION IF NOT EXISTS pg_trgm; \
     CREATE INDEX invoice_by_part_of_number ON invoice USING gin (number gin_trgm_ops); \
     CREATE INDEX contract_by_part_of_number ON contract USING gin (id gin_trgm_ops); \
     CREATE INDEX customer_version_by_part_of_name ON customer_version \
     USING gin ((body::jsonb #>> '{legal_name}') gin_trgm_ops); \
     CREATE INDEX contract_version_by_part_of_title ON contract_version \
     USING gin ((body::jsonb #>> '{title}') gin_trgm_ops); \
     EXCEPTION WHEN insufficient_privilege OR undefined_file OR undefined_object \
     OR feature_not_supported THEN RAISE NOTICE 'no pg_trgm: searches read whole columns'; \
     END $$";

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    fn use_transaction(&self) -> Option<bool> {
        Some(true)
    }

    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        match manager.get_database_backend() {
            DbBackend::Postgres => guard::raw(manager, TRIGRAMS).await,
            _ => Ok(()),
        }
    }
}
