//! RubyGems' order: runs of digits and runs of letters, letters older than any number.
//!
//! Source: RubyGems' `Gem::Version` ("a string is a pre-release, sorted before numbers; trailing zeros
//! of the numbers and of the rest are dropped; `-` reads as `.pre.`; what is missing is zero").

use super::key::{Key, split_digits, split_run};

// Weights of what can meet at one place. A missing segment is zero and letters are less than zero,
// so zeros before letters sort before the end, and zeros before a number behind it.
const LETTERS: u8 = 1;
const ZEROS_BEFORE_LETTERS: u8 = 2;
const END: u8 = 3;
const ZEROS_BEFORE_NUMBER: u8 = 4;
const NUMBER: u8 = 5;

pub(super) fn encode(version: &str, key: &mut Key) -> Result<(), &'static str> {
    let version = version.replace('-', ".pre.");
    let segments = canonical(&version);
    if segments.is_empty() && !version.contains('0') {
        return Err("it has neither digits nor letters");
    }
    let mut zeros: u32 = 0;
    for segment in segments {
        if is_zero(segment) {
            zeros += 1;
            continue;
        }
        let is_letters = !segment.starts_with(|c: char| c.is_ascii_digit());
        if zeros > 0 {
            // Fewer zeros reach the letters sooner, which is older; or the number, which is newer.
            let (weight, count) = if is_letters {
                (ZEROS_BEFORE_LETTERS, zeros)
            } else {
                (ZEROS_BEFORE_NUMBER, u32::MAX - zeros)
            };
            key.token("zeros", "");
            key.byte(weight);
            count.to_be_bytes().into_iter().for_each(|byte| key.byte(byte));
            zeros = 0;
        }
        if is_letters {
            key.token("letters (a pre-release, before any number)", segment);
            key.byte(LETTERS);
            key.text(segment);
        } else {
            key.token("number", segment);
            key.byte(NUMBER);
            key.number(segment);
        }
    }
    key.token("end of the version (as zero)", "");
    key.byte(END);
    Ok(())
}

/// The segments without the zeros that end the leading numbers, and without those that end the whole.
fn canonical(version: &str) -> Vec<&str> {
    let mut segments = Vec::new();
    let mut letters_seen = false;
    let mut rest = version;
    while let Some(first) = rest.chars().next() {
        let (segment, after) = if first.is_ascii_digit() {
            split_digits(rest)
        } else if first.is_ascii_alphabetic() {
            split_run(rest, |c| c.is_ascii_alphabetic())
        } else {
            rest = rest.trim_start_matches(|c: char| !c.is_ascii_alphanumeric());
            continue;
        };
        if first.is_ascii_alphabetic() && !letters_seen {
            letters_seen = true;
            drop_zeros(&mut segments);
        }
        segments.push(segment);
        rest = after;
    }
    drop_zeros(&mut segments);
    segments
}

fn drop_zeros(segments: &mut Vec<&str>) {
    while segments.last().is_some_and(|segment| is_zero(segment)) {
        segments.pop();
    }
}

fn is_zero(segment: &str) -> bool {
    segment.bytes().all(|byte| byte == b'0')
}
