//! How people have their pages, and the views of lists that they saved.

use chrono::{DateTime, Utc};
use sea_orm::{ColumnTrait, Condition, EntityTrait, QueryFilter, QueryOrder, Set};
use uuid::Uuid;

use crate::access::{AccountId, Preferences};
use crate::db::DbError;
use crate::db::bulk::insert_all;
use crate::db::convert::{From, stamp};
use crate::db::entities::{preference, saved_view};
use crate::db::txn::{Source, Txn};

/// The settings of an account.
///
/// # Errors
/// `db.unreachable`.
pub async fn of(on: &impl Source, account: AccountId) -> Result<Preferences, DbError> {
    let found = preference::Entity::find()
        .filter(preference::Column::Account.eq(account.to_string()))
        .all(&on.on().0)
        .await?;
    Ok(Preferences::of(
        found.into_iter().map(|row| (row.name, row.value)),
    ))
}

/// Sets what is named, and takes away what is set to nothing.
///
/// # Errors
/// `db.unreachable`.
pub async fn set(
    txn: &Txn,
    account: AccountId,
    settings: &[(String, String)],
) -> Result<(), DbError> {
    let names = settings.iter().map(|(name, _)| name.as_str());
    preference::Entity::delete_many()
        .filter(preference::Column::Account.eq(account.to_string()))
        .filter(preference::Column::Name.is_in(names))
        .exec(txn.orm())
        .await?;
    let rows = settings.iter().filter(|(_, value)| !value.is_empty());
    let rows = rows.map(|(name, value)| preference::ActiveModel {
        account: Set(account.to_string()),
        name: Set(name.clone()),
        value: Set(value.clone()),
    });
    insert_all(txn, rows.collect()).await
}

/// A filter and order of a list under a name.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SavedView {
    /// Its id.
    pub id: Uuid,
    /// Who saved it.
    pub account: AccountId,
    /// The key of the list.
    pub list: String,
    /// Its name, unique among those of its owner and list.
    pub name: String,
    /// The filter and order as they stand in an address.
    pub query: String,
    /// May all staff use it?
    pub shared: bool,
    /// When it was saved.
    pub created_at: DateTime<Utc>,
}

/// Saves a view.
///
/// # Errors
/// `db.duplicate` when its owner has one of this name.
pub async fn insert_view(txn: &Txn, view: &SavedView) -> Result<(), DbError> {
    let SavedView {
        id,
        account,
        list,
        name,
        query,
        shared,
        created_at,
    } = view.clone();
    let row = saved_view::ActiveModel {
        id: Set(id.to_string()),
        account: Set(account.to_string()),
        list: Set(list),
        name: Set(name),
        query: Set(query),
        shared: Set(if shared { "yes" } else { "no" }.to_owned()),
        created_at: Set(stamp(created_at)),
    };
    insert_all(txn, vec![row]).await
}

/// Takes a view away.
///
/// # Errors
/// `db.unreachable`.
pub async fn delete_view(txn: &Txn, id: Uuid) -> Result<(), DbError> {
    let gone = saved_view::Entity::delete_by_id(id.to_string());
    gone.exec(txn.orm()).await?;
    Ok(())
}

/// One view.
///
/// # Errors
/// `db.corrupt-row`.
pub async fn view(on: &impl Source, id: Uuid) -> Result<Option<SavedView>, DbError> {
    let found = saved_view::Entity::find_by_id(id.to_string());
    found.one(&on.on().0).await?.map(view_of).transpose()
}

/// The views of a list that an account may use, by name: its own, and those that are shared.
///
/// # Errors
/// `db.corrupt-row`.
pub async fn views(
    on: &impl Source,
    account: AccountId,
    list: &str,
) -> Result<Vec<SavedView>, DbError> {
    let own = saved_view::Column::Account.eq(account.to_string());
    let usable = Condition::any()
        .add(own)
        .add(saved_view::Column::Shared.eq("yes"));
    let found = saved_view::Entity::find()
        .filter(saved_view::Column::List.eq(list))
        .filter(usable)
        .order_by_asc(saved_view::Column::Name)
        .order_by_asc(saved_view::Column::Id)
        .all(&on.on().0)
        .await?;
    found.into_iter().map(view_of).collect()
}

fn view_of(row: saved_view::Model) -> Result<SavedView, DbError> {
    let saved_view::Model {
        id,
        account,
        list,
        name,
        query,
        shared,
        created_at,
    } = row;
    let from = From {
        table: "saved_view",
        id: &id,
    };
    let uuid = |text: &str| Uuid::try_parse(text).map_err(|why| from.corrupt(why));
    Ok(SavedView {
        id: uuid(&id)?,
        account: AccountId(uuid(&account)?),
        created_at: from.instant(&created_at)?,
        shared: shared == "yes",
        list,
        name,
        query,
    })
}
