//! Staff sign in by an identity provider, and connect their accounts with it.

use std::collections::BTreeSet;

use chrono::TimeDelta;
use serde_json::{Value, json};
use uuid::Uuid;

use super::sign_in::open_session;
use super::{note, own_actor, refused};
use crate::access::account::{AccountError, AccountState};
use crate::access::claims::ClaimsError;
use crate::access::session::Opened;
use crate::access::{Account, AccountId, Email, Party, Role, SecretHash, SecretText};
use crate::app::App;
use crate::db::Txn;
use crate::db::access::providers::{self, ProviderVisit};
use crate::db::access::sessions::Origin;
use crate::db::access::{accounts, sessions};
use crate::error::Problem;
use crate::identity::Provider;
use crate::identity::provider::Proved;
use crate::keys::random;
use crate::usecases::Failure;

/// How long somebody may be at the provider: a second factor may have to be found there too.
const AWAY: TimeDelta = TimeDelta::minutes(10);

/// A browser as it comes back.
#[derive(Debug, Clone, Copy, Default)]
pub struct Browser<'a> {
    /// Its visit.
    pub visit: Option<SecretHash>,
    /// Its session, with whose it is.
    pub session: Option<(SecretHash, &'a Account)>,
}

/// What the provider sends back with the browser.
#[derive(Debug, Clone, Default)]
pub struct Answer {
    /// The state the browser left with.
    pub state: String,
    /// The code for a token; empty when there is an error.
    pub code: String,
    /// Why there is none, such as `access_denied`; empty for a code.
    pub error: String,
    /// The issuer, from providers that name it (RFC 9207).
    pub issuer: Option<String>,
}

/// What the answer led to.
#[derive(Debug)]
pub enum Back {
    /// Somebody is signed in, and wanted to see this page.
    SignedIn(Box<Opened>, String),
    /// The account is connected.
    Connected,
}

/// Sends a browser to the provider: returns the address. With an account, which has to be that of
/// the session it is tied to, the account is connected when it comes back.
///
/// # Errors
/// `oidc.down`, `account.roles` when the account is a customer's.
pub async fn leave(
    app: &App,
    provider: &Provider,
    (tied, account): (SecretHash, Option<&Account>),
    next: &str,
) -> Result<String, Failure> {
    if account.is_some_and(|account| account.party != Party::Staff) {
        let error = AccountError::Roles { side: "staff" };
        return Err(refused(AccountError::code)(error));
    }
    let now = app.clock.system();
    let state = SecretText::of_bytes(&random::<32>()?);
    let address = provider.address(state.reveal(), &app.keys, now).await?;
    let visit = ProviderVisit {
        hash: state.hash(),
        tied,
        account: account.map(|account| account.id),
        next: next.to_owned(),
        begun_at: now,
    };
    app.db
        .write(async move |txn: &Txn| {
            providers::leave(txn, &visit).await?;
            Ok::<_, Failure>(())
        })
        .await?;
    Ok(address)
}

/// The browser comes back: signs in, or connects the account.
///
/// # Errors
/// `oidc.*`, `claims.*`, `account.*`.
pub async fn come_back(
    app: &App,
    provider: &Provider,
    (answer, browser): (&Answer, Browser<'_>),
    origin: &Origin,
    before: Option<SecretHash>,
) -> Result<Back, Failure> {
    let visit = expected(app, &answer.state, browser).await?;
    if !answer.error.is_empty() {
        let problem = Problem::new("oidc.denied", "");
        return Err(problem.because(&answer.error).into());
    }
    if answer
        .issuer
        .as_ref()
        .is_some_and(|issuer| !provider.is(issuer))
    {
        let problem = Problem::new("oidc.refused", "");
        return Err(problem.because("another issuer answers").into());
    }
    let asked = (answer.state.as_str(), answer.code.as_str());
    let proved = provider
        .redeem(asked, &app.keys, app.clock.system())
        .await?;
    if let Some(account) = visit.account {
        connect(app, account, &proved).await?;
        return Ok(Back::Connected);
    }
    let opened = sign_in(app, provider, &proved, (origin.clone(), before)).await?;
    Ok(Back::SignedIn(Box::new(opened), visit.next))
}

/// The row that the browser left behind, if it is the same browser.
async fn expected(app: &App, state: &str, browser: Browser<'_>) -> Result<ProviderVisit, Failure> {
    let hash = SecretHash::of(state);
    let found = app
        .db
        .write(async move |txn: &Txn| {
            let found = providers::come_back(txn, &hash).await?;
            Ok::<_, Failure>(found)
        })
        .await?;
    let now = app.clock.system();
    let same = |visit: &ProviderVisit| match (visit.account, browser.session) {
        (Some(account), Some((session, own))) => visit.tied == session && account == own.id,
        (Some(_), None) => false,
        (None, _) => Some(visit.tied) == browser.visit,
    };
    let in_time = |visit: &ProviderVisit| now.signed_duration_since(visit.begun_at) < AWAY;
    found
        .filter(|visit| same(visit) && in_time(visit))
        .ok_or_else(|| Problem::new("oidc.state", "").into())
}

/// Connects an account with the subject that the provider proved.
async fn connect(app: &App, id: AccountId, proved: &Proved) -> Result<(), Failure> {
    let (own, identity) = (app.clone(), proved.identity.clone());
    app.db
        .write(async move |txn: &Txn| {
            let account = accounts::lock(txn, id).await?;
            let account = account.filter(|account| account.state == AccountState::Active);
            let Some(account) = account else {
                return Err(refused(AccountError::code)(AccountError::Blocked));
            };
            match accounts::by_identity(txn, &identity).await? {
                Some(known) if known.id == id => return Ok(()),
                Some(_) => return Err(Problem::new("oidc.taken", "").into()),
                None => {}
            }
            accounts::link_identity(txn, &identity, id).await?;
            let done = json!({ "issuer": identity.issuer });
            let actor = own_actor(&account)?;
            note(txn, &own, actor, ("account.connected", &account), done).await
        })
        .await
}

/// What a sign-in led to, after the transaction.
enum Tried {
    Opened(Opened),
    /// The claims give no role any more: earlier sessions ended too.
    NoRole(ClaimsError),
}

async fn sign_in(
    app: &App,
    provider: &Provider,
    proved: &Proved,
    (origin, before): (Origin, Option<SecretHash>),
) -> Result<Opened, Failure> {
    let roles = provider.roles.as_ref().map(|map| map.roles(&proved.claims));
    let (roles, no_role) = match roles {
        None => (None, None),
        Some(Ok(roles)) => (Some(roles), None),
        Some(Err(error)) => (None, Some(error)),
    };
    let (own, proved, create) = (app.clone(), proved.clone(), provider.create);
    let bytes: [u8; 32] = random()?;
    let tried = app
        .db
        .write(async move |txn: &Txn| {
            let known = accounts::by_identity(txn, &proved.identity).await?;
            let known = match known {
                Some(account) => accounts::lock(txn, account.id).await?,
                None => None,
            };
            if let Some(error) = &no_role {
                if let Some(account) = &known {
                    without_role(txn, &own, account).await?;
                }
                return Ok(Tried::NoRole(error.clone()));
            }
            let account = match known {
                Some(account) => with_roles(txn, &own, account, roles.clone()).await?,
                None if create => {
                    let roles = roles.clone().unwrap_or_default();
                    made(txn, &own, (&proved, roles)).await?
                }
                None => return Err(Problem::new("oidc.unknown", "").into()),
            };
            let opening = (bytes, before, &origin);
            let opened = open_session(txn, &own, &account, opening, "identity provider").await?;
            Ok::<_, Failure>(Tried::Opened(opened))
        })
        .await?;
    match tried {
        Tried::Opened(opened) => Ok(opened),
        Tried::NoRole(error) => Err(refused(ClaimsError::code)(error)),
    }
}

/// Takes the roles away from somebody whom the provider gives none any more, and ends the sessions.
/// Another way in, or an API token, leads to nothing then.
async fn without_role(txn: &Txn, app: &App, account: &Account) -> Result<(), Failure> {
    let ended = sessions::revoke_all(txn, account.id, None, app.clock.system()).await?;
    let bare = Account {
        roles: BTreeSet::new(),
        ..account.clone()
    };
    accounts::save(txn, &bare).await?;
    let done = json!({ "sessions_ended": ended, "before": { "roles": account.roles },
        "after": { "roles": bare.roles } });
    note(
        txn,
        app,
        own_actor(account)?,
        ("session.no-role", account),
        done,
    )
    .await
}

/// The account with the roles that the claims give now. The provider's word stands, also when it
/// takes the last administrator away: the command line makes another.
async fn with_roles(
    txn: &Txn,
    app: &App,
    account: Account,
    roles: Option<BTreeSet<Role>>,
) -> Result<Account, Failure> {
    if account.state != AccountState::Active || account.party != Party::Staff {
        return Err(refused(AccountError::code)(AccountError::Blocked));
    }
    let Some(roles) = roles.filter(|roles| *roles != account.roles) else {
        return Ok(account);
    };
    let before = account.roles.clone();
    let account = account.with_roles(roles);
    let account = account.map_err(refused(AccountError::code))?;
    accounts::save(txn, &account).await?;
    sessions::revoke_all(txn, account.id, None, app.clock.system()).await?;
    let changed = json!({ "before": { "roles": before }, "after": { "roles": account.roles } });
    let actor = "identity provider".to_owned();
    note(txn, app, actor, ("account.changed", &account), changed).await?;
    Ok(account)
}

/// An account for somebody who is seen the first time.
async fn made(
    txn: &Txn,
    app: &App,
    (proved, roles): (&Proved, BTreeSet<Role>),
) -> Result<Account, Failure> {
    let claim = |name: &str| proved.claims.get(name).and_then(Value::as_str);
    let doubtful = proved.claims.get("email_verified") == Some(&json!(false));
    let email = claim("email").filter(|_| !doubtful);
    let email = email.and_then(|text| text.parse::<Email>().ok());
    let email = email.ok_or_else(|| Problem::new("oidc.no-email", ""))?;
    if accounts::by_email(txn, &email).await?.is_some() {
        // Never the same person by the address alone: whoever has the account connects it.
        return Err(refused(AccountError::code)(AccountError::Taken { email }));
    }
    let name = claim("name").or_else(|| claim("preferred_username"));
    let name = name.unwrap_or(email.as_str()).to_owned();
    let name: String = name
        .chars()
        .filter(|sign| !sign.is_control())
        .take(100)
        .collect();
    let id = AccountId(Uuid::now_v7());
    let account = Account::invited(id, Party::Staff, (email, &name), roles);
    let account = account.map_err(refused(AccountError::code))?;
    let account = Account {
        state: AccountState::Active,
        ..account
    };
    accounts::insert(txn, &account, app.clock.system()).await?;
    accounts::link_identity(txn, &proved.identity, id).await?;
    let done = json!({ "roles": account.roles, "issuer": proved.identity.issuer });
    let actor = "identity provider".to_owned();
    note(txn, app, actor, ("account.created", &account), done).await?;
    Ok(account)
}

/// Is the account connected?
///
/// # Errors
/// `db.*`.
pub async fn connected(app: &App, account: AccountId) -> Result<bool, Failure> {
    let known = providers::of_account(&app.db.reader(), account).await?;
    Ok(!known.is_empty())
}

/// Disconnects an account from the provider.
///
/// # Errors
/// `oidc.only-way` when nothing else would open it.
pub async fn disconnect(app: &App, id: AccountId) -> Result<(), Failure> {
    let own = app.clone();
    app.db
        .write(async move |txn: &Txn| {
            let Some(account) = accounts::lock(txn, id).await? else {
                return Err(Problem::new("account.unknown", "there is no such account").into());
            };
            if account.password.is_none() {
                return Err(Problem::new("oidc.only-way", "").into());
            }
            if providers::disconnect(txn, id).await? == 0 {
                return Ok(());
            }
            let actor = own_actor(&account)?;
            note(
                txn,
                &own,
                actor,
                ("account.disconnected", &account),
                json!({}),
            )
            .await
        })
        .await
}
