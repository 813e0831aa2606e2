//! What nmap's scripts found: states of the vulns library, versions matched by `vulners`, and what
//! the host says of itself.
//!
//! States and their wording: nmap `nselib/vulns.lua`, table `STATE_MSG`. A script that ran and
//! could not tell is kept as inconclusive; a script that is absent from the file proves nothing.

use model::cve::CveId;
use model::evidence::{
    Control, ControlState, Evidence, Finding, FindingMethod, FindingOutcome, control,
};

use crate::inventory::nmap::NAME;
use crate::inventory::xml::Node;

/// What a host said of itself to scripts.
#[derive(Debug, Default)]
pub(super) struct Stated {
    /// Its names.
    pub(super) names: Vec<String>,
    /// `os` of smb-os-discovery, with the line.
    pub(super) system: Option<(String, u32)>,
    /// `lanmanager` of smb-os-discovery.
    pub(super) lan_manager: Option<String>,
    /// `Product_Version` of an NTLM challenge, with the line.
    pub(super) version: Option<(String, u32)>,
}

/// Takes over what one script says.
pub(super) fn read(script: &Node, found: &mut Evidence, stated: &mut Stated) {
    let Some(id) = script.attribute("id") else { return };
    let output = script.attribute("output").unwrap_or("");
    match id {
        "smb-os-discovery" => os_discovery(script, output, stated),
        "smb-protocols" => protocols(script, output, found),
        "vulners" => vulners(script, output, found),
        _ if id.ends_with("-ntlm-info") => ntlm_info(script, output, stated),
        _ => {
            let before = found.findings.len();
            tables(script, id, found);
            if found.findings.len() == before {
                printed_states(script, id, output, found);
            }
            if found.findings.len() == before && is_check(id) && !output.trim().is_empty() {
                let title = output.split_whitespace().collect::<Vec<_>>().join(" ");
                let title = title.chars().take(200).collect();
                let mut finding = finding(script, id, title, FindingOutcome::Inconclusive);
                finding.cves = cves_in_name(id);
                found.findings.push(finding);
            }
        }
    }
}

/// Whether a script exists to test for one flaw.
fn is_check(id: &str) -> bool {
    id.contains("-vuln-") || id.ends_with("-vuln") || id.contains("backdoor")
}

fn finding(node: &Node, check: &str, title: String, outcome: FindingOutcome) -> Finding {
    Finding {
        scanner: NAME,
        check: check.to_owned(),
        title,
        cves: Vec::new(),
        missing_kbs: Vec::new(),
        outcome,
        method: FindingMethod::Remote,
        severity: None,
        observed_at: None,
        place: node.place(),
    }
}

/// "http-vuln-cve2017-5638" and "smb-vuln-cve-2017-7494" name their flaw.
fn cves_in_name(id: &str) -> Vec<CveId> {
    CveId::find_all(&id.replace("cve-", "cve").replace("cve", "CVE-"))
}

fn outcome(state: &str) -> Option<FindingOutcome> {
    let state = state.trim();
    if state.starts_with("NOT VULNERABLE") {
        Some(FindingOutcome::NotVulnerable)
    } else if state.starts_with("LIKELY VULNERABLE") {
        Some(FindingOutcome::LikelyVulnerable)
    } else if state.starts_with("VULNERABLE") {
        Some(FindingOutcome::Vulnerable)
    } else if state.starts_with("UNKNOWN") {
        Some(FindingOutcome::Inconclusive)
    } else {
        None
    }
}

/// Structured results: every table, at any depth, that has a `state`.
fn tables(node: &Node, id: &str, found: &mut Evidence) {
    for table in node.all("table") {
        let Some(outcome) = element(table, "state").and_then(outcome) else {
            tables(table, id, found);
            continue;
        };
        let title = element(table, "title").unwrap_or(id).trim().to_owned();
        let mut result = finding(table, id, title, outcome);
        for list in table.all("table").filter(|list| list.attribute("key") == Some("ids")) {
            for name in list.all("elem").filter_map(Node::content) {
                add_cves(&mut result.cves, name);
            }
        }
        add_cves(&mut result.cves, table.attribute("key").unwrap_or(""));
        if result.cves.is_empty() {
            result.cves = cves_in_name(id);
        }
        result.severity = table
            .all("table")
            .filter(|list| list.attribute("key") == Some("scores"))
            .flat_map(|list| list.all("elem"))
            .find_map(Node::content)
            .map(ToOwned::to_owned);
        found.findings.push(result);
    }
}

/// Results in print only, as old versions wrote them: a line "State: ..." below its title.
fn printed_states(script: &Node, id: &str, output: &str, found: &mut Evidence) {
    let mut title = "";
    let mut last = None;
    for line in output.lines().map(str::trim).filter(|line| !line.is_empty()) {
        if let Some(outcome) = line.strip_prefix("State:").and_then(outcome) {
            let title = if title.is_empty() { id } else { title };
            found.findings.push(finding(script, id, title.to_owned(), outcome));
            last = Some(found.findings.len() - 1);
        } else if let Some(names) = line.strip_prefix("IDs:") {
            if let Some(result) = last.and_then(|at| found.findings.get_mut(at)) {
                add_cves(&mut result.cves, names);
            }
        } else if let Some(risk) = line.strip_prefix("Risk factor:") {
            if let Some(result) = last.and_then(|at| found.findings.get_mut(at)) {
                result.severity = Some(risk.trim().to_owned());
            }
        } else {
            title = line;
        }
    }
    if let Some(result) = last.and_then(|at| found.findings.get_mut(at))
        && result.cves.is_empty()
    {
        result.cves = cves_in_name(id);
    }
}

fn add_cves(cves: &mut Vec<CveId>, text: &str) {
    for cve in CveId::find_all(text) {
        if !cves.contains(&cve) {
            cves.push(cve);
        }
    }
}

/// `vulners` looks a service's version up in a list of flaws: one finding per product, inferred.
fn vulners(script: &Node, output: &str, found: &mut Evidence) {
    let before = found.findings.len();
    for table in script.all("table") {
        let product = table.attribute("key").unwrap_or("service version").to_owned();
        let mut result = finding(table, "vulners", product, FindingOutcome::LikelyVulnerable);
        let mut worst: Option<f64> = None;
        for entry in table.all("table") {
            // Exploits and vendors' copies name CVEs too; only the flaw's own entry counts.
            if element(entry, "type") == Some("cve") {
                add_cves(&mut result.cves, element(entry, "id").unwrap_or(""));
            }
            if let Some(score) = element(entry, "cvss").and_then(|s| s.parse::<f64>().ok()) {
                worst = Some(worst.map_or(score, |w| w.max(score)));
            }
        }
        result.severity = worst.map(|score| format!("CVSS {score:.1}"));
        result.method = FindingMethod::Inferred;
        if !result.cves.is_empty() {
            found.findings.push(result);
        }
    }
    if found.findings.len() > before {
        return;
    }
    let mut current: Option<Finding> = None;
    for line in output.lines().map(str::trim) {
        if line.starts_with("cpe:/") {
            found.findings.extend(current.take().filter(|f| !f.cves.is_empty()));
            let product = line.trim_end_matches([':', ' ']).to_owned();
            let mut result = finding(script, "vulners", product, FindingOutcome::LikelyVulnerable);
            result.method = FindingMethod::Inferred;
            current = Some(result);
        } else if let Some(result) = &mut current
            && let Some(id) = line.split_whitespace().next()
            && id.starts_with("CVE-")
        {
            add_cves(&mut result.cves, id);
        }
    }
    found.findings.extend(current.filter(|f| !f.cves.is_empty()));
}

fn os_discovery(script: &Node, output: &str, stated: &mut Stated) {
    let value = |key: &str, label: &str| {
        element(script, key).map(ToOwned::to_owned).or_else(|| line_value(output, label))
    };
    if let Some(system) = value("os", "OS:") {
        // In print the LAN manager stands in brackets behind: "Windows XP (Windows 2000 LAN Manager)".
        let (system, manager) = match system.split_once(" (") {
            Some((system, rest)) => {
                (system.to_owned(), Some(rest.trim_end_matches(')').to_owned()))
            }
            None => (system, None),
        };
        stated.system = Some((system, script.line));
        stated.lan_manager = element(script, "lanmanager").map(ToOwned::to_owned).or(manager);
    }
    for (key, label) in
        [("server", "NetBIOS computer name:"), ("fqdn", "FQDN:"), ("name", "Computer name:")]
    {
        stated.names.extend(value(key, label));
    }
}

fn ntlm_info(script: &Node, output: &str, stated: &mut Stated) {
    let value = |key: &str| {
        element(script, key)
            .map(ToOwned::to_owned)
            .or_else(|| line_value(output, &format!("{key}:")))
    };
    for key in ["DNS_Computer_Name", "NetBIOS_Computer_Name"] {
        stated.names.extend(value(key));
    }
    if let Some(version) = value("Product_Version") {
        stated.version = Some((version, script.line));
    }
}

/// SMB dialects that the server offers: with SMBv1 among them it is on; in a list without it, off.
fn protocols(script: &Node, output: &str, found: &mut Evidence) {
    let mut dialects: Vec<String> = script
        .all("table")
        .filter(|table| table.attribute("key") == Some("dialects"))
        .flat_map(|table| table.all("elem"))
        .filter_map(Node::content)
        .map(ToOwned::to_owned)
        .collect();
    if dialects.is_empty()
        && let Some((_, list)) = output.split_once("dialects:")
    {
        dialects =
            list.lines().map(str::trim).filter(|l| !l.is_empty()).map(ToOwned::to_owned).collect();
    }
    // Without any dialect the script did not get through: nothing is known.
    let is_dialect =
        |d: &String| d.contains("SMBv1") || d.starts_with("NT LM") || d.starts_with(['2', '3']);
    if !dialects.iter().any(is_dialect) {
        return;
    }
    let on = dialects.iter().any(|d| d.contains("SMBv1") || d.starts_with("NT LM 0.12"));
    found.controls.push(Control {
        name: control::SMB1_SERVER.to_owned(),
        state: if on { ControlState::Enabled } else { ControlState::Disabled },
        raw: format!("smb-protocols: {}", dialects.join(", ")),
        place: script.place(),
    });
}

/// The value of `<elem key=...>` directly inside.
fn element<'a>(node: &'a Node, key: &str) -> Option<&'a str> {
    node.all("elem").find(|elem| elem.attribute("key") == Some(key)).and_then(Node::content)
}

/// The value behind a label in printed output.
fn line_value(output: &str, label: &str) -> Option<String> {
    output
        .lines()
        .find_map(|line| line.trim().strip_prefix(label))
        .map(|value| value.trim().to_owned())
        .filter(|value| !value.is_empty())
}
