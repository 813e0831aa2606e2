//! A CPE name as far as the schema's pattern goes.
//!
//! The published pattern anchors only the start of a CPE 2.3 name and only the end of a CPE 2.2
//! URI (known issue 693 of the standard). It is followed here as published: to be stricter would
//! call documents invalid that the standard calls valid.

/// Tells whether the schema takes a string for a CPE name.
pub(super) fn is_cpe(text: &str) -> bool {
    text.len() >= 5 && (begins_with_2_3(text.as_bytes()) || ends_with_2_2(text.as_bytes()))
}

/// A formatted string: part, five components, language, four components.
fn begins_with_2_3(text: &[u8]) -> bool {
    let Some((part, mut rest)) = text.strip_prefix(b"cpe:2.3:").and_then(<[u8]>::split_first)
    else {
        return false;
    };
    if !b"aho*-".contains(part) {
        return false;
    }
    for position in 0..10 {
        let Some(after) = rest.strip_prefix(b":") else { return false };
        let length = if position == 5 { language(after) } else { component(after) };
        match length.and_then(|length| after.get(length..)) {
            Some(left) => rest = left,
            None => return false,
        }
    }
    true
}

/// The length of the component at the start: characters, plain or quoted by a backslash, with
/// unquoted `?` or one `*` before and after; or a lone `*`.
fn component(text: &[u8]) -> Option<usize> {
    let wildcards = |at: usize| {
        let rest = text.get(at..).unwrap_or_default();
        let questions = rest.iter().take_while(|byte| **byte == b'?').count();
        if questions > 0 { questions } else { usize::from(rest.first() == Some(&b'*')) }
    };
    let start = wildcards(0);
    let mut at = start;
    loop {
        match text.get(at) {
            Some(byte) if byte.is_ascii_alphanumeric() || b"-._".contains(byte) => at += 1,
            Some(b'\\') => {
                let quoted = text.get(at + 1)?;
                if !quoted.is_ascii_punctuation() || b"-._".contains(quoted) {
                    return None;
                }
                at += 2;
            }
            _ => break,
        }
    }
    if at == start {
        return (text.first() == Some(&b'*')).then_some(1);
    }
    Some(at + wildcards(at))
}

/// The length of the language at the start: two or three letters, perhaps a region.
fn language(text: &[u8]) -> Option<usize> {
    if matches!(text.first(), Some(b'*' | b'-')) {
        return Some(1);
    }
    let end = text.iter().position(|byte| *byte == b':')?;
    let written = str::from_utf8(text.get(..end)?).ok()?;
    let (code, region) = written.split_once('-').unwrap_or((written, "AA"));
    let letters = |text: &str| text.bytes().all(|byte| byte.is_ascii_alphabetic());
    let digits = |text: &str| text.bytes().all(|byte| byte.is_ascii_digit());
    let code_fits = (2..=3).contains(&code.len()) && letters(code);
    let region_fits =
        (region.len() == 2 && letters(region)) || (region.len() == 3 && digits(region));
    (code_fits && region_fits).then_some(end)
}

/// A URI: `cpe:/`, perhaps a part, then up to six components.
fn ends_with_2_2(text: &[u8]) -> bool {
    text.windows(5).enumerate().any(|(at, window)| {
        // The pattern leaves the case open for all letters but the first.
        window.starts_with(b"c")
            && window.eq_ignore_ascii_case(b"cpe:/")
            && text.get(at + 5..).is_some_and(components_2_2)
    })
}

fn components_2_2(text: &[u8]) -> bool {
    let rest = match text.split_first() {
        Some((part, rest)) if b"AHOaho".contains(part) => rest,
        _ => text,
    };
    let allowed = |byte: &u8| byte.is_ascii_alphanumeric() || b"._-~%".contains(byte);
    let mut parts = rest.split(|byte| *byte == b':');
    parts.next().is_some_and(<[u8]>::is_empty)
        && parts.by_ref().take(6).all(|part| part.iter().all(allowed))
        && parts.next().is_none()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_of_both_bindings_are_taken() {
        for name in [
            "cpe:2.3:a:example:ward:1.0:*:*:*:*:*:*:*",
            "cpe:2.3:o:example:ward_\\!os:-:sp1:x??:en-GB:*:*:x64\\:86:*",
            "cpe:2.3:*:*:*:*:*:*:*:*:*:*:*",
            "cpe:2.3:a:example:*ward?:1.*:*:*:*:*:*:*:*",
            "cpe:/a:example:ward:1.0",
            "cPE:/o:example:ward%21:~:::en",
            "cpe:/",
        ] {
            assert!(is_cpe(name), "{name}");
        }
        for name in [
            "cpe:2.3:a:example:ward:1.0",
            "cpe:2.3:x:example:ward:1.0:*:*:*:*:*:*:*",
            "cpe:2.3:a:exa mple:ward:1.0:*:*:*:*:*:*:*",
            "cpe:2.3:a:example:ward:1.0:*:*:english:*:*:*:*",
            "CPE:/a:example",
            "cpe:/x:example",
            "cpe:/a:1:2:3:4:5:6:7",
            "cpe:",
            "",
        ] {
            assert!(!is_cpe(name), "{name}");
        }
    }
}
