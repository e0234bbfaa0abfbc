//! The log: an object a line, each line of a request with its name, and no line with a secret or
//! with somebody's name.

use std::collections::BTreeSet;
use std::path::PathBuf;
use std::sync::Arc;

use harness::Place;
use herdbook::access::Keyring;
use herdbook::app::{App, Clock};
use herdbook::billing::tax::TaxRules;
use herdbook::documents::archive::Archive;
use herdbook::documents::render::TemplateSet;
use herdbook::documents::render_id::render_id;
use herdbook::documents::worker::{PoolConfig, RenderPool};
use herdbook::usecases::access::demonstrate;

use crate::served::{Answer, Served, Visitor};

/// An application over the book, with the keys that the server will find.
fn app(place: &Place) -> App {
    let templates = TemplateSet::embedded();
    let program = PathBuf::from(env!("CARGO_BIN_EXE_herdbook"));
    let keys: Keyring = herdbook::keys::read_or_make(&place.folder().join("keys")).expect("keys");
    App {
        db: place.db.clone(),
        clock: Clock::real(),
        archive: Archive::folder(&place.folder().join("archive")).expect("an archive"),
        pool: RenderPool::new(PoolConfig::new(program, render_id(&templates))),
        templates: Arc::new(templates),
        tax: Arc::new(TaxRules::default()),
        keys: Arc::new(keys),
        mail: None,
        card: None,
        actor: "test".to_owned(),
    }
}

/// What may stand in no line, gathered on the way.
#[derive(Default)]
struct Secrets(BTreeSet<String>);

impl Secrets {
    fn add(&mut self, text: &str) {
        assert!(text.len() > 3, "{text:?} would be found by chance");
        self.0.insert(text.to_owned());
    }

    fn add_forms(&mut self, page: &Answer) {
        let proof = page.between("name=\"csrf\" value=\"", "\"").to_owned();
        self.add(&proof);
    }
}

/// Signs in, after a wrong password and a wrong code.
async fn sign_in(visitor: &mut Visitor, secrets: &mut Secrets, typed: [&str; 3]) {
    let [email, password, code] = typed;
    let page = visitor.get("/sign-in").await;
    secrets.add_forms(&page);
    let wrong = [("email", email), ("password", "wrong horse battery")];
    secrets.add("wrong horse battery");
    visitor.send(&page, "/sign-in", &wrong).await;
    let right = [("email", email), ("password", password)];
    let answer = visitor.send(&page, "/sign-in", &right).await;
    assert!(
        answer.header("location").starts_with("/sign-in/code"),
        "{}",
        answer.text
    );
    let page = visitor.get("/sign-in/code").await;
    secrets.add_forms(&page);
    visitor
        .send(&page, "/sign-in/code", &[("code", "000000")])
        .await;
    let answer = visitor
        .send(&page, "/sign-in/code", &[("code", code)])
        .await;
    assert_eq!(answer.status, 303, "{}", answer.text);
}

/// Invites somebody, and looks at what they get.
async fn invite(visitor: &mut Visitor, secrets: &mut Secrets) {
    let page = visitor.get("/settings/users").await;
    secrets.add_forms(&page);
    let invited = [
        ("name", "Zaphod Quux"),
        ("email", "zaphod@quux.example"),
        ("role", "finance"),
    ];
    let page = visitor.send(&page, "/settings/users", &invited).await;
    for known in ["Zaphod", "Quux", "zaphod@"] {
        secrets.add(known);
    }
    let link = page.between("/invitation/", "<").to_owned();
    secrets.add(&link);
    visitor.get(&format!("/invitation/{link}")).await;
}

/// Types names where they may be typed, and tokens that are none.
async fn wander(visitor: &mut Visitor, secrets: &mut Secrets) {
    for path in [
        "/setup/a-token-of-nobody",
        "/search?q=Marvin+Depressed",
        "/customers?q=Marvin+Depressed",
        "/documents/RE-2026-00001/pdf?expires=99&signature=forged-signature",
        "/nowhere/at-all-Marvin",
    ] {
        visitor.get(path).await;
    }
    for known in ["a-token-of-nobody", "Marvin", "forged-signature"] {
        secrets.add(known);
    }
}

#[tokio::test]
async fn no_line_of_the_log_holds_a_secret_or_a_name() {
    let place = Place::sqlite().await;
    let (password, people) = demonstrate::accounts(&app(&place)).await.expect("accounts");
    let settings = [
        ("HERDBOOK_LOG_FORMAT", "json"),
        ("HERDBOOK_LOG_FILTER", "trace,hyper=debug,h2=debug"),
    ];
    let served = Served::over(&place, &settings);
    let mut visitor = Visitor::of(&served);
    let mut secrets = Secrets::default();
    secrets.add(&password);
    let admin = people.iter().find(|one| one.role.as_str() == "admin");
    let admin = admin.expect("an administrator");
    let (email, code) = (admin.email.to_string(), admin.codes[0].clone());
    secrets.add(&email);
    secrets.add(&code);

    sign_in(&mut visitor, &mut secrets, [&email, &password, &code]).await;
    invite(&mut visitor, &mut secrets).await;
    wander(&mut visitor, &mut secrets).await;
    for value in visitor.cookies.values().filter(|value| !value.is_empty()) {
        secrets.add(value);
    }

    let log = served.logged();
    for secret in &secrets.0 {
        let line = log.lines().find(|line| line.contains(secret.as_str()));
        assert!(line.is_none(), "{secret} stands in {line:?}");
    }
    let mut answered = 0;
    for line in log.lines() {
        let read: serde_json::Value = serde_json::from_str(line).expect(line);
        if read["message"] == "answered" {
            answered += 1;
            let id = read["span"]["request_id"].as_str().unwrap_or_default();
            assert!(id.len() > 30, "{line}");
        }
    }
    assert!(answered >= 12, "{answered} requests: {log}");
    place.clear().await;
}
