//! API tokens: make, list, revoke.

use std::collections::{BTreeMap, BTreeSet};

use chrono::{DateTime, Utc};

use super::refused;
use crate::access::account::{AccountError, checked_name};
use crate::access::api_token::{ApiToken, TokenError, TokenId};
use crate::access::principal::{Denied, Kind};
use crate::access::{AccountId, Permission, Principal, SecretText};
use crate::app::App;
use crate::db::Txn;
use crate::db::access::accounts;
use crate::db::access::tokens::{self, NamedToken};
use crate::db::audit::{self, AuditEvent};
use crate::error::Problem;
use crate::keys::random;
use crate::usecases::Failure;

/// All tokens, the newest first.
///
/// # Errors
/// `access.denied`.
pub async fn list(app: &App, by: &Principal) -> Result<Vec<NamedToken>, Failure> {
    by.require(Permission::ReadUsers)
        .map_err(refused(Denied::code))?;
    Ok(tokens::list(&app.db.reader(), None).await?)
}

/// The own tokens of somebody of staff, the newest first.
///
/// # Errors
/// `access.denied`.
pub async fn own(app: &App, by: &Principal) -> Result<Vec<NamedToken>, Failure> {
    person(by)?;
    Ok(tokens::list(&app.db.reader(), Some(by.account())).await?)
}

/// Tokens are a matter of people of staff: one that made another would outlive its own expiry.
fn person(by: &Principal) -> Result<(), Failure> {
    if *by.kind() == Kind::User {
        return Ok(());
    }
    let (actor, permission) = (by.actor(), Permission::ManageTokens);
    Err(refused(Denied::code)(Denied { actor, permission }))
}

/// All tokens, the newest first, and the names of those they act for.
///
/// # Errors
/// `access.denied`.
pub async fn list_with_owners(
    app: &App,
    by: &Principal,
) -> Result<(Vec<NamedToken>, BTreeMap<AccountId, String>), Failure> {
    let granted = by
        .require(Permission::ReadUsers)
        .map_err(refused(Denied::code))?;
    let all = list(app, by).await?;
    let people = accounts::list(&app.db.reader(), granted.scope()).await?;
    let names = people.into_iter().map(|account| (account.id, account.name));
    Ok((all, names.collect()))
}

/// Makes a token that acts for whoever makes it, with no more than they may; its text is shown
/// once. Everybody of staff makes their own, so that nobody needs rights beyond their work for it.
///
/// # Errors
/// `access.denied`, `token.*`.
pub async fn issue(
    app: &App,
    by: &Principal,
    name: &str,
    scopes: BTreeSet<Permission>,
    expires_at: DateTime<Utc>,
) -> Result<(SecretText, NamedToken), Failure> {
    let (text, named) = draft(app, by, name, scopes, expires_at)?;
    store(app, by.actor(), &named).await?;
    Ok((text, named))
}

/// A token as [`issue`] makes it, that is not stored yet.
///
/// # Errors
/// Those of [`issue`].
pub fn draft(
    app: &App,
    by: &Principal,
    name: &str,
    scopes: BTreeSet<Permission>,
    expires_at: DateTime<Utc>,
) -> Result<(SecretText, NamedToken), Failure> {
    person(by)?;
    drafted(app, by, name, scopes, expires_at)
}

/// Makes a token that acts for an account, for whoever may run the program.
///
/// # Errors
/// `account.malformed-name`, `token.*`.
pub async fn make(
    app: &App,
    (actor, owner): (String, &Principal),
    name: &str,
    scopes: BTreeSet<Permission>,
    expires_at: DateTime<Utc>,
) -> Result<(SecretText, NamedToken), Failure> {
    let (text, named) = drafted(app, owner, name, scopes, expires_at)?;
    store(app, actor, &named).await?;
    Ok((text, named))
}

fn drafted(
    app: &App,
    owner: &Principal,
    name: &str,
    scopes: BTreeSet<Permission>,
    expires_at: DateTime<Utc>,
) -> Result<(SecretText, NamedToken), Failure> {
    let name = checked_name(name).map_err(refused(AccountError::code))?;
    let now = app.clock.system();
    let issued = ApiToken::issue(random()?, owner, scopes, now, expires_at);
    let (text, token) = issued.map_err(refused(TokenError::code))?;
    let named = NamedToken {
        token,
        name,
        created_at: now,
        last_used_at: None,
    };
    Ok((text, named))
}

async fn store(app: &App, actor: String, named: &NamedToken) -> Result<(), Failure> {
    let (own, stored) = (app.clone(), named.clone());
    app.db
        .write(async move |txn: &Txn| store_in(txn, &own, &actor, &stored).await)
        .await
}

/// Stores a token that was drafted.
///
/// # Errors
/// `db.*`.
pub async fn store_in(
    txn: &Txn,
    app: &App,
    actor: &str,
    named: &NamedToken,
) -> Result<(), Failure> {
    tokens::insert(txn, named).await?;
    let payload = serde_json::json!({ "name": named.name, "scopes": named.token.scopes,
        "expires_at": named.token.expires_at });
    let event = event(actor, "token.issued", &named.token.id, &payload);
    audit::append(txn, app.clock.business(), &[event]).await?;
    Ok(())
}

/// Revokes a token: one's own, or anybody's with the permission to manage tokens. A second time
/// changes nothing.
///
/// # Errors
/// `access.denied`, `token.unknown`.
pub async fn revoke(app: &App, by: &Principal, id: &TokenId) -> Result<(), Failure> {
    person(by)?;
    let any = by.may(Permission::ManageTokens);
    let (id, actor, own) = (id.clone(), by.actor(), by.account());
    let (now, recorded_at) = (app.clock.system(), app.clock.business());
    app.db
        .write(async move |txn: &Txn| {
            let found = tokens::get(txn, &id).await?;
            if !found.is_some_and(|named| any || named.token.owner == own) {
                return Err(Problem::new("token.unknown", "there is no such token").into());
            }
            if tokens::revoke(txn, &id, now).await? {
                let event = event(&actor, "token.revoked", &id, &serde_json::json!({}));
                audit::append(txn, recorded_at, &[event]).await?;
            }
            Ok::<_, Failure>(())
        })
        .await
}

fn event(actor: &str, action: &str, id: &TokenId, payload: &serde_json::Value) -> AuditEvent {
    AuditEvent {
        actor: actor.to_owned(),
        action: action.to_owned(),
        subject: format!("token/{}", id.as_str()),
        payload: payload.to_string(),
    }
}
