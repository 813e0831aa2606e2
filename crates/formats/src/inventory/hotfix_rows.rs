//! Rows of Win32_QuickFixEngineering, whichever tool printed them: one list of updates a host.
//!
//! Property names are the same in every language of Windows. This module knows the properties,
//! not the layouts; `qfe` and `get_hotfix` bring the rows.

use std::collections::HashMap;

use model::evidence::{Completeness, Evidence, HostIdentity, UpdateList, UpdateListKind};
use model::reading::{Place, Warning};

use super::local_date::{DayOrder, read_date};
use super::update_entry::{entry, kb_of, may_be_cut, shown};

/// Names under which tools print the host.
pub(crate) const HOST: [&str; 6] =
    ["CSName", "PSComputerName", "Source", "Node", "__SERVER", "ComputerName"];

/// One row.
#[derive(Clone, Debug, Default)]
pub(crate) struct HotfixRow {
    pub(crate) host: Option<String>,
    pub(crate) id: String,
    pub(crate) title: Option<String>,
    pub(crate) installed_on: Option<String>,
    pub(crate) service_pack: Option<String>,
    pub(crate) place: Place,
    pub(crate) cut: bool,
}

impl HotfixRow {
    /// From a property by its name; unknown properties are left aside.
    pub(crate) fn set(&mut self, name: &str, value: &str) {
        let Some(value) = shown(value) else { return };
        let is = |wanted: &str| name.eq_ignore_ascii_case(wanted);
        if is("HotFixID") {
            value.clone_into(&mut self.id);
        } else if is("InstalledOn") {
            self.installed_on = Some(value.to_owned());
        } else if is("ServicePackInEffect") {
            self.service_pack = Some(value.to_owned());
        } else if is("Description") {
            // Later systems print the class only ("Security Update"); XP prints the title.
            if kb_in(value) {
                self.title = Some(value.to_owned());
            }
        } else if self.host.is_none()
            && HOST.iter().any(|host| is(host))
            && value != "localhost"
            && value != "."
        {
            self.host = Some(value.to_owned());
        }
    }
}

fn kb_in(text: &str) -> bool {
    model::kb::Kb::find(text).is_some()
}

/// The rows as evidence: one list a host, in order of appearance.
pub(crate) fn evidence(
    format: &'static str,
    rows: Vec<HotfixRow>,
    complete: &Completeness,
) -> Vec<Evidence> {
    let mut groups: Vec<(Option<String>, Vec<HotfixRow>)> = Vec::new();
    let mut known: HashMap<Option<String>, usize> = HashMap::new();
    for row in rows {
        let key = row.host.as_ref().map(|name| name.to_lowercase());
        let at = *known.entry(key).or_insert_with(|| {
            groups.push((row.host.clone(), Vec::new()));
            groups.len() - 1
        });
        if let Some((_, rows)) = groups.get_mut(at) {
            rows.push(row);
        }
    }
    groups.into_iter().map(|(name, rows)| host(format, name, &rows, complete)).collect()
}

fn host(
    format: &'static str,
    name: Option<String>,
    rows: &[HotfixRow],
    complete: &Completeness,
) -> Evidence {
    // Each host prints dates in its own user's format.
    let order = DayOrder::shown_by(rows.iter().filter_map(|row| row.installed_on.as_deref()));
    Evidence {
        format,
        host: name.map_or_else(HostIdentity::default, HostIdentity::named),
        updates: vec![UpdateList {
            kind: UpdateListKind::Hotfixes,
            completeness: complete.clone(),
            entries: rows.iter().map(|row| update(row, order)).collect(),
            place: rows.first().map(|row| row.place.clone()).unwrap_or_default(),
        }],
        ..Evidence::default()
    }
}

/// Whether the text ends in the middle of an identifier. Of the row that it cut, only the text is
/// kept: what is left of a number would name another update.
pub(crate) fn drop_cut_row(text: &str, rows: &mut [HotfixRow]) -> Option<Warning> {
    let last = rows.last_mut()?;
    if text.ends_with(['\n', '\r', ' '])
        || !text.ends_with(last.id.as_str())
        || !may_be_cut(&last.id)
    {
        return None;
    }
    last.cut = true;
    Some(Warning::new(
        last.place.clone(),
        "the file ends in the middle of this entry; the list is not whole",
    ))
}

/// Whole, unless a warning says that the file is cut.
pub(crate) fn completeness(warnings: &[Warning], listed: usize) -> Completeness {
    if warnings.is_empty() {
        Completeness::Complete
    } else {
        Completeness::Truncated {
            declared: None,
            listed: u32::try_from(listed).unwrap_or(u32::MAX),
        }
    }
}

fn update(row: &HotfixRow, order: Option<DayOrder>) -> model::evidence::InstalledUpdate {
    let mut update = entry(&row.id, row.place.clone());
    // XP keeps an update's files in registry keys "File 1" below the update's own key and prints
    // the key in this column.
    if row.cut {
        update.kb = None;
    } else if update.kb.is_none() && row.id.starts_with("File ") {
        update.kb = row.service_pack.as_deref().and_then(kb_of);
    }
    update.title.clone_from(&row.title);
    update.installed_on = row.installed_on.as_deref().and_then(|raw| read_date(raw, order));
    update
}
