//! Passwords as they are stored, and the check at sign-in.

use std::fmt;
use std::hint::black_box;

use argon2::password_hash::{Error, phc};
use argon2::{Algorithm, Argon2, Params, PasswordHasher, PasswordVerifier, Version};

use super::password::{MAX_CHARS, NewPassword};

/// Random bytes of a salt (RFC 9106, section 3.1).
pub const SALT_BYTES: usize = 16;

/// Memory of one hash: 19 MiB. With two passes and one lane it is the least that OWASP asks for of
/// Argon2id (Password Storage Cheat Sheet); an attempt then costs some 30 ms of one core. A higher
/// figure here makes each hash anew at its owner's next sign-in.
pub const MEMORY_KIB: u32 = 19 * 1024;
/// Passes over the memory.
pub const PASSES: u32 = 2;
/// Lanes.
pub const LANES: u32 = 1;

const PARAMS: Params = match Params::new(MEMORY_KIB, PASSES, LANES, None) {
    Ok(params) => params,
    Err(_) => panic!("argon2 takes these parameters: a build without them fails here"),
};

/// Most memory of a stored hash that is still checked: 256 MiB. A row beyond was not written here.
const STORED_MEMORY_KIB_MAX: u32 = 256 * 1024;
const STORED_PASSES_MAX: u32 = 16;
const STORED_LANES_MAX: u32 = 16;

/// What is checked for an account that does not exist, so that the answer takes as long. A test
/// keeps its parameters the same as those of real hashes; no password belongs to it.
const NOBODY: &str = "$argon2id$v=19$m=19456,t=2,p=1$\
    bm9ib2R5IGlzIGhlcmUuLg$bm9ib2R5IGlzIGhlcmUuLiBub2JvZHkgaXMgaGVyZSE";

/// Why a password cannot be hashed, or a stored hash not be used.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum HashError {
    /// A stored text is no Argon2id hash within bounds.
    #[error("a stored password is no Argon2id hash with usable parameters")]
    Malformed,
    /// The system gave no memory for hashing.
    #[error("a password could not be hashed: {cause}")]
    NotHashed {
        /// What the library says.
        cause: String,
    },
}

impl HashError {
    /// Stable code of the error.
    #[must_use]
    pub fn code(&self) -> &'static str {
        match self {
            Self::Malformed => "password.malformed-hash",
            Self::NotHashed { .. } => "password.not-hashed",
        }
    }
}

fn hash(text: &str, salt: [u8; SALT_BYTES], params: Params) -> Result<PasswordHash, HashError> {
    hasher(params)
        .hash_password_with_salt(text.as_bytes(), &salt)
        .map(PasswordHash)
        .map_err(|cause| not_hashed(&cause))
}

fn not_hashed(cause: &Error) -> HashError {
    HashError::NotHashed {
        cause: cause.to_string(),
    }
}

fn hasher(params: Params) -> Argon2<'static> {
    Argon2::new(Algorithm::Argon2id, Version::V0x13, params)
}

/// A password as it is stored: a PHC string of Argon2id.
#[derive(Clone, PartialEq, Eq)]
pub struct PasswordHash(phc::PasswordHash);

impl PasswordHash {
    /// Hashes a new password, with fresh random bytes as the salt. Takes about 30 ms and 19 MiB:
    /// the caller runs it apart from the threads that answer requests.
    ///
    /// # Errors
    /// [`HashError::NotHashed`].
    pub fn of(password: &NewPassword, salt: [u8; SALT_BYTES]) -> Result<Self, HashError> {
        hash(password.text(), salt, PARAMS)
    }

    /// Reads a stored PHC string.
    ///
    /// # Errors
    /// [`HashError::Malformed`]: another algorithm, missing parts, or a cost beyond bounds.
    pub fn parse(text: &str) -> Result<Self, HashError> {
        let hash = phc::PasswordHash::new(text).map_err(|_| HashError::Malformed)?;
        let params = Params::try_from(&hash).map_err(|_| HashError::Malformed)?;
        let usable = hash.algorithm.as_str() == "argon2id"
            && hash.salt.is_some()
            && hash.hash.is_some()
            && params.m_cost() <= STORED_MEMORY_KIB_MAX
            && params.t_cost() <= STORED_PASSES_MAX
            && params.p_cost() <= STORED_LANES_MAX;
        if !usable {
            return Err(HashError::Malformed);
        }
        Ok(Self(hash))
    }

    /// Was it made with other parameters than today's?
    #[must_use]
    pub fn is_outdated(&self) -> bool {
        let version = self.0.version == Some(Version::V0x13.into());
        let costs = Params::try_from(&self.0).is_ok_and(|params| {
            (params.m_cost(), params.t_cost(), params.p_cost()) == (MEMORY_KIB, PASSES, LANES)
        });
        !(version && costs)
    }

    /// Computed with the parameters of the stored hash, compared in constant time.
    fn belongs_to(&self, attempt: &str) -> Result<bool, HashError> {
        match hasher(PARAMS).verify_password(attempt.as_bytes(), &self.0) {
            Ok(()) => Ok(true),
            Err(Error::PasswordInvalid) => Ok(false),
            Err(cause) => Err(not_hashed(&cause)),
        }
    }
}

impl fmt::Display for PasswordHash {
    /// The PHC string, for the database.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(&self.0, f)
    }
}

impl fmt::Debug for PasswordHash {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("PasswordHash(hidden)")
    }
}

/// What a check found.
#[derive(Debug)]
#[must_use]
pub enum Checked {
    /// Another password, or no such account.
    Wrong,
    /// The password. `outdated` when its hash was made with other parameters than today's.
    Right {
        /// To hash anew and store before the sign-in is answered.
        outdated: Option<Outdated>,
    },
}

/// A right password with an old hash. Nothing else is hashed without the policy for new ones.
pub struct Outdated(String);

impl Outdated {
    /// Hashes it with today's parameters.
    ///
    /// # Errors
    /// [`HashError::NotHashed`].
    pub fn hash(&self, salt: [u8; SALT_BYTES]) -> Result<PasswordHash, HashError> {
        hash(&self.0, salt, PARAMS)
    }
}

impl fmt::Debug for Outdated {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Outdated(hidden)")
    }
}

/// Checks a password at sign-in. `stored` is `None` for an account that does not exist or has no
/// password: the work is the same, so that the time tells nothing. Takes about 30 ms and 19 MiB.
///
/// The caller says the same sentence for a wrong password and for an unknown account.
///
/// # Errors
/// [`HashError::NotHashed`] when the system gives no memory: no failure of the person's.
pub fn check(stored: Option<&PasswordHash>, attempt: &str) -> Result<Checked, HashError> {
    let too_long = attempt.chars().nth(MAX_CHARS).is_some();
    let Some(hash) = stored.filter(|_| !too_long) else {
        // Nobody has this hash, whatever comes out.
        let attempt = if too_long { "" } else { attempt };
        black_box(PasswordHash::parse(NOBODY)?.belongs_to(attempt)?);
        return Ok(Checked::Wrong);
    };
    if !hash.belongs_to(attempt)? {
        return Ok(Checked::Wrong);
    }
    let outdated = hash.is_outdated().then(|| Outdated(attempt.to_owned()));
    Ok(Checked::Right { outdated })
}

#[cfg(test)]
mod tests {
    use std::time::Instant;

    use rstest::rstest;

    use super::*;

    const GOOD: &str = "vier Schafe am Deich";

    fn stored() -> PasswordHash {
        let chosen = NewPassword::choose(GOOD, "a@example.org").unwrap();
        PasswordHash::of(&chosen, [1; SALT_BYTES]).unwrap()
    }

    #[test]
    fn a_password_is_stored_as_argon2id_with_the_published_parameters() {
        let text = stored().to_string();
        assert!(
            text.starts_with("$argon2id$v=19$m=19456,t=2,p=1$"),
            "{text}"
        );
        assert!(PasswordHash::parse(&text).unwrap() == stored());
        let other = NewPassword::choose(GOOD, "").unwrap();
        let other = PasswordHash::of(&other, [2; SALT_BYTES]).unwrap();
        assert!(other != stored(), "the salt counts");
    }

    fn is_wrong(stored: Option<&PasswordHash>, attempt: &str) -> bool {
        matches!(check(stored, attempt), Ok(Checked::Wrong))
    }

    #[test]
    fn only_the_exact_password_is_right() {
        let hash = stored();
        let right = check(Some(&hash), GOOD);
        assert!(matches!(right, Ok(Checked::Right { outdated: None })));
        let trailing = format!("{GOOD} ");
        for wrong in ["", "Vier Schafe am Deich", &trailing, &GOOD[1..]] {
            assert!(is_wrong(Some(&hash), wrong), "{wrong:?}");
        }
    }

    #[test]
    fn a_hash_with_older_parameters_is_made_anew() {
        let old = Params::new(15 * 1024, 2, 1, None).unwrap();
        let old = hash(GOOD, [1; SALT_BYTES], old).unwrap();
        assert!(is_wrong(Some(&old), "something else"));
        let Ok(Checked::Right { outdated: Some(it) }) = check(Some(&old), GOOD) else {
            panic!("the old hash belongs to the password and is outdated");
        };
        assert!(it.hash([1; SALT_BYTES]).unwrap() == stored());
    }

    #[test]
    fn an_unknown_account_is_wrong_and_costs_the_same() {
        let nobody = PasswordHash::parse(NOBODY).unwrap();
        assert!(!nobody.is_outdated(), "the stand-in has today's parameters");
        assert_eq!(nobody.0.hash.map(|out| out.len()), Some(32));
        let hash = stored();
        let fastest = |stored: Option<&PasswordHash>, attempt: &str| {
            let time = |_| {
                let start = Instant::now();
                assert!(is_wrong(stored, attempt));
                start.elapsed()
            };
            (0..5).map(time).min().unwrap()
        };
        let known = fastest(Some(&hash), "wrong password");
        let endless = "x".repeat(100_000);
        for (stored, attempt) in [(None, "wrong password"), (Some(&hash), &endless)] {
            let other = fastest(stored, attempt);
            // Without the work it would be a thousandth; a busy machine is allowed its noise.
            let alike = other * 10 > known && known * 10 > other;
            assert!(alike, "{known:?} {other:?}");
        }
    }

    #[rstest]
    #[case("")]
    #[case("plain text")]
    #[case("$2b$12$abcdefghijklmnopqrstuuJ3oQ1Vx5yJ7s1bq0m0m0m0m0m0m0m0m")]
    #[case("$argon2i$v=19$m=19456,t=2,p=1$bm9ib2R5IGlzIGhlcmUuLg$bm9ib2R5IGlzIGhlcmUuLg")]
    #[case("$argon2id$v=19$m=19456,t=2,p=1$bm9ib2R5IGlzIGhlcmUuLg")]
    #[case("$argon2id$v=19$m=4194304,t=2,p=1$bm9ib2R5IGlzIGhlcmUuLg$bm9ib2R5IGlzIGhlcmUuLg")]
    #[case("$argon2id$v=19$m=19456,t=99,p=1$bm9ib2R5IGlzIGhlcmUuLg$bm9ib2R5IGlzIGhlcmUuLg")]
    fn what_is_no_usable_hash_is_not_read(#[case] text: &str) {
        let refused = PasswordHash::parse(text).map(|_| ()).unwrap_err();
        assert_eq!(refused.code(), "password.malformed-hash");
    }

    #[test]
    fn no_hash_shows_in_debug_output() {
        assert_eq!(format!("{:?}", stored()), "PasswordHash(hidden)");
    }
}
