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

use std::borrow::Cow;
use std::cmp::Ordering;
use std::sync::Arc;

use jiff::civil::Date;
use model::evidence::{ControlState, Platform};
use model::verdict::Verdict;

use super::kind::ReasonKind;
use super::line::{Disagreement, Line, Remedy, RowRef, VulnerabilityRef};
use super::prepared::Group;
use super::question::Question;
use super::reason::Reason;
use super::scanner::{ScannerClaim, Weighed, gravity, weigh_step};
use super::shown::{Matter, Shown, Silence, names_any, silence};
use crate::host::{Host, Standing};
use crate::knowledge::lookup;
use crate::knowledge::schema::NONE;

/// What one part of knowledge says of vulnerabilities that share an answer.
#[derive(Clone, Debug)]
pub(super) struct Part<'q> {
    /// Whose word comes first where parts weigh the same: the host's product by number, then the
    /// group; [`NONE`], then the number of parts before, for what is no group of a product.
    pub(super) order: (u32, u32),
    pub(super) vulnerabilities: Cow<'q, [VulnerabilityRef]>,
    pub(super) verdict: Verdict,
    /// The reason, alone; shared by the parts of a host that have the same.
    pub(super) reasons: Arc<[Reason]>,
    pub(super) remedies: Cow<'q, [Remedy]>,
    pub(super) software: Option<Arc<str>>,
    pub(super) advisory: Option<Cow<'q, str>>,
    pub(super) bulletin: Option<u32>,
    pub(super) source: u32,
    /// The prepared group that it is of.
    pub(super) group: Option<&'q Group>,
}

impl Part<'_> {
    /// The kind of its reason.
    fn kind(&self) -> Option<ReasonKind> {
        self.reasons.first().map(Reason::kind)
    }

    /// Takes over what another part with the same answer has.
    pub(super) fn absorb(&mut self, other: &Self) {
        for vulnerability in other.vulnerabilities.iter() {
            if !self.vulnerabilities.contains(vulnerability) {
                self.vulnerabilities.to_mut().push(*vulnerability);
            }
        }
        for remedy in other.remedies.iter() {
            if !self.remedies.contains(remedy) {
                self.remedies.to_mut().push(remedy.clone());
            }
        }
    }
}

/// What one group of the host's product comes to.
#[derive(Clone, Debug)]
pub(super) struct Answer<'q> {
    /// The host's product by number.
    pub(super) turn: u32,
    pub(super) group: &'q Group,
    pub(super) verdict: Verdict,
    /// As [`Part::reasons`].
    pub(super) reasons: Arc<[Reason]>,
    pub(super) remedies: Cow<'q, [Remedy]>,
}

impl<'q> Answer<'q> {
    pub(super) fn into_part(self) -> Part<'q> {
        Part {
            order: (self.turn, self.group.position),
            vulnerabilities: Cow::Borrowed(&self.group.vulnerabilities),
            verdict: self.verdict,
            reasons: self.reasons,
            remedies: self.remedies,
            software: None,
            advisory: self.group.advisory.as_deref().map(Cow::Borrowed),
            bulletin: self.group.bulletin,
            source: self.group.source,
            group: Some(self.group),
        }
    }

    /// The line of a whole group that nothing else touches.
    fn into_line(self) -> Line<'q> {
        Line {
            advisory: Cow::Borrowed(&self.group.name),
            vulnerabilities: Cow::Borrowed(&self.group.vulnerabilities),
            verdict: self.verdict,
            reasons: self.reasons,
            remedies: self.remedies,
            disagreements: Vec::new(),
            software: None,
            bulletin: self.group.bulletin,
            group: Some(self.group),
        }
    }
}

/// Adds a part that is no group of a product after those that are there.
pub(super) fn push<'q>(parts: &mut Vec<Part<'q>>, mut part: Part<'q>) {
    part.order = (NONE, u32::try_from(parts.len()).unwrap_or(NONE));
    parts.push(part);
}

/// Makes the lines of a host. `answers` come in the order of [`Prepared::groups`], product by
/// product.
///
/// [`Prepared::groups`]: super::prepared::Prepared::groups
pub(super) fn lines<'q>(
    question: &'q Question<'_>,
    host: &Host,
    standing: &Standing<'_>,
    mut answers: Vec<Answer<'q>>,
    mut parts: Vec<Part<'q>>,
    claims: &[ScannerClaim<'_>],
) -> Vec<Line<'q>> {
    let mitigation = |verdict, bulletin| mitigation(question, host, standing, verdict, bulletin);
    for answer in &mut answers {
        if let Some(reasons) = mitigation(answer.verdict, answer.group.bulletin) {
            (answer.verdict, answer.reasons) = (Verdict::Mitigated, reasons);
        }
    }
    for part in &mut parts {
        if let Some(reasons) = mitigation(part.verdict, part.bulletin) {
            (part.verdict, part.reasons) = (Verdict::Mitigated, reasons);
        }
    }
    // Nearly everything is spoken of by one group alone and becomes a line as it is, in the order
    // of its groups, verdict by verdict. The others are sorted in.
    parts.extend(answers.extract_if(.., |answer| answer.turn > 0).map(Answer::into_part));
    let shared = Shared::of(question, &answers, &parts, claims);
    parts.extend(
        answers.extract_if(.., |answer| shared.touches(answer.group)).map(Answer::into_part),
    );
    let mut others = shared_lines(question, standing, &parts, claims, &shared);
    for mut part in parts {
        let spoke = !part.vulnerabilities.is_empty();
        let is_whole = !part.vulnerabilities.iter().any(|v| shared.is(*v));
        if !is_whole {
            part.vulnerabilities.to_mut().retain(|v| !shared.is(*v));
        }
        if part.vulnerabilities.is_empty() && spoke {
            continue;
        }
        if part.group.is_none() {
            part.vulnerabilities.to_mut().sort_unstable();
        }
        let group = part.group.filter(|_| is_whole);
        others.push(Line { group, ..line_alone(question, part) });
    }
    unanswered(question, host, standing, &answers, &mut others);
    others.sort_by(order);
    merge(answers, others)
}

/// The order of a host's lines.
fn order(a: &Line<'_>, b: &Line<'_>) -> Ordering {
    (a.verdict, a.bulletin.is_none(), &a.advisory, &a.software, &a.vulnerabilities).cmp(&(
        b.verdict,
        b.bulletin.is_none(),
        &b.advisory,
        &b.software,
        &b.vulnerabilities,
    ))
}
/// Which vulnerabilities more than one part or any scanner speaks of.
struct Shared {
    /// How many speak of each vulnerability of the knowledge, up to two; a group that is the only
    /// one of its product to speak of its flaws is not counted where nothing else does.
    voices: Vec<u8>,
    /// Whether any part or scanner speaks beside the groups.
    beside: bool,
}

impl Shared {
    fn of(
        question: &Question<'_>,
        answers: &[Answer<'_>],
        parts: &[Part<'_>],
        claims: &[ScannerClaim<'_>],
    ) -> Self {
        let mut voices = vec![0_u8; question.knowledge.vulnerabilities.len()];
        let mut add = |vulnerability: &VulnerabilityRef, by: u8| {
            if let VulnerabilityRef::Known(position) = vulnerability
                && let Some(count) = voices.get_mut(*position as usize)
            {
                *count = (*count + by).min(2);
            }
        };
        for vulnerability in parts.iter().flat_map(|part| part.vulnerabilities.iter()) {
            add(vulnerability, 1);
        }
        for vulnerability in claims.iter().flat_map(|claim| &claim.vulnerabilities) {
            add(vulnerability, 2);
        }
        let (sole, several): (Vec<&Group>, Vec<&Group>) =
            answers.iter().map(|answer| answer.group).partition(|group| group.is_sole);
        for vulnerability in several.iter().flat_map(|group| &group.vulnerabilities) {
            add(vulnerability, 1);
        }
        let beside = !parts.is_empty() || !claims.is_empty();
        if beside {
            for vulnerability in sole.iter().flat_map(|group| &group.vulnerabilities) {
                if let VulnerabilityRef::Known(position) = vulnerability
                    && let Some(count) = voices.get_mut(*position as usize)
                    && *count > 0
                {
                    *count = 2;
                }
            }
        }
        Self { voices, beside }
    }

    /// Whether anything else speaks of a flaw of a group.
    fn touches(&self, group: &Group) -> bool {
        (self.beside || !group.is_sole) && group.vulnerabilities.iter().any(|v| self.is(*v))
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

/// The lines of what several parts, or any scanner, speak of. Vulnerabilities with the same parts and
/// claims share a line.
fn shared_lines<'q>(
    question: &'q Question<'_>,
    standing: &Standing<'_>,
    parts: &[Part<'q>],
    claims: &[ScannerClaim<'_>],
    shared: &Shared,
) -> Vec<Line<'q>> {
    // Who speaks of what: parts by position, then claims.
    let of_parts = (0_u32..).zip(parts).flat_map(|(speaker, part)| {
        let about = part.vulnerabilities.iter().filter(|v| shared.is(**v));
        about.map(move |vulnerability| (*vulnerability, speaker))
    });
    let first_claim = u32::try_from(parts.len()).unwrap_or(NONE);
    let of_claims = (first_claim..).zip(claims).flat_map(|(speaker, claim)| {
        claim.vulnerabilities.iter().map(move |vulnerability| (*vulnerability, speaker))
    });
    let mut said: Vec<(VulnerabilityRef, u32)> = of_parts.chain(of_claims).collect();
    said.sort_unstable();
    let speakers: Vec<u32> = said.iter().map(|(_, speaker)| *speaker).collect();
    let mut begin = 0;
    let mut by_speakers: Vec<(&[u32], VulnerabilityRef)> = said
        .chunk_by(|(one, _), (other, _)| one == other)
        .filter_map(|chunk| {
            let own = speakers.get(begin..begin + chunk.len())?;
            begin += chunk.len();
            Some((own, chunk.first()?.0))
        })
        .collect();
    by_speakers.sort_unstable();
    by_speakers
        .chunk_by(|(one, _), (other, _)| one == other)
        .map(|chunk| {
            let vulnerabilities = chunk.iter().map(|(_, vulnerability)| *vulnerability).collect();
            let speakers = chunk.first().map_or(&[][..], |(speakers, _)| speakers);
            let mut own: Vec<&Part<'q>> =
                speakers.iter().filter_map(|speaker| parts.get(*speaker as usize)).collect();
            own.sort_by_key(|part| part.order);
            let weighed: Vec<&ScannerClaim<'_>> = speakers
                .iter()
                .filter_map(|speaker| claims.get(speaker.checked_sub(first_claim)? as usize))
                .collect();
            let nothing_known = own.is_empty();
            let mut line = line_of(question, own, vulnerabilities);
            weigh(&mut line, nothing_known, &weighed, standing);
            line
        })
        .collect()
}

/// The line of a part, of what nothing else touches of it.
fn line_alone<'q>(question: &'q Question<'_>, part: Part<'q>) -> Line<'q> {
    let advisory = bulletin_name(question, part.bulletin)
        .map(Cow::Borrowed)
        .or(part.advisory)
        .unwrap_or_else(|| Cow::Owned(fallback_name(question, &part.vulnerabilities)));
    Line {
        advisory,
        vulnerabilities: part.vulnerabilities,
        verdict: part.verdict,
        reasons: part.reasons,
        remedies: part.remedies,
        disagreements: Vec::new(),
        software: part.software,
        bulletin: part.bulletin,
        group: None,
    }
}

/// Makes one sorted list of answers, which are sorted within each verdict, and sorted lines.
fn merge<'q>(mut answers: Vec<Answer<'q>>, others: Vec<Line<'q>>) -> Vec<Line<'q>> {
    if answers.is_empty() {
        return others;
    }
    answers.sort_by_key(|answer| answer.verdict);
    let mut others = others.into_iter().peekable();
    let mut result = Vec::with_capacity(answers.len() + others.len());
    for line in answers.into_iter().map(Answer::into_line) {
        while let Some(other) = others.next_if(|other| order(other, &line).is_lt()) {
            result.push(other);
        }
        result.push(line);
    }
    result.extend(others);
    result
}

/// The name of a bulletin.
pub(super) fn bulletin_name<'q>(
    question: &'q Question<'_>,
    bulletin: Option<u32>,
) -> Option<&'q str> {
    question.knowledge.bulletins.get(bulletin? as usize).map(|b| b.id.as_str())
}

/// The worst of the parts decides; the others stand beside it where they differ.
fn line_of<'q>(
    question: &'q Question<'_>,
    mut parts: Vec<&Part<'q>>,
    vulnerabilities: Vec<VulnerabilityRef>,
) -> Line<'q> {
    parts.sort_by(|a, b| {
        (a.verdict, &a.software, &a.advisory, a.kind()).cmp(&(
            b.verdict,
            &b.software,
            &b.advisory,
            b.kind(),
        ))
    });
    let Some(first) = parts.first() else {
        return Line {
            advisory: Cow::Owned(fallback_name(question, &vulnerabilities)),
            vulnerabilities: Cow::Owned(vulnerabilities),
            verdict: Verdict::Unknown,
            reasons: Arc::from([]),
            remedies: Cow::Borrowed(&[]),
            disagreements: Vec::new(),
            software: None,
            bulletin: None,
            group: None,
        };
    };
    let worst: Vec<&Part<'q>> =
        parts.iter().filter(|p| p.verdict == first.verdict).copied().collect();
    let mut remedies: Vec<Remedy> = Vec::new();
    for remedy in worst.iter().flat_map(|part| part.remedies.iter()) {
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
            for reason in part.reasons.iter() {
                if !reasons.contains(reason) {
                    reasons.push(reason.clone());
                }
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
        disagreements.extend(part.reasons.iter().map(|reason| Disagreement {
            source: source_words(question, part),
            verdict: part.verdict,
            reason: reason.clone(),
        }));
    }
    let bulletin = parts.iter().find_map(|p| p.bulletin);
    Line {
        advisory: bulletin_name(question, bulletin)
            .map(Cow::Borrowed)
            .or_else(|| first.advisory.clone())
            .unwrap_or_else(|| Cow::Owned(fallback_name(question, &vulnerabilities))),
        vulnerabilities: Cow::Owned(vulnerabilities),
        verdict: first.verdict,
        reasons: Arc::from(reasons),
        remedies: Cow::Owned(remedies),
        disagreements,
        software: subjects(&worst),
        bulletin,
        group: None,
    }
}

/// Whether a part of another verdict speaks of the same thing as one of the worst. Parts of one
/// system, and different pieces of software, differ without contradicting each other.
fn contradicts(part: &Part<'_>, worst: &[&Part<'_>]) -> bool {
    part.software.is_some() && worst.iter().any(|w| w.software == part.software)
}

/// Who speaks of what.
fn authority<'p>(part: &'p Part<'_>) -> (u32, Option<&'p str>, Option<&'p str>) {
    (part.source, part.advisory.as_deref(), part.software.as_deref())
}

/// The software that a line is about: every piece to which the verdict applies.
fn subjects(worst: &[&Part<'_>]) -> Option<Arc<str>> {
    let mut names: Vec<&str> = worst.iter().filter_map(|p| p.software.as_deref()).collect();
    names.dedup();
    match names.as_slice() {
        [] => None,
        [_] => worst.iter().find_map(|p| p.software.clone()),
        many => Some(Arc::from(many.join(", "))),
    }
}

fn source_words(question: &Question<'_>, part: &Part<'_>) -> String {
    let source = question.knowledge.sources.get(part.source as usize);
    match (source, &part.advisory) {
        (Some(source), Some(advisory)) => format!("{} ({advisory})", source.kind),
        (Some(source), None) => source.kind.as_str().to_owned(),
        (None, Some(advisory)) => advisory.clone().into_owned(),
        (None, None) => "knowledge".to_owned(),
    }
}

/// What a line is called that no advisory names: after its vulnerabilities.
pub(super) fn fallback_name(
    question: &Question<'_>,
    vulnerabilities: &[VulnerabilityRef],
) -> String {
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

/// A bulletin whose way in a setting closes is mitigated while the evidence shows the setting off:
/// the reason of that.
fn mitigation(
    question: &Question<'_>,
    host: &Host,
    standing: &Standing<'_>,
    verdict: Verdict,
    bulletin: Option<u32>,
) -> Option<Arc<[Reason]>> {
    if verdict != Verdict::Affected || standing.controls.is_empty() {
        return None;
    }
    let bulletin = question.knowledge.bulletins.get(bulletin? as usize)?;
    let (piece, control) = bulletin
        .mitigations
        .iter()
        .filter_map(|name| standing.control(name.as_str()))
        .find(|(_, control)| control.state == ControlState::Disabled)?;
    Some(Arc::from([Reason::ControlOff {
        control: control.name.clone(),
        row: RowRef::new(host, piece, &control.place, &control.raw),
    }]))
}

fn weigh(
    line: &mut Line<'_>,
    nothing_known: bool,
    claims: &[&ScannerClaim<'_>],
    standing: &Standing<'_>,
) {
    if claims.is_empty() {
        return;
    }
    let mut reasons = if nothing_known { Vec::new() } else { line.reasons.to_vec() };
    // The gravest claim first, so that it leads the reasons.
    let mut claims: Vec<&&ScannerClaim<'_>> = claims.iter().collect();
    claims.sort_by_key(|claim| gravity(claim.outcome));
    for claim in claims {
        let reason = claim.reason();
        let differs =
            |verdict| Disagreement { source: claim.source(), verdict, reason: reason.clone() };
        let conflicts = reasons.first() == Some(&Reason::Conflict);
        let older = || older_than_fix(claim, &reasons, standing);
        let weighed = weigh_step(claim.outcome, claim.method, line.verdict, conflicts, &older);
        match weighed {
            Weighed::TakesOver => {
                line.verdict = Verdict::Affected;
                reasons.insert(0, reason);
            }
            Weighed::Contradicts => {
                line.disagreements.push(differs(Verdict::Affected));
                line.verdict = Verdict::Unknown;
                reasons.insert(0, Reason::Conflict);
            }
            Weighed::Differs(verdict) => line.disagreements.push(differs(verdict)),
            Weighed::Agrees => reasons.push(reason),
        }
    }
    line.reasons = Arc::from(reasons);
}

/// Whether the scanner looked before the fix was installed.
fn older_than_fix(claim: &ScannerClaim<'_>, reasons: &[Reason], standing: &Standing<'_>) -> bool {
    let Some(seen) = claim.observed_at.map(|at| at.latest.date()) else { return false };
    let installed: Option<Date> = reasons.iter().find_map(|reason| match reason {
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
fn unanswered<'q>(
    question: &'q Question<'_>,
    host: &Host,
    standing: &Standing<'_>,
    answers: &[Answer<'q>],
    lines: &mut Vec<Line<'q>>,
) {
    let Some(selected) = &question.selection else {
        watch_without_system(question, host, standing, lines);
        return;
    };
    let answered = |v: VulnerabilityRef, lines: &[Line<'q>]| {
        answers.iter().any(|answer| answer.group.vulnerabilities.binary_search(&v).is_ok())
            || lines.iter().any(|line| line.vulnerabilities.contains(&v))
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
        let named = |matter: &Matter| names_any(question.knowledge, host, standing, matter);
        let reason = silent(question, standing, vulnerability, &|| Shown::of(host), &named);
        push_silent(question, lines, vulnerability, reason);
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
fn watch_without_system<'q>(
    question: &'q Question<'_>,
    host: &Host,
    standing: &Standing<'_>,
    lines: &mut Vec<Line<'q>>,
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

/// What is said of a vulnerability that nothing speaks of on a host.
fn silent(
    question: &Question<'_>,
    standing: &Standing<'_>,
    vulnerability: VulnerabilityRef,
    shown: &dyn Fn() -> Shown,
    is_named: &dyn Fn(&Matter) -> bool,
) -> Reason {
    let VulnerabilityRef::Known(v) = vulnerability else { return Reason::NotInKnowledge };
    let is_windows_matter = question.listed().get(&v).is_some_and(|places| !places.is_empty());
    let matter = question.matter(v);
    let silence = matter.map_or(Silence::NoMatter, |matter| {
        silence(question.knowledge, matter, stated_platform(standing), shown(), is_named(matter))
    });
    silent_reason(question, standing, v, is_windows_matter, matter, silence)
}

/// The platform that the host itself states.
pub(super) fn stated_platform<'h>(standing: &Standing<'h>) -> Option<&'h Platform> {
    standing.os.filter(|(_, os)| os.guess_percent.is_none()).map(|(_, os)| &os.platform)
}

/// The reason where nothing speaks of a host.
pub(super) fn silent_reason(
    question: &Question<'_>,
    standing: &Standing<'_>,
    vulnerability: u32,
    is_windows_matter: bool,
    matter: Option<&Matter>,
    silence: Silence,
) -> Reason {
    if let Some(product) = question.other_product(vulnerability).filter(|_| !is_windows_matter) {
        return Reason::ProductNotJudged { product };
    }
    let platform = stated_platform(standing);
    let is_linux = matches!(platform, Some(Platform::Linux { .. }));
    let is_of_own = || matter.is_some_and(|matter| matter.is_of(question.knowledge, platform));
    let by_software = !is_windows_matter || (is_linux && is_of_own());
    let product = || matter.map_or(String::new(), |m| m.product(question.knowledge));
    let system = |os: &model::evidence::OperatingSystem| os.raw_name.trim().to_owned();
    match (silence, standing.os) {
        (Silence::NotInstalled, Some(_)) if by_software => {
            Reason::NotInstalled { product: product() }
        }
        (Silence::NotShown, _) if by_software => Reason::SoftwareNotShown { product: product() },
        (_, Some((_, os))) if standing.windows.is_some() || by_software => {
            Reason::ProductNotCovered { product: system(os) }
        }
        (_, Some((_, os))) if is_linux => Reason::OtherSystem { product: system(os) },
        _ => Reason::ProductNotShown,
    }
}

fn push_silent<'q>(
    question: &'q Question<'_>,
    lines: &mut Vec<Line<'q>>,
    vulnerability: VulnerabilityRef,
    reason: Reason,
) {
    let verdict = match reason {
        Reason::OtherSystem { .. } | Reason::NotInstalled { .. } => Verdict::NotAffected,
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
            && *line.reasons == *std::slice::from_ref(&reason)
    });
    if let Some(line) = same {
        let vulnerabilities = line.vulnerabilities.to_mut();
        vulnerabilities.push(vulnerability);
        vulnerabilities.sort_unstable();
        return;
    }
    lines.push(Line {
        advisory: bulletin_name(question, bulletin)
            .map_or_else(|| Cow::Owned(name_of(question, vulnerability)), Cow::Borrowed),
        vulnerabilities: Cow::Owned(vec![vulnerability]),
        verdict,
        reasons: Arc::from([reason]),
        remedies: Cow::Borrowed(&[]),
        disagreements: Vec::new(),
        software: None,
        bulletin,
        group: None,
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
