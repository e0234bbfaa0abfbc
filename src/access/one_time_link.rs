//! Links that open once: a customer's sign-in, an invitation, the set-up of the first admin.

use chrono::{DateTime, TimeDelta, Utc};

use super::deadline::after;
use super::{AccountId, SecretHash, SecretText};

/// Random bytes of a link: 256 bits.
pub const LINK_BYTES: usize = 32;

/// How long a sign-in link opens. OWASP ASVS 5.0, 6.5.5 has ten minutes at level 2; systems
/// that greylist a first message hold it for five to fifteen, so a shorter life would shut out.
pub const SIGN_IN_LIFE: TimeDelta = TimeDelta::minutes(15);

/// How long an invitation and the set-up of the first admin open: a weekend fits in.
pub const INVITATION_LIFE: TimeDelta = TimeDelta::hours(72);

/// What a link is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Purpose {
    /// Signs a customer in.
    SignIn(AccountId),
    /// Lets somebody of staff choose a password and a second factor, or choose them anew.
    Invitation(AccountId),
    /// Makes the first admin of a book that nobody can sign in to yet.
    Setup,
}

impl Purpose {
    /// How long such a link opens.
    #[must_use]
    pub const fn life(self) -> TimeDelta {
        match self {
            Self::SignIn(_) => SIGN_IN_LIFE,
            Self::Invitation(_) | Self::Setup => INVITATION_LIFE,
        }
    }

    /// Whom it is for; nobody yet for a set-up.
    #[must_use]
    pub const fn account(self) -> Option<AccountId> {
        match self {
            Self::SignIn(account) | Self::Invitation(account) => Some(account),
            Self::Setup => None,
        }
    }
}

/// Why a link opens nothing.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum LinkError {
    /// No such link.
    #[error("the link is not known")]
    Unknown,
    /// Its time is over.
    #[error("the link has expired on {at}")]
    Expired {
        /// When.
        at: DateTime<Utc>,
    },
    /// It was used before.
    #[error("the link was used on {at}")]
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
            Self::Unknown => "one-time-link.unknown",
            Self::Expired { .. } => "one-time-link.expired",
            Self::Used { .. } => "one-time-link.used",
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
pub struct OneTimeLink {
    /// Stored in place of the token.
    pub hash: SecretHash,
    /// What it is for.
    pub purpose: Purpose,
    /// When it was sent.
    pub issued_at: DateTime<Utc>,
    /// Was it used?
    pub state: LinkState,
}

impl OneTimeLink {
    /// Makes a link from fresh random bytes: the token for the mail, the row for the database.
    #[must_use]
    pub fn issue(
        bytes: [u8; LINK_BYTES],
        purpose: Purpose,
        now: DateTime<Utc>,
    ) -> (SecretText, Self) {
        let token = SecretText::of_bytes(&bytes);
        let link = Self {
            hash: token.hash(),
            purpose,
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
        let at = after(self.issued_at, self.purpose.life());
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

    fn issued() -> (SecretText, OneTimeLink) {
        OneTimeLink::issue([5; 32], Purpose::SignIn(AccountId(Uuid::from_u128(1))), NOW)
    }

    #[test]
    fn a_link_opens_once() {
        let (token, link) = issued();
        let used = link.redeem(token.reveal(), NOW).unwrap();
        assert_eq!(used.state, LinkState::Used { at: NOW });
        let again = used.redeem(token.reveal(), NOW).unwrap_err();
        assert_eq!(again.code(), "one-time-link.used");
    }

    #[test]
    fn a_sign_in_link_opens_for_fifteen_minutes() {
        let (token, link) = issued();
        let end = NOW + TimeDelta::minutes(15);
        assert!(
            link.redeem(token.reveal(), end - TimeDelta::seconds(1))
                .is_ok()
        );
        let late = link.redeem(token.reveal(), end).unwrap_err();
        assert_eq!(late, LinkError::Expired { at: end });
        assert_eq!(late.code(), "one-time-link.expired");
    }

    #[test]
    fn an_invitation_opens_over_a_weekend() {
        let id = AccountId(Uuid::from_u128(1));
        for purpose in [Purpose::Invitation(id), Purpose::Setup] {
            let (token, link) = OneTimeLink::issue([5; 32], purpose, NOW);
            let end = NOW + TimeDelta::hours(72);
            let before = end - TimeDelta::seconds(1);
            assert!(link.redeem(token.reveal(), before).is_ok());
            assert!(link.redeem(token.reveal(), end).is_err());
        }
        assert_eq!(Purpose::Setup.account(), None);
        assert_eq!(Purpose::Invitation(id).account(), Some(id));
    }

    #[test]
    fn a_guess_learns_nothing_about_a_link() {
        let (token, link) = issued();
        let used = link.redeem(token.reveal(), NOW).unwrap();
        for (row, now) in [(&link, NOW), (&used, NOW), (&link, NOW + SIGN_IN_LIFE)] {
            let guess = row.redeem("guess", now).unwrap_err();
            assert_eq!(guess.code(), "one-time-link.unknown");
        }
    }
}
