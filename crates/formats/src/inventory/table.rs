//! Tables in CSV and its relatives: finds the delimiter and the header by looking for a header row
//! that the caller knows, past any preamble; a bad row costs that row and names its line.

use csv::{ReaderBuilder, StringRecord};
use model::reading::Place;

use crate::inventory::notes::Notes;
use crate::text;

/// Delimiters in the order of likelihood.
const DELIMITERS: [u8; 4] = [b',', b';', b'\t', b'|'];
/// How many records may stand before the header.
const PREAMBLE: usize = 40;
/// How far into a file [`has_header`] looks.
const SNIFFED: usize = 64 << 10;

/// A header that was found.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Header {
    /// Column names, trimmed, in lower case.
    pub(crate) names: Vec<String>,
    /// Line it stands on, from 1.
    pub(crate) line: u32,
    /// What separates columns.
    pub(crate) delimiter: u8,
}

impl Header {
    /// Whether a column of this name exists (any letter case).
    pub(crate) fn has(&self, name: &str) -> bool {
        self.position(name).is_some()
    }

    fn position(&self, name: &str) -> Option<usize> {
        let name = name.trim();
        self.names.iter().position(|known| known.eq_ignore_ascii_case(name)).or_else(|| {
            let lower = name.to_lowercase();
            self.names.iter().position(|known| *known == lower)
        })
    }
}

/// One row below the header.
pub(crate) struct Row<'r> {
    header: &'r Header,
    record: &'r StringRecord,
    /// Line the row begins on, from 1.
    pub(crate) line: u32,
}

impl Row<'_> {
    /// A cell, trimmed; empty cells, "-" and Excel's `'-` count as absent.
    pub(crate) fn get(&self, name: &str) -> Option<&str> {
        let cell = self.record.get(self.header.position(name)?)?.trim();
        (!matches!(cell, "" | "-" | "'-")).then_some(cell)
    }

    /// The first of several columns that is filled.
    pub(crate) fn first(&self, names: &[&str]) -> Option<&str> {
        names.iter().find_map(|name| self.get(name))
    }

    /// Where the row stands.
    pub(crate) const fn place(&self) -> Place {
        Place::Line(self.line)
    }
}

/// Whether a header that `known` recognises stands near the beginning of a file.
pub(crate) fn has_header(bytes: &[u8], known: impl Fn(&Header) -> bool) -> bool {
    let head = bytes.get(..SNIFFED).unwrap_or(bytes);
    if matches!(head.iter().find(|b| !b.is_ascii_whitespace()), None | Some(b'<' | b'{')) {
        return false;
    }
    find(&text::decode(head).content, None, known).is_some()
}

/// Finds the header that `known` recognises.
pub(crate) fn find(
    text: &str,
    delimiter: Option<u8>,
    known: impl Fn(&Header) -> bool,
) -> Option<Header> {
    let given = delimiter.map(|one| [one]);
    let tried: &[u8] = given.as_ref().map_or(&DELIMITERS, |one| one.as_slice());
    let mut seen_whole = false;
    tried.iter().find_map(|delimiter| {
        let of = |line: u32, cells: &mut dyn Iterator<Item = &str>| {
            let names = cells
                .map(|name| name.trim_start_matches('\u{feff}').trim().to_lowercase())
                .collect();
            let header = Header { names, line, delimiter: *delimiter };
            known(&header).then_some(header)
        };
        let Some(lines) = plain_lines(text, *delimiter) else {
            return records(text, *delimiter)
                .take(PREAMBLE)
                .find_map(|(line, record)| of(line, &mut record.iter()));
        };
        let separator = char::from(*delimiter);
        // Lines that stay whole are the same for every delimiter that none of them has.
        if !lines.iter().any(|(_, line)| line.contains(separator))
            && std::mem::replace(&mut seen_whole, true)
        {
            return None;
        }
        lines.iter().find_map(|(number, line)| of(*number, &mut line.split(separator)))
    })
}

/// The first records, where each is a line: no cell of them begins with a quotation mark. To split
/// these costs less than to make the automaton of `csv`.
fn plain_lines(text: &str, delimiter: u8) -> Option<Vec<(u32, &str)>> {
    if !delimiter.is_ascii() || matches!(delimiter, b'"' | b'\r' | b'\n') {
        return None;
    }
    let mut lines = Vec::with_capacity(PREAMBLE);
    let mut number = 1;
    for piece in text.split_inclusive(['\r', '\n']) {
        let line = piece.trim_end_matches(['\r', '\n']);
        if !line.is_empty() {
            lines.push((number, line));
        }
        if lines.len() == PREAMBLE {
            break;
        }
        number += u32::from(piece.ends_with('\n'));
    }
    let is_quoted = |cell: &str| cell.starts_with('"');
    let separator = char::from(delimiter);
    let plain = lines.iter().all(|(_, line)| !line.split(separator).any(is_quoted));
    plain.then_some(lines)
}

/// Hands every row below the header to `each`; rows whose columns are not the header's are counted
/// and named.
pub(crate) fn rows(
    text: &str,
    header: &Header,
    notes: &mut Notes,
    mut each: impl FnMut(&Row<'_>, &mut Notes),
) {
    let expected = header.names.len();
    for (line, record) in records(text, header.delimiter) {
        if line <= header.line {
            continue;
        }
        let surplus = record.iter().skip(expected).any(|cell| !cell.trim().is_empty());
        if record.iter().all(|cell| cell.trim().is_empty()) {
            continue;
        }
        if record.len() < expected || surplus {
            notes.add(
                Place::Line(line),
                format!(
                    "this row has {} columns where the header has {expected}; it was left out",
                    record.len()
                ),
            );
            continue;
        }
        each(&Row { header, record: &record, line }, notes);
    }
}

fn records(text: &str, delimiter: u8) -> impl Iterator<Item = (u32, StringRecord)> {
    let reader = ReaderBuilder::new()
        .has_headers(false)
        .flexible(true)
        .delimiter(delimiter)
        .from_reader(text.as_bytes());
    // Reading from memory as text cannot fail: neither I/O nor UTF-8 errors are possible.
    reader.into_records().map_while(Result::ok).map(move |record| {
        let (line, byte) = record.position().map_or((0, 0), |p| (p.line(), p.byte()));
        // The position is that of the line breaks passed over before the record.
        let byte = usize::try_from(byte).unwrap_or(usize::MAX);
        let breaks = text.as_bytes().get(byte..).unwrap_or(&[]);
        let passed = breaks.iter().take_while(|b| matches!(b, b'\r' | b'\n'));
        let line = line + passed.filter(|b| **b == b'\n').count() as u64;
        (u32::try_from(line).unwrap_or(u32::MAX), record)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn plain_lines_are_the_records_of_csv() {
        let texts = [
            "a,b\nc;d\r\n\r\n e\tf \rg|h\n\n\n",
            "\r\n\na\n\rb,,\"c\"\n",
            "say \"no\",x\ny\n",
            "",
            "\n",
            "\u{e9},\u{e8}\r\r\nz",
        ];
        for text in texts {
            for delimiter in DELIMITERS {
                let Some(lines) = plain_lines(text, delimiter) else {
                    assert!(text.contains(",\"c"), "{text:?}");
                    continue;
                };
                let plain: Vec<(u32, Vec<String>)> = lines
                    .iter()
                    .map(|(number, line)| {
                        (*number, line.split(char::from(delimiter)).map(str::to_owned).collect())
                    })
                    .collect();
                let full: Vec<(u32, Vec<String>)> = records(text, delimiter)
                    .map(|(number, record)| (number, record.iter().map(str::to_owned).collect()))
                    .collect();
                assert_eq!(plain, full, "{text:?}");
            }
        }
    }

    #[test]
    fn finds_the_header_past_a_preamble_and_names_bad_rows() {
        let text = "Report;1\n\nHost;KB;Note\nward-1;KB1;\"a\nb\"\nward-2;KB2\nward-3;KB3;c;;\nward-4;1;2;3\n";
        let header = find(text, None, |h| h.has("host") && h.has("kb")).unwrap();
        assert_eq!((header.line, header.delimiter), (3, b';'));
        let mut notes = Notes::default();
        let mut seen = Vec::new();
        rows(text, &header, &mut notes, |row, _| {
            seen.push((row.line, row.get("Host").unwrap().to_owned()));
        });
        assert_eq!(seen, [(4, "ward-1".to_owned()), (7, "ward-3".to_owned())]);
        let notes = notes.finish();
        assert_eq!(
            notes[0].to_string(),
            "line 6: this row has 2 columns where the header has 3; it was left out"
        );
        assert_eq!(notes[1].place, Place::Line(8));
        let text = "host,kb\r\n\r\na,1\r\nb,2\r\n";
        let header = find(text, None, |h| h.has("host")).unwrap();
        let mut lines = Vec::new();
        rows(text, &header, &mut Notes::default(), |row, _| lines.push(row.line));
        assert_eq!(lines, [3, 4]);
    }
}
