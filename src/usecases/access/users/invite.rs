//! Who is given an account, and the link under which password and second factor are set.

use std::collections::BTreeSet;

use uuid::Uuid;

use super::super::{note, refused};
use super::known;
use crate::access::account::{AccountError, AccountState};
use crate::access::one_time_link::{OneTimeLink, Purpose};
use crate::access::principal::Denied;
use crate::access::{Account, AccountId, Email, Party, Permission, Principal, Role, SecretText};
use crate::app::App;
use crate::db::Txn;
use crate::db::access::{accounts, links};
use crate::keys::random;
use crate::usecases::Failure;
use crate::usecases::mail::{self, Order};

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
    let (token, drafted) = drafted(app, invitation)?;
    let (own, stored) = (app.clone(), drafted.clone());
    app.db
        .write(async move |txn: &Txn| create_in(txn, &own, &actor, &stored).await)
        .await?;
    Ok((drafted.account, token))
}

/// An account that is not stored yet, its link, and the mail that tells of it.
#[derive(Debug, Clone)]
pub struct Drafted {
    /// The account.
    pub account: Account,
    /// None for a customer's people.
    link: Option<OneTimeLink>,
    order: Option<Order>,
}

/// As [`invite`], before anything is stored.
///
/// # Errors
/// `access.denied`, `account.*`.
pub fn draft(
    app: &App,
    by: &Principal,
    invitation: &Invitation,
) -> Result<(Option<SecretText>, Drafted), Failure> {
    by.require(Permission::ManageUsers)
        .map_err(refused(Denied::code))?;
    drafted(app, invitation)
}

fn drafted(app: &App, invitation: &Invitation) -> Result<(Option<SecretText>, Drafted), Failure> {
    let email: Email = invitation
        .email
        .parse()
        .map_err(refused(AccountError::code))?;
    let id = AccountId(Uuid::now_v7());
    let person = (email, invitation.name.as_str());
    let account = Account::invited(id, invitation.party, person, invitation.roles.clone());
    let account = account.map_err(refused(AccountError::code))?;
    let staff = account.party == Party::Staff;
    let now = app.clock.system();
    let (token, link) = OneTimeLink::issue(random()?, Purpose::Invitation(id), now);
    let drafted = Drafted {
        order: invitation_of(app, id, staff.then_some(&token))?,
        link: staff.then_some(link),
        account,
    };
    Ok((staff.then_some(token), drafted))
}

/// Stores an account that was drafted.
///
/// # Errors
/// `account.taken`, `db.*`.
pub async fn create_in(
    txn: &Txn,
    app: &App,
    actor: &str,
    drafted: &Drafted,
) -> Result<(), Failure> {
    let made = &drafted.account;
    if accounts::by_email(txn, &made.email).await?.is_some() {
        let email = made.email.clone();
        return Err(refused(AccountError::code)(AccountError::Taken { email }));
    }
    accounts::insert(txn, made, app.clock.system()).await?;
    if let Some(link) = &drafted.link {
        links::insert(txn, link).await?;
    }
    if let Some(order) = &drafted.order {
        mail::enqueue(txn, &format!("invitation/{}", made.id), order).await?;
    }
    let after = serde_json::json!({ "roles": made.roles, "state": made.state.as_str() });
    note(txn, app, actor.to_owned(), ("account.created", made), after).await
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
    let (token, renewed) = link_of(app, id)?;
    let own = app.clone();
    app.db
        .write(async move |txn: &Txn| renew_in(txn, &own, &actor, &renewed).await)
        .await?;
    Ok(token)
}

/// A new link that is not stored yet, and the mail that brings it.
#[derive(Debug, Clone)]
pub struct Renewed {
    account: AccountId,
    link: OneTimeLink,
    order: Option<Order>,
}

/// As [`invite_again`], before anything is stored.
///
/// # Errors
/// `access.denied`.
pub fn renewed(app: &App, by: &Principal, id: AccountId) -> Result<(SecretText, Renewed), Failure> {
    by.require(Permission::ManageUsers)
        .map_err(refused(Denied::code))?;
    link_of(app, id)
}

fn link_of(app: &App, id: AccountId) -> Result<(SecretText, Renewed), Failure> {
    let now = app.clock.system();
    let (token, link) = OneTimeLink::issue(random()?, Purpose::Invitation(id), now);
    let renewed = Renewed {
        account: id,
        order: invitation_of(app, id, Some(&token))?,
        link,
    };
    Ok((token, renewed))
}

/// Stores a new link in place of those that are open.
///
/// # Errors
/// `account.*`.
pub async fn renew_in(txn: &Txn, app: &App, actor: &str, renewed: &Renewed) -> Result<(), Failure> {
    let (id, link) = (renewed.account, &renewed.link);
    let account = known(txn, id).await?;
    if account.state == AccountState::Blocked {
        return Err(refused(AccountError::code)(AccountError::Blocked));
    }
    if account.party != Party::Staff {
        let error = AccountError::Roles { side: "staff" };
        return Err(refused(AccountError::code)(error));
    }
    links::end_open(txn, Some(id), app.clock.system()).await?;
    links::insert(txn, link).await?;
    if let Some(order) = &renewed.order {
        let key = format!("invitation/{id}/{}", link.hash);
        mail::enqueue(txn, &key, order).await?;
    }
    let done = ("account.invited-again", &account);
    note(txn, app, actor.to_owned(), done, serde_json::json!({})).await
}
