//! An application over a store, sources that push to it, and their requests.

use std::collections::BTreeSet;
use std::path::PathBuf;
use std::sync::Arc;

use axum::body::{Body, to_bytes};
use axum::http::{HeaderMap, Method, Request};
use chrono::{DateTime, TimeDelta, Utc};
use herdbook::access::source_token::Door;
use herdbook::access::{AccountId, Keyring, Party, Principal, Role};
use herdbook::app::{App, Clock};
use herdbook::billing::tax::TaxRules;
use herdbook::db::sources::{self, ListedSource};
use herdbook::db::{Db, Txn};
use herdbook::documents::archive::Archive;
use herdbook::documents::render::TemplateSet;
use herdbook::documents::render_id::render_id;
use herdbook::documents::worker::{PoolConfig, RenderPool};
use herdbook::telemetry::evidence::Chunk;
use herdbook::usecases::sources::{NewSource, create_in, done_by_program, draft};
use herdbook::web::router::{Site, router};
use tower::ServiceExt;

/// The instance that the payloads are about.
pub const INSTANCE: &str = "social.stadt.example";

/// Six minutes into March, when the payloads arrive.
pub fn arrival() -> DateTime<Utc> {
    "2026-03-01T00:06:00Z".parse().expect("an instant")
}

/// An application, and the folder of its archive.
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
            clock: Clock::at(arrival()),
            archive: Archive::folder(folder.path()).expect("an archive"),
            pool: RenderPool::new(PoolConfig::new(program, render_id(&templates))),
            templates: Arc::new(templates),
            tax: Arc::new(TaxRules::default()),
            keys: Arc::new(Keyring::of("test".to_owned(), [1; 32])),
            mail: None,
            private_hosts: std::sync::Arc::default(),
            card: None,
            actor: "test".to_owned(),
        };
        Self {
            app,
            _folder: folder,
        }
    }

    /// Makes a source bound to an instance, good for all doors; returns its credential.
    pub async fn source(&self, name: &str, instance: &str) -> String {
        self.made(name, Some(instance), &[], &Door::ALL).await
    }

    pub async fn made(
        &self,
        name: &str,
        instance: Option<&str>,
        instances: &[&str],
        doors: &[Door],
    ) -> String {
        let source = NewSource {
            name: name.to_owned(),
            instance: instance.map(str::to_owned),
            instances: instances.iter().map(|one| (*one).to_owned()).collect(),
            doors: doors.iter().copied().collect::<BTreeSet<_>>(),
            expires_at: self.app.clock.system() + TimeDelta::days(30),
        };
        let (text, drafted) = draft(&self.app, source).expect("a draft");
        let stored = done_by_program(&self.app, async move |txn: &Txn, app: &App| {
            create_in(txn, app, "test", &drafted).await
        });
        stored.await.expect("stored");
        text.reveal().to_owned()
    }

    /// The doors, with a queue of their own.
    pub fn doors(&self, credential: &str) -> Doors {
        self.doors_at(credential, arrival())
    }

    pub fn doors_at(&self, credential: &str, now: DateTime<Utc>) -> Doors {
        let site = Site {
            organisation: "Test".to_owned(),
            public_url: "http://127.0.0.1".to_owned(),
            ..Site::default()
        };
        Doors {
            router: router(self.app.at(now), site).expect("the routes"),
            credential: credential.to_owned(),
        }
    }

    pub async fn listed(&self, name: &str) -> ListedSource {
        let all = sources::list(&self.app.db.telemetry.reader(), None).await;
        let mut all = all.expect("listed").into_iter();
        all.find(|one| one.source.name == name).expect("the source")
    }

    /// Somebody of staff.
    pub fn principal(&self, role: Role) -> Principal {
        let account = AccountId(uuid::Uuid::from_u128(7));
        Principal::person(account, Party::Staff, [role]).expect("a person")
    }

    /// What the log holds of the sources of an instance.
    pub async fn chunks(&self, instance: &str) -> Vec<Chunk> {
        herdbook::usecases::explain_evidence::requests_of(&self.app, instance, (0, i64::MAX))
            .await
            .expect("evidence")
    }
}

/// An answer of a door.
pub struct Answer {
    pub status: u16,
    pub headers: HeaderMap,
    pub body: Vec<u8>,
}

impl Answer {
    pub fn header(&self, name: &str) -> &str {
        let value = self.headers.get(name);
        value
            .and_then(|value| value.to_str().ok())
            .unwrap_or_default()
    }

    /// The body as JSON; null when it is none.
    pub fn json(&self) -> serde_json::Value {
        serde_json::from_slice(&self.body).unwrap_or_default()
    }

    pub fn code(&self) -> String {
        self.json()["code"].as_str().unwrap_or_default().to_owned()
    }
}

/// The doors with one credential.
#[derive(Clone)]
pub struct Doors {
    pub router: axum::Router,
    pub credential: String,
}

impl Doors {
    pub async fn post(
        &self,
        path: &str,
        headers: &[(&str, &str)],
        body: impl Into<Body>,
    ) -> Answer {
        let mut request = Request::builder().method(Method::POST).uri(path);
        if !self.credential.is_empty() {
            let value = format!("Bearer {}", self.credential);
            request = request.header("authorization", value);
        }
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        let request = request.body(body.into()).expect("a request");
        let answer = self.router.clone().oneshot(request).await;
        let answer = answer.expect("an answer");
        let (status, headers) = (answer.status().as_u16(), answer.headers().clone());
        let body = to_bytes(answer.into_body(), 1 << 20).await.expect("a body");
        Answer {
            status,
            headers,
            body: body.to_vec(),
        }
    }

    pub async fn write(&self, body: Vec<u8>) -> Answer {
        let kind = ("content-type", "application/x-protobuf");
        let coding = ("content-encoding", "snappy");
        self.post("/api/v1/write", &[kind, coding], body).await
    }

    pub async fn csv(&self, body: &str) -> Answer {
        let kind = [("content-type", "text/csv")];
        self.post("/api/v1/usage/upload", &kind, body.to_owned())
            .await
    }
}

/// A stored payload.
pub fn payload(name: &str) -> Vec<u8> {
    let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/fixtures/telemetry/");
    std::fs::read(format!("{folder}{name}")).expect("a payload")
}
