//! Billing runs, invoices with their lines, number series, and contracts a run could not bill.

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
        Sheet::new(manager, "billing_run")
            .id()
            .text("as_of")
            .text("service_until")
            .text("as_known_at")
            .text("started_at")
            .maybe_text("finished_at")
            .maybe_text("report")
            .maybe_text("audit_head")
            .check("(finished_at IS NULL) = (report IS NULL)")
            .create(manager)
            .await?;
        guard::refuse(manager, "billing_run", "DELETE", None).await?;
        let over = Some("OLD.finished_at IS NOT NULL");
        guard::refuse(manager, "billing_run", "UPDATE", over).await?;
        Sheet::new(manager, "blocked")
            .id()
            .int("run")
            .text("contract")
            .text("code")
            .text("reason")
            .refers("run", "billing_run", "id")
            .refers("contract", "contract", "id")
            .unique(&["run", "contract", "code"])
            .create(manager)
            .await?;
        series(manager).await?;
        invoice(manager).await?;
        lines(manager).await
    }
}

/// `next` is the number the next issued invoice takes; it only grows. `fence` is the highest
/// fencing token that ever took numbers, so that a leader that lost its lease takes none.
async fn series(manager: &SchemaManager<'_>) -> Result<(), DbErr> {
    Sheet::new(manager, "number_series")
        .key("id")
        .text("seller")
        .text("prefix")
        .int("year")
        .int("next")
        .int("fence")
        .refers("seller", "seller", "id")
        .unique(&["seller", "prefix", "year"])
        .check("next >= 1 AND fence >= 0")
        .create(manager)
        .await?;
    guard::refuse(manager, "number_series", "DELETE", None).await?;
    let backwards = "NEW.next < OLD.next OR NEW.fence < OLD.fence OR NEW.id <> OLD.id \
                     OR NEW.seller <> OLD.seller OR NEW.prefix <> OLD.prefix \
                     OR NEW.year <> OLD.year";
    guard::refuse(manager, "number_series", "UPDATE", Some(backwards)).await
}

async fn invoice(manager: &SchemaManager<'_>) -> Result<(), DbErr> {
    Sheet::new(manager, "invoice")
        .id()
        .int("run")
        .text("contract")
        .text("customer")
        .text("series")
        .text("issue_date")
        .text("due_date")
        .text("state")
        .maybe_text("number")
        .maybe_int("place")
        .text("currency")
        .int("net_minor")
        .int("tax_minor")
        .int("gross_minor")
        .int("payable_minor")
        .text("view")
        .text("view_hash")
        .text("frozen_at")
        .maybe_text("issued_at")
        .maybe_text("cancelled_at")
        .refers("run", "billing_run", "id")
        .refers("contract", "contract", "id")
        .refers("customer", "customer", "id")
        .refers("series", "number_series", "id")
        .unique(&["series", "number"])
        .unique(&["series", "place"])
        .check(
            "(state = 'frozen' AND number IS NULL AND place IS NULL AND issued_at IS NULL \
              AND cancelled_at IS NULL) \
             OR (state = 'issued' AND number IS NOT NULL AND place IS NOT NULL \
              AND issued_at IS NOT NULL AND cancelled_at IS NULL) \
             OR (state = 'cancelled' AND number IS NOT NULL AND place IS NOT NULL \
              AND issued_at IS NOT NULL AND cancelled_at IS NOT NULL)",
        )
        .check("gross_minor = net_minor + tax_minor")
        .create(manager)
        .await?;
    let numbered = "OLD.number IS NOT NULL";
    guard::refuse(manager, "invoice", "DELETE", Some(numbered)).await?;
    guard::refuse(manager, "invoice", "UPDATE", Some(&changed_after_issue())).await?;
    index(
        manager,
        "invoice",
        &["series", "state", "issue_date", "customer", "contract"],
    )
    .await?;
    index(manager, "invoice", &["customer", "issue_date"]).await?;
    index(manager, "invoice", &["contract", "issue_date"]).await?;
    index(manager, "invoice", &["run"]).await
}

/// Once numbered, an invoice changes in one way only: from issued to cancelled.
fn changed_after_issue() -> String {
    let fixed = [
        "id",
        "run",
        "contract",
        "customer",
        "series",
        "issue_date",
        "due_date",
        "number",
        "place",
        "currency",
        "net_minor",
        "tax_minor",
        "gross_minor",
        "payable_minor",
        "view",
        "view_hash",
        "frozen_at",
        "issued_at",
    ];
    let moved = fixed.map(|column| format!("NEW.{column} IS DISTINCT FROM OLD.{column}"));
    format!(
        "OLD.number IS NOT NULL AND (OLD.state <> 'issued' OR NEW.state <> 'cancelled' OR {})",
        moved.join(" OR ")
    )
}

async fn lines(manager: &SchemaManager<'_>) -> Result<(), DbErr> {
    Sheet::new(manager, "invoice_line")
        .id()
        .int("invoice")
        .int("position")
        .text("contract")
        .text("item")
        .text("service_from")
        .text("service_to")
        .text("kind")
        .text("cause")
        .int("amount_minor")
        .text("currency")
        .text("body")
        .refers("invoice", "invoice", "id")
        .refers("contract", "contract", "id")
        .unique(&["invoice", "position"])
        // The same service is never billed twice for the same cause: what makes a rerun safe.
        .unique(&[
            "contract",
            "item",
            "service_from",
            "service_to",
            "kind",
            "cause",
        ])
        .create(manager)
        .await?;
    guard::refuse(manager, "invoice_line", "UPDATE", None).await?;
    delete_only_while_frozen(manager).await
}

/// A frozen invoice may still be given up together with its lines; an issued one may not.
async fn delete_only_while_frozen(manager: &SchemaManager<'_>) -> Result<(), DbErr> {
    let issued = "EXISTS (SELECT 1 FROM invoice WHERE id = OLD.invoice AND number IS NOT NULL)";
    if manager.get_database_backend() == sea_orm_migration::sea_orm::DbBackend::Sqlite {
        return guard::refuse(manager, "invoice_line", "DELETE", Some(issued)).await;
    }
    let function = format!(
        "CREATE FUNCTION herdbook_keep_issued_line() RETURNS trigger LANGUAGE plpgsql AS $body$
         BEGIN
           IF {issued} THEN
             RAISE EXCEPTION 'immutable: DELETE of invoice_line' USING ERRCODE = 'HB001';
           END IF;
           RETURN OLD;
         END $body$"
    );
    guard::raw(manager, &function).await?;
    let trigger = "CREATE TRIGGER invoice_line_refuse_delete BEFORE DELETE ON invoice_line \
                   FOR EACH ROW EXECUTE FUNCTION herdbook_keep_issued_line()";
    guard::raw(manager, trigger).await
}
