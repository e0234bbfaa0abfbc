//! Which addresses may be asked: those of the public internet, unless the target is private.
//!
//! The list follows the special-purpose registries of RFC 6890 and
//! <https://www.iana.org/assignments/iana-ipv6-special-registry/>. It is asked for the address that
//! a connection is really made to, so a name that resolves to something else the second time gains
//! nothing.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr};

use reqwest::Url;
use reqwest::dns::{Addrs, Name, Resolve, Resolving};

use super::PullError;

/// May a connection go there?
#[must_use]
pub fn reachable(ip: IpAddr, private: bool) -> bool {
    let ip = match ip {
        IpAddr::V6(v6) => embedded(v6).map_or(ip, IpAddr::V4),
        IpAddr::V4(_) => ip,
    };
    match ip {
        IpAddr::V4(v4) => v4_reachable(v4, private),
        IpAddr::V6(v6) => v6_reachable(v6, private),
    }
}

/// The IPv4 address inside of an IPv6 one: mapped, translated (RFC 6052) or 6to4 (RFC 3056).
fn embedded(v6: Ipv6Addr) -> Option<Ipv4Addr> {
    let of = |high: u16, low: u16| {
        let ([a, b], [c, d]) = (high.to_be_bytes(), low.to_be_bytes());
        Ipv4Addr::new(a, b, c, d)
    };
    match v6.segments() {
        [0, 0, 0, 0, 0, 0xffff, high, low] => Some(of(high, low)),
        [0x64, 0xff9b, 0, 0, 0, 0, high, low] => Some(of(high, low)),
        [0x2002, high, low, ..] => Some(of(high, low)),
        _ => None,
    }
}

fn v4_reachable(v4: Ipv4Addr, private: bool) -> bool {
    let [a, b, c, _] = v4.octets();
    // Link-local is where clouds keep their machines' credentials: nobody measures there.
    let never = v4.is_unspecified() || v4.is_broadcast() || v4.is_link_local() || a == 0;
    let never = never || v4.is_multicast() || a >= 240;
    let own = v4.is_private() || v4.is_loopback() || (a == 100 && (64..128).contains(&b));
    let odd = v4.is_documentation() || (a, b, c) == (192, 0, 0) || (a == 198 && b & 0xfe == 18);
    !never && !odd && (private || !own)
}

fn v6_reachable(v6: Ipv6Addr, private: bool) -> bool {
    let first = v6.segments()[0];
    let never = v6.is_unspecified() || v6.is_multicast() || first & 0xffc0 == 0xfe80;
    let documentation = first == 0x2001 && v6.segments()[1] == 0x0db8;
    let own = v6.is_loopback() || first & 0xfe00 == 0xfc00;
    !never && !documentation && (private || (!own && first & 0xe000 == 0x2000))
}

/// Refuses an address that is written into the URL; names are checked when they are resolved.
///
/// # Errors
/// [`PullError::Address`].
pub fn check_literal(url: &Url, private: bool) -> Result<(), PullError> {
    let host = url.host_str().unwrap_or_default();
    let bare = host.trim_start_matches('[').trim_end_matches(']');
    match bare.parse::<IpAddr>() {
        Ok(ip) if !reachable(ip, private) => Err(PullError::Address {
            host: host.to_owned(),
        }),
        _ => Ok(()),
    }
}

/// What is said of a name none of whose addresses may be asked.
#[derive(Debug, thiserror::Error)]
#[error("the name leads to no address that may be asked")]
pub struct Forbidden;

/// Resolves names by the system, and leaves out what may not be asked.
#[derive(Debug, Clone, Copy)]
pub struct Guarded {
    /// May own networks be asked?
    pub private: bool,
}

impl Resolve for Guarded {
    fn resolve(&self, name: Name) -> Resolving {
        let private = self.private;
        Box::pin(async move {
            let found = tokio::net::lookup_host((name.as_str(), 0)).await?;
            let allowed: Vec<SocketAddr> =
                found.filter(|one| reachable(one.ip(), private)).collect();
            if allowed.is_empty() {
                return Err(Forbidden.into());
            }
            Ok(Box::new(allowed.into_iter()) as Addrs)
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_public_internet_may_be_asked_and_nothing_else() {
        for public in [
            "1.1.1.1",
            "93.184.216.34",
            "2606:4700::1111",
            "::ffff:1.1.1.1",
        ] {
            assert!(reachable(public.parse().unwrap(), false), "{public}");
        }
        for own in [
            "127.0.0.1",
            "10.1.2.3",
            "172.16.0.1",
            "192.168.1.1",
            "100.64.0.1",
            "::1",
            "fd00::1",
            "::ffff:10.0.0.1",
            "64:ff9b::7f00:1",
            "2002:7f00:1::1",
        ] {
            let ip = own.parse().unwrap();
            assert!(!reachable(ip, false), "{own}");
            assert!(reachable(ip, true), "{own} of a private target");
        }
        for never in [
            "0.0.0.0",
            "169.254.169.254",
            "255.255.255.255",
            "224.0.0.1",
            "240.0.0.1",
            "fe80::1",
            "ff02::1",
            "::",
            "::ffff:169.254.169.254",
            "192.0.2.1",
            "198.18.0.1",
            "2001:db8::1",
        ] {
            let ip = never.parse().unwrap();
            assert!(!reachable(ip, false) && !reachable(ip, true), "{never}");
        }
        assert!(
            !reachable("::7f00:1".parse().unwrap(), false),
            "not global unicast"
        );
    }

    #[test]
    fn an_address_in_the_url_is_checked_in_every_spelling() {
        let refused = |url: &str| check_literal(&url.parse().unwrap(), false).is_err();
        for url in [
            "https://127.0.0.1/",
            "https://2130706433/",
            "https://0x7f.1/",
            "https://[::1]/",
            "https://[::ffff:127.0.0.1]/",
        ] {
            assert!(refused(url), "{url}");
        }
        assert!(!refused("https://social.example.org/"));
    }

    #[tokio::test]
    async fn a_name_of_the_own_machine_is_not_resolved_for_others() {
        let name = || "localhost".parse::<Name>().unwrap();
        assert!(Guarded { private: false }.resolve(name()).await.is_err());
        let own = Guarded { private: true }.resolve(name()).await.unwrap();
        assert!(own.map(|one| one.ip()).all(|ip| ip.is_loopback()));
    }
}
