//! Limits by network address, for what strangers may ask: signing in, links, hooks.
//!
//! They bound what guessing and flooding cost the server; what guards an account is
//! `access::lockout`. An office of fifty people may share one address.

use std::net::{IpAddr, SocketAddr};

use axum::extract::{ConnectInfo, Request};
use axum::http::{HeaderValue, Method, header};
use axum::response::{IntoResponse, Response};

use super::answer::{Answer, Failed};
use super::observed::is_elsewhere;
use super::router::Shared;
use super::words::{Argument, Words};
use crate::access::network::{House, Proxies};
use crate::access::rate::{Limit, Limited};
use crate::config::ServeConfig;
use crate::error::Problem;
use crate::usecases::access::admit;

/// From where a request came, as far as the proxies in between are trusted; none when the server
/// was asked without a network.
#[derive(Debug, Clone, Copy)]
pub(super) struct Client(pub(super) Option<IpAddr>);

impl Client {
    /// Of a request.
    pub(super) fn of(request: &Request, proxies: &Proxies) -> Self {
        let peer = request.extensions().get::<ConnectInfo<SocketAddr>>();
        let lines = request.headers().get_all(proxies.header.name());
        let lines: Vec<&str> = lines.iter().filter_map(|line| line.to_str().ok()).collect();
        let client = |ConnectInfo(peer): &ConnectInfo<SocketAddr>| {
            proxies.client(peer.ip(), lines.iter().copied())
        };
        Self(peer.map(client))
    }

    /// What guesses are counted by; empty when there is none.
    pub(super) fn house(self) -> String {
        self.0.map_or_else(String::new, |ip| House(ip).to_string())
    }
}

/// Whether there must be a proxy that the configuration does not name: readers come from elsewhere
/// to a server that listens on this machine only, or by https, which it does not speak itself.
/// Everybody then counts as the proxy: one stranger who guesses keeps all the others waiting.
#[must_use]
pub fn hides_a_proxy(config: &ServeConfig) -> bool {
    let listens = config.listen.parse::<SocketAddr>();
    let here = listens.is_ok_and(|address| address.ip().to_canonical().is_loopback())
        || config.listen.starts_with("localhost:");
    let secure = config.public_url.as_ref();
    let secure = secure.is_some_and(|url| url.starts_with("https://"));
    config.trusted_proxies.is_empty() && is_elsewhere(config) && (here || secure)
}

/// A password costs 30 ms of a processor; this many people may come at once on Monday morning.
const SIGN_IN: Limit = Limit::of(60, 1_000);
/// Links out of mails, and what follows them.
const LINKS: Limit = Limit::of(30, 2_000);
/// Machines, which come in bursts and try again later.
const HOOKS: Limit = Limit::of(600, 50);

/// The limit of a route, with the name of its buckets.
fn of(method: &Method, path: &str) -> Option<(&'static str, Limit)> {
    let (_, first) = path.split_once('/')?;
    let (first, rest) = first.split_once('/').unwrap_or((first, ""));
    match (first, rest) {
        // The page itself costs nothing; what lies below begins or ends a sign-in.
        ("sign-in", "" | "code") if *method != Method::POST => None,
        ("sign-in", _) => Some(("sign-in", SIGN_IN)),
        ("setup" | "invitation" | "enrol", _) => Some(("link", LINKS)),
        // Asking for a link is limited where the mail is ordered, by the address it goes to too.
        // Says the same to everybody, whatever was asked for.
        ("portal", "sign-in/sent") => None,
        ("portal", rest) if rest.starts_with("sign-in/") => Some(("link", LINKS)),
        // Each kind of its own: what a stranger sends to the one keeps no message of the other out.
        ("hooks", "stripe") => Some(("stripe-hook", HOOKS)),
        ("hooks", _) => Some(("mastodon-hooks", HOOKS)),
        _ => None,
    }
}

/// Takes a token for the request, or answers that there is none.
pub(super) async fn check(
    shared: &Shared,
    words: Words,
    (method, path): (&Method, &str),
    client: Client,
) -> Result<(), Box<Response>> {
    let Some((name, limit)) = of(method, path) else {
        return Ok(());
    };
    let subject = format!("{name}/{}", client.house());
    let taken = admit::take(&shared.app, subject, limit).await;
    let decision = taken.map_err(|error| Box::new(Failed::of(words, error).into_response()))?;
    let Err(limited) = decision.taken else {
        return Ok(());
    };
    let for_programs = path.starts_with("/hooks/");
    Err(Box::new(refused(words, &limited, for_programs)))
}

/// The answer: when to come again, for people and for programs.
fn refused(words: Words, limited: &Limited, for_programs: bool) -> Response {
    let seconds = limited.retry_after_seconds;
    let problem = Problem::of(limited.code(), limited);
    let mut response = if for_programs {
        Answer(problem).into_response()
    } else {
        let text = words.with("limited-text", &[("seconds", Argument::Count(seconds))]);
        Failed::saying(words, problem, (words.say("limited-title"), text)).into_response()
    };
    response
        .headers_mut()
        .insert(header::RETRY_AFTER, HeaderValue::from(seconds));
    response
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_strangers_may_ask_is_limited() {
        let name = |method: Method, path| of(&method, path).map(|(name, _)| name);
        for (method, path, expected) in [
            (Method::GET, "/sign-in", None),
            (Method::HEAD, "/sign-in/code", None),
            (Method::POST, "/sign-in", Some("sign-in")),
            (Method::POST, "/sign-in/code", Some("sign-in")),
            (Method::GET, "/sign-in/provider", Some("sign-in")),
            (Method::POST, "/sign-in/passkey", Some("sign-in")),
            (Method::GET, "/invitation/{token}", Some("link")),
            (Method::POST, "/setup/{token}", Some("link")),
            (Method::POST, "/enrol", Some("link")),
            (Method::GET, "/portal", None),
            (Method::GET, "/portal/sign-in", None),
            (Method::POST, "/portal/sign-in", None),
            (Method::POST, "/portal/sign-in/{token}", Some("link")),
            (Method::POST, "/hooks/stripe", Some("stripe-hook")),
            (
                Method::POST,
                "/hooks/mastodon/{instance}",
                Some("mastodon-hooks"),
            ),
            (Method::POST, "/settings/users", None),
            (Method::GET, "/", None),
        ] {
            assert_eq!(name(method.clone(), path), expected, "{method} {path}");
        }
    }

    #[test]
    fn a_proxy_that_is_not_named_is_noticed() {
        let config = crate::config::Config::load(None).unwrap().serve;
        for (listen, url, proxies, hidden) in [
            ("127.0.0.1:8080", None, &[][..], false),
            ("127.0.0.1:8080", Some("http://localhost:8080"), &[], false),
            ("127.0.0.1:8080", Some("https://a.example"), &[], true),
            ("127.0.0.1:8080", Some("http://a.example"), &[], true),
            ("localhost:8080", Some("http://a.example"), &[], true),
            ("[::1]:8080", Some("http://a.example"), &[], true),
            ("127.0.0.1:8080", Some("https://a.example"), &["::1"], false),
            ("0.0.0.0:8080", Some("https://a.example"), &[], true),
            ("0.0.0.0:8080", Some("http://192.0.2.1:8080"), &[], false),
        ] {
            let config = ServeConfig {
                listen: listen.to_owned(),
                public_url: url.map(str::to_owned),
                trusted_proxies: proxies.iter().map(|one| one.parse().unwrap()).collect(),
                ..config.clone()
            };
            assert_eq!(
                hides_a_proxy(&config),
                hidden,
                "{listen} {url:?} {proxies:?}"
            );
        }
    }
}
