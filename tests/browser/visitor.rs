//! A visitor without a browser: keeps cookies, reads forms and sends them back.

use std::collections::BTreeMap;

use form_urlencoded::Serializer;
use reqwest::Method;

use crate::http::{Ask, Http};

/// Cookies by their names.
pub type Cookies = BTreeMap<String, String>;

/// The cookie of a session.
pub const SESSION: &str = "herdbook";

/// Cookies as a request holds them.
pub fn header_of(cookies: &Cookies) -> String {
    let pairs = cookies
        .iter()
        .map(|(name, value)| format!("{name}={value}"));
    pairs.collect::<Vec<_>>().join("; ")
}

pub struct Visitor {
    http: Http,
    /// Address of the site, without a slash at the end.
    site: String,
    pub cookies: Cookies,
}

/// A page that was answered.
pub struct Shown {
    pub status: u16,
    /// Where a redirect leads; empty without one.
    pub to: String,
    pub text: String,
}

impl Shown {
    /// What stands between two texts, the first time both are there.
    ///
    /// # Panics
    /// When they are not.
    pub fn between(&self, start: &str, end: &str) -> &str {
        let found = self.all_between(start, end);
        let first = found.first().copied();
        first.unwrap_or_else(|| {
            panic!(
                "no {start} on a page of status {}: {}",
                self.status, self.text
            )
        })
    }

    /// All that stands between two texts.
    pub fn all_between(&self, start: &str, end: &str) -> Vec<&str> {
        let after = self.text.split(start).skip(1);
        after
            .filter_map(|rest| rest.split_once(end))
            .map(|(inside, _)| inside)
            .collect()
    }
}

impl Visitor {
    pub fn of(site: &str, cookies: Cookies) -> Self {
        Self {
            http: Http::staying(),
            site: site.to_owned(),
            cookies,
        }
    }

    pub fn get(&mut self, path: &str) -> Shown {
        self.ask(Method::GET, path, None)
    }

    /// Sends a form of a page that was shown before.
    pub fn send(&mut self, page: &Shown, path: &str, fields: &[(&str, &str)]) -> Shown {
        let proof = page.between("name=\"csrf\" value=\"", "\"");
        let mut body = Serializer::new(String::new());
        body.append_pair("csrf", proof).extend_pairs(fields);
        self.ask(Method::POST, path, Some(body.finish()))
    }

    fn ask(&mut self, method: Method, path: &str, form: Option<String>) -> Shown {
        let reply = self.http.send(Ask {
            method,
            url: &format!("{}{path}", self.site),
            cookies: &header_of(&self.cookies),
            body: form.map(|form| ("application/x-www-form-urlencoded", form)),
        });
        let reply = reply.unwrap_or_else(|error| panic!("{path}: {error}"));
        for line in reply.headers.get_all("set-cookie") {
            let pair = line.to_str().expect("a cookie").split(';').next();
            let (name, value) = pair
                .and_then(|pair| pair.split_once('='))
                .expect("a cookie");
            if value.is_empty() {
                self.cookies.remove(name);
            } else {
                self.cookies.insert(name.to_owned(), value.to_owned());
            }
        }
        let to = reply
            .headers
            .get("location")
            .and_then(|to| to.to_str().ok());
        Shown {
            status: reply.status,
            to: to.unwrap_or_default().to_owned(),
            text: String::from_utf8_lossy(&reply.bytes).into_owned(),
        }
    }
}
