//! The log: an object a line, each line of a request with its name, and no line with a secret or
//! with somebody's name.

use std::collections::BTreeSet;
use std::path::PathBuf;
use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};

use harness::{Place, numbers};
use herdbook::access::{Keyring, SecretText};
use herdbook::app::{App, Clock};
use herdbook::billing::tax::TaxRules;
use herdbook::documents::archive::Archive;
use herdbook::documents::render::TemplateSet;
use herdbook::documents::render_id::render_id;
use herdbook::documents::worker::{PoolConfig, RenderPool};
use herdbook::payments::webhook::sign;
use herdbook::usecases::access::demonstrate::{self, Guest};
use herdbook::usecases::import::import;
use tokio::io::{AsyncBufReadExt, AsyncWriteExt, BufReader};
use tokio::net::TcpListener;

use crate::served::{Answer, Served, Visitor, until};

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
        private_hosts: Arc::default(),
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

const KEY: &str = "sk_test_of_the_test";
const SIGNING: &str = "whsec_of_the_test";

/// A server that logs all it can, with mail and cards.
fn settings(port: &str) -> [(&'static str, &str); 9] {
    [
        ("HERDBOOK_LOG_FORMAT", "json"),
        ("HERDBOOK_LOG_FILTER", "trace,hyper=debug,h2=debug"),
        ("HERDBOOK_MAIL_HOST", "127.0.0.1"),
        ("HERDBOOK_MAIL_PORT", port),
        ("HERDBOOK_MAIL_TLS", "none"),
        ("HERDBOOK_MAIL_SENDER", "billing@herdbook.example"),
        ("HERDBOOK_STRIPE_SECRET_KEY", KEY),
        ("HERDBOOK_STRIPE_WEBHOOK_SECRETS", SIGNING),
        ("HERDBOOK_STRIPE_API_URL", "http://127.0.0.1:9"),
    ]
}

/// A mail server that knows nobody, and repeats whom it does not know; how many it refused.
async fn mail_server() -> (u16, Arc<AtomicU32>) {
    let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
    let port = listener.local_addr().expect("an address").port();
    let refused = Arc::new(AtomicU32::new(0));
    let count = refused.clone();
    tokio::spawn(async move {
        while let Ok((stream, _)) = listener.accept().await {
            let count = count.clone();
            tokio::spawn(async move {
                let (read, mut write) = stream.into_split();
                let mut lines = BufReader::new(read).lines();
                let mut answer = "220 mail ESMTP".to_owned();
                loop {
                    let sent = write.write_all(format!("{answer}\r\n").as_bytes()).await;
                    let (Ok(()), Ok(Some(line))) = (sent, lines.next_line().await) else {
                        return;
                    };
                    answer = match line.split_once(':') {
                        Some((word, whom)) if word.eq_ignore_ascii_case("RCPT TO") => {
                            count.fetch_add(1, Ordering::SeqCst);
                            format!("550 5.1.1 {whom} is unknown here")
                        }
                        _ => "250 mail".to_owned(),
                    };
                }
            });
        }
    });
    (port, refused)
}

/// A customer asks for a link by mail, opens another one, and looks at its portal.
async fn portal(visitor: &mut Visitor, secrets: &mut Secrets, guest: &Guest) {
    let email = guest.email.to_string();
    secrets.add(&email);
    secrets.add(guest.token.reveal());
    let page = visitor.get("/portal/sign-in").await;
    secrets.add_forms(&page);
    let asked = [("email", email.as_str()), ("next", "/portal/invoices")];
    let sent = visitor.send(&page, "/portal/sign-in", &asked).await;
    assert_eq!(sent.status, 303, "{}", sent.text);
    let link = format!("/portal/sign-in/{}", guest.token.reveal());
    let page = visitor.get(&link).await;
    secrets.add_forms(&page);
    let opened = visitor.send(&page, &link, &[("next", "/portal")]).await;
    assert_eq!(opened.status, 303, "{}", opened.text);
    for path in [
        "/portal/invoices",
        "/portal/account",
        "/portal/invoices/RE-2026-00001",
        "/portal/invoices/RE-2026-00001/paid",
    ] {
        visitor.get(path).await;
    }
}

/// The card gateway tells of somebody; a stranger does so, too.
async fn messages(visitor: &mut Visitor, secrets: &mut Secrets) {
    let body = serde_json::json!({
        "id": "evt_1", "type": "checkout.session.completed",
        "data": { "object": {
            "object": "checkout.session", "id": "cs_unknown_session",
            "customer_details": { "email": "arthur@dent.example", "name": "Arthur Dent" },
            "payment_method_details": { "card": { "last4": "4242424242" } },
        } },
    })
    .to_string();
    let now = Clock::real().system().timestamp();
    let own = sign(body.as_bytes(), &SecretText::new(SIGNING.to_owned()), now);
    let headers = [("stripe-signature", own.as_str())];
    let taken = visitor.post("/hooks/stripe", &headers, &body).await;
    assert_eq!(taken.status, 200, "{}", taken.text);
    let forged = own.replace("v1=", "v1=00");
    let headers = [("stripe-signature", forged.as_str())];
    let refused = visitor.post("/hooks/stripe", &headers, &body).await;
    assert!(refused.status >= 400, "{}", refused.text);
    for known in ["arthur@dent", "Arthur Dent", "4242424242", SIGNING] {
        secrets.add(known);
    }
    let signature = own.split_once("v1=").expect("a signature").1;
    secrets.add(signature);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn no_line_of_the_log_holds_a_secret_or_a_name() {
    let place = Place::sqlite().await;
    let (password, people) = demonstrate::accounts(&app(&place)).await.expect("accounts");
    let book =
        std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/scenarios/reference.toml");
    let book = herdbook::book::load(&book).expect("a book");
    import(&app(&place), &book).await.expect("imported");
    let guests = demonstrate::guests(&app(&place)).await.expect("guests");
    let (port, refused) = mail_server().await;
    let served = Served::over(&place, &settings(&port.to_string()));
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
    secrets.add(KEY);
    messages(&mut visitor, &mut secrets).await;
    let mut customer = Visitor::of(&served);
    portal(&mut customer, &mut secrets, &guests[0]).await;
    until("a mail that is refused", || {
        (refused.load(Ordering::SeqCst) > 0).then_some(())
    });
    // Nor does the list of jobs name whom a server does not know.
    let quoted = "SELECT count(*) FROM job WHERE last_error LIKE '%@%'";
    let told = "SELECT count(*) FROM job WHERE last_error LIKE '%550%'";
    while numbers(&place.db, told).await == [0] {
        tokio::task::yield_now().await;
    }
    assert_eq!(numbers(&place.db, quoted).await, [0]);
    let kept = customer.cookies.values().filter(|value| !value.is_empty());
    for value in kept {
        secrets.add(value);
    }
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
