//! Answers: pages, problems as RFC 9457 JSON, and problems as pages.

use std::sync::Arc;

use askama::Template;
use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};

use super::failing::told;
use super::frame::bare;
use super::framed::Alone;
use super::observed::reference;
use super::words::Words;
use crate::error::Problem;
use crate::usecases::Failure;

/// A problem as RFC 9457 JSON, for programs.
pub(super) struct Answer(pub(super) Problem);

impl<E: Into<Problem>> From<E> for Answer {
    fn from(error: E) -> Self {
        Self(error.into())
    }
}

impl IntoResponse for Answer {
    fn into_response(self) -> Response {
        let status = logged(&self.0);
        let kind = [(header::CONTENT_TYPE, "application/problem+json")];
        let mut body = self.0.to_json();
        if let Some(reference) = reference() {
            body["reference"] = reference.into();
        }
        (status, kind, body.to_string()).into_response()
    }
}

/// The status of a problem; what is our fault goes to the log.
fn logged(problem: &Problem) -> StatusCode {
    let status = StatusCode::from_u16(problem.status());
    let status = status.unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
    if status.is_server_error() {
        problem.log();
    }
    status
}

/// A problem as a page, for people: what happened, what to do, and the code to name.
#[derive(Debug)]
pub(super) struct Failed {
    words: Words,
    problem: Option<Box<Problem>>,
    /// Title and text in the reader's language, in place of the problem's own.
    said: Option<Box<(String, String)>>,
}

impl Failed {
    pub(super) fn of(words: Words, error: impl Into<Failure>) -> Self {
        let problem = Problem::from(error.into());
        Self {
            words,
            problem: Some(Box::new(problem)),
            said: None,
        }
    }

    /// As [`Self::of`], with title and text in the reader's language.
    pub(super) fn saying(words: Words, error: impl Into<Failure>, said: (String, String)) -> Self {
        Self {
            said: Some(Box::new(said)),
            ..Self::of(words, error)
        }
    }

    /// The address leads nowhere, or to what the reader may not know of.
    pub(super) const fn missing(words: Words) -> Self {
        Self {
            words,
            problem: None,
            said: None,
        }
    }
}

/// What a page of a problem says. It travels with the answer, so that whoever is signed in gets it
/// within the frame of their own pages ([`super::framed`]).
#[derive(Debug, Clone)]
pub(super) struct Account {
    pub(super) words: Words,
    pub(super) title: String,
    pub(super) text: String,
    pub(super) remedy: String,
    pub(super) code: String,
    /// The name of the request, where there is something to report.
    pub(super) reference: String,
}

impl Account {
    pub(super) fn word(&self, key: &str) -> String {
        self.words.say(key)
    }
}

impl Failed {
    /// The status, and what the page says.
    fn told(self) -> (StatusCode, Account) {
        let words = self.words;
        let Some(problem) = &self.problem else {
            let missing = Account {
                words,
                title: words.say("not-found-title"),
                text: words.say("not-found-text"),
                remedy: String::new(),
                code: String::new(),
                reference: String::new(),
            };
            return (StatusCode::NOT_FOUND, missing);
        };
        let code = problem.code().to_owned();
        let (title, text, remedy) = match self.said {
            Some(said) => (said.0, said.1, String::new()),
            None if code.starts_with("one-time-link.") => (
                words.say("failed-title"),
                words.say("error-link"),
                String::new(),
            ),
            None => {
                let (text, remedy) = told(words, problem);
                (words.say("failed-title"), text, remedy)
            }
        };
        let account = Account {
            words,
            title,
            text,
            remedy,
            code,
            reference: reference().unwrap_or_default(),
        };
        (logged(problem), account)
    }
}

impl IntoResponse for Failed {
    fn into_response(self) -> Response {
        let (status, told) = self.told();
        let page = Alone {
            frame: bare(told.words, told.title.clone()),
            told,
        };
        match html(page.told.words, &page) {
            Ok(mut response) => {
                *response.status_mut() = status;
                if status == StatusCode::SERVICE_UNAVAILABLE {
                    let soon = HeaderValue::from_static("5");
                    response.headers_mut().insert(header::RETRY_AFTER, soon);
                }
                response.extensions_mut().insert(Arc::new(page.told));
                response
            }
            Err(_) => status.into_response(),
        }
    }
}

/// A page.
///
/// # Errors
/// `internal.unlisted` when the template fails, as only a value that cannot be shown makes it do.
pub(super) fn html(words: Words, page: &impl Template) -> Result<Response, Failed> {
    let text = page
        .render()
        .map_err(|error| Failed::of(words, Problem::of("internal.unlisted", &error)))?;
    let language = HeaderValue::from_static(words.tag());
    let headers = [
        (
            header::CONTENT_TYPE,
            HeaderValue::from_static("text/html; charset=utf-8"),
        ),
        (header::CONTENT_LANGUAGE, language),
        (header::VARY, HeaderValue::from_static("accept-language")),
    ];
    Ok((headers, text).into_response())
}
