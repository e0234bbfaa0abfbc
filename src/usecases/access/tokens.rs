//! API tokens: make, list, revoke.

use std::collections::{BTreeMap, BTreeSet};

use chrono::{DateTime, Utc};

use super::{refused, seal};
use crate::access::account::{AccountError, checked_name};
use crate::access::api_token::{ApiToken, TokenError, TokenId};
use crate::access::principal::Denied;
use crate::access::{AccountId, Permission, Principal, Scope, SecretText};
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

/// All tokens, the newest first, and the names of those they act for.
///
/// # Errors
/// `access.denied`.
pub async fn list_with_owners(
    app: &App,
    by: &Principal,
) -> Result<(Vec<NamedToken>, BTreeMap<AccountId, String>), Failure> {
    let all = list(app, by).await?;
    let people = accounts::list(&app.db.reader(), Scope::of_program()).await?;
    let names = people.into_iter().map(|account| (account.id, account.name));
    Ok((all, names.collect()))
}

/// Makes a token that acts for whoever makes it; its text is shown once.
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
    by.require(Permission::ManageTokens)
        .map_err(refused(Denied::code))?;
    make(app, (by.actor(), by), name, scopes, expires_at).await
}

/// Makes a token that acts for an account, for whoever may run the program: an administrator's
/// [`issue`] comes here, and the command line does.
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
    let stored = named.clone();
    let recorded_at = app.clock.business();
    app.db
        .write(async move |txn: &Txn| {
            tokens::insert(txn, &stored).await?;
            let payload = serde_json::json!({ "name": stored.name, "scopes": stored.token.scopes,
                "expires_at": stored.token.expires_at });
            let event = event(&actor, "token.issued", &stored.token.id, &payload);
            audit::append(txn, recorded_at, &[event]).await?;
            Ok::<_, Failure>(())
        })
        .await?;
    seal(app).await?;
    Ok((text, named))
}

/// Revokes a token. A second time changes nothing.
///
/// # Errors
/// `access.denied`, `token.unknown`.
pub async fn revoke(app: &App, by: &Principal, id: &TokenId) -> Result<(), Failure> {
    by.require(Permission::ManageTokens)
        .map_err(refused(Denied::code))?;
    let (id, actor) = (id.clone(), by.actor());
    let (now, recorded_at) = (app.clock.system(), app.clock.business());
    app.db
        .write(async move |txn: &Txn| {
            if tokens::get(txn, &id).await?.is_none() {
                return Err(Problem::new("token.unknown", "there is no such token").into());
            }
            if tokens::revoke(txn, &id, now).await? {
                let event = event(&actor, "token.revoked", &id, &serde_json::json!({}));
                audit::append(txn, recorded_at, &[event]).await?;
            }
            Ok::<_, Failure>(())
        })
        .await?;
    seal(app).await
}

fn event(actor: &str, action: &str, id: &TokenId, payload: &serde_json::Value) -> AuditEvent {
    AuditEvent {
        actor: actor.to_owned(),
        action: action.to_owned(),
        subject: format!("token/{}", id.as_str()),
        payload: payload.to_string(),
    }
}
