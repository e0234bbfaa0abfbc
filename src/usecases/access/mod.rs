//! Signing in and out, and who may.

pub mod admit;
pub mod authenticate;
mod counted;
pub mod demonstrate;
pub mod enrol;
mod hashing;
pub mod passkeys;
pub mod preferences;
pub mod provider;
pub mod sign_in;
pub mod sign_in_link;
pub mod tokens;
pub mod users;
pub mod views;

use super::Failure;
use crate::access::Account;
use crate::access::principal::PrincipalError;
use crate::app::App;
use crate::db::audit::AuditEvent;
use crate::db::{Txn, audit};
use crate::error::Problem;

/// A refusal with the code of a pure error.
fn refused<E: std::error::Error + 'static>(
    code: impl Fn(&E) -> &'static str,
) -> impl Fn(E) -> Failure {
    move |error| Failure::of(code(&error), &error)
}

/// Wrong address, password or code: which of them is not said.
fn wrong() -> Failure {
    let text = "the e-mail address, the password or the code is wrong";
    Problem::new("sign-in.wrong", text).into()
}

/// Notes what an account did or what was done to it.
async fn note(
    txn: &Txn,
    app: &App,
    actor: String,
    (action, account): (&str, &Account),
    payload: serde_json::Value,
) -> Result<(), Failure> {
    let event = AuditEvent {
        actor,
        action: action.to_owned(),
        subject: account.subject(),
        payload: payload.to_string(),
    };
    audit::append(txn, app.clock.business(), &[event]).await?;
    Ok(())
}

/// How the trail names an account that acts for itself, before there is a session.
fn own_actor(account: &Account) -> Result<String, Failure> {
    let principal = account.principal().map_err(refused(PrincipalError::code))?;
    Ok(principal.actor())
}
