//! Billing runs as people prepare, approve and issue them.

use chrono::{DateTime, NaiveDate, Utc};
use sea_orm::sea_query::Expr;
use sea_orm::{
    ActiveValue::NotSet, ColumnTrait, EntityTrait, Iterable, QueryFilter, QueryOrder, QuerySelect,
    Set, Unchanged,
};
use uuid::Uuid;

use super::DbError;
use super::browse::{Ordered, Pages, Window, browse, in_order};
use super::bulk::insert_returning;
use super::convert::{From, day, stamp};
use super::entities::proposal;
use super::filter::Filter;
use super::runs::RunId;
use super::txn::{Source, Txn};
use crate::access::AccountId;

/// Who did something, and when.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Done {
    /// Who.
    pub by: AccountId,
    /// When, in business time.
    pub at: DateTime<Utc>,
}

/// Where a proposal stands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ProposalState {
    /// Waits for the approval of somebody else.
    Prepared,
    /// May be issued.
    Approved {
        /// By whom.
        approved: Done,
    },
    /// Is being issued.
    Issuing {
        /// By whom.
        approved: Done,
        /// Who started it.
        issued: Done,
    },
    /// Was issued.
    Issued {
        /// By whom it was approved.
        approved: Done,
        /// Who started it.
        issued: Done,
        /// When it came to its end.
        ended_at: DateTime<Utc>,
        /// The report, as JSON text.
        outcome: String,
    },
    /// Was given up, and why.
    Withdrawn {
        /// When.
        ended_at: DateTime<Utc>,
        /// Why: `by-hand`, or `changed` when the facts were no longer those that were prepared.
        outcome: String,
    },
}

/// A proposal.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Proposal {
    /// Its id; 0 before it is stored.
    pub id: i64,
    /// Everything due by this day.
    pub as_of: NaiveDate,
    /// Service that starts after this day is left for later.
    pub service_until: Option<NaiveDate>,
    /// Who prepared it.
    pub prepared: Done,
    /// SHA-256 of what was prepared.
    pub digest: String,
    /// What was prepared: the report of the preview, as JSON text.
    pub body: String,
    /// The billing run that issues it, once that has begun.
    pub run: Option<RunId>,
    /// Where it stands.
    pub state: ProposalState,
}

/// Adds a proposal and returns its id.
///
/// # Errors
/// `db.unreachable`.
pub async fn insert(txn: &Txn, proposal: &Proposal) -> Result<i64, DbError> {
    let returned = insert_returning(txn, vec![row(proposal)], &[proposal::Column::Id]).await?;
    let row = returned
        .first()
        .ok_or_else(|| DbError::missing("proposal", "(new)"))?;
    Ok(row.try_get("", "id")?)
}

/// Writes where a proposal stands now.
///
/// # Errors
/// `db.immutable` when it has ended, `db.missing`.
pub async fn save(txn: &Txn, proposal: &Proposal) -> Result<(), DbError> {
    let updated = proposal::Entity::update(proposal::ActiveModel {
        id: Unchanged(proposal.id),
        ..row(proposal)
    });
    updated.exec(txn.orm()).await?;
    Ok(())
}

fn row(proposal: &Proposal) -> proposal::ActiveModel {
    let Proposal {
        id: _,
        as_of,
        service_until,
        prepared,
        digest,
        body,
        run,
        state,
    } = proposal.clone();
    let (code, approved, issued, ended) = match state {
        ProposalState::Prepared => ("prepared", None, None, None),
        ProposalState::Approved { approved } => ("approved", Some(approved), None, None),
        ProposalState::Issuing { approved, issued } => {
            ("issuing", Some(approved), Some(issued), None)
        }
        ProposalState::Issued {
            approved,
            issued,
            ended_at,
            outcome,
        } => (
            "issued",
            Some(approved),
            Some(issued),
            Some((ended_at, outcome)),
        ),
        ProposalState::Withdrawn { ended_at, outcome } => {
            ("withdrawn", None, None, Some((ended_at, outcome)))
        }
    };
    let (ended_at, outcome) = ended.unzip();
    proposal::ActiveModel {
        id: NotSet,
        as_of: Set(day(as_of)),
        service_until: Set(service_until.map(day)),
        prepared_by: Set(prepared.by.to_string()),
        prepared_at: Set(stamp(prepared.at)),
        digest: Set(digest),
        body: Set(body),
        state: Set(code.to_owned()),
        approved_by: Set(approved.map(|done| done.by.to_string())),
        approved_at: Set(approved.map(|done| stamp(done.at))),
        issued_by: Set(issued.map(|done| done.by.to_string())),
        issuing_at: Set(issued.map(|done| stamp(done.at))),
        ended_at: Set(ended_at.map(stamp)),
        outcome: Set(outcome),
        run: Set(run.map(|run| run.0)),
    }
}

/// One proposal, locked until the transaction ends where the database has row locks.
///
/// # Errors
/// `db.corrupt-row`.
pub async fn lock(txn: &Txn, id: i64) -> Result<Option<Proposal>, DbError> {
    let mut found = proposal::Entity::find_by_id(id);
    if txn.postgres() {
        found = found.lock_exclusive();
    }
    found.one(txn.orm()).await?.map(proposal_of).transpose()
}

/// One proposal.
///
/// # Errors
/// `db.corrupt-row`.
pub async fn get(on: &impl Source, id: i64) -> Result<Option<Proposal>, DbError> {
    let found = proposal::Entity::find_by_id(id).one(&on.on().0).await?;
    found.map(proposal_of).transpose()
}

/// The newest proposals.
///
/// # Errors
/// `db.corrupt-row`.
pub async fn newest(on: &impl Source, limit: u64) -> Result<Vec<Proposal>, DbError> {
    let found = proposal::Entity::find()
        .order_by_desc(proposal::Column::Id)
        .limit(limit)
        .all(&on.on().0)
        .await?;
    found.into_iter().map(proposal_of).collect()
}

/// The proposals that have not come to an end, the newest first: mostly one, or none. What those
/// that ended would have billed is not read.
///
/// # Errors
/// `db.corrupt-row`.
pub async fn under_way(on: &impl Source, limit: u64) -> Result<Vec<Proposal>, DbError> {
    let found = proposal::Entity::find()
        .filter(proposal::Column::State.is_in(["prepared", "approved", "issuing"]))
        .order_by_desc(proposal::Column::Id)
        .limit(limit)
        .all(&on.on().0)
        .await?;
    found.into_iter().map(proposal_of).collect()
}

/// What runs are ordered by.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ProposalOrder {
    /// The day they bill for.
    AsOf,
    /// When they were prepared.
    Prepared,
}

/// A page of proposals in an order.
///
/// # Errors
/// `db.corrupt-row`.
pub async fn page(
    on: &impl Source,
    window: &Window<ProposalOrder>,
) -> Result<(Vec<Proposal>, Pages), DbError> {
    let ordered = Ordered {
        from: "proposal p".to_owned(),
        row: "p.id",
        value: match window.by {
            ProposalOrder::AsOf => "p.as_of",
            ProposalOrder::Prepared => "p.id",
        }
        .to_owned(),
        whole: window.by == ProposalOrder::Prepared,
        id: "p.id",
        id_whole: true,
        near: None,
    };
    let (ids, pages) = browse(on, &ordered, &Filter::new(on), window).await?;
    let found = proposal::Entity::find()
        .filter(proposal::Column::Id.is_in(ids.iter().copied()))
        .all(&on.on().0)
        .await?;
    let found = found.into_iter().map(proposal_of);
    let found = found.collect::<Result<Vec<_>, _>>()?;
    Ok((in_order(&ids, found, |one| one.id), pages))
}

/// The newest proposals before an id, without what was prepared, which may be long.
///
/// # Errors
/// `db.corrupt-row`.
pub async fn heads(
    on: &impl Source,
    before: Option<i64>,
    limit: u64,
) -> Result<Vec<Proposal>, DbError> {
    let columns = proposal::Column::iter().filter(|one| !matches!(one, proposal::Column::Body));
    let mut found = proposal::Entity::find().select_only().columns(columns);
    found = found.expr_as(Expr::cust("''"), "body");
    if let Some(id) = before {
        found = found.filter(proposal::Column::Id.lt(id));
    }
    let found = found
        .order_by_desc(proposal::Column::Id)
        .limit(limit)
        .all(&on.on().0)
        .await?;
    found.into_iter().map(proposal_of).collect()
}

fn proposal_of(row: proposal::Model) -> Result<Proposal, DbError> {
    let proposal::Model {
        id,
        as_of,
        service_until,
        prepared_by,
        prepared_at,
        digest,
        body,
        state,
        approved_by,
        approved_at,
        issued_by,
        issuing_at,
        ended_at,
        outcome,
        run,
    } = row;
    let from = From {
        table: "proposal",
        id: &id,
    };
    let done = |by: Option<String>, at: Option<String>| match (by, at) {
        (Some(by), Some(at)) => {
            let by = Uuid::try_parse(&by).map_err(|why| from.corrupt(why))?;
            let (by, at) = (AccountId(by), from.instant(&at)?);
            Ok::<_, DbError>(Some(Done { by, at }))
        }
        _ => Ok(None),
    };
    let prepared = done(Some(prepared_by), Some(prepared_at))?;
    let prepared = prepared.ok_or_else(|| from.corrupt("nobody prepared it"))?;
    let (approved, issued) = (
        done(approved_by, approved_at)?,
        done(issued_by, issuing_at)?,
    );
    let ended_at = ended_at.map(|at| from.instant(&at)).transpose()?;
    let state = match (state.as_str(), approved, issued, ended_at, outcome) {
        ("prepared", None, None, None, None) => ProposalState::Prepared,
        ("approved", Some(approved), None, None, None) => ProposalState::Approved { approved },
        ("issuing", Some(approved), Some(issued), None, None) => {
            ProposalState::Issuing { approved, issued }
        }
        ("issued", Some(approved), Some(issued), Some(ended_at), Some(outcome)) => {
            ProposalState::Issued {
                approved,
                issued,
                ended_at,
                outcome,
            }
        }
        ("withdrawn", None, None, Some(ended_at), Some(outcome)) => {
            ProposalState::Withdrawn { ended_at, outcome }
        }
        (other, ..) => return Err(from.corrupt(format!("state {other:?}"))),
    };
    Ok(Proposal {
        id,
        as_of: from.date(&as_of)?,
        service_until: service_until.map(|day| from.date(&day)).transpose()?,
        prepared,
        digest,
        body,
        run: run.map(RunId),
        state,
    })
}
