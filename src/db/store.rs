//! Opening the databases, and the one way to write: a transaction in a task of its own.

use std::path::Path;
use std::time::Duration;

use migrations::MigratorTrait;
use sea_orm::sqlx::sqlite::{SqliteAutoVacuum, SqliteJournalMode, SqliteSynchronous};
use sea_orm::sqlx::{Connection, Executor};
use sea_orm::{
    AccessMode, ConnectOptions, Database, DatabaseConnection, DbBackend, IsolationLevel,
    SqliteTransactionMode, TransactionOptions, TransactionTrait,
};
use tokio::runtime::Handle;

use super::figures::PoolFigures;
use super::txn::{Reader, Txn};
use super::{DbError, DbUrl, WriteError};

/// Readers a SQLite file is opened with, and connections a PostgreSQL pool holds.
const SQLITE_READERS: u32 = 4;
const POSTGRES_CONNECTIONS: u32 = 16;
/// How long a writer waits for its turn before the store counts as unreachable.
const PATIENCE: Duration = Duration::from_secs(60);
/// How long a server has to answer at all.
const ANSWER: Duration = Duration::from_secs(5);
/// A connection that was idle for longer is asked whether it still stands before it is used.
const STALE: Duration = Duration::from_secs(1);
/// A transaction that met another one is done again this often, after growing pauses.
const ATTEMPTS: u32 = 12;

/// Both databases. Cheap to clone.
#[derive(Clone, Debug)]
pub struct Db {
    /// Contracts, invoices, ledger, audit trail, queues.
    pub book: Store,
    /// The evidence log.
    pub telemetry: Store,
    url: DbUrl,
}

/// One database: a writer and readers.
#[derive(Clone, Debug)]
pub struct Store {
    writer: DatabaseConnection,
    reader: DatabaseConnection,
}

impl Db {
    /// Opens databases whose schema is current.
    ///
    /// # Errors
    /// `db.unreachable` when a file or server is not there, `db.schema-behind` when migrations
    /// wait.
    pub async fn open(url: &DbUrl) -> Result<Self, DbError> {
        let db = Self::connect(url, false).await?;
        let pending = db.pending_migrations().await?;
        if pending > 0 {
            return Err(DbError::SchemaBehind { pending });
        }
        Ok(db)
    }

    /// Opens the databases, making the folder and bringing the schema up first.
    ///
    /// # Errors
    /// `db.unreachable` when the folder cannot be made or the server is not there.
    pub async fn open_migrated(url: &DbUrl) -> Result<Self, DbError> {
        if let DbUrl::Folder(folder) = url {
            std::fs::create_dir_all(folder)
                .map_err(|why| DbError::Address(format!("{}: {why}", folder.display())))?;
        }
        let db = Self::connect(url, true).await?;
        db.migrate().await?;
        Ok(db)
    }

    pub(super) async fn connect(url: &DbUrl, create: bool) -> Result<Self, DbError> {
        let (book, telemetry) = match url {
            DbUrl::Folder(folder) => (
                Store::sqlite(&folder.join("book.db"), create).await?,
                Store::sqlite(&folder.join("telemetry.db"), create).await?,
            ),
            DbUrl::Postgres(address) => {
                let store = Store::postgres(address).await?;
                (store.clone(), store)
            }
        };
        Ok(Self {
            book,
            telemetry,
            url: url.clone(),
        })
    }

    /// Applies what is pending; safe when several nodes start at once.
    async fn migrate(&self) -> Result<(), DbError> {
        if self.pending_migrations().await? == 0 {
            return Ok(());
        }
        let lock = match &self.url {
            DbUrl::Postgres(address) => Some(migration_lock(address).await?),
            DbUrl::Folder(_) => None,
        };
        migrations::Book::up(&self.book.writer, None).await?;
        migrations::Telemetry::up(&self.telemetry.writer, None).await?;
        if let Some(lock) = lock {
            lock.close().await?;
        }
        Ok(())
    }

    /// How many migrations the databases lack.
    pub async fn pending_migrations(&self) -> Result<usize, DbError> {
        let book = migrations::Book::get_pending_migrations(&self.book.writer).await?;
        let telemetry =
            migrations::Telemetry::get_pending_migrations(&self.telemetry.writer).await?;
        Ok(book.len().saturating_add(telemetry.len()))
    }

    /// Where these databases are.
    pub fn url(&self) -> &DbUrl {
        &self.url
    }

    /// Writes to the book. See [`Store::write`].
    pub async fn write<T, E, F>(&self, work: F) -> Result<T, E>
    where
        F: AsyncFn(&Txn) -> Result<T, E> + Send + 'static,
        T: Send + 'static,
        E: WriteError,
    {
        self.book.write(work).await
    }

    /// Reads of the book, each statement on its own.
    pub fn reader(&self) -> Reader {
        self.book.reader()
    }

    /// Several reads of the book that see one state. See [`Store::snapshot`].
    pub async fn snapshot<T, E, F>(&self, work: F) -> Result<T, E>
    where
        F: AsyncFnOnce(&Txn) -> Result<T, E> + Send + 'static,
        T: Send + 'static,
        E: WriteError,
    {
        self.book.snapshot(work).await
    }

    /// The connections of each pool: those that read, those that write.
    pub(super) fn pools(&self) -> Vec<PoolFigures> {
        let stores = match self.url {
            DbUrl::Folder(_) => vec![
                ("book-writer", &self.book.writer),
                ("book-reader", &self.book.reader),
                ("telemetry-writer", &self.telemetry.writer),
                ("telemetry-reader", &self.telemetry.reader),
            ],
            DbUrl::Postgres(_) => vec![("book", &self.book.writer)],
        };
        let figures = stores.into_iter().map(|(name, pool)| {
            let (open, idle) = match self.url {
                DbUrl::Folder(_) => {
                    let pool = pool.get_sqlite_connection_pool();
                    (pool.size(), pool.num_idle())
                }
                DbUrl::Postgres(_) => {
                    let pool = pool.get_postgres_connection_pool();
                    (pool.size(), pool.num_idle())
                }
            };
            PoolFigures {
                name,
                open: open.into(),
                idle: idle as u64,
            }
        });
        figures.collect()
    }

    /// Ends all connections after the statements under way.
    pub async fn close(self) -> Result<(), DbError> {
        for store in [self.book, self.telemetry] {
            store.reader.close().await?;
            store.writer.close().await?;
        }
        Ok(())
    }
}

/// Holds an advisory lock on one connection, so that of several nodes one migrates.
async fn migration_lock(address: &str) -> Result<DatabaseConnection, DbError> {
    use sea_orm::ConnectionTrait;
    let mut options = plain(address);
    options
        .max_connections(1)
        .min_connections(1)
        .idle_timeout(None)
        .max_lifetime(None);
    let lock = Database::connect(options).await?;
    lock.execute_unprepared("SELECT pg_advisory_lock(7263842901)")
        .await?;
    Ok(lock)
}

fn plain(address: &str) -> ConnectOptions {
    let mut options = ConnectOptions::new(address.to_owned());
    // Statements hold personal data: they go into no log and no trace.
    options
        .sqlx_logging(false)
        .record_stmt_in_spans(false)
        .test_before_acquire_if_idle_for(STALE)
        .acquire_timeout(PATIENCE);
    options
}

impl Store {
    async fn sqlite(file: &Path, create: bool) -> Result<Self, DbError> {
        let open = async |connections: u32, reader: bool| {
            let mut options = plain("sqlite::memory:");
            let file = file.to_owned();
            options.max_connections(connections).min_connections(0);
            options.map_sqlx_sqlite_opts(move |sqlite| {
                let sqlite = sqlite
                    .filename(&file)
                    .in_memory(false)
                    .shared_cache(false)
                    .create_if_missing(create)
                    .auto_vacuum(SqliteAutoVacuum::None)
                    .journal_mode(SqliteJournalMode::Wal)
                    .synchronous(SqliteSynchronous::Full)
                    .foreign_keys(true)
                    .busy_timeout(PATIENCE);
                if reader {
                    sqlite.pragma("query_only", "on")
                } else {
                    sqlite
                }
            });
            options.map_sqlx_sqlite_pool_opts(|pool| {
                // After a write or a commit that failed (a full disk) SQLite has rolled back by
                // itself, and the driver still counts a transaction. The next one would be a part
                // of that one: acknowledged, and never committed. Such a connection is given up.
                // What waits to be rolled back is, before the ping is answered.
                pool.after_release(|connection, _| {
                    Box::pin(async move {
                        connection.ping().await?;
                        Ok(!connection.is_in_transaction())
                    })
                })
            });
            Database::connect(options).await
        };
        let writer = open(1, false).await?;
        let reader = open(SQLITE_READERS, true).await?;
        Ok(Self { writer, reader })
    }

    async fn postgres(address: &str) -> Result<Self, DbError> {
        // A pool waits long for its turn; whether there is a server shows soon.
        let mut probe = plain(address);
        probe.max_connections(1).acquire_timeout(ANSWER);
        Database::connect(probe).await?.close().await?;
        let mut options = plain(address);
        options
            .max_connections(POSTGRES_CONNECTIONS)
            .min_connections(0)
            .map_sqlx_postgres_pool_opts(|pool| {
                // Compiling a statement over a large book takes seconds, running it takes less.
                pool.after_connect(|connection, _| {
                    Box::pin(async move { connection.execute("SET jit = off").await.map(drop) })
                })
            });
        let pool = Database::connect(options).await?;
        Ok(Self {
            writer: pool.clone(),
            reader: pool,
        })
    }

    /// Which of the two databases this is.
    pub(super) fn backend(&self) -> DbBackend {
        self.writer.get_database_backend()
    }

    /// Runs `work` in one write transaction and commits it.
    ///
    /// The transaction is exclusive on SQLite (BEGIN IMMEDIATE) and READ COMMITTED with row locks
    /// on PostgreSQL. It runs in a task of its own: a caller that goes away does not cut it off
    /// half-way. `work` awaits only the database and may be run again after a conflict, so it has
    /// no other effect.
    ///
    /// # Errors
    /// What `work` returns (the transaction is rolled back), `db.conflict` when every attempt met
    /// another transaction.
    pub async fn write<T, E, F>(&self, work: F) -> Result<T, E>
    where
        F: AsyncFn(&Txn) -> Result<T, E> + Send + 'static,
        T: Send + 'static,
        E: WriteError,
    {
        let store = self.clone();
        alone(async move || {
            let mut attempt = 1;
            loop {
                let outcome = store.attempt(&work).await;
                let again =
                    matches!(&outcome, Err(e) if e.as_db().is_some_and(DbError::is_conflict));
                if !again || attempt == ATTEMPTS {
                    return outcome;
                }
                tokio::time::sleep(Duration::from_millis(1 << attempt.min(8))).await;
                attempt += 1;
            }
        })
        .await
    }

    async fn attempt<T, E, F>(&self, work: &F) -> Result<T, E>
    where
        F: AsyncFn(&Txn) -> Result<T, E>,
        E: WriteError,
    {
        let options = TransactionOptions {
            isolation_level: self.postgres_only(IsolationLevel::ReadCommitted),
            access_mode: None,
            sqlite_transaction_mode: Some(SqliteTransactionMode::Immediate),
        };
        let begun = self.writer.begin_with_options(options).await;
        let txn = Txn::new(begun.map_err(DbError::from)?);
        match work(&txn).await {
            Ok(value) => {
                txn.commit().await?;
                Ok(value)
            }
            Err(error) => {
                // The first failure is the one to tell; the connection is reset either way.
                let _ = txn.rollback().await;
                Err(error)
            }
        }
    }

    /// Reads, each statement on its own.
    pub fn reader(&self) -> Reader {
        Reader::new(self.reader.clone())
    }

    /// Runs several reads that see one state of the database, and writes nothing.
    ///
    /// # Errors
    /// What `work` returns, or `db.unreachable`.
    pub async fn snapshot<T, E, F>(&self, work: F) -> Result<T, E>
    where
        F: AsyncFnOnce(&Txn) -> Result<T, E> + Send + 'static,
        T: Send + 'static,
        E: WriteError,
    {
        let store = self.clone();
        alone(async move || {
            let options = TransactionOptions {
                isolation_level: store.postgres_only(IsolationLevel::RepeatableRead),
                access_mode: store.postgres_only(AccessMode::ReadOnly),
                sqlite_transaction_mode: Some(SqliteTransactionMode::Deferred),
            };
            let begun = store.reader.begin_with_options(options).await;
            let txn = Txn::new(begun.map_err(DbError::from)?);
            let outcome = work(&txn).await;
            let _ = txn.rollback().await;
            outcome
        })
        .await
    }

    fn postgres_only<V>(&self, value: V) -> Option<V> {
        (self.backend() == DbBackend::Postgres).then_some(value)
    }
}

/// Runs `work` to its end whatever becomes of the caller. A thread drives it, so that the closures
/// may be plain async closures: their futures need not move between threads.
async fn alone<T, E, F>(work: F) -> Result<T, E>
where
    F: AsyncFnOnce() -> Result<T, E> + Send + 'static,
    T: Send + 'static,
    E: WriteError,
{
    let runtime = Handle::current();
    // What is logged in there belongs to the request or job that asked for it.
    let span = tracing::Span::current();
    let work = move || span.in_scope(|| runtime.block_on(work()));
    match tokio::task::spawn_blocking(work).await {
        Ok(outcome) => outcome,
        Err(cut) => match cut.try_into_panic() {
            Ok(panic) => std::panic::resume_unwind(panic),
            Err(cut) => Err(DbError::CutOff(cut.to_string()).into()),
        },
    }
}
