//! The audit trail: who did what to what. Business writes records unchained, in its own
//! transaction.
//!
//! A record holds the hash of its payload, never the payload: content can be erased under a
//! retention protocol and the chain still verifies. Chaining is `audit_chain`'s business.

pub mod feed;

use std::collections::HashMap;

use chrono::{DateTime, Utc};
use sea_orm::{ActiveValue::NotSet, EntityTrait, QueryResult, Set};

use super::DbError;
use super::bulk::{insert_all, insert_returning};
use super::convert::{From, sha256_hex, stamp};
use super::entities::{audit_payload, audit_record, retention_protocol};
use super::txn::{Source, Txn, rows};

/// Something that happened.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AuditEvent {
    /// Who: a user, a job, `system`.
    pub actor: String,
    /// What: a verb of the trade, such as `invoice.issued`.
    pub action: String,
    /// To what, such as `invoice/RE-2026-0001`.
    pub subject: String,
    /// The content, as JSON text.
    pub payload: String,
}

/// A record of the trail with its content, unless that was erased.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AuditEntry {
    /// The record's id.
    pub id: i64,
    /// When it happened.
    pub recorded_at: DateTime<Utc>,
    /// What happened; an erased payload is none.
    pub actor: String,
    /// What: a verb of the trade.
    pub action: String,
    /// To what.
    pub subject: String,
    /// The content, unless a retention protocol erased it.
    pub payload: Option<String>,
}

/// Adds events to the trail.
///
/// # Errors
/// `db.unreachable`, `db.disk-full`.
pub async fn append(
    txn: &Txn,
    recorded_at: DateTime<Utc>,
    events: &[AuditEvent],
) -> Result<(), DbError> {
    let recorded_at = stamp(recorded_at);
    let mut records = Vec::with_capacity(events.len());
    let mut bodies: HashMap<String, Vec<&str>> = HashMap::with_capacity(events.len());
    for AuditEvent {
        actor,
        action,
        subject,
        payload,
    } in events
    {
        let payload_hash = sha256_hex(payload.as_bytes());
        bodies
            .entry(payload_hash.clone())
            .or_default()
            .push(payload);
        records.push(audit_record::ActiveModel {
            id: NotSet,
            recorded_at: Set(recorded_at.clone()),
            written_at: NotSet,
            actor: Set(actor.clone()),
            action: Set(action.clone()),
            subject: Set(subject.clone()),
            payload_hash: Set(payload_hash),
            transaction_id: NotSet,
        });
    }
    // Equal hashes mean equal bodies, so that the hash finds the body of each new id.
    let columns = [audit_record::Column::Id, audit_record::Column::PayloadHash];
    let mut payloads = Vec::with_capacity(events.len());
    for row in insert_returning(txn, records, &columns).await? {
        let (id, hash): (i64, String) = (row.try_get("", "id")?, row.try_get("", "payload_hash")?);
        let body = bodies.get_mut(&hash).and_then(Vec::pop);
        let body = body.ok_or_else(|| DbError::missing("audit_payload", id))?;
        payloads.push(audit_payload::ActiveModel {
            record: Set(id),
            body: Set(body.to_owned()),
        });
    }
    insert_all(txn, payloads).await
}

/// When the newest record was made, by the business clock; none in an empty book.
///
/// # Errors
/// `db.unreachable`, `db.corrupt-row`.
pub async fn newest(on: &impl Source) -> Result<Option<DateTime<Utc>>, DbError> {
    let sql = "SELECT MAX(recorded_at) AS newest FROM audit_record";
    let found = rows(on, sql, Vec::new()).await?;
    let Some(row) = found.first() else {
        return Ok(None);
    };
    let newest: Option<String> = row.try_get("", "newest")?;
    let from = From {
        table: "audit_record",
        id: &"the newest",
    };
    newest.map(|text| from.instant(&text)).transpose()
}

/// The trail of a subject, oldest first.
///
/// # Errors
/// `db.corrupt-row`.
pub async fn of_subject(on: &impl Source, subject: &str) -> Result<Vec<AuditEntry>, DbError> {
    let sql = "SELECT r.id, r.recorded_at, r.actor, r.action, r.subject, p.body \
               FROM audit_record r LEFT JOIN audit_payload p ON p.record = r.id \
               WHERE r.subject = $1 ORDER BY r.id";
    let found = rows(on, sql, vec![subject.into()]).await?;
    found.iter().map(entry).collect()
}

fn entry(row: &QueryResult) -> Result<AuditEntry, DbError> {
    let id: i64 = row.try_get("", "id")?;
    let recorded_at: String = row.try_get("", "recorded_at")?;
    let from = From {
        table: "audit_record",
        id: &id,
    };
    Ok(AuditEntry {
        id,
        recorded_at: from.instant(&recorded_at)?,
        actor: row.try_get("", "actor")?,
        action: row.try_get("", "action")?,
        subject: row.try_get("", "subject")?,
        payload: row.try_get("", "body")?,
    })
}

/// Erases the payloads of records under a new retention protocol and returns its number. The
/// records and their place in the chain stay.
///
/// # Errors
/// `db.refused` when a record is unknown, `db.duplicate` when one was erased before.
pub async fn erase_payloads(
    txn: &Txn,
    records: &[i64],
    reason: &str,
    approved_by: &str,
    recorded_at: DateTime<Utc>,
) -> Result<i64, DbError> {
    let row = retention_protocol::ActiveModel {
        id: NotSet,
        reason: Set(reason.to_owned()),
        approved_by: Set(approved_by.to_owned()),
        recorded_at: Set(stamp(recorded_at)),
    };
    let returned = insert_returning(txn, vec![row], &[retention_protocol::Column::Id]).await?;
    let row = returned
        .first()
        .ok_or_else(|| DbError::missing("retention_protocol", "(new)"))?;
    let protocol: i64 = row.try_get("", "id")?;
    let erasures = records
        .iter()
        .map(|record| super::entities::audit_erasure::ActiveModel {
            record: Set(*record),
            protocol: Set(protocol),
        });
    insert_all(txn, erasures.collect()).await?;
    for record in records {
        audit_payload::Entity::delete_by_id(*record)
            .exec(txn.orm())
            .await?;
    }
    Ok(protocol)
}
