//! Billing runs: what was asked for, what came of it, and which contracts could not be billed.

use chrono::{DateTime, NaiveDate, Utc};
use sea_orm::{
    ActiveValue::NotSet, ColumnTrait, EntityTrait, QueryFilter, QueryOrder, QuerySelect, Set,
};

use super::DbError;
use super::bulk::insert_returning;
use super::convert::{From, body, day, stamp};
use super::entities::{billing_run, blocked};
use super::txn::{Source, Txn, rows};
use crate::billing::tax::TaxSettings;

/// A run's id.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct RunId(pub i64);

/// What a run is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Purpose {
    /// Everything that is due by a day. When it ends, the books are closed up to that day.
    Billing,
    /// The cancellation of one invoice. It closes no books.
    Cancellation,
}

impl Purpose {
    const fn code(self) -> &'static str {
        match self {
            Self::Billing => "billing",
            Self::Cancellation => "cancellation",
        }
    }
}

/// What a run was asked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct RunRequest {
    /// The date invoices carry.
    pub as_of: NaiveDate,
    /// Service before this date is billed.
    pub service_until: NaiveDate,
    /// Only facts recorded until then count.
    pub as_known_at: DateTime<Utc>,
    /// How tax is decided.
    pub tax: TaxSettings,
}

/// A run.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RunRecord {
    /// Its id.
    pub id: RunId,
    /// What it was asked for.
    pub request: RunRequest,
    /// No document of it is dated before this day: earlier runs closed the books up to it.
    pub not_before: Option<NaiveDate>,
    /// When it began.
    pub started_at: DateTime<Utc>,
    /// Its end, when it came to one.
    pub finished: Option<FinishedRun>,
}

/// The end of a run.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FinishedRun {
    /// When.
    pub at: DateTime<Utc>,
    /// The report, as JSON text.
    pub report: String,
    /// The head of the audit chain then; none while nothing was sealed.
    pub audit_head: Option<String>,
}

/// A contract a run could not bill.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Blocked {
    /// The contract's number.
    pub contract: String,
    /// The stable code of the reason.
    pub code: String,
    /// The reason in words.
    pub reason: String,
}

/// Begins a run. The books are closed up to the latest date that a finished run was asked for.
///
/// # Errors
/// `db.unreachable`, `db.disk-full`.
pub async fn start(
    txn: &Txn,
    purpose: Purpose,
    request: RunRequest,
    started_at: DateTime<Utc>,
) -> Result<RunRecord, DbError> {
    let RunRequest {
        as_of,
        service_until,
        as_known_at,
        tax,
    } = request;
    let not_before = closed_until(txn).await?;
    let row = billing_run::ActiveModel {
        id: NotSet,
        as_of: Set(day(as_of)),
        service_until: Set(day(service_until)),
        as_known_at: Set(stamp(as_known_at)),
        started_at: Set(stamp(started_at)),
        finished_at: Set(None),
        report: Set(None),
        audit_head: Set(None),
        not_before: Set(not_before.map(day)),
        tax: Set(body("billing_run", &tax)?),
        purpose: Set(purpose.code().to_owned()),
    };
    let returned = insert_returning(txn, vec![row], &[billing_run::Column::Id]).await?;
    let row = returned
        .first()
        .ok_or_else(|| DbError::missing("billing_run", "(new)"))?;
    Ok(RunRecord {
        id: RunId(row.try_get("", "id")?),
        request,
        not_before,
        started_at,
        finished: None,
    })
}

/// The latest date that a finished run of billing was asked for; none before the first one.
///
/// # Errors
/// `db.corrupt-row`.
pub async fn closed_until(on: &impl Source) -> Result<Option<NaiveDate>, DbError> {
    let sql = "SELECT MAX(as_of) AS as_of FROM billing_run \
               WHERE finished_at IS NOT NULL AND purpose = 'billing'";
    let found = rows(on, sql, Vec::new()).await?;
    let latest: Option<String> = match found.first() {
        Some(row) => row.try_get("", "as_of")?,
        None => None,
    };
    let from = From {
        table: "billing_run",
        id: &"latest",
    };
    latest.map(|day| from.date(&day)).transpose()
}

/// One run.
///
/// # Errors
/// `db.missing`, `db.corrupt-row`.
pub async fn get(on: &impl Source, id: RunId) -> Result<RunRecord, DbError> {
    let found = billing_run::Entity::find_by_id(id.0)
        .one(&on.on().0)
        .await?;
    record(found.ok_or_else(|| DbError::missing("billing_run", id.0))?)
}

/// Ends a run with its report. A finished run never changes.
///
/// # Errors
/// `db.immutable` when it has ended already, `db.missing` when there is none.
pub async fn finish(txn: &Txn, run: RunId, end: &FinishedRun) -> Result<(), DbError> {
    let FinishedRun {
        at,
        report,
        audit_head,
    } = end.clone();
    let sql = "UPDATE billing_run SET finished_at = $1, report = $2, audit_head = $3 WHERE id = $4";
    let values = vec![
        stamp(at).into(),
        report.into(),
        audit_head.into(),
        run.0.into(),
    ];
    match txn.execute(sql, values).await? {
        0 => Err(DbError::missing("billing_run", run.0)),
        _ => Ok(()),
    }
}

/// Lists a contract as blocked; saying it twice is the same as once.
///
/// # Errors
/// `db.refused` when run or contract is unknown.
pub async fn block(txn: &Txn, run: RunId, blocked: &Blocked) -> Result<(), DbError> {
    let Blocked {
        contract,
        code,
        reason,
    } = blocked.clone();
    let sql = "INSERT INTO blocked (run, contract, code, reason) VALUES ($1, $2, $3, $4) \
               ON CONFLICT (run, contract, code) DO NOTHING";
    txn.execute(
        sql,
        vec![run.0.into(), contract.into(), code.into(), reason.into()],
    )
    .await?;
    Ok(())
}

/// The contracts a run could not bill, by number.
///
/// # Errors
/// `db.unreachable`.
pub async fn blocked(on: &impl Source, run: RunId) -> Result<Vec<Blocked>, DbError> {
    let found = blocked::Entity::find()
        .filter(blocked::Column::Run.eq(run.0))
        .order_by_asc(blocked::Column::Contract)
        .order_by_asc(blocked::Column::Code)
        .all(&on.on().0)
        .await?;
    let blocked = found.into_iter().map(|row| {
        let blocked::Model {
            id: _,
            run: _,
            contract,
            code,
            reason,
        } = row;
        Blocked {
            contract,
            code,
            reason,
        }
    });
    Ok(blocked.collect())
}

/// The run of billing that began last; none before the first one.
///
/// # Errors
/// `db.corrupt-row`.
pub async fn latest(on: &impl Source) -> Result<Option<RunRecord>, DbError> {
    let found = billing_run::Entity::find()
        .filter(billing_run::Column::Purpose.eq(Purpose::Billing.code()))
        .order_by_desc(billing_run::Column::StartedAt)
        .order_by_desc(billing_run::Column::Id)
        .one(&on.on().0)
        .await?;
    found.map(record).transpose()
}

/// The run of billing that came to its end for the latest day before one, passing over the first
/// so many of them.
///
/// # Errors
/// `db.corrupt-row`.
pub async fn finished_before(
    on: &impl Source,
    as_of: NaiveDate,
    skip: u64,
) -> Result<Option<RunRecord>, DbError> {
    let found = billing_run::Entity::find()
        .filter(billing_run::Column::Purpose.eq(Purpose::Billing.code()))
        .filter(billing_run::Column::FinishedAt.is_not_null())
        .filter(billing_run::Column::AsOf.lt(day(as_of)))
        .order_by_desc(billing_run::Column::AsOf)
        .order_by_desc(billing_run::Column::Id)
        .offset(skip)
        .limit(1)
        .all(&on.on().0)
        .await?;
    found.into_iter().next().map(record).transpose()
}

fn record(row: billing_run::Model) -> Result<RunRecord, DbError> {
    let billing_run::Model {
        id,
        as_of,
        service_until,
        as_known_at,
        started_at,
        finished_at,
        report,
        audit_head,
        not_before,
        tax,
        purpose: _,
    } = row;
    let from = From {
        table: "billing_run",
        id: &id,
    };
    let finished = match (finished_at, report) {
        (None, None) => None,
        (Some(at), Some(report)) => Some(FinishedRun {
            at: from.instant(&at)?,
            report,
            audit_head,
        }),
        _ => return Err(from.corrupt("an end without a report")),
    };
    Ok(RunRecord {
        id: RunId(id),
        request: RunRequest {
            as_of: from.date(&as_of)?,
            service_until: from.date(&service_until)?,
            as_known_at: from.instant(&as_known_at)?,
            tax: from.json(&tax)?,
        },
        not_before: not_before.map(|day| from.date(&day)).transpose()?,
        started_at: from.instant(&started_at)?,
        finished,
    })
}
