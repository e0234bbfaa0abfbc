//! Sources that push telemetry: who they are, for which instances they speak, their credentials,
//! and how they are doing.
//!
//! A source is bound to one instance, or is a collector that names the instance of each sample and
//! may speak for those in its list. Lives in the telemetry database.

use std::collections::{BTreeMap, BTreeSet};

use chrono::{DateTime, Utc};
use sea_orm::{ActiveModelTrait, ColumnTrait, EntityTrait, QueryFilter, QueryOrder, Set};

use super::DbError;
use super::bulk::insert_all;
use super::convert::{From, body, stamp};
use super::entities::{source, source_credential, source_instance, source_state};
use super::evidence::ensure_source;
use super::txn::{Source, Txn, rows};
use crate::access::SecretHash;
use crate::access::source_token::SourceToken;

/// The kind of a source that pushes through the doors.
pub const PUSHED: &str = "pushed";

/// A source.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SourceRecord {
    pub id: i64,
    /// Its name, unique.
    pub name: String,
    /// The instance it is bound to; none for a collector.
    pub instance: Option<String>,
    /// The instances a collector speaks for; that of a bound source.
    pub instances: BTreeSet<String>,
    /// What feeds it: `pushed`, or the kind of payload of what is read by the program itself.
    pub kind: String,
    pub recorded_at: DateTime<Utc>,
}

/// A credential with what lists show of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Credential {
    pub token: SourceToken,
    /// Who made it.
    pub created_by: String,
    pub created_at: DateTime<Utc>,
    /// The last use that was stored, within a minute.
    pub last_seen_at: Option<DateTime<Utc>>,
}

/// What a source has sent so far.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct SourceState {
    /// When the newest request arrived, microseconds since 1970.
    pub last_seen: i64,
    /// Requests that were acknowledged, and those of them whose bytes had come before.
    pub requests: i64,
    pub duplicates: i64,
    /// Samples and events in them.
    pub samples: i64,
    pub events: i64,
    /// Samples and events that were refused or kept aside, and requests refused as a whole.
    pub refused: i64,
}

/// A source with its credentials and state.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ListedSource {
    pub source: SourceRecord,
    /// The newest first.
    pub credentials: Vec<Credential>,
    /// None before the first request.
    pub state: Option<SourceState>,
}

/// Makes a source with its instances and returns its id. True when it is new; a known name keeps
/// its id and what it is bound to.
///
/// # Errors
/// `db.unreachable`.
pub async fn create(
    txn: &Txn,
    (name, kind): (&str, &str),
    (instance, instances): (Option<&str>, &BTreeSet<String>),
    recorded_at: DateTime<Utc>,
) -> Result<(i64, bool), DbError> {
    if let Some(known) = by_name(txn, name).await? {
        return Ok((known.id, false));
    }
    let bound = instance.unwrap_or_default();
    let id = ensure_source(txn, name, bound, kind, recorded_at).await?;
    let rows = instances
        .iter()
        .map(|instance| source_instance::ActiveModel {
            source: Set(id),
            instance: Set(instance.clone()),
        });
    insert_all(txn, rows.collect()).await?;
    Ok((id, true))
}

/// Adds a credential. The same one again changes nothing.
///
/// # Errors
/// `db.refused` when the source is unknown.
pub async fn insert_credential(
    txn: &Txn,
    source: i64,
    token: &SourceToken,
    (by, at): (&str, DateTime<Utc>),
) -> Result<(), DbError> {
    let known = source_credential::Entity::find_by_id(&token.id);
    if known.one(txn.orm()).await?.is_some() {
        return Ok(());
    }
    let SourceToken {
        id,
        doors,
        hash,
        expires_at,
        revoked_at,
    } = token;
    let row = source_credential::ActiveModel {
        id: Set(id.clone()),
        source: Set(source),
        doors: Set(body("source_credential", doors)?),
        hash: Set(hash.to_string()),
        created_by: Set(by.to_owned()),
        created_at: Set(stamp(at)),
        expires_at: Set(stamp(*expires_at)),
        revoked_at: Set(revoked_at.map(stamp)),
        last_seen_at: Set(None),
    };
    insert_all(txn, vec![row]).await
}

/// The newest credential of a source, by its id. On PostgreSQL nobody else exchanges it until the
/// transaction ends; SQLite has one writer anyway.
///
/// # Errors
/// `db.unreachable`.
pub async fn newest_held(txn: &Txn, source: i64) -> Result<Option<String>, DbError> {
    if txn.postgres() {
        // Requests of the source refer to its row meanwhile, and need not wait.
        let sql = "SELECT id FROM source WHERE id = $1 FOR NO KEY UPDATE";
        rows(txn, sql, vec![source.into()]).await?;
    }
    let found = source_credential::Entity::find()
        .filter(source_credential::Column::Source.eq(source))
        .order_by_desc(source_credential::Column::CreatedAt)
        .order_by_desc(source_credential::Column::Id)
        .one(txn.orm())
        .await?;
    Ok(found.map(|row| row.id))
}

/// Lets every other working credential of a source end at a moment, unless it ends before.
///
/// # Errors
/// `db.corrupt-row`.
pub async fn end_others(
    txn: &Txn,
    (source, keep): (i64, &str),
    at: DateTime<Utc>,
) -> Result<(), DbError> {
    source_credential::Entity::update_many()
        .col_expr(source_credential::Column::ExpiresAt, stamp(at).into())
        .filter(source_credential::Column::Source.eq(source))
        .filter(source_credential::Column::Id.ne(keep))
        .filter(source_credential::Column::ExpiresAt.gt(stamp(at)))
        .exec(txn.orm())
        .await?;
    Ok(())
}

/// Revokes one credential of a source, or all of them; returns how many worked until now.
///
/// # Errors
/// `db.unreachable`.
pub async fn revoke(
    txn: &Txn,
    source: i64,
    id: Option<&str>,
    at: DateTime<Utc>,
) -> Result<u64, DbError> {
    let mut update = source_credential::Entity::update_many()
        .col_expr(source_credential::Column::RevokedAt, stamp(at).into())
        .filter(source_credential::Column::Source.eq(source))
        .filter(source_credential::Column::RevokedAt.is_null());
    if let Some(id) = id {
        update = update.filter(source_credential::Column::Id.eq(id));
    }
    Ok(update.exec(txn.orm()).await?.rows_affected)
}

/// The source of a name.
///
/// # Errors
/// `db.corrupt-row`.
pub async fn by_name(on: &impl Source, name: &str) -> Result<Option<SourceRecord>, DbError> {
    let found = source::Entity::find()
        .filter(source::Column::Name.eq(name))
        .one(&on.on().0)
        .await?;
    match found {
        Some(row) => Ok(Some(whole(on, row).await?)),
        None => Ok(None),
    }
}

/// A credential by its id, with its source.
///
/// # Errors
/// `db.corrupt-row`.
pub async fn credential(
    on: &impl Source,
    id: &str,
) -> Result<Option<(SourceRecord, Credential)>, DbError> {
    let found = source_credential::Entity::find_by_id(id);
    let Some(row) = found.one(&on.on().0).await? else {
        return Ok(None);
    };
    let owner = source::Entity::find_by_id(row.source)
        .one(&on.on().0)
        .await?;
    let owner = owner.ok_or_else(|| DbError::missing("source", row.source))?;
    Ok(Some((whole(on, owner).await?, stored(row)?)))
}

async fn whole(on: &impl Source, row: source::Model) -> Result<SourceRecord, DbError> {
    let named = source_instance::Entity::find()
        .filter(source_instance::Column::Source.eq(row.id))
        .all(&on.on().0)
        .await?;
    record(row, named.into_iter().map(|row| row.instance).collect())
}

fn record(row: source::Model, mut instances: BTreeSet<String>) -> Result<SourceRecord, DbError> {
    let source::Model {
        id,
        name,
        instance,
        kind,
        recorded_at,
    } = row;
    let from = From {
        table: "source",
        id: &id,
    };
    let bound = (!instance.is_empty()).then_some(instance);
    instances.extend(bound.clone());
    Ok(SourceRecord {
        recorded_at: from.instant(&recorded_at)?,
        id,
        name,
        instance: bound,
        instances,
        kind,
    })
}

fn stored(row: source_credential::Model) -> Result<Credential, DbError> {
    let source_credential::Model {
        id,
        source: _,
        doors,
        hash,
        created_by,
        created_at,
        expires_at,
        revoked_at,
        last_seen_at,
    } = row;
    let from = From {
        table: "source_credential",
        id: &id,
    };
    let instant = |text: Option<String>| text.map(|text| from.instant(&text)).transpose();
    Ok(Credential {
        token: SourceToken {
            doors: from.json(&doors)?,
            hash: hash
                .parse::<SecretHash>()
                .map_err(|why| from.corrupt(why))?,
            expires_at: from.instant(&expires_at)?,
            revoked_at: instant(revoked_at)?,
            id: id.clone(),
        },
        created_at: from.instant(&created_at)?,
        last_seen_at: instant(last_seen_at)?,
        created_by,
    })
}

/// Sources that push, or all of them, by name, each with its credentials and state.
///
/// # Errors
/// `db.corrupt-row`.
pub async fn list(on: &impl Source, kind: Option<&str>) -> Result<Vec<ListedSource>, DbError> {
    let mut found = source::Entity::find().order_by_asc(source::Column::Name);
    if let Some(kind) = kind {
        found = found.filter(source::Column::Kind.eq(kind));
    }
    let found = found.all(&on.on().0).await?;
    let mut instances: BTreeMap<i64, BTreeSet<String>> = BTreeMap::new();
    for row in source_instance::Entity::find().all(&on.on().0).await? {
        instances
            .entry(row.source)
            .or_default()
            .insert(row.instance);
    }
    let mut credentials: BTreeMap<i64, Vec<Credential>> = BTreeMap::new();
    let newest = source_credential::Entity::find();
    let newest = newest
        .order_by_desc(source_credential::Column::CreatedAt)
        .order_by_desc(source_credential::Column::Id);
    for row in newest.all(&on.on().0).await? {
        credentials
            .entry(row.source)
            .or_default()
            .push(stored(row)?);
    }
    let states = source_state::Entity::find().all(&on.on().0).await?;
    let mut states: BTreeMap<i64, SourceState> = states.into_iter().map(state).collect();
    let listed = found.into_iter().map(|row| {
        let id = row.id;
        Ok(ListedSource {
            source: record(row, instances.remove(&id).unwrap_or_default())?,
            credentials: credentials.remove(&id).unwrap_or_default(),
            state: states.remove(&id),
        })
    });
    listed.collect()
}

fn state(row: source_state::Model) -> (i64, SourceState) {
    let source_state::Model {
        source,
        last_seen,
        requests,
        duplicates,
        samples,
        events,
        refused,
    } = row;
    let state = SourceState {
        last_seen,
        requests,
        duplicates,
        samples,
        events,
        refused,
    };
    (source, state)
}

/// Adds what sources have sent since it was added last; `last_seen` only goes ahead.
///
/// # Errors
/// `db.unreachable`.
pub async fn add(txn: &Txn, sent: &BTreeMap<i64, SourceState>) -> Result<(), DbError> {
    let sql = "INSERT INTO source_state \
        (source, last_seen, requests, duplicates, samples, events, refused) \
        VALUES ($1, $2, $3, $4, $5, $6, $7) ON CONFLICT (source) DO UPDATE SET \
        last_seen = CASE WHEN source_state.last_seen < $2 THEN $2 \
        ELSE source_state.last_seen END, \
        requests = source_state.requests + $3, duplicates = source_state.duplicates + $4, \
        samples = source_state.samples + $5, events = source_state.events + $6, \
        refused = source_state.refused + $7";
    for (source, state) in sent {
        let SourceState {
            last_seen,
            requests,
            duplicates,
            samples,
            events,
            refused,
        } = *state;
        let counts = [requests, duplicates, samples, events, refused];
        let mut values = vec![(*source).into(), last_seen.into()];
        values.extend(counts.map(Into::into));
        txn.execute(sql, values).await?;
    }
    Ok(())
}

/// Notes uses of credentials.
///
/// # Errors
/// `db.unreachable`.
pub async fn seen(txn: &Txn, uses: &BTreeMap<String, DateTime<Utc>>) -> Result<(), DbError> {
    for (id, at) in uses {
        let row = source_credential::ActiveModel {
            id: Set(id.clone()),
            last_seen_at: Set(Some(stamp(*at))),
            ..Default::default()
        };
        row.update(txn.orm()).await?;
    }
    Ok(())
}
