//! Lists that are read in any of their orders, forwards and backwards, a page at a time.
//!
//! A page begins behind, or ends before, a row: its value in the order and its id. Rows that come
//! or go elsewhere do not shift it, as they would shift a page that is counted from the start.

use sea_orm::Value;

use super::DbError;
use super::filter::{Filter, count, cut};
use super::txn::{Source, rows};

/// A row's place in an order.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Mark {
    /// What the list is ordered by.
    pub value: String,
    /// What tells rows of the same value apart.
    pub id: String,
}

/// Which page.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub enum Side {
    /// The first one.
    #[default]
    Start,
    /// The one behind a row.
    After(Mark),
    /// The one that ends before a row.
    Before(Mark),
}

/// A page that is asked for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Window<S> {
    /// What the list is ordered by.
    pub by: S,
    /// The greatest first?
    pub descending: bool,
    /// Which page.
    pub side: Side,
    /// Rows of a page, at least 1.
    pub rows: u64,
}

impl<S> Window<S> {
    /// The first page of an order.
    pub const fn first(by: S, descending: bool, rows: u64) -> Self {
        Self {
            by,
            descending,
            side: Side::Start,
            rows,
        }
    }
}

/// Where a page stands among all rows.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Pages {
    /// The place of its first row, from 1.
    pub first: u64,
    /// How many rows there are in all pages.
    pub count: u64,
    /// There are more than `count`, and nobody counted them. A page behind those that were counted
    /// has its first row at `count` and one.
    pub more: bool,
    /// The row before which the page ends that comes before it; none on the first one.
    pub before: Option<Mark>,
    /// The row behind which the next page begins; none on the last one.
    pub after: Option<Mark>,
}

/// What rows are ordered by, as SQL.
pub(super) struct Ordered {
    /// What stands behind FROM.
    pub from: String,
    /// The number of the row in its table.
    pub row: &'static str,
    /// The value; never null.
    pub value: String,
    /// Is the value an integer?
    pub whole: bool,
    /// What tells equal values apart.
    pub id: &'static str,
    /// Is that an integer?
    pub id_whole: bool,
    /// Finds the first rows of a page where the filter leaves too many to look at.
    pub near: Option<Near>,
}

/// A query for the numbers of the first rows behind a mark, or before it where the greater ones
/// are wanted: of a filter whose values it adds to, the mark, ascending or not, and a limit.
pub(super) type Near =
    Box<dyn Fn(&mut Filter, Option<&Mark>, bool, u64) -> Option<String> + Send + Sync>;

impl Ordered {
    /// The condition under which rows come behind a mark, or before it.
    fn beyond(&self, filter: &mut Filter, mark: &Mark, greater: bool) -> Option<String> {
        let mut bound = |text: &str, whole: bool| -> Option<String> {
            let value: Value = match whole {
                true => text.parse::<i64>().ok()?.into(),
                false => text.into(),
            };
            Some(filter.value(value))
        };
        let value = bound(&mark.value, self.whole)?;
        let id = bound(&mark.id, self.id_whole)?;
        let sign = if greater { '>' } else { '<' };
        Some(format!(
            "({}, {}) {sign} ({value}, {id})",
            self.value, self.id
        ))
    }

    /// The rows of a page and one more, in the order in which they are read.
    fn page(&self, filter: &Filter, ascending: bool, limit: u64) -> (String, Vec<Value>) {
        let (condition, values) = filter.parts();
        let way = if ascending { "ASC" } else { "DESC" };
        let (value, id) = (&self.value, self.id);
        let sql = format!(
            "SELECT {} AS row_id, CAST({value} AS TEXT) AS mark_value, \
             CAST({id} AS TEXT) AS mark_id FROM {} WHERE {condition} \
             ORDER BY {value} {way}, {id} {way} LIMIT {}",
            self.row,
            self.from,
            limit.saturating_add(1)
        );
        (sql, values)
    }

    fn many(&self, filter: &Filter, most: Option<u64>) -> (String, Vec<Value>) {
        let (condition, values) = filter.parts();
        let from = &self.from;
        let sql = match most {
            None => format!("SELECT count(*) AS many FROM {from} WHERE {condition}"),
            Some(most) => format!(
                "SELECT count(*) AS many FROM \
                 (SELECT 1 AS one FROM {from} WHERE {condition} LIMIT {}) AS counted",
                most.saturating_add(1)
            ),
        };
        (sql, values)
    }
}

/// The numbers of the rows of a page in their order, and where it stands.
///
/// A mark that makes no sense, or leads beyond the last row, shows the first page.
pub(super) async fn browse<S>(
    on: &impl Source,
    ordered: &Ordered,
    filter: &Filter,
    window: &Window<S>,
) -> Result<(Vec<i64>, Pages), DbError> {
    let all = how_many(on, ordered, (filter, None)).await?;
    counted(on, ordered, (filter, filter), all, window).await
}

/// How many rows there are in all pages; up to `most` and one are counted.
pub(super) async fn how_many(
    on: &impl Source,
    ordered: &Ordered,
    (filter, most): (&Filter, Option<u64>),
) -> Result<u64, DbError> {
    let (sql, values) = ordered.many(filter, most);
    count(on, &sql, values).await
}

/// As [`browse`], of rows that may be very many: they are counted up to `most`. A count of all
/// costs a look at each row there is, and says nothing more that anybody acts on.
pub(super) async fn of_many<S>(
    on: &impl Source,
    ordered: &Ordered,
    (filter, most): (&Filter, u64),
    window: &Window<S>,
) -> Result<(Vec<i64>, Pages), DbError> {
    let some = (filter, Some(most));
    let all = how_many(on, ordered, some).await?;
    let found = found(on, ordered, filter, window).await?;
    let before = match found.mark() {
        Some(mark) => before(on, ordered, some, (mark, window.descending)).await?,
        None => 0,
    };
    Ok(found.pages_of_many((before, all), most))
}

/// As [`browse`], where it is known how many rows there are. The second filter holds for the same
/// rows as the first and is the one that counts: a count may do without what a page needs.
pub(super) async fn counted<S>(
    on: &impl Source,
    ordered: &Ordered,
    (filter, counting): (&Filter, &Filter),
    all: u64,
    window: &Window<S>,
) -> Result<(Vec<i64>, Pages), DbError> {
    let found = found(on, ordered, filter, window).await?;
    let before = match found.mark() {
        Some(mark) => {
            let all = (counting, None);
            before(on, ordered, all, (mark, window.descending)).await?
        }
        None => 0,
    };
    Ok(found.pages(before, all))
}

/// The rows of a page as they are read, before it is known where it stands.
pub(super) struct Found {
    rows: Vec<(i64, Mark)>,
    from_start: bool,
    /// Rows come behind the last one.
    go_on: bool,
}

impl Found {
    /// Its first row; none on the first page, which nothing comes before.
    pub fn mark(&self) -> Option<&Mark> {
        let first = self.rows.first().filter(|_| !self.from_start);
        first.map(|(_, mark)| mark)
    }

    /// The numbers of the rows, and where the page stands: behind so many of all.
    pub fn pages(self, before: u64, all: u64) -> (Vec<i64>, Pages) {
        let first = before.saturating_add(1);
        let mark = |found: Option<&(i64, Mark)>| found.map(|(_, mark)| mark.clone());
        let pages = Pages {
            before: mark(self.rows.first()).filter(|_| first > 1),
            after: mark(self.rows.last()).filter(|_| self.go_on),
            first,
            count: all,
            more: false,
        };
        (self.rows.into_iter().map(|(id, _)| id).collect(), pages)
    }

    /// The same, of rows that are counted up to `most` and one.
    pub fn pages_of_many(self, (before, all): (u64, u64), most: u64) -> (Vec<i64>, Pages) {
        let (ids, pages) = self.pages(before.min(most), all.min(most));
        let more = all > most;
        (ids, Pages { more, ..pages })
    }
}

/// The rows of a page; those of the first one where its mark makes no sense.
pub(super) async fn found<S>(
    on: &impl Source,
    ordered: &Ordered,
    filter: &Filter,
    window: &Window<S>,
) -> Result<Found, DbError> {
    let (rows, go_on) = at(on, ordered, filter, window).await?;
    let from_start = window.side == Side::Start;
    if from_start || !rows.is_empty() {
        return Ok(Found {
            rows,
            from_start,
            go_on,
        });
    }
    let start = Window::first((), window.descending, window.rows);
    let (rows, go_on) = at(on, ordered, filter, &start).await?;
    Ok(Found {
        rows,
        from_start: true,
        go_on,
    })
}

/// How many rows come before a mark; up to `most` and one are counted.
pub(super) async fn before(
    on: &impl Source,
    ordered: &Ordered,
    (counting, most): (&Filter, Option<u64>),
    (mark, descending): (&Mark, bool),
) -> Result<u64, DbError> {
    let mut before = counting.clone();
    if let Some(condition) = ordered.beyond(&mut before, mark, descending) {
        before.add(condition);
    }
    how_many(on, ordered, (&before, most)).await
}

/// The rows of a page, and whether the list goes on behind them; none where its mark makes no sense,
/// or it is the part of a page before the first full one.
async fn at<S>(
    on: &impl Source,
    ordered: &Ordered,
    filter: &Filter,
    window: &Window<S>,
) -> Result<(Vec<(i64, Mark)>, bool), DbError> {
    let mut filter = filter.clone();
    let backwards = matches!(window.side, Side::Before(_));
    let ascending = window.descending == backwards;
    let mark = match &window.side {
        Side::After(mark) | Side::Before(mark) => Some(mark),
        Side::Start => None,
    };
    if let Some(mark) = mark {
        match ordered.beyond(&mut filter, mark, ascending) {
            Some(condition) => filter.add(condition),
            None => return Ok((Vec::new(), false)),
        }
    }
    if let Some(near) = &ordered.near
        && let Some(first) = near(&mut filter, mark, ascending, window.rows.saturating_add(1))
    {
        filter.add(format!("{} IN ({first})", ordered.row));
    }
    let (sql, values) = ordered.page(&filter, ascending, window.rows);
    let mut found = Vec::new();
    for row in rows(on, &sql, values).await? {
        let mark = Mark {
            value: row.try_get("", "mark_value")?,
            id: row.try_get("", "mark_id")?,
        };
        found.push((row.try_get("", "row_id")?, mark));
    }
    let more = cut(&mut found, window.rows);
    if backwards {
        if (found.len() as u64) < window.rows {
            return Ok((Vec::new(), false));
        }
        found.reverse();
    }
    // Behind a page that was read backwards stands the row before which it ends.
    Ok((found, more || backwards))
}

/// Puts records that were loaded by their numbers into the order of a page.
pub(super) fn in_order<T>(ids: &[i64], mut loaded: Vec<T>, id: impl Fn(&T) -> i64) -> Vec<T> {
    let place = |one: &T| ids.iter().position(|wanted| *wanted == id(one));
    loaded.sort_by_key(place);
    loaded
}
