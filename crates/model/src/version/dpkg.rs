//! Debian's order: `[epoch:]upstream[-revision]`, each part a run of text and digits in turn.
//!
//! Source: Debian Policy 5.6.12, `deb-version(7)`. Text is compared letter by letter, where `~` sorts
//! before everything, even the end of the part, letters before all other signs; digits as numbers.

use super::key::{Key, is_number, split_digits, split_run};

const TILDE: u8 = 1;
const END_OF_TEXT: u8 = 2;
/// First weight of signs that are not letters: behind `z` (0x7A).
const SIGNS: u8 = 0x80;
/// Before a byte that dpkg would warn of; keeps the order total.
const FOREIGN: u8 = u8::MAX;

pub(super) fn encode(version: &str, key: &mut Key) -> Result<(), &'static str> {
    let (epoch, rest) = match version.split_once(':') {
        Some((epoch, _)) if !is_number(epoch) => return Err("the epoch is not a number"),
        Some(parts) => parts,
        None => ("0", version),
    };
    let (upstream, revision) = rest.rsplit_once('-').unwrap_or((rest, ""));
    if rest.is_empty() {
        return Err("there is nothing behind the epoch");
    }
    key.token("epoch", epoch);
    key.number(epoch);
    part(upstream, key, &UPSTREAM);
    part(revision, key, &REVISION);
    Ok(())
}

/// The words for one part.
struct Words {
    letter: &'static str,
    sign: &'static str,
    number: &'static str,
    end: &'static str,
}

const TILDE_WORDS: &str = "the tilde, which sorts before all else and even the end,";
const UPSTREAM: Words = Words {
    letter: "letter of the upstream version",
    sign: "sign of the upstream version (signs sort after letters)",
    number: "number of the upstream version",
    end: "end of this text in the upstream version",
};
const REVISION: Words = Words {
    letter: "letter of the Debian revision",
    sign: "sign of the Debian revision (signs sort after letters)",
    number: "number of the Debian revision",
    end: "end of this text in the Debian revision",
};

/// Text (perhaps empty), number, text, number ... A part that has ended goes on as empty text and
/// zero for ever, which one `END_OF_TEXT` says: no later text of the other part is empty.
fn part(mut rest: &str, key: &mut Key, words: &Words) {
    loop {
        let (text, after_text) = split_run(rest, |c| !c.is_ascii_digit());
        let mut buffer = [0; 4];
        for c in text.chars() {
            let shown: &str = c.encode_utf8(&mut buffer);
            match c {
                '~' => {
                    key.token(TILDE_WORDS, "");
                    key.byte(TILDE);
                }
                _ if c.is_ascii_alphabetic() => {
                    key.token(words.letter, shown);
                    shown.bytes().for_each(|byte| key.byte(byte));
                }
                _ => {
                    key.token(words.sign, shown);
                    for byte in shown.bytes() {
                        if byte < 0x7F {
                            key.byte(SIGNS + byte);
                        } else {
                            key.byte(FOREIGN);
                            key.byte(byte);
                        }
                    }
                }
            }
        }
        key.token(words.end, "");
        key.byte(END_OF_TEXT);
        let (digits, after) = split_digits(after_text);
        key.token(words.number, if digits.is_empty() { "0" } else { digits });
        key.number(digits);
        rest = after;
        if rest.is_empty() {
            key.token(words.end, "");
            key.byte(END_OF_TEXT);
            return;
        }
    }
}
