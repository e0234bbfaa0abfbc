//! Tokens against requests forged by other sites: made for a session and a purpose, one for each
//! form that is shown, stored nowhere.

use std::fmt;
use std::sync::atomic::{AtomicU64, Ordering};

use data_encoding::BASE64URL_NOPAD;
use ring::hmac;

use super::SecretHash;

/// Set apart from every other use of the same key.
const CONTEXT: &[u8] = b"herdbook csrf 2\0";

/// The same for the marks, which no token may be mistaken for.
const MARKS: &[u8] = b"herdbook csrf mark 1\0";

/// Bytes of what tells two forms apart: nobody meets one twice by chance.
const MARK_BYTES: usize = 16;

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
pub struct CsrfKey {
    key: hmac::Key,
    /// Random, another for each run of the program: no two of them make the same marks.
    start: [u8; MARK_BYTES],
    /// How many tokens were made.
    made: AtomicU64,
}

impl CsrfKey {
    /// A key from 32 secret random bytes, and random bytes that only this run of the program has.
    #[must_use]
    pub fn new(bytes: &[u8; 32], start: [u8; MARK_BYTES]) -> Self {
        Self {
            key: hmac::Key::new(hmac::HMAC_SHA256, bytes),
            start,
            made: AtomicU64::new(0),
        }
    }

    /// The token to put into a form that the session is shown (OWASP cheat sheet on cross-site
    /// request forgery, synchroniser token). Before the sign-in the session is an anonymous one,
    /// so that the sign-in form is protected too.
    ///
    /// Each is another one, so that it also tells which of two equal forms was sent: the one that
    /// was sent twice, or the one that was opened again to make a second thing.
    #[must_use]
    pub fn token(&self, session: &SecretHash, purpose: &'static str) -> String {
        let mark = self.mark();
        let tag = hmac::sign(&self.key, &message(&mark, session, purpose));
        BASE64URL_NOPAD.encode(&[&mark, tag.as_ref()].concat())
    }

    /// What the next token begins with. A keyed hash over a count is as good as random bytes to
    /// whoever lacks the key (NIST SP 800-108), and cannot fail while a page is written.
    fn mark(&self) -> [u8; MARK_BYTES] {
        let made = self.made.fetch_add(1, Ordering::Relaxed).to_be_bytes();
        let text = [MARKS, &self.start, &made].concat();
        let tag = hmac::sign(&self.key, &text);
        let mut mark = [0; MARK_BYTES];
        for (to, from) in mark.iter_mut().zip(tag.as_ref()) {
            *to = *from;
        }
        mark
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
        let forged = || ForgedRequest { purpose };
        let bytes = BASE64URL_NOPAD.decode(token.as_bytes());
        let bytes = bytes.map_err(|_| forged())?;
        let (mark, tag) = bytes.split_at_checked(MARK_BYTES).ok_or_else(forged)?;
        hmac::verify(&self.key, &message(mark, session, purpose), tag).map_err(|_| forged())
    }
}

impl fmt::Debug for CsrfKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("CsrfKey(hidden)")
    }
}

/// Context, mark and hash have fixed lengths, so that no two triples make the same message.
fn message(mark: &[u8], session: &SecretHash, purpose: &str) -> Vec<u8> {
    [CONTEXT, mark, session.bytes(), purpose.as_bytes()].concat()
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    fn key() -> CsrfKey {
        CsrfKey::new(&[4; 32], [1; MARK_BYTES])
    }

    #[test]
    fn a_form_is_taken_back_from_the_session_it_was_shown_to() {
        let session = SecretHash::of("mine");
        let token = key().token(&session, "runs.issue");
        assert_eq!(key().check(&session, "runs.issue", &token), Ok(()));
        assert_eq!(token.len(), 64);
    }

    #[test]
    fn no_two_forms_carry_the_same_token_and_each_is_taken_back() {
        let session = SecretHash::of("mine");
        // As two servers over one database: one key, each with random bytes of its own.
        let servers = [1, 2].map(|start| CsrfKey::new(&[4; 32], [start; MARK_BYTES]));
        let made = servers
            .iter()
            .flat_map(|one| (0..100).map(|_| one.token(&session, "runs.issue")));
        let made: BTreeSet<String> = made.collect();
        assert_eq!(made.len(), 200);
        for token in &made {
            assert_eq!(key().check(&session, "runs.issue", token), Ok(()));
        }
    }

    #[test]
    fn a_form_of_another_session_purpose_or_key_is_refused() {
        let (mine, yours) = (SecretHash::of("mine"), SecretHash::of("yours"));
        let token = key().token(&mine, "runs.issue");
        for forged in [
            key().check(&yours, "runs.issue", &token),
            key().check(&mine, "invoices.cancel", &token),
            key().check(&mine, "runs.issue2", &token),
            CsrfKey::new(&[5; 32], [1; MARK_BYTES]).check(&mine, "runs.issue", &token),
        ] {
            assert_eq!(forged.unwrap_err().code(), "csrf.forged-request");
        }
    }

    #[test]
    fn a_cut_or_altered_token_is_refused() {
        let session = SecretHash::of("mine");
        let token = key().token(&session, "runs.issue");
        let padded = format!("{token}=");
        let other = key().token(&SecretHash::of("yours"), "runs.issue");
        let swapped = format!("{}{}", &other[..22], &token[22..]);
        for altered in [
            "",
            "A",
            &token[1..],
            &token[..60],
            &token[..20],
            &padded,
            &swapped,
            "ü",
        ] {
            let refused = key().check(&session, "runs.issue", altered);
            assert!(refused.is_err(), "{altered:?}");
        }
    }
}
