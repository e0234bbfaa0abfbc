//! Rate limits: a token bucket as a pure function of what is stored.
//!
//! A bucket holds up to `capacity` tokens and gains one every `refill_ms` milliseconds; a request
//! takes one. Over any time the requests let through are at most `capacity` and what was gained.

use std::num::{NonZeroU32, NonZeroU128};

use chrono::{DateTime, TimeDelta, Utc};

use super::deadline::after;

/// Thousandths of a token in a token.
const MILLI: u64 = 1000;

/// A limit, such as 60 requests at once and then one a second.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Limit {
    /// Requests that may come at once.
    pub capacity: NonZeroU32,
    /// Milliseconds after which another is allowed.
    pub refill_ms: NonZeroU32,
}

/// What is stored of a caller. No row means a full bucket, so rows older than the time a bucket
/// takes to fill may be deleted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Bucket {
    /// Thousandths of a token that were there.
    pub tokens_milli: u64,
    /// When they were.
    pub at: DateTime<Utc>,
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
    /// Takes one token, if there is one.
    ///
    /// A request gives away at most a millisecond of refill, the rounding of the stored instant;
    /// it never gains any. A bucket stored slightly in the future (another node's clock) gains
    /// nothing until then; one further ahead than it takes to fill is worth nothing and starts
    /// anew.
    #[must_use]
    pub fn take(&self, stored: Option<Bucket>, now: DateTime<Utc>) -> Decision {
        let level = self.refilled(stored, now);
        let taken = match level.tokens_milli.checked_sub(MILLI) {
            Some(tokens_milli) => Ok(Bucket {
                tokens_milli,
                at: level.at,
            }),
            None => {
                let wait = self.wait_ms(MILLI, level, now).div_ceil(MILLI).max(1);
                Err(Limited {
                    retry_after_seconds: wait,
                })
            }
        };
        let rest = *taken.as_ref().unwrap_or(&level);
        Decision {
            taken,
            limit: self.capacity.get(),
            remaining: u32::try_from(rest.tokens_milli / MILLI).unwrap_or(u32::MAX),
            reset_seconds: self.wait_ms(self.full_milli(), rest, now).div_ceil(MILLI),
        }
    }

    fn full_milli(&self) -> u64 {
        u64::from(self.capacity.get()).saturating_mul(MILLI)
    }

    /// Milliseconds in which an empty bucket fills.
    fn filling_ms(&self) -> u64 {
        u64::from(self.capacity.get()).saturating_mul(u64::from(self.refill_ms.get()))
    }

    /// The bucket as it is now. Its instant moves by the time that the gain took, not to `now`, so
    /// that fractions of a thousandth add up over many requests instead of being lost.
    fn refilled(&self, stored: Option<Bucket>, now: DateTime<Utc>) -> Bucket {
        let full = Bucket {
            tokens_milli: self.full_milli(),
            at: now,
        };
        let Some(bucket) = stored else {
            return full;
        };
        let elapsed_ms = now.signed_duration_since(bucket.at).num_milliseconds();
        if elapsed_ms.unsigned_abs() >= self.filling_ms() {
            return full;
        }
        let Ok(elapsed_ms) = u64::try_from(elapsed_ms) else {
            return Bucket {
                tokens_milli: bucket.tokens_milli.min(self.full_milli()),
                at: bucket.at,
            };
        };
        let refill_ms = NonZeroU128::from(self.refill_ms);
        let gained = u128::from(elapsed_ms).saturating_mul(u128::from(MILLI)) / refill_ms;
        let spent_ms = gained
            .saturating_mul(refill_ms.get())
            .div_ceil(u128::from(MILLI));
        let (gained, spent_ms) = (u64::try_from(gained), i64::try_from(spent_ms));
        let (Ok(gained), Ok(spent_ms)) = (gained, spent_ms) else {
            return full;
        };
        let tokens_milli = bucket.tokens_milli.saturating_add(gained);
        if tokens_milli >= self.full_milli() {
            return full;
        }
        Bucket {
            tokens_milli,
            at: after(bucket.at, TimeDelta::milliseconds(spent_ms)),
        }
    }

    /// Milliseconds from now until the bucket holds this much, rounded up.
    fn wait_ms(&self, wanted_milli: u64, bucket: Bucket, now: DateTime<Utc>) -> u64 {
        let missing = wanted_milli.saturating_sub(bucket.tokens_milli);
        if missing == 0 {
            return 0;
        }
        let missing_ms = u128::from(missing)
            .saturating_mul(u128::from(self.refill_ms.get()))
            .div_ceil(u128::from(MILLI));
        let missing_ms = i64::try_from(missing_ms).unwrap_or(i64::MAX);
        let since_ms = now.signed_duration_since(bucket.at).num_milliseconds();
        u64::try_from(missing_ms.saturating_sub(since_ms)).unwrap_or_default()
    }
}

#[cfg(test)]
mod tests {
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
        let empty = Bucket {
            tokens_milli: 0,
            at: NOW,
        };
        assert_eq!(limit.take(Some(empty), in_ms(59_999)).remaining, 58);
        let later = limit.take(Some(empty), in_ms(60_000));
        assert_eq!((later.remaining, later.reset_seconds), (59, 1));
    }

    #[test]
    fn a_bucket_from_the_future_gains_nothing_or_starts_anew() {
        let limit = limit(10, 1000);
        let ahead = |ms| {
            let bucket = Bucket {
                tokens_milli: 1_000,
                at: in_ms(ms),
            };
            limit.take(Some(bucket), NOW)
        };
        assert_eq!(ahead(2_000).remaining, 0);
        assert_eq!(ahead(2_000).reset_seconds, 12);
        assert_eq!(ahead(10_000).remaining, 9);
    }

    #[test]
    fn fractions_of_a_thousandth_are_kept_and_rounded_against_the_caller() {
        let stored = |tokens_milli, ms| {
            let at = in_ms(ms);
            Some(Bucket { tokens_milli, at })
        };
        let slow = limit(5, 3_000);
        let too_soon = slow.take(stored(3_000, 0), in_ms(2)).taken.ok();
        assert_eq!(
            too_soon,
            stored(2_000, 0),
            "two milliseconds gain nothing yet"
        );
        let later = slow.take(too_soon, in_ms(5)).taken.ok();
        assert_eq!(later, stored(1_001, 3), "three of five are a thousandth");
        let fast = limit(10, 7);
        let taken = fast.take(stored(5_000, 0), in_ms(4)).taken.ok();
        assert_eq!(taken, stored(4_571, 4), "3.997 ms count as four");
    }

    #[test]
    fn extreme_limits_do_not_overflow() {
        let widest = limit(u32::MAX, u32::MAX);
        let empty = Bucket {
            tokens_milli: 0,
            at: DateTime::<Utc>::MIN_UTC,
        };
        let decision = widest.take(Some(empty), DateTime::<Utc>::MAX_UTC);
        assert!(decision.taken.is_ok());
        let corrupt = Bucket {
            tokens_milli: u64::MAX,
            at: NOW,
        };
        assert_eq!(limit(3, 1).take(Some(corrupt), in_ms(1)).remaining, 2);
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
            tokens_milli in 0_u64..1_000,
            ms in 0_i64..100_000,
        ) {
            let limit = limit(capacity, refill_ms);
            let bucket = Some(Bucket { tokens_milli, at: NOW });
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
