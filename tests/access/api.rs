//! The API: who is answered, what is refused and how, and that a request is carried out once.

use std::collections::BTreeSet;

use axum::body::{Body, to_bytes};
use axum::http::{HeaderMap, Method, Request, header};
use chrono::{NaiveDate, TimeDelta};
use harness::on_both;
use herdbook::access::rate::Limit;
use herdbook::access::{Permission, Role};
use herdbook::book;
use herdbook::db::{Txn, customers};
use herdbook::usecases::access::tokens;
use herdbook::usecases::bill::{Request as Billing, Silent, bill};
use herdbook::usecases::billing_run::{self, Step};
use herdbook::usecases::import::import;
use herdbook::web::router::{router, router_under};
use herdbook::web::routes::table;
use serde_json::{Value, json};
use tower::ServiceExt;

use crate::fixture::Fixture;
use crate::matrix::site;

/// An answer of the API.
struct Answer {
    status: u16,
    headers: HeaderMap,
    body: Value,
}

impl Answer {
    fn code(&self) -> &str {
        self.body["code"].as_str().unwrap_or_default()
    }

    fn header(&self, name: &str) -> &str {
        let value = self.headers.get(name);
        value
            .and_then(|value| value.to_str().ok())
            .unwrap_or_default()
    }
}

struct Api {
    router: axum::Router,
    token: String,
}

impl Api {
    fn of(it: &Fixture, token: &str) -> Self {
        let router = router(it.app.clone(), site()).expect("the routes");
        let token = token.to_owned();
        Self { router, token }
    }

    async fn send(&self, method: Method, path: &str, extra: &[(&str, &str)], body: &str) -> Answer {
        let mut request = Request::builder().method(method).uri(path);
        request = request.header(header::AUTHORIZATION, format!("Bearer {}", self.token));
        for (name, value) in extra {
            request = request.header(*name, *value);
        }
        let request = request
            .body(Body::from(body.to_owned()))
            .expect("a request");
        let answer = self
            .router
            .clone()
            .oneshot(request)
            .await
            .expect("an answer");
        let status = answer.status().as_u16();
        let headers = answer.headers().clone();
        let bytes = to_bytes(answer.into_body(), 1 << 24).await.expect("a body");
        if status >= 400 {
            assert_eq!(
                headers[header::CONTENT_TYPE],
                "application/problem+json",
                "{path}"
            );
        }
        let body = serde_json::from_slice(&bytes).unwrap_or(Value::Null);
        if status >= 400 {
            assert_eq!(body["status"], status, "{path}");
            for part in ["type", "title", "detail", "code", "remedy"] {
                assert!(body[part].is_string(), "{path} {part}");
            }
        }
        Answer {
            status,
            headers,
            body,
        }
    }

    async fn get(&self, path: &str) -> Answer {
        self.send(Method::GET, path, &[], "").await
    }

    async fn post(&self, path: &str, key: &str, body: &str) -> Answer {
        let extra = [
            ("idempotency-key", key),
            ("content-type", "application/json"),
        ];
        self.send(Method::POST, path, &extra, body).await
    }
}

/// The book of a scenario, billed, with a name that would be markup.
async fn billed(it: &Fixture) {
    let folder = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/scenarios");
    let mut book = book::load(&folder.join("late_reading_volume.toml")).expect("a book");
    for customer in &mut book.customers {
        customer.legal_name = format!("<b>{}</b>", customer.legal_name);
    }
    import(&it.app, &book).await.expect("imported");
    let request = Billing {
        as_of: NaiveDate::from_ymd_opt(2026, 3, 1).expect("a day"),
        service_until: None,
    };
    bill(&it.app, request, &Silent).await.expect("billed");
}

on_both! {
    async fn a_token_is_asked_for_and_its_scope(db: &Db) {
        let it = Fixture::new(db);
        let nobody = Api::of(&it, "");
        let answer = nobody.get("/api/v1/me").await;
        assert_eq!((answer.status, answer.code()), (401, "api.no-token"));
        assert_eq!(answer.header("www-authenticate"), "Bearer realm=\"herdbook\"");
        let wrong = Api::of(&it, &format!("hb_{}_{}", "0".repeat(16), "0".repeat(52)));
        let answer = wrong.get("/api/v1/me").await;
        assert_eq!((answer.status, answer.code()), (401, "token.unknown"));
        assert!(answer.header("www-authenticate").contains("invalid_token"));
        let api = Api::of(&it, &it.token(Role::Operations).await);
        let answer = api.get("/api/v1/me").await;
        assert_eq!(answer.status, 200);
        assert_eq!(answer.body["roles"], json!(["operations"]));
        let answer = api.get("/api/v1/invoices").await;
        assert_eq!((answer.status, answer.code()), (403, "access.denied"));
        assert!(answer.header("www-authenticate").contains("scope=\"invoices.read\""));
        // A session opens nothing here: there is no cookie that another site could send along.
        let session = it.session(Role::Finance).await;
        let cookie = format!("herdbook={session}");
        let answer = nobody.send(Method::GET, "/api/v1/me", &[("cookie", &cookie)], "").await;
        assert_eq!(answer.code(), "api.no-token");
    }
}

on_both! {
    async fn whatever_is_refused_is_a_problem(db: &Db) {
        let it = Fixture::new(db);
        let api = Api::of(&it, &it.token(Role::Finance).await);
        for (method, path, status, code) in [
            (Method::GET, "/api", 404, "api.no-route"),
            (Method::GET, "/api/v2/things", 404, "api.no-route"),
            (Method::DELETE, "/api/v1/me", 405, "api.method"),
            (Method::PUT, "/api/v1/customers/1", 405, "api.method"),
            (Method::GET, "/api/v1/customers/1", 404, "api.not-found"),
            (Method::GET, "/api/v1/customers/%00", 404, "api.not-found"),
            (Method::GET, "/api/v1/customers/%FF", 400, "api.refused"),
            (Method::GET, "/api/v1/contracts/C-1", 404, "api.not-found"),
            (Method::GET, "/api/v1/contracts/C-1/usage", 404, "api.not-found"),
            (Method::GET, "/api/v1/invoices/%3Cb%3E", 404, "api.not-found"),
            (Method::GET, "/api/v1/invoices/RE-1/documents/pdf", 404, "api.not-found"),
            (Method::GET, "/api/v1/runs/1", 404, "api.not-found"),
            (Method::GET, "/api/v1/runs/x", 404, "api.not-found"),
            (Method::GET, "/api/v1/runs/99999999999999999999", 404, "api.not-found"),
            (Method::GET, "/api/v1/jobs/0", 404, "api.not-found"),
            (Method::GET, "/api/v1/customers?limit=0", 400, "api.query"),
            (Method::GET, "/api/v1/customers?limit=1&limit=2", 400, "api.query"),
            (Method::GET, "/api/v1/customers?colour=red", 400, "api.query"),
            (Method::GET, "/api/v1/customers?q=%00", 400, "api.query"),
            (Method::GET, "/api/v1/customers?country=de", 400, "api.query"),
            (Method::GET, "/api/v1/invoices?cursor=YQ", 400, "api.query"),
            (Method::GET, "/api/v1/contracts?state=lost", 400, "api.query"),
            (Method::GET, "/api/v1/ledger-entries?from=2026-02-30", 400, "api.query"),
        ] {
            let answer = api.send(method, path, &[], "").await;
            assert_eq!((answer.status, answer.code()), (status, code), "{path}");
        }
        let html = [("accept", "text/html")];
        let answer = api.send(Method::GET, "/api/v1/me", &html, "").await;
        assert_eq!((answer.status, answer.code()), (406, "api.not-acceptable"));
        let answer = api.get("/api/v1/customers?limit=x&colour=red").await;
        let named = answer.body["errors"].as_array().expect("a list");
        let named: BTreeSet<_> = named.iter().filter_map(|one| one["parameter"].as_str()).collect();
        assert_eq!(named, BTreeSet::from(["colour", "limit"]));
    }
}

on_both! {
    async fn a_body_is_judged_field_by_field(db: &Db) {
        let it = Fixture::new(db);
        let api = Api::of(&it, &it.token(Role::Finance).await);
        let json = ("content-type", "application/json");
        let long = format!("{{\"as_of\": \"{}\"}}", "a".repeat(300_000));
        for (headers, body, status, code) in [
            (vec![json], "{}", 400, "api.header"),
            (vec![json, ("idempotency-key", "a b")], "{}", 400, "api.header"),
            (vec![("idempotency-key", "1")], "{}", 415, "api.media-type"),
            (vec![json, ("idempotency-key", "1")], "{", 400, "api.body"),
            (vec![json, ("idempotency-key", "1")], "[]", 422, "api.fields"),
            (vec![json, ("idempotency-key", "1")], "", 422, "api.fields"),
            (vec![json, ("idempotency-key", "1")], &long, 413, "api.too-large"),
        ] {
            let answer = api.send(Method::POST, "/api/v1/runs", &headers, body).await;
            assert_eq!((answer.status, answer.code()), (status, code), "{body:.40}");
        }
        for (body, pointers) in [
            ("{}", vec!["#/as_of"]),
            ("{\"as_of\": null}", vec!["#/as_of"]),
            ("{\"as_of\": 20260101, \"x~/y\": 1}", vec!["#/as_of", "#/x~0~1y"]),
            ("{\"as_of\": \"2026-02-30\", \"service_until\": {}}", vec!["#/as_of", "#/service_until"]),
            ("{\"as_of\": \"9999-01-01\"}", vec!["#/as_of"]),
            ("{\"as_of\": \"<b>\\u0000\"}", vec!["#/as_of"]),
        ] {
            let answer = api.post("/api/v1/runs", "fields", body).await;
            assert_eq!((answer.status, answer.code()), (422, "api.fields"), "{body}");
            let named = answer.body["errors"].as_array().expect("a list");
            let named: Vec<_> = named.iter().filter_map(|one| one["pointer"].as_str()).collect();
            assert_eq!(named, pointers, "{body}");
        }
        assert!(api.get("/api/v1/runs").await.body["data"].as_array().expect("a list").is_empty());
    }
}

on_both! {
    async fn a_run_is_prepared_once_for_a_key(db: &Db) {
        let it = Fixture::new(db);
        billed(&it).await;
        let api = Api::of(&it, &it.token(Role::Finance).await);
        let body = "{\"as_of\": \"2026-04-01\"}";
        let first = api.post("/api/v1/runs", "one", body).await;
        assert_eq!(first.status, 201, "{}", first.body);
        assert_eq!(first.header("location"), format!("/api/v1/runs/{}", first.body["id"]));
        assert_eq!(first.header("idempotency-replayed"), "");
        let again = api.post("/api/v1/runs", "\"one\"", body).await;
        assert_eq!((again.status, &again.body), (201, &first.body));
        assert_eq!(again.header("idempotency-replayed"), "true");
        let other = api.post("/api/v1/runs", "one", "{\"as_of\": \"2026-05-01\"}").await;
        assert_eq!((other.status, other.code()), (409, "api.key-reused"));
        let listed = api.get("/api/v1/runs").await;
        assert_eq!(listed.body["data"].as_array().map(Vec::len), Some(1));
        // The key of one account is none of another's.
        let second = Api::of(&it, &it.token(Role::Admin).await);
        let answer = second.post("/api/v1/runs", "one", body).await;
        assert_eq!(answer.code(), "access.denied");
        let steps = (0..4).map(|_| api.post("/api/v1/runs", "at once", body));
        let answers = futures::future::join_all(steps).await;
        let ids: BTreeSet<String> = answers.iter().map(|one| one.body["id"].to_string()).collect();
        assert_eq!(ids.len(), 1, "four at once are one: {ids:?}");
        assert!(answers.iter().all(|one| one.status == 201));
    }
}

on_both! {
    async fn a_run_goes_its_way_and_a_person_approves_it(db: &Db) {
        let it = Fixture::new(db);
        billed(&it).await;
        let api = Api::of(&it, &it.token(Role::Finance).await);
        let made = api.post("/api/v1/runs", "one", "{\"as_of\": \"2026-04-01\"}").await;
        let path = made.header("location").to_owned();
        let id: i64 = made.body["id"].as_i64().expect("an id");
        let read = api.get(&path).await;
        assert_eq!(read.body["state"], "prepared");
        let tag = read.header("etag").to_owned();
        let early = api.post(&format!("{path}/issue"), "early", "").await;
        assert_eq!((early.status, early.code()), (409, "run.state"));
        let refused = api.post(&format!("{path}/approve"), "approve", "").await;
        assert_eq!((refused.status, refused.code()), (403, "access.approval-by-token"));
        let approver = it.staff("second@example.org", &[Role::Approver]).await;
        let approver = it.principal(&approver.opened).await.expect("signed in");
        billing_run::step(&it.app, &approver, id, Step::Approve).await.expect("approved");
        let key = [("idempotency-key", "issue"), ("if-match", tag.as_str())];
        let stale = api.send(Method::POST, &format!("{path}/issue"), &key, "").await;
        assert_eq!((stale.status, stale.code()), (412, "api.precondition-failed"));
        let tag = api.get(&path).await.header("etag").to_owned();
        let key = [("idempotency-key", "issue"), ("if-match", tag.as_str())];
        let issued = api.send(Method::POST, &format!("{path}/issue"), &key, "").await;
        assert_eq!((issued.status, &issued.body["state"]), (200, &json!("issuing")));
        let twice = api.send(Method::POST, &format!("{path}/issue"), &key, "").await;
        assert_eq!(twice.body, issued.body, "the answer of the first time");
        let other = api.post(&format!("{path}/issue"), "another key", "").await;
        assert_eq!(other.code(), "run.state");
        let body = api.post(&format!("{path}/withdraw"), "w", "{\"why\": 1}").await;
        assert_eq!((body.status, body.code()), (422, "api.fields"));
        let missing = api.post("/api/v1/runs/4711/withdraw", "m", "").await;
        assert_eq!((missing.status, missing.code()), (404, "api.not-found"));
        let jobs = api.get("/api/v1/jobs?state=queued").await;
        assert_eq!(jobs.body["data"][0]["kind"], "issue-run");
        let job = api.get(&format!("/api/v1/jobs/{}", jobs.body["data"][0]["id"])).await;
        assert_eq!(job.body, jobs.body["data"][0]);
        let subject = format!("/api/v1/audit-records?subject=run/{id}");
        let trail = api.get(&subject).await;
        let actions = trail.body["data"].as_array().expect("a list").iter();
        let actions: Vec<_> = actions.filter_map(|one| one["action"].as_str()).collect();
        assert_eq!(actions, ["run.issuing", "run.approved", "run.prepared"]);
        let actor = trail.body["data"][2]["actor"].as_str().expect("an actor");
        assert!(actor.starts_with("token/"), "{actor}");
    }
}

on_both! {
    async fn invoices_are_read_down_to_their_documents(db: &Db) {
        let it = Fixture::new(db);
        billed(&it).await;
        let api = Api::of(&it, &it.token(Role::Finance).await);
        let list = api.get("/api/v1/invoices?limit=1").await;
        let head = &list.body["data"][0];
        assert_eq!(head["gross"]["currency"], "EUR");
        assert!(head["gross"]["amount"].as_str().is_some_and(|text| text.contains('.')));
        let number = head["number"].as_str().expect("a number");
        let sheet = api.get(&format!("/api/v1/invoices/{number}")).await;
        assert_eq!(sheet.status, 200);
        for part in ["number", "kind", "state", "net", "gross", "payable", "issued_at"] {
            assert_eq!(sheet.body[part], head[part], "{part}");
        }
        let line = &sheet.body["content"]["lines"][0];
        assert!(line["derivation"]["because"].is_array(), "{line}");
        let name = sheet.body["content"]["customer"]["legal_name"].as_str().expect("a name");
        assert!(name.starts_with("<b>"), "text is text, and JSON: {name}");
        let documents = sheet.body["documents"].as_array().expect("a list");
        assert_eq!(documents.len(), 2);
        for document in documents {
            let href = document["href"].as_str().expect("an address");
            let wanted = [("accept", document["media_type"].as_str().expect("a type"))];
            let file = api.send(Method::GET, href, &wanted, "").await;
            assert_eq!(file.status, 200, "{href}");
            let length = file.header("content-length").to_owned();
            let known = document["bytes"].to_string();
            assert!(length.is_empty() || length == known, "{length} {known}");
            assert!(file.header("content-disposition").starts_with("attachment"));
            let json = [("accept", "application/json")];
            assert_eq!(api.send(Method::GET, href, &json, "").await.status, 406);
        }
        let entries = api.get(&format!("/api/v1/ledger-entries?invoice={number}")).await;
        let entry = &entries.body["data"][0];
        assert_eq!(entry["invoice"], number);
        assert!(entry["postings"][0]["debit"].is_object());
        let none = api.get("/api/v1/ledger-entries?invoice=RE-0").await;
        assert_eq!(none.body["data"], json!([]));
    }
}

on_both! {
    async fn lists_are_read_from_link_to_link(db: &Db) {
        let it = Fixture::new(db);
        harness::facts::parties(db, 7).await;
        let api = Api::of(&it, &it.token(Role::Auditor).await);
        for path in [
            "/api/v1/customers", "/api/v1/contracts", "/api/v1/readings", "/api/v1/invoices",
            "/api/v1/runs", "/api/v1/ledger-entries", "/api/v1/audit-records", "/api/v1/jobs",
            "/api/v1/users", "/api/v1/tokens",
        ] {
            let whole = api.get(&format!("{path}?limit=100")).await;
            assert_eq!(whole.status, 200, "{path} {}", whole.body);
            let whole = whole.body["data"].as_array().expect("a list").clone();
            let (mut read, mut next) = (Vec::new(), format!("{path}?limit=1"));
            loop {
                let page = api.get(&next).await;
                assert_eq!(page.status, 200, "{next}");
                let data = page.body["data"].as_array().expect("a list");
                assert!(data.len() <= 1, "{next}");
                read.extend(data.clone());
                match page.body["next"].as_str() {
                    Some(link) => {
                        assert_eq!(page.header("link"), format!("<{link}>; rel=\"next\""));
                        next = link.to_owned();
                    }
                    None => break,
                }
            }
            // Asking leaves its own traces in the trail and in the tokens.
            let names = |all: &[Value]| -> Vec<String> {
                let name = |one: &Value| {
                    let name = ["number", "id"].iter().find_map(|key| one.get(*key));
                    name.map(ToString::to_string).unwrap_or_default()
                };
                all.iter().map(name).collect()
            };
            assert_eq!(names(&read), names(&whole), "{path}");
        }
    }
}

on_both! {
    async fn a_copy_is_current_until_something_changes(db: &Db) {
        let it = Fixture::new(db);
        billed(&it).await;
        let api = Api::of(&it, &it.token(Role::Finance).await);
        for path in ["/api/v1/customers/20001", "/api/v1/contracts/C-1", "/api/v1/customers"] {
            let first = api.get(path).await;
            assert_eq!(first.status, 200, "{path}");
            let tag = first.header("etag").to_owned();
            let again = api.send(Method::GET, path, &[("if-none-match", &tag)], "").await;
            assert_eq!((again.status, &again.body), (304, &Value::Null), "{path}");
            assert_eq!(again.header("etag"), tag);
        }
        let tag = api.get("/api/v1/customers/20001").await.header("etag").to_owned();
        let (on, now) = (db.reader(), it.app.clock.business());
        let found = customers::as_of::<Value>(&on, "20001", now.date_naive(), now).await;
        let mut body = found.expect("read").expect("a customer").body;
        body["legal_name"] = json!("Another");
        let (day, now) = (NaiveDate::from_ymd_opt(2026, 1, 1).expect("a day"), it.app.clock.business());
        db.write(async move |txn: &Txn| customers::put(txn, "20001", day, now, &body).await)
            .await
            .expect("changed");
        let extra = [("if-none-match", tag.as_str())];
        let after = api.send(Method::GET, "/api/v1/customers/20001", &extra, "").await;
        assert_eq!((after.status, &after.body["legal_name"]), (200, &json!("Another")));
    }
}

on_both! {
    async fn a_customer_sees_its_own_and_nothing_else(db: &Db) {
        let it = Fixture::new(db);
        harness::facts::parties(db, 2).await;
        billed(&it).await;
        let finance = Api::of(&it, &it.token(Role::Finance).await);
        let all = finance.get("/api/v1/invoices").await;
        let number = all.body["data"][0]["number"].as_str().expect("a number").to_owned();
        // The customer of the token is another one.
        let foreign = Api::of(&it, &it.token(Role::CustomerBilling).await);
        let none = foreign.get("/api/v1/invoices").await;
        assert_eq!((none.status, &none.body["data"]), (200, &json!([])));
        for path in [
            format!("/api/v1/invoices/{number}"),
            format!("/api/v1/invoices/{number}/documents/pdf"),
            "/api/v1/contracts/C-1/usage".to_owned(),
        ] {
            assert_eq!(finance.get(&path).await.status, 200, "{path}");
            let answer = foreign.get(&path).await;
            assert_eq!((answer.status, answer.code()), (404, "api.not-found"), "{path}");
        }
        for route in table() {
            let mut path = route.path.replace("{kind}", "pdf").replace("{id}", "1");
            for (what, own) in [("customers", "20001"), ("contracts", "C-1"), ("invoices", &number)] {
                let of = format!("{what}/{{number}}");
                path = path.replace(&of, &format!("{what}/{own}"));
            }
            if !path.starts_with("/api/v1/") || path == "/api/v1/me" {
                continue;
            }
            let extra = [("idempotency-key", "foreign"), ("content-type", "application/json")];
            let answer = foreign.send(route.method.clone(), &path, &extra, "{}").await;
            let empty = answer.status == 200 && answer.body["data"] == json!([]);
            assert!(empty || [403, 404].contains(&answer.status), "{path}: {}", answer.body);
        }
    }
}

on_both! {
    async fn a_token_has_a_limit_of_its_own(db: &Db) {
        let it = Fixture::new(db);
        let slow = Limit::of(30, 3_600_000);
        let router = router_under(it.app.clone(), site(), slow).expect("the routes");
        let token = it.token(Role::Finance).await;
        let api = Api { router: router.clone(), token };
        for left in (0..30).rev() {
            let answer = api.get("/api/v1/me").await;
            assert_eq!(answer.status, 200);
            let rate = answer.header("ratelimit");
            assert!(rate.starts_with(&format!("\"token\";r={left};t=")), "{rate}");
            assert_eq!(answer.header("ratelimit-policy"), "\"token\";q=30;w=108000");
        }
        let answer = api.get("/api/v1/me").await;
        assert_eq!((answer.status, answer.code()), (429, "rate.limited"));
        let wait: u32 = answer.header("retry-after").parse().expect("seconds");
        assert!((1..=3_600).contains(&wait));
        let other = Api { router, token: it.token(Role::Auditor).await };
        assert_eq!(other.get("/api/v1/me").await.status, 200, "another token is not held up");
        // What another node has drawn counts here too.
        let second = router_under(it.app.clone(), site(), slow).expect("the routes");
        let second = Api { router: second, token: api.token.clone() };
        assert_eq!(second.get("/api/v1/me").await.status, 429);
    }
}

on_both! {
    async fn the_document_and_its_page_are_for_anybody(db: &Db) {
        let it = Fixture::new(db);
        let api = Api::of(&it, "");
        let answer = api.get("/api/openapi.json").await;
        assert_eq!((answer.status, &answer.body["openapi"]), (200, &json!("3.1.0")));
        let page = api.get("/api/docs").await;
        assert_eq!(page.status, 200);
        assert!(page.header("content-type").starts_with("text/html"));
        let policy = page.header("content-security-policy");
        assert!(policy.starts_with("default-src 'none'") && !policy.contains("unsafe"));
    }
}

impl Fixture {
    /// The text of a token with all that somebody with a role may give to one.
    pub async fn token(&self, role: Role) -> String {
        let session = self.session(role).await;
        self.token_of(&session).await
    }

    /// The text of a token with all that the owner of a session may give to one.
    pub async fn token_of(&self, session: &str) -> String {
        let owner = self.principal_of(session).await.expect("signed in");
        let all = Permission::ALL.into_iter();
        let scopes = all.filter(|one| owner.may(*one) && !one.is_for_people_only());
        let until = self.app.clock.system() + TimeDelta::days(1);
        let actor = ("test".to_owned(), &owner);
        let made = tokens::make(&self.app, actor, "Test", scopes.collect(), until).await;
        made.expect("made").0.reveal().to_owned()
    }
}
