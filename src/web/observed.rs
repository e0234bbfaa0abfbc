//! Every request is measured, traced and given a name of its own, which its log lines, its answer
//! and the page of its problem carry.
//!
//! Routes are named by their template: what stands in an address may be a secret or a name.

use std::collections::BTreeSet;
use std::net::{IpAddr, SocketAddr};
use std::sync::{Mutex, PoisonError};
use std::time::Instant;

use axum::extract::{ConnectInfo, MatchedPath, Request, State};
use axum::http::{HeaderMap, HeaderName, HeaderValue, Method, Uri, header};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use opentelemetry_http::HeaderExtractor;
use tower_http::request_id::RequestId;
use tracing::Instrument;
use tracing_opentelemetry::OpenTelemetrySpanExt;

use super::answer::Answer;
use super::router::Shared;
use crate::access::SecretHash;
use crate::config::{MetricsAccess, ServeConfig};
use crate::db::figures::{Figures, JobFigures, figures};
use crate::error::Problem;
use crate::jobs::{self, Pulse};
use crate::observe::metrics;
use crate::usecases::mail::relay;

/// What names a request, on its way in and out.
const REQUEST_ID: HeaderName = HeaderName::from_static("x-request-id");
/// Longest name that a proxy may give.
const LONGEST: usize = 64;
/// What a proxy adds to what it passes on.
const PASSED_ON: [&str; 3] = ["forwarded", "x-forwarded-for", "via"];

tokio::task_local! {
    static REFERENCE: String;
}

/// The name of the request that is being answered, for whoever reports a problem with it.
pub(super) fn reference() -> Option<String> {
    REFERENCE.try_with(Clone::clone).ok()
}

/// What the server is told about being watched.
#[derive(Debug, Clone)]
pub struct Watched {
    /// Who may read the figures.
    pub metrics: MetricsAccess,
    /// The hash of what they send.
    pub token: Option<SecretHash>,
    /// Whether the worker is at it; none where no worker belongs to the server.
    pub pulse: Option<Pulse>,
}

impl Default for Watched {
    fn default() -> Self {
        Self {
            metrics: MetricsAccess::Off,
            token: None,
            pulse: None,
        }
    }
}

impl Watched {
    /// As it is configured, beside a worker. Where others than this machine are served, a proxy
    /// stands on it, and what that asks for cannot be told from what the machine does: then nobody
    /// reads the figures without a token.
    #[must_use]
    pub fn of(config: &ServeConfig, pulse: Pulse) -> Self {
        let token = config.metrics_token.as_ref();
        let metrics = match config.metrics {
            MetricsAccess::Local if serves_others(config) => {
                tracing::warn!("/metrics is closed behind a proxy: set serve.metrics to \"token\"");
                MetricsAccess::Off
            }
            other => other,
        };
        Self {
            metrics,
            token: token.map(|token| SecretHash::of(token.reveal())),
            pulse: Some(pulse),
        }
    }

    /// May this request read the figures?
    fn admits(&self, peer: Option<SocketAddr>, headers: &HeaderMap) -> bool {
        match self.metrics {
            MetricsAccess::Off => false,
            // A proxy on this machine asks from here for the whole world.
            MetricsAccess::Local => {
                peer.is_some_and(|peer| peer.ip().to_canonical().is_loopback())
                    && !PASSED_ON.iter().any(|name| headers.contains_key(*name))
            }
            MetricsAccess::Token => {
                let sent = headers.get(header::AUTHORIZATION);
                let sent = sent.and_then(|value| value.to_str().ok());
                let sent = sent.and_then(|value| value.strip_prefix("Bearer "));
                let known = self.token.as_ref();
                known
                    .zip(sent)
                    .is_some_and(|(known, sent)| known.matches(sent))
            }
        }
    }
}

/// Whether readers come from elsewhere, by what the configuration says of their way here.
fn serves_others(config: &ServeConfig) -> bool {
    is_elsewhere(config) || !config.trusted_proxies.is_empty()
}

/// Whether readers ask for another machine than this one.
pub(super) fn is_elsewhere(config: &ServeConfig) -> bool {
    config.public_url.as_ref().is_some_and(|url| {
        let url = url.parse::<Uri>();
        let host = url.as_ref().ok().and_then(Uri::host).unwrap_or_default();
        let address = host.trim_matches(['[', ']']).parse::<IpAddr>();
        host != "localhost" && !address.is_ok_and(|address| address.is_loopback())
    })
}

/// Takes away what a stranger says about his request: its name, and the trace it belongs to.
pub(super) async fn distrust(
    State(shared): State<Shared>,
    mut request: Request,
    next: Next,
) -> Response {
    let peer = request.extensions().get::<ConnectInfo<SocketAddr>>();
    let trusted = peer.is_some_and(|ConnectInfo(peer)| shared.trusts(peer.ip()));
    let headers = request.headers_mut();
    if !trusted {
        headers.remove("traceparent");
        headers.remove("tracestate");
    }
    let named = headers.get(&REQUEST_ID).is_some_and(is_name);
    if !trusted || !named {
        headers.remove(&REQUEST_ID);
    }
    next.run(request).await
}

fn is_name(value: &HeaderValue) -> bool {
    let bytes = value.as_bytes();
    let fit = |byte: &u8| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_' | b'.');
    (1..=LONGEST).contains(&bytes.len()) && bytes.iter().all(fit)
}

/// Measures, traces and logs a request.
pub(super) async fn observe(request: Request, next: Next) -> Response {
    let begun = Instant::now();
    let id = request.extensions().get::<RequestId>();
    let id = id.and_then(|id| id.header_value().to_str().ok());
    let id = id.unwrap_or_default().to_owned();
    let route = request.extensions().get::<MatchedPath>();
    let route = route.map_or_else(|| "none".to_owned(), |path| path.as_str().to_owned());
    let method = method(request.method());
    // An error's span is there whatever the filter of the log leaves out.
    let span = tracing::error_span!(
        "request",
        request_id = id,
        method,
        route,
        otel.name = format!("{method} {route}"),
        otel.kind = "server",
        http.response.status_code = tracing::field::Empty,
    );
    let parent = opentelemetry::global::get_text_map_propagator(|propagator| {
        propagator.extract(&HeaderExtractor(request.headers()))
    });
    // Refused when no traces are kept: then there is nothing to hang it below.
    let _ = span.set_parent(parent);
    let answered = REFERENCE.scope(id, next.run(request));
    let response = answered.instrument(span.clone()).await;
    let (status, took) = (response.status().as_u16(), begun.elapsed());
    span.record("http.response.status_code", status);
    metrics::request(method, &route, status, took);
    span.in_scope(|| {
        let millis = took.as_secs_f64() * 1_000.0;
        tracing::info!(status, millis, "answered");
    });
    response
}

/// Few names for many methods: a stranger may send any.
fn method(method: &Method) -> &'static str {
    match *method {
        Method::GET => "GET",
        Method::HEAD => "HEAD",
        Method::POST => "POST",
        Method::PUT => "PUT",
        Method::PATCH => "PATCH",
        Method::DELETE => "DELETE",
        Method::OPTIONS => "OPTIONS",
        _ => "OTHER",
    }
}

/// `GET /metrics`.
pub(super) async fn show(
    State(shared): State<Shared>,
    request: Request,
) -> Result<Response, Answer> {
    let peer = request.extensions().get::<ConnectInfo<SocketAddr>>();
    let peer = peer.map(|ConnectInfo(peer)| *peer);
    if !shared.watched.admits(peer, request.headers()) {
        return Err(Problem::new("web.no-metrics", "the figures are not shown here").into());
    }
    let Some(handle) = metrics::handle() else {
        return Err(Problem::new("internal.unlisted", "figures are kept elsewhere").into());
    };
    // Without a mail server nobody takes events, and nobody waits for it.
    let topics: &[&str] = match shared.app.mail {
        Some(_) => &relay::TOPICS,
        None => &[],
    };
    let read = figures(&shared.app.db, shared.app.clock.business(), topics).await;
    let read = read.map_err(|error| Problem::hidden(error.code(), &error))?;
    set(&shared, &read);
    let kind = [(header::CONTENT_TYPE, "text/plain; version=0.0.4")];
    Ok((kind, handle.render()).into_response())
}

/// Gauges are read when they are asked for.
fn set(shared: &Shared, read: &Figures) {
    let label = |name: &'static str, value: &str| (name, value.to_owned());
    set_jobs(&read.jobs);
    let (sealing, telling) = (read.unsealed, read.outbox);
    metrics::set("herdbook_audit_unsealed", &[], sealing.count);
    let oldest = sealing.oldest_seconds;
    metrics::set("herdbook_audit_unsealed_oldest_seconds", &[], oldest);
    metrics::set("herdbook_outbox_waiting", &[], telling.count);
    metrics::set(
        "herdbook_outbox_oldest_seconds",
        &[],
        telling.oldest_seconds,
    );
    for pool in &read.pools {
        for (state, many) in [("open", pool.open), ("idle", pool.idle)] {
            let labels = [label("pool", pool.name), label("state", state)];
            metrics::set("herdbook_database_connections", &labels, many);
        }
    }
    let pool = &shared.app.pool;
    let (most, busy) = pool.workers();
    for (state, many) in [("most", most), ("busy", busy), ("resting", pool.resting())] {
        let labels = [label("state", state)];
        metrics::set("herdbook_render_workers", &labels, many as u64);
    }
    let running = shared.watched.pulse.as_ref().is_some_and(Pulse::is_running);
    metrics::set("herdbook_worker_running", &[], running.into());
    if let Some(bytes) = metrics::resident_bytes() {
        metrics::set("herdbook_process_resident_bytes", &[], bytes);
    }
}

/// Kinds of jobs whose gauges were set: one that has no jobs any more falls back to nothing.
static KINDS: Mutex<BTreeSet<String>> = Mutex::new(BTreeSet::new());

fn set_jobs(read: &[JobFigures]) {
    // A set that was left by a panic is whole: it only grows.
    let mut kinds = KINDS.lock().unwrap_or_else(PoisonError::into_inner);
    kinds.extend(jobs::KINDS.map(str::to_owned));
    kinds.extend(read.iter().map(|job| job.kind.clone()));
    for kind in kinds.iter() {
        let label = ("kind", kind.clone());
        for state in ["queued", "leased", "failed"] {
            let own = read
                .iter()
                .find(|job| job.kind == *kind && job.state == state);
            let labels = [label.clone(), ("state", state.to_owned())];
            metrics::set("herdbook_jobs", &labels, own.map_or(0, |job| job.count));
            if state == "queued" {
                let oldest = own.map_or(0, |job| job.oldest_seconds);
                let label = std::slice::from_ref(&label);
                metrics::set("herdbook_jobs_oldest_seconds", label, oldest);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn admits(metrics: MetricsAccess, peer: &str, lines: &[(&'static str, &str)]) -> bool {
        let watched = Watched {
            metrics,
            token: Some(SecretHash::of("a token of twenty signs")),
            pulse: None,
        };
        let mut headers = HeaderMap::new();
        for (name, value) in lines {
            headers.insert(*name, HeaderValue::from_str(value).unwrap());
        }
        watched.admits(Some(peer.parse().unwrap()), &headers)
    }

    #[test]
    fn figures_are_for_this_machine_or_for_whoever_has_the_token() {
        use MetricsAccess::{Local, Off, Token};
        let right = [("authorization", "Bearer a token of twenty signs")];
        let wrong = [("authorization", "Bearer another one")];
        for (access, peer, lines, expected) in [
            (Local, "127.0.0.1:9", &[][..], true),
            (Local, "[::1]:9", &[], true),
            (Local, "[::ffff:127.0.0.1]:9", &[], true),
            (Local, "192.0.2.1:9", &[], false),
            (
                Local,
                "127.0.0.1:9",
                &[("x-forwarded-for", "192.0.2.1")],
                false,
            ),
            (
                Local,
                "127.0.0.1:9",
                &[("forwarded", "for=192.0.2.1")],
                false,
            ),
            (Local, "192.0.2.1:9", &right, false),
            (Token, "192.0.2.1:9", &right, true),
            (Token, "127.0.0.1:9", &[], false),
            (Token, "127.0.0.1:9", &wrong, false),
            (Off, "127.0.0.1:9", &right, false),
        ] {
            assert_eq!(admits(access, peer, lines), expected, "{access:?} {peer}");
        }
    }

    #[test]
    fn figures_for_this_machine_are_for_nobody_behind_a_proxy() {
        let config = crate::config::Config::load(None).unwrap().serve;
        let of = |url: Option<&str>, proxies: &[&str]| {
            let config = ServeConfig {
                public_url: url.map(str::to_owned),
                trusted_proxies: proxies.iter().map(|one| one.parse().unwrap()).collect(),
                ..config.clone()
            };
            Watched::of(&config, Pulse::default()).metrics
        };
        for url in [
            None,
            Some("http://127.0.0.1:8080"),
            Some("http://localhost"),
            Some("http://[::1]:8080"),
        ] {
            assert_eq!(of(url, &[]), MetricsAccess::Local, "{url:?}");
        }
        for url in ["https://billing.example.org", "http://192.0.2.1:80", "?"] {
            assert_eq!(of(Some(url), &[]), MetricsAccess::Off, "{url}");
        }
        assert_eq!(of(None, &["10.0.0.0/8"]), MetricsAccess::Off);
    }

    #[test]
    fn a_name_is_short_and_plain() {
        for (name, expected) in [
            ("0191-abc_DEF.7", true),
            ("", false),
            ("a b", false),
            ("a\tb", false),
        ] {
            assert_eq!(
                is_name(&HeaderValue::from_str(name).unwrap()),
                expected,
                "{name}"
            );
        }
        let long = "a".repeat(LONGEST + 1);
        assert!(!is_name(&HeaderValue::from_str(&long).unwrap()));
    }
}
