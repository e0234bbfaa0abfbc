//! Signing in, the own account, and who else may sign in.

pub(super) mod account;
pub(super) mod display;
pub(super) mod enrol;
pub(super) mod invite;
pub(super) mod passkeys;
pub(super) mod provider;
pub(super) mod sign_in;
mod stale;
pub(super) mod users;

use axum::extract::FromRequestParts;
use axum::http::request::Parts;
use axum::http::{HeaderValue, header};
use axum::response::{IntoResponse, Redirect, Response};

use super::limits::Client;
use super::words::Words;
use crate::db::access::sessions::Origin;
use crate::error::Problem;
use crate::usecases::Failure;

/// Longest name of a browser that is kept.
const AGENT: usize = 200;

/// From where a request came.
pub(super) struct From(pub(super) Origin);

impl<S: Sync> FromRequestParts<S> for From {
    type Rejection = std::convert::Infallible;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Self::Rejection> {
        let agent = parts.headers.get(header::USER_AGENT);
        let agent = agent.and_then(|agent| agent.to_str().ok());
        let agent = agent.unwrap_or_default().chars().take(AGENT).collect();
        let client = parts.extensions.get::<Client>();
        let address = client.map_or_else(String::new, |client| client.house());
        Ok(Self(Origin { agent, address }))
    }
}

/// Percent-encoding of RFC 3986 for everything but unreserved signs.
pub(super) fn encoded(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for byte in text.bytes() {
        match byte {
            b'A'..=b'Z' | b'a'..=b'z' | b'0'..=b'9' | b'-' | b'.' | b'_' | b'~' => {
                out.push(char::from(byte));
            }
            other => out.push_str(&format!("%{other:02X}")),
        }
    }
    out
}

/// Where to go after the sign-in: a path of this server, or the start.
pub(super) fn own_path(text: &str) -> &str {
    // Browsers take a backslash for a slash and leave tabs and line ends out (WHATWG URL, 4.4).
    let odd = |sign: char| sign == '\\' || sign.is_control();
    let own = text.starts_with('/') && !text.starts_with("//") && !text.contains(odd);
    if own { text } else { "/" }
}

/// To another page, with cookies.
pub(super) fn go(to: &str, cookies: impl IntoIterator<Item = HeaderValue>) -> Response {
    let mut response = Redirect::to(to).into_response();
    for cookie in cookies {
        response.headers_mut().append(header::SET_COOKIE, cookie);
    }
    response
}

/// What is wrong with what was typed, in the reader's language; none for what is no fault of the
/// reader, which gets a page of its own.
fn told(words: Words, failure: &Failure) -> Option<String> {
    let Failure::Problem(problem) = failure else {
        return None;
    };
    Some(match problem.code() {
        "sign-in.wrong" => words.say("error-sign-in-wrong"),
        "lockout.wait" => words.say("error-lockout"),
        "account.blocked" => words.say("error-blocked"),
        "totp.malformed" | "totp.wrong" => words.say("error-code-wrong"),
        "totp.replayed" => words.say("error-code-used"),
        "password.too-short" => words.say("error-password-short"),
        "password.too-long" => words.say("error-password-long"),
        "password.too-simple" | "password.common" | "password.is-email" => {
            words.say("error-password-simple")
        }
        "account.malformed-email" => words.say("error-email"),
        "account.malformed-name" => words.say("error-name"),
        "account.taken" => words.say("error-taken"),
        "account.roles" => words.say("error-roles"),
        "account.last-admin" => words.say("error-last-admin"),
        _ => return None,
    })
}

/// The code of a failure.
pub(super) fn code(failure: &Failure) -> &str {
    match failure {
        Failure::Problem(problem) => Problem::code(problem),
        Failure::Db(error) => error.code(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn after_the_sign_in_nobody_is_led_to_another_server() {
        assert_eq!(own_path("/invoices?year=2026"), "/invoices?year=2026");
        for foreign in [
            "",
            "https://example.org/",
            "//example.org",
            "/\\example.org",
            "/a\r\nb",
            "/\t/example.org",
            "/\u{0}/example.org",
        ] {
            assert_eq!(own_path(foreign), "/", "{foreign:?}");
        }
    }
}
