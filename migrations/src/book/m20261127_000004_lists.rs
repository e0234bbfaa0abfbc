//! Indexes for the lists of customers, contracts and readings.
//!
//! What the lists of parties are filtered by stands in the JSON text of a version. SQLite reads an
//! expression from an index that holds it, so that a filter over all versions opens none of them;
//! PostgreSQL would open each of them all the same, and gets no such index.

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
        if manager.get_database_backend() != DbBackend::Sqlite {
            return Ok(());
        }
        let customers = "CREATE INDEX customer_version_for_lists ON customer_version \
                         (customer, valid_from, recorded_at, \
                         json_extract(body, '$.legal_name'), \
                         json_extract(body, '$.address.country'), \
                         json_extract(body, '$.kind'))";
        guard::raw(manager, customers).await?;
        let contracts = "CREATE INDEX contract_version_for_lists ON contract_version \
                         (contract, valid_from, recorded_at, \
                         json_extract(body, '$.title'), \
                         json_extract(body, '$.term.start'), \
                         json_extract(body, '$.term.end'), \
                         json_extract(body, '$.term.renewal.months'), \
                         json_extract(body, '$.term.renewal.max_total_months'), \
                         instr(body, '\"kind\":\"cancel\"'))";
        guard::raw(manager, contracts).await
    }
}
