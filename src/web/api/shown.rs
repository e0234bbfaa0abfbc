//! Answers of the API: JSON with an ETag, pages with a link to the next one, and what a request
//! says of the answers it would take.

use axum::http::{HeaderMap, HeaderValue, StatusCode, Uri, header};
use axum::response::{IntoResponse, Response};
use serde::Serialize;
use utoipa::ToSchema;

use super::asked::Asked;
use super::refusal::Refusal;
use crate::db::sha256_hex;
use crate::error::Problem;
use crate::usecases::Failure;

/// A page of a list.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct Page<T> {
    /// The records.
    pub(super) data: Vec<T>,
    /// The address of the next page; null on the last one.
    #[schema(required = true, example = json!(null))]
    pub(super) next: Option<String>,
}

/// A page of records, with the link to the page behind the last one.
pub(super) fn page<T: Serialize>(
    headers: &HeaderMap,
    asked: &Asked,
    data: Vec<T>,
    (list, behind): (&str, Option<String>),
) -> Result<Response, Refusal> {
    let next = behind.map(|key| asked.behind(list, &key));
    let link = next.as_ref().map(|next| format!("<{next}>; rel=\"next\""));
    let mut response = record(headers, &Page { data, next })?;
    if let Some(link) = link.and_then(|link| HeaderValue::try_from(link).ok()) {
        response.headers_mut().insert(header::LINK, link);
    }
    Ok(response)
}

/// A page out of few records, which are all loaded: those behind the cursor, in the order of their
/// keys.
pub(super) async fn few<T, S: Serialize>(
    (uri, headers): (&Uri, &HeaderMap),
    list: &str,
    load: impl Future<Output = Result<Vec<T>, Failure>>,
    (key, show): (impl Fn(&T) -> String, impl Fn(T) -> S),
) -> Result<Response, Refusal> {
    let mut asked = Asked::of(uri, &["limit", "cursor"]);
    let after = asked.cursor(list, |key| Some(key.to_owned()));
    let limit = usize::try_from(asked.limit()).unwrap_or(usize::MAX);
    asked.done()?;
    let mut all = load.await?;
    all.sort_by_cached_key(&key);
    if let Some(after) = after {
        all.retain(|one| key(one) > after);
    }
    let more = all.len() > limit;
    all.truncate(limit);
    let next = all.last().filter(|_| more).map(&key);
    let data: Vec<S> = all.into_iter().map(show).collect();
    page(headers, &asked, data, (list, next))
}

/// A record, or 304 when the caller has it as it is.
pub(super) fn record(headers: &HeaderMap, value: &impl Serialize) -> Result<Response, Refusal> {
    let body = text(value)?;
    file(headers, "application/json", body.into_bytes())
}

/// As [`record`], of something that is kept in editions: one that was recorded since changes the
/// ETag, also when it holds from a later day on and today's facts are the same.
pub(super) fn record_of_edition(
    headers: &HeaderMap,
    value: &impl Serialize,
    revision: i64,
) -> Result<Response, Refusal> {
    let body = text(value)?;
    let tag = edition_tag(revision, &body);
    tagged(headers, "application/json", (tag, body.into_bytes()))
}

/// A record as JSON text.
pub(super) fn text(value: &impl Serialize) -> Result<String, Refusal> {
    serde_json::to_string(value).map_err(|error| Problem::of("internal.unlisted", &error).into())
}

/// Bytes of a media type, or 304 when the caller has them.
pub(super) fn file(headers: &HeaderMap, kind: &str, body: Vec<u8>) -> Result<Response, Refusal> {
    let tag = tag(&body);
    tagged(headers, kind, (tag, body))
}

fn tagged(
    headers: &HeaderMap,
    kind: &str,
    (tag, body): (String, Vec<u8>),
) -> Result<Response, Refusal> {
    accepts(headers, kind)?;
    let mut shared = HeaderMap::new();
    if let Ok(tag) = HeaderValue::try_from(&tag) {
        shared.insert(header::ETAG, tag);
    }
    // A copy may be kept, and is asked about before it is used: facts change, and so do rights.
    let keep = HeaderValue::from_static("private, no-cache");
    shared.insert(header::CACHE_CONTROL, keep);
    if any_matches(headers, &tag) {
        return Ok((StatusCode::NOT_MODIFIED, shared).into_response());
    }
    if let Ok(kind) = HeaderValue::try_from(kind) {
        shared.insert(header::CONTENT_TYPE, kind);
    }
    Ok((shared, body).into_response())
}

/// The ETag of an answer: the beginning of its SHA-256.
pub(super) fn tag(body: &[u8]) -> String {
    let hash = sha256_hex(body);
    format!("\"{}\"", hash.get(..32).unwrap_or_default())
}

/// The ETag of a record and the newest of its editions.
pub(super) fn edition_tag(revision: i64, body: &str) -> String {
    tag(format!("{revision}\n{body}").as_bytes())
}

/// Does `If-None-Match` name the tag (RFC 9110, section 13.1.2)? Weak comparison.
fn any_matches(headers: &HeaderMap, tag: &str) -> bool {
    let lines = headers.get_all(header::IF_NONE_MATCH).iter();
    let given = lines.filter_map(|line| line.to_str().ok());
    let mut tags = given.flat_map(|line| line.split(',')).map(str::trim);
    tags.any(|one| one == "*" || one.strip_prefix("W/").unwrap_or(one) == tag)
}

/// What `If-Match` asks for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct IfMatch(Vec<String>);

impl IfMatch {
    /// The tags of the header; none when it was not sent.
    pub(super) fn of(headers: &HeaderMap) -> Option<Self> {
        let lines = headers.get_all(header::IF_MATCH).iter();
        let given = lines.map(|line| line.to_str().unwrap_or_default());
        let tags: Vec<String> = given
            .flat_map(|line| line.split(','))
            .map(|one| one.trim().to_owned())
            .collect();
        (!tags.is_empty()).then_some(Self(tags))
    }

    /// The tags of a header that has to be there.
    pub(super) fn required(headers: &HeaderMap) -> Result<Self, Refusal> {
        let text = "send the ETag of what you have read in the header If-Match";
        Self::of(headers).ok_or_else(|| Refusal::new("api.precondition-missing", text))
    }

    /// Refuses when what is there now is none of what was asked for. Strong comparison: a weak tag
    /// matches nothing.
    pub(super) fn check(&self, body: &str) -> Result<(), Problem> {
        self.check_tag(&tag(body.as_bytes()))
    }

    /// As [`Self::check`], against the tag of what is there now.
    pub(super) fn check_tag(&self, now: &str) -> Result<(), Problem> {
        if self.0.iter().any(|one| one == "*" || one == now) {
            return Ok(());
        }
        let text = "it has changed since it was read: its ETag is another";
        Err(Problem::new("api.precondition-failed", text))
    }
}

/// Refuses when the caller takes no answer of this media type (RFC 9110, section 12.5.1).
pub(super) fn accepts(headers: &HeaderMap, kind: &str) -> Result<(), Refusal> {
    let mut lines = headers.get_all(header::ACCEPT).iter().peekable();
    if lines.peek().is_none() {
        return Ok(());
    }
    let (main, _) = kind.split_once('/').unwrap_or((kind, ""));
    let takes = |range: &str| {
        let mut parts = range.split(';').map(str::trim);
        let name = parts.next().unwrap_or_default().to_ascii_lowercase();
        let never = parts.any(|part| {
            let weight = part.strip_prefix("q=").or(part.strip_prefix("Q="));
            weight.is_some_and(|weight| weight.trim_matches(['0', '.']).is_empty())
        });
        let named = name == kind || name == "*/*" || name == format!("{main}/*");
        named && !never
    };
    let mut ranges = lines
        .filter_map(|line| line.to_str().ok())
        .flat_map(|line| line.split(','));
    if ranges.any(takes) {
        return Ok(());
    }
    let text = format!("the answer is {kind}, which the request does not accept");
    Err(Refusal::new("api.not-acceptable", text))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn with(name: header::HeaderName, value: &str) -> HeaderMap {
        HeaderMap::from_iter([(name, value.parse().unwrap())])
    }

    #[test]
    fn what_is_accepted_is_a_list_of_ranges() {
        for (value, taken) in [
            ("*/*", true),
            ("application/json", true),
            ("Application/JSON; q=0.5", true),
            ("text/html, application/*;q=0.1", true),
            ("application/json;q=0", false),
            ("application/json;q=0.000", false),
            ("text/html", false),
            ("application/xml", false),
        ] {
            let headers = with(header::ACCEPT, value);
            assert_eq!(
                accepts(&headers, "application/json").is_ok(),
                taken,
                "{value}"
            );
        }
        assert!(accepts(&HeaderMap::new(), "application/json").is_ok());
    }

    #[test]
    fn a_copy_that_is_current_is_not_sent_again() {
        let tag = tag(b"{}");
        let status = |value: &str| {
            let answer = file(
                &with(header::IF_NONE_MATCH, value),
                "application/json",
                b"{}".to_vec(),
            );
            answer.unwrap().status()
        };
        assert_eq!(status(&tag), 304);
        assert_eq!(status(&format!("\"old\", W/{tag}")), 304);
        assert_eq!(status("*"), 304);
        assert_eq!(status("\"old\""), 200);
    }

    #[test]
    fn a_change_is_made_for_the_state_that_was_read() {
        let of = |value: &str| IfMatch::of(&with(header::IF_MATCH, value)).unwrap();
        let tag = tag(b"{}");
        assert!(of(&tag).check("{}").is_ok());
        assert!(of(&format!("\"old\", {tag}")).check("{}").is_ok());
        assert!(of("*").check("{}").is_ok());
        for stale in ["\"old\"", &format!("W/{tag}"), ""] {
            let refused = of(stale).check("{}").unwrap_err();
            assert_eq!(refused.code(), "api.precondition-failed", "{stale}");
        }
        let missing = IfMatch::required(&HeaderMap::new()).unwrap_err();
        assert_eq!(missing.code(), "api.precondition-missing");
    }
}
