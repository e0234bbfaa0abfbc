//! The second factor: time-based one-time passwords (RFC 6238), each accepted once.

use std::fmt;

use chrono::{DateTime, Utc};
use data_encoding::BASE32_NOPAD;
use totp_rs::{Algorithm, Builder, Secret, Totp};

/// Bytes of a secret: 160 bits, as RFC 4226, section 4 recommends.
pub const SECRET_BYTES: usize = 20;

/// Seconds of a step (RFC 6238, section 5.2).
pub const STEP_SECONDS: u64 = 30;

/// Digits of a code.
pub const DIGITS: u8 = 6;

/// Why a code was not accepted.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum TotpError {
    /// Not six digits.
    #[error("a code has {DIGITS} digits")]
    Malformed,
    /// No code of now, of the step before or of the step after.
    #[error("the code is wrong or too old")]
    Wrong,
    /// The right code, but it or a later one was used before.
    #[error("the code was used before: wait for the next one")]
    Replayed,
}

impl TotpError {
    /// Stable code of the error.
    #[must_use]
    pub fn code(&self) -> &'static str {
        match self {
            Self::Malformed => "totp.malformed",
            Self::Wrong => "totp.wrong",
            Self::Replayed => "totp.replayed",
        }
    }
}

/// The secret shared with somebody's authenticator. The server has to know it, so the caller
/// stores it encrypted.
pub struct TotpSecret([u8; SECRET_BYTES]);

/// The number of the step whose code was accepted: the caller stores the last one of each account
/// in the transaction that begins the session.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Step(pub u64);

impl TotpSecret {
    /// A secret from fresh random bytes, or from the decrypted column.
    #[must_use]
    pub const fn new(bytes: [u8; SECRET_BYTES]) -> Self {
        Self(bytes)
    }

    /// The bytes, for encryption.
    #[must_use]
    pub const fn bytes(&self) -> &[u8; SECRET_BYTES] {
        &self.0
    }

    /// For whoever types it into an authenticator: base32, 32 characters.
    #[must_use]
    pub fn base32(&self) -> String {
        BASE32_NOPAD.encode(&self.0)
    }

    /// The address of the QR code that an authenticator reads (Key URI format). A colon parts
    /// issuer and account there, so none may stand inside them.
    #[must_use]
    pub fn uri(&self, issuer: &str, account: &str) -> String {
        let (issuer, account) = (encoded(issuer), encoded(account));
        let secret = self.base32();
        format!(
            "otpauth://totp/{issuer}:{account}?secret={secret}&issuer={issuer}\
             &algorithm=SHA1&digits={DIGITS}&period={STEP_SECONDS}"
        )
    }

    /// Checks a code. One step early or late is accepted, for clocks differ and people type slowly
    /// (RFC 6238, section 5.2; OWASP ASVS 5.0, 6.5.5 would have thirty seconds in all). A step that
    /// was used, or one before it, is not (same section; ASVS 6.5.1). Failures count for
    /// [`super::lockout`]: six digits stand against few guesses only.
    ///
    /// # Errors
    /// [`TotpError`].
    pub fn verify(
        &self,
        code: &str,
        last_used: Option<Step>,
        now: DateTime<Utc>,
    ) -> Result<Step, TotpError> {
        let code: String = code.chars().filter(|c| *c != ' ').collect();
        if code.len() != usize::from(DIGITS) || !code.bytes().all(|b| b.is_ascii_digit()) {
            return Err(TotpError::Malformed);
        }
        let totp = self.totp();
        let current = now.timestamp().max(0).unsigned_abs() / STEP_SECONDS;
        let window = current.saturating_sub(1)..=current.saturating_add(1);
        // All three are computed, right or wrong.
        let matching: Vec<Step> = window
            .filter(|step| {
                let at = step.saturating_mul(STEP_SECONDS);
                totp.check(&code, at).is_some()
            })
            .map(Step)
            .collect();
        let fresh = matching.iter().find(|step| Some(**step) > last_used);
        match (fresh, matching.is_empty()) {
            (Some(step), _) => Ok(*step),
            (None, false) => Err(TotpError::Replayed),
            (None, true) => Err(TotpError::Wrong),
        }
    }

    /// SHA-1, for widespread authenticators ignore the parameter and use it anyway; its collisions
    /// do not touch HMAC.
    fn totp(&self) -> Totp {
        Builder::new()
            .with_algorithm(Algorithm::SHA1)
            .with_digits(DIGITS)
            .with_step_duration(STEP_SECONDS)
            .with_skew(0)
            .with_secret(Secret::new_stack(self.0))
            .build_noncompliant()
    }
}

impl fmt::Debug for TotpSecret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("TotpSecret(hidden)")
    }
}

/// Percent-encoding (RFC 3986, section 2.1) of everything but the unreserved characters.
fn encoded(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for byte in text.bytes().filter(|byte| *byte != b':') {
        if byte.is_ascii_alphanumeric() || b"-._~".contains(&byte) {
            out.push(char::from(byte));
        } else {
            out.push_str(&format!("%{byte:02X}"));
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use rstest::rstest;

    use super::*;

    fn secret() -> TotpSecret {
        TotpSecret::new(*b"12345678901234567890")
    }

    fn at(seconds: i64) -> DateTime<Utc> {
        DateTime::from_timestamp(seconds, 0).unwrap()
    }

    /// RFC 6238, appendix B, SHA-1: the last six of the eight digits there.
    #[rstest]
    #[case(59, "287082")]
    #[case(1_111_111_109, "081804")]
    #[case(1_111_111_111, "050471")]
    #[case(1_234_567_890, "005924")]
    #[case(2_000_000_000, "279037")]
    #[case(20_000_000_000, "353130")]
    fn the_vectors_of_the_rfc_are_accepted(#[case] seconds: i64, #[case] code: &str) {
        let step = Step(u64::try_from(seconds).unwrap() / 30);
        assert_eq!(secret().verify(code, None, at(seconds)), Ok(step));
    }

    #[rstest]
    #[case(29, false)]
    #[case(30, true)]
    #[case(59, true)]
    #[case(60, true)]
    #[case(119, true)]
    #[case(120, false)]
    fn a_code_is_good_one_step_early_and_late(#[case] seconds: i64, #[case] good: bool) {
        // The code of the step from 60 to 89 seconds (RFC 4226, appendix D, count 2).
        let answer = secret().verify("359152", None, at(seconds));
        assert_eq!(answer == Ok(Step(2)), good, "{answer:?}");
        assert!(good || answer == Err(TotpError::Wrong));
    }

    #[test]
    fn a_code_opens_once() {
        let step = secret().verify("359152", None, at(60)).unwrap();
        let again = secret().verify("359152", Some(step), at(61)).unwrap_err();
        assert_eq!(again.code(), "totp.replayed");
    }

    #[test]
    fn a_code_before_the_last_used_one_is_too_late() {
        // Counts 1 and 2 of RFC 4226, appendix D.
        let step = secret().verify("359152", None, at(60)).unwrap();
        let older = secret().verify("287082", Some(step), at(60)).unwrap_err();
        assert_eq!(older, TotpError::Replayed);
        let newer = secret().verify("969429", Some(step), at(60));
        assert_eq!(newer, Ok(Step(3)));
    }

    #[test]
    fn a_code_may_be_typed_as_authenticators_show_it() {
        assert_eq!(secret().verify("359 152", None, at(60)), Ok(Step(2)));
        for bad in ["", "35915", "3591522", "35915a", "٣٥٩١٥٢", "-35915"] {
            let refused = secret().verify(bad, None, at(60)).unwrap_err();
            assert_eq!(refused.code(), "totp.malformed", "{bad:?}");
        }
        let wrong = secret().verify("000000", None, at(60)).unwrap_err();
        assert_eq!(wrong.code(), "totp.wrong");
    }

    #[test]
    fn the_edges_of_the_calendar_are_no_panic() {
        for now in [DateTime::<Utc>::MIN_UTC, DateTime::<Utc>::MAX_UTC, at(0)] {
            assert!(secret().verify("000000", None, now).is_err());
        }
    }

    #[test]
    fn an_authenticator_reads_the_address() {
        let uri = secret().uri("Herd: Büro", "a+b@example.org");
        let expected = "otpauth://totp/Herd%20B%C3%BCro:a%2Bb%40example.org\
                        ?secret=GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ&issuer=Herd%20B%C3%BCro\
                        &algorithm=SHA1&digits=6&period=30";
        assert_eq!(uri, expected);
        assert_eq!(format!("{:?}", secret()), "TotpSecret(hidden)");
    }
}
