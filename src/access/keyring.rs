//! The server's own keys: secrets are sealed under the newest, opened under any, and keys for one
//! purpose are derived from it.
//!
//! A keyring is a text of one key a line, `ID KEY`, the newest first: a key is rotated by a new
//! first line, and an old one goes when nothing is sealed under it any more.

use std::fmt;

use data_encoding::BASE64URL_NOPAD;
use ring::{aead, hkdf};

/// Bytes of a key: 256 bits.
pub const KEY_BYTES: usize = 32;

/// Random bytes that sealing takes: 96 bits (NIST SP 800-38D, section 5.2.1.1). The few thousand
/// secrets of a book stay far below the 2^32 that random nonces allow (section 8.3).
pub const NONCE_BYTES: usize = 12;

/// Why a keyring or a sealed text cannot be used.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum KeyringError {
    /// No key at all, or a line that is none. The text itself stays out of logs.
    #[error(
        "line {line} of the keyring is not ID KEY with a key of {KEY_BYTES} bytes in base64url"
    )]
    Malformed {
        /// Which line, from 1.
        line: usize,
    },
    /// Two lines with one id.
    #[error("the keyring has two keys with the id {id:?}")]
    Twice {
        /// The id.
        id: String,
    },
    /// Sealed under a key that is not there, changed, or sealed for something else.
    #[error("a secret sealed under the key {id:?} cannot be opened")]
    Unopened {
        /// The id of the key.
        id: String,
    },
}

impl KeyringError {
    /// Stable code of the error.
    #[must_use]
    pub fn code(&self) -> &'static str {
        match self {
            Self::Malformed { .. } => "keyring.malformed",
            Self::Twice { .. } => "keyring.twice",
            Self::Unopened { .. } => "keyring.unopened",
        }
    }
}

/// A secret as it is stored: id of the key, nonce, ciphertext with tag.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Sealed(String);

impl Sealed {
    /// A text as a row has it; whether it opens shows when it is opened.
    #[must_use]
    pub const fn stored(text: String) -> Self {
        Self(text)
    }

    /// The text for the database.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// The keys, newest first.
pub struct Keyring {
    newest: Key,
    older: Vec<Key>,
}

struct Key {
    id: String,
    bytes: [u8; KEY_BYTES],
}

impl Keyring {
    /// A keyring of one key.
    #[must_use]
    pub const fn of(id: String, bytes: [u8; KEY_BYTES]) -> Self {
        let newest = Key { id, bytes };
        let older = Vec::new();
        Self { newest, older }
    }

    /// Reads a keyring. Empty lines and lines that begin with `#` are left out.
    ///
    /// # Errors
    /// [`KeyringError::Malformed`], [`KeyringError::Twice`].
    pub fn parse(text: &str) -> Result<Self, KeyringError> {
        let mut keys: Vec<Key> = Vec::new();
        for (line, number) in text.lines().zip(1..) {
            let line = line.trim();
            if line.is_empty() || line.starts_with('#') {
                continue;
            }
            let key = Key::parse(line).ok_or(KeyringError::Malformed { line: number })?;
            if keys.iter().any(|other| other.id == key.id) {
                return Err(KeyringError::Twice { id: key.id });
            }
            keys.push(key);
        }
        let mut keys = keys.into_iter();
        let newest = keys.next().ok_or(KeyringError::Malformed { line: 1 })?;
        let older = keys.collect();
        Ok(Self { newest, older })
    }

    /// The keyring as a text, for the file that keeps it.
    #[must_use]
    pub fn to_text(&self) -> String {
        let keys = std::iter::once(&self.newest).chain(&self.older);
        keys.map(|key| format!("{} {}\n", key.id, BASE64URL_NOPAD.encode(&key.bytes)))
            .collect()
    }

    /// Seals a secret for one purpose, such as `totp/ACCOUNT`: moved to another row it does not
    /// open. The nonce is random and fresh.
    ///
    /// # Errors
    /// [`KeyringError::Unopened`] only for a secret beyond the cipher's 64 gigabytes.
    pub fn seal(
        &self,
        purpose: &str,
        secret: &[u8],
        nonce: [u8; NONCE_BYTES],
    ) -> Result<Sealed, KeyringError> {
        let key = &self.newest;
        let mut bytes = secret.to_vec();
        let refused = |_| key.unopened();
        key.cipher()
            .seal_in_place_append_tag(
                aead::Nonce::assume_unique_for_key(nonce),
                aead::Aad::from(purpose.as_bytes()),
                &mut bytes,
            )
            .map_err(refused)?;
        let sealed = BASE64URL_NOPAD.encode(&[&nonce[..], &bytes].concat());
        Ok(Sealed(format!("{}.{sealed}", key.id)))
    }

    /// Opens a secret that was sealed for the same purpose.
    ///
    /// # Errors
    /// [`KeyringError::Unopened`].
    pub fn open(&self, purpose: &str, sealed: &Sealed) -> Result<Vec<u8>, KeyringError> {
        let (id, rest) = sealed.0.split_once('.').unwrap_or((&sealed.0, ""));
        let unopened = || KeyringError::Unopened { id: id.to_owned() };
        let mut keys = std::iter::once(&self.newest).chain(&self.older);
        let key = keys.find(|key| key.id == id).ok_or_else(unopened)?;
        let bytes = BASE64URL_NOPAD.decode(rest.as_bytes());
        let bytes = bytes.map_err(|_| unopened())?;
        let (nonce, sealed) = bytes.split_at_checked(NONCE_BYTES).ok_or_else(unopened)?;
        let nonce = aead::Nonce::try_assume_unique_for_key(nonce).map_err(|_| unopened())?;
        let mut sealed = sealed.to_vec();
        let opened = key
            .cipher()
            .open_in_place(nonce, aead::Aad::from(purpose.as_bytes()), &mut sealed)
            .map_err(|_| unopened())?;
        Ok(opened.to_vec())
    }

    /// A key for one purpose, from the newest key (HKDF, RFC 5869).
    #[must_use]
    pub fn derive(&self, purpose: &str) -> [u8; KEY_BYTES] {
        let salt = hkdf::Salt::new(hkdf::HKDF_SHA256, b"herdbook/keyring/1");
        let main = salt.extract(&self.newest.bytes);
        let mut key = [0; KEY_BYTES];
        let filled = main
            .expand(&[purpose.as_bytes()], hkdf::HKDF_SHA256)
            .and_then(|made| made.fill(&mut key));
        // Fails only for more than 255 blocks; one is asked for.
        assert!(filled.is_ok(), "one block can be expanded");
        key
    }
}

impl Key {
    fn parse(line: &str) -> Option<Self> {
        let (id, key) = line.split_once(' ')?;
        let fits = |c: char| c.is_ascii_alphanumeric() || c == '-';
        if id.is_empty() || !id.chars().all(fits) {
            return None;
        }
        let bytes = BASE64URL_NOPAD.decode(key.trim().as_bytes()).ok()?;
        let bytes = bytes.try_into().ok()?;
        let id = id.to_owned();
        Some(Self { id, bytes })
    }

    fn cipher(&self) -> aead::LessSafeKey {
        let key = aead::UnboundKey::new(&aead::AES_256_GCM, &self.bytes);
        match key {
            Ok(key) => aead::LessSafeKey::new(key),
            Err(_) => unreachable!("AES-256 takes every key of {KEY_BYTES} bytes"),
        }
    }

    fn unopened(&self) -> KeyringError {
        KeyringError::Unopened {
            id: self.id.clone(),
        }
    }
}

impl fmt::Debug for Keyring {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Keyring(hidden)")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn ring() -> Keyring {
        Keyring::of("k1".to_owned(), [7; KEY_BYTES])
    }

    #[test]
    fn what_is_sealed_opens_for_its_purpose_only() {
        let sealed = ring().seal("totp/1", b"secret", [1; NONCE_BYTES]).unwrap();
        assert_eq!(ring().open("totp/1", &sealed).unwrap(), b"secret");
        assert!(!sealed.as_str().contains("secret"));
        let moved = ring().open("totp/2", &sealed).unwrap_err();
        assert_eq!(moved.code(), "keyring.unopened");
    }

    #[test]
    fn a_changed_text_does_not_open() {
        let sealed = ring().seal("totp/1", b"secret", [1; NONCE_BYTES]).unwrap();
        for at in 0..sealed.as_str().len() {
            let mut text = sealed.as_str().to_owned().into_bytes();
            text[at] = if text[at] == b'A' { b'B' } else { b'A' };
            let changed = Sealed::stored(String::from_utf8(text).unwrap());
            assert!(ring().open("totp/1", &changed).is_err(), "byte {at}");
        }
        for short in ["", "k1", "k1.", "k1.AAAA"] {
            assert!(
                ring()
                    .open("totp/1", &Sealed::stored(short.to_owned()))
                    .is_err()
            );
        }
    }

    #[test]
    fn a_rotated_keyring_opens_what_was_sealed_before_and_seals_anew() {
        let before = ring().seal("totp/1", b"secret", [1; NONCE_BYTES]).unwrap();
        let newer = Keyring::of("k2".to_owned(), [8; KEY_BYTES]).to_text() + &ring().to_text();
        let rotated = Keyring::parse(&newer).unwrap();
        assert_eq!(rotated.open("totp/1", &before).unwrap(), b"secret");
        let after = rotated.seal("totp/1", b"secret", [1; NONCE_BYTES]).unwrap();
        assert!(after.as_str().starts_with("k2.") && ring().open("totp/1", &after).is_err());
        assert_eq!(rotated.to_text(), newer);
    }

    #[test]
    fn derived_keys_differ_by_purpose_and_by_key() {
        let other = Keyring::of("k1".to_owned(), [8; KEY_BYTES]);
        assert_eq!(ring().derive("csrf"), ring().derive("csrf"));
        assert_ne!(ring().derive("csrf"), ring().derive("links"));
        assert_ne!(ring().derive("csrf"), other.derive("csrf"));
    }

    #[test]
    fn a_malformed_keyring_is_refused_by_its_line() {
        for (text, line) in [
            ("", 1),
            ("# nothing\n\n", 1),
            ("k1 short", 1),
            ("k1", 1),
            (&format!("# keys\n{}k.2 AAAA\n", ring().to_text()), 3),
        ] {
            let refused = Keyring::parse(text).unwrap_err();
            assert_eq!(refused, KeyringError::Malformed { line });
            assert_eq!(refused.code(), "keyring.malformed");
        }
        let twice = Keyring::parse(&(ring().to_text() + &ring().to_text())).unwrap_err();
        assert_eq!(twice.code(), "keyring.twice");
        assert_eq!(format!("{:?}", ring()), "Keyring(hidden)");
    }
}
