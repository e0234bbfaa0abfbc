//! The own account: sessions and language.

use askama::Template;
use axum::extract::State;
use axum::response::Response;
use chrono::{DateTime, Utc};

use super::super::answer::{Failed, html};
use super::super::form::{Form, token};
use super::super::frame::Place;
use super::super::guard::Who;
use super::super::parts::Frame;
use super::super::router::{Reader, Shared};
use super::super::words::{Argument, Words};
use super::{go, passkeys};
use crate::access::session::Session;
use crate::access::{AccountId, SecretHash};
use crate::billing::party::Language;
use crate::db::access::sessions::Origin;
use crate::usecases::access::{passkeys as kept_passkeys, provider, users};
use crate::web::format;

/// Languages of pages and mail: code and own name.
pub(in super::super) const LANGUAGES: [(&str, &str); 3] =
    [("de", "Deutsch"), ("en", "English"), ("fr", "Français")];

/// A session as a list shows it.
pub(in super::super) struct SessionRow {
    pub(in super::super) hash: String,
    pub(in super::super) agent: String,
    pub(in super::super) address: String,
    pub(in super::super) since: String,
    pub(in super::super) seen: String,
    pub(in super::super) own: bool,
    pub(in super::super) action: String,
}

/// The rows of a list of sessions, which are ended by a form at `action`.
pub(in super::super) fn rows(
    words: Words,
    sessions: &[(Session, Origin)],
    own: Option<&SecretHash>,
    action: &str,
) -> Vec<SessionRow> {
    let row = |(session, origin): &(Session, Origin)| SessionRow {
        hash: session.hash.to_string(),
        agent: browser(words, &origin.agent),
        address: origin.address.clone(),
        since: moment(words, session.signed_in_at),
        seen: moment(words, session.last_seen_at),
        own: own == Some(&session.hash),
        action: action.to_owned(),
    };
    sessions.iter().map(row).collect()
}

/// A day and a time of day in UTC, which is said.
pub(in super::super) fn moment(words: Words, at: DateTime<Utc>) -> String {
    let day = format::date(at.date_naive(), words.0);
    format!("{day}, {}{}UTC", at.format("%H:%M"), format::NBSP)
}

/// The name of a browser, as far as it tells: what it calls itself is a list of its ancestors.
fn browser(words: Words, agent: &str) -> String {
    let known = [
        ("Edg/", "Edge"),
        ("OPR/", "Opera"),
        ("Firefox/", "Firefox"),
        ("HeadlessChrome/", "Chromium"),
        ("Chrome/", "Chrome"),
        ("Safari/", "Safari"),
    ];
    let found = known.into_iter().find(|(mark, _)| agent.contains(mark));
    found.map_or_else(|| words.say("browser-unknown"), |(_, name)| name.to_owned())
}

#[derive(Template)]
#[template(path = "access/account.html")]
struct Page {
    frame: Frame,
    words: Words,
    csrf: String,
    email: String,
    sessions: Vec<SessionRow>,
    languages: [(&'static str, &'static str); 3],
    chosen: &'static str,
    /// The passkeys; none where browsers have none.
    passkeys: Option<Vec<passkeys::Row>>,
    /// What is said of the identity provider and on its button; empty without one.
    provider: (String, String),
    connected: bool,
}

impl Page {
    fn word(&self, key: &str) -> String {
        self.words.say(key)
    }
}

/// `GET /account`.
pub(in super::super) async fn show(
    State(shared): State<Shared>,
    Reader(words): Reader,
    Who(who): Who,
) -> Result<Response, Failed> {
    let on = shared.app.db.reader();
    let open = users::open_sessions(&shared.app, &on, &who.account).await;
    let open = open.map_err(|failure| Failed::of(words, failure))?;
    let kept = passkeys_of(&shared, words, who.account.id).await?;
    let (connected, provider) = provider_of(&shared, words, who.account.id).await?;
    let title = who.account.name.clone();
    html(
        words,
        &Page {
            frame: shared.frame(words, &who, Place::Nowhere, title),
            words,
            csrf: token(&shared, &who),
            email: who.account.email.to_string(),
            sessions: rows(words, &open, Some(&who.session.hash), "/account/sessions"),
            languages: LANGUAGES,
            chosen: who.account.language.map_or("", Language::code),
            passkeys: kept,
            provider,
            connected,
        },
    )
}

/// The passkeys of an account; none where browsers have none.
async fn passkeys_of(
    shared: &Shared,
    words: Words,
    id: AccountId,
) -> Result<Option<Vec<passkeys::Row>>, Failed> {
    if shared.passkeys.is_none() {
        return Ok(None);
    }
    let stored = kept_passkeys::list(&shared.app, id).await;
    let stored = stored.map_err(|failure| Failed::of(words, failure))?;
    Ok(Some(passkeys::rows(words, &stored)))
}

/// Is the account connected with the identity provider, and what is said of it?
async fn provider_of(
    shared: &Shared,
    words: Words,
    id: AccountId,
) -> Result<(bool, (String, String)), Failed> {
    let Some(known) = &shared.provider else {
        return Ok(Default::default());
    };
    let connected = provider::connected(&shared.app, id).await;
    let connected = connected.map_err(|failure| Failed::of(words, failure))?;
    let called = [("name", Argument::Text(&known.name))];
    let said = if connected {
        let button = words.say("provider-disconnect");
        (words.with("provider-connected", &called), button)
    } else {
        let button = words.with("provider-connect", &called);
        (words.with("provider-open", &called), button)
    };
    Ok((connected, said))
}

/// `POST /account/sessions`: ends one of the own sessions.
pub(in super::super) async fn end_session(
    State(shared): State<Shared>,
    Reader(words): Reader,
    Who(who): Who,
    Form(fields): Form,
) -> Result<Response, Failed> {
    let id = who.account.id;
    end(&shared, words, (&who.principal, id), fields.one("session")).await?;
    Ok(go("/account", []))
}

/// Ends a session of an account.
pub(in super::super) async fn end(
    shared: &Shared,
    words: Words,
    (by, account): (&crate::access::Principal, AccountId),
    hash: &str,
) -> Result<(), Failed> {
    let Ok(hash) = hash.parse::<SecretHash>() else {
        return Err(Failed::missing(words));
    };
    let ended = users::end_session(&shared.app, by, account, hash).await;
    ended.map_err(|failure| Failed::of(words, failure))
}

/// `POST /account/language`.
pub(in super::super) async fn choose_language(
    State(shared): State<Shared>,
    Reader(words): Reader,
    Who(who): Who,
    Form(fields): Form,
) -> Result<Response, Failed> {
    let language = Language::of_code(fields.one("language"));
    let chosen = users::choose_language(&shared.app, who.account.id, language).await;
    chosen.map_err(|failure| Failed::of(words, failure))?;
    Ok(go("/account", []))
}
