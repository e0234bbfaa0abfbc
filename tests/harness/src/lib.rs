//! The store under test, on both databases.
//!
//! [`on_both!`] turns one fact into two tests. SQLite works in a temporary folder copied from a
//! migrated template; PostgreSQL in a database of its own, made from a migrated template in the
//! throwaway cluster that `tests/postgres.sh` started and HERDBOOK_TEST_POSTGRES names. Without a
//! cluster the PostgreSQL half fails, unless HERDBOOK_TEST_DATABASES=sqlite says that it is left
//! out on purpose.

pub mod facts;
pub mod numbering;

use std::path::{Path, PathBuf};
use std::time::UNIX_EPOCH;

use herdbook::db::{Db, DbUrl};
use sea_orm::{ConnectionTrait, Database, DatabaseConnection};

/// Writes one test for each database: `on_both! { async fn a_fact(db: &Db) { … } }`.
#[macro_export]
macro_rules! on_both {
    ($(#[$attribute:meta])* async fn $fact:ident($db:ident: &Db) $body:block) => {
        $(#[$attribute])*
        mod $fact {
            use super::*;

            async fn fact($db: &herdbook::db::Db) $body

            # [tokio::test(flavor = "multi_thread", worker_threads = 2)]
            async fn sqlite() {
                let place = $crate::Place::sqlite().await;
                fact(&place.db).await;
                place.clear().await;
            }

            # [tokio::test(flavor = "multi_thread", worker_threads = 2)]
            async fn postgres() {
                let Some(place) = $crate::Place::postgres().await else { return };
                fact(&place.db).await;
                place.clear().await;
            }
        }
    };
}

/// An empty, migrated store of one test.
pub struct Place {
    pub db: Db,
    folder: tempfile::TempDir,
    database: Option<(String, String)>,
}

impl Place {
    pub async fn sqlite() -> Self {
        let folder = tempfile::tempdir().expect("a temporary folder");
        let template = sqlite_template().await;
        for file in ["book.db", "telemetry.db"] {
            std::fs::copy(template.join(file), folder.path().join(file)).expect("a copy");
        }
        let db = Db::open(&DbUrl::folder(folder.path()))
            .await
            .expect("a migrated store");
        Self {
            db,
            folder,
            database: None,
        }
    }

    /// None when PostgreSQL is left out on purpose.
    pub async fn postgres() -> Option<Self> {
        let admin = cluster()?;
        let template = postgres_template(&admin).await;
        let name = format!("t_{}", uuid::Uuid::now_v7().simple());
        let url = beside(&admin, &name);
        run(
            &admin,
            &format!("CREATE DATABASE {name} TEMPLATE {template}"),
        )
        .await;
        let db = Db::open(&DbUrl::Postgres(url))
            .await
            .expect("a migrated store");
        let folder = tempfile::tempdir().expect("a temporary folder");
        Some(Self {
            db,
            folder,
            database: Some((admin, name)),
        })
    }

    /// A folder of the test's own.
    pub fn folder(&self) -> &Path {
        self.folder.path()
    }

    pub async fn clear(self) {
        self.db.close().await.expect("closed connections");
        if let Some((admin, name)) = self.database {
            run(&admin, &format!("DROP DATABASE {name} WITH (FORCE)")).await;
        }
    }
}

/// A second, empty database of the same kind that is not migrated yet: what a restore goes into.
pub async fn empty_beside(db: &Db) -> (DbUrl, tempfile::TempDir) {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let url = match db.url() {
        DbUrl::Folder(_) => DbUrl::folder(folder.path().join("restored")),
        DbUrl::Postgres(url) => {
            let name = format!("r_{}", uuid::Uuid::now_v7().simple());
            run(url, &format!("CREATE DATABASE {name}")).await;
            DbUrl::Postgres(beside(url, &name))
        }
    };
    (url, folder)
}

/// Runs statements around the store, as somebody with a database client would.
pub async fn behind_its_back(db: &Db, sql: &str) -> Result<u64, sea_orm::DbErr> {
    let connection = raw(db).await;
    let outcome = connection.execute_unprepared(sql).await;
    connection.close().await.expect("a closed connection");
    outcome.map(|done| done.rows_affected())
}

/// A connection of its own to the book.
pub async fn raw(db: &Db) -> DatabaseConnection {
    raw_at(db.url(), "book.db").await
}

/// A connection of its own to one of the databases.
pub async fn raw_at(url: &DbUrl, file: &str) -> DatabaseConnection {
    let url = match url {
        DbUrl::Folder(folder) => format!("sqlite:{}", folder.join(file).display()),
        DbUrl::Postgres(url) => url.clone(),
    };
    Database::connect(url).await.expect("a connection")
}

fn cluster() -> Option<String> {
    match std::env::var("HERDBOOK_TEST_POSTGRES") {
        Ok(url) => Some(url),
        Err(_) if std::env::var("HERDBOOK_TEST_DATABASES").is_ok_and(|only| only == "sqlite") => {
            None
        }
        Err(_) => panic!(
            "HERDBOOK_TEST_POSTGRES names no cluster: eval \"$(tests/postgres.sh start DIR)\", \
             or set HERDBOOK_TEST_DATABASES=sqlite to leave PostgreSQL out"
        ),
    }
}

async fn run(url: &str, sql: &str) {
    let admin = Database::connect(url).await.expect("the cluster answers");
    admin.execute_unprepared(sql).await.expect(sql);
    admin.close().await.expect("a closed connection");
}

fn beside(url: &str, name: &str) -> String {
    let (server, _) = url.rsplit_once('/').expect("a database in the address");
    format!("{server}/{name}")
}

/// A folder beside the test binaries that outlives one test.
fn scratch() -> PathBuf {
    let exe = std::env::current_exe().expect("this binary");
    let folder = exe.parent().expect("a folder").join("store-templates");
    std::fs::create_dir_all(&folder).expect("a folder for templates");
    folder
}

/// Names the schema this test binary carries: a rebuilt binary makes a new template.
fn build() -> String {
    let exe = std::env::current_exe().expect("this binary");
    let made = exe
        .metadata()
        .and_then(|about| about.modified())
        .expect("its age");
    let made = made
        .duration_since(UNIX_EPOCH)
        .expect("after 1970")
        .as_micros();
    let name = exe
        .file_stem()
        .expect("a name")
        .to_string_lossy()
        .replace('-', "_");
    format!("{name}_{made}")
}

async fn sqlite_template() -> PathBuf {
    let root = scratch();
    let root = root.as_path();
    let template = root.join(format!("sqlite_{}", build()));
    if template.exists() {
        return template;
    }
    let made = tempfile::tempdir_in(root).expect("a folder for the template");
    let db = Db::open_migrated(&DbUrl::folder(made.path()))
        .await
        .expect("a migrated store");
    db.close().await.expect("closed connections");
    // Whoever comes first keeps the place; the same template twice is the same.
    let made = made.keep();
    if std::fs::rename(&made, &template).is_err() {
        let _ = std::fs::remove_dir_all(made);
    }
    template
}

async fn postgres_template(admin: &str) -> String {
    let name: String = format!("template_{}", build()).chars().take(63).collect();
    let connection = Database::connect(admin).await.expect("the cluster answers");
    let held = "SELECT pg_advisory_lock(4711)";
    let mut one = sea_orm::ConnectOptions::new(admin.to_owned());
    one.max_connections(1);
    let lock = Database::connect(one).await.expect("the cluster answers");
    lock.execute_unprepared(held).await.expect("the lock");
    let known = format!("SELECT 1 FROM pg_database WHERE datname = '{name}'");
    let statement = sea_orm::Statement::from_string(sea_orm::DbBackend::Postgres, known);
    if connection
        .query_one_raw(statement)
        .await
        .expect("a list")
        .is_none()
    {
        let making = format!("making_{}", std::process::id());
        run(admin, &format!("CREATE DATABASE {making}")).await;
        let url = DbUrl::Postgres(beside(admin, &making));
        let db = Db::open_migrated(&url).await.expect("a migrated store");
        db.close().await.expect("closed connections");
        run(admin, &format!("ALTER DATABASE {making} RENAME TO {name}")).await;
    }
    lock.close().await.expect("a closed connection");
    connection.close().await.expect("a closed connection");
    name
}

/// The first column of a query on the book, as integers.
pub async fn numbers(db: &Db, sql: &str) -> Vec<i64> {
    let raw = raw(db).await;
    let statement = sea_orm::Statement::from_string(raw.get_database_backend(), sql);
    let rows = raw.query_all_raw(statement).await.expect(sql);
    raw.close().await.expect("a closed connection");
    rows.iter()
        .map(|row| row.try_get_by_index(0).expect("an integer"))
        .collect()
}

/// Somebody with full rights on the database, who can take the triggers away before a change.
pub struct Shell {
    connection: DatabaseConnection,
}

impl Shell {
    pub async fn open(db: &Db) -> Self {
        let connection = raw(db).await;
        Self { connection }
    }

    pub async fn without_triggers(self, table: &str) -> Self {
        let backend = self.connection.get_database_backend();
        if backend == sea_orm::DbBackend::Postgres {
            return self
                .run(&format!("ALTER TABLE {table} DISABLE TRIGGER USER"))
                .await;
        }
        let sql = format!(
            "SELECT name FROM sqlite_master WHERE type = 'trigger' AND tbl_name = '{table}'"
        );
        let statement = sea_orm::Statement::from_string(backend, sql);
        let mut shell = self;
        for row in shell
            .connection
            .query_all_raw(statement)
            .await
            .expect("the triggers")
        {
            let name: String = row.try_get_by_index(0).expect("a name");
            shell = shell.run(&format!("DROP TRIGGER {name}")).await;
        }
        shell
    }

    pub async fn run(self, sql: &str) -> Self {
        self.connection.execute_unprepared(sql).await.expect(sql);
        self
    }
}
