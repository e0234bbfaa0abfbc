//! Where customers want to be told by a program: one address each, with a sealed secret.

use chrono::{DateTime, Utc};
use sea_orm::QueryResult;

use super::convert::{From, stamp};
use super::filter::{Filter, cut};
use super::txn::{Source, Txn, rows};
use super::{DbError, customers};
use crate::access::{Reach, Scope, Sealed};

/// Whether webhooks go to an address.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum HookState {
    /// They do.
    On,
    /// Somebody switched them off.
    Off,
    /// The receiver answered that it is gone.
    Gone,
}

impl HookState {
    /// All of them with their codes.
    pub const ALL: [(Self, &'static str); 3] =
        [(Self::On, "on"), (Self::Off, "off"), (Self::Gone, "gone")];

    /// The code under which it is stored.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        let own = Self::ALL.into_iter().find(|(state, _)| *state == self);
        own.map_or("", |(_, code)| code)
    }
}

/// A customer's address.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Hook {
    /// The customer's number.
    pub customer: String,
    /// Where webhooks go.
    pub url: String,
    /// What signs them, sealed.
    pub secret: Sealed,
    /// Whether they go.
    pub state: HookState,
    /// Since when it is so.
    pub changed_at: DateTime<Utc>,
}

/// The address of a customer; none when it has none.
///
/// # Errors
/// `db.unreachable`, `db.corrupt-row`.
pub async fn of(
    on: &impl Source,
    scope: impl Into<Scope>,
    customer: &str,
) -> Result<Option<Hook>, DbError> {
    if !customers::admits(scope.into(), customer) {
        return Ok(None);
    }
    let sql = "SELECT customer, url, secret, state, changed_at FROM webhook WHERE customer = $1";
    let found = rows(on, sql, vec![customer.into()]).await?;
    found.first().map(hook).transpose()
}

fn hook(row: &QueryResult) -> Result<Hook, DbError> {
    let text = |column: &str| row.try_get::<String>("", column);
    let customer = text("customer")?;
    let from = From {
        table: "webhook",
        id: &customer,
    };
    let state = text("state")?;
    let known = HookState::ALL.into_iter().find(|(_, code)| *code == state);
    let (state, _) = known.ok_or_else(|| from.corrupt(format!("state {state:?}")))?;
    Ok(Hook {
        url: text("url")?,
        secret: Sealed::stored(text("secret")?),
        changed_at: from.instant(&text("changed_at")?)?,
        customer,
        state,
    })
}

/// At most `limit` addresses behind that of a customer, by number, and the number behind which the
/// next page begins.
///
/// # Errors
/// `db.unreachable`, `db.corrupt-row`.
pub async fn feed(
    on: &impl Source,
    scope: Scope,
    state: Option<HookState>,
    (after, limit): (Option<&str>, u64),
) -> Result<(Vec<Hook>, Option<String>), DbError> {
    let mut filter = Filter::new(on);
    if let Reach::Customer(own) = scope.reach() {
        let own = filter.value(own.to_string());
        filter.add(format!("customer = {own}"));
    }
    if let Some(state) = state {
        let state = filter.value(state.as_str());
        filter.add(format!("state = {state}"));
    }
    if let Some(after) = after {
        let after = filter.value(after);
        filter.add(format!("customer > {after}"));
    }
    let (condition, values) = filter.parts();
    let sql = format!(
        "SELECT customer, url, secret, state, changed_at FROM webhook WHERE {condition} \
         ORDER BY customer LIMIT {}",
        limit.saturating_add(1)
    );
    let found = rows(on, &sql, values).await?;
    let mut hooks = found.iter().map(hook).collect::<Result<Vec<_>, _>>()?;
    let more = cut(&mut hooks, limit);
    let next = hooks.last().filter(|_| more);
    let next = next.map(|last| last.customer.clone());
    Ok((hooks, next))
}

/// Records an address in place of the one before.
///
/// # Errors
/// `db.refused` when there is no such customer.
pub async fn put(txn: &Txn, hook: &Hook) -> Result<(), DbError> {
    let Hook {
        customer,
        url,
        secret,
        state,
        changed_at,
    } = hook.clone();
    let sql = "INSERT INTO webhook (customer, url, secret, state, changed_at) \
               VALUES ($1, $2, $3, $4, $5) ON CONFLICT (customer) DO UPDATE SET \
               url = excluded.url, secret = excluded.secret, state = excluded.state, \
               changed_at = excluded.changed_at";
    let values = vec![
        customer.into(),
        url.into(),
        secret.as_str().into(),
        state.as_str().into(),
        stamp(changed_at).into(),
    ];
    txn.execute(sql, values).await?;
    Ok(())
}

/// Records that a receiver is gone, unless another address or state was set meanwhile. Says whether
/// it is so.
///
/// # Errors
/// `db.unreachable`.
pub async fn mark_gone(txn: &Txn, hook: &Hook, at: DateTime<Utc>) -> Result<bool, DbError> {
    let sql = "UPDATE webhook SET state = 'gone', changed_at = $3 \
               WHERE customer = $1 AND url = $2 AND state = 'on'";
    let values = vec![
        hook.customer.clone().into(),
        hook.url.clone().into(),
        stamp(at).into(),
    ];
    Ok(txn.execute(sql, values).await? > 0)
}
