//! Addresses that somebody wrote by hand: whatever stands behind the question mark, what comes back
//! is a page in the reader's language, with a code.

use axum::Router;
use axum::body::{Body, to_bytes};
use axum::http::{Method, Request, StatusCode, header};
use harness::on_both;
use herdbook::access::Role;
use herdbook::web::router::router;
use herdbook::web::routes::table;
use tower::ServiceExt;

use crate::fixture::Fixture;
use crate::matrix::site;

/// Every parameter that any page takes, twice; then one that is no number where it should be.
const ODD: &[&str] = &[
    "",
    "?next=%2Fa&next=%2Fb&from=x&from=y&q=1&q=2&year=1&year=2&state=1&state=2&code=1&code=2\
     &error=1&error=2&expires=1&expires=2&signature=a&signature=b&currency=EUR&currency=EUR\
     &step=1&step=2&month=1&month=2&before=1&before=2&day=1&day=2&source=a&source=b",
    "?expires=soon&signature=a&before=x&month=x&year=x&from=x&day=x",
    "?%FF=%FF&=&&q",
];

async fn get(routes: &Router, session: Option<&str>, path: &str) -> (StatusCode, String, String) {
    let mut request = Request::builder()
        .uri(path)
        .header(header::ACCEPT_LANGUAGE, "fr");
    if let Some(session) = session {
        request = request.header(header::COOKIE, format!("herdbook={session}"));
    }
    let request = request.body(Body::empty()).expect("a request");
    let answer = routes.clone().oneshot(request).await.expect("an answer");
    let status = answer.status();
    let kind = answer.headers().get(header::CONTENT_TYPE);
    let kind = kind
        .and_then(|kind| kind.to_str().ok())
        .unwrap_or_default()
        .to_owned();
    let body = to_bytes(answer.into_body(), 1 << 24).await.expect("a body");
    (status, kind, String::from_utf8_lossy(&body).into_owned())
}

/// A path whose parameters name nothing.
fn filled(path: &str) -> String {
    let parts = path.split('/').map(|part| match part.starts_with('{') {
        true => "x",
        false => part,
    });
    parts.collect::<Vec<_>>().join("/")
}

on_both! {
    async fn no_address_is_answered_by_a_bare_line(db: &Db) {
        let it = Fixture::new(db);
        crate::api::billed(&it).await;
        let routes = router(it.app.clone(), site()).expect("the routes");
        let mut readers = vec![None];
        for role in [Role::Admin, Role::Finance, Role::CustomerBilling, Role::CustomerTechnical] {
            readers.push(Some(it.session(role).await));
        }
        let mut refused = 0;
        for route in table() {
            if route.method != Method::GET || route.path.starts_with("/api/") {
                continue;
            }
            for odd in ODD {
                let path = format!("{}{odd}", filled(route.path));
                for session in &readers {
                    let (status, kind, text) = get(&routes, session.as_deref(), &path).await;
                    assert!(!status.is_server_error(), "{path}: {text}");
                    if !matches!(status.as_u16(), 400 | 422) {
                        continue;
                    }
                    assert!(kind.starts_with("text/html"), "{path}: {kind} {text}");
                    assert!(text.contains("<html lang=\"fr\""), "{path}: {text}");
                    assert!(text.contains("<code>"), "no code. {path}: {text}");
                    refused += usize::from(text.contains("<code>web.query</code>"));
                }
            }
        }
        assert!(refused >= 10, "{refused} were refused: the test asks for the wrong things");
    }
}
