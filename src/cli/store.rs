//! `--data-dir` and `--database-url`, which every command takes, and the application behind them.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use clap::Args;

use super::business_clock;
use crate::access::Keyring;
use crate::app::{App, COMMAND_LINE, Clock};
use crate::billing::tax::TaxRules;
use crate::config::Config;
use crate::db::{Db, DbUrl, runs};
use crate::delivery::mail::Post;
use crate::delivery::webhook::PrivateHosts;
use crate::documents::archive::Archive;
use crate::documents::render::TemplateSet;
use crate::documents::render_id::render_id;
use crate::documents::worker::{PoolConfig, RenderPool};
use crate::error::Problem;
use crate::keys;
use crate::payments::CardPayments;

/// Where the databases are.
#[derive(Debug, Clone, Default, Args)]
pub struct StoreArgs {
    /// Folder of the embedded databases and of the document archive.
    #[arg(
        long,
        global = true,
        value_name = "DIR",
        conflicts_with = "database_url"
    )]
    pub data_dir: Option<PathBuf>,
    /// PostgreSQL database; the password is better set in HERDBOOK_STORE_DATABASE_URL.
    #[arg(long, global = true, value_name = "URL", hide_env_values = true)]
    pub database_url: Option<String>,
}

/// Whether missing databases are made.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Opening {
    /// They must exist and be up to date.
    Existing,
    /// They are made and migrated.
    Migrated,
}

impl StoreArgs {
    fn data_dir(&self, config: &Config) -> PathBuf {
        self.data_dir
            .clone()
            .unwrap_or_else(|| config.store.data_dir.clone())
    }

    /// The address of the databases.
    ///
    /// # Errors
    /// `db.address`.
    pub fn url(&self, config: &Config) -> Result<DbUrl, Problem> {
        let configured = config
            .store
            .database_url
            .as_ref()
            .filter(|_| self.data_dir.is_none());
        match self.database_url.as_ref().or(configured) {
            Some(url) => url
                .parse()
                .map_err(|error: crate::db::DbError| Problem::of(error.code(), &error)),
            None => Ok(DbUrl::folder(self.data_dir(config))),
        }
    }

    /// Opens the databases.
    ///
    /// # Errors
    /// `db.*`.
    pub async fn db(&self, config: &Config, opening: Opening) -> Result<Db, Problem> {
        let url = self.url(config)?;
        let opened = match (&url, opening) {
            (_, Opening::Migrated) => Db::open_migrated(&url).await,
            (DbUrl::Folder(folder), Opening::Existing) if !folder.join("book.db").exists() => {
                let text = format!("there is no book in {}", folder.display());
                return Err(Problem::new("db.no-book", text));
            }
            (_, Opening::Existing) => Db::open(&url).await,
        };
        opened.map_err(|error| Problem::hidden(error.code(), &error))
    }

    /// The archive: as configured, or the folder `archive` in the data folder.
    ///
    /// # Errors
    /// `archive.*`.
    pub fn archive(&self, config: &Config) -> Result<Archive, Problem> {
        let opened = match config.documents.archive.as_deref() {
            Some(url) if url.starts_with("s3://") => Archive::bucket(url, aws_settings()),
            Some(folder) => Archive::folder(Path::new(folder)),
            None => Archive::folder(&self.data_dir(config).join("archive")),
        };
        opened.map_err(|error| Problem::of(error.code(), &error))
    }

    /// The server's own keys: as configured, or the file `keys` in the data folder.
    ///
    /// # Errors
    /// `keys.*`, `keyring.*`.
    fn keys(&self, config: &Config) -> Result<Keyring, Problem> {
        match &config.access.keys {
            Some(file) => keys::read_or_make(file),
            None => {
                let folder = self.data_dir(config);
                std::fs::create_dir_all(&folder).map_err(|why| {
                    Problem::new("keys.file", format!("{}: {why}", folder.display()))
                })?;
                keys::read_or_make(&folder.join("keys"))
            }
        }
    }

    /// Opens the databases and puts the application together.
    ///
    /// # Errors
    /// `db.*`, `archive.*`, `template.*`.
    pub async fn app(&self, config: &Config, opening: Opening) -> Result<App, Problem> {
        let db = self.db(config, opening).await?;
        let archive = self.archive(config)?;
        let templates = templates(config.documents.templates.as_deref())?;
        let mut pool = PoolConfig::new(executable()?, render_id(&templates));
        pool.templates.clone_from(&config.documents.templates);
        if config.documents.workers > 0 {
            pool.workers = config.documents.workers;
        }
        let clock = match self.url(config)? {
            DbUrl::Folder(folder) => business_clock::kept(&folder)?.map(Clock::ahead),
            DbUrl::Postgres(_) => None,
        };
        let clock = match clock {
            Some(clock) => clock,
            None => later_than_runs(&db).await?,
        };
        let keys = self.keys(config)?;
        Ok(App {
            db,
            clock,
            archive,
            pool: RenderPool::new(pool),
            templates: Arc::new(templates),
            tax: Arc::new(TaxRules::default().under(config.tax)),
            keys: Arc::new(keys),
            mail: Post::configured(&config.mail, &site(config))?,
            private_hosts: Arc::new(PrivateHosts(config.webhooks.private_hosts.clone())),
            card: CardPayments::configured(&config.stripe)?.map(Arc::new),
            actor: COMMAND_LINE.to_owned(),
        })
    }
}

/// Where readers reach the server, as far as the configuration tells.
pub(super) fn site(config: &Config) -> String {
    let plain = format!("http://{}", config.serve.listen);
    let url = config.serve.public_url.as_deref().unwrap_or(&plain);
    url.trim_end_matches('/').to_owned()
}

/// The machine's time, unless the book knows of later runs: business time never goes back, or a
/// book that was billed at a simulated time would forget what it knows.
async fn later_than_runs(db: &Db) -> Result<Clock, Problem> {
    let latest = runs::latest(&db.reader()).await;
    let latest = latest.map_err(|error| Problem::hidden(error.code(), &error))?;
    let latest = latest.map(|run| run.started_at);
    let real = Clock::real();
    Ok(match latest {
        Some(latest) if latest > real.system() => {
            Clock::ahead(latest - real.system() + chrono::TimeDelta::seconds(1))
        }
        _ => real,
    })
}

/// Credentials and region, from where the AWS tools look for them.
fn aws_settings() -> Vec<(String, String)> {
    std::env::vars()
        .filter(|(name, _)| name.starts_with("AWS_"))
        .collect()
}

fn templates(folder: Option<&Path>) -> Result<TemplateSet, Problem> {
    match folder {
        None => Ok(TemplateSet::embedded()),
        Some(folder) => {
            TemplateSet::from_folder(folder).map_err(|error| Problem::of(error.code(), &error))
        }
    }
}

/// This binary, which is its own render worker.
fn executable() -> Result<PathBuf, Problem> {
    std::env::current_exe().map_err(|error| Problem::of("internal.unlisted", &error))
}
