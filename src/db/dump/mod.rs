//! Every row of both databases as text, and back.
//!
//! One file a table, one JSON object a line, the same whichever database it came from: a backup
//! of SQLite restores into PostgreSQL and the other way round, and can be read without this
//! program. A dump sees one state of each database; telemetry is read second, so that it holds
//! all the evidence that the book refers to.

mod tables;

use std::fs::File;
use std::io::{BufRead, BufReader, BufWriter, Write};
use std::path::{Path, PathBuf};

use futures::TryStreamExt;
use ring::digest::{Context, SHA256};
use sea_orm::{QueryResult, Statement, StreamTrait, Value as Bound};
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use self::tables::{BOOK, LOCAL, TELEMETRY};
use super::catalog::{self, Column, Kind};
use super::convert::{hex, unhex};
use super::txn::{Txn, rows};
use super::{Db, DbError, Store};

/// Bound values a restoring statement holds at most.
const BOUND: usize = 8_000;

/// A table as it was dumped.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct DumpedTable {
    /// `book/…` or `telemetry/…`.
    pub name: String,
    /// How many rows it holds.
    pub rows: u64,
    /// SHA-256 of its file, in hexadecimal.
    pub sha256: String,
}

impl DumpedTable {
    /// Its file, below the folder of the dump.
    pub fn file(&self) -> PathBuf {
        PathBuf::from(format!("{}.jsonl", self.name))
    }
}

/// Writes every table below `folder`.
///
/// # Errors
/// `db.backup` when a file cannot be written, `db.unreachable`.
pub async fn dump(db: &Db, folder: &Path) -> Result<Vec<DumpedTable>, DbError> {
    let mut dumped = Vec::new();
    for (store, part, tables) in parts(db) {
        let folder = folder.join(part);
        std::fs::create_dir_all(&folder).map_err(|why| backup(&folder, why))?;
        let tables = store
            .snapshot(async move |txn: &Txn| dump_part(txn, part, tables, &folder).await)
            .await?;
        dumped.extend(tables);
    }
    Ok(dumped)
}

type Part<'a> = (
    &'a Store,
    &'static str,
    &'static [(&'static str, &'static str)],
);

fn parts(db: &Db) -> [Part<'_>; 2] {
    [
        (&db.book, "book", BOOK),
        (&db.telemetry, "telemetry", TELEMETRY),
    ]
}

async fn dump_part(
    txn: &Txn,
    part: &str,
    tables: &[(&str, &str)],
    folder: &Path,
) -> Result<Vec<DumpedTable>, DbError> {
    let known = catalog::tables(txn).await?;
    let mut dumped = Vec::new();
    for (table, order) in tables {
        let columns = known
            .get(*table)
            .ok_or_else(|| DbError::missing("schema", table))?;
        let path = folder.join(format!("{table}.jsonl"));
        let (rows, sha256) = dump_table(txn, table, order, columns, &path).await?;
        dumped.push(DumpedTable {
            name: format!("{part}/{table}"),
            rows,
            sha256,
        });
    }
    Ok(dumped)
}

async fn dump_table(
    txn: &Txn,
    table: &str,
    order: &str,
    columns: &[Column],
    path: &Path,
) -> Result<(u64, String), DbError> {
    let mut file = BufWriter::new(File::create(path).map_err(|why| backup(path, why))?);
    let mut hash = Context::new(&SHA256);
    let names: Vec<_> = columns
        .iter()
        .map(|column| format!("\"{}\"", column.name))
        .collect();
    let sql = format!("SELECT {} FROM {table} ORDER BY {order}", names.join(", "));
    let statement = Statement::from_string(txn.backend(), sql);
    let mut found = txn.orm().stream_raw(statement).await?;
    let mut rows = 0;
    while let Some(row) = found.try_next().await? {
        let mut line = serde_json::to_vec(&row_as_json(table, columns, &row)?)
            .map_err(|why| backup(path, why))?;
        line.push(b'\n');
        hash.update(&line);
        file.write_all(&line).map_err(|why| backup(path, why))?;
        rows += 1;
    }
    file.flush().map_err(|why| backup(path, why))?;
    Ok((rows, hex(hash.finish().as_ref())))
}

fn row_as_json(
    table: &str,
    columns: &[Column],
    row: &QueryResult,
) -> Result<Map<String, Value>, DbError> {
    let mut object = Map::new();
    for Column {
        name,
        kind,
        nullable: _,
    } in columns
    {
        let value = match kind {
            Kind::Text => Value::from(row.try_get::<Option<String>>("", name)?),
            Kind::Integer if LOCAL.contains(&(table, name)) => Value::from(0),
            Kind::Integer => Value::from(row.try_get::<Option<i64>>("", name)?),
            Kind::Bytes => {
                let bytes = row.try_get::<Option<Vec<u8>>>("", name)?;
                Value::from(bytes.map(|bytes| hex(&bytes)))
            }
        };
        object.insert(name.clone(), value);
    }
    Ok(object)
}

/// Fills empty, migrated databases from a dump. Each database is filled in one transaction: an
/// interrupted restore leaves it empty.
///
/// # Errors
/// `db.backup` when a file is missing, changed or not a dump of this schema; `db.not-empty`.
pub async fn load(db: &Db, folder: &Path, dumped: &[DumpedTable]) -> Result<(), DbError> {
    for (store, part, tables) in parts(db) {
        let expected: Vec<_> = tables
            .iter()
            .map(|(table, _)| format!("{part}/{table}"))
            .collect();
        let mine: Vec<_> = dumped
            .iter()
            .filter(|table| table.name.starts_with(part))
            .collect();
        if mine.iter().map(|table| &table.name).ne(expected.iter()) {
            let why = format!("its {part} tables are not those of this version");
            return Err(DbError::Backup(why));
        }
        let (folder, mine) = (
            folder.to_owned(),
            mine.into_iter().cloned().collect::<Vec<_>>(),
        );
        store
            .write(async move |txn: &Txn| load_part(txn, tables, &folder, &mine).await)
            .await?;
    }
    Ok(())
}

async fn load_part(
    txn: &Txn,
    tables: &[(&str, &str)],
    folder: &Path,
    dumped: &[DumpedTable],
) -> Result<(), DbError> {
    let known = catalog::tables(txn).await?;
    for ((table, _), dumped) in tables.iter().zip(dumped) {
        let held = rows(txn, &format!("SELECT 1 FROM {table} LIMIT 1"), Vec::new()).await?;
        if !held.is_empty() {
            return Err(DbError::NotEmpty(format!("table {table} holds rows")));
        }
        let columns = known
            .get(*table)
            .ok_or_else(|| DbError::missing("schema", table))?;
        load_table(txn, table, columns, &folder.join(dumped.file()), dumped).await?;
        let numbered = columns
            .first()
            .is_some_and(|c| c.name == "id" && c.kind == Kind::Integer);
        if numbered && txn.postgres() {
            let sql = format!(
                "SELECT setval(pg_get_serial_sequence('{table}', 'id'), max(id)) FROM {table} \
                 HAVING max(id) IS NOT NULL"
            );
            rows(txn, &sql, Vec::new()).await?;
        }
    }
    Ok(())
}

async fn load_table(
    txn: &Txn,
    table: &str,
    columns: &[Column],
    path: &Path,
    dumped: &DumpedTable,
) -> Result<(), DbError> {
    let mut file = BufReader::new(File::open(path).map_err(|why| backup(path, why))?);
    let mut hash = Context::new(&SHA256);
    let (mut count, mut line) = (0, String::new());
    let mut bound: Vec<Bound> = Vec::new();
    while file.read_line(&mut line).map_err(|why| backup(path, why))? > 0 {
        hash.update(line.as_bytes());
        let row: Map<String, Value> =
            serde_json::from_str(&line).map_err(|why| backup(path, why))?;
        bound.extend(row_as_values(columns, &row).map_err(|why| backup(path, why))?);
        count += 1;
        line.clear();
        if bound.len() >= BOUND {
            insert(txn, table, columns, std::mem::take(&mut bound)).await?;
        }
    }
    insert(txn, table, columns, bound).await?;
    if count != dumped.rows || hex(hash.finish().as_ref()) != dumped.sha256 {
        return Err(backup(path, "it is not what the manifest says"));
    }
    Ok(())
}

fn row_as_values(columns: &[Column], row: &Map<String, Value>) -> Result<Vec<Bound>, String> {
    if row.len() != columns.len() {
        return Err(format!(
            "a row has {} columns, not {}",
            row.len(),
            columns.len()
        ));
    }
    let value = |Column {
                     name,
                     kind,
                     nullable: _,
                 }: &Column| {
        let wrong = || format!("column {name} does not fit");
        let value = row.get(name).ok_or_else(wrong)?;
        match (kind, value) {
            (Kind::Text, Value::Null) => Ok(Bound::from(None::<String>)),
            (Kind::Text, Value::String(text)) => Ok(Bound::from(text.clone())),
            (Kind::Integer, Value::Null) => Ok(Bound::from(None::<i64>)),
            (Kind::Integer, Value::Number(n)) => n.as_i64().map(Bound::from).ok_or_else(wrong),
            (Kind::Bytes, Value::String(text)) => unhex(text).map(Bound::from).ok_or_else(wrong),
            _ => Err(wrong()),
        }
    };
    columns.iter().map(value).collect()
}

async fn insert(
    txn: &Txn,
    table: &str,
    columns: &[Column],
    bound: Vec<Bound>,
) -> Result<(), DbError> {
    if bound.is_empty() {
        return Ok(());
    }
    let names: Vec<_> = columns
        .iter()
        .map(|column| format!("\"{}\"", column.name))
        .collect();
    let row = |row: usize| {
        let places: Vec<_> = (1..=columns.len())
            .map(|at| format!("${}", row * columns.len() + at))
            .collect();
        format!("({})", places.join(", "))
    };
    let values: Vec<_> = (0..bound.len() / columns.len()).map(row).collect();
    let (names, values) = (names.join(", "), values.join(", "));
    txn.execute(
        &format!("INSERT INTO {table} ({names}) VALUES {values}"),
        bound,
    )
    .await?;
    Ok(())
}

/// Refuses a place that holds a database already.
///
/// # Errors
/// `db.not-empty`, `db.unreachable`.
pub async fn require_empty(url: &super::DbUrl) -> Result<(), DbError> {
    if let super::DbUrl::Folder(folder) = url {
        let held = ["book.db", "telemetry.db"].map(|file| folder.join(file));
        return match held.iter().find(|file| file.exists()) {
            Some(file) => Err(DbError::NotEmpty(format!("{} is there", file.display()))),
            None => Ok(()),
        };
    }
    let db = Db::connect(url, false).await?;
    let tables = catalog::tables(&db.reader()).await?;
    db.close().await?;
    match tables.keys().next() {
        Some(table) => Err(DbError::NotEmpty(format!(
            "the database has a table {table}"
        ))),
        None => Ok(()),
    }
}

fn backup(path: &Path, why: impl std::fmt::Display) -> DbError {
    DbError::Backup(format!("{}: {why}", path.display()))
}

#[cfg(test)]
mod tests {
    use super::tables::PASSING;
    use super::*;

    #[tokio::test]
    async fn no_table_is_left_out_of_a_dump() {
        let folder = tempfile::tempdir().expect("a folder");
        let url = super::super::DbUrl::folder(folder.path());
        let db = Db::open_migrated(&url).await.expect("a store");
        for (store, part, listed) in parts(&db) {
            let mut listed: Vec<&str> = listed.iter().map(|(table, _)| *table).collect();
            if part == "book" {
                listed.extend(PASSING);
            }
            listed.sort_unstable();
            let known = catalog::tables(&store.reader()).await.expect("the tables");
            assert!(known.keys().eq(listed.iter()), "{part}");
            assert_eq!(store.backend(), sea_orm::DbBackend::Sqlite);
        }
    }
}
