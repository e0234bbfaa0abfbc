//! Jobs: what the server does on its own, what failed, and what waits for the world outside.

use askama::Template;
use axum::extract::{Path, State};
use axum::response::Response;
use serde::Deserialize;

use super::super::access::account::moment;
use super::super::access::{code, go};
use super::super::answer::{Failed, html};
use super::super::form::{Form, token};
use super::super::frame::Place;
use super::super::guard::Who;
use super::super::parts::Frame;
use super::super::query::Query;
use super::super::router::{Reader, Shared};
use super::super::words::{Argument, Words};
use super::audit::about;
use super::deeds;
use crate::access::Permission;
use crate::db::job_list::{Job, OutboxEntry};
use crate::usecases::mail::relay;
use crate::usecases::{alerts, work_queue};

/// Rows of a page.
const ROWS: u64 = 50;

/// What the address asks for.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(in super::super) struct Asked {
    state: String,
    before: String,
}

struct Row {
    id: i64,
    name: String,
    key: String,
    /// The key as far as it tells jobs apart.
    shown: String,
    state: &'static str,
    state_text: String,
    attempts: String,
    when: String,
    holder: String,
    error: String,
    retries: bool,
}

struct Event {
    time: String,
    topic: String,
    subject: String,
    href: String,
    taken: String,
}

#[derive(Template)]
#[template(path = "settings/jobs.html")]
struct Page {
    frame: Frame,
    words: Words,
    csrf: String,
    sub: String,
    states: Vec<(String, String, bool)>,
    filtered: bool,
    retries: bool,
    rows: Vec<Row>,
    /// The cause that several jobs have in common; empty for none.
    common: String,
    shown: String,
    first: String,
    onward: String,
    outbox: Vec<Event>,
}

impl Page {
    fn word(&self, key: &str) -> String {
        self.words.say(key)
    }
}

/// States of jobs by the code they are stored under.
const STATES: [&str; 4] = ["failed", "queued", "leased", "done"];

/// `GET /jobs`.
pub(in super::super) async fn list(
    State(shared): State<Shared>,
    Reader(words): Reader,
    Who(who): Who,
    Query(asked): Query<Asked>,
) -> Result<Response, Failed> {
    let state = STATES.into_iter().find(|one| *one == asked.state);
    let before: Option<i64> = asked.before.parse().ok();
    let queue = work_queue::page(&shared.app, &who.principal, state, (before, ROWS)).await;
    let queue = queue.map_err(|error| Failed::of(words, error))?;
    let count = |wanted: &str| {
        let found = queue.counts.iter().find(|(state, _)| state == wanted);
        found.map_or(0, |(_, many)| *many)
    };
    let (failed, open) = (
        count("failed"),
        count("queued").saturating_add(count("leased")),
    );
    let counts = [
        ("failed", Argument::Count(failed)),
        ("open", Argument::Count(open)),
    ];
    let of_state = state
        .map(|state| format!("state={state}&"))
        .unwrap_or_default();
    let choice = |code: &str| {
        let (_, label) = state_words(words, code);
        (code.to_owned(), label, Some(code) == state)
    };
    let rows: Vec<Row> = queue.jobs.iter().map(|job| row(words, job)).collect();
    html(
        words,
        &Page {
            common: common(words, &rows),
            frame: shared.frame(words, &who, Place::Jobs, words.say("jobs-title")),
            csrf: token(&shared, &who),
            sub: match failed {
                0 => words.with("jobs-calm", &counts),
                _ => words.with("jobs-failed", &counts),
            },
            states: STATES.into_iter().map(choice).collect(),
            filtered: state.is_some(),
            retries: who.principal.may(Permission::RetryJob),
            shown: words.with(
                "jobs-shown",
                &[("count", Argument::Count(queue.jobs.len() as u64))],
            ),
            rows,
            first: match before {
                Some(_) => format!("/jobs?{of_state}"),
                None => String::new(),
            },
            onward: match queue.next {
                Some(next) => format!("/jobs?{of_state}before={next}"),
                None => String::new(),
            },
            outbox: queue.outbox.iter().map(|one| event(words, one)).collect(),
            words,
        },
    )
}

fn state_words(words: Words, state: &str) -> (&'static str, String) {
    match state {
        "failed" => ("overdue", words.say("jobs-state-failed")),
        "leased" => ("running", words.say("jobs-state-leased")),
        "done" => ("good", words.say("jobs-state-done")),
        _ => ("open", words.say("jobs-state-queued")),
    }
}

fn row(words: Words, job: &Job) -> Row {
    let (state, state_text) = match (job.state.as_str(), &job.last_error) {
        // It will be tried again, but somebody should know that it does not get through.
        ("queued", Some(_)) => ("soon", words.say("jobs-state-failing")),
        _ => state_words(words, &job.state),
    };
    let due = moment(words, job.due_at);
    let attempts = [("count", Argument::Count(u64::from(job.attempts)))];
    Row {
        id: job.id,
        name: kind(words, &job.kind, &job.key),
        key: job.key.clone(),
        shown: short(&job.key),
        state,
        state_text,
        attempts: words.with("jobs-attempts", &attempts),
        when: match job.state.as_str() {
            "done" | "failed" => due,
            "leased" => {
                let until = job.lease_until.map(|until| moment(words, until));
                let until = until.unwrap_or_default();
                words.with("jobs-lease", &[("moment", Argument::Text(&until))])
            }
            _ => words.with("jobs-due", &[("moment", Argument::Text(&due))]),
        },
        holder: job.holder.clone().unwrap_or_default(),
        error: job
            .last_error
            .as_deref()
            .map(|error| cause(words, error))
            .unwrap_or_default(),
        retries: job.waits(),
    }
}

/// What a job does, in words; the code of what has none. Mails are named by what they say.
fn kind(words: Words, kind: &str, key: &str) -> String {
    let what = key.split_once('/').map_or(key, |(what, _)| what);
    match (kind, what) {
        ("issue-run", _) => words.say("jobs-issue-run"),
        ("pull", _) => words.say("jobs-pull"),
        ("webhook", _) => words.say("jobs-webhook"),
        ("mail", "invitation") => words.say("jobs-mail-invitation"),
        ("mail", "sign-in") => words.say("jobs-mail-sign-in"),
        ("mail", "invoice") => words.say("jobs-mail-invoice"),
        ("mail", _) => words.say("jobs-mail"),
        (other, _) => other.to_owned(),
    }
}

/// A key without the kind that its name tells, and without the long digits of hashes and
/// identifiers: their beginning tells them apart.
fn short(key: &str) -> String {
    const LONG: usize = 16;
    const BEGINNING: usize = 8;
    let own = key.split_once('/').map_or(key, |(_, own)| own);
    let parts = own
        .split('/')
        .map(|part| match part.len() > LONG && part.is_ascii() {
            true => &part[..BEGINNING],
            false => part,
        });
    parts.collect::<Vec<_>>().join(" · ")
}

/// Why a job failed, in words where the cause is a known one.
fn cause(words: Words, error: &str) -> String {
    match error.split_once(':').map_or(error, |(code, _)| code) {
        "mail.not-now" => words.say("jobs-cause-mail-not-now"),
        "mail.refused" => words.say("jobs-cause-mail-refused"),
        _ => error.to_owned(),
    }
}

/// The cause that most of the jobs on the page have in common, once several have it.
fn common(words: Words, rows: &[Row]) -> String {
    const SEVERAL: usize = 3;
    let with = |error: &str| rows.iter().filter(|row| row.error == error).count();
    let most = rows.iter().filter(|row| !row.error.is_empty());
    let most = most.map(|row| (with(&row.error), row.error.as_str())).max();
    match most {
        Some((count, error)) if count >= SEVERAL => {
            let arguments = [
                ("count", Argument::Count(count as u64)),
                ("cause", Argument::Text(error)),
            ];
            words.with("jobs-common", &arguments)
        }
        _ => String::new(),
    }
}

fn event(words: Words, entry: &OutboxEntry) -> Event {
    Event {
        time: moment(words, entry.recorded_at),
        topic: topic(words, &entry.topic),
        href: match entry.topic.split_once('.') {
            // Events of invoices name their number alone.
            Some(("invoice", _)) => about(&format!("invoice/{}", entry.subject)),
            _ => about(&entry.subject),
        },
        subject: match entry.subject.split_once('/') {
            Some((kind, name)) => deeds::subject(words, kind, name),
            None => None,
        }
        .unwrap_or_else(|| entry.subject.clone()),
        taken: match entry.taken_by.is_empty() {
            true => words.say("jobs-untaken"),
            false => {
                let takers = entry.taken_by.iter().map(|one| taker(words, one));
                takers.collect::<Vec<_>>().join(", ")
            }
        },
    }
}

/// What happened, in words; the code of what has none.
fn topic(words: Words, topic: &str) -> String {
    match topic {
        relay::ISSUED => words.say("audit-invoice-issued"),
        relay::RECEIVED => words.say("audit-payment-received"),
        alerts::TOPIC => words.say("event-threshold-reached"),
        other => other.to_owned(),
    }
}

/// Who took an event over, in words; the code of what has none.
fn taker(words: Words, consumer: &str) -> String {
    match consumer {
        relay::CONSUMER => words.say("event-taker-mail"),
        other => other.to_owned(),
    }
}

/// `POST /jobs/{id}/retry`.
pub(in super::super) async fn retry(
    State(shared): State<Shared>,
    Reader(words): Reader,
    Who(who): Who,
    Path(id): Path<String>,
    Form(_): Form,
) -> Result<Response, Failed> {
    // A job's id is a number; what is none names no job.
    let id: i64 = id.parse().unwrap_or(-1);
    match work_queue::retry(&shared.app, &who.principal, id).await {
        Ok(_) => Ok(go("/jobs", [])),
        Err(failure) if code(&failure) == "job.unknown" => Err(Failed::missing(words)),
        Err(failure) => Err(Failed::of(words, failure)),
    }
}
