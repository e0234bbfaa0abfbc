//! Whoever comes by a link of another site: the cookie of a customer's session is not sent then.
//!
//! `SameSite=Strict` keeps other sites from acting for a customer. A page of ours in between makes
//! the next request one of our own, so that a link in webmail still leads to where it says.

use askama::Template;
use axum::http::HeaderMap;
use axum::response::{IntoResponse, Response};

use super::super::answer::html;
use super::super::parts::BareFrame;
use super::super::router::Shared;
use super::super::words::Words;

/// Does another site lead here? The browser says so (Fetch Metadata, W3C).
pub(in super::super) fn is_from_elsewhere(headers: &HeaderMap) -> bool {
    let site = headers.get("sec-fetch-site");
    site.is_some_and(|site| site == "cross-site" || site == "same-site")
}

#[derive(Template)]
#[template(path = "portal/onward.html")]
struct Page {
    frame: BareFrame,
    words: Words,
    path: String,
}

impl Page {
    fn word(&self, key: &str) -> String {
        self.words.say(key)
    }
}

/// A page that goes on to a path of ours by itself.
pub(in super::super) fn onward(shared: &Shared, words: Words, path: &str) -> Response {
    let page = Page {
        frame: shared.bare(words, words.say("portal-onward-title")),
        words,
        path: path.to_owned(),
    };
    html(words, &page).into_response()
}
