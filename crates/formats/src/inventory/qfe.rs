//! `wmic qfe`: the table, `/format:csv` of many hosts, `/format:list`, any choice of columns.
//!
//! ```text
//! CSName     Description      HotFixID   InstalledBy          InstalledOn
//! WARD-7     Security Update  KB4012212  NT AUTHORITY\SYSTEM  3/20/2017
//! ```
//!
//! Updates that an MSI installs, and Office, are missing from it by design.

use model::reading::{Place, ReadError};

use super::columns::Columns;
use super::hotfix_rows::{HotfixRow, completeness, drop_cut_row, evidence};
use super::lines::lines;
use super::update_entry::looks_like_update;
use crate::inventory::{Input, Reading};
use crate::text::{decode, holds, outline};

/// The name of this format.
pub const NAME: &str = "qfe";

/// How much of a file is looked at to recognise it: error messages may stand before the table.
const SNIFFED: usize = 4096;

/// The properties, of which the leftmost printed one begins the header.
const PROPERTIES: [&str; 11] = [
    "Caption",
    "CSName",
    "Description",
    "FixComments",
    "HotFixID",
    "InstallDate",
    "InstalledBy",
    "InstalledOn",
    "Name",
    "ServicePackInEffect",
    "Status",
];

/// Whether a file is `wmic qfe` output.
pub fn sniff(input: &Input<'_>) -> bool {
    let head = outline(input.bytes, SNIFFED);
    if !holds(&head, b"hotfixid") {
        return false;
    }
    let head = String::from_utf8_lossy(&head);
    let mut header = false;
    for (_, line) in lines(&head) {
        if header {
            // Dashes below the header: PowerShell printed it.
            return !Columns::is_ruler(line);
        }
        if line.trim_start().starts_with("HotFixID=") || is_csv_header(line) {
            return true;
        }
        header = header_in(line).is_some();
    }
    header
}

/// Reads it.
pub fn read(input: &Input<'_>) -> Result<Reading, ReadError> {
    let text = decode(input.bytes).content;
    let mut rows = Vec::new();
    if text.lines().any(|line| line.trim_start().starts_with("HotFixID=")) {
        read_list(&text, &mut rows);
    } else if text.lines().any(is_csv_header) {
        read_csv(&text, &mut rows);
    } else {
        read_table(&text, &mut rows);
    }
    if rows.is_empty() {
        return Err(ReadError::new(
            Place::Whole,
            "no row of an update list was found",
            "run: wmic qfe list full /format:csv > HOST_qfe.csv",
        ));
    }
    let warnings: Vec<_> = drop_cut_row(&text, &mut rows).into_iter().collect();
    let complete = completeness(&warnings, rows.len());
    Ok(Reading { evidence: evidence(NAME, rows, &complete), warnings })
}

/// The header in a line: from the first property's name on, because a message without line end
/// may stand before it ("Please wait while WMIC is being installed.").
fn header_in(line: &str) -> Option<&str> {
    if line.contains([',', '"', ':', '=']) {
        return None;
    }
    let at = PROPERTIES.iter().filter_map(|name| line.find(name)).min()?;
    let header = line.get(at..)?;
    let columns = Columns::from_header(header);
    columns.find(&["HotFixID"])?;
    // In a line of prose the name is one word among others.
    header.split_whitespace().all(|word| PROPERTIES.contains(&word)).then_some(header)
}

fn read_table(text: &str, rows: &mut Vec<HotfixRow>) {
    let mut columns: Option<Columns> = None;
    for (number, line) in lines(text) {
        if let Some(header) = header_in(line) {
            columns = Some(Columns::from_header(header));
            continue;
        }
        let Some(columns) = &columns else { continue };
        let mut row = HotfixRow { place: Place::Line(number), ..HotfixRow::default() };
        for name in PROPERTIES {
            if let Some(at) = columns.find(&[name]) {
                row.set(name, columns.cell(line, at));
            }
        }
        if !row.id.is_empty() {
            rows.push(row);
        }
    }
}

/// "Node,Caption,CSName,...": without quotes.
fn is_csv_header(line: &str) -> bool {
    let mut cells = line.trim().split(',');
    cells.next() == Some("Node") && cells.any(|cell| cell == "HotFixID")
}

fn read_csv(text: &str, rows: &mut Vec<HotfixRow>) {
    let mut names: Vec<&str> = Vec::new();
    for (number, line) in lines(text) {
        let line = line.trim();
        if is_csv_header(line) {
            names = line.split(',').collect();
            continue;
        }
        if names.is_empty() || line.is_empty() {
            continue;
        }
        let cells: Vec<&str> = line.split(',').collect();
        let mut row = HotfixRow { place: Place::Line(number), ..HotfixRow::default() };
        if cells.len() == names.len() {
            for (name, cell) in names.iter().zip(&cells) {
                row.set(name, cell);
            }
        } else if let Some(id) = cells.iter().skip(1).find(|cell| looks_like_update(cell)) {
            // A comma inside a value, which wmic does not quote.
            row.set("HotFixID", id);
            row.set("Node", cells.first().unwrap_or(&""));
        }
        if !row.id.is_empty() {
            rows.push(row);
        }
    }
}

fn read_list(text: &str, rows: &mut Vec<HotfixRow>) {
    let mut row = HotfixRow::default();
    let mut seen: Vec<&str> = Vec::new();
    for (number, line) in lines(text) {
        let Some((name, value)) = line.trim().split_once('=') else { continue };
        // Blank lines are no sign: wmic puts some between the properties too.
        if seen.contains(&name) {
            seen.clear();
            let done = std::mem::take(&mut row);
            if !done.id.is_empty() {
                rows.push(done);
            }
        }
        seen.push(name);
        row.set(name, value);
        if name == "HotFixID" {
            row.place = Place::Line(number);
        }
    }
    if !row.id.is_empty() {
        rows.push(row);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read_text(text: &str) -> Vec<String> {
        let input = Input { bytes: text.as_bytes(), file_name: None };
        assert!(sniff(&input), "{text}");
        let reading = read(&input).unwrap();
        reading
            .evidence
            .iter()
            .flat_map(|e| {
                e.updates[0].entries.iter().map(|u| {
                    let on = u.installed_on.as_ref().map_or("-".to_owned(), |d| {
                        if d.is_exact() {
                            d.earliest.to_string()
                        } else {
                            format!("{}..{}", d.earliest, d.latest)
                        }
                    });
                    format!("{} {} {on} {}", e.host.label().unwrap_or("?"), u.raw, u.place)
                })
            })
            .collect()
    }

    #[test]
    fn reads_a_table_behind_an_error_message() {
        let text = "An unexpected switch at this level.\r\n\
                    CSName   HotFixID   InstalledOn\r\r\n\
                    WARD-7   KB4012212  3/20/2017  \r\r\n\
                    WARD-7   KB976902   11/4/2010  \r\r\n\r\r\n";
        assert_eq!(
            read_text(text),
            ["WARD-7 KB4012212 2017-03-20 line 3", "WARD-7 KB976902 2010-11-04 line 4"]
        );
    }

    #[test]
    fn reads_one_column() {
        assert_eq!(read_text("HotFixID   \r\r\nKB4012212  \r\r\n"), ["? KB4012212 - line 2"]);
    }

    #[test]
    fn reads_csv_of_many_hosts() {
        let text = "\r\r\nNode,Caption,HotFixID,InstalledBy,InstalledOn\r\r\n\
                    WARD-7,http://support.microsoft.com/?kbid=1,KB4012212,SITE\\x,3/4/2017\r\r\n\
                    WARD-8,,KB976902,Doe, J,3/4/2017\r\r\n";
        assert_eq!(
            read_text(text),
            ["WARD-7 KB4012212 2017-03-04..2017-04-03 line 3", "WARD-8 KB976902 - line 4"]
        );
    }

    #[test]
    fn reads_a_list() {
        let text = "\r\r\n\r\r\nCSName=WARD-7\r\r\nHotFixID=KB4012212\r\r\nInstalledOn=20170320\r\r\n\r\r\n\r\r\nCSName=WARD-7\r\r\nHotFixID=KB2\r\r\nInstalledOn=\r\r\n";
        assert_eq!(read_text(text), ["WARD-7 KB4012212 2017-03-20 line 4", "WARD-7 KB2 - line 9"]);
    }

    #[test]
    fn file_entries_of_xp_name_the_update_in_another_column() {
        let text = "CSName  HotFixID  ServicePackInEffect\r\nXP-1    File 1    KB893803v2         \r\nXP-1    File 1                       \r\n";
        let input = Input { bytes: text.as_bytes(), file_name: None };
        let reading = read(&input).unwrap();
        let kbs: Vec<_> = reading.evidence[0].updates[0]
            .entries
            .iter()
            .map(|u| u.kb.map(model::kb::Kb::number))
            .collect();
        assert_eq!(kbs, [Some(893_803), None]);
    }
}
