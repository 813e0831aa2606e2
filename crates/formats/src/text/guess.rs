//! Which code page bytes are in, by how plausible each reading is.
//!
//! A right reading gives letters beside letters, capitals at the start of words and the blanks of
//! thousands between digits; a wrong one gives box-drawing, symbols inside words, capitals after
//! small letters. Every candidate gets points for each such thing and the best reading wins; on
//! equal points the commoner page, which stands first in [`SINGLE`].

use std::borrow::Cow;

use encoding_rs::{
    BIG5, EUC_KR, Encoding, GB18030, IBM866, SHIFT_JIS, WINDOWS_874, WINDOWS_1250, WINDOWS_1251,
    WINDOWS_1252, WINDOWS_1253, WINDOWS_1254, WINDOWS_1255, WINDOWS_1256, WINDOWS_1257,
};

use super::code_page::{self, CP437, CP737, CP775, CP850, CP852, CP857, CP862};
use super::{Text, without_marks};

/// How many bytes of a long text are judged: those around the first non-ASCII ones.
const SAMPLE: usize = 2000;

/// Where the characters of a page come from.
#[derive(Clone, Copy)]
enum Page {
    Table(&'static str),
    Web(&'static Encoding),
}

/// Pages of one byte a character, the commoner first.
const SINGLE: [(&str, Page); 17] = [
    ("windows-1252", Page::Web(WINDOWS_1252)),
    ("CP850", Page::Table(CP850)),
    ("CP437", Page::Table(CP437)),
    ("CP866", Page::Web(IBM866)),
    ("windows-1251", Page::Web(WINDOWS_1251)),
    ("CP852", Page::Table(CP852)),
    ("windows-1250", Page::Web(WINDOWS_1250)),
    ("CP857", Page::Table(CP857)),
    ("windows-1254", Page::Web(WINDOWS_1254)),
    ("CP737", Page::Table(CP737)),
    ("windows-1253", Page::Web(WINDOWS_1253)),
    ("CP775", Page::Table(CP775)),
    ("windows-1257", Page::Web(WINDOWS_1257)),
    ("CP862", Page::Table(CP862)),
    ("windows-1255", Page::Web(WINDOWS_1255)),
    ("windows-1256", Page::Web(WINDOWS_1256)),
    ("windows-874", Page::Web(WINDOWS_874)),
];

/// Encodings of two bytes a character.
const DOUBLE: [(&str, &Encoding); 4] =
    [("GB18030", GB18030), ("Shift_JIS", SHIFT_JIS), ("Big5", BIG5), ("EUC-KR", EUC_KR)];

/// Decodes bytes that are not UTF-8.
pub(super) fn decode(bytes: &[u8]) -> Text<'static> {
    if mostly_utf8(bytes) {
        let text = String::from_utf8_lossy(bytes).into_owned();
        return Text { content: without_marks(Cow::Owned(text)), encoding: "UTF-8 with damage" };
    }
    let sample = sample(bytes);
    let mut best: (i32, &str, Page) = (i32::MIN, "windows-1252", Page::Web(WINDOWS_1252));
    let expected = expected_pages(bytes);
    let bonus = |name: &str| {
        if expected.contains(&name) { i32::try_from(sample.len()).unwrap_or(0) / 4 } else { 0 }
    };
    for (name, page) in SINGLE {
        let score = score_single(&sample, &table_of(page)) + bonus(name);
        if score > best.0 {
            best = (score, name, page);
        }
    }
    for (name, encoding) in DOUBLE {
        let score = score_double(&sample, name, encoding) + bonus(name);
        if score > best.0 {
            best = (score, name, Page::Web(encoding));
        }
    }
    let content = match best.2 {
        Page::Web(encoding) => encoding.decode_without_bom_handling(bytes).0.into_owned(),
        Page::Table(page) => {
            let table = code_page::table(page);
            bytes.iter().map(|b| character(*b, &table)).collect()
        }
    };
    Text { content: without_marks(Cow::Owned(content)), encoding: best.1 }
}

/// The pages of the language that systeminfo names in ASCII ("tr;..."); none if it names none.
/// Source: Microsoft, "Code Page Identifiers", OEM and ANSI page of each language.
fn expected_pages(bytes: &[u8]) -> &'static [&'static str] {
    const PAGES: [(&[&str], &[&str]); 10] = [
        (&["tr", "az"], &["CP857", "windows-1254"]),
        (&["el"], &["CP737", "windows-1253"]),
        (&["ru", "uk", "be", "bg", "kk", "mk"], &["CP866", "windows-1251"]),
        (&["pl", "cs", "sk", "hu", "hr", "sl", "ro", "sq", "bs"], &["CP852", "windows-1250"]),
        (&["lt", "lv", "et"], &["CP775", "windows-1257"]),
        (&["he"], &["CP862", "windows-1255"]),
        (&["th"], &["windows-874"]),
        (&["zh"], &["GB18030", "Big5"]),
        (&["ja"], &["Shift_JIS"]),
        (&["ko"], &["EUC-KR"]),
    ];
    let tag = bytes.iter().enumerate().filter(|(_, b)| **b == b';').find_map(|(at, _)| {
        let head = bytes.get(at.saturating_sub(12)..at)?;
        let start = head.iter().rposition(|b| !b.is_ascii_alphanumeric() && *b != b'-')? + 1;
        let tag = std::str::from_utf8(head.get(start..)?).ok()?.split('-').next()?;
        (tag.len() == 2).then_some(tag)
    });
    let found = tag.and_then(|tag| PAGES.iter().find(|(tags, _)| tags.contains(&tag)));
    found.map_or(&[], |(_, pages)| pages)
}

/// Whether the text is UTF-8 that was cut or damaged in a few places.
fn mostly_utf8(bytes: &[u8]) -> bool {
    let (mut good, mut bad) = (0usize, 0usize);
    for chunk in bytes.utf8_chunks() {
        good += chunk.valid().chars().filter(|c| !c.is_ascii()).count();
        bad += usize::from(!chunk.invalid().is_empty());
    }
    good > 0 && bad * 8 <= good.max(8)
}

/// The words around non-ASCII bytes, up to a limit: ASCII says nothing about the page.
fn sample(bytes: &[u8]) -> Vec<u8> {
    let mut out = Vec::with_capacity(SAMPLE.min(bytes.len()) + 8);
    let mut until = 0;
    for (at, byte) in bytes.iter().enumerate() {
        if byte.is_ascii() || at < until {
            continue;
        }
        // Two bytes before, and everything up to the third ASCII byte after: whole pairs of
        // two-byte encodings and enough to see a word's neighbours.
        let from = at.saturating_sub(3).max(until);
        let mut end = at + 1;
        let mut quiet = 0;
        while quiet < 3 && end < bytes.len() {
            quiet = if bytes.get(end).is_some_and(u8::is_ascii) { quiet + 1 } else { 0 };
            end += 1;
        }
        out.extend_from_slice(bytes.get(from..end).unwrap_or(&[]));
        out.push(b'\n');
        until = end;
        if out.len() > SAMPLE {
            break;
        }
    }
    out
}

fn table_of(page: Page) -> [char; 128] {
    match page {
        Page::Table(text) => code_page::table(text),
        Page::Web(encoding) => {
            let upper: Vec<u8> = (0x80..=0xffu8).collect();
            let (text, _) = encoding.decode_without_bom_handling(&upper);
            code_page::table(&text)
        }
    }
}

fn character(byte: u8, table: &[char; 128]) -> char {
    match byte.checked_sub(0x80) {
        None => char::from(byte),
        Some(at) => table.get(usize::from(at)).copied().unwrap_or('\u{fffd}'),
    }
}

/// Letters that words of Latin script really hold, beside ASCII.
const LATIN_COMMON: &str = "éèêëàâäáãåæçíìîïñóòôöõøœßúùûüğışąćęłńśźżčěďňřšťůžýőűășțşţăîđāēģīķļņūėįųõõ\
ÉÈÀÂÄÁÃÅÆÇÍÎÑÓÔÖÕØÚÜİŞĄĆĘŁŃŚŹŻČĚŘŠŽÝŐŰĐŪ";

fn score_single(sample: &[u8], table: &[char; 128]) -> i32 {
    let at = |index: Option<usize>| {
        index.and_then(|i| sample.get(i)).map_or('\n', |b| character(*b, table))
    };
    let mut score = 0;
    for (index, byte) in sample.iter().enumerate() {
        if byte.is_ascii() {
            continue;
        }
        let (before, c, after) =
            (at(index.checked_sub(1)), at(Some(index)), at(index.checked_add(1)));
        score += score_character(before, c, after);
    }
    score
}

fn score_character(before: char, c: char, after: char) -> i32 {
    match c {
        '\u{fffd}' | '\u{80}'..='\u{9f}' => return -12,
        '\u{a0}' => {
            return match (before.is_ascii_digit(), after.is_ascii_digit()) {
                (true, true) => 4,
                _ if after == ':' || before.is_ascii_digit() || after.is_ascii_digit() => 2,
                _ => -2,
            };
        }
        '\u{202f}' => return i32::from(before.is_ascii_digit()) * 2,
        '®' | '©' | '™' => {
            return if before.is_ascii_alphabetic() && !after.is_ascii_lowercase() {
                1
            } else {
                -3
            };
        }
        '’' => return if before.is_alphabetic() && after.is_alphabetic() { 1 } else { -2 },
        '№' | '«' | '»' | '–' | '—' | '“' | '”' | '„' | '‘' | '°' | 'º' | 'ª' | '¿' | '¡' | '…' =>
        {
            return if before.is_alphabetic() && after.is_alphabetic() { -4 } else { -1 };
        }
        _ => {}
    }
    if !c.is_alphabetic() {
        // Marks of Thai, Hebrew and Arabic stand on letters of their own script.
        return if script(c) != Script::Other && script(before) == script(c) { 1 } else { -5 };
    }
    let own = script(c);
    let beside = |other: char| other.is_alphabetic();
    if own == Script::Latin {
        let mut score = if LATIN_COMMON.contains(c) { 1 } else { -2 };
        let ascii_neighbours =
            i32::from(before.is_ascii_alphabetic()) + i32::from(after.is_ascii_alphabetic());
        let foreign = i32::from(beside(before) && !before.is_ascii())
            + i32::from(beside(after) && !after.is_ascii());
        score += if ascii_neighbours > 0 { 2 } else { -1 };
        score -= foreign * 2;
        score += case_points(before, c, after);
        return score;
    }
    let mut score = 1;
    for neighbour in [before, after] {
        if beside(neighbour) {
            score += if script(neighbour) == own { 1 } else { -4 };
        }
    }
    // A script of its own comes in words: one such letter alone is a wrong reading.
    if !beside(before) && !beside(after) {
        score -= 2;
    }
    score + case_points(before, c, after)
}

/// Small letters inside words and capitals at their start are right; capitals after small letters
/// are not.
fn case_points(before: char, c: char, after: char) -> i32 {
    if c.is_lowercase() {
        if before.is_uppercase() && after.is_uppercase() { -3 } else { 1 }
    } else if c.is_uppercase() {
        if before.is_lowercase() {
            -4
        } else if before.is_alphabetic() && after.is_lowercase() {
            -2
        } else {
            i32::from(!before.is_alphabetic() && after.is_lowercase())
        }
    } else {
        0
    }
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Script {
    Latin,
    Cyrillic,
    Greek,
    Hebrew,
    Arabic,
    Thai,
    Other,
}

/// The script of a character, by Unicode block (Unicode `Blocks.txt`).
fn script(c: char) -> Script {
    match c {
        'a'..='z' | 'A'..='Z' | '\u{aa}' | '\u{ba}' | '\u{c0}'..='\u{24f}' => Script::Latin,
        '\u{370}'..='\u{3ff}' => Script::Greek,
        '\u{400}'..='\u{52f}' => Script::Cyrillic,
        '\u{590}'..='\u{5ff}' => Script::Hebrew,
        '\u{600}'..='\u{6ff}' => Script::Arabic,
        '\u{e00}'..='\u{e7f}' => Script::Thai,
        _ => Script::Other,
    }
}

/// Points of a two-byte reading, by the lead bytes under which each standard keeps its common
/// characters: GB 2312 level 1 (rows B0 to D7), Big5 level 1 (A4 to C6), Shift_JIS kana (82, 83)
/// and level 1 kanji (88 to 97), KS X 1001 hangul (B0 to C8).
fn score_double(sample: &[u8], name: &str, encoding: &'static Encoding) -> i32 {
    let mut score = 0;
    let mut rest = sample;
    let (mut previous_pair, mut pairs_beside) = (false, 0);
    while let Some((&lead, tail)) = rest.split_first() {
        if lead.is_ascii() {
            rest = tail;
            previous_pair = false;
            continue;
        }
        if name == "Shift_JIS" && matches!(lead, 0xa1..=0xdf) {
            score -= 1; // a half-width katakana: right, but rare on today's consoles
            rest = tail;
            previous_pair = false;
            continue;
        }
        let Some((&trail, after)) = tail.split_first() else {
            break;
        };
        let high = trail >= 0xa1;
        score += match (name, lead) {
            ("GB18030", 0xb0..=0xd7) if high => 8,
            // One more than the Chinese reading of the same bytes: hangul fills these rows alone.
            ("EUC-KR", 0xb0..=0xc8) if high => 9,
            ("GB18030", 0xa1..=0xa9) | ("EUC-KR", 0xa1..=0xa3) if high => 1,
            ("GB18030", 0xd8..=0xf7) if high => 2,
            ("Big5", 0xa4..=0xc6) if matches!(trail, 0x40..=0x7e | 0xa1..=0xfe) => 8,
            ("Big5", 0xa1..=0xa3) if matches!(trail, 0x40..=0x7e | 0xa1..=0xfe) => 1,
            ("Big5", 0xc9..=0xf9) if matches!(trail, 0x40..=0x7e | 0xa1..=0xfe) => -2,
            ("Shift_JIS", 0x82 | 0x83) if matches!(trail, 0x40..=0x7e | 0x80..=0xfc) => 8,
            ("Shift_JIS", 0x81 | 0x88..=0x97) if matches!(trail, 0x40..=0x7e | 0x80..=0xfc) => 7,
            ("Shift_JIS", 0x98..=0x9f | 0xe0..=0xea) if matches!(trail, 0x40..=0x7e | 0x80..=0xfc) => {
                0
            }
            ("GB18030", _) if matches!(trail, 0x40..=0x7e | 0x80..=0xfe) => -4,
            ("EUC-KR", 0xca..=0xfd) if high => -3,
            _ => -14,
        };
        pairs_beside += i32::from(previous_pair);
        previous_pair = true;
        rest = after;
    }
    // East Asian text stands in runs; an accent between Latin letters makes single pairs.
    if pairs_beside == 0 {
        return score.min(0) - 20;
    }
    if encoding.decode_without_bom_handling_and_without_replacement(sample).is_none() {
        score -= 10;
    }
    score
}
