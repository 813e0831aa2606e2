//! One entry of an update list, as every Windows reader makes it.

use model::evidence::{HostIdentity, InstalledUpdate};
use model::kb::Kb;
use model::reading::Place;

/// An entry without date or title; the KB number is read from `raw` where it has one.
pub(crate) fn entry(raw: &str, place: Place) -> InstalledUpdate {
    let raw = raw.trim();
    InstalledUpdate { raw: raw.to_owned(), kb: kb_of(raw), title: None, installed_on: None, place }
}

/// The KB number that an identifier is. Numbers of fewer than five digits are file counters and
/// sizes, not updates: Microsoft's Knowledge Base numbers of updates have six or seven.
pub(crate) fn kb_of(raw: &str) -> Option<Kb> {
    let kb: Kb = raw.parse().ok()?;
    (10_000..10_000_000).contains(&kb.number()).then_some(kb)
}

/// Whether a text looks like what Windows lists as an update, KB number or not.
pub(crate) fn looks_like_update(raw: &str) -> bool {
    let raw = raw.trim();
    let word = raw.split(' ').next().unwrap_or("");
    let digits = |text: &str| text.len() >= 4 && text.bytes().all(|b| b.is_ascii_digit());
    match word.as_bytes() {
        [b'K' | b'k', b'B' | b'b', digit, ..] | [b'Q' | b'q', digit, ..] => digit.is_ascii_digit(),
        [b'{', ..] => word.ends_with('}'),
        _ => digits(word) || (word == "File" && raw.len() <= 9),
    }
}

/// Whether an entry may have lost its end. KB numbers have at most seven digits, so that one of
/// seven is whole; so is one that a blank or a text follows.
pub(crate) fn may_be_cut(text: &str) -> bool {
    let digits = text.bytes().filter(u8::is_ascii_digit).count();
    let word = !text.contains(char::is_whitespace);
    let update = text
        .bytes()
        .next()
        .is_some_and(|b| matches!(b, b'K' | b'k' | b'Q' | b'q') || b.is_ascii_digit());
    word && update && digits < 7
}

/// What a tool printed, unless it was masked or left out ("...", "xxxx", "N/A", "<redacted>").
pub(crate) fn shown(value: &str) -> Option<&str> {
    let value = value.trim();
    let masked = value.is_empty()
        || value
            .bytes()
            .all(|b| matches!(b, b'.' | b'*' | b'-' | b'_' | b'?' | b'x' | b'X' | b'#' | b' '))
        || (value.starts_with(['<', '[']) && value.ends_with(['>', ']']))
        || value == "…"
        || ["n/a", "redacted", "removed", "null", "none"]
            .iter()
            .any(|w| value.eq_ignore_ascii_case(w));
    (!masked).then_some(value)
}

/// A host name with the name in its domain behind it, where the domain is a DNS domain.
pub(crate) fn with_domain(name: &str, domain: Option<&str>) -> HostIdentity {
    let mut host = HostIdentity::named(name);
    if let Some(domain) = domain.and_then(shown)
        && domain.contains('.')
        && !domain.contains(char::is_whitespace)
        && !name.contains('.')
    {
        host.names.push(format!("{name}.{domain}"));
    }
    host
}

/// A hardware address in lower case with colons; `None` if it is none.
pub(crate) fn mac(raw: &str) -> Option<String> {
    let digits: String =
        raw.chars().filter(char::is_ascii_hexdigit).map(|c| c.to_ascii_lowercase()).collect();
    let clean = raw.trim().chars().all(|c| c.is_ascii_hexdigit() || matches!(c, ':' | '-' | '.'));
    if !clean || digits.len() != 12 || digits == "000000000000" {
        return None;
    }
    let pairs: Vec<&str> = (0..6).filter_map(|i| digits.get(i * 2..i * 2 + 2)).collect();
    Some(pairs.join(":"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn masked_values_are_not_shown() {
        for masked in ["...", "", "xxxxx", "N/A", "<redacted>", "***"] {
            assert_eq!(shown(masked), None, "{masked}");
        }
        assert_eq!(shown(" WARD-7 "), Some("WARD-7"));
    }

    #[test]
    fn addresses_take_one_form() {
        assert_eq!(mac("CC-00-00-00-00-14").as_deref(), Some("cc:00:00:00:00:14"));
        assert_eq!(mac("00:00:00:00:00:00"), None);
        assert_eq!(mac("Ethernet"), None);
    }

    #[test]
    fn updates_are_told_from_other_entries() {
        for update in [
            "KB4012212",
            "Q147222",
            "File 1",
            "943729",
            "{7A068575-C5DB-43D9-BE20-3895D0C69B17}",
            "KB2862 - Update",
        ] {
            assert!(looks_like_update(update), "{update}");
        }
        for other in
            ["Intel64 Family 6 Model 78", "Realtek PCIe FE Family Controller", "192.168.1.48", ""]
        {
            assert!(!looks_like_update(other), "{other}");
        }
        assert_eq!(entry("File 1", Place::Whole).kb, None);
    }
}
