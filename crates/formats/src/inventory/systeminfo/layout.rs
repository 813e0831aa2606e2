//! The layout of systeminfo output: labelled fields, each with numbered entries.
//!
//! Text, CSV and table forms all become the same list of [`Field`]s in the order of the output.
//! This module must not know what a field means.

use crate::inventory::lines::lines;

/// A labelled value.
#[derive(Clone, Debug)]
pub(super) struct Field {
    /// What stands before the first colon.
    pub(super) label: String,
    /// What stands behind it.
    pub(super) value: String,
    /// Line, from 1.
    pub(super) line: u32,
    /// Entries below it: a range of [`Layout::items`].
    pub(super) items: std::ops::Range<usize>,
    /// Whether the field is the first of a paragraph: the file begins there, or a blank line or
    /// other text stands before it.
    pub(super) opens: bool,
}

/// A numbered entry below a field ("[01]: KB4012212").
#[derive(Clone, Debug)]
pub(super) struct Item {
    /// Its number.
    pub(super) number: u32,
    /// What stands behind the number; empty if the entry was cut there.
    pub(super) text: String,
    /// Line, from 1.
    pub(super) line: u32,
}

/// A file as fields and entries.
#[derive(Clone, Debug, Default)]
pub(super) struct Layout {
    pub(super) fields: Vec<Field>,
    pub(super) items: Vec<Item>,
    /// Whether the file ends in the middle of a line.
    pub(super) ends_open: bool,
}

impl Layout {
    /// The entries below a field.
    pub(super) fn items_of(&self, field: &Field) -> &[Item] {
        self.items.get(field.items.clone()).unwrap_or(&[])
    }

    fn push_item(&mut self, item: Item) {
        if let Some(field) = self.fields.last_mut() {
            self.items.push(item);
            field.items.end = self.items.len();
        }
    }

    fn push_field(&mut self, label: &str, value: &str, line: u32, opens: bool) {
        let at = self.items.len();
        self.fields.push(Field {
            label: label.trim().to_owned(),
            value: value.trim().to_owned(),
            line,
            items: at..at,
            opens,
        });
    }
}

/// Indents up to this belong to pasted text, not to the value column.
const SMALL_INDENT: usize = 4;

/// A line at least this long may have been wrapped by a window of 80 columns.
const WRAPPABLE: usize = 60;

/// Reads the text form.
pub(super) fn from_text(text: &str) -> Layout {
    let mut layout = Layout { ends_open: !text.ends_with(['\n', '\r']), ..Layout::default() };
    layout.fields.reserve(40);
    let mut opens = true;
    let mut previous_length = 0;
    for (number, line) in lines(text) {
        let trimmed = line.trim();
        let length = line.len();
        if trimmed.is_empty() {
            opens = true;
            previous_length = 0;
            continue;
        }
        if trimmed.starts_with('[')
            && let Some(item) = item(trimmed, number)
        {
            layout.push_item(item);
            previous_length = 0;
            opens = false;
            continue;
        }
        let indent = line.len() - line.trim_start().len();
        if indent > SMALL_INDENT {
            previous_length = 0;
            continue;
        }
        if let Some((label, value)) = split_label(trimmed) {
            layout.push_field(label, value, number, opens);
            opens = false;
            previous_length = length;
        } else {
            // The rest of a line that a window wrapped; anything else is not systeminfo's.
            match layout.fields.last_mut() {
                Some(field) if previous_length >= WRAPPABLE && field.items.is_empty() => {
                    field.value.push_str(trimmed);
                }
                _ => opens = true,
            }
            previous_length = 0;
        }
    }
    layout
}

/// Splits at the first colon that ends a label: a blank or nothing follows it.
fn split_label(line: &str) -> Option<(&str, &str)> {
    let mut from = 0;
    loop {
        let rest = line.get(from..)?;
        let at = rest.find([':', '：'])? + from;
        let width = line.get(at..)?.chars().next()?.len_utf8();
        let after = line.get(at + width..)?;
        if after.is_empty() || after.starts_with(char::is_whitespace) || width > 1 {
            let label = line.get(..at)?;
            return (!label.is_empty()).then_some((label, after));
        }
        from = at + width;
    }
}

/// Reads "[01]: text", "[01] : text" and what a cut leaves of it.
fn item(line: &str, number: u32) -> Option<Item> {
    let rest = line.strip_prefix('[')?;
    let digits = rest.find(|c: char| !c.is_ascii_digit()).unwrap_or(rest.len());
    let index: u32 = rest.get(..digits)?.parse().ok()?;
    let tail = rest.get(digits..)?;
    let text = match tail.strip_prefix(']') {
        Some(tail) => {
            let tail = tail.trim_start();
            tail.strip_prefix([':', '：']).unwrap_or(tail).trim()
        }
        None if tail.trim().is_empty() => "",
        None => return None,
    };
    Some(Item { number: index, text: text.to_owned(), line: number })
}

/// Reads one row of the CSV or table form. Entries stand in one cell behind the value.
pub(super) fn from_cells<'a>(
    labels: &[String],
    cells: impl Iterator<Item = &'a str>,
    line: u32,
) -> Layout {
    let mut layout = Layout::default();
    for (index, cell) in cells.enumerate() {
        let label = labels.get(index).map_or("", String::as_str);
        let (value, entries) = match cell.find("[0") {
            Some(at) => cell.split_at(at),
            None => (cell, ""),
        };
        layout.push_field(label, value.trim_end_matches([',', ' ']), line, index == 0);
        for piece in entries.split('[').filter(|piece| !piece.trim().is_empty()) {
            let piece = format!("[{}", piece.trim_end_matches([',', ' ']));
            if let Some(item) = item(&piece, line) {
                layout.push_item(item);
            }
        }
    }
    layout
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn labels_values_and_entries_are_split() {
        let layout = from_text(
            "\r\nHost Name:    W7\r\nHotfix(s):    3 Hotfix(s) Installed.\r\n              [01]: KB1\r\n              [02] : KB2\r\n              [03\r\n",
        );
        assert_eq!(layout.fields.len(), 2);
        assert!(layout.fields[0].opens && !layout.fields[1].opens);
        let items: Vec<_> = layout
            .items_of(&layout.fields[1])
            .iter()
            .map(|i| (i.number, i.text.as_str()))
            .collect();
        assert_eq!(items, [(1, "KB1"), (2, "KB2"), (3, "")]);
    }

    #[test]
    fn a_wrapped_line_is_joined_again() {
        let line = "OS Name:                   Microsoft Windows Server 2012 R2 Datacenter Evaluati\non\nOS Version:  6.3.9600 N/A Build 9600\n";
        let layout = from_text(line);
        assert_eq!(
            layout.fields[0].value,
            "Microsoft Windows Server 2012 R2 Datacenter Evaluation"
        );
        assert_eq!(layout.fields.len(), 2);
    }

    #[test]
    fn a_colon_inside_a_path_ends_no_label() {
        assert!(from_text("C:\\Users\\x>systeminfo\n").fields.is_empty());
    }
}
