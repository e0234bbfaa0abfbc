//! Checkouts of invoices at the gateway: at most one of an invoice runs.

use chrono::{DateTime, Utc};
use sea_orm::sea_query::NullOrdering;
use sea_orm::{
    ActiveValue::NotSet, ColumnTrait, EntityTrait, Order, QueryFilter, QueryOrder, QuerySelect,
    Set, Unchanged,
};

use crate::billing::Money;
use crate::db::DbError;
use crate::db::bulk::insert_all;
use crate::db::convert::{From, day, stamp};
use crate::db::entities::checkout;
use crate::db::invoices::InvoiceId;
use crate::db::txn::{Source, Txn, rows};

/// Where a checkout stands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum CheckoutState {
    /// The gateway is asked for a page; asked again, it gives the same one.
    Opening,
    /// The payer may pay on the gateway's page.
    Open {
        /// The gateway's session.
        session: String,
        /// The address of its page.
        url: String,
    },
    /// Paid.
    Paid {
        /// The gateway's session.
        session: String,
        /// When it was known, in business time.
        ended_at: DateTime<Utc>,
    },
    /// Nobody paid in time, or the amount was no longer right.
    Expired {
        /// The gateway's session, if it made one.
        session: Option<String>,
        /// When, in business time.
        ended_at: DateTime<Utc>,
    },
}

impl CheckoutState {
    /// The gateway's session.
    #[must_use]
    pub fn session(&self) -> Option<&str> {
        match self {
            Self::Opening => None,
            Self::Open { session, .. } | Self::Paid { session, .. } => Some(session),
            Self::Expired { session, .. } => session.as_deref(),
        }
    }
}

/// A checkout.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Checkout {
    /// Names it, also at the gateway.
    pub key: String,
    /// What is paid.
    pub invoice: InvoiceId,
    /// How much.
    pub amount: Money,
    /// Where the payer comes back to.
    pub back: String,
    /// Who started it.
    pub started_by: String,
    /// When, in business time.
    pub started_at: DateTime<Utc>,
    /// Until when it can be paid, in system time.
    pub expires_at: DateTime<Utc>,
    /// Where it stands.
    pub state: CheckoutState,
}

/// Adds a checkout.
///
/// # Errors
/// `db.duplicate` when another one of the invoice runs.
pub async fn insert(txn: &Txn, checkout: &Checkout) -> Result<(), DbError> {
    insert_all(txn, vec![row(checkout)]).await
}

/// Writes where a checkout stands now.
///
/// # Errors
/// `db.immutable` when it was paid, `db.missing`.
pub async fn save(txn: &Txn, checkout: &Checkout) -> Result<(), DbError> {
    let key = checkout.key.clone();
    let updated = checkout::Entity::update(checkout::ActiveModel {
        key: Unchanged(key),
        ..row(checkout)
    });
    updated.exec(txn.orm()).await?;
    Ok(())
}

/// A checkout by its key, locked until the transaction ends where the database has row locks.
///
/// # Errors
/// `db.corrupt-row`.
pub async fn lock(txn: &Txn, key: &str) -> Result<Option<Checkout>, DbError> {
    let mut found = checkout::Entity::find_by_id(key.to_owned());
    if txn.postgres() {
        found = found.lock_exclusive();
    }
    found.one(txn.orm()).await?.map(checkout_of).transpose()
}

/// The checkout of an invoice that runs.
///
/// # Errors
/// `db.corrupt-row`.
pub async fn running(on: &impl Source, invoice: InvoiceId) -> Result<Option<Checkout>, DbError> {
    let found = checkout::Entity::find()
        .filter(checkout::Column::Invoice.eq(invoice.0))
        .filter(checkout::Column::State.is_in(["opening", "open"]))
        .one(&on.on().0)
        .await?;
    found.map(checkout_of).transpose()
}

/// The newest checkout of an invoice.
///
/// # Errors
/// `db.corrupt-row`.
pub async fn newest(on: &impl Source, invoice: InvoiceId) -> Result<Option<Checkout>, DbError> {
    let found = checkout::Entity::find()
        .filter(checkout::Column::Invoice.eq(invoice.0))
        .order_by_desc(checkout::Column::StartedAt)
        .order_by_desc(checkout::Column::Key)
        .one(&on.on().0)
        .await?;
    found.map(checkout_of).transpose()
}

/// A checkout by our key.
///
/// # Errors
/// `db.corrupt-row`.
pub async fn by_key(on: &impl Source, key: &str) -> Result<Option<Checkout>, DbError> {
    let found = checkout::Entity::find_by_id(key.to_owned());
    let found = found.one(&on.on().0).await?;
    found.map(checkout_of).transpose()
}

/// A checkout by the gateway's session.
///
/// # Errors
/// `db.corrupt-row`.
pub async fn by_session(on: &impl Source, session: &str) -> Result<Option<Checkout>, DbError> {
    let found = checkout::Entity::find()
        .filter(checkout::Column::Session.eq(session))
        .one(&on.on().0)
        .await?;
    found.map(checkout_of).transpose()
}

/// The checkouts of an invoice that have a session at the gateway, oldest first.
///
/// # Errors
/// `db.corrupt-row`.
pub async fn with_session(on: &impl Source, invoice: InvoiceId) -> Result<Vec<Checkout>, DbError> {
    let found = checkout::Entity::find()
        .filter(checkout::Column::Invoice.eq(invoice.0))
        .filter(checkout::Column::Session.is_not_null())
        .order_by_asc(checkout::Column::StartedAt)
        .order_by_asc(checkout::Column::Key)
        .all(&on.on().0)
        .await?;
    found.into_iter().map(checkout_of).collect()
}

/// Notes that a checkout is being looked at.
///
/// # Errors
/// `db.unreachable`.
pub async fn looked_at(txn: &Txn, key: &str, at: DateTime<Utc>) -> Result<(), DbError> {
    let sql = "UPDATE checkout SET looked_at = $2 WHERE key = $1";
    txn.execute(sql, vec![key.into(), stamp(at).into()]).await?;
    Ok(())
}

/// Checkouts that run, those first that were looked at longest ago.
///
/// # Errors
/// `db.corrupt-row`.
pub async fn all_running(on: &impl Source, limit: u64) -> Result<Vec<Checkout>, DbError> {
    let found = checkout::Entity::find()
        .filter(checkout::Column::State.is_in(["opening", "open"]))
        .order_by_with_nulls(checkout::Column::LookedAt, Order::Asc, NullOrdering::First)
        .order_by_asc(checkout::Column::StartedAt)
        .limit(limit)
        .all(&on.on().0)
        .await?;
    found.into_iter().map(checkout_of).collect()
}

/// Which of the checkouts that were paid are looked at again.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Again {
    /// Paid at this moment or later, or given back of on its day or later, in business time.
    pub since: DateTime<Utc>,
    /// Looked at before this moment, in system time.
    pub before: DateTime<Utc>,
    /// The same, where a payment of the invoice has no fee yet.
    pub before_without_fee: DateTime<Utc>,
}

/// Keys of paid checkouts that are to be looked at again, those first that were looked at longest
/// ago.
///
/// # Errors
/// `db.unreachable`.
pub async fn paid_again(
    on: &impl Source,
    asked: Again,
    limit: u64,
) -> Result<Vec<String>, DbError> {
    let sql = format!(
        "SELECT c.key FROM checkout c WHERE c.key IN ( \
           SELECT key FROM checkout WHERE state = 'paid' AND ended_at >= $1 \
           UNION \
           SELECT o.key FROM refund r JOIN payment p ON p.id = r.payment \
             JOIN checkout o ON o.invoice = p.meant_for \
             WHERE r.state = 'returned' AND r.returned_on >= $2 AND o.state = 'paid') \
         AND (c.looked_at IS NULL OR c.looked_at < $3 OR (c.looked_at < $4 AND EXISTS ( \
           SELECT 1 FROM payment p WHERE p.meant_for = c.invoice AND p.method = 'card' \
             AND NOT EXISTS (SELECT 1 FROM payment_fee f WHERE f.payment = p.id)))) \
         ORDER BY c.looked_at IS NOT NULL, c.looked_at, c.key LIMIT {limit}"
    );
    let values = vec![
        stamp(asked.since).into(),
        day(asked.since.date_naive()).into(),
        stamp(asked.before).into(),
        stamp(asked.before_without_fee).into(),
    ];
    let found = rows(on, &sql, values).await?;
    let key = |row: &sea_orm::QueryResult| Ok(row.try_get("", "key")?);
    found.iter().map(key).collect()
}

fn row(of: &Checkout) -> checkout::ActiveModel {
    let Checkout {
        key,
        invoice,
        amount,
        back,
        started_by,
        started_at,
        expires_at,
        state,
    } = of.clone();
    let (code, session, url, ended_at) = match state {
        CheckoutState::Opening => ("opening", None, None, None),
        CheckoutState::Open { session, url } => ("open", Some(session), Some(url), None),
        CheckoutState::Paid { session, ended_at } => ("paid", Some(session), None, Some(ended_at)),
        CheckoutState::Expired { session, ended_at } => ("expired", session, None, Some(ended_at)),
    };
    checkout::ActiveModel {
        key: Set(key),
        invoice: Set(invoice.0),
        amount_minor: Set(amount.minor()),
        currency: Set(amount.currency().to_string()),
        state: Set(code.to_owned()),
        back: Set(back),
        session: Set(session),
        url: Set(url),
        started_by: Set(started_by),
        started_at: Set(stamp(started_at)),
        expires_at: Set(stamp(expires_at)),
        ended_at: Set(ended_at.map(stamp)),
        looked_at: NotSet,
    }
}

fn checkout_of(row: checkout::Model) -> Result<Checkout, DbError> {
    let checkout::Model {
        key,
        invoice,
        amount_minor,
        currency,
        state,
        back,
        session,
        url,
        started_by,
        started_at,
        expires_at,
        ended_at,
        looked_at: _,
    } = row;
    let id = key.clone();
    let from = From {
        table: "checkout",
        id: &id,
    };
    let ended_at = ended_at.map(|at| from.instant(&at)).transpose()?;
    let state = match (state.as_str(), session, url, ended_at) {
        ("opening", None, None, None) => CheckoutState::Opening,
        ("open", Some(session), Some(url), None) => CheckoutState::Open { session, url },
        ("paid", Some(session), _, Some(ended_at)) => CheckoutState::Paid { session, ended_at },
        ("expired", session, _, Some(ended_at)) => CheckoutState::Expired { session, ended_at },
        (other, ..) => return Err(from.corrupt(format!("state {other:?}"))),
    };
    Ok(Checkout {
        amount: from.money(amount_minor, &currency)?,
        started_at: from.instant(&started_at)?,
        expires_at: from.instant(&expires_at)?,
        invoice: InvoiceId(invoice),
        key,
        back,
        started_by,
        state,
    })
}
