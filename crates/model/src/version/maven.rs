//! Maven's order: numbers and qualifiers, each with the separator before it.
//!
//! Source: Maven's POM reference, "Version Order Specification", and the documented relations of
//! `ComparableVersion`: nulls (`0`, `final`, `ga`, `release`) before a hyphen or the end are dropped;
//! a change between digits and letters is a hyphen; `.qualifier` before `-qualifier` before
//! `-number` before `.number`. Those relations run in circles where a qualifier behind a dot meets one
//! behind a hyphen (`1.x < 1-alpha < 1 < 1.x`) or a zero (`1-1 < 1.0.alpha < 1 < 1-1`); there, being
//! before or after the release itself wins, so the order is total.
//! Maven 3.8 and later take some `.qualifier` for `-qualifier` (`6.1.12.rc5` after `6.1.12rc1`), which
//! the published vectors do not; the order here is that of the vectors.

use super::key::{Key, split_run};

/// Qualifiers older than the release, oldest first.
const BEFORE_RELEASE: [&str; 5] = ["alpha", "beta", "milestone", "rc", "snapshot"];
/// The one known qualifier that is newer than the release; unknown ones are newer still.
const AFTER_RELEASE: &str = "sp";

// Weights of what can meet at one place. The old qualifiers take five weights each.
const DOT_BEFORE: u8 = 1;
const HYPHEN_BEFORE: u8 = 6;
const ZEROS_THEN_BEFORE: u8 = 11;
const RELEASE: u8 = 12;
const DOT_AFTER: u8 = 13;
const HYPHEN_AFTER: u8 = 15;
const HYPHEN_NUMBER: u8 = 17;
const ZEROS_THEN_AFTER: u8 = 18;
const ZEROS_THEN_NUMBER: u8 = 19;
const DOT_NUMBER: u8 = 20;

#[expect(
    clippy::unnecessary_wraps,
    reason = "every scheme has this signature; Maven refuses nothing"
)]
pub(super) fn encode(version: &str, key: &mut Key) -> Result<(), &'static str> {
    let lower = version.to_lowercase();
    let mut zeros: u32 = 0;
    for token in tokens(&lower) {
        if matches!(token, Token::DotNumber(_)) && token.is_null() {
            zeros += 1;
            continue;
        }
        if zeros > 0 {
            // Zeros mean nothing until something follows; then they weigh as what follows does.
            key.token("zeros", "");
            let (weight, count) = match token {
                Token::DotNumber(_) | Token::HyphenNumber(_) => {
                    (ZEROS_THEN_NUMBER, u32::MAX - zeros)
                }
                Token::DotQualifier(name) | Token::HyphenQualifier(name) => {
                    let before = BEFORE_RELEASE.contains(&name);
                    (if before { ZEROS_THEN_BEFORE } else { ZEROS_THEN_AFTER }, zeros)
                }
            };
            key.byte(weight);
            count.to_be_bytes().into_iter().for_each(|byte| key.byte(byte));
            zeros = 0;
        }
        token.write(key);
    }
    key.token("end of the version (as a release)", "");
    key.byte(RELEASE);
    Ok(())
}

#[derive(Clone, Copy)]
enum Token<'a> {
    DotNumber(&'a str),
    HyphenNumber(&'a str),
    DotQualifier(&'a str),
    HyphenQualifier(&'a str),
}

impl Token<'_> {
    fn is_null(self) -> bool {
        match self {
            Self::DotNumber(digits) | Self::HyphenNumber(digits) => {
                digits.bytes().all(|byte| byte == b'0')
            }
            Self::DotQualifier(name) | Self::HyphenQualifier(name) => name.is_empty(),
        }
    }

    fn write(self, key: &mut Key) {
        match self {
            Self::DotNumber(digits) => {
                key.token("number", digits);
                key.byte(DOT_NUMBER);
                key.number(digits);
            }
            Self::HyphenNumber(digits) => {
                key.token("number behind a hyphen", digits);
                key.byte(HYPHEN_NUMBER);
                key.number(digits);
            }
            Self::DotQualifier(name) => qualifier(name, DOT_BEFORE, DOT_AFTER, key),
            Self::HyphenQualifier(name) => qualifier(name, HYPHEN_BEFORE, HYPHEN_AFTER, key),
        }
    }
}

fn qualifier(name: &str, before: u8, after: u8, key: &mut Key) {
    let place = BEFORE_RELEASE.iter().zip(before..).find(|(known, _)| **known == name);
    if let Some((_, weight)) = place {
        key.token("pre-release qualifier", name);
        key.byte(weight);
    } else if name.is_empty() {
        key.token("release qualifier", "");
        key.byte(RELEASE);
    } else if name == AFTER_RELEASE {
        key.token("service pack qualifier", name);
        key.byte(after);
    } else {
        key.token("unknown qualifier (newer than the release, as text)", name);
        key.byte(after + 1);
        key.text(name);
    }
}

fn tokens(version: &str) -> Vec<Token<'_>> {
    let mut tokens = Vec::new();
    let mut rest = version;
    let mut hyphen = false;
    loop {
        let is_digits = rest.starts_with(|c: char| c.is_ascii_digit());
        let (text, after) =
            split_run(rest, |c| c != '.' && c != '-' && c.is_ascii_digit() == is_digits);
        let is_number = is_digits || text.is_empty();
        let name = alias(text, after.starts_with(|c: char| c.is_ascii_digit()));
        if hyphen {
            drop_nulls(&mut tokens);
        }
        tokens.push(match (is_number, hyphen) {
            (true, false) => Token::DotNumber(text),
            (true, true) => Token::HyphenNumber(text),
            (false, false) => Token::DotQualifier(name),
            (false, true) => Token::HyphenQualifier(name),
        });
        let Some(separator) = after.chars().next() else { break };
        hyphen = separator != '.';
        rest = after.strip_prefix(['.', '-']).unwrap_or(after);
    }
    drop_nulls(&mut tokens);
    tokens
}

fn drop_nulls(tokens: &mut Vec<Token<'_>>) {
    while tokens.last().is_some_and(|token| token.is_null()) {
        tokens.pop();
    }
}

fn alias(qualifier: &str, before_digit: bool) -> &str {
    match qualifier {
        "a" if before_digit => "alpha",
        "b" if before_digit => "beta",
        "m" if before_digit => "milestone",
        "cr" => "rc",
        "ga" | "final" | "release" => "",
        _ => qualifier,
    }
}
