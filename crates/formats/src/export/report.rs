//! The report of `wardround check`: plain values, ready to be written.
//!
//! The JSON of `--json` is this structure; `schema/check-report.schema.json` describes it. Fields are
//! only ever added.

use serde::Serialize;

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

/// One host.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct HostReport {
    /// Label.
    pub host: String,
    /// The files it was judged from.
    pub evidence: Vec<EvidenceInfo>,
    /// Operating system as understood; `None`: not shown.
    pub product: Option<String>,
    /// Build; `None`: not shown.
    pub build: Option<String>,
    /// Verdicts, worst first.
    pub verdicts: Vec<VerdictReport>,
    /// What the evidence names and knowledge does not know.
    pub unrecognised: Vec<UnrecognisedReport>,
    /// What a person should know of the evidence.
    pub notes: Vec<String>,
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
    /// `update`, `restart`, `service_pack`, `upgrade`, `publisher` or `none_available`.
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
