//! Mastodon's webhooks: whether a message is the instance's own.
//!
//! The header `X-Hub-Signature` holds `sha256=` and the HMAC-SHA256 of the body, byte for byte,
//! under the webhook's secret as ASCII text. <https://docs.joinmastodon.org/admin/webhooks/>
//! Nothing in a message says when it was signed, so a replay is told by the hash of its body.

use data_encoding::{HEXLOWER, HEXLOWER_PERMISSIVE};
use ring::hmac;
use thiserror::Error;

/// Longest message, in bytes. A report with a hundred posts stays far below.
pub const LONGEST: usize = 1 << 20;
/// Shortest secret: what Mastodon itself asks for (`Webhook`, length of `secret`).
pub const SHORTEST_SECRET: usize = 12;
/// Longest secret that is kept.
pub const LONGEST_SECRET: usize = 255;

/// Why a message, a secret or an instance is not taken.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum HookError {
    /// No signature, one of another form, or one under another secret: which is not told.
    #[error("the signature does not fit the message and a secret of this instance")]
    Signature,
    /// The message is signed and no event.
    #[error("the message is signed, but is no event of Mastodon: {reason}")]
    Payload { reason: String },
    /// A secret that nobody could have made on purpose.
    #[error(
        "a secret has {SHORTEST_SECRET} to {LONGEST_SECRET} visible ASCII characters, as Mastodon \
         shows it"
    )]
    Secret,
    /// Not the name of a host.
    #[error("{name:?} is no name of an instance, such as social.example.org")]
    Instance { name: String },
}

impl HookError {
    /// The stable dotted code, listed in docs/ERRORS.md.
    pub fn code(&self) -> &'static str {
        match self {
            Self::Signature => "mastodon.signature",
            Self::Payload { .. } => "mastodon.payload",
            Self::Secret => "mastodon.secret",
            Self::Instance { .. } => "mastodon.instance",
        }
    }
}

/// Checks the signature of a message; two secrets count while one is exchanged for the other.
///
/// # Errors
/// [`HookError::Signature`].
pub fn verify<'s>(
    body: &[u8],
    header: &str,
    secrets: impl IntoIterator<Item = &'s [u8]>,
) -> Result<(), HookError> {
    let hex = header.trim().strip_prefix("sha256=").unwrap_or_default();
    let signature = HEXLOWER_PERMISSIVE
        .decode(hex.as_bytes())
        .unwrap_or_default();
    let fits = secrets.into_iter().fold(false, |fits, secret| {
        let key = hmac::Key::new(hmac::HMAC_SHA256, secret);
        // `verify` takes as long for a near miss as for a far one, and every secret is tried.
        hmac::verify(&key, body, &signature).is_ok() | fits
    });
    if fits {
        Ok(())
    } else {
        Err(HookError::Signature)
    }
}

/// The header of a message, for whoever plays Mastodon.
#[must_use]
pub fn sign(body: &[u8], secret: &[u8]) -> String {
    let key = hmac::Key::new(hmac::HMAC_SHA256, secret);
    format!(
        "sha256={}",
        HEXLOWER.encode(hmac::sign(&key, body).as_ref())
    )
}

/// A secret as Mastodon shows it, without the white space that copying brings along.
///
/// # Errors
/// [`HookError::Secret`].
pub fn checked_secret(text: &str) -> Result<&str, HookError> {
    let text = text.trim();
    let visible = text.bytes().all(|sign| sign.is_ascii_graphic());
    if visible && (SHORTEST_SECRET..=LONGEST_SECRET).contains(&text.len()) {
        Ok(text)
    } else {
        Err(HookError::Secret)
    }
}

/// The name of an instance in its one spelling: a host in lower case (RFC 1123, section 2.1), with
/// its port where it has one of its own.
///
/// # Errors
/// [`HookError::Instance`].
pub fn checked_instance(text: &str) -> Result<String, HookError> {
    let wrong = || HookError::Instance {
        name: text.chars().take(80).collect(),
    };
    let name = text.trim().to_ascii_lowercase();
    let (host, port) = name.split_once(':').unwrap_or((&name, "443"));
    let port_fits = port.parse::<u16>().is_ok_and(|port| port > 0);
    let label = |label: &str| {
        let inside = |sign: u8| sign.is_ascii_alphanumeric() || sign == b'-';
        (1..=63).contains(&label.len())
            && label.bytes().all(inside)
            && !label.starts_with('-')
            && !label.ends_with('-')
    };
    if port_fits && host.len() <= 253 && host.split('.').all(label) {
        Ok(name)
    } else {
        Err(wrong())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const SECRET: &[u8] = b"0123456789abcdef0123456789abcdef01234567";

    #[test]
    fn the_signature_is_that_of_the_documented_scheme() {
        // printf '{"event":"report.created"}' | openssl dgst -sha256 -hmac SECRET
        let known = "sha256=6ff42037606234cdba1a73a876c51446feec8020bf2a113b4d100afd55e2ec14";
        let body = br#"{"event":"report.created"}"#;
        assert_eq!(sign(body, SECRET), known);
        assert_eq!(verify(body, &sign(body, SECRET), [SECRET]), Ok(()));
    }

    #[test]
    fn either_of_two_secrets_counts_and_no_third() {
        let body = b"{}";
        let secrets: [&[u8]; 2] = [b"a secret that goes", SECRET];
        for secret in secrets {
            assert_eq!(verify(body, &sign(body, secret), secrets), Ok(()));
        }
        let third = sign(body, b"a third secret");
        assert_eq!(verify(body, &third, secrets), Err(HookError::Signature));
        let none: [&[u8]; 0] = [];
        assert!(verify(body, &sign(body, SECRET), none).is_err());
    }

    #[test]
    fn whatever_is_no_signature_of_the_body_is_refused() {
        let good = sign(b"{}", SECRET);
        let upper = good.to_uppercase().replace("SHA256", "sha256");
        assert_eq!(verify(b"{}", &upper, [SECRET]), Ok(()));
        let bare = good.trim_start_matches("sha256=").to_owned();
        let sha1 = good.replace("sha256", "sha1");
        let cut = good[..good.len() - 2].to_owned();
        let long = format!("{good}00");
        for header in ["", "sha256=", "sha256=zz", &bare, &sha1, &cut, &long] {
            assert!(verify(b"{}", header, [SECRET]).is_err(), "{header}");
        }
        assert!(verify(b"{} ", &good, [SECRET]).is_err());
        for at in 7..good.len() {
            let mut other = good.clone().into_bytes();
            other[at] = if other[at] == b'0' { b'1' } else { b'0' };
            let other = String::from_utf8(other).unwrap();
            assert!(verify(b"{}", &other, [SECRET]).is_err(), "{at}");
        }
    }

    #[test]
    fn secrets_and_instances_have_their_form() {
        assert_eq!(checked_secret(" 0123456789ab\n"), Ok("0123456789ab"));
        for wrong in ["", "short", "with a space in it", "umlaute-äöü-äöü"] {
            assert_eq!(checked_secret(wrong), Err(HookError::Secret), "{wrong}");
        }
        assert_eq!(
            checked_instance("Social.Example.ORG").as_deref(),
            Ok("social.example.org")
        );
        assert!(checked_instance("127.0.0.1:3000").is_ok());
        for wrong in [
            "", "a b", "-a.org", "a..org", "a/b", "a.org:0", "a.org:x", "a_b",
        ] {
            assert!(checked_instance(wrong).is_err(), "{wrong}");
        }
    }
}
