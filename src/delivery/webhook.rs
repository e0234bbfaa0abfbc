//! Webhooks that go out: one signed POST to an address a customer named.
//!
//! Source of ids, time stamps, signatures and what an answer means: Standard Webhooks 1.0.0,
//! <https://github.com/standard-webhooks/standard-webhooks/blob/main/spec/standard-webhooks.md>.

use std::net::{IpAddr, SocketAddr};
use std::sync::LazyLock;
use std::time::Duration;

use reqwest::{StatusCode, Url};
use standardwebhooks::{
    HEADER_WEBHOOK_ID, HEADER_WEBHOOK_SIGNATURE, HEADER_WEBHOOK_TIMESTAMP, Webhook,
};

use crate::access::network::Network;

/// Longest time for a whole answer: the specification asks for 15 to 30 seconds.
const TIMEOUT: Duration = Duration::from_secs(20);
/// Longest time until the connection stands.
const CONNECTING: Duration = Duration::from_secs(5);
/// Longest address.
const LONGEST: usize = 500;

/// Blocks that do not lie in the public network: the special-purpose registries of IANA (RFC 6890
/// and its updates), with multicast and IPv4 inside IPv6.
const NOT_PUBLIC: [&str; 24] = [
    "0.0.0.0/8",
    "10.0.0.0/8",
    "100.64.0.0/10",
    "127.0.0.0/8",
    "169.254.0.0/16",
    "172.16.0.0/12",
    "192.0.0.0/24",
    "192.0.2.0/24",
    "192.88.99.0/24",
    "192.168.0.0/16",
    "198.18.0.0/15",
    "198.51.100.0/24",
    "203.0.113.0/24",
    "224.0.0.0/3",
    "::/127",
    "64:ff9b::/96",
    "64:ff9b:1::/48",
    "100::/64",
    "2001::/23",
    "2001:db8::/32",
    "2002::/16",
    "fc00::/7",
    "fe80::/10",
    "ff00::/8",
];

static BLOCKS: LazyLock<Vec<Network>> = LazyLock::new(|| {
    let blocks = NOT_PUBLIC.iter();
    blocks.filter_map(|block| block.parse().ok()).collect()
});

/// Why a webhook was not taken.
#[derive(Debug, thiserror::Error)]
pub enum WebhookError {
    /// The address is none a webhook can go to.
    #[error("the address {0}")]
    Address(&'static str),
    /// The host lies in a private network, and is not among those that may.
    #[error("the host {host} lies in a private network")]
    Private {
        /// Which.
        host: String,
    },
    /// The webhook was switched off, or its receiver is gone.
    #[error("the webhook is switched off")]
    Off,
    /// The secret or the body cannot be signed.
    #[error("the webhook cannot be signed")]
    Unsigned,
    /// No connection, or no answer in time.
    #[error("the receiver does not answer")]
    Unreachable,
    /// The receiver answered that it does not want any more.
    #[error("the receiver is gone (410)")]
    Gone,
    /// The receiver answered otherwise than with success.
    #[error("the receiver answered {0}")]
    Refused(u16),
}

impl WebhookError {
    /// Stable code of the error.
    #[must_use]
    pub fn code(&self) -> &'static str {
        match self {
            Self::Address(_) => "webhook.address",
            Self::Private { .. } => "webhook.private-host",
            Self::Off => "webhook.off",
            Self::Unsigned => "webhook.secret",
            Self::Unreachable => "webhook.unreachable",
            Self::Gone => "webhook.gone",
            Self::Refused(_) => "webhook.refused",
        }
    }
}

/// Hosts in private networks that webhooks may go to all the same, in clear text too.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct PrivateHosts(pub Vec<String>);

impl PrivateHosts {
    fn holds(&self, host: &str) -> bool {
        self.0.iter().any(|known| known.eq_ignore_ascii_case(host))
    }
}

/// Where webhooks go.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Address {
    url: Url,
    host: String,
    port: u16,
}

impl Address {
    /// Reads an address: https (http for the named private hosts), with a host, without user and
    /// fragment.
    ///
    /// # Errors
    /// [`WebhookError::Address`].
    pub fn parse(text: &str, private: &PrivateHosts) -> Result<Self, WebhookError> {
        let wrong = WebhookError::Address;
        if text.len() > LONGEST {
            return Err(wrong("is too long"));
        }
        let url = Url::parse(text).map_err(|_| wrong("is no address"))?;
        let host = url.host_str().ok_or(wrong("names no host"))?;
        let host = host
            .trim_start_matches('[')
            .trim_end_matches(']')
            .to_owned();
        let clear = url.scheme() == "http" && private.holds(&host);
        if url.scheme() != "https" && !clear {
            return Err(wrong("does not begin with https://"));
        }
        if !url.username().is_empty() || url.password().is_some() || url.fragment().is_some() {
            return Err(wrong("holds a user, a password or a fragment"));
        }
        let port = url.port_or_known_default().ok_or(wrong("names no port"))?;
        Ok(Self { url, host, port })
    }

    /// The address as it is called.
    #[must_use]
    pub fn as_str(&self) -> &str {
        self.url.as_str()
    }

    /// The addresses of the host, all of which may be called. Resolved once: the request goes to
    /// what was checked, whatever the name says a moment later.
    async fn resolved(&self, private: &PrivateHosts) -> Result<Vec<SocketAddr>, WebhookError> {
        let found = tokio::net::lookup_host((self.host.as_str(), self.port)).await;
        let found: Vec<SocketAddr> = found.map_err(|_| WebhookError::Unreachable)?.collect();
        let refused = found.iter().any(|address| !is_public(address.ip()));
        if refused && !private.holds(&self.host) {
            return Err(WebhookError::Private {
                host: self.host.clone(),
            });
        }
        match found.is_empty() {
            true => Err(WebhookError::Unreachable),
            false => Ok(found),
        }
    }
}

/// Does an address lie in the public network?
#[must_use]
pub fn is_public(address: IpAddr) -> bool {
    !BLOCKS.iter().any(|block| block.contains(address))
}

/// A webhook to be sent.
#[derive(Debug, Clone, Copy)]
pub struct Message<'a> {
    /// The same for all attempts: by it the receiver knows a repetition.
    pub id: &'a str,
    /// When this attempt is made, seconds since 1970.
    pub timestamp: i64,
    /// The JSON that is signed and sent.
    pub body: &'a str,
}

/// Sends a webhook, signed with the secret (`whsec_` and base64).
///
/// # Errors
/// [`WebhookError`]. Nothing of the answer but its status is looked at, and no redirect followed.
pub async fn send(
    address: &Address,
    private: &PrivateHosts,
    secret: &str,
    message: Message<'_>,
) -> Result<(), WebhookError> {
    let signer = Webhook::new(secret).map_err(|_| WebhookError::Unsigned)?;
    let signature = signer.sign(message.id, message.timestamp, message.body.as_bytes());
    let signature = signature.map_err(|_| WebhookError::Unsigned)?;
    let resolved = address.resolved(private).await?;
    // Whoever links this as a library has chosen no provider of cryptography yet.
    let _ = rustls::crypto::ring::default_provider().install_default();
    let client = reqwest::Client::builder()
        .redirect(reqwest::redirect::Policy::none())
        .no_proxy()
        .resolve_to_addrs(&address.host, &resolved)
        .connect_timeout(CONNECTING)
        .timeout(TIMEOUT)
        .build()
        .map_err(|_| WebhookError::Unreachable)?;
    let sent = client
        .post(address.url.clone())
        .header("content-type", "application/json")
        .header(
            "user-agent",
            concat!("herdbook/", env!("CARGO_PKG_VERSION")),
        )
        .header(HEADER_WEBHOOK_ID, message.id)
        .header(HEADER_WEBHOOK_TIMESTAMP, message.timestamp.to_string())
        .header(HEADER_WEBHOOK_SIGNATURE, signature)
        .body(message.body.to_owned())
        .send()
        .await;
    let status = sent.map_err(|_| WebhookError::Unreachable)?.status();
    match status {
        StatusCode::GONE => Err(WebhookError::Gone),
        status if status.is_success() => Ok(()),
        status => Err(WebhookError::Refused(status.as_u16())),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn private_addresses_are_told_from_public_ones() {
        assert_eq!(BLOCKS.len(), NOT_PUBLIC.len(), "every block is one");
        for private in [
            "127.0.0.1",
            "10.1.2.3",
            "172.31.255.255",
            "192.168.1.1",
            "169.254.169.254",
            "100.64.0.1",
            "0.0.0.0",
            "224.0.0.1",
            "255.255.255.255",
            "::1",
            "::",
            "fd00::1",
            "fe80::1",
            "::ffff:127.0.0.1",
            "::ffff:10.0.0.1",
            "64:ff9b::a00:1",
            "ff02::1",
        ] {
            assert!(!is_public(private.parse().unwrap()), "{private}");
        }
        for public in ["1.1.1.1", "172.32.0.1", "2606:4700::1111", "::ffff:1.1.1.1"] {
            assert!(is_public(public.parse().unwrap()), "{public}");
        }
    }

    #[test]
    fn an_address_is_https_with_a_host_and_nothing_secret() {
        let none = PrivateHosts::default();
        for good in [
            "https://hooks.example.org/usage?of=1",
            "https://[2606:4700::1111]:8443/x",
        ] {
            assert!(Address::parse(good, &none).is_ok(), "{good}");
        }
        let long = format!("https://example.org/{}", "a".repeat(LONGEST));
        for bad in [
            "http://hooks.example.org/",
            "ftp://example.org",
            "https://user@example.org/",
            "https://u:p@example.org/",
            "https://example.org/#x",
            "nothing",
            "",
            "https://",
            &long,
        ] {
            let refused = Address::parse(bad, &none).unwrap_err();
            assert_eq!(refused.code(), "webhook.address", "{bad}");
        }
        let own = PrivateHosts(vec!["127.0.0.1".to_owned()]);
        assert!(Address::parse("http://127.0.0.1:9/x", &own).is_ok());
        assert!(Address::parse("http://127.0.0.2:9/x", &own).is_err());
    }

    #[tokio::test]
    async fn a_private_host_is_refused_before_anything_is_sent() {
        let none = PrivateHosts::default();
        for host in [
            "https://localhost/",
            "https://127.0.0.1/",
            "https://[::1]/",
            "https://2130706433/",
        ] {
            let address = Address::parse(host, &none).unwrap();
            let message = Message {
                id: "usage-alert-1",
                timestamp: 1_800_000_000,
                body: "{}",
            };
            let refused = send(&address, &none, "whsec_MDEyMzQ1Njc4OWFiY2RlZg==", message).await;
            assert_eq!(
                refused.unwrap_err().code(),
                "webhook.private-host",
                "{host}"
            );
        }
    }
}
