//! A seller changes: checked as a book is, kept as a new dated version. A new bank account takes
//! the consent of a second person, because whoever changes it decides where all money goes.
//!
//! What waits for consent stands in the audit trail, which nobody can rewrite; nothing else knows
//! of it.

mod waiting;

use chrono::{NaiveDate, TimeDelta};

use waiting::subject;
pub use waiting::{Waiting, waiting};

use super::Failure;
use crate::access::four_eyes::FourEyesError;
use crate::access::principal::Denied;
use crate::access::{FourEyes, Permission, Principal};
use crate::app::App;
use crate::billing::dated::Dated;
use crate::billing::party::Seller;
use crate::billing::party::check::{WrongFact, entered_seller};
use crate::db::audit::{self, AuditEvent};
use crate::db::numbering::{Series, all_series};
use crate::db::sellers::{self, Edition};
use crate::db::{DbError, Source, Txn, Version, WriteError};
use crate::error::{Fault, Problem};

/// A seller as somebody wants it to be from its `valid_from` on.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Edit {
    /// All facts. Code and series stay as they are on file.
    pub seller: Seller,
    /// The edition that the edit was made from.
    pub made_from: i64,
}

/// What an edit has become.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Edited {
    /// It holds.
    Saved,
    /// It waits for a second person.
    Waits,
}

/// Why an edit was refused.
#[derive(Debug, thiserror::Error)]
pub enum EditError {
    /// Facts that cannot stand.
    #[error("{} of the facts cannot stand", .0.len())]
    Wrong(Vec<WrongFact>),
    /// Somebody else has recorded something since.
    #[error("the seller was changed since this edit began")]
    Stale,
    /// Another proposal waits than the one that was looked at.
    #[error("the change that was looked at no longer waits: another one took its place")]
    Replaced,
    /// No such seller, or nothing waits.
    #[error("there is no seller {code}")]
    Unknown {
        /// Its code.
        code: String,
    },
    /// Anything else: a permission, the store.
    #[error(transparent)]
    Failure(#[from] Failure),
}

impl EditError {
    /// The stable code of this error, as listed in `docs/ERRORS.md`.
    #[must_use]
    pub fn code(&self) -> &'static str {
        match self {
            Self::Wrong(_) => "seller.invalid",
            Self::Stale => "seller.stale",
            Self::Replaced => "seller.replaced",
            Self::Unknown { .. } => "seller.unknown",
            Self::Failure(Failure::Db(error)) => error.code(),
            Self::Failure(Failure::Problem(problem)) => problem.code(),
        }
    }
}

impl From<DbError> for EditError {
    fn from(error: DbError) -> Self {
        Self::Failure(error.into())
    }
}

impl WriteError for EditError {
    fn as_db(&self) -> Option<&DbError> {
        match self {
            Self::Failure(failure) => failure.as_db(),
            _ => None,
        }
    }
}

impl From<EditError> for Failure {
    fn from(error: EditError) -> Self {
        let code = error.code();
        match error {
            EditError::Failure(failure) => failure,
            EditError::Wrong(ref wrong) => {
                let faults = wrong.iter().map(|one| Fault {
                    at: one.field.clone(),
                    what: one.why.to_string(),
                });
                Problem::of(code, &error).with_faults(faults).into()
            }
            error => Self::of(code, &error),
        }
    }
}

fn require(by: &Principal, permission: Permission) -> Result<(), Failure> {
    let granted = by.require(permission);
    granted
        .map(drop)
        .map_err(|denied: Denied| Failure::of(denied.code(), &denied))
}

/// A seller with what belongs to it.
#[derive(Debug, Clone)]
pub struct SellerSheet {
    /// The day it is seen from.
    pub today: NaiveDate,
    /// The seller as it is on the day that was asked for, or today.
    pub seller: Seller,
    /// All of its states by their first day.
    pub states: Vec<Version<Seller>>,
    /// What an edit is made from.
    pub edition: i64,
    /// Its number series.
    pub series: Vec<Series>,
    /// The change that waits for a second person.
    pub waiting: Option<Waiting>,
}

/// All sellers, by their codes.
///
/// # Errors
/// `access.denied`, `db.*`.
pub async fn all(app: &App, by: &Principal) -> Result<Vec<SellerSheet>, EditError> {
    require(by, Permission::ReadSettings)?;
    let on = app.db.reader();
    let codes = sellers::ids(&on, app.clock.business()).await?;
    let mut sheets = Vec::with_capacity(codes.len());
    for code in codes {
        sheets.extend(sheet(app, &on, &code, None).await?);
    }
    Ok(sheets)
}

/// One seller, as it is on a day; today unless one is given.
///
/// # Errors
/// `access.denied`, `seller.unknown`, `db.*`.
pub async fn one(
    app: &App,
    by: &Principal,
    code: &str,
    day: Option<NaiveDate>,
) -> Result<SellerSheet, EditError> {
    require(by, Permission::ReadSettings)?;
    let found = sheet(app, &app.db.reader(), code, day).await?;
    let code = code.to_owned();
    found.ok_or(EditError::Unknown { code })
}

/// How a seller was on a day when an edition was the newest; none when there was none.
///
/// # Errors
/// `access.denied`, `db.*`.
pub async fn as_it_was(
    app: &App,
    by: &Principal,
    code: &str,
    (made_from, day): (i64, NaiveDate),
) -> Result<Option<Seller>, EditError> {
    require(by, Permission::ReadSettings)?;
    let states = sellers::states_at::<Seller>(&app.db.reader(), code, made_from).await?;
    Ok(on_day(&states, day))
}

async fn sheet(
    app: &App,
    on: &impl Source,
    code: &str,
    day: Option<NaiveDate>,
) -> Result<Option<SellerSheet>, EditError> {
    let Some(newest) = sellers::edition(on, code).await? else {
        return Ok(None);
    };
    let states = sellers::states_at::<Seller>(on, code, newest.revision).await?;
    let today = app.clock.business().date_naive();
    let Some(seller) = on_day(&states, day.unwrap_or(today)) else {
        return Ok(None);
    };
    let mut series = all_series(on).await?;
    series.retain(|series| series.seller == code);
    Ok(Some(SellerSheet {
        today,
        waiting: waiting(on, code, newest).await?,
        edition: newest.revision,
        seller,
        states,
        series,
    }))
}

/// The state that holds on a day; the first one before any does.
fn on_day(states: &[Version<Seller>], day: NaiveDate) -> Option<Seller> {
    let dated: Vec<(NaiveDate, Seller)> = states
        .iter()
        .map(|state| (state.valid_from, state.body.clone()))
        .collect();
    Some(Dated::since(&dated)?.on(day).clone())
}

impl SellerSheet {
    /// The state that the change which waits would take the place of.
    #[must_use]
    pub fn before_waiting(&self) -> Option<Seller> {
        let waits = self.waiting.as_ref()?;
        on_day(&self.states, waits.after.valid_from)
    }
}

/// Checks an edit; says what it would replace. Nothing is written.
///
/// # Errors
/// As [`save`].
pub async fn preview(app: &App, by: &Principal, edit: &Edit) -> Result<SellerSheet, EditError> {
    require(by, Permission::EditSettings)?;
    let found = one(app, by, &edit.seller.code, Some(edit.seller.valid_from)).await?;
    judge(edit, found.edition, &found.states)?;
    Ok(found)
}

fn judge(edit: &Edit, newest: i64, states: &[Version<Seller>]) -> Result<(), EditError> {
    let wrong = entered_seller(&edit.seller);
    if !wrong.is_empty() {
        return Err(EditError::Wrong(wrong));
    }
    match edit.made_from == newest || on_file(&edit.seller, states) {
        true => Ok(()),
        false => Err(EditError::Stale),
    }
}

fn on_file(seller: &Seller, states: &[Version<Seller>]) -> bool {
    let state = states
        .iter()
        .find(|state| state.valid_from == seller.valid_from);
    state.is_some_and(|state| state.body == *seller)
}

/// Does an edit send money elsewhere than any state that is on file for its time?
#[must_use]
pub fn moves_money(seller: &Seller, before: &Seller) -> bool {
    seller.bank != before.bank
}

/// Records an edit as a new version, or keeps it for a second person when the bank account changes.
///
/// # Errors
/// `access.denied`; `seller.invalid` with each wrong fact; `seller.stale` when somebody was faster;
/// `seller.unknown`; `db.*`.
pub async fn save(app: &App, by: &Principal, edit: &Edit) -> Result<Edited, EditError> {
    require(by, Permission::EditSettings)?;
    let (edit, own, actor) = (edit.clone(), app.clone(), by.actor());
    let edited = app
        .db
        .write(async move |txn: &Txn| {
            let code = &edit.seller.code;
            let (newest, states) = locked(txn, code).await?;
            judge(&edit, newest.revision, &states)?;
            if on_file(&edit.seller, &states) {
                return Ok(Edited::Saved);
            }
            let before = on_day(&states, edit.seller.valid_from);
            let moves = before
                .as_ref()
                .is_some_and(|before| moves_money(&edit.seller, before));
            if !moves {
                record(txn, &own, (&actor, &edit.seller), (newest, before)).await?;
                return Ok(Edited::Saved);
            }
            let known = waiting(txn, code, newest).await?;
            if known.is_some_and(|known| known.after == edit.seller) {
                return Ok(Edited::Waits);
            }
            let payload = serde_json::json!({ "before": before, "after": edit.seller,
                "made_from": edit.made_from });
            note(txn, &own, (&actor, "seller.proposed", code), &payload).await?;
            Ok::<_, EditError>(Edited::Waits)
        })
        .await?;
    Ok(edited)
}

async fn locked(txn: &Txn, code: &str) -> Result<(Edition, Vec<Version<Seller>>), EditError> {
    sellers::lock(txn, code).await?;
    let newest = sellers::edition(txn, code).await?;
    let newest = newest.ok_or_else(|| EditError::Unknown {
        code: code.to_owned(),
    })?;
    let states = sellers::states_at(txn, code, newest.revision).await?;
    Ok((newest, states))
}

async fn record(
    txn: &Txn,
    app: &App,
    (actor, seller): (&str, &Seller),
    (newest, before): (Edition, Option<Seller>),
) -> Result<(), EditError> {
    // A clock that was set back must not make the new version the older one.
    let now = app.clock.business();
    let now = now.max(newest.recorded_at + TimeDelta::microseconds(1));
    sellers::put(txn, &seller.code, seller.valid_from, now, seller).await?;
    let payload = serde_json::json!({ "before": before, "after": seller });
    note(txn, app, (actor, "seller.changed", &seller.code), &payload).await
}

async fn note(
    txn: &Txn,
    app: &App,
    (actor, action, code): (&str, &str, &str),
    payload: &serde_json::Value,
) -> Result<(), EditError> {
    let event = AuditEvent {
        actor: actor.to_owned(),
        action: action.to_owned(),
        subject: subject(code),
        payload: payload.to_string(),
    };
    audit::append(txn, app.clock.business(), &[event]).await?;
    Ok(())
}

/// What a second person says about a change that waits.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Decision {
    /// The proposal that was looked at: [`Waiting::proposal`].
    pub proposal: i64,
    /// Is it taken, or refused?
    pub takes: bool,
}

/// A second person takes or refuses the bank account that waits: the one that was looked at, never
/// one that took its place meanwhile. Whoever proposed it may refuse it, and never take it. A
/// second time changes nothing.
///
/// # Errors
/// `access.denied`, `access.four-eyes`, `access.approval-by-token`, `seller.replaced`,
/// `seller.unknown`, `db.*`.
pub async fn decide(
    app: &App,
    by: &Principal,
    code: &str,
    decision: Decision,
) -> Result<(), EditError> {
    require(by, Permission::EditSettings)?;
    let (own, by, code) = (app.clone(), by.clone(), code.to_owned());
    app.db
        .write(async move |txn: &Txn| {
            let (newest, states) = locked(txn, &code).await?;
            let Some(waits) = waiting(txn, &code, newest).await? else {
                return Ok(());
            };
            if waits.proposal != decision.proposal {
                return Err(EditError::Replaced);
            }
            let actor = by.actor();
            if !decision.takes {
                let payload = serde_json::json!({ "refused": waits.after.bank });
                return note(txn, &own, (&actor, "seller.refused", &code), &payload).await;
            }
            // Without a person who proposed it there are no four eyes.
            let prepared_by = waits.by.unwrap_or_else(|| by.account());
            let four = FourEyes { prepared_by }.approve(&by, Permission::EditSettings);
            four.map_err(|error: FourEyesError| Failure::of(error.code(), &error))?;
            let before = on_day(&states, waits.after.valid_from);
            record(txn, &own, (&actor, &waits.after), (newest, before)).await
        })
        .await?;
    Ok(())
}
