//! Download links that expire: path, instant and session under a keyed hash, so that nothing is
//! stored. A link opens for the session it was shown to, while that one lasts.

use ring::hmac;

use crate::access::{Keyring, SecretHash};

/// Makes and checks links. Every node of a server has the same key, also after a restart.
#[derive(Clone)]
pub struct Links {
    key: hmac::Key,
}

/// Why a link does not open.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum LinkError {
    /// The signature is not ours, or belongs to another document or another session.
    #[error("the link is not valid")]
    Forged,
    /// Its time is over.
    #[error("the link has expired; load the index again")]
    Expired,
}

impl LinkError {
    /// Stable code of the error.
    #[must_use]
    pub fn code(self) -> &'static str {
        match self {
            Self::Forged => "link.forged",
            Self::Expired => "link.expired",
        }
    }
}

impl Links {
    /// Links under the server's own keys.
    #[must_use]
    pub fn of(keys: &Keyring) -> Self {
        let key = hmac::Key::new(hmac::HMAC_SHA256, &keys.derive("links"));
        Self { key }
    }

    /// The signature of a path for a session until an instant (seconds since 1970).
    #[must_use]
    pub fn sign(&self, path: &str, (session, expires): (&SecretHash, i64)) -> String {
        let tag = hmac::sign(&self.key, message(path, session, expires).as_bytes());
        tag.as_ref()
            .iter()
            .map(|byte| format!("{byte:02x}"))
            .collect()
    }

    /// Checks a signature in constant time, then the clock.
    ///
    /// # Errors
    /// [`LinkError`].
    pub fn check(
        &self,
        path: &str,
        (session, expires): (&SecretHash, i64),
        sign: &str,
        now: i64,
    ) -> Result<(), LinkError> {
        let tag = unhex(sign).ok_or(LinkError::Forged)?;
        let message = message(path, session, expires);
        hmac::verify(&self.key, message.as_bytes(), &tag).map_err(|_| LinkError::Forged)?;
        if now < expires {
            Ok(())
        } else {
            Err(LinkError::Expired)
        }
    }
}

fn message(path: &str, session: &SecretHash, expires: i64) -> String {
    format!("{expires}\n{session}\n{path}")
}

fn unhex(text: &str) -> Option<Vec<u8>> {
    if !text.is_ascii() || !text.len().is_multiple_of(2) {
        return None;
    }
    (0..text.len())
        .step_by(2)
        .map(|at| {
            text.get(at..at + 2)
                .and_then(|pair| u8::from_str_radix(pair, 16).ok())
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_link_opens_its_own_document_until_it_expires() {
        let links = |byte| Links::of(&Keyring::of("test".to_owned(), [byte; 32]));
        let (links, other) = (links(1), links(2));
        let (mine, yours) = (&SecretHash::of("mine"), &SecretHash::of("yours"));
        let sign = links.sign("/documents/RE-2026-00001/pdf", (mine, 1_000));
        let opens = |session, now| {
            links.check("/documents/RE-2026-00001/pdf", (session, 1_000), &sign, now)
        };
        assert_eq!(opens(mine, 999), Ok(()));
        assert_eq!(opens(mine, 1_000), Err(LinkError::Expired));
        assert_eq!(opens(yours, 999), Err(LinkError::Forged));
        for (path, expires) in [
            ("/documents/RE-2026-00002/pdf", 1_000),
            ("/documents/RE-2026-00001/pdf", 2_000),
        ] {
            let altered = links.check(path, (mine, expires), &sign, 1);
            assert_eq!(altered, Err(LinkError::Forged));
        }
        let forged = other.check("/documents/RE-2026-00001/pdf", (mine, 1_000), &sign, 1);
        assert_eq!(forged, Err(LinkError::Forged));
    }
}
