//! The XML form, of GMP 7 to 22: reports inside reports, responses around them.

use model::cve::CveId;
use model::evidence::{
    Completeness, Evidence, Finding, FindingMethod, FindingOutcome, OperatingSystem, Port,
    PortState, Software,
};
use model::reading::{Place, ReadError};

use super::{NAME, method, outcome};
use crate::inventory::identity::{add_address, add_mac, add_name};
use crate::inventory::moment::printed;
use crate::inventory::notes::Notes;
use crate::inventory::platform::platform;
use crate::inventory::roster::Roster;
use crate::inventory::xml::{self, Node, Step, Xml};
use crate::inventory::{Input, Reading, kbs};

pub(super) fn sniff(bytes: &[u8]) -> bool {
    let Some(root) = xml::root(bytes) else { return false };
    match root.name.as_str() {
        "get_reports_response" => true,
        "report" => {
            root.attribute("format_id").is_some() || root.attribute("content_type").is_some() || {
                let head = String::from_utf8_lossy(bytes.get(..4096).unwrap_or(bytes));
                ["<gmp>", "<omp>", "<scan_run_status>", "<nvt oid="]
                    .iter()
                    .any(|w| head.contains(w))
            }
        }
        _ => false,
    }
}

/// What is counted over the whole report.
#[derive(Default)]
struct Counts {
    overridden: usize,
    errors: usize,
}

pub(super) fn read(input: &Input<'_>) -> Result<Reading, ReadError> {
    if !sniff(input.bytes) {
        return Err(ReadError::new(
            Place::Whole,
            "no Greenbone report: the root element is not `report`",
            "download the report again as \"XML\" or \"CSV Results\"",
        ));
    }
    let mut notes = Notes::default();
    let text = xml::decode(input.bytes, &mut notes);
    let mut walk = Xml::new(&text);
    let mut roster = Roster::default();
    let mut counts = Counts::default();
    let mut scan_end = None;
    while let Some(step) = walk.step() {
        let Step::Open(node) = step else { continue };
        match node.name.as_str() {
            "result" => {
                let node = walk.tree(node);
                result(&node, &mut roster, &mut counts, &mut notes);
            }
            // Of the report itself; those inside results and ports are read with them.
            "host" => {
                let node = walk.tree(node);
                host(&node, &mut roster);
            }
            "ports" => {
                let node = walk.tree(node);
                ports(&node, &mut roster);
            }
            "error" => {
                counts.errors += 1;
                walk.skip();
            }
            "scan_end" | "scan_start" => {
                let node = walk.tree(node);
                // The end comes after the start and replaces it.
                scan_end = node.content().and_then(printed).or(scan_end);
            }
            "report" | "results" | "get_reports_response" | "errors" => {}
            _ => walk.skip(),
        }
    }
    if counts.overridden > 0 {
        notes.add_summary(format!(
            "{} results were set to \"false positive\" by a user; they count as inconclusive, not \
             as proof",
            counts.overridden
        ));
    }
    if counts.errors > 0 {
        notes.add_summary(format!(
            "{} checks ended in an error; of those nothing is known",
            counts.errors
        ));
    }
    let mut evidence = roster.into_evidence();
    for found in &mut evidence {
        if found.collected_at.is_none() {
            found.collected_at.clone_from(&scan_end);
        }
        if !found.software.is_empty() {
            found.software_completeness =
                Some(Completeness::Partial("only what the scanner recognised"));
        }
    }
    notes.extend(walk.into_notes());
    Ok(Reading { evidence, warnings: notes.finish() })
}

/// The evidence of an address, as printed: reports also hold what is no valid address.
fn evidence<'r>(roster: &'r mut Roster, address: &str) -> &'r mut Evidence {
    let (found, is_new) = roster.host(address.to_owned(), NAME);
    if is_new {
        if address.contains(|c: char| c.is_ascii_alphabetic()) && !address.contains(':') {
            add_name(&mut found.host, address);
        } else {
            add_address(&mut found.host, address);
        }
    }
    found
}

fn result(node: &Node, roster: &mut Roster, counts: &mut Counts, notes: &mut Notes) {
    let Some(host) = node.child("host") else {
        notes.add(node.place(), "a result without host was left out");
        return;
    };
    let Some(address) = host.content().or_else(|| host.child_text("ip")) else {
        notes.add(node.place(), "a result without host address was left out");
        return;
    };
    let found = evidence(roster, address);
    add_name(&mut found.host, host.child_text("hostname").unwrap_or(""));
    if let Some(port) = node.child_text("port") {
        take_port(port, node.place(), found);
    }
    let severity: Option<f64> = node.child_text("severity").and_then(|s| s.parse().ok());
    let threat = node.child_text("threat").unwrap_or("");
    let false_positive = threat == "False Positive" || severity == Some(-1.0);
    // 0.0 is a log message, -2 and -3 are debug and error messages.
    if !false_positive
        && (severity.is_some_and(|s| s <= 0.0) || matches!(threat, "Log" | "Debug" | "Error"))
    {
        return;
    }
    let nvt = node.child("nvt");
    let check = nvt.and_then(|nvt| nvt.attribute("oid")).unwrap_or("");
    let title = nvt
        .and_then(|nvt| nvt.child_text("name"))
        .or_else(|| node.child_text("name"))
        .unwrap_or(check);
    let value: Option<f64> =
        node.child("qod").and_then(|qod| qod.child_text("value")).and_then(|v| v.parse().ok());
    let kind = node.child("qod").and_then(|qod| qod.child_text("type"));
    let by_list = nvt.and_then(|nvt| nvt.child_text("type")) == Some("cve");
    if false_positive {
        counts.overridden += 1;
    }
    found.findings.push(Finding {
        scanner: NAME,
        check: check.to_owned(),
        title: title.split_whitespace().collect::<Vec<_>>().join(" "),
        cves: nvt.map(cves).unwrap_or_default(),
        missing_kbs: kbs::in_text(title),
        outcome: if false_positive { FindingOutcome::Inconclusive } else { outcome(value) },
        method: if by_list { FindingMethod::Inferred } else { method(value, kind) },
        severity: match (severity, threat) {
            (_, "False Positive") => Some(threat.to_owned()),
            (Some(severity), "") => Some(format!("{severity:.1}")),
            (Some(severity), threat) => Some(format!("{threat} {severity:.1}")),
            (None, "") => None,
            (None, threat) => Some(threat.to_owned()),
        },
        observed_at: node.child_text("creation_time").and_then(printed),
        place: node.place(),
    });
}

/// References of GMP 9 and later, the `cve` element before, and the CVE scanner's own ids.
fn cves(nvt: &Node) -> Vec<CveId> {
    let mut texts: Vec<&str> = nvt.attribute("oid").into_iter().collect();
    texts.extend(nvt.child_text("cve"));
    if let Some(refs) = nvt.child("refs") {
        texts.extend(
            refs.all("ref")
                .filter(|r| r.attribute("type").is_some_and(|t| t.eq_ignore_ascii_case("cve")))
                .filter_map(|r| r.attribute("id")),
        );
    }
    CveId::find_all(&texts.join(" "))
}

/// "445/tcp"; "general/tcp" is no port.
fn take_port(text: &str, place: Place, found: &mut Evidence) {
    // Older versions print "microsoft-ds (445/tcp)".
    let (service, text) = match text.split_once('(') {
        Some((service, rest)) => (Some(service.trim()), rest.trim_end_matches(')')),
        None => (None, text),
    };
    let Some((number, protocol)) = text.trim().split_once('/') else { return };
    if let Ok(number) = number.parse::<u16>()
        && number > 0
        && matches!(protocol, "tcp" | "udp")
    {
        let service = service.filter(|s| !s.is_empty()).map(ToOwned::to_owned);
        let protocol = protocol.to_owned();
        found.ports.push(Port { protocol, number, state: PortState::Open, service, place });
    }
}

fn ports(node: &Node, roster: &mut Roster) {
    for port in node.all("port") {
        if let (Some(text), Some(address)) = (port.content(), port.child_text("host")) {
            take_port(text, port.place(), evidence(roster, address));
        }
    }
}

/// A host's own section: addresses, times and details of many kinds.
fn host(node: &Node, roster: &mut Roster) {
    let Some(address) = node.child_text("ip").or_else(|| node.content()) else { return };
    let found = evidence(roster, address);
    found.collected_at = node
        .child_text("end")
        .and_then(printed)
        .or_else(|| node.child_text("start").and_then(printed))
        .or(found.collected_at.take());
    let mut logged_in = false;
    let mut os: Option<(&str, &Node)> = None;
    for detail in node.all("detail") {
        let (Some(name), Some(value)) = (detail.child_text("name"), detail.child_text("value"))
        else {
            continue;
        };
        match name {
            "hostname" => add_name(&mut found.host, value),
            "MAC" => add_mac(&mut found.host, value),
            "best_os_txt" => os = Some((value, detail)),
            "OS" if os.is_none() && !value.starts_with("cpe:") => os = Some((value, detail)),
            "Auth-SMB-Success" | "Auth-SSH-Success" => logged_in = true,
            "App" => found.software.extend(application(value, detail)),
            _ => {}
        }
    }
    if let Some((name, detail)) = os {
        found.os = Some(OperatingSystem {
            platform: platform(name, None, None),
            raw_name: name.to_owned(),
            raw_version: None,
            // How sure the scanner is it does not say.
            guess_percent: if logged_in { None } else { Some(0) },
            place: detail.place(),
        });
    }
}

/// "cpe:/a:openbsd:openssh:7.4"; without a version it says too little.
fn application(cpe: &str, detail: &Node) -> Option<Software> {
    let mut parts = cpe.strip_prefix("cpe:/a:")?.split(':');
    let (vendor, name, version) = (parts.next()?, parts.next()?, parts.next()?);
    (!version.is_empty()).then(|| Software {
        name: name.to_owned(),
        version: Some(version.to_owned()),
        vendor: Some(vendor.to_owned()),
        cpes: model::cpe::Cpe::parse(cpe).into_iter().collect(),
        place: detail.place(),
        ..Software::default()
    })
}
