//! Alpine's order: `number{.number}{letter}{_suffix{number}}{~hash}{-rnumber}`.
//!
//! Source: `apk-package(5)` of apk-tools 3 (grammar, suffix order, behind the first number a leading
//! zero makes a number compare as text) and apk-tools 2, which read digits behind the letter
//! (`5.9.2p1`) as one more number. What fits no rule sorts before what does and, before the package
//! revision, as text.

use super::key::{Key, split_digits, split_run};

// Weights of what can meet at one place, lowest first. apk-tools: a longer version is newer unless
// it goes on with a pre-release suffix; otherwise the kind that comes later in the grammar is older.
const PRE_SUFFIXES: [&str; 4] = ["alpha", "beta", "pre", "rc"];
const INVALID: u8 = 5;
const END: u8 = 6;
const REVISION: u8 = 7;
const HASH: u8 = 8;
const SUFFIX_NUMBER: u8 = 9;
const POST_SUFFIXES: [&str; 5] = ["cvs", "svn", "git", "hg", "p"];
const FIRST_POST_SUFFIX: u8 = 10;
const LETTER: u8 = 15;
const NUMBER: u8 = 16;

/// What was read last; a later step of the grammar allows less behind it.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Step {
    Number,
    Letter,
    Suffix,
    SuffixNumber,
    Hash,
    Revision,
}

#[expect(
    clippy::unnecessary_wraps,
    reason = "every scheme has this signature; apk refuses nothing"
)]
pub(super) fn encode(version: &str, key: &mut Key) -> Result<(), &'static str> {
    let (first, mut rest) = split_digits(version);
    if first.is_empty() {
        invalid(version, None, key);
        return Ok(());
    }
    key.token("first number", first);
    key.byte(NUMBER);
    key.number(first);
    let mut step = Step::Number;
    while !rest.is_empty() {
        let Some((after, read)) = next(rest, step, key) else {
            invalid(rest, Some(step), key);
            return Ok(());
        };
        (rest, step) = (after, read);
    }
    key.token("end of the version", "");
    key.byte(END);
    Ok(())
}

/// Writes the next token and returns what is left, or writes nothing if the grammar has no such token.
fn next<'a>(rest: &'a str, step: Step, key: &mut Key) -> Option<(&'a str, Step)> {
    let first = rest.chars().next()?;
    match first {
        '0'..='9' => {
            let (digits, after) = split_digits(rest);
            match step {
                Step::Suffix => {
                    key.token("number of the suffix", digits);
                    key.byte(SUFFIX_NUMBER);
                    key.number(digits);
                    Some((after, Step::SuffixNumber))
                }
                Step::Letter => {
                    key.token("number behind the letter", digits);
                    key.byte(NUMBER);
                    key.number(digits);
                    Some((after, Step::Number))
                }
                _ => None,
            }
        }
        '.' if step == Step::Number => {
            let (digits, after) = split_digits(rest.strip_prefix('.')?);
            if digits.is_empty() {
                return None;
            }
            key.fraction(digits);
            Some((after, Step::Number))
        }
        'a'..='z' if step == Step::Number => {
            let (letter, after) = rest.split_at(1);
            key.token("letter", letter);
            key.byte(LETTER);
            letter.bytes().for_each(|byte| key.byte(byte));
            Some((after, Step::Letter))
        }
        '_' if step <= Step::SuffixNumber => {
            let (suffix, after) = split_run(rest.strip_prefix('_')?, |c| c.is_ascii_lowercase());
            let (kind, weight) = suffix_weight(suffix)?;
            key.token(kind, suffix);
            key.byte(weight);
            Some((after, Step::Suffix))
        }
        '~' if step < Step::Hash => {
            let (hash, after) = split_run(rest.strip_prefix('~')?, |c| c.is_ascii_hexdigit());
            if hash.is_empty() {
                return None;
            }
            key.token("commit hash (compared as text)", hash);
            key.byte(HASH);
            key.text(hash);
            Some((after, Step::Hash))
        }
        '-' if step < Step::Revision => {
            let (digits, after) = split_digits(rest.strip_prefix("-r")?);
            key.token("package revision", digits);
            key.byte(REVISION);
            key.number(digits);
            Some((after, Step::Revision))
        }
        _ => None,
    }
}

fn suffix_weight(suffix: &str) -> Option<(&'static str, u8)> {
    let place = |list: &[&str], first: u8| {
        list.iter().zip(first..).find(|(name, _)| **name == suffix).map(|(_, weight)| weight)
    };
    place(&PRE_SUFFIXES, 1)
        .map(|weight| ("pre-release suffix", weight))
        .or_else(|| place(&POST_SUFFIXES, FIRST_POST_SUFFIX).map(|weight| ("suffix", weight)))
}

fn invalid(rest: &str, behind: Option<Step>, key: &mut Key) {
    key.token("text outside apk's grammar", rest);
    key.byte(INVALID);
    // apk compares no further. Before the revision that would make different upstream versions
    // equal, so their text decides.
    key.text(if behind == Some(Step::Revision) { "" } else { rest });
}

impl Key {
    /// A number behind a dot: with a leading zero it is a fraction and compared as text.
    fn fraction(&mut self, digits: &str) {
        if digits.starts_with('0') {
            self.token("number with a leading zero (compared as text)", digits);
            self.byte(NUMBER);
            self.byte(0);
            self.text(digits);
        } else {
            self.token("number", digits);
            self.byte(NUMBER);
            self.byte(1);
            self.number(digits);
        }
    }
}
