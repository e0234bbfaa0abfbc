//! Sellers, customers and contracts, each as dated versions; the contract row is what billing
//! locks.

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
        guard::install(manager).await?;
        Sheet::new(manager, "seller")
            .key("id")
            .text("recorded_at")
            .create(manager)
            .await?;
        versions(manager, "seller_version", "seller").await?;
        Sheet::new(manager, "customer")
            .key("id")
            .text("recorded_at")
            .create(manager)
            .await?;
        versions(manager, "customer_version", "customer").await?;
        Sheet::new(manager, "contract")
            .key("id")
            .text("seller")
            .text("customer")
            .text("recorded_at")
            .refers("seller", "seller", "id")
            .refers("customer", "customer", "id")
            .create(manager)
            .await?;
        index(manager, "contract", &["customer"]).await?;
        versions(manager, "contract_version", "contract").await
    }
}

/// Versions carry valid time and knowledge time; a correction is a version recorded later.
async fn versions(
    manager: &SchemaManager<'_>,
    table: &'static str,
    owner: &'static str,
) -> Result<(), DbErr> {
    Sheet::new(manager, table)
        .id()
        .text(owner)
        .text("valid_from")
        .text("recorded_at")
        .text("body")
        .refers(owner, owner, "id")
        .unique(&[owner, "valid_from", "recorded_at"])
        .create(manager)
        .await?;
    guard::freeze(manager, table).await
}
