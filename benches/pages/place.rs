//! Where the book is, and an application over it.

use std::path::PathBuf;
use std::sync::Arc;

use chrono::TimeDelta;
use herdbook::access::session::Session;
use herdbook::access::{Account, Email, Keyring, Permission};
use herdbook::app::{App, Clock};
use herdbook::billing::tax::TaxRules;
use herdbook::db::access::accounts;
use herdbook::db::access::sessions::{self, Origin};
use herdbook::db::{Db, DbUrl, Txn};
use herdbook::documents::archive::Archive;
use herdbook::documents::render::TemplateSet;
use herdbook::documents::render_id::render_id;
use herdbook::documents::worker::{PoolConfig, RenderPool};
use herdbook::usecases::access::tokens;

use crate::routes::OWN;

/// The program under load: the one built beside this, or another build to hold against it.
pub fn program() -> PathBuf {
    let other = std::env::var_os("HERDBOOK_LOAD_PROGRAM");
    other.map_or_else(|| env!("CARGO_BIN_EXE_herdbook").into(), PathBuf::from)
}

/// Where the book is.
pub struct Place {
    /// Keys and archive, and the databases unless there is a server for them.
    pub folder: PathBuf,
    /// Address of a PostgreSQL database.
    pub server: Option<String>,
}

impl Default for Place {
    fn default() -> Self {
        Self {
            folder: "herdbook-load".into(),
            server: None,
        }
    }
}

impl Place {
    /// The address of the databases.
    pub fn url(&self) -> DbUrl {
        match &self.server {
            Some(server) => server.parse().expect("an address of PostgreSQL"),
            None => DbUrl::folder(&self.folder),
        }
    }

    /// An application over the book, which is made if it is missing.
    pub async fn app(&self) -> App {
        std::fs::create_dir_all(&self.folder).expect("a folder");
        let templates = TemplateSet::embedded();
        App {
            db: Db::open_migrated(&self.url()).await.expect("the databases"),
            clock: Clock::real(),
            archive: Archive::folder(&self.folder.join("archive")).expect("an archive"),
            pool: RenderPool::new(PoolConfig::new(program(), render_id(&templates))),
            templates: Arc::new(templates),
            tax: Arc::new(TaxRules::default()),
            keys: Arc::new(Keyring::of("load".to_owned(), [1; 32])),
            mail: None,
            private_hosts: Arc::default(),
            card: None,
            actor: "load".to_owned(),
        }
    }
}

/// By what the senders of requests are known.
pub struct Keys {
    /// The cookie of somebody who reads everything.
    pub auditor: String,
    /// The cookie of somebody of finance.
    pub finance: String,
    /// The cookie of somebody of a customer.
    pub customer: String,
    /// The value of `Authorization` of a program that reads everything.
    pub token: String,
}

impl Keys {
    /// As sign-ins and the page of tokens would give them.
    pub async fn of(app: &App) -> Self {
        Self {
            auditor: cookie(app, "auditor@herdbook.example").await,
            finance: cookie(app, "finance@herdbook.example").await,
            customer: cookie(app, &format!("billing@customer-{OWN}.example")).await,
            token: token(app).await,
        }
    }
}

/// An account that `pages fill` has made.
pub async fn account(app: &App, email: &str) -> Account {
    let email: Email = email.parse().expect("an address");
    let account = accounts::by_email(&app.db.reader(), &email).await;
    let account = account.expect("the database answers");
    account.expect("an account: `pages fill` makes it")
}

async fn cookie(app: &App, email: &str) -> String {
    let account = account(app, email).await;
    let bytes = herdbook::keys::random().expect("random bytes");
    let now = app.clock.system();
    let opened = Session::open(bytes, account.id, account.party, None, now);
    let origin = Origin {
        agent: "load".to_owned(),
        address: "127.0.0.1".to_owned(),
    };
    let session = opened.session;
    let stored = app
        .db
        .write(async move |txn: &Txn| sessions::insert(txn, &session, &origin).await);
    stored.await.expect("a session");
    format!("herdbook={}", opened.token.reveal())
}

async fn token(app: &App) -> String {
    let owner = account(app, "auditor@herdbook.example").await;
    let owner = owner.principal().expect("an active account");
    let all = Permission::ALL.into_iter();
    let able = all.filter(|one| owner.may(*one) && !one.is_for_people_only());
    let by = ("load".to_owned(), &owner);
    let end = app.clock.system() + TimeDelta::days(1);
    let made = tokens::make(app, by, "load", able.collect(), end).await;
    format!("Bearer {}", made.expect("a token").0.reveal())
}
