//! Webhooks: signed, once each, and nothing personal stored.

use std::collections::BTreeSet;
use std::sync::Arc;

use axum::Router;
use axum::body::{Body, to_bytes};
use axum::http::{HeaderMap, Request};
use harness::{on_both, raw_at};
use herdbook::access::Keyring;
use herdbook::app::App;
use herdbook::db::mastodon_hooks::{self as store, MastodonHook};
use herdbook::telemetry::mastodon::hook::{LONGEST, sign};
use herdbook::telemetry::mastodon::{REPORT_CREATED, REPORT_RESOLVED, REPORT_UPDATED};
use herdbook::usecases::mastodon_hooks::{Step, fresh, step};
use herdbook::web::router::{Site, router};
use sea_orm::ConnectionTrait;
use serde_json::Value;
use tower::ServiceExt;

use crate::fixture::Fixture;
use crate::kept::{chunks, events};

const INSTANCE: &str = "social.example.org";
const SECRET: &str = "0123456789abcdef0123456789abcdef01234567";
const CREATED: &str = "webhook_report_created.json";
const ASSIGNED: &str = "webhook_report_updated_assigned.json";
const RESOLVED: &str = "webhook_report_updated_resolved.json";
const ACCOUNT: &str = "webhook_account_created.json";

fn fixture(name: &str) -> Vec<u8> {
    let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/fixtures/telemetry/");
    std::fs::read(format!("{folder}{name}")).expect(name)
}

pub struct Door {
    pub app: App,
    routes: Router,
    _fixture: Fixture,
}

pub struct Answered {
    pub status: u16,
    pub headers: HeaderMap,
    pub text: String,
}

impl Door {
    pub async fn new(db: &herdbook::db::Db) -> Self {
        let fixture = Fixture::new(db);
        let door = Self::over(fixture.app.clone(), fixture);
        door.give(Some(SECRET), Step::Register).await;
        door
    }

    fn over(app: App, fixture: Fixture) -> Self {
        let site = Site {
            link_minutes: 5,
            organisation: "Herd".to_owned(),
            public_url: "http://127.0.0.1:9".to_owned(),
            ..Site::default()
        };
        Self {
            routes: router(app.clone(), site).expect("the routes"),
            app,
            _fixture: fixture,
        }
    }

    async fn give(&self, secret: Option<&str>, as_step: fn(herdbook::access::Sealed) -> Step) {
        let fresh = fresh(&self.app, INSTANCE, secret).expect("a secret");
        let done = step(&self.app, INSTANCE, as_step(fresh.sealed)).await;
        done.expect("done");
    }

    pub async fn send(&self, instance: &str, signature: &str, body: Vec<u8>) -> Answered {
        let request = Request::post(format!("/hooks/mastodon/{instance}"))
            .header("x-hub-signature", signature)
            .header("content-type", "application/json")
            .body(Body::from(body))
            .expect("a request");
        let answer = self
            .routes
            .clone()
            .oneshot(request)
            .await
            .expect("an answer");
        let (status, headers) = (answer.status().as_u16(), answer.headers().clone());
        let text = to_bytes(answer.into_body(), 65_536).await.expect("a body");
        let text = String::from_utf8_lossy(&text).into_owned();
        Answered {
            status,
            headers,
            text,
        }
    }

    /// A message as the instance sends it.
    async fn message(&self, name: &str) -> Answered {
        let body = fixture(name);
        self.send(INSTANCE, &sign(&body, SECRET.as_bytes()), body)
            .await
    }

    async fn hook(&self) -> MastodonHook {
        let found = store::get(&self.app.db.reader(), INSTANCE).await;
        found.expect("read").expect("it is there")
    }
}

on_both! {
    async fn a_report_is_followed_from_filing_to_resolution(db: &Db) {
        let door = Door::new(db).await;
        for name in [CREATED, ASSIGNED, RESOLVED] {
            let answer = door.message(name).await;
            assert_eq!((answer.status, answer.text.as_str()), (200, "taken"), "{name}");
        }
        let chunks = chunks(&door.app, INSTANCE).await;
        assert_eq!(chunks.len(), 3);
        let told: Vec<(String, String)> = events(&chunks)
            .into_iter()
            .map(|event| (event.name, event.time.to_rfc3339()))
            .collect();
        let expected = [
            (REPORT_CREATED, "2026-03-28T13:34:00.348+00:00"),
            (REPORT_UPDATED, "2026-03-28T13:34:00.348+00:00"),
            (REPORT_UPDATED, "2026-03-28T14:02:11.013+00:00"),
            (REPORT_RESOLVED, "2026-03-29T01:12:09.371+00:00"),
            (REPORT_UPDATED, "2026-03-29T01:12:09.377+00:00"),
        ];
        assert_eq!(told, expected.map(|(name, at)| (name.to_owned(), at.to_owned())));
        let first = |event: &herdbook::telemetry::Event| {
            let mut fields = event.fields.iter();
            fields.find(|(name, _)| name == "first_action_at").map(|(_, text)| text.clone())
        };
        let acted: Vec<Option<String>> = events(&chunks).iter().map(first).collect();
        assert_eq!(acted[1], None, "nobody has it yet");
        assert_eq!(acted[2].as_deref(), Some("2026-03-28T14:02:11.013000Z"));
    }
}

/// Every text of a payload, however deep.
fn texts(value: &Value, into: &mut BTreeSet<String>) {
    match value {
        Value::String(text) => {
            into.insert(text.clone());
        }
        Value::Array(all) => all.iter().for_each(|one| texts(one, into)),
        Value::Object(all) => all.values().for_each(|one| texts(one, into)),
        _ => {}
    }
}

/// What may be kept of a payload: ids of report and assignee, times, category, the event's name.
fn may_stay(message: &Value) -> BTreeSet<String> {
    let report = &message["object"];
    let of_report = message["event"]
        .as_str()
        .is_some_and(|event| event.starts_with("report."));
    let kept = [
        &message["event"],
        if of_report {
            &report["id"]
        } else {
            &Value::Null
        },
        &report["category"],
        &report["assigned_account"]["id"],
    ];
    let texts = kept.iter().filter_map(|value| value.as_str());
    texts.map(str::to_owned).collect()
}

on_both! {
    async fn no_name_no_address_and_no_post_is_stored(db: &Db) {
        let door = Door::new(db).await;
        let (mut personal, mut allowed) = (BTreeSet::new(), BTreeSet::new());
        for name in [CREATED, ASSIGNED, RESOLVED, ACCOUNT] {
            let answer = door.message(name).await;
            assert_eq!(answer.status, 200, "{name}: {}", answer.text);
            let message: Value = serde_json::from_slice(&fixture(name)).expect("JSON");
            texts(&message, &mut personal);
            allowed.extend(may_stay(&message));
        }
        personal.retain(|text| text.len() > 2 && !allowed.contains(text));
        for sure in [
            "reporterin@example.org", "192.0.2.17", "198.51.100.4", "2001:db8::17", "accused",
            "Reporterin Beispiel", "moderatorin", "<p>Das steht im gemeldeten Beitrag.</p>",
            "Beispielstraße 12", "Bitte sehen Sie sich das an.", "110000000000000001",
        ] {
            assert!(personal.contains(sure), "the fixtures hold {sure}");
        }
        let chunks = chunks(&door.app, INSTANCE).await;
        assert_eq!(chunks.len(), 3, "of the account nothing is kept");
        let mut stored: Vec<Vec<u8>> = chunks
            .iter()
            .map(|chunk| chunk.bytes().expect("unpacks"))
            .collect();
        if let herdbook::db::DbUrl::Folder(folder) = db.url() {
            // And the databases as they lie on the disk, journals included.
            for entry in std::fs::read_dir(folder).expect("the folder").flatten() {
                stored.push(std::fs::read(entry.path()).unwrap_or_default());
            }
        }
        let holds = |bytes: &[u8], text: &str| {
            bytes.windows(text.len()).any(|window| window == text.as_bytes())
        };
        for (n, bytes) in stored.iter().enumerate() {
            // Short words may stand in a file of a database by chance; in evidence they may not.
            let least = if n < chunks.len() { 3 } else { 9 };
            for text in personal.iter().filter(|text| text.len() >= least) {
                assert!(!holds(bytes, text), "{text:?} is stored");
            }
        }
        assert!(holds(&stored[0], "8437"), "what may be kept is found this way");
    }
}

on_both! {
    async fn a_replay_is_acknowledged_and_dropped(db: &Db) {
        let door = Door::new(db).await;
        assert_eq!(door.message(CREATED).await.text, "taken");
        for _ in 0..3 {
            let again = door.message(CREATED).await;
            assert_eq!((again.status, again.text.as_str()), (200, "taken before"));
        }
        let body = fixture(RESOLVED);
        let signature = sign(&body, SECRET.as_bytes());
        let many = (0..6).map(|_| door.send(INSTANCE, &signature, body.clone()));
        let answers = futures::future::join_all(many).await;
        let taken = answers.iter().filter(|answer| answer.text == "taken").count();
        assert_eq!(taken, 1, "of six at once one is the first");
        assert!(answers.iter().all(|answer| answer.status == 200));
        assert_eq!(chunks(&door.app, INSTANCE).await.len(), 2);
        let hook = door.hook().await;
        assert_eq!((hook.taken, hook.repeated), (2, 8));
    }
}

on_both! {
    async fn what_is_not_signed_or_not_known_is_refused_by_name(db: &Db) {
        let door = Door::new(db).await;
        let body = fixture(CREATED);
        let good = sign(&body, SECRET.as_bytes());
        let mut tampered = body.clone();
        tampered[20] ^= 1;
        let other = sign(&body, b"another secret");
        let cases: [(&str, &str, Vec<u8>, u16, &str); 8] = [
            (INSTANCE, "", body.clone(), 401, "mastodon.signature"),
            (INSTANCE, &other, body.clone(), 401, "mastodon.signature"),
            (INSTANCE, &good, tampered, 401, "mastodon.signature"),
            ("other.example", &good, body.clone(), 404, "mastodon.unknown-instance"),
            ("%20", &good, body.clone(), 404, "mastodon.unknown-instance"),
            (INSTANCE, &sign(b"[]", SECRET.as_bytes()), b"[]".to_vec(), 400, "mastodon.payload"),
            (INSTANCE, &good, vec![b' '; LONGEST + 1], 413, "mastodon.too-large"),
            (INSTANCE, &good, vec![b' '; LONGEST], 401, "mastodon.signature"),
        ];
        for (instance, signature, body, status, code) in cases {
            let answer = door.send(instance, signature, body).await;
            assert_eq!(answer.status, status, "{code}: {}", answer.text);
            let problem: Value = serde_json::from_str(&answer.text).expect("a problem");
            assert_eq!(problem["code"], code);
        }
        assert_eq!(chunks(&door.app, INSTANCE).await.len(), 0);
        let hook = door.hook().await;
        assert_eq!((hook.taken, hook.ignored), (0, 0));
        let (_, code) = hook.refused.expect("noted");
        assert_eq!(code, "mastodon.signature", "the first of a minute is noted");
        // The name of an instance has one spelling.
        let answer = door.send("Social.Example.ORG", &good, body).await;
        assert_eq!(answer.status, 200, "{}", answer.text);
    }
}

on_both! {
    async fn what_nothing_is_billed_by_is_acknowledged_and_counted(db: &Db) {
        let door = Door::new(db).await;
        let answer = door.message(ACCOUNT).await;
        assert_eq!((answer.status, answer.text.as_str()), (200, "nothing of it is kept"));
        let body = br#"{"event":"report.escalated","object":{}}"#.to_vec();
        let unknown = door.send(INSTANCE, &sign(&body, SECRET.as_bytes()), body).await;
        assert_eq!(unknown.status, 200);
        assert_eq!(door.hook().await.ignored, 2);
        assert_eq!(chunks(&door.app, INSTANCE).await.len(), 0);
    }
}

on_both! {
    async fn a_secret_is_rotated_without_losing_a_message(db: &Db) {
        let door = Door::new(db).await;
        let next = "f".repeat(40);
        let under = async |secret: &str, name: &str| {
            let body = fixture(name);
            door.send(INSTANCE, &sign(&body, secret.as_bytes()), body).await.status
        };
        door.give(Some(&next), Step::Rotate).await;
        assert_eq!(under(SECRET, CREATED).await, 200, "under way with the older secret");
        assert_eq!(under(&next, ASSIGNED).await, 200);
        step(&door.app, INSTANCE, Step::Settle).await.expect("settled");
        assert_eq!(under(SECRET, RESOLVED).await, 401);
        assert_eq!(under(&next, RESOLVED).await, 200);
        let twice = step(&door.app, INSTANCE, Step::Settle).await;
        assert!(twice.expect_err("one secret only").to_string().contains("one secret"));
        step(&door.app, INSTANCE, Step::Close).await.expect("closed");
        assert_eq!(under(&next, RESOLVED).await, 404);
        assert_eq!(chunks(&door.app, INSTANCE).await.len(), 3, "evidence stays");
    }
}

on_both! {
    async fn a_secret_is_sealed_and_one_that_is_made_is_mastodons_form(db: &Db) {
        let door = Door::new(db).await;
        let hook = door.hook().await;
        assert!(!hook.secret.as_str().contains(SECRET));
        let made = fresh(&door.app, INSTANCE, None).expect("made").made.expect("shown once");
        assert_eq!(made.reveal().len(), 40);
        assert!(made.reveal().bytes().all(|sign| sign.is_ascii_hexdigit()));
        for (instance, secret, code) in [
            ("a b", None, "mastodon.instance"),
            (INSTANCE, Some("short"), "mastodon.secret"),
        ] {
            let refused = fresh(&door.app, instance, secret).expect_err("refused");
            assert_eq!(herdbook::error::Problem::from(refused).code(), code);
        }
        let again = fresh(&door.app, INSTANCE, Some(SECRET)).expect("sealed");
        let refused = step(&door.app, INSTANCE, Step::Register(again.sealed)).await;
        let refused = herdbook::error::Problem::from(refused.expect_err("it has one"));
        assert_eq!(refused.code(), "mastodon.hook-exists");
    }
}

on_both! {
    async fn a_fault_that_passes_is_never_a_refusal(db: &Db) {
        let door = Door::new(db).await;
        let telemetry = raw_at(db.url(), "telemetry.db").await;
        let run = async |sql: &str| telemetry.execute_unprepared(sql).await.map(|_| ());
        run("ALTER TABLE evidence RENAME TO evidence_away").await.expect("renamed");
        let answer = door.message(CREATED).await;
        assert_eq!(answer.status, 503, "{}", answer.text);
        assert!(answer.text.contains("mastodon.unavailable"), "{}", answer.text);
        assert!(!answer.text.contains("evidence"), "nothing of the inside: {}", answer.text);
        assert_eq!(answer.headers["retry-after"], "60");
        run("ALTER TABLE evidence_away RENAME TO evidence").await.expect("renamed back");
        telemetry.close().await.expect("closed");
        // A keyring that lost its key is a fault of ours too.
        let keyless = App {
            keys: Arc::new(Keyring::of("other".to_owned(), [2; 32])),
            ..door.app.clone()
        };
        let locked = Door::over(keyless, Fixture::new(db));
        assert_eq!(locked.message(CREATED).await.status, 503);
        let answer = door.message(CREATED).await;
        assert_eq!((answer.status, answer.text.as_str()), (200, "taken"));
        assert_eq!(door.hook().await.taken, 1);
    }
}
