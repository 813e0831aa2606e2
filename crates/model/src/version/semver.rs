//! Semantic versions: three numbers, then a pre-release.
//!
//! Source: semver.org 2.0.0, section 11. Build metadata is not compared. Read as leniently as the
//! data that OSV publishes: a leading `v`, missing numbers are zero, numbers of any size, and
//! whatever follows the third number (`1.2.3beta`, `1.2.3.4`) is a pre-release.

use super::key::{Key, is_number, split_digits};

const PRE_RELEASE: u8 = 0;
const RELEASE: u8 = 1;
const END: u8 = 0;
const NUMERIC: u8 = 1;
const ALPHANUMERIC: u8 = 2;

pub(super) fn encode(version: &str, key: &mut Key) -> Result<(), &'static str> {
    let version = version.trim_start_matches(['v', 'V', '=', ' ']);
    let rest = numbers(version, &["major number", "minor number", "patch number"], key)?;
    let pre_release = rest.split('+').next().unwrap_or_default();
    let pre_release = pre_release.strip_prefix('-').unwrap_or(pre_release);
    if pre_release.is_empty() {
        key.token("release (no pre-release)", "");
        key.byte(RELEASE);
        return Ok(());
    }
    key.token("pre-release", pre_release);
    key.byte(PRE_RELEASE);
    for identifier in pre_release.split('.') {
        if is_number(identifier) {
            key.token("numeric pre-release identifier", identifier);
            key.byte(NUMERIC);
            key.number(identifier);
        } else {
            key.token("pre-release identifier (ASCII order, behind numeric ones)", identifier);
            key.byte(ALPHANUMERIC);
            key.text(identifier);
        }
    }
    key.token("end of the pre-release", "");
    key.byte(END);
    Ok(())
}

/// Writes as many numbers as there are names, missing ones as zero, and returns what follows.
pub(super) fn numbers<'a>(
    version: &'a str,
    names: &[&'static str],
    key: &mut Key,
) -> Result<&'a str, &'static str> {
    let (first, mut rest) = split_digits(version);
    if first.is_empty() {
        return Err("it does not begin with a number");
    }
    let mut digits = first;
    for name in names {
        key.token(name, if digits.is_empty() { "0" } else { digits });
        key.number(digits);
        let (next, after) = split_digits(rest.strip_prefix('.').unwrap_or_default());
        let is_last = names.last() == Some(name);
        digits = if is_last { "" } else { next };
        if !digits.is_empty() {
            rest = after;
        }
    }
    Ok(rest)
}
