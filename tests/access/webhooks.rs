//! Alerts by webhook, to a receiver that is a real server: signed, told once, tried again, and
//! given up when it is gone.

use std::collections::VecDeque;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use axum::Router;
use axum::body::Bytes;
use axum::extract::State;
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::IntoResponse;
use axum::routing::post;
use harness::{behind_its_back, numbers, on_both};
use herdbook::access::{Principal, Role};
use herdbook::app::App;
use herdbook::db::{Db, jobs};
use herdbook::delivery::webhook::PrivateHosts;
use herdbook::usecases::alerts;
use herdbook::usecases::webhooks::{self, JOB, Wanted};
use standardwebhooks::Webhook;

use crate::fixture::{Fixture, code_of};
use crate::measured::{imported, on, ten_days};

/// What the receiver was sent, and what it answers: the given statuses, then 204.
#[derive(Default)]
struct Seen {
    messages: Vec<(HeaderMap, String)>,
    answers: VecDeque<u16>,
}

struct Receiver {
    url: String,
    seen: Arc<Mutex<Seen>>,
    served: tokio::task::JoinHandle<()>,
}

impl Drop for Receiver {
    fn drop(&mut self) {
        self.served.abort();
    }
}

async fn take(
    State(seen): State<Arc<Mutex<Seen>>>,
    headers: HeaderMap,
    body: Bytes,
) -> impl IntoResponse {
    let mut seen = seen.lock().expect("a lock");
    let text = String::from_utf8(body.to_vec()).expect("text");
    seen.messages.push((headers, text));
    let status = seen.answers.pop_front().unwrap_or(204);
    let status = StatusCode::from_u16(status).expect("a status");
    (status, [(header::LOCATION, "/hooks")])
}

impl Receiver {
    async fn answering(statuses: &[u16]) -> Self {
        let seen = Arc::new(Mutex::new(Seen {
            messages: Vec::new(),
            answers: statuses.iter().copied().collect(),
        }));
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await;
        let listener = listener.expect("a port");
        let url = format!("http://{}/hooks", listener.local_addr().expect("bound"));
        let routes = Router::new()
            .route("/hooks", post(take))
            .with_state(seen.clone());
        let served = tokio::spawn(async move {
            axum::serve(listener, routes).await.expect("served");
        });
        Self { url, seen, served }
    }

    fn messages(&self) -> Vec<(HeaderMap, String)> {
        std::mem::take(&mut self.seen.lock().expect("a lock").messages)
    }
}

/// The contract with ten days of January measured, and somebody who may set webhooks.
async fn measured(db: &Db) -> (Fixture, Principal) {
    let mut it = Fixture::new(db);
    imported(&mut it).await;
    ten_days(&it).await;
    it.app = on(&it, "2026-01-10T23:00:00Z");
    it.app.private_hosts = Arc::new(PrivateHosts(vec!["127.0.0.1".to_owned()]));
    let person = it.staff("finance@example.org", &[Role::Finance]).await;
    let by = it.principal(&person.opened).await.expect("signed in");
    (it, by)
}

async fn set(app: &App, by: &Principal, url: &str) -> String {
    let wanted = Wanted::Address(url.to_owned());
    let secret = webhooks::change(app, by, "20001", &wanted).await;
    let secret = secret.expect("set").expect("a secret the first time");
    secret.reveal().to_owned()
}

/// Lets what is due be sent, as if no pause were left. Says how many were.
async fn sent(app: &App) -> usize {
    let due = "UPDATE job SET due_at = 0 WHERE kind = 'webhook' AND state = 'queued'";
    behind_its_back(&app.db, due).await.expect("due");
    let wait = Duration::from_secs(60);
    let jobs = jobs::claim(&app.db.book, JOB, "test", wait, 20).await;
    let jobs = jobs.expect("jobs");
    for job in &jobs {
        webhooks::work(app, job).await.expect("worked");
    }
    jobs.len()
}

async fn state(app: &App, by: &Principal) -> &'static str {
    let shown = webhooks::of(app, by, "20001").await.expect("read");
    shown.flatten().expect("set").state.as_str()
}

on_both! {
    async fn an_alert_is_told_once_and_its_signature_holds(db: &Db) {
        let (it, by) = measured(db).await;
        let receiver = Receiver::answering(&[]).await;
        let secret = set(&it.app, &by, &receiver.url).await;
        assert_eq!(alerts::evaluate(&it.app).await.expect("evaluated"), 1);
        assert_eq!(sent(&it.app).await, 1);
        let messages = receiver.messages();
        let [(headers, body)] = messages.as_slice() else {
            panic!("one message: {messages:?}");
        };
        let reader = Webhook::new(&secret).expect("a secret");
        reader.verify(body.as_bytes(), headers).expect("signed by us");
        let other = body.replace("20001", "20002");
        assert!(reader.verify(other.as_bytes(), headers).is_err());
        let told: serde_json::Value = serde_json::from_str(body).expect("JSON");
        assert_eq!(told["type"], "usage.threshold-reached");
        assert_eq!(told["data"]["contract"], "C-1");
        assert_eq!(told["data"]["item"], "storage");
        assert_eq!(told["data"]["threshold"], "75");
        assert_eq!(told["timestamp"], told["data"]["recorded_at"]);
        assert_eq!(headers["content-type"], "application/json");

        assert_eq!(alerts::evaluate(&it.app).await.expect("evaluated"), 0);
        assert_eq!(sent(&it.app).await, 0);
        assert_eq!(receiver.messages().len(), 0);
    }
}

on_both! {
    async fn what_is_not_taken_is_sent_again_under_the_same_id(db: &Db) {
        let (it, by) = measured(db).await;
        // A redirect is an answer like any other that is no success: it is not followed.
        let receiver = Receiver::answering(&[500, 307]).await;
        set(&it.app, &by, &receiver.url).await;
        alerts::evaluate(&it.app).await.expect("evaluated");
        assert_eq!([sent(&it.app).await, sent(&it.app).await, sent(&it.app).await], [1, 1, 1]);
        assert_eq!(sent(&it.app).await, 0, "taken, so nothing waits");
        let messages = receiver.messages();
        let ids: Vec<&str> = messages
            .iter()
            .map(|(headers, _)| headers["webhook-id"].to_str().expect("text"))
            .collect();
        assert_eq!(ids.len(), 3, "{ids:?}");
        assert!(ids.iter().all(|id| *id == ids[0]), "{ids:?}");
        assert!(messages.iter().all(|(_, body)| *body == messages[0].1));
        assert_eq!(state(&it.app, &by).await, "on");
    }
}

on_both! {
    async fn a_receiver_that_is_gone_gets_no_more(db: &Db) {
        let (it, by) = measured(db).await;
        let receiver = Receiver::answering(&[410]).await;
        set(&it.app, &by, &receiver.url).await;
        alerts::evaluate(&it.app).await.expect("evaluated");
        assert_eq!(sent(&it.app).await, 1);
        assert_eq!(sent(&it.app).await, 0, "given up");
        assert_eq!(state(&it.app, &by).await, "gone");
        let failed = "SELECT COUNT(*) FROM job WHERE kind = 'webhook' AND state = 'failed'";
        assert_eq!(numbers(db, failed).await, [1]);
        let trail = "SELECT COUNT(*) FROM audit_record WHERE action = 'customer.webhook-gone'";
        assert_eq!(numbers(db, trail).await, [1]);

        // The same address again: it counts, with the secret it has.
        let wanted = Wanted::Address(receiver.url.clone());
        let fresh = webhooks::change(&it.app, &by, "20001", &wanted).await.expect("set");
        assert!(fresh.is_none(), "the secret stays");
        assert_eq!(state(&it.app, &by).await, "on");
    }
}

on_both! {
    async fn an_address_is_checked_and_a_secret_shown_once(db: &Db) {
        let (mut it, by) = measured(db).await;
        let change = |wanted: Wanted| {
            let (app, by) = (&it.app, &by);
            async move { webhooks::change(app, by, "20001", &wanted).await }
        };
        let to = |url: &str| Wanted::Address(url.to_owned());
        for bad in ["http://hooks.example.org/", "https://u:p@example.org/", "", "mailto:x"] {
            assert_eq!(code_of(change(to(bad)).await), "webhook.address", "{bad}");
        }
        assert_eq!(code_of(change(Wanted::Off).await), "webhook.none");
        assert_eq!(code_of(change(Wanted::NewSecret).await), "webhook.none");
        let first = change(to("https://hooks.example.org/")).await.expect("set").expect("shown");
        assert!(change(to("https://hooks.example.org/2")).await.expect("set").is_none());
        let moved = change(to("https://other.example.org/")).await.expect("set");
        assert!(moved.is_some(), "another receiver gets a secret of its own");
        let second = change(Wanted::NewSecret).await.expect("made").expect("shown");
        assert_ne!(first.reveal(), second.reveal());
        assert!(change(Wanted::Off).await.expect("off").is_none());
        assert_eq!(state(&it.app, &by).await, "off");
        let unknown = webhooks::change(&it.app, &by, "99999", &to("https://example.org")).await;
        assert_eq!(code_of(unknown), "customer.unknown");
        let auditor = it.staff("auditor@example.org", &[Role::Auditor]).await;
        let auditor = it.principal(&auditor.opened).await.expect("signed in");
        let denied = webhooks::change(&it.app, &auditor, "20001", &Wanted::Off).await;
        assert_eq!(code_of(denied), "access.denied");

        // Off: an alert waits for nobody. Neither does a secret stand in the trail.
        alerts::evaluate(&it.app).await.expect("evaluated");
        assert_eq!(sent(&it.app).await, 0);
        let trail = "SELECT COUNT(*) FROM audit_payload WHERE body LIKE '%whsec_%'";
        assert_eq!(numbers(db, trail).await, [0]);
        it.app.private_hosts = Arc::default();
    }
}

on_both! {
    async fn a_private_host_is_not_called(db: &Db) {
        let (mut it, by) = measured(db).await;
        let receiver = Receiver::answering(&[]).await;
        set(&it.app, &by, &receiver.url.replace("http:", "https:")).await;
        alerts::evaluate(&it.app).await.expect("evaluated");
        // The host is taken off the list of those that may be called.
        it.app.private_hosts = Arc::default();
        assert_eq!(sent(&it.app).await, 1);
        assert_eq!(receiver.messages().len(), 0);
        let told = "SELECT COUNT(*) FROM job WHERE last_error LIKE 'webhook.private-host:%'";
        assert_eq!(numbers(db, told).await, [1]);
    }
}

on_both! {
    async fn what_waits_while_a_webhook_is_off_is_kept_and_can_be_sent_later(db: &Db) {
        let (it, by) = measured(db).await;
        let receiver = Receiver::answering(&[503]).await;
        set(&it.app, &by, &receiver.url).await;
        alerts::evaluate(&it.app).await.expect("evaluated");
        assert_eq!(sent(&it.app).await, 1);
        webhooks::change(&it.app, &by, "20001", &Wanted::Off).await.expect("off");
        assert_eq!(sent(&it.app).await, 1);
        assert_eq!(receiver.messages().len(), 1, "the attempt before it was switched off");
        let kept = "SELECT COUNT(*) FROM job WHERE state = 'failed' \
                    AND last_error LIKE 'webhook.off:%'";
        assert_eq!(numbers(db, kept).await, [1]);

        let wanted = Wanted::Address(receiver.url.clone());
        webhooks::change(&it.app, &by, "20001", &wanted).await.expect("on");
        let again = "UPDATE job SET state = 'queued' WHERE kind = 'webhook'";
        behind_its_back(db, again).await.expect("as the page of jobs does");
        assert_eq!(sent(&it.app).await, 1);
        assert_eq!(receiver.messages().len(), 1);
    }
}
