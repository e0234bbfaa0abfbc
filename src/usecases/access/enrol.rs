//! From an invitation, or the set-up of the first admin, to a password and a second factor.

use std::collections::BTreeSet;

use uuid::Uuid;

use super::sign_in::{open_session, stage_of, totp_secret};
use super::{hashing, note, own_actor, refused};
use crate::access::account::{AccountError, AccountState};
use crate::access::attempt::{Attempt, AttemptOver, Stage};
use crate::access::one_time_link::{LinkError, OneTimeLink, Purpose};
use crate::access::password::{NewPassword, PasswordError};
use crate::access::password_hash::{HashError, PasswordHash};
use crate::access::session::Opened;
use crate::access::totp::{TotpError, TotpSecret};
use crate::access::{Account, AccountId, Email, Party, Role, SecretHash, SecretText, recovery};
use crate::app::App;
use crate::db::access::sessions::Origin;
use crate::db::access::{accounts, links, passkeys, providers, sessions, tokens};
use crate::db::{Source, Txn};
use crate::error::Problem;
use crate::keys::random;
use crate::usecases::Failure;

/// A link that has not been used, and whose it is.
///
/// # Errors
/// `one-time-link.*`.
pub async fn link(app: &App, token: &str) -> Result<(OneTimeLink, Option<Account>), Failure> {
    open_link(&app.db.reader(), app, token).await
}

async fn open_link(
    on: &impl Source,
    app: &App,
    token: &str,
) -> Result<(OneTimeLink, Option<Account>), Failure> {
    let unknown = refused(LinkError::code);
    let found = links::get(on, &SecretHash::of(token)).await?;
    let found = found.ok_or_else(|| unknown(LinkError::Unknown))?;
    found.redeem(token, app.clock.system()).map_err(unknown)?;
    let account = match found.purpose.account() {
        Some(id) => accounts::get(on, id).await?,
        None => None,
    };
    Ok((found, account))
}

/// Somebody who chooses a password.
#[derive(Debug, Clone)]
pub struct Chosen {
    /// The token of the link.
    pub token: String,
    /// The password.
    pub password: String,
    /// E-mail address and name, for the set-up of the first admin.
    pub admin: Option<(String, String)>,
}

/// Uses up the link, stores the password, and begins a sign-in that sets up the second factor.
/// Earlier sessions of the account end, and so does every other way in: passkeys, the connection
/// with a provider, API tokens.
///
/// # Errors
/// `one-time-link.*`, `password.*`, `account.*`, `sign-in.busy`.
pub async fn choose_password(app: &App, chosen: Chosen) -> Result<SecretText, Failure> {
    let (link, invited) = link(app, &chosen.token).await?;
    let invited = match (&link.purpose, &chosen.admin) {
        (Purpose::Setup, Some((email, name))) => first_admin(email, name)?,
        (Purpose::Invitation(_), _) => invited.ok_or_else(unknown_account)?,
        _ => return Err(refused(LinkError::code)(LinkError::Unknown)),
    };
    let password = NewPassword::choose(&chosen.password, invited.email.as_str());
    let password = password.map_err(refused(PasswordError::code))?;
    let salt = random()?;
    let turn = hashing::turn().await?;
    let hash = turn.run(move || PasswordHash::of(&password, salt)).await?;
    let hash = hash.map_err(refused(HashError::code))?;
    let invited = anew(invited, &hash);
    let stage = stage_of(app, &invited)?;
    let (token, attempt) = Attempt::begin(random()?, invited.id, stage, app.clock.system());
    let own = app.clone();
    app.db
        .write(async move |txn: &Txn| {
            let now = own.clock.system();
            if !links::use_up(txn, &link.hash, now).await? {
                return Err(refused(LinkError::code)(LinkError::Used { at: now }));
            }
            let (account, ended) = match link.purpose {
                Purpose::Setup => {
                    set_up(txn, &own, &invited).await?;
                    (invited.clone(), serde_json::json!({}))
                }
                _ => recovered(txn, &own, (invited.id, &hash)).await?,
            };
            sessions::begin(txn, &attempt).await?;
            let done = ("account.password-set", &account);
            note(txn, &own, own_actor(&account)?, done, ended).await
        })
        .await?;
    Ok(token)
}

/// The account with a new password. An invitation takes the second factor too: whoever lost it gets
/// one.
fn anew(account: Account, hash: &PasswordHash) -> Account {
    Account {
        password: Some(hash.clone()),
        totp: None,
        totp_step: None,
        ..account
    }
}

/// Stores the new password, in the account as it is now, and ends every other way in: whoever stole
/// the account may have left one. Returns the account, and what ended for the trail.
async fn recovered(
    txn: &Txn,
    app: &App,
    (id, hash): (AccountId, &PasswordHash),
) -> Result<(Account, serde_json::Value), Failure> {
    let now = app.clock.system();
    let account = accounts::lock(txn, id).await?.ok_or_else(unknown_account)?;
    if account.state == AccountState::Blocked {
        return Err(refused(AccountError::code)(AccountError::Blocked));
    }
    let account = anew(account, hash);
    accounts::save(txn, &account).await?;
    let ended = serde_json::json!({
        "sessions_ended": sessions::revoke_all(txn, id, None, now).await?,
        "passkeys_removed": passkeys::remove_all(txn, id).await?,
        "providers_disconnected": providers::disconnect(txn, id).await?,
        "tokens_revoked": tokens::revoke_all(txn, id, now).await?,
    });
    Ok((account, ended))
}

fn first_admin(email: &str, name: &str) -> Result<Account, Failure> {
    let email: Email = email.parse().map_err(refused(AccountError::code))?;
    let roles = BTreeSet::from([Role::Admin]);
    Account::invited(
        AccountId(Uuid::now_v7()),
        Party::Staff,
        (email, name),
        roles,
    )
    .map_err(refused(AccountError::code))
}

async fn set_up(txn: &Txn, app: &App, account: &Account) -> Result<(), Failure> {
    if accounts::any_staff(txn).await? {
        return Err(refused(LinkError::code)(LinkError::Unknown));
    }
    accounts::insert(txn, account, app.clock.system()).await?;
    let made = serde_json::json!({ "roles": account.roles });
    note(
        txn,
        app,
        "system".to_owned(),
        ("account.created", account),
        made,
    )
    .await
}

fn unknown_account() -> Failure {
    Problem::new("account.unknown", "there is no such account").into()
}

/// The link under which the first admin is set up; none once there is staff. An earlier one ends.
///
/// # Errors
/// `db.*`.
pub async fn setup_link(app: &App) -> Result<Option<SecretText>, Failure> {
    if accounts::any_staff(&app.db.reader()).await? {
        return Ok(None);
    }
    let now = app.clock.system();
    let (token, link) = OneTimeLink::issue(random()?, Purpose::Setup, now);
    app.db
        .write(async move |txn: &Txn| {
            links::end_open(txn, None, now).await?;
            links::insert(txn, &link).await?;
            Ok::<_, Failure>(())
        })
        .await?;
    Ok(Some(token))
}

/// A second factor that is being set up.
#[derive(Debug)]
pub struct Enrolment {
    /// Whose.
    pub account: Account,
    /// What the authenticator is told.
    pub secret: TotpSecret,
}

/// The second factor that waits for its first code.
///
/// # Errors
/// `sign-in.over`.
pub async fn enrolment(app: &App, attempt: &SecretHash) -> Result<Enrolment, Failure> {
    let (attempt, sealed) = waiting(&app.db.reader(), app, attempt).await?;
    let account = accounts::get(&app.db.reader(), attempt.account).await?;
    let account = account.ok_or_else(unknown_account)?;
    let secret = totp_secret(app, account.id, &sealed)?;
    Ok(Enrolment { account, secret })
}

async fn waiting(
    on: &impl Source,
    app: &App,
    attempt: &SecretHash,
) -> Result<(Attempt, crate::access::Sealed), Failure> {
    let over = || Problem::new("sign-in.over", "the sign-in has ended");
    let found = sessions::attempt(on, attempt).await?.ok_or_else(over)?;
    found
        .check(app.clock.system())
        .map_err(refused(AttemptOver::code))?;
    match found.stage.clone() {
        Stage::Enrol(sealed) => Ok((found, sealed)),
        Stage::Code => Err(over().into()),
    }
}

/// Checks the first code, which proves that the authenticator has the secret; then the account is
/// active and signed in. Returns the session and the recovery codes, to be shown once.
///
/// # Errors
/// `totp.*`, `sign-in.over`, `account.blocked`.
pub async fn confirm(
    app: &App,
    (attempt, code): (&SecretHash, &str),
    origin: &Origin,
    before: Option<SecretHash>,
) -> Result<(Opened, Vec<SecretText>), Failure> {
    let (attempt, sealed) = waiting(&app.db.reader(), app, attempt).await?;
    let secret = totp_secret(app, attempt.account, &sealed)?;
    let step = secret.verify(code, None, app.clock.system());
    let step = step.map_err(refused(TotpError::code))?;
    let (texts, hashes): (Vec<_>, Vec<_>) = recovery::codes(&random()?).into_iter().unzip();
    let (own, origin, bytes) = (app.clone(), origin.clone(), random()?);
    let opened = app
        .db
        .write(async move |txn: &Txn| {
            let account = accounts::lock(txn, attempt.account).await?;
            let account = account.ok_or_else(unknown_account)?;
            if account.state == AccountState::Blocked {
                return Err(refused(AccountError::code)(AccountError::Blocked));
            }
            // One that was begun before another was confirmed does not take its place.
            if !sessions::end_attempt(txn, &attempt.hash).await? || account.totp.is_some() {
                return Err(Problem::new("sign-in.over", "the sign-in has ended").into());
            }
            sessions::end_attempts(txn, account.id).await?;
            let account = Account {
                state: AccountState::Active,
                totp: Some(sealed.clone()),
                totp_step: Some(step),
                ..account
            };
            accounts::save(txn, &account).await?;
            accounts::put_recovery_codes(txn, account.id, &hashes).await?;
            let nothing = serde_json::json!({});
            let actor = own_actor(&account)?;
            note(txn, &own, actor, ("account.activated", &account), nothing).await?;
            open_session(txn, &own, &account, (bytes, before, &origin), "first code").await
        })
        .await?;
    Ok((opened, texts))
}
