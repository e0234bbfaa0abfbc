//! What is known about usage and service: index values, closed readings, service level results.

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
        Sheet::new(manager, "index_value")
            .id()
            .text("series")
            .text("month")
            .text("value")
            .text("source")
            .text("recorded_at")
            .unique(&["series", "month", "recorded_at"])
            .create(manager)
            .await?;
        guard::freeze(manager, "index_value").await?;
        readings(manager).await?;
        service_levels(manager).await
    }
}

async fn readings(manager: &SchemaManager<'_>) -> Result<(), DbErr> {
    Sheet::new(manager, "reading")
        .id()
        .text("contract")
        .text("instance")
        .text("meter")
        .text("period_from")
        .text("period_to")
        .int("revision")
        .text("quantity")
        .text("coverage")
        .text("evidence_hash")
        .text("tzdb_version")
        .text("body")
        .text("recorded_at")
        .refers("contract", "contract", "id")
        .unique(&[
            "contract",
            "instance",
            "meter",
            "period_from",
            "period_to",
            "revision",
        ])
        .check("period_from < period_to AND revision >= 0")
        .create(manager)
        .await?;
    guard::freeze(manager, "reading").await
}

async fn service_levels(manager: &SchemaManager<'_>) -> Result<(), DbErr> {
    Sheet::new(manager, "sla_result")
        .id()
        .text("contract")
        .text("objective")
        .text("period_from")
        .text("period_to")
        .int("revision")
        .text("ratio")
        .int("met")
        .text("body")
        .text("recorded_at")
        .refers("contract", "contract", "id")
        .unique(&[
            "contract",
            "objective",
            "period_from",
            "period_to",
            "revision",
        ])
        .check("period_from < period_to AND met IN (0, 1)")
        .create(manager)
        .await?;
    guard::freeze(manager, "sla_result").await?;
    Sheet::new(manager, "service_credit")
        .id()
        .text("contract")
        .int("sla_result")
        .int("amount_minor")
        .text("currency")
        .text("state")
        .maybe_int("invoice")
        .text("body")
        .text("recorded_at")
        .refers("contract", "contract", "id")
        .refers("sla_result", "sla_result", "id")
        .unique(&["sla_result"])
        .check("state IN ('proposed', 'approved', 'applied', 'expired', 'rejected')")
        .check("(state = 'applied') = (invoice IS NOT NULL)")
        .check("amount_minor >= 0")
        .create(manager)
        .await?;
    guard::refuse(manager, "service_credit", "DELETE", None).await?;
    let fixed = "NEW.id <> OLD.id OR NEW.contract <> OLD.contract \
                 OR NEW.sla_result <> OLD.sla_result OR NEW.amount_minor <> OLD.amount_minor \
                 OR NEW.currency <> OLD.currency OR NEW.body <> OLD.body \
                 OR NEW.recorded_at <> OLD.recorded_at OR OLD.state IN ('applied', 'rejected')";
    guard::refuse(manager, "service_credit", "UPDATE", Some(fixed)).await?;
    index(manager, "service_credit", &["contract", "state"]).await
}
