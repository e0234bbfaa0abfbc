//! Which billing run issues what was approved: it is noted when that run begins, so that whoever
//! takes over goes on with it and with no other.

use sea_orm_migration::prelude::*;
use sea_orm_migration::sea_orm::DbBackend;

use crate::guard;

#[derive(DeriveMigrationName)]
pub struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    fn use_transaction(&self) -> Option<bool> {
        Some(true)
    }

    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let whole = match manager.get_database_backend() {
            DbBackend::Sqlite => "integer",
            _ => "bigint",
        };
        guard::raw(
            manager,
            &format!("ALTER TABLE proposal ADD COLUMN run {whole} REFERENCES billing_run (id)"),
        )
        .await?;
        guard::lift(manager, "proposal", "UPDATE").await?;
        // What was prepared never changes, what has ended stays as it ended, and a run that has
        // begun is the only one.
        let changed = "OLD.state IN ('issued', 'withdrawn') OR NEW.digest <> OLD.digest \
                       OR NEW.body <> OLD.body OR NEW.as_of <> OLD.as_of \
                       OR NEW.prepared_by <> OLD.prepared_by \
                       OR NEW.service_until IS DISTINCT FROM OLD.service_until \
                       OR (OLD.run IS NOT NULL AND NEW.run IS DISTINCT FROM OLD.run) \
                       OR (NEW.run IS NOT NULL AND NEW.state NOT IN ('issuing', 'issued'))";
        guard::refuse(manager, "proposal", "UPDATE", Some(changed)).await
    }
}
