//! A sign-in half-way: the password was right, and the second factor is still to come.

use chrono::{DateTime, TimeDelta, Utc};

use super::deadline::after;
use super::{AccountId, Sealed, SecretHash, SecretText};

/// Random bytes of its token: as many as a session has.
pub const TOKEN_BYTES: usize = 32;

/// How long the second factor may take to come: a telephone has to be found.
pub const CODE_LIFE: TimeDelta = TimeDelta::minutes(10);

/// How long setting up a second factor may take: an authenticator has to be installed first.
pub const ENROL_LIFE: TimeDelta = TimeDelta::minutes(60);

/// What is still to come.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Stage {
    /// A one-time code, or a recovery code.
    Code,
    /// The first code of a second factor that is being set up, with its secret.
    Enrol(Sealed),
}

/// The time for the second factor is over.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("the sign-in was begun too long ago: it ended on {at}")]
pub struct AttemptOver {
    /// When it ended.
    pub at: DateTime<Utc>,
}

impl AttemptOver {
    /// Stable code of the error.
    #[must_use]
    pub fn code(&self) -> &'static str {
        "sign-in.over"
    }
}

/// A sign-in half-way, as it is stored. It opens no page but the one that asks for the code.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Attempt {
    /// The hash of its token: the row's key.
    pub hash: SecretHash,
    /// Whose.
    pub account: AccountId,
    /// What is still to come.
    pub stage: Stage,
    /// When the password was given.
    pub begun_at: DateTime<Utc>,
}

impl Attempt {
    /// Begins one, from fresh random bytes: the token for the cookie, the row for the database.
    #[must_use]
    pub fn begin(
        bytes: [u8; TOKEN_BYTES],
        account: AccountId,
        stage: Stage,
        now: DateTime<Utc>,
    ) -> (SecretText, Self) {
        let token = SecretText::of_bytes(&bytes);
        let attempt = Self {
            hash: token.hash(),
            account,
            stage,
            begun_at: now,
        };
        (token, attempt)
    }

    /// May it still be finished?
    ///
    /// # Errors
    /// [`AttemptOver`].
    pub fn check(&self, now: DateTime<Utc>) -> Result<(), AttemptOver> {
        let life = match self.stage {
            Stage::Code => CODE_LIFE,
            Stage::Enrol(_) => ENROL_LIFE,
        };
        let at = after(self.begun_at, life);
        if now >= at {
            return Err(AttemptOver { at });
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use uuid::Uuid;

    use super::*;

    #[test]
    fn an_attempt_lasts_as_long_as_its_stage_allows() {
        let now = DateTime::<Utc>::UNIX_EPOCH;
        let sealed = Sealed::stored("k1.AAAA".to_owned());
        for (stage, life) in [(Stage::Code, CODE_LIFE), (Stage::Enrol(sealed), ENROL_LIFE)] {
            let id = AccountId(Uuid::from_u128(1));
            let (token, attempt) = Attempt::begin([3; TOKEN_BYTES], id, stage, now);
            assert!(attempt.hash.matches(token.reveal()));
            assert_eq!(attempt.check(now + life - TimeDelta::seconds(1)), Ok(()));
            let over = attempt.check(now + life).unwrap_err();
            assert_eq!((over.at, over.code()), (now + life, "sign-in.over"));
        }
    }
}
