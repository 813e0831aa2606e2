//! UTF-16, whole or in part.
//!
//! `cmd` appends narrow text to a file that PowerShell wrote wide, and the other way round; XP's
//! `wmic` prints a narrow sentence and then a wide table. So a file is walked in pieces, each wide
//! or narrow.

use std::borrow::Cow;

use super::{Text, decode_wide_part, narrow, wide_name, without_marks};

/// Bytes of plain narrow text in a row after which a wide piece is over. In wide text every
/// second byte of ASCII is NUL, and 24 Chinese characters in a row of which both bytes are
/// printable ASCII do not happen.
const NARROW_RUN: usize = 48;

/// Whether bytes that hold NULs are wide: enough of them, most on one parity.
pub(super) fn looks_wide(bytes: &[u8]) -> bool {
    let head = bytes.get(..bytes.len().min(1 << 16)).unwrap_or(bytes);
    let from = head.iter().position(|b| is_high(*b)).unwrap_or(0).saturating_sub(1);
    let part = head.get(from..).unwrap_or(head);
    let (mut even, mut odd) = (0usize, 0usize);
    for pair in part.chunks(2) {
        even += usize::from(pair.first().is_some_and(|b| is_high(*b)));
        odd += usize::from(pair.get(1).is_some_and(|b| is_high(*b)));
    }
    let (most, least) = (even.max(odd), even.min(odd));
    // A fifth of all characters plain ASCII, NULs hardly ever on the other side.
    most * 10 >= part.len() && least * 4 <= most
}

/// Whether a byte can be the high byte of a wide letter (of Latin, Greek, Cyrillic, Hebrew,
/// Arabic or Thai script) and nothing in narrow text.
fn is_high(byte: u8) -> bool {
    matches!(byte, 0..=8 | 0x0e..=0x1a)
}

/// Decodes text that is wide at least in part. Every turn takes at least what it looked through,
/// so that the work grows with the text alone.
pub(super) fn decode(bytes: &[u8]) -> Text<'static> {
    let mut out = String::with_capacity(bytes.len() / 2 + 16);
    let mut rest = bytes;
    let mut encoding = None;
    while !rest.is_empty() {
        let (little, at_least) = match rest {
            [0xff, 0xfe, ..] => (true, 0),
            [0xfe, 0xff, ..] => (false, 0),
            _ => {
                let (piece, after, at_least) = split_narrow(rest);
                if !piece.is_empty() {
                    out.push_str(&narrow(piece).content);
                }
                rest = after;
                if rest.is_empty() || is_marked(rest) {
                    continue;
                }
                (is_little(rest), at_least)
            }
        };
        if is_marked(rest) {
            rest = rest.get(2..).unwrap_or(&[]);
        }
        encoding.get_or_insert(wide_name(little));
        let tail = rest.get(at_least..).unwrap_or(&[]);
        let end = (at_least + narrow_start(tail)).next_multiple_of(2).min(rest.len());
        let (wide, after) = rest.split_at_checked(end).unwrap_or((rest, &[]));
        out.push_str(&decode_wide_part(wide, little));
        rest = after;
    }
    let content = without_marks(Cow::Owned(out)).into_owned().replace('\0', " ");
    Text { content: Cow::Owned(content), encoding: encoding.unwrap_or("UTF-8") }
}

fn is_marked(bytes: &[u8]) -> bool {
    bytes.starts_with(b"\xff\xfe") || bytes.starts_with(b"\xfe\xff")
}

/// Where a long run of narrow text begins, or the end. On an even offset.
fn narrow_start(bytes: &[u8]) -> usize {
    let mut run = 0;
    for (at, byte) in bytes.iter().enumerate() {
        if matches!(byte, b'\t' | b'\r' | b'\n' | 0x20..=0x7e) {
            run += 1;
            if run == NARROW_RUN {
                let start = at + 1 - run;
                // The low byte of the last wide unit may have been counted.
                return start + start % 2;
            }
        } else {
            run = 0;
        }
    }
    bytes.len()
}

/// Splits narrow text from the wide text that follows it, and tells how much of that is wide
/// without looking further.
fn split_narrow(bytes: &[u8]) -> (&[u8], &[u8], usize) {
    let nul = bytes.iter().position(|b| *b == 0);
    let Some(nul) = nul else { return (bytes, &[], 0) };
    let before = bytes.get(..nul).unwrap_or(bytes);
    let mark = before.windows(2).position(is_marked);
    if let Some((piece, after)) =
        mark.filter(|at| *at > 0 && nul - at < 64).and_then(|at| bytes.split_at_checked(at))
    {
        return (piece, after, 0);
    }
    // Wide text of another script may hold no NUL for its first words.
    let text = before.iter().all(|b| matches!(b, b'\t' | b'\r' | b'\n' | 0x20..=0x7e | 0x80..));
    if !text || nul < SHORTEST_NARROW {
        return (&[], bytes, nul + 1);
    }
    // Little-endian: the NUL belongs to the byte before it. Big-endian: to the one after.
    let big =
        bytes.get(nul + 2) == Some(&0) && bytes.get(nul + 1) != Some(&0) && !ends_little(bytes);
    let at = if big { nul } else { nul.saturating_sub(1) };
    let (piece, after) = bytes.split_at_checked(at).unwrap_or((bytes, &[]));
    (piece, after, 2)
}

/// Narrow text before wide text is at least a few words.
const SHORTEST_NARROW: usize = 16;

/// Whether the text ends as little-endian text does: with a NUL.
fn ends_little(bytes: &[u8]) -> bool {
    bytes.last() == Some(&0)
}

/// Whether a piece without mark is little-endian.
fn is_little(bytes: &[u8]) -> bool {
    let head = bytes.get(..bytes.len().min(512)).unwrap_or(bytes);
    let (mut even, mut odd) = (0usize, 0usize);
    for pair in head.chunks(2) {
        even += usize::from(pair.first().is_some_and(|b| is_high(*b)));
        odd += usize::from(pair.get(1).is_some_and(|b| is_high(*b)));
    }
    odd >= even
}
