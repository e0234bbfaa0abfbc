//! Traces: spans that arrive at a collector as OTLP, without what a trace may not hold.

use std::sync::{Arc, Mutex};

use axum::Router;
use axum::body::Bytes;
use axum::http::HeaderMap;
use axum::routing::post;
use harness::Place;
use opentelemetry_proto::tonic::collector::trace::v1::ExportTraceServiceRequest;
use opentelemetry_proto::tonic::common::v1::any_value::Value;
use opentelemetry_proto::tonic::trace::v1::Span;
use prost::Message;

use crate::served::{Served, Visitor};

type Received = Arc<Mutex<Vec<ExportTraceServiceRequest>>>;

/// A collector: takes what is sent, and keeps it.
async fn collector() -> (String, Received) {
    let received = Received::default();
    let kept = received.clone();
    let take = move |headers: HeaderMap, body: Bytes| async move {
        assert_eq!(headers["content-type"], "application/x-protobuf");
        let request = ExportTraceServiceRequest::decode(body).expect("a request of OTLP");
        kept.lock().expect("nobody panicked").push(request);
    };
    let routes = Router::new().route("/v1/traces", post(take));
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await;
    let listener = listener.expect("a port");
    let address = listener.local_addr().expect("an address");
    tokio::spawn(async move { axum::serve(listener, routes).await });
    (format!("http://{address}/v1/traces"), received)
}

fn text_of(span: &Span, name: &str) -> Option<String> {
    let found = span.attributes.iter().find(|one| one.key == name)?;
    match found.value.as_ref()?.value.as_ref()? {
        Value::StringValue(text) => Some(text.clone()),
        Value::IntValue(number) => Some(number.to_string()),
        _ => None,
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn spans_of_requests_arrive_when_the_server_ends_at_the_latest() {
    let place = Place::sqlite().await;
    let (endpoint, received) = collector().await;
    let mut served = Served::over(&place, &[("HERDBOOK_TRACES_ENDPOINT", &endpoint)]);
    let mut visitor = Visitor::of(&served);
    let answer = visitor.get("/invitation/a-secret-token?next=Zaphod").await;
    let id = answer.header("x-request-id").to_owned();
    let traced = [(
        "traceparent",
        "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01",
    )];
    visitor.get_with("/healthz", &traced).await;
    served.tell_to_stop();
    let ended = tokio::task::spawn_blocking(move || (served.ended(), served.logged())).await;
    let (ended, logged) = ended.expect("an end");
    assert!(ended.success(), "{logged}");

    let received = received.lock().expect("nobody panicked").clone();
    let resources: Vec<_> = received
        .iter()
        .flat_map(|one| &one.resource_spans)
        .collect();
    let about = resources.first().and_then(|one| one.resource.as_ref());
    let names: Vec<_> = about
        .iter()
        .flat_map(|one| &one.attributes)
        .map(|one| &one.key)
        .collect();
    assert!(
        names.iter().any(|name| *name == "service.name"),
        "{names:?}"
    );
    let scopes = resources.iter().flat_map(|one| &one.scope_spans);
    let spans: Vec<&Span> = scopes.flat_map(|one| &one.spans).collect();
    let page = spans
        .iter()
        .find(|span| span.name == "GET /invitation/{token}");
    let page = page.unwrap_or_else(|| panic!("{spans:?}"));
    assert_eq!(text_of(page, "request_id"), Some(id));
    assert_eq!(
        text_of(page, "http.response.status_code").as_deref(),
        Some(answer.status.to_string().as_str())
    );
    // A stranger does not choose the trace that his request belongs to.
    let health = spans
        .iter()
        .find(|span| span.name == "GET /healthz")
        .expect("a span");
    assert_ne!(health.trace_id[..2], [0x0a, 0xf7]);
    let all = format!("{spans:?}");
    for secret in ["a-secret-token", "Zaphod", "127.0.0.1"] {
        assert!(!all.contains(secret), "{secret}: {all}");
    }
    place.clear().await;
}
