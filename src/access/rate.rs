//! Rate limits: a token bucket as a pure function of what is stored.
//!
//! A bucket holds up to `capacity` tokens and gains one every `refill_ms` milliseconds; a request
//! takes one. Over any time the requests let through are at most `capacity` and what was gained.
//!
//! Stored is one number, the moment at which the bucket is full again (the virtual scheduling form
//! of the generic cell rate algorithm, ITU-T I.371, annex A): nothing is rounded, and a database
//! can take a token in one statement of comparisons and one addition.

use std::num::NonZeroU32;

use chrono::{DateTime, Utc};

/// A limit, such as 60 requests at once and then one a second.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Limit {
    /// Requests that may come at once.
    pub capacity: NonZeroU32,
    /// Milliseconds after which another is allowed.
    pub refill_ms: NonZeroU32,
}

/// What is stored of a caller. No row means a full bucket, so rows whose moment has passed may be
/// deleted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Bucket {
    /// When it is full again, in milliseconds since 1970.
    pub full_at_ms: i64,
}

/// The moments that decide about a request now, in milliseconds since 1970: what a statement of
/// the database compares with.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Moments {
    /// Now.
    pub now_ms: i64,
    /// How much later a bucket is full for each token taken, in milliseconds.
    pub refill_ms: i64,
    /// A bucket that is full by then has a token; one that is full later has none.
    pub latest_ms: i64,
    /// A bucket that would be full only after this was stored by a clock that was wrong: it is
    /// worth nothing and starts anew. A clock that is a little ahead stays below.
    pub absurd_ms: i64,
}

/// A request beyond the limit.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("too many requests: the next one is possible in {retry_after_seconds} s")]
pub struct Limited {
    /// For the header `Retry-After`; at least 1.
    pub retry_after_seconds: u64,
}

impl Limited {
    /// Stable code of the error.
    #[must_use]
    pub fn code(&self) -> &'static str {
        "rate.limited"
    }
}

/// The answer to one request, with what the headers `RateLimit-*` tell the caller.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Decision {
    /// What to store, or the refusal. A refusal stores nothing: whoever hammers waits no longer.
    pub taken: Result<Bucket, Limited>,
    /// `RateLimit-Limit`: the capacity.
    pub limit: u32,
    /// `RateLimit-Remaining`: whole tokens left.
    pub remaining: u32,
    /// `RateLimit-Reset`: seconds until the bucket is full, rounded up.
    pub reset_seconds: u64,
}

impl Limit {
    /// At most `capacity` at once, then one every `refill_ms` milliseconds; 0 counts as 1.
    #[must_use]
    pub const fn of(capacity: u32, refill_ms: u32) -> Self {
        const fn some(number: u32) -> NonZeroU32 {
            match NonZeroU32::new(number) {
                Some(number) => number,
                None => NonZeroU32::MIN,
            }
        }
        Self {
            capacity: some(capacity),
            refill_ms: some(refill_ms),
        }
    }

    /// Takes one token, if there is one.
    ///
    /// A bucket stored slightly in the future (another node's clock) gains nothing until then.
    #[must_use]
    pub fn take(&self, stored: Option<Bucket>, now: DateTime<Utc>) -> Decision {
        match self.moments(now).taken(stored) {
            Some(taken) => self.allowed(taken, now),
            None => self.refused(stored, now),
        }
    }

    /// The moments that decide about a request now.
    #[must_use]
    pub fn moments(&self, now: DateTime<Utc>) -> Moments {
        self.moments_of(NonZeroU32::MIN, now)
    }

    /// The moments that decide about so many requests at once: all of them, or none.
    #[must_use]
    pub fn moments_of(&self, count: NonZeroU32, now: DateTime<Utc>) -> Moments {
        let each = i64::from(self.refill_ms.get());
        let refill_ms = each.saturating_mul(i64::from(count.get()));
        let now_ms = now.timestamp_millis();
        let full = now_ms.saturating_add(self.filling_ms());
        Moments {
            now_ms,
            refill_ms,
            latest_ms: full.saturating_sub(refill_ms),
            absurd_ms: full.saturating_add(self.filling_ms()),
        }
    }

    /// The answer after a token was taken.
    #[must_use]
    pub fn allowed(&self, taken: Bucket, now: DateTime<Utc>) -> Decision {
        self.told(Ok(taken), taken, now)
    }

    /// The answer when the stored bucket is empty.
    #[must_use]
    pub fn refused(&self, stored: Option<Bucket>, now: DateTime<Utc>) -> Decision {
        let latest_ms = self.moments(now).latest_ms;
        // A row that another node has deleted meanwhile: the next moment is good.
        let stored = stored.unwrap_or(Bucket {
            full_at_ms: latest_ms,
        });
        let wait_ms = stored.full_at_ms.saturating_sub(latest_ms);
        let limited = Limited {
            retry_after_seconds: seconds(wait_ms).max(1),
        };
        self.told(Err(limited), stored, now)
    }

    /// Seconds in which an empty bucket fills, rounded up: the window of the header
    /// `RateLimit-Policy`.
    #[must_use]
    pub fn window_seconds(&self) -> u64 {
        seconds(self.filling_ms())
    }

    fn told(&self, taken: Result<Bucket, Limited>, rest: Bucket, now: DateTime<Utc>) -> Decision {
        let missing_ms = rest.full_at_ms.saturating_sub(now.timestamp_millis());
        let there_ms = self.filling_ms().saturating_sub(missing_ms).max(0);
        let refill_ms = i64::from(self.refill_ms.get());
        let remaining = there_ms.checked_div(refill_ms).unwrap_or_default();
        Decision {
            taken,
            limit: self.capacity.get(),
            remaining: u32::try_from(remaining).unwrap_or(u32::MAX),
            reset_seconds: seconds(missing_ms),
        }
    }

    /// Milliseconds in which an empty bucket fills.
    fn filling_ms(&self) -> i64 {
        i64::from(self.capacity.get()).saturating_mul(i64::from(self.refill_ms.get()))
    }
}

impl Moments {
    /// The bucket after a token was taken; none when there is no token in it. The statement of
    /// `db::access::rates` says the same, and a test holds the two together.
    #[must_use]
    pub fn taken(&self, stored: Option<Bucket>) -> Option<Bucket> {
        let full_at_ms = match stored {
            Some(Bucket { full_at_ms }) if full_at_ms <= self.absurd_ms => full_at_ms,
            _ => self.now_ms,
        };
        if full_at_ms > self.latest_ms {
            return None;
        }
        let from_ms = full_at_ms.max(self.now_ms);
        Some(Bucket {
            full_at_ms: from_ms.saturating_add(self.refill_ms),
        })
    }
}

/// Whole seconds, rounded up; 0 for what has passed.
fn seconds(ms: i64) -> u64 {
    u64::try_from(ms).unwrap_or_default().div_ceil(1_000)
}

#[cfg(test)]
mod tests {
    use chrono::TimeDelta;
    use proptest::prelude::*;

    use super::*;

    const NOW: DateTime<Utc> = DateTime::<Utc>::UNIX_EPOCH;

    fn limit(capacity: u32, refill_ms: u32) -> Limit {
        Limit {
            capacity: capacity.try_into().unwrap(),
            refill_ms: refill_ms.try_into().unwrap(),
        }
    }

    fn in_ms(ms: i64) -> DateTime<Utc> {
        NOW + TimeDelta::milliseconds(ms)
    }

    #[test]
    fn several_are_taken_at_once_or_none() {
        let limit = limit(5, 10_000);
        assert_eq!(limit.window_seconds(), 50);
        let three = limit.moments_of(3.try_into().unwrap(), NOW);
        let first = three.taken(None).unwrap();
        assert_eq!(limit.allowed(first, NOW).remaining, 2);
        assert_eq!(three.taken(Some(first)), None, "two are left");
        let fourth = limit.take(Some(first), NOW);
        assert_eq!(fourth.remaining, 1);
    }

    #[test]
    fn the_headers_count_down_and_the_refusal_says_how_long() {
        let limit = limit(2, 10_000);
        let first = limit.take(None, NOW);
        assert_eq!(
            (first.limit, first.remaining, first.reset_seconds),
            (2, 1, 10)
        );
        let second = limit.take(Some(first.taken.unwrap()), NOW);
        assert_eq!((second.remaining, second.reset_seconds), (0, 20));
        let bucket = Some(second.taken.unwrap());
        let third = limit.take(bucket, in_ms(500));
        assert_eq!((third.remaining, third.reset_seconds), (0, 20));
        let refused = third.taken.unwrap_err();
        assert_eq!(refused.retry_after_seconds, 10);
        assert_eq!(refused.code(), "rate.limited");
        assert!(limit.take(bucket, in_ms(9_999)).taken.is_err());
        assert!(limit.take(bucket, in_ms(10_000)).taken.is_ok());
    }

    #[test]
    fn a_bucket_left_alone_is_full_again() {
        let limit = limit(60, 1000);
        let empty = Some(Bucket { full_at_ms: 60_000 });
        assert_eq!(limit.take(empty, in_ms(59_999)).remaining, 58);
        let later = limit.take(empty, in_ms(60_000));
        assert_eq!((later.remaining, later.reset_seconds), (59, 1));
        let much_later = limit.take(empty, in_ms(3_600_000));
        assert_eq!((much_later.remaining, much_later.reset_seconds), (59, 1));
    }

    #[test]
    fn a_bucket_from_the_future_gains_nothing_or_starts_anew() {
        let limit = limit(10, 1000);
        let at = |full_at_ms| limit.take(Some(Bucket { full_at_ms }), NOW);
        assert_eq!(at(9_000).remaining, 0);
        let ahead = at(12_000);
        assert_eq!(ahead.taken.unwrap_err().retry_after_seconds, 3);
        assert_eq!(ahead.reset_seconds, 12);
        assert!(at(20_000).taken.is_err());
        assert_eq!(at(20_001).remaining, 9, "a clock was wrong");
    }

    #[test]
    fn extreme_limits_do_not_overflow() {
        let widest = limit(u32::MAX, u32::MAX);
        for stored in [None, Some(i64::MIN), Some(0), Some(i64::MAX)] {
            let stored = stored.map(|full_at_ms| Bucket { full_at_ms });
            for now in [DateTime::<Utc>::MIN_UTC, NOW, DateTime::<Utc>::MAX_UTC] {
                let _ = widest.take(stored, now);
                let _ = limit(1, 1).take(stored, now);
            }
        }
        let corrupt = Some(Bucket {
            full_at_ms: i64::MAX,
        });
        assert_eq!(limit(3, 1).take(corrupt, in_ms(1)).remaining, 2);
        assert_eq!(Limit::of(0, 0), limit(1, 1));
    }

    proptest! {
        #[test]
        fn no_more_is_let_through_than_capacity_and_refill(
            capacity in 1_u32..20,
            refill_ms in 1_u32..3_000,
            steps in prop::collection::vec(0_i64..2_000, 1..200),
        ) {
            let limit = limit(capacity, refill_ms);
            let (mut stored, mut ms, mut passed) = (None, 0, 0_i64);
            for step in steps {
                ms += step;
                if let Ok(bucket) = limit.take(stored, in_ms(ms)).taken {
                    stored = Some(bucket);
                    passed += 1;
                }
            }
            prop_assert!(passed <= i64::from(capacity) + ms / i64::from(refill_ms));
        }

        #[test]
        fn whoever_keeps_to_the_pace_is_never_refused(
            capacity in 1_u32..20,
            refill_ms in 1_u32..3_000,
            spare in prop::collection::vec(0_i64..50, 1..100),
        ) {
            let limit = limit(capacity, refill_ms);
            let (mut stored, mut ms) = (None, 0);
            for extra in spare {
                ms += i64::from(refill_ms) + extra;
                let decision = limit.take(stored, in_ms(ms));
                prop_assert!(decision.taken.is_ok());
                stored = Some(decision.taken.unwrap());
            }
        }

        #[test]
        fn whoever_waits_as_told_is_let_through(
            capacity in 1_u32..20,
            refill_ms in 1_u32..100_000,
            full_at_ms in 0_i64..2_000_000,
            ms in 0_i64..100_000,
        ) {
            let limit = limit(capacity, refill_ms);
            let bucket = Some(Bucket { full_at_ms });
            if let Err(limited) = limit.take(bucket, in_ms(ms)).taken {
                let wait_ms = i64::try_from(limited.retry_after_seconds).unwrap() * 1_000;
                prop_assert!(limit.take(bucket, in_ms(ms + wait_ms)).taken.is_ok());
            }
        }

        #[test]
        fn a_refusal_does_not_lengthen_the_wait(
            refill_ms in 1_u32..3_000,
            hammering in prop::collection::vec(0_i64..50, 0..50),
        ) {
            let limit = limit(1, refill_ms);
            let bucket = limit.take(None, NOW).taken.unwrap();
            for ms in hammering.into_iter().filter(|ms| *ms < i64::from(refill_ms)) {
                prop_assert!(limit.take(Some(bucket), in_ms(ms)).taken.is_err());
            }
            let due = in_ms(i64::from(refill_ms));
            prop_assert!(limit.take(Some(bucket), due).taken.is_ok());
        }
    }
}
