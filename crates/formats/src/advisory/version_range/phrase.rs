//! Ranges in English: "prior to 2.1", "1.4 and earlier", "up to and including 7.1".

use model::fact::{Bound, VersionRange};
use model::version::Scheme;

use super::{bare, is_numeric_version};

/// Whether a text says "every version".
pub(super) fn means_every_version(text: &str) -> bool {
    matches!(
        text.trim().trim_end_matches('.').to_ascii_lowercase().as_str(),
        "*" | "all" | "any" | "all versions" | "any version" | "all version" | "every version"
    )
}

/// Whether a text in the place of a lower bound says that there is none.
pub(super) fn means_no_lower_bound(text: &str) -> bool {
    let folded = text.trim().to_ascii_lowercase();
    means_every_version(text)
        || matches!(
            folded.as_str(),
            "0" | ""
                | "n/a"
                | "unspecified"
                | "-"
                | "0.0"
                | "0.0.0"
                | "previous versions"
                | "prior versions"
                | "earlier versions"
                | "all prior versions"
                | "all previous versions"
        )
}

/// Words that come before the version and stand for "less than".
const BEFORE: [&str; 7] =
    ["prior to", "before", "earlier than", "older than", "lower than", "less than", "below"];

/// Words that come before the version and stand for "less than or equal".
const UP_TO: [&str; 3] = ["up to and including", "up to, and including,", "through"];

/// Words that come after the version, after "and" or "or".
const DOWNWARDS: [&str; 6] = ["prior", "earlier", "below", "older", "previous", "lower"];
const UPWARDS: [&str; 6] = ["later", "newer", "above", "higher", "onwards", "up"];

/// Reads a phrase; `None` if it is none of these, or the version in it is not plain.
pub(super) fn read(text: &str, scheme: Option<Scheme>) -> Option<VersionRange> {
    let folded = text.split_whitespace().collect::<Vec<_>>().join(" ").to_ascii_lowercase();
    let phrase = without_nouns(&folded);
    let (lower, upper) = bounds(phrase)?;
    Some(VersionRange { scheme, lower, upper, raw: text.to_owned() })
}

fn bounds(phrase: &str) -> Option<(Bound, Bound)> {
    for words in BEFORE {
        if let Some(rest) = phrase.strip_prefix(words) {
            return Some((Bound::Open, Bound::Excluded(version(rest)?)));
        }
    }
    for words in UP_TO {
        if let Some(rest) = phrase.strip_prefix(words) {
            return Some((Bound::Open, Bound::Included(version(rest)?)));
        }
    }
    if let Some((from, to)) = phrase.split_once(" through ") {
        return Some((Bound::Included(version(from)?), Bound::Included(version(to)?)));
    }
    let (before, direction) = phrase.split_once(" and ").or_else(|| phrase.split_once(" or "))?;
    let direction = without_nouns(direction);
    if DOWNWARDS.contains(&direction) {
        Some((Bound::Open, Bound::Included(version(before)?)))
    } else if UPWARDS.contains(&direction) {
        Some((Bound::Included(version(before)?), Bound::Open))
    } else {
        None
    }
}

/// The one plain version in the rest of a phrase. The text is folded to lower case, which is only
/// harmless for versions without letters; others are left to people.
fn version(text: &str) -> Option<String> {
    let word = bare(without_nouns(text.trim()));
    let numeric = is_numeric_version(word) && !word.bytes().any(|b| b.is_ascii_alphabetic());
    numeric.then(|| word.to_owned())
}

/// A phrase without "all", "versions" and their like around it.
fn without_nouns(phrase: &str) -> &str {
    const NOUNS: [&str; 10] = [
        "all", "any", "versions", "version", "releases", "release", "firmware", "software", "ver.",
        "product",
    ];
    let mut phrase = phrase.trim().trim_end_matches(['.', ',']);
    loop {
        let shorter = NOUNS.iter().find_map(|noun| {
            let cut_front =
                phrase.strip_prefix(noun).filter(|rest| rest.starts_with(' ')).map(str::trim);
            cut_front.or_else(|| {
                phrase.strip_suffix(noun).filter(|rest| rest.ends_with(' ')).map(str::trim)
            })
        });
        match shorter {
            Some(rest) => phrase = rest,
            None => return phrase,
        }
    }
}
