//! Forms that are sent: their fields, tied to the browser that was shown the form.

use std::sync::Arc;

use askama::Template;
use axum::body::to_bytes;
use axum::extract::{FromRequest, Request};
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::{IntoResponse, Response};

use super::answer::{Failed, html};
use super::cookies::{Cookie, Cookies};
use super::guard::{language, sign_in_page};
use super::parts::BareFrame;
use super::router::{Shared, accepted};
use super::words::Words;
use crate::access::csrf::ForgedRequest;
use crate::access::{SecretHash, csrf};
use crate::db::access::answers::Receipt;
use crate::db::sha256_hex;
use crate::error::Problem;
use crate::keys::random;
use crate::usecases::access::authenticate::SignedIn;

/// Longest form, in bytes: a page of text with room to spare.
const LONGEST: usize = 256 * 1024;

/// What every form is tied to, besides the session.
pub(super) const PURPOSE: &str = "form";

/// The fields of a form, in the order in which they were sent.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Fields {
    sent: Vec<(String, String)>,
    /// SHA-256 over the path and the body.
    digest: String,
}

impl Fields {
    fn parse(path: &str, body: &[u8]) -> Self {
        Self {
            sent: form_urlencoded::parse(body).into_owned().collect(),
            digest: sha256_hex(&[path.as_bytes(), b"\n", body].concat()),
        }
    }

    /// The form as a request that is carried out once. Its proof is another in each page that is
    /// shown, and part of the body: what is equal to it was sent from the same page, twice. What
    /// was changed and sent from there is a request of its own.
    pub(super) fn receipt(&self, who: &SignedIn) -> Receipt {
        Receipt {
            account: who.account.id,
            key: format!("form {}", self.digest),
            request: self.digest.clone(),
        }
    }

    /// The first value of a field; empty when it was not sent.
    pub(super) fn one(&self, name: &str) -> &str {
        let first = self.sent.iter().find(|(field, _)| field == name);
        first.map_or("", |(_, value)| value)
    }

    /// All values of a field, such as ticked boxes.
    pub(super) fn all<'a>(&'a self, name: &'a str) -> impl Iterator<Item = &'a str> {
        let named = self.sent.iter().filter(move |(field, _)| field == name);
        named.map(|(_, value)| value.as_str())
    }

    /// Every field with its value, as it was sent.
    pub(super) fn sent(&self) -> impl Iterator<Item = (String, String)> {
        self.sent.iter().cloned()
    }

    /// What the page that asks again has to keep: everything but the proof of the last one, and
    /// but passwords, which no page ever holds.
    fn kept(&self) -> Vec<(String, String)> {
        let kept = |(name, _): &&(String, String)| name != "csrf" && !name.contains("password");
        self.sent.iter().filter(kept).cloned().collect()
    }
}

/// A form that was shown to this browser and came back.
pub(super) struct Form(pub(super) Fields);

impl FromRequest<Shared> for Form {
    type Rejection = Response;

    async fn from_request(request: Request, shared: &Shared) -> Result<Self, Response> {
        let who = request.extensions().get::<Arc<SignedIn>>().cloned();
        let words = language(accepted(request.headers()), who.as_deref());
        if foreign(request.headers()) {
            return Err(forged(words));
        }
        let path = request.uri().path().to_owned();
        let tied = tied_to(shared.cookies, request.headers(), who.as_deref());
        let fields = read(&path, request)
            .await
            .map_err(|problem| Failed::of(words, problem).into_response())?;
        let proved = tied.is_some_and(|tied| {
            shared
                .csrf
                .check(&tied, PURPOSE, fields.one("csrf"))
                .is_ok()
        });
        if proved {
            return Ok(Self(fields));
        }
        // The session may be another than the one that was shown the form: what was typed is kept,
        // and sent again by a person, not by the page.
        match tied.filter(|_| who.is_some()) {
            Some(tied) => Err(again(
                (shared, words),
                path,
                &fields,
                Some(shared.csrf.token(&tied, PURPOSE)),
            )),
            None => Err(forged(words)),
        }
    }
}

/// Says that the session has ended, and keeps what was typed.
pub(super) async fn ended(shared: &Shared, words: Words, request: Request) -> Response {
    if foreign(request.headers()) {
        return forged(words);
    }
    let path = request.uri().path().to_owned();
    match read(&path, request).await {
        Ok(fields) => again((shared, words), path, &fields, None),
        Err(problem) => Failed::of(words, problem).into_response(),
    }
}

/// Another site sent it: the browser says so (Fetch Metadata, W3C).
fn foreign(headers: &HeaderMap) -> bool {
    let site = headers.get("sec-fetch-site");
    site.is_some_and(|site| site != "same-origin" && site != "none")
}

fn forged(words: Words) -> Response {
    let error = ForgedRequest { purpose: PURPOSE };
    Failed::of(words, Problem::of(error.code(), &error)).into_response()
}

async fn read(path: &str, request: Request) -> Result<Fields, Problem> {
    let kind = request.headers().get(header::CONTENT_TYPE);
    let kind = kind.and_then(|kind| kind.to_str().ok()).unwrap_or_default();
    if !kind.starts_with("application/x-www-form-urlencoded") {
        return Err(Problem::new("web.no-form", "the request is no form"));
    }
    let body = to_bytes(request.into_body(), LONGEST).await;
    let body = body.map_err(|_| Problem::new("web.form-too-long", "the form is too long"))?;
    Ok(Fields::parse(path, &body))
}

/// What a form is tied to: the session, or the visit of a browser without one.
fn tied_to(cookies: Cookies, headers: &HeaderMap, who: Option<&SignedIn>) -> Option<SecretHash> {
    match who {
        Some(who) => Some(who.session.hash),
        None => cookies
            .read(headers, Cookie::Visit)
            .map(|visit| SecretHash::of(&visit)),
    }
}

#[derive(Template)]
#[template(path = "access/again.html")]
struct Again {
    frame: BareFrame,
    words: Words,
    path: String,
    /// Where a session begins again, for the path.
    sign_in: &'static str,
    fields: Vec<(String, String)>,
    csrf: Option<String>,
}

impl Again {
    fn word(&self, key: &str) -> String {
        self.words.say(key)
    }
}

fn again(
    (shared, words): (&Shared, Words),
    path: String,
    fields: &Fields,
    csrf: Option<String>,
) -> Response {
    let title = match csrf {
        Some(_) => words.say("again-title"),
        None => words.say("ended-title"),
    };
    let page = Again {
        frame: shared.bare(words, title),
        words,
        sign_in: sign_in_page(&path),
        path,
        fields: fields.kept(),
        csrf,
    };
    match html(words, &page) {
        Ok(mut response) => {
            *response.status_mut() = StatusCode::UNAUTHORIZED;
            response
        }
        Err(failed) => failed.into_response(),
    }
}

/// The proof for the forms of a page that is shown to somebody with a session.
pub(super) fn token(shared: &Shared, who: &SignedIn) -> String {
    shared.csrf.token(&who.session.hash, PURPOSE)
}

/// The key of the proofs.
///
/// # Errors
/// `keys.no-random`.
pub(super) fn key(keys: &crate::access::Keyring) -> Result<csrf::CsrfKey, Problem> {
    Ok(csrf::CsrfKey::new(&keys.derive("csrf"), random()?))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn fields_are_read_as_browsers_send_them() {
        let body = b"role=admin&role=finance&name=J%C3%BCrgen+B&csrf=x&password=p";
        let fields = Fields::parse("/settings/users", body);
        assert_eq!(fields.one("name"), "Jürgen B");
        assert_eq!(fields.all("role").collect::<Vec<_>>(), ["admin", "finance"]);
        assert_eq!(fields.one("missing"), "");
        let kept: Vec<String> = fields.kept().into_iter().map(|(name, _)| name).collect();
        assert_eq!(
            kept,
            ["role", "role", "name"],
            "neither the proof nor a password"
        );
    }

    #[test]
    fn another_site_is_told_by_the_browser() {
        let mut headers = HeaderMap::new();
        assert!(!foreign(&headers));
        for (site, expected) in [
            ("same-origin", false),
            ("none", false),
            ("cross-site", true),
            ("same-site", true),
        ] {
            headers.insert("sec-fetch-site", site.parse().unwrap());
            assert_eq!(foreign(&headers), expected, "{site}");
        }
    }
}
