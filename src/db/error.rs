//! What can go wrong in the store, sorted by what the caller can do about it.
//!
//! The driver's own texts go to the log only; outside, the stable code speaks.

use sea_orm::{DbErr, RuntimeErr, SqlxError};

/// A failure of the store.
#[derive(Debug, thiserror::Error)]
pub enum DbError {
    /// No connection can be had: the server is down, the folder is missing, the pool is exhausted.
    #[error("the database cannot be reached: {0}")]
    Unreachable(#[source] DbErr),
    /// The database could not write for want of room.
    #[error("the disk of the database is full: {0}")]
    DiskFull(#[source] DbErr),
    /// Another transaction came in between; the same work may succeed when it is done again.
    #[error("the transaction met another one: {0}")]
    Conflict(String),
    /// A row with the same key is there already.
    #[error("the row exists already: {0}")]
    Duplicate(String),
    /// The change would touch what never changes.
    #[error("the record is immutable: {0}")]
    Immutable(String),
    /// The row refers to nothing, or breaks a condition of its table.
    #[error("the row is refused: {0}")]
    Refused(String),
    /// A stored row says something the program has no meaning for. Never defaulted.
    #[error("{table} {id} cannot be read: {why}")]
    CorruptRow {
        table: &'static str,
        id: String,
        why: String,
    },
    /// A row that must exist does not.
    #[error("there is no {table} {id}")]
    Missing { table: &'static str, id: String },
    /// The holder of a lease has lost it to another.
    #[error("the lease {name} was lost: fencing token {fence} is overtaken")]
    LeaseLost { name: String, fence: i64 },
    /// The schema is older than the program.
    #[error("the database needs {pending} migrations: run `herdbook migrate`")]
    SchemaBehind { pending: usize },
    /// The address of the database is not understood.
    #[error("not a database address: {0}")]
    Address(String),
    /// A backup cannot be written or read.
    #[error("backup: {0}")]
    Backup(String),
    /// A restore was asked into a database or folder that holds something.
    #[error("restore goes into an empty place only: {0}")]
    NotEmpty(String),
    /// The task that held the transaction ended without an answer.
    #[error("the transaction was cut off: {0}")]
    CutOff(String),
    /// Anything else the driver reports.
    #[error("the database failed: {0}")]
    Failed(#[source] DbErr),
}

impl DbError {
    /// The stable code, as docs/ERRORS.md lists it.
    pub fn code(&self) -> &'static str {
        match self {
            Self::Unreachable(_) => "db.unreachable",
            Self::DiskFull(_) => "db.disk-full",
            Self::Conflict(_) => "db.conflict",
            Self::Duplicate(_) => "db.duplicate",
            Self::Immutable(_) => "db.immutable",
            Self::Refused(_) => "db.refused",
            Self::CorruptRow { .. } => "db.corrupt-row",
            Self::Missing { .. } => "db.missing",
            Self::LeaseLost { .. } => "db.lease-lost",
            Self::SchemaBehind { .. } => "db.schema-behind",
            Self::Address(_) => "db.address",
            Self::Backup(_) => "db.backup",
            Self::NotEmpty(_) => "db.not-empty",
            Self::CutOff(_) => "db.cut-off",
            Self::Failed(_) => "db.failed",
        }
    }

    /// Whether doing the same work again may succeed.
    pub fn is_conflict(&self) -> bool {
        matches!(self, Self::Conflict(_))
    }

    pub(super) fn corrupt(
        table: &'static str,
        id: impl ToString,
        why: impl std::fmt::Display,
    ) -> Self {
        Self::CorruptRow {
            table,
            id: id.to_string(),
            why: why.to_string(),
        }
    }

    /// A row that must be there and is not.
    pub(crate) fn missing_row(table: &'static str, id: impl ToString) -> Self {
        Self::missing(table, id)
    }

    pub(super) fn missing(table: &'static str, id: impl ToString) -> Self {
        Self::Missing {
            table,
            id: id.to_string(),
        }
    }
}

impl From<DbErr> for DbError {
    fn from(error: DbErr) -> Self {
        let driver = match &error {
            DbErr::ConnectionAcquire(_) => return Self::Unreachable(error),
            DbErr::Exec(RuntimeErr::SqlxError(driver))
            | DbErr::Query(RuntimeErr::SqlxError(driver))
            | DbErr::Conn(RuntimeErr::SqlxError(driver)) => driver.clone(),
            DbErr::Conn(_) => return Self::Unreachable(error),
            _ => return Self::Failed(error),
        };
        match driver.as_ref() {
            SqlxError::Database(database) => {
                let code = database.code().unwrap_or_default().into_owned();
                by_code(&code, database.message().to_owned(), error)
            }
            SqlxError::Io(_)
            | SqlxError::Tls(_)
            | SqlxError::PoolTimedOut
            | SqlxError::PoolClosed
            | SqlxError::WorkerCrashed => Self::Unreachable(error),
            _ => Self::Failed(error),
        }
    }
}

/// Sorts by the databases' own codes: SQLSTATE has five characters, SQLite's extended result codes
/// at most four digits. <https://www.postgresql.org/docs/15/errcodes-appendix.html>,
/// <https://www.sqlite.org/rescode.html>
fn by_code(code: &str, message: String, error: DbErr) -> DbError {
    match code {
        "40001" | "40P01" | "55P03" => DbError::Conflict(message),
        "5" | "6" | "261" | "262" | "517" | "773" => DbError::Conflict(message),
        "53100" | "13" => DbError::DiskFull(error),
        "23505" | "1555" | "2067" | "2579" => DbError::Duplicate(message),
        "HB001" | "1811" => DbError::Immutable(message),
        "23502" | "23503" | "23514" | "275" | "787" | "1299" | "3091" => DbError::Refused(message),
        "53300" | "57P01" | "57P02" | "57P03" | "3D000" | "28000" | "28P01" | "14" => {
            DbError::Unreachable(error)
        }
        sqlstate if sqlstate.len() == 5 && sqlstate.starts_with("08") => {
            DbError::Unreachable(error)
        }
        _ => DbError::Failed(error),
    }
}

/// An error a write may end with: the store looks inside for a conflict worth another attempt.
pub trait WriteError: From<DbError> + Send + 'static {
    /// The store's failure behind this error, when there is one.
    fn as_db(&self) -> Option<&DbError>;
}

impl WriteError for DbError {
    fn as_db(&self) -> Option<&DbError> {
        Some(self)
    }
}

impl WriteError for anyhow::Error {
    fn as_db(&self) -> Option<&DbError> {
        self.chain().find_map(|cause| cause.downcast_ref())
    }
}
