//! Alerts: whoever has to know is told once when the use of a period reaches a share of its
//! allowance or budget.
//!
//! What is measured so far decides, by the same rating that will bill the period. A threshold is
//! recorded once for its period; what is measured less later takes nothing back. Of several
//! thresholds that are reached at once only the highest is told.

use chrono::{DateTime, Utc};

use super::Failure;
use super::mail::{self, Order};
use super::usage::running::{self, Asked, ItemUse};
use super::webhooks;
use crate::access::account::AccountState;
use crate::access::principal::Denied;
use crate::access::{Account, Party, Permission, Principal, Program, Role};
use crate::app::App;
use crate::billing::contract::{Contract, Price};
use crate::billing::rating::{Limit, reached};
use crate::db::access::accounts;
use crate::db::outbox::{self, OutboxEvent};
use crate::db::usage_alerts::{self, StoredAlert, UsageAlert};
use crate::db::{AsOf, Txn, contracts};
use crate::error::Problem;

/// The topic under which the outbox tells of an alert.
pub const TOPIC: &str = "usage.threshold-reached";

/// Holds what is measured so far against the thresholds of every contract; returns how many
/// thresholds are newly reached. A contract that cannot be measured is logged, the others go on.
///
/// # Errors
/// `db.*` when the contracts cannot be listed.
pub async fn evaluate(app: &App) -> Result<u64, Failure> {
    let on = app.db.reader();
    let now = app.clock.business();
    let today = now.date_naive();
    let people = accounts::list(&on, Program::itself().into()).await?;
    let mut new: u64 = 0;
    for parties in contracts::all(&on, Program::itself(), now).await? {
        let found =
            contracts::as_of::<Contract>(&on, Program::itself(), &parties.id, today, now).await?;
        let Some(contract) = found.map(|version| version.body) else {
            continue;
        };
        match of_contract(app, &contract, &people, now).await {
            Ok(found) => new = new.saturating_add(found),
            Err(failure) => {
                let problem = Problem::from(failure);
                tracing::warn!(contract = parties.id, "no alerts: {problem}");
            }
        }
    }
    Ok(new)
}

async fn of_contract(
    app: &App,
    contract: &Contract,
    people: &[Account],
    now: DateTime<Utc>,
) -> Result<u64, Failure> {
    let items = running::items(app, contract, Asked::default(), now).await?;
    let mut new: u64 = 0;
    for used in items.iter().filter(|used| used.any()) {
        let alerts = alerts_of(contract, used, now)?;
        new = new.saturating_add(record(app, contract, people, alerts).await?);
    }
    Ok(new)
}

/// The thresholds that an item has reached, by limit, the lowest first.
fn alerts_of(
    contract: &Contract,
    used: &ItemUse,
    now: DateTime<Utc>,
) -> Result<Vec<UsageAlert>, Failure> {
    let Some(standing) = &used.so_far else {
        return Ok(Vec::new());
    };
    let id = &used.item.item.id;
    let found = reached(standing, &contract.usage_alerts, id)
        .map_err(|error| Failure::of(error.code(), &error))?;
    let alert = |one: crate::billing::rating::Reached| UsageAlert {
        contract: contract.number.clone(),
        item: id.clone(),
        from: used.at.window.start(),
        to: used.at.window.end(),
        bound_kind: one.limit.as_str().to_owned(),
        threshold: one.threshold.to_string(),
        used: one.used,
        bound: one.bound,
        recorded_at: now,
    };
    Ok(found.into_iter().map(alert).collect())
}

/// Records what is new, and in the same transaction leaves mail and an event for the world outside.
async fn record(
    app: &App,
    contract: &Contract,
    people: &[Account],
    alerts: Vec<UsageAlert>,
) -> Result<u64, Failure> {
    if alerts.is_empty() {
        return Ok(0);
    }
    // Without a server nobody asks for mail: it would be old news when there is one.
    let told: Vec<Account> = match &app.mail {
        Some(_) => people
            .iter()
            .filter(|account| is_told(account, contract.customer))
            .cloned()
            .collect(),
        None => Vec::new(),
    };
    let customer = contract.customer;
    app.db
        .write(async move |txn: &Txn| {
            let mut new: u64 = 0;
            for limit in [Limit::Allowance, Limit::Budget] {
                let mut highest = None;
                let of = alerts.iter().filter(|one| one.bound_kind == limit.as_str());
                for alert in of {
                    highest = usage_alerts::insert(txn, alert)
                        .await?
                        .map(|id| (id, alert));
                    new = new.saturating_add(u64::from(highest.is_some()));
                }
                let Some((id, alert)) = highest else {
                    continue;
                };
                for account in &told {
                    let order = Order::UsageAlert {
                        account: account.id,
                        alert: id,
                        made_at: alert.recorded_at,
                    };
                    mail::enqueue(txn, &format!("usage-alert/{id}/{}", account.id), &order).await?;
                }
                let event = event(id, customer, alert);
                let order = webhooks::Order {
                    customer: customer.to_string(),
                    id: format!("usage-alert-{id}"),
                    body: message(&event, alert.recorded_at),
                };
                webhooks::enqueue(txn, &order).await?;
                outbox::write(txn, alert.recorded_at, &[event]).await?;
            }
            Ok::<_, Failure>(new)
        })
        .await
}

fn event(id: i64, customer: u32, alert: &UsageAlert) -> OutboxEvent {
    let body = serde_json::json!({
        "id": id, "customer": customer, "contract": alert.contract, "item": alert.item,
        "from": alert.from, "to": alert.to, "limit": alert.bound_kind,
        "threshold": alert.threshold, "used": alert.used, "bound": alert.bound,
        "recorded_at": alert.recorded_at,
    });
    OutboxEvent {
        topic: TOPIC.to_owned(),
        subject: format!("usage-alert/{id}"),
        body: body.to_string(),
    }
}

/// The event as a webhook tells it: its type, when it came to be, and what it is.
fn message(event: &OutboxEvent, at: DateTime<Utc>) -> String {
    let data = serde_json::from_str(&event.body).unwrap_or(serde_json::Value::Null);
    serde_json::json!({ "type": event.topic, "timestamp": at, "data": data }).to_string()
}

/// The customer's technical and billing contacts, and whoever runs the servers.
fn is_told(account: &Account, customer: u32) -> bool {
    let has = |role| account.roles.contains(&role);
    let asked = match account.party {
        Party::Staff => has(Role::Operations),
        Party::Customer(number) => {
            number == customer && (has(Role::CustomerTechnical) || has(Role::CustomerBilling))
        }
    };
    asked && account.state == AccountState::Active
}

/// An alert with the contract it is about, as it is today.
#[derive(Debug, Clone)]
pub struct Told {
    /// The alert.
    pub alert: StoredAlert,
    /// The contract.
    pub contract: Contract,
}

impl Told {
    /// The name, unit and instance of its item, as far as the contract still has it.
    #[must_use]
    pub fn item(&self) -> Option<&crate::billing::contract::Item> {
        let id = &self.alert.alert.item;
        let found = self.contract.every_item().find(|item| item.id == *id);
        found.filter(|item| matches!(item.price, Price::Usage { .. }))
    }
}

/// The highest alert of each item and limit whose period still runs, the newest first.
///
/// # Errors
/// `access.denied`, `db.*`.
pub async fn running_now(app: &App, by: &Principal) -> Result<Vec<Told>, Failure> {
    let permission = match by.party() {
        Party::Staff => Permission::ReadUsage,
        Party::Customer(_) => Permission::ReadOwnUsage,
    };
    let granted = by
        .require(permission)
        .map_err(|denied: Denied| Failure::of(denied.code(), &denied))?;
    let (on, at) = (app.db.reader(), AsOf::now(app.clock.business()));
    let all = usage_alerts::running(&on, granted.scope(), at.day).await?;
    let mut found: Vec<Told> = Vec::new();
    for stored in highest(all) {
        let number = &stored.alert.contract;
        let version =
            contracts::as_of::<Contract>(&on, granted.scope(), number, at.day, at.known_at).await?;
        if let Some(version) = version {
            found.push(Told {
                alert: stored,
                contract: version.body,
            });
        }
    }
    Ok(found)
}

/// Of the alerts of one item, period and limit the one of the highest threshold.
#[must_use]
pub fn highest(all: Vec<StoredAlert>) -> Vec<StoredAlert> {
    let key = |one: &StoredAlert| {
        let UsageAlert {
            contract,
            item,
            from,
            bound_kind,
            ..
        } = &one.alert;
        (contract.clone(), item.clone(), *from, bound_kind.clone())
    };
    let share = |one: &StoredAlert| one.alert.threshold.parse::<crate::billing::Percent>().ok();
    let mut kept: Vec<StoredAlert> = Vec::new();
    for one in all {
        match kept.iter_mut().find(|known| key(known) == key(&one)) {
            Some(known) if share(&one) > share(known) => *known = one,
            Some(_) => {}
            None => kept.push(one),
        }
    }
    kept
}
