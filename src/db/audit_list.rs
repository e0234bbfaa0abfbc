//! The audit trail as pages show it: the newest records first, one record, and how far the chain
//! is sealed.

use chrono::{DateTime, NaiveDate, Utc};
use sea_orm::QueryResult;

use super::DbError;
use super::audit::AuditEntry;
use super::convert::{From, day};
use super::filter::{Filter, cut};
use super::txn::{Source, rows};

/// What the trail is narrowed to.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct AuditFilter {
    /// Part of who acted: an account's id, a token's, a job.
    pub actor: Option<String>,
    /// The kind of thing that was done: `invoice`, or one verb such as `invoice.issued`.
    pub action: Option<String>,
    /// About what: `customer/20001`, or all of a kind: `customer`.
    pub subject: Option<String>,
    /// First day, in UTC.
    pub from: Option<NaiveDate>,
    /// Last day, in UTC.
    pub until: Option<NaiveDate>,
}

/// A page of the trail.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct AuditPage {
    /// The records, the newest first.
    pub entries: Vec<AuditEntry>,
    /// The record before which the next page begins; none on the last one.
    pub next: Option<i64>,
}

/// Where a record stands in the chain.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Sealed {
    /// Its link, from 1.
    pub place: i64,
    /// The hash of the link.
    pub hash: String,
    /// When it was sealed, by the database's clock.
    pub sealed_at: DateTime<Utc>,
}

/// How far the chain reaches.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ChainState {
    /// The last link; none while nothing is sealed.
    pub head: Option<Sealed>,
    /// Records that wait for their seal.
    pub unsealed: u64,
    /// For how many seconds the oldest of them waits; 0 when none does.
    pub waits: u64,
}

const COLUMNS: &str = "r.id, r.recorded_at, r.actor, r.action, r.subject, p.body \
     FROM audit_record r LEFT JOIN audit_payload p ON p.record = r.id";

/// A page of at most `limit` records before one.
///
/// # Errors
/// `db.corrupt-row`.
pub async fn page(
    on: &impl Source,
    asked: &AuditFilter,
    (before, limit): (Option<i64>, u64),
) -> Result<AuditPage, DbError> {
    let mut filter = Filter::new(on);
    let branches = branches(on, &mut filter, asked).await?;
    narrow(&mut filter, asked);
    if let Some(before) = before {
        let before = filter.value(before);
        filter.add(format!("r.id < {before}"));
    }
    let (condition, values) = filter.parts();
    let last = format!("ORDER BY r.id DESC LIMIT {}", limit.saturating_add(1));
    let sql = match branches.as_deref() {
        None => format!("SELECT {COLUMNS} WHERE {condition} {last}"),
        Some([]) => return Ok(AuditPage::default()),
        Some(branches) => {
            let branch = |one: &String| {
                format!(
                    "SELECT id FROM (SELECT r.id FROM audit_record r \
                     WHERE {one} AND {condition} {last}) AS b"
                )
            };
            let ids: Vec<String> = branches.iter().map(branch).collect();
            let ids = ids.join(" UNION ALL ");
            format!("SELECT {COLUMNS} WHERE r.id IN ({ids}) {last}")
        }
    };
    let found = rows(on, &sql, values).await?;
    let mut entries = found.iter().map(entry).collect::<Result<Vec<_>, _>>()?;
    let more = cut(&mut entries, limit);
    let last = entries.last().filter(|_| more);
    Ok(AuditPage {
        next: last.map(|last| last.id),
        entries,
    })
}

/// Actors that are looked for one by one; of more, records are read as they come by.
const ACTORS: usize = 50;

/// Conditions of which each record of the page fulfils one, and each of which has its records in
/// order in an index: the newest of each are read, however rare they are. None where the newest
/// records of all are read until there are enough.
async fn branches(
    on: &impl Source,
    filter: &mut Filter,
    asked: &AuditFilter,
) -> Result<Option<Vec<String>>, DbError> {
    let (column, mut found) = match (&asked.action, &asked.actor) {
        (Some(kind), _) if !kind.contains('.') => {
            let mut all = distinct(on, "action", None).await?;
            all.retain(|one| one.split_once('.').is_some_and(|(of, _)| of == kind));
            ("r.action", all)
        }
        (None, Some(actor)) => {
            let found = distinct(on, "actor", Some(actor)).await?;
            if found.len() > ACTORS {
                return Ok(None);
            }
            ("r.actor", found)
        }
        _ => return Ok(None),
    };
    let condition = |one: String| format!("{column} = {}", filter.value(one));
    Ok(Some(found.drain(..).map(condition).collect()))
}

/// What stands in a column of the trail, each once, from one to the next in its index; all, or what
/// holds a text.
async fn distinct(
    on: &impl Source,
    column: &str,
    text: Option<&str>,
) -> Result<Vec<String>, DbError> {
    let mut filter = Filter::new(on);
    filter.add("k.known IS NOT NULL".to_owned());
    if let Some(text) = text {
        let holds = filter.any_holds(&["k.known".to_owned()], text);
        filter.add(holds);
    }
    let (condition, values) = filter.parts();
    let sql = format!(
        "WITH RECURSIVE k(known) AS (SELECT min({column}) FROM audit_record UNION ALL \
         SELECT (SELECT min(r.{column}) FROM audit_record r WHERE r.{column} > k.known) \
         FROM k WHERE k.known IS NOT NULL) SELECT k.known FROM k WHERE {condition}"
    );
    let found = rows(on, &sql, values).await?;
    let known = found.iter().map(|row| Ok(row.try_get("", "known")?));
    known.collect()
}

fn narrow(filter: &mut Filter, asked: &AuditFilter) {
    if let Some(actor) = &asked.actor {
        let any = filter.any_holds(&["r.actor".to_owned()], actor);
        filter.add(any);
    }
    // A kind is what stands before the point or the slash. Text order bounds it: "/" follows ".",
    // "0" follows "/".
    for (column, wanted, ends) in [
        ("r.action", &asked.action, ('.', '/')),
        ("r.subject", &asked.subject, ('/', '0')),
    ] {
        let Some(wanted) = wanted else { continue };
        if wanted.contains(ends.0) {
            let whole = filter.value(wanted.as_str());
            filter.add(format!("{column} = {whole}"));
        } else {
            let prefix = filter.value(format!("{wanted}{}", ends.0));
            let collate = if filter.postgres() {
                " COLLATE \"C\""
            } else {
                ""
            };
            let beyond = filter.value(format!("{wanted}{}", ends.1));
            filter.add(format!("{column}{collate} >= {prefix}"));
            filter.add(format!("{column}{collate} < {beyond}"));
        }
    }
    if let Some(from) = asked.from {
        let from = filter.value(day(from));
        filter.add(format!("r.recorded_at >= {from}"));
    }
    if let Some(next) = asked.until.and_then(|until| until.succ_opt()) {
        let next = filter.value(day(next));
        filter.add(format!("r.recorded_at < {next}"));
    }
}

fn entry(row: &QueryResult) -> Result<AuditEntry, DbError> {
    let id: i64 = row.try_get("", "id")?;
    let from = From {
        table: "audit_record",
        id: &id,
    };
    Ok(AuditEntry {
        id,
        recorded_at: from.instant(&row.try_get::<String>("", "recorded_at")?)?,
        actor: row.try_get("", "actor")?,
        action: row.try_get("", "action")?,
        subject: row.try_get("", "subject")?,
        payload: row.try_get("", "body")?,
    })
}

/// One record, and where it stands in the chain unless it still waits.
///
/// # Errors
/// `db.corrupt-row`.
pub async fn one(
    on: &impl Source,
    id: i64,
) -> Result<Option<(AuditEntry, Option<Sealed>)>, DbError> {
    let sql = format!("SELECT {COLUMNS} WHERE r.id = $1");
    let found = rows(on, &sql, vec![id.into()]).await?;
    let Some(row) = found.first() else {
        return Ok(None);
    };
    let seal = "SELECT place, hash, sealed_at FROM audit_seal WHERE record = $1";
    let seal = rows(on, seal, vec![id.into()]).await?;
    let seal = seal.first().map(sealed).transpose()?;
    Ok(Some((entry(row)?, seal)))
}

fn sealed(row: &QueryResult) -> Result<Sealed, DbError> {
    let place: i64 = row.try_get("", "place")?;
    let at: i64 = row.try_get("", "sealed_at")?;
    let sealed_at = DateTime::from_timestamp_micros(at)
        .ok_or_else(|| DbError::corrupt("audit_seal", place, format!("instant {at}")))?;
    Ok(Sealed {
        place,
        hash: row.try_get("", "hash")?,
        sealed_at,
    })
}

/// How far the chain reaches now.
///
/// # Errors
/// `db.corrupt-row`.
pub async fn chain_state(on: &impl Source) -> Result<ChainState, DbError> {
    let head = "SELECT place, hash, sealed_at, record, horizon FROM audit_seal \
                ORDER BY place DESC LIMIT 1";
    let found = rows(on, head, Vec::new()).await?;
    let head = found.first().map(sealed).transpose()?;
    let (record, horizon): (i64, i64) = match found.first() {
        Some(row) => (row.try_get("", "record")?, row.try_get("", "horizon")?),
        None => (0, 0),
    };
    // On SQLite ids grow as they commit; on PostgreSQL the horizon bounds what may have been late.
    let (column, from) = match Filter::new(on).postgres() {
        true => ("transaction_id", horizon),
        false => ("id", record),
    };
    let now = on.now_micros();
    let sql = format!(
        "SELECT count(*) AS many, coalesce({now} - min(r.written_at), 0) AS waits \
         FROM audit_record r WHERE r.{column} >= $1 AND NOT EXISTS \
         (SELECT 1 FROM audit_seal s WHERE s.record = r.id)"
    );
    let waiting = rows(on, &sql, vec![from.into()]).await?;
    let (unsealed, waits): (i64, i64) = match waiting.first() {
        Some(row) => (row.try_get("", "many")?, row.try_get("", "waits")?),
        None => (0, 0),
    };
    Ok(ChainState {
        head,
        unsealed: unsealed.unsigned_abs(),
        waits: waits.max(0).unsigned_abs() / 1_000_000,
    })
}
