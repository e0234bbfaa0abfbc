//! Webhooks that customers asked for: where they go, what signs them, and one from its job to its
//! receiver.

use std::time::Duration;

use chrono::{DateTime, Utc};
use data_encoding::BASE64;
use serde::{Deserialize, Serialize};

use super::Failure;
use crate::access::principal::Denied;
use crate::access::secret::SecretText;
use crate::access::{Permission, Principal, Program, Scope, Sealed};
use crate::app::App;
use crate::billing::party::Customer;
use crate::db::audit::{self, AuditEvent};
use crate::db::jobs::{self, LeasedJob};
use crate::db::webhooks::{self, Hook, HookState};
use crate::db::{AsOf, Txn, audit_chain, customers};
use crate::delivery::webhook::{Address, Message, WebhookError, send};
use crate::error::Problem;
use crate::keys::random;

/// The kind of the jobs.
pub const JOB: &str = "webhook";
/// What secrets are sealed for.
const PURPOSE: &str = "webhook";
/// Bytes of a secret: Standard Webhooks asks for 24 to 64.
const SECRET_BYTES: usize = 32;
/// How long the first failed attempt waits; each further one four times as long, up to the longest:
/// about two days for the twelve attempts of a job.
const FIRST_PAUSE: Duration = Duration::from_secs(5);
const LONGEST_PAUSE: Duration = Duration::from_secs(12 * 60 * 60);

/// A webhook that is to be sent.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Order {
    /// The customer's number.
    pub customer: String,
    /// The message's id, the same for all attempts.
    pub id: String,
    /// The JSON that is sent.
    pub body: String,
}

/// A customer's webhook as it is shown: without its secret.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Shown {
    /// The customer's number.
    pub customer: String,
    /// Where it goes.
    pub url: String,
    /// Whether it goes.
    pub state: HookState,
    /// Since when it is so.
    pub changed_at: DateTime<Utc>,
}

impl From<Hook> for Shown {
    fn from(hook: Hook) -> Self {
        Self {
            customer: hook.customer,
            url: hook.url,
            state: hook.state,
            changed_at: hook.changed_at,
        }
    }
}

fn granted(by: &Principal, permission: Permission) -> Result<Scope, Failure> {
    let granted = by.require(permission);
    granted
        .map(|granted| granted.scope())
        .map_err(|denied: Denied| Failure::of(denied.code(), &denied))
}

/// The webhook of a customer, as far as it has one; none when there is no such customer.
///
/// # Errors
/// `access.denied`, `db.*`.
pub async fn of(
    app: &App,
    by: &Principal,
    customer: &str,
) -> Result<Option<Option<Shown>>, Failure> {
    let scope = granted(by, Permission::ReadCustomers)?;
    if !known(app, scope, customer).await? {
        return Ok(None);
    }
    let found = webhooks::of(&app.db.reader(), scope, customer).await?;
    Ok(Some(found.map(Shown::from)))
}

/// Webhooks of customers by number, and the number behind which the next page begins.
///
/// # Errors
/// `access.denied`, `db.*`.
pub async fn list(
    app: &App,
    by: &Principal,
    state: Option<HookState>,
    from: (Option<&str>, u64),
) -> Result<(Vec<Shown>, Option<String>), Failure> {
    let scope = granted(by, Permission::ReadCustomers)?;
    let (found, next) = webhooks::feed(&app.db.reader(), scope, state, from).await?;
    Ok((found.into_iter().map(Shown::from).collect(), next))
}

async fn known(app: &App, scope: Scope, customer: &str) -> Result<bool, Failure> {
    let (on, at) = (app.db.reader(), AsOf::now(app.clock.business()));
    let found = customers::as_of::<Customer>(&on, scope, customer, at.day, at.known_at).await?;
    Ok(found.is_some())
}

/// What is wanted of a webhook.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Wanted {
    /// It goes to this address, with the secret it has or a new one.
    Address(String),
    /// It is signed with a new secret.
    NewSecret,
    /// It goes nowhere any more.
    Off,
}

/// Changes the webhook of a customer. Returns the text of a new secret: it is shown once.
///
/// # Errors
/// `access.denied`, `webhook.address`, `webhook.none` when there is nothing to change, `db.*`.
pub async fn change(
    app: &App,
    by: &Principal,
    customer: &str,
    wanted: &Wanted,
) -> Result<Option<SecretText>, Failure> {
    let (fresh, change) = draft(app, by, customer, wanted).await?;
    let (own, actor) = (app.clone(), by.actor());
    let write = async move |txn: &Txn| change_in(txn, &own, &actor, &change).await;
    let used = app.db.write(write).await?;
    seal(app).await?;
    Ok(used.then_some(fresh))
}

/// A change of a webhook that is not carried out yet, with the secret that it may need.
#[derive(Debug, Clone)]
pub struct Drafted {
    scope: Scope,
    customer: String,
    wanted: Wanted,
    sealed: Sealed,
}

/// As [`change`], before anything is stored: a new secret, and what is to be done.
///
/// # Errors
/// `access.denied`, `webhook.address`, `customer.unknown`, `db.*`.
pub async fn draft(
    app: &App,
    by: &Principal,
    customer: &str,
    wanted: &Wanted,
) -> Result<(SecretText, Drafted), Failure> {
    let scope = granted(by, Permission::EditCustomers)?;
    if !known(app, scope, customer).await? {
        let text = format!("there is no customer {customer}");
        return Err(Problem::new("customer.unknown", text).into());
    }
    let wanted = match wanted {
        Wanted::Address(text) => {
            let address = Address::parse(text, &app.private_hosts);
            let address = address.map_err(|error| Failure::of(error.code(), &error))?;
            Wanted::Address(address.as_str().to_owned())
        }
        other => other.clone(),
    };
    let (fresh, sealed) = fresh_secret(app)?;
    let drafted = Drafted {
        scope,
        customer: customer.to_owned(),
        wanted,
        sealed,
    };
    Ok((fresh, drafted))
}

/// Carries out what was drafted. True when the new secret is the webhook's from now on.
///
/// # Errors
/// `webhook.none` when there is nothing to change, `db.*`.
pub async fn change_in(
    txn: &Txn,
    app: &App,
    actor: &str,
    drafted: &Drafted,
) -> Result<bool, Failure> {
    let (number, sealed, now) = (&drafted.customer, &drafted.sealed, app.clock.business());
    // Read with the change, so that the trail tells what was there before.
    let before = webhooks::of(txn, drafted.scope, number).await?;
    let (hook, action) = changed(number, &drafted.wanted, before.as_ref(), sealed, now)?;
    webhooks::put(txn, &hook).await?;
    let told = |hook: &Hook| serde_json::json!({ "url": hook.url, "state": hook.state.as_str() });
    let payload = serde_json::json!({ "before": before.as_ref().map(told), "after": told(&hook) });
    let event = AuditEvent {
        actor: actor.to_owned(),
        action: action.to_owned(),
        subject: format!("customer/{number}"),
        payload: payload.to_string(),
    };
    audit::append(txn, now, &[event]).await?;
    Ok(hook.secret == *sealed)
}

/// Seals the trail after something was recorded.
///
/// # Errors
/// `db.*`.
pub async fn seal(app: &App) -> Result<(), Failure> {
    audit_chain::seal_all(&app.db.book, &app.actor, super::SEALING).await?;
    Ok(())
}

/// A new secret, and the form it is kept in.
fn fresh_secret(app: &App) -> Result<(SecretText, Sealed), Failure> {
    let text = format!("whsec_{}", BASE64.encode(&random::<SECRET_BYTES>()?));
    let sealed = app.keys.seal(PURPOSE, text.as_bytes(), random()?);
    let sealed = sealed.map_err(|error| Failure::of(error.code(), &error))?;
    Ok((SecretText::new(text), sealed))
}

/// What a webhook is once it is changed, and the name of that deed.
fn changed(
    customer: &str,
    wanted: &Wanted,
    before: Option<&Hook>,
    fresh: &Sealed,
    now: DateTime<Utc>,
) -> Result<(Hook, &'static str), Problem> {
    let (url, secret, state, action) = match (wanted, before) {
        (Wanted::Address(url), known) => {
            // Another receiver must not be trusted with what the last one knows.
            let kept = known.filter(|hook| same_receiver(&hook.url, url));
            let secret = kept.map_or(fresh, |hook| &hook.secret);
            (url, secret, HookState::On, "customer.webhook-set")
        }
        (Wanted::NewSecret, Some(hook)) => {
            (&hook.url, fresh, hook.state, "customer.webhook-secret")
        }
        (Wanted::Off, Some(hook)) => {
            let off = "customer.webhook-off";
            (&hook.url, &hook.secret, HookState::Off, off)
        }
        (Wanted::NewSecret | Wanted::Off, None) => {
            return Err(Problem::new("webhook.none", "the customer has no webhook"));
        }
    };
    let hook = Hook {
        customer: customer.to_owned(),
        url: url.clone(),
        secret: secret.clone(),
        state,
        changed_at: now,
    };
    Ok((hook, action))
}

/// Do two addresses lead to one host and port?
fn same_receiver(one: &str, other: &str) -> bool {
    let origin = |text: &str| reqwest::Url::parse(text).map(|url| url.origin());
    matches!((origin(one), origin(other)), (Ok(one), Ok(other)) if one == other)
}

/// Leaves a webhook to be sent, where the customer has one that goes; one of an id goes once.
///
/// # Errors
/// `db.*`.
pub async fn enqueue(txn: &Txn, order: &Order) -> Result<(), Failure> {
    let hook = webhooks::of(txn, Program::itself(), &order.customer).await?;
    if hook.is_some_and(|hook| hook.state == HookState::On) {
        jobs::enqueue(txn, JOB, &order.id, order).await?;
    }
    Ok(())
}

/// Sends the webhook of a job, or says in the job why it is not sent yet. A receiver that is gone
/// gets no further ones.
///
/// # Errors
/// `db.*`.
pub async fn work(app: &App, job: &LeasedJob) -> Result<(), Failure> {
    let order: Order = job.read_body()?;
    let on = app.db.reader();
    let hook = webhooks::of(&on, Program::itself(), &order.customer).await?;
    let outcome = match hook.as_ref().filter(|hook| hook.state == HookState::On) {
        Some(hook) => attempt(app, hook, &order).await,
        // It is kept: whoever switches the webhook on again can have it sent.
        None => Err(WebhookError::Off),
    };
    let (job, now, actor) = (job.clone(), app.clock.business(), app.actor.clone());
    app.db
        .write(async move |txn: &Txn| {
            let Err(error) = &outcome else {
                jobs::remove(txn, &job).await?;
                return Ok(());
            };
            let text = format!("{}: {error}", error.code());
            match error {
                WebhookError::Gone => {
                    if let Some(hook) = &hook
                        && webhooks::mark_gone(txn, hook, now).await?
                    {
                        audit::append(txn, now, &[gone(&actor, hook)]).await?;
                    }
                    jobs::give_up(txn, &job, &text).await?;
                }
                WebhookError::Off | WebhookError::Address(_) | WebhookError::Unsigned => {
                    jobs::give_up(txn, &job, &text).await?;
                }
                WebhookError::Private { .. }
                | WebhookError::Unreachable
                | WebhookError::Refused(_) => {
                    jobs::fail(txn, &job, &text, pause(job.attempt)).await?;
                }
            }
            Ok::<_, Failure>(())
        })
        .await
}

/// The record that a receiver said it is gone.
fn gone(actor: &str, hook: &Hook) -> AuditEvent {
    AuditEvent {
        actor: actor.to_owned(),
        action: "customer.webhook-gone".to_owned(),
        subject: format!("customer/{}", hook.customer),
        payload: serde_json::json!({ "url": hook.url }).to_string(),
    }
}

async fn attempt(app: &App, hook: &Hook, order: &Order) -> Result<(), WebhookError> {
    let secret = app.keys.open(PURPOSE, &hook.secret);
    let secret = secret.map_err(|_| WebhookError::Unsigned)?;
    let secret = String::from_utf8_lossy(&secret).into_owned();
    let address = Address::parse(&hook.url, &app.private_hosts)?;
    let message = Message {
        id: &order.id,
        timestamp: app.clock.system().timestamp(),
        body: &order.body,
    };
    send(&address, &app.private_hosts, &secret, message).await
}

/// Four times as long with each attempt.
fn pause(attempt: u32) -> Duration {
    let times = 4_u32.checked_pow(attempt.saturating_sub(1));
    let pause = times.and_then(|times| FIRST_PAUSE.checked_mul(times));
    pause.unwrap_or(LONGEST_PAUSE).min(LONGEST_PAUSE)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn attempts_come_further_apart_and_go_on_for_two_days() {
        let seconds = |attempt| pause(attempt).as_secs();
        assert_eq!([1, 2, 3, 12].map(seconds), [5, 20, 80, 43_200]);
        assert_eq!(seconds(u32::MAX), 43_200);
        // Twelve attempts have eleven pauses between them.
        let days = (1..12).map(seconds).sum::<u64>() / 86_400;
        assert_eq!(days, 2);
    }
}
