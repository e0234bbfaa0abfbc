//! Download links that expire: path and instant under a keyed hash, so that nothing is stored.

use ring::hmac;

use crate::access::Keyring;

/// Makes and checks links. Every node of a server has the same key, also after a restart.
#[derive(Clone)]
pub struct Links {
    key: hmac::Key,
}

/// Why a link does not open.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum LinkError {
    /// The signature is not ours, or belongs to another document.
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

    /// The signature of a path until an instant (seconds since 1970).
    #[must_use]
    pub fn sign(&self, path: &str, expires: i64) -> String {
        let tag = hmac::sign(&self.key, message(path, expires).as_bytes());
        tag.as_ref()
            .iter()
            .map(|byte| format!("{byte:02x}"))
            .collect()
    }

    /// Checks a signature in constant time, then the clock.
    ///
    /// # Errors
    /// [`LinkError`].
    pub fn check(&self, path: &str, expires: i64, sign: &str, now: i64) -> Result<(), LinkError> {
        let tag = unhex(sign).ok_or(LinkError::Forged)?;
        hmac::verify(&self.key, message(path, expires).as_bytes(), &tag)
            .map_err(|_| LinkError::Forged)?;
        if now < expires {
            Ok(())
        } else {
            Err(LinkError::Expired)
        }
    }
}

fn message(path: &str, expires: i64) -> String {
    format!("{expires}\n{path}")
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
        let sign = links.sign("/documents/RE-2026-00001/pdf", 1_000);
        assert_eq!(
            links.check("/documents/RE-2026-00001/pdf", 1_000, &sign, 999),
            Ok(())
        );
        let late = links.check("/documents/RE-2026-00001/pdf", 1_000, &sign, 1_000);
        assert_eq!(late, Err(LinkError::Expired));
        for (path, expires) in [
            ("/documents/RE-2026-00002/pdf", 1_000),
            ("/documents/RE-2026-00001/pdf", 2_000),
        ] {
            assert_eq!(links.check(path, expires, &sign, 1), Err(LinkError::Forged));
        }
        let forged = other.check("/documents/RE-2026-00001/pdf", 1_000, &sign, 1);
        assert_eq!(forged, Err(LinkError::Forged));
    }
}
