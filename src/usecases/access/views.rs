//! Views of lists: a filter and an order under a name, for oneself or for all staff.

use uuid::Uuid;

use super::refused;
use crate::access::principal::Denied;
use crate::access::{AccountId, Party, Permission, Principal, Role};
use crate::app::App;
use crate::db::access::preferences::{self, SavedView};
use crate::db::audit::{self, AuditEvent};
use crate::db::{Source, Txn};
use crate::error::Problem;
use crate::usecases::Failure;

/// Longest name, in characters.
pub const NAME_MAX: usize = 60;
/// Longest filter and order, in bytes.
pub const QUERY_MAX: usize = 1_000;
/// How many views of a list somebody may have.
pub const VIEWS_MAX: usize = 30;

/// Is this a word that may name a list?
pub(super) fn is_key(text: &str) -> bool {
    let sign = |byte: u8| byte.is_ascii_lowercase() || byte == b'-';
    (1..=40).contains(&text.len()) && text.bytes().all(sign)
}

/// Views are for those who see lists: staff.
fn staff(by: &Principal) -> Result<(), Failure> {
    match by.party() {
        Party::Staff => Ok(()),
        Party::Customer(_) => by
            .require(Permission::ReadCustomers)
            .map(|_| ())
            .map_err(refused(Denied::code)),
    }
}

/// May they share a view? Whoever only reads leaves nothing in what others see.
#[must_use]
pub fn may_share(by: &Principal) -> bool {
    by.roles().iter().any(|role| *role != Role::Auditor)
}

/// The views of a list that somebody may use: the own ones, and those that are shared.
///
/// # Errors
/// `db.*`.
pub async fn list(app: &App, by: &Principal, list: &str) -> Result<Vec<SavedView>, Failure> {
    if by.party() != Party::Staff {
        return Ok(Vec::new());
    }
    Ok(preferences::views(&app.db.reader(), by.account(), list).await?)
}

/// What is saved.
#[derive(Debug, Clone)]
pub struct NewView {
    /// The key of the list.
    pub list: String,
    /// Its name.
    pub name: String,
    /// Filter and order as they stand in an address.
    pub query: String,
    /// May all staff use it?
    pub shared: bool,
}

/// Saves a view. One of the same name that the person has is replaced.
///
/// # Errors
/// `access.denied`, `view.name`, `view.malformed`, `view.too-many`.
pub async fn save(app: &App, by: &Principal, new: NewView) -> Result<(), Failure> {
    let (own, by) = (app.clone(), by.clone());
    app.db
        .write(async move |txn: &Txn| save_in(txn, &own, &by, &new).await)
        .await
}

/// As [`save`], in a transaction.
///
/// # Errors
/// Those of [`save`].
pub async fn save_in(txn: &Txn, app: &App, by: &Principal, new: &NewView) -> Result<(), Failure> {
    staff(by)?;
    let name = new.name.trim().to_owned();
    let long = name.chars().count() > NAME_MAX;
    if name.is_empty() || long || name.chars().any(char::is_control) {
        let text = format!("a view has a name of 1 to {NAME_MAX} characters");
        return Err(Problem::new("view.name", text).into());
    }
    if !is_key(&new.list) || new.query.len() > QUERY_MAX {
        return Err(Problem::new("view.malformed", "this is no view of a list").into());
    }
    if new.shared && !may_share(by) {
        let text = "an auditor keeps views, and shares none";
        return Err(Problem::new("access.denied", text).into());
    }
    let view = SavedView {
        id: Uuid::now_v7(),
        account: by.account(),
        list: new.list.clone(),
        name,
        query: new.query.clone(),
        shared: new.shared,
        created_at: app.clock.system(),
    };
    let before = replaced(txn, &view).await?;
    if let Some(before) = &before {
        preferences::delete_view(txn, before.id).await?;
    }
    preferences::insert_view(txn, &view).await?;
    note(txn, app, &by.actor(), (before.as_ref(), Some(&view))).await
}

/// The view of the same name that the person has.
async fn replaced(txn: &Txn, view: &SavedView) -> Result<Option<SavedView>, Failure> {
    let mut own = preferences::views(txn, view.account, &view.list).await?;
    own.retain(|one| one.account == view.account);
    let many = own.len();
    let same = own.into_iter().find(|one| one.name == view.name);
    if same.is_none() && many >= VIEWS_MAX {
        let text = format!("there are {VIEWS_MAX} views of this list already");
        return Err(Problem::new("view.too-many", text).into());
    }
    Ok(same)
}

/// Takes an own view away.
///
/// # Errors
/// `access.denied`, `view.unknown` when there is none of one's own.
pub async fn remove(app: &App, by: &Principal, id: Uuid) -> Result<SavedView, Failure> {
    staff(by)?;
    let (own, actor, account) = (app.clone(), by.actor(), by.account());
    let removed = app
        .db
        .write(async move |txn: &Txn| {
            let view = known(txn, account, id).await?;
            preferences::delete_view(txn, id).await?;
            note(txn, &own, &actor, (Some(&view), None)).await?;
            Ok::<_, Failure>(view)
        })
        .await?;
    Ok(removed)
}

async fn known(on: &impl Source, account: AccountId, id: Uuid) -> Result<SavedView, Failure> {
    let found = preferences::view(on, id).await?;
    let own = found.filter(|view| view.account == account);
    own.ok_or_else(|| Problem::new("view.unknown", "there is no such view of yours").into())
}

/// What others can see is noted: a view that is or was shared.
async fn note(
    txn: &Txn,
    app: &App,
    actor: &str,
    (before, after): (Option<&SavedView>, Option<&SavedView>),
) -> Result<(), Failure> {
    let shared = |view: &&SavedView| view.shared;
    let (before, after) = (before.filter(shared), after.filter(shared));
    let Some(subject) = after.or(before) else {
        return Ok(());
    };
    let told = |view: Option<&SavedView>| {
        view.map(|view| serde_json::json!({ "name": view.name, "query": view.query }))
    };
    let event = AuditEvent {
        actor: actor.to_owned(),
        action: if after.is_some() {
            "view.shared"
        } else {
            "view.unshared"
        }
        .to_owned(),
        subject: format!("view/{}/{}", subject.list, subject.id),
        payload: serde_json::json!({ "before": told(before), "after": told(after) }).to_string(),
    };
    audit::append(txn, app.clock.business(), &[event]).await?;
    Ok(())
}
