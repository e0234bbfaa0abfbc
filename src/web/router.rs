//! Every route.

use std::sync::Arc;

use axum::Router;
use axum::extract::{Path, Query, State};
use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{Html, IntoResponse, Response};
use axum::routing::get;
use serde::Deserialize;
use tower_http::catch_panic::CatchPanicLayer;
use tower_http::set_header::SetResponseHeaderLayer;
use tower_http::trace::TraceLayer;

use super::{index, links::Links};
use crate::app::App;
use crate::db::{documents, invoices};
use crate::error::Problem;

/// What handlers share.
#[derive(Clone)]
pub(super) struct Shared {
    pub(super) app: App,
    pub(super) links: Arc<Links>,
    pub(super) link_minutes: u32,
}

/// The routes over an application.
///
/// # Errors
/// `internal.unlisted` when the machine has no random numbers for the links' key.
pub fn router(app: App, link_minutes: u32) -> Result<Router, Problem> {
    let links = Links::new().map_err(|error| Problem::of("internal.unlisted", &error))?;
    let shared = Shared {
        app,
        links: Arc::new(links),
        link_minutes,
    };
    // Nothing is loaded from elsewhere and nothing runs in the page.
    let policy = "default-src 'none'; style-src 'sha256-";
    let policy = format!(
        "{policy}{}'; base-uri 'none'; form-action 'none'",
        index::style_hash()
    );
    let set = |name, value: &str| {
        HeaderValue::from_str(value)
            .map(|value| SetResponseHeaderLayer::overriding(name, value))
            .map_err(|error| Problem::of("internal.unlisted", &error))
    };
    Ok(Router::new()
        .route("/", get(show_index))
        .route("/documents/{number}/{kind}", get(download))
        .route("/healthz", get(|| async { "ok" }))
        .route("/readyz", get(ready))
        .with_state(shared)
        .layer(set(header::CONTENT_SECURITY_POLICY, &policy)?)
        .layer(set(header::X_CONTENT_TYPE_OPTIONS, "nosniff")?)
        .layer(set(header::REFERRER_POLICY, "no-referrer")?)
        .layer(set(header::CACHE_CONTROL, "no-store")?)
        .layer(CatchPanicLayer::new())
        .layer(TraceLayer::new_for_http()))
}

/// Answers a problem as RFC 9457 JSON.
struct Answer(Problem);

impl<E: Into<Problem>> From<E> for Answer {
    fn from(error: E) -> Self {
        Self(error.into())
    }
}

impl IntoResponse for Answer {
    fn into_response(self) -> Response {
        let status = StatusCode::from_u16(self.0.status());
        let status = status.unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
        if status.is_server_error() {
            self.0.log();
        }
        let kind = [(header::CONTENT_TYPE, "application/problem+json")];
        (status, kind, self.0.to_json().to_string()).into_response()
    }
}

async fn show_index(State(shared): State<Shared>) -> Result<Html<String>, Answer> {
    Ok(Html(index::page(&shared).await?))
}

async fn ready(State(shared): State<Shared>) -> Result<&'static str, Answer> {
    let pending = shared.app.db.pending_migrations().await;
    let pending = pending.map_err(|error| Problem::hidden(error.code(), &error))?;
    if pending > 0 {
        return Err(Problem::new("db.schema-behind", "the schema is behind the program").into());
    }
    Ok("ready")
}

#[derive(Deserialize)]
struct Ticket {
    expires: i64,
    signature: String,
}

async fn download(
    State(shared): State<Shared>,
    Path((number, kind)): Path<(String, String)>,
    Query(ticket): Query<Ticket>,
) -> Result<Response, Answer> {
    let path = format!("/documents/{number}/{kind}");
    let now = shared.app.clock.system().timestamp();
    shared
        .links
        .check(&path, ticket.expires, &ticket.signature, now)
        .map_err(|error| Problem::of(error.code(), &error))?;
    let hidden = |error: crate::db::DbError| Problem::hidden(error.code(), &error);
    let reader = shared.app.db.reader();
    let missing = || Problem::new("web.no-document", format!("there is no {kind} of {number}"));
    let found = invoices::by_number(&reader, &number)
        .await
        .map_err(hidden)?;
    let stored = found.first().ok_or_else(missing)?;
    let records = documents::of_invoice(&reader, stored.id)
        .await
        .map_err(hidden)?;
    let record = records
        .into_iter()
        .find(|record| record.kind == kind)
        .ok_or_else(missing)?;
    let bytes = shared
        .app
        .archive
        .get(&record.storage_key, &record.sha256)
        .await
        .map_err(|error| Problem::of(error.code(), &error))?;
    // Numbers hold letters, digits and hyphens only, so the name needs no quoting rules.
    let disposition = format!("inline; filename=\"{number}.{kind}\"");
    let headers = [
        (header::CONTENT_TYPE, record.media_type),
        (header::CONTENT_DISPOSITION, disposition),
    ];
    Ok((headers, bytes).into_response())
}
