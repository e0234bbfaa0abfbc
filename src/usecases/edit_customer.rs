//! A customer is entered or edited: checked as a book is, kept as a new dated version.
//!
//! An edit says which edition of the customer it was made from. When somebody else was faster it is
//! refused, and nothing typed or recorded is lost. The same edit sent twice is one version.

use chrono::{NaiveDate, TimeDelta};

use super::Failure;
use super::customers::{Standing, sold_to};
use crate::access::principal::Denied;
use crate::access::{Granted, Permission, Principal, Scope};
use crate::app::App;
use crate::billing::Currency;
use crate::billing::dated::Dated;
use crate::billing::party::Customer;
use crate::billing::party::check::{NUMBERS, WrongFact, entered_customer};
use crate::book::BEGINNING;
use crate::db::audit::{self, AuditEvent};
use crate::db::customers;
use crate::db::customers::edit::{Edition, edition, last_number, lock, states_at};
use crate::db::{AsOf, DbError, Source, Txn, Version, WriteError};
use crate::error::{Fault, Problem};

/// A customer as somebody wants it to be from a day on.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Edit {
    /// All facts. `valid_from` is the first day they hold; none for ever since.
    pub customer: Customer,
    /// The edition that the edit was made from; none for a new customer.
    pub made_from: Option<i64>,
}

impl Edit {
    fn number(&self) -> String {
        self.customer.number.to_string()
    }

    fn first_day(&self) -> NaiveDate {
        self.customer.valid_from.unwrap_or(BEGINNING)
    }
}

/// What an edit has become.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Edited {
    /// The customer's number.
    pub number: u32,
    /// The edition that holds now: what the next edit is made from.
    pub edition: i64,
    /// False when the same was on file already.
    pub changed: bool,
}

/// Why an edit was refused.
#[derive(Debug, thiserror::Error)]
pub enum EditError {
    /// Facts that cannot stand.
    #[error("{} of the facts cannot stand", .0.len())]
    Wrong(Vec<WrongFact>),
    /// Somebody else has recorded something since.
    #[error("the customer was changed since this edit began")]
    Stale {
        /// The newest edition.
        edition: i64,
    },
    /// A new customer with a number that is given away.
    #[error("the customer number {number} is given away")]
    Taken {
        /// Which.
        number: u32,
    },
    /// No such customer.
    #[error("there is no customer {number}")]
    Unknown {
        /// Which.
        number: String,
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
            Self::Wrong(_) => "customer.invalid",
            Self::Stale { .. } => "customer.stale",
            Self::Taken { .. } => "customer.taken",
            Self::Unknown { .. } => "customer.unknown",
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

fn granted(by: &Principal) -> Result<Granted, Failure> {
    by.require(Permission::EditCustomers)
        .map_err(|denied: Denied| Failure::of(denied.code(), &denied))
}

/// A customer as its form begins with it.
#[derive(Debug, Clone)]
pub struct Opened {
    /// The state that holds on the day.
    pub customer: Customer,
    /// What an edit is made from.
    pub edition: i64,
    /// The first days of all states.
    pub days: Vec<NaiveDate>,
    /// Today.
    pub today: NaiveDate,
}

/// The customer as it is on a day, to be edited; today unless a day is given.
///
/// # Errors
/// `access.denied`, `customer.unknown`, `db.*`.
pub async fn open(
    app: &App,
    by: &Principal,
    number: &str,
    day: Option<NaiveDate>,
) -> Result<Opened, EditError> {
    let scope = granted(by)?.scope();
    let on = app.db.reader();
    let unknown = || EditError::Unknown {
        number: number.to_owned(),
    };
    let newest = edition(&on, scope, number).await?.ok_or_else(unknown)?;
    let states = states_at::<Customer>(&on, scope, number, newest.revision).await?;
    let today = app.clock.business().date_naive();
    Ok(Opened {
        customer: on_day(&states, day.unwrap_or(today)).ok_or_else(unknown)?,
        edition: newest.revision,
        days: states.iter().map(|state| state.valid_from).collect(),
        today,
    })
}

/// The next customer number that nobody has.
///
/// # Errors
/// `access.denied`, `db.*`.
pub async fn next_number(app: &App, by: &Principal) -> Result<Option<u32>, EditError> {
    granted(by)?;
    let last = last_number(&app.db.reader()).await?;
    let next = last.map_or(*NUMBERS.start(), |last| last.saturating_add(1));
    Ok(Some(next).filter(|next| NUMBERS.contains(next)))
}

/// How a customer was on a day when an edition was the newest; none when there was none.
///
/// # Errors
/// `access.denied`, `db.*`.
pub async fn as_it_was(
    app: &App,
    by: &Principal,
    number: &str,
    (made_from, day): (i64, NaiveDate),
) -> Result<Option<Customer>, EditError> {
    let scope = granted(by)?.scope();
    let states = states_at::<Customer>(&app.db.reader(), scope, number, made_from).await?;
    Ok(on_day(&states, day))
}

/// The state that holds on a day; the first one before any does.
#[must_use]
pub fn on_day(states: &[Version<Customer>], day: NaiveDate) -> Option<Customer> {
    let dated: Vec<(NaiveDate, Customer)> = states
        .iter()
        .map(|state| (state.valid_from, state.body.clone()))
        .collect();
    Some(Dated::since(&dated)?.on(day).clone())
}

/// What an edit would change.
#[derive(Debug, Clone)]
pub struct Preview {
    /// The state that would be replaced from the first day on; none for a new customer.
    pub before: Option<Customer>,
    /// The first day of the next state, from which on that one holds as it does now.
    pub until: Option<NaiveDate>,
    /// The day whose billing is looked at.
    pub day: NaiveDate,
    /// What billing makes of the customer now.
    pub now: Standing,
    /// What it would make of it.
    pub then: Standing,
}

/// Checks an edit and says what it would change. Nothing is written.
///
/// # Errors
/// As [`save`].
pub async fn preview(app: &App, by: &Principal, edit: &Edit) -> Result<Preview, EditError> {
    let scope = granted(by)?.scope();
    let (on, number) = (app.db.reader(), edit.number());
    let newest = edition(&on, scope, &number).await?;
    let states = match newest {
        Some(newest) => states_at::<Customer>(&on, scope, &number, newest.revision).await?,
        None => Vec::new(),
    };
    judge(edit, newest, &states)?;
    let at = AsOf::now(app.clock.business());
    let first = edit.first_day();
    let until = states.iter().map(|state| state.valid_from);
    let until = until.filter(|day| *day > first).min();
    let day = at.day.max(first);
    let before = on_day(&states, first);
    let sold = sold_to(&on, by, scope, &number, at).await?;
    let now = on_day(&states, day);
    let then = match (&now, until) {
        // Another state holds by then: what is billed today stays as it is.
        (Some(now), Some(until)) if until <= day => now.clone(),
        _ => edit.customer.clone(),
    };
    let standing = |customer: Option<&Customer>| match (&sold, customer) {
        (Some(sold), Some(customer)) => sold.standing(customer, &app.tax, day),
        _ => Standing::default(),
    };
    Ok(Preview {
        until,
        day,
        now: standing(now.as_ref()),
        then: standing(Some(&then)),
        before,
    })
}

/// Facts that cannot stand, and editions that do not fit. What is on file already passes: sent
/// twice is sent once.
fn judge(
    edit: &Edit,
    newest: Option<Edition>,
    states: &[Version<Customer>],
) -> Result<(), EditError> {
    let currency: Option<Currency> = states.first().map(|state| state.body.currency);
    let wrong = entered_customer(&edit.customer, currency);
    if !wrong.is_empty() {
        return Err(EditError::Wrong(wrong));
    }
    if on_file(edit, states) {
        return Ok(());
    }
    let number = edit.customer.number;
    match (edit.made_from, newest) {
        (None, None) => Ok(()),
        (None, Some(_)) => Err(EditError::Taken { number }),
        (Some(_), None) => Err(EditError::Unknown {
            number: edit.number(),
        }),
        (Some(made_from), Some(newest)) if made_from == newest.revision => Ok(()),
        (Some(_), Some(newest)) => Err(EditError::Stale {
            edition: newest.revision,
        }),
    }
}

fn on_file(edit: &Edit, states: &[Version<Customer>]) -> bool {
    let first = edit.first_day();
    let state = states.iter().find(|state| state.valid_from == first);
    state.is_some_and(|state| state.body == edit.customer)
}

/// Records an edit as a new version, known from now on.
///
/// # Errors
/// `access.denied`; `customer.invalid` with each wrong fact; `customer.stale` when somebody was
/// faster; `customer.taken`, `customer.unknown`; `db.*`.
pub async fn save(app: &App, by: &Principal, edit: &Edit) -> Result<Edited, EditError> {
    let (own, by, edit) = (app.clone(), by.clone(), edit.clone());
    app.db
        .write(async move |txn: &Txn| save_in(txn, &own, &by, &edit).await)
        .await
}

/// As [`save`], in a transaction.
///
/// # Errors
/// Those of [`save`].
pub async fn save_in(
    txn: &Txn,
    app: &App,
    by: &Principal,
    edit: &Edit,
) -> Result<Edited, EditError> {
    let scope = granted(by)?.scope();
    record_in(txn, app, (&by.actor(), scope), edit).await
}

/// As [`save_in`], for a use case that has asked for a permission of its own.
pub(super) async fn record_in(
    txn: &Txn,
    app: &App,
    (actor, scope): (&str, Scope),
    edit: &Edit,
) -> Result<Edited, EditError> {
    let number = edit.number();
    lock(txn, &number).await?;
    let newest = edition(txn, scope, &number).await?;
    let states = match newest {
        Some(newest) => states_at(txn, scope, &number, newest.revision).await?,
        None => Vec::new(),
    };
    judge(edit, newest, &states)?;
    // A clock that was set back must not make the new version the older one.
    let later = newest.map(|newest| newest.recorded_at + TimeDelta::microseconds(1));
    let now = app.clock.business();
    let now = later.map_or(now, |later| now.max(later));
    let (customer, first) = (&edit.customer, edit.first_day());
    let changed =
        !on_file(edit, &states) && customers::put(txn, &number, first, now, customer).await?;
    if changed {
        let event = event(actor, edit, &states);
        audit::append(txn, now, &[event]).await?;
    }
    Ok(Edited {
        number: customer.number,
        edition: reached(txn, edit, scope).await?,
        changed,
    })
}

/// The edition after a write.
async fn reached(on: &impl Source, edit: &Edit, scope: Scope) -> Result<i64, EditError> {
    let number = edit.number();
    let newest = edition(on, scope, &number).await?;
    let newest = newest.ok_or(EditError::Unknown { number })?;
    Ok(newest.revision)
}

fn event(actor: &str, edit: &Edit, states: &[Version<Customer>]) -> AuditEvent {
    let action = match edit.made_from {
        Some(_) => "customer.changed",
        None => "customer.created",
    };
    let before = on_day(states, edit.first_day());
    let payload = serde_json::json!({ "before": before, "after": edit.customer });
    AuditEvent {
        actor: actor.to_owned(),
        action: action.to_owned(),
        subject: format!("customer/{}", edit.customer.number),
        payload: payload.to_string(),
    }
}
