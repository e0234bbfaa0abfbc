//! Every route.

use std::convert::Infallible;
use std::sync::Arc;

use axum::Router;
use axum::extract::{FromRequestParts, Path, Query, State};
use axum::http::request::Parts;
use axum::http::{HeaderValue, header};
use axum::response::{IntoResponse, Redirect, Response};
use axum::routing::get;
use serde::Deserialize;
use tower_http::catch_panic::CatchPanicLayer;
use tower_http::set_header::SetResponseHeaderLayer;
use tower_http::trace::TraceLayer;

use super::answer::{Answer, Failed, html};
use super::frame::{Place, frame};
use super::styleguide::Styleguide;
use super::words::Words;
use super::{assets, finance, links::Links};
use crate::app::App;
use crate::db::invoices::list::numbers_by_hash;
use crate::db::{documents, invoices};
use crate::documents::view::derivation_prefix;
use crate::error::Problem;

/// What handlers share.
#[derive(Clone)]
pub(super) struct Shared {
    pub(super) app: App,
    pub(super) links: Arc<Links>,
    pub(super) link_minutes: u32,
    /// The first seller's name: whose book this is.
    pub(super) organisation: String,
}

impl Shared {
    /// Links of an invoice's documents that expire: label and address.
    pub(super) fn document_links(&self, number: &str) -> Vec<(&'static str, String)> {
        let now = self.app.clock.system().timestamp();
        let expires = now.saturating_add(i64::from(self.link_minutes) * 60);
        let link = |(label, kind)| {
            let path = format!("/documents/{number}/{kind}");
            let signature = self.links.sign(&path, expires);
            (
                label,
                format!("{path}?expires={expires}&signature={signature}"),
            )
        };
        [("PDF", "pdf"), ("XML", "xml")].map(link).to_vec()
    }
}

/// The reader's language.
pub(super) struct Reader(pub(super) Words);

impl<S: Sync> FromRequestParts<S> for Reader {
    type Rejection = Infallible;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Infallible> {
        let asked = parts.headers.get(header::ACCEPT_LANGUAGE);
        let asked = asked.and_then(|value| value.to_str().ok());
        Ok(Self(Words::accepted(asked)))
    }
}

/// Nothing is loaded from elsewhere, nothing runs in the page that is not our one script.
const POLICY: &str = "default-src 'none'; style-src 'self'; script-src 'self'; font-src 'self'; \
                      img-src 'self'; connect-src 'self'; base-uri 'none'; form-action 'self'; \
                      frame-ancestors 'none'";

/// The routes over an application.
///
/// # Errors
/// `internal.unlisted` when the machine has no random numbers for the links' key.
pub fn router(app: App, link_minutes: u32, organisation: String) -> Result<Router, Problem> {
    let links = Links::new().map_err(|error| Problem::of("internal.unlisted", &error))?;
    let shared = Shared {
        app,
        links: Arc::new(links),
        link_minutes,
        organisation,
    };
    let set = |name, value: &'static str| {
        SetResponseHeaderLayer::overriding(name, HeaderValue::from_static(value))
    };
    let unless_set = |name, value: &'static str| {
        SetResponseHeaderLayer::if_not_present(name, HeaderValue::from_static(value))
    };
    Ok(Router::new()
        .route("/", get(|| async { Redirect::to("/invoices") }))
        .route("/invoices", get(finance::invoices::show))
        .route("/invoices/{number}", get(finance::invoice::show))
        .route("/search", get(finance::search::show))
        .route("/why/{code}", get(why))
        .route("/styleguide", get(styleguide))
        .route("/assets/{folder}/{*name}", get(assets::file))
        .route("/documents/{number}/{kind}", get(download))
        .route("/healthz", get(|| async { "ok" }))
        .route("/readyz", get(ready))
        .fallback(|Reader(words): Reader| async move { Failed::missing(words) })
        .with_state(shared)
        .layer(set(header::CONTENT_SECURITY_POLICY, POLICY))
        .layer(set(header::X_CONTENT_TYPE_OPTIONS, "nosniff"))
        .layer(set(header::REFERRER_POLICY, "no-referrer"))
        .layer(unless_set(header::CACHE_CONTROL, "no-store"))
        .layer(CatchPanicLayer::new())
        .layer(TraceLayer::new_for_http()))
}

/// The address beside the payment code of a document: to the page that explains its amounts.
async fn why(
    State(shared): State<Shared>,
    Reader(words): Reader,
    Path(code): Path<String>,
) -> Result<Redirect, Failed> {
    let prefix = derivation_prefix(&code).ok_or_else(|| Failed::missing(words))?;
    let found = numbers_by_hash(&shared.app.db.reader(), &prefix).await;
    let found = found.map_err(|error| Failed::of(words, error))?;
    match found.as_slice() {
        [number] => Ok(Redirect::to(&format!("/invoices/{number}"))),
        _ => Err(Failed::missing(words)),
    }
}

async fn styleguide(
    State(shared): State<Shared>,
    Reader(words): Reader,
) -> Result<Response, Failed> {
    let title = words.say("components-title");
    let page = Styleguide::new(frame(words, Place::Components, title, shared.organisation));
    html(words, &page)
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
