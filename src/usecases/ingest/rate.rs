//! How many samples a source may send: a bucket in memory, on each server its own.
//!
//! How many samples a request holds shows when it is decoded. So a request is let in while its
//! source is not in debt, and pays for what it held: one request may overdraw, the next ones wait.

use std::collections::HashMap;
use std::sync::{Mutex, PoisonError};

use chrono::{DateTime, Utc};

/// Sources that are remembered; beyond them the fullest buckets are forgotten, which costs nothing.
const REMEMBERED: usize = 10_000;
const MICROS: i64 = 1_000_000;

/// What a source may send.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Allowance {
    /// Samples a second in the long run.
    pub a_second: u32,
    /// Seconds of it that may come at once.
    pub burst_seconds: u32,
}

impl Allowance {
    /// Two hundred times what the busiest instance reports, and a minute of it at once.
    pub const USUAL: Self = Self {
        a_second: 100_000,
        burst_seconds: 60,
    };
}

/// The buckets of all sources: when each is full again, in microseconds since 1970.
#[derive(Debug)]
pub struct Rates {
    allowance: Allowance,
    full_at: Mutex<HashMap<i64, i64>>,
}

impl Rates {
    /// Full buckets.
    pub fn new(allowance: Allowance) -> Self {
        Self {
            allowance,
            full_at: Mutex::new(HashMap::new()),
        }
    }

    /// Lets a source send, or says in how many seconds it may again.
    ///
    /// # Errors
    /// The seconds, at least 1.
    pub fn admit(&self, source: i64, now: DateTime<Utc>) -> Result<(), u64> {
        let full_at = self.full_at.lock().unwrap_or_else(PoisonError::into_inner);
        let full_at = full_at.get(&source).copied().unwrap_or_default();
        let burst = i64::from(self.allowance.burst_seconds).saturating_mul(MICROS);
        let debt = full_at.saturating_sub(now.timestamp_micros().saturating_add(burst));
        if debt <= 0 {
            return Ok(());
        }
        let seconds = debt.saturating_add(MICROS - 1).div_euclid(MICROS);
        Err(u64::try_from(seconds).unwrap_or(1).max(1))
    }

    /// Takes samples from the bucket of a source.
    pub fn pay(&self, source: i64, samples: u64, now: DateTime<Utc>) {
        let now = now.timestamp_micros();
        let each = i64::from(self.allowance.a_second).max(1);
        let samples = i64::try_from(samples).unwrap_or(i64::MAX);
        let cost = samples.saturating_mul(MICROS).div_euclid(each);
        let mut buckets = self.full_at.lock().unwrap_or_else(PoisonError::into_inner);
        if buckets.len() >= REMEMBERED {
            buckets.retain(|_, full_at| *full_at > now);
        }
        let full_at = buckets.entry(source).or_default();
        *full_at = now.max(*full_at).saturating_add(cost);
    }
}

#[cfg(test)]
mod tests {
    use chrono::TimeDelta;

    use super::*;

    #[test]
    fn a_flood_waits_until_it_is_paid_and_harms_no_other_source() {
        let rates = Rates::new(Allowance {
            a_second: 100,
            burst_seconds: 10,
        });
        let now = DateTime::from_timestamp(1_800_000_000, 0).unwrap();
        assert_eq!(rates.admit(1, now), Ok(()));
        rates.pay(1, 1_000, now);
        assert_eq!(
            rates.admit(1, now),
            Ok(()),
            "the burst is not overdrawn yet"
        );
        rates.pay(1, 250, now);
        assert_eq!(rates.admit(1, now), Err(3));
        assert_eq!(rates.admit(2, now), Ok(()));
        assert_eq!(rates.admit(1, now + TimeDelta::seconds(2)), Err(1));
        assert_eq!(rates.admit(1, now + TimeDelta::seconds(3)), Ok(()));
    }
}
