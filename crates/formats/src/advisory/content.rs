//! The text of a document, whole or its beginning.

use std::borrow::Cow;

/// The whole text, without byte order mark.
pub(super) fn whole(bytes: &[u8]) -> Cow<'_, str> {
    match crate::text::decode(bytes).content {
        Cow::Borrowed(text) => Cow::Borrowed(text.trim_start_matches('\u{feff}')),
        Cow::Owned(text) => match text.strip_prefix('\u{feff}') {
            Some(rest) => Cow::Owned(rest.to_owned()),
            None => Cow::Owned(text),
        },
    }
}

/// The beginning, for telling formats apart; a character cut at its end is replaced.
pub(super) fn head(bytes: &[u8], most: usize) -> Cow<'_, str> {
    whole(bytes.get(..most).unwrap_or(bytes))
}
