//! What retracts an event that is not there yet is found without reading all names of a source.

use sea_orm_migration::prelude::*;

use crate::guard;

#[derive(DeriveMigrationName)]
pub struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    /// A half-made schema is worse than none; SQLite does not do this by default.
    fn use_transaction(&self) -> Option<bool> {
        Some(true)
    }

    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let index = "CREATE INDEX event_name_retractions ON event_name (source) \
                     WHERE retracts IS NOT NULL";
        guard::raw(manager, index).await?;
        // Replacements without a number took events away, and an event that came again with
        // another target was told nowhere: the hours of all that are related are read once more,
        // but for those of which a request was deleted: they can never be read again.
        let again = "INSERT INTO dirty_hour (hour, source, marks) \
                     SELECT DISTINCT n.hour, n.source, 1 FROM event_name n \
                     JOIN evidence e ON e.id = n.request \
                     WHERE e.codec <> 'deleted' AND n.name IN (SELECT name FROM event_link) \
                     AND NOT EXISTS (SELECT 1 FROM evidence d WHERE d.codec = 'deleted' \
                       AND d.source = n.source AND d.span_from < (n.hour + 1) * 3600000000 \
                       AND d.span_to >= n.hour * 3600000000) \
                     ON CONFLICT (hour, source) DO UPDATE SET marks = dirty_hour.marks + 1";
        guard::raw(manager, again).await
    }
}
