//! What the database itself says about its tables: for drift checks, dumps and restores.

use std::collections::BTreeMap;

use sea_orm::{ColumnTrait, ConnectionTrait, DbBackend, EntityTrait, Iterable};

use super::entities as e;
use super::txn::{Source, rows};
use super::{Db, DbError};

/// The kind of a column; there are no others.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    Text,
    Integer,
    Bytes,
}

/// A column as it stands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Column {
    pub name: String,
    pub kind: Kind,
    pub nullable: bool,
}

/// The tables of a database with their columns, in order. Left out is what follows from them:
/// columns that PostgreSQL generates, and SQLite's full-text index with the tables it keeps it in.
pub(super) async fn tables(on: &impl Source) -> Result<BTreeMap<String, Vec<Column>>, DbError> {
    let sql = match on.on().0.get_database_backend() {
        DbBackend::Postgres => {
            "SELECT table_name AS t, column_name AS c, data_type AS k, \
             CASE is_nullable WHEN 'YES' THEN 'yes' ELSE 'no' END AS n \
             FROM information_schema.columns WHERE table_schema = current_schema() \
             AND is_generated = 'NEVER' ORDER BY table_name, ordinal_position"
        }
        _ => {
            "SELECT m.name AS t, i.name AS c, lower(i.type) AS k, \
             CASE WHEN i.\"notnull\" = 1 OR i.pk > 0 THEN 'no' ELSE 'yes' END AS n \
             FROM pragma_table_list m, pragma_table_info(m.name) i WHERE m.type = 'table' \
             AND m.schema = 'main' AND m.name NOT LIKE 'sqlite_%' ORDER BY m.name, i.cid"
        }
    };
    let mut tables: BTreeMap<String, Vec<Column>> = BTreeMap::new();
    for row in rows(on, sql, Vec::new()).await? {
        let table: String = row.try_get("", "t")?;
        if table.ends_with("_migration") {
            continue;
        }
        let (name, kind): (String, String) = (row.try_get("", "c")?, row.try_get("", "k")?);
        let kind = match kind.as_str() {
            "text" => Kind::Text,
            "integer" | "bigint" => Kind::Integer,
            "blob" | "bytea" => Kind::Bytes,
            other => {
                let why = format!("{table}.{name} is of kind {other}");
                return Err(DbError::corrupt("schema", table, why));
            }
        };
        let nullable = row.try_get::<String>("", "n")? == "yes";
        tables.entry(table).or_default().push(Column {
            name,
            kind,
            nullable,
        });
    }
    Ok(tables)
}

/// Where the program's rows and the database's tables differ: nothing, unless somebody changed the
/// schema by hand or a migration was written without its row.
///
/// # Errors
/// `db.unreachable`.
pub async fn schema_drift(db: &Db) -> Result<Vec<String>, DbError> {
    let mut stored = tables(&db.book.reader()).await?;
    stored.extend(tables(&db.telemetry.reader()).await?);
    let mut drift = Vec::new();
    compare::<e::account::Entity>(&stored, &mut drift);
    compare::<e::account_identity::Entity>(&stored, &mut drift);
    compare::<e::account_role::Entity>(&stored, &mut drift);
    compare::<e::allocation::Entity>(&stored, &mut drift);
    compare::<e::api_answer::Entity>(&stored, &mut drift);
    compare::<e::api_token::Entity>(&stored, &mut drift);
    compare::<e::audit_erasure::Entity>(&stored, &mut drift);
    compare::<e::audit_payload::Entity>(&stored, &mut drift);
    compare::<e::audit_record::Entity>(&stored, &mut drift);
    compare::<e::audit_seal::Entity>(&stored, &mut drift);
    compare::<e::billing_run::Entity>(&stored, &mut drift);
    compare::<e::blocked::Entity>(&stored, &mut drift);
    compare::<e::checkout::Entity>(&stored, &mut drift);
    compare::<e::contract::Entity>(&stored, &mut drift);
    compare::<e::document::Entity>(&stored, &mut drift);
    compare::<e::evidence::Entity>(&stored, &mut drift);
    compare::<e::gateway_event::Entity>(&stored, &mut drift);
    compare::<e::index_value::Entity>(&stored, &mut drift);
    compare::<e::invoice::Entity>(&stored, &mut drift);
    compare::<e::invoice_line::Entity>(&stored, &mut drift);
    compare::<e::ledger_entry::Entity>(&stored, &mut drift);
    compare::<e::mastodon_hook::Entity>(&stored, &mut drift);
    compare::<e::number_series::Entity>(&stored, &mut drift);
    compare::<e::one_time_link::Entity>(&stored, &mut drift);
    compare::<e::outbox::Entity>(&stored, &mut drift);
    compare::<e::payment::Entity>(&stored, &mut drift);
    compare::<e::payment_fee::Entity>(&stored, &mut drift);
    compare::<e::passkey::Entity>(&stored, &mut drift);
    compare::<e::passkey_ceremony::Entity>(&stored, &mut drift);
    compare::<e::posting::Entity>(&stored, &mut drift);
    compare::<e::preference::Entity>(&stored, &mut drift);
    compare::<e::proposal::Entity>(&stored, &mut drift);
    compare::<e::provider_visit::Entity>(&stored, &mut drift);
    compare::<e::pull_target::Entity>(&stored, &mut drift);
    compare::<e::pull_tick::Entity>(&stored, &mut drift);
    compare::<e::quarantine::Entity>(&stored, &mut drift);
    compare::<e::rate_bucket::Entity>(&stored, &mut drift);
    compare::<e::reading::Entity>(&stored, &mut drift);
    compare::<e::recovery_code::Entity>(&stored, &mut drift);
    compare::<e::refund::Entity>(&stored, &mut drift);
    compare::<e::retention_protocol::Entity>(&stored, &mut drift);
    compare::<e::saved_view::Entity>(&stored, &mut drift);
    compare::<e::service_credit::Entity>(&stored, &mut drift);
    compare::<e::session::Entity>(&stored, &mut drift);
    compare::<e::sign_in_attempt::Entity>(&stored, &mut drift);
    compare::<e::sign_in_failure::Entity>(&stored, &mut drift);
    compare::<e::sla_result::Entity>(&stored, &mut drift);
    compare::<e::source::Entity>(&stored, &mut drift);
    compare::<e::source_credential::Entity>(&stored, &mut drift);
    compare::<e::source_instance::Entity>(&stored, &mut drift);
    compare::<e::source_state::Entity>(&stored, &mut drift);
    compare::<e::template_set::Entity>(&stored, &mut drift);
    Ok(drift)
}

fn compare<E: EntityTrait>(stored: &BTreeMap<String, Vec<Column>>, drift: &mut Vec<String>) {
    let table = E::default().table_name().to_owned();
    let Some(columns) = stored.get(&table) else {
        drift.push(format!("table {table} is missing"));
        return;
    };
    let mut left: BTreeMap<&str, &Column> = columns
        .iter()
        .map(|column| (column.name.as_str(), column))
        .collect();
    for column in E::Column::iter() {
        let name = sea_orm::IdenStatic::as_str(&column);
        let Some(found) = left.remove(name) else {
            drift.push(format!("{table}.{name} is missing"));
            continue;
        };
        if let Some(why) = differs(&column.def(), found) {
            drift.push(format!("{table}.{name} {why}"));
        }
    }
    drift.extend(
        left.keys()
            .map(|name| format!("{table}.{name} is unknown to the program")),
    );
}

fn differs(expected: &sea_orm::ColumnDef, found: &Column) -> Option<String> {
    use sea_orm::ColumnType as T;
    let kind = match expected.get_column_type() {
        T::String(_) | T::Text => Kind::Text,
        T::BigInteger => Kind::Integer,
        T::VarBinary(_) | T::Binary(_) | T::Blob => Kind::Bytes,
        other => return Some(format!("is a {other:?} in the program")),
    };
    if kind != found.kind {
        return Some(format!("is {:?}, the program expects {kind:?}", found.kind));
    }
    (expected.is_null() != found.nullable).then(|| "differs in whether it may be null".to_owned())
}
