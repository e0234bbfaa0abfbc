//! API tokens: `hb_<id>_<secret>`, with scopes and an expiry, shown once.

use std::collections::BTreeSet;
use std::fmt;

use chrono::{DateTime, TimeDelta, Utc};
use data_encoding::BASE32_DNSSEC;

use super::{AccountId, Permission, Principal, SecretHash, SecretText};

/// Longest life of a token, in days. A token that nobody remembers ends on its own.
pub const MAX_LIFE_DAYS: i64 = 366;

/// Random bytes of a new token: 10 for the public id, 32 for the secret.
pub const TOKEN_BYTES: usize = 42;

/// What every token starts with, so that a scanner of source code recognises a leaked one.
const MARK: &str = "hb";
const ID_LENGTH: usize = 16;
const SECRET_LENGTH: usize = 52;

/// Why a token cannot be made or used.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum TokenError {
    /// Not of the form `hb_<id>_<secret>`.
    #[error("an API token reads hb_<id>_<secret>")]
    Malformed,
    /// No such token: unknown id or wrong secret, and nobody is told which.
    #[error("the API token is not known")]
    Unknown,
    /// The token was revoked.
    #[error("API token {id} was revoked on {at}")]
    Revoked {
        /// Which.
        id: TokenId,
        /// When.
        at: DateTime<Utc>,
    },
    /// The token's life is over.
    #[error("API token {id} has expired on {at}")]
    Expired {
        /// Which.
        id: TokenId,
        /// When.
        at: DateTime<Utc>,
    },
    /// A token without scopes.
    #[error("an API token needs at least one scope")]
    NoScope,
    /// A scope that only people have.
    #[error("{permission} is for people: no API token may carry it")]
    ForPeopleOnly {
        /// The scope.
        permission: Permission,
    },
    /// A scope that the owner does not have, or a token that would make tokens.
    #[error("a token cannot carry {permission}: its owner may not do that")]
    BeyondOwner {
        /// The scope.
        permission: Permission,
    },
    /// The expiry lies in the past or too far ahead.
    #[error("an API token expires within {MAX_LIFE_DAYS} days, not on {expires_at}")]
    LifeOutOfBounds {
        /// What was asked for.
        expires_at: DateTime<Utc>,
    },
}

impl TokenError {
    /// Stable code of the error.
    #[must_use]
    pub fn code(&self) -> &'static str {
        match self {
            Self::Malformed => "token.malformed",
            Self::Unknown => "token.unknown",
            Self::Revoked { .. } => "token.revoked",
            Self::Expired { .. } => "token.expired",
            Self::NoScope => "token.no-scope",
            Self::ForPeopleOnly { .. } => "token.for-people-only",
            Self::BeyondOwner { .. } => "token.beyond-owner",
            Self::LifeOutOfBounds { .. } => "token.life-out-of-bounds",
        }
    }
}

/// The public id of a token: 16 characters of `0-9a-v`. Names its row, its log lines and its
/// place in the list of tokens; opens nothing.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct TokenId(String);

impl TokenId {
    /// The id itself.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// An id as a row or an address has it.
    ///
    /// # Errors
    /// [`TokenError::Malformed`].
    pub fn parse(text: &str) -> Result<Self, TokenError> {
        if !is_coded(text, ID_LENGTH) {
            return Err(TokenError::Malformed);
        }
        Ok(Self(text.to_owned()))
    }

    /// How lists show the token: `hb_` and its id.
    #[must_use]
    pub fn display_prefix(&self) -> String {
        format!("{MARK}_{}", self.0)
    }
}

impl fmt::Display for TokenId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// A token as it came with a request: its id to find the row, the hash of the whole to compare.
#[derive(Debug, Clone)]
pub struct PresentedToken {
    id: TokenId,
    hash: SecretHash,
}

impl PresentedToken {
    /// Reads `hb_<id>_<secret>`.
    ///
    /// # Errors
    /// [`TokenError::Malformed`].
    pub fn parse(text: &str) -> Result<Self, TokenError> {
        let mut parts = text.split('_');
        let (mark, id, secret) = (parts.next(), parts.next(), parts.next());
        let well_formed = mark == Some(MARK)
            && secret.is_some_and(|secret| is_coded(secret, SECRET_LENGTH))
            && parts.next().is_none();
        match id {
            Some(id) if well_formed => Ok(Self {
                id: TokenId::parse(id)?,
                hash: SecretHash::of(text),
            }),
            _ => Err(TokenError::Malformed),
        }
    }

    /// Where to look for it.
    #[must_use]
    pub const fn id(&self) -> &TokenId {
        &self.id
    }
}

/// A token as it is stored. The hash covers the whole text, so that an id and a secret of two
/// tokens make no third.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ApiToken {
    /// The public id.
    pub id: TokenId,
    /// For whom it acts.
    pub owner: AccountId,
    /// What it may at most; never empty.
    pub scopes: BTreeSet<Permission>,
    /// First moment at which it no longer works.
    pub expires_at: DateTime<Utc>,
    /// When it was revoked.
    pub revoked_at: Option<DateTime<Utc>>,
    /// Stored in place of the token.
    pub hash: SecretHash,
}

impl ApiToken {
    /// Makes a token from fresh random bytes. The text is shown once and then gone.
    ///
    /// # Errors
    /// [`TokenError`]: no scope, a scope for people only or beyond the owner, a life out of bounds.
    pub fn issue(
        bytes: [u8; TOKEN_BYTES],
        owner: &Principal,
        scopes: impl IntoIterator<Item = Permission>,
        now: DateTime<Utc>,
        expires_at: DateTime<Utc>,
    ) -> Result<(SecretText, Self), TokenError> {
        let scopes: BTreeSet<Permission> = scopes.into_iter().collect();
        if scopes.is_empty() {
            return Err(TokenError::NoScope);
        }
        for &permission in &scopes {
            if permission.is_for_people_only() {
                return Err(TokenError::ForPeopleOnly { permission });
            }
            if !owner.may(permission) {
                return Err(TokenError::BeyondOwner { permission });
            }
        }
        let life = expires_at.signed_duration_since(now);
        if life <= TimeDelta::zero() || life > TimeDelta::days(MAX_LIFE_DAYS) {
            return Err(TokenError::LifeOutOfBounds { expires_at });
        }
        let (id, secret) = bytes.split_at(10);
        let id = TokenId(BASE32_DNSSEC.encode(id));
        let text = format!("{MARK}_{id}_{}", BASE32_DNSSEC.encode(secret));
        let text = SecretText::new(text);
        let token = Self {
            id,
            owner: owner.account(),
            scopes,
            expires_at,
            revoked_at: None,
            hash: text.hash(),
        };
        Ok((text, token))
    }

    /// Checks what came with a request against the row found by its id, if there is one.
    ///
    /// Only the holder of the secret learns that a token has expired or was revoked.
    ///
    /// # Errors
    /// [`TokenError::Unknown`], [`TokenError::Revoked`], [`TokenError::Expired`].
    pub fn check<'a>(
        stored: Option<&'a Self>,
        presented: &PresentedToken,
        now: DateTime<Utc>,
    ) -> Result<&'a Self, TokenError> {
        let known = stored.filter(|token| token.hash == presented.hash);
        let token = known.ok_or(TokenError::Unknown)?;
        let id = || token.id.clone();
        if let Some(at) = token.revoked_at {
            return Err(TokenError::Revoked { id: id(), at });
        }
        if now >= token.expires_at {
            let at = token.expires_at;
            return Err(TokenError::Expired { id: id(), at });
        }
        Ok(token)
    }
}

/// Lower-case base32 with the extended hex alphabet: no sign that a double click stops at, and
/// none that an address escapes.
fn is_coded(text: &str, length: usize) -> bool {
    let coded = |b: u8| b.is_ascii_digit() || (b'a'..=b'v').contains(&b);
    text.len() == length && text.bytes().all(coded)
}

#[cfg(test)]
mod tests {
    use uuid::Uuid;

    use super::*;
    use crate::access::{Party, Role};

    const NOW: DateTime<Utc> = DateTime::<Utc>::UNIX_EPOCH;

    fn owner(role: Role) -> Principal {
        Principal::person(AccountId(Uuid::from_u128(1)), Party::Staff, [role]).unwrap()
    }

    fn issued() -> (SecretText, ApiToken) {
        let bytes = std::array::from_fn(|n| u8::try_from(n).unwrap());
        let scopes = [Permission::ReadInvoices];
        let ends = NOW + TimeDelta::days(30);
        ApiToken::issue(bytes, &owner(Role::Finance), scopes, NOW, ends).unwrap()
    }

    #[test]
    fn a_token_is_shown_once_and_stored_hashed() {
        let (text, token) = issued();
        let shown = text.reveal();
        assert_eq!(shown.len(), 72);
        assert!(shown.starts_with(&token.id.display_prefix()), "{shown}");
        let secret = shown.rsplit('_').next().unwrap();
        let stored = format!("{token:?}");
        assert!(!stored.contains(secret) && !stored.contains(&token.hash.to_string()));
        assert_eq!(SecretHash::of(shown), token.hash);
    }

    #[test]
    fn a_token_opens_until_the_moment_it_expires() {
        let (text, token) = issued();
        let presented = PresentedToken::parse(text.reveal()).unwrap();
        assert_eq!(presented.id(), &token.id);
        let check = |now| ApiToken::check(Some(&token), &presented, now);
        assert_eq!(check(NOW), Ok(&token));
        assert!(check(token.expires_at - TimeDelta::milliseconds(1)).is_ok());
        assert_eq!(check(token.expires_at).unwrap_err().code(), "token.expired");
    }

    #[test]
    fn a_revoked_token_opens_nothing() {
        let (text, mut token) = issued();
        token.revoked_at = Some(NOW);
        let presented = PresentedToken::parse(text.reveal()).unwrap();
        let refused = ApiToken::check(Some(&token), &presented, NOW).unwrap_err();
        assert_eq!(refused.code(), "token.revoked");
    }

    #[test]
    fn a_wrong_secret_learns_as_little_as_a_wrong_id() {
        let (text, mut token) = issued();
        token.revoked_at = Some(NOW);
        let (rest, last) = text.reveal().split_at(71);
        let near = format!("{rest}{}", if last == "0" { "1" } else { "0" });
        let presented = PresentedToken::parse(&near).unwrap();
        for stored in [Some(&token), None] {
            let refused = ApiToken::check(stored, &presented, NOW);
            assert_eq!(refused, Err(TokenError::Unknown));
        }
    }

    #[test]
    fn only_the_exact_form_is_a_token() {
        let (text, _) = issued();
        let good = text.reveal();
        for bad in [
            "",
            "hb",
            "hb__",
            &good[1..],
            &good[..71],
            &format!("{good}_"),
            &format!("{good}0"),
            &good.to_uppercase(),
            &good.replace("hb_", "hx_"),
            &good.replace('0', "w"),
            &good.replace('0', "ü"),
        ] {
            let refused = PresentedToken::parse(bad).unwrap_err();
            assert_eq!(refused, TokenError::Malformed, "{bad:?}");
        }
    }

    #[test]
    fn a_token_carries_no_more_than_its_owner_may() {
        let ends = NOW + TimeDelta::days(1);
        for role in Role::ALL.into_iter().filter(|role| role.is_staff()) {
            let owner = owner(role);
            for permission in Permission::ALL {
                let made = ApiToken::issue([0; 42], &owner, [permission], NOW, ends);
                let expected = owner.may(permission) && !permission.is_for_people_only();
                assert_eq!(made.is_ok(), expected, "{role} {permission}");
            }
        }
        let refused = |scopes: &[Permission], role| {
            let scopes = scopes.iter().copied();
            ApiToken::issue([0; 42], &owner(role), scopes, NOW, ends)
                .unwrap_err()
                .code()
        };
        assert_eq!(refused(&[], Role::Finance), "token.no-scope");
        let manage = [Permission::ManageUsers];
        assert_eq!(refused(&manage, Role::Admin), "token.for-people-only");
        let settings = [Permission::EditSettings];
        assert_eq!(refused(&settings, Role::Finance), "token.beyond-owner");
    }

    #[test]
    fn the_life_of_a_token_has_bounds() {
        let owner = owner(Role::Finance);
        let scopes = [Permission::ReadLedger];
        let longest = TimeDelta::days(MAX_LIFE_DAYS);
        let second = TimeDelta::seconds(1);
        for (life, fits) in [
            (second, true),
            (longest, true),
            (TimeDelta::zero(), false),
            (-second, false),
            (longest + second, false),
        ] {
            let made = ApiToken::issue([0; 42], &owner, scopes, NOW, NOW + life);
            let code = made.as_ref().err().map(TokenError::code);
            let expected = (!fits).then_some("token.life-out-of-bounds");
            assert_eq!(code, expected, "{life}");
        }
    }
}
