//! Users: invite, change, block, and end their sessions.

use std::collections::{BTreeMap, BTreeSet};

use uuid::Uuid;

use super::{note, refused};
use crate::access::account::{AccountError, AccountState, checked_name};
use crate::access::one_time_link::{OneTimeLink, Purpose};
use crate::access::principal::Denied;
use crate::access::session::Session;
use crate::access::{
    Account, AccountId, Email, Party, Permission, Principal, Role, Scope, SecretHash, SecretText,
};
use crate::app::App;
use crate::billing::party::Language;
use crate::db::access::sessions::Origin;
use crate::db::access::{accounts, links, providers, sessions};
use crate::db::{Source, Txn};
use crate::error::Problem;
use crate::keys::random;
use crate::usecases::Failure;
use crate::usecases::mail::{self, Order};

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

/// Who shall have an account.
#[derive(Debug, Clone)]
pub struct Invitation {
    /// E-mail address.
    pub email: String,
    /// Name.
    pub name: String,
    /// Staff, or a customer's people.
    pub party: Party,
    /// Roles.
    pub roles: BTreeSet<Role>,
}

/// Makes an account. For staff it returns the token of the link under which password and second
/// factor are set; customers ask for a link to sign in themselves.
///
/// # Errors
/// `access.denied`, `account.*`.
pub async fn invite(
    app: &App,
    by: &Principal,
    invitation: &Invitation,
) -> Result<(Account, Option<SecretText>), Failure> {
    by.require(Permission::ManageUsers)
        .map_err(refused(Denied::code))?;
    create(app, by.actor(), invitation).await
}

/// As [`invite`], by somebody at the command line of the server.
///
/// # Errors
/// `account.*`.
pub async fn create(
    app: &App,
    actor: String,
    invitation: &Invitation,
) -> Result<(Account, Option<SecretText>), Failure> {
    let email: Email = invitation
        .email
        .parse()
        .map_err(refused(AccountError::code))?;
    let id = AccountId(Uuid::now_v7());
    let person = (email.clone(), invitation.name.as_str());
    let account = Account::invited(id, invitation.party, person, invitation.roles.clone());
    let account = account.map_err(refused(AccountError::code))?;
    let now = app.clock.system();
    let staff = account.party == Party::Staff;
    let (token, link) = OneTimeLink::issue(random()?, Purpose::Invitation(id), now);
    let order = invitation_of(app, id, staff.then_some(&token))?;
    let (own, made) = (app.clone(), account.clone());
    app.db
        .write(async move |txn: &Txn| {
            if accounts::by_email(txn, &email).await?.is_some() {
                let email = email.clone();
                return Err(refused(AccountError::code)(AccountError::Taken { email }));
            }
            accounts::insert(txn, &made, now).await?;
            if staff {
                links::insert(txn, &link).await?;
            }
            if let Some(order) = &order {
                mail::enqueue(txn, &format!("invitation/{id}"), order).await?;
            }
            let after = serde_json::json!({ "roles": made.roles, "state": made.state.as_str() });
            note(txn, &own, actor.clone(), ("account.created", &made), after).await
        })
        .await?;
    Ok((account, staff.then_some(token)))
}

/// The mail that tells of an account; none where no mail is sent.
fn invitation_of(
    app: &App,
    account: AccountId,
    token: Option<&SecretText>,
) -> Result<Option<Order>, Failure> {
    if app.mail.is_none() {
        return Ok(None);
    }
    let token = token.map(|token| mail::sealed(app, token.reveal()));
    Ok(Some(Order::Invitation {
        account,
        token: token.transpose()?,
        made_at: app.clock.system(),
    }))
}

/// Sends staff a new link: password and second factor are set anew, the old ones hold until then.
///
/// # Errors
/// `access.denied`, `account.*`.
pub async fn invite_again(app: &App, by: &Principal, id: AccountId) -> Result<SecretText, Failure> {
    by.require(Permission::ManageUsers)
        .map_err(refused(Denied::code))?;
    renew(app, by.actor(), id).await
}

/// As [`invite_again`], by somebody at the command line of the server.
///
/// # Errors
/// `account.*`.
pub async fn renew(app: &App, actor: String, id: AccountId) -> Result<SecretText, Failure> {
    let now = app.clock.system();
    let (token, link) = OneTimeLink::issue(random()?, Purpose::Invitation(id), now);
    let order = invitation_of(app, id, Some(&token))?;
    let own = app.clone();
    app.db
        .write(async move |txn: &Txn| {
            let account = known(txn, id).await?;
            if account.state == AccountState::Blocked {
                return Err(refused(AccountError::code)(AccountError::Blocked));
            }
            if account.party != Party::Staff {
                let error = AccountError::Roles { side: "staff" };
                return Err(refused(AccountError::code)(error));
            }
            links::end_open(txn, Some(id), now).await?;
            links::insert(txn, &link).await?;
            if let Some(order) = &order {
                let key = format!("invitation/{id}/{}", link.hash);
                mail::enqueue(txn, &key, order).await?;
            }
            let nothing = serde_json::json!({});
            let done = ("account.invited-again", &account);
            note(txn, &own, actor.clone(), done, nothing).await
        })
        .await?;
    Ok(token)
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
