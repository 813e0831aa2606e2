//! Qualys reports: asset report as CSV or XML, VMDR vulnerabilities as CSV, and the detection list
//! of the API as XML.
//!
//! ```text
//! "IP","DNS","NetBIOS","OS","QID","Title","Vuln Status","Type","Severity","CVE ID","Results"
//! "192.0.2.7","ward-7","WARD-7","Windows 7 SP1","91345","SMB check","Active","Vuln","5",...
//! ```
//! Type "Vuln" is confirmed, "Practice" (also "Potential") is a possibility, "Ig" is information and
//! no finding. Status "Fixed" is Qualys' word that the flaw is gone; it is kept as "not vulnerable".

mod csv;
mod report;

use model::cve::CveId;
use model::evidence::{Evidence, Finding, FindingMethod, FindingOutcome, OperatingSystem};
use model::kb::Kb;
use model::reading::{Place, ReadError};

use crate::inventory::moment::printed;
use crate::inventory::platform::platform;
use crate::inventory::{Input, Reading, kbs, table, xml};

/// The name `--format` takes.
pub(crate) const NAME: &str = "qualys";

/// Whether a file is a Qualys report in a form that is read.
pub fn sniff(input: &Input<'_>) -> bool {
    report::sniff(input.bytes) || table::has_header(input.bytes, csv::is_header)
}

/// Reads a report in either form.
pub fn read(input: &Input<'_>) -> Result<Reading, ReadError> {
    if xml::root(input.bytes).is_some() { report::read(input) } else { csv::read(input) }
}

/// One detection, in the words of the report, whichever form it came in.
#[derive(Clone, Copy, Default)]
struct Detection<'a> {
    qid: &'a str,
    title: Option<&'a str>,
    kind: Option<&'a str>,
    status: Option<&'a str>,
    severity: Option<&'a str>,
    cves: &'a str,
    vendor_reference: &'a str,
    results: &'a str,
    threat: &'a str,
    /// By the agent on the host itself.
    by_agent: bool,
    last_found: Option<&'a str>,
    last_fixed: Option<&'a str>,
}

/// The finding that a detection is, if it is one: information is none.
fn finding(detection: &Detection<'_>, place: Place) -> Option<Finding> {
    let kind = detection.kind.unwrap_or("").to_lowercase();
    if kind.starts_with("ig") || kind.starts_with("info") {
        return None;
    }
    let fixed = detection.status.is_some_and(|s| s.eq_ignore_ascii_case("fixed"));
    let outcome = if fixed {
        FindingOutcome::NotVulnerable
    } else if kind.starts_with("practice") || kind.starts_with("potential") {
        FindingOutcome::LikelyVulnerable
    } else {
        FindingOutcome::Vulnerable
    };
    let fixed_at = detection.last_fixed.filter(|_| fixed);
    Some(Finding {
        scanner: NAME,
        check: detection.qid.to_owned(),
        title: detection.title.unwrap_or(detection.qid).to_owned(),
        cves: CveId::find_all(detection.cves),
        missing_kbs: if fixed { Vec::new() } else { missing(detection) },
        outcome,
        method: method(detection),
        severity: detection.severity.map(ToOwned::to_owned),
        observed_at: fixed_at.or(detection.last_found).and_then(printed),
        place,
    })
}

/// "KB4012212 or KB4012215 is not installed" in the results names what is missing. The vendor
/// reference names the updates for every Windows there is; a single one among them is meant.
fn missing(detection: &Detection<'_>) -> Vec<Kb> {
    let said = detection.results.to_lowercase();
    if said.contains("not installed") || said.contains("missing") {
        let found = kbs::in_text(detection.results);
        if !found.is_empty() {
            return found;
        }
    }
    let named = kbs::in_text(detection.vendor_reference);
    if named.len() == 1 { named } else { Vec::new() }
}

/// Qualys tells in the threat text how a QID looks; an agent always looks from inside.
fn method(detection: &Detection<'_>) -> FindingMethod {
    let inside = detection.threat.contains("(Authenticated)");
    let outside = detection.threat.contains("(Unauthenticated)");
    if detection.by_agent || (inside && !outside) {
        FindingMethod::Authenticated
    } else if outside && !inside {
        FindingMethod::Remote
    } else {
        FindingMethod::NotStated
    }
}

/// Takes the operating system over; from an agent it is the host's own word.
fn take_system(found: &mut Evidence, name: Option<&str>, by_agent: bool, place: Place) {
    if found.os.is_some() {
        return;
    }
    if let Some(name) = name {
        found.os = Some(OperatingSystem {
            platform: platform(name, None, None),
            raw_name: name.to_owned(),
            raw_version: None,
            guess_percent: if by_agent { None } else { Some(0) },
            place,
        });
    }
}

fn is_agent(tracking: Option<&str>) -> bool {
    tracking.is_some_and(|t| {
        let t = t.to_lowercase();
        t.contains("agent")
    })
}

/// Keeps the latest moment as the time of collection.
fn take_moment(found: &mut Evidence, finding: Option<&str>) {
    let at = finding.and_then(printed);
    if at.as_ref().map(|at| at.latest) > found.collected_at.as_ref().map(|at| at.latest) {
        found.collected_at = at;
    }
}
