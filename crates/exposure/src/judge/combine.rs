//! One verdict per vulnerability and host, however many sources speak.
//!
//! Parts of knowledge (products, components, packages, advisories) combine to the worst: each must
//! be closed. A scanner's claim is weighed against them:
//!
//! | knowledge says | scanner: vulnerable | scanner: not vulnerable |
//! |---|---|---|
//! | nothing, unknown | affected; only suspected: unknown | unknown |
//! | affected | affected | affected, and the scanner differs |
//! | fixed, not affected | unknown: they contradict; inferred from a version: as is, and it differs | as is |
//! | mitigated | affected: the mitigation does not hold; seen from inside or inferred: mitigated | mitigated |
//!
//! A finding from before the fix was installed contradicts nothing.

use jiff::civil::Date;
use model::evidence::{ControlState, FindingMethod, FindingOutcome, Platform};
use model::verdict::Verdict;
use rustc_hash::FxHashMap;

use super::line::{Disagreement, Line, Remedy, RowRef, VulnerabilityRef};
use super::question::Question;
use super::reason::Reason;
use super::scanner::ScannerClaim;
use crate::host::{Host, Standing};
use crate::knowledge::lookup;
use crate::knowledge::schema::NONE;

/// What one part of knowledge says of vulnerabilities that share an answer.
#[derive(Clone, Debug)]
pub(super) struct Part {
    pub(super) vulnerabilities: Vec<VulnerabilityRef>,
    pub(super) verdict: Verdict,
    pub(super) reason: Reason,
    pub(super) remedies: Vec<Remedy>,
    pub(super) software: Option<String>,
    pub(super) advisory: Option<String>,
    pub(super) bulletin: Option<u32>,
    pub(super) source: u32,
}

impl Part {
    /// Takes over what another part with the same answer has.
    pub(super) fn absorb(&mut self, other: Self) {
        for vulnerability in other.vulnerabilities {
            if !self.vulnerabilities.contains(&vulnerability) {
                self.vulnerabilities.push(vulnerability);
            }
        }
        for remedy in other.remedies {
            if !self.remedies.contains(&remedy) {
                self.remedies.push(remedy);
            }
        }
    }
}

/// Makes the lines of a host.
pub(super) fn lines(
    question: &Question<'_>,
    host: &Host,
    standing: &Standing<'_>,
    mut parts: Vec<Part>,
    claims: &[ScannerClaim<'_>],
) -> Vec<Line> {
    for part in &mut parts {
        mitigate(question, host, standing, part);
    }
    let shared = Shared::of(question, &parts, claims);
    let mut by_vulnerability: FxHashMap<VulnerabilityRef, Vec<u32>> = FxHashMap::default();
    for (position, part) in (0_u32..).zip(&parts) {
        for vulnerability in part.vulnerabilities.iter().filter(|v| shared.is(**v)) {
            by_vulnerability.entry(*vulnerability).or_default().push(position);
        }
    }
    let mut claimed: FxHashMap<VulnerabilityRef, Vec<usize>> = FxHashMap::default();
    for (position, claim) in claims.iter().enumerate() {
        for vulnerability in &claim.vulnerabilities {
            claimed.entry(*vulnerability).or_default().push(position);
        }
    }

    // Vulnerabilities with the same parts and claims share a line.
    let mut lines: FxHashMap<(Vec<u32>, Vec<usize>), Vec<VulnerabilityRef>> = FxHashMap::default();
    for (vulnerability, positions) in by_vulnerability {
        let claims = claimed.remove(&vulnerability).unwrap_or_default();
        lines.entry((positions, claims)).or_default().push(vulnerability);
    }
    for (vulnerability, claims) in claimed {
        lines.entry((Vec::new(), claims)).or_default().push(vulnerability);
    }

    let mut result: Vec<Line> = Vec::with_capacity(parts.len() + lines.len());
    for ((positions, claim_positions), mut vulnerabilities) in lines {
        vulnerabilities.sort_unstable();
        let own: Vec<&Part> = positions.iter().filter_map(|p| parts.get(*p as usize)).collect();
        let mut line = line_of(question, own, vulnerabilities);
        let weighed: Vec<&ScannerClaim<'_>> =
            claim_positions.iter().filter_map(|p| claims.get(*p)).collect();
        weigh(&mut line, positions.is_empty(), &weighed, standing);
        result.push(line);
    }
    // What one part alone speaks of, nearly everything, becomes a line as it is.
    for mut part in parts {
        let spoke = !part.vulnerabilities.is_empty();
        part.vulnerabilities.retain(|v| !shared.is(*v));
        if part.vulnerabilities.is_empty() && spoke {
            continue;
        }
        part.vulnerabilities.sort_unstable();
        result.push(line_alone(question, part));
    }
    unanswered(question, host, standing, &mut result);
    result.sort_unstable_by(|a, b| {
        (a.verdict, a.bulletin.is_none(), &a.advisory, &a.software, &a.vulnerabilities).cmp(&(
            b.verdict,
            b.bulletin.is_none(),
            &b.advisory,
            &b.software,
            &b.vulnerabilities,
        ))
    });
    result
}

/// Which vulnerabilities more than one part or any scanner speaks of.
struct Shared {
    /// How many parts speak of each vulnerability of the knowledge, up to two.
    voices: Vec<u8>,
}

impl Shared {
    fn of(question: &Question<'_>, parts: &[Part], claims: &[ScannerClaim<'_>]) -> Self {
        let mut voices = vec![0_u8; question.knowledge.vulnerabilities.len()];
        let mut add = |vulnerability: &VulnerabilityRef, by: u8| {
            if let VulnerabilityRef::Known(position) = vulnerability
                && let Some(count) = voices.get_mut(*position as usize)
            {
                *count = (*count + by).min(2);
            }
        };
        for vulnerability in parts.iter().flat_map(|part| &part.vulnerabilities) {
            add(vulnerability, 1);
        }
        for vulnerability in claims.iter().flat_map(|claim| &claim.vulnerabilities) {
            add(vulnerability, 2);
        }
        Self { voices }
    }

    /// What knowledge has no row of may be spoken of by anybody.
    fn is(&self, vulnerability: VulnerabilityRef) -> bool {
        match vulnerability {
            VulnerabilityRef::Known(position) => {
                self.voices.get(position as usize).is_none_or(|count| *count > 1)
            }
            VulnerabilityRef::Unlisted(_) => true,
        }
    }
}

/// The line of a part that nothing else touches.
fn line_alone(question: &Question<'_>, part: Part) -> Line {
    let advisory = bulletin_name(question, part.bulletin)
        .or(part.advisory)
        .unwrap_or_else(|| fallback_name(question, &part.vulnerabilities));
    Line {
        advisory,
        vulnerabilities: part.vulnerabilities,
        verdict: part.verdict,
        reasons: vec![part.reason],
        remedies: part.remedies,
        disagreements: Vec::new(),
        software: part.software,
        bulletin: part.bulletin,
    }
}

fn bulletin_name(question: &Question<'_>, bulletin: Option<u32>) -> Option<String> {
    question.knowledge.bulletins.get(bulletin? as usize).map(|b| b.id.as_str().to_owned())
}

/// The worst of the parts decides; the others stand beside it where they differ.
fn line_of(
    question: &Question<'_>,
    mut parts: Vec<&Part>,
    vulnerabilities: Vec<VulnerabilityRef>,
) -> Line {
    parts.sort_by(|a, b| {
        (a.verdict, &a.software, &a.advisory).cmp(&(b.verdict, &b.software, &b.advisory))
    });
    let Some(first) = parts.first() else {
        return Line {
            advisory: fallback_name(question, &vulnerabilities),
            vulnerabilities,
            verdict: Verdict::Unknown,
            reasons: Vec::new(),
            remedies: Vec::new(),
            disagreements: Vec::new(),
            software: None,
            bulletin: None,
        };
    };
    let worst: Vec<&Part> = parts.iter().filter(|p| p.verdict == first.verdict).copied().collect();
    let mut remedies: Vec<Remedy> = Vec::new();
    for remedy in worst.iter().flat_map(|part| &part.remedies) {
        if !remedies.contains(remedy) {
            remedies.push(remedy.clone());
        }
    }
    let mut reasons: Vec<Reason> = Vec::new();
    let mut disagreements: Vec<Disagreement> = Vec::new();
    let mut heard: Vec<(u32, Option<&str>, Option<&str>)> = Vec::new();
    for part in &parts {
        let is_worst = part.verdict == first.verdict;
        if is_worst || !contradicts(part, &worst) {
            if !reasons.contains(&part.reason) {
                reasons.push(part.reason.clone());
            }
            continue;
        }
        // One source that says several things of one piece of software (its versions one by one)
        // says the worst of them: that stands already, or comes first.
        let authority = authority(part);
        if heard.contains(&authority) || worst.iter().any(|w| self::authority(w) == authority) {
            continue;
        }
        heard.push(authority);
        disagreements.push(Disagreement {
            source: source_words(question, part),
            verdict: part.verdict,
            reason: part.reason.clone(),
        });
    }
    let bulletin = parts.iter().find_map(|p| p.bulletin);
    let named = bulletin
        .and_then(|b| question.knowledge.bulletins.get(b as usize))
        .map(|b| b.id.as_str().to_owned());
    Line {
        advisory: named
            .or_else(|| first.advisory.clone())
            .unwrap_or_else(|| fallback_name(question, &vulnerabilities)),
        vulnerabilities,
        verdict: first.verdict,
        reasons,
        remedies,
        disagreements,
        software: subjects(&worst),
        bulletin,
    }
}

/// Whether a part of another verdict speaks of the same thing as one of the worst. Parts of one
/// system, and different pieces of software, differ without contradicting each other.
fn contradicts(part: &Part, worst: &[&Part]) -> bool {
    part.software.is_some() && worst.iter().any(|w| w.software == part.software)
}

/// Who speaks of what.
fn authority(part: &Part) -> (u32, Option<&str>, Option<&str>) {
    (part.source, part.advisory.as_deref(), part.software.as_deref())
}

/// The software that a line is about: every piece to which the verdict applies.
fn subjects(worst: &[&Part]) -> Option<String> {
    let mut names: Vec<&str> = worst.iter().filter_map(|p| p.software.as_deref()).collect();
    names.dedup();
    (!names.is_empty()).then(|| names.join(", "))
}

fn source_words(question: &Question<'_>, part: &Part) -> String {
    let source = question.knowledge.sources.get(part.source as usize);
    match (source, &part.advisory) {
        (Some(source), Some(advisory)) => format!("{} ({advisory})", source.kind),
        (Some(source), None) => source.kind.as_str().to_owned(),
        (None, Some(advisory)) => advisory.clone(),
        (None, None) => "knowledge".to_owned(),
    }
}

fn fallback_name(question: &Question<'_>, vulnerabilities: &[VulnerabilityRef]) -> String {
    match vulnerabilities {
        [] => String::new(),
        [one] => name_of(question, *one),
        [first, ..] => {
            format!("{} and {} more", name_of(question, *first), vulnerabilities.len() - 1)
        }
    }
}

/// The identifier of a vulnerability.
pub(super) fn name_of(question: &Question<'_>, vulnerability: VulnerabilityRef) -> String {
    match vulnerability {
        VulnerabilityRef::Known(position) => lookup::row(question.knowledge, position)
            .map_or(String::new(), |row| row.id.as_str().to_owned()),
        VulnerabilityRef::Unlisted(cve) => cve.to_string(),
    }
}

/// A bulletin whose way in a setting closes is mitigated while the evidence shows the setting off.
fn mitigate(question: &Question<'_>, host: &Host, standing: &Standing<'_>, part: &mut Part) {
    if part.verdict != Verdict::Affected || part.bulletin.is_none() || standing.controls.is_empty()
    {
        return;
    }
    let bulletin = part.bulletin.unwrap_or(NONE);
    let Some(bulletin) = question.knowledge.bulletins.get(bulletin as usize) else { return };
    for name in bulletin.mitigations.iter() {
        if let Some((piece, control)) = standing.control(name.as_str())
            && control.state == ControlState::Disabled
        {
            part.verdict = Verdict::Mitigated;
            part.reason = Reason::ControlOff {
                control: control.name.clone(),
                row: RowRef::new(host, piece, &control.place, &control.raw),
            };
            return;
        }
    }
}

fn weigh(
    line: &mut Line,
    nothing_known: bool,
    claims: &[&ScannerClaim<'_>],
    standing: &Standing<'_>,
) {
    if nothing_known {
        line.reasons.clear();
    }
    // The gravest claim first, so that it leads the reasons.
    let mut claims: Vec<&&ScannerClaim<'_>> = claims.iter().collect();
    claims.sort_by_key(|claim| gravity(claim.outcome));
    for claim in claims {
        let reason = claim.reason();
        let differs =
            |verdict| Disagreement { source: claim.source(), verdict, reason: reason.clone() };
        match (claim.outcome, line.verdict) {
            (FindingOutcome::Vulnerable, Verdict::Unknown) => {
                if line.reasons.first() == Some(&Reason::Conflict) {
                    line.disagreements.push(differs(Verdict::Affected));
                } else {
                    line.verdict = Verdict::Affected;
                    line.reasons.insert(0, reason);
                }
            }
            // Only a probe from outside shows that the way in is open; a missing update agrees.
            (FindingOutcome::Vulnerable, Verdict::Mitigated)
                if !matches!(
                    claim.method,
                    FindingMethod::Authenticated | FindingMethod::Inferred
                ) =>
            {
                line.verdict = Verdict::Affected;
                line.reasons.insert(0, reason);
            }
            (FindingOutcome::Vulnerable, Verdict::Fixed | Verdict::NotAffected) => {
                let weak = claim.method == FindingMethod::Inferred
                    || older_than_fix(claim, line, standing);
                line.disagreements.push(differs(Verdict::Affected));
                if !weak {
                    line.verdict = Verdict::Unknown;
                    line.reasons.insert(0, Reason::Conflict);
                }
            }
            (FindingOutcome::LikelyVulnerable, Verdict::Fixed | Verdict::NotAffected) => {
                line.disagreements.push(differs(Verdict::Unknown));
            }
            (FindingOutcome::NotVulnerable, Verdict::Affected) => {
                line.disagreements.push(differs(Verdict::NotAffected));
            }
            // It agrees, or adds nothing that could change the verdict.
            _ => line.reasons.push(reason),
        }
    }
}

const fn gravity(outcome: FindingOutcome) -> u8 {
    match outcome {
        FindingOutcome::Vulnerable => 0,
        FindingOutcome::LikelyVulnerable => 1,
        FindingOutcome::Inconclusive => 2,
        FindingOutcome::NotVulnerable => 3,
    }
}

/// Whether the scanner looked before the fix was installed.
fn older_than_fix(claim: &ScannerClaim<'_>, line: &Line, standing: &Standing<'_>) -> bool {
    let Some(seen) = claim.observed_at.map(|at| at.latest.date()) else { return false };
    let installed: Option<Date> = line.reasons.iter().find_map(|reason| match reason {
        Reason::UpdateInstalled { kb, .. }
        | Reason::UpdateContainsFix { installed: kb, .. }
        | Reason::UpdateRaisesBuild { installed: kb, .. }
        | Reason::TitleShowsFix { installed: kb, .. } => {
            standing.installed.get(kb)?.row.installed_on.as_ref().map(|on| on.earliest)
        }
        _ => None,
    });
    installed.is_some_and(|day| seen < day)
}

/// What was asked for by name and nothing answers: unknown, with the reason.
fn unanswered(
    question: &Question<'_>,
    host: &Host,
    standing: &Standing<'_>,
    lines: &mut Vec<Line>,
) {
    let Some(selected) = &question.selection else {
        watch_without_system(question, host, standing, lines);
        return;
    };
    let answered = |v: VulnerabilityRef, lines: &[Line]| {
        lines.iter().any(|line| line.vulnerabilities.contains(&v))
    };
    let mut open: Vec<VulnerabilityRef> = selected
        .vulnerabilities
        .iter()
        .filter(|v| question.asks(**v))
        .map(|v| VulnerabilityRef::Known(*v))
        .filter(|v| !answered(*v, lines))
        .collect();
    open.sort_unstable();
    for vulnerability in open {
        let verdict_reason = silent(question, standing, vulnerability);
        push_silent(question, lines, vulnerability, verdict_reason);
    }
    for cve in &selected.unlisted {
        let vulnerability = VulnerabilityRef::Unlisted(*cve);
        if !answered(vulnerability, lines) {
            push_silent(question, lines, vulnerability, Reason::NotInKnowledge);
        }
    }
}

/// A host of which no operating system is shown is unknown for the named bulletins of Windows, not
/// silent: a network scan that sees a machine and not its system must not read as "nothing found".
fn watch_without_system(
    question: &Question<'_>,
    host: &Host,
    standing: &Standing<'_>,
    lines: &mut Vec<Line>,
) {
    let is_shown = standing.os.is_some_and(|(_, os)| {
        os.guess_percent.is_none() && !matches!(os.platform, Platform::Other)
    });
    if is_shown || standing.windows.is_some() || !may_be_windows(host) {
        return;
    }
    for position in &question.watched {
        let vulnerability = VulnerabilityRef::Known(*position);
        if question.asks(*position)
            && !lines.iter().any(|line| line.vulnerabilities.contains(&vulnerability))
        {
            push_silent(question, lines, vulnerability, Reason::ProductNotShown);
        }
    }
}

/// Whether the evidence may be of a machine that runs Windows. A package manager's list is of
/// Linux, and a bill of materials alone is of a product, not of a machine.
fn may_be_windows(host: &Host) -> bool {
    use model::evidence::Ecosystem as E;
    let mut software = host.pieces.iter().flat_map(|piece| &piece.evidence.software).peekable();
    if software.peek().is_none() {
        return true;
    }
    let packages = software.any(|s| matches!(s.ecosystem, E::Dpkg | E::Rpm | E::Apk));
    let machine = host.pieces.iter().any(|piece| {
        let evidence = &piece.evidence;
        evidence.os.is_some()
            || !evidence.updates.is_empty()
            || !evidence.ports.is_empty()
            || !evidence.findings.is_empty()
            || !evidence.controls.is_empty()
    });
    machine && !packages
}

fn silent(
    question: &Question<'_>,
    standing: &Standing<'_>,
    vulnerability: VulnerabilityRef,
) -> Reason {
    if let Some(product) = other_product(question, vulnerability) {
        return Reason::ProductNotJudged { product };
    }
    let is_windows_matter = matches!(vulnerability, VulnerabilityRef::Known(v)
        if question.listed().get(&v).is_some_and(|places| !places.is_empty()));
    match standing.os {
        Some((_, os)) if standing.windows.is_some() || !is_windows_matter => {
            Reason::ProductNotCovered { product: os.raw_name.trim().to_owned() }
        }
        Some((_, os))
            if os.guess_percent.is_none() && matches!(os.platform, Platform::Linux { .. }) =>
        {
            Reason::OtherSystem { product: os.raw_name.trim().to_owned() }
        }
        _ => Reason::ProductNotShown,
    }
}

/// A Microsoft product besides Windows that has the flaw, where Windows has it not. Its updates are
/// in the knowledge, but no rule tells from a list of programs which of them a host has.
fn other_product(question: &Question<'_>, vulnerability: VulnerabilityRef) -> Option<String> {
    let VulnerabilityRef::Known(position) = vulnerability else { return None };
    if question.listed().get(&position).is_some_and(|places| !places.is_empty()) {
        return None;
    }
    let mut having = question.knowledge.microsoft.iter().filter(|row| {
        let mut flaws = row.groups.iter().flat_map(|group| group.flaws.iter());
        flaws.any(|flaw| flaw.vulnerability.to_native() == position)
    });
    let first = having.next()?.label.as_str().to_owned();
    Some(match having.count() {
        0 => first,
        more => format!("{first} and {more} more"),
    })
}

fn push_silent(
    question: &Question<'_>,
    lines: &mut Vec<Line>,
    vulnerability: VulnerabilityRef,
    reason: Reason,
) {
    let verdict = match reason {
        Reason::OtherSystem { .. } => Verdict::NotAffected,
        _ => Verdict::Unknown,
    };
    let bulletin = match vulnerability {
        VulnerabilityRef::Known(v) => lookup::row(question.knowledge, v)
            .map(|r| r.bulletin.to_native())
            .filter(|b| *b != NONE),
        VulnerabilityRef::Unlisted(_) => None,
    };
    let same = lines.iter_mut().find(|line| {
        bulletin.is_some()
            && line.bulletin == bulletin
            && line.verdict == verdict
            && line.software.is_none()
            && line.reasons.as_slice() == std::slice::from_ref(&reason)
    });
    if let Some(line) = same {
        line.vulnerabilities.push(vulnerability);
        line.vulnerabilities.sort_unstable();
        return;
    }
    let named = bulletin
        .and_then(|b| question.knowledge.bulletins.get(b as usize))
        .map(|b| b.id.as_str().to_owned());
    lines.push(Line {
        advisory: named.unwrap_or_else(|| name_of(question, vulnerability)),
        vulnerabilities: vec![vulnerability],
        verdict,
        reasons: vec![reason],
        remedies: Vec::new(),
        disagreements: Vec::new(),
        software: None,
        bulletin,
    });
}

/// What a person should know of the evidence as a whole.
pub(super) fn notes(host: &Host, standing: &Standing<'_>, notes: &mut Vec<String>) {
    let mut systems: Vec<String> = host
        .pieces
        .iter()
        .filter_map(|piece| piece.evidence.os.as_ref().map(|os| (piece, os)))
        .map(|(piece, os)| format!("{} ({})", os.raw_name.trim(), piece.path))
        .collect();
    systems.sort_unstable();
    systems.dedup();
    let mut names: Vec<String> = host
        .pieces
        .iter()
        .filter_map(|p| p.evidence.os.as_ref())
        .map(|os| match &os.platform {
            Platform::Windows { product, .. } => product.family.name().to_owned(),
            Platform::Linux { distribution, .. } => distribution.clone(),
            Platform::Other => os.raw_name.trim().to_owned(),
        })
        .collect();
    names.sort_unstable();
    names.dedup();
    if names.len() > 1 {
        notes.push(format!("the files name different operating systems: {}", systems.join("; ")));
    }
    if standing.os.is_some_and(|(_, os)| os.guess_percent.is_some()) {
        notes.push("the operating system is a scanner's guess, not the host's own word".to_owned());
    }
}

/// The operating system for a person.
pub(super) fn product_words(standing: &Standing<'_>) -> Option<String> {
    match (standing.windows, standing.os) {
        (Some(windows), _) => Some(windows.to_string()),
        (None, Some((_, os))) => match &os.platform {
            Platform::Linux { distribution, version } => Some(match version {
                Some(version) => format!("{distribution} {version}"),
                None => distribution.clone(),
            }),
            _ => Some(os.raw_name.trim().to_owned()),
        },
        (None, None) => None,
    }
}
