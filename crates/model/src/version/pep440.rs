//! Python's order: `[epoch!]release[pre][post][dev][+local]`.
//!
//! Source: PEP 440, now "Version specifiers" at packaging.python.org, with its normalisations
//! (`v`, separators, spellings, `1.0-1` for `1.0.post1`). What does not match is a legacy version and
//! sorts before all that do.

use super::key::{Key, is_number, split_digits};
use super::pep440_legacy;

const LEGACY: u8 = 0;
const CURRENT: u8 = 1;
const END: u8 = 0;
const MORE: u8 = 1;
// The place of the pre-release: none at all but a development release, a, b, rc, none.
const ONLY_DEV: u8 = 0;
const NOT_PRE: u8 = 4;
const LOCAL_TEXT: u8 = 1;
const LOCAL_NUMBER: u8 = 2;

#[expect(
    clippy::unnecessary_wraps,
    reason = "every scheme has this signature; legacy takes the rest"
)]
pub(super) fn encode(version: &str, key: &mut Key) -> Result<(), &'static str> {
    let lower = version.to_lowercase();
    let Some(parts) = Parts::read(&lower) else {
        key.token("version that is not PEP 440", version);
        key.byte(LEGACY);
        pep440_legacy::encode(&lower, key);
        return Ok(());
    };
    key.token("PEP 440 version", version);
    key.byte(CURRENT);
    key.token("epoch", parts.epoch);
    key.number(parts.epoch);
    for number in &parts.release {
        key.token("release number", number);
        key.byte(MORE);
        key.number(number);
    }
    key.token("end of the release numbers", "");
    key.byte(END);
    match parts.pre {
        Some((rank, number)) => {
            let names = ["", "alpha pre-release", "beta pre-release", "release candidate"];
            key.token(names.get(usize::from(rank)).copied().unwrap_or_default(), number);
            key.byte(rank);
            key.number(number);
        }
        None if parts.post.is_none() && parts.dev.is_some() => {
            key.token("development release", parts.dev.unwrap_or_default());
            key.byte(ONLY_DEV);
        }
        None => {
            key.token("no pre-release", "");
            key.byte(NOT_PRE);
        }
    }
    optional(parts.post, ("post-release", 1), ("no post-release", 0), key);
    optional(parts.dev, ("development release", 0), ("no development release", 1), key);
    match parts.local {
        None => {
            key.token("no local version", "");
            key.byte(END);
        }
        Some(local) => {
            key.token("local version", local);
            key.byte(MORE);
            for segment in local.split(['.', '-', '_']) {
                if is_number(segment) {
                    key.token("number of the local version", segment);
                    key.byte(LOCAL_NUMBER);
                    key.number(segment);
                } else {
                    key.token("text of the local version (before numbers)", segment);
                    key.byte(LOCAL_TEXT);
                    key.text(segment);
                }
            }
            key.token("end of the local version", "");
            key.byte(END);
        }
    }
    Ok(())
}

fn optional(
    number: Option<&str>,
    present: (&'static str, u8),
    absent: (&'static str, u8),
    key: &mut Key,
) {
    if let Some(number) = number {
        key.token(present.0, number);
        key.byte(present.1);
        key.number(number);
    } else {
        key.token(absent.0, "");
        key.byte(absent.1);
    }
}

/// A PEP 440 version taken apart; numbers are digits, perhaps none, which is zero.
struct Parts<'a> {
    epoch: &'a str,
    /// Without trailing zeros.
    release: Vec<&'a str>,
    /// 1 alpha, 2 beta, 3 release candidate.
    pre: Option<(u8, &'a str)>,
    post: Option<&'a str>,
    dev: Option<&'a str>,
    local: Option<&'a str>,
}

const PRE: [(&str, u8); 8] = [
    ("alpha", 1),
    ("a", 1),
    ("beta", 2),
    ("b", 2),
    ("preview", 3),
    ("pre", 3),
    ("c", 3),
    ("rc", 3),
];
const POST: [(&str, u8); 3] = [("post", 0), ("rev", 0), ("r", 0)];
const DEV: [(&str, u8); 1] = [("dev", 0)];

impl<'a> Parts<'a> {
    /// Reads a lower-case version; `None` if it is not PEP 440.
    fn read(version: &'a str) -> Option<Self> {
        let version = version.strip_prefix('v').unwrap_or(version);
        let (digits, rest) = split_digits(version);
        let (epoch, mut rest) = match rest.strip_prefix('!') {
            Some(rest) if !digits.is_empty() => (digits, rest),
            _ => ("0", version),
        };
        let mut release = Vec::new();
        loop {
            let (digits, after) = split_digits(rest);
            if digits.is_empty() {
                return None;
            }
            release.push(digits);
            rest = after;
            match after.strip_prefix('.') {
                Some(next) if next.starts_with(|c: char| c.is_ascii_digit()) => rest = next,
                _ => break,
            }
        }
        while release.last().is_some_and(|number| number.bytes().all(|byte| byte == b'0')) {
            release.pop();
        }
        let pre = word(&mut rest, &PRE);
        let post =
            implicit_post(&mut rest).or_else(|| word(&mut rest, &POST).map(|(_, number)| number));
        let dev = word(&mut rest, &DEV).map(|(_, number)| number);
        let local = match rest.strip_prefix('+') {
            None if rest.is_empty() => None,
            Some(local) if is_local(local) => Some(local),
            _ => return None,
        };
        Some(Self { epoch, release, pre, post, dev, local })
    }
}

/// Takes `[-_.]?WORD[-_.]?[0-9]*` off the front.
fn word<'a>(rest: &mut &'a str, words: &[(&str, u8)]) -> Option<(u8, &'a str)> {
    let text = without_separator(rest);
    let (after, rank) =
        words.iter().find_map(|(word, rank)| Some((text.strip_prefix(word)?, *rank)))?;
    let (digits, after) = split_digits(without_separator(after));
    *rest = after;
    Some((rank, digits))
}

/// Takes `-[0-9]+` off the front: `1.0-1` is `1.0.post1`.
fn implicit_post<'a>(rest: &mut &'a str) -> Option<&'a str> {
    let (digits, after) = split_digits(rest.strip_prefix('-')?);
    (!digits.is_empty()).then(|| {
        *rest = after;
        digits
    })
}

fn without_separator(text: &str) -> &str {
    text.strip_prefix(['-', '_', '.']).unwrap_or(text)
}

fn is_local(local: &str) -> bool {
    local.split(['.', '-', '_']).all(|segment| {
        !segment.is_empty() && segment.bytes().all(|byte| byte.is_ascii_alphanumeric())
    })
}
