//! The chain over the audit trail: `hash = SHA-256(previous hash ‖ record)`.
//!
//! One leased sealer follows the trail within a second, so that no business transaction waits for
//! a common head row. On PostgreSQL ids commit out of order: a record is sealed once every
//! transaction as old as its own has ended, so that the chain runs in the order of ids among what
//! had been written, and nothing that commits late is ever skipped. Only an outside anchor (the
//! head in a run report) shows a rewritten tail.

use std::time::Duration;

use ring::digest::{Context, SHA256};
use sea_orm::{DbBackend, EntityTrait, QueryOrder, Set};

use super::bulk::insert_all;
use super::convert::{hex, sha256_hex, unhex};
use super::entities::{audit_record, audit_seal};
use super::leases::{self, Lease};
use super::txn::{Source, Txn, rows};
use super::{DbError, Store};

/// Records sealed in one transaction.
const BATCH: i64 = 2_000;
/// Links verified in one step.
const PAGE: i64 = 5_000;
/// A record unsealed for longer fails verification.
const SEALED_WITHIN: Duration = Duration::from_secs(60);
const LEASE: &str = "audit-sealer";
const LEASED_FOR: Duration = Duration::from_secs(30);

/// The last link of the chain.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ChainHead {
    /// How many links there are.
    pub place: i64,
    /// The hash of the last one, in hexadecimal.
    pub hash: String,
}

/// What verification has to say about a record or link.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ChainFinding {
    /// A record is not what was sealed.
    RecordChanged { place: i64, record: i64 },
    /// A payload is not what its record was written with.
    PayloadChanged { record: i64 },
    /// A payload is gone and no retention protocol says why.
    PayloadMissing { record: i64 },
    /// A link is missing, or its hash was replaced.
    LinkBroken { place: i64 },
    /// A record waits for its seal for too long.
    Unsealed { record: i64 },
}

/// The outcome of verifying the chain.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct ChainReport {
    /// Links verified.
    pub links: u64,
    /// What is wrong; nothing when the trail is intact.
    pub findings: Vec<ChainFinding>,
    /// Payloads erased by protocol: record and protocol number. Not a fault.
    pub erased: Vec<(i64, i64)>,
    /// The head that was reached.
    pub head: Option<ChainHead>,
}

/// The head of the chain; none while nothing is sealed.
///
/// # Errors
/// `db.unreachable`.
pub async fn head(on: &impl Source) -> Result<Option<ChainHead>, DbError> {
    Ok(last_seal(on).await?.map(|seal| ChainHead {
        place: seal.place,
        hash: seal.hash,
    }))
}

async fn last_seal(on: &impl Source) -> Result<Option<audit_seal::Model>, DbError> {
    let newest = audit_seal::Entity::find().order_by_desc(audit_seal::Column::Place);
    Ok(newest.one(&on.on().0).await?)
}

/// Seals what may be sealed now, unless another sealer is at it; returns how many records.
///
/// # Errors
/// `db.lease-lost`, `db.unreachable`.
pub async fn seal(store: &Store, holder: &str) -> Result<u64, DbError> {
    // Two processes may call themselves the same; two sealers at once may not.
    let holder = format!("{holder}/{}", uuid::Uuid::now_v7());
    let lease = leases::acquire(store, LEASE, &holder, LEASED_FOR).await?;
    let Some(lease) = lease else { return Ok(0) };
    let sealed = drain(store, &lease).await;
    leases::release(store, lease).await?;
    sealed
}

/// Seals until no record waits: what a command does before it ends, when no server follows the
/// trail. Waits up to `patience` for other sealers and for older transactions. Returns how many
/// records this process sealed.
///
/// # Errors
/// `db.unreachable`.
pub async fn seal_all(store: &Store, holder: &str, patience: Duration) -> Result<u64, DbError> {
    let waited = tokio::time::Instant::now();
    let mut sealed = 0;
    loop {
        sealed += seal(store, holder).await?;
        if !any_waits(store).await? || waited.elapsed() > patience {
            return Ok(sealed);
        }
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
}

async fn any_waits(store: &Store) -> Result<bool, DbError> {
    let on = store.reader();
    let (record, horizon) = match last_seal(&on).await? {
        Some(seal) => (seal.record, seal.horizon),
        None => (0, 0),
    };
    // On SQLite ids grow as they commit; on PostgreSQL the horizon bounds what may have been late.
    let (column, from) = match store.backend() {
        DbBackend::Postgres => ("transaction_id", horizon),
        _ => ("id", record),
    };
    let sql = format!(
        "SELECT 1 FROM audit_record r WHERE r.{column} >= $1 AND NOT EXISTS \
         (SELECT 1 FROM audit_seal s WHERE s.record = r.id) LIMIT 1"
    );
    Ok(!rows(&on, &sql, vec![from.into()]).await?.is_empty())
}

async fn drain(store: &Store, lease: &Lease) -> Result<u64, DbError> {
    let mut sealed = 0;
    loop {
        let lease = lease.clone();
        let batch = async move |txn: &Txn| seal_batch(txn, &lease).await;
        let some = match store.write(batch).await {
            // The lease ended among many records: what is sealed stays, and the next turn goes on.
            Err(DbError::LeaseLost { .. }) if sealed > 0 => return Ok(sealed),
            other => other?,
        };
        sealed += some;
        if some < BATCH.unsigned_abs() {
            return Ok(sealed);
        }
    }
}

async fn seal_batch(txn: &Txn, lease: &Lease) -> Result<u64, DbError> {
    leases::check(txn, lease).await?;
    let last = last_seal(txn).await?;
    let (place, mut hash, reached) = match last {
        Some(seal) => (seal.place, seal.hash, seal.horizon),
        None => (0, String::new(), 0),
    };
    let now: i64 = one_number(txn, &format!("SELECT {} AS n", txn.now_micros())).await?;
    let (waiting, horizon) = waiting(txn, reached).await?;
    // A full batch may have left some behind: the horizon moves when a batch takes all.
    let all = i64::try_from(waiting.len()).is_ok_and(|some| some < BATCH);
    let horizon = if all { horizon } else { reached };
    let mut seals = Vec::with_capacity(waiting.len());
    for (place, record) in (place + 1..).zip(&waiting) {
        hash = link(&hash, record)?;
        seals.push(audit_seal::ActiveModel {
            place: Set(place),
            record: Set(record.id),
            hash: Set(hash.clone()),
            sealed_at: Set(now),
            horizon: Set(horizon),
        });
    }
    insert_all(txn, seals).await?;
    Ok(waiting.len() as u64)
}

/// Unsealed records whose place in the order of ids is settled, and the transaction id below which
/// all is then sealed. SQLite has one writer at a time: there every committed record is settled.
async fn waiting(txn: &Txn, reached: i64) -> Result<(Vec<audit_record::Model>, i64), DbError> {
    let unsealed = "NOT EXISTS (SELECT 1 FROM audit_seal s WHERE s.record = r.id)";
    let (sql, horizon) = if txn.postgres() {
        let oldest = "SELECT pg_snapshot_xmin(pg_current_snapshot())::text::bigint AS n";
        let sql = format!(
            "SELECT r.* FROM audit_record r WHERE r.transaction_id >= $1 \
             AND r.transaction_id < $2 AND {unsealed} ORDER BY r.id LIMIT {BATCH}"
        );
        (sql, one_number(txn, oldest).await?)
    } else {
        let sql = format!(
            "SELECT r.* FROM audit_record r WHERE r.id > \
             coalesce((SELECT record FROM audit_seal ORDER BY place DESC LIMIT 1), 0) \
             AND $1 >= 0 AND $2 >= 0 AND {unsealed} ORDER BY r.id LIMIT {BATCH}"
        );
        (sql, 0)
    };
    let statement = sea_orm::Statement::from_sql_and_values(
        txn.backend(),
        sql,
        [reached.into(), horizon.into()],
    );
    let found = audit_record::Entity::find()
        .from_raw_sql(statement)
        .all(txn.orm())
        .await?;
    Ok((found, horizon))
}

async fn one_number(on: &impl Source, sql: &str) -> Result<i64, DbError> {
    let found = rows(on, sql, Vec::new()).await?;
    let row = found.first().ok_or_else(|| DbError::missing("row", sql))?;
    Ok(row.try_get("", "n")?)
}

/// The hash of a link. Each field is preceded by its length, so that no two records read the same.
fn link(previous: &str, record: &audit_record::Model) -> Result<String, DbError> {
    let audit_record::Model {
        id,
        recorded_at,
        written_at,
        actor,
        action,
        subject,
        payload_hash,
        transaction_id: _,
    } = record;
    let mut context = Context::new(&SHA256);
    let previous = unhex(previous)
        .ok_or_else(|| DbError::corrupt("audit_seal", id, "the hash is not hexadecimal"))?;
    context.update(&previous);
    let (id, written_at) = (id.to_string(), written_at.to_string());
    for field in [
        &id,
        recorded_at,
        &written_at,
        actor,
        action,
        subject,
        payload_hash,
    ] {
        context.update(&(field.len() as u64).to_be_bytes());
        context.update(field.as_bytes());
    }
    Ok(hex(context.finish().as_ref()))
}

/// Verifies the whole trail: every link, every record, every payload, and that none waits too long.
///
/// # Errors
/// `db.unreachable`; what is wrong with the trail is in the report.
pub async fn verify_chain(on: &impl Source) -> Result<ChainReport, DbError> {
    let mut report = ChainReport::default();
    let mut walk = Walk::default();
    loop {
        let page = links_after(on, walk.place).await?;
        for row in &page {
            walk.step(row, &mut report)?;
        }
        if page.is_empty() {
            break;
        }
    }
    walk.settle(&mut report);
    report.head = walk.head();
    unsealed(on, &mut report).await?;
    Ok(report)
}

/// A link with what it seals. A record that is gone leaves its columns empty.
#[derive(sea_orm::FromQueryResult)]
struct Link {
    place: i64,
    record: i64,
    hash: String,
    id: Option<i64>,
    recorded_at: Option<String>,
    written_at: Option<i64>,
    actor: Option<String>,
    action: Option<String>,
    subject: Option<String>,
    payload_hash: Option<String>,
    body: Option<String>,
    protocol: Option<i64>,
}

async fn links_after(on: &impl Source, place: i64) -> Result<Vec<Link>, DbError> {
    let sql = format!(
        "SELECT s.place, s.record, s.hash, r.id, r.recorded_at, r.written_at, r.actor, r.action, \
         r.subject, r.payload_hash, p.body, e.protocol FROM audit_seal s \
         LEFT JOIN audit_record r ON r.id = s.record \
         LEFT JOIN audit_payload p ON p.record = s.record \
         LEFT JOIN audit_erasure e ON e.record = s.record \
         WHERE s.place > $1 ORDER BY s.place LIMIT {PAGE}"
    );
    let found = rows(on, &sql, vec![place.into()]).await?;
    let links = found
        .iter()
        .map(|row| sea_orm::FromQueryResult::from_query_result(row, ""));
    Ok(links.collect::<Result<_, sea_orm::DbErr>>()?)
}

/// Where verification stands. A link that does not fit is held back: if the next one does not fit
/// either, it was the hash that was replaced, otherwise the record.
#[derive(Default)]
struct Walk {
    place: i64,
    hash: String,
    misfit: Option<(i64, i64)>,
}

impl Walk {
    fn step(&mut self, link_row: &Link, report: &mut ChainReport) -> Result<(), DbError> {
        report.links += 1;
        if link_row.place != self.place + 1 {
            report.findings.push(ChainFinding::LinkBroken {
                place: self.place + 1,
            });
        }
        let fits = match link_row.sealed_record() {
            Some(record) => {
                link_row.judge_payload(&record.payload_hash, report);
                unhex(&self.hash).is_some() && link(&self.hash, &record)? == link_row.hash
            }
            None => false,
        };
        match (fits, self.misfit.take()) {
            (true, None) => {}
            (true, Some((place, record))) => {
                report
                    .findings
                    .push(ChainFinding::RecordChanged { place, record });
            }
            (false, None) => self.misfit = Some((link_row.place, link_row.record)),
            (false, Some((place, _))) => {
                report.findings.push(ChainFinding::LinkBroken { place });
            }
        }
        self.place = link_row.place;
        self.hash.clone_from(&link_row.hash);
        Ok(())
    }

    fn settle(&mut self, report: &mut ChainReport) {
        if let Some((place, record)) = self.misfit.take() {
            report
                .findings
                .push(ChainFinding::RecordChanged { place, record });
        }
    }

    fn head(&self) -> Option<ChainHead> {
        (self.place > 0).then(|| ChainHead {
            place: self.place,
            hash: self.hash.clone(),
        })
    }
}

impl Link {
    fn sealed_record(&self) -> Option<audit_record::Model> {
        Some(audit_record::Model {
            id: self.id?,
            recorded_at: self.recorded_at.clone()?,
            written_at: self.written_at?,
            actor: self.actor.clone()?,
            action: self.action.clone()?,
            subject: self.subject.clone()?,
            payload_hash: self.payload_hash.clone()?,
            transaction_id: 0,
        })
    }

    fn judge_payload(&self, payload_hash: &str, report: &mut ChainReport) {
        let record = self.record;
        match (&self.body, self.protocol) {
            (Some(body), _) if sha256_hex(body.as_bytes()) == payload_hash => {}
            (Some(_), _) => report
                .findings
                .push(ChainFinding::PayloadChanged { record }),
            (None, Some(protocol)) => report.erased.push((record, protocol)),
            (None, None) => report
                .findings
                .push(ChainFinding::PayloadMissing { record }),
        }
    }
}

async fn unsealed(on: &impl Source, report: &mut ChainReport) -> Result<(), DbError> {
    let now = on.now_micros();
    let sql = format!(
        "SELECT r.id AS n FROM audit_record r WHERE r.written_at < {now} - $1 AND NOT EXISTS \
         (SELECT 1 FROM audit_seal s WHERE s.record = r.id) ORDER BY r.id LIMIT 1000"
    );
    for row in rows(on, &sql, vec![leases::micros(SEALED_WITHIN).into()]).await? {
        report.findings.push(ChainFinding::Unsealed {
            record: row.try_get("", "n")?,
        });
    }
    Ok(())
}
