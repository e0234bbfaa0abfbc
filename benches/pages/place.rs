//! Where the book is, and an application over it.

use std::path::PathBuf;
use std::sync::Arc;

use herdbook::access::session::Session;
use herdbook::access::{Email, Keyring};
use herdbook::app::{App, Clock};
use herdbook::billing::tax::TaxRules;
use herdbook::db::access::accounts;
use herdbook::db::access::sessions::{self, Origin};
use herdbook::db::{Db, DbUrl, Txn};
use herdbook::documents::archive::Archive;
use herdbook::documents::render::TemplateSet;
use herdbook::documents::render_id::render_id;
use herdbook::documents::worker::{PoolConfig, RenderPool};

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
            card: None,
            actor: "load".to_owned(),
        }
    }
}

/// The cookie of somebody who reads everything, as a sign-in would set it.
pub async fn cookie(app: &App) -> String {
    let email: Email = "auditor@herdbook.example".parse().expect("an address");
    let account = accounts::by_email(&app.db.reader(), &email).await;
    let account = account.expect("the database answers");
    let account = account.expect("an auditor: `pages fill` makes one");
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
