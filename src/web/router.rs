//! The router: what handlers share, and what every answer carries.

use std::convert::Infallible;
use std::net::IpAddr;
use std::sync::Arc;

use axum::Router;
use axum::extract::{FromRequestParts, Path, Request, State};
use axum::http::request::Parts;
use axum::http::{HeaderMap, HeaderValue, StatusCode, Version, header};
use axum::middleware::{from_fn, from_fn_with_state};
use axum::response::{IntoResponse, Redirect, Response};
use serde::Deserialize;
use tower_http::catch_panic::CatchPanicLayer;
use tower_http::compression::CompressionLayer;
use tower_http::request_id::{MakeRequestUuid, PropagateRequestIdLayer, SetRequestIdLayer};
use tower_http::set_header::SetResponseHeaderLayer;

use super::answer::{Answer, Failed, html};
use super::api;
use super::cookies::Cookies;
use super::frame::Place;
use super::framed::{Wanted, framed};
use super::guard::{Open, Table, Who, guard, language};
use super::imprint::Imprint;
use super::observed::{self, Watched};
use super::portal::year::Downloads;
use super::query::Query;
use super::routes::routes;
use super::styleguide::Styleguide;
use super::words::Words;
use super::{form, headers, links::Links};
use crate::access::csrf::CsrfKey;
use crate::access::network::Proxies;
use crate::access::rate::Limit;
use crate::app::App;
use crate::documents::view::derivation_prefix;
use crate::error::Problem;
use crate::identity::{Passkeys, Provider};
use crate::jobs::Pulse;
use crate::observe::metrics;
use crate::usecases::access::authenticate::SignedIn;
use crate::usecases::entitlements;
use crate::usecases::ingest::Queue;
use crate::usecases::ingest::rate::Allowance;
use crate::usecases::ingest::senders::Senders;
use crate::usecases::invoices::by_code;
use crate::usecases::outlook::Cache;
use crate::usecases::records::document;

/// What handlers share.
#[derive(Clone)]
pub(super) struct Shared {
    pub(super) app: App,
    /// Figures over the whole book.
    pub(super) outlook: Cache,
    pub(super) links: Arc<Links>,
    pub(super) link_minutes: u32,
    /// Whose years are being sent.
    pub(super) downloads: Arc<Downloads>,
    /// The first seller's name: whose book this is.
    pub(super) organisation: String,
    /// Who is behind the server.
    pub(super) imprint: Arc<Imprint>,
    /// Is the page of all components shown?
    pub(super) components: bool,
    /// Where readers reach the server, without a slash at its end.
    pub(super) public_url: String,
    pub(super) cookies: Cookies,
    /// Whose word counts about the address of a request.
    pub(super) proxies: Arc<Proxies>,
    /// The identity provider of the staff.
    pub(super) provider: Option<Arc<Provider>>,
    /// Passkeys, where browsers have them.
    pub(super) passkeys: Option<Arc<Passkeys>>,
    /// Ties forms to sessions.
    pub(super) csrf: Arc<CsrfKey>,
    /// Who may ask for which route.
    pub(super) table: Arc<Table>,
    /// Who watches the server, and its worker.
    pub(super) watched: Watched,
    /// How often a token may ask the API.
    pub(super) limits: Arc<api::Limits>,
    /// Telemetry on its way into the log.
    pub(super) ingest: Queue,
    /// Credentials of sources that came lately.
    pub(super) senders: Arc<Senders>,
    /// What contracts grant, for programs that ask before they act.
    pub(super) entitlements: entitlements::Cache,
}

impl Shared {
    /// Links of an invoice's documents that expire, and open for one session: label and address.
    pub(super) fn document_links(
        &self,
        who: &SignedIn,
        number: &str,
    ) -> Vec<(&'static str, String)> {
        let now = self.app.clock.system().timestamp();
        let expires = now.saturating_add(i64::from(self.link_minutes) * 60);
        let link = |(label, kind)| {
            let path = format!("/documents/{number}/{kind}");
            let signature = self.links.sign(&path, (&who.session.hash, expires));
            (
                label,
                format!("{path}?expires={expires}&signature={signature}"),
            )
        };
        [("PDF", "pdf"), ("XML", "xml")].map(link).to_vec()
    }

    /// Does the word of this neighbour count about a request that it passes on?
    pub(super) fn trusts(&self, peer: IpAddr) -> bool {
        let trusted = &self.proxies.trusted;
        trusted.iter().any(|network| network.contains(peer))
    }

    /// A path as an address for mail and messages.
    pub(super) fn address(&self, path: &str) -> String {
        format!("{}{path}", self.public_url)
    }
}

/// The reader's language: that of the account, or that of the browser.
pub(super) struct Reader(pub(super) Words);

impl<S: Sync> FromRequestParts<S> for Reader {
    type Rejection = Infallible;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Infallible> {
        let who = parts.extensions.get::<Arc<SignedIn>>();
        Ok(Self(language(
            accepted(&parts.headers),
            who.map(Arc::as_ref),
        )))
    }
}

/// The language that a browser asks for.
pub(super) fn accepted(headers: &HeaderMap) -> Words {
    let asked = headers.get(header::ACCEPT_LANGUAGE);
    Words::accepted(asked.and_then(|value| value.to_str().ok()))
}

/// What the server is told about itself.
#[derive(Debug, Clone, Default)]
pub struct Site {
    /// Minutes a download link is good for.
    pub link_minutes: u32,
    /// Whose book it is.
    pub organisation: String,
    /// Who is behind it.
    pub imprint: Imprint,
    /// Whether it shows the page of all components, for whoever works on pages.
    pub components: bool,
    /// Where readers reach it, such as `https://billing.example.org`.
    pub public_url: String,
    /// Who watches it, and its worker.
    pub watched: Watched,
    /// The proxies in front of it.
    pub proxies: Proxies,
    /// The identity provider of the staff.
    pub provider: Option<Arc<Provider>>,
}

/// The routes over an application.
///
/// # Errors
/// `config.invalid` when the public address is none.
pub fn router(app: App, site: Site) -> Result<Router, Problem> {
    router_under(app, site, api::USUAL_LIMIT)
}

/// The routes over an application, with another limit for the tokens of the API.
///
/// # Errors
/// Those of [`router`].
pub fn router_under(app: App, site: Site, limit: Limit) -> Result<Router, Problem> {
    router_with(app, site, limit, &[])
}

/// The same with further addresses that answer nothing (204), each behind the check that its line
/// asks for: what a measurement of throughput holds the others against.
///
/// # Errors
/// Those of [`router`].
pub fn router_with(
    app: App,
    site: Site,
    limit: Limit,
    empty: &[(&'static str, Open)],
) -> Result<Router, Problem> {
    let all = empty.iter().fold(routes(), |all, (path, open)| {
        all.get(path, *open, || async { StatusCode::NO_CONTENT })
    });
    let (routes, lines) = all.into_parts();
    let passkeys = Passkeys::of(&site.public_url, &site.organisation)?;
    let secure = site.public_url.starts_with("https://");
    let shared = Shared {
        csrf: Arc::new(form::key(&app.keys)?),
        table: Arc::new(Table::of(&lines)),
        limits: Arc::new(api::Limits::of(limit)),
        cookies: Cookies::of(&site.public_url),
        proxies: Arc::new(site.proxies),
        outlook: Cache::default(),
        ingest: Queue::new(app.db.telemetry.clone(), Allowance::USUAL),
        senders: Arc::default(),
        entitlements: entitlements::Cache::default(),
        provider: site.provider,
        passkeys: passkeys.map(Arc::new),
        public_url: site.public_url.trim_end_matches('/').to_owned(),
        links: Arc::new(Links::of(&app.keys)),
        downloads: Arc::default(),
        app,
        link_minutes: site.link_minutes,
        organisation: site.organisation,
        components: site.components,
        imprint: Arc::new(site.imprint),
        watched: site.watched,
    };
    metrics::handle();
    let unless_set = |name, value: &'static str| {
        SetResponseHeaderLayer::if_not_present(name, HeaderValue::from_static(value))
    };
    let routes = routes
        // Within the guard, so that the page of a panic stands in its frame too.
        .layer(CatchPanicLayer::new())
        .layer(from_fn_with_state(shared.clone(), guard))
        .fallback(missing)
        .with_state(shared.clone());
    Ok(headers::on(routes, secure)
        .layer(unless_set(header::CACHE_CONTROL, "no-store"))
        .layer(CatchPanicLayer::new())
        .layer(from_fn(api::refusals))
        .layer(CompressionLayer::new().compress_when(compressible))
        .layer(from_fn(observed::observe))
        .layer(PropagateRequestIdLayer::x_request_id())
        .layer(SetRequestIdLayer::x_request_id(MakeRequestUuid))
        .layer(from_fn_with_state(shared, observed::distrust)))
}

/// What is compressed on its way out: data for programs. A page is not: it holds the proof of its
/// forms beside text that a stranger may have put into the address, and the length of the two
/// compressed together tells about the proof (BREACH, CVE-2013-3587). Style sheet, script and
/// fonts lie here compressed already.
fn compressible(
    _: StatusCode,
    _: Version,
    headers: &HeaderMap,
    _: &axum::http::Extensions,
) -> bool {
    let kind = headers.get(header::CONTENT_TYPE);
    let kind = kind.and_then(|kind| kind.to_str().ok()).unwrap_or_default();
    let data = ["application/json", "text/csv", "application/xml"];
    // An entity tag names the bytes as they are.
    data.iter().any(|known| kind.starts_with(known)) && !headers.contains_key(header::ETAG)
}

/// The answer of an address that leads nowhere.
async fn missing(State(shared): State<Shared>, request: Request) -> Response {
    if api::is_api(request.uri().path()) {
        return api::no_route();
    }
    let words = accepted(request.headers());
    let wanted = Wanted::of(&shared, &request);
    framed(
        &shared,
        wanted,
        None,
        Failed::missing(words).into_response(),
    )
    .await
}

/// The address beside the payment code of a document: to the page that explains its amounts.
/// Whoever is not signed in is asked to first, whatever the code is: it is known within reach only.
pub(super) async fn why(
    State(shared): State<Shared>,
    Reader(words): Reader,
    Who(who): Who,
    Path(code): Path<String>,
) -> Result<Redirect, Failed> {
    let prefix = derivation_prefix(&code).ok_or_else(|| Failed::missing(words))?;
    let found = by_code(&shared.app, &who.principal, &prefix).await;
    let found = found.map_err(|error| Failed::of(words, error))?;
    let number = found.ok_or_else(|| Failed::missing(words))?;
    let pages = match who.principal.customer() {
        None => "/invoices",
        Some(_) => "/portal/invoices",
    };
    Ok(Redirect::to(&format!("{pages}/{number}")))
}

/// `GET /styleguide`, where the configuration says so.
pub(super) async fn styleguide(
    State(shared): State<Shared>,
    Reader(words): Reader,
    Who(who): Who,
) -> Result<Response, Failed> {
    if !shared.components {
        return Err(Failed::missing(words));
    }
    let title = words.say("components-title");
    let page = Styleguide::new(shared.frame(words, &who, Place::Components, title));
    html(words, &page)
}

/// Ready is a server that reaches its databases, whose schema is current, and whose worker runs.
pub(super) async fn ready(State(shared): State<Shared>) -> Result<&'static str, Answer> {
    let pulse = shared.watched.pulse.as_ref();
    if pulse.is_some_and(Pulse::is_stopping) {
        return Err(Problem::new("web.stopping", "the server is about to stop").into());
    }
    if !pulse.is_none_or(Pulse::is_running) {
        return Err(Problem::new("web.no-worker", "nobody works on the jobs").into());
    }
    let pending = shared.app.db.pending_migrations().await;
    let pending = pending.map_err(|error| Problem::hidden(error.code(), &error))?;
    if pending > 0 {
        return Err(Problem::new("db.schema-behind", "the schema is behind the program").into());
    }
    Ok("ready")
}

/// What a download link carries. Without it, the link is none of ours.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct Ticket {
    expires: i64,
    signature: String,
}

pub(super) async fn download(
    State(shared): State<Shared>,
    Reader(words): Reader,
    Who(who): Who,
    Path((number, kind)): Path<(String, String)>,
    Query(ticket): Query<Ticket>,
) -> Result<Response, Failed> {
    // Without a signature the address is none.
    if ticket.signature.is_empty() {
        return Err(Failed::missing(words));
    }
    let path = format!("/documents/{number}/{kind}");
    let now = shared.app.clock.system().timestamp();
    shared
        .links
        .check(
            &path,
            (&who.session.hash, ticket.expires),
            &ticket.signature,
            now,
        )
        .map_err(|error| Failed::of(words, Problem::of(error.code(), &error)))?;
    let found = document(&shared.app, &who.principal, (&number, &kind)).await;
    let found = found.map_err(|failure| Failed::of(words, failure))?;
    let (record, bytes) = found.ok_or_else(|| {
        let text = format!("there is no {kind} of {number}");
        Failed::of(words, Problem::new("web.no-document", text))
    })?;
    // Numbers hold letters, digits and hyphens only, so the name needs no quoting rules.
    let disposition = format!("inline; filename=\"{number}.{kind}\"");
    let headers = [
        (header::CONTENT_TYPE, record.media_type),
        (header::CONTENT_DISPOSITION, disposition),
    ];
    Ok((headers, bytes).into_response())
}
