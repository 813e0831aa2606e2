//! PowerShell's `Get-ComputerInfo`.

use std::borrow::Cow;

use model::evidence::{
    Completeness, Evidence, InstalledUpdate, OperatingSystem, Platform, UpdateList, UpdateListKind,
};
use model::reading::{Place, Warning};
use model::windows::{WindowsBuild, WindowsProduct};
use serde_json::{Map, Value};

use super::NAME;
use crate::inventory::Reading;
use crate::inventory::json_rows::{for_each_row, objects, scalar, text};
use crate::inventory::lines::lines;
use crate::inventory::local_date::{DayOrder, read_date, read_date_time};
use crate::inventory::update_entry::{entry, shown, with_domain};

pub(super) fn read(content: &str, reading: &mut Reading) {
    if content.trim_start().starts_with(['{', '[']) {
        let evidence = &mut reading.evidence;
        let warnings =
            for_each_row(content, &[], &mut |row| evidence.push(host(&row.fields, &row.place)));
        reading.warnings.extend(warnings);
        return;
    }
    let mut fields = Map::new();
    let mut start = 1;
    for (number, line) in lines(content) {
        let Some((name, value)) = line.split_once(" : ").or_else(|| line.split_once(':')) else {
            continue;
        };
        let name = name.trim();
        if fields.contains_key(name) {
            reading.evidence.push(host(&std::mem::take(&mut fields), &Place::Line(start)));
            start = number;
        }
        fields.insert(name.to_owned(), Value::String(value.trim().to_owned()));
    }
    if !fields.is_empty() {
        reading.evidence.push(host(&fields, &Place::Line(start)));
    }
    for evidence in &reading.evidence {
        for list in &evidence.updates {
            if list.completeness != Completeness::Complete {
                let message = "PowerShell cut the list of updates; print it with ConvertTo-Json or Get-HotFix";
                reading.warnings.push(Warning::new(list.place.clone(), message));
            }
        }
    }
}

fn host(fields: &Map<String, Value>, place: &Place) -> Evidence {
    let field =
        |name: &str| text(fields, name).and_then(|value| shown(&value).map(ToOwned::to_owned));
    let mut evidence = Evidence { format: NAME, ..Evidence::default() };
    if let Some(name) = field("CsDNSHostName").or_else(|| field("CsName")) {
        evidence.host = with_domain(&name, field("CsDomain").as_deref());
    }
    evidence.host.manufacturer = field("CsManufacturer");
    evidence.host.model = field("CsModel");
    evidence.host.serial = field("BiosSeralNumber").or_else(|| field("BiosSerialNumber"));
    evidence.os = operating_system(fields, place);
    evidence.updates.extend(hotfixes(fields, place));
    let order = DayOrder::shown_by(
        ["OsInstallDate", "OsLocalDateTime", "OsLastBootUpTime"]
            .into_iter()
            .filter_map(field)
            .collect::<Vec<_>>()
            .iter()
            .map(String::as_str),
    );
    let date = |name: &str| {
        let value = fields.get(name)?;
        let inner = value.get("DateTime").or_else(|| value.get("value")).unwrap_or(value);
        read_date_time(&scalar(inner)?, order)
    };
    evidence.last_boot = date("OsLastBootUpTime");
    evidence.collected_at = date("OsLocalDateTime");
    evidence
}

fn operating_system(fields: &Map<String, Value>, place: &Place) -> Option<OperatingSystem> {
    let field = |name: &str| text(fields, name).map(Cow::into_owned);
    let raw_name = field("OsName").or_else(|| field("WindowsProductName"))?;
    let raw_version = field("OsVersion");
    let architecture = field("CsSystemType").or_else(|| field("OsArchitecture"));
    let platform =
        match WindowsProduct::from_host(&raw_name, raw_version.as_deref(), architecture.as_deref())
        {
            Some((product, build)) => {
                let revision = field("WindowsUBR").and_then(|text| text.parse().ok());
                Platform::Windows {
                    product,
                    build: build.map(|b| WindowsBuild { revision: b.revision.or(revision), ..b }),
                }
            }
            None => Platform::Other,
        };
    Some(OperatingSystem {
        raw_name,
        raw_version,
        platform,
        guess_percent: None,
        place: place.clone(),
    })
}

fn hotfixes(fields: &Map<String, Value>, place: &Place) -> Option<UpdateList> {
    let value = fields.get("OsHotFixes")?;
    let (entries, cut): (Vec<InstalledUpdate>, bool) = match value {
        Value::Array(_) => {
            let dates: Vec<_> =
                objects(fields, "OsHotFixes").filter_map(|row| text(row, "InstalledOn")).collect();
            let order = DayOrder::shown_by(dates.iter().map(AsRef::as_ref));
            let entries = objects(fields, "OsHotFixes").filter_map(|row| {
                let mut update = entry(&text(row, "HotFixID")?, place.clone());
                update.installed_on =
                    text(row, "InstalledOn").and_then(|raw| read_date(&raw, order));
                Some(update)
            });
            (entries.collect(), false)
        }
        // "{KB5034763, KB5034468, KB5034467, KB5034466...}": PowerShell shows four.
        Value::String(list) => {
            let cut = list.contains("...") || list.contains('…') || !list.ends_with('}');
            let inner = list.trim_matches(['{', '}', '.', '…', ' ']);
            let ids = inner
                .split(',')
                .map(|id| id.trim().trim_matches(['.', '…']))
                .filter(|id| !id.is_empty());
            (ids.map(|id| entry(id, place.clone())).collect(), cut)
        }
        _ => return None,
    };
    if entries.is_empty() {
        return None;
    }
    let listed = u32::try_from(entries.len()).unwrap_or(u32::MAX);
    let completeness = if cut {
        Completeness::Truncated { declared: None, listed }
    } else {
        Completeness::Complete
    };
    Some(UpdateList { kind: UpdateListKind::Hotfixes, completeness, entries, place: place.clone() })
}
