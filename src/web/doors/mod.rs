//! The doors of telemetry: what servers push, by the rules of each protocol.
//!
//! A credential of a source in place of a session or token; nothing of a request is logged but its
//! source and codes. Each request is answered after it is committed, and when it cannot be stored
//! the answer says when to send it again: a status that a sender takes for final would lose usage.

mod body;
mod events;
mod otlp;
mod remote_write;
mod upload;

use axum::extract::Request;
use axum::http::{HeaderMap, HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use chrono::{DateTime, Utc};
use data_encoding::BASE64;

use super::guard::{Open, Routes};
use super::router::Shared;
use crate::access::source_token::Door;
use crate::error::Problem;
use crate::observe::metrics;
use crate::telemetry::evidence::Request as Evidence;
use crate::telemetry::{DecodeError, Limits, PayloadKind};
use crate::usecases::Failure;
use crate::usecases::ingest::queue::{IngestError, Sender};
use crate::usecases::ingest::{Queue, Taken};

/// The doors. Who may send is asked of the credential, by the door itself.
pub(super) fn routes(routes: Routes) -> Routes {
    use Open::Anyone;
    routes
        .post("/v1/metrics", Anyone, otlp::receive)
        .post("/api/v1/write", Anyone, remote_write::receive)
        .post("/api/v1/events", Anyone, events::receive)
        .post("/api/v1/usage/upload", Anyone, upload::receive)
}

/// Seconds after which a sender tries again what could not be stored.
const STORE_AGAIN: u64 = 5;

/// Why a request is not taken, and when it may come again.
#[derive(Debug)]
struct Refused {
    problem: Problem,
    retry_after: Option<u64>,
}

impl Refused {
    fn new(code: &str, text: impl Into<String>) -> Self {
        Problem::new(code, text).into()
    }

    fn later(mut self, seconds: u64) -> Self {
        self.retry_after = Some(seconds);
        self
    }

    /// Status and headers that every protocol shares.
    fn head(&self) -> (StatusCode, HeaderMap) {
        let status = StatusCode::from_u16(self.problem.status());
        let mut headers = HeaderMap::new();
        if let Some(seconds) = self.retry_after {
            headers.insert(header::RETRY_AFTER, HeaderValue::from(seconds));
        }
        if self.problem.status() == 401 {
            let ask = HeaderValue::from_static("Bearer realm=\"herdbook\"");
            headers.insert(header::WWW_AUTHENTICATE, ask);
        }
        (status.unwrap_or(StatusCode::SERVICE_UNAVAILABLE), headers)
    }
}

impl From<Problem> for Refused {
    fn from(problem: Problem) -> Self {
        Self {
            problem,
            retry_after: None,
        }
    }
}

impl From<IngestError> for Refused {
    fn from(error: IngestError) -> Self {
        let problem = Problem::of(error.code(), &error);
        let seconds = match error {
            IngestError::Full | IngestError::Ending => Some(1),
            IngestError::Store(_) => Some(STORE_AGAIN),
            IngestError::Decode(_) => None,
        };
        Self {
            problem,
            retry_after: seconds,
        }
    }
}

impl From<Failure> for Refused {
    /// A store that is away is told apart from a credential that is wrong.
    fn from(failure: Failure) -> Self {
        match failure {
            Failure::Db(error) => {
                Self::from(Problem::hidden("ingest.store", &error)).later(STORE_AGAIN)
            }
            Failure::Problem(problem) => Self::from(*problem),
        }
    }
}

impl IntoResponse for Refused {
    /// As an RFC 9457 problem.
    fn into_response(self) -> Response {
        let (status, headers) = self.head();
        let kind = [(header::CONTENT_TYPE, "application/problem+json")];
        (status, headers, kind, self.problem.to_json().to_string()).into_response()
    }
}

/// The credential of a request: a bearer token, or the password of Basic (RFC 7617).
fn presented(headers: &HeaderMap) -> Option<String> {
    let value = headers.get(header::AUTHORIZATION)?.to_str().ok()?;
    let (scheme, rest) = value.split_once(' ')?;
    if scheme.eq_ignore_ascii_case("bearer") {
        return Some(rest.trim().to_owned());
    }
    if !scheme.eq_ignore_ascii_case("basic") {
        return None;
    }
    let decoded = BASE64.decode(rest.trim().as_bytes()).ok()?;
    let text = String::from_utf8(decoded).ok()?;
    text.split_once(':')
        .map(|(_, password)| password.to_owned())
}

/// A media type without its parameters, in lower case.
fn essence(headers: &HeaderMap) -> String {
    let kind = headers.get(header::CONTENT_TYPE);
    let kind = kind.and_then(|kind| kind.to_str().ok()).unwrap_or_default();
    let kind = kind.split(';').next().unwrap_or_default();
    kind.trim().to_ascii_lowercase()
}

/// A request that may come in: who sends it, and when it arrived.
struct Arriving {
    door: Door,
    sender: Sender,
    at: DateTime<Utc>,
}

/// Asks for the credential of a request and its source's allowance. The body is not read yet.
async fn arriving(shared: &Shared, door: Door, headers: &HeaderMap) -> Result<Arriving, Refused> {
    let missing = || {
        let text = "the request carries no credential of a source";
        Refused::new("source.credential-missing", text)
    };
    let text = presented(headers).ok_or_else(missing)?;
    let sender = shared.senders.admit(&shared.app, &text, door).await?;
    let arriving = Arriving {
        door,
        sender,
        at: shared.app.clock.business(),
    };
    let now = shared.app.clock.system();
    let source = arriving.sender.source.id;
    if let Err(seconds) = shared.ingest.rates().admit(source, now) {
        shared.ingest.refused(&arriving.sender, arriving.at);
        let text = format!("the source sends too much: it may again in {seconds} s");
        return Err(Refused::new("ingest.rate", text).later(seconds));
    }
    Ok(arriving)
}

/// Reads the body, stores it, and comes back when it is committed.
async fn take(
    shared: &Shared,
    arriving: &Arriving,
    request: Request,
    kind: PayloadKind,
    unpack: impl FnOnce(Vec<u8>) -> Result<Vec<u8>, DecodeError> + Send + 'static,
) -> Result<Taken, Refused> {
    let queue: &Queue = &shared.ingest;
    let limit = Limits::DEFAULT.body_bytes;
    let stated = body::stated(request.headers());
    let room = queue.room(stated.unwrap_or(limit).min(limit))?;
    let bytes = match body::read(request.into_body(), stated, limit).await {
        Ok(bytes) => bytes,
        Err(refused) => {
            queue.refused(&arriving.sender, arriving.at);
            return Err(refused);
        }
    };
    let source = &arriving.sender.source;
    let evidence = Evidence {
        source: source.name.clone(),
        instance: source.instance.clone(),
        received_at: arriving.at,
        kind,
        bytes,
    };
    let taken = queue.take(&arriving.sender, evidence, unpack, room).await?;
    let verdict = &taken.verdict;
    let count = verdict.samples.saturating_add(verdict.events);
    let all = count.saturating_add(verdict.refusals());
    queue.rates().pay(source.id, all, shared.app.clock.system());
    metrics::ingested(arriving.door.as_str(), taken.new, count);
    for (code, (count, _)) in &verdict.refused {
        metrics::ingest_refused(arriving.door.as_str(), code, *count);
    }
    Ok(taken)
}

/// Counts a refusal under its code.
fn counted(door: Door, refused: Refused) -> Refused {
    metrics::ingest_refused(door.as_str(), refused.problem.code(), 1);
    refused
}

/// What a person or a simple program is told of an upload or of events.
fn receipt(taken: &Taken) -> Response {
    let verdict = &taken.verdict;
    let accepted = verdict.samples.saturating_add(verdict.events);
    let refused = verdict.refused.iter().map(|(code, (count, first))| {
        serde_json::json!({ "code": code, "count": count, "first": first })
    });
    let refused: Vec<_> = refused.collect();
    if accepted == 0 && verdict.postponed == 0 && !refused.is_empty() {
        let code = verdict.refused.keys().next().copied();
        return Refused::new(code.unwrap_or("telemetry.event"), verdict.said()).into_response();
    }
    let body = serde_json::json!({
        "accepted": accepted,
        "duplicate": !taken.new,
        "kept_aside_for_their_time": verdict.postponed,
        "refused": refused,
        "evidence": taken.hash,
    });
    let kind = [(header::CONTENT_TYPE, "application/json")];
    (StatusCode::OK, kind, body.to_string()).into_response()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_credential_is_a_bearer_token_or_a_password() {
        let cases = [
            ("Bearer hbs_a_b", Some("hbs_a_b")),
            ("bearer  hbs_a_b", Some("hbs_a_b")),
            ("Basic bWVhZG93Omhic19hX2I=", Some("hbs_a_b")),
            ("Basic !", None),
            ("Digest x", None),
            ("Bearer", None),
        ];
        for (value, expected) in cases {
            let name = header::AUTHORIZATION;
            let headers = HeaderMap::from_iter([(name, value.parse().unwrap())]);
            assert_eq!(presented(&headers).as_deref(), expected, "{value}");
        }
    }
}
