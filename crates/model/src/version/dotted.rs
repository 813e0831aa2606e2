//! The last resort: versions of a vendor whose rule is unknown.
//!
//! An order is given only where every scheme of this module (but semver, for a fourth number) gives the same
//! one: both versions
//! agree up to a number (or a number with one small letter) that differs. `1.2` against `1.2.0`,
//! `1.01` against `1.1` and `2.0-beta` against `2.0` are left open.

use super::key::{Key, is_number, split_digits};

pub(super) fn encode(version: &str, key: &mut Key) -> Result<(), &'static str> {
    if !version.bytes().any(|byte| byte.is_ascii_digit()) {
        return Err("it has no number");
    }
    for part in version.split(['.', '-', '_', '+', ' ']) {
        let (digits, letters) = split_digits(part);
        key.token("part", part);
        key.byte(1);
        key.number(digits);
        key.text(letters);
    }
    key.token("end of the version", "");
    key.byte(0);
    Ok(())
}

/// Why the order of the two is not certain; `None` where it is.
pub(super) fn ambiguity(a: &str, b: &str) -> Option<&'static str> {
    if a == b {
        return None;
    }
    let split = |version| str::split(version, ['.', '-', '_', '+', ' ']);
    let separators = |version: &str| -> Vec<char> {
        version.chars().filter(|c| matches!(c, '.' | '-' | '_' | '+' | ' ')).collect()
    };
    let same = split(a).zip(split(b)).take_while(|(x, y)| x == y).count();
    if separators(a).iter().zip(&separators(b)).take(same).any(|(x, y)| x != y) {
        return Some("they are separated differently");
    }
    let (Some(x), Some(y)) = (split(a).nth(same), split(b).nth(same)) else {
        return longer(a, b, same);
    };
    let (x_digits, x_rest) = split_digits(x);
    let (y_digits, y_rest) = split_digits(y);
    if ![x_digits, y_digits].into_iter().all(is_plain_number) {
        return Some("schemes differ on text and on numbers with leading zeros");
    }
    let known = |rest: &str| rest.is_empty() || is_small_letter(rest);
    if !known(x_rest) || !known(y_rest) {
        return Some("schemes differ on the text behind the number");
    }
    if x_digits == y_digits && (x_rest.is_empty() || y_rest.is_empty()) {
        return Some("schemes differ on whether a letter makes a version older or newer");
    }
    None
}

/// `1.2` and `1.2.3`: newer everywhere if a number above zero follows a dot.
fn longer(a: &str, b: &str, same: usize) -> Option<&'static str> {
    let longer = if a.len() > b.len() { a } else { b };
    let next = longer.split(['.', '-', '_', '+', ' ']).nth(same).unwrap_or_default();
    let dotted = longer.split('.').nth(same) == Some(next);
    if dotted && is_plain_number(next) && next != "0" {
        None
    } else {
        Some("schemes differ on what follows the shorter one")
    }
}

fn is_plain_number(digits: &str) -> bool {
    is_number(digits) && (digits == "0" || !digits.starts_with('0'))
}

fn is_small_letter(text: &str) -> bool {
    text.len() == 1 && text.bytes().all(|byte| byte.is_ascii_lowercase())
}
