//! Staff sign in with a password and a second factor.

use super::counted::Counted;
use super::{hashing, note, own_actor, refused, wrong};
use crate::access::account::{AccountError, AccountState};
use crate::access::attempt::{Attempt, AttemptOver, Stage};
use crate::access::keyring::KeyringError;
use crate::access::known_device::DeviceKey;
use crate::access::lockout::Subject;
use crate::access::password_hash::{Checked, HashError, Outdated, PasswordHash, check};
use crate::access::recovery;
use crate::access::session::{Opened, Session};
use crate::access::totp::{TotpError, TotpSecret};
use crate::access::{Account, AccountId, Email, Party, SecretHash, SecretText};
use crate::app::App;
use crate::db::Txn;
use crate::db::access::sessions::Origin;
use crate::db::access::{accounts, guesses, sessions};
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
/// `device` is what the browser brought of an earlier sign-in.
///
/// # Errors
/// `sign-in.wrong`, `lockout.wait`, `sign-in.busy`, `account.blocked`.
pub async fn password(
    app: &App,
    (email, attempt): (&str, &str),
    (origin, device): (&Origin, Option<&str>),
) -> Result<Next, Failure> {
    let now = app.clock.system();
    let on = app.db.reader();
    let email: Option<Email> = email.parse().ok();
    let found = match &email {
        Some(email) => accounts::by_email(&on, email).await?,
        None => None,
    };
    // Customers have no password. What is tried here with their addresses is like any stranger's,
    // and keeps nobody's link waiting.
    let found = found.filter(|account| account.party == Party::Staff);
    let counted = match (&found, &email) {
        (Some(account), _) => Counted::of_account(app, account.id, (origin, device)),
        (None, Some(email)) => Counted::of_unknown(email, origin),
        (None, None) => Counted::of_address(origin),
    };
    counted.admit(&on, now).await?;
    let taken = counted.count_now(app).await?;
    // A turn is for the hash alone: nobody waits for one while the database writes.
    let turn = match hashing::turn().await {
        Ok(turn) => turn,
        Err(busy) => {
            counted.take_back_now(app, &taken).await?;
            return Err(busy);
        }
    };
    let stored = found.as_ref().and_then(|account| account.password.clone());
    let attempt = attempt.to_owned();
    let checked = turn.run(move || check(stored.as_ref(), &attempt)).await?;
    let checked = checked.map_err(refused(HashError::code))?;
    let (Some(account), Checked::Right { outdated }) = (found, checked) else {
        return Err(wrong());
    };
    if account.state == AccountState::Blocked {
        return Err(refused(AccountError::code)(AccountError::Blocked));
    }
    let fresh = renewed(outdated).await?;
    let (own, bytes) = (app.clone(), random()?);
    app.db
        .write(async move |txn: &Txn| {
            let account = unchanged(txn, &account).await?;
            let stage = stage_of(&own, &account)?;
            let enrols = matches!(stage, Stage::Enrol(_));
            let (token, begun) = Attempt::begin(bytes, account.id, stage, now);
            if let Some(hash) = &fresh {
                let account = Account {
                    password: Some(hash.clone()),
                    ..account
                };
                accounts::save(txn, &account).await?;
            }
            counted.take_back(txn, &taken).await?;
            sessions::begin(txn, &begun).await?;
            Ok::<_, Failure>(match enrols {
                true => Next::Enrol(token),
                false => Next::Code(token),
            })
        })
        .await
}

/// The account, held, as it was looked at. A password that was exchanged while its hash was
/// computed is wrong by now: it would be stored again, or begin what its exchange had ended.
async fn unchanged(txn: &Txn, before: &Account) -> Result<Account, Failure> {
    let now = accounts::lock(txn, before.id).await?;
    let now = now.filter(|now| (now.state, &now.password) == (before.state, &before.password));
    now.ok_or_else(wrong)
}

/// A password that was hashed by older settings, hashed anew. Where everybody waits for a turn it
/// stays as it is until the next sign-in.
async fn renewed(outdated: Option<Outdated>) -> Result<Option<PasswordHash>, Failure> {
    let Some(outdated) = outdated else {
        return Ok(None);
    };
    let Ok(turn) = hashing::turn().await else {
        return Ok(None);
    };
    let salt = random()?;
    let hashed = turn.run(move || outdated.hash(salt)).await?;
    Ok(Some(hashed.map_err(refused(HashError::code))?))
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

/// What a browser gets that has just signed in to an account: by it the browser is known again, and
/// strangers who fail to sign in do not keep it waiting.
///
/// # Errors
/// `keys.no-random`.
pub fn known_device(app: &App, account: AccountId) -> Result<SecretText, Failure> {
    let key = DeviceKey::of(&app.keys);
    Ok(key.token(account, random()?, app.clock.system()))
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
    (origin, device): (&Origin, Option<&str>),
    before: Option<SecretHash>,
) -> Result<Opened, Failure> {
    let on = app.db.reader();
    let Some(begun) = sessions::attempt(&on, attempt).await? else {
        return Err(gone());
    };
    let counted = Counted::of_account(app, begun.account, (origin, device));
    counted.admit(&on, app.clock.system()).await?;
    let (own, code, from) = (app.clone(), code.to_owned(), origin.clone());
    let bytes: [u8; 32] = random()?;
    let tried = app
        .db
        .write(async move |txn: &Txn| {
            let tried = (&begun, code.as_str(), &counted);
            try_code(txn, &own, tried, (bytes, before, &from)).await
        })
        .await?;
    match tried {
        Tried::Opened(opened) => Ok(opened.0),
        Tried::Refused(why) => Err(refused(TotpError::code)(why)),
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
    (begun, code, counted): (&Attempt, &str, &Counted),
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
    // Under the lock of the account, so that of many codes at once no more are looked at than may
    // be. It stays counted unless it was right.
    let taken = counted.count(txn, now).await?;
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
    counted.succeeded(txn, &taken).await?;
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
        .await
}
