//! Dated versions of a party or contract: valid from a civil date, known since an instant.
//!
//! A correction is a version recorded later with the same valid_from. Readers say what they want to
//! know as of when; nothing is ever overwritten.

use chrono::{DateTime, NaiveDate, Utc};
use sea_orm::{QueryResult, Value};
use serde::Serialize;
use serde::de::DeserializeOwned;

use super::DbError;
use super::convert::{self, From, body, stamp};
use super::filter::count;
use super::txn::{Source, Txn, rows};

/// One version of a body.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Version<B> {
    /// Whose version: the seller's, customer's or contract's id.
    pub owner: String,
    /// First civil date this version holds.
    pub valid_from: NaiveDate,
    /// Since when it is known.
    pub recorded_at: DateTime<Utc>,
    /// The content.
    pub body: B,
}

/// The newest thing that was recorded of a party.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Edition {
    /// Grows with every recorded version; an edit says which it was made from.
    pub revision: i64,
    /// When it was recorded; what is recorded next comes later.
    pub recorded_at: DateTime<Utc>,
}

/// The versions that stand, of versions by their first day and their instant: a correction takes
/// the place of what it corrects.
fn standing<B>(all: Vec<Version<B>>) -> Vec<Version<B>> {
    let mut standing: Vec<Version<B>> = Vec::with_capacity(all.len());
    for version in all {
        let last = standing.last();
        if last.is_some_and(|last| last.valid_from == version.valid_from) {
            standing.pop();
        }
        standing.push(version);
    }
    standing
}

/// Which pair of tables.
#[derive(Clone, Copy)]
pub(super) struct Versions {
    pub table: &'static str,
    pub owner: &'static str,
}

impl Versions {
    /// Adds a version; false when the newest one of that date says the same already.
    pub async fn put<B: Serialize + ?Sized>(
        self,
        txn: &Txn,
        owner: &str,
        valid_from: NaiveDate,
        recorded_at: DateTime<Utc>,
        content: &B,
    ) -> Result<bool, DbError> {
        let text = body(self.table, content)?;
        let newest = format!(
            "SELECT body FROM {} WHERE {} = $1 AND valid_from = $2 \
             ORDER BY recorded_at DESC LIMIT 1",
            self.table, self.owner
        );
        let key = [owner.into(), convert::day(valid_from).into()];
        let known = rows(txn, &newest, key.to_vec()).await?;
        if let Some(row) = known.first()
            && row.try_get::<String>("", "body")? == text
        {
            return Ok(false);
        }
        let insert = format!(
            "INSERT INTO {} ({}, valid_from, recorded_at, body) VALUES ($1, $2, $3, $4)",
            self.table, self.owner
        );
        let [owner, valid_from] = key;
        let values = vec![owner, valid_from, stamp(recorded_at).into(), text.into()];
        txn.execute(&insert, values).await?;
        Ok(true)
    }

    /// The version that holds on a date, as far as it was known at an instant.
    pub async fn as_of<B: DeserializeOwned>(
        self,
        on: &impl Source,
        owner: &str,
        date: NaiveDate,
        as_known_at: DateTime<Utc>,
    ) -> Result<Option<Version<B>>, DbError> {
        let limit = "AND valid_from <= $3 ORDER BY valid_from DESC, recorded_at DESC LIMIT 1";
        let values = vec![
            owner.into(),
            stamp(as_known_at).into(),
            convert::day(date).into(),
        ];
        Ok(self.find(on, limit, values).await?.pop())
    }

    /// Every version known at an instant, by valid_from, corrected ones left out.
    pub async fn history<B: DeserializeOwned>(
        self,
        on: &impl Source,
        owner: &str,
        as_known_at: DateTime<Utc>,
    ) -> Result<Vec<Version<B>>, DbError> {
        let values = vec![owner.into(), stamp(as_known_at).into()];
        let all = self
            .find(on, "ORDER BY valid_from, recorded_at", values)
            .await?;
        Ok(standing(all))
    }

    /// Lets no other edit of the owner in until the transaction ends, of one that is not there yet
    /// either: a row of it could not be locked. SQLite has one writer at a time as it is.
    pub async fn lock(self, txn: &Txn, owner: &str) -> Result<(), DbError> {
        if txn.postgres() {
            // Two keys of one hash would only wait for each other without need.
            let sql = "SELECT 1 FROM (SELECT pg_advisory_xact_lock(hashtextextended($1, 0))) held";
            let key = format!("{} {owner}", self.table);
            rows(txn, sql, vec![key.into()]).await?;
        }
        Ok(())
    }

    /// The newest edition of an owner; none when there is none.
    pub async fn edition(self, on: &impl Source, owner: &str) -> Result<Option<Edition>, DbError> {
        let sql = format!(
            "SELECT max(id) AS revision, max(recorded_at) AS recorded_at \
             FROM {} WHERE {} = $1 HAVING count(*) > 0",
            self.table, self.owner
        );
        let found = rows(on, &sql, vec![owner.into()]).await?;
        let edition = |row: &QueryResult| {
            let revision: i64 = row.try_get("", "revision")?;
            let from = From {
                table: self.table,
                id: &revision,
            };
            let recorded_at = from.instant(&row.try_get::<String>("", "recorded_at")?)?;
            Ok(Edition {
                revision,
                recorded_at,
            })
        };
        found.first().map(edition).transpose()
    }

    /// The versions that stood when an edition was the newest, by their first day.
    pub async fn at_edition<B: DeserializeOwned>(
        self,
        on: &impl Source,
        owner: &str,
        revision: i64,
    ) -> Result<Vec<Version<B>>, DbError> {
        let sql = format!(
            "SELECT id, {} AS owner, valid_from, recorded_at, body FROM {} \
             WHERE {} = $1 AND id <= $2 ORDER BY valid_from, recorded_at",
            self.owner, self.table, self.owner
        );
        let values = vec![owner.into(), revision.into()];
        Ok(standing(self.query(on, &sql, values).await?))
    }

    /// The condition under which the row `v` is the version that holds on the day `$2`, as far as
    /// it was known at the instant `$1`. Of a party that begins later it is the first one.
    pub fn holds(self) -> String {
        let Self { table, owner } = self;
        format!(
            "v.recorded_at <= $1 AND NOT EXISTS (SELECT 1 FROM {table} n \
             WHERE n.{owner} = v.{owner} AND n.recorded_at <= $1 \
             AND CASE WHEN n.valid_from = v.valid_from THEN n.recorded_at > v.recorded_at \
             WHEN v.valid_from <= $2 THEN n.valid_from <= $2 AND n.valid_from > v.valid_from \
             ELSE n.valid_from < v.valid_from END)"
        )
    }

    /// How many owners were known at an instant: each with its first version, and of those exactly
    /// one holds on any day.
    pub async fn owners(self, on: &impl Source, known_at: DateTime<Utc>) -> Result<u64, DbError> {
        let table = self.owner;
        let sql = format!("SELECT count(*) AS many FROM {table} WHERE recorded_at <= $1");
        count(on, &sql, vec![stamp(known_at).into()]).await
    }

    /// Versions by what a query finds under the names `id`, `owner`, `valid_from`, `recorded_at`
    /// and `body`.
    pub async fn query<B: DeserializeOwned>(
        self,
        on: &impl Source,
        sql: &str,
        values: Vec<Value>,
    ) -> Result<Vec<Version<B>>, DbError> {
        let found = rows(on, sql, values).await?;
        found.iter().map(|row| self.version(row)).collect()
    }

    /// As [`Self::query`], of a whole book: its JSON keeps a processor busy for a second, so it is
    /// read beside what answers pages.
    pub async fn query_all<B: DeserializeOwned + Send + 'static>(
        self,
        on: &impl Source,
        sql: &str,
        values: Vec<Value>,
    ) -> Result<Vec<Version<B>>, DbError> {
        let found = rows(on, sql, values).await?;
        let read = move || found.iter().map(|row| self.version(row)).collect();
        match tokio::task::spawn_blocking(read).await {
            Ok(read) => read,
            Err(cut) => match cut.try_into_panic() {
                Ok(panic) => std::panic::resume_unwind(panic),
                Err(cut) => Err(DbError::CutOff(cut.to_string())),
            },
        }
    }

    /// Versions by the numbers of their rows, in that order.
    pub async fn by_ids<B: DeserializeOwned>(
        self,
        on: &impl Source,
        ids: &[i64],
    ) -> Result<Vec<Version<B>>, DbError> {
        if ids.is_empty() {
            return Ok(Vec::new());
        }
        let places: Vec<String> = (1..=ids.len()).map(|place| format!("${place}")).collect();
        let sql = format!(
            "SELECT id, {} AS owner, valid_from, recorded_at, body FROM {} WHERE id IN ({})",
            self.owner,
            self.table,
            places.join(", ")
        );
        let values = ids.iter().map(|id| (*id).into()).collect();
        let mut found = Vec::with_capacity(ids.len());
        for row in rows(on, &sql, values).await? {
            let id: i64 = row.try_get("", "id")?;
            found.push((id, self.version(&row)?));
        }
        let sorted = super::browse::in_order(ids, found, |(id, _)| *id);
        Ok(sorted.into_iter().map(|(_, version)| version).collect())
    }

    async fn find<B: DeserializeOwned>(
        self,
        on: &impl Source,
        rest: &str,
        values: Vec<Value>,
    ) -> Result<Vec<Version<B>>, DbError> {
        let sql = format!(
            "SELECT id, {} AS owner, valid_from, recorded_at, body FROM {} \
             WHERE {} = $1 AND recorded_at <= $2 {rest}",
            self.owner, self.table, self.owner
        );
        self.query(on, &sql, values).await
    }

    fn version<B: DeserializeOwned>(self, row: &QueryResult) -> Result<Version<B>, DbError> {
        let id: i64 = row.try_get("", "id")?;
        let from = From {
            table: self.table,
            id: &id,
        };
        Ok(Version {
            owner: row.try_get("", "owner")?,
            valid_from: from.date(&row.try_get::<String>("", "valid_from")?)?,
            recorded_at: from.instant(&row.try_get::<String>("", "recorded_at")?)?,
            body: from.json(&row.try_get::<String>("", "body")?)?,
        })
    }
}
