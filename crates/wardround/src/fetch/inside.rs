//! Where a publisher may lead: by a redirect or a list to any machine of the internet, and to none inside the
//! operator's own network but the one that the settings name. Else whoever writes a list could have this
//! machine ask its neighbours in its name (CWE-918).
//!
//! Pure: addresses in, a decision out. `http.rs` asks for each address to which it is about to connect.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

use super::feed::Feed;

/// A host in small letters, as `http::Uri` gives it (with the brackets of IPv6), and a port.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Place {
    host: String,
    port: u16,
}

impl Place {
    pub(super) fn new(host: &str, scheme: Option<&str>, port: Option<u16>) -> Self {
        let port = port.unwrap_or(if scheme == Some("https") { HTTPS } else { HTTP });
        Self { host: host.to_ascii_lowercase(), port }
    }

    /// The place of an address, without its user.
    fn of(url: &str) -> Self {
        let (scheme, rest) = match url.split_once("://") {
            Some((scheme, rest)) => (Some(scheme), rest),
            None => (None, url),
        };
        let authority = rest.split(['/', '?', '#']).next().unwrap_or(rest);
        let place = authority.rsplit('@').next().unwrap_or(authority);
        let (host, port) = match place.split_once(']') {
            Some((address, port)) => (format!("{address}]"), port.strip_prefix(':')),
            None => match place.split_once(':') {
                Some((host, port)) => (host.to_owned(), Some(port)),
                None => (place.to_owned(), None),
            },
        };
        Self::new(&host, scheme, port.and_then(|port| port.parse().ok()))
    }

    /// Whether this is one of the places that the settings name: the same host, at the same port or at the
    /// usual ones of the web. Another port of it is another service.
    pub(super) fn is_among(&self, own: &[Self]) -> bool {
        let is_usual = self.port == HTTP || self.port == HTTPS;
        own.iter().any(|own| own.host == self.host && (own.port == self.port || is_usual))
    }
}

const HTTP: u16 = 80;
const HTTPS: u16 = 443;

/// The places that the operator wrote into the settings of a feed.
pub(super) fn own_places(feed: &Feed) -> Vec<Place> {
    let written = [Some(&feed.url), feed.index.as_ref(), feed.base.as_ref()];
    written.into_iter().flatten().map(|url| Place::of(url)).collect()
}

/// Whether an address is not of the public internet: this machine, its networks, or what is no one machine
/// (IANA's special-purpose registries, RFC 6890).
pub(super) fn is_inside(address: IpAddr) -> bool {
    match address {
        IpAddr::V4(address) => is_inside_v4(address),
        IpAddr::V6(address) => carried(address).map_or_else(|| is_inside_v6(address), is_inside_v4),
    }
}

fn is_inside_v6(address: Ipv6Addr) -> bool {
    let [first, second, third, ..] = address.segments();
    // NAT64 of one's own (RFC 8215), site-local (RFC 3879), Teredo (RFC 4380), and what is no address of a
    // machine.
    let is_special = (first, second, third) == (0x64, 0xff9b, 1)
        || first & 0xffc0 == 0xfec0
        || (first, second) == (0x2001, 0)
        || first == 0;
    is_special
        || address.is_unique_local()
        || address.is_unicast_link_local()
        || address.is_multicast()
}

fn is_inside_v4(address: Ipv4Addr) -> bool {
    let [first, second, third, _] = address.octets();
    let is_shared = first == 100 && (64..128).contains(&second);
    // Of protocols (RFC 6890), of measurements (RFC 2544), kept for later (RFC 1112).
    let is_special = (first, second, third) == (192, 0, 0)
        || first == 198 && second & 0xfe == 18
        || first >= 240;
    first == 0
        || is_shared
        || is_special
        || address.is_loopback()
        || address.is_private()
        || address.is_link_local()
        || address.is_broadcast()
        || address.is_multicast()
}

/// The IPv4 address to which an IPv6 address leads: mapped, translated (NAT64, RFC 6052) or by 6to4 (RFC 3056).
fn carried(address: Ipv6Addr) -> Option<Ipv4Addr> {
    let of = |high: u16, low: u16| Ipv4Addr::from_bits((u32::from(high) << 16) | u32::from(low));
    match address.segments() {
        [0x64, 0xff9b, 0, 0, 0, 0, high, low] | [0x2002, high, low, ..] => Some(of(high, low)),
        _ => address.to_ipv4_mapped(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn this_machine_and_its_networks_are_inside_however_they_are_written() {
        for inside in [
            "127.0.0.1",
            "127.9.9.9",
            "0.0.0.0",
            "10.1.2.3",
            "172.16.0.1",
            "192.168.1.1",
            "169.254.169.254",
            "100.64.0.1",
            "255.255.255.255",
            "224.0.0.1",
            "::",
            "::1",
            "fe80::1",
            "fd00::1",
            "ff02::1",
            "::ffff:127.0.0.1",
            "64:ff9b::a01:203",
            "2002:7f00:1::",
            "64:ff9b:1::a01:203",
            "fec0::1",
            "::127.0.0.1",
            "2001::1",
            "192.0.0.8",
            "198.18.0.1",
            "240.0.0.1",
        ] {
            assert!(is_inside(inside.parse().unwrap()), "{inside}");
        }
        for outside in
            ["192.0.2.7", "100.128.0.1", "172.32.0.1", "2001:db8::1", "64:ff9b::c000:207"]
        {
            assert!(!is_inside(outside.parse().unwrap()), "{outside}");
        }
    }

    #[test]
    fn a_place_is_a_host_and_a_port_whoever_asks() {
        for (url, host, port) in [
            ("https://Example.org/a/{id}", "example.org", 443),
            ("http://example.org:8080?x", "example.org", 8080),
            ("http://elsewhere@example.org:1/", "example.org", 1),
            ("http://[::1]:8080/", "[::1]", 8080),
            ("http://[::1]/", "[::1]", 80),
        ] {
            assert_eq!(Place::of(url), Place { host: host.to_owned(), port });
        }
    }

    #[test]
    fn another_port_of_a_named_host_is_another_service() {
        let own = [Place::of("http://mirror.inside:8080/list")];
        for (url, is_own) in [
            ("http://mirror.inside:8080/other", true),
            ("https://mirror.inside/", true),
            ("http://mirror.inside:9200/", false),
            ("http://other.inside:8080/", false),
        ] {
            assert_eq!(Place::of(url).is_among(&own), is_own, "{url}");
        }
    }
}
