//! Contact data that the customer keeps itself, and who of its people has access.

use askama::Template;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::Response;

use super::super::access::go;
use super::super::answer::{Failed, html};
use super::super::countries;
use super::super::form::{Form, token};
use super::super::guard::Who;
use super::super::parts::PublicFrame;
use super::super::router::{Reader, Shared};
use super::super::words::Words;
use super::account::task;
use super::frame::Place;
use crate::access::Account;
use crate::access::account::AccountState;
use crate::usecases::Failure;
use crate::usecases::access::authenticate::SignedIn;
use crate::usecases::edit_customer::EditError;
use crate::usecases::portal::contact::{Typed, Wrong, open, save};

const PATH: &str = "/portal/contact";

#[derive(Template)]
#[template(path = "portal/contact.html")]
struct Page {
    frame: PublicFrame,
    words: Words,
    customer: String,
    address: Vec<String>,
    csrf: String,
    edition: i64,
    typed: Typed,
    /// Field and what is wrong with it.
    errors: Vec<(&'static str, String)>,
    people: Vec<Person>,
}

struct Person {
    full_name: String,
    email: String,
    tasks: String,
}

impl Page {
    fn word(&self, key: &str) -> String {
        self.words.say(key)
    }

    fn error(&self, field: &str) -> &str {
        let found = self.errors.iter().find(|(of, _)| *of == field);
        found.map_or("", |(_, text)| text)
    }
}

/// `GET /portal/contact`.
pub(in super::super) async fn show(
    State(shared): State<Shared>,
    Reader(words): Reader,
    Who(who): Who,
) -> Result<Response, Failed> {
    page(&shared, words, &who, (None, Vec::new())).await
}

async fn page(
    shared: &Shared,
    words: Words,
    who: &SignedIn,
    (typed, errors): (Option<Typed>, Vec<(&'static str, String)>),
) -> Result<Response, Failed> {
    let own = open(&shared.app, &who.principal).await;
    let own = own.map_err(|error| Failed::of(words, Failure::from(error)))?;
    let known = own.customer.contact.clone();
    let known = known.map_or_else(Typed::default, |contact| Typed {
        name: contact.name,
        email: contact.email.unwrap_or_default(),
        phone: contact.phone.unwrap_or_default(),
    });
    let address = &own.customer.address;
    let place = format!("{} {}", address.post_code, address.city);
    let refused = !errors.is_empty();
    let page = Page {
        frame: shared.portal(
            words,
            who,
            Place::Contact,
            words.say("portal-contact-title"),
        ),
        words,
        csrf: token(shared, who),
        address: vec![
            address.street.clone(),
            place,
            countries::name(words, &address.country),
        ],
        customer: own.customer.legal_name,
        edition: own.edition,
        typed: typed.unwrap_or(known),
        errors,
        people: own
            .people
            .iter()
            .filter_map(|one| person(words, one))
            .collect(),
    };
    let mut response = html(words, &page)?;
    if refused {
        *response.status_mut() = StatusCode::UNPROCESSABLE_ENTITY;
    }
    Ok(response)
}

fn person(words: Words, account: &Account) -> Option<Person> {
    let tasks = account.roles.iter().filter_map(|role| task(words, *role));
    let open = account.state == AccountState::Active;
    open.then(|| Person {
        full_name: account.name.clone(),
        email: account.email.to_string(),
        tasks: tasks.collect::<Vec<_>>().join(" · "),
    })
}

fn told(words: Words, wrong: Wrong) -> Vec<(&'static str, String)> {
    let text = |code| match code {
        "account.malformed-name" => words.say("error-name"),
        "account.malformed-email" => words.say("error-email"),
        _ => words.say("portal-error-phone"),
    };
    wrong
        .into_iter()
        .map(|(field, code)| (field, text(code)))
        .collect()
}

/// `POST /portal/contact`: keeps what was typed from today on.
pub(in super::super) async fn send(
    State(shared): State<Shared>,
    Reader(words): Reader,
    Who(who): Who,
    Form(fields): Form,
) -> Result<Response, Failed> {
    let typed = Typed {
        name: fields.one("name").to_owned(),
        email: fields.one("email").to_owned(),
        phone: fields.one("phone").to_owned(),
    };
    let contact = match typed.checked() {
        Ok(contact) => contact,
        Err(wrong) => {
            let errors = told(words, wrong);
            return page(&shared, words, &who, (Some(typed), errors)).await;
        }
    };
    let made_from = fields.one("edition").parse().unwrap_or(-1);
    match save(&shared.app, &who.principal, made_from, contact).await {
        Ok(_) => Ok(go(PATH, [])),
        Err(EditError::Stale { .. }) => {
            let errors = vec![("name", words.say("portal-error-stale"))];
            page(&shared, words, &who, (Some(typed), errors)).await
        }
        Err(error) => Err(Failed::of(words, Failure::from(error))),
    }
}
