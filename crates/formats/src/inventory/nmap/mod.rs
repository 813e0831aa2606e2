//! nmap XML (`nmap -sV -O --script vuln,smb-os-discovery,smb-protocols -oX scan.xml TARGETS`).
//!
//! ```xml
//! <nmaprun scanner="nmap" start="1606064907" xmloutputversion="1.05">
//!  <host endtime="1606065273"><status state="up"/>
//!   <address addr="192.0.2.7" addrtype="ipv4"/>
//!   <ports><port protocol="tcp" portid="445"><state state="open"/></port></ports>
//!   <hostscript><script id="smb-vuln-ms17-010" output="..."><table key="CVE-2017-0143">
//!    <elem key="state">VULNERABLE</elem></table></script></hostscript>
//!  </host></nmaprun>
//! ```
//! What must not be read here: `uptime`, which nmap estimates from TCP timestamps; as the time of
//! the last start it would prove pending restarts wrongly.

mod script;
mod system;

use std::collections::HashSet;
use std::ops::RangeInclusive;

use model::cpe::Cpe;
use model::evidence::{Completeness, Evidence, Port, PortState, Software};
use model::reading::{Place, ReadError, Warning};

use crate::inventory::identity::{add_address, add_mac, add_name};
use crate::inventory::moment::epoch;
use crate::inventory::notes::Notes;
use crate::inventory::xml::{self, Node, Step, Xml};
use crate::inventory::{Input, Reading};

use script::Stated;

/// The name `--format` takes.
pub(crate) const NAME: &str = "nmap";

/// Ports on which knowledge depends: of these the state is taken over even where nmap only sums
/// it up ("998 filtered ports").
const NOTABLE: [u16; 3] = [139, 445, 3389];

/// Whether a file is nmap's: its XML, or one of its text outputs (which [`read`] refuses with the
/// remedy).
pub fn sniff(input: &Input<'_>) -> bool {
    is_text_output(input.bytes) || xml::root(input.bytes).is_some_and(|root| root.name == "nmaprun")
}

/// Reads a scan.
pub fn read(input: &Input<'_>) -> Result<Reading, ReadError> {
    let remedy = "scan again with `-oX FILE`, or `-oA NAME`, which writes all forms at once";
    if is_text_output(input.bytes) {
        return Err(ReadError::new(
            Place::Line(1),
            "this is nmap's text output, which leaves out what scripts found in structured form",
            remedy,
        ));
    }
    let mut notes = Notes::default();
    let text = xml::decode(input.bytes, &mut notes);
    let mut walk = Xml::new(&text);
    match walk.step() {
        Some(Step::Open(root)) if root.name == "nmaprun" => {
            let scan =
                Scan { started: root.attribute("start").map(ToOwned::to_owned), ..Scan::default() };
            let (evidence, scan) = hosts(&mut walk, scan);
            notes.extend(scan.notes);
            if scan.down > 0 {
                notes.add_summary(format!(
                    "{} hosts did not answer (down) and give no evidence",
                    scan.down
                ));
            }
            if scan.unclear > 0 {
                notes.add_summary(format!(
                    "{} port states that leave open whether the port answers (\"open|filtered\", \
                     \"unfiltered\") were left out",
                    scan.unclear
                ));
            }
            notes.extend(walk.into_notes());
            Ok(Reading { evidence, warnings: notes.finish() })
        }
        _ => {
            notes.extend(walk.into_notes());
            let place = notes.finish().first().map_or(Place::Whole, |w: &Warning| w.place.clone());
            Err(ReadError::new(place, "no nmap XML: the root element `nmaprun` is missing", remedy))
        }
    }
}

fn is_text_output(bytes: &[u8]) -> bool {
    let head = bytes.get(..200).unwrap_or(bytes);
    let head = String::from_utf8_lossy(head);
    let head = head.trim_start_matches('\u{feff}').trim_start();
    (head.starts_with("# Nmap ") || head.starts_with("Starting Nmap ")) && !head.contains("<?xml")
}

/// What holds for the whole scan.
#[derive(Default)]
struct Scan {
    started: Option<String>,
    /// TCP ports that were scanned.
    scanned: Vec<RangeInclusive<u16>>,
    down: usize,
    unclear: usize,
    notes: Notes,
}

fn hosts(walk: &mut Xml<'_>, mut scan: Scan) -> (Vec<Evidence>, Scan) {
    let mut evidence = Vec::new();
    while let Some(step) = walk.step() {
        let Step::Open(node) = step else { continue };
        match node.name.as_str() {
            "host" => {
                let line = node.line;
                if let Some(found) = host(walk, &node, &mut scan) {
                    if found.host.is_empty() {
                        scan.notes.add(
                            Place::Line(line),
                            "a host without address and name was left out: nothing says which it is",
                        );
                    } else {
                        evidence.push(found);
                    }
                }
            }
            "scaninfo" => {
                if node.attribute("protocol") == Some("tcp") {
                    scan.scanned.extend(ranges(node.attribute("services").unwrap_or("")));
                }
                walk.skip();
            }
            "finished" => {
                if let Some("error") = node.attribute("exit") {
                    let why = node.attribute("errormsg").unwrap_or("no reason given");
                    scan.notes.add(
                        node.place(),
                        format!("nmap ended with an error ({why}): hosts may be missing"),
                    );
                }
                walk.skip();
            }
            // Entered for `finished`.
            "runstats" => {}
            _ => walk.skip(),
        }
    }
    (evidence, scan)
}

/// "1,3-4,445" as ranges.
fn ranges(services: &str) -> impl Iterator<Item = RangeInclusive<u16>> {
    services.split(',').filter_map(|part| {
        let (from, to) = part.split_once('-').unwrap_or((part, part));
        Some(from.trim().parse().ok()?..=to.trim().parse().ok()?)
    })
}

/// Reads one host; `None` if it was down.
fn host(walk: &mut Xml<'_>, tag: &Node, scan: &mut Scan) -> Option<Evidence> {
    let mut found = Evidence {
        format: NAME,
        collected_at: tag
            .attribute("endtime")
            .or_else(|| tag.attribute("starttime"))
            .or(scan.started.as_deref())
            .and_then(epoch),
        ..Evidence::default()
    };
    let mut down = false;
    let mut stated = Stated::default();
    let mut guesses = Vec::new();
    let mut resolved_names = Vec::new();
    let mut rest: Vec<(PortState, u32)> = Vec::new();
    let mut depth = 1_usize;
    while depth > 0 {
        let Some(step) = walk.step() else { break };
        let node = match step {
            Step::Close(_) => {
                depth -= 1;
                continue;
            }
            Step::Open(node) => node,
        };
        match node.name.as_str() {
            "status" => {
                down = node.attribute("state") == Some("down");
                walk.skip();
            }
            "address" => {
                if let Some(address) = node.attribute("addr") {
                    match node.attribute("addrtype") {
                        Some("mac") => add_mac(&mut found.host, address),
                        _ => add_address(&mut found.host, address),
                    }
                }
                walk.skip();
            }
            "hostname" => {
                if let Some(name) = node.attribute("name") {
                    if node.attribute("type") == Some("user") {
                        add_name(&mut found.host, name);
                    } else {
                        resolved_names.push(name.to_owned());
                    }
                }
                walk.skip();
            }
            "extraports" => {
                if let Some(state) = node.attribute("state").and_then(port_state) {
                    rest.push((state, node.line));
                } else {
                    scan.unclear += 1;
                    // Which of several groups a port is in is not said.
                    rest.extend([(PortState::Filtered, 0), (PortState::Closed, 0)]);
                }
                walk.skip();
            }
            "port" => {
                let node = walk.tree(node);
                port(&node, &mut found, &mut stated, scan);
            }
            "script" => {
                let node = walk.tree(node);
                script::read(&node, &mut found, &mut stated);
            }
            "os" => {
                let node = walk.tree(node);
                guesses.extend(system::guesses(&node));
            }
            "ports" | "hostnames" | "hostscript" => depth += 1,
            _ => walk.skip(),
        }
    }
    if down {
        scan.down += 1;
        return None;
    }
    for name in stated.names.iter().chain(&resolved_names) {
        add_name(&mut found.host, name);
    }
    summed_up_ports(&mut found, &rest, &scan.scanned);
    found.os = system::decide(&stated, &guesses, &found, &mut scan.notes);
    // One program may serve several ports.
    let mut seen = HashSet::new();
    found.software.retain(|one| seen.insert((one.name.clone(), one.version.clone())));
    if !found.software.is_empty() {
        found.software_completeness =
            Some(Completeness::Partial("only network services that gave their version away"));
    }
    Some(found)
}

const fn port_state(printed: &str) -> Option<PortState> {
    match printed.as_bytes() {
        b"open" => Some(PortState::Open),
        b"closed" => Some(PortState::Closed),
        b"filtered" => Some(PortState::Filtered),
        _ => None,
    }
}

/// Where all ports that are not listed share one state, the notable ones among them have it.
fn summed_up_ports(
    found: &mut Evidence,
    rest: &[(PortState, u32)],
    scanned: &[RangeInclusive<u16>],
) {
    let [(state, line)] = rest else { return };
    for number in NOTABLE {
        let listed = found.ports.iter().any(|p| p.protocol == "tcp" && p.number == number);
        if !listed && scanned.iter().any(|range| range.contains(&number)) {
            found.ports.push(Port {
                protocol: "tcp".to_owned(),
                number,
                state: *state,
                service: None,
                place: Place::Line(*line),
            });
        }
    }
}

fn port(node: &Node, found: &mut Evidence, stated: &mut Stated, scan: &mut Scan) {
    let Some(number) = node.attribute("portid").and_then(|id| id.parse::<u16>().ok()) else {
        scan.notes.add(node.place(), "a port without a valid number was left out");
        return;
    };
    let state = node.child("state").and_then(|state| state.attribute("state")).unwrap_or("");
    let service = node.child("service");
    match port_state(state) {
        Some(state) => found.ports.push(Port {
            protocol: node.attribute("protocol").unwrap_or("tcp").to_owned(),
            number,
            state,
            service: service.and_then(service_text),
            place: node.place(),
        }),
        None => scan.unclear += 1,
    }
    found.software.extend(service.and_then(service_software));
    for script in node.all("script") {
        script::read(script, found, stated);
    }
}

/// Name, product, version and remark as nmap's own table prints them.
fn service_text(service: &Node) -> Option<String> {
    let mut text = service.attribute("name")?.to_owned();
    for part in ["product", "version"] {
        if let Some(value) = service.attribute(part) {
            text.push(' ');
            text.push_str(value);
        }
    }
    if let Some(remark) = service.attribute("extrainfo") {
        text.push_str(" (");
        text.push_str(remark);
        text.push(')');
    }
    Some(text)
}

/// A service that gave product and version away. Only probed ones: by port number alone nmap
/// prints what usually runs there.
fn service_software(service: &Node) -> Option<Software> {
    if service.attribute("method") != Some("probed") {
        return None;
    }
    let version = service.attribute("version")?;
    Some(Software {
        name: service.attribute("product")?.to_owned(),
        version: Some(version.to_owned()),
        cpes: service
            .all("cpe")
            .filter_map(Node::content)
            .filter(|cpe| cpe.starts_with("cpe:/a") || cpe.starts_with("cpe:/h"))
            .filter_map(|cpe| Cpe::parse(cpe).ok())
            .collect(),
        place: service.place(),
        ..Software::default()
    })
}
