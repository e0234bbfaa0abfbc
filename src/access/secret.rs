//! Texts that open something, and the hashes that are stored in their place.

use std::fmt;
use std::str::FromStr;

use data_encoding::{BASE64URL_NOPAD, HEXLOWER};
use ring::digest;
use subtle::ConstantTimeEq;

/// Why a text is no hash of a secret.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum SecretError {
    /// Not 64 lower-case hexadecimal digits.
    #[error("a stored hash must be 64 lower-case hexadecimal digits, not {length} characters")]
    MalformedHash {
        /// Length of what was given, in bytes. The text itself stays out of logs.
        length: usize,
    },
}

impl SecretError {
    /// Stable code of the error.
    #[must_use]
    pub fn code(&self) -> &'static str {
        match self {
            Self::MalformedHash { .. } => "secret.malformed-hash",
        }
    }
}

/// A text that opens something: shown once, never stored, never in a log.
///
/// There is no `Display` and no `Serialize`, and `Debug` hides it; [`SecretText::reveal`] is the
/// one way out, so that a search finds every place where a secret leaves.
pub struct SecretText(String);

impl SecretText {
    /// Keeps a text from view.
    #[must_use]
    pub fn new(text: String) -> Self {
        Self(text)
    }

    /// Random bytes as text that fits a cookie and an address: base64url without padding
    /// (RFC 4648, section 5).
    #[must_use]
    pub fn of_bytes(bytes: &[u8]) -> Self {
        Self(BASE64URL_NOPAD.encode(bytes))
    }

    /// The text, for the one answer that shows it.
    #[must_use]
    pub fn reveal(&self) -> &str {
        &self.0
    }

    /// What is stored in its place.
    #[must_use]
    pub fn hash(&self) -> SecretHash {
        SecretHash::of(&self.0)
    }
}

impl fmt::Debug for SecretText {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("SecretText(hidden)")
    }
}

/// SHA-256 of a random secret of at least 112 bits, the form in which it is stored.
///
/// One round without salt is right for random secrets and wrong for passwords: nobody can try
/// 2^112 of them (NIST SP 800-63B, look-up secrets). A row may be found by this hash; how long an
/// index takes tells about the hash only, which opens nothing.
#[derive(Clone, Copy)]
pub struct SecretHash([u8; 32]);

impl SecretHash {
    /// The hash of a secret as it was shown.
    #[must_use]
    pub fn of(text: &str) -> Self {
        let mut bytes = [0; 32];
        let made = digest::digest(&digest::SHA256, text.as_bytes());
        bytes.copy_from_slice(made.as_ref());
        Self(bytes)
    }

    /// Is this the hash of `text`? Takes as long for a near miss as for a far one.
    #[must_use]
    pub fn matches(&self, text: &str) -> bool {
        *self == Self::of(text)
    }

    /// The hash itself.
    #[must_use]
    pub fn bytes(&self) -> &[u8; 32] {
        &self.0
    }
}

impl PartialEq for SecretHash {
    fn eq(&self, other: &Self) -> bool {
        self.0.ct_eq(&other.0).into()
    }
}

impl Eq for SecretHash {}

impl fmt::Display for SecretHash {
    /// 64 lower-case hexadecimal digits, as a column keeps them.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&HEXLOWER.encode(&self.0))
    }
}

impl fmt::Debug for SecretHash {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("SecretHash(hidden)")
    }
}

impl FromStr for SecretHash {
    type Err = SecretError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        HEXLOWER
            .decode(text.as_bytes())
            .ok()
            .and_then(|bytes| bytes.try_into().ok())
            .map(Self)
            .ok_or(SecretError::MalformedHash { length: text.len() })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_secret_is_stored_as_its_sha_256() {
        // FIPS 180-2, appendix B.1.
        let stored = "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad";
        let hash = SecretHash::of("abc");
        assert_eq!(hash.to_string(), stored);
        assert_eq!(stored.parse::<SecretHash>(), Ok(hash));
        assert!(hash.matches("abc") && !hash.matches("abd"));
    }

    #[test]
    fn no_secret_shows_in_debug_output() {
        let secret = SecretText::of_bytes(&[7; 32]);
        let shown = format!("{secret:?} {:?}", secret.hash());
        assert!(!shown.contains(secret.reveal()));
        assert!(!shown.contains(&secret.hash().to_string()));
    }

    #[test]
    fn a_token_fits_a_cookie_without_escaping() {
        let secret = SecretText::of_bytes(&[0xfb; 32]);
        assert_eq!(secret.reveal().len(), 43);
        let fits = |b: u8| b.is_ascii_alphanumeric() || b == b'-' || b == b'_';
        assert!(secret.reveal().bytes().all(fits));
    }

    #[test]
    fn a_stored_hash_is_read_strictly() {
        let upper = SecretHash::of("abc").to_string().to_uppercase();
        for text in ["", "00", &upper, &"0".repeat(66), &"g".repeat(64)] {
            let refused = text.parse::<SecretHash>().unwrap_err();
            assert_eq!(refused.code(), "secret.malformed-hash", "{text:?}");
        }
    }
}
