//! Passkeys: challenges for the script, and the forms it fills in.

use std::sync::Arc;

use axum::Json;
use axum::extract::State;
use axum::http::HeaderMap;
use axum::response::{IntoResponse, Response};
use serde_json::json;
use uuid::Uuid;

use super::super::answer::{Answer, Failed};
use super::super::cookies::{Cookie, visit};
use super::super::form::Form;
use super::super::guard::Who;
use super::super::router::{Reader, Shared};
use super::super::words::Words;
use super::account::moment;
use super::sign_in::signed_in;
use super::{From, code as code_of, go, own_path, told};
use crate::access::SecretHash;
use crate::db::access::passkeys::StoredPasskey;
use crate::error::Problem;
use crate::identity::Passkeys;
use crate::usecases::Failure;
use crate::usecases::access::passkeys::{self, Asked};

/// A passkey as the list on the own account shows it.
pub(super) struct Row {
    pub(super) id: String,
    pub(super) title: String,
    pub(super) added: String,
    pub(super) used: String,
    pub(super) copied: bool,
}

/// The rows of the list.
pub(super) fn rows(words: Words, stored: &[StoredPasskey]) -> Vec<Row> {
    let row = |one: &StoredPasskey| Row {
        id: one.id.to_string(),
        title: one.name.clone(),
        added: moment(words, one.created_at),
        used: one
            .last_used_at
            .map_or_else(|| "–".to_owned(), |at| moment(words, at)),
        copied: one.suspect_at.is_some(),
    };
    stored.iter().map(row).collect()
}

fn party(shared: &Shared) -> Result<&Arc<Passkeys>, Problem> {
    let party = shared.passkeys.as_ref();
    party.ok_or_else(|| Problem::new("passkey.off", ""))
}

/// What did not work, in the reader's language.
fn failed(words: Words, failure: Failure) -> Failed {
    let text = match code_of(&failure) {
        "passkey.over" => words.say("passkey-over"),
        "passkey.refused" => words.say("passkey-refused"),
        "passkey.unknown" => words.say("passkey-unknown"),
        "passkey.copied" => words.say("passkey-copied"),
        "passkey.known" => words.say("passkey-known"),
        "passkey.too-many" => words.say("passkey-too-many"),
        _ => match told(words, &failure) {
            Some(text) => text,
            None => return Failed::of(words, failure),
        },
    };
    Failed::saying(words, failure, (words.say("passkey-failed"), text))
}

fn asked(asked: Asked) -> Response {
    let Asked { token, options } = asked;
    Json(json!({ "ceremony": token.reveal(), "options": options["publicKey"] })).into_response()
}

/// `POST /sign-in/passkey/begin`: a challenge for the script.
pub(in super::super) async fn begin_sign_in(
    State(shared): State<Shared>,
    Reader(words): Reader,
    headers: HeaderMap,
    Form(_): Form,
) -> Result<Response, Answer> {
    let _ = words;
    let party = party(&shared)?;
    let (tied, _) = visit(shared.cookies, &headers)?;
    Ok(asked(
        passkeys::begin_sign_in(&shared.app, party, tied).await?,
    ))
}

/// `POST /sign-in/passkey`: the answer of the authenticator.
pub(in super::super) async fn sign_in(
    State(shared): State<Shared>,
    Reader(words): Reader,
    From(origin): From,
    headers: HeaderMap,
    Form(fields): Form,
) -> Result<Response, Failed> {
    let party = party(&shared).map_err(|problem| Failed::of(words, problem))?;
    let (tied, _) = visit(shared.cookies, &headers).map_err(|why| Failed::of(words, why))?;
    let before = shared.cookies.read(&headers, Cookie::Session);
    let before = before.map(|token| SecretHash::of(&token));
    let sent = (fields.one("ceremony"), fields.one("answer"), tied);
    let opened = passkeys::sign_in(&shared.app, party, sent, &origin, before).await;
    let opened = opened.map_err(|failure| failed(words, failure))?;
    let cookies = signed_in(&shared, &opened);
    Ok(go(own_path(fields.one("next")), cookies))
}

/// `POST /account/passkeys/begin`: a challenge for the script.
pub(in super::super) async fn begin_add(
    State(shared): State<Shared>,
    Who(who): Who,
    Form(_): Form,
) -> Result<Response, Answer> {
    let party = party(&shared)?;
    Ok(asked(passkeys::begin_add(&shared.app, party, &who).await?))
}

/// `POST /account/passkeys`: the passkey that the authenticator made.
pub(in super::super) async fn add(
    State(shared): State<Shared>,
    Reader(words): Reader,
    Who(who): Who,
    Form(fields): Form,
) -> Result<Response, Failed> {
    let party = party(&shared).map_err(|problem| Failed::of(words, problem))?;
    let sent = (
        fields.one("ceremony"),
        fields.one("answer"),
        fields.one("title"),
    );
    let added = passkeys::add(&shared.app, party, &who, sent).await;
    added.map_err(|failure| failed(words, failure))?;
    Ok(go("/account", []))
}

/// `POST /account/passkeys/remove`.
pub(in super::super) async fn remove(
    State(shared): State<Shared>,
    Reader(words): Reader,
    Who(who): Who,
    Form(fields): Form,
) -> Result<Response, Failed> {
    let Ok(id) = Uuid::try_parse(fields.one("passkey")) else {
        return Err(Failed::missing(words));
    };
    let removed = passkeys::remove(&shared.app, &who, id).await;
    removed.map_err(|failure| failed(words, failure))?;
    Ok(go("/account", []))
}
