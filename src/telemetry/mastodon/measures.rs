//! What is asked of `POST /api/v1/admin/measures`, so that each answer is whole and is about whole
//! days. <https://docs.joinmastodon.org/methods/admin/measures/>
//!
//! The end of the range means two things: measures that Mastodon keeps in Redis (`active_users`,
//! `interactions`) leave the last day out, those it counts in its database (`new_users`,
//! `opened_reports`, `resolved_reports`) take it in. So the two groups are asked for apart, and an
//! answer with other days than were meant is refused rather than billed.
//!
//! Only days that are over are asked for: today's figure would change, and what came first counts.
//! People are counted from the first of the month to the day, because the figures of days share
//! people and cannot be added up.

use std::borrow::Cow;

use chrono::{Datelike, Days, NaiveDate};
use serde::Deserialize;

use crate::telemetry::value::instant_from_text;

/// Kept in Redis for about half a year, the end of a range is not part of it.
pub const UP_TO: [&str; 2] = ["active_users", "interactions"];
/// Counted in the database, the end of a range is part of it.
pub const THROUGH: [&str; 3] = ["new_users", "opened_reports", "resolved_reports"];
/// How many days are made up for after an interruption.
pub const MOST_DAYS: u64 = 62;

/// One question.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Ask {
    /// Measures of one group.
    pub keys: &'static [&'static str],
    /// First day.
    pub start: NaiveDate,
    /// The end as it is sent: by the group's own meaning.
    pub end: NaiveDate,
    /// Last day that the answer is about.
    pub last: NaiveDate,
}

/// Why an answer is not the one that was asked for.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum OddAnswer {
    /// Not the documented form.
    #[error("the answer is no list of measures")]
    Form,
    /// A measure is missing.
    #[error("the answer has no {key}")]
    Missing { key: &'static str },
    /// Other days than were asked for.
    #[error("{key} is about {found} days that are not {start} to {last}")]
    Days {
        key: &'static str,
        found: usize,
        start: NaiveDate,
        last: NaiveDate,
    },
}

/// The questions about the days from `first` to `last`, both included and over.
#[must_use]
pub fn asks(first: NaiveDate, last: NaiveDate) -> Vec<Ask> {
    let earliest = last.checked_sub_days(Days::new(MOST_DAYS - 1));
    let first = first.max(earliest.unwrap_or(first));
    if first > last {
        return Vec::new();
    }
    let mut asks = Vec::new();
    let mut month = first.with_day(1);
    while let Some(start) = month.filter(|start| *start <= last) {
        month = start.checked_add_months(chrono::Months::new(1));
        let through = month.and_then(|next| next.pred_opt());
        let through = through.map_or(last, |through| through.min(last));
        if let Some(end) = through.succ_opt() {
            asks.push(Ask {
                keys: &UP_TO,
                start,
                end,
                last: through,
            });
        }
    }
    asks.push(Ask {
        keys: &THROUGH,
        start: first,
        end: last,
        last,
    });
    asks
}

#[derive(Deserialize)]
struct Measure<'a> {
    #[serde(borrow)]
    key: Cow<'a, str>,
    #[serde(borrow, default)]
    data: Vec<Bucket<'a>>,
}

#[derive(Deserialize)]
struct Bucket<'a> {
    #[serde(borrow)]
    date: Cow<'a, str>,
}

impl Ask {
    /// The body of the request.
    #[must_use]
    pub fn body(&self) -> Vec<u8> {
        let body = serde_json::json!({
            "keys": self.keys,
            "start_at": self.start.to_string(),
            "end_at": self.end.to_string(),
        });
        body.to_string().into_bytes()
    }

    /// Whether an answer holds every measure over exactly the days that were meant.
    ///
    /// # Errors
    /// [`OddAnswer`].
    pub fn check(&self, answer: &[u8]) -> Result<(), OddAnswer> {
        let measures: Vec<Measure<'_>> =
            serde_json::from_slice(answer).map_err(|_| OddAnswer::Form)?;
        for key in self.keys {
            let mut own = measures.iter().filter(|measure| measure.key == *key);
            let measure = own.next().ok_or(OddAnswer::Missing { key })?;
            let days = measure.data.iter().map(|bucket| {
                let at = instant_from_text(&bucket.date);
                at.map(|at| at.date_naive())
            });
            let meant = self.start.iter_days().take_while(|day| *day <= self.last);
            if !days.eq(meant.map(Some)) || own.next().is_some() {
                return Err(OddAnswer::Days {
                    key,
                    found: measure.data.len(),
                    start: self.start,
                    last: self.last,
                });
            }
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn day(text: &str) -> NaiveDate {
        text.parse().unwrap()
    }

    fn ranges(first: &str, last: &str) -> Vec<(&'static str, String, String)> {
        let asks = asks(day(first), day(last));
        let range = |ask: &Ask| (ask.keys[0], ask.start.to_string(), ask.end.to_string());
        asks.iter().map(range).collect()
    }

    fn of(key: &'static str, start: &str, end: &str) -> (&'static str, String, String) {
        (key, start.to_owned(), end.to_owned())
    }

    #[test]
    fn june_ends_on_its_last_day_in_one_group_and_on_the_first_of_july_in_the_other() {
        let expected = [
            of("active_users", "2026-06-01", "2026-07-01"),
            of("new_users", "2026-06-01", "2026-06-30"),
        ];
        assert_eq!(ranges("2026-06-01", "2026-06-30"), expected);
    }

    #[test]
    fn a_day_is_asked_for_alone_but_people_from_the_first_of_its_month() {
        let expected = [
            of("active_users", "2026-06-01", "2026-06-18"),
            of("new_users", "2026-06-17", "2026-06-17"),
        ];
        assert_eq!(ranges("2026-06-17", "2026-06-17"), expected);
    }

    #[test]
    fn an_interruption_over_the_end_of_a_month_loses_no_total() {
        let expected = [
            of("active_users", "2026-06-01", "2026-07-01"),
            of("active_users", "2026-07-01", "2026-07-03"),
            of("new_users", "2026-06-29", "2026-07-02"),
        ];
        assert_eq!(ranges("2026-06-29", "2026-07-02"), expected);
        assert_eq!(ranges("2026-07-03", "2026-07-02"), []);
        let long = asks(day("2025-01-01"), day("2026-07-02"));
        assert_eq!(
            long.last().unwrap().start,
            day("2026-05-02"),
            "62 days and no more"
        );
    }

    fn answer(key: &str, first: &str, days: usize) -> String {
        let dates = day(first).iter_days().take(days);
        let data = dates.map(|date| format!(r#"{{"date":"{date}T00:00:00Z","value":"1"}}"#));
        let data = data.collect::<Vec<_>>().join(",");
        format!(r#"{{"key":"{key}","unit":null,"total":"3","data":[{data}]}}"#)
    }

    #[test]
    fn an_answer_about_a_day_more_or_less_is_refused() {
        let ask = &asks(day("2026-06-30"), day("2026-06-30"))[0];
        let both = |days| {
            let of = |key| answer(key, "2026-06-01", days);
            format!("[{},{}]", of("active_users"), of("interactions"))
        };
        assert_eq!(ask.check(both(30).as_bytes()), Ok(()));
        for days in [0, 29, 31] {
            let refused = ask.check(both(days).as_bytes()).unwrap_err();
            assert!(matches!(refused, OddAnswer::Days { .. }), "{days}");
        }
        let one = format!("[{}]", answer("active_users", "2026-06-01", 30));
        let key = "interactions";
        assert_eq!(ask.check(one.as_bytes()), Err(OddAnswer::Missing { key }));
        let shifted = both(30).replace("2026-06-01", "2026-05-31");
        assert!(ask.check(shifted.as_bytes()).is_err());
        assert_eq!(ask.check(b"{}"), Err(OddAnswer::Form));
        let body = String::from_utf8(ask.body()).unwrap();
        assert!(body.contains(r#""end_at":"2026-07-01""#), "{body}");
    }
}
