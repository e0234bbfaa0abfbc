//! Network addresses: from where a request comes when proxies stand in between, and by what guesses
//! are counted.

use std::fmt;
use std::net::{IpAddr, Ipv6Addr};
use std::str::FromStr;

use serde::Deserialize;

/// Most hops that are looked at; a longer list is somebody's game.
const HOPS_MAX: usize = 32;

/// A text that names no network.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{text:?} is no network such as 10.0.0.0/8, 2001:db8::/32 or 192.0.2.1")]
pub struct MalformedNetwork {
    /// What was given.
    pub text: String,
}

impl MalformedNetwork {
    /// Stable code of the error.
    #[must_use]
    pub fn code(&self) -> &'static str {
        "config.invalid"
    }
}

/// A block of addresses (CIDR, RFC 4632 and RFC 4291, section 2.3).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(try_from = "String")]
pub struct Network {
    /// First bits, the rest zero; IPv4 as IPv4-mapped IPv6.
    bits: u128,
    mask: u128,
}

impl Network {
    /// Does the address lie in the block? An IPv4-mapped IPv6 address counts as IPv4.
    #[must_use]
    pub fn contains(&self, address: IpAddr) -> bool {
        mapped(address) & self.mask == self.bits
    }
}

fn mapped(address: IpAddr) -> u128 {
    match address {
        IpAddr::V4(address) => address.to_ipv6_mapped().to_bits(),
        IpAddr::V6(address) => address.to_bits(),
    }
}

impl FromStr for Network {
    type Err = MalformedNetwork;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let malformed = || MalformedNetwork {
            text: text.to_owned(),
        };
        let (address, length) = match text.split_once('/') {
            Some((address, length)) => (address, Some(length)),
            None => (text, None),
        };
        let address: IpAddr = address.trim().parse().map_err(|_| malformed())?;
        let (width, before): (u32, u32) = match address {
            IpAddr::V4(_) => (32, 96),
            IpAddr::V6(_) => (128, 0),
        };
        let length = match length {
            Some(length) => length.trim().parse().map_err(|_| malformed())?,
            None => width,
        };
        if length > width {
            return Err(malformed());
        }
        let zeros = 128_u32.saturating_sub(before.saturating_add(length));
        let mask = u128::MAX.checked_shl(zeros).unwrap_or_default();
        Ok(Self {
            bits: mapped(address) & mask,
            mask,
        })
    }
}

impl TryFrom<String> for Network {
    type Error = MalformedNetwork;

    fn try_from(text: String) -> Result<Self, Self::Error> {
        text.parse()
    }
}

/// The header in which the proxies say for whom they ask. Only one is read: a proxy that writes the
/// one passes the other on as a stranger sent it.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum ProxyHeader {
    /// `X-Forwarded-For`: addresses, the newest last.
    #[default]
    XForwardedFor,
    /// `Forwarded` (RFC 7239).
    Forwarded,
}

impl ProxyHeader {
    /// The name as requests carry it.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::XForwardedFor => "x-forwarded-for",
            Self::Forwarded => "forwarded",
        }
    }
}

/// The proxies in front of the server.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Proxies {
    /// Whose word counts.
    pub trusted: Vec<Network>,
    /// Where they give it.
    pub header: ProxyHeader,
}

impl Proxies {
    /// From where a request comes. `lines` are the values of the header, in their order.
    ///
    /// Read from the right end, where the nearest proxy writes: each address is believed as long as
    /// whoever wrote it is trusted. What stands to the left of a stranger was written by the
    /// stranger. A proxy that hides the address before it (`unknown`, `_name`) stands for it.
    #[must_use]
    pub fn client<'a>(
        &self,
        peer: IpAddr,
        lines: impl DoubleEndedIterator<Item = &'a str>,
    ) -> IpAddr {
        let mut client = peer.to_canonical();
        let hops = lines.rev().flat_map(|line| line.rsplit(','));
        for hop in hops.take(HOPS_MAX) {
            if !self.trusted.iter().any(|network| network.contains(client)) {
                break;
            }
            let named = match self.header {
                ProxyHeader::XForwardedFor => address(hop.trim()),
                ProxyHeader::Forwarded => for_of(hop).and_then(address),
            };
            match named {
                Some(named) => client = named.to_canonical(),
                None => break,
            }
        }
        client
    }
}

/// The `for` of one element of `Forwarded`: `for=192.0.2.60;proto=http`.
fn for_of(element: &str) -> Option<&str> {
    let pairs = element.split(';').filter_map(|pair| pair.split_once('='));
    let mut named = pairs.filter(|(name, _)| name.trim().eq_ignore_ascii_case("for"));
    let (_, value) = named.next()?;
    let value = value.trim();
    let bare = value
        .strip_prefix('"')
        .and_then(|rest| rest.strip_suffix('"'));
    Some(bare.unwrap_or(value))
}

/// An address, with or without a port; IPv6 with a port stands in brackets.
fn address(text: &str) -> Option<IpAddr> {
    if let Ok(address) = text.parse() {
        return Some(address);
    }
    if let Some(rest) = text.strip_prefix('[') {
        let (address, port) = rest.split_once(']')?;
        let port = port.strip_prefix(':').or(port.is_empty().then_some("0"))?;
        return port
            .parse::<u16>()
            .ok()
            .and_then(|_| address.parse::<Ipv6Addr>().ok())
            .map(IpAddr::V6);
    }
    let (address, port) = text.split_once(':')?;
    port.parse::<u16>().ok()?;
    address.parse().ok()
}

/// What guesses from an address are counted by: IPv6 by its /64, which one house has whole.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct House(pub IpAddr);

impl fmt::Display for House {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.0.to_canonical() {
            IpAddr::V4(address) => fmt::Display::fmt(&address, f),
            IpAddr::V6(address) => {
                let [a, b, c, d, ..] = address.segments();
                write!(f, "{}/64", Ipv6Addr::new(a, b, c, d, 0, 0, 0, 0))
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use rstest::rstest;

    use super::*;

    fn ip(text: &str) -> IpAddr {
        text.parse().unwrap()
    }

    #[rstest]
    #[case("10.0.0.0/8", "10.255.0.1", true)]
    #[case("10.0.0.0/8", "11.0.0.1", false)]
    #[case("10.9.9.9/8", "10.1.1.1", true)]
    #[case("10.0.0.0/8", "::ffff:10.1.2.3", true)]
    #[case("192.0.2.1", "192.0.2.1", true)]
    #[case("192.0.2.1", "192.0.2.2", false)]
    #[case("0.0.0.0/0", "203.0.113.9", true)]
    #[case("0.0.0.0/0", "2001:db8::1", false)]
    #[case("2001:db8::/32", "2001:db8:ffff::1", true)]
    #[case("2001:db8::/32", "2001:db9::1", false)]
    #[case("::/0", "2001:db8::1", true)]
    #[case("::1", "::1", true)]
    fn a_block_holds_its_addresses(
        #[case] block: &str,
        #[case] address: &str,
        #[case] inside: bool,
    ) {
        assert_eq!(
            block.parse::<Network>().unwrap().contains(ip(address)),
            inside
        );
    }

    #[test]
    fn what_is_no_block_is_refused() {
        for text in [
            "",
            "10.0.0.0/33",
            "::/129",
            "10.0.0/8",
            "a",
            "10.0.0.0/-1",
            "10.0.0.0/8/8",
        ] {
            let refused = text.parse::<Network>().unwrap_err();
            assert!(refused.to_string().contains("10.0.0.0/8"), "{text:?}");
            assert_eq!(refused.code(), "config.invalid");
        }
    }

    fn proxies(header: ProxyHeader) -> Proxies {
        Proxies {
            trusted: ["10.0.0.0/8", "2001:db8:ffff::/48"]
                .map(|text| text.parse().unwrap())
                .into(),
            header,
        }
    }

    #[rstest]
    #[case("203.0.113.9", &["198.51.100.1"], "203.0.113.9")] // a stranger says what it likes
    #[case("10.0.0.1", &[], "10.0.0.1")]
    #[case("10.0.0.1", &["198.51.100.1"], "198.51.100.1")]
    #[case("10.0.0.1", &["1.1.1.1, 198.51.100.1"], "198.51.100.1")] // the left end is forged
    #[case("10.0.0.1", &["1.1.1.1, 198.51.100.1, 10.0.0.2"], "198.51.100.1")]
    #[case("10.0.0.1", &["1.1.1.1", "198.51.100.1,10.0.0.2"], "198.51.100.1")]
    #[case("10.0.0.1", &["10.0.0.3, 10.0.0.2"], "10.0.0.3")]
    #[case("10.0.0.1", &["198.51.100.1, unknown"], "10.0.0.1")]
    #[case("10.0.0.1", &["198.51.100.1, , 10.0.0.2"], "10.0.0.2")]
    #[case("10.0.0.1", &["198.51.100.1:4711"], "198.51.100.1")]
    #[case("10.0.0.1", &["[2001:db8::7]:4711"], "2001:db8::7")]
    #[case("10.0.0.1", &["2001:db8::7"], "2001:db8::7")]
    #[case("::ffff:10.0.0.1", &["::ffff:198.51.100.1"], "198.51.100.1")]
    #[case("2001:db8:ffff::1", &["198.51.100.1"], "198.51.100.1")]
    fn the_right_end_is_read_as_far_as_it_is_trusted(
        #[case] peer: &str,
        #[case] lines: &[&str],
        #[case] client: &str,
    ) {
        let proxies = proxies(ProxyHeader::XForwardedFor);
        assert_eq!(proxies.client(ip(peer), lines.iter().copied()), ip(client));
    }

    #[rstest]
    #[case("for=198.51.100.1", "198.51.100.1")]
    #[case("For=\"[2001:db8::7]:80\";proto=https", "2001:db8::7")]
    #[case("proto=https;by=10.0.0.9;for=198.51.100.1:80", "198.51.100.1")]
    #[case("for=1.1.1.1, for=198.51.100.1;by=x, for=10.0.0.2", "198.51.100.1")]
    #[case("for=_hidden, for=10.0.0.2", "10.0.0.2")]
    #[case("for=unknown", "10.0.0.1")]
    #[case("for=\"198.51.100.1", "10.0.0.1")]
    #[case("proto=https", "10.0.0.1")]
    #[case("198.51.100.1", "10.0.0.1")]
    fn the_header_of_the_rfc_is_read(#[case] line: &str, #[case] client: &str) {
        let proxies = proxies(ProxyHeader::Forwarded);
        assert_eq!(
            proxies.client(ip("10.0.0.1"), [line].into_iter()),
            ip(client)
        );
    }

    #[test]
    fn a_list_without_end_is_not_walked() {
        let long = vec!["10.0.0.2"; 10_000].join(",");
        let proxies = proxies(ProxyHeader::XForwardedFor);
        assert_eq!(
            proxies.client(ip("10.0.0.1"), [long.as_str()].into_iter()),
            ip("10.0.0.2")
        );
        assert_eq!(
            Proxies::default().client(ip("10.0.0.1"), ["1.1.1.1"].into_iter()),
            ip("10.0.0.1")
        );
    }

    #[test]
    fn guesses_from_one_house_count_together() {
        for (address, expected) in [
            ("192.0.2.7", "192.0.2.7"),
            ("::ffff:192.0.2.7", "192.0.2.7"),
            ("2001:db8:1:2:3:4:5:6", "2001:db8:1:2::/64"),
        ] {
            assert_eq!(House(ip(address)).to_string(), expected);
        }
    }
}
