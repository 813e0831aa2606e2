//! Scanners' findings: evidence, not truth.

use std::sync::Arc;

use model::evidence::{DateTimeReading, Finding, FindingMethod, FindingOutcome};
use model::kb::Kb;
use model::verdict::Verdict;
use rustc_hash::FxHashSet;

use super::line::{RowRef, VulnerabilityRef};
use super::question::Question;
use super::reason::Reason;
use crate::host::Host;
use crate::knowledge::lookup;

/// A scanner's conclusion on vulnerabilities, ready to be weighed.
pub(super) struct ScannerClaim<'h> {
    pub(super) vulnerabilities: Vec<VulnerabilityRef>,
    pub(super) outcome: FindingOutcome,
    pub(super) method: FindingMethod,
    pub(super) observed_at: Option<&'h DateTimeReading>,
    pub(super) scanner: &'static str,
    pub(super) check: &'h str,
    pub(super) row: Arc<RowRef>,
}

impl ScannerClaim<'_> {
    /// Who says so, for a person.
    pub(super) fn source(&self) -> String {
        format!("{} ({})", self.scanner, self.check)
    }

    /// The claim as a reason.
    pub(super) fn reason(&self) -> Reason {
        let scanner = self.scanner.to_owned();
        let check = self.check.to_owned();
        let row = Arc::clone(&self.row);
        match self.outcome {
            FindingOutcome::Vulnerable => Reason::ScannerSaysVulnerable { scanner, check, row },
            FindingOutcome::LikelyVulnerable => Reason::ScannerSuspects { scanner, check, row },
            FindingOutcome::NotVulnerable => Reason::ScannerSaysNot { scanner, check, row },
            FindingOutcome::Inconclusive => Reason::ScannerCannotTell { scanner, check, row },
        }
    }
}

/// What a claim does to a verdict. The table stands in `combine`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Weighed {
    /// It makes the host affected, and leads the reasons.
    TakesOver,
    /// It makes the verdict unknown: the pieces of evidence contradict each other.
    Contradicts,
    /// It stands beside the verdict as a disagreement.
    Differs(Verdict),
    /// It agrees, or adds nothing that could change the verdict.
    Agrees,
}

/// Weighs a claim against a verdict.
pub(crate) fn weigh_step(
    outcome: FindingOutcome,
    method: FindingMethod,
    verdict: Verdict,
    already_conflicts: bool,
    is_older_than_fix: &dyn Fn() -> bool,
) -> Weighed {
    use FindingMethod as M;
    match (outcome, verdict) {
        (FindingOutcome::Vulnerable, Verdict::Unknown) if already_conflicts => {
            Weighed::Differs(Verdict::Affected)
        }
        (FindingOutcome::Vulnerable, Verdict::Unknown) => Weighed::TakesOver,
        // Only a probe from outside shows that the way in is open; a missing update agrees.
        (FindingOutcome::Vulnerable, Verdict::Mitigated)
            if !matches!(method, M::Authenticated | M::Inferred) =>
        {
            Weighed::TakesOver
        }
        (FindingOutcome::Vulnerable, Verdict::Fixed | Verdict::NotAffected) => {
            if method == M::Inferred || is_older_than_fix() {
                Weighed::Differs(Verdict::Affected)
            } else {
                Weighed::Contradicts
            }
        }
        (FindingOutcome::LikelyVulnerable, Verdict::Fixed | Verdict::NotAffected) => {
            Weighed::Differs(Verdict::Unknown)
        }
        (FindingOutcome::NotVulnerable, Verdict::Affected) => {
            Weighed::Differs(Verdict::NotAffected)
        }
        _ => Weighed::Agrees,
    }
}

/// The gravest claim first, so that it leads the reasons.
pub(crate) const fn gravity(outcome: FindingOutcome) -> u8 {
    match outcome {
        FindingOutcome::Vulnerable => 0,
        FindingOutcome::LikelyVulnerable => 1,
        FindingOutcome::Inconclusive => 2,
        FindingOutcome::NotVulnerable => 3,
    }
}

/// Every finding of a host that names something asked about.
pub(super) fn findings<'h>(question: &Question<'_>, host: &'h Host) -> Vec<ScannerClaim<'h>> {
    let mut claims = Vec::new();
    for piece in &host.pieces {
        for finding in &piece.evidence.findings {
            let vulnerabilities = claimed(question, finding);
            if vulnerabilities.is_empty() {
                continue;
            }
            claims.push(ScannerClaim {
                vulnerabilities,
                outcome: finding.outcome,
                method: finding.method,
                observed_at: finding.observed_at.as_ref().or(piece.evidence.collected_at.as_ref()),
                scanner: finding.scanner,
                check: &finding.check,
                row: RowRef::new(host, piece, &finding.place, &finding.title),
            });
        }
    }
    claims
}

/// What a finding speaks of, of what is asked about.
pub(crate) fn claimed(question: &Question<'_>, finding: &Finding) -> Vec<VulnerabilityRef> {
    let mut vulnerabilities: Vec<VulnerabilityRef> = Vec::new();
    let mut cited: Vec<u32> = Vec::new();
    for cve in &finding.cves {
        match lookup::cve(question.knowledge, *cve) {
            Some(position) => {
                cited.push(position);
                if question.asks(position) {
                    vulnerabilities.push(VulnerabilityRef::Known(position));
                }
            }
            None if asks_unlisted(question, *cve) => {
                vulnerabilities.push(VulnerabilityRef::Unlisted(*cve));
            }
            None => {}
        }
    }
    whole_bulletins(question, &[&finding.check, &finding.title], &cited, &mut vulnerabilities);
    for kb in &finding.missing_kbs {
        fixed_by(question, *kb, &mut vulnerabilities);
    }
    vulnerabilities
}

/// A check that is named after a bulletin speaks of all its flaws, also where it cites one of them
/// only: one update deals with them all.
fn whole_bulletins(
    question: &Question<'_>,
    texts: &[&str],
    cited: &[u32],
    into: &mut Vec<VulnerabilityRef>,
) {
    for bulletin in question.knowledge.bulletins.iter() {
        let members = || bulletin.vulnerabilities.iter().map(|v| v.to_native());
        let cites_one = members().any(|v| cited.contains(&v));
        if !cites_one || !texts.iter().any(|text| names(text, bulletin.id.as_str())) {
            continue;
        }
        for vulnerability in members().filter(|v| question.asks(*v)) {
            let known = VulnerabilityRef::Known(vulnerability);
            if !into.contains(&known) {
                into.push(known);
            }
        }
    }
}

/// Whether a text has a bulletin's identifier, whatever the case and the signs ("smb-vuln-ms17-010").
fn names(text: &str, id: &str) -> bool {
    let plain = |s: &str| -> String {
        s.chars().filter(char::is_ascii_alphanumeric).map(|c| c.to_ascii_lowercase()).collect()
    };
    id.len() >= 6 && plain(text).contains(&plain(id))
}

fn asks_unlisted(question: &Question<'_>, cve: model::cve::CveId) -> bool {
    question.selection.as_ref().is_none_or(|s| s.unlisted.contains(&cve))
}

/// The vulnerabilities that a KB fixes on any product, for findings that name a missing KB only.
fn fixed_by(question: &Question<'_>, kb: Kb, into: &mut Vec<VulnerabilityRef>) {
    let mut found: FxHashSet<u32> = FxHashSet::default();
    for row in question.knowledge.windows.iter() {
        let Ok(position) = row.updates.binary_search_by_key(&kb.number(), |u| u.kb.to_native())
        else {
            continue;
        };
        for group in row.groups.iter() {
            if group.alternatives.iter().any(|a| a.to_native() as usize == position) {
                found.extend(group.flaws.iter().map(|f| f.vulnerability.to_native()));
            }
        }
    }
    let mut found: Vec<u32> = found.into_iter().filter(|v| question.asks(*v)).collect();
    found.sort_unstable();
    for vulnerability in found {
        let known = VulnerabilityRef::Known(vulnerability);
        if !into.contains(&known) {
            into.push(known);
        }
    }
}
