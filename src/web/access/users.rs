//! Users: who has an account, change, block.

use std::collections::BTreeSet;

use askama::Template;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::response::Response;
use uuid::Uuid;

use super::super::answer::{Failed, html};
use super::super::fields::Difference;
use super::super::form::{Fields, Form, token};
use super::super::frame::Place;
use super::super::guard::Who;
use super::super::parts::Frame;
use super::super::router::{Reader, Shared};
use super::super::words::Words;
use super::account::{SessionRow, end, rows};
use super::stale::meanwhile;
use super::{go, told};
use crate::access::account::AccountState;
use crate::access::{Account, AccountId, Party, Permission, Role};
use crate::usecases::access::authenticate::SignedIn;
use crate::usecases::access::users::{self, Change};

struct Row {
    name: String,
    href: String,
    email: String,
    roles: String,
    state: &'static str,
    state_text: String,
}

#[derive(Template)]
#[template(path = "access/users.html")]
struct Page {
    frame: Frame,
    words: Words,
    csrf: String,
    rows: Vec<Row>,
    manages: bool,
    roles: Vec<(&'static str, String, bool)>,
    link: String,
    error: String,
    /// The field that the error is about, and the error with the field's name.
    at: &'static str,
    summary: String,
    typed_name: String,
    typed_email: String,
    typed_customer: String,
}

impl Page {
    fn word(&self, key: &str) -> String {
        self.words.say(key)
    }
}

/// `GET /settings/users`.
pub(in super::super) async fn list(
    State(shared): State<Shared>,
    Reader(words): Reader,
    Who(who): Who,
) -> Result<Response, Failed> {
    page(
        &shared,
        words,
        &who,
        (&Fields::default(), String::new(), String::new()),
    )
    .await
}

pub(super) async fn page(
    shared: &Shared,
    words: Words,
    who: &SignedIn,
    (typed, link, error): (&Fields, String, String),
) -> Result<Response, Failed> {
    let all = users::list(&shared.app, &who.principal).await;
    let all = all.map_err(|failure| Failed::of(words, failure))?;
    let ticked: BTreeSet<Role> = roles_of(typed);
    let refused = !error.is_empty();
    let (at, summary) = about(words, &error);
    let page = Page {
        frame: shared.frame(words, who, Place::Users, words.say("users-title")),
        words,
        csrf: token(shared, who),
        rows: all.iter().map(|account| row(words, account)).collect(),
        manages: who.principal.may(Permission::ManageUsers),
        roles: choices(words, Role::ALL, &ticked),
        link,
        error,
        at,
        summary,
        typed_name: typed.one("name").to_owned(),
        typed_email: typed.one("email").to_owned(),
        typed_customer: typed.one("customer").to_owned(),
    };
    let mut response = html(words, &page)?;
    if refused {
        *response.status_mut() = StatusCode::UNPROCESSABLE_ENTITY;
    }
    Ok(response)
}

fn row(words: Words, account: &Account) -> Row {
    let names = account.roles.iter().map(|role| role_name(words, *role));
    let (state, state_text) = state(words, account.state);
    Row {
        name: account.name.clone(),
        href: format!("/settings/users/{}", account.id),
        email: account.email.to_string(),
        roles: names.collect::<Vec<_>>().join(", "),
        state,
        state_text,
    }
}

pub(super) fn state(words: Words, state: AccountState) -> (&'static str, String) {
    match state {
        AccountState::Invited => ("open", words.say("user-state-invited")),
        AccountState::Active => ("good", words.say("user-state-active")),
        AccountState::Blocked => ("blocked", words.say("user-state-blocked")),
    }
}

fn choices(
    words: Words,
    roles: impl IntoIterator<Item = Role>,
    ticked: &BTreeSet<Role>,
) -> Vec<(&'static str, String, bool)> {
    let choice = |role: Role| {
        (
            role.as_str(),
            role_name(words, role),
            ticked.contains(&role),
        )
    };
    roles.into_iter().map(choice).collect()
}

pub(super) fn role_name(words: Words, role: Role) -> String {
    match role {
        Role::Admin => words.say("role-admin"),
        Role::Finance => words.say("role-finance"),
        Role::Sales => words.say("role-sales"),
        Role::Approver => words.say("role-approver"),
        Role::Operations => words.say("role-operations"),
        Role::Auditor => words.say("role-auditor"),
        Role::CustomerBilling => words.say("role-customer-billing"),
        Role::CustomerProcurement => words.say("role-customer-procurement"),
        Role::CustomerTechnical => words.say("role-customer-technical"),
    }
}

/// The roles that were ticked; what is none is passed over, and the use case asks for one at least.
pub(super) fn roles_of(fields: &Fields) -> BTreeSet<Role> {
    fields
        .all("role")
        .filter_map(|role| role.parse().ok())
        .collect()
}

#[derive(Template)]
#[template(path = "access/user.html")]
struct UserPage {
    frame: Frame,
    words: Words,
    csrf: String,
    path: String,
    full_name: String,
    email: String,
    state: &'static str,
    state_text: String,
    staff: bool,
    /// May not sign in, as it is stored.
    blocked: bool,
    /// The same, as it was typed.
    ticks_blocked: bool,
    manages: bool,
    roles: Vec<(&'static str, String, bool)>,
    sessions: Vec<SessionRow>,
    /// What the form is made from.
    seen: String,
    /// What somebody else changed meanwhile, beside what was typed.
    meanwhile: Option<Vec<Difference>>,
    error: String,
    /// The field that the error is about, and the error with the field's name.
    at: &'static str,
    summary: String,
}

impl UserPage {
    fn word(&self, key: &str) -> String {
        self.words.say(key)
    }
}

/// The field that an error is about, and the error with the field's name, for the summary.
fn about(words: Words, error: &str) -> (&'static str, String) {
    let is = |key: &str| error == words.say(key);
    let (at, label) = match () {
        () if is("error-name") => ("name", words.say("field-name")),
        () if is("error-customer") => ("customer", words.say("field-customer")),
        () if is("error-roles") || is("error-last-admin") => ("role", words.say("column-roles")),
        () => ("email", words.say("field-email")),
    };
    (at, words.labelled(&label, error))
}

pub(super) fn id(words: Words, text: &str) -> Result<AccountId, Failed> {
    let id = Uuid::try_parse(text);
    id.map(AccountId).map_err(|_| Failed::missing(words))
}

/// `GET /settings/users/{id}`.
pub(in super::super) async fn show(
    State(shared): State<Shared>,
    Reader(words): Reader,
    Who(who): Who,
    Path(text): Path<String>,
) -> Result<Response, Failed> {
    let shown = (id(words, &text)?, Told::default(), None);
    user(&shared, words, &who, shown).await
}

/// What is said of a form that was sent.
#[derive(Default)]
struct Told {
    /// What is wrong with it; empty when nothing is.
    error: String,
    /// Was somebody else faster?
    stale: bool,
}

async fn user(
    shared: &Shared,
    words: Words,
    who: &SignedIn,
    (id, told, typed): (AccountId, Told, Option<&Change>),
) -> Result<Response, Failed> {
    let found = users::one(&shared.app, &who.principal, id).await;
    let (account, open) = match found {
        Ok(found) => found,
        Err(failure) if super::code(&failure) == "account.unknown" => {
            return Err(Failed::missing(words));
        }
        Err(failure) => return Err(Failed::of(words, failure)),
    };
    let path = format!("/settings/users/{id}");
    let (state, state_text) = state(words, account.state);
    let fitting = Role::ALL
        .into_iter()
        .filter(|role| account.party.can_hold(*role));
    let status = match (told.stale, told.error.is_empty()) {
        (true, _) => StatusCode::CONFLICT,
        (false, true) => StatusCode::OK,
        (false, false) => StatusCode::UNPROCESSABLE_ENTITY,
    };
    let (at, summary) = about(words, &told.error);
    let stale = typed.filter(|_| told.stale);
    let blocked = account.state == AccountState::Blocked;
    let page = UserPage {
        frame: shared
            .frame(words, who, Place::Users, account.name.clone())
            .with_trail(words, who, &account.subject()),
        words,
        csrf: token(shared, who),
        sessions: rows(words, &open, None, &format!("{path}/sessions")),
        path,
        full_name: typed.map_or(&account.name, |typed| &typed.name).clone(),
        email: account.email.to_string(),
        state,
        state_text,
        staff: account.party == Party::Staff,
        blocked: account.state == AccountState::Blocked,
        ticks_blocked: typed.map_or(blocked, |typed| typed.blocked),
        manages: who.principal.may(Permission::ManageUsers),
        roles: choices(
            words,
            fitting,
            typed.map_or(&account.roles, |typed| &typed.roles),
        ),
        seen: account.edition(),
        meanwhile: stale.map(|typed| meanwhile(words, &account, typed)),
        error: told.error,
        at,
        summary,
    };
    let mut response = html(words, &page)?;
    *response.status_mut() = status;
    Ok(response)
}

/// `POST /settings/users/{id}`.
pub(in super::super) async fn change(
    State(shared): State<Shared>,
    Reader(words): Reader,
    Who(who): Who,
    Path(text): Path<String>,
    Form(fields): Form,
) -> Result<Response, Failed> {
    let id = id(words, &text)?;
    let change = Change {
        name: fields.one("name").to_owned(),
        roles: roles_of(&fields),
        blocked: fields.one("blocked") == "yes",
        seen: Some(fields.one("seen").to_owned()),
    };
    match users::change(&shared.app, &who.principal, id, &change).await {
        Ok(_) => Ok(go(&format!("/settings/users/{id}"), [])),
        Err(failure) => {
            let stale = super::code(&failure) == "account.stale";
            let error = told(words, &failure);
            if !stale && error.is_none() {
                return Err(Failed::of(words, failure));
            }
            let error = error.unwrap_or_default();
            let shown = (id, Told { error, stale }, Some(&change));
            user(&shared, words, &who, shown).await
        }
    }
}

/// `POST /settings/users/{id}/sessions`: ends a session of somebody.
pub(in super::super) async fn end_session(
    State(shared): State<Shared>,
    Reader(words): Reader,
    Who(who): Who,
    Path(text): Path<String>,
    Form(fields): Form,
) -> Result<Response, Failed> {
    let id = id(words, &text)?;
    end(&shared, words, (&who.principal, id), fields.one("session")).await?;
    Ok(go(&format!("/settings/users/{id}"), []))
}
