//! Lansweeper: the asset resources of its API as JSON, and reports exported as CSV.
//!
//! ```text
//! {"data": {"site": {"assetResources": {"items": [
//!   {"key": "k1", "assetBasicInfo": {"name": "WARD-7", "ipAddress": "192.0.2.7"},
//!    "operatingSystem": {"caption": "Microsoft Windows 7 Enterprise"}}]}}}}
//! ```
//!
//! An asset tells the operating system's name and rarely its build: what is not there stays
//! unknown. In reports, `OScode` and `BuildNumber` make the build together.

mod report;

use model::evidence::{
    Completeness, Ecosystem, Evidence, OperatingSystem, Platform, Software, UpdateList,
    UpdateListKind,
};
use model::reading::{Place, ReadError, Warning};
use model::windows::WindowsProduct;
use serde_json::{Map, Value};

use super::json_rows::{for_each_row, object, objects, text, text_of};
use super::local_date::{read_date, read_date_time};
use super::update_entry::{entry, mac, with_domain};
use crate::inventory::{Input, Reading};
use crate::text::{decode, holds, outline};

/// The name of this format.
pub const NAME: &str = "lansweeper";

const SNIFFED: usize = 8192;

/// Keys below which the API nests the assets.
const PATH: [&str; 7] =
    ["data", "site", "sites", "authorizedSites", "assetResources", "items", "assets"];

/// Whether a file comes from Lansweeper.
pub fn sniff(input: &Input<'_>) -> bool {
    let head = outline(input.bytes, SNIFFED);
    match head.trim_ascii_start().first() {
        Some(b'{' | b'[') => {
            holds(&head, b"\"assetresources\"") || holds(&head, b"\"assetbasicinfo\"")
        }
        Some(_) => report::is_header(&String::from_utf8_lossy(&head)),
        None => false,
    }
}

/// Reads it.
pub fn read(input: &Input<'_>) -> Result<Reading, ReadError> {
    let content = decode(input.bytes).content;
    let mut reading = Reading::default();
    if content.trim_start().starts_with(['{', '[']) {
        let mut total = None;
        reading.warnings = for_each_row(&content, &PATH, &mut |row| {
            let Reading { evidence, warnings } = &mut reading;
            if row.fields.contains_key("assetBasicInfo") || row.fields.contains_key("assetCustom") {
                evidence.push(asset(&row.fields, &row.place, warnings));
            }
            // Rows come before the fields beside their array.
            total = total.or_else(|| declared(&row.fields));
        })
        .into_iter()
        .chain(std::mem::take(&mut reading.warnings))
        .collect();
        if let Some(total) = total
            && total > reading.evidence.len() as u64
        {
            reading.warnings.push(Warning::new(
                Place::Whole,
                format!(
                    "the answer declares {total} assets and holds {}; ask for the other pages too",
                    reading.evidence.len()
                ),
            ));
        }
    } else {
        report::read(&content, &mut reading);
    }
    if reading.evidence.is_empty() {
        return Err(ReadError::new(
            Place::Whole,
            "no asset was found",
            "ask the API for assetResources with assetBasicInfo and operatingSystem, or export a report with AssetName as CSV",
        ));
    }
    Ok(reading)
}

/// The number of assets that the answer declares, wherever its object stands.
fn declared(fields: &Map<String, Value>) -> Option<u64> {
    let mut inner = fields;
    for key in ["data", "site", "assetResources"] {
        inner = object(inner, key).unwrap_or(inner);
    }
    inner.get("total")?.as_u64()
}

fn asset(fields: &Map<String, Value>, place: &Place, warnings: &mut Vec<Warning>) -> Evidence {
    let empty = Map::new();
    let basic = object(fields, "assetBasicInfo").unwrap_or(&empty);
    let custom = object(fields, "assetCustom").unwrap_or(&empty);
    let mut evidence = Evidence { format: NAME, ..Evidence::default() };
    if let Some(name) = text(basic, "name") {
        evidence.host = with_domain(&name, text(basic, "domain").as_deref());
        if let Some(fqdn) = text(basic, "fqdn")
            && !evidence.host.names.iter().any(|known| known.eq_ignore_ascii_case(&fqdn))
        {
            evidence.host.names.push(fqdn.into_owned());
        }
    }
    let owned = |map, name| text(map, name).map(std::borrow::Cow::into_owned);
    let host = &mut evidence.host;
    host.tool_id = owned(fields, "key").or_else(|| owned(fields, "_id"));
    host.addresses.extend(owned(basic, "ipAddress"));
    host.macs.extend(text(basic, "mac").and_then(|raw| mac(&raw)));
    host.serial = owned(custom, "serialNumber");
    host.manufacturer = owned(custom, "manufacturer");
    host.model = owned(custom, "model");
    if let Some(raw) = text(basic, "lastSeen") {
        evidence.collected_at = read_date_time(&raw, None);
        if evidence.collected_at.is_none() {
            warnings.push(Warning::new(
                place.clone(),
                "lastSeen is no date; how old this evidence is cannot be told",
            ));
        }
    }
    if let Some(os) = object(fields, "operatingSystem") {
        evidence.os = operating_system(os, text(basic, "type").as_deref(), place);
    }
    let listed = objects(fields, "softwares").chain(objects(fields, "software"));
    for row in listed {
        let Some(name) = text_of(row, &["name", "softwareName"]) else { continue };
        evidence.software.push(Software {
            ecosystem: program_of(evidence.os.as_ref()),
            name: name.into_owned(),
            version: text_of(row, &["version", "softwareVersion"])
                .map(std::borrow::Cow::into_owned),
            vendor: text_of(row, &["publisher", "softwarePublisher"])
                .map(std::borrow::Cow::into_owned),
            place: place.clone(),
            ..Software::default()
        });
    }
    if fields.contains_key("softwares") || fields.contains_key("software") {
        evidence.software_completeness = Some(Completeness::Complete);
    }
    let updates: Vec<_> = objects(fields, "quickFixEngineerings")
        .chain(objects(fields, "hotfixes"))
        .filter_map(|row| {
            let mut update =
                entry(&text_of(row, &["hotFixId", "hotFixID", "hotfixId"])?, place.clone());
            update.installed_on = text(row, "installedOn").and_then(|raw| read_date(&raw, None));
            Some(update)
        })
        .collect();
    if !updates.is_empty() {
        evidence.updates.push(hotfixes(updates, place));
    }
    evidence
}

fn hotfixes(entries: Vec<model::evidence::InstalledUpdate>, place: &Place) -> UpdateList {
    UpdateList {
        kind: UpdateListKind::Hotfixes,
        completeness: Completeness::Complete,
        entries,
        place: place.clone(),
    }
}

fn program_of(os: Option<&OperatingSystem>) -> Ecosystem {
    match os {
        Some(OperatingSystem { platform: Platform::Windows { .. }, .. }) => {
            Ecosystem::WindowsProgram
        }
        _ => Ecosystem::Unspecified,
    }
}

fn operating_system(
    os: &Map<String, Value>,
    kind: Option<&str>,
    place: &Place,
) -> Option<OperatingSystem> {
    let name = text_of(os, &["caption", "name"])?.into_owned();
    let version = text_of(os, &["version", "osVersion"]).map(std::borrow::Cow::into_owned);
    let pack = text(os, "servicePackMajorVersion")
        .filter(|pack| *pack != "0")
        .map(|pack| format!(" Service Pack {pack}"));
    let printed =
        version.as_ref().map(|version| format!("{version}{}", pack.as_deref().unwrap_or("")));
    let named = format!("{name}{}", pack.as_deref().unwrap_or(""));
    let architecture = text_of(os, &["osArchitecture", "architecture"]);
    Some(os_of(&named, name.clone(), printed, architecture.as_deref(), kind, place))
}

/// The operating system of a name that may lack "Windows" where the asset's type says it.
fn os_of(
    spoken: &str,
    raw_name: String,
    raw_version: Option<String>,
    architecture: Option<&str>,
    kind: Option<&str>,
    place: &Place,
) -> OperatingSystem {
    let windows = kind.is_some_and(|kind| kind.eq_ignore_ascii_case("windows"));
    let named = if windows && !crate::text::holds_str(spoken, "windows") {
        format!("Windows {spoken}")
    } else {
        spoken.to_owned()
    };
    let platform = match WindowsProduct::from_host(&named, raw_version.as_deref(), architecture) {
        Some((product, build)) => Platform::Windows { product, build },
        None => Platform::Other,
    };
    OperatingSystem { raw_name, raw_version, platform, guess_percent: None, place: place.clone() }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read_text(text: &str) -> Reading {
        let input = Input { bytes: text.as_bytes(), file_name: None };
        assert!(sniff(&input), "{text}");
        read(&input).unwrap()
    }

    #[test]
    fn assets_with_nulls_and_wrong_types_are_read_as_far_as_they_go() {
        let reading = read_text(
            r#"{"data":{"site":{"assetResources":{"total":9,"items":[
                {"key":"k1","assetBasicInfo":{"name":"WARD-7","domain":"site.example","mac":null,"lastSeen":"2024-03-01T10:00:00.000Z"},
                 "operatingSystem":{"caption":"Microsoft Windows 10 Pro","version":"10.0.19045"},"softwares":[{"name":"Viewer","version":1.5},null]},
                {"key":2,"assetBasicInfo":null,"operatingSystem":[]}, null, 7]}}}}"#,
        );
        assert_eq!(reading.evidence.len(), 2);
        let first = &reading.evidence[0];
        assert_eq!(first.host.names, ["WARD-7", "WARD-7.site.example"]);
        assert_eq!(first.software[0].version.as_deref(), Some("1.5"));
        let Platform::Windows { product, .. } = &first.os.as_ref().unwrap().platform else {
            panic!()
        };
        assert_eq!(product.to_string(), "Windows 10 version 22H2");
        assert_eq!(reading.warnings.len(), 1, "{:?}", reading.warnings);
    }

    #[test]
    fn a_report_has_one_row_a_program() {
        let text = "AssetID,AssetName,Domain,IPAddress,OSname,OScode,BuildNumber,Version,softwareName,softwareVersion,HotFixID\r\n\
                    5,WARD-7,SITE,192.0.2.7,Win 10,10.0.19045,4046,22H2,Viewer,1.0,\r\n\
                    5,WARD-7,SITE,192.0.2.7,Win 10,10.0.19045,4046,22H2,Reader,2.0,KB5034763\r\n\
                    6,WARD-8,SITE,192.0.2.8,Win 2016,10.0.14393S,,1607,,,\r\n";
        let reading = read_text(text);
        assert_eq!(reading.evidence.len(), 2);
        let shown = |e: &Evidence| match &e.os.as_ref().unwrap().platform {
            Platform::Windows { product, build } => format!("{product} {}", build.unwrap()),
            other => format!("{other:?}"),
        };
        assert_eq!(shown(&reading.evidence[0]), "Windows 10 version 22H2 10.0.19045.4046");
        assert_eq!(shown(&reading.evidence[1]), "Windows Server 2016 10.0.14393");
        assert_eq!(reading.evidence[0].software.len(), 2);
        assert_eq!(reading.evidence[0].updates[0].entries.len(), 1);
    }
}
