//! Stripe's webhook: whether a message is Stripe's, and which of our objects it tells of.
//!
//! The signature follows <https://docs.stripe.com/webhooks#verify-manually>: the header
//! `Stripe-Signature` holds `t=SECONDS` and any number of `v1=HEX`; one of them must be the
//! HMAC-SHA256 of `SECONDS.BODY` under one of our secrets, and the time not more than five minutes
//! off. Of the message itself only what names an object is read: its types grow with Stripe's
//! versions, and what happened is read from the object anyway.

use chrono::{DateTime, Utc};
use data_encoding::HEXLOWER_PERMISSIVE;
use ring::hmac;
use serde::Deserialize;

use crate::access::secret::SecretText;

/// How far the time of a message may be off, in seconds: the tolerance of Stripe's own libraries.
pub const TOLERANCE_SECONDS: u64 = 300;

/// Longest message, in bytes; Stripe's own stay far below.
pub const LONGEST: usize = 512 * 1024;

/// Why a message is not taken.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum WebhookError {
    /// No header, or one that is none.
    #[error("the message carries no signature of the documented form")]
    Unsigned,
    /// No signature fits.
    #[error("no signature of the message fits one of the secrets")]
    Forged,
    /// Signed too long ago, or ahead of time.
    #[error("the message was signed {seconds} seconds from now; at most {TOLERANCE_SECONDS} count")]
    Stale {
        /// How far off.
        seconds: u64,
    },
    /// No event.
    #[error("the message is no event")]
    Malformed,
}

impl WebhookError {
    /// Stable code of the error.
    #[must_use]
    pub fn code(&self) -> &'static str {
        match self {
            Self::Unsigned => "webhook.unsigned",
            Self::Forged => "webhook.forged",
            Self::Stale { .. } => "webhook.stale",
            Self::Malformed => "webhook.malformed",
        }
    }
}

/// Checks the signature of a message.
///
/// # Errors
/// [`WebhookError`]; a message that is old and forged is forged.
pub fn verify(
    body: &[u8],
    header: &str,
    secrets: &[SecretText],
    now: DateTime<Utc>,
) -> Result<(), WebhookError> {
    let mut at: Option<(&str, i64)> = None;
    let mut signatures = Vec::new();
    for part in header.split(',') {
        match part.trim().split_once('=') {
            Some(("t", seconds)) => {
                let parsed = seconds.parse().map_err(|_| WebhookError::Unsigned)?;
                at = Some((seconds, parsed));
            }
            Some(("v1", hex)) => signatures.extend(HEXLOWER_PERMISSIVE.decode(hex.as_bytes())),
            // Other schemes, such as v0 of test messages, prove nothing.
            _ => {}
        }
    }
    let (text, at) = at.ok_or(WebhookError::Unsigned)?;
    if signatures.is_empty() {
        return Err(WebhookError::Unsigned);
    }
    let mut signed = Vec::with_capacity(text.len() + 1 + body.len());
    signed.extend_from_slice(text.as_bytes());
    signed.push(b'.');
    signed.extend_from_slice(body);
    let fits = |secret: &SecretText| {
        let key = hmac::Key::new(hmac::HMAC_SHA256, secret.reveal().as_bytes());
        // `verify` takes as long for a near miss as for a far one.
        let one = |signature: &Vec<u8>| hmac::verify(&key, &signed, signature).is_ok();
        signatures.iter().any(one)
    };
    if !secrets.iter().any(fits) {
        return Err(WebhookError::Forged);
    }
    let seconds = now.timestamp().abs_diff(at);
    if seconds > TOLERANCE_SECONDS {
        return Err(WebhookError::Stale { seconds });
    }
    Ok(())
}

/// The header of a message that is signed now, for whoever plays Stripe.
#[must_use]
pub fn sign(body: &[u8], secret: &SecretText, seconds: i64) -> String {
    let key = hmac::Key::new(hmac::HMAC_SHA256, secret.reveal().as_bytes());
    let mut signed = format!("{seconds}.").into_bytes();
    signed.extend_from_slice(body);
    let signature = HEXLOWER_PERMISSIVE.encode(hmac::sign(&key, &signed).as_ref());
    format!("t={seconds},v1={signature}")
}

/// A message, down to what names an object of ours.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Event {
    /// Stripe's identifier of the event.
    pub id: String,
    /// What happened, such as `checkout.session.completed`.
    pub kind: String,
    /// The object it tells of.
    pub object: String,
    /// How to find the checkout it belongs to.
    pub about: About,
}

/// How an object leads to a checkout.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum About {
    /// By our own name of the checkout.
    Checkout(String),
    /// By the session.
    Session(String),
    /// By the payment.
    Payment(String),
    /// It has nothing to do with one.
    Nothing,
}

#[derive(Deserialize)]
struct Wire {
    id: String,
    #[serde(rename = "type")]
    kind: String,
    data: Data,
}

#[derive(Deserialize)]
struct Data {
    object: Object,
}

/// The few fields that lead to a checkout, of whatever object it is.
#[derive(Default, Deserialize)]
struct Object {
    #[serde(default)]
    id: Option<String>,
    #[serde(default)]
    object: Option<String>,
    #[serde(default)]
    client_reference_id: Option<String>,
    #[serde(default)]
    payment_intent: Option<serde_json::Value>,
    #[serde(default)]
    metadata: Option<serde_json::Value>,
}

/// Reads a message whose signature was checked.
///
/// # Errors
/// [`WebhookError::Malformed`].
pub fn read(body: &[u8]) -> Result<Event, WebhookError> {
    let Wire { id, kind, data } =
        serde_json::from_slice(body).map_err(|_| WebhookError::Malformed)?;
    if id.is_empty() || id.len() > 255 || kind.len() > 255 {
        return Err(WebhookError::Malformed);
    }
    let object = data.object;
    let about = about(&object);
    Ok(Event {
        id,
        kind,
        object: object.id.unwrap_or_default(),
        about,
    })
}

fn about(object: &Object) -> About {
    let ours = object.metadata.as_ref();
    let ours = ours.and_then(|metadata| metadata.get("herdbook_checkout"));
    let ours = ours.and_then(serde_json::Value::as_str).map(str::to_owned);
    let id = object.id.clone().unwrap_or_default();
    let intent = match &object.payment_intent {
        Some(serde_json::Value::String(id)) => Some(id.clone()),
        Some(value) => value["id"].as_str().map(str::to_owned),
        None => None,
    };
    match (object.object.as_deref(), ours, intent) {
        (Some("checkout.session"), ours, _) => match object.client_reference_id.clone().or(ours) {
            Some(key) => About::Checkout(key),
            None => About::Session(id),
        },
        (Some("payment_intent" | "charge" | "refund"), Some(key), _) => About::Checkout(key),
        (Some("payment_intent"), None, _) => About::Payment(id),
        (Some("charge" | "refund"), None, Some(payment)) => About::Payment(payment),
        _ => About::Nothing,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn secret(text: &str) -> SecretText {
        SecretText::new(text.to_owned())
    }

    fn at(seconds: i64) -> DateTime<Utc> {
        DateTime::from_timestamp(seconds, 0).unwrap()
    }

    #[test]
    fn a_signature_of_the_documented_scheme_fits() {
        // HMAC-SHA256 of `1700000000.{}` under `whsec_test`, made with openssl.
        let header = sign(b"{}", &secret("whsec_test"), 1_700_000_000);
        let (_, hex) = header.split_once(",v1=").unwrap();
        assert_eq!(hex.len(), 64);
        let secrets = [secret("whsec_old"), secret("whsec_test")];
        assert_eq!(verify(b"{}", &header, &secrets, at(1_700_000_000)), Ok(()));
    }

    #[test]
    fn what_is_not_signed_now_by_one_of_the_secrets_is_refused() {
        let own = [secret("whsec_test")];
        let good = sign(b"{}", &own[0], 1_000_000);
        let other = sign(b"{}", &secret("whsec_other"), 1_000_000);
        let v0 = good.replace("v1", "v0");
        type Case<'a> = (&'a [u8], &'a str, i64, Result<(), WebhookError>);
        let cases: &[Case<'_>] = &[
            (b"{}", &good, 1_000_300, Ok(())),
            (b"{}", &good, 999_700, Ok(())),
            (
                b"{}",
                &good,
                1_000_301,
                Err(WebhookError::Stale { seconds: 301 }),
            ),
            (
                b"{}",
                &good,
                999_699,
                Err(WebhookError::Stale { seconds: 301 }),
            ),
            (b"{ }", &good, 1_000_000, Err(WebhookError::Forged)),
            (b"{}", &other, 1_000_000, Err(WebhookError::Forged)),
            (b"{}", &other, 2_000_000, Err(WebhookError::Forged)),
            (b"{}", &v0, 1_000_000, Err(WebhookError::Unsigned)),
            (b"{}", "", 1_000_000, Err(WebhookError::Unsigned)),
            (b"{}", "t=x,v1=00", 1_000_000, Err(WebhookError::Unsigned)),
            (b"{}", "v1=00", 1_000_000, Err(WebhookError::Unsigned)),
            (
                b"{}",
                "t=1000000,v1=zz",
                1_000_000,
                Err(WebhookError::Unsigned),
            ),
            (
                b"{}",
                "t=1000000,v1=00",
                1_000_000,
                Err(WebhookError::Forged),
            ),
        ];
        for (body, header, now, expected) in cases {
            assert_eq!(&verify(body, header, &own, at(*now)), expected, "{header}");
        }
    }

    #[test]
    fn two_signatures_are_tried_while_a_secret_is_exchanged() {
        let own = [secret("whsec_new")];
        let old = sign(b"{}", &secret("whsec_old"), 1_000_000);
        let new = sign(b"{}", &own[0], 1_000_000);
        let both = format!("{old},{}", new.split_once(',').unwrap().1);
        assert_eq!(verify(b"{}", &both, &own, at(1_000_000)), Ok(()));
    }

    #[test]
    fn an_event_leads_to_its_checkout() {
        let event = |object: &str| {
            let body = format!(r#"{{"id":"evt_1","type":"x.y","data":{{"object":{object}}}}}"#);
            read(body.as_bytes()).map(|event| event.about)
        };
        let cases = [
            (
                r#"{"object":"checkout.session","id":"cs_1","client_reference_id":"k"}"#,
                About::Checkout("k".to_owned()),
            ),
            (
                r#"{"object":"checkout.session","id":"cs_1","client_reference_id":null}"#,
                About::Session("cs_1".to_owned()),
            ),
            (
                r#"{"object":"payment_intent","id":"pi_1",
                    "metadata":{"herdbook_checkout":"k"}}"#,
                About::Checkout("k".to_owned()),
            ),
            (
                r#"{"object":"payment_intent","id":"pi_1","metadata":{}}"#,
                About::Payment("pi_1".to_owned()),
            ),
            (
                r#"{"object":"refund","id":"re_1","payment_intent":"pi_1","metadata":{}}"#,
                About::Payment("pi_1".to_owned()),
            ),
            (
                r#"{"object":"charge","id":"ch_1","payment_intent":{"id":"pi_1"}}"#,
                About::Payment("pi_1".to_owned()),
            ),
            (
                r#"{"object":"charge","id":"ch_1","payment_intent":null}"#,
                About::Nothing,
            ),
            (r#"{"object":"plan","id":"price_1"}"#, About::Nothing),
            ("{}", About::Nothing),
        ];
        for (object, expected) in cases {
            assert_eq!(event(object), Ok(expected), "{object}");
        }
        for body in [
            "",
            "[]",
            r#"{"id":"evt_1"}"#,
            r#"{"id":"","type":"a","data":{"object":{}}}"#,
        ] {
            assert_eq!(
                read(body.as_bytes()),
                Err(WebhookError::Malformed),
                "{body}"
            );
        }
    }
}
