//! From where somebody comes: their own address, or the one that trusted proxies say.

use std::net::{IpAddr, Ipv4Addr, SocketAddr};

use axum::http::HeaderMap;

/// The other end of a connection.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Peer(pub(crate) SocketAddr);

/// Where somebody comes from, as limits count it: an IPv4 address, or the /64 of an IPv6 address, which
/// one household or ward has to itself.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) enum Origin {
    /// An IPv4 address.
    V4(Ipv4Addr),
    /// The first half of an IPv6 address.
    V6(u64),
}

impl From<IpAddr> for Origin {
    fn from(address: IpAddr) -> Self {
        match address.to_canonical() {
            IpAddr::V4(address) => Self::V4(address),
            IpAddr::V6(address) => {
                let bits = address.to_bits().to_be_bytes();
                Self::V6(bits.first_chunk().map_or(0, |half| u64::from_be_bytes(*half)))
            }
        }
    }
}

/// The address of who asked. Behind `proxies` trusted proxies the last of them says who came to it in
/// the last entry of `X-Forwarded-For`, the one before in the entry before, and so on; entries further
/// left were written by who knows. Without trusted proxies the header is not looked at.
pub(crate) fn origin(peer: Peer, headers: &HeaderMap, proxies: usize) -> Origin {
    let own = peer.0.ip();
    let Some(back) = proxies.checked_sub(1) else { return own.into() };
    let values = headers.get_all("x-forwarded-for").into_iter();
    let entries: Vec<&str> = values
        .filter_map(|value| value.to_str().ok())
        .flat_map(|value| value.split(','))
        .map(str::trim)
        .collect();
    let entry = entries.iter().rev().nth(back).and_then(|entry| address(entry));
    entry.unwrap_or(own).into()
}

/// An address, with or without a port.
fn address(text: &str) -> Option<IpAddr> {
    let bare = text.strip_prefix('[').and_then(|rest| rest.split_once(']')).map(|(ip, _)| ip);
    let bare = bare.unwrap_or(text);
    bare.parse().ok().or_else(|| text.parse::<SocketAddr>().ok().map(|with_port| with_port.ip()))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(forwarded: &[&'static str], proxies: usize) -> Origin {
        let mut headers = HeaderMap::new();
        for value in forwarded {
            headers.append("x-forwarded-for", axum::http::HeaderValue::from_static(value));
        }
        origin(Peer("192.0.2.9:4000".parse().unwrap()), &headers, proxies)
    }

    fn at(text: &str) -> Origin {
        text.parse::<IpAddr>().unwrap().into()
    }

    #[test]
    fn without_trusted_proxies_nobody_says_where_they_come_from() {
        assert_eq!(of(&["198.51.100.1"], 0), at("192.0.2.9"));
    }

    #[test]
    fn the_last_proxy_counts_and_what_stands_left_of_it_is_hearsay() {
        assert_eq!(of(&["203.0.113.5, 198.51.100.1"], 1), at("198.51.100.1"));
        assert_eq!(of(&["203.0.113.5", "198.51.100.1:80"], 1), at("198.51.100.1"));
        assert_eq!(of(&["10.0.0.1, 203.0.113.5, 198.51.100.1"], 2), at("203.0.113.5"));
        // Too few entries, or none that is an address: the connection itself counts.
        for forwarded in [&["198.51.100.1"][..], &["unknown, 198.51.100.1"], &[], &[""]] {
            assert_eq!(of(forwarded, 2), at("192.0.2.9"), "{forwarded:?}");
        }
    }

    #[test]
    fn an_ipv6_address_counts_by_its_first_half() {
        assert_eq!(of(&["[2001:db8:0:1::7]:443"], 1), at("2001:db8:0:1:ffff::1"));
        assert_ne!(at("2001:db8:0:1::1"), at("2001:db8:0:2::1"));
        assert_eq!(at("::ffff:192.0.2.9"), at("192.0.2.9"));
    }
}
