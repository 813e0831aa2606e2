//! Titles of updates: lines of "KB number: title", and tables of the update history.
//!
//! ```text
//! KB4489880: 2019-03 Security Monthly Quality Rollup for Windows 7 (KB4489880)
//! ```
//! ```text
//! ComputerName Operationname Result    Date                 Title
//! ------------ ------------- ------    ----                 -----
//! WARD-7       Installation  Succeeded 3/20/2019 3:00:00 AM 2019-03 Security ... (KB4489880)
//! ```
//!
//! A bare list of titles does not say whether the updates are installed or offered. What the file
//! says decides (a heading, a result column, a status). Where it says nothing it is read as the
//! host's history, with a warning, unless the file's own name calls the updates optional, missing
//! or available: a name may only make us more careful, never less.

mod table;

use model::evidence::{
    Completeness, Evidence, HostIdentity, InstalledUpdate, UpdateList, UpdateListKind,
};
use model::kb::Kb;
use model::reading::{Place, ReadError, Warning};

use super::columns::Columns;
use super::lines::lines;
use crate::inventory::{Input, Reading};
use crate::text::{decode, outline};

/// The name of this format.
pub const NAME: &str = "update-history";

const SNIFFED: usize = 8192;

/// Why absence from such a list proves nothing.
const HISTORY: Completeness = Completeness::Partial(
    "the update history shows what was installed through Windows Update, in part",
);

/// Why absence from a list of missing updates proves nothing.
const OFFERED: Completeness =
    Completeness::Partial("the list shows updates that are offered, not those installed");

/// Whether a file is a list of update titles: most of its lines name one.
pub fn sniff(input: &Input<'_>) -> bool {
    let head = outline(input.bytes, SNIFFED);
    if head.trim_ascii_start().first().is_none_or(|b| matches!(b, b'{' | b'[' | b'<' | b'"')) {
        return false;
    }
    let head = String::from_utf8_lossy(&head);
    let (mut titles, mut others, mut header) = (0, 0, "");
    for (_, line) in lines(&head).filter(|(_, line)| !line.trim().is_empty()) {
        if Columns::is_ruler(line) {
            return table::is_header(header, line);
        }
        header = line;
        if title_line(line).is_some() {
            titles += 1;
        } else {
            others += 1;
        }
    }
    // The last line looked at may be cut.
    titles > 0 && titles + 1 >= others
}

/// Reads it.
pub fn read(input: &Input<'_>) -> Result<Reading, ReadError> {
    let text = decode(input.bytes).content;
    let mut reading = Reading::default();
    let mut before = "";
    let tabular = lines(&text).any(|(_, line)| {
        let found = Columns::is_ruler(line) && table::is_header(before, line);
        before = line;
        found
    });
    if tabular {
        reading.evidence = table::read(&text);
    } else {
        read_titles(&text, input.file_name, &mut reading);
    }
    if reading
        .evidence
        .iter()
        .all(|evidence| evidence.updates.iter().all(|list| list.entries.is_empty()))
    {
        return Err(ReadError::new(
            Place::Whole,
            "no title of an update was found",
            "save the update history: Get-WUHistory > HOST_updates.txt",
        ));
    }
    Ok(reading)
}

/// An update in a line: "KB4012212: title", "title (KB4012212)".
fn title_line(line: &str) -> Option<(Kb, &str, &str)> {
    let line = line.trim().trim_start_matches(['-', '*', '•']).trim_start();
    let word = line.split([' ', ':', '\t', ',', ';']).next()?;
    if let Ok(kb) = word.parse::<Kb>()
        && word.get(..2).is_some_and(|head| head.eq_ignore_ascii_case("kb"))
    {
        let title = line.get(word.len()..)?.trim_start_matches([':', ' ', '\t', ',', ';', '-']);
        return Some((kb, word, title));
    }
    let kb = Kb::find(line)?;
    let at = line.to_ascii_uppercase().find("KB")?;
    let raw = line.get(at..)?;
    let digits = raw.get(2..)?.find(|c: char| !c.is_ascii_digit()).map_or(raw.len(), |end| end + 2);
    // Titles end in the number or close to it; prose that mentions an update does not.
    let tail = line.len() - at - digits;
    (tail <= 60 && digits >= 8).then(|| (kb, raw.get(..digits).unwrap_or(raw), line))
}

fn read_titles(text: &str, file_name: Option<&str>, reading: &mut Reading) {
    let mut said = None;
    let mut lists: Vec<UpdateList> = Vec::new();
    for (number, line) in lines(text) {
        let Some((kb, raw, title)) = title_line(line) else {
            if let Some(kind) = heading(line) {
                said = Some(kind);
            }
            continue;
        };
        let kind = said.or_else(|| kind_in_name(file_name)).unwrap_or(UpdateListKind::History);
        let entry = InstalledUpdate {
            raw: raw.to_owned(),
            kb: Some(kb),
            title: (!title.is_empty()).then(|| title.to_owned()),
            installed_on: None,
            place: Place::Line(number),
        };
        match lists.iter_mut().find(|list| list.kind == kind) {
            Some(list) => list.entries.push(entry),
            None => lists.push(list(kind, vec![entry], Place::Line(number))),
        }
    }
    if said.is_none() && !lists.is_empty() {
        let message = if kind_in_name(file_name).is_some() {
            "the list does not say whether these updates are installed; the file's name calls them offered or missing, and so none of them counts as installed"
        } else {
            "the list does not say whether these updates are installed or offered; they are read as installed, because that is what update histories hold; if they are offered only, leave the file out"
        };
        reading.warnings.push(Warning::new(Place::Whole, message));
    }
    reading.evidence.push(Evidence { format: NAME, updates: lists, ..Evidence::default() });
}

fn list(kind: UpdateListKind, entries: Vec<InstalledUpdate>, place: Place) -> UpdateList {
    let completeness = if kind == UpdateListKind::Missing { OFFERED } else { HISTORY };
    UpdateList { kind, completeness, entries, place }
}

fn named(name: Option<&str>) -> HostIdentity {
    name.map_or_else(HostIdentity::default, HostIdentity::named)
}

/// Words of updates that are not there.
const NOT_INSTALLED: [&str; 10] = [
    "not installed",
    "uninstalled",
    "missing",
    "optional",
    "offered",
    "available",
    "pending",
    "needed",
    "applicable",
    "required",
];

/// What a heading says of the lines below it.
fn heading(line: &str) -> Option<UpdateListKind> {
    let lower = line.to_lowercase();
    let has = |words: &[&str]| words.iter().any(|word| lower.contains(word));
    if has(&NOT_INSTALLED) {
        Some(UpdateListKind::Missing)
    } else if has(&["installed", "history", "installiert", "installé", "instalad", "installat"]) {
        Some(UpdateListKind::History)
    } else {
        None
    }
}

/// A file name is nobody's statement about a host; it only keeps us from counting on a list.
fn kind_in_name(file_name: Option<&str>) -> Option<UpdateListKind> {
    let lower = file_name?.to_lowercase();
    let mut words = lower.split(|c: char| !c.is_ascii_alphabetic());
    words.any(|word| NOT_INSTALLED.contains(&word)).then_some(UpdateListKind::Missing)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read_text(text: &str, file_name: Option<&str>) -> Reading {
        let input = Input { bytes: text.as_bytes(), file_name };
        assert!(sniff(&input), "{text}");
        read(&input).unwrap()
    }

    #[test]
    fn titles_are_kept_whole() {
        let reading = read_text(
            "KB4489880: 2019-03 Security Monthly Quality Rollup for Windows 7 (KB4489880)\r\n2019-03 Cumulative Update for Windows Server 2016 for x64-based Systems (KB4489882)\r\n",
            Some("ward_updates.txt"),
        );
        let list = &reading.evidence[0].updates[0];
        assert_eq!(list.kind, UpdateListKind::History);
        let titles: Vec<_> =
            list.entries.iter().map(|e| (e.raw.as_str(), e.title.as_deref().unwrap())).collect();
        assert_eq!(
            titles,
            [
                ("KB4489880", "2019-03 Security Monthly Quality Rollup for Windows 7 (KB4489880)"),
                (
                    "KB4489882",
                    "2019-03 Cumulative Update for Windows Server 2016 for x64-based Systems (KB4489882)"
                ),
            ]
        );
        assert_eq!(reading.warnings.len(), 1);
    }

    #[test]
    fn offered_updates_are_never_installed() {
        let line = "KB4489893: 2019-03 Preview of Monthly Quality Rollup (KB4489893)\n";
        let by_name = read_text(line, Some("ward_updates_optional.txt"));
        assert_eq!(by_name.evidence[0].updates[0].kind, UpdateListKind::Missing);
        let by_heading =
            read_text(&format!("Missing updates:\n{line}{line}"), Some("ward_updates.txt"));
        assert_eq!(by_heading.evidence[0].updates[0].kind, UpdateListKind::Missing);
        assert_eq!(by_heading.warnings.len(), 0);
        let installed =
            read_text(&format!("Installed updates:\n{line}{line}"), Some("optional.txt"));
        assert_eq!(installed.evidence[0].updates[0].kind, UpdateListKind::History);
    }

    #[test]
    fn prose_is_no_list() {
        let text = "Dear all,\nplease install KB4012212 on every machine before the end of the week, because the worm spreads\nand report to me.\nThank you\n";
        assert!(!sniff(&Input { bytes: text.as_bytes(), file_name: None }));
    }
}
