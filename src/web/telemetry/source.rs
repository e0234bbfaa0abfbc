//! One source: its credentials, what of it is refused and why, and what was kept aside.

use askama::Template;
use axum::extract::{Path, State};
use axum::response::Response;
use chrono::{DateTime, NaiveDate, NaiveTime, TimeDelta, Utc};

use super::super::access::account::moment;
use super::super::access::{code, go};
use super::super::answer::{Failed, html};
use super::super::form::{Fields, Form, token};
use super::super::frame::Place;
use super::super::guard::Who;
use super::super::parts::Frame;
use super::super::router::{Reader, Shared};
use super::super::said::{Done, go_saying};
use super::super::words::{Argument, Words};
use super::{about, at, count, decided, door, href, micros, reason, reports_on, standing, stored};
use super::{way, works};
use crate::access::Permission;
use crate::billing::usage::Retracts;
use crate::db::quarantine::{KeptAside, Tally};
use crate::db::sources::Credential;
use crate::usecases::access::authenticate::SignedIn;
use crate::usecases::source_pages::{self, SourceHealth};
use crate::usecases::waiting_retractions::Waiting;

/// Hours for which an old credential may work beside the new one.
const OVERLAPS: [u32; 4] = [0, 24, 72, 168];
/// Days for which a new credential works unless another day is chosen.
pub(super) const LIFE_DAYS: i64 = 365;

struct Key {
    id: String,
    shown: String,
    doors: String,
    made: String,
    ends: String,
    used: String,
    state: &'static str,
    state_text: String,
    revokes: bool,
}

struct Refused {
    reason: String,
    code: String,
    things: String,
    count: String,
    last: String,
}

struct Kept {
    what: String,
    href: String,
    reason: String,
    times: String,
    seen: String,
    state: &'static str,
    state_text: String,
    /// Who decided and when; empty while it is open.
    by: String,
}

/// A retraction whose event is not there.
struct Retraction {
    id: String,
    instance: String,
    does: String,
    came: String,
}

#[derive(Template)]
#[template(path = "telemetry/source.html")]
struct Page {
    frame: Frame,
    words: Words,
    csrf: String,
    path: String,
    sub: String,
    state: &'static str,
    state_text: String,
    facts: Vec<(String, String)>,
    instances: Vec<String>,
    /// The text of a new credential, shown once.
    fresh: String,
    /// Why a form was refused.
    error: String,
    keys: Vec<Key>,
    /// Whether credentials are made and revoked here.
    manages: bool,
    newest: String,
    expires: String,
    overlaps: Vec<(String, String, bool)>,
    refused: Vec<Refused>,
    kept: Vec<Kept>,
    /// How many retractions wait for their event, in words.
    waiting: String,
    retractions: Vec<Retraction>,
}

impl Page {
    fn word(&self, key: &str) -> String {
        self.words.say(key)
    }
}

/// `GET /sources/{name}`.
pub(in super::super) async fn show(
    State(shared): State<Shared>,
    Reader(words): Reader,
    Who(who): Who,
    Path(name): Path<String>,
) -> Result<Response, Failed> {
    page(
        &shared,
        words,
        (&who, &name),
        (String::new(), String::new()),
    )
    .await
}

/// The page, with a credential that is shown once and what was wrong with a form.
pub(super) async fn page(
    shared: &Shared,
    words: Words,
    (who, name): (&SignedIn, &str),
    (fresh, error): (String, String),
) -> Result<Response, Failed> {
    let found = source_pages::one(&shared.app, &who.principal, name).await;
    let sheet = found.map_err(|failure| missing(words, failure))?;
    let of = sheet.health;
    let now = shared.app.clock.system();
    let pushes = !of.listed.credentials.is_empty();
    let manages = pushes && who.principal.may(Permission::ManageSources);
    let (state, state_text) = standing(words, &of, now);
    let refused = !error.is_empty();
    let keys = of.listed.credentials.iter();
    let frame = shared.frame(words, who, Place::Sources, name.to_owned());
    let page = Page {
        frame: frame.with_trail(words, who, &format!("source/{name}")),
        csrf: token(shared, who),
        path: href(name),
        sub: reports_on(words, &of),
        state,
        state_text,
        facts: facts(words, &of),
        instances: match of.listed.source.instance {
            Some(_) => Vec::new(),
            None => of.listed.source.instances.iter().cloned().collect(),
        },
        fresh,
        error,
        keys: keys.map(|one| key(words, one, (now, manages))).collect(),
        manages,
        newest: of
            .listed
            .credentials
            .first()
            .map(|one| one.token.id.clone())
            .unwrap_or_default(),
        expires: in_a_year(now),
        overlaps: OVERLAPS.map(|hours| overlap(words, hours)).into(),
        refused: of.aside.iter().map(|one| tally(words, one)).collect(),
        kept: sheet.aside.iter().map(|one| kept(words, one)).collect(),
        waiting: match sheet.waiting {
            0 => String::new(),
            many => words.with(
                "source-retractions-text",
                &[("count", Argument::Count(many))],
            ),
        },
        retractions: sheet
            .waiting_longest
            .iter()
            .map(|one| retraction(words, one))
            .collect(),
        words,
    };
    let mut response = html(words, &page)?;
    if refused {
        *response.status_mut() = axum::http::StatusCode::UNPROCESSABLE_ENTITY;
    }
    Ok(response)
}

/// The day on which a credential ends unless another one is chosen.
pub(super) fn in_a_year(now: DateTime<Utc>) -> String {
    let day = now.checked_add_signed(TimeDelta::days(LIFE_DAYS));
    day.unwrap_or(now).date_naive().to_string()
}

/// To the end of a day that was chosen.
pub(super) fn end_of(day: &str) -> Option<DateTime<Utc>> {
    let day: NaiveDate = day.parse().ok()?;
    Some(day.succ_opt()?.and_time(NaiveTime::MIN).and_utc())
}

fn missing(words: Words, failure: crate::usecases::Failure) -> Failed {
    match code(&failure) {
        "source.unknown" => Failed::missing(words),
        _ => Failed::of(words, failure),
    }
}

fn facts(words: Words, of: &SourceHealth) -> Vec<(String, String)> {
    let source = &of.listed.source;
    let mut facts = vec![
        (words.say("source-way"), way(words, &source.kind)),
        (words.say("source-since"), moment(words, source.recorded_at)),
        (words.say("source-heard"), at(words, of.last_heard)),
    ];
    if let Some(state) = of.listed.state {
        let counts = [
            (words.say("source-requests"), state.requests),
            (words.say("source-repeated"), state.duplicates),
            (words.say("source-samples"), state.samples),
            (words.say("source-event-count"), state.events),
            (words.say("source-refused"), state.refused),
        ];
        let counts = counts.into_iter();
        facts.extend(counts.map(|(label, number)| (label, stored(words, number))));
    }
    facts
}

fn key(words: Words, one: &Credential, (now, manages): (DateTime<Utc>, bool)) -> Key {
    let live = works(one, now);
    let (state, state_text) = match one.token.revoked_at {
        Some(revoked) => {
            let revoked = moment(words, revoked);
            let said = [("moment", Argument::Text(&revoked))];
            ("blocked", words.with("tokens-revoked", &said))
        }
        None if live => ("good", words.say("tokens-live")),
        None => ("overdue", words.say("tokens-expired")),
    };
    let doors: Vec<String> = one
        .token
        .doors
        .iter()
        .map(|one| door(words, *one))
        .collect();
    Key {
        id: one.token.id.clone(),
        shown: one.token.display_prefix(),
        doors: doors.join(", "),
        made: moment(words, one.created_at),
        ends: moment(words, one.token.expires_at),
        used: match one.last_seen_at {
            Some(used) => moment(words, used),
            None => words.say("tokens-unused"),
        },
        state,
        state_text,
        revokes: manages && live,
    }
}

fn overlap(words: Words, hours: u32) -> (String, String, bool) {
    let count = [("count", Argument::Count(u64::from(hours)))];
    let label = match hours {
        0 => words.say("source-overlap-none"),
        _ => words.with("source-overlap-hours", &count),
    };
    (hours.to_string(), label, hours == 24)
}

fn tally(words: Words, one: &Tally) -> Refused {
    Refused {
        reason: reason(words, &one.reason),
        code: one.reason.clone(),
        things: count(words, one.things),
        count: count(words, one.count),
        last: micros(words, one.last_seen),
    }
}

fn kept(words: Words, row: &KeptAside) -> Kept {
    let (state, state_text) = decided(words, row.state);
    let by = row.decided.as_ref().map(|(_, when)| micros(words, *when));
    Kept {
        what: about(words, &row.what),
        href: super::aside::href(row.id),
        reason: reason(words, &row.reason),
        times: stored(words, row.count),
        seen: micros(words, row.last_seen),
        state,
        state_text,
        by: by.unwrap_or_default(),
    }
}

fn retraction(words: Words, one: &Waiting) -> Retraction {
    let named = [("id", Argument::Text(one.retracts.id()))];
    Retraction {
        id: one.id.clone(),
        instance: one.instance.clone(),
        does: match one.retracts {
            Retracts::Voids(_) => words.with("source-retraction-voids", &named),
            Retracts::Replaces(_) => words.with("source-retraction-replaces", &named),
        },
        came: moment(words, one.received_at),
    }
}

/// `POST /sources/{name}/exchange`: another credential, shown once. Sent twice, it makes one.
pub(in super::super) async fn exchange(
    State(shared): State<Shared>,
    Reader(words): Reader,
    Who(who): Who,
    Path(name): Path<String>,
    Form(fields): Form,
) -> Result<Response, Failed> {
    let refused = async |text: String| {
        let said = (String::new(), text);
        page(&shared, words, (&who, &name), said).await
    };
    let Some(terms) = terms(&fields) else {
        return refused(words.say("source-error-life")).await;
    };
    let which = (name.as_str(), fields.one("newest"));
    match source_pages::exchange(&shared.app, &who.principal, which, terms).await {
        Ok((text, _)) => {
            let fresh = text.reveal().to_owned();
            page(&shared, words, (&who, &name), (fresh, String::new())).await
        }
        Err(failure) => match code(&failure) {
            "source.stale" => Ok(go_saying(&shared, &href(&name), &Done::ExchangedBefore)),
            "source.life-out-of-bounds" => refused(words.say("source-error-life")).await,
            _ => Err(missing(words, failure)),
        },
    }
}

/// For how long the old credential works on, and until when the new one does.
fn terms(fields: &Fields) -> Option<(TimeDelta, DateTime<Utc>)> {
    let hours: u32 = fields.one("overlap").parse().ok()?;
    let hours = OVERLAPS.into_iter().find(|known| *known == hours)?;
    Some((
        TimeDelta::hours(i64::from(hours)),
        end_of(fields.one("expires"))?,
    ))
}

/// `POST /sources/{name}/revoke`: ends one credential. Sent twice, it is done once.
pub(in super::super) async fn revoke(
    State(shared): State<Shared>,
    Reader(words): Reader,
    Who(who): Who,
    Path(name): Path<String>,
    Form(fields): Form,
) -> Result<Response, Failed> {
    let which = (name.as_str(), fields.one("credential"));
    let done = source_pages::revoke(&shared.app, &who.principal, which).await;
    done.map_err(|failure| missing(words, failure))?;
    shared.senders.forget();
    Ok(go(&href(&name), []))
}
