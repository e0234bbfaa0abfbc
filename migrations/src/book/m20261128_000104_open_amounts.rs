//! What each open document is over, and what is allocated to it: worked out when something is
//! posted or allocated, not for all open documents whenever the figures over the book are. The list
//! says what ledger and allocations say, as before; `verify` holds it against them.

use sea_orm_migration::prelude::*;
use sea_orm_migration::sea_orm::DbBackend;

use crate::guard;

#[derive(DeriveMigrationName)]
pub struct Migration;

const OWED: &str = "(SELECT COALESCE(SUM(p.debit_minor - p.credit_minor), 0) \
    FROM ledger_entry e JOIN posting p ON p.entry = e.id \
    WHERE e.invoice = i.id AND p.currency = i.currency \
    AND CAST(p.account AS BIGINT) = CAST(i.customer AS BIGINT))";

const ALLOCATED: &str = "((SELECT COALESCE(SUM(a.amount_minor), 0) FROM allocation a \
    WHERE a.invoice = i.id) \
    - (SELECT COALESCE(SUM(c.amount_minor), 0) FROM allocation c WHERE c.credit_note = i.id))";

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    fn use_transaction(&self) -> Option<bool> {
        Some(true)
    }

    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        for column in ["owed_minor", "allocated_minor"] {
            let sql =
                format!("ALTER TABLE open_document ADD COLUMN {column} bigint NOT NULL DEFAULT 0");
            let sql = match manager.get_database_backend() {
                DbBackend::Sqlite => sql.replace("bigint", "integer"),
                _ => sql,
            };
            guard::raw(manager, &sql).await?;
        }
        let listed = "FROM invoice i WHERE i.id = open_document.invoice";
        let all = format!(
            "UPDATE open_document SET owed_minor = (SELECT {OWED} {listed}), \
             allocated_minor = (SELECT {ALLOCATED} {listed})"
        );
        guard::raw(manager, &all).await?;
        match manager.get_database_backend() {
            DbBackend::Sqlite => {
                // Persons have accounts of five digits, and one of them a document.
                let person = "WHEN CAST(NEW.account AS BIGINT) > 9999";
                let booked = "(SELECT e.invoice FROM ledger_entry e WHERE e.id = NEW.entry)";
                let settled = "(NEW.invoice, NEW.credit_note)";
                for (table, when, which) in
                    [("posting", person, booked), ("allocation", "", settled)]
                {
                    let before = format!("DROP TRIGGER IF EXISTS {table}_opens");
                    guard::raw(manager, &before).await?;
                    let sql = format!(
                        "CREATE TRIGGER {table}_opens AFTER INSERT ON {table} FOR EACH ROW {when} \
                         BEGIN {} END",
                        look(which)
                    );
                    guard::raw(manager, &sql).await?;
                }
            }
            _ => {
                let booked =
                    "(SELECT e.invoice FROM ledger_entry e JOIN added ON added.entry = e.id)";
                let settled = "(SELECT invoice FROM added UNION ALL SELECT credit_note FROM added)";
                for (table, which) in [("posting", booked), ("allocation", settled)] {
                    // The trigger stands and calls it by name.
                    let sql = format!(
                        "CREATE OR REPLACE FUNCTION herdbook_{table}_opens() RETURNS trigger \
                         LANGUAGE plpgsql AS $body$ BEGIN {} RETURN NULL; END $body$",
                        look(which)
                    );
                    guard::raw(manager, &sql).await?;
                }
            }
        }
        Ok(())
    }
}

/// Looks at some documents anew.
fn look(which: &str) -> String {
    format!(
        "DELETE FROM open_document WHERE invoice IN {which}; \
         INSERT INTO open_document (invoice, customer, due_date, owed_minor, allocated_minor) \
         SELECT * FROM (SELECT i.id, i.customer, i.due_date, {OWED} AS owed, \
         {ALLOCATED} AS allocated FROM invoice i WHERE i.id IN {which}) AS o \
         WHERE o.owed <> o.allocated;"
    )
}
