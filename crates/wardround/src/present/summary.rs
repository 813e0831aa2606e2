//! Counts over hosts. A host that nothing could be said of is counted as that, never as clean.

use std::cmp::Reverse;
use std::collections::BTreeSet;

use exposure::deadline::Policy;
use exposure::host::Host;
use exposure::judge::{
    HostVerdicts, Line, Question, Remedy, Severity, Step, UnrecognisedKind, Urgency,
    VulnerabilityRef, spreads, urgency,
};
use exposure::knowledge::lookup;
use formats::export::report::{RemedyReport, cannot_be_told};
use jiff::civil::Date;
use model::verdict::Verdict;
use rustc_hash::FxHashMap;

use super::host::{exposed, remedy_report};
use super::words::one_line;

/// Most names of worm-class and exploited flaws kept of a step.
const MOST_NAMES: usize = 5;
/// Most names kept of other flaws.
const MOST_LESSER: usize = 3;

/// One host in a line.
#[derive(Clone, Debug)]
pub(crate) struct HostLine {
    pub(crate) host: String,
    pub(crate) product: Option<String>,
    /// Lines per verdict, in the order of [`Verdict::ALL`].
    pub(crate) counts: [usize; 5],
    /// Affected by a worm-class flaw.
    pub(crate) worm: bool,
    /// ... that is known to be exploited.
    pub(crate) worm_exploited: bool,
    /// Affected lines that are known to be exploited.
    pub(crate) kev: usize,
    /// Nothing is open, and what matters most cannot be said.
    cannot_be_told: bool,
    /// The earliest day something is due.
    pub(crate) due: Option<Date>,
    /// The most urgent line: its verdict and what it is about.
    pub(crate) first: Option<(Verdict, String)>,
    /// Sources that disagree, counted.
    pub(crate) disagreements: usize,
}

/// What makes a host's lines urgent; of lines that are not affected only whether they are about a
/// worm. Ten thousand hosts need no more.
pub(crate) fn urgencies(
    question: &Question<'_>,
    policy: &Policy,
    host: &Host,
    verdicts: &HostVerdicts<'_>,
) -> Vec<Urgency> {
    let exposed = exposed(host);
    verdicts
        .lines
        .iter()
        .map(|line| match line.verdict {
            Verdict::Affected => urgency(question, line, policy, exposed),
            _ => Urgency { worm: spreads(question, line), ..Urgency::default() },
        })
        .collect()
}

impl HostLine {
    fn of(question: &Question<'_>, verdicts: &HostVerdicts<'_>, urgencies: &[Urgency]) -> Self {
        let lines = || verdicts.lines.iter().zip(urgencies);
        let mut result = Self {
            host: one_line(&verdicts.host),
            product: verdicts.product.as_deref().map(one_line),
            counts: [0; 5],
            worm: false,
            worm_exploited: false,
            kev: 0,
            cannot_be_told: cannot_be_told(
                lines().map(|(line, urgency)| (line.verdict, urgency.worm)),
            ),
            due: None,
            first: None,
            disagreements: 0,
        };
        for (line, urgency) in lines() {
            if let Some(count) = result.counts.get_mut(line.verdict as usize) {
                *count += 1;
            }
            result.disagreements += usize::from(!line.disagreements.is_empty());
            if line.verdict == Verdict::Affected {
                result.worm |= urgency.worm;
                result.worm_exploited |= urgency.worm && urgency.kev;
                result.kev += usize::from(urgency.kev);
                if let Some(due) = urgency.due_by
                    && result.due.is_none_or(|known| due < known)
                {
                    result.due = Some(due);
                }
            }
        }
        // Lines come worst verdict first.
        let worst = verdicts.lines.first().map(|line| line.verdict);
        let first = lines().take_while(|(line, _)| Some(line.verdict) == worst).min_by_key(
            |(line, urgency)| {
                (
                    rank(urgency),
                    // What no source rates is not taken for harmless: it stands before "none".
                    Reverse(severity_rank(urgency.severity)),
                    Reverse(urgency.epss_millionths.unwrap_or(0)),
                    urgency.due_by,
                    &line.advisory,
                )
            },
        );
        result.first = first.map(|(line, _)| (line.verdict, known_as(question, line)));
        result
    }

    /// Lines that are fixed, mitigated or not affected.
    pub(crate) fn closed(&self) -> usize {
        self.count(Verdict::Fixed)
            + self.count(Verdict::Mitigated)
            + self.count(Verdict::NotAffected)
    }

    /// Lines of a verdict.
    pub(crate) fn count(&self, verdict: Verdict) -> usize {
        Verdict::ALL
            .iter()
            .position(|v| *v == verdict)
            .and_then(|at| self.counts.get(at))
            .copied()
            .unwrap_or(0)
    }

    /// Whether nothing at all could be judged.
    pub(crate) fn is_silent(&self) -> bool {
        self.counts.iter().all(|count| *count == 0)
    }

    /// Whether the host cannot be told ([`HostReport::cannot_be_told`]).
    pub(crate) const fn cannot_be_told(&self) -> bool {
        self.cannot_be_told
    }

    /// The worst verdict.
    pub(crate) fn worst(&self) -> Option<Verdict> {
        Verdict::ALL.into_iter().find(|v| self.count(*v) > 0)
    }
}

/// Rank of what neither worms nor attackers are known to use.
const LESSER: u8 = 4;

/// How urgent a line is; lower is worse.
fn rank(urgency: &Urgency) -> u8 {
    match (urgency.worm, urgency.kev, urgency.ransomware) {
        (true, true, true) => 0,
        (true, true, false) => 1,
        (true, false, _) => 2,
        (false, true, _) => 3,
        (false, false, _) => LESSER,
    }
}

/// Rank of a severity; "none" is below what nobody rated.
const fn severity_rank(severity: Option<Severity>) -> u8 {
    match severity {
        Some(Severity::None) => 0,
        None => 1,
        Some(Severity::Low) => 2,
        Some(Severity::Medium) => 3,
        Some(Severity::High) => 4,
        Some(Severity::Critical) => 5,
    }
}

/// What people know a line by: the bulletin's name, else the CVE with the update's number behind it.
fn known_as(question: &Question<'_>, line: &Line<'_>) -> String {
    let advisory = &*line.advisory;
    let unlisted;
    let one = match line.vulnerabilities.first() {
        Some(VulnerabilityRef::Known(position)) => {
            lookup::row(question.knowledge, *position).map(|row| row.id.as_str())
        }
        Some(VulnerabilityRef::Unlisted(cve)) => {
            unlisted = cve.to_string();
            Some(unlisted.as_str())
        }
        None => None,
    };
    let Some(one) = one else { return advisory.to_owned() };
    // A scanner's line is named after its flaws ("CVE-2017-0143 and 5 more") already.
    if line.bulletin.is_some() || advisory.starts_with(one) {
        return advisory.to_owned();
    }
    match line.vulnerabilities.len() {
        0 | 1 => format!("{one} ({advisory})"),
        all => format!("{one} +{} ({advisory})", all - 1),
    }
}

/// Sums over hosts.
#[derive(Clone, Debug, Default)]
pub(crate) struct Tally {
    pub(crate) hosts: Vec<HostLine>,
    /// Steps by remedy: hosts, lines closed, worm lines, exploited lines.
    steps: FxHashMap<Remedy, StepTally>,
    pub(crate) unrecognised_software: usize,
    pub(crate) unrecognised_updates: usize,
}

/// What one remedy would close.
#[derive(Clone, Debug, Default)]
pub(crate) struct StepTally {
    /// Positions in [`Tally::hosts`].
    pub(crate) hosts: Vec<usize>,
    /// Flaws closed, summed over the hosts.
    pub(crate) lines: usize,
    /// Most flaws closed on one host.
    pub(crate) most: usize,
    pub(crate) worm: usize,
    pub(crate) kev: usize,
    /// Some of what it closes, each behind its rank, the worst first.
    names: BTreeSet<(u8, String)>,
}

impl StepTally {
    /// The worst by name; where there is anything that worms or attackers use, only that.
    pub(crate) fn worst(&self) -> Vec<&str> {
        let urgent = self.names.first().is_some_and(|(rank, _)| *rank < LESSER);
        let most = if urgent { MOST_NAMES } else { MOST_LESSER };
        self.names
            .iter()
            .filter(|(rank, _)| !urgent || *rank < LESSER)
            .take(most)
            .map(|(_, name)| name.as_str())
            .collect()
    }

    /// Whether a name of this rank may be kept: of what nobody is known to use, the first few do.
    fn keeps(&self, rank: u8) -> bool {
        self.names.len() < MOST_NAMES
            || (rank < LESSER && self.names.last().is_some_and(|(last, _)| rank <= *last))
    }

    /// Adds what the same remedy would close on other hosts.
    fn absorb(&mut self, other: Self) {
        self.hosts.extend(other.hosts);
        self.lines += other.lines;
        self.most = self.most.max(other.most);
        self.worm += other.worm;
        self.kev += other.kev;
        for (rank, name) in other.names {
            self.note(rank, name);
        }
    }

    /// Notes a name; what is less urgent than the most that are kept falls out.
    fn note(&mut self, rank: u8, name: String) {
        if self.names.len() >= MOST_NAMES
            && self.names.last().is_some_and(|(last, known)| (*last, known) < (rank, &name))
        {
            return;
        }
        self.names.insert((rank, name));
        if self.names.len() > MOST_NAMES {
            self.names.pop_last();
        }
    }
}

impl Tally {
    /// Adds a host.
    pub(crate) fn add(
        &mut self,
        question: &Question<'_>,
        verdicts: &HostVerdicts<'_>,
        urgencies: &[Urgency],
        steps: Vec<Step>,
    ) {
        for unrecognised in &verdicts.unrecognised {
            match unrecognised.kind {
                UnrecognisedKind::Software => self.unrecognised_software += 1,
                UnrecognisedKind::Update => self.unrecognised_updates += 1,
                UnrecognisedKind::OperatingSystem => {}
            }
        }
        let host = self.hosts.len();
        for step in steps {
            let tally = self.steps.entry(step.remedy).or_default();
            tally.hosts.push(host);
            let closed = step
                .closes
                .iter()
                .filter_map(|at| Some((verdicts.lines.get(*at)?, urgencies.get(*at)?)));
            let mut flaws = 0;
            for (line, urgency) in closed {
                flaws += line.vulnerabilities.len().max(1);
                tally.worm += usize::from(urgency.worm);
                tally.kev += usize::from(urgency.kev);
                if tally.keeps(rank(urgency)) {
                    tally.note(rank(urgency), known_as(question, line));
                }
            }
            tally.lines += flaws;
            tally.most = tally.most.max(flaws);
        }
        self.hosts.push(HostLine::of(question, verdicts, urgencies));
    }

    /// Adds another tally's hosts after one's own.
    pub(crate) fn absorb(&mut self, other: Self) {
        let before = self.hosts.len();
        self.hosts.extend(other.hosts);
        for (remedy, mut theirs) in other.steps {
            for host in &mut theirs.hosts {
                *host += before;
            }
            self.steps.entry(remedy).or_default().absorb(theirs);
        }
        self.unrecognised_software += other.unrecognised_software;
        self.unrecognised_updates += other.unrecognised_updates;
    }

    /// The steps by what a person reads of their remedies.
    pub(crate) fn steps(&self) -> FxHashMap<RemedyReport, StepTally> {
        let mut steps: FxHashMap<RemedyReport, StepTally> = FxHashMap::default();
        for (remedy, step) in &self.steps {
            let known = steps.entry(remedy_report(remedy)).or_default();
            known.absorb(step.clone());
            known.hosts.sort_unstable();
        }
        steps
    }

    /// How many hosts fulfil a condition.
    pub(crate) fn count(&self, holds: impl Fn(&HostLine) -> bool) -> usize {
        self.hosts.iter().filter(|host| holds(host)).count()
    }
}

/// Whether `--fail-on` holds for a host.
pub(crate) fn fails(line: &HostLine, on: crate::commands::check::FailOn) -> bool {
    use crate::commands::check::FailOn;
    match on {
        FailOn::Affected => line.count(Verdict::Affected) > 0,
        FailOn::Kev => line.kev > 0,
        FailOn::Unknown => line.count(Verdict::Unknown) > 0 || line.is_silent(),
    }
}
