//! Counts over hosts. A host that nothing could be said of is counted as that, never as clean.

use std::cmp::Reverse;
use std::collections::BTreeSet;

use exposure::judge::{HostVerdicts, Line, Step, UnrecognisedKind};
use formats::export::report::{HostReport, RemedyReport, VerdictReport};
use model::verdict::Verdict;
use rustc_hash::FxHashMap;

use super::remedy_report;
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
    pub(crate) due: Option<String>,
    /// The most urgent line: its verdict and what it is about.
    pub(crate) first: Option<(Verdict, String)>,
    /// Sources that disagree, counted.
    pub(crate) disagreements: usize,
}

impl HostLine {
    pub(crate) fn of(verdicts: &HostVerdicts, report: &HostReport) -> Self {
        let mut line = Self {
            host: one_line(&report.host),
            product: report.product.as_deref().map(one_line),
            counts: [0; 5],
            worm: false,
            worm_exploited: false,
            kev: 0,
            cannot_be_told: report.cannot_be_told(),
            due: None,
            first: None,
            disagreements: 0,
        };
        for (verdict, row) in verdicts.lines.iter().zip(&report.verdicts) {
            if let Some(count) = Verdict::ALL
                .iter()
                .position(|v| *v == verdict.verdict)
                .and_then(|at| line.counts.get_mut(at))
            {
                *count += 1;
            }
            line.disagreements += usize::from(!verdict.disagreements.is_empty());
            if verdict.verdict == Verdict::Affected {
                line.worm |= row.worm;
                line.worm_exploited |= row.worm && row.kev;
                line.kev += usize::from(row.kev);
                if let Some(due) = &row.due
                    && line.due.as_ref().is_none_or(|known| due < known)
                {
                    line.due = Some(due.clone());
                }
            }
        }
        let first = verdicts.lines.iter().zip(&report.verdicts).min_by_key(|(verdict, row)| {
            (
                verdict.verdict,
                rank(row),
                // What no source rates is not taken for harmless: it stands before "none".
                Reverse(row.severity.map_or(1, severity_rank)),
                Reverse(row.epss.map_or(0, millionths)),
                &row.due,
                &row.advisory,
            )
        });
        line.first = first.map(|(verdict, row)| (verdict.verdict, known_as(verdict, row)));
        line
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
fn rank(row: &VerdictReport) -> u8 {
    match (row.worm, row.kev, row.ransomware) {
        (true, true, true) => 0,
        (true, true, false) => 1,
        (true, false, _) => 2,
        (false, true, _) => 3,
        (false, false, _) => LESSER,
    }
}

/// Rank of the report's severity words; "none" is below what nobody rated.
fn severity_rank(code: &str) -> usize {
    ["none", "", "low", "medium", "high", "critical"]
        .iter()
        .position(|known| *known == code)
        .unwrap_or(1)
}

/// Probabilities as whole numbers, which have an order.
#[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "between 0 and 1")]
fn millionths(probability: f64) -> u32 {
    (probability * 1e6).round() as u32
}

/// What people know a line by: the bulletin's name, else the CVE with the update's number behind it.
fn known_as(line: &Line, row: &VerdictReport) -> String {
    let Some(one) = row.cves.first() else { return row.advisory.clone() };
    if line.bulletin.is_some() || row.cves.contains(&row.advisory) {
        return row.advisory.clone();
    }
    // A scanner's line is named after its flaws ("CVE-2017-0143 and 5 more") already.
    if row.advisory.starts_with(one.as_str()) {
        return row.advisory.clone();
    }
    match line.vulnerabilities.len() {
        0 | 1 => format!("{one} ({})", row.advisory),
        all => format!("{one} +{} ({})", all - 1, row.advisory),
    }
}

/// Sums over hosts.
#[derive(Clone, Debug, Default)]
pub(crate) struct Tally {
    pub(crate) hosts: Vec<HostLine>,
    /// Steps by remedy: hosts, lines closed, worm lines, exploited lines.
    pub(crate) steps: FxHashMap<RemedyReport, StepTally>,
    pub(crate) unrecognised_software: usize,
    pub(crate) unrecognised_updates: usize,
}

/// What one remedy would close.
#[derive(Clone, Debug, Default)]
pub(crate) struct StepTally {
    pub(crate) hosts: Vec<String>,
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
        rank < LESSER || self.names.len() < MOST_NAMES
    }

    /// Notes a name; what is less urgent than the most that are kept falls out.
    fn note(&mut self, rank: u8, name: String) {
        self.names.insert((rank, name));
        if self.names.len() > MOST_NAMES {
            self.names.pop_last();
        }
    }
}

impl Tally {
    /// Adds a host.
    pub(crate) fn add(&mut self, verdicts: &HostVerdicts, report: &HostReport, steps: &[Step]) {
        for unrecognised in &verdicts.unrecognised {
            match unrecognised.kind {
                UnrecognisedKind::Software => self.unrecognised_software += 1,
                UnrecognisedKind::Update => self.unrecognised_updates += 1,
                UnrecognisedKind::OperatingSystem => {}
            }
        }
        for step in steps {
            let tally = self.steps.entry(remedy_report(&step.remedy)).or_default();
            tally.hosts.push(report.host.clone());
            let closed = step
                .closes
                .iter()
                .filter_map(|at| Some((verdicts.lines.get(*at)?, report.verdicts.get(*at)?)));
            let mut flaws = 0;
            for (line, row) in closed {
                flaws += line.vulnerabilities.len().max(1);
                tally.worm += usize::from(row.worm);
                tally.kev += usize::from(row.kev);
                if tally.keeps(rank(row)) {
                    tally.note(rank(row), known_as(line, row));
                }
            }
            tally.lines += flaws;
            tally.most = tally.most.max(flaws);
        }
        self.hosts.push(HostLine::of(verdicts, report));
    }

    /// Adds another tally's hosts after one's own.
    pub(crate) fn absorb(&mut self, other: Self) {
        self.hosts.extend(other.hosts);
        for (remedy, theirs) in other.steps {
            let ours = self.steps.entry(remedy).or_default();
            ours.hosts.extend(theirs.hosts);
            ours.lines += theirs.lines;
            ours.most = ours.most.max(theirs.most);
            ours.worm += theirs.worm;
            ours.kev += theirs.kev;
            for (rank, name) in theirs.names {
                ours.note(rank, name);
            }
        }
        self.unrecognised_software += other.unrecognised_software;
        self.unrecognised_updates += other.unrecognised_updates;
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
