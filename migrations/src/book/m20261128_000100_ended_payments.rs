//! Indexes of the checkouts that were paid and of the refunds that were returned, by when: both are
//! looked at again for some weeks.

use sea_orm_migration::prelude::*;

use crate::guard;

#[derive(DeriveMigrationName)]
pub struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    fn use_transaction(&self) -> Option<bool> {
        Some(true)
    }

    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        for sql in [
            "CREATE INDEX checkout_paid ON checkout (ended_at) WHERE state = 'paid'",
            "CREATE INDEX refund_returned ON refund (returned_on) WHERE state = 'returned'",
        ] {
            guard::raw(manager, sql).await?;
        }
        Ok(())
    }
}
