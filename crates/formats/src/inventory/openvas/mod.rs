//! Greenbone (OpenVAS) reports, as XML and as CSV (report, "Download", "XML" or "CSV Results").
//!
//! ```xml
//! <report format_id="..."><report><results><result>
//!  <host>192.0.2.7<hostname>ward-7</hostname></host><port>445/tcp</port>
//!  <nvt oid="1.3.6.1.4.1.25623.1.0.810676"><name>SMB check</name>
//!   <refs><ref type="cve" id="CVE-2017-0144"/></refs></nvt>
//!  <severity>9.3</severity><qod><value>95</value><type>remote_active</type></qod>
//! </result></results></report></report>
//! ```
//! The quality of detection (QoD) says how a result came about; Greenbone documents its values in
//! "Reports and Vulnerability Management", section "Quality of Detection Concept".

mod csv;
mod report;

use model::evidence::{FindingMethod, FindingOutcome};
use model::reading::ReadError;

use crate::inventory::{Input, Reading, table, xml};

/// The name `--format` takes.
pub(crate) const NAME: &str = "openvas";

/// Whether a file is a Greenbone report in either form.
pub fn sniff(input: &Input<'_>) -> bool {
    report::sniff(input.bytes) || table::has_header(input.bytes, csv::is_header)
}

/// Reads a report in either form.
pub fn read(input: &Input<'_>) -> Result<Reading, ReadError> {
    if xml::root(input.bytes).is_some() { report::read(input) } else { csv::read(input) }
}

/// How a result came about, by the type of its QoD where printed, else by the value that stands for
/// a type: 97 is an authenticated check of packages or the registry, 95 and more a check of the
/// service itself, the rest versions and guesses.
fn method(value: Option<f64>, kind: Option<&str>) -> FindingMethod {
    match kind {
        Some("package" | "registry" | "executable_version") => FindingMethod::Authenticated,
        Some("exploit" | "remote_vul" | "remote_app" | "remote_active") => FindingMethod::Remote,
        _ => match value {
            Some(97.0) => FindingMethod::Authenticated,
            Some(value) if value >= 95.0 => FindingMethod::Remote,
            Some(_) => FindingMethod::Inferred,
            None => FindingMethod::NotStated,
        },
    }
}

/// Below 70, Greenbone's own default threshold, a result is not shown as found.
fn outcome(value: Option<f64>) -> FindingOutcome {
    match value {
        Some(value) if value < 70.0 => FindingOutcome::LikelyVulnerable,
        _ => FindingOutcome::Vulnerable,
    }
}
