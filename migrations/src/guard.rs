//! Triggers that abort a change of what must never change, on both databases.
//!
//! SQLite answers with the extended code for a trigger, PostgreSQL with SQLSTATE `HB001`; the store
//! turns both into `db.immutable`. On PostgreSQL TRUNCATE is refused as well; SQLite has none.

use sea_orm_migration::prelude::*;
use sea_orm_migration::sea_orm::{ConnectionTrait, DbBackend};

/// Creates the function the PostgreSQL triggers call. Does nothing on SQLite.
pub async fn install(manager: &SchemaManager<'_>) -> Result<(), DbErr> {
    if manager.get_database_backend() == DbBackend::Sqlite {
        return Ok(());
    }
    raw(
        manager,
        "CREATE OR REPLACE FUNCTION herdbook_refuse() RETURNS trigger LANGUAGE plpgsql AS $body$
         BEGIN
           RAISE EXCEPTION 'immutable: % of %', TG_OP, TG_TABLE_NAME USING ERRCODE = 'HB001';
         END $body$",
    )
    .await
}

/// No row of the table is ever changed or deleted.
pub async fn freeze(manager: &SchemaManager<'_>, table: &str) -> Result<(), DbErr> {
    refuse(manager, table, "UPDATE", None).await?;
    refuse(manager, table, "DELETE", None).await
}

/// Refuses `operation` (UPDATE or DELETE) on rows for which `when` holds; on all without it.
/// The condition speaks of OLD and NEW; on PostgreSQL it may not hold a subquery.
pub async fn refuse(
    manager: &SchemaManager<'_>,
    table: &str,
    operation: &str,
    when: Option<&str>,
) -> Result<(), DbErr> {
    let name = format!("{table}_refuse_{}", operation.to_lowercase());
    let when = when
        .map(|condition| format!("WHEN ({condition})"))
        .unwrap_or_default();
    if manager.get_database_backend() == DbBackend::Sqlite {
        let sql = format!(
            "CREATE TRIGGER {name} BEFORE {operation} ON {table} FOR EACH ROW {when} \
             BEGIN SELECT RAISE(ABORT, 'immutable: {operation} of {table}'); END"
        );
        return raw(manager, &sql).await;
    }
    let sql = format!(
        "CREATE TRIGGER {name} BEFORE {operation} ON {table} FOR EACH ROW {when} \
         EXECUTE FUNCTION herdbook_refuse()"
    );
    raw(manager, &sql).await?;
    if operation == "DELETE" {
        let sql = format!(
            "CREATE TRIGGER {table}_refuse_truncate BEFORE TRUNCATE ON {table} \
             FOR EACH STATEMENT EXECUTE FUNCTION herdbook_refuse()"
        );
        raw(manager, &sql).await?;
    }
    Ok(())
}

/// Takes a refusal away, for a migration that has to touch old rows and puts it back.
pub async fn lift(manager: &SchemaManager<'_>, table: &str, operation: &str) -> Result<(), DbErr> {
    let name = format!("{table}_refuse_{}", operation.to_lowercase());
    let sql = match manager.get_database_backend() {
        DbBackend::Sqlite => format!("DROP TRIGGER {name}"),
        _ => format!("DROP TRIGGER {name} ON {table}"),
    };
    raw(manager, &sql).await
}

/// Runs one statement as it is written.
pub async fn raw(manager: &SchemaManager<'_>, sql: &str) -> Result<(), DbErr> {
    manager
        .get_connection()
        .execute_unprepared(sql)
        .await
        .map(|_| ())
}
