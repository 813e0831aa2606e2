//! The XML export 2.0.

use std::collections::HashMap;

use model::cve::CveId;
use model::evidence::{
    Completeness, Evidence, Finding, FindingMethod, OperatingSystem, Port, PortState, Software,
};
use model::kb::Kb;
use model::reading::{Place, ReadError};

use super::{NAME, status};
use crate::inventory::identity::{add_address, add_mac, add_name, unique_ports};
use crate::inventory::moment::printed;
use crate::inventory::notes::Notes;
use crate::inventory::platform::platform;
use crate::inventory::xml::{self, Node, Step, Xml};
use crate::inventory::{Input, Reading, kbs};

/// What a definition says.
struct Definition {
    title: String,
    severity: Option<String>,
    cves: Vec<CveId>,
    kbs: Vec<Kb>,
}

pub(super) fn read(input: &Input<'_>) -> Result<Reading, ReadError> {
    let mut notes = Notes::default();
    let text = xml::decode(input.bytes, &mut notes);
    let mut walk = Xml::new(&text);
    match walk.step() {
        Some(Step::Open(root)) if root.name == "NexposeReport" => {}
        _ => {
            return Err(ReadError::new(
                Place::Whole,
                "no Nexpose report: the root element `NexposeReport` is missing",
                "export the report again as \"XML Export 2.0\"",
            ));
        }
    }
    let mut evidence: Vec<Evidence> = Vec::new();
    let mut definitions = HashMap::new();
    let mut ends = HashMap::new();
    let mut dead = 0_usize;
    let mut exceptions = 0_usize;
    while let Some(step) = walk.step() {
        let Step::Open(node) = step else { continue };
        match node.name.as_str() {
            "scan" => {
                if let (Some(id), Some(end)) =
                    (node.attribute("id"), node.attribute("endTime").and_then(printed))
                {
                    ends.insert(id.to_owned(), end);
                }
                walk.skip();
            }
            "node" => {
                if node.attribute("status") == Some("dead") {
                    dead += 1;
                    walk.skip();
                } else if let Some(mut found) = host(&mut walk, &node, &mut exceptions, &mut notes)
                {
                    let scan = found.1.and_then(|id| ends.get(&id));
                    found.0.collected_at = scan.cloned();
                    evidence.push(found.0);
                }
            }
            "vulnerability" => {
                let node = walk.tree(node);
                if let Some(id) = node.attribute("id") {
                    definitions.insert(id.to_lowercase(), definition(&node));
                }
            }
            "scans" | "nodes" | "VulnerabilityDefinitions" => {}
            _ => walk.skip(),
        }
    }
    describe(&mut evidence, &definitions, &mut notes);
    if dead > 0 {
        notes.add_summary(format!("{dead} hosts did not answer (dead) and give no evidence"));
    }
    if exceptions > 0 {
        notes.add_summary(format!(
            "{exceptions} results are excepted by a user in Nexpose; they are shown here all the \
             same, for that changes nothing on the host"
        ));
    }
    notes.extend(walk.into_notes());
    Ok(Reading { evidence, warnings: notes.finish() })
}

/// Reads one node and the id of the scan its tests belong to.
fn host(
    walk: &mut Xml<'_>,
    tag: &Node,
    exceptions: &mut usize,
    notes: &mut Notes,
) -> Option<(Evidence, Option<String>)> {
    let mut found = Evidence { format: NAME, ..Evidence::default() };
    let mut scan = None;
    add_address(&mut found.host, tag.attribute("address").unwrap_or(""));
    add_mac(&mut found.host, tag.attribute("hardware-address").unwrap_or(""));
    found.host.tool_id = tag.attribute("device-id").map(ToOwned::to_owned);
    let mut systems = Vec::new();
    let mut depth = 1_usize;
    // How deep the endpoint is that was walked into, if one was.
    let mut endpoint_depth = None;
    while depth > 0 {
        let Some(step) = walk.step() else { break };
        let node = match step {
            Step::Close(_) => {
                if endpoint_depth == Some(depth) {
                    endpoint_depth = None;
                }
                depth -= 1;
                continue;
            }
            Step::Open(node) => node,
        };
        match node.name.as_str() {
            "name" => {
                let node = walk.tree(node);
                add_name(&mut found.host, node.content().unwrap_or(""));
            }
            "os" => {
                let node = walk.tree(node);
                systems.extend(system(&node));
            }
            "test" => {
                let node = walk.tree(node);
                if scan.is_none() {
                    scan = node.attribute("scan-id").map(ToOwned::to_owned);
                }
                test(&node, endpoint_depth.is_some(), &mut found, exceptions);
            }
            "endpoint" => {
                endpoint(&node, &mut found);
                depth += 1;
                endpoint_depth = Some(depth);
            }
            "software" => {
                let node = walk.tree(node);
                found.software.extend(node.all("fingerprint").filter_map(software));
            }
            "service" => {
                if let (Some(port), Some(name)) = (found.ports.last_mut(), node.attribute("name"))
                    && port.service.is_none()
                {
                    port.service = Some(name.to_owned());
                }
                depth += 1;
            }
            "names" | "fingerprints" | "tests" | "endpoints" | "services" => depth += 1,
            _ => walk.skip(),
        }
    }
    found.os = best(systems);
    unique_ports(&mut found.ports);
    if !found.software.is_empty() {
        found.software_completeness = Some(Completeness::Partial("what the scanner recognised"));
    }
    if found.host.is_empty() {
        notes.add(tag.place(), "a host without address and name was left out");
        return None;
    }
    Some((found, scan))
}

/// "Ubuntu Linux 20.04" out of vendor, product and version; certainty "1.00" is 100 %.
fn system(node: &Node) -> Option<OperatingSystem> {
    let product = node.attribute("product").or_else(|| node.attribute("family"))?;
    let vendor = node.attribute("vendor").filter(|vendor| !product.contains(vendor));
    let mut name = vendor.map(|v| format!("{v} ")).unwrap_or_default() + product;
    let version = node.attribute("version");
    if let Some(version) = version {
        name.push(' ');
        name.push_str(version);
    }
    let certainty: f64 = node.attribute("certainty").and_then(|c| c.parse().ok()).unwrap_or(0.0);
    #[expect(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "clamped to 0..=100"
    )]
    let percent = (certainty * 100.0).clamp(0.0, 100.0).round() as u8;
    Some(OperatingSystem {
        platform: platform(&name, None, node.attribute("arch")),
        raw_name: name,
        raw_version: version.map(ToOwned::to_owned),
        guess_percent: Some(percent),
        place: node.place(),
    })
}

/// The most certain; equally certain ones that differ are no product.
fn best(systems: Vec<OperatingSystem>) -> Option<OperatingSystem> {
    let most = systems.iter().filter_map(|os| os.guess_percent).max()?;
    let mut tied = systems.into_iter().filter(|os| os.guess_percent == Some(most));
    let mut first = tied.next()?;
    for other in tied {
        if other.platform != first.platform {
            first.platform = model::evidence::Platform::Other;
            first.raw_name = format!("{} or {}", first.raw_name, other.raw_name);
        }
    }
    Some(first)
}

fn software(node: &Node) -> Option<Software> {
    let name = node.attribute("product")?;
    Some(Software {
        name: name.to_owned(),
        version: node.attribute("version").map(ToOwned::to_owned),
        vendor: node.attribute("vendor").map(ToOwned::to_owned),
        place: node.place(),
        ..Software::default()
    })
}

fn endpoint(node: &Node, found: &mut Evidence) {
    let Some(number) = node.attribute("port").and_then(|port| port.parse::<u16>().ok()) else {
        return;
    };
    let state = match node.attribute("status") {
        Some("open") | None => PortState::Open,
        Some("closed") => PortState::Closed,
        Some("filtered") => PortState::Filtered,
        Some(_) => return,
    };
    let protocol = node.attribute("protocol").unwrap_or("tcp").to_lowercase();
    let port = Port { protocol, number, state, service: None, place: node.place() };
    found.ports.push(port);
}

fn test(node: &Node, at_endpoint: bool, found: &mut Evidence, exceptions: &mut usize) {
    let Some(id) = node.attribute("id") else { return };
    let printed_status = node.attribute("status").unwrap_or("");
    *exceptions += usize::from(printed_status.starts_with("exception"));
    let (outcome, method) = status(printed_status);
    // Only at an endpoint was it the network that was asked; a test of the node may have read the
    // host's own settings, which the report does not tell apart.
    let method = match method {
        FindingMethod::Remote if !at_endpoint => FindingMethod::NotStated,
        other => other,
    };
    found.findings.push(Finding {
        scanner: NAME,
        check: id.to_owned(),
        title: id.to_owned(),
        cves: CveId::find_all(id),
        missing_kbs: Vec::new(),
        outcome,
        method,
        severity: None,
        observed_at: None,
        place: node.place(),
    });
}

fn definition(node: &Node) -> Definition {
    let references = node.child("references");
    let of = |source: &'static str| {
        references.into_iter().flat_map(move |list| {
            list.all("reference")
                .filter(move |r| {
                    r.attribute("source").is_some_and(|s| s.eq_ignore_ascii_case(source))
                })
                .filter_map(Node::content)
        })
    };
    let id = node.attribute("id").unwrap_or("");
    let mut listed: Vec<&str> = of("CVE").collect();
    listed.push(id);
    let mut named = Vec::new();
    for text in of("MSKB") {
        if let Ok(kb) = text.parse() {
            kbs::add(&mut named, kb);
        }
    }
    Definition {
        title: node.attribute("title").unwrap_or(id).to_owned(),
        severity: node.attribute("severity").map(ToOwned::to_owned),
        cves: CveId::find_all(&listed.join(" ")),
        kbs: named,
    }
}

/// Gives findings the titles and CVEs of their definitions.
fn describe(
    evidence: &mut [Evidence],
    definitions: &HashMap<String, Definition>,
    notes: &mut Notes,
) {
    let mut undefined = 0_usize;
    for finding in evidence.iter_mut().flat_map(|found| &mut found.findings) {
        let Some(definition) = definitions.get(&finding.check.to_lowercase()) else {
            undefined += 1;
            continue;
        };
        finding.title.clone_from(&definition.title);
        finding.cves.clone_from(&definition.cves);
        finding.severity.clone_from(&definition.severity);
        // A definition names the updates for every Windows there is; a single one is meant, if the
        // check is about an update at all and does not only refer to one.
        let about_update = ["msft-", "windows-hotfix"]
            .iter()
            .any(|start| finding.check.to_lowercase().starts_with(start));
        let open = matches!(
            finding.outcome,
            model::evidence::FindingOutcome::Vulnerable
                | model::evidence::FindingOutcome::LikelyVulnerable
        );
        if open && about_update && definition.kbs.len() == 1 {
            finding.missing_kbs.clone_from(&definition.kbs);
        }
    }
    if undefined > 0 {
        notes.add_summary(format!(
            "{undefined} test results have no definition in the report: their titles and CVEs are \
             not known"
        ));
    }
}
