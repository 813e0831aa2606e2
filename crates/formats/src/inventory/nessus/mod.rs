//! Nessus reports, `NessusClientData_v2` (scan, "Export", "Nessus"; Tenable.sc writes the same).
//!
//! ```xml
//! <NessusClientData_v2><Report name="Wards"><ReportHost name="192.0.2.7">
//!  <HostProperties><tag name="Credentialed_Scan">true</tag></HostProperties>
//!  <ReportItem port="445" protocol="tcp" pluginID="97737" pluginName="MS17-010" severity="4">
//!   <cve>CVE-2017-0144</cve></ReportItem>
//! </ReportHost></Report></NessusClientData_v2>
//! ```
//! Items of severity 0 are information, not findings; some of them are lists of what is installed
//! (see [`plugin`]). A plugin that is absent from a report proves nothing: it may not have run.

mod plugin;

use model::cpe::Cpe;
use model::cve::CveId;
use model::evidence::{
    Completeness, DateTimeReading, Evidence, Finding, FindingMethod, FindingOutcome,
    OperatingSystem, Port, PortState, Software,
};
use model::reading::{Place, ReadError};

use crate::inventory::identity::{add_address, add_mac, add_name, unique_ports};
use crate::inventory::moment::{epoch, printed};
use crate::inventory::notes::Notes;
use crate::inventory::platform::platform;
use crate::inventory::xml::{self, Node, Step, Xml};
use crate::inventory::{Input, Reading, kbs};

/// The name `--format` takes.
pub(crate) const NAME: &str = "nessus";

/// Whether a file is a Nessus report of the second form.
pub fn sniff(input: &Input<'_>) -> bool {
    xml::root(input.bytes).is_some_and(|root| root.name == "NessusClientData_v2")
}

/// Reads a report.
pub fn read(input: &Input<'_>) -> Result<Reading, ReadError> {
    let mut notes = Notes::default();
    let text = xml::decode(input.bytes, &mut notes);
    let mut walk = Xml::new(&text);
    let mut evidence = Vec::new();
    let mut policy_items = 0_usize;
    match walk.step() {
        Some(Step::Open(root)) if root.name == "NessusClientData_v2" => {}
        _ => {
            return Err(ReadError::new(
                Place::Whole,
                "no Nessus report: the root element `NessusClientData_v2` is missing",
                "export the scan again in the format \"Nessus\"",
            ));
        }
    }
    while let Some(step) = walk.step() {
        let Step::Open(node) = step else { continue };
        match node.name.as_str() {
            "Report" => {}
            "ReportHost" => evidence.push(host(&mut walk, &node, &mut notes, &mut policy_items)),
            _ => walk.skip(),
        }
    }
    if policy_items > 0 {
        notes.add_summary(format!(
            "{policy_items} results of compliance audits were left out: they judge settings, not flaws"
        ));
    }
    notes.extend(walk.into_notes());
    Ok(Reading { evidence, warnings: notes.finish() })
}

/// What the properties say beside what goes into the evidence.
#[derive(Default)]
struct Properties {
    /// Whether the scanner logged in; `None` if the report does not say.
    credentialed: Option<bool>,
}

fn host(walk: &mut Xml<'_>, tag: &Node, notes: &mut Notes, policy_items: &mut usize) -> Evidence {
    let mut found = Evidence { format: NAME, ..Evidence::default() };
    let mut about = Properties::default();
    while let Some(step) = walk.step() {
        let node = match step {
            Step::Close(_) => break,
            Step::Open(node) => walk.tree(node),
        };
        match node.name.as_str() {
            "HostProperties" => about = properties(&node, &mut found),
            "ReportItem" => {
                if node.child("compliance").is_some() || node.child("compliance-result").is_some() {
                    *policy_items += 1;
                } else {
                    item(&node, &about, &mut found, notes);
                }
            }
            _ => {}
        }
    }
    unique_ports(&mut found.ports);
    // The report's own name for the host is what was typed as target.
    if let Some(name) = tag.attribute("name") {
        if name.parse::<std::net::IpAddr>().is_ok() {
            add_address(&mut found.host, name);
        } else {
            add_name(&mut found.host, name);
        }
    }
    if !found.software.is_empty() && found.software_completeness.is_none() {
        found.software_completeness =
            Some(Completeness::Partial("only what the scanner recognised from the network"));
    }
    if about.credentialed == Some(false) {
        let label = found.host.label().unwrap_or("a host").to_owned();
        notes.add(
            tag.place(),
            format!("{label} was scanned without logging in: what is installed was not read"),
        );
    }
    found
}

fn properties(node: &Node, found: &mut Evidence) -> Properties {
    let mut about = Properties::default();
    let value = |name: &str| {
        node.all("tag").find(|tag| tag.attribute("name") == Some(name)).and_then(Node::content)
    };
    about.credentialed = value("Credentialed_Scan").map(|v| v.eq_ignore_ascii_case("true"));
    // `host-fqdn` is what was asked for or resolved; `netbios-name` the host's own word.
    for name in ["hostname", "host-fqdn", "netbios-name", "host-rdns"] {
        add_name(&mut found.host, value(name).unwrap_or(""));
    }
    add_address(&mut found.host, value("host-ip").unwrap_or(""));
    for address in value("mac-address").unwrap_or("").split_whitespace() {
        add_mac(&mut found.host, address);
    }
    found.host.tool_id = value("host-uuid").map(ToOwned::to_owned);
    found.collected_at = collected(&value);
    if let Some(tag) = node.all("tag").find(|tag| tag.attribute("name") == Some("operating-system"))
        && let Some(name) = tag.content()
    {
        found.os = Some(OperatingSystem {
            platform: platform(name, None, None),
            raw_name: name.to_owned(),
            raw_version: None,
            guess_percent: if about.credentialed == Some(true) {
                None
            } else {
                let percent = value("operating-system-conf").and_then(|c| c.parse::<u8>().ok());
                Some(percent.unwrap_or(0).min(100))
            },
            place: tag.place(),
        });
    }
    for tag in node.all("tag") {
        let Some(name) = tag.attribute("name") else { continue };
        if (name == "cpe" || name.starts_with("cpe-"))
            && let Some(software) = tag.content().and_then(|text| product(text, tag))
            && !found.software.iter().any(|known| known.cpes == software.cpes)
        {
            found.software.push(software);
        }
    }
    about
}

fn collected<'a>(value: &impl Fn(&str) -> Option<&'a str>) -> Option<DateTimeReading> {
    value("HOST_END_TIMESTAMP")
        .and_then(epoch)
        .or_else(|| value("HOST_END").and_then(printed))
        .or_else(|| value("HOST_START_TIMESTAMP").and_then(epoch))
        .or_else(|| value("HOST_START").and_then(printed))
}

/// "cpe:/a:php:php:5.1.6 -> PHP PHP": an application with its version.
fn product(text: &str, tag: &Node) -> Option<Software> {
    let (cpe, title) = match text.split_once("->") {
        Some((cpe, title)) => (cpe.trim(), Some(title.trim())),
        None => (text.trim(), None),
    };
    let mut parts = cpe.strip_prefix("cpe:/a:")?.split(':');
    let (vendor, name, version) = (parts.next()?, parts.next()?, parts.next()?);
    if version.is_empty() || version == "-" {
        return None;
    }
    Some(Software {
        name: title.unwrap_or(name).to_owned(),
        version: Some(version.to_owned()),
        vendor: Some(vendor.to_owned()),
        cpes: Cpe::parse(cpe).into_iter().collect(),
        place: tag.place(),
        ..Software::default()
    })
}

fn item(node: &Node, about: &Properties, found: &mut Evidence, notes: &mut Notes) {
    let Some(id) = node.attribute("pluginID") else {
        notes.add(node.place(), "a report item without plugin number was left out");
        return;
    };
    let protocol = node.attribute("protocol").unwrap_or("");
    if let Some(number) = node.attribute("port").and_then(|p| p.parse::<u16>().ok())
        && number > 0
        && matches!(protocol, "tcp" | "udp")
    {
        let service = node.attribute("svc_name").filter(|s| *s != "general" && *s != "unknown");
        found.ports.push(Port {
            protocol: protocol.to_owned(),
            number,
            state: PortState::Open,
            service: service.map(|s| s.trim_end_matches('?').to_owned()),
            place: node.place(),
        });
    }
    let output = node.child_text("plugin_output").unwrap_or("");
    plugin::read(id, output, node.line, found);
    let severity = node.attribute("severity").unwrap_or("0");
    if severity == "0" {
        return;
    }
    let mut cves = Vec::new();
    for text in node.all("cve").filter_map(Node::content) {
        for cve in CveId::find_all(text) {
            if !cves.contains(&cve) {
                cves.push(cve);
            }
        }
    }
    found.findings.push(Finding {
        scanner: NAME,
        check: id.to_owned(),
        title: node.attribute("pluginName").unwrap_or(id).to_owned(),
        cves,
        missing_kbs: missing(output),
        outcome: FindingOutcome::Vulnerable,
        method: method(node, about),
        severity: Some(node.child_text("risk_factor").unwrap_or(severity).to_owned()),
        observed_at: None,
        place: node.place(),
    });
}

/// How a plugin came to its result: `plugin_type` says where it looked, the description says when
/// it went by a version alone.
fn method(node: &Node, about: &Properties) -> FindingMethod {
    let text = |part: &str| {
        let text = node.child_text(part).unwrap_or("");
        text.split_whitespace().collect::<Vec<_>>().join(" ").to_lowercase()
    };
    let description = text("description");
    let output = text("plugin_output");
    let by_version = description.contains("self-reported version")
        || description.contains("according to its banner")
        || description.contains("according to its version")
        || (output.contains("installed version :") && output.contains("fixed version :"));
    match node.child_text("plugin_type") {
        Some("local") => FindingMethod::Authenticated,
        Some("combined") if about.credentialed == Some(true) => FindingMethod::Authenticated,
        Some("remote" | "combined") if by_version => FindingMethod::Inferred,
        Some("remote" | "combined") => FindingMethod::Remote,
        _ if by_version => FindingMethod::Inferred,
        _ => FindingMethod::NotStated,
    }
}

/// The updates an output names as missing:
///
/// ```text
/// The remote host is missing one of the following rollup KBs :
///   - 4012215
///   KB : 4012212
/// ```
fn missing(output: &str) -> Vec<model::kb::Kb> {
    if !output.to_lowercase().contains("missing") && !output.contains("KB :") {
        return Vec::new();
    }
    let mut found = Vec::new();
    for line in output.lines().map(str::trim) {
        let bare = line.strip_prefix("- ").unwrap_or(line);
        let bare = bare.strip_prefix("KB :").unwrap_or(bare).trim();
        if (6..=7).contains(&bare.len())
            && bare.bytes().all(|b| b.is_ascii_digit())
            && let Ok(kb) = bare.parse()
        {
            kbs::add(&mut found, kb);
        }
        for kb in kbs::in_text(line) {
            kbs::add(&mut found, kb);
        }
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn missing_updates_are_read_from_rollup_and_file_reports() {
        let output = "\nThe remote host is missing one of the following rollup KBs :\n  - 4012212\n  \
                      - 4012215\n  - C:\\Windows\\System32\\drivers\\srv.sys has not been patched.\n    \
                      Remote version : 6.1.7601.17514\n";
        let numbers: Vec<u32> = missing(output).iter().map(|kb| kb.number()).collect();
        assert_eq!(numbers, [4_012_212, 4_012_215]);
        assert!(missing("The version is 4012212").is_empty());
    }
}
