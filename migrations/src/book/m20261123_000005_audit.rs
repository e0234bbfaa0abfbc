//! The audit trail: records written unchained, payloads apart, seals that chain the records.

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
        // written_at is the database's own clock in microseconds: the sealer is judged by it.
        // transaction_id lets the sealer tell whether an older transaction may still write.
        Sheet::new(manager, "audit_record")
            .id()
            .text("recorded_at")
            .int_filled(
                "written_at",
                "CAST(unixepoch('subsec') * 1000000 AS INTEGER)",
                "(extract(epoch FROM clock_timestamp()) * 1000000)::bigint",
            )
            .text("actor")
            .text("action")
            .text("subject")
            .text("payload_hash")
            .int_filled("transaction_id", "0", "pg_current_xact_id()::text::bigint")
            .create(manager)
            .await?;
        guard::freeze(manager, "audit_record").await?;
        index(manager, "audit_record", &["subject"]).await?;
        index(manager, "audit_record", &["transaction_id"]).await?;
        Sheet::new(manager, "audit_payload")
            .int_key("record")
            .text("body")
            .refers("record", "audit_record", "id")
            .create(manager)
            .await?;
        // horizon: every record of a transaction older than this one was sealed by then.
        Sheet::new(manager, "audit_seal")
            .int_key("place")
            .int("record")
            .text("hash")
            .int("sealed_at")
            .int("horizon")
            .refers("record", "audit_record", "id")
            .unique(&["record"])
            .check("place >= 1 AND length(hash) = 64")
            .create(manager)
            .await?;
        guard::freeze(manager, "audit_seal").await?;
        erasure(manager).await
    }
}

/// A payload leaves only under a retention protocol that names it beforehand; the chain holds the
/// payload's hash and goes on verifying.
async fn erasure(manager: &SchemaManager<'_>) -> Result<(), DbErr> {
    Sheet::new(manager, "retention_protocol")
        .id()
        .text("reason")
        .text("approved_by")
        .text("recorded_at")
        .create(manager)
        .await?;
    guard::freeze(manager, "retention_protocol").await?;
    Sheet::new(manager, "audit_erasure")
        .int_key("record")
        .int("protocol")
        .refers("record", "audit_record", "id")
        .refers("protocol", "retention_protocol", "id")
        .create(manager)
        .await?;
    guard::freeze(manager, "audit_erasure").await?;
    guard::refuse(manager, "audit_payload", "UPDATE", None).await?;
    let kept = "NOT EXISTS (SELECT 1 FROM audit_erasure WHERE record = OLD.record)";
    if manager.get_database_backend() == sea_orm_migration::sea_orm::DbBackend::Sqlite {
        return guard::refuse(manager, "audit_payload", "DELETE", Some(kept)).await;
    }
    let function = format!(
        "CREATE FUNCTION herdbook_keep_payload() RETURNS trigger LANGUAGE plpgsql AS $body$
         BEGIN
           IF {kept} THEN
             RAISE EXCEPTION 'immutable: DELETE of audit_payload' USING ERRCODE = 'HB001';
           END IF;
           RETURN OLD;
         END $body$"
    );
    guard::raw(manager, &function).await?;
    let trigger = "CREATE TRIGGER audit_payload_refuse_delete BEFORE DELETE ON audit_payload \
                   FOR EACH ROW EXECUTE FUNCTION herdbook_keep_payload()";
    guard::raw(manager, trigger).await
}
