//! The CSV forms: asset and scan reports with their preamble lines, and VMDR.

use model::evidence::{Port, PortState};
use model::reading::{Place, ReadError};

use super::{Detection, NAME, finding, is_agent, take_moment, take_system};
use crate::inventory::identity::{add_address, add_name};
use crate::inventory::notes::Notes;
use crate::inventory::roster::Roster;
use crate::inventory::table::{self, Header, Row};
use crate::inventory::{Input, Reading};
use crate::text;

pub(super) fn is_header(header: &Header) -> bool {
    header.has("qid")
        && header.has("title")
        && ["ip", "asset ipv4", "asset name", "dns"].iter().any(|name| header.has(name))
}

pub(super) fn read(input: &Input<'_>) -> Result<Reading, ReadError> {
    let text = text::decode(input.bytes);
    let Some(header) = table::find(&text.content, None, is_header) else {
        return Err(ReadError::new(
            Place::Whole,
            "no Qualys report: a header with `QID`, `Title` and a host column is missing",
            "download the report again as CSV with host details",
        ));
    };
    let mut notes = Notes::default();
    let mut roster = Roster::default();
    let mut set_aside = 0_usize;
    table::rows(&text.content, &header, &mut notes, |row, notes| {
        set_aside += usize::from(
            ["ignored", "disabled"]
                .iter()
                .any(|name| row.get(name).is_some_and(|v| v.eq_ignore_ascii_case("yes"))),
        );
        detection(row, &mut roster, notes);
    });
    if set_aside > 0 {
        notes.add_summary(format!(
            "{set_aside} detections are ignored or disabled in Qualys; they are shown here all the \
             same, for that changes nothing on the host"
        ));
    }
    Ok(Reading { evidence: roster.into_evidence(), warnings: notes.finish() })
}

fn detection(row: &Row<'_>, roster: &mut Roster, notes: &mut Notes) {
    let names = ["netbios", "asset name", "dns", "fqdn"];
    let addresses = ["ip", "asset ipv4", "asset ipv6"];
    let tool_id = row.first(&["asset id", "host id", "qg hostid"]);
    let key = match tool_id {
        Some(id) => id.to_owned(),
        None => names
            .iter()
            .chain(&addresses)
            .map(|name| row.get(name).unwrap_or("").to_lowercase())
            .collect::<Vec<_>>()
            .join("\u{1}"),
    };
    if key.chars().all(|c| c == '\u{1}') {
        notes.add(row.place(), "a detection without host was left out");
        return;
    }
    let by_agent = is_agent(row.get("tracking method"));
    let (found, _) = roster.host(key, NAME);
    for name in names {
        add_name(&mut found.host, row.get(name).unwrap_or(""));
    }
    for address in addresses.iter().flat_map(|name| row.get(name).unwrap_or("").split(',')) {
        add_address(&mut found.host, address);
    }
    if found.host.tool_id.is_none() {
        found.host.tool_id = tool_id.map(ToOwned::to_owned);
    }
    take_system(found, row.first(&["os", "operating system"]), by_agent, row.place());
    let last_found = row.first(&["last detected", "last found"]);
    take_moment(found, last_found);
    let protocol = row.get("protocol").unwrap_or("").to_lowercase();
    if let Some(number) = row.get("port").and_then(|port| port.parse::<u16>().ok())
        && number > 0
        && matches!(protocol.as_str(), "tcp" | "udp")
        && !row.first(&["vuln status", "status"]).is_some_and(|s| s.eq_ignore_ascii_case("fixed"))
    {
        let port =
            Port { protocol, number, state: PortState::Open, service: None, place: row.place() };
        found.ports.push(port);
    }
    let Some(qid) = row.get("qid") else {
        // Reports list hosts without detections in rows of their own.
        return;
    };
    found.findings.extend(finding(
        &Detection {
            qid,
            title: row.get("title"),
            kind: row.first(&["type detected", "type"]),
            status: row.first(&["vuln status", "status"]),
            severity: row.get("severity"),
            cves: row.first(&["cve id", "cve"]).unwrap_or(""),
            vendor_reference: row.get("vendor reference").unwrap_or(""),
            results: row.get("results").unwrap_or(""),
            threat: row.get("threat").unwrap_or(""),
            by_agent,
            last_found,
            last_fixed: row.first(&["date last fixed", "last fixed"]),
        },
        row.place(),
    ));
}
