//! Which documents something is open of now, so that a page of them, and the figures over them,
//! read no settled ones. Triggers keep the list, whoever writes: it follows from ledger and
//! allocations, and no backup holds it.

use sea_orm_migration::prelude::*;
use sea_orm_migration::sea_orm::DbBackend;

use crate::guard;
use crate::sheet::{Sheet, index};

#[derive(DeriveMigrationName)]
pub struct Migration;

/// Documents with what they are over less what is allocated, where that is not nothing.
const OPEN: &str = "SELECT i.id, i.customer, i.due_date FROM invoice i WHERE \
    (SELECT COALESCE(SUM(p.debit_minor - p.credit_minor), 0) \
       FROM ledger_entry e JOIN posting p ON p.entry = e.id \
       WHERE e.invoice = i.id AND p.currency = i.currency \
       AND CAST(p.account AS BIGINT) = CAST(i.customer AS BIGINT)) \
    <> (SELECT COALESCE(SUM(a.amount_minor), 0) FROM allocation a WHERE a.invoice = i.id) \
    - (SELECT COALESCE(SUM(c.amount_minor), 0) FROM allocation c WHERE c.credit_note = i.id)";

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    fn use_transaction(&self) -> Option<bool> {
        Some(true)
    }

    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        Sheet::new(manager, "open_document")
            .int_key("invoice")
            .text("customer")
            .text("due_date")
            .refers("invoice", "invoice", "id")
            .create(manager)
            .await?;
        index(manager, "open_document", &["due_date", "invoice"]).await?;
        index(
            manager,
            "open_document",
            &["customer", "due_date", "invoice"],
        )
        .await?;
        // Of an earlier day, what was allocated since is open again.
        index(manager, "allocation", &["allocated_on"]).await?;
        index(manager, "allocation", &["recorded_at"]).await?;
        let all = format!("INSERT INTO open_document (invoice, customer, due_date) {OPEN}");
        guard::raw(manager, &all).await?;
        match manager.get_database_backend() {
            DbBackend::Sqlite => {
                // Persons have accounts of five digits, and one of them a document.
                let person = "WHEN CAST(NEW.account AS BIGINT) > 9999";
                let booked = "(SELECT e.invoice FROM ledger_entry e WHERE e.id = NEW.entry)";
                by_row(manager, ("posting", person), booked).await?;
                by_row(
                    manager,
                    ("allocation", ""),
                    "(NEW.invoice, NEW.credit_note)",
                )
                .await
            }
            _ => {
                let booked =
                    "(SELECT e.invoice FROM ledger_entry e JOIN added ON added.entry = e.id)";
                let settled = "(SELECT invoice FROM added UNION ALL SELECT credit_note FROM added)";
                by_statement(manager, "posting", booked).await?;
                by_statement(manager, "allocation", settled).await
            }
        }
    }
}

/// Looks at some documents anew.
fn look(which: &str) -> String {
    format!(
        "DELETE FROM open_document WHERE invoice IN {which}; \
         INSERT INTO open_document (invoice, customer, due_date) {OPEN} AND i.id IN {which};"
    )
}

async fn by_row(
    manager: &SchemaManager<'_>,
    (table, when): (&str, &str),
    which: &str,
) -> Result<(), DbErr> {
    let sql = format!(
        "CREATE TRIGGER {table}_opens AFTER INSERT ON {table} FOR EACH ROW {when} BEGIN {} END",
        look(which)
    );
    guard::raw(manager, &sql).await
}

/// One look a statement, however many rows it adds.
async fn by_statement(manager: &SchemaManager<'_>, table: &str, which: &str) -> Result<(), DbErr> {
    let function = format!(
        "CREATE FUNCTION herdbook_{table}_opens() RETURNS trigger LANGUAGE plpgsql AS $body$ \
         BEGIN {} RETURN NULL; END $body$",
        look(which)
    );
    guard::raw(manager, &function).await?;
    let sql = format!(
        "CREATE TRIGGER {table}_opens AFTER INSERT ON {table} REFERENCING NEW TABLE AS added \
         FOR EACH STATEMENT EXECUTE FUNCTION herdbook_{table}_opens()"
    );
    guard::raw(manager, &sql).await
}
