//! `systeminfo /fo csv` and `/fo table`: one row a host, many hosts a file.

use super::fields::{is_anchor, is_version};
use super::layout::{Layout, from_cells};
use crate::inventory::lines::{LineOf, lines};

/// Columns that the oldest systeminfo has, less a few that people cut away.
const COLUMNS: usize = 12;

/// Whether a line is a data row of the CSV form.
pub(super) fn is_row(line: &str) -> bool {
    if !line.starts_with('"') {
        return false;
    }
    let mut previous = None;
    let cells = line.split("\",\"");
    let mut count = 0;
    let mut anchored = false;
    for cell in cells {
        count += 1;
        anchored |= is_version(cell) && is_anchor(previous, cell);
        previous = Some(cell);
    }
    anchored && count >= COLUMNS
}

/// The rows of a CSV or table file, or `None` if it is neither.
pub(super) fn read(text: &str) -> Option<Vec<Layout>> {
    let head = lines(text).take(40);
    for (_, line) in head {
        if is_row(line) {
            return Some(csv(text));
        }
        if is_ruler(line) {
            return Some(table(text));
        }
    }
    None
}

fn csv(text: &str) -> Vec<Layout> {
    let mut layouts = Vec::new();
    let mut labels: Vec<String> = Vec::new();
    let mut reader =
        csv::ReaderBuilder::new().has_headers(false).flexible(true).from_reader(text.as_bytes());
    let mut line_of = LineOf::new(text);
    for record in reader.records() {
        // Only a fault of the encoding can fail here, and text has none.
        let Ok(record) = record else { continue };
        let line = line_of.offset(record.position().map_or(0, csv::Position::byte));
        if record.len() < COLUMNS {
            continue;
        }
        let mut previous = None;
        let data = record.iter().any(|cell| {
            let anchored = is_version(cell) && is_anchor(previous, cell);
            previous = Some(cell);
            anchored
        });
        if data {
            layouts.push(from_cells(&labels, record.iter(), line));
        } else {
            labels = record.iter().map(ToOwned::to_owned).collect();
        }
    }
    layouts
}

/// The line of `=` under the header of the table form.
pub(super) fn is_ruler(line: &str) -> bool {
    line.len() > 100
        && line.bytes().all(|b| matches!(b, b'=' | b' '))
        && line.split(' ').filter(|run| !run.is_empty()).count() >= COLUMNS
}

fn table(text: &str) -> Vec<Layout> {
    let mut layouts = Vec::new();
    let mut labels: Vec<String> = Vec::new();
    let mut columns: Vec<(usize, usize)> = Vec::new();
    let mut before = "";
    for (number, line) in lines(text) {
        if is_ruler(line) {
            columns = spans(line);
            labels = cells(before, &columns).map(ToOwned::to_owned).collect();
        } else if !columns.is_empty() && !line.trim().is_empty() {
            layouts.push(from_cells(&labels, cells(line, &columns), number));
        }
        before = line;
    }
    layouts
}

fn spans(ruler: &str) -> Vec<(usize, usize)> {
    let mut spans = Vec::new();
    let mut start = None;
    for (at, byte) in ruler.bytes().chain([b' ']).enumerate() {
        match (byte, start) {
            (b'=', None) => start = Some(at),
            (b' ', Some(from)) => {
                spans.push((from, at));
                start = None;
            }
            _ => {}
        }
    }
    spans
}

/// The cells of a line, by characters.
fn cells<'a>(line: &'a str, columns: &'a [(usize, usize)]) -> impl Iterator<Item = &'a str> {
    let offset =
        move |chars: usize| line.char_indices().nth(chars).map_or(line.len(), |(at, _)| at);
    columns.iter().map(move |(from, to)| line.get(offset(*from)..offset(*to)).unwrap_or("").trim())
}
