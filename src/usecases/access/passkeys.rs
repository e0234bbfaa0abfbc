//! Passkeys: add, sign in with, remove.

use std::sync::Arc;

use chrono::TimeDelta;
use serde_json::{Value, json};
use uuid::Uuid;

use super::authenticate::SignedIn;
use super::sign_in::open_session;
use super::{note, own_actor, refused};
use crate::access::account::{AccountError, AccountState, checked_name};
use crate::access::session::Opened;
use crate::access::{Account, AccountId, Party, SecretHash, SecretText};
use crate::app::App;
use crate::db::Txn;
use crate::db::access::accounts;
use crate::db::access::passkeys::{self, Ceremony, CeremonyKind, StoredPasskey};
use crate::db::access::sessions::Origin;
use crate::error::Problem;
use crate::identity::Passkeys;
use crate::identity::passkeys::{Challenge, Checked};
use crate::keys::random;
use crate::usecases::Failure;

/// How long an answer may take: as long as browsers wait for an authenticator.
const LIFE: TimeDelta = TimeDelta::minutes(5);

/// Most passkeys of an account.
const MOST: usize = 20;

/// A challenge for a browser, with the token that its answer comes with.
#[derive(Debug)]
pub struct Asked {
    /// The token.
    pub token: SecretText,
    /// What the browser asks the authenticator.
    pub options: Value,
}

async fn begin(
    app: &App,
    (kind, tied): (CeremonyKind, SecretHash),
    challenge: Challenge,
) -> Result<Asked, Failure> {
    let token = SecretText::of_bytes(&random::<32>()?);
    let ceremony = Ceremony {
        hash: token.hash(),
        kind,
        tied,
        body: challenge.state,
        begun_at: app.clock.system(),
    };
    app.db
        .write(async move |txn: &Txn| {
            passkeys::begin(txn, &ceremony).await?;
            Ok::<_, Failure>(())
        })
        .await?;
    let options = challenge.options;
    Ok(Asked { token, options })
}

/// Takes the challenge that an answer belongs to.
async fn answered(
    txn: &Txn,
    app: &App,
    (kind, tied): (CeremonyKind, SecretHash),
    token: &str,
) -> Result<Option<Ceremony>, Failure> {
    let now = app.clock.system();
    let found = passkeys::answer(txn, &SecretHash::of(token), kind).await?;
    let fits = |ceremony: &Ceremony| {
        ceremony.tied == tied && now.signed_duration_since(ceremony.begun_at) < LIFE
    };
    Ok(found.filter(fits))
}

fn over() -> Failure {
    Problem::new("passkey.over", "").into()
}

/// The passkeys of an account, the oldest first.
///
/// # Errors
/// `db.*`.
pub async fn list(app: &App, account: AccountId) -> Result<Vec<StoredPasskey>, Failure> {
    Ok(passkeys::of_account(&app.db.reader(), account).await?)
}

/// Begins to add a passkey to the account of a session.
///
/// # Errors
/// `passkey.refused`, `passkey.too-many`, `account.roles` when the account is a customer's.
pub async fn begin_add(app: &App, party: &Passkeys, who: &SignedIn) -> Result<Asked, Failure> {
    if who.account.party != Party::Staff {
        let error = AccountError::Roles { side: "staff" };
        return Err(refused(AccountError::code)(error));
    }
    let known = list(app, who.account.id).await?;
    if known.len() >= MOST {
        return Err(Problem::new("passkey.too-many", "").into());
    }
    let known: Vec<String> = known.into_iter().map(|stored| stored.body).collect();
    let challenge = party.add(&who.account, &known)?;
    begin(app, (CeremonyKind::Add, who.session.hash), challenge).await
}

/// Adds the passkey that an authenticator made.
///
/// # Errors
/// `passkey.over`, `passkey.refused`, `passkey.known`, `passkey.too-many`,
/// `account.malformed-name`.
pub async fn add(
    app: &App,
    party: &Passkeys,
    who: &SignedIn,
    (token, answer, name): (&str, &str, &str),
) -> Result<(), Failure> {
    let name = checked_name(name).map_err(refused(AccountError::code))?;
    let (own, token, tied) = (app.clone(), token.to_owned(), who.session.hash);
    let kind = (CeremonyKind::Add, tied);
    let ceremony = app
        .db
        .write(async move |txn: &Txn| answered(txn, &own, kind, &token).await)
        .await?
        .ok_or_else(over)?;
    let made = party.added(&ceremony.body, answer)?;
    let stored = StoredPasskey {
        id: Uuid::now_v7(),
        account: who.account.id,
        credential: made.credential,
        name,
        body: made.body,
        created_at: app.clock.system(),
        last_used_at: None,
        suspect_at: None,
    };
    let (own, account, actor) = (app.clone(), who.account.clone(), who.principal.actor());
    app.db
        .write(async move |txn: &Txn| {
            if passkeys::by_credential(txn, &stored.credential)
                .await?
                .is_some()
            {
                return Err(Problem::new("passkey.known", "").into());
            }
            // Counted again under the lock of the account: several may have been begun at once.
            accounts::lock(txn, account.id).await?;
            if passkeys::of_account(txn, account.id).await?.len() >= MOST {
                return Err(Problem::new("passkey.too-many", "").into());
            }
            passkeys::insert(txn, &stored).await?;
            let done = json!({ "passkey": stored.id });
            note(txn, &own, actor.clone(), ("passkey.added", &account), done).await
        })
        .await
}

/// Removes a passkey of the account of a session.
///
/// # Errors
/// `passkey.unknown`.
pub async fn remove(app: &App, who: &SignedIn, id: Uuid) -> Result<(), Failure> {
    let (own, account, actor) = (app.clone(), who.account.clone(), who.principal.actor());
    app.db
        .write(async move |txn: &Txn| {
            if !passkeys::remove(txn, account.id, id).await? {
                return Err(Problem::new("passkey.unknown", "").into());
            }
            let done = json!({ "passkey": id });
            note(
                txn,
                &own,
                actor.clone(),
                ("passkey.removed", &account),
                done,
            )
            .await
        })
        .await
}

/// Begins a sign-in by whatever passkey the person chooses.
///
/// # Errors
/// `passkey.refused`.
pub async fn begin_sign_in(
    app: &App,
    party: &Passkeys,
    visit: SecretHash,
) -> Result<Asked, Failure> {
    begin(app, (CeremonyKind::SignIn, visit), party.ask()?).await
}

/// What an answer led to, after the transaction.
enum Tried {
    Opened(Box<Opened>),
    Refused(Box<Problem>),
}

/// Signs in by the answer of an authenticator.
///
/// # Errors
/// `passkey.*`, `account.blocked`.
pub async fn sign_in(
    app: &App,
    party: &Arc<Passkeys>,
    (token, answer, visit): (&str, &str, SecretHash),
    origin: &Origin,
    before: Option<SecretHash>,
) -> Result<Opened, Failure> {
    let (own, token, kind) = (app.clone(), token.to_owned(), (CeremonyKind::SignIn, visit));
    let ceremony = app
        .db
        .write(async move |txn: &Txn| answered(txn, &own, kind, &token).await)
        .await?
        .ok_or_else(over)?;
    let named = party.named(answer)?;
    let (own, party, origin) = (app.clone(), Arc::clone(party), origin.clone());
    let (answer, bytes) = (answer.to_owned(), random()?);
    let tried = app
        .db
        .write(async move |txn: &Txn| {
            // Locked first: of two answers of one passkey the second sees the counter of the first.
            let account = accounts::lock(txn, named.0).await?;
            let stored = passkeys::by_credential(txn, &named.1).await?;
            let stored = stored.filter(|stored| stored.account == named.0);
            let (Some(account), Some(stored)) = (account, stored) else {
                return Ok(Tried::Refused(Box::new(Problem::new(
                    "passkey.unknown",
                    "",
                ))));
            };
            let checked = party.check(&ceremony.body, &answer, &stored.body)?;
            let opening = (bytes, before, &origin);
            checked_in(txn, &own, (account, stored, checked), opening).await
        })
        .await?;
    match tried {
        Tried::Opened(opened) => Ok(*opened),
        Tried::Refused(problem) => Err((*problem).into()),
    }
}

/// Writes the passkey back and begins the session; a passkey that may have a copy opens nothing
/// from now on.
async fn checked_in(
    txn: &Txn,
    app: &App,
    (account, stored, checked): (Account, StoredPasskey, Checked),
    opening: ([u8; 32], Option<SecretHash>, &Origin),
) -> Result<Tried, Failure> {
    let now = app.clock.system();
    let copied = || Tried::Refused(Box::new(Problem::new("passkey.copied", "")));
    let body = match checked {
        _ if stored.suspect_at.is_some() => return Ok(copied()),
        Checked::Copied => {
            let done = json!({ "passkey": stored.id });
            let suspect_at = Some(now);
            passkeys::save(
                txn,
                &StoredPasskey {
                    suspect_at,
                    ..stored
                },
            )
            .await?;
            let actor = own_actor(&account)?;
            note(txn, app, actor, ("passkey.copied", &account), done).await?;
            return Ok(copied());
        }
        Checked::Right { body } => body,
    };
    if account.state != AccountState::Active {
        return Err(refused(AccountError::code)(AccountError::Blocked));
    }
    let last_used_at = Some(now);
    let used = StoredPasskey {
        body,
        last_used_at,
        ..stored
    };
    passkeys::save(txn, &used).await?;
    let opened = open_session(txn, app, &account, opening, "passkey").await?;
    Ok(Tried::Opened(Box::new(opened)))
}
