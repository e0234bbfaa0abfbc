//! Waiting after failed sign-ins: longer each time, never for ever.
//!
//! There is no permanent lock-out: it would let anybody who knows an address shut its owner out
//! (OWASP ASVS 5.0, 6.1.1). An attempt that is refused because of a wait is not looked at and not
//! counted, so hammering does not lengthen the wait. Guesses stay few: with the longest wait, an
//! account takes about a hundred a day, and behind the password stands the second factor.
//! (NIST SP 800-63B, section 3.2.2, would disable an authenticator after a hundred failures in a
//! row unless something else slows the guessing; the growing wait is that something.)

use chrono::{DateTime, TimeDelta, Utc};

use super::deadline::after;

/// Whose failures are counted. Each is a row of its own; the longest wait counts.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Subject {
    /// An account, from wherever the attempts come.
    Account,
    /// An account from a browser that has signed in to it before, which its cookie shows. Counted
    /// instead of [`Subject::Account`] and [`Subject::Address`], so that strangers cannot keep the
    /// owner waiting, wherever they are.
    KnownDevice,
    /// A network address, whichever accounts it tries; IPv6 by its /64. A success does not clear
    /// it, or an attacker would sign in to an account of their own in between.
    Address,
}

/// How a subject waits.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Policy {
    /// Failures without any wait.
    pub free: u32,
    /// The wait after the first failure beyond; each further one doubles it.
    pub first_wait: TimeDelta,
    /// The longest wait.
    pub longest_wait: TimeDelta,
    /// After this long without a failure the count starts anew.
    pub forgotten_after: TimeDelta,
}

const ACCOUNT: Policy = Policy {
    free: 5,
    first_wait: TimeDelta::seconds(30),
    longest_wait: TimeDelta::minutes(15),
    forgotten_after: TimeDelta::hours(24),
};

/// An office of fifty people may share one address.
const ADDRESS: Policy = Policy {
    free: 30,
    first_wait: TimeDelta::seconds(30),
    longest_wait: TimeDelta::minutes(15),
    forgotten_after: TimeDelta::hours(1),
};

impl Policy {
    /// The policy for a subject.
    #[must_use]
    pub const fn of(subject: Subject) -> Self {
        match subject {
            Subject::Account | Subject::KnownDevice => ACCOUNT,
            Subject::Address => ADDRESS,
        }
    }

    /// The wait after this many failures.
    fn wait(&self, count: u32) -> TimeDelta {
        let Some(beyond) = count.checked_sub(self.free).filter(|n| *n > 0) else {
            return TimeDelta::zero();
        };
        let factor = 2_i32.checked_pow(beyond.saturating_sub(1));
        factor
            .and_then(|factor| self.first_wait.checked_mul(factor))
            .map_or(self.longest_wait, |wait| wait.min(self.longest_wait))
    }
}

/// The failures of a subject since its last success, as stored. No row means none.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Failures {
    /// How many.
    pub count: u32,
    /// The last of them.
    pub last_at: DateTime<Utc>,
}

impl Failures {
    /// The row to store after a failure. After a success the rows of the account and the device
    /// are deleted instead.
    #[must_use]
    pub fn one_more(stored: Option<Self>, subject: Subject, now: DateTime<Utc>) -> Self {
        let before = remembered(stored, subject, now);
        Self {
            count: before
                .map_or(0, |failures| failures.count)
                .saturating_add(1),
            last_at: before.map_or(now, |failures| failures.last_at.max(now)),
        }
    }
}

/// May an attempt be looked at?
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Verdict {
    /// Yes.
    Allowed,
    /// Not before this moment.
    Wait(DateTime<Utc>),
}

/// An attempt that was not looked at.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("too many failed sign-ins: the next attempt is possible on {until}")]
pub struct TooManyFailures {
    /// From when on.
    pub until: DateTime<Utc>,
}

impl TooManyFailures {
    /// Stable code of the error.
    #[must_use]
    pub fn code(&self) -> &'static str {
        "lockout.wait"
    }
}

impl Verdict {
    /// The stricter of two: account and address are asked together.
    #[must_use]
    pub fn and(self, other: Self) -> Self {
        match (self, other) {
            (Self::Allowed, other) => other,
            (this, Self::Allowed) => this,
            (Self::Wait(a), Self::Wait(b)) => Self::Wait(a.max(b)),
        }
    }

    /// The verdict for a `?`.
    ///
    /// # Errors
    /// [`TooManyFailures`].
    pub fn admit(self) -> Result<(), TooManyFailures> {
        match self {
            Self::Allowed => Ok(()),
            Self::Wait(until) => Err(TooManyFailures { until }),
        }
    }
}

/// May a subject with these failures try now? Asked before the password is looked at.
///
/// However wrong the stored instant is, the wait from now on is at most the longest one.
#[must_use]
pub fn verdict(stored: Option<Failures>, subject: Subject, now: DateTime<Utc>) -> Verdict {
    let policy = Policy::of(subject);
    let Some(failures) = remembered(stored, subject, now) else {
        return Verdict::Allowed;
    };
    let wait = policy.wait(failures.count);
    let until = after(failures.last_at, wait);
    // Of attempts at once the later one may have been counted first: without a wait nobody waits
    // for its moment.
    if wait.is_zero() || now >= until {
        return Verdict::Allowed;
    }
    Verdict::Wait(until.min(after(now, policy.longest_wait)))
}

fn remembered(stored: Option<Failures>, subject: Subject, now: DateTime<Utc>) -> Option<Failures> {
    let forgotten_after = Policy::of(subject).forgotten_after;
    stored.filter(|failures| now < after(failures.last_at, forgotten_after))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use rstest::rstest;

    use super::*;

    const NOW: DateTime<Utc> = DateTime::<Utc>::UNIX_EPOCH;
    const SUBJECTS: [Subject; 3] = [Subject::Account, Subject::KnownDevice, Subject::Address];

    fn failed(count: u32) -> Option<Failures> {
        let last_at = NOW;
        Some(Failures { count, last_at })
    }

    #[test]
    fn a_failure_that_was_counted_by_a_later_moment_keeps_nobody_waiting() {
        let earlier = NOW - TimeDelta::milliseconds(3);
        for subject in SUBJECTS {
            assert_eq!(verdict(failed(5), subject, earlier), Verdict::Allowed);
            let more = Failures::one_more(failed(5), subject, earlier);
            assert_eq!((more.count, more.last_at), (6, NOW));
        }
    }

    #[rstest]
    #[case(0, 0)]
    #[case(5, 0)]
    #[case(6, 30)]
    #[case(7, 60)]
    #[case(8, 120)]
    #[case(9, 240)]
    #[case(10, 480)]
    #[case(11, 900)]
    #[case(12, 900)]
    #[case(37, 900)]
    #[case(u32::MAX, 900)]
    fn the_wait_of_an_account_doubles_up_to_a_quarter_of_an_hour(
        #[case] count: u32,
        #[case] seconds: i64,
    ) {
        let expected = match seconds {
            0 => Verdict::Allowed,
            wait => Verdict::Wait(NOW + TimeDelta::seconds(wait)),
        };
        assert_eq!(verdict(failed(count), Subject::Account, NOW), expected);
    }

    #[test]
    fn an_address_may_fail_more_often_than_an_account() {
        assert_eq!(verdict(failed(30), Subject::Address, NOW), Verdict::Allowed);
        assert_ne!(verdict(failed(31), Subject::Address, NOW), Verdict::Allowed);
    }

    #[test]
    fn a_success_or_a_day_without_failures_clears_an_account() {
        assert_eq!(verdict(None, Subject::Account, NOW), Verdict::Allowed);
        let next_day = NOW + TimeDelta::hours(24);
        let anew = Failures::one_more(failed(99), Subject::Account, next_day);
        assert_eq!(anew.count, 1);
        let same_day = NOW + TimeDelta::hours(23);
        let more = Failures::one_more(failed(99), Subject::Account, same_day);
        assert_eq!(more.count, 100);
    }

    #[test]
    fn of_two_waits_the_longer_counts() {
        let (soon, late) = (NOW, NOW + TimeDelta::seconds(9));
        let (soon, late) = (Verdict::Wait(soon), Verdict::Wait(late));
        assert_eq!(soon.and(late), late);
        assert_eq!(late.and(soon), late);
        assert_eq!(Verdict::Allowed.and(soon), soon);
        assert_eq!(soon.and(Verdict::Allowed), soon);
        assert_eq!(Verdict::Allowed.admit(), Ok(()));
        assert_eq!(late.admit().unwrap_err().code(), "lockout.wait");
    }

    #[test]
    fn a_day_of_guessing_is_about_a_hundred_guesses() {
        let (mut stored, mut now, mut guesses) = (None, NOW, 0);
        while now < NOW + TimeDelta::hours(24) {
            match verdict(stored, Subject::Account, now) {
                Verdict::Wait(until) => now = until,
                Verdict::Allowed => {
                    stored = Some(Failures::one_more(stored, Subject::Account, now));
                    guesses += 1;
                }
            }
        }
        assert_eq!(guesses, 105);
    }

    proptest! {
        #[test]
        fn a_wait_is_never_longer_than_the_longest(
            count: u32,
            offset in -10_000_000_000_i64..10_000_000_000,
            which in 0_usize..3,
        ) {
            let subject = SUBJECTS[which];
            let last_at = NOW + TimeDelta::seconds(offset);
            let stored = Some(Failures { count, last_at });
            if let Verdict::Wait(until) = verdict(stored, subject, NOW) {
                prop_assert!(until > NOW);
                prop_assert!(until <= NOW + Policy::of(subject).longest_wait);
            }
        }

        #[test]
        fn whoever_waits_as_told_is_let_in(count: u32, which in 0_usize..3) {
            let subject = SUBJECTS[which];
            if let Verdict::Wait(until) = verdict(failed(count), subject, NOW) {
                prop_assert_eq!(verdict(failed(count), subject, until), Verdict::Allowed);
            }
        }

        #[test]
        fn more_failures_never_wait_less(a: u32, b: u32, which in 0_usize..3) {
            let policy = Policy::of(SUBJECTS[which]);
            let (few, many) = (a.min(b), a.max(b));
            prop_assert!(policy.wait(few) <= policy.wait(many));
        }
    }
}
