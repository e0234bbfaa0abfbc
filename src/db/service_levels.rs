//! Results of service level objectives, and the credits they led to.

use std::collections::BTreeMap;

use chrono::{DateTime, NaiveDate, Utc};
use sea_orm::{
    ActiveValue::NotSet, ColumnTrait, EntityTrait, QueryFilter, QueryOrder, QuerySelect, Set,
};

use super::bulk::insert_returning;
use super::convert::{From, day, stamp};
use super::entities::{service_credit, sla_result};
use super::invoices::InvoiceId;
use super::txn::{Source, Txn};
use super::{DbError, contracts};
use crate::access::{Program, Scope};
use crate::billing::Money;

/// What an objective came to in a period.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SlaRecord {
    /// The contract's number.
    pub contract: String,
    /// The objective.
    pub objective: String,
    /// First day of the period.
    pub from: NaiveDate,
    /// First day after the period.
    pub to: NaiveDate,
    /// 0 for the first result, one more for each correction.
    pub revision: u32,
    /// The exact fraction reached, `n/d`.
    pub ratio: String,
    /// Whether the target was met.
    pub met: bool,
    /// Everything else the result says, as JSON text.
    pub body: String,
    /// Since when it is known.
    pub recorded_at: DateTime<Utc>,
}

/// Where a service credit stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum CreditState {
    /// Computed, not yet agreed to.
    Proposed,
    /// Agreed to, waits for the next invoice.
    Approved,
    /// Deducted on this invoice.
    Applied(InvoiceId),
    /// No longer due.
    Expired,
    /// Refused.
    Rejected,
}

/// A service credit.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CreditRecord {
    /// The credit's id.
    pub id: i64,
    /// The contract's number.
    pub contract: String,
    /// The result that led to it.
    pub sla_result: i64,
    /// The amount owed to the customer, never negative.
    pub amount: Money,
    /// Where it stands.
    pub state: CreditState,
    /// Everything else, as JSON text.
    pub body: String,
    /// Since when it is known.
    pub recorded_at: DateTime<Utc>,
}

/// Records a result and returns its id.
///
/// # Errors
/// `db.duplicate` when the revision is there already.
pub async fn put_result(txn: &Txn, result: &SlaRecord) -> Result<i64, DbError> {
    let SlaRecord {
        contract,
        objective,
        from,
        to,
        revision,
        ratio,
        met,
        body,
        recorded_at,
    } = result.clone();
    let row = sla_result::ActiveModel {
        id: NotSet,
        contract: Set(contract),
        objective: Set(objective),
        period_from: Set(day(from)),
        period_to: Set(day(to)),
        revision: Set(i64::from(revision)),
        ratio: Set(ratio),
        met: Set(i64::from(met)),
        body: Set(body),
        recorded_at: Set(stamp(recorded_at)),
    };
    one_id(
        insert_returning(txn, vec![row], &[sla_result::Column::Id]).await?,
        "sla_result",
    )
}

/// A contract's results known at an instant, every revision, by period.
///
/// # Errors
/// `db.corrupt-row`.
pub async fn results(
    on: &impl Source,
    _: Program,
    contract: &str,
    as_known_at: DateTime<Utc>,
) -> Result<Vec<SlaRecord>, DbError> {
    let found = sla_result::Entity::find()
        .filter(sla_result::Column::Contract.eq(contract))
        .filter(sla_result::Column::RecordedAt.lte(stamp(as_known_at)))
        .order_by_asc(sla_result::Column::PeriodFrom)
        .order_by_asc(sla_result::Column::Objective)
        .order_by_asc(sla_result::Column::Revision)
        .all(&on.on().0)
        .await?;
    found.into_iter().map(result_record).collect()
}

/// A result with the credit it led to, as pages show it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Outcome {
    /// The result.
    pub result: SlaRecord,
    /// The credit, where it led to one.
    pub credit: Option<CreditRecord>,
}

/// The newest results of a contract within reach, each with its credit; at most `limit`.
///
/// # Errors
/// `db.corrupt-row`.
pub async fn newest(
    on: &impl Source,
    scope: Scope,
    contract: &str,
    limit: u64,
) -> Result<Vec<Outcome>, DbError> {
    let mut wanted = sla_result::Entity::find().filter(sla_result::Column::Contract.eq(contract));
    if let Some(contracts) = contracts::list::within_reach(scope) {
        wanted = wanted.filter(sla_result::Column::Contract.in_subquery(contracts));
    }
    let found = wanted
        .order_by_desc(sla_result::Column::PeriodFrom)
        .order_by_desc(sla_result::Column::Id)
        .limit(limit)
        .all(&on.on().0)
        .await?;
    let ids: Vec<i64> = found.iter().map(|row| row.id).collect();
    let credits = service_credit::Entity::find()
        .filter(service_credit::Column::SlaResult.is_in(ids))
        .all(&on.on().0)
        .await?;
    let mut of = BTreeMap::new();
    for row in credits {
        of.insert(row.sla_result, credit_record(row)?);
    }
    let outcomes = found.into_iter().map(|row| {
        let credit = of.remove(&row.id);
        let result = result_record(row)?;
        Ok(Outcome { result, credit })
    });
    outcomes.collect()
}

fn result_record(row: sla_result::Model) -> Result<SlaRecord, DbError> {
    let sla_result::Model {
        id,
        contract,
        objective,
        period_from,
        period_to,
        revision,
        ratio,
        met,
        body,
        recorded_at,
    } = row;
    let from = From {
        table: "sla_result",
        id: &id,
    };
    Ok(SlaRecord {
        from: from.date(&period_from)?,
        to: from.date(&period_to)?,
        revision: from.small(revision)?,
        recorded_at: from.instant(&recorded_at)?,
        met: met == 1,
        contract,
        objective,
        ratio,
        body,
    })
}

/// Proposes a credit for a result; a result leads to one credit at most.
///
/// # Errors
/// `db.duplicate` when the result has a credit, `db.refused` for a negative amount.
pub async fn propose_credit(
    txn: &Txn,
    contract: &str,
    sla_result: i64,
    amount: Money,
    body: String,
    recorded_at: DateTime<Utc>,
) -> Result<i64, DbError> {
    let row = service_credit::ActiveModel {
        id: NotSet,
        contract: Set(contract.to_owned()),
        sla_result: Set(sla_result),
        amount_minor: Set(amount.minor()),
        currency: Set(amount.currency().to_string()),
        state: Set("proposed".to_owned()),
        invoice: Set(None),
        body: Set(body),
        recorded_at: Set(stamp(recorded_at)),
    };
    let returned = insert_returning(txn, vec![row], &[service_credit::Column::Id]).await?;
    one_id(returned, "service_credit")
}

/// Moves a credit on.
///
/// # Errors
/// `db.immutable` once it was applied or rejected, `db.missing` when there is none.
pub async fn move_credit(txn: &Txn, id: i64, state: CreditState) -> Result<(), DbError> {
    let (state, invoice) = match state {
        CreditState::Proposed => ("proposed", None),
        CreditState::Approved => ("approved", None),
        CreditState::Applied(InvoiceId(invoice)) => ("applied", Some(invoice)),
        CreditState::Expired => ("expired", None),
        CreditState::Rejected => ("rejected", None),
    };
    let sql = "UPDATE service_credit SET state = $1, invoice = $2 WHERE id = $3";
    match txn
        .execute(sql, vec![state.into(), invoice.into(), id.into()])
        .await?
    {
        0 => Err(DbError::missing("service_credit", id)),
        _ => Ok(()),
    }
}

/// A contract's credits, oldest first.
///
/// # Errors
/// `db.corrupt-row`.
pub async fn credits(
    on: &impl Source,
    _: Program,
    contract: &str,
) -> Result<Vec<CreditRecord>, DbError> {
    let found = service_credit::Entity::find()
        .filter(service_credit::Column::Contract.eq(contract))
        .order_by_asc(service_credit::Column::Id)
        .all(&on.on().0)
        .await?;
    found.into_iter().map(credit_record).collect()
}

fn credit_record(row: service_credit::Model) -> Result<CreditRecord, DbError> {
    let service_credit::Model {
        id,
        contract,
        sla_result,
        amount_minor,
        currency,
        state,
        invoice,
        body,
        recorded_at,
    } = row;
    let from = From {
        table: "service_credit",
        id: &id,
    };
    let state = match (state.as_str(), invoice) {
        ("proposed", None) => CreditState::Proposed,
        ("approved", None) => CreditState::Approved,
        ("applied", Some(invoice)) => CreditState::Applied(InvoiceId(invoice)),
        ("expired", None) => CreditState::Expired,
        ("rejected", None) => CreditState::Rejected,
        other => return Err(from.corrupt(format!("state {other:?}"))),
    };
    Ok(CreditRecord {
        amount: from.money(amount_minor, &currency)?,
        recorded_at: from.instant(&recorded_at)?,
        id,
        contract,
        sla_result,
        state,
        body,
    })
}

fn one_id(returned: Vec<sea_orm::QueryResult>, table: &'static str) -> Result<i64, DbError> {
    let row = returned
        .first()
        .ok_or_else(|| DbError::missing(table, "(new)"))?;
    Ok(row.try_get("", "id")?)
}
