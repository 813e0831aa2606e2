//! What a string may look like: the patterns and formats of the CSAF 2.0 JSON schema.

use super::super::instant::Instant;
use super::super::number::Number;
use super::{cpe, uri};

/// The form of a string.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Form {
    /// At least one character.
    Filled,
    /// Format `date-time`.
    DateTime,
    /// Format `uri`.
    Uri,
    /// `lang_t`.
    Language,
    /// `version_t`.
    Version,
    /// `/document/category`: neither white space, dash, underscore nor dot at an end.
    Category,
    /// `/document/tracking/id`: one line without white space at an end.
    TrackingId,
    /// A CVE identifier.
    Cve,
    /// A CWE identifier.
    Cwe,
    /// A hash value: 32 hexadecimal digits or more.
    Hash,
    /// A CPE name.
    Cpe,
    /// A package URL, as far as the schema goes; the rest is test 6.1.13.
    Purl,
}

impl Form {
    /// The form in words, for a message.
    pub(super) fn name(self) -> &'static str {
        match self {
            Self::Filled => "filled in",
            Self::DateTime => "a date-time of RFC 3339",
            Self::Uri => "a URI",
            Self::Language => "a language tag",
            Self::Version => "an integer or semantic version",
            Self::Category => "a category: no space, dash, underscore or dot at its ends",
            Self::TrackingId => "an identifier: one line, no space at its ends",
            Self::Cve => "a CVE identifier",
            Self::Cwe => "a CWE identifier",
            Self::Hash => "32 or more hexadecimal digits",
            Self::Cpe => "a CPE name",
            Self::Purl => "a package URL",
        }
    }

    /// Tells whether a string has this form.
    pub(super) fn fits(self, text: &str) -> bool {
        match self {
            Self::Filled => !text.is_empty(),
            Self::DateTime => Instant::parse(text).is_some(),
            Self::Uri => uri::is_uri(text),
            Self::Language => is_language(text),
            Self::Version => Number::parse(text).is_some(),
            Self::Category => {
                is_trimmed(text, |end| is_space(end) || matches!(end, '-' | '_' | '.'))
            }
            Self::TrackingId => is_trimmed(text, is_space),
            Self::Cve => is_cve(text),
            Self::Cwe => is_cwe(text),
            Self::Hash => text.len() >= 32 && text.bytes().all(|byte| byte.is_ascii_hexdigit()),
            Self::Cpe => cpe::is_cpe(text),
            Self::Purl => is_purl(text) && uri::is_uri(text),
        }
    }
}

/// White space as the patterns' dialect (ECMA-262) has it.
fn is_space(character: char) -> bool {
    character.is_whitespace() && character != '\u{85}' || character == '\u{FEFF}'
}

fn is_trimmed(text: &str, unwanted: impl Fn(char) -> bool) -> bool {
    let ends = text.chars().next().zip(text.chars().next_back());
    let line_ends = |character| matches!(character, '\n' | '\r' | '\u{2028}' | '\u{2029}');
    ends.is_some_and(|(first, last)| !unwanted(first) && !unwanted(last))
        && !text.contains(line_ends)
}

fn digits(text: &str) -> bool {
    !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit())
}

fn is_cve(text: &str) -> bool {
    let parts = text.strip_prefix("CVE-").and_then(|rest| rest.split_once('-'));
    parts.is_some_and(|(year, number)| {
        digits(year) && year.len() == 4 && digits(number) && number.len() >= 4
    })
}

fn is_cwe(text: &str) -> bool {
    let number = text.strip_prefix("CWE-");
    number.is_some_and(|it| digits(it) && it.len() <= 6 && !it.starts_with('0'))
}

fn is_purl(text: &str) -> bool {
    let Some((kind, rest)) = text.strip_prefix("pkg:").and_then(|rest| rest.split_once('/')) else {
        return false;
    };
    let allowed = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'.' | b'-' | b'+');
    kind.bytes().all(allowed)
        && kind.bytes().next().is_some_and(|first| !first.is_ascii_digit())
        && !rest.is_empty()
}

/// The grammar of RFC 5646 as the schema has it, of the irregular tags only `i-default` and
/// `i-mingo`. Whether the subtags exist is test 6.1.12.
fn is_language(text: &str) -> bool {
    if text.eq_ignore_ascii_case("i-default") || text.eq_ignore_ascii_case("i-mingo") {
        return true;
    }
    let subtags: Vec<&str> = text.split('-').collect();
    let alphanumeric = |tag: &str| tag.bytes().all(|byte| byte.is_ascii_alphanumeric());
    if !subtags.iter().all(|tag| (1..=8).contains(&tag.len()) && alphanumeric(tag)) {
        return false;
    }
    let letters = |tag: &str| tag.bytes().all(|byte| byte.is_ascii_alphabetic());
    let mut rest = subtags.iter().copied().peekable();
    let primary = rest.next().unwrap_or_default();
    if !primary.eq_ignore_ascii_case("x") {
        if primary.len() < 2 || !letters(primary) {
            return false;
        }
        let mut extended = 0;
        while extended < 3
            && primary.len() <= 3
            && rest.next_if(|tag| tag.len() == 3 && letters(tag)).is_some()
        {
            extended += 1;
        }
        rest.next_if(|tag| tag.len() == 4 && letters(tag));
        rest.next_if(|tag| (tag.len() == 2 && letters(tag)) || (tag.len() == 3 && digits(tag)));
        let starts_with_digit =
            |tag: &str| tag.bytes().next().is_some_and(|it| it.is_ascii_digit());
        while rest
            .next_if(|tag| tag.len() >= 5 || (tag.len() == 4 && starts_with_digit(tag)))
            .is_some()
        {}
        while rest.next_if(|tag| tag.len() == 1 && !tag.eq_ignore_ascii_case("x")).is_some() {
            if rest.next_if(|tag| tag.len() >= 2).is_none() {
                return false;
            }
            while rest.next_if(|tag| tag.len() >= 2).is_some() {}
        }
        match rest.next() {
            None => return true,
            Some(tag) if tag.eq_ignore_ascii_case("x") => {}
            Some(_) => return false,
        }
    }
    // Private use: anything, but something.
    rest.next().is_some()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn language_tags_follow_the_grammar() {
        for tag in [
            "en",
            "en-US",
            "zh-cmn-Hans-CN",
            "de-CH-1901",
            "sl-rozaj-biske",
            "es-419",
            "x-ward",
            "en-a-bbb-x-a-ccc",
            "i-default",
            "en-x-1",
            "abcdefgh",
        ] {
            assert!(Form::Language.fits(tag), "{tag}");
        }
        for tag in [
            "",
            "e",
            "en-",
            "-en",
            "en_US",
            "en-x",
            "en-a",
            "x",
            "a-DE",
            "de-419-DE",
            "i-klingon",
            "abcdefghi",
            "ar-a-aaa-b",
            "é",
        ] {
            assert!(!Form::Language.fits(tag), "{tag}");
        }
    }

    #[test]
    fn identifiers_follow_their_patterns() {
        assert!(Form::Cve.fits("CVE-2017-0144") && Form::Cve.fits("CVE-2026-1234567"));
        assert!(!Form::Cve.fits("CVE-2017-144") && !Form::Cve.fits("cve-2017-0144"));
        assert!(Form::Cwe.fits("CWE-79") && !Form::Cwe.fits("CWE-079"));
        assert!(!Form::Cwe.fits("CWE-1234567") && !Form::Cwe.fits("79"));
        assert!(Form::Purl.fits("pkg:generic/ward") && !Form::Purl.fits("pkg:generic"));
        assert!(!Form::Purl.fits("pkg:1a/ward") && !Form::Purl.fits("pkg:generic/"));
        assert!(Form::Hash.fits(&"aF".repeat(16)) && !Form::Hash.fits(&"a".repeat(31)));
        assert!(
            Form::TrackingId.fits("a b")
                && !Form::TrackingId.fits("a ")
                && !Form::TrackingId.fits("a\nb")
        );
        assert!(
            Form::Category.fits("x") && !Form::Category.fits("-x") && !Form::Category.fits("x.")
        );
    }
}
