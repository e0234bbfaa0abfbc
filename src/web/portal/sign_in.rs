//! Customers sign in: an address is given, a link comes by mail, and a button confirms it.

use askama::Template;
use axum::extract::{Path, State};
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::Response;
use serde::Deserialize;

use super::super::access::{From, code, encoded, go, own_path};
use super::super::answer::{Failed, html};
use super::super::cookies::{Cookie, visit};
use super::super::form::{Form, PURPOSE, token as proof_of};
use super::super::guard::MaybeWho;
use super::super::parts::PublicFrame;
use super::super::query::Query;
use super::super::router::{Reader, Shared};
use super::super::words::{Argument, Words};
use super::arrives;
use crate::access::SecretHash;
use crate::billing::party::Contact;
use crate::usecases::Failure;
use crate::usecases::access::authenticate::SignedIn;
use crate::usecases::access::sign_in_link as link;
use crate::usecases::portal::house::house;

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(in super::super) struct Asked {
    next: String,
}

/// Where the sign-in of a customer leads: the portal, or the page that was asked for.
fn wanted(next: &str) -> &str {
    match own_path(next) {
        "/" => "/portal",
        path => path,
    }
}

#[derive(Template)]
#[template(path = "portal/sign-in.html")]
struct Page {
    frame: PublicFrame,
    words: Words,
    csrf: String,
    next: String,
    email: String,
    error: String,
    mail: bool,
    contact: Option<Contact>,
}

impl Page {
    fn word(&self, key: &str) -> String {
        self.words.say(key)
    }
}

/// `GET /portal/sign-in`.
pub(in super::super) async fn show(
    State(shared): State<Shared>,
    Reader(words): Reader,
    MaybeWho(who): MaybeWho,
    headers: HeaderMap,
    Query(asked): Query<Asked>,
) -> Result<Response, Failed> {
    let next = wanted(&asked.next);
    if who.is_some_and(|who| who.principal.customer().is_some()) {
        return Ok(go(next, []));
    }
    page(&shared, words, &headers, (next, "", String::new())).await
}

async fn page(
    shared: &Shared,
    words: Words,
    headers: &HeaderMap,
    (next, email, error): (&str, &str, String),
) -> Result<Response, Failed> {
    let tied = visit(shared.cookies, headers);
    let (tied, fresh) = tied.map_err(|problem| Failed::of(words, problem))?;
    let found = house(&shared.app).await;
    let found = found.map_err(|failure| Failed::of(words, failure))?;
    let refused = !error.is_empty();
    let page = Page {
        frame: shared.public(words, words.say("portal-sign-in-title")),
        words,
        csrf: shared.csrf.token(&tied, PURPOSE),
        next: next.to_owned(),
        email: email.to_owned(),
        error,
        mail: shared.app.mail.is_some(),
        contact: found.map(|(_, contact)| contact),
    };
    let mut response = html(words, &page)?;
    if let Some(line) = fresh {
        response.headers_mut().append(header::SET_COOKIE, line);
    }
    if refused {
        *response.status_mut() = StatusCode::UNPROCESSABLE_ENTITY;
    }
    Ok(response)
}

/// `POST /portal/sign-in`: leaves a link to be sent. The answer is the same whoever asks.
pub(in super::super) async fn send(
    State(shared): State<Shared>,
    Reader(words): Reader,
    From(origin): From,
    headers: HeaderMap,
    Form(fields): Form,
) -> Result<Response, Failed> {
    let (email, next) = (fields.one("email"), wanted(fields.one("next")));
    let asked = link::ask(&shared.app, (email, next), &origin).await;
    let Err(failure) = asked else {
        return Ok(go("/portal/sign-in/sent", []));
    };
    let error = match code(&failure) {
        "account.malformed-email" => words.say("error-email"),
        "rate.limited" => words.say("portal-error-often"),
        "mail.not-set-up" => words.say("portal-no-mail"),
        _ => return Err(Failed::of(words, failure)),
    };
    page(&shared, words, &headers, (next, email, error)).await
}

#[derive(Template)]
#[template(path = "portal/sent.html")]
struct Sent {
    frame: PublicFrame,
    words: Words,
    lead: String,
}

impl Sent {
    fn word(&self, key: &str) -> String {
        self.words.say(key)
    }
}

/// `GET /portal/sign-in/sent`.
pub(in super::super) async fn sent(
    State(shared): State<Shared>,
    Reader(words): Reader,
) -> Result<Response, Failed> {
    let minutes = link::minutes().unsigned_abs();
    let page = Sent {
        frame: shared.public(words, words.say("portal-sent-title")),
        lead: words.with("portal-sent-lead", &[("minutes", Argument::Count(minutes))]),
        words,
    };
    html(words, &page)
}

#[derive(Template)]
#[template(path = "portal/confirm.html")]
struct Confirm {
    frame: PublicFrame,
    words: Words,
    path: String,
    next: String,
    lead: String,
    /// Empty where the link opens nothing.
    csrf: String,
    error: String,
}

impl Confirm {
    fn word(&self, key: &str) -> String {
        self.words.say(key)
    }
}

/// `GET /portal/sign-in/{token}`: shows the button that signs in. Mail filters follow links too.
pub(in super::super) async fn confirm(
    State(shared): State<Shared>,
    Reader(words): Reader,
    MaybeWho(who): MaybeWho,
    headers: HeaderMap,
    Path(token): Path<String>,
    Query(asked): Query<Asked>,
) -> Result<Response, Failed> {
    let path = format!("/portal/sign-in/{}", encoded(&token));
    let next = wanted(&asked.next);
    // A session that is there already ties the form: it has to be sent along.
    if arrives::is_from_elsewhere(&headers) {
        return Ok(arrives::onward(
            &shared,
            words,
            &format!("{path}?next={}", encoded(next)),
        ));
    }
    let account = match link::look(&shared.app, &token).await {
        Ok(account) => account,
        Err(failure) => return closed(&shared, words, failure),
    };
    let (csrf, fresh) = proof(&shared, words, &headers, who.as_deref())?;
    let email = account.email.to_string();
    let page = Confirm {
        frame: shared.public(words, words.say("portal-confirm-title")),
        lead: words.with("portal-confirm-lead", &[("email", Argument::Text(&email))]),
        words,
        path,
        next: next.to_owned(),
        csrf,
        error: String::new(),
    };
    let mut response = html(words, &page)?;
    if let Some(line) = fresh {
        response.headers_mut().append(header::SET_COOKIE, line);
    }
    Ok(response)
}

/// What the form is tied to: the session that is there, or the visit.
fn proof(
    shared: &Shared,
    words: Words,
    headers: &HeaderMap,
    who: Option<&SignedIn>,
) -> Result<(String, Option<axum::http::HeaderValue>), Failed> {
    if let Some(who) = who {
        return Ok((proof_of(shared, who), None));
    }
    let tied = visit(shared.cookies, headers);
    let (tied, fresh) = tied.map_err(|problem| Failed::of(words, problem))?;
    Ok((shared.csrf.token(&tied, PURPOSE), fresh))
}

/// A link that opens nothing: what happened, and the way to a new one.
fn closed(shared: &Shared, words: Words, failure: Failure) -> Result<Response, Failed> {
    let error = match code(&failure) {
        "one-time-link.used" => words.say("portal-link-used"),
        "one-time-link.expired" => words.say("portal-link-expired"),
        "one-time-link.unknown" => words.say("portal-link-unknown"),
        "account.blocked" => words.say("error-blocked"),
        "lockout.wait" => words.say("error-lockout"),
        _ => return Err(Failed::of(words, failure)),
    };
    let page = Confirm {
        frame: shared.public(words, words.say("portal-closed-title")),
        words,
        path: String::new(),
        next: String::new(),
        lead: String::new(),
        csrf: String::new(),
        error,
    };
    let mut response = html(words, &page)?;
    *response.status_mut() = StatusCode::UNAUTHORIZED;
    Ok(response)
}

/// `POST /portal/sign-in/{token}`: uses the link up and begins a session.
pub(in super::super) async fn redeem(
    State(shared): State<Shared>,
    Reader(words): Reader,
    From(origin): From,
    headers: HeaderMap,
    Path(token): Path<String>,
    Form(fields): Form,
) -> Result<Response, Failed> {
    let next = wanted(fields.one("next"));
    let before = shared.cookies.read(&headers, Cookie::Session);
    let before = before.map(|token| SecretHash::of(&token));
    match link::redeem(&shared.app, &token, &origin, before).await {
        Ok(opened) => {
            let session = shared.cookies.set_strict(Cookie::Session, &opened.token);
            Ok(go(next, [session]))
        }
        Err(failure) => closed(&shared, words, failure),
    }
}
