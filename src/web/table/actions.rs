//! What people set about a list: its columns, the density, and saved views.

use askama::Template;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::response::Response;
use uuid::Uuid;

use super::super::access::{code, go, own_path};
use super::super::answer::{Failed, html};
use super::super::form::{Fields, Form};
use super::super::frame::Place;
use super::super::guard::Who;
use super::super::once::made;
use super::super::parts::Frame;
use super::super::router::{Reader, Shared};
use super::super::words::Words;
use crate::db::Txn;
use crate::usecases::Failure;
use crate::usecases::access::authenticate::SignedIn;
use crate::usecases::access::preferences::{Display, set_columns, set_display};
use crate::usecases::access::views::{self, NewView};

/// `POST /lists/{list}/columns`.
pub(in super::super) async fn choose_columns(
    State(shared): State<Shared>,
    Reader(words): Reader,
    Who(who): Who,
    Path(list): Path<String>,
    Form(fields): Form,
) -> Result<Response, Failed> {
    let failed = |error: Failure| Failed::of(words, error);
    let (app, id) = (&shared.app, who.account.id);
    let columns: Vec<&str> = match fields.one("usual") {
        "" => fields.all("column").filter(|key| is_key(key)).collect(),
        _ => Vec::new(),
    };
    // Nothing ticked is a choice as well: of no column but those that are always there.
    let columns = match (columns.is_empty(), fields.one("usual")) {
        (true, "") => vec!["none"],
        _ => columns,
    };
    set_columns(app, id, (&list, &columns))
        .await
        .map_err(failed)?;
    let display = Display {
        compact: Some(fields.one("density") == "compact"),
        ..Display::default()
    };
    set_display(app, id, &display).await.map_err(failed)?;
    Ok(go(own_path(fields.one("back")), []))
}

fn is_key(text: &str) -> bool {
    let sign = |byte: u8| byte.is_ascii_lowercase() || byte == b'-';
    (1..=40).contains(&text.len()) && text.bytes().all(sign)
}

#[derive(Template)]
#[template(path = "table/view.html")]
struct Refused {
    frame: Frame,
    words: Words,
    action: String,
    back: String,
    query: String,
    name_typed: String,
    shared: bool,
    error: String,
}

impl Refused {
    fn word(&self, key: &str) -> String {
        self.words.say(key)
    }
}

/// `POST /lists/{list}/views`.
pub(in super::super) async fn save_view(
    State(shared): State<Shared>,
    Reader(words): Reader,
    Who(who): Who,
    Path(list): Path<String>,
    Form(fields): Form,
) -> Result<Response, Failed> {
    let new = NewView {
        list: list.clone(),
        name: fields.one("name").to_owned(),
        query: fields.one("query").to_owned(),
        shared: fields.one("shared") == "yes",
    };
    let (app, by) = (shared.app.clone(), who.principal.clone());
    let back = own_path(fields.one("back")).to_owned();
    let work = async move |txn: &Txn| {
        views::save_in(txn, &app, &by, &new).await?;
        Ok::<_, Failure>((back.clone(), ()))
    };
    let failure = match made(&shared, fields.receipt(&who), work).await {
        Ok(saved) => return Ok(go(&saved.place(), [])),
        Err(failure) => failure,
    };
    let error = match code(&failure) {
        "view.name" if fields.one("name").trim().is_empty() => words.say("view-error-missing"),
        "view.name" => words.say("view-error-long"),
        "view.too-many" => words.say("view-error-many"),
        _ => return Err(Failed::of(words, failure)),
    };
    refused(&shared, words, &who, (&list, &fields, error))
}

/// The form again, with what was typed.
fn refused(
    shared: &Shared,
    words: Words,
    who: &SignedIn,
    (list, fields, error): (&str, &Fields, String),
) -> Result<Response, Failed> {
    let title = words.say("list-save");
    let page = Refused {
        frame: shared.frame(words, who, Place::Nowhere, title),
        words,
        action: format!("/lists/{list}/views"),
        back: own_path(fields.one("back")).to_owned(),
        query: fields.one("query").to_owned(),
        name_typed: fields.one("name").to_owned(),
        shared: fields.one("shared") == "yes",
        error,
    };
    let mut response = html(words, &page)?;
    *response.status_mut() = StatusCode::UNPROCESSABLE_ENTITY;
    Ok(response)
}

/// `POST /lists/{list}/views/{id}/remove`.
pub(in super::super) async fn remove_view(
    State(shared): State<Shared>,
    Reader(words): Reader,
    Who(who): Who,
    Path((_, id)): Path<(String, String)>,
    Form(fields): Form,
) -> Result<Response, Failed> {
    let id = Uuid::try_parse(&id).map_err(|_| Failed::missing(words))?;
    let removed = views::remove(&shared.app, &who.principal, id).await;
    removed.map_err(|failure| Failed::of(words, failure))?;
    Ok(go(own_path(fields.one("back")), []))
}
