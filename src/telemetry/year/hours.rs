//! Support time entries of a quarter: tickets on working days, in quarter hours, whose sum is the
//! quarter's figure.

use chrono::{DateTime, Datelike, NaiveDate, TimeDelta, TimeZone, Utc};

use super::curves::noise;
use super::figures::{BERLIN, MUSTERHOLSTEIN, MUSTERHOLSTEIN_QUARTER_HOURS};
use crate::telemetry::encode::OutgoingEvent;
use crate::telemetry::meters::SUPPORT_TIME_ENTRY;

/// The ticket system that sends the entries.
pub const TICKETS: &str = "https://tickets.herdbook.example/time-entries";
const LONGEST_STEPS: u32 = 8;

/// All time entries, in order of time.
pub fn entries() -> Vec<OutgoingEvent> {
    let mut entries = Vec::new();
    for (year, month, steps) in MUSTERHOLSTEIN_QUARTER_HOURS {
        let mut times = Vec::new();
        let mut left = steps;
        let mut salt = (year.unsigned_abs() * 100 + month) as usize;
        while left > 0 {
            salt += 1;
            let size = (1 + noise(salt, 3) % LONGEST_STEPS).min(left);
            // A day that is a weekend is drawn again; 84 days lie in every quarter.
            let Some(time) = working_time(year, month, noise(salt, 4)) else {
                continue;
            };
            times.push((time, size));
            left -= size;
        }
        times.sort_unstable();
        for (number, (time, size)) in times.into_iter().enumerate() {
            entries.push(OutgoingEvent {
                source: TICKETS.to_owned(),
                id: format!("{year}-{month:02}-{number:03}"),
                name: SUPPORT_TIME_ENTRY,
                subject: MUSTERHOLSTEIN.to_owned(),
                time,
                minutes: size * 15,
            });
        }
    }
    entries
}

/// A quarter of an hour within service hours on a working day of the quarter.
fn working_time(year: i32, month: u32, random: u32) -> Option<DateTime<Utc>> {
    let day = NaiveDate::from_ymd_opt(year, month, 1)? + TimeDelta::days(i64::from(random % 84));
    if day.weekday().number_from_monday() > 5 {
        return None;
    }
    let quarter = random / 84 % 32;
    let time = day.and_hms_opt(8 + quarter / 4, quarter % 4 * 15, 0)?;
    Some(
        BERLIN
            .from_local_datetime(&time)
            .single()?
            .with_timezone(&Utc),
    )
}
