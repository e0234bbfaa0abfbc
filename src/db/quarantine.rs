//! What was kept aside: points and events no reading takes, one row a source, reason and thing.
//!
//! A flood of bad points is one row with a count. The evidence itself stays in the log: a row says
//! what of it was left out, and why. Lives in the telemetry database.

use sea_orm::{ColumnTrait, EntityTrait, QueryFilter, QueryOrder, QuerySelect};

use super::DbError;
use super::entities::{quarantine, source};
use super::txn::{Source, Txn, rows};

/// Rows of one source; what comes on top is counted under [`MORE`].
const MOST_ROWS: i64 = 500;
/// The thing under which a source's further things are counted, one row a reason.
pub const MORE: &str = "(more)";

/// Something that was kept aside.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Note {
    /// The source's id.
    pub source: i64,
    /// A stable code.
    pub reason: String,
    /// Series, event or metric, in at most 160 bytes.
    pub what: String,
    /// How often, since it was noted last.
    pub count: i64,
    /// When, microseconds since 1970.
    pub at: i64,
    /// Hash of the newest request it stood in.
    pub evidence: String,
}

/// What became of it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum State {
    Open,
    /// Somebody looked at it, and it stays out.
    Dismissed,
    /// It was read again and is taken now.
    Replayed,
}

impl State {
    /// The stored name.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Open => "open",
            Self::Dismissed => "dismissed",
            Self::Replayed => "replayed",
        }
    }

    /// Reads a stored name.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        let all = [Self::Open, Self::Dismissed, Self::Replayed];
        all.into_iter().find(|state| state.as_str() == text)
    }
}

/// A row of what was kept aside.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct KeptAside {
    pub id: i64,
    /// The source's id and name.
    pub source: i64,
    pub source_name: String,
    /// A stable code.
    pub reason: String,
    pub what: String,
    pub count: i64,
    /// When it was seen first and last, microseconds since 1970.
    pub first_seen: i64,
    pub last_seen: i64,
    /// Hash of the newest request it stood in.
    pub evidence: String,
    pub state: State,
    /// Who decided, and when (microseconds since 1970).
    pub decided: Option<(String, i64)>,
    /// Why, in the words of whoever decided.
    pub note: Option<String>,
}

/// How much of a source was kept aside for a reason.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Tally {
    /// The source's id.
    pub source: i64,
    /// A stable code.
    pub reason: String,
    /// Things, and those of them that nobody has decided about.
    pub things: u64,
    pub open: u64,
    /// How often they came.
    pub count: u64,
    /// When one of them came last, microseconds since 1970.
    pub last_seen: i64,
}

/// Notes what was kept aside. What was replayed and comes again is open again; what was dismissed
/// stays so and is counted.
///
/// # Errors
/// `db.refused` when a source is unknown.
pub async fn note_all(txn: &Txn, notes: &[Note]) -> Result<(), DbError> {
    for note in notes {
        if again(txn, note, &note.what).await? {
            continue;
        }
        if has_room(txn, note.source).await? {
            insert(txn, note, &note.what).await?;
        } else if !again(txn, note, MORE).await? {
            insert(txn, note, MORE).await?;
        }
    }
    Ok(())
}

/// Notes what every look at the same requests finds again, as conflicts: each once, however often
/// it is found.
///
/// # Errors
/// `db.refused` when a source is unknown.
pub async fn note_once(txn: &Txn, notes: &[Note]) -> Result<(), DbError> {
    for note in notes {
        if stands(txn, note, &note.what).await? {
            continue;
        }
        if has_room(txn, note.source).await? {
            insert(txn, note, &note.what).await?;
        } else if !stands(txn, note, MORE).await? {
            insert(txn, note, MORE).await?;
        }
    }
    Ok(())
}

async fn stands(txn: &Txn, note: &Note, what: &str) -> Result<bool, DbError> {
    let sql = "SELECT id FROM quarantine WHERE source = $1 AND reason = $2 AND what = $3";
    let values = vec![note.source.into(), note.reason.as_str().into(), what.into()];
    Ok(!rows(txn, sql, values).await?.is_empty())
}

async fn has_room(txn: &Txn, source: i64) -> Result<bool, DbError> {
    let counted = "SELECT COUNT(*) AS n FROM quarantine WHERE source = $1";
    let found = rows(txn, counted, vec![source.into()]).await?;
    let many: i64 = match found.first() {
        Some(row) => row.try_get("", "n")?,
        None => 0,
    };
    Ok(many < MOST_ROWS)
}

async fn again(txn: &Txn, note: &Note, what: &str) -> Result<bool, DbError> {
    let sql = "UPDATE quarantine SET occurrences = occurrences + $4, \
        last_seen = CASE WHEN last_seen < $5 THEN $5 ELSE last_seen END, evidence = $6, \
        decided_by = CASE WHEN state = 'replayed' AND told = 1 THEN NULL ELSE decided_by END, \
        decided_at = CASE WHEN state = 'replayed' AND told = 1 THEN NULL ELSE decided_at END, \
        note = CASE WHEN state = 'replayed' AND told = 1 THEN NULL ELSE note END, \
        state = CASE WHEN state = 'replayed' AND told = 1 THEN 'open' ELSE state END \
        WHERE source = $1 AND reason = $2 AND what = $3";
    let values = vec![
        note.source.into(),
        note.reason.as_str().into(),
        what.into(),
        note.count.into(),
        note.at.into(),
        note.evidence.as_str().into(),
    ];
    Ok(txn.execute(sql, values).await? == 1)
}

async fn insert(txn: &Txn, note: &Note, what: &str) -> Result<(), DbError> {
    let sql = "INSERT INTO quarantine \
        (source, reason, what, occurrences, first_seen, last_seen, evidence, state) \
        VALUES ($1, $2, $3, $4, $5, $5, $6, 'open') \
        ON CONFLICT (source, reason, what) DO UPDATE SET \
        occurrences = quarantine.occurrences + $4";
    let values = vec![
        note.source.into(),
        note.reason.as_str().into(),
        what.into(),
        note.count.into(),
        note.at.into(),
        note.evidence.as_str().into(),
    ];
    txn.execute(sql, values).await?;
    Ok(())
}

/// Rows behind an id, the newest first, in one state or in any.
///
/// # Errors
/// `db.corrupt-row`.
pub async fn list(
    on: &impl Source,
    state: Option<State>,
    (before, limit): (Option<i64>, u64),
) -> Result<Vec<KeptAside>, DbError> {
    let mut found = quarantine::Entity::find()
        .find_also_related(source::Entity)
        .order_by_desc(quarantine::Column::Id)
        .limit(limit);
    if let Some(state) = state {
        found = found.filter(quarantine::Column::State.eq(state.as_str()));
    }
    if let Some(before) = before {
        found = found.filter(quarantine::Column::Id.lt(before));
    }
    let found = found.all(&on.on().0).await?;
    found.into_iter().map(kept).collect()
}

/// One row.
///
/// # Errors
/// `db.corrupt-row`.
pub async fn get(on: &impl Source, id: i64) -> Result<Option<KeptAside>, DbError> {
    let found = quarantine::Entity::find_by_id(id).find_also_related(source::Entity);
    found.one(&on.on().0).await?.map(kept).transpose()
}

fn kept((row, owner): (quarantine::Model, Option<source::Model>)) -> Result<KeptAside, DbError> {
    let quarantine::Model {
        id,
        source,
        reason,
        what,
        occurrences,
        first_seen,
        last_seen,
        evidence,
        state,
        decided_by,
        decided_at,
        note,
        told: _,
    } = row;
    let known = State::parse(&state);
    Ok(KeptAside {
        source_name: owner.map(|owner| owner.name).unwrap_or_default(),
        state: known.ok_or_else(|| DbError::corrupt("quarantine", id, format!("state {state}")))?,
        decided: decided_by.zip(decided_at),
        note,
        id,
        source,
        reason,
        what,
        count: occurrences,
        first_seen,
        last_seen,
        evidence,
    })
}

/// Decides about an open row; false when it is no longer open. The trail has to be told.
///
/// # Errors
/// `db.unreachable`.
pub async fn decide(
    txn: &Txn,
    (id, state): (i64, State),
    (by, at): (&str, i64),
    note: Option<&str>,
) -> Result<bool, DbError> {
    let sql = "UPDATE quarantine SET state = $2, decided_by = $3, decided_at = $4, note = $5, \
        told = 0 WHERE id = $1 AND state = 'open'";
    let note = note.map(str::to_owned);
    let values = vec![
        id.into(),
        state.as_str().into(),
        by.into(),
        at.into(),
        note.into(),
    ];
    Ok(txn.execute(sql, values).await? == 1)
}

/// Decisions up to an instant (microseconds since 1970) that the trail may not know of.
///
/// # Errors
/// `db.corrupt-row`.
pub async fn untold(on: &impl Source, until: i64) -> Result<Vec<KeptAside>, DbError> {
    let found = quarantine::Entity::find()
        .find_also_related(source::Entity)
        .filter(quarantine::Column::Told.eq(0))
        .filter(quarantine::Column::DecidedAt.lte(until))
        .order_by_asc(quarantine::Column::Id);
    let found = found.all(&on.on().0).await?;
    found.into_iter().map(kept).collect()
}

/// Notes that the trail knows of a decision.
///
/// # Errors
/// `db.unreachable`.
pub async fn told(txn: &Txn, id: i64) -> Result<(), DbError> {
    let sql = "UPDATE quarantine SET told = 1 WHERE id = $1";
    txn.execute(sql, vec![id.into()]).await?;
    Ok(())
}

/// Rows of a source, open ones first, then the newest, at most so many.
///
/// # Errors
/// `db.corrupt-row`.
pub async fn of_source(
    on: &impl Source,
    source: i64,
    limit: u64,
) -> Result<Vec<KeptAside>, DbError> {
    let open = quarantine::Column::State.ne(State::Open.as_str());
    let found = quarantine::Entity::find()
        .find_also_related(source::Entity)
        .filter(quarantine::Column::Source.eq(source))
        .order_by_asc(open)
        .order_by_desc(quarantine::Column::LastSeen)
        .order_by_desc(quarantine::Column::Id)
        .limit(limit);
    let found = found.all(&on.on().0).await?;
    found.into_iter().map(kept).collect()
}

/// How much of each source was kept aside, by reason; of all sources or of one.
///
/// # Errors
/// `db.unreachable`.
pub async fn tally(on: &impl Source, source: Option<i64>) -> Result<Vec<Tally>, DbError> {
    let of = source.map_or_else(String::new, |id| format!("WHERE source = {id}"));
    let sql = format!(
        "SELECT source, reason, CAST(count(*) AS BIGINT) AS things, \
         CAST(sum(CASE state WHEN 'open' THEN 1 ELSE 0 END) AS BIGINT) AS open, \
         CAST(sum(occurrences) AS BIGINT) AS many, max(last_seen) AS last_seen \
         FROM quarantine {of} GROUP BY source, reason ORDER BY source, reason"
    );
    let found = rows(on, &sql, Vec::new()).await?;
    let whole = |number: i64| u64::try_from(number).unwrap_or_default();
    let each = found.iter().map(|row| {
        Ok(Tally {
            source: row.try_get("", "source")?,
            reason: row.try_get("", "reason")?,
            things: whole(row.try_get("", "things")?),
            open: whole(row.try_get("", "open")?),
            count: whole(row.try_get("", "many")?),
            last_seen: row.try_get("", "last_seen")?,
        })
    });
    each.collect()
}
