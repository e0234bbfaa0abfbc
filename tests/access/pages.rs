//! Pages as a browser asks for them, and forms as it sends them.

use axum::Router;
use axum::body::{Body, to_bytes};
use axum::http::{Method, Request, StatusCode, header};
use tower::ServiceExt;

async fn answer(router: &Router, request: Request<Body>) -> (StatusCode, String) {
    let answer = router.clone().oneshot(request).await.expect("an answer");
    let status = answer.status();
    let body = to_bytes(answer.into_body(), 1 << 22).await.expect("a page");
    (status, String::from_utf8(body.to_vec()).expect("text"))
}

/// A page in a language.
pub async fn get(
    router: &Router,
    session: &str,
    language: &str,
    path: &str,
) -> (StatusCode, String) {
    let request = Request::builder()
        .uri(path)
        .header(header::COOKIE, format!("herdbook={session}"))
        .header(header::ACCEPT_LANGUAGE, language)
        .body(Body::empty())
        .expect("a request");
    answer(router, request).await
}

/// A form of the page `from`, with its proof.
pub async fn post(
    router: &Router,
    session: &str,
    from: &str,
    path: &str,
    form: &str,
) -> (StatusCode, String) {
    let (_, page) = get(router, session, "en", from).await;
    let (_, after) = page.split_once("name=\"csrf\" value=\"").expect("a form");
    let proof = after.split('"').next().expect("its end");
    let request = Request::builder()
        .method(Method::POST)
        .uri(path)
        .header(header::COOKIE, format!("herdbook={session}"))
        .header(header::ACCEPT_LANGUAGE, "en")
        .header(header::CONTENT_TYPE, "application/x-www-form-urlencoded")
        .body(Body::from(format!("csrf={proof}&{form}")))
        .expect("a request");
    answer(router, request).await
}
