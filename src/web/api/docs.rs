//! The document, and the page that reads it to people: made on the server, without a script.

use askama::Template;
use axum::extract::State;
use axum::http::{HeaderMap, Uri};
use axum::response::Response;

use super::super::answer::{Failed, html};
use super::super::parts::PublicFrame;
use super::super::router::{Reader, Shared};
use super::super::words::Words;
use super::asked::Asked;
use super::reader::{Group, READ, Shape};
use super::refusal::Refusal;
use super::shown::file;

/// `GET /api/openapi.json`.
pub(super) async fn document(uri: Uri, headers: HeaderMap) -> Result<Response, Refusal> {
    Asked::of(&uri, &[]).done()?;
    let text = super::document::text().as_bytes().to_vec();
    file(&headers, "application/json", text)
}

#[derive(Template)]
#[template(path = "api/docs.html")]
struct Page {
    frame: PublicFrame,
    words: Words,
    text: &'static [String],
    groups: &'static [Group],
    shapes: &'static [Shape],
}

impl Page {
    fn word(&self, key: &str) -> String {
        self.words.say(key)
    }
}

/// `GET /api/docs`.
pub(super) async fn show(
    State(shared): State<Shared>,
    Reader(words): Reader,
) -> Result<Response, Failed> {
    let mut frame = shared.public(words, words.say("api-title"));
    frame.home = "/".to_owned();
    let page = Page {
        frame,
        words,
        text: &READ.text,
        groups: &READ.groups,
        shapes: &READ.shapes,
    };
    html(words, &page)
}
