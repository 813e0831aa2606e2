//! Counts over hosts. A host that nothing could be said of is counted as that, never as clean.

use exposure::judge::{HostVerdicts, Step, UnrecognisedKind};
use formats::export::report::{HostReport, RemedyReport};
use model::verdict::Verdict;
use rustc_hash::FxHashMap;

use super::remedy_report;

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
    /// Unknown for a worm-class flaw.
    pub(crate) worm_unknown: bool,
    /// The earliest day something is due.
    pub(crate) due: Option<String>,
    /// The first line in words.
    pub(crate) first: Option<(Verdict, String, String)>,
    /// Names of the worm-class advisories it is open to.
    pub(crate) worms: Vec<String>,
    /// Sources that disagree, counted.
    pub(crate) disagreements: usize,
}

impl HostLine {
    pub(crate) fn of(verdicts: &HostVerdicts, report: &HostReport) -> Self {
        let mut line = Self {
            host: report.host.clone(),
            product: report.product.clone(),
            counts: [0; 5],
            worm: false,
            worm_exploited: false,
            kev: 0,
            worm_unknown: false,
            due: None,
            first: None,
            worms: Vec::new(),
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
            line.disagreements += usize::from(!row.disagreements.is_empty());
            match verdict.verdict {
                Verdict::Affected => {
                    line.worm |= row.worm;
                    line.worm_exploited |= row.worm && row.kev;
                    line.kev += usize::from(row.kev);
                    if row.worm && !line.worms.contains(&row.advisory) {
                        line.worms.push(row.advisory.clone());
                    }
                    if let Some(due) = &row.due
                        && line.due.as_ref().is_none_or(|known| due < known)
                    {
                        line.due = Some(due.clone());
                    }
                }
                Verdict::Unknown => line.worm_unknown |= row.worm,
                _ => {}
            }
        }
        let first = verdicts.lines.iter().zip(&report.verdicts).min_by_key(|(verdict, row)| {
            (verdict.verdict, !row.worm, !row.kev, std::cmp::Reverse(row.severity.map(|_| 1)))
        });
        line.first =
            first.map(|(verdict, row)| (verdict.verdict, row.advisory.clone(), row.reason.clone()));
        line
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

    /// Whether the host cannot be told: nothing was judged, or what matters most is unknown.
    pub(crate) fn cannot_be_told(&self) -> bool {
        self.count(Verdict::Affected) == 0
            && (self.is_silent()
                || self.worm_unknown
                || (self.count(Verdict::Unknown) > 0 && self.count(Verdict::Fixed) == 0))
    }

    /// The worst verdict.
    pub(crate) fn worst(&self) -> Option<Verdict> {
        Verdict::ALL.into_iter().find(|v| self.count(*v) > 0)
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
    pub(crate) lines: usize,
    pub(crate) worm: usize,
    pub(crate) kev: usize,
    pub(crate) names: Vec<String>,
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
            for row in step.closes.iter().filter_map(|at| report.verdicts.get(*at)) {
                tally.lines += row.cves.len().max(1);
                tally.worm += usize::from(row.worm);
                tally.kev += usize::from(row.kev);
                if (row.worm || row.kev)
                    && !tally.names.contains(&row.advisory)
                    && tally.names.len() < 6
                {
                    tally.names.push(row.advisory.clone());
                }
            }
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
            ours.worm += theirs.worm;
            ours.kev += theirs.kev;
            for name in theirs.names {
                if !ours.names.contains(&name) && ours.names.len() < 6 {
                    ours.names.push(name);
                }
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
