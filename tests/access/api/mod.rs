//! The API: who is answered, what is refused and how, and that a request is carried out once.

mod changes;
mod lists;
mod payments;
mod reading;
mod refusals;
mod resources;
mod sources;

use axum::body::{Body, to_bytes};
use axum::http::{HeaderMap, Method, Request, header};
use chrono::{NaiveDate, TimeDelta};
use herdbook::access::{Permission, Role};
use herdbook::book;
use herdbook::usecases::access::tokens;
use herdbook::usecases::bill::{Request as Billing, Silent, bill};
use herdbook::usecases::import::import;
use herdbook::web::router::router;
use serde_json::Value;
use tower::ServiceExt;

use crate::fixture::Fixture;
use crate::matrix::site;

/// An answer of the API.
pub struct Answer {
    pub status: u16,
    pub headers: HeaderMap,
    pub body: Value,
}

impl Answer {
    pub fn code(&self) -> &str {
        self.body["code"].as_str().unwrap_or_default()
    }

    pub fn header(&self, name: &str) -> &str {
        let value = self.headers.get(name);
        value
            .and_then(|value| value.to_str().ok())
            .unwrap_or_default()
    }
}

/// The API with one token.
pub struct Api {
    pub router: axum::Router,
    pub token: String,
}

impl Api {
    pub fn of(it: &Fixture, token: &str) -> Self {
        let router = router(it.app.clone(), site()).expect("the routes");
        let token = token.to_owned();
        Self { router, token }
    }

    pub async fn send(
        &self,
        method: Method,
        path: &str,
        extra: &[(&str, &str)],
        body: &str,
    ) -> Answer {
        let mut request = Request::builder().method(method).uri(path);
        if !self.token.is_empty() {
            request = request.header(header::AUTHORIZATION, format!("Bearer {}", self.token));
        }
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

    pub async fn get(&self, path: &str) -> Answer {
        self.send(Method::GET, path, &[], "").await
    }

    pub async fn post(&self, path: &str, key: &str, body: &str) -> Answer {
        let extra = [
            ("idempotency-key", key),
            ("content-type", "application/json"),
        ];
        self.send(Method::POST, path, &extra, body).await
    }
}

/// The book of a scenario, billed, with a name that would be markup.
pub async fn billed(it: &Fixture) {
    let folder = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/scenarios");
    let mut book = book::load(&folder.join("late_reading_volume.toml")).expect("a book");
    for customer in &mut book.customers {
        customer.legal_name = format!("<b>{}</b>", customer.legal_name);
    }
    // The customer whose people ask in these tests, and who has nothing.
    let mut second = book.customers[0].clone();
    second.number = 10_001;
    book.customers.push(second);
    import(&it.app, &book).await.expect("imported");
    let request = Billing {
        as_of: NaiveDate::from_ymd_opt(2026, 3, 1).expect("a day"),
        service_until: None,
    };
    bill(&it.app, request, &Silent).await.expect("billed");
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
