//! Issued invoices by a text: in their number or contract, or the number of their customer.
//!
//! PostgreSQL finds it by its trigrams, SQLite in `invoice_text`, a full-text index whose rows
//! stand in the order of the list: day of issue, then id.

use std::collections::BTreeSet;

use super::list::InvoiceFilter;
use crate::access::{Reach, Scope};
use crate::db::DbError;
use crate::db::browse::Mark;
use crate::db::convert::body;
use crate::db::filter::{Filter, cases, count};
use crate::db::txn::{Source, rows};

/// Up to this many hits are found first and then put into their order.
const FEW: u64 = 2_000;

/// Up to so many hits are counted, which is as many as are summed up: a count of all of them costs
/// a look at each, and says nothing more that anybody acts on.
pub(super) const MOST: u64 = 5_000;

/// The ids of the invoices that have a text, as a list in JSON; none when they are many, or when
/// they need no look of their own: a customer's are few.
pub(super) async fn few(
    on: &impl Source,
    scope: Scope,
    text: &str,
) -> Result<Option<String>, DbError> {
    if text.chars().any(char::is_control) {
        // Nobody's number or contract has one, and neither database takes them all.
        return Ok(Some("[]".to_owned()));
    }
    let mut filter = Filter::new(on);
    let looks = match scope.reach() {
        _ if filter.postgres() => by_trigram(&mut filter, scope, text),
        Reach::All => by_index(&mut filter, text),
        Reach::Customer(_) => return Ok(None),
    };
    // Each look-up has an index of its own; a row that two of them find is counted twice.
    let sql = format!("{looks} LIMIT {}", FEW.saturating_add(1));
    let found = rows(on, &sql, filter.parts().1).await?;
    if found.len() as u64 > FEW {
        return Ok(None);
    }
    let ids = found.iter().map(|row| row.try_get::<i64>("", "id"));
    let ids: Vec<i64> = ids.collect::<Result<_, _>>()?;
    Ok(Some(body("invoice", &ids)?))
}

/// As [`few`], for the text of a filter that has one.
pub(super) async fn counting_few(
    on: &impl Source,
    scope: Scope,
    asked: &InvoiceFilter,
) -> Result<Option<String>, DbError> {
    match &asked.text {
        Some(text) => few(on, scope, text).await,
        None => Ok(None),
    }
}

/// Contracts are few, and each leads to its invoices.
fn by_trigram(filter: &mut Filter, scope: Scope, text: &str) -> String {
    within(filter, scope);
    let number = filter.any_holds(&["i.number".to_owned()], text);
    let contract = filter.any_holds(&["c.id".to_owned()], text);
    let customer = filter.value(text);
    let (own, _) = filter.parts();
    format!(
        "SELECT i.id FROM invoice i WHERE {number} AND {own} UNION ALL \
         SELECT i.id FROM invoice i WHERE i.contract IN \
         (SELECT c.id FROM contract c WHERE {contract}) AND {own} UNION ALL \
         SELECT i.id FROM invoice i WHERE i.customer = {customer} AND {own}"
    )
}

fn by_index(filter: &mut Filter, text: &str) -> String {
    let mut looks = Vec::new();
    if text.chars().count() < 3 {
        // Each of their signs begins a trigram of the index: those that begin with the text.
        let folded: BTreeSet<String> = cases(text).iter().map(|one| one.to_lowercase()).collect();
        for text in folded {
            let from = filter.value(text.as_str());
            let until = filter.value(format!("{text}{}", char::MAX));
            looks.push(format!(
                "SELECT DISTINCT doc & {ID} AS id FROM invoice_text_trigram \
                 WHERE term >= {from} AND term < {until}"
            ));
        }
    } else {
        let said = filter.value(said(text));
        looks.push(format!(
            "SELECT rowid & {ID} AS id FROM invoice_text WHERE invoice_text MATCH {said}"
        ));
    }
    let customer = filter.value(text);
    looks.push(format!(
        "SELECT i.id FROM invoice i WHERE i.customer = {customer}"
    ));
    looks.join(" UNION ALL ")
}

/// The part of a row's number in the index that is the invoice's id.
const ID: u64 = 0xffff_ffff;

/// What the index is asked for: the text as it stands, in any case.
fn said(text: &str) -> String {
    let all = cases(text);
    let phrases = all.iter().map(|one| one.replace('"', "\"\""));
    let phrases: Vec<String> = phrases.map(|one| format!("\"{one}\"")).collect();
    phrases.join(" OR ")
}

/// Rows `i` that a scope reaches.
pub(super) fn within(filter: &mut Filter, scope: Scope) {
    if let Reach::Customer(number) = scope.reach() {
        let own = filter.value(number.to_string());
        filter.add(format!("i.customer = {own}"));
    }
}

/// Rows `i` that have a text, where [`few`] has looked for it before.
pub(super) fn looked_for(filter: &mut Filter, text: &str, few: Option<&str>) {
    let Some(ids) = few else {
        // Many have it: looked for in each row as it comes by, the first page is soon full.
        let any = filter.any_holds(&["i.number".to_owned(), "i.contract".to_owned()], text);
        let customer = filter.value(text);
        return filter.add(format!("({any} OR i.customer = {customer})"));
    };
    let ids = filter.value(ids);
    let listed = if filter.postgres() {
        format!("SELECT CAST(value AS BIGINT) FROM json_array_elements_text({ids}::json)")
    } else {
        format!("SELECT value FROM json_each({ids})")
    };
    filter.add(format!("i.id IN ({listed})"));
}

/// A text that many invoices have, in SQLite's index.
#[derive(Clone)]
pub(super) struct Many {
    text: String,
    year: Option<u16>,
}

/// Rows behind a mark in the order of the list, or before it where the greater ones come first.
type Beyond<'a> = Option<(&'a Mark, bool)>;

impl Many {
    /// What is asked for, where [`few`] has found too many and the index has them in order. A list
    /// that is narrowed by more than text and year is not looked for in the index.
    pub fn of(
        filter: &Filter,
        scope: Scope,
        (text, year): (Option<&str>, Option<u16>),
        few: Option<&str>,
    ) -> Option<Self> {
        let text = text.filter(|text| text.chars().count() > 2)?;
        let indexed = !filter.postgres() && scope.reach() == Reach::All;
        (indexed && few.is_none()).then(|| Self {
            text: text.to_owned(),
            year,
        })
    }

    /// Rows of the index that have the text, and rows `i` of the table that are its customer's.
    fn parts(&self, filter: &mut Filter, beyond: Beyond<'_>) -> Option<[String; 2]> {
        let said = filter.value(said(&self.text));
        let customer = filter.value(self.text.as_str());
        let mut index = format!("invoice_text WHERE invoice_text MATCH {said}");
        let mut table = format!("invoice i WHERE i.customer = {customer} AND i.state <> 'frozen'");
        if let Some(year) = self.year {
            let first = filter.value(format!("{year:04}-01-01"));
            let last = filter.value(format!("{year:04}-12-31"));
            index += &format!(
                " AND rowid BETWEEN {} AND {}",
                row(&first, "0"),
                row(&last, &ID.to_string())
            );
            table += &format!(" AND i.issue_date BETWEEN {first} AND {last}");
        }
        if let Some((mark, greater)) = beyond {
            let sign = if greater { '>' } else { '<' };
            let date = filter.value(mark.value.as_str());
            let id = filter.value(mark.id.parse::<i64>().ok()?);
            index += &format!(" AND rowid {sign} {}", row(&date, &id));
            table += &format!(" AND (i.issue_date, i.id) {sign} ({date}, {id})");
        }
        Some([index, table])
    }

    /// A query for the first of them in the order of the list: no page needs more.
    pub fn first(
        &self,
        filter: &mut Filter,
        beyond: Beyond<'_>,
        (ascending, limit): (bool, u64),
    ) -> Option<String> {
        let [index, table] = self.parts(filter, beyond)?;
        let way = if ascending { "ASC" } else { "DESC" };
        Some(format!(
            "SELECT * FROM (SELECT rowid & {ID} AS id FROM {index} ORDER BY rowid {way} \
             LIMIT {limit}) UNION ALL SELECT * FROM (SELECT i.id FROM {table} \
             ORDER BY i.issue_date {way}, i.id {way} LIMIT {limit})"
        ))
    }

    /// How many there are, counted up to [`MOST`] and one in either place.
    pub async fn count(&self, on: &impl Source, beyond: Beyond<'_>) -> Result<u64, DbError> {
        let mut filter = Filter::new(on);
        let Some([index, table]) = self.parts(&mut filter, beyond) else {
            return Ok(0);
        };
        let columns = ["i.number".to_owned(), "i.contract".to_owned()];
        let counted = filter.any_holds(&columns, &self.text);
        let sql = format!(
            "SELECT (SELECT count(*) FROM (SELECT 1 FROM {index} LIMIT {most})) \
             + (SELECT count(*) FROM (SELECT 1 FROM {table} AND NOT {counted} LIMIT {most})) \
             AS many",
            most = MOST.saturating_add(1)
        );
        count(on, &sql, filter.parts().1).await
    }
}

/// The number of a row in the index.
fn row(date: &str, id: &str) -> String {
    format!("(CAST(julianday({date}) AS INTEGER) * 4294967296 + {id})")
}
