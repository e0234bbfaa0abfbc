//! Sessions of the browser: a random token, an idle time-out and an end whatever happens.

use chrono::{DateTime, TimeDelta, Utc};

use super::deadline::after;
use super::{AccountId, Party, SecretHash, SecretText};

/// Random bytes of a session token: 256 bits, twice what OWASP ASVS 5.0, 7.2.3 asks for.
pub const TOKEN_BYTES: usize = 32;

/// Within this time a second request of the same session need not be stored: a page with forty
/// requests writes one row, and a session ends at most this much early.
pub const TOUCH_STEP: TimeDelta = TimeDelta::seconds(60);

/// How long a session lasts.
///
/// OWASP ASVS 5.0, 7.1.1, 7.3.1 and 7.3.2 ask for both ends, documented against NIST SP 800-63B.
/// Its AAL2 (revision 4, section 2.2.3) has an hour of inactivity and 24 hours in all; staff, who
/// move money, stay within the half hour and twelve hours of revision 3.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Lifetime {
    /// Longest time between two requests.
    pub idle: TimeDelta,
    /// Longest time since the sign-in, however busy.
    pub absolute: TimeDelta,
}

/// The seller's people: half an hour idle, twelve hours in all.
pub const STAFF: Lifetime = Lifetime {
    idle: TimeDelta::minutes(30),
    absolute: TimeDelta::hours(12),
};

/// Customers: an hour idle, for whoever signs in by an e-mail link has no password to type again;
/// twelve hours in all.
pub const CUSTOMER: Lifetime = Lifetime {
    idle: TimeDelta::minutes(60),
    absolute: TimeDelta::hours(12),
};

impl Lifetime {
    /// The lifetime for a party.
    #[must_use]
    pub const fn of(party: Party) -> Self {
        match party {
            Party::Staff => STAFF,
            Party::Customer(_) => CUSTOMER,
        }
    }
}

/// Why a session no longer counts.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum SessionError {
    /// Nothing was asked for too long.
    #[error("the session has ended on {at}: it was idle")]
    Idle {
        /// When it ended.
        at: DateTime<Utc>,
    },
    /// The sign-in is too long ago.
    #[error("the session has ended on {at}: the sign-in is too long ago")]
    TooOld {
        /// When it ended.
        at: DateTime<Utc>,
    },
    /// It was revoked: signed out, or ended from the list of sessions.
    #[error("the session was ended on {at}")]
    Revoked {
        /// When.
        at: DateTime<Utc>,
    },
}

impl SessionError {
    /// Stable code of the error.
    #[must_use]
    pub fn code(&self) -> &'static str {
        match self {
            Self::Idle { .. } => "session.idle",
            Self::TooOld { .. } => "session.too-old",
            Self::Revoked { .. } => "session.revoked",
        }
    }
}

/// A session as it is stored.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Session {
    /// The hash of its token: the row's key.
    pub hash: SecretHash,
    /// Whose.
    pub account: AccountId,
    /// On which side the person stands.
    pub party: Party,
    /// When the person proved who they are.
    pub signed_in_at: DateTime<Utc>,
    /// The last request that was stored.
    pub last_seen_at: DateTime<Utc>,
    /// When it was ended by hand.
    pub revoked_at: Option<DateTime<Utc>>,
}

/// A session just begun.
#[derive(Debug)]
pub struct Opened {
    /// For the cookie, once.
    pub token: SecretText,
    /// For the database.
    pub session: Session,
    /// The session that ends with it, in the same transaction.
    pub ends: Option<SecretHash>,
}

impl Session {
    /// Begins a session after a sign-in, from fresh random bytes.
    ///
    /// `before` is the session that the browser came with, also an anonymous one: a token that
    /// somebody planted before the sign-in opens nothing afterwards (OWASP ASVS 5.0, 7.2.4).
    #[must_use]
    pub fn open(
        bytes: [u8; TOKEN_BYTES],
        account: AccountId,
        party: Party,
        before: Option<SecretHash>,
        now: DateTime<Utc>,
    ) -> Opened {
        let token = SecretText::of_bytes(&bytes);
        let session = Self {
            hash: token.hash(),
            account,
            party,
            signed_in_at: now,
            last_seen_at: now,
            revoked_at: None,
        };
        Opened {
            token,
            session,
            ends: before,
        }
    }

    /// When it ends if nothing more is asked.
    #[must_use]
    pub fn ends_at(&self) -> DateTime<Utc> {
        let life = Lifetime::of(self.party);
        after(self.last_seen_at, life.idle).min(after(self.signed_in_at, life.absolute))
    }

    /// Does the session still count?
    ///
    /// # Errors
    /// [`SessionError`].
    pub fn check(&self, now: DateTime<Utc>) -> Result<(), SessionError> {
        if let Some(at) = self.revoked_at {
            return Err(SessionError::Revoked { at });
        }
        let life = Lifetime::of(self.party);
        let at = after(self.signed_in_at, life.absolute);
        if now >= at {
            return Err(SessionError::TooOld { at });
        }
        let at = after(self.last_seen_at, life.idle);
        if now >= at {
            return Err(SessionError::Idle { at });
        }
        Ok(())
    }

    /// A request of the session: what to store, or nothing while the last store is fresh.
    ///
    /// # Errors
    /// [`SessionError`].
    pub fn touch(&self, now: DateTime<Utc>) -> Result<Option<Self>, SessionError> {
        self.check(now)?;
        let worth_storing = now.signed_duration_since(self.last_seen_at) >= TOUCH_STEP;
        Ok(worth_storing.then(|| Self {
            last_seen_at: now,
            ..self.clone()
        }))
    }

    /// Ended by hand. A second time changes nothing.
    #[must_use]
    pub fn revoked(&self, now: DateTime<Utc>) -> Self {
        Self {
            revoked_at: Some(self.revoked_at.unwrap_or(now)),
            ..self.clone()
        }
    }
}

#[cfg(test)]
mod tests {
    use uuid::Uuid;

    use super::*;

    const NOW: DateTime<Utc> = DateTime::<Utc>::UNIX_EPOCH;
    const SECOND: TimeDelta = TimeDelta::seconds(1);

    fn opened(party: Party) -> Opened {
        Session::open([9; 32], AccountId(Uuid::from_u128(1)), party, None, NOW)
    }

    #[test]
    fn a_session_is_stored_by_the_hash_of_its_token() {
        let opened = opened(Party::Staff);
        assert_eq!(opened.token.reveal().len(), 43);
        assert_eq!(SecretHash::of(opened.token.reveal()), opened.session.hash);
    }

    #[test]
    fn a_sign_in_ends_the_session_before_it() {
        let before = SecretHash::of("planted");
        let account = AccountId(Uuid::from_u128(1));
        let opened = Session::open([9; 32], account, Party::Staff, Some(before), NOW);
        assert_eq!(opened.ends, Some(before));
        assert_ne!(opened.session.hash, before);
    }

    #[test]
    fn an_idle_session_ends() {
        for (party, minutes) in [(Party::Staff, 30), (Party::Customer(7), 60)] {
            let session = opened(party).session;
            let end = NOW + TimeDelta::minutes(minutes);
            assert_eq!(session.ends_at(), end);
            assert_eq!(session.check(end - SECOND), Ok(()));
            let ended = session.check(end).unwrap_err();
            assert_eq!(ended, SessionError::Idle { at: end });
            assert_eq!(ended.code(), "session.idle");
        }
    }

    #[test]
    fn a_busy_session_ends_after_twelve_hours() {
        for party in [Party::Staff, Party::Customer(7)] {
            let mut session = opened(party).session;
            let end = NOW + TimeDelta::hours(12);
            let mut now = NOW;
            while now + TimeDelta::minutes(20) < end {
                now += TimeDelta::minutes(20);
                session = session.touch(now).unwrap().unwrap();
            }
            assert_eq!(session.ends_at(), end);
            assert_eq!(session.check(end - SECOND), Ok(()));
            let ended = session.touch(end).unwrap_err();
            assert_eq!(ended, SessionError::TooOld { at: end });
            assert_eq!(ended.code(), "session.too-old");
        }
    }

    #[test]
    fn a_page_of_many_requests_stores_one_touch() {
        let session = opened(Party::Staff).session;
        assert_eq!(session.touch(NOW + TOUCH_STEP - SECOND), Ok(None));
        let touched = session.touch(NOW + TOUCH_STEP).unwrap().unwrap();
        assert_eq!(touched.last_seen_at, NOW + TOUCH_STEP);
        assert_eq!(touched.signed_in_at, NOW);
    }

    #[test]
    fn a_clock_that_steps_back_does_not_shorten_a_session() {
        let session = opened(Party::Staff).session;
        assert_eq!(session.touch(NOW - TimeDelta::minutes(5)), Ok(None));
    }

    #[test]
    fn a_revoked_session_stays_revoked() {
        let session = opened(Party::Staff).session.revoked(NOW + SECOND);
        let again = session.revoked(NOW + SECOND + SECOND);
        assert_eq!(again, session);
        let ended = again.touch(NOW + SECOND).unwrap_err();
        assert_eq!(ended.code(), "session.revoked");
    }
}
