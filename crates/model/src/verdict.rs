//! The five answers to "is this host open to that?".

use std::fmt;

/// Whether a host is open to an advisory. `Unknown` is an answer, never shown as safe.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Verdict {
    /// Open to it: no fix in effect, or a fix that still waits for a restart.
    Affected,
    /// The evidence does not answer the question.
    Unknown,
    /// Open in itself, but a setting that is shown in the evidence closes the way in.
    Mitigated,
    /// A fix, or something that contains it, is in effect.
    Fixed,
    /// The advisory does not concern it.
    NotAffected,
}

impl Verdict {
    /// All five, worst first: the order of tables and sums.
    pub const ALL: [Self; 5] =
        [Self::Affected, Self::Unknown, Self::Mitigated, Self::Fixed, Self::NotAffected];

    /// The name in JSON and CSV.
    pub const fn code(self) -> &'static str {
        match self {
            Self::Affected => "affected",
            Self::Unknown => "unknown",
            Self::Mitigated => "mitigated",
            Self::Fixed => "fixed",
            Self::NotAffected => "not_affected",
        }
    }
}

impl fmt::Display for Verdict {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::NotAffected => "not affected",
            other => other.code(),
        })
    }
}
