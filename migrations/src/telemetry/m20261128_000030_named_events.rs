//! Events by name, so that what voids or replaces one is found from its hour, and its hour from
//! what voids or replaces it.

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
        Sheet::new(manager, "event_name")
            .text("name")
            .int("request")
            .int("hour")
            .int("source")
            .maybe_text("retracts")
            .refers("request", "evidence", "id")
            .refers("source", "source", "id")
            .keyed_by(&["name", "request", "hour"])
            .by_key()
            .create(manager)
            .await?;
        index(manager, "event_name", &["source", "hour"]).await?;
        // Both ways, so that one step leads from either to the other.
        Sheet::new(manager, "event_link")
            .text("name")
            .text("other")
            .keyed_by(&["name", "other"])
            .by_key()
            .create(manager)
            .await?;
        Sheet::new(manager, "unnamed_request")
            .int_key("request")
            .refers("request", "evidence", "id")
            .create(manager)
            .await?;
        // What was received before is read once more when hours are rolled.
        let old = "INSERT INTO unnamed_request (request) SELECT id FROM evidence \
                   WHERE codec <> 'deleted' AND kind IN ('cloud-event', 'cloud-event-batch', \
                   'cloud-event-binary', 'usage-json', 'mastodon-reports')";
        guard::raw(manager, old).await
    }
}
