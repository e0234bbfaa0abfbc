//! Sign-in of customers by a link sent to their e-mail address: single use, fifteen minutes.

use chrono::{DateTime, TimeDelta, Utc};

use super::deadline::after;
use super::{AccountId, SecretHash, SecretText};

/// Random bytes of a link: 256 bits.
pub const LINK_BYTES: usize = 32;

/// How long a link opens. OWASP ASVS 5.0, 6.5.5 has ten minutes at level 2; mail systems that
/// greylist a first message hold it for five to fifteen, so a shorter life would shut them out.
pub const LIFE: TimeDelta = TimeDelta::minutes(15);

/// Why a link opens nothing.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum LinkError {
    /// No such link.
    #[error("the sign-in link is not known")]
    Unknown,
    /// Its time is over.
    #[error("the sign-in link has expired on {at}")]
    Expired {
        /// When.
        at: DateTime<Utc>,
    },
    /// It was used before.
    #[error("the sign-in link was used on {at}")]
    Used {
        /// When.
        at: DateTime<Utc>,
    },
}

impl LinkError {
    /// Stable code of the error.
    #[must_use]
    pub fn code(&self) -> &'static str {
        match self {
            Self::Unknown => "sign-in-link.unknown",
            Self::Expired { .. } => "sign-in-link.expired",
            Self::Used { .. } => "sign-in-link.used",
        }
    }
}

/// Was the link used?
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum LinkState {
    /// Not yet.
    Open,
    /// Once.
    Used {
        /// When.
        at: DateTime<Utc>,
    },
}

/// A link as it is stored.
///
/// Asking for a link answers the same whether or not the address is known. Following the address
/// only shows a button, and the button redeems: mail filters follow links before people do. The
/// row is written with `WHERE state = 'open'`, so that of two clicks at once one wins.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SignInLink {
    /// Stored in place of the token.
    pub hash: SecretHash,
    /// Whom it signs in.
    pub account: AccountId,
    /// When it was sent.
    pub issued_at: DateTime<Utc>,
    /// Was it used?
    pub state: LinkState,
}

impl SignInLink {
    /// Makes a link from fresh random bytes: the token for the mail, the row for the database.
    #[must_use]
    pub fn issue(
        bytes: [u8; LINK_BYTES],
        account: AccountId,
        now: DateTime<Utc>,
    ) -> (SecretText, Self) {
        let token = SecretText::of_bytes(&bytes);
        let link = Self {
            hash: token.hash(),
            account,
            issued_at: now,
            state: LinkState::Open,
        };
        (token, link)
    }

    /// Uses the link: the row to store, after which a session may begin.
    ///
    /// # Errors
    /// [`LinkError`]. Only the holder of the token learns that it was used or has expired.
    pub fn redeem(&self, token: &str, now: DateTime<Utc>) -> Result<Self, LinkError> {
        if !self.hash.matches(token) {
            return Err(LinkError::Unknown);
        }
        if let LinkState::Used { at } = self.state {
            return Err(LinkError::Used { at });
        }
        let at = after(self.issued_at, LIFE);
        if now >= at {
            return Err(LinkError::Expired { at });
        }
        Ok(Self {
            state: LinkState::Used { at: now },
            ..self.clone()
        })
    }
}

#[cfg(test)]
mod tests {
    use uuid::Uuid;

    use super::*;

    const NOW: DateTime<Utc> = DateTime::<Utc>::UNIX_EPOCH;

    fn issued() -> (SecretText, SignInLink) {
        SignInLink::issue([5; 32], AccountId(Uuid::from_u128(1)), NOW)
    }

    #[test]
    fn a_link_opens_once() {
        let (token, link) = issued();
        let used = link.redeem(token.reveal(), NOW).unwrap();
        assert_eq!(used.state, LinkState::Used { at: NOW });
        let again = used.redeem(token.reveal(), NOW).unwrap_err();
        assert_eq!(again.code(), "sign-in-link.used");
    }

    #[test]
    fn a_link_opens_for_fifteen_minutes() {
        let (token, link) = issued();
        let end = NOW + TimeDelta::minutes(15);
        assert!(
            link.redeem(token.reveal(), end - TimeDelta::seconds(1))
                .is_ok()
        );
        let late = link.redeem(token.reveal(), end).unwrap_err();
        assert_eq!(late, LinkError::Expired { at: end });
        assert_eq!(late.code(), "sign-in-link.expired");
    }

    #[test]
    fn a_guess_learns_nothing_about_a_link() {
        let (token, link) = issued();
        let used = link.redeem(token.reveal(), NOW).unwrap();
        for (row, now) in [(&link, NOW), (&used, NOW), (&link, NOW + LIFE)] {
            let guess = row.redeem("guess", now).unwrap_err();
            assert_eq!(guess.code(), "sign-in-link.unknown");
        }
    }
}
