//! The rules of single values: patterns, lengths, ranges (CycloneDX 1.2 to 1.7, both schemas).

use jiff::civil::{Date, Time};
use model::cpe::Cpe;
use serde_json::Value;

use super::shape::{Kind, Minor};

/// Why a value breaks its rule; `None`: it does not.
pub(super) fn fault(value: &Value, kind: Kind, minor: Minor, xml: bool) -> Option<String> {
    match kind {
        Kind::Any | Kind::Licenses => None,
        Kind::Boolean => (!value.is_boolean()).then(|| expected("true or false", value)),
        Kind::Integer => integer(value, i64::MIN, i64::MAX),
        Kind::NonNegative => integer(value, 0, i64::MAX),
        Kind::Positive => integer(value, 1, i64::MAX),
        Kind::QuantumLevel => integer(value, 0, 6),
        Kind::Number => (!value.is_number()).then(|| expected("a number", value)),
        Kind::Fraction => {
            let within = value.as_f64().is_some_and(|number| (0.0..=1.0).contains(&number));
            (!within).then(|| expected("a number from 0 to 1", value))
        }
        _ => match value.as_str() {
            None => Some(expected("a text", value)),
            Some(text) => text_fault(text, kind, minor, xml),
        },
    }
}

/// "must be … but is …", with the value shortened.
pub(super) fn expected(what: &str, value: &Value) -> String {
    let shown = match value {
        Value::Array(_) => "a list".to_owned(),
        Value::Object(_) => "an object".to_owned(),
        Value::String(text) => format!("`{}`", shortened(text)),
        other => format!("`{other}`"),
    };
    format!("must be {what} but is {shown}")
}

pub(super) fn shortened(text: &str) -> String {
    const SHOWN: usize = 60;
    let mut short: String = text.chars().take(SHOWN).filter(|c| !c.is_control()).collect();
    if text.chars().nth(SHOWN).is_some() {
        short.push('…');
    }
    short
}

fn integer(value: &Value, least: i64, most: i64) -> Option<String> {
    // JSON Schema counts 1.0 as an integer, and numbers may be longer than 64 bits.
    let whole = value.as_f64().filter(|number| number.fract() == 0.0);
    let within = match (value.as_i64(), whole) {
        (Some(number), _) => (least..=most).contains(&number),
        #[expect(clippy::cast_precision_loss, reason = "only the order of magnitude is compared")]
        (None, Some(number)) => number >= least as f64 && number <= most as f64,
        (None, None) => false,
    };
    let what = match (least, most) {
        (i64::MIN, _) => "a whole number".to_owned(),
        (_, i64::MAX) => format!("a whole number of at least {least}"),
        _ => format!("a whole number from {least} to {most}"),
    };
    (!within).then(|| expected(&what, value))
}

fn text_fault(text: &str, kind: Kind, minor: Minor, xml: bool) -> Option<String> {
    let (good, what) = match kind {
        Kind::DateTime => match date_time(text) {
            DateTimeText::Whole => (true, ""),
            DateTimeText::WithoutZone => {
                (xml, "a date and time with its zone, as in 2020-04-13T20:20:39Z")
            }
            DateTimeText::Bad => (false, "a date and time, as in 2020-04-13T20:20:39Z"),
        },
        // XML Schema's anyURI takes nearly everything, but not a first segment with a colon in it.
        Kind::Uri => {
            (if xml { has_good_scheme(text) } else { is_uri(text) }, "an address (IRI reference)")
        }
        Kind::Email => (xml || is_email(text), "an e-mail address"),
        Kind::BomRef | Kind::Ref => {
            (minor < 5 || !text.is_empty(), "a reference of one or more characters")
        }
        Kind::Version => (minor < 6 || text.chars().nth(1024).is_none(), "at most 1024 characters"),
        Kind::AffectedVersion => {
            let long = text.chars().nth(1024).is_some();
            (
                !long && (minor >= 6 || xml || !text.is_empty()),
                "a version of at most 1024 characters",
            )
        }
        Kind::Range => {
            let most = if minor < 6 { 1024 } else { 4096 };
            let long = text.chars().nth(most).is_some();
            (
                !long && !text.is_empty(),
                "a version range of one or more characters, within the length allowed",
            )
        }
        Kind::Serial => (is_serial(text, xml), "urn:uuid: and a lower case UUID"),
        Kind::Mime => (is_mime(text), "a media type, as in text/plain"),
        Kind::Locale => (is_locale(text), "a language, as in en or en-GB"),
        Kind::HashContent => (is_hash(text), "a hash of 32, 40, 64, 96 or 128 hexadecimal digits"),
        Kind::LicenseId => (is_license_id(text), "an identifier of the SPDX licence list"),
        Kind::SignatureAlgorithm => {
            (is_signature_algorithm(text), "a signature algorithm or an address that names one")
        }
        // The XML schema has a pattern for it, the JSON schema has none.
        Kind::Cpe => (!xml || Cpe::parse(text).is_ok(), "a CPE name"),
        Kind::Cre => (is_cre(text), "a common requirement, as in CRE:764-507"),
        _ => (true, ""),
    };
    (!good).then(|| format!("must be {what} but is `{}`", shortened(text)))
}

/// How a text reads as a date and time.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum DateTimeText {
    /// With its offset (RFC 3339).
    Whole,
    /// Without one: local time somewhere (allowed by XML Schema, not by JSON Schema).
    WithoutZone,
    /// Not at all.
    Bad,
}

pub(super) fn date_time(text: &str) -> DateTimeText {
    let Some((date, rest)) = text.split_once(['T', 't']) else { return DateTimeText::Bad };
    // jiff reads more forms of dates and times than these; lengths keep to the standard's.
    if date.len() < 10 || date.parse::<Date>().is_err() {
        return DateTimeText::Bad;
    }
    let end = rest.find(['Z', 'z', '+', '-']).unwrap_or(rest.len());
    let (time, zone) = rest.split_at_checked(end).unwrap_or((rest, ""));
    let clock = time.split('.').next().unwrap_or(time);
    let fraction_good = time
        .split_once('.')
        .is_none_or(|(_, digits)| !digits.is_empty() && digits.bytes().all(|b| b.is_ascii_digit()));
    if clock.len() != 8 || !fraction_good || clock.parse::<Time>().is_err() {
        return DateTimeText::Bad;
    }
    match zone {
        "" => DateTimeText::WithoutZone,
        "Z" | "z" => DateTimeText::Whole,
        _ => {
            let offset = zone.get(1..).and_then(|offset| offset.split_once(':'));
            let two = |text: &str, most: u8| {
                text.len() == 2 && text.parse::<u8>().is_ok_and(|number| number <= most)
            };
            match offset {
                Some((hours, minutes)) if two(hours, 23) && two(minutes, 59) => DateTimeText::Whole,
                _ => DateTimeText::Bad,
            }
        }
    }
}

/// RFC 3987 leaves out blanks, control characters and these (relative references are allowed); a
/// colon in the first segment ends a scheme, and a percent sign begins two digits.
fn is_uri(text: &str) -> bool {
    let mut percents = text.match_indices('%');
    let percents_good = percents.all(|(at, _)| {
        text.as_bytes()
            .get(at + 1..at + 3)
            .is_some_and(|pair| pair.iter().all(u8::is_ascii_hexdigit))
    });
    has_good_scheme(text)
        && percents_good
        && !text.chars().any(|c| c.is_whitespace() || c.is_control() || "<>\"{}|\\^`".contains(c))
}

fn has_good_scheme(text: &str) -> bool {
    let first = text.split(['/', '?', '#']).next().unwrap_or(text);
    first.split_once(':').is_none_or(|(scheme, _)| is_scheme(scheme))
}

fn is_scheme(text: &str) -> bool {
    text.starts_with(|c: char| c.is_ascii_alphabetic())
        && text.chars().all(|c| c.is_ascii_alphanumeric() || "+-.".contains(c))
}

/// JSON Signature Format 0.82: a named algorithm, or an address that names one.
fn is_signature_algorithm(text: &str) -> bool {
    const NAMED: &[&str] = &[
        "RS256", "RS384", "RS512", "PS256", "PS384", "PS512", "ES256", "ES384", "ES512", "Ed25519",
        "Ed448", "HS256", "HS384", "HS512",
    ];
    let scheme = text.split_once(':').is_some_and(|(scheme, _)| is_scheme(scheme));
    NAMED.contains(&text) || (scheme && is_uri(text))
}

fn is_email(text: &str) -> bool {
    text.rsplit_once('@').is_some_and(|(local, domain)| !local.is_empty() && !domain.is_empty())
}

fn is_uuid(text: &str) -> bool {
    let lengths = [8, 4, 4, 4, 12];
    let mut parts = text.split('-');
    lengths.iter().all(|length| {
        parts.next().is_some_and(|part| {
            part.len() == *length
                && part.bytes().all(|b| b.is_ascii_digit() || (b'a'..=b'f').contains(&b))
        })
    }) && parts.next().is_none()
}

/// The XML schema also allows a bare UUID in braces.
fn is_serial(text: &str, xml: bool) -> bool {
    text.strip_prefix("urn:uuid:").is_some_and(is_uuid)
        || (xml && text.strip_prefix('{').and_then(|t| t.strip_suffix('}')).is_some_and(is_uuid))
}

fn is_mime(text: &str) -> bool {
    let good = |part: &str| {
        !part.is_empty()
            && part
                .bytes()
                .all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b"-+.".contains(&b))
    };
    text.split_once('/').is_some_and(|(kind, sub)| good(kind) && good(sub))
}

fn is_locale(text: &str) -> bool {
    let lower = |part: &str| part.len() == 2 && part.bytes().all(|b| b.is_ascii_lowercase());
    let upper = |part: &str| part.len() == 2 && part.bytes().all(|b| b.is_ascii_uppercase());
    match text.split_once('-') {
        Some((language, country)) => lower(language) && upper(country),
        None => lower(text),
    }
}

fn is_hash(text: &str) -> bool {
    matches!(text.len(), 32 | 40 | 64 | 96 | 128) && text.bytes().all(|b| b.is_ascii_hexdigit())
}

fn is_cre(text: &str) -> bool {
    let digits = |part: &str| !part.is_empty() && part.bytes().all(|b| b.is_ascii_digit());
    text.strip_prefix("CRE:")
        .and_then(|rest| rest.split_once('-'))
        .is_some_and(|(one, other)| digits(one) && digits(other))
}

/// The list holds licences and exceptions, deprecated ones too ("GPL-2.0", "GPL-2.0+").
fn is_license_id(text: &str) -> bool {
    let exact = |id: &str| {
        id != "NOASSERTION" && spdx::license_id(id).is_some_and(|found| found.name == id)
    };
    let or_later = |id: &str| (id.starts_with("GPL-") || id.starts_with("LGPL-")) && exact(id);
    exact(text)
        || text.strip_suffix('+').is_some_and(or_later)
        || spdx::exception_id(text).is_some_and(|found| found.name == text)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn dates_need_a_time_and_a_zone() {
        for text in
            ["2020-04-13T20:20:39Z", "2020-04-13T20:20:39.123+00:00", "2024-02-29t00:00:00-05:30"]
        {
            assert_eq!(date_time(text), DateTimeText::Whole, "{text}");
        }
        assert_eq!(date_time("2020-04-13T20:20:39"), DateTimeText::WithoutZone);
        for text in [
            "2020-04-13",
            "2020-04-13T",
            "2020-13-13T20:20:39Z",
            "2023-02-29T00:00:00Z",
            "2020-04-13T25:00:00Z",
            "2020-04-13T20:20:39+1",
            "2020-04-13T20:20Z",
            "x",
        ] {
            assert_eq!(date_time(text), DateTimeText::Bad, "{text}");
        }
    }

    #[test]
    fn licence_identifiers_are_exact() {
        for id in
            ["Apache-2.0", "MIT", "GPL-2.0", "GPL-2.0+", "GPL-3.0-only", "Classpath-exception-2.0"]
        {
            assert!(is_license_id(id), "{id}");
        }
        for id in ["Apache-2", "apache-2.0", "MIT+", "", "MIT OR Apache-2.0", "Acme"] {
            assert!(!is_license_id(id), "{id}");
        }
    }

    #[test]
    fn patterns_hold() {
        assert!(is_serial("urn:uuid:3e671687-395b-41f5-a30f-a58921a69b79", false));
        assert!(!is_serial("urn:uuid:3e671687-395b-41f5-a30f", true));
        assert!(!is_serial("urn:uuid:3E671687-395b-41f5-a30f-a58921a69b79", false));
        assert!(is_mime("image/svg+xml") && !is_mime("Text/plain") && !is_mime("text"));
        assert!(is_locale("en") && is_locale("en-GB") && !is_locale("EN") && !is_locale("eng"));
        assert!(is_hash(&"a".repeat(40)) && !is_hash("foo") && !is_hash(&"g".repeat(40)));
        assert!(is_cre("CRE:764-507") && !is_cre("CRE:764"));
    }
}
