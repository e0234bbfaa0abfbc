//! Entitlements: may a contract's servers do something now, and how much of it is left?
//!
//! Asked by programs before they act, so the answer lies in memory. What a contract agrees is held
//! against the newest version in the store with each question; what is measured is at most a minute
//! old where it is asked for often, and says as of when it is.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use chrono::{DateTime, NaiveDate, TimeDelta, Utc};

use super::Failure;
use super::contracts::within;
use super::facts::index_table;
use super::usage::running::{self, Asked, ItemUse};
use crate::access::principal::Denied;
use crate::access::{Party, Permission, Principal, Scope};
use crate::app::App;
use crate::billing::charge::Unit;
use crate::billing::contract::{Contract, EffectiveItem, Family, Price, foreseen};
use crate::billing::{Quantity, Ratio};
use crate::db::{AsOf, contracts};
use crate::error::Problem;

/// From this age on what was measured is measured again, while the earlier answer is given.
const FRESH: TimeDelta = TimeDelta::seconds(60);
/// From this age on an answer waits for the new measurement.
const OLD: TimeDelta = TimeDelta::minutes(5);
/// Contracts that are kept: a few kilobytes each.
const KEPT: usize = 10_000;

/// The answer to one question.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Entitlement {
    /// Whether an item of the contract grants it today.
    pub granted: bool,
    /// What is included in the running period; none without a limit.
    pub limit: Option<Quantity>,
    /// What was used of it so far; none for what is not metered, or not measured yet.
    pub used: Option<Quantity>,
    /// What is left; none without a limit. Nothing is cut off at zero: more is billed.
    pub remaining: Option<Quantity>,
    /// The unit of the three.
    pub unit: Option<Unit>,
    /// The measured share of the running period; none for what is not metered.
    pub measured: Option<Ratio>,
    /// When the running period ends and use counts from zero; none for what is not metered.
    pub resets_at: Option<DateTime<Utc>>,
    /// As of when it was measured.
    pub as_of: DateTime<Utc>,
}

/// What one contract grants.
#[derive(Debug)]
struct Granted {
    contract: Contract,
    day: NaiveDate,
    as_of: DateTime<Utc>,
    items: Vec<EffectiveItem>,
    used: Vec<ItemUse>,
}

#[derive(Debug, Clone)]
struct Entry {
    /// The newest version of any contract when it was last held against the store.
    newest: i64,
    granted: Arc<Granted>,
    /// Whether it is being measured anew.
    working: bool,
}

/// What was granted lately, of one server.
#[derive(Debug, Clone, Default)]
pub struct Cache(Arc<Mutex<HashMap<String, Entry>>>);

impl Cache {
    fn locked(&self) -> MutexGuard<'_, HashMap<String, Entry>> {
        // An entry is replaced as a whole, so a panic leaves no half of it.
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn get(&self, contract: &str) -> Option<Entry> {
        self.locked().get(contract).cloned()
    }

    fn put(&self, newest: i64, granted: Granted) -> Arc<Granted> {
        let granted = Arc::new(granted);
        let mut entries = self.locked();
        if entries.len() >= KEPT {
            entries.clear();
        }
        let entry = Entry {
            newest,
            granted: Arc::clone(&granted),
            working: false,
        };
        entries.insert(granted.contract.number.clone(), entry);
        granted
    }

    /// Takes the work of measuring anew; false when somebody is at it.
    fn begin(&self, contract: &str) -> bool {
        let mut entries = self.locked();
        let entry = entries.get_mut(contract);
        entry.is_some_and(|entry| !std::mem::replace(&mut entry.working, true))
    }

    fn give_up(&self, contract: &str) {
        if let Some(entry) = self.locked().get_mut(contract) {
            entry.working = false;
        }
    }
}

/// What a contract grants of a feature or meter: `key` is the id of an item, a plan family, or the
/// name of a meter. None when there is no such contract within reach.
///
/// # Errors
/// `access.denied`, `db.*`, and those of `running::items`.
pub async fn check(
    app: &App,
    by: &Principal,
    cache: &Cache,
    (number, key): (&str, &str),
) -> Result<Option<Entitlement>, Failure> {
    let permission = match by.party() {
        Party::Staff => Permission::ReadUsage,
        Party::Customer(_) => Permission::ReadOwnUsage,
    };
    let scope = by
        .require(permission)
        .map_err(|denied: Denied| Failure::of(denied.code(), &denied))?
        .scope();
    let Some(granted) = granted(app, scope, cache, number).await? else {
        return Ok(None);
    };
    // What is kept was loaded for somebody else, perhaps: the row decides.
    if !scope.admits(granted.contract.customer) {
        return Ok(None);
    }
    entitlement(&granted, key).map(Some)
}

async fn granted(
    app: &App,
    scope: Scope,
    cache: &Cache,
    number: &str,
) -> Result<Option<Arc<Granted>>, Failure> {
    let on = app.db.reader();
    let at = AsOf::now(app.clock.business());
    let newest = contracts::newest_version(&on).await?;
    let kept = cache.get(number);
    if let Some(entry) = &kept {
        let day = local_day(&entry.granted.contract, at);
        let age = at.known_at - entry.granted.as_of;
        if entry.newest == newest && entry.granted.day == day && age < OLD {
            if age >= FRESH && cache.begin(number) {
                measure_later(app, cache, newest, Arc::clone(&entry.granted));
            }
            return Ok(Some(Arc::clone(&entry.granted)));
        }
    }
    let Some(contract) = within(&on, scope, number, at).await? else {
        return Ok(None);
    };
    // Another contract has changed, and this one has not: what was measured still holds.
    if let Some(entry) = kept {
        let old = &entry.granted;
        let same = old.contract == contract && old.day == local_day(&contract, at);
        if same && at.known_at - old.as_of < FRESH {
            let mut entries = cache.locked();
            entries.insert(
                number.to_owned(),
                Entry {
                    newest,
                    ..entry.clone()
                },
            );
            return Ok(Some(Arc::clone(old)));
        }
    }
    Ok(Some(cache.put(newest, measured(app, contract, at).await?)))
}

fn local_day(contract: &Contract, at: AsOf) -> NaiveDate {
    at.known_at.with_timezone(&contract.zone).date_naive()
}

async fn measured(app: &App, contract: Contract, at: AsOf) -> Result<Granted, Failure> {
    let day = local_day(&contract, at);
    let indices = index_table(&app.db.reader(), [&contract], at.known_at).await?;
    let seen = foreseen(&contract, &indices, day, day)
        .map_err(|error| Failure::of(error.code(), &error))?;
    let runs = |item: &EffectiveItem| {
        let until = item.item.until;
        item.item.from <= day && until.is_none_or(|until| day < until)
    };
    let used = running::items(app, &contract, Asked::default(), at.known_at).await?;
    Ok(Granted {
        items: seen.items.into_iter().filter(runs).collect(),
        as_of: at.known_at,
        contract,
        used,
        day,
    })
}

/// Measures in a task of its own; what fails is logged, and the next question tries again.
fn measure_later(app: &App, cache: &Cache, newest: i64, old: Arc<Granted>) {
    let (app, cache) = (app.clone(), cache.clone());
    tokio::spawn(async move {
        let at = AsOf::now(app.clock.business());
        match measured(&app, old.contract.clone(), at).await {
            Ok(granted) => {
                cache.put(newest, granted);
            }
            Err(failure) => {
                cache.give_up(&old.contract.number);
                Problem::from(failure).log();
            }
        }
    });
}

/// The codes of the plan families, as a book names them.
fn family(item: &EffectiveItem) -> &'static str {
    match item.item.family {
        Family::Operated => "operated",
        Family::Support => "support",
        Family::Moderation => "moderation",
    }
}

fn answers(item: &EffectiveItem, key: &str) -> bool {
    let meter = match &item.item.price {
        Price::Usage { meter, .. } => Some(meter.as_str()),
        _ => None,
    };
    item.item.id == key || family(item) == key || meter == Some(key)
}

/// The answer from what is kept. A plan family is a feature, and metered items below it have keys
/// of their own.
fn entitlement(granted: &Granted, key: &str) -> Result<Entitlement, Failure> {
    let mut answer = Entitlement {
        granted: granted.items.iter().any(|item| answers(item, key)),
        limit: None,
        used: None,
        remaining: None,
        unit: None,
        measured: None,
        resets_at: None,
        as_of: granted.as_of,
    };
    let metered = granted
        .used
        .iter()
        .filter(|used| answers(&used.item, key) && family(&used.item) != key);
    let (mut limit, mut used) = (Some(Ratio::ZERO), Some(Ratio::ZERO));
    for one in metered {
        let end = one.at.window.instants(granted.contract.zone);
        let end = end.map_err(|error| Failure::of(error.code(), &error))?.end;
        answer.resets_at = Some(answer.resets_at.map_or(end, |known| known.min(end)));
        let share = one.measured();
        answer.measured = Some(answer.measured.map_or(share, |known| known.min(share)));
        if let Price::Usage { unit, .. } = &one.item.item.price {
            answer.unit = Some(*unit);
        }
        let standing = one.so_far.as_ref();
        let included = standing
            .map(|one| one.included)
            .filter(|one| !one.is_zero());
        let measured = standing.filter(|_| one.any()).map(|one| one.used);
        limit = sum(limit, included)?;
        used = sum(used, measured)?;
    }
    if answer.resets_at.is_none() {
        return Ok(answer);
    }
    let quantity = |of: Ratio| {
        Quantity::rounded(of, crate::billing::Rounding::HalfUp)
            .map_err(|error| Failure::of(error.code(), &error))
    };
    answer.limit = limit.map(quantity).transpose()?;
    answer.used = used.map(quantity).transpose()?;
    if let (Some(limit), Some(used)) = (limit, used) {
        let left = limit
            .minus(used)
            .map_err(|error| Failure::of(error.code(), &error))?;
        answer.remaining = Some(quantity(left.max(Ratio::ZERO))?);
    }
    Ok(answer)
}

/// A sum that is not known when one of its parts is not.
fn sum(total: Option<Ratio>, part: Option<Quantity>) -> Result<Option<Ratio>, Failure> {
    match (total, part) {
        (Some(total), Some(part)) => {
            let sum = total.plus(part.ratio());
            Ok(Some(
                sum.map_err(|error| Failure::of(error.code(), &error))?,
            ))
        }
        _ => Ok(None),
    }
}
