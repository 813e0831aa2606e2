//! Strings in quotes.

use super::read::Cursor;
use super::{JsonError, JsonFault};

/// Reads a string; the cursor stands at its opening quote.
pub(super) fn read_text(cursor: &mut Cursor<'_>) -> Result<String, JsonError> {
    cursor.at += 1;
    let mut out = String::new();
    loop {
        let rest = cursor.rest();
        let Some(plain) = rest.bytes().position(|b| b < 0x20 || b == b'"' || b == b'\\') else {
            cursor.at = cursor.text.len();
            return Err(cursor.error(JsonFault::Syntax("a string does not end")));
        };
        out.push_str(rest.get(..plain).unwrap_or(""));
        cursor.at += plain;
        match cursor.peek() {
            Some(b'"') => {
                cursor.at += 1;
                return Ok(out);
            }
            Some(b'\\') => out.push(escaped(cursor)?),
            _ => return Err(cursor.error(JsonFault::Control)),
        }
    }
}

/// One escaped character; the cursor stands at the backslash.
fn escaped(cursor: &mut Cursor<'_>) -> Result<char, JsonError> {
    let start = cursor.at;
    cursor.at += 1;
    let letter = cursor.peek();
    cursor.at += 1;
    let character = match letter {
        Some(b'"') => Some('"'),
        Some(b'\\') => Some('\\'),
        Some(b'/') => Some('/'),
        Some(b'b') => Some('\u{8}'),
        Some(b'f') => Some('\u{c}'),
        Some(b'n') => Some('\n'),
        Some(b'r') => Some('\r'),
        Some(b't') => Some('\t'),
        Some(b'u') => code_point(cursor),
        _ => None,
    };
    character.ok_or(JsonError::new(start, JsonFault::Escape))
}

/// Four hexadecimal digits, or twice four for a character beyond the first 65,536.
fn code_point(cursor: &mut Cursor<'_>) -> Option<char> {
    let first = hex4(cursor)?;
    if !(0xd800..0xdc00).contains(&first) {
        // A second half without a first is no character, and `from_u32` knows it.
        return char::from_u32(first);
    }
    if !cursor.rest().starts_with("\\u") {
        return None;
    }
    cursor.at += 2;
    let second = hex4(cursor).filter(|half| (0xdc00..0xe000).contains(half))?;
    char::from_u32(0x1_0000 + ((first - 0xd800) << 10) + (second - 0xdc00))
}

fn hex4(cursor: &mut Cursor<'_>) -> Option<u32> {
    let digits = cursor.rest().get(..4)?;
    if !digits.bytes().all(|byte| byte.is_ascii_hexdigit()) {
        return None;
    }
    cursor.at += 4;
    u32::from_str_radix(digits, 16).ok()
}
