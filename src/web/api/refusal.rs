//! Refusals of the API: RFC 9457 problems, whatever refuses, and never a page.

use axum::body::Body;
use axum::extract::Request;
use axum::http::{HeaderName, HeaderValue, Response as Parted, StatusCode, header};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use serde::Serialize;
use serde_json::json;
use utoipa::ToSchema;

use crate::db::DbError;
use crate::error::Problem;
use crate::usecases::Failure;

/// Media type of a problem (RFC 9457, section 3).
pub(super) const PROBLEM: &str = "application/problem+json";

/// One thing that is wrong with a request, and where: exactly one place is given.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, ToSchema)]
pub(super) struct Wrong {
    /// What is wrong, and what would be right.
    #[schema(example = "a day is expected, such as 2027-01-31")]
    pub(super) detail: String,
    /// JSON Pointer into the body, as a fragment.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(example = "#/as_of")]
    pub(super) pointer: Option<String>,
    /// Parameter of the query.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) parameter: Option<String>,
    /// Header of the request.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) header: Option<String>,
}

impl Wrong {
    /// In the body: the pointer begins with a slash, or is empty for the whole of it.
    pub(super) fn field(pointer: &str, detail: impl Into<String>) -> Self {
        Self {
            detail: detail.into(),
            pointer: Some(format!("#{pointer}")),
            ..Self::default()
        }
    }

    pub(super) fn parameter(name: &str, detail: impl Into<String>) -> Self {
        Self {
            detail: detail.into(),
            parameter: Some(name.to_owned()),
            ..Self::default()
        }
    }

    pub(super) fn header(name: &str, detail: impl Into<String>) -> Self {
        Self {
            detail: detail.into(),
            header: Some(name.to_owned()),
            ..Self::default()
        }
    }
}

/// A problem, as it is described in the document of the API.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Problem, example = json!({
    "type": "urn:herdbook:problem:api.not-found",
    "title": "There is no such thing, or it belongs to somebody else.",
    "status": 404,
    "detail": "there is no customer 4711",
    "code": "api.not-found",
    "remedy": "Check the number or id in the address.",
}))]
pub(super) struct ProblemBody {
    /// Names the kind of problem: `urn:herdbook:problem:` and the code.
    #[serde(rename = "type")]
    pub(super) kind: String,
    /// What the code means.
    pub(super) title: String,
    /// The HTTP status once more.
    #[schema(minimum = 400, maximum = 599)]
    pub(super) status: u16,
    /// What happened this time.
    pub(super) detail: String,
    /// Stable code; docs/ERRORS.md lists all of them.
    #[schema(pattern = r"^[a-z0-9-]+\.[a-z0-9.-]+$")]
    pub(super) code: String,
    /// What can be done about it.
    pub(super) remedy: String,
    /// What exactly is wrong with the request.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub(super) errors: Vec<Wrong>,
}

/// Why a request is refused.
#[derive(Debug)]
pub(super) struct Refusal {
    problem: Box<Problem>,
    errors: Vec<Wrong>,
    headers: Vec<(HeaderName, HeaderValue)>,
}

impl Refusal {
    pub(super) fn new(code: &str, detail: impl Into<String>) -> Self {
        Problem::new(code, detail).into()
    }

    /// What the API does not have, or what the caller may not know of.
    pub(super) fn not_found(what: impl Into<String>) -> Self {
        Problem::new("api.not-found", what).into()
    }

    pub(super) fn with(mut self, errors: Vec<Wrong>) -> Self {
        self.errors = errors;
        self
    }

    pub(super) fn header(mut self, name: HeaderName, value: impl Into<String>) -> Self {
        if let Ok(value) = HeaderValue::try_from(value.into()) {
            self.headers.push((name, value));
        }
        self
    }

    #[cfg(test)]
    pub(super) fn code(&self) -> &'static str {
        self.problem.code()
    }
}

impl From<Problem> for Refusal {
    fn from(problem: Problem) -> Self {
        let errors = problem
            .faults()
            .iter()
            .map(|fault| match fault.at.as_str() {
                "" => Wrong::field("", fault.what.clone()),
                at if at.starts_with('/') => Wrong::field(at, fault.what.clone()),
                at if at
                    .bytes()
                    .all(|sign| sign.is_ascii_lowercase() || b"._".contains(&sign)) =>
                {
                    Wrong::field(&format!("/{}", at.replace('.', "/")), fault.what.clone())
                }
                at => Wrong::field("", format!("{at}: {}", fault.what)),
            });
        Self {
            errors: errors.collect(),
            problem: Box::new(problem),
            headers: Vec::new(),
        }
    }
}

impl From<Failure> for Refusal {
    fn from(failure: Failure) -> Self {
        let problem = Problem::from(failure);
        let missing = [
            "customer.unknown",
            "seller.unknown",
            "run.unknown",
            "account.unknown",
            "source.unknown",
            "quarantine.unknown",
        ];
        if missing.contains(&problem.code()) {
            return Self::not_found(problem.external());
        }
        problem.into()
    }
}

impl From<DbError> for Refusal {
    fn from(error: DbError) -> Self {
        Failure::from(error).into()
    }
}

impl IntoResponse for Refusal {
    fn into_response(self) -> Response {
        let status = StatusCode::from_u16(self.problem.status());
        let status = status.unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
        if status.is_server_error() {
            self.problem.log();
        }
        let mut body = self.problem.to_json();
        if let Some(object) = body.as_object_mut() {
            object.remove("faults");
            if !self.errors.is_empty() {
                object.insert("errors".to_owned(), json!(self.errors));
            }
        }
        let kind = [(header::CONTENT_TYPE, PROBLEM)];
        let mut response = (status, kind, body.to_string()).into_response();
        if status == StatusCode::SERVICE_UNAVAILABLE {
            let soon = HeaderValue::from_static("1");
            response.headers_mut().insert(header::RETRY_AFTER, soon);
        }
        response.headers_mut().extend(self.headers);
        response
    }
}

/// Does an address belong to the API?
pub(in super::super) fn is_api(path: &str) -> bool {
    path == "/api" || path.starts_with("/api/")
}

/// Sees to it that whatever refuses a request to the API, a panic included, says so by a problem.
pub(in super::super) async fn refusals(request: Request, next: Next) -> Response {
    let api = is_api(request.uri().path());
    let response = next.run(request).await;
    let status = response.status();
    if !api || !(status.is_client_error() || status.is_server_error()) {
        return response;
    }
    let kind = response.headers().get(header::CONTENT_TYPE);
    if kind.is_some_and(|kind| kind == PROBLEM) {
        return response;
    }
    let refusal = match status {
        StatusCode::NOT_FOUND => Refusal::new("api.no-route", "there is no such address"),
        StatusCode::METHOD_NOT_ALLOWED => {
            Refusal::new("api.method", "the address does not take this method")
        }
        StatusCode::PAYLOAD_TOO_LARGE => Refusal::new("api.too-large", "the body is too long"),
        status if status.is_server_error() => Problem::new(
            "internal.unlisted",
            "the program failed; nothing was changed",
        )
        .into(),
        _ => Refusal::new("api.refused", "the request cannot be read"),
    };
    let (mut before, _) = response.into_parts();
    let (after, body) = refusal.into_response().into_parts();
    before.headers.remove(header::CONTENT_LENGTH);
    before.headers.remove(header::TRANSFER_ENCODING);
    before.headers.extend(after.headers);
    before.status = after.status;
    Parted::<Body>::from_parts(before, body)
}
