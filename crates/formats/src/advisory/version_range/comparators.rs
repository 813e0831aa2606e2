//! Rows of comparators: ">= 4.01 | <= 4.34", ">=1.0, <2.0", "1.0|>=2.0|<3.0".
//!
//! How they pair follows the `vers` specification ("Checking if a version is contained within a
//! range"): a lower bound and the upper bound after it are one interval, an upper bound alone may
//! only come first, a lower bound alone only last.

use model::fact::{Bound, VersionRange};
use model::version::Scheme;

use super::{Versions, bare, is_exact, is_numeric_version};

/// Which versions may stand in a comparator.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Names {
    /// Anything that names one version: the publisher used the notation for ranges.
    AsPrinted,
    /// Only what begins with a number.
    Numeric,
}

enum Comparator {
    Lower(Bound),
    Upper(Bound),
    Equal(String),
}

/// Reads a row of comparators; `None` if it is none or could be misunderstood.
pub(super) fn read(
    text: &str,
    raw: &str,
    scheme: Option<Scheme>,
    names: Names,
) -> Option<Versions> {
    let mut found = Versions::default();
    let mut open: Option<Bound> = None;
    let mut first = true;
    let range =
        |lower: Bound, upper: Bound| VersionRange { scheme, lower, upper, raw: raw.to_owned() };
    for comparator in split(text, names)? {
        match comparator {
            Comparator::Equal(version) => {
                if open.is_some() {
                    return None;
                }
                found.listed.push(version);
                continue;
            }
            Comparator::Lower(bound) => {
                if open.replace(bound).is_some() {
                    return None;
                }
            }
            Comparator::Upper(bound) => {
                let lower = match open.take() {
                    Some(lower) => lower,
                    None if first => Bound::Open,
                    None => return None,
                };
                found.ranges.push(range(lower, bound));
            }
        }
        first = false;
    }
    if let Some(lower) = open {
        found.ranges.push(range(lower, Bound::Open));
    }
    (!found.is_empty()).then_some(found)
}

fn split(text: &str, names: Names) -> Option<Vec<Comparator>> {
    let mut found = Vec::new();
    let mut rest = text.trim_start();
    while !rest.is_empty() {
        let (operator, after) = operator(rest);
        let after = after.trim_start();
        let end =
            after.find(|c: char| c.is_whitespace() || "|,<>=≤≥".contains(c)).unwrap_or(after.len());
        let (word, tail) = after.split_at(end);
        let good = match names {
            Names::AsPrinted => is_exact(word),
            Names::Numeric => is_numeric_version(word),
        };
        if !good {
            return None;
        }
        let version = bare(word).to_owned();
        found.push(match operator {
            "<" => Comparator::Upper(Bound::Excluded(version)),
            "<=" => Comparator::Upper(Bound::Included(version)),
            ">" => Comparator::Lower(Bound::Excluded(version)),
            ">=" => Comparator::Lower(Bound::Included(version)),
            _ => Comparator::Equal(version),
        });
        let separated = tail.trim_start_matches(|c: char| c.is_whitespace() || "|,".contains(c));
        // Two bare words with only a blank between are a name, not two versions.
        let blank_only = !tail.trim_start().starts_with(['|', ',']);
        if blank_only && separated.starts_with(|c: char| !"<>=≤≥".contains(c)) {
            return None;
        }
        rest = separated;
    }
    Some(found)
}

fn operator(text: &str) -> (&'static str, &str) {
    const OPERATORS: [(&str, &str); 9] = [
        ("<=", "<="),
        ("=<", "<="),
        ("≤", "<="),
        (">=", ">="),
        ("≥", ">="),
        ("==", "="),
        ("<", "<"),
        (">", ">"),
        ("=", "="),
    ];
    OPERATORS
        .iter()
        .find_map(|(printed, meant)| Some((*meant, text.strip_prefix(printed)?)))
        .unwrap_or(("=", text))
}
