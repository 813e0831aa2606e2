//! The XML forms: `ASSET_DATA_REPORT`, whose glossary with titles and CVEs follows the hosts, and
//! `HOST_LIST_VM_DETECTION_OUTPUT` of the API, which has QIDs only.

use std::collections::HashMap;

use model::evidence::{Finding, Port, PortState};
use model::reading::{Place, ReadError};

use super::{Detection, NAME, finding, is_agent, take_moment, take_system};
use crate::inventory::identity::{add_address, add_name};
use crate::inventory::notes::Notes;
use crate::inventory::roster::Roster;
use crate::inventory::xml::{self, Node, Step, Xml};
use crate::inventory::{Input, Reading};

pub(super) fn sniff(bytes: &[u8]) -> bool {
    xml::root(bytes).is_some_and(|root| {
        matches!(root.name.as_str(), "ASSET_DATA_REPORT" | "HOST_LIST_VM_DETECTION_OUTPUT")
    })
}

/// What the glossary says of a QID.
struct Entry {
    title: Option<String>,
    severity: Option<String>,
    cves: String,
    vendor_reference: String,
    threat: String,
}

pub(super) fn read(input: &Input<'_>) -> Result<Reading, ReadError> {
    if !sniff(input.bytes) {
        return Err(ReadError::new(
            Place::Whole,
            "no Qualys report: the root element is neither `ASSET_DATA_REPORT` nor \
             `HOST_LIST_VM_DETECTION_OUTPUT`",
            "download the report again as XML or CSV with host details",
        ));
    }
    let mut notes = Notes::default();
    let text = xml::decode(input.bytes, &mut notes);
    // Titles and CVEs stand behind the hosts that refer to them: the glossary is read first.
    let glossary = glossary(&text);
    let mut walk = Xml::new(&text);
    let mut roster = Roster::default();
    while let Some(step) = walk.step() {
        let Step::Open(node) = step else { continue };
        match node.name.as_str() {
            "HOST" => {
                let node = walk.tree(node);
                host(&node, &glossary, &mut roster, &mut notes);
            }
            "ASSET_DATA_REPORT" | "HOST_LIST_VM_DETECTION_OUTPUT" | "HOST_LIST" | "RESPONSE" => {}
            _ => walk.skip(),
        }
    }
    let evidence = roster.into_evidence();
    if glossary.is_empty() && evidence.iter().any(|found| !found.findings.is_empty()) {
        notes.add_summary(
            "the report has no glossary: its detections are QIDs without titles and CVEs",
        );
    }
    notes.extend(walk.into_notes());
    Ok(Reading { evidence, warnings: notes.finish() })
}

fn glossary(text: &str) -> HashMap<String, Entry> {
    let mut entries = HashMap::new();
    let mut walk = Xml::new(text);
    while let Some(step) = walk.step() {
        let Step::Open(node) = step else { continue };
        match node.name.as_str() {
            "VULN_DETAILS" => {
                let node = walk.tree(node);
                let owned = |name: &str| node.child_text(name).map(ToOwned::to_owned);
                let listed = |list: &str| {
                    let ids = node.child(list).map(|list| list.children.iter());
                    ids.into_iter()
                        .flatten()
                        .filter_map(|one| one.child_text("ID"))
                        .collect::<Vec<_>>()
                        .join(", ")
                };
                if let Some(qid) = node.child("QID").and_then(qid) {
                    entries.insert(
                        qid,
                        Entry {
                            title: owned("TITLE"),
                            severity: owned("SEVERITY"),
                            cves: listed("CVE_ID_LIST"),
                            vendor_reference: listed("VENDOR_REFERENCE_LIST"),
                            threat: owned("THREAT").unwrap_or_default(),
                        },
                    );
                }
            }
            "ASSET_DATA_REPORT" | "GLOSSARY" | "VULN_DETAILS_LIST" => {}
            _ => walk.skip(),
        }
    }
    entries
}

/// The number is the text, or refers to the glossary as `id="qid_91345"`.
fn qid(node: &Node) -> Option<String> {
    node.content()
        .or_else(|| node.attribute("id").map(|id| id.trim_start_matches("qid_")))
        .map(ToOwned::to_owned)
}

fn host(node: &Node, glossary: &HashMap<String, Entry>, roster: &mut Roster, notes: &mut Notes) {
    let text = |names: &[&str]| names.iter().find_map(|name| node.child_text(name));
    let address = text(&["IP", "IPV6"]).unwrap_or("");
    let name = text(&["NETBIOS", "DNS"]).unwrap_or("");
    let id = text(&["ASSET_ID", "ID", "HOST_ID", "QG_HOSTID"]);
    if address.is_empty() && name.is_empty() && id.is_none() {
        notes.add(node.place(), "a host without address, name and id was left out");
        return;
    }
    let by_agent = is_agent(text(&["TRACKING_METHOD"]));
    let key =
        id.map_or_else(|| format!("{address}\u{1}{}", name.to_lowercase()), ToOwned::to_owned);
    let (found, _) = roster.host(key, NAME);
    for name in ["NETBIOS", "DNS"] {
        add_name(&mut found.host, node.child_text(name).unwrap_or(""));
    }
    for name in ["IP", "IPV6"] {
        add_address(&mut found.host, node.child_text(name).unwrap_or(""));
    }
    found.host.tool_id = id.map(ToOwned::to_owned);
    take_system(found, text(&["OPERATING_SYSTEM", "OS"]), by_agent, node.place());
    take_moment(found, text(&["LAST_SCAN_DATETIME", "LAST_VM_SCANNED_DATE"]));
    let lists = ["VULN_INFO_LIST", "DETECTION_LIST"];
    for list in lists.iter().filter_map(|name| node.child(name)) {
        for entry in &list.children {
            take_moment(found, entry.child_text("LAST_FOUND"));
            found.findings.extend(detection(entry, glossary, by_agent));
            if let Some(port) = port(entry) {
                found.ports.push(port);
            }
        }
    }
}

fn detection(node: &Node, glossary: &HashMap<String, Entry>, by_agent: bool) -> Option<Finding> {
    let qid = node.child("QID").and_then(qid)?;
    let entry = glossary.get(&qid);
    let text = |names: &[&str]| names.iter().find_map(|name| node.child_text(name));
    finding(
        &Detection {
            qid: &qid,
            title: entry.and_then(|e| e.title.as_deref()),
            kind: node.child_text("TYPE"),
            status: text(&["VULN_STATUS", "STATUS"]),
            severity: text(&["SEVERITY"]).or_else(|| entry.and_then(|e| e.severity.as_deref())),
            cves: entry.map_or("", |e| &e.cves),
            vendor_reference: entry.map_or("", |e| &e.vendor_reference),
            results: text(&["RESULT", "RESULTS"]).unwrap_or(""),
            threat: entry.map_or("", |e| &e.threat),
            by_agent,
            last_found: text(&["LAST_FOUND", "LAST_FOUND_DATETIME"]),
            last_fixed: text(&["LAST_FIXED", "LAST_FIXED_DATETIME"]),
        },
        node.place(),
    )
}

fn port(node: &Node) -> Option<Port> {
    let number = node.child_text("PORT")?.parse::<u16>().ok().filter(|number| *number > 0)?;
    let protocol = node.child_text("PROTOCOL")?.to_lowercase();
    let status = node.child_text("VULN_STATUS").or_else(|| node.child_text("STATUS"));
    let fixed = status.is_some_and(|s| s.eq_ignore_ascii_case("fixed"));
    (!fixed && matches!(protocol.as_str(), "tcp" | "udp")).then(|| Port {
        protocol,
        number,
        state: PortState::Open,
        service: None,
        place: node.place(),
    })
}
