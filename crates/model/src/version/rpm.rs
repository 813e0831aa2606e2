//! rpm's order: epoch, version, release; each a row of letters and numbers, separators ignored.
//!
//! Source: `rpm-version(7)`. `~` sorts before everything, even the end; `^` behind the end but before
//! everything else; letters before numbers; an absent release before any release. The epoch is the
//! digits before a first `:`; a colon behind anything else is a separator, as in rpm itself.

use super::key::{Key, split_digits, split_run};

const TILDE: u8 = 1;
const END: u8 = 2;
const CARET: u8 = 3;
const LETTERS: u8 = 4;
const NUMBER: u8 = 5;

#[expect(
    clippy::unnecessary_wraps,
    reason = "every scheme has this signature; rpm refuses nothing"
)]
pub(super) fn encode(version: &str, key: &mut Key) -> Result<(), &'static str> {
    let (digits, after) = split_digits(version);
    let (epoch, rest) = match after.strip_prefix(':') {
        Some(rest) => (digits, rest),
        None => ("0", version),
    };
    // rpm looks for the dash behind the epoch's digits, from the right.
    let (version, release) = match rest.rsplit_once('-') {
        Some((version, release)) => (version, Some(release)),
        None => (rest, None),
    };
    key.token("epoch", epoch);
    key.number(epoch);
    part(version, key, "letters of the version", "number of the version", "end of the version");
    match release {
        None => {
            key.token("absent release", "");
            key.byte(0);
        }
        Some(release) => {
            key.token("release", release);
            key.byte(1);
            let end = "end of the release";
            part(release, key, "letters of the release", "number of the release", end);
        }
    }
    Ok(())
}

fn part(
    mut rest: &str,
    key: &mut Key,
    letters: &'static str,
    number: &'static str,
    end: &'static str,
) {
    loop {
        rest =
            rest.trim_start_matches(|c: char| !c.is_ascii_alphanumeric() && c != '~' && c != '^');
        let Some(first) = rest.chars().next() else {
            key.token(end, "");
            key.byte(END);
            return;
        };
        match first {
            '~' => {
                key.token("the tilde, which sorts before all else and even the end,", "");
                key.byte(TILDE);
                rest = rest.strip_prefix('~').unwrap_or(rest);
            }
            '^' => {
                key.token("the caret, which sorts just behind the end,", "");
                key.byte(CARET);
                rest = rest.strip_prefix('^').unwrap_or(rest);
            }
            _ if first.is_ascii_digit() => {
                let (digits, after) = split_digits(rest);
                key.token(number, digits);
                key.byte(NUMBER);
                key.number(digits);
                rest = after;
            }
            _ => {
                let (word, after) = split_run(rest, |c| c.is_ascii_alphabetic());
                key.token(letters, word);
                key.byte(LETTERS);
                key.text(word);
                rest = after;
            }
        }
    }
}
