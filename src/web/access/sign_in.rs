//! Signing in with a password and a code, and signing out.

use askama::Template;
use axum::extract::State;
use axum::http::{HeaderMap, HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use serde::Deserialize;

use super::super::answer::{Failed, html};
use super::super::cookies::{Cookie, visit};
use super::super::form::{Form, PURPOSE};
use super::super::guard::{MaybeWho, Who};
use super::super::parts::BareFrame;
use super::super::query::Query;
use super::super::router::{Reader, Shared};
use super::super::words::{Argument, Words};
use super::{From, code as code_of, go, own_path, told};
use crate::access::SecretHash;
use crate::access::session::Opened;
use crate::usecases::access::sign_in::{self, Next};

#[derive(Debug, Default, Deserialize)]
pub(in super::super) struct Asked {
    #[serde(default)]
    next: String,
}

impl Asked {
    pub(super) fn next(&self) -> &str {
        &self.next
    }
}

#[derive(Template)]
#[template(path = "access/sign-in.html")]
struct Page {
    frame: BareFrame,
    words: Words,
    csrf: String,
    next: String,
    email: String,
    error: String,
    /// Where the identity provider is asked, and what the button says; empty without one.
    provider: (String, String),
    passkeys: bool,
}

impl Page {
    fn word(&self, key: &str) -> String {
        self.words.say(key)
    }
}

/// `GET /sign-in`.
pub(in super::super) async fn show(
    State(shared): State<Shared>,
    Reader(words): Reader,
    MaybeWho(who): MaybeWho,
    headers: HeaderMap,
    Query(asked): Query<Asked>,
) -> Result<Response, Failed> {
    let next = own_path(&asked.next);
    if who.is_some() {
        return Ok(go(next, []));
    }
    page(&shared, words, &headers, (next, "", String::new()))
}

fn page(
    shared: &Shared,
    words: Words,
    headers: &HeaderMap,
    (next, email, error): (&str, &str, String),
) -> Result<Response, Failed> {
    let (tied, fresh) =
        visit(shared.cookies, headers).map_err(|problem| Failed::of(words, problem))?;
    let refused = !error.is_empty();
    let page = Page {
        frame: shared.bare(words, words.say("sign-in-title")),
        words,
        csrf: shared.csrf.token(&tied, PURPOSE),
        next: next.to_owned(),
        email: email.to_owned(),
        error,
        provider: provider(shared, words, next),
        passkeys: shared.passkeys.is_some(),
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

/// Where the identity provider is asked, and what the button says.
fn provider(shared: &Shared, words: Words, next: &str) -> (String, String) {
    let Some(provider) = &shared.provider else {
        return Default::default();
    };
    let called = [("name", Argument::Text(&provider.name))];
    let address = format!("/sign-in/provider?next={}", super::encoded(next));
    (address, words.with("oidc-sign-in", &called))
}

/// `POST /sign-in`: e-mail address and password.
pub(in super::super) async fn send(
    State(shared): State<Shared>,
    Reader(words): Reader,
    From(origin): From,
    headers: HeaderMap,
    Form(fields): Form,
) -> Result<Response, Failed> {
    let next = own_path(fields.one("next"));
    let typed = (fields.one("email"), fields.one("password"));
    let device = shared.cookies.read(&headers, Cookie::Device);
    let from = (&origin, device.as_deref());
    let (to, token) = match sign_in::password(&shared.app, typed, from).await {
        Ok(Next::Code(token)) => ("/sign-in/code", token),
        Ok(Next::Enrol(token)) => ("/enrol", token),
        Err(failure) => match told(words, &failure) {
            Some(error) => {
                return page(&shared, words, &headers, (next, fields.one("email"), error));
            }
            None => return Err(Failed::of(words, failure)),
        },
    };
    let to = format!("{to}?next={}", super::encoded(next));
    Ok(go(&to, [shared.cookies.set(Cookie::Attempt, &token)]))
}

#[derive(Template)]
#[template(path = "access/code.html")]
struct CodePage {
    frame: BareFrame,
    words: Words,
    csrf: String,
    next: String,
    error: String,
}

impl CodePage {
    fn word(&self, key: &str) -> String {
        self.words.say(key)
    }
}

/// The sign-in half-way that the browser brought.
pub(super) fn attempt(shared: &Shared, headers: &HeaderMap) -> Option<SecretHash> {
    let token = shared.cookies.read(headers, Cookie::Attempt);
    token.map(|token| SecretHash::of(&token))
}

/// `GET /sign-in/code`.
pub(in super::super) async fn show_code(
    State(shared): State<Shared>,
    Reader(words): Reader,
    headers: HeaderMap,
    Query(asked): Query<Asked>,
) -> Result<Response, Failed> {
    if attempt(&shared, &headers).is_none() {
        return Ok(go("/sign-in", []));
    }
    code_page(
        &shared,
        words,
        &headers,
        (own_path(&asked.next), String::new()),
    )
}

fn code_page(
    shared: &Shared,
    words: Words,
    headers: &HeaderMap,
    (next, error): (&str, String),
) -> Result<Response, Failed> {
    let (tied, fresh) =
        visit(shared.cookies, headers).map_err(|problem| Failed::of(words, problem))?;
    let refused = !error.is_empty();
    let page = CodePage {
        frame: shared.bare(words, words.say("code-title")),
        words,
        csrf: shared.csrf.token(&tied, PURPOSE),
        next: next.to_owned(),
        error,
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

/// `POST /sign-in/code`: a code of the second factor, or a recovery code.
pub(in super::super) async fn send_code(
    State(shared): State<Shared>,
    Reader(words): Reader,
    From(origin): From,
    headers: HeaderMap,
    Form(fields): Form,
) -> Result<Response, Failed> {
    let next = own_path(fields.one("next"));
    let Some(attempt) = attempt(&shared, &headers) else {
        return Ok(go("/sign-in", []));
    };
    let before = shared.cookies.read(&headers, Cookie::Session);
    let before = before.map(|token| SecretHash::of(&token));
    let device = shared.cookies.read(&headers, Cookie::Device);
    let (tried, from) = ((&attempt, fields.one("code")), (&origin, device.as_deref()));
    match sign_in::code(&shared.app, tried, from, before).await {
        Ok(opened) => Ok(go(next, signed_in(&shared, &opened))),
        Err(failure) if code_of(&failure) == "sign-in.over" => {
            Ok(go("/sign-in", [shared.cookies.clear(Cookie::Attempt)]))
        }
        Err(failure) => match told(words, &failure) {
            Some(error) => code_page(&shared, words, &headers, (next, error)),
            None => Err(Failed::of(words, failure)),
        },
    }
}

/// The cookies of a browser that has just signed in: the session, and by what it is known again.
pub(super) fn signed_in(shared: &Shared, opened: &Opened) -> Vec<HeaderValue> {
    let mut cookies = vec![
        shared.cookies.set(Cookie::Session, &opened.token),
        shared.cookies.clear(Cookie::Attempt),
        // The next visit is another: nobody knows what it was tied to.
        shared.cookies.clear(Cookie::Visit),
    ];
    // Without one the browser is a stranger's next time, and signed in all the same.
    if let Ok(device) = sign_in::known_device(&shared.app, opened.session.account) {
        cookies.push(shared.cookies.keep(&device));
    }
    cookies
}

/// `POST /sign-out`.
pub(in super::super) async fn sign_out(
    State(shared): State<Shared>,
    Reader(words): Reader,
    Who(who): Who,
    Form(_): Form,
) -> Result<Response, Failed> {
    let ended = sign_in::sign_out(&shared.app, &who.session, &who.account).await;
    ended.map_err(|failure| Failed::of(words, failure))?;
    let to = match who.principal.customer() {
        Some(_) => "/portal/sign-in",
        None => "/sign-in",
    };
    Ok(go(to, [shared.cookies.clear(Cookie::Session)]))
}

#[derive(Template)]
#[template(path = "access/signed-in.html")]
struct SignedInPage {
    frame: BareFrame,
    words: Words,
}

impl SignedInPage {
    fn word(&self, key: &str) -> String {
        self.words.say(key)
    }
}

/// `GET /signed-in`: where the sign-in of a second tab ends.
pub(in super::super) async fn done(
    State(shared): State<Shared>,
    Reader(words): Reader,
) -> Response {
    let page = SignedInPage {
        frame: shared.bare(words, words.say("signed-in-title")),
        words,
    };
    html(words, &page).into_response()
}
