//! The own account of a customer's person: sessions and language.

use askama::Template;
use axum::extract::State;
use axum::response::Response;

use super::super::access::account::{LANGUAGES, SessionRow, end, rows};
use super::super::access::go;
use super::super::answer::{Failed, html};
use super::super::form::{Form, token};
use super::super::guard::Who;
use super::super::parts::PublicFrame;
use super::super::router::{Reader, Shared};
use super::super::words::Words;
use super::frame::Place;
use crate::access::Role;
use crate::billing::party::Language;
use crate::usecases::access::users;

const PATH: &str = "/portal/account";

#[derive(Template)]
#[template(path = "portal/account.html")]
struct Page {
    frame: PublicFrame,
    words: Words,
    csrf: String,
    email: String,
    roles: Vec<String>,
    sessions: Vec<SessionRow>,
    languages: [(&'static str, &'static str); 3],
    chosen: &'static str,
}

impl Page {
    fn word(&self, key: &str) -> String {
        self.words.say(key)
    }
}

/// `GET /portal/account`.
pub(in super::super) async fn show(
    State(shared): State<Shared>,
    Reader(words): Reader,
    Who(who): Who,
) -> Result<Response, Failed> {
    let on = shared.app.db.reader();
    let open = users::open_sessions(&shared.app, &on, &who.account).await;
    let open = open.map_err(|failure| Failed::of(words, failure))?;
    let held = who.account.roles.iter();
    let roles: Vec<String> = held.filter_map(|role| task(words, *role)).collect();
    let title = who.account.name.clone();
    html(
        words,
        &Page {
            frame: shared.portal(words, &who, Place::Account, title),
            csrf: token(&shared, &who),
            email: who.account.email.to_string(),
            roles,
            sessions: rows(
                words,
                &open,
                Some(&who.session.hash),
                "/portal/account/sessions",
            ),
            languages: LANGUAGES,
            chosen: who.account.language.map_or("", Language::code),
            words,
        },
    )
}

/// What a role of customers is for.
pub(super) fn task(words: Words, role: Role) -> Option<String> {
    match role {
        Role::CustomerBilling => Some(words.say("portal-role-billing")),
        Role::CustomerProcurement => Some(words.say("portal-role-procurement")),
        Role::CustomerTechnical => Some(words.say("portal-role-technical")),
        _ => None,
    }
}

/// `POST /portal/account/sessions`: ends one of the own sessions.
pub(in super::super) async fn end_session(
    State(shared): State<Shared>,
    Reader(words): Reader,
    Who(who): Who,
    Form(fields): Form,
) -> Result<Response, Failed> {
    let whose = (&who.principal, who.account.id);
    end(&shared, words, whose, fields.one("session")).await?;
    Ok(go(PATH, []))
}

/// `POST /portal/account/language`: of pages and of mail.
pub(in super::super) async fn choose_language(
    State(shared): State<Shared>,
    Reader(words): Reader,
    Who(who): Who,
    Form(fields): Form,
) -> Result<Response, Failed> {
    let language = Language::of_code(fields.one("language"));
    let chosen = users::choose_language(&shared.app, who.account.id, language).await;
    chosen.map_err(|failure| Failed::of(words, failure))?;
    Ok(go(PATH, []))
}
