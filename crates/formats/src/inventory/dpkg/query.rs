//! `dpkg-query -W`: a name, a tab, a version; or more columns by `-f`, if they are unambiguous.
//!
//! ```text
//! libssl3:amd64<TAB>3.0.11-1~deb12u2
//! adduser<TAB>3.134
//! ```
//!
//! Known columns beside these: a status (`ii `, or `install ok installed`) and an architecture.

use model::evidence::{Ecosystem, Evidence, Software};
use model::reading::{Place, ReadError, Warning};

use super::list::{is_package, looks_like_version};
use super::{State, release};
use crate::inventory::package_list::{Counted, completeness, head, numbered};
use crate::inventory::{Input, Reading, os_release};
use crate::text::decode;

/// Whether a file is `dpkg-query -W` output: nearly every line is a package name, a tab and a
/// version (or nothing), and no version looks like that of an RPM package.
pub fn sniff(input: &Input<'_>) -> bool {
    let text = decode(head(input.bytes));
    let (mut rows, mut others) = (0usize, 0usize);
    for line in text.content.lines().take(200) {
        if line.trim().is_empty() || os_release::is_assignment(line) {
            continue;
        }
        if line.contains('\t') && row(line).is_some() && !crate::inventory::rpm::is_release(line) {
            rows += 1;
        } else {
            others += 1;
        }
    }
    rows > 0 && rows > others * 4
}

/// Reads `dpkg-query -W` output.
pub fn read(input: &Input<'_>) -> Result<Reading, ReadError> {
    let text = decode(input.bytes);
    let mut software = Vec::new();
    let mut notes = Counted::default();
    let mut states = 0usize;
    for (number, line) in numbered(&text.content) {
        if line.trim().is_empty() || os_release::is_assignment(line) {
            continue;
        }
        let place = Place::Line(number);
        let Some(row) = row(line) else {
            notes.add(place, || "not a package name with a version: left aside".to_owned());
            continue;
        };
        states += usize::from(row.state.is_some());
        let mut version = row.version;
        match row.state {
            Some(State::Absent) => continue,
            // The default columns list names that dpkg has only heard of, without a version.
            None if version.is_none() => continue,
            None | Some(State::Installed | State::Unpacked) => {}
            Some(State::Broken) => {
                notes.add(place.clone(), || {
                    format!(
                        "package `{}` is half installed: its version is taken as unknown",
                        row.name
                    )
                });
                version = None;
            }
        }
        software.push(Software {
            ecosystem: Ecosystem::Dpkg,
            name: row.name.to_owned(),
            version: version.map(str::to_owned),
            architecture: row.architecture.map(str::to_owned),
            place,
            ..Software::default()
        });
    }
    if software.is_empty() {
        return Err(ReadError::new(
            Place::Whole,
            "no line is a package name with a version",
            "give the output of `dpkg-query -W` as it was printed",
        ));
    }
    let mut warnings = Vec::new();
    if states == 0 {
        warnings.push(Warning::new(
            Place::Whole,
            "the list has no states: packages that were removed but left configuration are in it too; `dpkg-query -W -f='${db:Status-Abbrev}\\t${Package}\\t${Version}\\t${Architecture}\\n'` tells them apart",
        ));
    }
    notes.finish("lines", &mut warnings);
    let os = os_release::within(&text.content).or_else(|| release::distribution(&software));
    let completeness = completeness(&software, "dpkg", false);
    let evidence = Evidence {
        format: "dpkg-query",
        os,
        software,
        software_completeness: Some(completeness),
        ..Evidence::default()
    };
    Ok(Reading { evidence: vec![evidence], warnings })
}

#[derive(Default)]
struct Row<'a> {
    name: &'a str,
    version: Option<&'a str>,
    architecture: Option<&'a str>,
    state: Option<State>,
}

/// A row: [state] name version [architecture] [state], by tabs or blanks.
fn row(line: &str) -> Option<Row<'_>> {
    let line = line.trim_end_matches([' ', '\r']);
    let by_tabs = line.contains('\t');
    let mut words: Vec<&str> = if by_tabs {
        line.split('\t').map(str::trim).collect()
    } else {
        line.split_whitespace().collect()
    };
    let mut row = Row::default();
    if let Some(state) = words.first().and_then(|word| State::from_abbreviation(word)) {
        row.state = Some(state);
        words.remove(0);
    }
    let mut rest = words.into_iter();
    let name = rest.next()?;
    let (bare, qualifier) = name.split_once(':').unwrap_or((name, ""));
    row.name = bare;
    row.architecture = Some(qualifier).filter(|text| !text.is_empty());
    row.version = rest.next().filter(|word| !word.is_empty());
    let mut long_state: Vec<&str> = Vec::new();
    for word in rest {
        for part in word.split_whitespace() {
            if let Some(state) = State::from_abbreviation(part) {
                row.state = Some(state);
            } else if long_state.is_empty()
                && row.architecture.is_none_or(|known| known == part)
                && !matches!(part, "install" | "hold" | "deinstall" | "purge" | "unknown")
            {
                row.architecture = Some(part);
            } else {
                long_state.push(part);
            }
        }
    }
    if let [_, _, state] = long_state.as_slice() {
        row.state = Some(State::from_word(state)?);
    } else if !long_state.is_empty() {
        return None;
    }
    let versioned = row.version.map_or(by_tabs, looks_like_version);
    (is_package(name) && versioned).then_some(row)
}
