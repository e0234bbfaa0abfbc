//! What is given back of payments: asked for by one person, approved by another, sent, returned.

use chrono::{DateTime, NaiveDate, Utc};
use sea_orm::sea_query::NullOrdering;
use sea_orm::{
    ActiveValue::NotSet, ColumnTrait, EntityTrait, Order, QueryFilter, QueryOrder, QuerySelect,
    Set, Unchanged,
};
use uuid::Uuid;

use super::PaymentId;
use crate::access::AccountId;
use crate::billing::Money;
use crate::db::DbError;
use crate::db::bulk::insert_all;
use crate::db::convert::{From, day, stamp};
use crate::db::entities::refund;
use crate::db::proposals::Done;
use crate::db::txn::{Source, Txn};

/// Where a refund stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum RefundState {
    /// Waits for the approval of somebody else.
    Requested,
    /// Approved, and on its way to the gateway or in its hands.
    Sending {
        /// By whom it was approved.
        approved: Done,
    },
    /// Given back.
    Returned {
        /// By whom it was approved; nobody when it was given back at the gateway.
        approved: Option<Done>,
        /// When.
        on: NaiveDate,
    },
    /// Refused, or it came back.
    Failed {
        /// By whom it was approved.
        approved: Option<Done>,
        /// Since when it counted as given back, when it did.
        returned_on: Option<NaiveDate>,
        /// When.
        on: NaiveDate,
    },
    /// Given up before it was approved.
    Withdrawn,
}

/// A refund.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Refund {
    /// Its id; 0 before it is stored.
    pub id: i64,
    /// Names it, also at the gateway.
    pub key: String,
    /// Of which payment.
    pub payment: PaymentId,
    /// How much, above zero.
    pub amount: Money,
    /// The gateway's identifier, once it has one.
    pub reference: Option<String>,
    /// Who asked for it; nobody when it was given back at the gateway.
    pub requested_by: Option<AccountId>,
    /// When, in business time.
    pub requested_at: DateTime<Utc>,
    /// Where it stands.
    pub state: RefundState,
}

impl Refund {
    /// By whom it was approved.
    #[must_use]
    pub const fn approved(&self) -> Option<Done> {
        match self.state {
            RefundState::Requested | RefundState::Withdrawn => None,
            RefundState::Sending { approved } => Some(approved),
            RefundState::Returned { approved, .. } | RefundState::Failed { approved, .. } => {
                approved
            }
        }
    }

    /// Since when it counts, or counted, as given back.
    #[must_use]
    pub const fn returned_on(&self) -> Option<NaiveDate> {
        match self.state {
            RefundState::Returned { on, .. } => Some(on),
            RefundState::Failed { returned_on, .. } => returned_on,
            _ => None,
        }
    }
}

/// Adds a refund.
///
/// # Errors
/// `db.duplicate` when the key is on file.
pub async fn insert(txn: &Txn, refund: &Refund) -> Result<(), DbError> {
    insert_all(txn, vec![row(refund)]).await
}

/// Writes where a refund stands now.
///
/// # Errors
/// `db.immutable` when it has ended, `db.missing`.
pub async fn save(txn: &Txn, refund: &Refund) -> Result<(), DbError> {
    let updated = refund::Entity::update(refund::ActiveModel {
        id: Unchanged(refund.id),
        ..row(refund)
    });
    updated.exec(txn.orm()).await?;
    Ok(())
}

/// A refund by its key, locked until the transaction ends where the database has row locks.
///
/// # Errors
/// `db.corrupt-row`.
pub async fn lock(txn: &Txn, key: &str) -> Result<Option<Refund>, DbError> {
    let mut found = refund::Entity::find().filter(refund::Column::Key.eq(key));
    if txn.postgres() {
        found = found.lock_exclusive();
    }
    found.one(txn.orm()).await?.map(refund_of).transpose()
}

/// A refund by its key.
///
/// # Errors
/// `db.corrupt-row`.
pub async fn by_key(on: &impl Source, key: &str) -> Result<Option<Refund>, DbError> {
    let found = refund::Entity::find().filter(refund::Column::Key.eq(key));
    let found = found.one(&on.on().0).await?;
    found.map(refund_of).transpose()
}

/// Notes that a refund is being looked at.
///
/// # Errors
/// `db.unreachable`.
pub async fn looked_at(txn: &Txn, id: i64, at: DateTime<Utc>) -> Result<(), DbError> {
    let sql = "UPDATE refund SET looked_at = $2 WHERE id = $1";
    txn.execute(sql, vec![id.into(), stamp(at).into()]).await?;
    Ok(())
}

/// Refunds on their way, those first that were looked at longest ago.
///
/// # Errors
/// `db.corrupt-row`.
pub async fn sending(on: &impl Source, limit: u64) -> Result<Vec<Refund>, DbError> {
    let found = refund::Entity::find()
        .filter(refund::Column::State.eq("sending"))
        .order_by_with_nulls(refund::Column::LookedAt, Order::Asc, NullOrdering::First)
        .order_by_asc(refund::Column::Id)
        .limit(limit)
        .all(&on.on().0)
        .await?;
    found.into_iter().map(refund_of).collect()
}

pub(super) async fn of_payments(
    on: &impl Source,
    payments: &[i64],
) -> Result<Vec<Refund>, DbError> {
    let found = refund::Entity::find()
        .filter(refund::Column::Payment.is_in(payments.iter().copied()))
        .order_by_asc(refund::Column::Id)
        .all(&on.on().0)
        .await?;
    found.into_iter().map(refund_of).collect()
}

fn row(of: &Refund) -> refund::ActiveModel {
    let Refund {
        id: _,
        key,
        payment,
        amount,
        reference,
        requested_by,
        requested_at,
        state,
    } = of.clone();
    let (code, approved, returned_on, failed_on) = match state {
        RefundState::Requested => ("requested", None, None, None),
        RefundState::Sending { approved } => ("sending", Some(approved), None, None),
        RefundState::Returned { approved, on } => ("returned", approved, Some(on), None),
        RefundState::Failed {
            approved,
            returned_on,
            on,
        } => ("failed", approved, returned_on, Some(on)),
        RefundState::Withdrawn => ("withdrawn", None, None, None),
    };
    refund::ActiveModel {
        id: NotSet,
        key: Set(key),
        payment: Set(payment.0),
        amount_minor: Set(amount.minor()),
        currency: Set(amount.currency().to_string()),
        state: Set(code.to_owned()),
        reference: Set(reference),
        requested_by: Set(requested_by.map(|by| by.to_string())),
        requested_at: Set(stamp(requested_at)),
        approved_by: Set(approved.map(|done| done.by.to_string())),
        approved_at: Set(approved.map(|done| stamp(done.at))),
        returned_on: Set(returned_on.map(day)),
        failed_on: Set(failed_on.map(day)),
        looked_at: NotSet,
    }
}

fn refund_of(row: refund::Model) -> Result<Refund, DbError> {
    let refund::Model {
        id,
        key,
        payment,
        amount_minor,
        currency,
        state,
        reference,
        requested_by,
        requested_at,
        approved_by,
        approved_at,
        returned_on,
        failed_on,
        looked_at: _,
    } = row;
    let from = From {
        table: "refund",
        id: &id,
    };
    let account = |text: String| {
        let id = Uuid::try_parse(&text).map_err(|why| from.corrupt(why))?;
        Ok::<_, DbError>(AccountId(id))
    };
    let approved = match (approved_by, approved_at) {
        (Some(by), Some(at)) => Some(Done {
            by: account(by)?,
            at: from.instant(&at)?,
        }),
        _ => None,
    };
    let date = |text: Option<String>| text.map(|text| from.date(&text)).transpose();
    let (returned_on, failed_on) = (date(returned_on)?, date(failed_on)?);
    let state = match (state.as_str(), approved, returned_on, failed_on) {
        ("requested", None, None, None) => RefundState::Requested,
        ("sending", Some(approved), None, None) => RefundState::Sending { approved },
        ("returned", approved, Some(on), None) => RefundState::Returned { approved, on },
        ("failed", approved, returned_on, Some(on)) => RefundState::Failed {
            approved,
            returned_on,
            on,
        },
        ("withdrawn", None, None, None) => RefundState::Withdrawn,
        (other, ..) => return Err(from.corrupt(format!("state {other:?}"))),
    };
    Ok(Refund {
        id,
        payment: PaymentId(payment),
        amount: from.money(amount_minor, &currency)?,
        requested_by: requested_by.map(account).transpose()?,
        requested_at: from.instant(&requested_at)?,
        key,
        reference,
        state,
    })
}
