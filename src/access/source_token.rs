//! Credentials of telemetry sources: `hbs_<id>_<secret>`, good for the doors they name, shown once.
//!
//! They are no API tokens: whoever finds one in the configuration of a collector can push samples
//! of one source, and read nothing.

use std::collections::BTreeSet;
use std::fmt;
use std::str::FromStr;

use chrono::{DateTime, TimeDelta, Utc};
use data_encoding::BASE32_DNSSEC;
use serde::{Deserialize, Serialize};

use super::{SecretHash, SecretText};

/// Longest life of a credential, in days.
pub const MAX_LIFE_DAYS: i64 = 731;
/// Longest time for which an old credential works beside the one that replaces it, in days.
pub const MAX_OVERLAP_DAYS: i64 = 31;
/// Random bytes of a new credential: 10 for the public id, 32 for the secret.
pub const SOURCE_TOKEN_BYTES: usize = 42;

const MARK: &str = "hbs";
const ID_LENGTH: usize = 16;
const SECRET_LENGTH: usize = 52;

/// A door through which telemetry is pushed. The name is stored and never changes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(try_from = "String", into = "&'static str")]
pub enum Door {
    /// `POST /v1/metrics`: OTLP.
    Metrics,
    /// `POST /api/v1/write`: Prometheus remote write.
    Write,
    /// `POST /api/v1/events`: CloudEvents.
    Events,
    /// `POST /api/v1/usage/upload`: CSV and JSON.
    Upload,
}

impl Door {
    /// Every door.
    pub const ALL: [Self; 4] = [Self::Metrics, Self::Write, Self::Events, Self::Upload];

    /// The stored name.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Metrics => "metrics",
            Self::Write => "write",
            Self::Events => "events",
            Self::Upload => "upload",
        }
    }
}

impl fmt::Display for Door {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

impl FromStr for Door {
    type Err = CredentialError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let named = Self::ALL.into_iter().find(|door| door.as_str() == text);
        named.ok_or_else(|| CredentialError::UnknownDoor {
            text: text.to_owned(),
        })
    }
}

impl TryFrom<String> for Door {
    type Error = CredentialError;

    fn try_from(text: String) -> Result<Self, Self::Error> {
        text.parse()
    }
}

impl From<Door> for &'static str {
    fn from(door: Door) -> Self {
        door.as_str()
    }
}

/// Why a credential cannot be made, or opens nothing.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum CredentialError {
    /// Unknown, revoked or malformed: who has no secret is not told which.
    #[error("the credential is not known")]
    Unknown,
    /// It was revoked.
    #[error("credential {id} was revoked on {at}")]
    Revoked { id: String, at: DateTime<Utc> },
    /// Its life is over.
    #[error("credential {id} has expired on {at}")]
    Expired { id: String, at: DateTime<Utc> },
    /// Another door than those it is good for.
    #[error("credential {id} is not good for {door}")]
    WrongDoor { id: String, door: Door },
    /// No door at all.
    #[error("a credential is good for one door at least")]
    NoDoor,
    /// A text that names no door.
    #[error("{text:?} is no door: metrics, write, events or upload")]
    UnknownDoor { text: String },
    /// The expiry lies in the past or too far ahead.
    #[error("a credential expires within {MAX_LIFE_DAYS} days, not on {expires_at}")]
    Life { expires_at: DateTime<Utc> },
    /// The overlap of a rotation is negative or too long.
    #[error("the old credential works for at most {MAX_OVERLAP_DAYS} days beside the new one")]
    Overlap,
}

impl CredentialError {
    /// Stable code of the error.
    #[must_use]
    pub fn code(&self) -> &'static str {
        match self {
            Self::Unknown => "source.credential-unknown",
            Self::Revoked { .. } => "source.credential-revoked",
            Self::Expired { .. } => "source.credential-expired",
            Self::WrongDoor { .. } => "source.wrong-door",
            Self::NoDoor => "source.no-door",
            Self::UnknownDoor { .. } => "source.unknown-door",
            Self::Life { .. } => "source.life-out-of-bounds",
            Self::Overlap => "source.overlap",
        }
    }
}

/// A credential as it is stored: a hash over its whole text, never the text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SourceToken {
    /// The public id: 16 characters of `0-9a-v`. Names it in lists; opens nothing.
    pub id: String,
    /// What it opens; never empty.
    pub doors: BTreeSet<Door>,
    pub hash: SecretHash,
    /// First moment at which it no longer works.
    pub expires_at: DateTime<Utc>,
    pub revoked_at: Option<DateTime<Utc>>,
}

impl SourceToken {
    /// Makes a credential from fresh random bytes. The text is shown once and then gone.
    ///
    /// # Errors
    /// [`CredentialError::NoDoor`], [`CredentialError::Life`].
    pub fn issue(
        bytes: [u8; SOURCE_TOKEN_BYTES],
        doors: BTreeSet<Door>,
        now: DateTime<Utc>,
        expires_at: DateTime<Utc>,
    ) -> Result<(SecretText, Self), CredentialError> {
        if doors.is_empty() {
            return Err(CredentialError::NoDoor);
        }
        let life = expires_at.signed_duration_since(now);
        if life <= TimeDelta::zero() || life > TimeDelta::days(MAX_LIFE_DAYS) {
            return Err(CredentialError::Life { expires_at });
        }
        let (id, secret) = bytes.split_at(10);
        let id = BASE32_DNSSEC.encode(id);
        let text = format!("{MARK}_{id}_{}", BASE32_DNSSEC.encode(secret));
        let text = SecretText::new(text);
        let token = Self {
            id,
            doors,
            hash: text.hash(),
            expires_at,
            revoked_at: None,
        };
        Ok((text, token))
    }

    /// How lists show it: `hbs_` and its id, by which it is recognised in a configuration.
    #[must_use]
    pub fn display_prefix(&self) -> String {
        format!("{MARK}_{}", self.id)
    }

    /// Does it work at this moment?
    #[must_use]
    pub fn works(&self, now: DateTime<Utc>) -> bool {
        self.revoked_at.is_none() && now < self.expires_at
    }

    /// Lets a text that came with a request through a door, or says why not. Only the holder of
    /// the secret learns that a credential has expired, was revoked or is good for other doors.
    ///
    /// # Errors
    /// [`CredentialError`].
    pub fn admit(
        &self,
        hash: SecretHash,
        door: Door,
        now: DateTime<Utc>,
    ) -> Result<(), CredentialError> {
        if self.hash != hash {
            return Err(CredentialError::Unknown);
        }
        let id = || self.display_prefix();
        if let Some(at) = self.revoked_at {
            return Err(CredentialError::Revoked { id: id(), at });
        }
        if now >= self.expires_at {
            let at = self.expires_at;
            return Err(CredentialError::Expired { id: id(), at });
        }
        if !self.doors.contains(&door) {
            return Err(CredentialError::WrongDoor { id: id(), door });
        }
        Ok(())
    }
}

/// The public id in the text of a credential; none when it is not of the form.
#[must_use]
pub fn id_of(text: &str) -> Option<&str> {
    let mut parts = text.split('_');
    let (mark, id, secret) = (parts.next()?, parts.next()?, parts.next()?);
    let fits = mark == MARK
        && is_coded(id, ID_LENGTH)
        && is_coded(secret, SECRET_LENGTH)
        && parts.next().is_none();
    fits.then_some(id)
}

/// The id of a credential as lists show it, with or without its mark.
#[must_use]
pub fn shown_id(text: &str) -> Option<&str> {
    let bare = text.strip_prefix("hbs_").unwrap_or(text);
    is_coded(bare, ID_LENGTH).then_some(bare)
}

fn is_coded(text: &str, length: usize) -> bool {
    let coded = |byte: u8| byte.is_ascii_digit() || (b'a'..=b'v').contains(&byte);
    text.len() == length && text.bytes().all(coded)
}

#[cfg(test)]
mod tests {
    use super::*;

    const NOW: DateTime<Utc> = DateTime::<Utc>::UNIX_EPOCH;

    fn issued() -> (SecretText, SourceToken) {
        let bytes = std::array::from_fn(|n| u8::try_from(n).unwrap());
        let doors = BTreeSet::from([Door::Write]);
        SourceToken::issue(bytes, doors, NOW, NOW + TimeDelta::days(30)).unwrap()
    }

    #[test]
    fn a_credential_opens_its_doors_until_it_ends() {
        let (text, mut token) = issued();
        let hash = text.hash();
        assert_eq!(id_of(text.reveal()), Some(token.id.as_str()));
        let admit = |token: &SourceToken, door, now| token.admit(hash, door, now);
        assert_eq!(admit(&token, Door::Write, NOW), Ok(()));
        let code = |answer: Result<(), CredentialError>| answer.unwrap_err().code();
        assert_eq!(code(admit(&token, Door::Events, NOW)), "source.wrong-door");
        let end = token.expires_at;
        assert_eq!(
            code(admit(&token, Door::Write, end)),
            "source.credential-expired"
        );
        let other = SecretHash::of("hbs_0_0");
        let refused = token.admit(other, Door::Events, end);
        assert_eq!(
            code(refused),
            "source.credential-unknown",
            "nothing else is told"
        );
        token.revoked_at = Some(NOW);
        assert_eq!(
            code(admit(&token, Door::Write, NOW)),
            "source.credential-revoked"
        );
        assert!(!format!("{token:?}").contains(text.reveal()));
    }

    #[test]
    fn only_the_exact_form_is_a_credential() {
        let (text, token) = issued();
        let good = text.reveal();
        let bad = [
            "",
            "hbs__",
            &good[1..],
            &good[..good.len() - 1],
            &good.to_uppercase(),
            &format!("{good}_"),
        ];
        for bad in bad {
            assert_eq!(id_of(bad), None, "{bad}");
        }
        assert_eq!(shown_id(&token.display_prefix()), Some(token.id.as_str()));
        assert_eq!(shown_id("hbs_"), None);
    }

    #[test]
    fn a_credential_has_a_door_and_an_end() {
        let make = |doors: &[Door], days| {
            let doors = doors.iter().copied().collect();
            let made = SourceToken::issue([7; 42], doors, NOW, NOW + TimeDelta::days(days));
            made.map(|_| ()).map_err(|error| error.code())
        };
        assert_eq!(make(&[], 1), Err("source.no-door"));
        assert_eq!(make(&[Door::Events], 0), Err("source.life-out-of-bounds"));
        assert_eq!(make(&[Door::Events], 732), Err("source.life-out-of-bounds"));
        assert_eq!(make(&[Door::Events], 731), Ok(()));
        assert_eq!(
            "hooks".parse::<Door>().unwrap_err().code(),
            "source.unknown-door"
        );
    }
}
