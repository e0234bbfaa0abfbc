//! A new source: for whom it speaks, and through which doors.

use std::collections::BTreeSet;

use askama::Template;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::Response;

use super::super::access::code;
use super::super::answer::{Failed, html};
use super::super::fields::{Field, Group, Kind, Values, Wrong, filled, summary};
use super::super::form::{Form, token};
use super::super::frame::Place;
use super::super::guard::Who;
use super::super::once::{Made, made};
use super::super::parts::Frame;
use super::super::router::{Reader, Shared};
use super::super::said::{Done, go_saying};
use super::super::words::{Argument, Words};
use super::source::{LIFE_DAYS, end_of, in_a_year, page as source_page};
use super::{door, href};
use crate::access::SecretText;
use crate::access::source_token::Door;
use crate::db::Txn;
use crate::db::access::answers::Receipt;
use crate::usecases::Failure;
use crate::usecases::access::authenticate::SignedIn;
use crate::usecases::source_pages;
use crate::usecases::sources::{self, NewSource};

#[derive(Template)]
#[template(path = "telemetry/new.html")]
struct Page {
    frame: Frame,
    words: Words,
    csrf: String,
    wrong: Vec<(String, String)>,
    groups: Vec<Group>,
}

impl Page {
    fn word(&self, key: &str) -> String {
        self.words.say(key)
    }
}

/// `GET /sources/new`.
pub(in super::super) async fn begin(
    State(shared): State<Shared>,
    Reader(words): Reader,
    Who(who): Who,
) -> Result<Response, Failed> {
    let mut values = Values::default();
    values.set("expires", in_a_year(shared.app.clock.system()));
    page(&shared, words, &who, (&values, &Wrong::new()))
}

fn page(
    shared: &Shared,
    words: Words,
    who: &SignedIn,
    (values, wrong): (&Values, &Wrong),
) -> Result<Response, Failed> {
    let groups = filled(form(words), values, wrong);
    let page = Page {
        frame: shared.frame(words, who, Place::Sources, words.say("source-new")),
        csrf: token(shared, who),
        wrong: summary(words, &groups, wrong),
        groups,
        words,
    };
    let mut response = html(words, &page)?;
    if !wrong.is_empty() {
        *response.status_mut() = StatusCode::UNPROCESSABLE_ENTITY;
    }
    Ok(response)
}

fn form(words: Words) -> Vec<Group> {
    let doors = Door::ALL.map(|one| (one.as_str().to_owned(), door(words, one)));
    let days = [("days", Argument::Count(LIFE_DAYS.unsigned_abs()))];
    let fields = vec![
        Field::new("name", words.say("column-name")).hint(words.say("source-name-hint")),
        Field::new("instances", words.say("source-instances"))
            .of(Kind::Area)
            .hint(words.say("source-instances-hint")),
        Field::new("door", words.say("source-doors"))
            .of(Kind::Ticks(doors.into()))
            .hint(words.say("source-doors-hint")),
        Field::new("expires", words.say("source-ends"))
            .of(Kind::Date)
            .hint(words.with("source-life-hint", &days))
            .short(),
    ];
    let text = words.say("source-new-text");
    vec![Group::new("new", words.say("source-facts"), fields).text(text)]
}

/// `POST /sources/new`: makes a source and shows its credential, once.
pub(in super::super) async fn create(
    State(shared): State<Shared>,
    Reader(words): Reader,
    Who(who): Who,
    Form(fields): Form,
) -> Result<Response, Failed> {
    let values: Values = fields.sent().collect();
    let refused = |field: &str, text: String| {
        let wrong = vec![(field.to_owned(), text)];
        page(&shared, words, &who, (&values, &wrong))
    };
    let Some(expires_at) = end_of(values.one("expires")) else {
        return refused("expires", words.say("source-error-life"));
    };
    let mut lines = values.lines("instances");
    if lines.is_empty() {
        return refused("instances", words.say("source-error-instances"));
    }
    let alone = lines.len() == 1;
    let source = NewSource {
        name: values.one("name").to_owned(),
        instance: if alone { lines.pop() } else { None },
        instances: lines.into_iter().collect(),
        doors: doors(&values),
        expires_at,
    };
    let name = source.name.clone();
    match stored(&shared, &who, (fields.receipt(&who), source)).await {
        Ok(Made::Before(to)) => Ok(go_saying(&shared, &to, &Done::SourceBefore)),
        Ok(Made::Now(_, text)) => {
            let fresh = (text.reveal().to_owned(), String::new());
            source_page(&shared, words, (&who, &name), fresh).await
        }
        Err(failure) => match code(&failure) {
            "source.exists" => refused("name", words.say("source-error-exists")),
            "source.malformed" => refused("name", words.say("source-error-malformed")),
            "source.no-door" => refused("door", words.say("source-error-door")),
            "source.life-out-of-bounds" => refused("expires", words.say("source-error-life")),
            _ => Err(Failed::of(words, failure)),
        },
    }
}

/// Makes a source, once for a form; the text of its credential.
async fn stored(
    shared: &Shared,
    who: &SignedIn,
    (receipt, source): (Receipt, NewSource),
) -> Result<Made<SecretText>, Failure> {
    let (text, drafted) = source_pages::draft(&shared.app, &who.principal, source)?;
    let (app, actor) = (shared.app.clone(), who.principal.actor());
    let work = async move |txn: &Txn| {
        sources::create_in(txn, &app, &actor, &drafted).await?;
        Ok::<_, Failure>((href(&drafted.source.name), ()))
    };
    let done = made(shared, receipt, work).await?;
    sources::seal(&shared.app).await?;
    Ok(done.with(text))
}

fn doors(values: &Values) -> BTreeSet<Door> {
    let chosen = values.all("door").iter();
    chosen.filter_map(|door| door.parse().ok()).collect()
}
