//! CSV exports with the columns of "Basic Vulnerability Check Results" and their variants.

use model::cve::CveId;
use model::evidence::{Finding, FindingMethod, OperatingSystem, Port, PortState};
use model::reading::{Place, ReadError};

use super::{NAME, status};
use crate::inventory::identity::{add_address, add_mac, add_name};
use crate::inventory::moment::printed;
use crate::inventory::notes::Notes;
use crate::inventory::platform::platform;
use crate::inventory::roster::Roster;
use crate::inventory::table::{self, Header};
use crate::inventory::{Input, Reading};
use crate::text;

pub(super) fn is_header(header: &Header) -> bool {
    header.has("asset ip address") && header.has("vulnerability id")
}

pub(super) fn read(input: &Input<'_>) -> Result<Reading, ReadError> {
    let text = text::decode(input.bytes);
    let Some(header) = table::find(&text.content, None, is_header) else {
        return Err(ReadError::new(
            Place::Whole,
            "no Nexpose export: a header with `Asset IP Address` and `Vulnerability ID` is missing",
            "export the report again as \"XML Export 2.0\" or \"Basic Vulnerability Check Results\"",
        ));
    };
    let has_status = header.has("vulnerability test result code");
    let mut notes = Notes::default();
    let mut roster = Roster::default();
    table::rows(&text.content, &header, &mut notes, |row, notes| {
        let Some(address) = row.get("asset ip address") else {
            notes.add(row.place(), "a result without address was left out");
            return;
        };
        let (found, is_new) = roster.host(address.to_owned(), NAME);
        if is_new {
            add_address(&mut found.host, address);
            add_mac(&mut found.host, row.get("asset mac addresses").unwrap_or(""));
            found.os = row.get("asset os name").map(|name| {
                let version = row.get("asset os version");
                let full = format!("{name} {}", version.unwrap_or("")).trim().to_owned();
                OperatingSystem {
                    platform: platform(&full, None, None),
                    raw_name: name.to_owned(),
                    raw_version: version.map(ToOwned::to_owned),
                    guess_percent: Some(0),
                    place: row.place(),
                }
            });
        }
        for name in row.get("asset names").unwrap_or("").split([',', '|']) {
            add_name(&mut found.host, name);
        }
        let at = row.get("vulnerability test date").and_then(printed);
        if at.as_ref().map(|at| at.latest) > found.collected_at.as_ref().map(|at| at.latest) {
            found.collected_at.clone_from(&at);
        }
        let protocol = row.get("service protocol").unwrap_or("tcp").to_lowercase();
        if let Some(number) = row.get("service port").and_then(|port| port.parse::<u16>().ok())
            && number > 0
            && matches!(protocol.as_str(), "tcp" | "udp")
        {
            let service = row.get("service name").map(ToOwned::to_owned);
            let place = row.place();
            found.ports.push(Port { protocol, number, state: PortState::Open, service, place });
        }
        let Some(id) = row.get("vulnerability id") else { return };
        // Without a result column the export lists what was found.
        let code = row.get("vulnerability test result code");
        let (outcome, method) = status(code.unwrap_or(if has_status { "" } else { "vv" }));
        found.findings.push(Finding {
            scanner: NAME,
            check: id.to_owned(),
            title: row.get("vulnerability title").unwrap_or(id).to_owned(),
            cves: CveId::find_all(row.get("vulnerability cve ids").unwrap_or(id)),
            missing_kbs: Vec::new(),
            outcome,
            method: match method {
                FindingMethod::Inferred if has_status => FindingMethod::Inferred,
                FindingMethod::Remote if row.get("service port").is_some() => FindingMethod::Remote,
                _ => FindingMethod::NotStated,
            },
            severity: row.get("vulnerability severity level").map(ToOwned::to_owned),
            observed_at: at,
            place: row.place(),
        });
    });
    Ok(Reading { evidence: roster.into_evidence(), warnings: notes.finish() })
}
