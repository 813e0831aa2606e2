//! Lansweeper reports exported as CSV: a row an asset, or a row a program or update of an asset.
//!
//! Columns are those of `tblAssets` and the tables beside it, as people put them in reports.

use std::collections::HashMap;

use csv::StringRecord;
use model::evidence::{Completeness, Evidence, Software};
use model::reading::Place;

use super::{NAME, hotfixes, os_of, program_of};
use crate::inventory::Reading;
use crate::inventory::lines::LineOf;
use crate::inventory::local_date::{DayOrder, read_date, read_date_time};
use crate::inventory::update_entry::{entry, mac, with_domain};

/// Why a report's programs are not all there are.
const CHOSEN: Completeness = Completeness::Partial("a report shows the rows that its author chose");

/// Whether a text begins with the header of a report.
pub(super) fn is_header(text: &str) -> bool {
    let line = text.lines().next().unwrap_or("");
    let delimiter = delimiter(line);
    let names: Vec<String> = line.split(char::from(delimiter)).map(name_of).collect();
    let has = |wanted: &str| names.iter().any(|name| name == wanted);
    has("assetname")
        && names.len() > 2
        && [
            "assetid",
            "oscode",
            "osname",
            "domain",
            "assettypename",
            "statename",
            "lastseen",
            "hotfixid",
            "softwarename",
        ]
        .iter()
        .any(|name| has(name))
}

fn delimiter(line: &str) -> u8 {
    let count = |d: u8| line.bytes().filter(|b| *b == d).count();
    [b',', b';', b'\t'].into_iter().max_by_key(|d| count(*d)).unwrap_or(b',')
}

/// "Asset Name" and "AssetName" are one column.
fn name_of(raw: &str) -> String {
    raw.chars().filter(char::is_ascii_alphanumeric).map(|c| c.to_ascii_lowercase()).collect()
}

struct Header(HashMap<String, usize>);

impl Header {
    fn cell<'a>(&self, record: &'a StringRecord, names: &[&str]) -> Option<&'a str> {
        names.iter().find_map(|name| {
            let cell = record.get(*self.0.get(*name)?)?.trim();
            (!cell.is_empty() && !cell.eq_ignore_ascii_case("null")).then_some(cell)
        })
    }
}

pub(super) fn read(text: &str, reading: &mut Reading) {
    let first = text.lines().next().unwrap_or("");
    let mut reader = csv::ReaderBuilder::new()
        .delimiter(delimiter(first))
        .flexible(true)
        .from_reader(text.as_bytes());
    let header = match reader.headers() {
        Ok(names) => {
            Header(names.iter().enumerate().map(|(at, name)| (name_of(name), at)).collect())
        }
        Err(_) => return,
    };
    let records: Vec<StringRecord> = reader.records().filter_map(Result::ok).collect();
    let dates = ["lastseen", "installedon"];
    let order = DayOrder::shown_by(
        records.iter().flat_map(|r| dates.iter().filter_map(|name| header.cell(r, &[name]))),
    );
    let mut known: HashMap<String, usize> = HashMap::new();
    let mut line_of = LineOf::new(text);
    for record in &records {
        let place = Place::Line(line_of.offset(record.position().map_or(0, csv::Position::byte)));
        let Some(name) = header.cell(record, &["assetname"]) else { continue };
        let key = header.cell(record, &["assetid"]).unwrap_or(name).to_lowercase();
        let at = *known.entry(key).or_insert_with(|| {
            reading.evidence.push(asset(&header, record, name, order, &place));
            reading.evidence.len() - 1
        });
        if let Some(evidence) = reading.evidence.get_mut(at) {
            details(evidence, &header, record, order, &place);
        }
    }
}

fn asset(
    header: &Header,
    record: &StringRecord,
    name: &str,
    order: Option<DayOrder>,
    place: &Place,
) -> Evidence {
    let cell = |names: &[&str]| header.cell(record, names);
    let owned = |names: &[&str]| cell(names).map(ToOwned::to_owned);
    let mut evidence = Evidence {
        format: NAME,
        host: with_domain(name, cell(&["domain"])),
        ..Evidence::default()
    };
    let host = &mut evidence.host;
    if let Some(fqdn) = owned(&["fqdn"]).filter(|fqdn| !host.names.contains(fqdn)) {
        host.names.push(fqdn);
    }
    host.tool_id = owned(&["assetid", "assetunique"]);
    host.addresses.extend(owned(&["ipaddress"]));
    host.macs.extend(cell(&["mac", "macaddress"]).and_then(mac));
    host.serial = owned(&["serialnumber"]);
    host.manufacturer = owned(&["manufacturer"]);
    host.model = owned(&["model"]);
    evidence.collected_at = cell(&["lastseen"]).and_then(|raw| read_date_time(raw, order));
    if let Some(os) = cell(&["osname", "os", "operatingsystem", "caption"]) {
        // "10.0.17763S": servers carry an S.
        let code = cell(&["oscode"]).map(|code| code.trim_end_matches(['S', 's', 'R', 'r']));
        let version = code.map(|code| match cell(&["buildnumber"]) {
            Some(revision)
                if !code.ends_with(revision) && revision.bytes().all(|b| b.is_ascii_digit()) =>
            {
                format!("{code}.{revision}")
            }
            _ => code.to_owned(),
        });
        let raw_version = version.or_else(|| owned(&["osversion", "version"]));
        let spoken = spoken(os, cell(&["version", "osrelease"]), cell(&["sp", "servicepack"]));
        let architecture = cell(&["systemtype", "osarchitecture"]);
        evidence.os = Some(os_of(&spoken, os.to_owned(), raw_version, architecture, None, place));
    }
    evidence
}

/// Lansweeper's short names ("Win 10", "Win 2016", "Win 7") in Microsoft's words.
fn spoken(os: &str, release: Option<&str>, pack: Option<&str>) -> String {
    let base = match os.strip_prefix("Win ") {
        Some(year) if year.starts_with("20") => format!("Windows Server {year}"),
        Some(rest) => format!("Windows {rest}"),
        None => os.to_owned(),
    };
    let release =
        release.filter(|r| r.len() == 4).map(|r| format!(" version {r}")).unwrap_or_default();
    let pack = pack
        .filter(|p| *p != "0" && p.len() == 1)
        .map(|p| format!(" Service Pack {p}"))
        .unwrap_or_default();
    format!("{base}{release}{pack}")
}

fn details(
    evidence: &mut Evidence,
    header: &Header,
    record: &StringRecord,
    order: Option<DayOrder>,
    place: &Place,
) {
    let cell = |names: &[&str]| header.cell(record, names);
    if let Some(name) = cell(&["softwarename", "software"]) {
        evidence.software.push(Software {
            ecosystem: program_of(evidence.os.as_ref()),
            name: name.to_owned(),
            version: cell(&["softwareversion"]).map(ToOwned::to_owned),
            vendor: cell(&["softwarepublisher", "publisher"]).map(ToOwned::to_owned),
            place: place.clone(),
            ..Software::default()
        });
        evidence.software_completeness = Some(CHOSEN);
    }
    if let Some(id) = cell(&["hotfixid"]) {
        let mut update = entry(id, place.clone());
        update.installed_on = cell(&["installedon"]).and_then(|raw| read_date(raw, order));
        if let Some(list) = evidence.updates.first_mut() {
            list.entries.push(update);
        } else {
            let mut list = hotfixes(vec![update], place);
            list.completeness = CHOSEN;
            evidence.updates.push(list);
        }
    }
}
