//! From a link to a password and a second factor.

use askama::Template;
use axum::extract::{Path, State};
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::Response;

use super::super::answer::{Failed, html};
use super::super::cookies::{Cookie, visit};
use super::super::form::{Fields, Form, PURPOSE};
use super::super::parts::BareFrame;
use super::super::router::{Reader, Shared};
use super::super::words::Words;
use super::sign_in::{attempt, signed_in};
use super::{From, code as code_of, go, told};
use crate::access::SecretHash;
use crate::access::one_time_link::Purpose;
use crate::documents::code::Code;
use crate::usecases::access::enrol::{self, Chosen};

#[derive(Template)]
#[template(path = "access/choose.html")]
struct ChoosePage {
    frame: BareFrame,
    words: Words,
    csrf: String,
    path: String,
    setup: bool,
    email: String,
    typed_name: String,
    error: String,
}

impl ChoosePage {
    fn word(&self, key: &str) -> String {
        self.words.say(key)
    }
}

/// `GET /invitation/{token}` and `GET /setup/{token}`.
pub(in super::super) async fn show(
    State(shared): State<Shared>,
    Reader(words): Reader,
    headers: HeaderMap,
    Path(token): Path<String>,
) -> Result<Response, Failed> {
    choose(
        &shared,
        words,
        &headers,
        (&token, &Fields::default(), String::new()),
    )
    .await
}

async fn choose(
    shared: &Shared,
    words: Words,
    headers: &HeaderMap,
    (token, typed, error): (&str, &Fields, String),
) -> Result<Response, Failed> {
    let found = enrol::link(&shared.app, token).await;
    let (link, account) = found.map_err(|failure| Failed::of(words, failure))?;
    let setup = link.purpose == Purpose::Setup;
    let (tied, fresh) =
        visit(shared.cookies, headers).map_err(|problem| Failed::of(words, problem))?;
    let refused = !error.is_empty();
    let title = if setup { "setup-title" } else { "choose-title" };
    let title = match title {
        "setup-title" => words.say("setup-title"),
        _ => words.say("choose-title"),
    };
    let path = if setup { "setup" } else { "invitation" };
    let page = ChoosePage {
        frame: shared.bare(words, title),
        words,
        csrf: shared.csrf.token(&tied, PURPOSE),
        path: format!("/{path}/{token}"),
        setup,
        email: account.map_or_else(
            || typed.one("email").to_owned(),
            |account| account.email.to_string(),
        ),
        typed_name: typed.one("name").to_owned(),
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

/// `POST /invitation/{token}` and `POST /setup/{token}`.
pub(in super::super) async fn send(
    State(shared): State<Shared>,
    Reader(words): Reader,
    headers: HeaderMap,
    Path(token): Path<String>,
    Form(fields): Form,
) -> Result<Response, Failed> {
    let admin = (
        fields.one("email").to_owned(),
        fields.one("name").to_owned(),
    );
    let chosen = Chosen {
        token: token.clone(),
        password: fields.one("password").to_owned(),
        admin: Some(admin).filter(|(email, _)| !email.is_empty()),
    };
    match enrol::choose_password(&shared.app, chosen).await {
        Ok(attempt) => Ok(go(
            "/enrol",
            [shared.cookies.set(Cookie::Attempt, &attempt)],
        )),
        Err(failure) => match told(words, &failure) {
            Some(error) => choose(&shared, words, &headers, (&token, &fields, error)).await,
            None => Err(Failed::of(words, failure)),
        },
    }
}

#[derive(Template)]
#[template(path = "access/enrol.html")]
struct EnrolPage {
    frame: BareFrame,
    words: Words,
    csrf: String,
    code: String,
    code_label: String,
    secret: String,
    error: String,
}

impl EnrolPage {
    fn word(&self, key: &str) -> String {
        self.words.say(key)
    }
}

/// `GET /enrol`: the code for the authenticator.
pub(in super::super) async fn show_factor(
    State(shared): State<Shared>,
    Reader(words): Reader,
    headers: HeaderMap,
) -> Result<Response, Failed> {
    let Some(attempt) = attempt(&shared, &headers) else {
        return Ok(go("/sign-in", []));
    };
    factor(&shared, words, &headers, (attempt, String::new())).await
}

async fn factor(
    shared: &Shared,
    words: Words,
    headers: &HeaderMap,
    (attempt, error): (SecretHash, String),
) -> Result<Response, Failed> {
    let waiting = match enrol::enrolment(&shared.app, &attempt).await {
        Ok(waiting) => waiting,
        Err(failure) if code_of(&failure) == "sign-in.over" => {
            return Ok(go("/sign-in", [shared.cookies.clear(Cookie::Attempt)]));
        }
        Err(failure) => return Err(Failed::of(words, failure)),
    };
    let (tied, fresh) =
        visit(shared.cookies, headers).map_err(|problem| Failed::of(words, problem))?;
    let uri = waiting
        .secret
        .uri("Herdbook", waiting.account.email.as_str());
    let drawn = Code::screen(&uri)
        .map_err(|error| Failed::of(words, crate::error::Problem::of(error.code(), &error)))?;
    let refused = !error.is_empty();
    let page = EnrolPage {
        frame: shared.bare(words, words.say("enrol-title")),
        words,
        csrf: shared.csrf.token(&tied, PURPOSE),
        code: drawn.svg,
        code_label: words.say("enrol-code"),
        secret: spaced(&waiting.secret.base32()),
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

/// In groups of four, for whoever types it.
fn spaced(text: &str) -> String {
    let mut out = String::with_capacity(text.len() + text.len() / 4);
    for (place, sign) in text.chars().enumerate() {
        if place > 0 && place % 4 == 0 {
            out.push(' ');
        }
        out.push(sign);
    }
    out
}

#[derive(Template)]
#[template(path = "access/recovery.html")]
struct RecoveryPage {
    frame: BareFrame,
    words: Words,
    codes: Vec<String>,
    /// The codes, a line each, as the address of a file.
    file: String,
    file_name: String,
}

impl RecoveryPage {
    fn new(shared: &Shared, words: Words, codes: Vec<String>) -> Self {
        Self {
            frame: shared.bare(words, words.say("recovery-title")),
            words,
            file: codes.join("%0A") + "%0A",
            file_name: words.say("recovery-file-name"),
            codes,
        }
    }

    fn word(&self, key: &str) -> String {
        self.words.say(key)
    }
}

/// `POST /enrol`: the first code. The answer shows the recovery codes, once.
pub(in super::super) async fn send_factor(
    State(shared): State<Shared>,
    Reader(words): Reader,
    From(origin): From,
    headers: HeaderMap,
    Form(fields): Form,
) -> Result<Response, Failed> {
    let Some(attempt) = attempt(&shared, &headers) else {
        return Ok(go("/sign-in", []));
    };
    let before = shared.cookies.read(&headers, Cookie::Session);
    let before = before.map(|token| SecretHash::of(&token));
    let tried = (&attempt, fields.one("code"));
    let (opened, codes) = match enrol::confirm(&shared.app, tried, &origin, before).await {
        Ok(confirmed) => confirmed,
        Err(failure) if code_of(&failure) == "sign-in.over" => {
            return Ok(go("/sign-in", [shared.cookies.clear(Cookie::Attempt)]));
        }
        Err(failure) => match told(words, &failure) {
            Some(error) => return factor(&shared, words, &headers, (attempt, error)).await,
            None => return Err(Failed::of(words, failure)),
        },
    };
    let codes = codes.iter().map(|code| code.reveal().to_owned()).collect();
    let page = RecoveryPage::new(&shared, words, codes);
    let mut response = html(words, &page)?;
    for cookie in signed_in(&shared, &opened) {
        response.headers_mut().append(header::SET_COOKIE, cookie);
    }
    Ok(response)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_secret_is_read_in_groups() {
        assert_eq!(spaced("ABCDEFGHI"), "ABCD EFGH I");
    }
}
