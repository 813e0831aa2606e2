//! `vulnerabilities` as findings: statements of the document's author, state and reason kept.

use model::cve::CveId;
use model::evidence::{Finding, FindingMethod, FindingOutcome};
use model::reading::Place;
use serde_json::Value;

use super::read::text;
use crate::inventory::component::{moment, shortened};

/// One finding per vulnerability and affected component.
pub(super) fn findings(document: &Value) -> Vec<Finding> {
    let vulnerabilities = document.get("vulnerabilities").and_then(Value::as_array);
    let mut findings = Vec::new();
    for (at, vulnerability) in vulnerabilities.into_iter().flatten().enumerate() {
        let targets = vulnerability.get("affects").and_then(Value::as_array);
        match targets.filter(|targets| !targets.is_empty()) {
            Some(targets) => findings
                .extend(targets.iter().map(|target| finding(vulnerability, Some(target), at))),
            None => findings.push(finding(vulnerability, None, at)),
        }
    }
    findings
}

fn finding(vulnerability: &Value, target: Option<&Value>, at: usize) -> Finding {
    let id = text(vulnerability, "id").unwrap_or("");
    let analysis = vulnerability.get("analysis");
    let said = |field: &str| analysis.and_then(|analysis| text(analysis, field));
    let mut cves = CveId::find_all(id);
    let references = vulnerability.get("references").and_then(Value::as_array);
    for reference in references.into_iter().flatten() {
        for cve in text(reference, "id").map(CveId::find_all).unwrap_or_default() {
            if !cves.contains(&cve) {
                cves.push(cve);
            }
        }
    }
    let severity = vulnerability
        .get("ratings")
        .and_then(Value::as_array)
        .and_then(|ratings| ratings.iter().find_map(|rating| text(rating, "severity")));
    let observed = said("lastUpdated").or_else(|| said("firstIssued"));
    Finding {
        scanner: "cyclonedx",
        check: id.to_owned(),
        title: title(vulnerability, target, &said),
        cves,
        missing_kbs: Vec::new(),
        outcome: outcome(said("state"), target),
        // With an analysis it is its author's word; without, it follows from versions.
        method: match analysis {
            Some(_) => FindingMethod::NotStated,
            None => FindingMethod::Inferred,
        },
        severity: severity.map(str::to_owned),
        observed_at: observed.and_then(moment),
        place: Place::Path(format!("/vulnerabilities/{at}")),
    }
}

/// "CVE-2021-44228 in log4j-core: not_affected, code_not_reachable: …"
fn title<'v>(
    vulnerability: &'v Value,
    target: Option<&'v Value>,
    said: &impl Fn(&str) -> Option<&'v str>,
) -> String {
    let mut title = text(vulnerability, "id").unwrap_or("vulnerability without id").to_owned();
    if let Some(reference) = target.and_then(|target| text(target, "ref")) {
        title.push_str(" in ");
        title.push_str(&shortened(reference));
    }
    title.push_str(": ");
    title.push_str(said("state").unwrap_or("no analysis"));
    if let Some(justification) = said("justification") {
        title.push_str(", ");
        title.push_str(justification);
    }
    if let Some(words) = said("detail").or_else(|| text(vulnerability, "description")) {
        title.push_str(": ");
        title.push_str(&shortened(words.trim()));
    }
    title
}

/// What the state means. A version listed as unaffected outweighs the state of the whole.
fn outcome(state: Option<&str>, target: Option<&Value>) -> FindingOutcome {
    let versions = target.and_then(|target| target.get("versions")).and_then(Value::as_array);
    // A version without a status is affected (CycloneDX 1.4, `affects.versions.status`).
    let statuses: Vec<&str> = versions
        .into_iter()
        .flatten()
        .map(|version| text(version, "status").unwrap_or("affected"))
        .collect();
    let all = |wanted: &str| !statuses.is_empty() && statuses.iter().all(|s| *s == wanted);
    if all("unaffected") {
        return FindingOutcome::NotVulnerable;
    }
    match state {
        Some("exploitable") => FindingOutcome::Vulnerable,
        Some("not_affected" | "false_positive" | "resolved" | "resolved_with_pedigree") => {
            FindingOutcome::NotVulnerable
        }
        None if statuses.contains(&"affected") || statuses.is_empty() => {
            FindingOutcome::LikelyVulnerable
        }
        _ => FindingOutcome::Inconclusive,
    }
}
