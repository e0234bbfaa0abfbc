//! Help for customers, at the same place on every page: whom to ask, and what is asked most.

use askama::Template;
use axum::extract::State;
use axum::response::Response;

use super::super::answer::{Failed, html};
use super::super::guard::MaybeWho;
use super::super::parts::PublicFrame;
use super::super::router::{Reader, Shared};
use super::super::words::Words;
use super::frame::Place;
use crate::billing::party::Contact;
use crate::usecases::portal::house::house;

#[derive(Template)]
#[template(path = "portal/help.html")]
struct Page {
    frame: PublicFrame,
    words: Words,
    contact: Option<Contact>,
    answers: [(String, String); 5],
}

impl Page {
    fn word(&self, key: &str) -> String {
        self.words.say(key)
    }
}

/// `GET /portal/help`.
pub(in super::super) async fn show(
    State(shared): State<Shared>,
    Reader(words): Reader,
    MaybeWho(who): MaybeWho,
) -> Result<Response, Failed> {
    let found = house(&shared.app).await;
    let found = found.map_err(|failure| Failed::of(words, failure))?;
    let title = words.say("portal-help");
    let own = who.filter(|who| who.principal.customer().is_some());
    let frame = match own {
        Some(who) => shared.portal(words, &who, Place::Elsewhere, title),
        None => shared.public(words, title),
    };
    let answers = [
        (
            words.say("portal-ask-sign-in"),
            words.say("portal-answer-sign-in"),
        ),
        (
            words.say("portal-ask-original"),
            words.say("portal-answer-original"),
        ),
        (words.say("portal-ask-why"), words.say("portal-answer-why")),
        (
            words.say("portal-ask-wrong"),
            words.say("portal-answer-wrong"),
        ),
        (
            words.say("portal-ask-people"),
            words.say("portal-answer-people"),
        ),
    ];
    let contact = found.map(|(_, contact)| contact);
    html(
        words,
        &Page {
            frame,
            words,
            contact,
            answers,
        },
    )
}
