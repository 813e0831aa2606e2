//! The report of `wardround check`: plain values, ready to be written.
//!
//! The JSON of `--json` is this structure; `schema/check-report.schema.json` describes it. Fields are
//! only ever added.

use std::cell::Cell;

use model::verdict::Verdict;
use serde::{Serialize, Serializer};

/// Everything but the hosts: what stands once in a report.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Frame {
    /// The instant as at which was judged, RFC 3339 day.
    pub as_at: String,
    /// The knowledge that was used.
    pub knowledge: KnowledgeInfo,
    /// The policy that gave due dates.
    pub policy: String,
    /// What was asked for by name; empty: everything.
    pub only: Vec<String>,
    /// Names that were asked for and that knowledge does not have.
    pub not_in_knowledge: Vec<String>,
}

/// The knowledge behind a report.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct KnowledgeInfo {
    /// When it was compiled, RFC 3339.
    pub built_at: String,
    /// What it was compiled from.
    pub sources: Vec<SourceInfo>,
}

/// One source of knowledge.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct SourceInfo {
    /// Kind ("msrc-cvrf", "kev").
    pub kind: String,
    /// Identifier.
    pub id: String,
    /// Day up to which it speaks, if it says.
    pub as_of: Option<String>,
    /// How many facts it gave.
    pub facts: u64,
}

/// One host. Its verdicts are a list, or are made while they are written ([`Streamed`]).
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct HostReport<V = Vec<VerdictReport>> {
    /// Label.
    pub host: String,
    /// The files it was judged from.
    pub evidence: Vec<EvidenceInfo>,
    /// Operating system as understood; `None`: not shown.
    pub product: Option<String>,
    /// Build; `None`: not shown.
    pub build: Option<String>,
    /// Verdicts, worst first.
    pub verdicts: V,
    /// What the evidence names and knowledge does not know.
    pub unrecognised: Vec<UnrecognisedReport>,
    /// What a person should know of the evidence.
    pub notes: Vec<String>,
}

impl<V> HostReport<V> {
    /// The same host with its verdicts in another form.
    pub fn map_verdicts<W>(self, into: impl FnOnce(V) -> W) -> HostReport<W> {
        HostReport {
            host: self.host,
            evidence: self.evidence,
            product: self.product,
            build: self.build,
            verdicts: into(self.verdicts),
            unrecognised: self.unrecognised,
            notes: self.notes,
        }
    }
}

/// Verdicts that are made one at a time, while they are written, once. A list of a thousand costs
/// more to hold than to write.
pub struct Streamed<I>(Cell<Option<I>>);

impl<I: Iterator<Item = VerdictReport>> Streamed<I> {
    /// Verdicts yet to be made.
    pub fn new(verdicts: I) -> Self {
        Self(Cell::new(Some(verdicts)))
    }
}

impl<I: Iterator<Item = VerdictReport>> Serialize for Streamed<I> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_seq(self.0.take().into_iter().flatten())
    }
}

/// One file of a host.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct EvidenceInfo {
    /// Path as given.
    pub file: String,
    /// Format it was read as.
    pub format: String,
    /// When it was collected, if it says (local time of the host).
    pub collected_at: Option<String>,
    /// How it came to this host.
    pub joined: String,
}

/// One verdict.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct VerdictReport {
    /// Advisory: a bulletin, a KB, a vendor's advisory or a CVE.
    pub advisory: String,
    /// Its title, or null.
    pub title: Option<String>,
    /// CVEs it covers here.
    pub cves: Vec<String>,
    /// Other identifiers it covers here (GHSA and like), where there is no CVE.
    pub other_ids: Vec<String>,
    /// `affected`, `fixed`, `mitigated`, `not_affected` or `unknown`.
    pub verdict: &'static str,
    /// The deciding reason.
    pub reason: String,
    /// Further reasons that point the same way.
    pub more_reasons: Vec<String>,
    /// Sources that say otherwise.
    pub disagreements: Vec<DisagreementReport>,
    /// What to do: any one of these.
    pub remedies: Vec<RemedyReport>,
    /// The software it is about; null for the operating system.
    pub software: Option<String>,
    /// Spreads without a user.
    pub worm: bool,
    /// In CISA's Known Exploited Vulnerabilities catalogue.
    pub kev: bool,
    /// Known use in ransomware campaigns; false is "not known".
    pub ransomware: bool,
    /// Highest EPSS probability, or null if no score is known.
    pub epss: Option<f64>,
    /// `none`, `low`, `medium`, `high`, `critical`, or null if no source states one.
    pub severity: Option<&'static str>,
    /// Day it is due, or null.
    pub due: Option<String>,
    /// Why that day.
    pub due_because: Option<String>,
    /// The evidence row that decided, or null.
    pub row: Option<RowReport>,
}

/// A row of evidence.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct RowReport {
    /// File.
    pub file: String,
    /// Place in the file ("line 35").
    pub place: String,
    /// Line number where the place is a line.
    pub line: Option<u32>,
    /// As printed.
    pub raw: String,
}

/// A source that says otherwise.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct DisagreementReport {
    /// Who.
    pub source: String,
    /// What it concludes.
    pub verdict: &'static str,
    /// Why.
    pub reason: String,
}

/// One remedy.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
pub struct RemedyReport {
    /// `update`, `restart`, `service_pack`, `upgrade`, `publisher` or `none_available`; of a step
    /// also `none_known`, where a line has no remedy. What is made for VEX alone may hold
    /// [`super::RISK_ACCEPTED`].
    pub action: &'static str,
    /// KB number for `update` ("KB4012215"), version for `upgrade`, or null.
    pub value: Option<String>,
    /// In words.
    pub text: String,
}

/// Something that was not recognised.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct UnrecognisedReport {
    /// `operating_system`, `software` or `update`.
    pub kind: &'static str,
    /// Name as printed.
    pub name: String,
    /// Version as printed.
    pub version: Option<String>,
    /// File and place.
    pub place: String,
}

/// A file or part of one that could not be read.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct ErrorReport {
    /// File.
    pub file: String,
    /// Line, where the place is one.
    pub line: Option<u32>,
    /// `error`: the file was not judged; `warning`: the rest of it was.
    pub level: &'static str,
    /// Place, what is wrong, what to do.
    pub message: String,
}

/// Sums over all hosts of a report.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Summary {
    /// Hosts in the report.
    pub hosts: u64,
    /// Hosts by their worst verdict; they add up to `hosts`.
    pub hosts_by_worst: HostsByWorst,
    /// Lines (host x advisory) by verdict.
    pub lines: LinesByVerdict,
    /// Hosts affected by a flaw that spreads without a user.
    pub worm_open: u64,
    /// Hosts affected by a flaw of CISA's Known Exploited Vulnerabilities catalogue.
    pub kev_open: u64,
    /// Hosts that cannot be told ([`HostReport::cannot_be_told`]).
    pub cannot_tell: u64,
    /// Operating systems that knowledge does not know; once a host.
    pub unrecognised_systems: u64,
    /// Software that knowledge does not know; once a host.
    pub unrecognised_software: u64,
    /// Updates that knowledge does not know; once a host.
    pub unrecognised_updates: u64,
    /// Files that were read, wholly or in part.
    pub files_read: u64,
    /// Files that could not be read.
    pub files_failed: u64,
}

/// Hosts by their worst verdict.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct HostsByWorst {
    /// At least one line is affected.
    pub affected: u64,
    /// None is affected, one is unknown.
    pub unknown: u64,
    /// The worst is mitigated.
    pub mitigated: u64,
    /// The worst is fixed.
    pub fixed: u64,
    /// No advisory concerns it.
    pub not_affected: u64,
    /// There is no line: nothing that knowledge knows was seen. Not safe, not judged.
    pub nothing_to_judge: u64,
}

/// Lines by verdict.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct LinesByVerdict {
    /// Affected.
    pub affected: u64,
    /// Unknown.
    pub unknown: u64,
    /// Mitigated.
    pub mitigated: u64,
    /// Fixed.
    pub fixed: u64,
    /// Not affected.
    pub not_affected: u64,
}

impl Summary {
    /// Adds a host. Files are not counted here: one may tell of many hosts.
    pub fn count(&mut self, host: &HostReport) {
        let mut verdicts = VerdictCount::default();
        for line in &host.verdicts {
            verdicts.add(line);
        }
        self.count_host(&verdicts);
        self.count_unrecognised(&host.unrecognised);
    }

    /// Adds a host whose verdicts were counted while they were made.
    pub fn count_host(&mut self, verdicts: &VerdictCount) {
        let lines = &verdicts.lines;
        let worst = &mut self.hosts_by_worst;
        let worst = if lines.affected > 0 {
            &mut worst.affected
        } else if lines.unknown > 0 {
            &mut worst.unknown
        } else if lines.mitigated > 0 {
            &mut worst.mitigated
        } else if lines.fixed > 0 {
            &mut worst.fixed
        } else if lines.not_affected > 0 {
            &mut worst.not_affected
        } else {
            &mut worst.nothing_to_judge
        };
        *worst += 1;
        self.hosts += 1;
        self.worm_open += u64::from(verdicts.worm_open);
        self.kev_open += u64::from(verdicts.kev_open);
        self.cannot_tell += u64::from(verdicts.told.cannot_be());
        self.lines.add(lines);
    }

    /// Adds what was not recognised on a host.
    pub fn count_unrecognised(&mut self, unrecognised: &[UnrecognisedReport]) {
        for unrecognised in unrecognised {
            let sum = match unrecognised.kind {
                "update" => &mut self.unrecognised_updates,
                "operating_system" => &mut self.unrecognised_systems,
                _ => &mut self.unrecognised_software,
            };
            *sum += 1;
        }
    }

    /// Adds the hosts of another summary. Files are not added: one may tell of hosts in both.
    pub fn add(&mut self, other: &Self) {
        self.hosts += other.hosts;
        let (ours, theirs) = (&mut self.hosts_by_worst, &other.hosts_by_worst);
        ours.affected += theirs.affected;
        ours.unknown += theirs.unknown;
        ours.mitigated += theirs.mitigated;
        ours.fixed += theirs.fixed;
        ours.not_affected += theirs.not_affected;
        ours.nothing_to_judge += theirs.nothing_to_judge;
        self.lines.add(&other.lines);
        self.worm_open += other.worm_open;
        self.kev_open += other.kev_open;
        self.cannot_tell += other.cannot_tell;
        self.unrecognised_systems += other.unrecognised_systems;
        self.unrecognised_software += other.unrecognised_software;
        self.unrecognised_updates += other.unrecognised_updates;
    }
}

/// What the verdicts of one host come to.
#[derive(Clone, Debug, Default)]
pub struct VerdictCount {
    lines: LinesByVerdict,
    worm_open: bool,
    kev_open: bool,
    told: Told,
}

impl VerdictCount {
    /// Adds a verdict.
    pub fn add(&mut self, line: &VerdictReport) {
        let lines = &mut self.lines;
        let (verdict, sum) = match line.verdict {
            "affected" => (Verdict::Affected, &mut lines.affected),
            "mitigated" => (Verdict::Mitigated, &mut lines.mitigated),
            "fixed" => (Verdict::Fixed, &mut lines.fixed),
            "not_affected" => (Verdict::NotAffected, &mut lines.not_affected),
            _ => (Verdict::Unknown, &mut lines.unknown),
        };
        *sum += 1;
        let affected = verdict == Verdict::Affected;
        self.worm_open |= affected && line.worm;
        self.kev_open |= affected && line.kev;
        self.told.hear(verdict, line.worm);
    }
}

impl HostReport {
    /// Whether the host cannot be told ([`cannot_be_told`]).
    pub fn cannot_be_told(&self) -> bool {
        let mut count = VerdictCount::default();
        for line in &self.verdicts {
            count.add(line);
        }
        count.told.cannot_be()
    }
}

/// Whether a host cannot be told: nothing is shown to be open, and nothing was judged, or what matters
/// most (a flaw that spreads by itself) is unknown, or no line is known to be fixed. Of each line: its
/// verdict, and whether it spreads by itself.
pub fn cannot_be_told(lines: impl Iterator<Item = (Verdict, bool)>) -> bool {
    let mut told = Told::default();
    for (verdict, worm) in lines {
        told.hear(verdict, worm);
    }
    told.cannot_be()
}

/// What the lines of a host tell, for [`cannot_be_told`].
#[derive(Clone, Debug, Default)]
struct Told {
    /// The verdicts that were heard, a bit each, in the order of [`Verdict::ALL`].
    heard: u8,
    worm_unknown: bool,
}

impl Told {
    fn hear(&mut self, verdict: Verdict, worm: bool) {
        self.heard |= 1 << verdict as u8;
        self.worm_unknown |= worm && verdict == Verdict::Unknown;
    }

    fn cannot_be(&self) -> bool {
        let heard = |verdict: Verdict| self.heard & (1 << verdict as u8) != 0;
        let nothing = self.heard == 0;
        let open = heard(Verdict::Unknown) && !heard(Verdict::Fixed);
        !heard(Verdict::Affected) && (nothing || self.worm_unknown || open)
    }
}

impl LinesByVerdict {
    fn add(&mut self, other: &Self) {
        self.affected += other.affected;
        self.unknown += other.unknown;
        self.mitigated += other.mitigated;
        self.fixed += other.fixed;
        self.not_affected += other.not_affected;
    }
}
