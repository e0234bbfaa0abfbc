//! How the own pages are: light or dark, dense or not, and which keys do what.

use std::collections::BTreeMap;

use askama::Template;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::Response;

use super::super::answer::{Failed, html};
use super::super::form::{Fields, Form, token};
use super::super::frame::{Place, key_word};
use super::super::guard::Who;
use super::super::parts::Frame;
use super::super::router::{Reader, Shared};
use super::super::words::{Argument, Words};
use super::{code, go};
use crate::access::preferences::{KEYS, Theme};
use crate::usecases::access::authenticate::SignedIn;
use crate::usecases::access::preferences::{self, Display};

const PATH: &str = "/account/display";

/// A key as the form asks for it.
struct KeyField {
    name: String,
    label: String,
    value: String,
    wrong: bool,
}

/// Why keys were refused.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Refusal {
    NotOneSign,
    Twice,
}

#[derive(Template)]
#[template(path = "access/display.html")]
struct Page {
    frame: Frame,
    words: Words,
    csrf: String,
    /// Value, label, whether it is chosen.
    themes: Vec<(&'static str, String, bool)>,
    compact: bool,
    single: bool,
    keys: Vec<KeyField>,
    /// Name of a field, and what is wrong with it.
    wrong: Vec<(String, String)>,
}

impl Page {
    fn word(&self, key: &str) -> String {
        self.words.say(key)
    }
}

/// `GET /account/display`.
pub(in super::super) async fn show(
    State(shared): State<Shared>,
    Reader(words): Reader,
    Who(who): Who,
) -> Result<Response, Failed> {
    html(words, &page(&shared, words, &who, None))
}

/// The page; with what was typed for keys and why it was refused.
fn page(
    shared: &Shared,
    words: Words,
    who: &SignedIn,
    refused: Option<(&Fields, Refusal)>,
) -> Page {
    let own = &who.preferences;
    let theme = |theme: Theme| {
        let label = match theme {
            Theme::System => words.say("theme-system"),
            Theme::Light => words.say("theme-light"),
            Theme::Dark => words.say("theme-dark"),
        };
        (theme.as_str(), label, own.theme() == theme)
    };
    let typed = refused.as_ref().map(|(fields, _)| *fields);
    let key = |(action, _): (&str, char)| {
        let name = format!("key-{action}");
        let value = match typed {
            Some(fields) => fields.one(&name).to_owned(),
            None => own.key(action).map(String::from).unwrap_or_default(),
        };
        KeyField {
            label: key_word(words, action),
            value,
            wrong: false,
            name,
        }
    };
    let mut keys: Vec<KeyField> = KEYS.into_iter().map(key).collect();
    let wrong = match &refused {
        Some((_, Refusal::NotOneSign)) => not_one_sign(words, &mut keys),
        Some((_, Refusal::Twice)) => twice(words, &mut keys),
        None => Vec::new(),
    };
    Page {
        frame: shared.frame(words, who, Place::Nowhere, words.say("display-title")),
        words,
        csrf: token(shared, who),
        themes: Theme::ALL.into_iter().map(theme).collect(),
        compact: own.compact(),
        single: typed.map_or(own.single_keys(), |fields| fields.one("single") == "yes"),
        keys,
        wrong,
    }
}

/// Fields that hold no sign, or several: each with what is wrong.
fn not_one_sign(words: Words, keys: &mut [KeyField]) -> Vec<(String, String)> {
    let mut found = Vec::new();
    for key in keys {
        let one = key.value.chars().count() == 1 && !key.value.trim().is_empty();
        if !one {
            key.wrong = true;
            let of = [("action", Argument::Text(&key.label))];
            found.push((key.name.clone(), words.with("keys-error-sign", &of)));
        }
    }
    found
}

/// Fields whose sign another one has too: the first of each sign, with all actions that have it.
fn twice(words: Words, keys: &mut [KeyField]) -> Vec<(String, String)> {
    let mut by_sign: BTreeMap<String, Vec<usize>> = BTreeMap::new();
    for (place, key) in keys.iter().enumerate() {
        let own = by_sign.entry(key.value.to_lowercase()).or_default();
        own.push(place);
    }
    let mut found = Vec::new();
    for (sign, places) in by_sign {
        let [first, _, ..] = places.as_slice() else {
            continue;
        };
        let first = *first;
        let mut labels = Vec::new();
        for key in keys
            .iter_mut()
            .enumerate()
            .filter(|(at, _)| places.contains(at))
        {
            key.1.wrong = true;
            labels.push(key.1.label.clone());
        }
        let labels = labels.join(", ");
        let of = [
            ("sign", Argument::Text(sign.as_str())),
            ("actions", Argument::Text(labels.as_str())),
        ];
        let name = keys.get(first).map(|key| key.name.clone());
        found.push((
            name.unwrap_or_default(),
            words.with("keys-error-twice", &of),
        ));
    }
    found
}

/// `POST /account/display`: theme and density; what is not sent stays.
pub(in super::super) async fn choose(
    State(shared): State<Shared>,
    Reader(words): Reader,
    Who(who): Who,
    Form(fields): Form,
) -> Result<Response, Failed> {
    let display = Display {
        theme: Theme::parse(fields.one("theme")),
        compact: match fields.one("density") {
            "" => None,
            density => Some(density == "compact"),
        },
    };
    let set = preferences::set_display(&shared.app, who.account.id, &display).await;
    set.map_err(|failure| Failed::of(words, failure))?;
    Ok(go(PATH, []))
}

/// `POST /account/keys`.
pub(in super::super) async fn choose_keys(
    State(shared): State<Shared>,
    Reader(words): Reader,
    Who(who): Who,
    Form(fields): Form,
) -> Result<Response, Failed> {
    let on = fields.one("single") == "yes";
    let typed = |action: &str| {
        let known = KEYS.into_iter().find(|(name, _)| *name == action);
        known.map_or("", |(name, _)| fields.one(&format!("key-{name}")))
    };
    let set = preferences::set_keys(&shared.app, who.account.id, (on, typed)).await;
    let Err(failure) = set else {
        return Ok(go(PATH, []));
    };
    let refusal = match code(&failure) {
        "keys.not-one-sign" => Refusal::NotOneSign,
        "keys.twice" => Refusal::Twice,
        _ => return Err(Failed::of(words, failure)),
    };
    let page = page(&shared, words, &who, Some((&fields, refusal)));
    let mut response = html(words, &page)?;
    *response.status_mut() = StatusCode::UNPROCESSABLE_ENTITY;
    Ok(response)
}
