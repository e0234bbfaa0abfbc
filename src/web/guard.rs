//! Who may ask for a route: a table that every request is held against.
//!
//! A route without an entry does not exist, and a use case asks for its permission again: the table
//! keeps pages from being shown to the wrong people, the use case keeps facts from them.

use std::collections::BTreeMap;
use std::sync::Arc;

use axum::Router;
use axum::extract::{FromRequestParts, MatchedPath, Request, State};
use axum::handler::Handler;
use axum::http::request::Parts;
use axum::http::{Method, StatusCode};
use axum::middleware::Next;
use axum::response::{IntoResponse, Redirect, Response};
use axum::routing::{MethodRouter, get, patch, post};

use super::access::encoded;
use super::answer::Failed;
use super::api;
use super::cookies::Cookie;
use super::form;
use super::framed::{Wanted, framed};
use super::limits::{self, Client};
use super::portal::arrives;
use super::router::{Reader, Shared};
use super::said;
use super::words::Words;
use crate::access::principal::Denied;
use crate::access::{Granted, Permission};
use crate::error::Problem;
use crate::usecases::access::authenticate::{self, SignedIn};

/// Who may ask for a route.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Open {
    /// Anybody, without being looked up: what holds no facts of the book.
    Anyone,
    /// Anybody; the page knows who is signed in.
    Visitors,
    /// Whoever is signed in.
    SignedIn,
    /// Whoever of staff is signed in.
    Staff,
    /// Whoever of a customer is signed in.
    Customers,
    /// Whoever has the permission.
    To(Permission),
    /// Whoever has one of the two.
    ToEither(Permission, Permission),
}

/// One line of the table of routes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Route {
    /// `GET`, `POST` or `PATCH`.
    pub method: Method,
    /// The path, with its parameters in braces.
    pub path: &'static str,
    /// Who may ask.
    pub open: Open,
}

/// Routes under construction, each with who may ask for it.
pub(super) struct Routes {
    router: Router<Shared>,
    table: Vec<Route>,
}

impl Routes {
    pub(super) fn new() -> Self {
        Self {
            router: Router::new(),
            table: Vec::new(),
        }
    }

    /// A page or a file.
    pub(super) fn get<H, T>(self, path: &'static str, open: Open, handler: H) -> Self
    where
        H: Handler<T, Shared>,
        T: 'static,
    {
        self.add(Method::GET, path, open, get(handler))
    }

    /// A form that is sent.
    pub(super) fn post<H, T>(self, path: &'static str, open: Open, handler: H) -> Self
    where
        H: Handler<T, Shared>,
        T: 'static,
    {
        self.add(Method::POST, path, open, post(handler))
    }

    /// A change of a part.
    pub(super) fn patch<H, T>(self, path: &'static str, open: Open, handler: H) -> Self
    where
        H: Handler<T, Shared>,
        T: 'static,
    {
        self.add(Method::PATCH, path, open, patch(handler))
    }

    fn add(
        mut self,
        method: Method,
        path: &'static str,
        open: Open,
        handler: MethodRouter<Shared>,
    ) -> Self {
        self.table.push(Route { method, path, open });
        self.router = self.router.route(path, handler);
        self
    }

    /// The router without its guard, and the table for it.
    pub(super) fn into_parts(self) -> (Router<Shared>, Vec<Route>) {
        (self.router, self.table)
    }
}

/// The table as the guard reads it.
#[derive(Debug, Default)]
pub(super) struct Table(BTreeMap<(String, &'static str), Open>);

impl Table {
    pub(super) fn of(routes: &[Route]) -> Self {
        let line = |route: &Route| ((route.method.to_string(), route.path), route.open);
        Self(routes.iter().map(line).collect())
    }

    fn open(&self, method: &Method, path: &str) -> Option<Open> {
        // A HEAD is a GET without its body.
        let method = if *method == Method::HEAD {
            &Method::GET
        } else {
            method
        };
        let mut lines = self.0.iter();
        let found =
            lines.find(|((known, pattern), _)| known == method.as_str() && *pattern == path);
        found.map(|(_, open)| *open)
    }
}

/// Holds a request against the table.
pub(super) async fn guard(
    State(shared): State<Shared>,
    Reader(words): Reader,
    path: Option<MatchedPath>,
    mut request: Request,
    next: Next,
) -> Response {
    let client = Client::of(&request, &shared.proxies);
    request.extensions_mut().insert(client);
    if let Some(path) = &path {
        let method = request.method().clone();
        let asked = (&method, path.as_str());
        if let Err(refused) = limits::check(&shared, words, asked, client).await {
            return *refused;
        }
    }
    let open = path
        .as_ref()
        .map(|path| shared.table.open(request.method(), path.as_str()));
    let open = match open {
        // No such path, or not with this method: the router's own answer.
        None | Some(None) => {
            let wanted = Wanted::of(&shared, &request);
            let response = next.run(request).await;
            return framed(&shared, wanted, None, response).await;
        }
        Some(Some(Open::Anyone)) => return next.run(request).await,
        Some(Some(open)) => open,
    };
    if api::is_api(request.uri().path()) {
        return api::guard(shared, open, request, next).await;
    }
    let token = shared.cookies.read(request.headers(), Cookie::Session);
    let who = match token {
        None => None,
        Some(token) => match authenticate::session(&shared.app, &token).await {
            Ok(who) => who,
            Err(error) => return Failed::of(words, error).into_response(),
        },
    };
    let words = language(words, who.as_ref());
    let wanted = Wanted::of(&shared, &request);
    match (open, &who) {
        (Open::Anyone | Open::Visitors, _) => {}
        (_, None) => return sign_in(&shared, words, request).await,
        (_, Some(who)) => {
            // The start page is that of one's own side.
            if who.principal.customer().is_some() && request.uri().path() == "/" {
                return Redirect::to("/portal").into_response();
            }
            if let Err(problem) = admit(open, who) {
                let refused = Failed::of(words, problem).into_response();
                return framed(&shared, wanted, Some(who), refused).await;
            }
        }
    }
    let who = who.map(Arc::new);
    if let Some(who) = &who {
        request.extensions_mut().insert(Arc::clone(who));
    }
    let response = match shared.cookies.read(request.headers(), Cookie::Said) {
        Some(said) => said::during(shared.cookies, said, next.run(request)).await,
        None => next.run(request).await,
    };
    framed(&shared, wanted, who.as_deref(), response).await
}

fn asked(answer: Result<Granted, Denied>) -> Result<(), Problem> {
    answer
        .map(|_| ())
        .map_err(|denied| Problem::of(denied.code(), &denied))
}

/// Lets somebody who is signed in pass, or says why not.
fn admit(open: Open, who: &SignedIn) -> Result<(), Problem> {
    let principal = &who.principal;
    let own_side = match open {
        Open::Anyone | Open::Visitors | Open::SignedIn => true,
        Open::Staff => principal.customer().is_none(),
        Open::Customers => principal.customer().is_some(),
        Open::To(permission) => return asked(principal.require(permission)),
        Open::ToEither(one, other) => {
            let either = principal.require(one);
            return asked(either.or_else(|_| principal.require(other)));
        }
    };
    if own_side {
        return Ok(());
    }
    let text = format!("{} asked for a page of the other side", principal.actor());
    Err(Problem::new("access.denied", text))
}

/// The language that the account has chosen wins over the browser's.
pub(super) fn language(words: Words, who: Option<&SignedIn>) -> Words {
    who.and_then(|who| who.account.language)
        .map_or(words, Words)
}

/// To the sign-in, and from there back. A form that was sent is kept and asked for again.
async fn sign_in(shared: &Shared, words: Words, request: Request) -> Response {
    if request.method() == Method::POST {
        return form::ended(shared, words, request).await;
    }
    if request.headers().contains_key("x-fragment") {
        return StatusCode::UNAUTHORIZED.into_response();
    }
    let wanted = request.uri().path_and_query();
    let wanted = wanted.map_or("/", |path| path.as_str());
    // A part of a page that is asked for: the whole page goes to the sign-in.
    if request.headers().contains_key("hx-request") {
        let to = format!("/sign-in?next={}", encoded(wanted));
        return (StatusCode::UNAUTHORIZED, [("hx-redirect", to)]).into_response();
    }
    let to = sign_in_page(wanted);
    if to == PORTAL && arrives::is_from_elsewhere(request.headers()) {
        return arrives::onward(shared, words, wanted);
    }
    Redirect::to(&format!("{to}?next={}", encoded(wanted))).into_response()
}

/// Where whoever asks for a path signs in: customers by a link in a mail, staff with a password.
/// The address that stands on documents is asked for by those who get them.
pub(super) fn sign_in_page(path: &str) -> &'static str {
    match path == "/portal" || path.starts_with("/portal/") || path.starts_with("/why/") {
        true => PORTAL,
        false => "/sign-in",
    }
}

const PORTAL: &str = "/portal/sign-in";

/// Who is signed in.
pub(super) struct Who(pub(super) Arc<SignedIn>);

impl<S: Sync> FromRequestParts<S> for Who {
    type Rejection = StatusCode;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, StatusCode> {
        let who = parts.extensions.get::<Arc<SignedIn>>();
        who.cloned().map(Self).ok_or(StatusCode::UNAUTHORIZED)
    }
}

/// Who is signed in, if anybody is.
pub(super) struct MaybeWho(pub(super) Option<Arc<SignedIn>>);

impl<S: Sync> FromRequestParts<S> for MaybeWho {
    type Rejection = std::convert::Infallible;

    async fn from_request_parts(
        parts: &mut Parts,
        _: &S,
    ) -> Result<Self, std::convert::Infallible> {
        Ok(Self(parts.extensions.get::<Arc<SignedIn>>().cloned()))
    }
}
