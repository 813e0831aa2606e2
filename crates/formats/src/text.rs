//! Bytes as Windows and other tools write them, to text.
//!
//! [`decode`] never fails: it knows byte order marks, UTF-16 with and without one (also after a
//! narrow beginning, as when PowerShell appends to a file), UTF-8, and the code pages of Windows
//! consoles, among which it guesses by plausibility (`guess`). [`outline`] is the cheap view of a
//! file that recognising a format needs. This module must not know any format.

mod code_page;
mod guess;
#[cfg(test)]
pub(crate) mod sample;
mod wide;

use std::borrow::Cow;

use encoding_rs::{UTF_16BE, UTF_16LE};

/// Decoded text and the name of the encoding it was in.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Text<'a> {
    /// The text, without byte order mark.
    pub content: Cow<'a, str>,
    /// Name of the encoding, for a person.
    pub encoding: &'static str,
}

/// Decodes bytes of unknown encoding.
///
/// ```
/// use formats::text::decode;
/// assert_eq!(decode(b"m\x82moire physique").content, "mémoire physique");
/// assert_eq!(decode(b"\xff\xfeK\0B\0").content, "KB");
/// ```
pub fn decode(bytes: &[u8]) -> Text<'_> {
    let bytes = bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(bytes);
    if bytes.starts_with(b"\xff\xfe") || bytes.starts_with(b"\xfe\xff") {
        return wide::decode(bytes);
    }
    if bytes.contains(&0) {
        if wide::looks_wide(bytes) {
            return wide::decode(bytes);
        }
        return without_nuls(bytes);
    }
    narrow(bytes)
}

/// Decodes text of one byte or more a character.
fn narrow(bytes: &[u8]) -> Text<'_> {
    match std::str::from_utf8(bytes) {
        Ok(text) => Text { content: without_marks(Cow::Borrowed(text)), encoding: "UTF-8" },
        Err(_) => guess::decode(bytes),
    }
}

/// Narrow text with stray NUL bytes: each becomes a blank, so that columns keep their places.
fn without_nuls(bytes: &[u8]) -> Text<'static> {
    let blanked: Vec<u8> = bytes.iter().map(|b| if *b == 0 { b' ' } else { *b }).collect();
    let text = narrow(&blanked);
    Text { content: Cow::Owned(text.content.into_owned()), encoding: text.encoding }
}

/// Removes byte order marks that joining files left in the middle.
fn without_marks(text: Cow<'_, str>) -> Cow<'_, str> {
    if text.contains('\u{feff}') { Cow::Owned(text.replace('\u{feff}', "")) } else { text }
}

/// The ASCII text of the first bytes of a file, whatever its encoding, cheaply: other characters
/// become `?` or are left as they are. For recognising a format, not for reading it.
pub fn outline(bytes: &[u8], limit: usize) -> Cow<'_, [u8]> {
    let bytes = bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(bytes);
    let head = bytes.get(..limit.min(bytes.len())).unwrap_or(bytes);
    if !head.contains(&0) && !head.starts_with(b"\xff\xfe") && !head.starts_with(b"\xfe\xff") {
        return Cow::Borrowed(head);
    }
    let head = bytes.get(..limit.saturating_mul(2).min(bytes.len())).unwrap_or(bytes);
    let text = decode(head).content;
    Cow::Owned(
        text.chars().map(|c| u8::try_from(c).ok().filter(u8::is_ascii).unwrap_or(b'?')).collect(),
    )
}

/// Whether `text` holds `word`, ASCII case aside. `word` is given in lower case.
pub(crate) fn holds(text: &[u8], word: &[u8]) -> bool {
    text.windows(word.len().max(1)).any(|w| w.eq_ignore_ascii_case(word))
}

/// Whether `text` holds `word`, ASCII case aside.
pub(crate) fn holds_str(text: &str, word: &str) -> bool {
    holds(text.as_bytes(), word.as_bytes())
}

const fn wide_name(little: bool) -> &'static str {
    if little { UTF_16LE_NAME } else { UTF_16BE_NAME }
}

const UTF_16LE_NAME: &str = "UTF-16LE";
const UTF_16BE_NAME: &str = "UTF-16BE";

fn decode_wide_part(bytes: &[u8], little: bool) -> String {
    let encoding = if little { UTF_16LE } else { UTF_16BE };
    encoding.decode_without_bom_handling(bytes).0.into_owned()
}

#[cfg(test)]
mod tests;
