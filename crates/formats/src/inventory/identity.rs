//! Small rules for what identifies a host in a scanner's report.

use std::collections::HashMap;

use model::evidence::{HostIdentity, Port};

/// A hardware address in lower case with colons, if it is one.
pub(crate) fn mac(printed: &str) -> Option<String> {
    let digits: String = printed
        .chars()
        .filter(|c| !matches!(c, ':' | '-' | '.' | ' '))
        .map(|c| c.to_ascii_lowercase())
        .collect();
    if digits.len() != 12 || !digits.bytes().all(|b| b.is_ascii_hexdigit()) {
        return None;
    }
    let pairs: Vec<&str> = (0..6).filter_map(|at| digits.get(at * 2..at * 2 + 2)).collect();
    Some(pairs.join(":"))
}

/// Adds a name unless it is empty, an address, or already there in any letter case.
pub(crate) fn add_name(host: &mut HostIdentity, name: &str) {
    // Scripts print the zero byte that ends a NetBIOS name.
    let name = name.trim().trim_end_matches("\\x00").trim_end_matches('\0').trim();
    let is_address = name.parse::<std::net::IpAddr>().is_ok();
    if !name.is_empty()
        && name != "-"
        && !is_address
        && !host.names.iter().any(|known| known.eq_ignore_ascii_case(name))
    {
        host.names.push(name.to_owned());
    }
}

/// Adds an address as printed unless it is empty or already there.
pub(crate) fn add_address(host: &mut HostIdentity, address: &str) {
    let address = address.trim();
    if !address.is_empty() && address != "-" && !host.addresses.iter().any(|a| a == address) {
        host.addresses.push(address.to_owned());
    }
}

/// Adds a hardware address unless it is none or already there.
pub(crate) fn add_mac(host: &mut HostIdentity, printed: &str) {
    if let Some(mac) = mac(printed)
        && !host.macs.contains(&mac)
    {
        host.macs.push(mac);
    }
}

/// Makes each port one entry, with the first service name that was printed. In one pass: behind a
/// tarpit every port of a host answers.
pub(crate) fn unique_ports(ports: &mut Vec<Port>) {
    let mut positions: HashMap<(String, u16), usize> = HashMap::new();
    let mut unique: Vec<Port> = Vec::new();
    for port in ports.drain(..) {
        let at = *positions.entry((port.protocol.clone(), port.number)).or_insert(unique.len());
        match unique.get_mut(at) {
            Some(known) if known.service.is_none() => known.service = port.service,
            Some(_) => {}
            None => unique.push(port),
        }
    }
    *ports = unique;
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn hardware_addresses_take_one_form() {
        assert_eq!(mac("00-1F-3C-87-66-50").as_deref(), Some("00:1f:3c:87:66:50"));
        assert_eq!(mac("001f.3c87.6650").as_deref(), Some("00:1f:3c:87:66:50"));
        for none in ["", "00:1f", "zz:zz:zz:zz:zz:zz", "n/a"] {
            assert_eq!(mac(none), None, "{none}");
        }
    }
}
