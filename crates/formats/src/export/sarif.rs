//! The report as SARIF 2.1.0 (OASIS, errata 01): a rule for each advisory, a result for each line
//! that is open.
//!
//! affected: level `error`; unknown: `warning`; mitigated: `note`. All are of the kind `fail`, the
//! only one that may have such a level (section 3.27.10): the kind `open` would say "unknown"
//! better, but demands the level `none`, which tools hide, and an unknown must not be hidden.
//! Lines that are fixed or not affected have no result.

use std::collections::BTreeMap;
use std::io::{self, Write};

use serde_json::{Map, Value, json};

use super::report::{ErrorReport, Frame, HostReport, Summary, VerdictReport};
use super::stream::Export;
use super::uri::{encoded, file_uri};

const SCHEMA: &str =
    "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json";

/// Writes the SARIF log.
#[derive(Debug)]
pub struct Sarif {
    tool_version: String,
    frame: Value,
    results: u64,
    rules: BTreeMap<String, Option<String>>,
}

/// The results of one host, and the rules they refer to: advisory and title.
#[derive(Debug, Default)]
pub struct SarifFragment {
    results: Vec<Vec<u8>>,
    rules: BTreeMap<String, Option<String>>,
}

impl Sarif {
    /// Begins a log. `tool_version` is a semantic version.
    pub fn new(tool_version: &str) -> Self {
        Self {
            tool_version: tool_version.to_owned(),
            frame: Value::Null,
            results: 0,
            rules: BTreeMap::new(),
        }
    }

    /// The results of one host, to be joined with [`Sarif::add`].
    pub fn fragment(host: &HostReport) -> io::Result<SarifFragment> {
        let mut fragment = SarifFragment::default();
        for line in &host.verdicts {
            let level = match line.verdict {
                "fixed" | "not_affected" => continue,
                "affected" => "error",
                "mitigated" => "note",
                _ => "warning",
            };
            fragment.results.push(serde_json::to_vec(&result(host, line, level))?);
            let title = fragment.rules.entry(line.advisory.clone()).or_default();
            if title.is_none() {
                title.clone_from(&line.title);
            }
        }
        Ok(fragment)
    }

    /// Joins the results of a host.
    pub fn add(&mut self, fragment: SarifFragment, out: &mut dyn Write) -> io::Result<()> {
        for result in fragment.results {
            out.write_all(if self.results == 0 { b"\n" } else { b",\n" })?;
            self.results += 1;
            out.write_all(&result)?;
        }
        for (advisory, title) in fragment.rules {
            let known = self.rules.entry(advisory).or_default();
            if known.is_none() {
                *known = title;
            }
        }
        Ok(())
    }
}

impl Export for Sarif {
    fn begin(&mut self, frame: &Frame, out: &mut dyn Write) -> io::Result<()> {
        self.frame = serde_json::to_value(frame)?;
        // The results come first, for the tool's rules are only known when all hosts are.
        write!(out, r#"{{"$schema":"{SCHEMA}","version":"2.1.0","runs":[{{"results":["#)
    }

    fn host(&mut self, host: &HostReport, out: &mut dyn Write) -> io::Result<()> {
        self.add(Self::fragment(host)?, out)
    }

    fn end(
        &mut self,
        errors: &[ErrorReport],
        summary: &Summary,
        out: &mut dyn Write,
    ) -> io::Result<()> {
        let tool = json!({"driver": {
            "name": "Wardround",
            "semanticVersion": self.tool_version,
            "rules": self.rules.iter().map(rule).collect::<Vec<_>>(),
        }});
        let invocation = json!({
            "executionSuccessful": summary.files_read > 0 || summary.files_failed == 0,
            "toolExecutionNotifications": errors.iter().map(notification).collect::<Vec<_>>(),
        });
        let properties = json!({"report": self.frame, "summary": summary});
        out.write_all(b"\n],\"tool\":")?;
        serde_json::to_writer(&mut *out, &tool)?;
        out.write_all(b",\"invocations\":[")?;
        serde_json::to_writer(&mut *out, &invocation)?;
        out.write_all(b"],\"properties\":")?;
        serde_json::to_writer(&mut *out, &properties)?;
        out.write_all(b"}]}\n")
    }
}

fn result(host: &HostReport, line: &VerdictReport, level: &str) -> Value {
    let about = match &line.software {
        Some(software) => format!("{}, {software}", host.host),
        None => host.host.clone(),
    };
    let verdict = if line.verdict == "unknown" { "cannot be told" } else { line.verdict };
    let mut text = format!("{about}: {}: {verdict}: {}", line.advisory, line.reason);
    let remedies: Vec<&str> = line.remedies.iter().map(|remedy| remedy.text.as_str()).collect();
    if !remedies.is_empty() {
        let any = if remedies.len() > 1 { "any one of: " } else { "" };
        text = format!("{text}. To do: {any}{}", remedies.join("; "));
    }
    // Parts are encoded, so that no name can be mistaken for two.
    let parts = [&host.host, &line.advisory, line.software.as_ref().unwrap_or(&line.advisory)];
    let fingerprint = parts.map(|part| encoded(part).replace('/', "%2F")).join("/");
    json!({
        "ruleId": line.advisory,
        "level": level,
        "message": {"text": text},
        "locations": [location(host, line)],
        "partialFingerprints": {"wardroundHostAdvisory/v1": fingerprint},
        "properties": {
            "host": host.host,
            "product": host.product,
            "build": host.build,
            "verdict": line.verdict,
            "cves": line.cves,
            "otherIds": line.other_ids,
            "software": line.software,
            "worm": line.worm,
            "kev": line.kev,
            "ransomware": line.ransomware,
            "epss": line.epss,
            "severity": line.severity,
            "due": line.due,
            "dueBecause": line.due_because,
        },
    })
}

/// The row that decided; where none did, the first file of the host.
fn location(host: &HostReport, line: &VerdictReport) -> Value {
    let logical = json!([{"name": host.host, "kind": "resource"}]);
    let first = host.evidence.first().map(|evidence| evidence.file.as_str());
    let Some(file) = line.row.as_ref().map(|row| row.file.as_str()).or(first) else {
        return json!({"logicalLocations": logical});
    };
    let at = line.row.as_ref().and_then(|row| row.line);
    let mut location = json!({
        "physicalLocation": physical(file, at),
        "logicalLocations": logical,
    });
    if let (Some(row), Some(object)) = (&line.row, location.as_object_mut()) {
        object.insert("message".to_owned(), json!({"text": format!("{}: {}", row.place, row.raw)}));
    }
    location
}

fn physical(file: &str, line: Option<u32>) -> Value {
    let mut physical = Map::new();
    physical.insert("artifactLocation".to_owned(), json!({"uri": file_uri(file)}));
    // Lines are counted from 1 (section 3.30.5).
    if let Some(line) = line.filter(|line| *line > 0) {
        physical.insert("region".to_owned(), json!({"startLine": line}));
    }
    Value::Object(physical)
}

fn rule((advisory, title): (&String, &Option<String>)) -> Value {
    let title = title.as_ref().filter(|title| !title.is_empty()).unwrap_or(advisory);
    json!({"id": advisory, "shortDescription": {"text": title}})
}

fn notification(error: &ErrorReport) -> Value {
    let locations = match error.file.as_str() {
        "" => json!([]),
        file => json!([{"physicalLocation": physical(file, error.line)}]),
    };
    json!({
        "level": if error.level == "warning" { "warning" } else { "error" },
        "message": {"text": error.message},
        "locations": locations,
    })
}
