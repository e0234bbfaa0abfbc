//! Webhooks of instances: registered with a secret, rotated with two, and their messages taken.
//!
//! Mastodon makes the secret of a webhook and shows it to its administrator, who gives it here; a
//! sender of one's own may be given one that is made here and shown once. Either is sealed.

use chrono::TimeDelta;
use data_encoding::HEXLOWER;

use super::{Failure, SEALING};
use crate::access::principal::Denied;
use crate::access::{Permission, Principal, Sealed, SecretText};
use crate::app::App;
use crate::db::audit::{self, AuditEvent};
use crate::db::mastodon_hooks::{self as store, MastodonHook, Outcome};
use crate::db::{Source, Txn, audit_chain};
use crate::error::Problem;
use crate::keys::random;
use crate::observe::metrics;
use crate::telemetry::PayloadKind;
use crate::telemetry::evidence::Request;
use crate::telemetry::mastodon::hook::{self, HookError, checked_instance, checked_secret};
use crate::telemetry::mastodon::reports::{Message, minimised_message};
use crate::usecases::ingest::ingest_all;

/// Random bytes of a secret that is made here: as many as Mastodon's own has, shown as 40
/// hexadecimal digits.
const SECRET_BYTES: usize = 20;
/// Between two notes of refused messages.
const QUIET: TimeDelta = TimeDelta::minutes(1);

fn refused(error: HookError) -> Failure {
    Failure::of(error.code(), &error)
}

fn unknown() -> Failure {
    let text = "there is no webhook of this instance";
    Problem::new("mastodon.unknown-instance", text).into()
}

/// The secret of a webhook on its way into the book.
#[derive(Debug)]
pub struct Fresh {
    /// The instance in its one spelling.
    pub instance: String,
    /// The secret, when it was made here: to be shown once.
    pub made: Option<SecretText>,
    /// The secret as it is stored.
    pub sealed: Sealed,
}

/// Seals the secret that was given, or one that is made now.
///
/// # Errors
/// `mastodon.instance`, `mastodon.secret`, `keys.no-random`.
pub fn fresh(app: &App, instance: &str, given: Option<&str>) -> Result<Fresh, Failure> {
    let instance = checked_instance(instance).map_err(refused)?;
    let made = match given {
        Some(_) => None,
        None => Some(SecretText::new(HEXLOWER.encode(&random::<SECRET_BYTES>()?))),
    };
    let text = made.as_ref().map_or(given, |made| Some(made.reveal()));
    let text = checked_secret(text.unwrap_or_default()).map_err(refused)?;
    let sealed = app
        .keys
        .seal(&purpose(&instance), text.as_bytes(), random()?);
    let sealed = sealed.map_err(|error| Failure::of(error.code(), &error))?;
    Ok(Fresh {
        instance,
        made,
        sealed,
    })
}

/// A secret that is moved to another instance's row does not open.
fn purpose(instance: &str) -> String {
    format!("mastodon-hook/{instance}")
}

/// May this be done? Asked before anything is loaded.
///
/// # Errors
/// `access.denied`.
pub fn require(by: &Principal, permission: Permission) -> Result<(), Failure> {
    let granted = by.require(permission);
    granted.map_err(|denied: Denied| Failure::of(denied.code(), &denied))?;
    Ok(())
}

/// All webhooks, by instance.
///
/// # Errors
/// `access.denied`, `db.*`.
pub async fn list(app: &App, by: &Principal) -> Result<Vec<MastodonHook>, Failure> {
    require(by, Permission::ReadSettings)?;
    Ok(store::list(&app.db.reader()).await?)
}

/// The webhook of an instance.
///
/// # Errors
/// `access.denied`, `mastodon.unknown-instance`, `db.*`.
pub async fn one(app: &App, by: &Principal, instance: &str) -> Result<MastodonHook, Failure> {
    require(by, Permission::ReadSettings)?;
    found(&app.db.reader(), instance).await
}

/// The webhook of an instance, for whoever has asked for the permission.
///
/// # Errors
/// `mastodon.unknown-instance`, `db.*`.
pub async fn found(on: &impl Source, instance: &str) -> Result<MastodonHook, Failure> {
    let name = known(instance)?;
    store::get(on, &name).await?.ok_or_else(unknown)
}

/// An instance in the one spelling under which it is looked up.
///
/// # Errors
/// `mastodon.unknown-instance`: a text that is no name has no webhook.
pub fn known(instance: &str) -> Result<String, Failure> {
    checked_instance(instance).map_err(|_| unknown())
}

/// What is done to a webhook.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Step {
    /// It is made.
    Register(Sealed),
    /// It gets a new secret; the one it has counts beside it until it is settled.
    Rotate(Sealed),
    /// Only the newest secret counts from now on.
    Settle,
    /// It is taken away; its evidence stays.
    Close,
}

/// Does one step in the caller's transaction, and returns the webhook as it is then (as it was,
/// when it is closed).
///
/// # Errors
/// `mastodon.hook-exists`, `mastodon.unknown-instance`, `mastodon.settled`.
pub async fn step_in(
    txn: &Txn,
    app: &App,
    actor: &str,
    (instance, step): (&str, &Step),
) -> Result<MastodonHook, Failure> {
    let (system, at) = (app.clock.system(), app.clock.business());
    let action = match step {
        Step::Register(secret) => {
            if !store::insert(txn, instance, secret, system).await? {
                let text = format!("{instance} has a webhook: rotate its secret, or close it");
                return Err(Problem::new("mastodon.hook-exists", text).into());
            }
            "mastodon-hook.registered"
        }
        Step::Rotate(secret) => {
            if !store::rotate(txn, instance, secret, system).await? {
                return Err(unknown());
            }
            "mastodon-hook.rotated"
        }
        Step::Settle => {
            found(txn, instance).await?;
            if !store::settle(txn, instance).await? {
                let text = format!("{instance} has one secret only");
                return Err(Problem::new("mastodon.settled", text).into());
            }
            "mastodon-hook.settled"
        }
        Step::Close => "mastodon-hook.closed",
    };
    let after = found(txn, instance).await?;
    if *step == Step::Close {
        store::remove(txn, instance).await?;
    }
    let event = AuditEvent {
        actor: actor.to_owned(),
        action: action.to_owned(),
        subject: format!("mastodon-hook/{instance}"),
        payload: serde_json::json!({ "instance": instance }).to_string(),
    };
    audit::append(txn, at, &[event]).await?;
    Ok(after)
}

/// Does one step for whoever may run the program.
///
/// # Errors
/// As [`step_in`].
pub async fn step(app: &App, instance: &str, step: Step) -> Result<MastodonHook, Failure> {
    let name = checked_instance(instance).map_err(refused)?;
    let own = app.clone();
    let after = app
        .db
        .write(async move |txn: &Txn| step_in(txn, &own, &own.actor, (&name, &step)).await)
        .await?;
    seal(app).await?;
    Ok(after)
}

/// Seals the trail after a step.
///
/// # Errors
/// `db.*`.
pub async fn seal(app: &App) -> Result<(), Failure> {
    audit_chain::seal_all(&app.db.book, &app.actor, SEALING).await?;
    Ok(())
}

/// Takes a message. The answer is good once what is kept of it is committed.
///
/// # Errors
/// `mastodon.unknown-instance`, `mastodon.signature`, `mastodon.payload` for what will never be
/// taken; everything else is a fault that passes, and the message comes again.
pub async fn take(
    app: &App,
    instance: &str,
    (signature, body): (&str, &[u8]),
) -> Result<Outcome, Failure> {
    let hook = found(&app.db.reader(), instance).await;
    let hook = hook.inspect_err(|_| metrics::mastodon_hook("unknown"))?;
    let open = |sealed: &Sealed| app.keys.open(&purpose(&hook.instance), sealed);
    let secrets = std::iter::once(&hook.secret).chain(&hook.older).map(open);
    let secrets: Vec<Vec<u8>> = secrets
        .collect::<Result<_, _>>()
        .map_err(|error| Failure::of(error.code(), &error))?;
    let signed = hook::verify(body, signature, secrets.iter().map(Vec::as_slice));
    let message = match signed.and_then(|()| minimised_message(body)) {
        Ok(message) => message,
        Err(error) => {
            metrics::mastodon_hook("refused");
            note_refusal(app, &hook.instance, error.code()).await?;
            return Err(refused(error));
        }
    };
    let outcome = match message {
        Message::Other => Outcome::Ignored,
        Message::Report { bytes } => keep(app, &hook.instance, bytes).await?,
    };
    metrics::mastodon_hook(match outcome {
        Outcome::Taken => "taken",
        Outcome::Repeated => "repeated",
        Outcome::Ignored => "ignored",
    });
    let (name, at) = (hook.instance, app.clock.system());
    app.db
        .write(async move |txn: &Txn| store::count(txn, &name, outcome, at).await)
        .await?;
    Ok(outcome)
}

async fn keep(app: &App, instance: &str, bytes: Vec<u8>) -> Result<Outcome, Failure> {
    let request = Request {
        source: format!("mastodon-hook/{instance}"),
        instance: Some(instance.to_owned()),
        received_at: app.clock.business(),
        kind: PayloadKind::MastodonReports,
        bytes,
    };
    Ok(match ingest_all(app, [request]).await? {
        0 => Outcome::Repeated,
        _ => Outcome::Taken,
    })
}

async fn note_refusal(app: &App, instance: &str, code: &'static str) -> Result<(), Failure> {
    let (name, at) = (instance.to_owned(), app.clock.system());
    app.db
        .write(async move |txn: &Txn| store::refused(txn, &name, code, (at, at - QUIET)).await)
        .await?;
    Ok(())
}
