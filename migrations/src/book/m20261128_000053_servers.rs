//! Indexes in which the contracts of a server are found by a part of its domain.
//!
//! SQLite reads the domains of the first eight items of each contract from an index, and opens only
//! what has them or has more items; PostgreSQL has trigrams of all of them.

use sea_orm_migration::prelude::*;
use sea_orm_migration::sea_orm::DbBackend;

use crate::guard;

#[derive(DeriveMigrationName)]
pub struct Migration;

/// The number of items leads: an index that began with the contract would be taken for one that
/// lists narrow contracts by.
const SQLITE: &str = "CREATE INDEX contract_version_for_servers ON contract_version \
     (json_array_length(body, '$.items'), \
     json_extract(body, '$.items[0].instance', '$.items[1].instance', \
     '$.items[2].instance', '$.items[3].instance', '$.items[4].instance', \
     '$.items[5].instance', '$.items[6].instance', '$.items[7].instance'))";

/// As with the other trigrams: without the extension each search reads every contract.
const POSTGRES: &str = "DO $$ BEGIN \
     CREATE INDEX contract_version_by_part_of_domain ON contract_version USING gin \
     ((jsonb_path_query_array(body::jsonb, '$.items[*].instance')::text) gin_trgm_ops); \
     EXCEPTION WHEN undefined_object THEN RAISE NOTICE 'no pg_trgm'; \
     END $$";

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    fn use_transaction(&self) -> Option<bool> {
        Some(true)
    }

    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let statement = match manager.get_database_backend() {
            DbBackend::Postgres => POSTGRES,
            _ => SQLITE,
        };
        guard::raw(manager, statement).await
    }
}
