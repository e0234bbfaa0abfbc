//! The HTTP client for targets: one host, no detours, bounded time and size.

use std::error::Error;
use std::time::Duration;

use chrono::{DateTime, Utc};
use reqwest::header::{
    ACCEPT, AUTHORIZATION, CONTENT_TYPE, HeaderMap, LINK, LOCATION, RETRY_AFTER,
};
use reqwest::{Method, StatusCode, Url};

use super::address::{Forbidden, Guarded, check_literal};
use super::{PullError, Reach};
use crate::access::SecretText;

/// Redirects that are followed, all on the host itself.
const REDIRECTS: usize = 3;
/// Longest time to wait that is taken from an answer, in seconds.
const LONGEST_WAIT: u64 = 86_400;
/// What a target is told to wait when it names no time, in seconds.
const USUAL_WAIT: u64 = 60;

/// Asks one target.
#[derive(Debug)]
pub struct Client {
    http: reqwest::Client,
    reach: Reach,
    token: Option<SecretText>,
}

/// An answer of status 200.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Answer {
    /// The body, whole.
    pub body: Vec<u8>,
    /// The page after this one (RFC 8288, relation `next`), when it is on the same host.
    pub next: Option<Url>,
}

/// What is asked.
enum Ask<'a> {
    Get(&'a str),
    Post(&'a [u8]),
}

impl Client {
    /// A client that sends the token to the target's own host only.
    ///
    /// # Errors
    /// [`PullError::Unreachable`] when the system gives no TLS.
    pub fn new(reach: Reach, token: Option<SecretText>) -> Result<Self, PullError> {
        // Whoever links this as a library has chosen no provider of cryptography yet.
        let _ = rustls::crypto::ring::default_provider().install_default();
        let http = reqwest::Client::builder()
            .redirect(reqwest::redirect::Policy::none())
            .no_proxy()
            .https_only(!reach.private)
            .connect_timeout(reach.timeout.min(Duration::from_secs(10)))
            .timeout(reach.timeout)
            .user_agent(concat!("herdbook/", env!("CARGO_PKG_VERSION")))
            .dns_resolver(Guarded {
                private: reach.private,
            })
            .build();
        Ok(Self {
            http: http.map_err(|_| PullError::Unreachable)?,
            reach,
            token,
        })
    }

    /// The target's address with another path.
    ///
    /// # Errors
    /// [`PullError::Url`].
    pub fn at(&self, path: &str) -> Result<Url, PullError> {
        let joined = self.reach.url.join(path);
        joined.map_err(|_| PullError::Url {
            why: "the path does not fit",
        })
    }

    /// The configured address itself.
    #[must_use]
    pub fn home(&self) -> &Url {
        &self.reach.url
    }

    /// Reads an address of the target's host.
    ///
    /// # Errors
    /// [`PullError`].
    pub async fn get(&self, url: &Url, accept: &str) -> Result<Answer, PullError> {
        let mut url = url.clone();
        for _ in 0..=REDIRECTS {
            let response = self.send(&url, &Ask::Get(accept)).await?;
            if !response.status().is_redirection() {
                return self.whole(response, &url).await;
            }
            let to = response.headers().get(LOCATION);
            let to = to.and_then(|to| to.to_str().ok()).unwrap_or_default();
            url = self.same_host(&url, to)?;
        }
        Err(PullError::Redirect { to: host_of(&url) })
    }

    /// Asks a question; an answer elsewhere is none.
    ///
    /// # Errors
    /// [`PullError`].
    pub async fn post(&self, url: &Url, body: &[u8]) -> Result<Answer, PullError> {
        let response = self.send(url, &Ask::Post(body)).await?;
        if response.status().is_redirection() {
            let to = response.headers().get(LOCATION);
            let to = to.and_then(|to| to.to_str().ok()).unwrap_or_default();
            let to = url
                .join(to)
                .map_or_else(|_| String::new(), |to| host_of(&to));
            return Err(PullError::Redirect { to });
        }
        self.whole(response, url).await
    }

    async fn send(&self, url: &Url, ask: &Ask<'_>) -> Result<reqwest::Response, PullError> {
        check_literal(url, self.reach.private)?;
        let request = match ask {
            Ask::Get(accept) => self
                .http
                .request(Method::GET, url.clone())
                .header(ACCEPT, *accept),
            Ask::Post(body) => self
                .http
                .request(Method::POST, url.clone())
                .header(ACCEPT, "application/json")
                .header(CONTENT_TYPE, "application/json")
                .body(body.to_vec()),
        };
        let request = match &self.token {
            Some(token) => request.header(AUTHORIZATION, format!("Bearer {}", token.reveal())),
            None => request,
        };
        request.send().await.map_err(|error| failed(&error, url))
    }

    async fn whole(&self, mut response: reqwest::Response, url: &Url) -> Result<Answer, PullError> {
        judge(response.status(), response.headers())?;
        let limit = self.reach.limit_bytes;
        let too_large = PullError::TooLarge { limit };
        let stated = response.content_length();
        if stated.is_some_and(|stated| usize::try_from(stated).unwrap_or(usize::MAX) > limit) {
            return Err(too_large);
        }
        let next = next_page(response.headers());
        let next = next.map(|to| self.same_host(url, &to)).transpose()?;
        let mut body = Vec::new();
        while let Some(part) = response
            .chunk()
            .await
            .map_err(|error| failed(&error, url))?
        {
            if body.len().saturating_add(part.len()) > limit {
                return Err(too_large);
            }
            body.extend_from_slice(&part);
        }
        Ok(Answer { body, next })
    }

    /// An address that an answer names, when it lies on the target's own host.
    ///
    /// # Errors
    /// [`PullError::Redirect`].
    pub fn same_host(&self, from: &Url, to: &str) -> Result<Url, PullError> {
        let elsewhere = |to: String| PullError::Redirect { to };
        let target = from.join(to).map_err(|_| elsewhere(String::new()))?;
        let home = &self.reach.url;
        let same = target.scheme() == home.scheme()
            && target.host_str() == home.host_str()
            && target.port_or_known_default() == home.port_or_known_default();
        if to.is_empty() || !same {
            return Err(elsewhere(host_of(&target)));
        }
        Ok(target)
    }
}

fn host_of(url: &Url) -> String {
    let host = url.host_str().unwrap_or_default();
    host.chars().take(80).collect()
}

fn failed(error: &reqwest::Error, url: &Url) -> PullError {
    if error.is_timeout() {
        return PullError::Timeout;
    }
    let mut cause: Option<&(dyn Error + 'static)> = error.source();
    while let Some(one) = cause {
        if one.is::<Forbidden>() {
            return PullError::Address { host: host_of(url) };
        }
        cause = one.source();
    }
    PullError::Unreachable
}

fn judge(status: StatusCode, headers: &HeaderMap) -> Result<(), PullError> {
    let asked = headers
        .get(RETRY_AFTER)
        .and_then(|value| value.to_str().ok());
    match (status.as_u16(), asked) {
        (200, _) => Ok(()),
        (status @ (401 | 403), _) => Err(PullError::Denied { status }),
        (429, None) => Err(PullError::Busy {
            seconds: USUAL_WAIT,
        }),
        (429 | 503, Some(asked)) => Err(PullError::Busy {
            seconds: wait(asked, headers),
        }),
        (status, _) => Err(PullError::Status { status }),
    }
}

/// Seconds, or a date beside the answer's own (RFC 9110, section 10.2.3): the target's clock
/// counts, not ours.
fn wait(asked: &str, headers: &HeaderMap) -> u64 {
    let date = |text: &str| -> Option<DateTime<Utc>> {
        Some(DateTime::parse_from_rfc2822(text).ok()?.with_timezone(&Utc))
    };
    let seconds = asked.trim().parse::<u64>().ok().or_else(|| {
        let now = headers.get("date").and_then(|now| now.to_str().ok());
        let gap = date(asked)? - date(now?)?;
        u64::try_from(gap.num_seconds()).ok()
    });
    seconds.unwrap_or(USUAL_WAIT).min(LONGEST_WAIT)
}

/// The address of the relation `next` in a Link header: `<https://…>; rel="next"`.
fn next_page(headers: &HeaderMap) -> Option<String> {
    let lines = headers.get_all(LINK).iter();
    let lines = lines.filter_map(|line| line.to_str().ok());
    let mut links = lines.flat_map(|line| line.split(','));
    links.find_map(|link| {
        let (address, rest) = link.trim().strip_prefix('<')?.split_once('>')?;
        let next = rest.split(';').any(|part| {
            let (name, value) = part.trim().split_once('=').unwrap_or_default();
            name.eq_ignore_ascii_case("rel") && value.trim_matches('"') == "next"
        });
        next.then(|| address.to_owned())
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn headers(all: &[(&'static str, &str)]) -> HeaderMap {
        let pair = |(name, value): &(&'static str, &str)| {
            let name = reqwest::header::HeaderName::from_static(name);
            (name, value.parse().unwrap())
        };
        all.iter().map(pair).collect()
    }

    #[test]
    fn the_time_to_wait_is_read_in_both_forms_and_bounded() {
        let date = ("date", "Wed, 01 Apr 2026 10:00:00 GMT");
        for (asked, seconds) in [
            ("120", 120),
            ("Wed, 01 Apr 2026 10:02:00 GMT", 120),
            ("Wed, 01 Apr 2026 09:00:00 GMT", 60),
            ("soon", 60),
            ("99999999", 86_400),
        ] {
            assert_eq!(wait(asked, &headers(&[date])), seconds, "{asked}");
        }
    }

    #[test]
    fn the_next_page_is_found_among_the_links() {
        let both = "<https://a.example/x?min_id=9>; rel=\"prev\", \
                    <https://a.example/x?max_id=3>; rel=\"next\"";
        let found = next_page(&headers(&[("link", both)]));
        assert_eq!(found.as_deref(), Some("https://a.example/x?max_id=3"));
        assert_eq!(next_page(&headers(&[("link", "<x>; rel=\"prev\"")])), None);
        assert_eq!(next_page(&HeaderMap::new()), None);
    }

    #[test]
    fn a_status_is_judged_by_what_can_be_done() {
        let of = |status: u16, all: &[(&'static str, &str)]| {
            let status = StatusCode::from_u16(status).unwrap();
            judge(status, &headers(all)).map_err(|error| error.code())
        };
        assert_eq!(of(200, &[]), Ok(()));
        assert_eq!(of(204, &[]), Err("pull.status"));
        assert_eq!(of(401, &[]), Err("pull.denied"));
        assert_eq!(of(429, &[]), Err("pull.busy"));
        assert_eq!(of(503, &[("retry-after", "5")]), Err("pull.busy"));
        assert_eq!(of(503, &[]), Err("pull.status"));
    }

    #[test]
    fn only_the_own_host_is_followed() {
        let reach = Reach::new("https://a.example:8443/metrics", false, 10, 1_024).unwrap();
        let client = Client::new(reach, None).unwrap();
        let same = |to: &str| client.same_host(client.home(), to).is_ok();
        assert!(same("/other") && same("https://a.example:8443/x") && same("//A.example:8443/"));
        for to in [
            "",
            "https://a.example/x",
            "http://a.example:8443/x",
            "https://b.example:8443/x",
            "https://a.example.evil.example:8443/",
            "https://a.example@b.example:8443/",
            "file:///etc/passwd",
        ] {
            assert!(!same(to), "{to}");
        }
    }
}
