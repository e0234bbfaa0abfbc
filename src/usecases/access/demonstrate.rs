//! Accounts of the demonstration: one a role, with a password and codes, or a link. They are made
//! at each start and printed, never built in.

use std::collections::BTreeSet;

use data_encoding::BASE32_DNSSEC;
use uuid::Uuid;

use super::users::{self, Invitation};
use super::{note, refused, sign_in_link};
use crate::access::account::{AccountError, AccountState};
use crate::access::keyring::KeyringError;
use crate::access::password::{NewPassword, PasswordError};
use crate::access::password_hash::{HashError, PasswordHash};
use crate::access::totp::SECRET_BYTES;
use crate::access::{Account, AccountId, Email, Party, Role, SecretText, recovery};
use crate::app::App;
use crate::db::Txn;
use crate::db::access::{accounts, sessions};
use crate::keys::random;
use crate::usecases::Failure;

/// Somebody of the demonstration, as it is printed.
#[derive(Debug)]
pub struct Shown {
    /// The role.
    pub role: Role,
    /// E-mail address.
    pub email: Email,
    /// Recovery codes: each signs in once, in place of an authenticator.
    pub codes: Vec<String>,
}

/// Makes the accounts, or gives those of an earlier start a new password and new codes. Returns
/// the password that they share, and who they are.
///
/// # Errors
/// `db.*`, `keys.no-random`.
pub async fn accounts(app: &App) -> Result<(String, Vec<Shown>), Failure> {
    let password = BASE32_DNSSEC.encode(&random::<10>()?);
    let mut shown = Vec::new();
    for role in Role::ALL.into_iter().filter(|role| role.is_staff()) {
        shown.push(one(app, role, &password).await?);
    }
    Ok((password, shown))
}

/// Customers whose people the demonstration has, by number.
const CUSTOMERS: [u32; 2] = [10_004, 10_003];

/// Somebody of a customer, with a link that signs in.
#[derive(Debug)]
pub struct Guest {
    /// Number of the customer.
    pub customer: u32,
    /// The role.
    pub role: Role,
    /// E-mail address.
    pub email: Email,
    /// The token of the link.
    pub token: SecretText,
}

/// Makes an account a customer's role, and a fresh link for each.
///
/// # Errors
/// `db.*`, `keys.no-random`.
pub async fn guests(app: &App) -> Result<Vec<Guest>, Failure> {
    let mut guests = Vec::new();
    for customer in CUSTOMERS {
        for role in Role::ALL.into_iter().filter(|role| role.is_customer()) {
            guests.push(guest(app, customer, role).await?);
        }
    }
    Ok(guests)
}

async fn guest(app: &App, customer: u32, role: Role) -> Result<Guest, Failure> {
    let task = role.as_str().trim_start_matches("customer-");
    let email: Email = format!("{task}@customer-{customer}.example")
        .parse()
        .map_err(refused(AccountError::code))?;
    let id = match accounts::by_email(&app.db.reader(), &email).await? {
        Some(known) => known.id,
        None => {
            let invitation = Invitation {
                email: email.to_string(),
                name: format!("Demo {task}"),
                party: Party::Customer(customer),
                roles: BTreeSet::from([role]),
            };
            users::create(app, app.actor.clone(), &invitation)
                .await?
                .0
                .id
        }
    };
    let token = sign_in_link::give(app, app.actor.clone(), id).await?;
    Ok(Guest {
        customer,
        role,
        email,
        token,
    })
}

async fn one(app: &App, role: Role, password: &str) -> Result<Shown, Failure> {
    let email: Email = format!("{role}@herdbook.example")
        .parse()
        .map_err(refused(AccountError::code))?;
    let known = accounts::by_email(&app.db.reader(), &email).await?;
    let new = known.is_none();
    let account = match known {
        Some(account) => account,
        None => {
            let id = AccountId(Uuid::now_v7());
            let (email, name) = (email.clone(), format!("Demo {role}"));
            let roles = BTreeSet::from([role]);
            Account::invited(id, Party::Staff, (email, &name), roles)
                .map_err(refused(AccountError::code))?
        }
    };
    let chosen = NewPassword::choose(password, email.as_str());
    let chosen = chosen.map_err(refused(PasswordError::code))?;
    let salt = random()?;
    let turn = super::hashing::turn().await?;
    let hash = turn.run(move || PasswordHash::of(&chosen, salt)).await?;
    let hash = hash.map_err(refused(HashError::code))?;
    let purpose = Account::totp_purpose(account.id);
    let sealed = app
        .keys
        .seal(&purpose, &random::<SECRET_BYTES>()?, random()?)
        .map_err(refused(KeyringError::code))?;
    let account = Account {
        state: AccountState::Active,
        password: Some(hash),
        totp: Some(sealed),
        totp_step: None,
        ..account
    };
    let (codes, hashes): (Vec<_>, Vec<_>) = recovery::codes(&random()?).into_iter().unzip();
    let (own, now) = (app.clone(), app.clock.system());
    app.db
        .write(async move |txn: &Txn| {
            if new {
                accounts::insert(txn, &account, now).await?;
                let made = serde_json::json!({ "roles": account.roles });
                let actor = own.actor.clone();
                note(txn, &own, actor, ("account.created", &account), made).await?;
            } else {
                accounts::save(txn, &account).await?;
                let ended = sessions::revoke_all(txn, account.id, None, now).await?;
                let renewed = serde_json::json!({ "sessions_ended": ended });
                let actor = own.actor.clone();
                note(txn, &own, actor, ("account.renewed", &account), renewed).await?;
            }
            accounts::put_recovery_codes(txn, account.id, &hashes).await?;
            Ok::<_, Failure>(())
        })
        .await?;
    let codes = codes.iter().map(|code| code.reveal().to_owned());
    Ok(Shown {
        role,
        email,
        codes: codes.collect(),
    })
}
