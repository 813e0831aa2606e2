//! What hosts are recognised by. Addresses are private ones (RFC 1918), hardware addresses of the
//! range for local administration.

use std::net::Ipv4Addr;

use crate::estate::Host;
use crate::keyed::mix;

const SERIAL: u64 = 21;
const HIGH: u64 = 22;
const LOW: u64 = 23;
const MAC: u64 = 24;
const MAKER: u64 = 25;

/// "6K2M4Q9ZX1".
pub(super) fn serial(host: &Host) -> String {
    const DIGITS: &[u8; 36] = b"0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ";
    let mut rest = mix(host.seed, SERIAL);
    (0..10)
        .map(|_| {
            let digit = usize::try_from(rest % 36).unwrap_or(0);
            rest /= 36;
            DIGITS.get(digit).map_or('0', |digit| char::from(*digit))
        })
        .collect()
}

/// A random UUID (RFC 9562, version 4), as hardware and agents have.
pub(super) fn uuid(host: &Host) -> String {
    let (high, low) = (mix(host.seed, HIGH), mix(host.seed, LOW));
    format!(
        "{:08X}-{:04X}-4{:03X}-{:04X}-{:012X}",
        high >> 32,
        (high >> 16) & 0xFFFF,
        high & 0xFFF,
        0x8000 | (low >> 48) & 0x3FFF,
        low & 0xFFFF_FFFF_FFFF
    )
}

/// "02-1F-...".
pub(super) fn mac(host: &Host) -> String {
    let n = mix(host.seed, MAC);
    let byte = |at: u32| (n >> (at * 8)) & 0xFF;
    format!("02-{:02X}-{:02X}-{:02X}-{:02X}-{:02X}", byte(0), byte(1), byte(2), byte(3), byte(4))
}

/// An address in the organisation's network.
pub(super) fn address(organisation: u32, host: &Host) -> Ipv4Addr {
    let byte = |n: u32| u8::try_from(n & 0xFF).unwrap_or(0);
    let net = byte(organisation);
    let at = host.number;
    Ipv4Addr::new(10, net, byte(at / 250), byte(at % 250 + 2))
}

/// Maker and model of the hardware.
pub(super) fn hardware(host: &Host) -> (&'static str, &'static str) {
    const PCS: [(&str, &str); 6] = [
        ("Dell Inc.", "OptiPlex 7020"),
        ("Dell Inc.", "OptiPlex 3010"),
        ("Hewlett-Packard", "HP Compaq Elite 8300 SFF"),
        ("HP", "HP EliteDesk 800 G1 SFF"),
        ("LENOVO", "10AAS03200"),
        ("Dell Inc.", "Latitude E5450"),
    ];
    const SERVERS: [(&str, &str); 4] = [
        ("VMware, Inc.", "VMware Virtual Platform"),
        ("Microsoft Corporation", "Virtual Machine"),
        ("HP", "ProLiant DL380 Gen9"),
        ("Dell Inc.", "PowerEdge R720"),
    ];
    let drawn = usize::try_from(mix(host.seed, MAKER) >> 40).unwrap_or(0);
    let list: &[(&str, &str)] = if host.role == crate::estate::Role::Pc { &PCS } else { &SERVERS };
    list.get(drawn % list.len()).copied().unwrap_or(("", ""))
}
