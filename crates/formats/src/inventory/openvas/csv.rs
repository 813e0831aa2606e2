//! The CSV form ("CSV Results"), one row per result:
//!
//! ```text
//! IP,Hostname,Port,Port Protocol,CVSS,Severity,QoD,Solution Type,NVT Name,...,CVEs,...
//! 192.0.2.7,ward-7,445,tcp,9.3,High,95,"VendorFix","SMB check",...,"CVE-2017-0144",...
//! ```

use model::cve::CveId;
use model::evidence::{Finding, FindingMethod, FindingOutcome, Port, PortState};
use model::reading::{Place, ReadError};

use super::{NAME, method, outcome};
use crate::inventory::identity::{add_address, add_name};
use crate::inventory::moment::printed;
use crate::inventory::notes::Notes;
use crate::inventory::roster::Roster;
use crate::inventory::table::{self, Header};
use crate::inventory::{Input, Reading, kbs};
use crate::text;

pub(super) fn is_header(header: &Header) -> bool {
    ["ip", "qod", "nvt name", "nvt oid"].iter().all(|name| header.has(name))
}

pub(super) fn read(input: &Input<'_>) -> Result<Reading, ReadError> {
    let text = text::decode(input.bytes);
    let Some(header) = table::find(&text.content, None, is_header) else {
        return Err(ReadError::new(
            Place::Whole,
            "no Greenbone CSV: a header with `IP`, `QoD`, `NVT Name` and `NVT OID` is missing",
            "download the report again as \"CSV Results\"",
        ));
    };
    let mut notes = Notes::default();
    let mut roster = Roster::default();
    let mut overridden = 0_usize;
    table::rows(&text.content, &header, &mut notes, |row, notes| {
        let Some(address) = row.first(&["ip", "hostname"]) else {
            notes.add(row.place(), "a result without address and host name was left out");
            return;
        };
        let (found, _) = roster.host(address.to_owned(), NAME);
        add_address(&mut found.host, row.get("ip").unwrap_or(""));
        add_name(&mut found.host, row.get("hostname").unwrap_or(""));
        let at = row.get("timestamp").and_then(printed);
        if at.as_ref().map(|at| at.latest) > found.collected_at.as_ref().map(|at| at.latest) {
            found.collected_at.clone_from(&at);
        }
        let protocol = row.get("port protocol").unwrap_or("");
        if let Some(number) = row.get("port").and_then(|port| port.parse::<u16>().ok())
            && matches!(protocol, "tcp" | "udp")
        {
            let protocol = protocol.to_owned();
            let place = row.place();
            let port = Port { protocol, number, state: PortState::Open, service: None, place };
            found.ports.push(port);
        }
        let score: Option<f64> = row.get("cvss").and_then(|score| score.parse().ok());
        let severity = row.get("severity").unwrap_or("");
        let false_positive = severity == "False Positive" || score == Some(-1.0);
        if !false_positive && (severity == "Log" || score.is_some_and(|score| score <= 0.0)) {
            return;
        }
        overridden += usize::from(false_positive);
        let value: Option<f64> = row.get("qod").and_then(|value| value.parse().ok());
        let check = row.get("nvt oid").unwrap_or("");
        let title = row.get("nvt name").unwrap_or(check);
        found.findings.push(Finding {
            scanner: NAME,
            check: check.to_owned(),
            title: title.to_owned(),
            cves: CveId::find_all(row.get("cves").unwrap_or(check)),
            missing_kbs: kbs::in_text(title),
            outcome: if false_positive { FindingOutcome::Inconclusive } else { outcome(value) },
            // A result whose check is itself a CVE was looked up by version.
            method: if check.starts_with("CVE-") {
                FindingMethod::Inferred
            } else {
                method(value, None)
            },
            severity: match row.get("cvss") {
                Some(score) => Some(format!("{severity} {score}").trim().to_owned()),
                None => (!severity.is_empty()).then(|| severity.to_owned()),
            },
            observed_at: at,
            place: row.place(),
        });
    });
    if overridden > 0 {
        notes.add_summary(format!(
            "{overridden} results were set to \"false positive\" by a user; they count as \
             inconclusive, not as proof"
        ));
    }
    Ok(Reading { evidence: roster.into_evidence(), warnings: notes.finish() })
}
