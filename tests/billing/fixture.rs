//! The reference customers in a store of the test's own, with the real renderer.

use std::path::PathBuf;
use std::sync::Arc;

use chrono::{DateTime, NaiveDate, NaiveTime, Utc};
use herdbook::access::Keyring;
use herdbook::app::{App, Clock};
use herdbook::billing::tax::TaxRules;
use herdbook::book::{self, Book};
use herdbook::db::Db;
use herdbook::documents::archive::Archive;
use herdbook::documents::render::TemplateSet;
use herdbook::documents::render_id::render_id;
use herdbook::documents::worker::{PoolConfig, RenderPool};
use herdbook::usecases::bill::{Report, Request, Silent, bill};
use herdbook::usecases::import::import;

/// An application over a test's store, and the folder of its archive.
pub struct Fixture {
    /// The application at its first business time.
    pub app: App,
    /// Where the archive lies.
    pub folder: tempfile::TempDir,
}

impl Fixture {
    /// The application over a store.
    pub fn new(db: &Db) -> Self {
        let folder = tempfile::tempdir().expect("a temporary folder");
        let templates = TemplateSet::embedded();
        let program = PathBuf::from(env!("CARGO_BIN_EXE_herdbook"));
        let pool = PoolConfig::new(program, render_id(&templates));
        let app = App {
            db: db.clone(),
            clock: Clock::at(noon("2025-12-31")),
            archive: Archive::folder(folder.path()).expect("an archive"),
            pool: RenderPool::new(pool),
            templates: Arc::new(templates),
            tax: Arc::new(TaxRules::default()),
            keys: Arc::new(Keyring::of("test".to_owned(), [1; 32])),
            mail: None,
            private_hosts: Arc::default(),
            card: None,
            actor: "test".to_owned(),
        };
        Self { app, folder }
    }

    /// The same with the reference customers imported, their readings entered.
    pub async fn with_reference(db: &Db) -> Self {
        Self::with(db, "reference").await
    }

    /// The same with the book of a scenario.
    pub async fn with(db: &Db, name: &str) -> Self {
        let mut fixture = Self::new(db);
        let book = scenario(name);
        fixture.app.tax = Arc::new(book.tax.clone());
        import(&fixture.app, &book).await.expect("imported");
        fixture
    }

    /// The application after somebody changed the templates.
    pub fn with_templates(&self, folder: &std::path::Path) -> App {
        let templates = TemplateSet::from_folder(folder).expect("templates");
        App {
            pool: self.app.pool.with_templates(folder, render_id(&templates)),
            templates: Arc::new(templates),
            ..self.app.clone()
        }
    }

    /// Bills everything due by a day, at noon of that day.
    pub async fn bill(&self, as_of: &str) -> Report {
        bill(&self.app.at(noon(as_of)), request(as_of), &Silent)
            .await
            .expect("billed")
    }
}

/// A run that leaves service of 2027 for later.
pub fn request(as_of: &str) -> Request {
    Request {
        as_of: date(as_of),
        service_until: Some(date("2026-12-31")),
    }
}

/// The reference customers with their readings.
pub fn reference() -> Book {
    scenario("reference")
}

/// The book of a scenario.
pub fn scenario(name: &str) -> Book {
    let folder = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/scenarios");
    book::load(&folder.join(name).with_extension("toml")).expect("the book of the scenario")
}

pub fn date(text: &str) -> NaiveDate {
    text.parse().expect("a date")
}

pub fn noon(day: &str) -> DateTime<Utc> {
    date(day)
        .and_time(NaiveTime::from_hms_opt(12, 0, 0).expect("noon"))
        .and_utc()
}
