//! The outbox: events for the world outside, written in the transaction that makes them true.
//!
//! An event never changes. Each consumer acknowledges what it has taken; it works under a lease of
//! its own (`leases`), so that two of a kind do not deliver twice.

use chrono::{DateTime, Utc};
use sea_orm::{ActiveValue::NotSet, Set};

use super::DbError;
use super::bulk::insert_all;
use super::convert::{From, stamp};
use super::entities::outbox;
use super::txn::{Source, Txn, rows};

/// An event to be told.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OutboxEvent {
    /// What kind of event, such as `invoice.issued`.
    pub topic: String,
    /// What it is about, such as `invoice/17`.
    pub subject: String,
    /// The content, as JSON text.
    pub body: String,
}

/// An event with its id and instant.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct WrittenEvent {
    /// Its id, growing.
    pub id: i64,
    /// Since when it is true.
    pub recorded_at: DateTime<Utc>,
    /// The event.
    pub event: OutboxEvent,
}

/// Writes events.
///
/// # Errors
/// `db.unreachable`, `db.disk-full`.
pub async fn write(
    txn: &Txn,
    recorded_at: DateTime<Utc>,
    events: &[OutboxEvent],
) -> Result<(), DbError> {
    let recorded_at = stamp(recorded_at);
    let rows = events.iter().cloned().map(
        |OutboxEvent {
             topic,
             subject,
             body,
         }| {
            outbox::ActiveModel {
                id: NotSet,
                topic: Set(topic),
                subject: Set(subject),
                body: Set(body),
                recorded_at: Set(recorded_at.clone()),
            }
        },
    );
    insert_all(txn, rows.collect()).await
}

/// Events of a topic a consumer has not acknowledged, oldest first.
///
/// # Errors
/// `db.corrupt-row`.
pub async fn undelivered(
    on: &impl Source,
    topic: &str,
    consumer: &str,
    limit: u32,
) -> Result<Vec<WrittenEvent>, DbError> {
    let sql = format!(
        "SELECT o.id, o.topic, o.subject, o.body, o.recorded_at FROM outbox o \
         WHERE o.topic = $1 AND NOT EXISTS (SELECT 1 FROM outbox_delivery d \
         WHERE d.event = o.id AND d.consumer = $2) ORDER BY o.id LIMIT {limit}"
    );
    let found = rows(on, &sql, vec![topic.into(), consumer.into()]).await?;
    let events = found.iter().map(|row| {
        let id: i64 = row.try_get("", "id")?;
        let recorded_at: String = row.try_get("", "recorded_at")?;
        Ok(WrittenEvent {
            id,
            recorded_at: From {
                table: "outbox",
                id: &id,
            }
            .instant(&recorded_at)?,
            event: OutboxEvent {
                topic: row.try_get("", "topic")?,
                subject: row.try_get("", "subject")?,
                body: row.try_get("", "body")?,
            },
        })
    });
    events.collect()
}

/// Notes that a consumer wants nothing of a topic that is older than an instant.
///
/// # Errors
/// `db.unreachable`.
pub async fn pass_over(
    txn: &Txn,
    topic: &str,
    consumer: &str,
    before: DateTime<Utc>,
) -> Result<u64, DbError> {
    let now = txn.now_micros();
    let sql = format!(
        "INSERT INTO outbox_delivery (event, consumer, delivered_at) \
         SELECT o.id, $2, {now} FROM outbox o WHERE o.topic = $1 AND o.recorded_at < $3 \
         AND NOT EXISTS (SELECT 1 FROM outbox_delivery d \
         WHERE d.event = o.id AND d.consumer = $2) ON CONFLICT (event, consumer) DO NOTHING"
    );
    let values = vec![topic.into(), consumer.into(), stamp(before).into()];
    txn.execute(&sql, values).await
}

/// Notes that a consumer has taken an event; saying it twice is the same as once.
///
/// # Errors
/// `db.refused` when there is no such event.
pub async fn acknowledge(txn: &Txn, event: i64, consumer: &str) -> Result<(), DbError> {
    let now = txn.now_micros();
    let sql = format!(
        "INSERT INTO outbox_delivery (event, consumer, delivered_at) VALUES ($1, $2, {now}) \
         ON CONFLICT (event, consumer) DO NOTHING"
    );
    txn.execute(&sql, vec![event.into(), consumer.into()])
        .await?;
    Ok(())
}
