//! One thing that was kept aside: what it is, why, and the decision about it.

use askama::Template;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::response::Response;

use super::super::access::{code, go};
use super::super::answer::{Failed, html};
use super::super::form::{Form, token};
use super::super::frame::Place;
use super::super::guard::Who;
use super::super::parts::Frame;
use super::super::router::{Reader, Shared};
use super::super::said::{Done, go_saying};
use super::super::words::Words;
use super::{about, decided, micros, reason, stored};
use crate::access::Permission;
use crate::db::quarantine::{KeptAside, State as Decided};
use crate::usecases::access::authenticate::SignedIn;
use crate::usecases::source_pages::is_conflict;
use crate::usecases::{Failure, quarantine};

#[derive(Template)]
#[template(path = "telemetry/aside.html")]
struct Page {
    frame: Frame,
    words: Words,
    csrf: String,
    path: String,
    source: String,
    source_href: String,
    sub: String,
    state: &'static str,
    state_text: String,
    facts: Vec<(String, String)>,
    evidence: String,
    /// What the reason means, and what may be done about it.
    meaning: String,
    /// Whether somebody may decide now.
    decides: bool,
    /// Whether reading it again may take it in.
    replays: bool,
    /// Whether two things contradict each other.
    conflict: bool,
    note: String,
    error: String,
    /// What became of an attempt to take it in.
    refused: String,
}

impl Page {
    fn word(&self, key: &str) -> String {
        self.words.say(key)
    }
}

/// The address of a row's page.
pub(super) fn href(id: i64) -> String {
    format!("/sources/aside/{id}")
}

/// What somebody typed, and what became of it.
#[derive(Default)]
struct Answered {
    note: String,
    error: String,
    refused: String,
}

/// `GET /sources/aside/{id}`.
pub(in super::super) async fn show(
    State(shared): State<Shared>,
    Reader(words): Reader,
    Who(who): Who,
    Path(id): Path<String>,
) -> Result<Response, Failed> {
    page(&shared, words, (&who, number(&id)), Answered::default()).await
}

/// A row's id is a number; what is none names no row.
fn number(id: &str) -> i64 {
    id.parse().unwrap_or(-1)
}

fn missing(words: Words, failure: Failure) -> Failed {
    match code(&failure) {
        "quarantine.unknown" => Failed::missing(words),
        _ => Failed::of(words, failure),
    }
}

async fn page(
    shared: &Shared,
    words: Words,
    (who, id): (&SignedIn, i64),
    answered: Answered,
) -> Result<Response, Failed> {
    let row = quarantine::one(&shared.app, &who.principal, id).await;
    let row = row.map_err(|failure| missing(words, failure))?;
    let (state, state_text) = decided(words, row.state);
    let open = row.state == Decided::Open;
    let failed = !answered.error.is_empty() || !answered.refused.is_empty();
    let what = about(words, &row.what);
    let frame = shared.frame(words, who, Place::Sources, what);
    let page = Page {
        frame: frame.with_trail(words, who, &format!("quarantine/{id}")),
        csrf: token(shared, who),
        path: href(id),
        source_href: super::href(&row.source_name),
        sub: reason(words, &row.reason),
        state,
        state_text,
        facts: facts(words, &row),
        evidence: row.evidence.clone(),
        meaning: meaning(words, &row),
        decides: open && who.principal.may(Permission::ManageSources),
        replays: quarantine::may_be_taken(&row),
        conflict: is_conflict(&row.reason),
        source: row.source_name,
        note: answered.note,
        error: answered.error,
        refused: answered.refused,
        words,
    };
    let mut response = html(words, &page)?;
    if failed {
        *response.status_mut() = StatusCode::UNPROCESSABLE_ENTITY;
    }
    Ok(response)
}

/// What may be done about a reason.
fn meaning(words: Words, row: &KeptAside) -> String {
    match row.reason.as_str() {
        "telemetry.conflict" => words.say("aside-conflict-text"),
        "telemetry.retraction" => words.say("aside-retraction-text"),
        "telemetry.value-missing" => words.say("aside-number-text"),
        _ => words.say("aside-replay-text"),
    }
}

fn facts(words: Words, row: &KeptAside) -> Vec<(String, String)> {
    let mut facts = vec![
        (words.say("aside-code"), row.reason.clone()),
        (words.say("aside-times"), stored(words, row.count)),
        (words.say("aside-first"), micros(words, row.first_seen)),
        (words.say("aside-last"), micros(words, row.last_seen)),
    ];
    if let Some((_, at)) = &row.decided {
        facts.push((words.say("aside-decided-at"), micros(words, *at)));
    }
    if let Some(note) = &row.note {
        facts.push((words.say("aside-note"), note.clone()));
    }
    facts
}

/// `POST /sources/aside/{id}/dismiss`: it stays out, for a reason. Sent twice, it is done once.
pub(in super::super) async fn dismiss(
    State(shared): State<Shared>,
    Reader(words): Reader,
    Who(who): Who,
    Path(id): Path<String>,
    Form(fields): Form,
) -> Result<Response, Failed> {
    let (id, note) = (number(&id), fields.one("note"));
    match quarantine::dismiss(&shared.app, &who.principal, id, Some(note)).await {
        Ok(row) => {
            let to = super::href(&row.source_name);
            Ok(go_saying(&shared, &to, &Done::AsideDismissed))
        }
        Err(failure) => match code(&failure) {
            "quarantine.decided" => Ok(go(&href(id), [])),
            "quarantine.note" => {
                let answered = Answered {
                    note: note.to_owned(),
                    error: words.say("aside-error-note"),
                    ..Answered::default()
                };
                page(&shared, words, (&who, id), answered).await
            }
            _ => Err(missing(words, failure)),
        },
    }
}

/// `POST /sources/aside/{id}/replay`: its evidence is read again. Sent twice, it is done once.
pub(in super::super) async fn replay(
    State(shared): State<Shared>,
    Reader(words): Reader,
    Who(who): Who,
    Path(id): Path<String>,
    Form(_): Form,
) -> Result<Response, Failed> {
    let id = number(&id);
    match quarantine::replay(&shared.app, &who.principal, id).await {
        Ok(row) => {
            let to = super::href(&row.source_name);
            Ok(go_saying(&shared, &to, &Done::AsideReplayed))
        }
        Err(failure) => match code(&failure) {
            "quarantine.decided" => Ok(go(&href(id), [])),
            "quarantine.still-refused" => {
                let answered = Answered {
                    refused: words.say("aside-still-refused"),
                    ..Answered::default()
                };
                page(&shared, words, (&who, id), answered).await
            }
            _ => Err(missing(words, failure)),
        },
    }
}
