//! Users: invite, change, block, and end their sessions.

mod invite;

use std::collections::{BTreeMap, BTreeSet};

use super::{note, refused};
use crate::access::account::{AccountError, AccountState, checked_name};
use crate::access::principal::Denied;
use crate::access::session::Session;
use crate::access::{Account, AccountId, Party, Permission, Principal, Role, Scope, SecretHash};
use crate::app::App;
use crate::billing::party::Language;
use crate::db::access::sessions::Origin;
use crate::db::access::{accounts, links, providers, sessions};
use crate::db::{Source, Txn};
use crate::error::Problem;
use crate::usecases::Failure;

pub use invite::{
    Drafted, Invitation, Renewed, create, create_in, draft, invite, invite_again, renew, renew_in,
    renewed,
};

/// Everybody with an account, by name.
///
/// # Errors
/// `access.denied`.
pub async fn list(app: &App, by: &Principal) -> Result<Vec<Account>, Failure> {
    let granted = by
        .require(Permission::ReadUsers)
        .map_err(refused(Denied::code))?;
    Ok(accounts::list(&app.db.reader(), granted.scope()).await?)
}

/// Names of everybody with an account, for pages that say who did something to a run.
///
/// # Errors
/// `access.denied`.
pub async fn names(app: &App, by: &Principal) -> Result<BTreeMap<AccountId, String>, Failure> {
    let granted = by
        .require(Permission::ReadRuns)
        .map_err(refused(Denied::code))?;
    let all = accounts::list(&app.db.reader(), granted.scope()).await?;
    Ok(all
        .into_iter()
        .map(|account| (account.id, account.name))
        .collect())
}

/// One account with its sessions.
///
/// # Errors
/// `access.denied`, `account.unknown`.
pub async fn one(
    app: &App,
    by: &Principal,
    id: AccountId,
) -> Result<(Account, Vec<(Session, Origin)>), Failure> {
    by.require(Permission::ReadUsers)
        .map_err(refused(Denied::code))?;
    let on = app.db.reader();
    let account = known(&on, id).await?;
    let open = open_sessions(app, &on, &account).await?;
    Ok((account, open))
}

/// The sessions of an account that still count.
///
/// # Errors
/// `db.*`.
pub async fn open_sessions(
    app: &App,
    on: &impl Source,
    account: &Account,
) -> Result<Vec<(Session, Origin)>, Failure> {
    let now = app.clock.system();
    let mut found = sessions::of_account(on, account).await?;
    found.retain(|(session, _)| session.check(now).is_ok());
    Ok(found)
}

async fn known(on: &impl Source, id: AccountId) -> Result<Account, Failure> {
    let found = accounts::get(on, id).await?;
    found.ok_or_else(|| Problem::new("account.unknown", "there is no such account").into())
}

/// What an administrator changes of an account.
#[derive(Debug, Clone)]
pub struct Change {
    /// Name.
    pub name: String,
    /// Roles.
    pub roles: BTreeSet<Role>,
    /// May the person sign in?
    pub blocked: bool,
    /// What the change was made from ([`Account::edition`]); none for a change of whatever is on
    /// file.
    pub seen: Option<String>,
}

/// Changes name, roles and state. Sessions of an account that is blocked or has other roles end at
/// once.
///
/// # Errors
/// `access.denied`, `account.*`; `account.stale` when somebody else was faster;
/// `account.last-admin` when nobody could give roles any more.
pub async fn change(
    app: &App,
    by: &Principal,
    id: AccountId,
    change: &Change,
) -> Result<Account, Failure> {
    let scope = by
        .require(Permission::ManageUsers)
        .map_err(refused(Denied::code))?
        .scope();
    let name = checked_name(&change.name).map_err(refused(AccountError::code))?;
    let (own, actor, change) = (app.clone(), by.actor(), change.clone());
    let changed = app
        .db
        .write(async move |txn: &Txn| {
            let before = accounts::lock(txn, id).await?;
            let before = before
                .ok_or_else(|| Problem::new("account.unknown", "there is no such account"))?;
            let as_seen = |seen: &String| *seen == before.edition();
            if !change.seen.as_ref().is_none_or(as_seen) {
                let text = "the account was changed since this edit began";
                return Err(Problem::new("account.stale", text).into());
            }
            let state = state_after(txn, &before, change.blocked).await?;
            let after = Account {
                name: name.clone(),
                state,
                ..before.clone()
            };
            let after = after.with_roles(change.roles.clone());
            let after = after.map_err(refused(AccountError::code))?;
            keep_an_admin(txn, scope, (&before, &after)).await?;
            accounts::save(txn, &after).await?;
            if state == AccountState::Blocked {
                sessions::revoke_all(txn, id, None, own.clock.system()).await?;
                links::end_open(txn, Some(id), own.clock.system()).await?;
            } else if after.roles != before.roles {
                // Another role, another session (OWASP session management, renewal).
                sessions::revoke_all(txn, id, None, own.clock.system()).await?;
            }
            let told = |account: &Account| {
                serde_json::json!({ "name": account.name, "roles": account.roles,
                    "state": account.state.as_str() })
            };
            let payload = serde_json::json!({ "before": told(&before), "after": told(&after) });
            note(
                txn,
                &own,
                actor.clone(),
                ("account.changed", &after),
                payload,
            )
            .await?;
            Ok::<_, Failure>(after)
        })
        .await?;
    Ok(changed)
}

/// The state of an account that is blocked, or let in again: somebody of staff who has no way to
/// sign in yet is still invited.
async fn state_after(txn: &Txn, before: &Account, blocked: bool) -> Result<AccountState, Failure> {
    if blocked {
        return Ok(AccountState::Blocked);
    }
    let own_way = before.password.is_some() && before.totp.is_some();
    if before.state != AccountState::Blocked {
        return Ok(before.state);
    }
    let way_in = before.party != Party::Staff
        || own_way
        || !providers::of_account(txn, before.id).await?.is_empty();
    Ok(if way_in {
        AccountState::Active
    } else {
        AccountState::Invited
    })
}

async fn keep_an_admin(
    txn: &Txn,
    scope: Scope,
    (before, after): (&Account, &Account),
) -> Result<(), Failure> {
    let rules = |account: &Account| {
        account.state == AccountState::Active && account.roles.contains(&Role::Admin)
    };
    if !rules(before) || rules(after) {
        return Ok(());
    }
    // Of two who are taken away at once the second sees the first.
    accounts::lock_admins(txn).await?;
    let all = accounts::list(txn, scope).await?;
    if all.iter().any(|other| other.id != after.id && rules(other)) {
        return Ok(());
    }
    Err(refused(AccountError::code)(AccountError::LastAdmin))
}

/// Ends a session: one's own, or anybody's with the permission to manage users.
///
/// # Errors
/// `access.denied`, `account.unknown` when there is no such session.
pub async fn end_session(
    app: &App,
    by: &Principal,
    account: AccountId,
    hash: SecretHash,
) -> Result<(), Failure> {
    if account != by.account() {
        by.require(Permission::ManageUsers)
            .map_err(refused(Denied::code))?;
    }
    let (own, actor) = (app.clone(), by.actor());
    app.db
        .write(async move |txn: &Txn| {
            let found = sessions::get(txn, &hash).await?;
            let owner = found
                .map(|(_, owner)| owner)
                .filter(|owner| owner.id == account);
            let Some(owner) = owner else {
                return Err(Problem::new("account.unknown", "there is no such session").into());
            };
            if sessions::revoke(txn, &hash, own.clock.system()).await? {
                let nothing = serde_json::json!({});
                note(txn, &own, actor.clone(), ("session.ended", &owner), nothing).await?;
            }
            Ok::<_, Failure>(())
        })
        .await
}

/// Sets the language of an account's own pages and mail; none for that of the browser.
///
/// # Errors
/// `account.unknown`.
pub async fn choose_language(
    app: &App,
    id: AccountId,
    language: Option<Language>,
) -> Result<(), Failure> {
    app.db
        .write(async move |txn: &Txn| {
            let Some(account) = accounts::lock(txn, id).await? else {
                return Err(Problem::new("account.unknown", "there is no such account").into());
            };
            accounts::save(
                txn,
                &Account {
                    language,
                    ..account
                },
            )
            .await?;
            Ok::<_, Failure>(())
        })
        .await
}
