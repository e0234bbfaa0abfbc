//! The handles repositories take: a transaction to write in, a source to read from.

use sea_orm::{
    ConnectionTrait, DatabaseConnection, DatabaseExecutor, DatabaseTransaction, DbBackend,
    QueryResult, Statement, Value,
};

use super::DbError;

/// An open transaction. Repositories that write take `&Txn`, so nothing is written outside one.
#[derive(Debug)]
pub struct Txn(DatabaseTransaction);

/// A pool of query-only connections.
#[derive(Clone, Debug)]
pub struct Reader(DatabaseConnection);

/// Where a repository reads: inside a transaction or from the readers.
pub trait Source: sealed::Sealed + Sync {
    #[doc(hidden)]
    fn on(&self) -> sealed::On<'_>;

    #[doc(hidden)]
    fn now_micros(&self) -> &'static str {
        micros_of(self.on().0.get_database_backend())
    }
}

/// The database's own clock as an expression, in microseconds since 1970.
fn micros_of(backend: DbBackend) -> &'static str {
    match backend {
        DbBackend::Postgres => "(extract(epoch FROM clock_timestamp()) * 1000000)::bigint",
        _ => "CAST(unixepoch('subsec') * 1000000 AS INTEGER)",
    }
}

mod sealed {
    /// Keeps the ORM's executor out of the public interface.
    pub struct On<'a>(pub(in crate::db) sea_orm::DatabaseExecutor<'a>);
    pub trait Sealed {}
    impl Sealed for super::Txn {}
    impl Sealed for super::Reader {}
}

impl Source for Txn {
    fn on(&self) -> sealed::On<'_> {
        sealed::On(DatabaseExecutor::Transaction(&self.0))
    }
}

impl Source for Reader {
    fn on(&self) -> sealed::On<'_> {
        sealed::On(DatabaseExecutor::Connection(&self.0))
    }
}

impl Reader {
    pub(super) fn new(pool: DatabaseConnection) -> Self {
        Self(pool)
    }
}

impl Txn {
    pub(super) fn new(txn: DatabaseTransaction) -> Self {
        Self(txn)
    }

    pub(super) fn orm(&self) -> &DatabaseTransaction {
        &self.0
    }

    pub(super) fn backend(&self) -> DbBackend {
        self.0.get_database_backend()
    }

    pub(super) fn postgres(&self) -> bool {
        self.backend() == DbBackend::Postgres
    }

    pub(super) async fn commit(self) -> Result<(), DbError> {
        Ok(self.0.commit().await?)
    }

    pub(super) async fn rollback(self) -> Result<(), DbError> {
        Ok(self.0.rollback().await?)
    }

    /// Runs one raw statement; returns how many rows it touched.
    pub(super) async fn execute(&self, sql: &str, values: Vec<Value>) -> Result<u64, DbError> {
        let statement = Statement::from_sql_and_values(self.backend(), sql, values);
        Ok(self.0.execute_raw(statement).await?.rows_affected())
    }
}

/// Runs one raw query.
pub(super) async fn rows(
    source: &impl Source,
    sql: &str,
    values: Vec<Value>,
) -> Result<Vec<QueryResult>, DbError> {
    let on = source.on().0;
    let statement = Statement::from_sql_and_values(on.get_database_backend(), sql, values);
    Ok(on.query_all_raw(statement).await?)
}
