//! When a target is fetched: a cron expression, in UTC.
//!
//! Five fields as in a crontab (minute, hour, day of month, month, day of week), or six with the
//! second before them. Days of the week are given by name: their numbers begin with Sunday as 0 in
//! a crontab and as 1 in the parser, and a schedule that is a day off would hardly be noticed.

use std::fmt;
use std::str::FromStr;

use chrono::{DateTime, TimeDelta, Utc};

use super::PullError;

/// Least time between two ticks, in seconds.
const LEAST_SECONDS: i64 = 15;
/// How far back ticks are looked for, in growing windows: dense schedules are found in the first.
const WINDOWS: [TimeDelta; 4] = [
    TimeDelta::hours(1),
    TimeDelta::days(2),
    TimeDelta::days(62),
    TimeDelta::days(800),
];

/// A schedule that was checked.
#[derive(Debug, Clone)]
pub struct Schedule {
    cron: cron::Schedule,
    text: String,
}

impl FromStr for Schedule {
    type Err = PullError;

    fn from_str(text: &str) -> Result<Self, PullError> {
        let wrong = |why: String| PullError::Schedule { why };
        let fields: Vec<&str> = text.split_ascii_whitespace().collect();
        let whole = match fields.len() {
            5 => format!("0 {}", fields.join(" ")),
            6 => fields.join(" "),
            other => {
                let why = format!("it has {other} fields, not five or six");
                return Err(wrong(why));
            }
        };
        let weekday = fields.last().copied().unwrap_or_default();
        if weekday.bytes().any(|sign| sign.is_ascii_digit()) {
            let why = "days of the week are named: Mon, Tue or Mon-Fri".to_owned();
            return Err(wrong(why));
        }
        let cron = cron::Schedule::from_str(&whole);
        let cron = cron.map_err(|why| wrong(why.to_string().chars().take(200).collect()))?;
        let ticks: Vec<DateTime<Utc>> = cron.after(&DateTime::UNIX_EPOCH).take(1_000).collect();
        if ticks.is_empty() {
            return Err(wrong("it never comes".to_owned()));
        }
        let dense = |pair: &[DateTime<Utc>]| {
            let gap = pair
                .last()
                .zip(pair.first())
                .map(|(last, first)| *last - *first);
            gap.is_some_and(|gap| gap.num_seconds() < LEAST_SECONDS)
        };
        if ticks.windows(2).any(dense) {
            let why = format!("its ticks are less than {LEAST_SECONDS} seconds apart");
            return Err(wrong(why));
        }
        Ok(Self {
            cron,
            text: fields.join(" "),
        })
    }
}

impl fmt::Display for Schedule {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.text)
    }
}

impl Schedule {
    /// The last tick after `since` and not after `now`. Ticks in between are left out: what they
    /// would have asked for is asked by the last one.
    #[must_use]
    pub fn due(&self, since: DateTime<Utc>, now: DateTime<Utc>) -> Option<DateTime<Utc>> {
        WINDOWS.iter().find_map(|window| {
            let from = now.checked_sub_signed(*window).unwrap_or(since).max(since);
            let ticks = self.cron.after(&from);
            ticks.take_while(|tick| *tick <= now).last()
        })
    }

    /// The first tick after an instant.
    #[must_use]
    pub fn next(&self, after: DateTime<Utc>) -> Option<DateTime<Utc>> {
        self.cron.after(&after).next()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(text: &str) -> DateTime<Utc> {
        text.parse().unwrap()
    }

    fn schedule(text: &str) -> Schedule {
        text.parse().unwrap()
    }

    #[test]
    fn five_fields_are_those_of_a_crontab() {
        let daily = schedule("15  0 * * *");
        assert_eq!(daily.to_string(), "15 0 * * *");
        let next = daily.next(at("2026-03-01T00:15:00Z"));
        assert_eq!(next, Some(at("2026-03-02T00:15:00Z")));
        let weekly = schedule("0 3 * * Mon");
        assert_eq!(
            weekly.next(at("2026-03-01T00:00:00Z")),
            Some(at("2026-03-02T03:00:00Z"))
        );
        let fast = schedule("*/15 * * * * *");
        assert_eq!(
            fast.next(at("2026-03-01T00:00:00Z")),
            Some(at("2026-03-01T00:00:15Z"))
        );
    }

    #[test]
    fn the_last_tick_is_due_once_however_long_nobody_looked() {
        let minutely = schedule("* * * * *");
        let now = at("2026-03-01T12:00:30Z");
        let tick = at("2026-03-01T12:00:00Z");
        assert_eq!(minutely.due(at("2025-01-01T00:00:00Z"), now), Some(tick));
        assert_eq!(minutely.due(at("2026-03-01T11:59:59Z"), now), Some(tick));
        assert_eq!(minutely.due(tick, now), None);
        assert_eq!(minutely.due(now, tick), None, "a clock that was set back");
        assert_eq!(
            minutely.due(at("2026-03-01T11:59:00Z"), tick),
            Some(tick),
            "to the second"
        );
        let yearly = schedule("0 0 1 1 *");
        let new_year = at("2026-01-01T00:00:00Z");
        assert_eq!(yearly.due(at("2025-06-01T00:00:00Z"), now), Some(new_year));
        assert_eq!(yearly.due(new_year, now), None);
    }

    #[test]
    fn what_is_no_schedule_is_refused_with_its_reason() {
        for text in [
            "",
            "* * * *",
            "61 * * * *",
            "* * * * 1",
            "0 0 * * 1-5",
            "* * * * * *",
            "0,5 * * * * *",
            "0 0 31 2 *",
            "@daily",
            "0 0 0 1 1 * 2027",
        ] {
            let refused = text.parse::<Schedule>().unwrap_err();
            assert_eq!(refused.code(), "pull.schedule", "{text}");
        }
    }
}
