//! Microsoft Defender for Endpoint: machines, software, vulnerabilities and missing updates, as
//! its API exports them.
//!
//! ```text
//! {"value": [{"id": "m1", "computerDnsName": "ward-7", "osPlatform": "Windows10", "osBuild": 19045}]}
//! {"value": [{"machineId": "m1", "cveId": "CVE-2020-0796", "fixingKbId": "4551762", "severity": "High"}]}
//! ```
//!
//! Machines and vulnerabilities come in files of their own; the machine's id joins them.

mod platform;

use std::collections::{HashMap, HashSet};

use model::cve::CveId;
use model::evidence::{
    Completeness, Ecosystem, Evidence, Finding, FindingMethod, FindingOutcome, OperatingSystem,
    Platform, Software, UpdateList, UpdateListKind,
};
use model::kb::Kb;
use model::reading::{Place, ReadError, Warning};
use serde_json::{Map, Value};

use super::json_rows::{Row, for_each_row, objects, text, text_of};
use super::local_date::read_date_time;
use super::update_entry::{entry, mac, shown};
use crate::inventory::{Input, Reading};
use crate::text::{decode, holds, outline};

/// The name of this format.
pub const NAME: &str = "defender";

const SNIFFED: usize = 8192;

/// Why absence from a list of flaws is no list of software.
const FLAWED: Completeness =
    Completeness::Partial("an export of vulnerabilities names only software with known flaws");

/// Whether a file is an export of Defender for Endpoint.
pub fn sniff(input: &Input<'_>) -> bool {
    let head = outline(input.bytes, SNIFFED);
    if head.trim_ascii_start().first().is_none_or(|b| !matches!(b, b'{' | b'[')) {
        return false;
    }
    let has = |word: &str| holds(&head, word.as_bytes());
    (has("\"osplatform\"")
        && (has("\"computerdnsname\"") || has("\"deviceid\"") || has("\"devicename\"")))
        || (has("\"cveid\"") && (has("\"machineid\"") || has("\"deviceid\"")))
        || (has("\"softwarename\"") && has("\"deviceid\""))
        || (has("\"productsnames\"") && has("\"cveaddressed\""))
}

/// Reads it.
pub fn read(input: &Input<'_>) -> Result<Reading, ReadError> {
    let content = decode(input.bytes).content;
    let mut machines = Machines::default();
    let mut rows = 0usize;
    let mut more = false;
    let mut warnings = for_each_row(&content, &["value"], &mut |row| {
        more |= row.fields.contains_key("@odata.nextLink");
        rows += usize::from(machines.row(&row));
    });
    if more {
        warnings.push(Warning::new(
            Place::Path("/@odata.nextLink".to_owned()),
            "this is one page of several; machines and flaws of the other pages are not in it; export all pages",
        ));
    }
    if rows == 0 {
        return Err(ReadError::new(
            Place::Whole,
            "no machine, vulnerability or software row was found",
            "export from the API: /api/machines or /api/machines/SoftwareVulnerabilitiesByMachine",
        ));
    }
    warnings.extend(machines.warnings);
    Ok(Reading { evidence: machines.evidence, warnings })
}

#[derive(Default)]
struct Machines {
    evidence: Vec<Evidence>,
    known: HashMap<String, usize>,
    software: HashSet<(usize, String)>,
    warnings: Vec<Warning>,
}

impl Machines {
    /// Reads a row; whether it was of a known kind.
    fn row(&mut self, row: &Row) -> bool {
        let fields = &row.fields;
        if fields.contains_key("cveId") {
            self.vulnerability(fields, &row.place);
        } else if fields.contains_key("cveAddressed") || fields.contains_key("productsNames") {
            self.missing_update(fields, &row.place);
        } else if fields.contains_key("computerDnsName")
            || (fields.contains_key("osPlatform") && fields.contains_key("id"))
        {
            self.machine(fields, row.place.clone());
        } else if fields.contains_key("softwareName") {
            let at = self.device(fields);
            self.os_of_device(at, fields, &row.place);
            if let Some(software) = software(fields, &row.place) {
                self.push_software(at, software, Completeness::Complete);
            }
        } else {
            return false;
        }
        true
    }

    /// The machine with this id, or with this name where there is no id.
    fn at(&mut self, id: Option<&str>, name: Option<&str>) -> usize {
        let key = id.or(name).unwrap_or("").to_lowercase();
        let at = *self.known.entry(key).or_insert_with(|| {
            self.evidence.push(Evidence { format: NAME, ..Evidence::default() });
            self.evidence.len() - 1
        });
        if let Some(evidence) = self.evidence.get_mut(at) {
            if evidence.host.tool_id.is_none() {
                evidence.host.tool_id = id.map(ToOwned::to_owned);
            }
            if let Some(name) = name
                && evidence.host.names.is_empty()
            {
                evidence.host.names.push(name.to_owned());
            }
        }
        at
    }

    fn device(&mut self, fields: &Map<String, Value>) -> usize {
        let id = text_of(fields, &["machineId", "deviceId"]);
        let name = text_of(fields, &["deviceName", "computerDnsName"]);
        self.at(id.as_deref(), name.as_deref().and_then(shown))
    }

    fn machine(&mut self, fields: &Map<String, Value>, place: Place) {
        let id = text(fields, "id");
        let name = text(fields, "computerDnsName");
        let at = self.at(id.as_deref(), name.as_deref().and_then(shown));
        let Some(evidence) = self.evidence.get_mut(at) else { return };
        for address in objects(fields, "ipAddresses") {
            push_new(
                &mut evidence.host.addresses,
                text(address, "ipAddress").map(std::borrow::Cow::into_owned),
            );
            push_new(
                &mut evidence.host.macs,
                text(address, "macAddress").and_then(|raw| mac(&raw)),
            );
        }
        push_new(
            &mut evidence.host.addresses,
            text(fields, "lastIpAddress").map(std::borrow::Cow::into_owned),
        );
        if let Some(raw) = text(fields, "lastSeen") {
            evidence.collected_at = read_date_time(&raw, None);
            if evidence.collected_at.is_none() {
                let message = format!(
                    "lastSeen `{}` is no date; how old this evidence is cannot be told",
                    short(&raw)
                );
                self.warnings.push(Warning::new(place.clone(), message));
            }
        }
        evidence.os = operating_system(fields, place);
    }

    fn os_of_device(&mut self, at: usize, fields: &Map<String, Value>, place: &Place) {
        let Some(evidence) = self.evidence.get_mut(at) else { return };
        if evidence.os.is_none() {
            evidence.os = operating_system(fields, place.clone());
        }
    }

    fn vulnerability(&mut self, fields: &Map<String, Value>, place: &Place) {
        let at = self.device(fields);
        self.os_of_device(at, fields, place);
        let Some(check) = text(fields, "cveId") else { return };
        let field = |names: &[&str]| text_of(fields, names);
        let fixed = field(&["status"]).is_some_and(|status| status.eq_ignore_ascii_case("fixed"));
        let product = [
            field(&["productVendor", "softwareVendor"]),
            field(&["productName", "softwareName"]),
            field(&["productVersion", "softwareVersion"]),
        ];
        let title: Vec<&str> = product.iter().flatten().map(AsRef::as_ref).collect();
        let cve: Result<CveId, _> = check.parse();
        if cve.is_err() {
            self.warnings.push(Warning::new(
                place.clone(),
                format!("`{}` is not a CVE identifier", short(&check)),
            ));
        }
        let kbs = field(&["fixingKbId", "recommendedSecurityUpdateId"]);
        let finding = Finding {
            scanner: NAME,
            check: check.clone().into_owned(),
            title: if title.is_empty() { check.into_owned() } else { title.join(" ") },
            cves: cve.into_iter().collect(),
            missing_kbs: kbs
                .iter()
                .flat_map(|raw| raw.split([',', ';', ' ']))
                .filter_map(|raw| raw.parse::<Kb>().ok())
                .collect(),
            outcome: if fixed { FindingOutcome::NotVulnerable } else { FindingOutcome::Vulnerable },
            // The agent on the host takes stock of files and registry there.
            method: FindingMethod::Authenticated,
            severity: field(&["severity", "vulnerabilitySeverityLevel"])
                .map(std::borrow::Cow::into_owned),
            observed_at: field(&["lastSeenTimestamp", "lastSeen", "eventTimestamp"])
                .and_then(|raw| read_date_time(&raw, None)),
            place: place.clone(),
        };
        if let Some(evidence) = self.evidence.get_mut(at) {
            evidence.findings.push(finding);
        }
        if !fixed && let Some(software) = software(fields, place) {
            self.push_software(at, software, FLAWED);
        }
    }

    fn push_software(&mut self, at: usize, mut software: Software, completeness: Completeness) {
        let version = software.version.as_deref().unwrap_or("");
        let vendor = software.vendor.as_deref().unwrap_or("");
        if !self.software.insert((at, format!("{vendor}\n{}\n{version}", software.name))) {
            return;
        }
        let Some(evidence) = self.evidence.get_mut(at) else { return };
        if matches!(evidence.os, Some(OperatingSystem { platform: Platform::Windows { .. }, .. })) {
            software.ecosystem = Ecosystem::WindowsProgram;
        }
        evidence.software.push(software);
        if evidence.software_completeness != Some(FLAWED) {
            evidence.software_completeness = Some(completeness);
        }
    }

    /// A row of `getmissingkbs`, which names no machine: the address it was asked at does.
    fn missing_update(&mut self, fields: &Map<String, Value>, place: &Place) {
        let Some(id) = text(fields, "id") else { return };
        let at = self.device(fields);
        let mut update = entry(&id, place.clone());
        update.title = text(fields, "name").map(std::borrow::Cow::into_owned);
        let Some(evidence) = self.evidence.get_mut(at) else { return };
        if let Some(list) = evidence.updates.first_mut() {
            list.entries.push(update);
        } else {
            evidence.updates.push(UpdateList {
                kind: UpdateListKind::Missing,
                completeness: Completeness::Complete,
                entries: vec![update],
                place: place.clone(),
            });
        }
    }
}

fn software(fields: &Map<String, Value>, place: &Place) -> Option<Software> {
    let field = |names: &[&str]| text_of(fields, names).map(std::borrow::Cow::into_owned);
    Some(Software {
        ecosystem: Ecosystem::Unspecified,
        name: field(&["softwareName", "productName"])?,
        version: field(&["softwareVersion", "productVersion"]),
        vendor: field(&["softwareVendor", "productVendor"]),
        place: place.clone(),
        ..Software::default()
    })
}

fn operating_system(fields: &Map<String, Value>, place: Place) -> Option<OperatingSystem> {
    let field = |name: &str| text(fields, name).map(std::borrow::Cow::into_owned);
    let raw_name = field("osPlatform")?;
    let os_version = field("osVersion");
    let release = field("version");
    let build = field("osBuild");
    let architecture = field("osArchitecture").or_else(|| field("osProcessor"));
    let platform = platform::platform(
        &raw_name,
        os_version.as_deref(),
        release.as_deref(),
        build.as_deref().and_then(|b| b.parse().ok()),
        architecture.as_deref(),
    );
    let raw_version = os_version.or_else(|| match (release, build) {
        (Some(release), Some(build)) => Some(format!("{release} (build {build})")),
        (release, build) => release.or(build),
    });
    Some(OperatingSystem { raw_name, raw_version, platform, guess_percent: None, place })
}

fn push_new(into: &mut Vec<String>, found: Option<String>) {
    if let Some(found) = found
        && !into.contains(&found)
    {
        into.push(found);
    }
}

fn short(text: &str) -> String {
    text.chars().take(40).collect()
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
    fn machines_keep_what_is_known_of_them() {
        let reading = read_text(
            r#"{"value":[{"id":"m1","computerDnsName":"ward-7.site.example","osPlatform":"WindowsServer2012R2","osBuild":9600,"osArchitecture":"64-bit","version":null,
                "lastSeen":"2024-03-01T10:00:00.123Z","lastIpAddress":"192.0.2.7","ipAddresses":[{"ipAddress":"192.0.2.7","macAddress":"001122334455"}]},
               {"id":"m2","computerDnsName":7,"osPlatform":"Windows10","osBuild":19045,"version":"22H2","lastSeen":"soon","ipAddresses":null}]}"#,
        );
        assert_eq!(reading.evidence.len(), 2);
        let first = &reading.evidence[0];
        assert_eq!(first.host.names, ["ward-7.site.example"]);
        assert_eq!(first.host.macs, ["00:11:22:33:44:55"]);
        assert_eq!(first.host.addresses, ["192.0.2.7"]);
        let shown = |e: &Evidence| match &e.os.as_ref().unwrap().platform {
            Platform::Windows { product, build } => format!("{product} {}", build.unwrap()),
            other => format!("{other:?}"),
        };
        assert_eq!(shown(first), "Windows Server 2012 R2 6.3.9600");
        assert_eq!(shown(&reading.evidence[1]), "Windows 10 version 22H2 10.0.19045");
        assert_eq!(reading.warnings.len(), 1);
    }

    #[test]
    fn a_vulnerability_export_gives_build_findings_and_software() {
        let reading = read_text(
            r#"{"deviceId":"d1","deviceName":"ward-7","osPlatform":"Windows10","osVersion":"10.0.19042.746","osArchitecture":"x64","softwareVendor":"microsoft","softwareName":"windows_10","softwareVersion":"10.0.19042.746","cveId":"CVE-2021-34527","vulnerabilitySeverityLevel":"High","recommendedSecurityUpdateId":"5004945"}
{"deviceId":"d1","deviceName":"ward-7","osPlatform":"Windows10","softwareVendor":"microsoft","softwareName":"windows_10","softwareVersion":"10.0.19042.746","cveId":"CVE-2020-0796","status":"Fixed"}
"#,
        );
        let evidence = &reading.evidence[0];
        let Platform::Windows { build, .. } = &evidence.os.as_ref().unwrap().platform else {
            panic!()
        };
        assert_eq!(build.unwrap().to_string(), "10.0.19042.746");
        assert_eq!(evidence.findings[0].missing_kbs, [Kb::new(5_004_945).unwrap()]);
        assert_eq!(evidence.findings[1].outcome, FindingOutcome::NotVulnerable);
        assert_eq!(evidence.software.len(), 1);
        assert_eq!(evidence.software_completeness, Some(FLAWED));
    }
}
