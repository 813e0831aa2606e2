//! Kinds of jobs, what each is given, how far it is, and what comes of it.

use jiff::Timestamp;
use jiff::civil::Date;
use model::verdict::Verdict;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::exposure::answer::Counts;
use crate::import::sending::SentFile;
use crate::import::summary::Summary;

/// A kind of job.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum JobKind {
    /// Record evidence that was sent.
    Import,
    /// Fetch what publishers state, and bring it into use.
    KnowledgeUpdate,
    /// Build the index of the estate anew from the record.
    IndexRebuild,
    /// Record, at its instant, that the time has come.
    Timer,
}

impl JobKind {
    /// All kinds.
    pub const ALL: [Self; 4] =
        [Self::Import, Self::KnowledgeUpdate, Self::IndexRebuild, Self::Timer];

    /// The name in rows and JSON.
    pub const fn code(self) -> &'static str {
        match self {
            Self::Import => "import",
            Self::KnowledgeUpdate => "knowledge-update",
            Self::IndexRebuild => "index-rebuild",
            Self::Timer => "timer",
        }
    }

    /// The name for people.
    pub const fn label(self) -> &'static str {
        match self {
            Self::Import => "Recording evidence",
            Self::KnowledgeUpdate => "Updating knowledge",
            Self::IndexRebuild => "Rebuilding the index",
            Self::Timer => "Waiting for an instant",
        }
    }

    /// The kind of a code.
    pub fn of_code(code: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.code() == code)
    }
}

/// For whom somebody asked, as the record is to say.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Asker {
    pub(super) on_behalf_of: Option<String>,
    pub(super) authority: Option<String>,
    pub(super) reason: Option<String>,
}

/// What an import is given, beside whose facts it is about.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct ImportInput {
    pub(super) asker: Asker,
    pub(super) source: String,
    pub(super) undated: Option<Date>,
    pub(super) files: Vec<SentFile>,
}

/// What a timer is given, beside whose facts it is about.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct TimerInput {
    pub(super) asker: Asker,
    pub(super) what: String,
    pub(super) subject: String,
    pub(super) due: Timestamp,
}

/// What a job of no organisation is given.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct PlainInput {
    pub(super) asker: Asker,
}

/// What a job does at the moment.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "kebab-case")]
#[schema(as = JobStage)]
pub enum Stage {
    /// It waits.
    #[default]
    Waiting,
    /// It reads files, or fetches them.
    Reading,
    /// What was read is recorded; the answer is brought up to date.
    Answering,
}

impl Stage {
    /// The stage in words.
    pub const fn label(self) -> &'static str {
        match self {
            Self::Waiting => "waiting for its turn",
            Self::Reading => "reading and recording",
            Self::Answering => "recorded; the answer is brought up to date",
        }
    }
}

/// How far a job is.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Progress {
    /// What it does at the moment.
    pub stage: Stage,
    /// Files that were sent.
    pub files: u64,
    /// Files, and members of archives, that were read.
    pub files_read: u64,
    /// Hosts that are recorded so far.
    pub hosts: u64,
    /// What an import has recorded, once it has recorded all.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub recorded: Option<Box<ImportOutcome>>,
}

/// What came of a job.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Outcome {
    /// Of an import.
    Import(Box<ImportOutcome>),
    /// Of any other, in words.
    Words(String),
}

/// What came of a sending.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[schema(as = EvidenceTaken)]
pub struct ImportOutcome {
    /// What was recorded.
    pub summary: Summary,
    /// The advisory that was asked about before and after.
    pub asked: String,
    /// The organisation's hosts before; none where there was nothing to ask.
    pub before: Option<VerdictSums>,
    /// The organisation's hosts now.
    pub after: Option<VerdictSums>,
}

/// Hosts of an organisation by verdict.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[schema(as = HostsByVerdict)]
pub struct VerdictSums {
    /// All of them, those that are expected and were never seen included.
    pub hosts: u64,
    /// Open.
    pub affected: u64,
    /// What cannot be told.
    pub unknown: u64,
    /// Open, but for a control.
    pub mitigated: u64,
    /// Fixed.
    pub fixed: u64,
    /// Not concerned.
    pub not_affected: u64,
}

impl VerdictSums {
    /// The sums of counts.
    pub fn of(counts: &Counts) -> Self {
        Self {
            hosts: counts.hosts(),
            affected: counts.of(Verdict::Affected),
            unknown: counts.of(Verdict::Unknown),
            mitigated: counts.of(Verdict::Mitigated),
            fixed: counts.of(Verdict::Fixed),
            not_affected: counts.of(Verdict::NotAffected),
        }
    }
}
