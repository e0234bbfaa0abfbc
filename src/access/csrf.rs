//! Tokens against requests forged by other sites: one a session and purpose, stored nowhere.

use std::fmt;

use data_encoding::BASE64URL_NOPAD;
use ring::hmac;

use super::SecretHash;

/// Set apart from every other use of the same key.
const CONTEXT: &[u8] = b"herdbook csrf 1\0";

/// The token of a form is missing or of another session or purpose.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("the form was not made for {purpose} in the session it came with")]
pub struct ForgedRequest {
    /// What the request would do.
    pub purpose: &'static str,
}

impl ForgedRequest {
    /// Stable code of the error.
    #[must_use]
    pub fn code(&self) -> &'static str {
        "csrf.forged-request"
    }
}

/// The server's key. Every node has the same; a new one makes open forms stale, nothing more.
pub struct CsrfKey(hmac::Key);

impl CsrfKey {
    /// A key from 32 secret random bytes.
    #[must_use]
    pub fn new(bytes: &[u8; 32]) -> Self {
        Self(hmac::Key::new(hmac::HMAC_SHA256, bytes))
    }

    /// The token to put into a form that the session is shown (OWASP cheat sheet on cross-site
    /// request forgery, synchroniser token). Before the sign-in the session is an anonymous one,
    /// so that the sign-in form is protected too.
    ///
    /// It is the same in every answer; pages that carry it next to text of strangers are not
    /// compressed, or their length tells the token bit by bit (CVE-2013-3587).
    #[must_use]
    pub fn token(&self, session: &SecretHash, purpose: &'static str) -> String {
        let tag = hmac::sign(&self.0, &message(session, purpose));
        BASE64URL_NOPAD.encode(tag.as_ref())
    }

    /// Was the token made for the session and the purpose? Takes as long for a near miss as for a
    /// far one.
    ///
    /// # Errors
    /// [`ForgedRequest`].
    pub fn check(
        &self,
        session: &SecretHash,
        purpose: &'static str,
        token: &str,
    ) -> Result<(), ForgedRequest> {
        let tag = BASE64URL_NOPAD
            .decode(token.as_bytes())
            .map_err(|_| ForgedRequest { purpose })?;
        hmac::verify(&self.0, &message(session, purpose), &tag)
            .map_err(|_| ForgedRequest { purpose })
    }
}

impl fmt::Debug for CsrfKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("CsrfKey(hidden)")
    }
}

/// Context and hash have fixed lengths, so that no two pairs make the same message.
fn message(session: &SecretHash, purpose: &str) -> Vec<u8> {
    [CONTEXT, session.bytes(), purpose.as_bytes()].concat()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn key() -> CsrfKey {
        CsrfKey::new(&[4; 32])
    }

    #[test]
    fn a_form_is_taken_back_from_the_session_it_was_shown_to() {
        let session = SecretHash::of("mine");
        let token = key().token(&session, "runs.issue");
        assert_eq!(key().check(&session, "runs.issue", &token), Ok(()));
        assert_eq!(token.len(), 43);
    }

    #[test]
    fn a_form_of_another_session_purpose_or_key_is_refused() {
        let (mine, yours) = (SecretHash::of("mine"), SecretHash::of("yours"));
        let token = key().token(&mine, "runs.issue");
        for forged in [
            key().check(&yours, "runs.issue", &token),
            key().check(&mine, "invoices.cancel", &token),
            key().check(&mine, "runs.issue2", &token),
            CsrfKey::new(&[5; 32]).check(&mine, "runs.issue", &token),
        ] {
            assert_eq!(forged.unwrap_err().code(), "csrf.forged-request");
        }
    }

    #[test]
    fn a_cut_or_altered_token_is_refused() {
        let session = SecretHash::of("mine");
        let token = key().token(&session, "runs.issue");
        let padded = format!("{token}=");
        for altered in ["", "A", &token[1..], &token[..42], &padded, "ü"] {
            let refused = key().check(&session, "runs.issue", altered);
            assert!(refused.is_err(), "{altered:?}");
        }
    }
}
