//! Paying by card: the button, the way to the gateway's page, and the page one comes back to.

use askama::Template;
use axum::extract::{Path, State};
use axum::response::Response;

use super::super::answer::{Failed, html};
use super::super::form::{Form, token};
use super::super::guard::Who;
use super::super::parts::PublicFrame;
use super::super::portal::frame::Place;
use super::super::router::{Reader, Shared};
use super::super::words::{Argument, Words};
use crate::access::{Permission, Principal};
use crate::billing::Money;
use crate::usecases::payments::checkout::start;
use crate::usecases::payments::confirm::{Outcome, confirm};
use crate::web::format;

/// The label of the button, with the amount; empty where there is none.
pub(in super::super) fn button(
    shared: &Shared,
    words: Words,
    by: &Principal,
    open: Option<Money>,
) -> String {
    let set_up = shared.app.card.is_some() && by.may(Permission::PayOwnInvoices);
    match open.filter(|_| set_up) {
        Some(amount) => labelled(words, amount),
        None => String::new(),
    }
}

fn labelled(words: Words, amount: Money) -> String {
    let amount = format::money(amount, words.0);
    words.with("pay-by-card", &[("amount", Argument::Text(&amount))])
}

#[derive(Template)]
#[template(path = "payments/go.html")]
struct Go {
    frame: PublicFrame,
    url: String,
    text: String,
    on: String,
}

/// `POST /portal/invoices/{number}/pay`. The answer is a page that leads on by itself: a redirect
/// to another site after a form would be stopped by our own policy.
pub(in super::super) async fn pay(
    State(shared): State<Shared>,
    Reader(words): Reader,
    Who(who): Who,
    Path(number): Path<String>,
    Form(_): Form,
) -> Result<Response, Failed> {
    let site = shared.public_url.clone();
    let started = start(&shared.app, &who.principal, &number, &site).await;
    let url = started.map_err(|error| Failed::of(words, error))?;
    html(
        words,
        &Go {
            frame: shared.portal(words, &who, Place::Invoices, words.say("pay-going-title")),
            url,
            text: words.say("pay-going-text"),
            on: words.say("pay-going-on"),
        },
    )
}

/// `GET /back/{number}`: where the gateway sends the payer. A browser brings the session's cookie
/// only along with a step that begins on our own pages, so this page takes that step; it says
/// nothing of the invoice.
pub(in super::super) async fn arrive(
    State(shared): State<Shared>,
    Reader(words): Reader,
    Path(number): Path<String>,
) -> Result<Response, Failed> {
    let plain = |sign: char| sign.is_ascii_alphanumeric() || sign == '-';
    if number.len() > 64 || !number.chars().all(plain) {
        return Err(Failed::missing(words));
    }
    html(
        words,
        &Go {
            frame: shared.public(words, words.say("pay-arriving-title")),
            url: format!("/portal/invoices/{number}/paid"),
            text: words.say("pay-arriving-text"),
            on: words.say("pay-back"),
        },
    )
}

#[derive(Template)]
#[template(path = "payments/paid.html")]
struct Back {
    frame: PublicFrame,
    words: Words,
    csrf: String,
    invoice_no: String,
    invoice_href: String,
    title: String,
    text: String,
    again: String,
    waits: bool,
}

impl Back {
    fn word(&self, key: &str) -> String {
        self.words.say(key)
    }
}

/// `GET /portal/invoices/{number}/paid`.
pub(in super::super) async fn back(
    State(shared): State<Shared>,
    Reader(words): Reader,
    Who(who): Who,
    Path(number): Path<String>,
) -> Result<Response, Failed> {
    let found = confirm(&shared.app, &who.principal, &number).await;
    let outcome = found.map_err(|error| Failed::of(words, error))?;
    let (title, text) = told(words, &outcome, &number);
    let again = match outcome {
        Outcome::Declined { amount } | Outcome::Unfinished { amount } => Some(amount),
        _ => None,
    };
    html(
        words,
        &Back {
            frame: shared.portal(words, &who, Place::Invoices, title.clone()),
            csrf: token(&shared, &who),
            again: button(&shared, words, &who.principal, again),
            waits: matches!(outcome, Outcome::Confirming { .. }),
            invoice_href: format!("/portal/invoices/{number}"),
            invoice_no: number,
            title,
            text,
            words,
        },
    )
}

/// What became of it: title and sentence.
fn told(words: Words, outcome: &Outcome, number: &str) -> (String, String) {
    let amount = match outcome {
        Outcome::Paid { amount }
        | Outcome::Confirming { amount }
        | Outcome::Declined { amount }
        | Outcome::Unfinished { amount } => format::money(*amount, words.0),
        Outcome::Expired | Outcome::NotStarted => String::new(),
    };
    let about = [
        ("amount", Argument::Text(&amount)),
        ("number", Argument::Text(number)),
    ];
    match outcome {
        Outcome::Paid { .. } => (
            words.say("pay-paid-title"),
            words.with("pay-paid-text", &about),
        ),
        Outcome::Confirming { .. } => (
            words.say("pay-confirming-title"),
            words.with("pay-confirming-text", &about),
        ),
        Outcome::Declined { .. } => (
            words.say("pay-declined-title"),
            words.with("pay-declined-text", &about),
        ),
        Outcome::Unfinished { .. } => (
            words.say("pay-unfinished-title"),
            words.with("pay-unfinished-text", &about),
        ),
        Outcome::Expired => (
            words.say("pay-expired-title"),
            words.with("pay-expired-text", &about),
        ),
        Outcome::NotStarted => (
            words.say("pay-none-title"),
            words.with("pay-none-text", &about),
        ),
    }
}
