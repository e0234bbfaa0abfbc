//! Webhooks of instances: one an instance, with its sealed secrets and what became of its messages.

use chrono::{DateTime, Utc};
use sea_orm::{EntityTrait, QueryOrder};

use super::DbError;
use super::convert::{From, stamp};
use super::entities::mastodon_hook;
use super::txn::{Source, Txn};
use crate::access::Sealed;

/// A webhook.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MastodonHook {
    /// The instance that sends.
    pub instance: String,
    /// What signs its messages.
    pub secret: Sealed,
    /// What signed them before, while that counts too.
    pub older: Option<Sealed>,
    pub registered_at: DateTime<Utc>,
    pub rotated_at: Option<DateTime<Utc>>,
    /// When its last message was taken.
    pub last_at: Option<DateTime<Utc>>,
    /// Messages that became evidence.
    pub taken: u64,
    /// Messages whose bytes had come before.
    pub repeated: u64,
    /// Messages of which nothing is kept.
    pub ignored: u64,
    /// The last message that was refused, and the code of the reason; noted once a minute at most.
    pub refused: Option<(DateTime<Utc>, String)>,
}

/// What became of a message.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Outcome {
    /// It became evidence.
    Taken,
    /// The same bytes had come before.
    Repeated,
    /// Nothing of it is kept.
    Ignored,
}

/// Adds a webhook; false when the instance has one.
///
/// # Errors
/// `db.unreachable`, `db.disk-full`.
pub async fn insert(
    txn: &Txn,
    instance: &str,
    secret: &Sealed,
    at: DateTime<Utc>,
) -> Result<bool, DbError> {
    let sql = "INSERT INTO mastodon_hook \
               (instance, secret, registered_at, taken, repeated, ignored) \
               VALUES ($1, $2, $3, 0, 0, 0) ON CONFLICT (instance) DO NOTHING";
    let values = vec![instance.into(), secret.as_str().into(), stamp(at).into()];
    Ok(txn.execute(sql, values).await? == 1)
}

/// Puts a new secret beside the one that counts; an older one than that goes. False when the
/// instance has no webhook.
///
/// # Errors
/// `db.unreachable`, `db.disk-full`.
pub async fn rotate(
    txn: &Txn,
    instance: &str,
    secret: &Sealed,
    at: DateTime<Utc>,
) -> Result<bool, DbError> {
    let sql = "UPDATE mastodon_hook SET older = secret, secret = $2, rotated_at = $3 \
               WHERE instance = $1";
    let values = vec![instance.into(), secret.as_str().into(), stamp(at).into()];
    Ok(txn.execute(sql, values).await? == 1)
}

/// Lets the older secret count no longer; false when there is none.
///
/// # Errors
/// `db.unreachable`, `db.disk-full`.
pub async fn settle(txn: &Txn, instance: &str) -> Result<bool, DbError> {
    let sql = "UPDATE mastodon_hook SET older = NULL WHERE instance = $1 AND older IS NOT NULL";
    Ok(txn.execute(sql, vec![instance.into()]).await? == 1)
}

/// Takes the webhook away with its secrets; false when there is none.
///
/// # Errors
/// `db.unreachable`.
pub async fn remove(txn: &Txn, instance: &str) -> Result<bool, DbError> {
    let sql = "DELETE FROM mastodon_hook WHERE instance = $1";
    Ok(txn.execute(sql, vec![instance.into()]).await? == 1)
}

/// Counts a message.
///
/// # Errors
/// `db.unreachable`, `db.disk-full`.
pub async fn count(
    txn: &Txn,
    instance: &str,
    outcome: Outcome,
    at: DateTime<Utc>,
) -> Result<(), DbError> {
    let column = match outcome {
        Outcome::Taken => "taken",
        Outcome::Repeated => "repeated",
        Outcome::Ignored => "ignored",
    };
    let sql = format!(
        "UPDATE mastodon_hook SET {column} = {column} + 1, last_at = $2 WHERE instance = $1"
    );
    txn.execute(&sql, vec![instance.into(), stamp(at).into()])
        .await?;
    Ok(())
}

/// Notes that a message was refused, unless one was since `quiet`: strangers can make us write once
/// a minute and no more.
///
/// # Errors
/// `db.unreachable`, `db.disk-full`.
pub async fn refused(
    txn: &Txn,
    instance: &str,
    code: &str,
    (at, quiet): (DateTime<Utc>, DateTime<Utc>),
) -> Result<(), DbError> {
    let sql = "UPDATE mastodon_hook SET refused_at = $2, refusal = $3 \
               WHERE instance = $1 AND (refused_at IS NULL OR refused_at < $4)";
    let values = vec![
        instance.into(),
        stamp(at).into(),
        code.into(),
        stamp(quiet).into(),
    ];
    txn.execute(sql, values).await?;
    Ok(())
}

/// The webhook of an instance.
///
/// # Errors
/// `db.corrupt-row`.
pub async fn get(on: &impl Source, instance: &str) -> Result<Option<MastodonHook>, DbError> {
    let found = mastodon_hook::Entity::find_by_id(instance);
    found.one(&on.on().0).await?.map(hook).transpose()
}

/// All webhooks, by instance.
///
/// # Errors
/// `db.corrupt-row`.
pub async fn list(on: &impl Source) -> Result<Vec<MastodonHook>, DbError> {
    let found = mastodon_hook::Entity::find()
        .order_by_asc(mastodon_hook::Column::Instance)
        .all(&on.on().0)
        .await?;
    found.into_iter().map(hook).collect()
}

fn hook(row: mastodon_hook::Model) -> Result<MastodonHook, DbError> {
    let mastodon_hook::Model {
        instance,
        secret,
        older,
        registered_at,
        rotated_at,
        last_at,
        taken,
        repeated,
        ignored,
        refused_at,
        refusal,
    } = row;
    let from = From {
        table: "mastodon_hook",
        id: &instance,
    };
    let instant = |text: Option<String>| text.map(|text| from.instant(&text)).transpose();
    let whole = |count: i64| u64::try_from(count).map_err(|why| from.corrupt(why));
    Ok(MastodonHook {
        secret: Sealed::stored(secret),
        older: older.map(Sealed::stored),
        registered_at: from.instant(&registered_at)?,
        rotated_at: instant(rotated_at)?,
        last_at: instant(last_at)?,
        taken: whole(taken)?,
        repeated: whole(repeated)?,
        ignored: whole(ignored)?,
        refused: instant(refused_at)?.zip(refusal),
        instance,
    })
}
