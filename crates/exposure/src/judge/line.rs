//! What a judgement consists of.

use std::borrow::Cow;
use std::fmt;
use std::sync::Arc;

use model::cve::CveId;
use model::kb::Kb;
use model::reading::Place;
use model::verdict::Verdict;

use super::prepared::Group;
use crate::host::{Host, Piece};
use crate::judge::Reason;
use crate::knowledge::schema::update_kind;

/// Most characters kept of a row.
const LONGEST_ROW: usize = 120;

/// All verdicts on a host. What the question alone decides (names, flaws, updates of a group) is
/// borrowed from it, not copied for every host.
#[derive(Clone, Debug)]
pub struct HostVerdicts<'q> {
    /// The host's label.
    pub host: String,
    /// The operating system as understood, or as printed if it was not understood.
    pub product: Option<String>,
    /// Positions in knowledge of the Windows products that it is.
    pub products: Vec<u32>,
    /// Its build, if shown.
    pub build: Option<String>,
    /// One line per advisory or remedy, worst first; every vulnerability stands in one line only.
    pub lines: Vec<Line<'q>>,
    /// What the evidence names and knowledge does not know. Never counted as safe.
    pub unrecognised: Vec<Unrecognised>,
    /// What a person should know of the evidence: joins, conflicts between files.
    pub notes: Vec<String>,
}

/// One verdict on vulnerabilities that share it.
#[derive(Clone, Debug, PartialEq)]
pub struct Line<'q> {
    /// Name of the advisory: a bulletin, a KB, an advisory of a vendor, or a CVE.
    pub advisory: Cow<'q, str>,
    /// The vulnerabilities.
    pub vulnerabilities: Cow<'q, [VulnerabilityRef]>,
    /// The verdict.
    pub verdict: Verdict,
    /// Why, the deciding reason first. Shared by the lines of a host that have the same.
    pub reasons: Arc<[Reason]>,
    /// What to do: any one of these.
    pub remedies: Cow<'q, [Remedy]>,
    /// Where sources differ from the verdict.
    pub disagreements: Vec<Disagreement>,
    /// The software it is about; `None` for the operating system.
    pub software: Option<Arc<str>>,
    /// Index of the named bulletin in knowledge.
    pub bulletin: Option<u32>,
    /// The prepared group that it is of, where it is of one alone.
    pub(crate) group: Option<&'q Group>,
}

impl Line<'_> {
    /// The line, independent of the question.
    pub fn into_owned(self) -> Line<'static> {
        Line {
            advisory: Cow::Owned(self.advisory.into_owned()),
            vulnerabilities: Cow::Owned(self.vulnerabilities.into_owned()),
            verdict: self.verdict,
            reasons: self.reasons,
            remedies: Cow::Owned(self.remedies.into_owned()),
            disagreements: self.disagreements,
            software: self.software,
            bulletin: self.bulletin,
            group: None,
        }
    }
}

/// A vulnerability by position in knowledge, or by its CVE where knowledge does not have it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum VulnerabilityRef {
    /// Position in knowledge.
    Known(u32),
    /// Named by a scanner or a person; knowledge has no row of it.
    Unlisted(CveId),
}

/// One thing that would close the exposure.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Remedy {
    /// Install this update.
    InstallUpdate {
        /// KB number.
        kb: Kb,
        /// [`crate::knowledge::schema::update_kind`].
        kind: u8,
    },
    /// Restart: a fix is installed and waits for it.
    Restart,
    /// Install this service pack, then ask again.
    ServicePack(u8),
    /// Update the software to a version outside the affected range.
    UpdateTo {
        /// Product.
        product: String,
        /// First version with the fix, as printed; empty if only "a newer one" is known.
        version: String,
    },
    /// What the publisher says, in its words.
    Publisher(String),
    /// The publisher says that no fix exists, or none was out on the day: isolate or replace.
    NoneAvailable,
    /// No fix is known to this knowledge, which is not to say that none exists.
    NoneKnown,
}

/// What to do, for a person.
impl fmt::Display for Remedy {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::InstallUpdate { kb, kind } => {
                write!(f, "install {kb} ({})", update_kind::name(*kind))
            }
            Self::Restart => f.write_str("restart: the fix is installed and waits for it"),
            Self::ServicePack(level) => {
                write!(f, "install service pack {level}, then the fix; or replace")
            }
            Self::UpdateTo { product, version } if version.is_empty() => {
                write!(f, "update {product}")
            }
            Self::UpdateTo { product, version } => {
                write!(f, "update {product} to {version} or later")
            }
            Self::Publisher(text) => f.write_str(text),
            Self::NoneAvailable => f.write_str("no fix exists: isolate or replace"),
            Self::NoneKnown => f.write_str(
                "no fix is known to this knowledge: ask the publisher, isolate or replace",
            ),
        }
    }
}

/// A row of evidence.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct RowRef {
    /// Position in the host's pieces.
    pub piece: u32,
    /// Where in the file.
    pub place: Place,
    /// The row as printed, shortened.
    pub raw: String,
}

impl RowRef {
    /// Points at a row of a piece.
    pub fn new(host: &Host, piece: &Piece, place: &Place, raw: &str) -> Arc<Self> {
        let piece = host.pieces.iter().position(|p| std::ptr::eq(p, piece)).unwrap_or(0);
        let end = match raw.len() {
            short @ 0..=LONGEST_ROW => short,
            long => raw.char_indices().nth(LONGEST_ROW).map_or(long, |(at, _)| at),
        };
        Arc::new(Self {
            piece: u32::try_from(piece).unwrap_or(0),
            place: place.clone(),
            raw: raw.get(..end).unwrap_or(raw).to_owned(),
        })
    }

    /// "file.txt, line 35".
    pub fn words(&self, host: &Host) -> String {
        match host.pieces.get(self.piece as usize) {
            Some(piece) => [piece.path.as_str(), ", ", &self.place.to_string()].concat(),
            None => self.place.to_string(),
        }
    }
}

/// A source that says otherwise.
#[derive(Clone, Debug, PartialEq)]
pub struct Disagreement {
    /// Who: a scanner's check or a source of knowledge.
    pub source: String,
    /// What it concludes.
    pub verdict: Verdict,
    /// Its reason.
    pub reason: Reason,
}

/// Something in the evidence that knowledge does not know.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Unrecognised {
    /// What it is.
    pub kind: UnrecognisedKind,
    /// As printed.
    pub name: String,
    /// Version as printed.
    pub version: Option<String>,
    /// Where it stands.
    pub row: Arc<RowRef>,
}

/// Kinds of unrecognised things.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum UnrecognisedKind {
    /// An operating system.
    OperatingSystem,
    /// Installed software.
    Software,
    /// An installed update of Windows.
    Update,
}

impl UnrecognisedKind {
    /// The name in JSON.
    pub const fn code(self) -> &'static str {
        match self {
            Self::OperatingSystem => "operating_system",
            Self::Software => "software",
            Self::Update => "update",
        }
    }
}
