//! Browsers that have signed in to an account before, told by a cookie that the server signed.
//!
//! Whoever knows an address can fail to sign in with it until the account has to wait. The owner's
//! own browser is counted by itself, so that strangers keep only strangers waiting (OWASP, "Slow
//! Down Online Guessing Attacks with Device Cookies"). The cookie opens nothing.

use std::fmt;

use chrono::{DateTime, TimeDelta, Utc};
use data_encoding::BASE64URL_NOPAD;
use ring::hmac;

use super::deadline::after;
use super::{AccountId, Keyring, SecretText};

/// Set apart from every other use of the same key.
const CONTEXT: &[u8] = b"herdbook device 1\0";

/// Random bytes that tell one browser from another.
pub const MARK_BYTES: usize = 16;
/// How long a browser is known after its last sign-in.
pub const LIFE: TimeDelta = TimeDelta::days(180);

const ACCOUNT_BYTES: usize = 16;
const UNTIL_BYTES: usize = 8;
const BODY_BYTES: usize = ACCOUNT_BYTES + MARK_BYTES + UNTIL_BYTES;

/// The server's key for these cookies. Every node has the same; with a new one every browser is
/// unknown again, nothing more.
pub struct DeviceKey(hmac::Key);

impl DeviceKey {
    /// The key of a server.
    #[must_use]
    pub fn of(keys: &Keyring) -> Self {
        Self(hmac::Key::new(hmac::HMAC_SHA256, &keys.derive("device")))
    }

    /// What a browser gets that has just signed in.
    #[must_use]
    pub fn token(
        &self,
        account: AccountId,
        mark: [u8; MARK_BYTES],
        now: DateTime<Utc>,
    ) -> SecretText {
        let until = after(now, LIFE).timestamp().to_be_bytes();
        let body = [&account.0.as_bytes()[..], &mark, &until].concat();
        let tag = hmac::sign(&self.0, &[CONTEXT, &body].concat());
        SecretText::of_bytes(&[&body, tag.as_ref()].concat())
    }

    /// By what the failures of a browser are counted that has signed in to this account before;
    /// none when it has not, or too long ago.
    #[must_use]
    pub fn known(&self, token: &str, account: AccountId, now: DateTime<Utc>) -> Option<String> {
        let bytes = BASE64URL_NOPAD.decode(token.as_bytes()).ok()?;
        let (body, tag) = bytes.split_at_checked(BODY_BYTES)?;
        hmac::verify(&self.0, &[CONTEXT, body].concat(), tag).ok()?;
        let (whose, rest) = body.split_at_checked(ACCOUNT_BYTES)?;
        let (mark, until) = rest.split_at_checked(MARK_BYTES)?;
        let until = i64::from_be_bytes(until.try_into().ok()?);
        let known = whose == account.0.as_bytes() && now.timestamp() < until;
        known.then(|| format!("{account}/{}", BASE64URL_NOPAD.encode(mark)))
    }
}

impl fmt::Debug for DeviceKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("DeviceKey(hidden)")
    }
}

#[cfg(test)]
mod tests {
    use uuid::Uuid;

    use super::*;

    const NOW: DateTime<Utc> = DateTime::<Utc>::UNIX_EPOCH;

    fn key(byte: u8) -> DeviceKey {
        DeviceKey::of(&Keyring::of("test".to_owned(), [byte; 32]))
    }

    #[test]
    fn a_browser_is_known_to_its_own_account_for_a_while() {
        let (own, other) = (AccountId(Uuid::from_u128(1)), AccountId(Uuid::from_u128(2)));
        let token = key(1).token(own, [7; MARK_BYTES], NOW);
        let known = key(1).known(token.reveal(), own, NOW + LIFE - TimeDelta::seconds(1));
        assert!(known.is_some_and(|known| known.starts_with(&own.to_string())));
        assert_eq!(key(1).known(token.reveal(), own, NOW + LIFE), None);
        assert_eq!(key(1).known(token.reveal(), other, NOW), None);
        assert_eq!(
            key(2).known(token.reveal(), own, NOW),
            None,
            "another server"
        );
    }

    #[test]
    fn two_browsers_are_counted_apart() {
        let own = AccountId(Uuid::from_u128(1));
        let [one, two] = [7, 8].map(|mark| key(1).token(own, [mark; MARK_BYTES], NOW));
        let known = |token: &SecretText| key(1).known(token.reveal(), own, NOW);
        assert_ne!(known(&one), known(&two));
    }

    #[test]
    fn what_was_changed_or_cut_is_not_known() {
        let own = AccountId(Uuid::from_u128(1));
        let token = key(1).token(own, [7; MARK_BYTES], NOW);
        let bytes = BASE64URL_NOPAD.decode(token.reveal().as_bytes()).unwrap();
        for place in 0..bytes.len() {
            let mut changed = bytes.clone();
            changed[place] ^= 1;
            let text = BASE64URL_NOPAD.encode(&changed);
            assert_eq!(key(1).known(&text, own, NOW), None, "byte {place}");
            let text = BASE64URL_NOPAD.encode(&bytes[..place]);
            assert_eq!(key(1).known(&text, own, NOW), None, "cut at {place}");
        }
        assert_eq!(key(1).known("", own, NOW), None);
        assert_eq!(key(1).known("%", own, NOW), None);
    }
}
