//! What a judgement consists of.

use model::cve::CveId;
use model::kb::Kb;
use model::reading::Place;
use model::verdict::Verdict;

use crate::host::{Host, Piece};
use crate::judge::Reason;

/// All verdicts on a host.
#[derive(Clone, Debug)]
pub struct HostVerdicts {
    /// The host's label.
    pub host: String,
    /// The operating system as understood, or as printed if it was not understood.
    pub product: Option<String>,
    /// Positions in knowledge of the Windows products that it is.
    pub products: Vec<u32>,
    /// Its build, if shown.
    pub build: Option<String>,
    /// One line per advisory or remedy, worst first; every vulnerability stands in one line only.
    pub lines: Vec<Line>,
    /// What the evidence names and knowledge does not know. Never counted as safe.
    pub unrecognised: Vec<Unrecognised>,
    /// What a person should know of the evidence: joins, conflicts between files.
    pub notes: Vec<String>,
}

/// One verdict on vulnerabilities that share it.
#[derive(Clone, Debug, PartialEq)]
pub struct Line {
    /// Name of the advisory: a bulletin, a KB, an advisory of a vendor, or a CVE.
    pub advisory: String,
    /// The vulnerabilities.
    pub vulnerabilities: Vec<VulnerabilityRef>,
    /// The verdict.
    pub verdict: Verdict,
    /// Why, the deciding reason first.
    pub reasons: Vec<Reason>,
    /// What to do: any one of these.
    pub remedies: Vec<Remedy>,
    /// Where sources differ from the verdict.
    pub disagreements: Vec<Disagreement>,
    /// The software it is about; `None` for the operating system.
    pub software: Option<String>,
    /// Index of the named bulletin in knowledge.
    pub bulletin: Option<u32>,
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
    /// No fix exists: isolate or replace.
    NoneAvailable,
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
    pub fn new(host: &Host, piece: &Piece, place: &Place, raw: &str) -> Self {
        let piece = host.pieces.iter().position(|p| std::ptr::eq(p, piece)).unwrap_or(0);
        Self {
            piece: u32::try_from(piece).unwrap_or(0),
            place: place.clone(),
            raw: raw.chars().take(120).collect(),
        }
    }

    /// "file.txt, line 35".
    pub fn words(&self, host: &Host) -> String {
        match host.pieces.get(self.piece as usize) {
            Some(piece) => format!("{}, {}", piece.path, self.place),
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
    pub row: RowRef,
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
