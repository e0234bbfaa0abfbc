//! The list of sources: who sends, when each was last heard of, and what waits for a decision.

use askama::Template;
use axum::extract::State;
use axum::response::Response;
use chrono::{DateTime, Utc};

use super::super::answer::{Failed, html};
use super::super::frame::Place;
use super::super::guard::Who;
use super::super::parts::Frame;
use super::super::router::{Reader, Shared};
use super::super::words::{Argument, Words};
use super::{at, count, href, reports_on, standing, stored, way};
use crate::access::Permission;
use crate::usecases::source_pages::{self, SourceHealth};

struct Row {
    name: String,
    href: String,
    on: String,
    heard: String,
    way: String,
    requests: String,
    refused: String,
    conflicts: String,
    others: String,
    state: &'static str,
    state_text: String,
}

#[derive(Template)]
#[template(path = "telemetry/sources.html")]
struct Page {
    frame: Frame,
    words: Words,
    sub: String,
    manages: bool,
    rows: Vec<Row>,
}

impl Page {
    fn word(&self, key: &str) -> String {
        self.words.say(key)
    }
}

/// `GET /sources`.
pub(in super::super) async fn show(
    State(shared): State<Shared>,
    Reader(words): Reader,
    Who(who): Who,
) -> Result<Response, Failed> {
    let all = source_pages::all(&shared.app, &who.principal).await;
    let all = all.map_err(|failure| Failed::of(words, failure))?;
    let now = shared.app.clock.system();
    let waiting = |one: &SourceHealth| one.open_conflicts().saturating_add(one.open_others());
    let waiting: u64 = all.iter().map(waiting).sum();
    let counts = [
        ("sources", Argument::Count(all.len() as u64)),
        ("count", Argument::Count(waiting)),
    ];
    let page = Page {
        frame: shared.frame(words, &who, Place::Sources, words.say("sources-telemetry")),
        sub: match all.is_empty() {
            true => String::new(),
            false => words.with("sources-waiting", &counts),
        },
        manages: who.principal.may(Permission::ManageSources),
        rows: all.iter().map(|one| row(words, one, now)).collect(),
        words,
    };
    html(words, &page)
}

fn row(words: Words, of: &SourceHealth, now: DateTime<Utc>) -> Row {
    let (state, state_text) = standing(words, of, now);
    let dash = || "–".to_owned();
    let some = |number: u64| match number {
        0 => dash(),
        number => count(words, number),
    };
    Row {
        name: of.listed.source.name.clone(),
        href: href(&of.listed.source.name),
        on: reports_on(words, of),
        heard: at(words, of.last_heard),
        way: way(words, &of.listed.source.kind),
        requests: of
            .listed
            .state
            .map_or_else(dash, |state| stored(words, state.requests)),
        refused: of
            .listed
            .state
            .map_or_else(dash, |state| match state.refused {
                0 => dash(),
                refused => stored(words, refused),
            }),
        conflicts: some(of.open_conflicts()),
        others: some(of.open_others()),
        state,
        state_text,
    }
}
