//! Versions as publishers write them: `vers:` ranges, "<= 2.3", ">=1.0|<2.1", "prior to 2.1",
//! "1.4 and earlier", "all versions", and free text.
//!
//! Only what is unmistakable becomes a range. "< april 1, 2018", "<= U61 | <= L81", "< 3.x" and
//! "<= 2.01 (end-of-life Nov 2017)" stay text: which versions they mean is unknown.

mod comparators;
mod phrase;

use model::fact::{Bound, VersionRange};
use model::version::Scheme;

use super::ecosystem::scheme_of_type;
use super::identity::decoded;

/// What a text says of versions.
#[derive(Clone, Debug, Default, PartialEq)]
pub(super) struct Versions {
    /// Ranges; several are alternatives.
    pub(super) ranges: Vec<VersionRange>,
    /// Versions one by one.
    pub(super) listed: Vec<String>,
    /// What was not understood, as printed.
    pub(super) free_text: Option<String>,
}

/// Bytes kept of text that was not understood, over all entries of one product.
const FREE_TEXT_BYTES: usize = 600;

impl Versions {
    /// Whether nothing is named, which means every version.
    pub(super) fn is_empty(&self) -> bool {
        self.ranges.is_empty() && self.listed.is_empty() && self.free_text.is_none()
    }

    /// Adds another text's versions as alternatives.
    pub(super) fn add(&mut self, other: Self) {
        self.ranges.extend(other.ranges);
        self.listed.extend(other.listed);
        if let Some(text) = other.free_text {
            self.add_free_text(&text);
        }
    }

    /// Adds text that was not understood.
    pub(super) fn add_free_text(&mut self, text: &str) {
        match &mut self.free_text {
            None => self.free_text = Some(text.to_owned()),
            Some(known) if known.len() + text.len() < FREE_TEXT_BYTES => {
                known.push_str("; ");
                known.push_str(text);
            }
            Some(known) if !known.ends_with('…') => known.push('…'),
            Some(_) => {}
        }
    }

    fn text(text: &str) -> Self {
        Self { free_text: Some(text.trim().to_owned()), ..Self::default() }
    }

    pub(super) fn range(range: VersionRange) -> Self {
        Self { ranges: vec![range], ..Self::default() }
    }
}

/// Every version, as printed.
pub(super) fn every_version(raw: &str) -> VersionRange {
    VersionRange { scheme: None, lower: Bound::Open, upper: Bound::Open, raw: raw.to_owned() }
}

/// Whether a text in the place of a lower bound ("0", "unspecified", "All versions") says that
/// there is none.
pub(super) fn means_no_lower_bound(text: &str) -> bool {
    phrase::means_no_lower_bound(text)
}

/// Reads a text that should hold a range.
pub(super) fn read_range(text: &str, scheme: Option<Scheme>) -> Versions {
    let text = text.trim();
    if let Some((kind, constraints)) = vers(text) {
        if constraints == "*" {
            return Versions::range(every_version(text));
        }
        let scheme = scheme.or_else(|| scheme_of_type(kind));
        return comparators::read(
            &decoded(constraints),
            text,
            scheme,
            comparators::Names::AsPrinted,
        )
        .unwrap_or_else(|| Versions::text(text));
    }
    if phrase::means_every_version(text) {
        return Versions::range(every_version(text));
    }
    if let Some(range) = phrase::read(text, scheme) {
        return Versions::range(range);
    }
    comparators::read(text, text, scheme, comparators::Names::Numeric)
        .unwrap_or_else(|| Versions::text(text))
}

/// Reads a text that should name one version, or several with `|` between.
pub(super) fn read_version(text: &str, scheme: Option<Scheme>) -> Versions {
    let text = text.trim();
    let is_range = text.starts_with(['<', '>', '=', '≤', '≥'])
        || vers(text).is_some()
        || phrase::means_every_version(text)
        || phrase::read(text, scheme).is_some();
    if is_range {
        return read_range(text, scheme);
    }
    let mut pieces: Vec<&str> = text.split('|').map(str::trim).collect();
    if text.contains(',') && text.split(',').all(|piece| is_numeric_version(piece.trim())) {
        pieces = text.split(',').map(str::trim).collect();
    }
    if pieces.iter().all(|piece| is_exact(piece)) {
        return Versions {
            listed: pieces.iter().map(|piece| bare(piece).to_owned()).collect(),
            ..Versions::default()
        };
    }
    Versions::text(text)
}

/// `vers:TYPE/CONSTRAINTS`.
fn vers(text: &str) -> Option<(&str, &str)> {
    let head = text.get(..5).filter(|head| head.eq_ignore_ascii_case("vers:"))?;
    text.get(head.len()..)?.split_once('/').map(|(kind, rest)| (kind.trim(), rest.trim()))
}

/// Whether a text names exactly one version: a word with a digit in it and no wildcard, or up to
/// three plain words ("4.20 SR1").
fn is_exact(text: &str) -> bool {
    let words = text.split_whitespace().count();
    let plain = |c: char| c.is_ascii_alphanumeric() || " ._+-".contains(c);
    let odd = |c: char| "<>=*≤≥,;".contains(c) || c.is_control();
    text.bytes().any(|b| b.is_ascii_digit())
        && text.len() <= 80
        && !text.contains(odd)
        && !has_wildcard(text)
        && (words == 1 || (words <= 3 && text.chars().all(plain)))
}

/// "3.x", "2.X", "4.*".
fn has_wildcard(text: &str) -> bool {
    text.contains('*')
        || text
            .split(['.', ' ', '-', '_'])
            .any(|part| part.eq_ignore_ascii_case("x") || part.eq_ignore_ascii_case("xx"))
}

/// Whether a text is one version that begins with a number, as ranges in free text need it.
fn is_numeric_version(text: &str) -> bool {
    let text = bare(text);
    text.len() <= 64
        && text.starts_with(|c: char| c.is_ascii_digit())
        && text.bytes().all(|b| b.is_ascii_alphanumeric() || b".+~:-".contains(&b))
        && !has_wildcard(text)
        && !text.ends_with(['.', '-', ':', '+', '~'])
        // "012U000040" and "1st" are names, not numbers with dots.
        && text.split(['.', '-', ':', '+', '~']).next().is_some_and(|first| {
            first.bytes().all(|b| b.is_ascii_digit())
        })
}

/// A version without the "v" of "v2.1".
fn bare(version: &str) -> &str {
    version
        .strip_prefix(['v', 'V'])
        .filter(|rest| rest.starts_with(|c: char| c.is_ascii_digit()))
        .unwrap_or(version)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shown(versions: &Versions) -> String {
        let bound = |bound: &Bound, open: &str| match bound {
            Bound::Open => open.to_owned(),
            Bound::Included(version) => format!("[{version}]"),
            Bound::Excluded(version) => version.clone(),
        };
        let mut parts: Vec<String> = versions
            .ranges
            .iter()
            .map(|range| format!("{}..{}", bound(&range.lower, ""), bound(&range.upper, "")))
            .collect();
        parts.extend(versions.listed.iter().map(|version| format!("={version}")));
        parts.extend(versions.free_text.iter().map(|text| format!("\"{text}\"")));
        parts.join(" ")
    }

    #[test]
    fn unmistakable_ranges_are_read() {
        for (text, expected) in [
            ("vers:all/*", ".."),
            ("all versions", ".."),
            ("*", ".."),
            ("vers:all/<V3.1.4", "..3.1.4"),
            ("vers:all/>=V11.5.1|<V11.6.2", "[11.5.1]..11.6.2"),
            ("vers:generic/>=2.9|<=4.1", "[2.9]..[4.1]"),
            ("vers:deb/<1%3A2.0-3", "..1:2.0-3"),
            ("vers:npm/1.0|>=2.0|<3.0", "[2.0]..3.0 =1.0"),
            ("vers:npm/<1.0|>=2.0", "..1.0 [2.0].."),
            ("<V2.3", "..2.3"),
            ("<= 2.3.6", "..[2.3.6]"),
            ("<=5.17.1-754993421", "..[5.17.1-754993421]"),
            (">= 4.01 | <= 4.34", "[4.01]..[4.34]"),
            (">=1.0, <2.0", "[1.0]..2.0"),
            ("≤ 2.3", "..[2.3]"),
            (">= 2.0", "[2.0].."),
            ("prior to 2.1", "..2.1"),
            ("All versions prior to V2.1", "..2.1"),
            ("versions before version 3.0.1", "..3.0.1"),
            ("1.4 and prior", "..[1.4]"),
            ("Version 1.4 and earlier", "..[1.4]"),
            ("1.4 and all prior versions", "..[1.4]"),
            ("1.4 or older versions", "..[1.4]"),
            ("up to and including 7.1", "..[7.1]"),
            ("2.0 and later", "[2.0].."),
            ("1.0 through 1.9", "[1.0]..[1.9]"),
            ("2.3", "=2.3"),
            ("All", ".."),
        ] {
            assert_eq!(shown(&read_range(text, None)), expected, "{text}");
        }
    }

    #[test]
    fn what_could_be_misunderstood_stays_text() {
        for text in [
            "distributed  < april 1, 2018",
            "< august 28",
            "<=N",
            "<= U61 |<= L81",
            "<= 1.2 | <= 2.4",
            "< 012U000040",
            "<=11.2 on Windows 8.1 with IIS 7.5",
            "<= R4.1L1",
            "< 3.x",
            "<= 2.01 (end-of-life Nov 2017)",
            ">=V3.2.3_<V3.3.0_only_when_manufactured_between_LQN231003",
            "prior to the 2018 release",
            "vers:npm/!=1.0",
            "",
        ] {
            let read = read_range(text, None);
            assert_eq!(read, Versions::text(text), "{text}");
        }
    }

    #[test]
    fn versions_are_exact_only_where_they_look_so() {
        for (text, expected) in [
            ("9.13 | 9.19 | v12.1", "=9.13 =9.19 =12.1"),
            ("4.20 | 4.20 SR1", "=4.20 =4.20 SR1"),
            ("11.2.0, 11.2.1", "=11.2.0 =11.2.1"),
            ("B.02", "=B.02"),
            ("6.2(11d)", "=6.2(11d)"),
            ("<= 3.0", "..[3.0]"),
            ("1.1 and previous versions", "..[1.1]"),
            ("2.X", "\"2.X\""),
            ("Accu Inform II", "\"Accu Inform II\""),
            ("Rev J-M | (X3/MX100 for Rev M only)", "\"Rev J-M | (X3/MX100 for Rev M only)\""),
            ("15.4.2 HF 1 and previous versions", "\"15.4.2 HF 1 and previous versions\""),
        ] {
            assert_eq!(shown(&read_version(text, None)), expected, "{text}");
        }
    }

    #[test]
    fn the_order_is_the_one_named() {
        assert_eq!(
            read_range("vers:pypi/<2.0", None).ranges.first().and_then(|range| range.scheme),
            Some(Scheme::Pep440)
        );
        assert_eq!(read_range("< 2.0", None).ranges.first().and_then(|range| range.scheme), None);
    }
}
