//! Indexes for the lists of customers, contracts and readings.
//!
//! What the lists of parties are filtered by stands in the JSON text of a version. SQLite reads an
//! expression from an index that holds it, so that a filter over all versions opens none of them.
//! PostgreSQL looks single values up in an index of their own, and opens versions for the rest.

use sea_orm_migration::prelude::*;
use sea_orm_migration::sea_orm::DbBackend;

use crate::guard;
use crate::sheet::index;

#[derive(DeriveMigrationName)]
pub struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    fn use_transaction(&self) -> Option<bool> {
        Some(true)
    }

    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        index(manager, "reading", &["meter", "id"]).await?;
        let statements = match manager.get_database_backend() {
            DbBackend::Sqlite => [
                "CREATE INDEX customer_version_for_lists ON customer_version \
                 (customer, valid_from, recorded_at, json_extract(body, '$.legal_name'), \
                 json_extract(body, '$.address.country'), json_extract(body, '$.kind'))",
                "CREATE INDEX contract_version_for_lists ON contract_version \
                 (contract, valid_from, recorded_at, json_extract(body, '$.title'), \
                 json_extract(body, '$.term.start'), json_extract(body, '$.term.end'), \
                 json_extract(body, '$.term.renewal.months'), \
                 json_extract(body, '$.term.renewal.max_total_months'), \
                 instr(body, '\"kind\":\"cancel\"'))",
            ],
            _ => [
                "CREATE INDEX customer_version_by_country ON customer_version \
                 ((body::jsonb #>> '{address,country}'))",
                "CREATE INDEX customer_version_by_kind ON customer_version \
                 ((body::jsonb #>> '{kind}'))",
            ],
        };
        for statement in statements {
            guard::raw(manager, statement).await?;
        }
        Ok(())
    }
}
