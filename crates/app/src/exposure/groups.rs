//! Which organisations share a segment. Pure.
//!
//! New evidence of an organisation builds its segment again and no other, so segments are small;
//! but thousands of practices with a segment each would cost a file each.

use model::organisation::OrganisationCode;
use sha2::{Digest as _, Sha256};

/// From this many hosts on, an organisation has a segment of its own.
const OWN: usize = 1_500;
/// Into how many segments the smaller ones go.
const SHARED: u8 = 128;

/// The group of an organisation. One that has had a segment of its own keeps it, so that a trust
/// about the limit does not move to and fro.
pub(super) fn group_of(code: &OrganisationCode, hosts: usize, before: Option<&str>) -> String {
    let own = format!("own/{code}");
    if hosts >= OWN || before == Some(own.as_str()) {
        return own;
    }
    let first = Sha256::digest(code.as_str()).first().copied().unwrap_or(0);
    format!("shared/{:03}", first % SHARED)
}
