//! New passwords of staff: what the policy accepts.

use std::fmt;

use super::common_passwords::is_common;

/// Fewest characters. NIST SP 800-63B (revision 4, section 3.1.1.2) has 8 beside a second factor
/// and 15 for a password alone; staff sign in with a second factor, always.
pub const MIN_CHARS: usize = 12;

/// Most characters: NIST and OWASP ASVS 5.0, 6.2.9 ask for at least 64, and an end keeps the work
/// of hashing bounded.
pub const MAX_CHARS: usize = 128;

/// Fewest different characters.
pub const MIN_DISTINCT: usize = 5;

/// Why a password cannot be taken.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum PasswordError {
    /// Fewer characters than the policy asks for.
    #[error("a password has at least {MIN_CHARS} characters, not {chars}")]
    TooShort {
        /// How many there are.
        chars: usize,
    },
    /// More characters than are hashed.
    #[error("a password has at most {MAX_CHARS} characters")]
    TooLong,
    /// A few characters over and over, or the alphabet.
    #[error("the password repeats a few characters or counts up or down")]
    TooSimple,
    /// One that everybody tries.
    #[error("the password is made of words that everybody tries")]
    Common,
    /// The account's e-mail address.
    #[error("the password is the e-mail address of the account")]
    IsEmail,
}

impl PasswordError {
    /// Stable code of the error.
    #[must_use]
    pub fn code(&self) -> &'static str {
        match self {
            Self::TooShort { .. } => "password.too-short",
            Self::TooLong => "password.too-long",
            Self::TooSimple => "password.too-simple",
            Self::Common => "password.common",
            Self::IsEmail => "password.is-email",
        }
    }
}

/// A new password that the policy accepts.
///
/// There are no rules about kinds of characters and none about its age: both make passwords worse
/// (NIST SP 800-63B, section 3.1.1.2; BSI IT-Grundschutz, ORP.4). It is taken exactly as typed,
/// neither cut nor trimmed (OWASP ASVS 5.0, 6.2.8).
pub struct NewPassword(String);

impl NewPassword {
    /// Applies the policy.
    ///
    /// # Errors
    /// [`PasswordError`]: the first rule that the password breaks.
    pub fn choose(text: &str, email: &str) -> Result<Self, PasswordError> {
        let chars = text.chars().count();
        if chars < MIN_CHARS {
            return Err(PasswordError::TooShort { chars });
        }
        if chars > MAX_CHARS {
            return Err(PasswordError::TooLong);
        }
        if is_email(text, email) {
            return Err(PasswordError::IsEmail);
        }
        if is_simple(text) {
            return Err(PasswordError::TooSimple);
        }
        if is_common(text) {
            return Err(PasswordError::Common);
        }
        Ok(Self(text.to_owned()))
    }

    /// The text, for hashing.
    pub(super) fn text(&self) -> &str {
        &self.0
    }
}

impl fmt::Debug for NewPassword {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("NewPassword(hidden)")
    }
}

/// The address itself, or its part before the `@` with digits and signs around it.
fn is_email(text: &str, email: &str) -> bool {
    let (text, email) = (text.to_lowercase(), email.trim().to_lowercase());
    if email.is_empty() {
        return false;
    }
    let around = |c: char| !c.is_alphabetic();
    let local = email.split('@').next().unwrap_or_default();
    let local = local.trim_matches(around);
    text.contains(&email) || (!local.is_empty() && text.trim_matches(around) == local)
}

/// Few different characters, or each the neighbour of the one before: `abcdef…`, `9876543210987`.
fn is_simple(text: &str) -> bool {
    let mut distinct: Vec<char> = text.to_lowercase().chars().collect();
    let steps = |step: i32| {
        let mut pairs = distinct.iter().zip(distinct.iter().skip(1));
        pairs.all(|(a, b)| follows(*a, *b, step))
    };
    if steps(1) || steps(-1) {
        return true;
    }
    distinct.sort_unstable();
    distinct.dedup();
    distinct.len() < MIN_DISTINCT
}

/// Is `b` the neighbour of `a` in this direction? After 9 comes 0.
fn follows(a: char, b: char, step: i32) -> bool {
    let distance = i64::from(u32::from(b)).checked_sub(i64::from(u32::from(a)));
    let wraps = (a, b, step) == ('9', '0', 1) || (a, b, step) == ('0', '9', -1);
    wraps || distance == Some(i64::from(step))
}

#[cfg(test)]
mod tests {
    use rstest::rstest;

    use super::*;

    const GOOD: &str = "vier Schafe am Deich";

    #[rstest]
    #[case("vier Schafe", "password.too-short")]
    #[case("", "password.too-short")]
    #[case("äöüßäöüßäöü", "password.too-short")]
    #[case("aaaaaaaaaaaa", "password.too-simple")]
    #[case("123412341234", "password.too-simple")]
    #[case("ABCDEFGHIJKL", "password.too-simple")]
    #[case("7890123456789", "password.too-simple")]
    #[case("3210987654321", "password.too-simple")]
    #[case("Password1234", "password.common")]
    #[case("accounts.payable2027", "password.is-email")]
    #[case("Accounts.Payable@Example.org", "password.is-email")]
    #[case("my accounts.payable@example.org", "password.is-email")]
    fn the_policy_refuses(#[case] text: &str, #[case] code: &str) {
        let refused = NewPassword::choose(text, "accounts.payable@example.org");
        assert_eq!(refused.unwrap_err().code(), code);
    }

    #[rstest]
    #[case(GOOD)]
    #[case("onlylowercaseletters")]
    #[case("            leading spaces count")]
    #[case("пароль на каждый день")]
    #[case("xk7#Vq!mP2wz")]
    fn the_policy_has_no_rules_of_composition(#[case] text: &str) {
        for email in ["accounts.payable@example.org", "", "@", "1@x"] {
            assert!(NewPassword::choose(text, email).is_ok(), "{email:?}");
        }
    }

    #[test]
    fn length_is_counted_in_characters() {
        let longest = "äöüß e".repeat(22);
        let text = |chars| longest.chars().take(chars).collect::<String>();
        for (chars, fits) in [(11, false), (12, true), (128, true), (129, false)] {
            assert_eq!(
                NewPassword::choose(&text(chars), "").is_ok(),
                fits,
                "{chars}"
            );
        }
    }

    #[test]
    fn no_password_shows_in_debug_output() {
        let chosen = NewPassword::choose(GOOD, "").unwrap();
        assert_eq!(format!("{chosen:?}"), "NewPassword(hidden)");
    }
}
