//! Customers sign in by a link in a mail: it is asked for, sent, and confirmed by a button.
//!
//! Whoever asks is told the same, and as fast, whether or not the address is known: the request
//! only leaves a job, and whether there is an account is looked up when the mail is written.

use chrono::TimeDelta;
use uuid::Uuid;

use super::counted::Counted;
use super::sign_in::open_session;
use super::{note, refused};
use crate::access::account::{AccountError, AccountState};
use crate::access::one_time_link::{LinkError, OneTimeLink, Purpose, SIGN_IN_LIFE};
use crate::access::rate::{Limit, Limited};
use crate::access::session::Opened;
use crate::access::{Account, AccountId, Email, Party, SecretHash, SecretText};
use crate::app::App;
use crate::db::access::sessions::Origin;
use crate::db::access::{accounts, links, rates};
use crate::db::{Source, Txn, sha256_hex};
use crate::error::Problem;
use crate::keys::random;
use crate::usecases::Failure;
use crate::usecases::mail::{self, Order};

/// Links that may be asked for from one network address.
const FROM_ADDRESS: Limit = Limit::of(20, 20_000);
/// Links that may be asked for by everybody together: what the worker looks through in good time.
const BY_ALL: Limit = Limit::of(600, 50);
/// Links that may be asked for to one e-mail address, known or not.
const TO_ADDRESS: Limit = Limit::of(3, 180_000);

/// How long a link is good for.
#[must_use]
pub fn minutes() -> i64 {
    SIGN_IN_LIFE.num_minutes()
}

/// Asks for a link to sign in; `next` is where it leads afterwards.
///
/// # Errors
/// `mail.not-set-up`, `account.malformed-email`, `rate.limited`.
pub async fn ask(app: &App, (email, next): (&str, &str), origin: &Origin) -> Result<(), Failure> {
    if app.mail.is_none() {
        return Err(Problem::new("mail.not-set-up", "no mail server is configured").into());
    }
    let email: Email = email.parse().map_err(refused(AccountError::code))?;
    let now = app.clock.system();
    let hash = sha256_hex(email.as_str().as_bytes());
    // The one that all share comes last: who is refused before takes nothing from others.
    let buckets = [
        (format!("link-from/{}", origin.address), FROM_ADDRESS),
        (format!("link-to/{hash}"), TO_ADDRESS),
        ("links".to_owned(), BY_ALL),
    ];
    let secret = SecretText::of_bytes(&random::<{ crate::access::one_time_link::LINK_BYTES }>()?);
    let order = Order::SignIn {
        // A stranger's address in a backup would be nobody's business either.
        email: mail::sealed(app, email.as_str())?,
        token: mail::sealed(app, secret.reveal())?,
        next: next.to_owned(),
        asked_at: now,
    };
    let key = format!("sign-in/{}", Uuid::now_v7());
    let limited = app
        .db
        .write(async move |txn: &Txn| {
            for (subject, limit) in &buckets {
                let taken = rates::take(txn, subject, limit, now).await?;
                if let Err(limited) = taken.taken {
                    return Ok(Some(limited));
                }
            }
            mail::enqueue(txn, &key, &order).await?;
            Ok::<_, Failure>(None)
        })
        .await?;
    match limited {
        Some(limited) => Err(refused(Limited::code)(limited)),
        None => Ok(()),
    }
}

/// Makes a link that signs a customer in, for somebody at the command line of the server.
///
/// # Errors
/// `account.*`.
pub async fn give(app: &App, actor: String, id: AccountId) -> Result<SecretText, Failure> {
    let now = app.clock.system();
    let (token, link) = OneTimeLink::issue(random()?, Purpose::SignIn(id), now);
    let own = app.clone();
    app.db
        .write(async move |txn: &Txn| {
            let account = accounts::get(txn, id).await?;
            let account = account.ok_or_else(unknown)?;
            may_sign_in(&account)?;
            links::insert(txn, &link).await?;
            let done = ("account.link-given", &account);
            note(txn, &own, actor.clone(), done, serde_json::json!({})).await
        })
        .await?;
    Ok(token)
}

fn unknown() -> Problem {
    Problem::new("account.unknown", "there is no such account")
}

fn may_sign_in(account: &Account) -> Result<(), Failure> {
    if account.party == Party::Staff {
        let error = AccountError::Roles { side: "customers" };
        return Err(refused(AccountError::code)(error));
    }
    if account.state != AccountState::Active {
        return Err(refused(AccountError::code)(AccountError::Blocked));
    }
    Ok(())
}

/// Whose link it is that was not used yet. Looking does not use it: mail filters follow links.
///
/// # Errors
/// `one-time-link.*`, `account.blocked`.
pub async fn look(app: &App, token: &str) -> Result<Account, Failure> {
    let on = app.db.reader();
    found(&on, app, token).await.map(|(_, account)| account)
}

async fn found(
    on: &impl Source,
    app: &App,
    token: &str,
) -> Result<(OneTimeLink, Account), Failure> {
    let refused_link = refused(LinkError::code);
    let link = links::get(on, &SecretHash::of(token)).await?;
    let link = link.ok_or_else(|| refused_link(LinkError::Unknown))?;
    let Purpose::SignIn(id) = link.purpose else {
        return Err(refused_link(LinkError::Unknown));
    };
    let used = link
        .redeem(token, app.clock.system())
        .map_err(refused_link)?;
    let account = accounts::get(on, id).await?.ok_or_else(unknown)?;
    may_sign_in(&account)?;
    Ok((used, account))
}

/// Uses a link up and begins a session. All other links of the account end.
///
/// # Errors
/// `one-time-link.*`, `account.blocked`, `lockout.wait` after many links that were none.
pub async fn redeem(
    app: &App,
    token: &str,
    origin: &Origin,
    before: Option<SecretHash>,
) -> Result<Opened, Failure> {
    // Nobody guesses a token of 256 bits: what is slowed down is who tries, never who was sent one,
    // whoever else tries from the same address. So the link is looked up before anything is asked.
    if let Err(failure) = look(app, token).await {
        if matches!(&failure, Failure::Problem(why) if why.code() == "one-time-link.unknown") {
            Counted::of_address(origin).count_now(app).await?;
        }
        return Err(failure);
    }
    let (own, token, from) = (app.clone(), token.to_owned(), origin.clone());
    let bytes: [u8; 32] = random()?;
    let opened = app
        .db
        .write(async move |txn: &Txn| {
            let now = own.clock.system();
            let (link, account) = found(txn, &own, &token).await?;
            if !links::use_up(txn, &link.hash, now).await? {
                return Err(refused(LinkError::code)(LinkError::Used { at: now }));
            }
            links::end_open(txn, Some(account.id), now).await?;
            open_session(txn, &own, &account, (bytes, before, &from), "link").await
        })
        .await?;
    Ok(opened)
}

/// The moment after which a link that was asked for at a moment opens nothing.
#[must_use]
pub fn life() -> TimeDelta {
    SIGN_IN_LIFE
}
