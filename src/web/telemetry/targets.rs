//! What is fetched from instances on a schedule, and how each target went.

use askama::Template;
use axum::extract::State;
use axum::response::Response;

use super::super::access::account::moment;
use super::super::answer::{Failed, html};
use super::super::frame::Place;
use super::super::guard::Who;
use super::super::parts::Frame;
use super::super::router::{Reader, Shared};
use super::super::words::{Argument, Words};
use super::at;
use crate::db::pull::{PullState, PullTarget};
use crate::usecases::source_pages;
use crate::web::format;

struct Row {
    name: String,
    /// What is fetched from which instance.
    what: String,
    schedule: String,
    success: String,
    /// Up to which day measures are in; empty for what has no days.
    covered: String,
    /// What failed last; empty when nothing did.
    error: String,
    again: String,
    state: &'static str,
    state_text: String,
}

#[derive(Template)]
#[template(path = "telemetry/targets.html")]
struct Page {
    frame: Frame,
    words: Words,
    sub: String,
    rows: Vec<Row>,
}

impl Page {
    fn word(&self, key: &str) -> String {
        self.words.say(key)
    }
}

/// `GET /targets`.
pub(in super::super) async fn show(
    State(shared): State<Shared>,
    Reader(words): Reader,
    Who(who): Who,
) -> Result<Response, Failed> {
    let all = source_pages::targets(&shared.app, &who.principal).await;
    let all = all.map_err(|failure| Failed::of(words, failure))?;
    let failing = all.iter().filter(|(_, state)| state.last_error.is_some());
    let counts = [
        ("targets", Argument::Count(all.len() as u64)),
        ("count", Argument::Count(failing.count() as u64)),
    ];
    let page = Page {
        frame: shared.frame(words, &who, Place::Sources, words.say("targets-title")),
        sub: match all.is_empty() {
            true => String::new(),
            false => words.with("targets-failing", &counts),
        },
        rows: all
            .iter()
            .map(|(target, state)| row(words, target, state))
            .collect(),
        words,
    };
    html(words, &page)
}

fn row(words: Words, target: &PullTarget, state: &PullState) -> Row {
    let (badge, state_text) = match (&state.last_error, state.last_success_at) {
        (Some(_), _) => {
            let failures = [("count", Argument::Count(u64::from(state.failures)))];
            ("overdue", words.with("targets-state-failing", &failures))
        }
        (None, Some(_)) => ("good", words.say("targets-state-good")),
        (None, None) => ("open", words.say("targets-state-new")),
    };
    let (error, again) = match &state.last_error {
        None => (String::new(), String::new()),
        Some((when, code)) => {
            let next = state.next_try_at.map(|next| moment(words, next));
            let again = next.map_or_else(String::new, |next| {
                words.with("targets-again", &[("moment", Argument::Text(&next))])
            });
            (
                format!("{}, {}", cause(words, code), moment(words, *when)),
                again,
            )
        }
    };
    let day = state.covered.map(|day| format::date(day, words.0));
    Row {
        name: target.name.clone(),
        what: format!("{} · {}", kind(words, &target.kind), target.instance),
        schedule: target.schedule.clone(),
        success: at(words, state.last_success_at),
        covered: day.map_or_else(String::new, |day| {
            words.with("targets-covered", &[("day", Argument::Text(&day))])
        }),
        error,
        again,
        state: badge,
        state_text,
    }
}

/// What is fetched, in words; the code of what has none.
fn kind(words: Words, code: &str) -> String {
    match code {
        "prometheus-text" => words.say("target-exporter"),
        "admin-measures" => words.say("target-measures"),
        "admin-dimensions" => words.say("target-space"),
        "nodeinfo" => words.say("target-nodeinfo"),
        "instance" => words.say("target-instance"),
        "reports" => words.say("target-reports"),
        other => other.to_owned(),
    }
}

/// Why a target failed, in words; the code of what has none.
fn cause(words: Words, code: &str) -> String {
    match code {
        "pull.address" => words.say("pull-address"),
        "pull.redirect" => words.say("pull-redirect"),
        "pull.unreachable" => words.say("pull-unreachable"),
        "pull.timeout" => words.say("pull-timeout"),
        "pull.too-large" => words.say("pull-too-large"),
        "pull.denied" => words.say("pull-denied"),
        "pull.busy" => words.say("pull-busy"),
        "pull.status" => words.say("pull-status"),
        other => other.to_owned(),
    }
}
