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
    let from = head.iter().position(|b| *b == 0).unwrap_or(0).saturating_sub(1);
    let part = head.get(from..).unwrap_or(head);
    let (mut even, mut odd) = (0usize, 0usize);
    for pair in part.chunks(2) {
        even += usize::from(pair.first() == Some(&0));
        odd += usize::from(pair.get(1) == Some(&0));
    }
    let (most, least) = (even.max(odd), even.min(odd));
    // A fifth of all characters plain ASCII, NULs hardly ever on the other side.
    most * 10 >= part.len() && least * 4 <= most
}

/// Decodes text that is wide at least in part.
pub(super) fn decode(bytes: &[u8]) -> Text<'static> {
    let mut out = String::with_capacity(bytes.len() / 2 + 16);
    let mut rest = bytes;
    let mut encoding = None;
    while !rest.is_empty() {
        let little = match rest {
            [0xff, 0xfe, ..] => Some(true),
            [0xfe, 0xff, ..] => Some(false),
            _ => None,
        };
        if let Some(little) = little {
            rest = rest.get(2..).unwrap_or(&[]);
            rest = take_wide(rest, little, &mut out);
            encoding.get_or_insert(wide_name(little));
        } else {
            let (piece, after) = split_narrow(rest);
            if !piece.is_empty() {
                let piece: Cow<'_, [u8]> = Cow::Borrowed(piece);
                out.push_str(&narrow(&piece).content);
            }
            rest = after;
            if !rest.is_empty() && !rest.starts_with(b"\xff\xfe") && !rest.starts_with(b"\xfe\xff")
            {
                let little = is_little(rest);
                rest = take_wide(rest, little, &mut out);
                encoding.get_or_insert(wide_name(little));
            }
        }
    }
    let content = without_marks(Cow::Owned(out)).into_owned().replace('\0', " ");
    Text { content: Cow::Owned(content), encoding: encoding.unwrap_or("UTF-8") }
}

/// Decodes wide text up to a narrow piece and gives what follows.
fn take_wide<'a>(bytes: &'a [u8], little: bool, out: &mut String) -> &'a [u8] {
    let end = narrow_start(bytes);
    let (wide, rest) = bytes.split_at_checked(end).unwrap_or((bytes, &[]));
    out.push_str(&decode_wide_part(wide, little));
    rest
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

/// Splits narrow text from the wide text that follows it.
fn split_narrow(bytes: &[u8]) -> (&[u8], &[u8]) {
    let mark = bytes
        .windows(2)
        .position(|w| matches!(w, [0xff, 0xfe] | [0xfe, 0xff]))
        .filter(|at| bytes.get(at + 2..).is_some_and(|rest| rest.iter().take(64).any(|b| *b == 0)));
    let nul = bytes.iter().position(|b| *b == 0);
    let at = match (mark, nul) {
        (Some(mark), Some(nul)) if mark < nul => mark,
        (_, Some(nul)) => {
            // Little-endian: the NUL belongs to the byte before it. Big-endian: to the one after.
            let big = bytes.get(nul + 2) == Some(&0)
                && bytes.get(nul + 1) != Some(&0)
                && !ends_little(bytes);
            if big { nul } else { nul.saturating_sub(1) }
        }
        (Some(mark), None) => mark,
        (None, None) => bytes.len(),
    };
    bytes.split_at_checked(at).unwrap_or((bytes, &[]))
}

/// Whether the text ends as little-endian text does: with a NUL.
fn ends_little(bytes: &[u8]) -> bool {
    bytes.last() == Some(&0)
}

/// Whether a piece without mark is little-endian.
fn is_little(bytes: &[u8]) -> bool {
    let head = bytes.get(..bytes.len().min(4096)).unwrap_or(bytes);
    let (mut even, mut odd) = (0usize, 0usize);
    for pair in head.chunks(2) {
        even += usize::from(pair.first() == Some(&0));
        odd += usize::from(pair.get(1) == Some(&0));
    }
    odd >= even
}
