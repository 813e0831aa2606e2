//! Nexpose / InsightVM reports: "XML Export 2.0", and CSV exports with their usual columns.
//!
//! ```xml
//! <NexposeReport version="2.0"><nodes>
//!  <node address="192.0.2.7" status="alive" device-id="7"><names><name>ward-7</name></names>
//!   <tests><test id="msft-cve-2017-0144" status="vulnerable-exploited"/></tests></node></nodes>
//!  <VulnerabilityDefinitions><vulnerability id="msft-cve-2017-0144" title="SMB" severity="9">
//!   <references><reference source="CVE">CVE-2017-0144</reference></references>
//!  </vulnerability></VulnerabilityDefinitions></NexposeReport>
//! ```
//! Definitions follow the nodes that refer to them. A test that could not run is kept as
//! inconclusive; a test that is absent proves nothing.

mod csv;
mod report;

use model::evidence::{FindingMethod, FindingOutcome};
use model::reading::ReadError;

use crate::inventory::{Input, Reading, table, xml};

/// The name `--format` takes.
pub(crate) const NAME: &str = "nexpose";

/// Whether a file is a Nexpose report in a form that is read.
pub fn sniff(input: &Input<'_>) -> bool {
    xml::root(input.bytes).is_some_and(|root| root.name == "NexposeReport")
        || table::has_header(input.bytes, csv::is_header)
}

/// Reads a report in either form.
pub fn read(input: &Input<'_>) -> Result<Reading, ReadError> {
    if xml::root(input.bytes).is_some() { report::read(input) } else { csv::read(input) }
}

/// A test's status, as the XML export 2.0 names it and as the two letters of CSV exports
/// ("vulnerable, exploited" is `ve`).
fn status(printed: &str) -> (FindingOutcome, FindingMethod) {
    use FindingMethod as M;
    use FindingOutcome as O;
    let printed = printed.trim().to_lowercase();
    match printed.as_str() {
        "vulnerable-exploited" | "exception-vulnerable-exploited" | "ve" | "ee" | "eve" => {
            (O::Vulnerable, M::Remote)
        }
        "vulnerable-version" | "exception-vulnerable-version" | "vv" | "ev" | "evv" => {
            (O::Vulnerable, M::Inferred)
        }
        "vulnerable-potential"
        | "potential"
        | "exception-vulnerable-potential"
        | "vp"
        | "ep"
        | "evp" => (O::LikelyVulnerable, M::Inferred),
        "not-vulnerable" | "nv" => (O::NotVulnerable, M::NotStated),
        "not-vulnerable-version" | "ov" => (O::NotVulnerable, M::Inferred),
        // error, no-tests, no-credentials, skipped-*, overridden, unknown, ...
        _ => (O::Inconclusive, M::NotStated),
    }
}
