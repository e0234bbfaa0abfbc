//! Triggers that keep a small table in step with a large one, whoever writes.

use sea_orm_migration::prelude::*;
use sea_orm_migration::sea_orm::DbBackend;

use crate::guard;

/// Runs a statement over the invoices that are numbered already, and over each that is from then
/// on: `statement` is given what stands behind FROM and makes the statement of it. What is loaded
/// from a backup comes with its number. No number changes or goes.
pub async fn with_numbers(
    manager: &SchemaManager<'_>,
    name: &str,
    statement: impl Fn(&str) -> String,
) -> Result<(), DbErr> {
    let all = statement("(SELECT * FROM invoice WHERE number IS NOT NULL)");
    guard::raw(manager, &all).await?;
    if manager.get_database_backend() == DbBackend::Sqlite {
        let one = statement("(SELECT * FROM invoice WHERE id = NEW.id)");
        for (suffix, event, when) in [
            (
                "numbered",
                "UPDATE OF number",
                "OLD.number IS NULL AND NEW.number IS NOT NULL",
            ),
            ("loaded", "INSERT", "NEW.number IS NOT NULL"),
        ] {
            let sql = format!(
                "CREATE TRIGGER {name}_{suffix} AFTER {event} ON invoice FOR EACH ROW WHEN {when} \
                 BEGIN {one}; END"
            );
            guard::raw(manager, &sql).await?;
        }
        return Ok(());
    }
    // A batch is numbered by one statement, and is one look.
    for (suffix, event, tables, which) in [
        (
            "numbered",
            "UPDATE",
            "OLD TABLE AS was NEW TABLE AS added",
            "(SELECT n.* FROM added n JOIN was w ON w.id = n.id \
             WHERE w.number IS NULL AND n.number IS NOT NULL)",
        ),
        (
            "loaded",
            "INSERT",
            "NEW TABLE AS added",
            "(SELECT * FROM added WHERE number IS NOT NULL)",
        ),
    ] {
        let function = format!("herdbook_{name}_{suffix}");
        runs(manager, &function, &statement(which)).await?;
        let sql = format!(
            "CREATE TRIGGER {name}_{suffix} AFTER {event} ON invoice REFERENCING {tables} \
             FOR EACH STATEMENT EXECUTE FUNCTION {function}()"
        );
        guard::raw(manager, &sql).await?;
    }
    Ok(())
}

/// Runs statements after a row was written: `when` and they name it NEW.
pub async fn with_rows(
    manager: &SchemaManager<'_>,
    name: &str,
    (event, table, when): (&str, &str, &str),
    statements: &str,
) -> Result<(), DbErr> {
    let does = if manager.get_database_backend() == DbBackend::Sqlite {
        format!("WHEN {when} BEGIN {statements}; END")
    } else {
        let function = format!("herdbook_{name}");
        runs(manager, &function, statements).await?;
        format!("WHEN ({when}) EXECUTE FUNCTION {function}()")
    };
    let sql = format!("CREATE TRIGGER {name} AFTER {event} ON {table} FOR EACH ROW {does}");
    guard::raw(manager, &sql).await
}

async fn runs(manager: &SchemaManager<'_>, function: &str, statements: &str) -> Result<(), DbErr> {
    let sql = format!(
        "CREATE FUNCTION {function}() RETURNS trigger LANGUAGE plpgsql AS $body$ \
         BEGIN {statements}; RETURN NULL; END $body$"
    );
    guard::raw(manager, &sql).await
}
