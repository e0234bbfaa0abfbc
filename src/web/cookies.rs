//! The cookies: a session, a sign-in half-way, an anonymous visit that forms are tied to, and a
//! browser that is known again.

use axum::http::{HeaderMap, HeaderValue, header};

use crate::access::known_device::LIFE;
use crate::access::{SecretHash, SecretText};
use crate::error::Problem;
use crate::keys::random;

/// A cookie of ours.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Cookie {
    /// The token of a session.
    Session,
    /// The token of a sign-in half-way.
    Attempt,
    /// A random text: what ties a form to the browser before there is a session.
    Visit,
    /// What was just done, for the next page to say.
    Said,
    /// That somebody has signed in with this browser before; it opens nothing.
    Device,
}

/// How cookies are set: over https they are bound to it and to this host.
#[derive(Debug, Clone, Copy)]
pub(super) struct Cookies {
    secure: bool,
}

impl Cookies {
    /// For a server that readers reach under this address.
    pub(super) fn of(public_url: &str) -> Self {
        let secure = public_url.starts_with("https://");
        Self { secure }
    }

    /// `__Host-` makes the browser refuse the cookie from a neighbouring host or over http
    /// (RFC 6265bis, section 4.1.3.2). Over http on the own machine there is no such name.
    fn name(self, cookie: Cookie) -> &'static str {
        match (self.secure, cookie) {
            (true, Cookie::Session) => "__Host-herdbook",
            (true, Cookie::Attempt) => "__Host-herdbook-attempt",
            (true, Cookie::Visit) => "__Host-herdbook-visit",
            (true, Cookie::Said) => "__Host-herdbook-said",
            (true, Cookie::Device) => "__Host-herdbook-device",
            (false, Cookie::Session) => "herdbook",
            (false, Cookie::Attempt) => "herdbook-attempt",
            (false, Cookie::Visit) => "herdbook-visit",
            (false, Cookie::Said) => "herdbook-said",
            (false, Cookie::Device) => "herdbook-device",
        }
    }

    /// What the browser sent; the first of several.
    pub(super) fn read(self, headers: &HeaderMap, cookie: Cookie) -> Option<String> {
        let name = self.name(cookie);
        let lines = headers.get_all(header::COOKIE).iter();
        let mut pairs = lines
            .filter_map(|line| line.to_str().ok())
            .flat_map(|line| line.split(';'))
            .filter_map(|pair| pair.trim().split_once('='));
        let (_, value) = pairs.find(|(found, _)| *found == name)?;
        (!value.is_empty()).then(|| value.to_owned())
    }

    /// Sets a cookie until the browser is closed; it ends on the server long before.
    pub(super) fn set(self, cookie: Cookie, token: &SecretText) -> HeaderValue {
        self.line(cookie, token.reveal(), "")
    }

    /// Sets a cookie that no link from elsewhere sends along: that of a customer's session.
    pub(super) fn set_strict(self, cookie: Cookie, token: &SecretText) -> HeaderValue {
        let line = self.set(cookie, token);
        let strict = line
            .to_str()
            .map(|line| line.replace("SameSite=Lax", "SameSite=Strict"));
        let strict = strict
            .ok()
            .and_then(|line| HeaderValue::try_from(line).ok());
        let mut line = strict.unwrap_or(line);
        line.set_sensitive(true);
        line
    }

    /// Sets a cookie that the browser keeps when it is closed: by it the browser is known again.
    pub(super) fn keep(self, token: &SecretText) -> HeaderValue {
        let age = format!("; Max-Age={}", LIFE.num_seconds());
        self.line(Cookie::Device, token.reveal(), &age)
    }

    /// Sets what the next page says; a page that never comes leaves it for a minute.
    pub(super) fn say(self, code: &str) -> HeaderValue {
        self.line(Cookie::Said, code, "; Max-Age=60")
    }

    /// Takes a cookie away.
    pub(super) fn clear(self, cookie: Cookie) -> HeaderValue {
        self.line(cookie, "", "; Max-Age=0")
    }

    fn line(self, cookie: Cookie, value: &str, rest: &str) -> HeaderValue {
        let secure = if self.secure { "; Secure" } else { "" };
        let name = self.name(cookie);
        // Lax: a link in a mail leads to a page that knows who is reading; a form of another site
        // sends nothing.
        let line = format!("{name}={value}; Path=/; HttpOnly; SameSite=Lax{secure}{rest}");
        let mut line = HeaderValue::try_from(line).unwrap_or(HeaderValue::from_static(""));
        line.set_sensitive(true);
        line
    }
}

/// What a form of a browser without a session is tied to: the visit it brought, or a new one with
/// the line that sets it.
pub(super) fn visit(
    cookies: Cookies,
    headers: &HeaderMap,
) -> Result<(SecretHash, Option<HeaderValue>), Problem> {
    if let Some(known) = cookies.read(headers, Cookie::Visit) {
        return Ok((SecretHash::of(&known), None));
    }
    let token = SecretText::of_bytes(&random::<32>()?);
    Ok((token.hash(), Some(cookies.set(Cookie::Visit, &token))))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_cookie_is_found_among_others_and_bound_over_https() {
        let mut headers = HeaderMap::new();
        headers.append(
            header::COOKIE,
            HeaderValue::from_static("a=1; herdbook=abc ; b"),
        );
        headers.append(
            header::COOKIE,
            HeaderValue::from_static("__Host-herdbook=def"),
        );
        let plain = Cookies::of("http://127.0.0.1:8080");
        let bound = Cookies::of("https://billing.example.org");
        assert_eq!(
            plain.read(&headers, Cookie::Session).as_deref(),
            Some("abc")
        );
        assert_eq!(
            bound.read(&headers, Cookie::Session).as_deref(),
            Some("def")
        );
        assert_eq!(plain.read(&headers, Cookie::Attempt), None);
        let token = SecretText::new("t".to_owned());
        assert_eq!(
            bound.set(Cookie::Session, &token),
            "__Host-herdbook=t; Path=/; HttpOnly; SameSite=Lax; Secure"
        );
        assert_eq!(
            bound.set_strict(Cookie::Session, &token),
            "__Host-herdbook=t; Path=/; HttpOnly; SameSite=Strict; Secure"
        );
        assert_eq!(
            plain.clear(Cookie::Session),
            "herdbook=; Path=/; HttpOnly; SameSite=Lax; Max-Age=0"
        );
    }

    #[test]
    fn a_visit_is_known_again() {
        let cookies = Cookies::of("http://127.0.0.1");
        let (first, line) = visit(cookies, &HeaderMap::new()).unwrap();
        let line = line.unwrap();
        let pair = line.to_str().unwrap().split(';').next().unwrap();
        let mut headers = HeaderMap::new();
        headers.insert(header::COOKIE, HeaderValue::from_str(pair).unwrap());
        let (again, line) = visit(cookies, &headers).unwrap();
        assert!(first == again && line.is_none());
    }
}
