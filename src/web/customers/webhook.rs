//! The webhook of a customer: where its programs are told, what signs it, and whether it goes.

use askama::Template;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::response::Response;

use super::super::access::{code, go};
use super::super::answer::{Failed, html};
use super::super::form::{Form, token};
use super::super::frame::Place;
use super::super::guard::Who;
use super::super::once::{Made, made};
use super::super::parts::Frame;
use super::super::router::{Reader, Shared};
use super::super::said::{Done, go_saying};
use super::super::words::Words;
use super::{href, text};
use crate::access::{Permission, SecretText};
use crate::db::Txn;
use crate::db::access::answers::Receipt;
use crate::db::webhooks::HookState;
use crate::usecases::Failure;
use crate::usecases::access::authenticate::SignedIn;
use crate::usecases::webhooks::{self, Shown, Wanted};

#[derive(Template)]
#[template(path = "customers/webhook.html")]
struct Page {
    frame: Frame,
    words: Words,
    csrf: String,
    number: String,
    customer_href: String,
    path: String,
    sub: String,
    state: &'static str,
    state_text: String,
    /// What was typed, or where it goes.
    url: String,
    wrong: Vec<(String, String)>,
    /// The text of a new secret, shown once.
    fresh: String,
    set: bool,
    on: bool,
    edits: bool,
}

impl Page {
    fn word(&self, key: &str) -> String {
        self.words.say(key)
    }

    fn error(&self) -> &str {
        self.wrong.first().map_or("", |(_, text)| text.as_str())
    }
}

/// `GET /customers/{number}/webhook`.
pub(in super::super) async fn show(
    State(shared): State<Shared>,
    Reader(words): Reader,
    Who(who): Who,
    Path(number): Path<String>,
) -> Result<Response, Failed> {
    page(&shared, words, &who, &number, (None, None, String::new())).await
}

fn path(number: &str) -> String {
    format!("{}/webhook", href("/customers", number))
}

async fn page(
    shared: &Shared,
    words: Words,
    who: &SignedIn,
    number: &str,
    (typed, error, fresh): (Option<&str>, Option<String>, String),
) -> Result<Response, Failed> {
    let found = webhooks::of(&shared.app, &who.principal, number).await;
    let found = found.map_err(|failure| Failed::of(words, failure))?;
    let Some(found) = found else {
        return Err(Failed::missing(words));
    };
    let (state, state_text) = match found.as_ref().map(|hook| hook.state) {
        None => ("open", words.say("webhook-none")),
        Some(HookState::On) => ("good", words.say("webhook-on")),
        Some(HookState::Off) => ("open", words.say("webhook-off")),
        Some(HookState::Gone) => ("overdue", words.say("webhook-gone")),
    };
    let known = found.as_ref().map(|hook: &Shown| hook.url.clone());
    let failed = error.is_some();
    let wrong = error.map(|error| ("url".to_owned(), error));
    let page = Page {
        frame: shared.frame(words, who, Place::Customers, words.say("webhook-title")),
        csrf: token(shared, who),
        customer_href: href("/customers", number),
        path: path(number),
        sub: words.with("webhook-sub", &text("number", number)),
        state,
        state_text,
        url: typed.map(str::to_owned).or(known).unwrap_or_default(),
        wrong: wrong.into_iter().collect(),
        on: found
            .as_ref()
            .is_some_and(|hook| hook.state == HookState::On),
        set: found.is_some(),
        edits: who.principal.may(Permission::EditCustomers),
        number: number.to_owned(),
        fresh,
        words,
    };
    let mut response = html(words, &page)?;
    if failed {
        *response.status_mut() = StatusCode::UNPROCESSABLE_ENTITY;
    }
    Ok(response)
}

/// `POST /customers/{number}/webhook`: another address, a new secret, or none any more.
pub(in super::super) async fn change(
    State(shared): State<Shared>,
    Reader(words): Reader,
    Who(who): Who,
    Path(number): Path<String>,
    Form(fields): Form,
) -> Result<Response, Failed> {
    let typed = fields.one("url").trim().to_owned();
    let wanted = match fields.one("what") {
        "secret" => Wanted::NewSecret,
        "off" => Wanted::Off,
        _ => Wanted::Address(typed.clone()),
    };
    let receipt = fields.receipt(&who);
    match changed(&shared, &who, receipt, (&number, &wanted)).await {
        // A secret that the first one made was shown then.
        Ok(Made::Before(to)) if wanted != Wanted::Off => {
            Ok(go_saying(&shared, &to, &Done::SecretBefore))
        }
        Ok(Made::Now(_, Some(secret))) => {
            let fresh = secret.reveal().to_owned();
            page(&shared, words, &who, &number, (None, None, fresh)).await
        }
        Ok(Made::Now(to, None) | Made::Before(to)) => Ok(go(&to, [])),
        Err(failure) if code(&failure) == "webhook.address" => {
            let error = words.say("webhook-error-address");
            let typed = (Some(typed.as_str()), Some(error), String::new());
            page(&shared, words, &who, &number, typed).await
        }
        Err(failure) => Err(Failed::of(words, failure)),
    }
}

/// Changes the webhook, once for a form; the text of a new secret.
async fn changed(
    shared: &Shared,
    who: &SignedIn,
    receipt: Receipt,
    (number, wanted): (&str, &Wanted),
) -> Result<Made<Option<SecretText>>, Failure> {
    let (app, by) = (shared.app.clone(), &who.principal);
    let (secret, drafted) = webhooks::draft(&app, by, number, wanted).await?;
    let (place, actor) = (path(number), by.actor());
    let work = async move |txn: &Txn| {
        let used = webhooks::change_in(txn, &app, &actor, &drafted).await?;
        Ok::<_, Failure>((place.clone(), used))
    };
    let done = made(shared, receipt, work).await?;
    webhooks::seal(&shared.app).await?;
    Ok(match done {
        Made::Now(to, used) => Made::Now(to, used.then_some(secret)),
        Made::Before(to) => Made::Before(to),
    })
}
