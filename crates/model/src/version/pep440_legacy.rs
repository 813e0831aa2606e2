//! Python versions from before PEP 440, which packages still carry.
//!
//! Source: the documented order of setuptools' `pkg_resources.parse_version`, kept by `packaging`
//! until version 22: runs of digits padded to eight, runs of letters with a star before them, `-`
//! before a pre-release and zeros at the end of a row of numbers dropped, all compared as text.

use super::key::{Key, split_digits, split_run};

const END: u8 = 0;
const PART: u8 = 1;
const FINAL: &str = "*final";
const DASH: &str = "*final-";
const ZERO: &str = "00000000";

pub(super) fn encode(version: &str, key: &mut Key) {
    let mut parts: Vec<String> = Vec::new();
    let mut rest = version;
    while !rest.is_empty() {
        let (piece, after) = piece(rest);
        rest = after;
        match piece {
            "." => {}
            _ if piece.starts_with(|c: char| c.is_ascii_digit()) => {
                push(format!("{piece:0>8}"), &mut parts);
            }
            _ => push(format!("*{}", alias(piece)), &mut parts),
        }
    }
    push(FINAL.to_owned(), &mut parts);
    for part in &parts {
        key.token("part of a version before PEP 440 (compared as text)", part);
        key.byte(PART);
        key.text(part);
    }
    key.token("end of a version before PEP 440", "");
    key.byte(END);
}

fn push(part: String, parts: &mut Vec<String>) {
    if part.starts_with('*') {
        if part.as_str() < FINAL {
            while parts.last().is_some_and(|last| last == DASH) {
                parts.pop();
            }
        }
        while parts.last().is_some_and(|last| last == ZERO) {
            parts.pop();
        }
    }
    parts.push(part);
}

/// One run of digits, one run of letters, one dot, one dash, or a run of anything else.
fn piece(text: &str) -> (&str, &str) {
    let known = |c: char| c.is_ascii_digit() || c.is_ascii_lowercase() || c == '.' || c == '-';
    match text.chars().next() {
        Some(c) if c.is_ascii_digit() => split_digits(text),
        Some(c) if c.is_ascii_lowercase() => split_run(text, |c| c.is_ascii_lowercase()),
        Some('.' | '-') => text.split_at(1),
        _ => split_run(text, |c| !known(c)),
    }
}

fn alias(piece: &str) -> &str {
    match piece {
        "pre" | "preview" | "rc" => "c",
        "-" => "final-",
        "dev" => "@",
        _ => piece,
    }
}
