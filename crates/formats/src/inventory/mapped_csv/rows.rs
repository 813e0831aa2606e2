//! Rows to evidence.

use model::cpe::Cpe;
use model::evidence::{
    Completeness, Control, ControlState, Evidence, InstalledUpdate, OperatingSystem, Port,
    PortState, Software, UpdateList,
};
use model::kb::Kb;
use model::purl::Purl;
use model::reading::{Place, ReadError};

use super::dates;
use super::mapping::{Columns, Mapping};
use crate::inventory::identity::{add_address, add_mac, add_name};
use crate::inventory::notes::Notes;
use crate::inventory::platform::{platform, version_of_build};
use crate::inventory::roster::Roster;
use crate::inventory::table::{self, Header, Row};
use crate::inventory::{Input, Reading};
use crate::text;

/// A spreadsheet cell ends here (Microsoft, "Excel specifications and limits"): a list of this
/// length is cut off.
const CELL_LIMIT: usize = 32_767;

/// Reads a table through a mapping.
pub(super) fn read(
    input: &Input<'_>,
    mapping: &Mapping,
    format: &'static str,
) -> Result<Reading, ReadError> {
    let text = text::decode(input.bytes);
    let columns = &mapping.columns;
    let identities =
        [&columns.host, &columns.fqdn, &columns.serial, &columns.tool_id, &columns.address];
    let names_host = |header: &Header| {
        header.names.len() > 1
            && identities.iter().any(|c| c.as_ref().is_some_and(|name| header.has(name)))
    };
    let Some(header) = table::find(&text.content, mapping.delimiter, names_host) else {
        let wanted: Vec<String> =
            identities.iter().filter_map(|c| c.as_ref()).map(|name| format!("`{name}`")).collect();
        return Err(ReadError::new(
            Place::Line(1),
            format!("no header row with a column that names the host ({})", wanted.join(", ")),
            "write the column's name in the mapping exactly as it stands in the header, and set \
             `delimiter` if it is an unusual one",
        ));
    };
    let mut notes = Notes::default();
    if !mapping.lenient {
        missing_columns(mapping, &header, &mut notes);
    }
    let mut roster = Roster::default();
    table::rows(&text.content, &header, &mut notes, |row, notes| {
        let key = key(row, columns);
        if key.is_empty() {
            notes.add(row.place(), "this row names no host; it was left out");
            return;
        }
        let (found, _) = roster.host(key, format);
        identity(row, columns, found);
        system(row, columns, found, notes);
        moments(row, mapping, found, notes);
        updates(row, mapping, found, notes);
        software(row, mapping, found, notes);
        ports(row, mapping, found, notes);
        controls(row, mapping, found, notes);
    });
    Ok(Reading { evidence: roster.into_evidence(), warnings: notes.finish() })
}

/// A column that the mapping names and the table lacks is a mistake that would look like absence.
fn missing_columns(mapping: &Mapping, header: &Header, notes: &mut Notes) {
    let columns = mapping.columns.fields();
    let named = columns.iter().filter_map(|(field, column)| Some((*field, column.as_deref()?)));
    let controls = mapping.controls.iter().map(|(name, c)| (name.as_str(), c.column.as_str()));
    for (field, column) in named.chain(controls) {
        if !header.has(column) {
            notes.add(
                Place::Line(header.line),
                format!(
                    "the mapping takes `{field}` from column `{column}`, which this table has not"
                ),
            );
        }
    }
}

fn cell<'r>(row: &'r Row<'_>, column: Option<&String>) -> Option<&'r str> {
    row.get(column?)
}

/// Rows of one host agree in this.
fn key(row: &Row<'_>, columns: &Columns) -> String {
    let part = |column: &Option<String>| {
        cell(row, column.as_ref()).map(str::to_lowercase).unwrap_or_default()
    };
    let name = match part(&columns.host) {
        host if host.is_empty() => part(&columns.fqdn),
        host => host,
    };
    let parts = [part(&columns.tool_id), name, part(&columns.serial)];
    if parts.iter().all(String::is_empty) { part(&columns.address) } else { parts.join("\u{1}") }
}

fn identity(row: &Row<'_>, columns: &Columns, found: &mut Evidence) {
    for column in [&columns.host, &columns.fqdn] {
        add_name(&mut found.host, cell(row, column.as_ref()).unwrap_or(""));
    }
    let take = |target: &mut Option<String>, column: &Option<String>| {
        if target.is_none() {
            *target = cell(row, column.as_ref()).map(ToOwned::to_owned);
        }
    };
    take(&mut found.host.serial, &columns.serial);
    take(&mut found.host.tool_id, &columns.tool_id);
    let list = |column: &Option<String>| {
        cell(row, column.as_ref()).unwrap_or("").split([',', ';', '|', ' ', '\n'])
    };
    list(&columns.mac).for_each(|mac| add_mac(&mut found.host, mac));
    list(&columns.address).for_each(|address| add_address(&mut found.host, address));
}

fn system(row: &Row<'_>, columns: &Columns, found: &mut Evidence, notes: &mut Notes) {
    let name = cell(row, columns.os_name.as_ref());
    let version = cell(row, columns.os_version.as_ref());
    let build = cell(row, columns.os_build.as_ref());
    let Some(name) = name else {
        if version.is_some() && found.os.is_none() && columns.os_name.is_some() {
            notes.add(row.place(), "a version without the operating system's name was left out");
        }
        return;
    };
    let pack = cell(row, columns.service_pack.as_ref());
    let printed: Vec<&str> = [version, build].into_iter().flatten().collect();
    let raw_version = (!printed.is_empty()).then(|| printed.join(" "));
    if let Some(known) = &found.os {
        if known.raw_name != name || known.raw_version != raw_version {
            notes.add(
                row.place(),
                format!(
                    "this row names another operating system than the host's first row (`{name}` \
                     instead of `{}`); the first was kept",
                    known.raw_name
                ),
            );
        }
        return;
    }
    let mut full = full_version(version, build);
    if let Some(pack) = pack.map(str::to_lowercase) {
        let digits: String = pack.chars().filter(char::is_ascii_digit).collect();
        if !digits.is_empty() {
            let version = full.unwrap_or_default();
            full = Some(format!("{version} Service Pack {digits}").trim().to_owned());
        }
    }
    let architecture = cell(row, columns.architecture.as_ref());
    found.os = Some(OperatingSystem {
        platform: platform(name, full.as_deref(), architecture),
        raw_name: name.to_owned(),
        raw_version,
        guess_percent: None,
        place: row.place(),
    });
}

/// "10.0.19045.4046" from a version, a bare build, or both: "10.0" beside "19045.4046".
fn full_version(version: Option<&str>, build: Option<&str>) -> Option<String> {
    let from_build = |text: &str| {
        let (build, revision) = match text.split_once('.') {
            Some((build, revision)) => (build, revision.parse::<u32>().ok()),
            None => (text, None),
        };
        let version = version_of_build(build.trim().parse().ok()?)?;
        Some(match revision {
            Some(revision) => format!("{version}.{revision}"),
            None => version,
        })
    };
    // "10.0 (19045)" is how Intune and others print it.
    let bracketed = |text: &str| {
        let (_, rest) = text.split_once('(')?;
        from_build(rest.split(')').next()?)
    };
    match (version, build) {
        (_, Some(build)) => from_build(build).or_else(|| Some(build.to_owned())),
        (Some(version), None) => {
            from_build(version).or_else(|| bracketed(version)).or_else(|| Some(version.to_owned()))
        }
        (None, None) => None,
    }
}

fn moments(row: &Row<'_>, mapping: &Mapping, found: &mut Evidence, notes: &mut Notes) {
    let columns = &mapping.columns;
    let mut take = |column: &Option<String>, field: &str| {
        let raw = cell(row, column.as_ref())?;
        let read = dates::moment(raw, &mapping.date_formats);
        if read.is_none() {
            notes.add(row.place(), format!("`{raw}` as {field} is not a date in a known format"));
        }
        read
    };
    let boot = take(&columns.last_boot, "last_boot");
    let collected = take(&columns.collected_at, "collected_at");
    found.last_boot = found.last_boot.take().or(boot);
    found.collected_at = found.collected_at.take().or(collected);
}

/// The entries of a cell. Without separators of the mapping's own, those that no entry contains.
fn entries<'c>(cell: &'c str, mapping: &'c Mapping) -> impl Iterator<Item = &'c str> {
    let separators = match mapping.list_separators.as_str() {
        "" => ";|,\n",
        own => own,
    };
    cell.split(move |c| separators.contains(c)).map(str::trim).filter(|entry| !entry.is_empty())
}

fn updates(row: &Row<'_>, mapping: &Mapping, found: &mut Evidence, notes: &mut Notes) {
    let columns = &mapping.columns;
    // An empty cell says nothing: it makes no list, least of all an empty one.
    let Some(list) = cell(row, columns.kb.as_ref()) else { return };
    let cut = list.len() >= CELL_LIMIT || list.ends_with("...") || list.ends_with('…');
    let raw_date = cell(row, columns.kb_installed_on.as_ref());
    let installed_on = raw_date.and_then(|raw| {
        let read = dates::day(raw, &mapping.date_formats);
        if read.is_none() {
            notes.add(row.place(), format!("`{raw}` is not a date in a known format"));
        }
        read
    });
    let title = cell(row, columns.kb_title.as_ref());
    let mut new: Vec<InstalledUpdate> = entries(list, mapping)
        .map(|raw| InstalledUpdate {
            raw: raw.to_owned(),
            kb: Kb::find(raw).or_else(|| raw.parse().ok()),
            title: title.map(ToOwned::to_owned),
            installed_on: installed_on.clone(),
            place: row.place(),
        })
        .collect();
    // The last number of a list that is cut off may lack digits.
    if cut && let Some(last) = new.last_mut() {
        last.kb = None;
    }
    let unread = new.iter().filter(|entry| entry.kb.is_none()).count();
    if unread > 0 {
        notes.add(row.place(), format!("{unread} entries of the update list hold no KB number"));
    }
    if found.updates.is_empty() {
        found.updates.push(UpdateList {
            kind: mapping.update_list.kind(),
            completeness: if mapping.complete_updates {
                Completeness::Complete
            } else {
                Completeness::Partial("the mapping does not say that the list is complete")
            },
            entries: Vec::new(),
            place: row.place(),
        });
    }
    let Some(list) = found.updates.first_mut() else { return };
    list.entries.extend(new);
    let listed = u32::try_from(list.entries.len()).unwrap_or(u32::MAX);
    match &mut list.completeness {
        Completeness::Truncated { listed: known, .. } => *known = listed,
        state if cut => {
            notes
                .add(row.place(), "the update list is cut off: what it does not show may be there");
            *state = Completeness::Truncated { declared: None, listed };
        }
        _ => {}
    }
}

fn software(row: &Row<'_>, mapping: &Mapping, found: &mut Evidence, notes: &mut Notes) {
    let columns = &mapping.columns;
    let purl_text = cell(row, columns.software_purl.as_ref());
    let cpe_text = cell(row, columns.software_cpe.as_ref());
    let purl = purl_text.and_then(|text| {
        Purl::parse(text)
            .map_err(|error| {
                notes.add(row.place(), format!("package URL `{}`: {error}", short(text)));
            })
            .ok()
    });
    let cpes: Vec<Cpe> = cpe_text
        .unwrap_or("")
        .split_whitespace()
        .filter_map(|text| {
            Cpe::parse(text)
                .map_err(|error| {
                    notes.add(row.place(), format!("CPE `{}`: {error}", short(text)));
                })
                .ok()
        })
        .collect();
    let name = cell(row, columns.software_name.as_ref()).or(purl_text).or(cpe_text);
    let Some(name) = name else { return };
    let owned = |column: &Option<String>| cell(row, column.as_ref()).map(ToOwned::to_owned);
    found.software.push(Software {
        ecosystem: mapping.software_ecosystem.ecosystem(),
        name: name.to_owned(),
        version: owned(&columns.software_version),
        vendor: owned(&columns.software_vendor),
        architecture: owned(&columns.software_architecture),
        source: None,
        purl,
        cpes,
        place: row.place(),
    });
    found.software_completeness = Some(if mapping.complete_software {
        Completeness::Complete
    } else {
        Completeness::Partial("the mapping does not say that the list is complete")
    });
}

fn short(text: &str) -> String {
    text.chars().take(60).collect()
}

fn ports(row: &Row<'_>, mapping: &Mapping, found: &mut Evidence, notes: &mut Notes) {
    let Some(list) = cell(row, mapping.columns.open_ports.as_ref()) else { return };
    let separated = |c: char| matches!(c, ',' | ';' | '|' | ' ' | '\n');
    for entry in list.split(separated).filter(|entry| !entry.is_empty()) {
        let (number, protocol) = entry.split_once('/').unwrap_or((entry, "tcp"));
        let protocol = protocol.to_lowercase();
        match number.parse::<u16>() {
            Ok(number) if number > 0 && matches!(protocol.as_str(), "tcp" | "udp") => {
                let state = PortState::Open;
                let place = row.place();
                found.ports.push(Port { protocol, number, state, service: None, place });
            }
            _ => notes.add(row.place(), format!("`{}` is not a port", short(entry))),
        }
    }
}

fn controls(row: &Row<'_>, mapping: &Mapping, found: &mut Evidence, notes: &mut Notes) {
    for (name, control) in &mapping.controls {
        let Some(raw) = row.get(&control.column) else { continue };
        let is = |values: &[String]| values.iter().any(|v| v.trim().eq_ignore_ascii_case(raw));
        let state = if is(&control.enabled) {
            ControlState::Enabled
        } else if is(&control.disabled) {
            ControlState::Disabled
        } else {
            notes.add(
                row.place(),
                format!(
                    "`{}` is neither on nor off for `{name}`: its state is not known",
                    short(raw)
                ),
            );
            continue;
        };
        match found.controls.iter().find(|known| known.name == *name) {
            Some(known) if known.state != state => notes.add(
                row.place(),
                format!("`{name}` is on in one row of this host and off in another"),
            ),
            Some(_) => continue,
            None => {}
        }
        found.controls.push(Control {
            name: name.clone(),
            state,
            raw: format!("{}: {raw}", control.column),
            place: row.place(),
        });
    }
}
