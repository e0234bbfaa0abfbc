//! The moment some time after another, without leaving the calendar.

use chrono::{DateTime, TimeDelta, Utc};

/// `wait` after `at`. Past the end of the calendar it is the calendar's last moment: a deadline
/// that far away is never reached, which is what it means.
pub(super) fn after(at: DateTime<Utc>, wait: TimeDelta) -> DateTime<Utc> {
    at.checked_add_signed(wait)
        .unwrap_or(DateTime::<Utc>::MAX_UTC)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_deadline_past_the_calendar_is_the_last_moment() {
        let last = DateTime::<Utc>::MAX_UTC;
        assert_eq!(after(last, TimeDelta::seconds(1)), last);
        let start = DateTime::<Utc>::UNIX_EPOCH;
        assert_eq!(after(start, TimeDelta::seconds(90)).timestamp(), 90);
    }
}
