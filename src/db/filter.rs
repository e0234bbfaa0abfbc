//! Filters of lists: conditions with their values, text that is searched for, and facts that stand
//! in the JSON text of a version.

use std::collections::BTreeSet;

use chrono::{DateTime, NaiveDate, Utc};
use sea_orm::{ConnectionTrait, DbBackend, Value};

use super::DbError;
use super::convert::{day, stamp};
use super::txn::{Source, rows};

/// The day whose state is asked for, and whose knowledge counts.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct AsOf {
    /// The day.
    pub day: NaiveDate,
    /// What became known later does not count.
    pub known_at: DateTime<Utc>,
}

impl AsOf {
    /// The day of an instant, with all that is known then.
    #[must_use]
    pub fn now(instant: DateTime<Utc>) -> Self {
        Self {
            day: instant.date_naive(),
            known_at: instant,
        }
    }
}

/// Conditions that all have to hold, under construction.
#[derive(Clone)]
pub(super) struct Filter {
    backend: DbBackend,
    conditions: Vec<String>,
    values: Vec<Value>,
}

impl Filter {
    pub fn new(on: &impl Source) -> Self {
        Self {
            backend: on.on().0.get_database_backend(),
            conditions: Vec::new(),
            values: Vec::new(),
        }
    }

    /// The first two values are an instant and a day, `$1` and `$2`, which conditions on dated
    /// versions name.
    pub fn of_versions(on: &impl Source, at: AsOf) -> Self {
        Self {
            values: vec![stamp(at.known_at).into(), day(at.day).into()],
            ..Self::new(on)
        }
    }

    pub fn backend(&self) -> DbBackend {
        self.backend
    }

    pub fn postgres(&self) -> bool {
        self.backend == DbBackend::Postgres
    }

    /// Takes a value in and gives its place, such as `$3`.
    pub fn value(&mut self, value: impl Into<Value>) -> String {
        self.values.push(value.into());
        format!("${}", self.values.len())
    }

    pub fn add(&mut self, condition: String) {
        self.conditions.push(condition);
    }

    /// The conditions as they stand behind WHERE, and the values.
    pub fn parts(&self) -> (String, Vec<Value>) {
        let all = self.conditions.join(" AND ");
        let all = if all.is_empty() {
            "1 = 1".to_owned()
        } else {
            all
        };
        (all, self.values.clone())
    }

    /// A fact in the body of the version under this alias: for one or two of them, because
    /// PostgreSQL reads the text for each, unless it looks the fact up in an index.
    pub fn fact(&self, alias: &str, path: &[&str]) -> String {
        if self.postgres() {
            format!("({alias}.body::jsonb #>> '{{{}}}')", path.join(","))
        } else {
            format!("json_extract({alias}.body, '$.{}')", path.join("."))
        }
    }

    /// A fact of several in the body of `v`, with [`Self::read`] joined.
    pub fn one_fact(&self, path: &[&str]) -> String {
        if self.postgres() {
            format!("(read.body #>> '{{{}}}')", path.join(","))
        } else {
            self.fact("v", path)
        }
    }

    /// A name or title in the body of the version under this alias, for conditions on text.
    /// PostgreSQL keeps it in a column of its own.
    pub fn named(&self, alias: &str, fact: &str) -> String {
        if self.postgres() {
            format!("{alias}.{fact}")
        } else {
            self.fact(alias, &[fact])
        }
    }

    /// What has to be joined before [`Self::one_fact`] can be asked for.
    pub fn read(&self) -> &'static str {
        if self.postgres() {
            " CROSS JOIN LATERAL (SELECT v.body::jsonb AS body OFFSET 0) AS read"
        } else {
            ""
        }
    }

    /// The type of document in the frozen view of the invoice `i`.
    pub fn view_kind(&self) -> &'static str {
        if self.postgres() {
            "(i.view::jsonb ->> 'document_type')"
        } else {
            "json_extract(i.view, '$.document_type')"
        }
    }

    /// The column has one of the values.
    pub fn one_of(&mut self, column: &str, values: &[String]) -> String {
        let places: Vec<String> = values.iter().map(|one| self.value(one.as_str())).collect();
        format!("{column} IN ({})", places.join(", "))
    }

    /// One of the columns holds the text, whatever its case.
    pub fn any_holds(&mut self, columns: &[String], text: &str) -> String {
        let like = if self.postgres() { "ILIKE" } else { "LIKE" };
        let mut any = Vec::new();
        for text in cases(text) {
            let place = self.value(pattern(&text));
            let one = |column: &String| format!("{column} {like} {place} ESCAPE '\\'");
            any.extend(columns.iter().map(one));
        }
        format!("({})", any.join(" OR "))
    }
}

/// Takes off the row that was fetched to know whether there is more; true when there is.
pub(super) fn cut<T>(found: &mut Vec<T>, limit: u64) -> bool {
    let limit = usize::try_from(limit).unwrap_or(usize::MAX);
    let more = found.len() > limit;
    found.truncate(limit);
    more
}

/// The number that a query counts under the name `many`.
pub(super) async fn count(on: &impl Source, sql: &str, values: Vec<Value>) -> Result<u64, DbError> {
    let found = rows(on, sql, values).await?;
    let row = found
        .first()
        .ok_or_else(|| DbError::missing("count", sql))?;
    let many: i64 = row.try_get("", "many")?;
    Ok(many.unsigned_abs())
}

/// A pattern for text anywhere in a column. What is typed is text: its signs of LIKE are none.
fn pattern(text: &str) -> String {
    let mut pattern = String::from("%");
    for sign in text.chars() {
        if matches!(sign, '%' | '_' | '\\') {
            pattern.push('\\');
        }
        pattern.push(sign);
    }
    pattern.push('%');
    pattern
}

/// The cases of a text that a database takes for different ones: SQLite folds ASCII letters only,
/// PostgreSQL as its locale has it, which may be the same.
pub(super) fn cases(text: &str) -> BTreeSet<String> {
    let mut all = BTreeSet::from([text.to_owned()]);
    if !text.is_ascii() {
        let lower = text.to_lowercase();
        let mut words = String::with_capacity(lower.len());
        let mut start = true;
        for sign in lower.chars() {
            if start {
                words.extend(sign.to_uppercase());
            } else {
                words.push(sign);
            }
            start = !sign.is_alphanumeric();
        }
        all.extend([text.to_uppercase(), words, lower]);
    }
    all
}

/// How SQLite goes about the queries that are made of an empty filter.
#[cfg(test)]
pub(super) async fn plan(queries: impl Fn(Filter) -> [(String, Vec<Value>); 2]) -> [String; 2] {
    use super::{Db, DbUrl};
    let folder = tempfile::tempdir().expect("a temporary folder");
    let db = Db::open_migrated(&DbUrl::folder(folder.path()))
        .await
        .expect("a store");
    let at = AsOf::now("2027-01-04T09:00:00Z".parse().expect("an instant"));
    let mut plans = Vec::new();
    for (sql, values) in queries(Filter::of_versions(&db.reader(), at)) {
        let steps = rows(&db.reader(), &format!("EXPLAIN QUERY PLAN {sql}"), values).await;
        let steps = steps.expect(&sql);
        let details = steps
            .iter()
            .map(|step| step.try_get::<String>("", "detail"));
        plans.push(
            details
                .collect::<Result<Vec<_>, _>>()
                .expect("a plan")
                .join("\n"),
        );
    }
    db.close().await.expect("closed");
    plans.try_into().expect("two plans")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn signs_of_like_are_text() {
        assert_eq!(pattern("50 % a_b\\"), "%50 \\% a\\_b\\\\%");
    }

    #[test]
    fn letters_beyond_ascii_are_looked_for_in_each_case() {
        assert_eq!(cases("Stadt"), BTreeSet::from(["Stadt".to_owned()]));
        let all = cases("éCOLE d’été");
        for one in ["école d’été", "ÉCOLE D’ÉTÉ", "École D’Été", "éCOLE d’été"]
        {
            assert!(all.contains(one), "{one}");
        }
    }
}
