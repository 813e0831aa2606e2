//! How many parts a text message is sent in (3GPP TS 23.038 for the alphabets, TS 23.040 for joining parts).

/// The alphabet that a text needs.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Coding {
    /// The seven-bit default alphabet of GSM.
    Gsm7,
    /// Two bytes for each unit of UTF-16.
    Ucs2,
}

/// The default alphabet (TS 23.038, 6.2.1), without the escape.
const BASIC: &str = "@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !\"#¤%&'()*+,-./0123456789:;<=>?¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿abcdefghijklmnopqrstuvwxyzäöñüà";
/// Its extension (6.2.1.1): two units each.
const EXTENDED: &str = "\u{c}^{}\\[~]|€";

/// One part alone, and each of several: 140 bytes, of which joining takes six.
const GSM7: (usize, usize) = (160, 153);
const UCS2: (usize, usize) = (70, 67);

/// The alphabet that a text needs.
pub fn coding(text: &str) -> Coding {
    if text.chars().all(|c| gsm7_units(c).is_some()) { Coding::Gsm7 } else { Coding::Ucs2 }
}

/// In how many parts a text is sent. A unit of two (extended characters, surrogates) is not cut in the middle.
pub fn segments(text: &str) -> usize {
    let (units, limits): (Vec<usize>, _) = match coding(text) {
        Coding::Gsm7 => (text.chars().filter_map(gsm7_units).collect(), GSM7),
        Coding::Ucs2 => (text.chars().map(char::len_utf16).collect(), UCS2),
    };
    let (alone, joined) = limits;
    if units.iter().sum::<usize>() <= alone {
        return 1;
    }
    let mut parts = 1;
    let mut used = 0;
    for unit in units {
        if used + unit > joined {
            parts += 1;
            used = 0;
        }
        used += unit;
    }
    parts
}

fn gsm7_units(c: char) -> Option<usize> {
    // Most are found without looking.
    if c.is_ascii_alphanumeric() || c == ' ' || BASIC.contains(c) {
        Some(1)
    } else if EXTENDED.contains(c) {
        Some(2)
    } else {
        None
    }
}

/// Writes what typesetters use as the default alphabet has it, so that one dash does not halve the length.
pub(super) fn plain(text: &str) -> String {
    let mut plain = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '‘' | '’' | '‚' | '`' | '´' => plain.push('\''),
            '“' | '”' | '„' | '«' | '»' => plain.push('"'),
            '‐' | '‑' | '–' | '—' | '−' => plain.push('-'),
            '…' => plain.push_str("..."),
            '•' => plain.push('*'),
            '\u{a0}' | '\u{202f}' | '\u{2009}' => plain.push(' '),
            _ => plain.push(c),
        }
    }
    plain
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn parts_are_counted_as_networks_count_them() {
        let of = |c: &str, count: usize| segments(&c.repeat(count));
        assert_eq!(BASIC.chars().count(), 127);
        assert_eq!([of("a", 160), of("a", 161), of("a", 306), of("a", 307)], [1, 2, 2, 3]);
        assert_eq!([of("€", 80), of("€", 81), of("€", 152), of("€", 153)], [1, 2, 2, 3]);
        assert_eq!([of("ё", 70), of("ё", 71), of("ё", 134), of("ё", 135)], [1, 2, 2, 3]);
        assert_eq!([of("🏥", 35), of("🏥", 36), of("🏥", 66), of("🏥", 67)], [1, 2, 2, 3]);
        assert_eq!(segments(""), 1);
        assert_eq!((coding("Grüße, Ärzte"), coding("„so“")), (Coding::Gsm7, Coding::Ucs2));
        assert_eq!(plain("„so“ – it’s…"), "\"so\" - it's...");
    }

    proptest! {
        #[test]
        fn a_text_is_at_least_as_long_as_its_bytes(text in "(?s).{0,500}") {
            let parts = segments(&text);
            let bytes = match coding(&text) {
                Coding::Gsm7 => (text.chars().filter_map(gsm7_units).sum::<usize>() * 7).div_ceil(8),
                Coding::Ucs2 => text.encode_utf16().count() * 2,
            };
            prop_assert!(bytes <= parts * 140);
            prop_assert!(parts == 1 || bytes > 140);
        }
    }
}
