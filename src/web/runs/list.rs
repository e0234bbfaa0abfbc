//! The list of billing runs, and the form that prepares one.

use askama::Template;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::Response;
use chrono::NaiveDate;

use super::super::access::go;
use super::super::answer::{Failed, html};
use super::super::form::{Fields, Form, token};
use super::super::frame::Place;
use super::super::guard::Who;
use super::super::parts::Frame;
use super::super::router::{Reader, Shared};
use super::super::words::{Argument, Words};
use super::{Names, state, summary};
use crate::access::Permission;
use crate::db::proposals::Proposal;
use crate::documents::format;
use crate::usecases::access::authenticate::SignedIn;
use crate::usecases::bill::{Report, Request};
use crate::usecases::billing_run;

/// Runs that are listed: two years of months.
const SHOWN: u64 = 25;

struct Row {
    name: String,
    href: String,
    documents: String,
    gross: String,
    prepared: String,
    state: &'static str,
    state_text: String,
}

#[derive(Template)]
#[template(path = "runs/list.html")]
struct Page {
    frame: Frame,
    words: Words,
    csrf: String,
    rows: Vec<Row>,
    prepares: bool,
    as_of: String,
    service_until: String,
    closed: String,
    error: String,
}

impl Page {
    fn word(&self, key: &str) -> String {
        self.words.say(key)
    }
}

/// `GET /runs`.
pub(in super::super) async fn show(
    State(shared): State<Shared>,
    Reader(words): Reader,
    Who(who): Who,
) -> Result<Response, Failed> {
    page(&shared, words, &who, (&Fields::default(), String::new())).await
}

async fn page(
    shared: &Shared,
    words: Words,
    who: &SignedIn,
    (typed, error): (&Fields, String),
) -> Result<Response, Failed> {
    let found = billing_run::list(&shared.app, &who.principal, SHOWN).await;
    let found = found.map_err(|failure| Failed::of(words, failure))?;
    let names = Names::of(&shared.app).await;
    let names = names.map_err(|error| Failed::of(words, error))?;
    let closed = billing_run::closed_until(&shared.app).await;
    let closed = closed.map_err(|failure| Failed::of(words, failure))?;
    let closed = closed.map(|day| format::date(day, words.0));
    let today = shared.app.clock.business().date_naive();
    let refused = !error.is_empty();
    let as_of = match typed.one("as_of") {
        "" => today.to_string(),
        typed => typed.to_owned(),
    };
    let page = Page {
        frame: shared.frame(words, who, Place::Runs, words.say("runs-title")),
        words,
        csrf: token(shared, who),
        rows: found.iter().map(|one| row(words, &names, one)).collect(),
        prepares: who.principal.may(Permission::PreviewRun),
        as_of,
        service_until: typed.one("service_until").to_owned(),
        closed: closed.map_or_else(String::new, |day| {
            words.with("runs-closed", &[("day", Argument::Text(&day))])
        }),
        error,
    };
    let mut response = html(words, &page)?;
    if refused {
        *response.status_mut() = StatusCode::UNPROCESSABLE_ENTITY;
    }
    Ok(response)
}

fn row(words: Words, names: &Names, proposal: &Proposal) -> Row {
    let report: Report = serde_json::from_str(&proposal.body).unwrap_or_default();
    let (documents, gross) = summary(words, &report);
    let (state, state_text) = state(words, proposal);
    let day = format::date(proposal.as_of, words.0);
    Row {
        name: words.with("run-of", &[("day", Argument::Text(&day))]),
        href: format!("/runs/{}", proposal.id),
        documents,
        gross,
        prepared: names.done(words, proposal.prepared),
        state,
        state_text,
    }
}

/// `POST /runs`: prepares a run.
pub(in super::super) async fn prepare(
    State(shared): State<Shared>,
    Reader(words): Reader,
    Who(who): Who,
    Form(fields): Form,
) -> Result<Response, Failed> {
    let request = match request(&shared, words, &fields) {
        Ok(request) => request,
        Err(error) => return page(&shared, words, &who, (&fields, error)).await,
    };
    let id = billing_run::prepare(&shared.app, &who.principal, request).await;
    let id = id.map_err(|failure| Failed::of(words, failure))?;
    Ok(go(&format!("/runs/{id}"), []))
}

/// The days that were typed. A day in the future would close the books up to it.
fn request(shared: &Shared, words: Words, fields: &Fields) -> Result<Request, String> {
    let day = |name| fields.one(name).trim().parse::<NaiveDate>();
    let as_of = day("as_of").map_err(|_| words.say("error-day"))?;
    if as_of > shared.app.clock.business().date_naive() {
        return Err(words.say("error-future"));
    }
    let service_until = match fields.one("service_until").trim() {
        "" => None,
        _ => Some(day("service_until").map_err(|_| words.say("error-day"))?),
    };
    Ok(Request {
        as_of,
        service_until,
    })
}
