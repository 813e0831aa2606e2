//! Which addresses are of the public internet: whoever is led to an address by a stranger goes to no other, else the
//! stranger could have this machine ask its neighbours in its name (CWE-918).

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

/// Whether an address is not of the public internet: this machine, its networks, or what is no one machine
/// (IANA's special-purpose registries, RFC 6890).
pub fn is_inside(address: IpAddr) -> bool {
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
}
