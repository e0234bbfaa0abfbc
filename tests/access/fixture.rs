//! An application over a store, and people who sign in to it.

use std::collections::BTreeSet;
use std::path::PathBuf;
use std::sync::Arc;

use herdbook::access::session::{Opened, Session};
use herdbook::access::totp::TotpSecret;
use herdbook::access::{Account, Keyring, Party, Principal, Role, SecretHash};
use herdbook::app::{App, Clock};
use herdbook::billing::tax::TaxRules;
use herdbook::db::access::sessions::{self, Origin};
use herdbook::db::{Db, Txn};
use herdbook::documents::archive::Archive;
use herdbook::documents::render::TemplateSet;
use herdbook::documents::render_id::render_id;
use herdbook::documents::worker::{PoolConfig, RenderPool};
use herdbook::usecases::Failure;
use herdbook::usecases::access::authenticate;
use herdbook::usecases::access::enrol::{self, Chosen};
use herdbook::usecases::access::sign_in::{self, Next};
use herdbook::usecases::access::users::{self, Invitation};
use totp_rs::{Algorithm, Builder, Secret};

/// A password that the policy takes.
pub const PASSWORD: &str = "nine quiet herons wade";

/// The application, and the folder of its archive.
pub struct Fixture {
    pub app: App,
    _folder: tempfile::TempDir,
}

impl Fixture {
    pub fn new(db: &Db) -> Self {
        let folder = tempfile::tempdir().expect("a temporary folder");
        let templates = TemplateSet::embedded();
        let program = PathBuf::from(env!("CARGO_BIN_EXE_herdbook"));
        let app = App {
            db: db.clone(),
            clock: Clock::real(),
            archive: Archive::folder(folder.path()).expect("an archive"),
            pool: RenderPool::new(PoolConfig::new(program, render_id(&templates))),
            templates: Arc::new(templates),
            tax: Arc::new(TaxRules::default()),
            keys: Arc::new(Keyring::of("test".to_owned(), [1; 32])),
            mail: None,
            private_hosts: Arc::default(),
            card: None,
            actor: "test".to_owned(),
        };
        Self {
            app,
            _folder: folder,
        }
    }

    /// The code that an authenticator shows, some steps from now.
    pub fn code(&self, secret: &TotpSecret, steps: i64) -> String {
        let now = self.app.clock.system().timestamp() + steps * 30;
        Builder::new()
            .with_algorithm(Algorithm::SHA1)
            .with_digits(6)
            .with_step_duration(30)
            .with_skew(0)
            .with_secret(Secret::new_stack(*secret.bytes()))
            .build_noncompliant()
            .generate(now.unsigned_abs())
            .to_string()
    }

    /// Somebody of staff with password and second factor, signed in.
    pub async fn staff(&self, email: &str, roles: &[Role]) -> Person {
        let invitation = Invitation {
            email: email.to_owned(),
            name: "Staff".to_owned(),
            party: Party::Staff,
            roles: roles.iter().copied().collect::<BTreeSet<_>>(),
        };
        let created = users::create(&self.app, "test".to_owned(), &invitation).await;
        let (_, token) = created.expect("created");
        self.enrol(email, token.expect("a link").reveal()).await
    }

    /// From a link to a session.
    pub async fn enrol(&self, email: &str, link: &str) -> Person {
        let chosen = Chosen {
            token: link.to_owned(),
            password: PASSWORD.to_owned(),
            admin: None,
        };
        let attempt = enrol::choose_password(&self.app, chosen)
            .await
            .expect("taken");
        let waiting = enrol::enrolment(&self.app, &attempt.hash())
            .await
            .expect("waits");
        // The last step, so that the next codes are still fresh.
        let code = self.code(&waiting.secret, -1);
        let hash = attempt.hash();
        let confirmed = enrol::confirm(&self.app, (&hash, &code), &origin(), None).await;
        let (opened, recovery) = confirmed.expect("confirmed");
        Person {
            email: email.to_owned(),
            secret: waiting.secret,
            recovery: recovery
                .iter()
                .map(|code| code.reveal().to_owned())
                .collect(),
            opened,
        }
    }

    /// The attempt that waits for a code after the right password.
    pub async fn attempt(&self, person: &Person) -> SecretHash {
        let next = sign_in::password(&self.app, (&person.email, PASSWORD), (&origin(), None)).await;
        match next.expect("the right password") {
            Next::Code(token) => token.hash(),
            Next::Enrol(_) => panic!("the second factor is there"),
        }
    }

    /// A session of an account, as a sign-in would open it.
    pub async fn open(&self, account: &Account, origin: &Origin) -> String {
        let now = self.app.clock.system();
        let bytes = herdbook::keys::random().expect("random bytes");
        let opened = Session::open(bytes, account.id, account.party, None, now);
        let (session, origin) = (opened.session, origin.clone());
        let stored = self
            .app
            .db
            .write(async move |txn: &Txn| sessions::insert(txn, &session, &origin).await);
        stored.await.expect("stored");
        opened.token.reveal().to_owned()
    }

    /// Who the token of a session belongs to.
    pub async fn principal_of(&self, token: &str) -> Option<Principal> {
        let found = authenticate::session(&self.app, token).await;
        found
            .expect("the database answers")
            .map(|who| who.principal)
    }

    /// Who a session belongs to.
    pub async fn principal(&self, opened: &Opened) -> Option<Principal> {
        let found = authenticate::session(&self.app, opened.token.reveal()).await;
        found
            .expect("the database answers")
            .map(|who| who.principal)
    }
}

/// Somebody who signed in.
pub struct Person {
    pub email: String,
    pub secret: TotpSecret,
    pub recovery: Vec<String>,
    pub opened: Opened,
}

pub fn origin() -> Origin {
    Origin {
        agent: "test".to_owned(),
        address: "192.0.2.7".to_owned(),
    }
}

pub fn code_of<T: std::fmt::Debug>(result: Result<T, Failure>) -> String {
    let problem: herdbook::error::Problem = result.expect_err("refused").into();
    problem.code().to_owned()
}
