//! Pages of problems within the frame of whoever is signed in: an address that leads nowhere takes
//! nobody's way back.
//!
//! What refuses a request does not know who asked; the account of the problem travels with its
//! answer, and the guard, who knows, writes the page anew.

use std::sync::Arc;

use askama::Template;
use axum::body::Body;
use axum::extract::Request;
use axum::http::{Response as Parted, StatusCode, header};
use axum::response::Response;

use super::answer::{Account, Failed, html};
use super::cookies::Cookie;
use super::failing::of_status;
use super::frame::Place;
use super::guard::language;
use super::observed::reference;
use super::parts::{BareFrame, Frame, PublicFrame};
use super::portal::frame::Place as PortalPlace;
use super::router::{Shared, accepted};
use super::words::Words;
use crate::usecases::access::authenticate::{self, SignedIn};

/// What of a request says how its problem is shown.
pub(super) struct Wanted {
    words: Words,
    token: Option<String>,
    /// A part of a page: it stands in a frame already.
    part: bool,
    /// Asked for by a browser that shows pages.
    page: bool,
}

impl Wanted {
    pub(super) fn of(shared: &Shared, request: &Request) -> Self {
        let headers = request.headers();
        let accept = headers.get(header::ACCEPT);
        let accept = accept.and_then(|value| value.to_str().ok());
        Self {
            words: accepted(headers),
            token: shared.cookies.read(headers, Cookie::Session),
            part: headers.contains_key("hx-request") || headers.contains_key("x-fragment"),
            page: accept.is_some_and(|kinds| kinds.contains("text/html")),
        }
    }

    /// Whoever the request's session belongs to.
    async fn who(&self, shared: &Shared) -> Option<SignedIn> {
        let token = self.token.as_deref()?;
        let who = authenticate::session(&shared.app, token).await;
        who.ok().flatten()
    }
}

#[derive(Template)]
#[template(path = "failed/alone.html")]
pub(super) struct Alone {
    pub(super) frame: BareFrame,
    pub(super) told: Account,
}

#[derive(Template)]
#[template(path = "failed/finance.html")]
struct InFinance {
    frame: Frame,
    told: Account,
}

#[derive(Template)]
#[template(path = "failed/portal.html")]
struct InPortal {
    frame: PublicFrame,
    told: Account,
}

/// An answer as it goes out: one that tells of a problem gets the frame of whoever asked.
pub(super) async fn framed(
    shared: &Shared,
    wanted: Wanted,
    who: Option<&SignedIn>,
    response: Response,
) -> Response {
    let status = response.status();
    if wanted.part || !(status.is_client_error() || status.is_server_error()) {
        return response;
    }
    let told = response.extensions().get::<Arc<Account>>();
    let told = match told {
        Some(told) => Account::clone(told),
        None if wanted.page && is_bare_text(&response) => plain(wanted.words, status),
        None => return response,
    };
    let own;
    let who = match who {
        Some(who) => Some(who),
        None => {
            own = wanted.who(shared).await;
            own.as_ref()
        }
    };
    match page(shared, who, told) {
        Ok(page) => in_place_of(response, page),
        Err(_) => response,
    }
}

fn page(shared: &Shared, who: Option<&SignedIn>, mut told: Account) -> Result<Response, Failed> {
    let words = language(told.words, who);
    told.words = words;
    let title = told.title.clone();
    match who {
        None => {
            let frame = shared.bare(words, title);
            html(words, &Alone { frame, told })
        }
        Some(who) if who.principal.customer().is_some() => {
            let frame = shared.portal(words, who, PortalPlace::Elsewhere, title);
            html(words, &InPortal { frame, told })
        }
        Some(who) => {
            let frame = shared.frame(words, who, Place::Nowhere, title);
            html(words, &InFinance { frame, told })
        }
    }
}

/// The answers that the framework gives on its own: a line of text at most.
fn is_bare_text(response: &Response) -> bool {
    let kind = response.headers().get(header::CONTENT_TYPE);
    let kind = kind.and_then(|kind| kind.to_str().ok());
    kind.is_none_or(|kind| kind.starts_with("text/plain"))
}

/// What is told when nothing is known but the status.
fn plain(words: Words, status: StatusCode) -> Account {
    let (text, remedy) = of_status(words, status.as_u16());
    let ours = status.is_server_error();
    Account {
        words,
        title: words.say("failed-title"),
        text,
        remedy,
        code: String::new(),
        reference: ours.then(reference).flatten().unwrap_or_default(),
    }
}

/// The page with the status and the headers of the answer that it replaces.
fn in_place_of(response: Response, page: Response) -> Response {
    let (mut before, _) = response.into_parts();
    let (after, body) = page.into_parts();
    before.headers.remove(header::CONTENT_LENGTH);
    before.headers.extend(after.headers);
    Parted::<Body>::from_parts(before, body)
}
