//! Composer's order: the version as Composer normalises it, compared as PHP's `version_compare` does.
//!
//! Source: the PHP manual on `version_compare` (unknown words, then dev, alpha, beta, RC, a number,
//! p) and composer/semver's `VersionParser::normalize` (four numbers, spelled-out stabilities without
//! case, no build metadata, `1.x-dev` as 1.9999999...). What Composer would refuse is compared as it stands.

use super::composer_normal::normalise;
use super::key::{Key, is_number};

const UNKNOWN: u8 = 0;
const END: u8 = 5;
const NUMBER: u8 = 6;
/// PHP compares the beginnings of words, in this order.
const WORDS: [(&str, u8, &str); 9] = [
    ("dev", 1, "dev"),
    ("alpha", 2, "alpha"),
    ("a", 2, "alpha"),
    ("beta", 3, "beta"),
    ("b", 3, "beta"),
    ("RC", 4, "RC"),
    ("rc", 4, "RC"),
    ("pl", 7, "patch"),
    ("p", 7, "patch"),
];

#[expect(
    clippy::unnecessary_wraps,
    reason = "every scheme has this signature; PHP refuses nothing"
)]
pub(super) fn encode(version: &str, key: &mut Key) -> Result<(), &'static str> {
    let normal = normalise(version);
    let refused = normal.is_none();
    let text = normal.unwrap_or_else(|| version.trim_start_matches(['v', 'V']).to_owned());
    let text = canonical(&text);
    let mut leading_numbers = 0;
    let mut in_front = true;
    for part in text.split('.') {
        if is_number(part) {
            leading_numbers += usize::from(in_front);
            number(part, key);
            continue;
        }
        if in_front {
            in_front = false;
            fill(leading_numbers, refused, key);
        }
        match WORDS.iter().find(|(word, ..)| part.starts_with(word)) {
            Some((_, weight, name)) => {
                key.token("stability", name);
                key.byte(*weight);
            }
            None if part.starts_with(|c: char| c.is_ascii_digit()) => number(part, key),
            None => {
                key.token("unknown word (before all stabilities)", part);
                key.byte(UNKNOWN);
            }
        }
    }
    if in_front {
        fill(leading_numbers, refused, key);
    }
    key.token("end of the version (behind RC, before numbers and patches)", "");
    key.byte(END);
    Ok(())
}

fn number(digits: &str, key: &mut Key) {
    key.token("number", digits);
    key.byte(NUMBER);
    key.number(digits);
}

/// Composer writes four numbers; a text it refuses is given as many, so that `1.2.3.#` is near `1.2.3`.
fn fill(numbers: usize, refused: bool, key: &mut Key) {
    if refused && numbers > 0 {
        (numbers..4).for_each(|_| number("0", key));
    }
}

/// PHP's first step: one dot for every sign and between digits and letters.
fn canonical(version: &str) -> String {
    let mut canonical = String::with_capacity(version.len() + 8);
    let mut last = None;
    for c in version.chars() {
        let boundary = last.is_some_and(|last: char| {
            c.is_ascii_digit() != last.is_ascii_digit() && c.is_ascii_alphanumeric() && last != '.'
        });
        if last.is_some() && (boundary || !c.is_ascii_alphanumeric()) && !canonical.ends_with('.') {
            canonical.push('.');
        }
        if last.is_none() || c.is_ascii_alphanumeric() {
            canonical.push(c);
        }
        last = Some(c);
    }
    canonical
}
