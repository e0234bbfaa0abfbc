//! Requests whose bytes were deleted: only under a protocol, only the bytes, and never again there.

use sea_orm_migration::prelude::*;
use sea_orm_migration::sea_orm::DbBackend;

use crate::guard;
use crate::sheet::Sheet;

#[derive(DeriveMigrationName)]
pub struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    /// A half-made schema is worse than none; SQLite does not do this by default.
    fn use_transaction(&self) -> Option<bool> {
        Some(true)
    }

    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        Sheet::new(manager, "evidence_protocol")
            .id()
            .int("before")
            .text("reason")
            .maybe_text("decision")
            .text("approved_by")
            .int("requests")
            .text("hash")
            .text("recorded_at")
            .check("requests >= 1")
            .create(manager)
            .await?;
        guard::freeze(manager, "evidence_protocol").await?;
        Sheet::new(manager, "evidence_erasure")
            .int_key("evidence")
            .int("protocol")
            .refers("evidence", "evidence", "id")
            .refers("protocol", "evidence_protocol", "id")
            .create(manager)
            .await?;
        guard::freeze(manager, "evidence_erasure").await?;
        guard::lift(manager, "evidence", "UPDATE").await?;
        // What a request was, when it came and what it hashed to stays for ever.
        let bytes_only = "NEW.id = OLD.id AND NEW.source = OLD.source \
                          AND NEW.received_at = OLD.received_at AND NEW.hash = OLD.hash \
                          AND NEW.kind = OLD.kind AND NEW.span_from = OLD.span_from \
                          AND NEW.span_to = OLD.span_to AND NEW.limits = OLD.limits \
                          AND NEW.instance IS NOT DISTINCT FROM OLD.instance \
                          AND NEW.codec = 'deleted' \
                          AND length(NEW.body) = 0";
        let allowed = format!(
            "{bytes_only} AND EXISTS (SELECT 1 FROM evidence_erasure WHERE evidence = OLD.id)"
        );
        if manager.get_database_backend() == DbBackend::Sqlite {
            let refused = format!("NOT ({allowed})");
            return guard::refuse(manager, "evidence", "UPDATE", Some(&refused)).await;
        }
        let function = format!(
            "CREATE FUNCTION herdbook_keep_evidence() RETURNS trigger LANGUAGE plpgsql AS $body$
             BEGIN
               IF NOT ({allowed}) THEN
                 RAISE EXCEPTION 'immutable: UPDATE of evidence' USING ERRCODE = 'HB001';
               END IF;
               RETURN NEW;
             END $body$"
        );
        guard::raw(manager, &function).await?;
        let trigger = "CREATE TRIGGER evidence_refuse_update BEFORE UPDATE ON evidence \
                       FOR EACH ROW EXECUTE FUNCTION herdbook_keep_evidence()";
        guard::raw(manager, trigger).await
    }
}
