//! Where a publisher may lead: by a redirect or a list to any machine of the internet, and to none inside the
//! operator's own network but the one that the settings name. Else whoever writes a list could have this
//! machine ask its neighbours in its name (CWE-918).
//!
//! Pure: addresses in, a decision out. `http.rs` asks for each address to which it is about to connect.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

use super::feed::Feed;

/// The hosts that the operator wrote into the settings of a feed, in small letters.
pub(super) fn own_hosts(feed: &Feed) -> Vec<String> {
    let written = [Some(&feed.url), feed.index.as_ref(), feed.base.as_ref()];
    written.into_iter().flatten().map(|url| host_of(url)).collect()
}

/// The host of an address as `http::Uri` gives it: with the brackets of IPv6, without user and port.
fn host_of(url: &str) -> String {
    let rest = url.split_once("://").map_or(url, |(_, rest)| rest);
    let authority = rest.split(['/', '?', '#']).next().unwrap_or(rest);
    let place = authority.rsplit('@').next().unwrap_or(authority);
    let host = match place.split_once(']') {
        Some((address, _)) => format!("{address}]"),
        None => place.split(':').next().unwrap_or(place).to_owned(),
    };
    host.to_ascii_lowercase()
}

/// Whether an address is not of the public internet: this machine, its networks, or what is no one machine
/// (IANA's special-purpose registries, RFC 6890).
pub(super) fn is_inside(address: IpAddr) -> bool {
    match address {
        IpAddr::V4(address) => is_inside_v4(address),
        IpAddr::V6(address) => match carried(address) {
            Some(carried) => is_inside_v4(carried),
            None => {
                address.is_loopback()
                    || address.is_unspecified()
                    || address.is_unique_local()
                    || address.is_unicast_link_local()
                    || address.is_multicast()
            }
        },
    }
}

fn is_inside_v4(address: Ipv4Addr) -> bool {
    let [first, second, ..] = address.octets();
    let is_shared = first == 100 && (64..128).contains(&second);
    first == 0
        || is_shared
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
    fn a_host_is_the_same_with_and_without_port_and_user() {
        for (url, host) in [
            ("https://Example.org/a/{id}", "example.org"),
            ("http://example.org:8080?x", "example.org"),
            ("http://elsewhere@example.org:1/", "example.org"),
            ("http://[::1]:8080/", "[::1]"),
        ] {
            assert_eq!(host_of(url), host);
        }
    }
}
