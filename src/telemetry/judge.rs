//! Times held against the arrival: what a request says about the future, or about years ago, is
//! kept in its evidence and left out of readings.
//!
//! A pure function of the request, its arrival and the limits of then, so that a reading made years
//! later leaves out the same.

use std::collections::BTreeSet;

use chrono::{DateTime, Utc};

use super::error::Reason;
use super::limits::Limits;
use super::sample::Decoded;

const SECONDS_PER_HOUR: i64 = 3_600;

/// Takes out of a decoded request what lies too far ahead of or behind its arrival; each is
/// recorded as refused under its instance and metric, or its type.
pub(super) fn judge(decoded: &mut Decoded, received_at: DateTime<Utc>, limits: &Limits) {
    let arrived = received_at.timestamp();
    let latest = arrived.saturating_add(limits.ahead_seconds);
    let earliest = arrived.saturating_sub(limits.behind_seconds);
    let wrong = |time: DateTime<Utc>| {
        let second = time.timestamp();
        if second > latest {
            Some(Reason::Ahead)
        } else if second < earliest {
            Some(Reason::Behind)
        } else {
            None
        }
    };
    let usual = decoded
        .span()
        .is_none_or(|(from, to)| wrong(from).is_none() && wrong(to).is_none());
    if usual {
        return;
    }
    take_points(decoded, &wrong);
    let events = std::mem::take(&mut decoded.events);
    for event in events {
        match wrong(event.time) {
            None => decoded.events.push(event),
            Some(reason) => decoded.reject(reason, &format!("{} {}", event.subject, event.name)),
        }
    }
}

fn take_points(decoded: &mut Decoded, wrong: &impl Fn(DateTime<Utc>) -> Option<Reason>) {
    let series = std::mem::take(&mut decoded.series);
    let points = std::mem::take(&mut decoded.points);
    for mut one in series {
        let from = decoded.points.len();
        for point in points.get(one.range.clone()).unwrap_or_default() {
            match wrong(point.time) {
                None => decoded.points.push(*point),
                Some(reason) => {
                    let what = format!("{} {}", one.key.instance(), one.key.metric());
                    decoded.reject(reason, &what);
                }
            }
        }
        if decoded.points.len() > from {
            one.range = from..decoded.points.len();
            decoded.series.push(one);
        }
    }
}

/// The hours since 1970 that a request speaks about.
pub fn hours(decoded: &Decoded) -> BTreeSet<i64> {
    let mut hours = BTreeSet::new();
    let mut last = None;
    let points = decoded.points.iter().map(|point| point.time);
    for time in points.chain(decoded.events.iter().map(|event| event.time)) {
        let hour = time.timestamp().div_euclid(SECONDS_PER_HOUR);
        if last != Some(hour) {
            last = Some(hour);
            hours.insert(hour);
        }
    }
    hours
}

#[cfg(test)]
mod tests {
    use chrono::TimeDelta;

    use super::super::sample::{Point, SampleKind, SeriesKey};
    use super::*;

    fn request(offsets: &[i64]) -> Decoded {
        let now = DateTime::from_timestamp(1_800_000_000, 0).unwrap();
        let mut decoded = Decoded::default();
        for (n, seconds) in offsets.iter().enumerate() {
            let from = decoded.points.len();
            decoded.points.push(Point {
                time: now + TimeDelta::seconds(*seconds),
                start: None,
                value: 1.into(),
            });
            let name = format!("m{n}");
            let key = SeriesKey::new("a.example", &name, &mut []);
            decoded
                .close_series(from, key, &name, SampleKind::Gauge, None, &Limits::DEFAULT)
                .unwrap();
        }
        judge(&mut decoded, now, &Limits::DEFAULT);
        decoded
    }

    #[test]
    fn ten_minutes_ahead_are_taken_and_a_second_more_is_not() {
        let decoded = request(&[600, 601, 0, -731 * 86_400, -731 * 86_400 - 1]);
        let kept: Vec<&str> = decoded.series.iter().map(|one| one.key.metric()).collect();
        assert_eq!(kept, ["m0", "m2", "m3"]);
        let ranges: Vec<_> = decoded.series.iter().map(|one| one.range.clone()).collect();
        assert_eq!(ranges, [0..1, 1..2, 2..3]);
        let refused: Vec<_> = decoded
            .rejected
            .iter()
            .map(|one| (one.reason, one.what.as_str()))
            .collect();
        assert_eq!(
            refused,
            [
                (Reason::Ahead, "a.example m1"),
                (Reason::Behind, "a.example m4")
            ]
        );
    }

    #[test]
    fn a_request_speaks_about_the_hours_it_names_and_no_others() {
        let decoded = request(&[0, 59, -86_400]);
        assert_eq!(hours(&decoded).len(), 2, "not the day between");
    }
}
