//! A host's verdicts as plain values.

use exposure::deadline::{Policy, due};
use exposure::host::Host;
use exposure::judge::{
    HostVerdicts, Line, Question, Reason, Remedy, RowRef, Urgency, VulnerabilityRef, sentence,
    urgency,
};
use exposure::knowledge::build::day_of;
use exposure::knowledge::{View, lookup};
use formats::export::report::{
    DisagreementReport, EvidenceInfo, Frame, HostReport, KnowledgeInfo, RemedyReport, RowReport,
    SourceInfo, UnrecognisedReport, VerdictReport,
};
use model::evidence::ControlState;
use model::reading::Place;
use model::verdict::Verdict;

use super::summary::urgencies;

/// Name of the control by which evidence says that a host is reachable from the internet.
const PUBLICLY_EXPOSED: &str = "publicly-exposed";

/// What stands once in a report.
pub(crate) fn frame(question: &Question<'_>, policy: &Policy, only: &[String]) -> Frame {
    Frame {
        as_at: question.as_at.to_string(),
        knowledge: knowledge_info(question.knowledge),
        policy: policy.name.clone(),
        only: only.to_vec(),
        not_in_knowledge: question
            .selection
            .as_ref()
            .map(exposure::judge::Selected::not_in_knowledge)
            .unwrap_or_default(),
    }
}

fn knowledge_info(knowledge: View<'_>) -> KnowledgeInfo {
    KnowledgeInfo {
        built_at: jiff::Timestamp::from_microsecond(knowledge.built_at_us.to_native())
            .map_or_else(|_| String::new(), |t| t.to_string()),
        sources: knowledge
            .sources
            .iter()
            .map(|source| SourceInfo {
                kind: source.kind.as_str().to_owned(),
                id: source.id.as_str().to_owned(),
                as_of: day_of(source.as_of.to_native()).map(|d| d.to_string()),
                facts: source.facts.to_native(),
            })
            .collect(),
    }
}

/// A host's report.
pub(crate) fn host_report(
    question: &Question<'_>,
    policy: &Policy,
    host: &Host,
    verdicts: &HostVerdicts<'_>,
) -> HostReport {
    let urgencies = urgencies(question, policy, host, verdicts);
    host_lines(question, policy, host, verdicts, &urgencies).map_verdicts(Iterator::collect)
}

/// A host's report, whose verdicts are made as they are asked for. `urgencies` are those of the
/// host's lines ([`urgencies`]).
pub(crate) fn host_lines<'a>(
    question: &'a Question<'_>,
    policy: &'a Policy,
    host: &'a Host,
    verdicts: &'a HostVerdicts<'_>,
    urgencies: &'a [Urgency],
) -> HostReport<impl Iterator<Item = VerdictReport> + use<'a>> {
    let exposed = exposed(host);
    HostReport {
        host: verdicts.host.clone(),
        evidence: host
            .pieces
            .iter()
            .map(|piece| EvidenceInfo {
                file: piece.path.clone(),
                format: piece.evidence.format.to_owned(),
                collected_at: piece.evidence.collected_at.as_ref().map(|at| {
                    if at.earliest == at.latest { at.earliest.to_string() } else { at.raw.clone() }
                }),
                joined: piece.joined_by.words().to_owned(),
            })
            .collect(),
        product: verdicts.product.clone(),
        build: verdicts.build.clone(),
        verdicts: verdicts.lines.iter().zip(urgencies).map(move |(line, known)| {
            // Of lines that are not affected only a part is known.
            let whole = (line.verdict != Verdict::Affected)
                .then(|| urgency(question, line, policy, exposed));
            verdict_report(question, policy, host, line, whole.as_ref().unwrap_or(known))
        }),
        unrecognised: verdicts
            .unrecognised
            .iter()
            .map(|u| UnrecognisedReport {
                kind: u.kind.code(),
                name: u.name.clone(),
                version: u.version.clone(),
                place: u.row.words(host),
            })
            .collect(),
        notes: verdicts.notes.clone(),
    }
}

/// Whether evidence says that the host is reachable from the internet; `None`: it does not say.
pub(super) fn exposed(host: &Host) -> Option<bool> {
    host.pieces
        .iter()
        .flat_map(|piece| &piece.evidence.controls)
        .find(|control| control.name == PUBLICLY_EXPOSED)
        .map(|control| control.state == ControlState::Enabled)
}

fn verdict_report(
    question: &Question<'_>,
    policy: &Policy,
    host: &Host,
    line: &Line<'_>,
    urgency: &Urgency,
) -> VerdictReport {
    let knowledge = question.knowledge;
    let mut cves = Vec::new();
    let mut other_ids = Vec::new();
    for vulnerability in line.vulnerabilities.iter() {
        match vulnerability {
            VulnerabilityRef::Unlisted(cve) => cves.push(cve.to_string()),
            VulnerabilityRef::Known(position) => {
                if let Some(row) = lookup::row(knowledge, *position) {
                    let id = row.id.as_str().to_owned();
                    if id.starts_with("CVE-") { cves.push(id) } else { other_ids.push(id) }
                }
            }
        }
    }
    let mut reasons = line.reasons.iter().map(|reason| sentence(reason, host));
    VerdictReport {
        advisory: line.advisory.to_string(),
        title: title(knowledge, line),
        cves,
        other_ids,
        verdict: line.verdict.code(),
        reason: reasons.next().unwrap_or_default(),
        more_reasons: reasons.collect(),
        disagreements: line
            .disagreements
            .iter()
            .map(|d| DisagreementReport {
                source: d.source.clone(),
                verdict: d.verdict.code(),
                reason: sentence(&d.reason, host),
            })
            .collect(),
        remedies: line.remedies.iter().map(remedy_report).collect(),
        software: line.software.as_deref().map(str::to_owned),
        worm: urgency.worm,
        kev: urgency.kev,
        ransomware: urgency.ransomware,
        epss: urgency.epss_millionths.map(|m| f64::from(m) / 1_000_000.0),
        severity: urgency.severity.map(exposure::judge::Severity::code),
        due: urgency.due_by.map(|d| d.to_string()),
        due_because: urgency.due_inputs.map(|inputs| due(policy, &inputs).because),
        row: line.reasons.iter().find_map(Reason::row).map(|row| row_report(host, row)),
    }
}

fn title(knowledge: View<'_>, line: &Line<'_>) -> Option<String> {
    let bulletin = line.bulletin.and_then(|b| knowledge.bulletins.get(b as usize));
    if let Some(bulletin) = bulletin {
        return Some(bulletin.title.as_str().to_owned());
    }
    match &*line.vulnerabilities {
        [VulnerabilityRef::Known(one)] => {
            let row = lookup::row(knowledge, *one)?;
            let text = lookup::text(knowledge, row.title.to_native());
            (!text.is_empty()).then(|| text.to_owned())
        }
        _ => None,
    }
}

fn row_report(host: &Host, row: &RowRef) -> RowReport {
    RowReport {
        file: host.pieces.get(row.piece as usize).map_or(String::new(), |p| p.path.clone()),
        place: row.place.to_string(),
        line: match row.place {
            Place::Line(line) => Some(line),
            _ => None,
        },
        raw: row.raw.clone(),
    }
}

/// A remedy as plain values.
pub(super) fn remedy_report(remedy: &Remedy) -> RemedyReport {
    let (action, value) = match remedy {
        Remedy::InstallUpdate { kb, .. } => ("update", Some(kb.to_string())),
        Remedy::Restart => ("restart", None),
        Remedy::ServicePack(level) => ("service_pack", Some(level.to_string())),
        Remedy::UpdateTo { version, .. } if version.is_empty() => ("upgrade", None),
        Remedy::UpdateTo { version, .. } => ("upgrade", Some(version.clone())),
        Remedy::Publisher(_) => ("publisher", None),
        Remedy::NoneAvailable => ("none_available", None),
        Remedy::NoneKnown => ("none_known", None),
    };
    RemedyReport { action, value, text: remedy.to_string() }
}
