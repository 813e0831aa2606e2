//! PowerShell's `Get-HotFix` and `Get-CimInstance Win32_QuickFixEngineering`: as a table, a list,
//! CSV or JSON.
//!
//! ```text
//! Source   Description      HotFixID   InstalledBy          InstalledOn
//! ------   -----------      --------   -----------          -----------
//! WARD-7   Security Update  KB4012212  NT AUTHORITY\SYSTEM  3/20/2017 12:00:00 AM
//! ```

use model::reading::{Place, ReadError, Warning};
use serde_json::Value;

use super::columns::Columns;
use super::hotfix_rows::{HOST, HotfixRow, completeness, drop_cut_row, evidence};
use super::json_rows::{for_each_row, scalar, text_of};
use super::lines::{LineOf, lines};
use super::local_date::read_date;
use crate::inventory::{Input, Reading};
use crate::text::{decode, holds, outline};

/// The name of this format.
pub const NAME: &str = "get-hotfix";

const SNIFFED: usize = 8192;

/// Whether a file is `Get-HotFix` output.
pub fn sniff(input: &Input<'_>) -> bool {
    let head = outline(input.bytes, SNIFFED);
    if !holds(&head, b"hotfixid") || holds(&head, b"assetname") {
        return false;
    }
    let head = String::from_utf8_lossy(&head);
    if head.trim_start().starts_with(['{', '[']) {
        return head.contains("\"HotFixID\"");
    }
    let mut header = false;
    for (_, line) in lines(&head) {
        if header && Columns::is_ruler(line) {
            return true;
        }
        header = line.split_whitespace().any(|word| word.eq_ignore_ascii_case("HotFixID"));
        if is_list_line(line) || is_csv_header(line) {
            return true;
        }
    }
    false
}

/// Reads it.
pub fn read(input: &Input<'_>) -> Result<Reading, ReadError> {
    let text = decode(input.bytes).content;
    let mut rows = Vec::new();
    let mut warnings = Vec::new();
    if text.trim_start().starts_with(['{', '[']) {
        warnings = read_json(&text, &mut rows);
    } else if let Some(at) = csv_start(&text) {
        read_csv(&text, at, &mut rows, &mut warnings);
    } else if text.lines().any(is_list_line) {
        read_list(&text, &mut rows);
    } else {
        read_table(&text, &mut rows);
    }
    if rows.is_empty() {
        return Err(ReadError::new(
            Place::Whole,
            "no row of an update list was found",
            "run: Get-HotFix | Export-Csv -NoTypeInformation HOST_hotfix.csv",
        ));
    }
    warnings.extend(drop_cut_row(&text, &mut rows));
    let complete = completeness(&warnings, rows.len());
    Ok(Reading { evidence: evidence(NAME, rows, &complete), warnings })
}

fn read_table(text: &str, rows: &mut Vec<HotfixRow>) {
    let mut columns: Option<Columns> = None;
    let mut before = "";
    for (number, line) in lines(text) {
        if Columns::is_ruler(line) {
            columns =
                Some(Columns::from_ruler(before, line)).filter(|c| c.find(&["HotFixID"]).is_some());
            continue;
        }
        before = line;
        let Some(columns) = &columns else { continue };
        let mut row = HotfixRow { place: Place::Line(number), ..HotfixRow::default() };
        for name in ["HotFixID", "Description"].iter().chain(&HOST) {
            if let Some(at) = columns.find(&[name]) {
                row.set(name, columns.cell(line, at));
            }
        }
        if let Some(at) = columns.find(&["InstalledOn"]) {
            row.set("InstalledOn", date_in(columns, line, at));
        }
        if !row.id.is_empty() && !row.id.contains(char::is_whitespace) {
            rows.push(row);
        }
    }
}

/// The date of a column. A date that is set to the right begins left of its header.
fn date_in<'a>(columns: &Columns, line: &'a str, at: usize) -> &'a str {
    let cell = columns.cell(line, at);
    if cell.is_empty() || read_date(cell, None).is_some() {
        return cell;
    }
    let tail = columns.tail(line, at.saturating_sub(1));
    tail.char_indices()
        .filter(|(from, c)| {
            c.is_ascii_digit()
                && (*from == 0 || tail.get(..*from).is_some_and(|b| b.ends_with(' ')))
        })
        .filter_map(|(from, _)| tail.get(from..))
        .find(|suffix| read_date(suffix, None).is_some())
        .unwrap_or("")
}

/// "HotFixID            : KB4012212".
fn is_list_line(line: &str) -> bool {
    line.split_once(':').is_some_and(|(name, _)| name.trim().eq_ignore_ascii_case("HotFixID"))
}

fn read_list(text: &str, rows: &mut Vec<HotfixRow>) {
    let mut row = HotfixRow::default();
    let mut seen: Vec<String> = Vec::new();
    for (number, line) in lines(text) {
        let Some((name, value)) = line.split_once(':') else { continue };
        let name = name.trim();
        if seen.iter().any(|known| known == name) {
            seen.clear();
            let done = std::mem::take(&mut row);
            if !done.id.is_empty() {
                rows.push(done);
            }
        }
        seen.push(name.to_owned());
        row.set(name, value);
        if name.eq_ignore_ascii_case("HotFixID") {
            row.place = Place::Line(number);
        }
    }
    if !row.id.is_empty() {
        rows.push(row);
    }
}

/// The header of `Export-Csv`; a line "#TYPE ..." may stand before it.
fn is_csv_header(line: &str) -> bool {
    let cells = || line.split([',', ';', '\t']).map(|cell| cell.trim().trim_matches('"'));
    cells().count() > 1
        && cells().any(|cell| cell.eq_ignore_ascii_case("HotFixID"))
        && line.contains(['"', ',', ';'])
}

fn csv_start(text: &str) -> Option<usize> {
    let mut at = 0;
    for line in text.split_inclusive('\n').take(20) {
        if is_csv_header(line.trim_end()) {
            return Some(at);
        }
        at += line.len();
    }
    None
}

fn read_csv(text: &str, start: usize, rows: &mut Vec<HotfixRow>, warnings: &mut Vec<Warning>) {
    let body = text.get(start..).unwrap_or("");
    let header = body.lines().next().unwrap_or("");
    let mut line_of = LineOf::new(text);
    let delimiter = [b',', b';', b'\t']
        .into_iter()
        .max_by_key(|d| header.bytes().filter(|b| b == d).count())
        .unwrap_or(b',');
    let mut reader =
        csv::ReaderBuilder::new().delimiter(delimiter).flexible(true).from_reader(body.as_bytes());
    let names = reader.headers().cloned().unwrap_or_default();
    for record in reader.records() {
        let Ok(record) = record else { continue };
        let at = record.position().map_or(0, csv::Position::byte).saturating_add(start as u64);
        let place = Place::Line(line_of.offset(at));
        if record.len() < names.len() {
            warnings.push(Warning::new(
                place.clone(),
                "this row has fewer cells than the header; the file may be cut",
            ));
        }
        let mut row = HotfixRow { place, ..HotfixRow::default() };
        for (name, cell) in names.iter().zip(record.iter()) {
            row.set(name, cell);
        }
        if !row.id.is_empty() {
            rows.push(row);
        }
    }
}

fn read_json(text: &str, rows: &mut Vec<HotfixRow>) -> Vec<Warning> {
    for_each_row(text, &["value"], &mut |found| {
        let mut row = HotfixRow { place: found.place, ..HotfixRow::default() };
        for name in ["HotFixID", "Description"].iter().chain(&HOST) {
            if let Some(value) = text_of(&found.fields, &[name]) {
                row.set(name, &value);
            }
        }
        let on = found.fields.get("InstalledOn");
        // PowerShell 5 prints a date as an object: the instant, and the local date in words.
        let local = on
            .and_then(|v| v.get("DateTime"))
            .and_then(scalar)
            .filter(|d| read_date(d, None).is_some());
        let raw = local.or_else(|| on.and_then(|v| v.get("value").or(Some(v))).and_then(scalar));
        if let Some(raw) = raw {
            row.set("InstalledOn", &raw);
        }
        if !row.id.is_empty() && !matches!(found.fields.get("HotFixID"), Some(Value::Bool(_))) {
            rows.push(row);
        }
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read_text(text: &str) -> Vec<String> {
        let input = Input { bytes: text.as_bytes(), file_name: None };
        assert!(sniff(&input), "{text}");
        assert!(!super::super::qfe::sniff(&input), "{text}");
        let reading = read(&input).unwrap();
        reading
            .evidence
            .iter()
            .flat_map(|e| {
                e.updates[0].entries.iter().map(|u| {
                    let on =
                        u.installed_on.as_ref().map_or("-".to_owned(), |d| d.earliest.to_string());
                    format!("{} {} {on}", e.host.label().unwrap_or("?"), u.raw)
                })
            })
            .collect()
    }

    #[test]
    fn reads_a_table_with_dates_on_either_side() {
        let left = "\nSource        Description      HotFixID      InstalledBy          InstalledOn\n------        -----------      --------      -----------          -----------\nWARD-7        Security Update  KB4012212     NT AUTHORITY\\SYSTEM  3/20/2017 12:00:00 AM\n\n";
        assert_eq!(read_text(left), ["WARD-7 KB4012212 2017-03-20"]);
        let right = "\nSource Description     HotFixID  InstalledBy                  InstalledOn\n------ -----------     --------  -----------                  -----------\nWARD-7 Security Update KB4012212 NT AUTHORITY\\SYSTEM 20.03.2017 00:00:00\n";
        assert_eq!(read_text(right), ["WARD-7 KB4012212 2017-03-20"]);
    }

    #[test]
    fn reads_a_list_and_csv_and_json() {
        let list = "\nSource      : WARD-7\nHotFixID    : KB4012212\nInstalledOn : 20.03.2017 00:00:00\n\nSource      : WARD-8\nHotFixID    : KB976902\nInstalledOn :\n";
        assert_eq!(read_text(list), ["WARD-7 KB4012212 2017-03-20", "WARD-8 KB976902 -"]);
        let csv = "#TYPE System.Management.ManagementObject\n\"PSComputerName\",\"HotFixID\",\"InstalledOn\"\n\"WARD-7\",\"KB4012212\",\"3/20/2017 12:00:00 AM\"\n";
        assert_eq!(read_text(csv), ["WARD-7 KB4012212 2017-03-20"]);
        let json = r#"[{"CSName":"WARD-7","HotFixID":"KB4012212","InstalledOn":{"value":"\/Date(1489964400000)\/","DateTime":"Monday, March 20, 2017 12:00:00 AM"}},{"CSName":"WARD-8","HotFixID":"KB1","InstalledOn":null}]"#;
        assert_eq!(read_text(json), ["WARD-7 KB4012212 2017-03-20", "WARD-8 KB1 -"]);
    }
}
