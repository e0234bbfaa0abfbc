//! How long an entitlement check takes, beside an answer that holds nothing: `cargo bench --bench
//! entitlements`. PostgreSQL takes part where `tests/postgres.sh start` has named a cluster.
//!
//! Each kind of request goes through the whole router, in turn with the others, so that the noise
//! of the machine meets all of them alike.

use std::path::PathBuf;
use std::sync::Arc;
use std::time::{Duration, Instant};

use axum::Router;
use axum::body::{Body, to_bytes};
use axum::http::{Request, header};
use chrono::TimeDelta;
use harness::Place;
use herdbook::access::rate::Limit;
use herdbook::access::{Keyring, Party, Permission, Principal, Role};
use herdbook::app::{App, Clock};
use herdbook::billing::tax::TaxRules;
use herdbook::book;
use herdbook::documents::archive::Archive;
use herdbook::documents::render::TemplateSet;
use herdbook::documents::render_id::render_id;
use herdbook::documents::worker::{PoolConfig, RenderPool};
use herdbook::usecases::access::tokens;
use herdbook::usecases::access::users::{self, Invitation};
use herdbook::usecases::entitlements::{Cache, check};
use herdbook::usecases::import::import;
use herdbook::web::router::{Site, router_under};
use tower::ServiceExt;

/// Requests of each kind.
const REQUESTS: usize = 5_000;
/// Requests before anything is counted.
const WARM: usize = 500;

fn main() {
    let runtime = tokio::runtime::Runtime::new().expect("a runtime");
    runtime.block_on(async {
        measure("SQLite", Place::sqlite().await).await;
        match Place::postgres().await {
            Some(place) => measure("PostgreSQL", place).await,
            None => println!("PostgreSQL: no cluster is named in HERDBOOK_TEST_POSTGRES"),
        }
    });
}

/// The application over a scenario's book, and a customer's person who asks.
async fn prepared(place: &Place, folder: &std::path::Path) -> (App, Principal, String) {
    let templates = TemplateSet::embedded();
    let program = PathBuf::from(env!("CARGO_BIN_EXE_herdbook"));
    let app = App {
        db: place.db.clone(),
        clock: Clock::at("2026-01-15T12:00:00Z".parse().expect("an instant")),
        archive: Archive::folder(folder).expect("an archive"),
        pool: RenderPool::new(PoolConfig::new(program, render_id(&templates))),
        templates: Arc::new(templates),
        tax: Arc::new(TaxRules::default()),
        keys: Arc::new(Keyring::of("bench".to_owned(), [1; 32])),
        mail: None,
        private_hosts: Arc::default(),
        card: None,
        actor: "bench".to_owned(),
    };
    let scenarios = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/scenarios");
    let mut book = book::load(&scenarios.join("allowance_pooled.toml")).expect("a book");
    book.readings.clear();
    import(&app, &book).await.expect("imported");
    let invitation = Invitation {
        email: "program@example.org".to_owned(),
        name: "Program".to_owned(),
        party: Party::Customer(20_001),
        roles: [Role::CustomerTechnical].into(),
    };
    let created = users::create(&app, "bench".to_owned(), &invitation).await;
    let (account, _) = created.expect("created");
    let owner = account.principal().expect("a principal");
    let until = app.clock.system() + TimeDelta::days(1);
    let scopes = [Permission::ReadOwnUsage].into();
    let made = tokens::make(&app, ("bench".to_owned(), &owner), "Bench", scopes, until).await;
    let token = made.expect("made").0.reveal().to_owned();
    (app, owner, token)
}

async fn measure(database: &str, place: Place) {
    let folder = tempfile::tempdir().expect("a folder");
    let (app, owner, token) = prepared(&place, folder.path()).await;
    let cache = Cache::default();
    let site = Site {
        link_minutes: 60,
        public_url: "http://127.0.0.1".to_owned(),
        ..Site::default()
    };
    let limit = Limit::of(1_000_000, 1);
    let routes = router_under(app.clone(), site, limit).expect("the routes");
    let (mut handler, mut empty, mut whole, mut me) = (vec![], vec![], vec![], vec![]);
    for round in 0..WARM + REQUESTS {
        let began = Instant::now();
        let asked = ("C-1", "media_storage");
        let found = check(&app, &owner, &cache, asked).await.expect("an answer");
        let took = began.elapsed();
        assert!(found.is_some_and(|one| one.granted));
        let nothing = ask(&routes, "/healthz", "").await;
        let entitled = ask(&routes, "/api/v1/entitlements/C-1/media_storage", &token).await;
        let own = ask(&routes, "/api/v1/me", &token).await;
        if round >= WARM {
            handler.push(took);
            empty.push(nothing);
            whole.push(entitled);
            me.push(own);
        }
    }
    println!("{database}, {REQUESTS} requests of each kind:");
    show("use case alone", handler);
    show("GET /healthz", empty);
    show("GET /api/v1/me", me);
    show("GET /api/v1/entitlements/C-1/media_storage", whole);
    place.clear().await;
}

async fn ask(routes: &Router, path: &str, token: &str) -> Duration {
    let mut request = Request::builder().uri(path);
    if !token.is_empty() {
        request = request.header(header::AUTHORIZATION, format!("Bearer {token}"));
    }
    let request = request.body(Body::empty()).expect("a request");
    let began = Instant::now();
    let answer = routes.clone().oneshot(request).await.expect("an answer");
    let status = answer.status();
    let body = to_bytes(answer.into_body(), 1 << 16).await.expect("a body");
    let took = began.elapsed();
    assert_eq!(status, 200, "{path}: {}", String::from_utf8_lossy(&body));
    took
}

fn show(what: &str, mut times: Vec<Duration>) {
    times.sort_unstable();
    let at = |share: usize| times[times.len() * share / 1_000].as_secs_f64() * 1e6;
    println!(
        "{what:<45} p50 {:>7.0} µs  p99 {:>7.0} µs  p99.9 {:>7.0} µs",
        at(500),
        at(990),
        at(999)
    );
}
