//! Staff sign in with a password and a second factor.

use tokio::task::spawn_blocking;

use super::{note, own_actor, refused, seal, wrong};
use crate::access::account::{AccountError, AccountState};
use crate::access::attempt::{Attempt, AttemptOver, Stage};
use crate::access::keyring::KeyringError;
use crate::access::lockout::{self, Subject, TooManyFailures};
use crate::access::password_hash::{Checked, HashError, check};
use crate::access::recovery;
use crate::access::session::{Opened, Session};
use crate::access::totp::{TotpError, TotpSecret};
use crate::access::{Account, AccountId, Email, SecretHash, SecretText};
use crate::app::App;
use crate::db::access::sessions::Origin;
use crate::db::access::{accounts, guesses, sessions};
use crate::db::{Source, Txn, sha256_hex};
use crate::keys::random;
use crate::usecases::Failure;

/// What comes after the password.
#[derive(Debug)]
pub enum Next {
    /// A code of the second factor; the token goes into a cookie.
    Code(SecretText),
    /// A second factor has to be set up first.
    Enrol(SecretText),
}

/// Checks e-mail address and password, and begins a sign-in that waits for the second factor.
///
/// # Errors
/// `sign-in.wrong`, `lockout.wait`, `account.blocked`.
pub async fn password(
    app: &App,
    (email, attempt): (&str, &str),
    origin: &Origin,
) -> Result<Next, Failure> {
    let now = app.clock.system();
    let on = app.db.reader();
    let email: Option<Email> = email.parse().ok();
    let found = match &email {
        Some(email) => accounts::by_email(&on, email).await?,
        None => None,
    };
    // Who tries addresses is slowed down whether or not they are known.
    let key = match (&found, &email) {
        (Some(account), _) => account.id.to_string(),
        (None, Some(email)) => sha256_hex(email.as_str().as_bytes()),
        (None, None) => String::new(),
    };
    admit(app, &on, &key, origin).await?;
    let stored = found.as_ref().and_then(|account| account.password.clone());
    let attempt = attempt.to_owned();
    // Some 30 ms and 19 MiB, apart from the threads that answer requests.
    let checked = spawn_blocking(move || check(stored.as_ref(), &attempt)).await;
    let checked = checked
        .map_err(|error| Failure::of("internal.unlisted", &error))?
        .map_err(refused(HashError::code))?;
    let (Some(account), Checked::Right { outdated }) = (found, checked) else {
        failed(app, key, origin.clone()).await?;
        return Err(wrong());
    };
    if account.state == AccountState::Blocked {
        return Err(refused(AccountError::code)(AccountError::Blocked));
    }
    let fresh = match outdated {
        None => None,
        Some(outdated) => {
            let salt = random()?;
            let hashed = spawn_blocking(move || outdated.hash(salt)).await;
            let hashed = hashed.map_err(|error| Failure::of("internal.unlisted", &error))?;
            Some(hashed.map_err(refused(HashError::code))?)
        }
    };
    let stage = stage_of(app, &account)?;
    let enrols = matches!(stage, Stage::Enrol(_));
    let (token, begun) = Attempt::begin(random()?, account.id, stage, now);
    app.db
        .write(async move |txn: &Txn| {
            if let Some(hash) = &fresh
                && let Some(account) = accounts::lock(txn, begun.account).await?
            {
                let account = Account {
                    password: Some(hash.clone()),
                    ..account
                };
                accounts::save(txn, &account).await?;
            }
            sessions::begin(txn, &begun).await?;
            Ok::<_, Failure>(())
        })
        .await?;
    Ok(if enrols {
        Next::Enrol(token)
    } else {
        Next::Code(token)
    })
}

/// What has to come after the password of this account.
pub(super) fn stage_of(app: &App, account: &Account) -> Result<Stage, Failure> {
    if account.totp.is_some() {
        return Ok(Stage::Code);
    }
    let purpose = Account::totp_purpose(account.id);
    let sealed = app.keys.seal(
        &purpose,
        &random::<{ crate::access::totp::SECRET_BYTES }>()?,
        random()?,
    );
    Ok(Stage::Enrol(sealed.map_err(refused(KeyringError::code))?))
}

/// The secret that was sealed for an account.
pub(super) fn totp_secret(
    app: &App,
    id: AccountId,
    sealed: &crate::access::Sealed,
) -> Result<TotpSecret, Failure> {
    let opened = app.keys.open(&Account::totp_purpose(id), sealed);
    let bytes = opened.map_err(refused(KeyringError::code))?;
    let bytes = bytes.try_into().map_err(|_| {
        crate::error::Problem::new("keyring.unopened", "the secret has another length")
    })?;
    Ok(TotpSecret::new(bytes))
}

/// May this account and this address try?
pub(super) async fn admit(
    app: &App,
    on: &impl Source,
    account: &str,
    origin: &Origin,
) -> Result<(), Failure> {
    let now = app.clock.system();
    let by_account = guesses::failures(on, Subject::Account, account).await?;
    let by_address = guesses::failures(on, Subject::Address, &origin.address).await?;
    lockout::verdict(by_account, Subject::Account, now)
        .and(lockout::verdict(by_address, Subject::Address, now))
        .admit()
        .map_err(refused(TooManyFailures::code))
}

/// Counts a failure for the account and the address.
pub(super) async fn failed(app: &App, account: String, origin: Origin) -> Result<(), Failure> {
    let now = app.clock.system();
    app.db
        .write(async move |txn: &Txn| {
            guesses::fail(txn, Subject::Account, &account, now).await?;
            guesses::fail(txn, Subject::Address, &origin.address, now).await?;
            Ok::<_, Failure>(())
        })
        .await
}

/// What a code led to.
enum Tried {
    Opened(Box<(Opened, Account)>),
    Refused(TotpError),
    Over(Option<AttemptOver>),
}

/// Checks a code of the second factor, or a recovery code, and begins the session.
///
/// # Errors
/// `totp.*`, `sign-in.over`, `lockout.wait`, `account.blocked`.
pub async fn code(
    app: &App,
    (attempt, code): (&SecretHash, &str),
    origin: &Origin,
    before: Option<SecretHash>,
) -> Result<Opened, Failure> {
    let on = app.db.reader();
    let Some(begun) = sessions::attempt(&on, attempt).await? else {
        return Err(gone());
    };
    admit(app, &on, &begun.account.to_string(), origin).await?;
    let (own, code, from) = (app.clone(), code.to_owned(), origin.clone());
    let key = begun.account.to_string();
    let bytes: [u8; 32] = random()?;
    let tried = app
        .db
        .write(async move |txn: &Txn| {
            try_code(txn, &own, (&begun, &code), (bytes, before, &from)).await
        })
        .await?;
    match tried {
        Tried::Opened(opened) => {
            seal(app).await?;
            Ok(opened.0)
        }
        Tried::Refused(why) => {
            failed(app, key, origin.clone()).await?;
            Err(refused(TotpError::code)(why))
        }
        Tried::Over(Some(why)) => Err(refused(AttemptOver::code)(why)),
        Tried::Over(None) => Err(gone()),
    }
}

fn gone() -> Failure {
    crate::error::Problem::new("sign-in.over", "the sign-in has ended").into()
}

async fn try_code(
    txn: &Txn,
    app: &App,
    (begun, code): (&Attempt, &str),
    (bytes, before, origin): ([u8; 32], Option<SecretHash>, &Origin),
) -> Result<Tried, Failure> {
    let now = app.clock.system();
    if let Err(over) = begun.check(now) {
        return Ok(Tried::Over(Some(over)));
    }
    let account = accounts::lock(txn, begun.account).await?;
    let Some(account) = account.filter(|account| account.state == AccountState::Active) else {
        return Err(refused(AccountError::code)(AccountError::Blocked));
    };
    let Some(sealed) = &account.totp else {
        return Ok(Tried::Over(None));
    };
    let secret = totp_secret(app, account.id, sealed)?;
    let (account, factor) = match secret.verify(code, account.totp_step, now) {
        Ok(step) => {
            let account = Account {
                totp_step: Some(step),
                ..account
            };
            (account, "code")
        }
        // A text that is no code of six digits may be a recovery code.
        Err(TotpError::Malformed) => {
            let stored = accounts::recovery_codes(txn, account.id).await?;
            let Ok(place) = recovery::redeem(&stored, code) else {
                return Ok(Tried::Refused(TotpError::Wrong));
            };
            let used = match stored.get(place) {
                Some(hash) => accounts::use_recovery_code(txn, account.id, hash).await?,
                None => false,
            };
            if !used {
                return Ok(Tried::Refused(TotpError::Replayed));
            }
            (account, "recovery code")
        }
        Err(why) => return Ok(Tried::Refused(why)),
    };
    if !sessions::end_attempt(txn, &begun.hash).await? {
        return Ok(Tried::Over(None));
    }
    accounts::save(txn, &account).await?;
    let opened = open_session(txn, app, &account, (bytes, before, origin), factor).await?;
    Ok(Tried::Opened(Box::new((opened, account))))
}

/// Begins a session, ends the one the browser came with, and forgets the failures of the account.
pub(super) async fn open_session(
    txn: &Txn,
    app: &App,
    account: &Account,
    (bytes, before, origin): ([u8; 32], Option<SecretHash>, &Origin),
    factor: &str,
) -> Result<Opened, Failure> {
    let now = app.clock.system();
    let opened = Session::open(bytes, account.id, account.party, before, now);
    if let Some(ended) = &opened.ends {
        sessions::revoke(txn, ended, now).await?;
    }
    sessions::insert(txn, &opened.session, origin).await?;
    guesses::forget(txn, Subject::Account, &account.id.to_string()).await?;
    let how = serde_json::json!({ "factor": factor });
    note(
        txn,
        app,
        own_actor(account)?,
        ("session.opened", account),
        how,
    )
    .await?;
    Ok(opened)
}

/// Ends the session of a browser.
///
/// # Errors
/// `db.*`.
pub async fn sign_out(app: &App, session: &Session, account: &Account) -> Result<(), Failure> {
    let now = app.clock.system();
    let (own, hash, account) = (app.clone(), session.hash, account.clone());
    app.db
        .write(async move |txn: &Txn| {
            if sessions::revoke(txn, &hash, now).await? {
                let actor = own_actor(&account)?;
                note(
                    txn,
                    &own,
                    actor,
                    ("session.ended", &account),
                    serde_json::json!({}),
                )
                .await?;
            }
            Ok::<_, Failure>(())
        })
        .await?;
    seal(app).await
}
