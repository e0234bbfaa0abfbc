//! Recovery codes: ten ways in without the second factor, each of them once.

use data_encoding::BASE32_NOPAD;

use super::{SecretHash, SecretText};

/// How many codes a set has.
pub const CODES: usize = 10;

/// Random bytes of a code. Look-up secrets of 112 bits and more are stored under a plain hash
/// (NIST SP 800-63B, look-up secrets); 15 bytes are 120 bits and 24 characters of base32.
pub const CODE_BYTES: usize = 15;

/// Random bytes of a set.
pub const SET_BYTES: usize = 150;

/// A recovery code that is not on the list: mistyped, used, or of an earlier set.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("the recovery code is not known, or was used")]
pub struct UnknownRecoveryCode;

impl UnknownRecoveryCode {
    /// Stable code of the error.
    #[must_use]
    pub fn code(&self) -> &'static str {
        "recovery.unknown-code"
    }
}

/// A set of codes from fresh random bytes: shown once, and what is stored in their place. A new
/// set replaces the one before.
#[must_use]
pub fn codes(bytes: &[u8; SET_BYTES]) -> Vec<(SecretText, SecretHash)> {
    let code = |bytes: &[u8]| {
        let signs = BASE32_NOPAD.encode(bytes);
        let hash = SecretHash::of(&signs);
        (SecretText::new(grouped(&signs)), hash)
    };
    bytes.chunks_exact(CODE_BYTES).map(code).collect()
}

/// Finds a code on the list: its place, for the row to delete in the transaction that begins the
/// session. Case, blanks and hyphens do not count. All rows are compared, found or not.
///
/// # Errors
/// [`UnknownRecoveryCode`].
pub fn redeem(stored: &[SecretHash], attempt: &str) -> Result<usize, UnknownRecoveryCode> {
    let signs: String = attempt
        .chars()
        .filter(|c| !c.is_whitespace() && *c != '-')
        .map(|c| c.to_ascii_uppercase())
        .collect();
    let hash = SecretHash::of(&signs);
    let mut found = Err(UnknownRecoveryCode);
    for (place, row) in stored.iter().enumerate() {
        if *row == hash {
            found = Ok(place);
        }
    }
    found
}

/// Groups of six, which people read without losing their place.
fn grouped(signs: &str) -> String {
    let mut out = String::new();
    for (n, sign) in signs.chars().enumerate() {
        if n > 0 && n % 6 == 0 {
            out.push('-');
        }
        out.push(sign);
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    fn set() -> Vec<(SecretText, SecretHash)> {
        codes(&std::array::from_fn(|n| u8::try_from(n).unwrap()))
    }

    fn rows(set: &[(SecretText, SecretHash)]) -> Vec<SecretHash> {
        set.iter().map(|(_, row)| *row).collect()
    }

    #[test]
    fn a_set_has_ten_different_codes() {
        let set = set();
        assert_eq!(set.len(), CODES);
        for (n, (code, row)) in set.iter().enumerate() {
            assert_eq!(code.reveal().len(), 27);
            assert!(set.iter().skip(n + 1).all(|(_, other)| other != row));
        }
        assert_eq!(set[0].0.reveal(), "AAAQEA-YEAUDA-OCAJBI-FQYDIO");
    }

    #[test]
    fn each_code_opens_once() {
        let set = set();
        let mut stored = rows(&set);
        for (code, _) in &set {
            let place = redeem(&stored, code.reveal()).unwrap();
            stored.remove(place);
            assert_eq!(redeem(&stored, code.reveal()), Err(UnknownRecoveryCode));
        }
        assert!(stored.is_empty());
    }

    #[test]
    fn a_code_may_be_typed_as_people_type() {
        let set = set();
        let stored = rows(&set);
        let typed = set[3].0.reveal().to_lowercase().replace('-', " ");
        assert_eq!(redeem(&stored, &typed), Ok(3));
        for bad in ["", "-", "AAAAAA-AAAAAA-AAAAAA-AAAAAA", &typed[1..]] {
            let refused = redeem(&stored, bad).unwrap_err();
            assert_eq!(refused.code(), "recovery.unknown-code", "{bad:?}");
        }
    }
}
