//! Payments, what they are allocated to, what the gateway kept of them and what was given back;
//! checkouts under way, and the gateway's events that were taken.

use sea_orm_migration::prelude::*;

use crate::guard;
use crate::sheet::{Sheet, index};

#[derive(DeriveMigrationName)]
pub struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    fn use_transaction(&self) -> Option<bool> {
        Some(true)
    }

    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        payments(manager).await?;
        allocations(manager).await?;
        refunds(manager).await?;
        checkouts(manager).await?;
        Sheet::new(manager, "gateway_event")
            .key("key")
            .text("kind")
            .text("subject")
            .text("outcome")
            .text("recorded_at")
            .check("outcome IN ('applied', 'ignored')")
            .create(manager)
            .await?;
        guard::freeze(manager, "gateway_event").await
    }
}

async fn payments(manager: &SchemaManager<'_>) -> Result<(), DbErr> {
    Sheet::new(manager, "payment")
        .id()
        .text("key")
        .text("customer")
        .text("method")
        .text("received_on")
        .int("amount_minor")
        .text("currency")
        .maybe_int("meant_for")
        .text("reference")
        .text("chart")
        .text("recorded_at")
        .refers("meant_for", "invoice", "id")
        .unique(&["key"])
        .check("amount_minor > 0")
        .check("method IN ('card', 'transfer')")
        .create(manager)
        .await?;
    guard::freeze(manager, "payment").await?;
    index(manager, "payment", &["customer"]).await?;
    index(manager, "payment", &["meant_for"]).await?;
    Sheet::new(manager, "payment_fee")
        .id()
        .text("key")
        .int("payment")
        .text("booked_on")
        .int("amount_minor")
        .text("currency")
        .text("recorded_at")
        .refers("payment", "payment", "id")
        .unique(&["key"])
        .check("amount_minor <> 0")
        .create(manager)
        .await?;
    guard::freeze(manager, "payment_fee").await?;
    index(manager, "payment_fee", &["payment"]).await
}

/// A part of a payment, or of a credit note, that settles an invoice; taken back by a row below
/// zero.
async fn allocations(manager: &SchemaManager<'_>) -> Result<(), DbErr> {
    Sheet::new(manager, "allocation")
        .id()
        .int("invoice")
        .maybe_int("payment")
        .maybe_int("credit_note")
        .text("allocated_on")
        .int("amount_minor")
        .text("currency")
        .text("recorded_at")
        .refers("invoice", "invoice", "id")
        .refers("payment", "payment", "id")
        .refers("credit_note", "invoice", "id")
        .check("amount_minor <> 0")
        .check("(payment IS NULL) <> (credit_note IS NULL)")
        .check("credit_note IS NULL OR credit_note <> invoice")
        .create(manager)
        .await?;
    guard::freeze(manager, "allocation").await?;
    index(manager, "allocation", &["invoice"]).await?;
    index(manager, "allocation", &["payment"]).await?;
    index(manager, "allocation", &["credit_note"]).await
}

async fn refunds(manager: &SchemaManager<'_>) -> Result<(), DbErr> {
    Sheet::new(manager, "refund")
        .id()
        .text("key")
        .int("payment")
        .int("amount_minor")
        .text("currency")
        .text("state")
        .maybe_text("reference")
        .maybe_text("requested_by")
        .text("requested_at")
        .maybe_text("approved_by")
        .maybe_text("approved_at")
        .maybe_text("returned_on")
        .maybe_text("failed_on")
        .refers("payment", "payment", "id")
        .refers("requested_by", "account", "id")
        .refers("approved_by", "account", "id")
        .unique(&["key"])
        .check("amount_minor > 0")
        .check("state IN ('requested', 'sending', 'returned', 'failed', 'withdrawn')")
        // Four eyes, whatever a program thinks.
        .check("approved_by IS NULL OR approved_by <> requested_by")
        .check("(approved_by IS NULL) = (approved_at IS NULL)")
        .check("state NOT IN ('requested', 'withdrawn') OR approved_by IS NULL")
        .check("state <> 'sending' OR approved_by IS NOT NULL")
        .check("state <> 'returned' OR returned_on IS NOT NULL")
        .check("(state = 'failed') = (failed_on IS NOT NULL)")
        .create(manager)
        .await?;
    guard::refuse(manager, "refund", "DELETE", None).await?;
    // What was returned may still come back: a bank can refuse a refund days later.
    let changed = "OLD.state IN ('failed', 'withdrawn') OR NEW.key <> OLD.key \
                   OR (OLD.state = 'returned' AND NEW.state <> 'failed') \
                   OR NEW.payment <> OLD.payment OR NEW.amount_minor <> OLD.amount_minor \
                   OR NEW.requested_by IS DISTINCT FROM OLD.requested_by";
    guard::refuse(manager, "refund", "UPDATE", Some(changed)).await?;
    index(manager, "refund", &["payment"]).await
}

async fn checkouts(manager: &SchemaManager<'_>) -> Result<(), DbErr> {
    Sheet::new(manager, "checkout")
        .key("key")
        .int("invoice")
        .int("amount_minor")
        .text("currency")
        .text("state")
        .text("back")
        .maybe_text("session")
        .maybe_text("url")
        .text("started_by")
        .text("started_at")
        .text("expires_at")
        .maybe_text("ended_at")
        .refers("invoice", "invoice", "id")
        .unique(&["session"])
        .check("amount_minor > 0")
        .check("state IN ('opening', 'open', 'paid', 'expired')")
        .check("(state IN ('opening', 'open')) = (ended_at IS NULL)")
        .check("state <> 'open' OR (session IS NOT NULL AND url IS NOT NULL)")
        .create(manager)
        .await?;
    guard::refuse(manager, "checkout", "DELETE", None).await?;
    // What counts as expired may have been paid a moment before; paid it stays.
    let changed = "(OLD.state = 'paid' AND NEW.state <> 'paid') \
                   OR (OLD.state = 'expired' AND NEW.state NOT IN ('expired', 'paid')) \
                   OR NEW.key <> OLD.key OR NEW.invoice <> OLD.invoice \
                   OR NEW.amount_minor <> OLD.amount_minor OR NEW.currency <> OLD.currency";
    guard::refuse(manager, "checkout", "UPDATE", Some(changed)).await?;
    index(manager, "checkout", &["invoice"]).await?;
    // Two clicks find one checkout; a database that both understand keeps it so.
    guard::raw(
        manager,
        "CREATE UNIQUE INDEX checkout_running_once ON checkout (invoice) \
         WHERE state IN ('opening', 'open')",
    )
    .await
}
